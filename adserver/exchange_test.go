package adserver_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/consent"
	"github.com/marquee-tickets/marquee/adserver/openrtb"
)

// newExchange opens a market whose engine asks bidders; an own line bids 2 for a thousand.
func newExchange(t *testing.T, by map[string]house) (*market, *houses) {
	t.Helper()
	h := &houses{by: by}
	m := newMarket(t, 1000*ads.Unit, func(c *adserver.Config) {
		c.Exchange = &openrtb.Config{Transport: h, NoticeTransport: h, MostWait: time.Minute, Seller: openrtb.Node{System: "ads.example"}}
		c.Fragment = func(c ads.Creative, advertiser string) []byte { return []byte(advertiser + ": " + c.HTML) }
	})
	m.advertiser = m.newAdvertiser("Bidders", 1000*ads.Unit)
	return m, h
}

// programmatic makes a line of a bidder that accepts at most so much for a thousand.
func (m *market) programmatic(host string, most ads.Nano, change func(*ads.Line)) ads.Line {
	m.t.Helper()
	l := ads.Line{
		Campaign: m.campaign(nil).ID, Name: host, Status: ads.Active, Tier: ads.Auction, Pricing: ads.CPM, Bid: most, Pace: ads.ASAP,
		Bidder: ads.Bidder{URL: "https://" + host + "/bid"},
	}
	if change != nil {
		change(&l)
	}
	made, err := m.db.Lines.Create(m.t.Context(), by, l)
	require.NoError(m.t, err)
	return made.Value
}

// own makes a line of another advertiser with a creative, that bids 2 for a thousand.
func (m *market) own(change func(*ads.Line)) ads.Line {
	m.t.Helper()
	before := m.advertiser
	m.advertiser = m.newAdvertiser("Own", 1000*ads.Unit)
	l, _ := m.line(m.campaign(nil), change)
	m.advertiser = before
	return l
}

// running has the engine do its own work until the test ends.
func (m *market) running() *market {
	m.t.Helper()
	ended := make(chan struct{})
	go func() { defer close(ended); _ = m.Run(m.t.Context()) }()
	m.t.Cleanup(func() { <-ended })
	return m
}

// An outside ad that is worth more than ours wins, pays a hair more than ours would have, is billed once when it is seen, and its bidder hears of all that.
func TestExchange_OutsideWinsAtTheSecondPrice(t *testing.T) {
	t.Parallel()
	m, h := newExchange(t, map[string]house{"dsp.example": offers(5*ads.Unit, nil)})
	line := m.programmatic("dsp.example", 10*ads.Unit, nil)
	m.own(nil)
	m.open().running()
	ad := m.one("")
	assert.EqualValues(t, 2_000_001, ad.Price)
	assert.Equal(t, line.ID, ad.Line.ID)
	assert.Zero(t, ad.Creative.ID)
	assert.Equal(t, "shoes.example", ad.Landing)
	assert.Equal(t, ads.Size{Width: 970, Height: 250}, ad.Creative.Size)
	assert.Equal(t, "shoes.example: <b>2.000001</b>", string(ad.Fragment))
	h.heard(t, "https://dsp.example/n?p=2.000001")
	o := m.view(ad)
	assert.Equal(t, adserver.Counted, o.Result)
	assert.EqualValues(t, 2_000_001, o.Billed)
	assert.Equal(t, adserver.Duplicate, m.view(ad).Result)
	h.heard(t, "https://dsp.example/b?p=2.000001")
	assert.Len(t, h.news(), 2, "once each")
	click := m.click(ad)
	assert.Equal(t, "https://shoes.example/", click.Landing)
	assert.Zero(t, click.Billed)
	why, err := m.Why(ad.Token)
	require.NoError(t, err)
	assert.Equal(t, "Bidders", why.Advertiser)
	require.NoError(t, m.Hide(t.Context(), ad.Token))
	b := m.books()
	assert.EqualValues(t, 1, b.views)
	assert.EqualValues(t, 2_000_001, b.gross)
	assert.Equal(t, 1000*ads.Unit-2_000_001, b.balance)
}

func TestExchange_WhatIsOfferedIsJudged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		offer  house
		most   ads.Nano
		price  ads.Nano // of the outside ad; zero when ours wins
		notice string   // what its bidder hears
	}{
		"more":              {offers(3*ads.Unit, nil), 10 * ads.Unit, 2_000_001, "n?p=2.000001"},
		"less than ours":    {offers(ads.Unit, nil), 10 * ads.Unit, 0, "l?r=100&m=0"},
		"capped by the bid": {offers(9*ads.Unit, nil), 1900 * ads.Unit / 1000, 0, "l?r=100&m=0"},
		"blocked domain":    {offers(3*ads.Unit, func(b *openrtb.Bid) { b.ADomain = []string{"www.rival.com"} }), 10 * ads.Unit, 0, "l?r=205&m=0"},
		"blocked category":  {offers(3*ads.Unit, func(b *openrtb.Bid) { b.Cat = []string{"IAB7-39"} }), 10 * ads.Unit, 0, "l?r=209&m=0"},
		"no domain":         {offers(3*ads.Unit, func(b *openrtb.Bid) { b.ADomain = []string{"localhost"} }), 10 * ads.Unit, 0, "l?r=6&m=0"},
		"another size":      {offers(3*ads.Unit, func(b *openrtb.Bid) { b.W, b.H = 1, 1 }), 10 * ads.Unit, 0, "l?r=203&m=0"},
		"long markup":       {offers(3*ads.Unit, func(b *openrtb.Bid) { b.AdM = strings.Repeat("x", 70_000) }), 10 * ads.Unit, 0, "l?r=204&m=0"},
		"film":              {offers(3*ads.Unit, func(b *openrtb.Bid) { b.MType = openrtb.MTypeVideo }), 10 * ads.Unit, 0, "l?r=204&m=0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, h := newExchange(t, map[string]house{"dsp.example": c.offer})
			p, err := m.db.Publishers.Get(t.Context(), m.publisher.ID)
			require.NoError(t, err)
			p.Value.Blocked, p.Value.BlockedDomains = []string{"IAB7"}, []string{"rival.com"}
			_, err = m.db.Publishers.Update(t.Context(), by, p.Value, p.Revision)
			require.NoError(t, err)
			m.programmatic("dsp.example", c.most, nil)
			own := m.own(nil)
			m.open().running()
			ad := m.one("")
			if c.price == 0 {
				assert.Equal(t, own.ID, ad.Line.ID)
				assert.EqualValues(t, 1_000_000, ad.Price, "an offer that does not count raises nobody's price")
			} else {
				assert.Equal(t, c.price, ad.Price)
			}
			h.heard(t, "https://dsp.example/"+c.notice)
		})
	}
}

// Two bidders compete with each other as well; who loses learns what would have won.
func TestExchange_BiddersCompete(t *testing.T) {
	t.Parallel()
	m, h := newExchange(t, map[string]house{"a.example": offers(5*ads.Unit, nil), "b.example": offers(7*ads.Unit, nil)})
	m.programmatic("a.example", 10*ads.Unit, nil)
	m.advertiser = m.newAdvertiser("Others", 1000*ads.Unit)
	second := m.programmatic("b.example", 10*ads.Unit, nil)
	m.open().running()
	ad := m.one("")
	assert.Equal(t, second.ID, ad.Line.ID)
	assert.EqualValues(t, 5_000_001, ad.Price)
	h.heard(t, "https://dsp.example/l?r=102&m=5.000001")
}

// Whoever is down, slow, or talks nonsense offers nothing, and the page has its ad all the same.
func TestExchange_BiddersThatFail(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]house{
		"down":     nil,
		"nonsense": func(*openrtb.Request, *http.Request) (int, []byte, error) { return 200, []byte("<html>"), nil },
		"error":    func(*openrtb.Request, *http.Request) (int, []byte, error) { return 500, nil, nil },
		"no":       func(*openrtb.Request, *http.Request) (int, []byte, error) { return 204, nil, nil },
		"silent": func(_ *openrtb.Request, r *http.Request) (int, []byte, error) {
			<-r.Context().Done()
			return 0, nil, r.Context().Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, _ := newExchange(t, map[string]house{"dsp.example": bad})
			cfg := m.cfg
			m.cfg = func(c *adserver.Config) { cfg(c); c.Exchange.MostWait = 20 * time.Millisecond }
			m.programmatic("dsp.example", 10*ads.Unit, nil)
			own := m.own(nil)
			m.open()
			for range 30 { // until the circuit is open, and after
				assert.Equal(t, own.ID, m.one("").Line.ID)
			}
		})
	}
}

// Bidders are not asked where nothing of theirs could be shown.
func TestExchange_NotAskedInVain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prepare func(*market)
		request func(*adserver.Request)
		line    func(*ads.Line)
	}{
		"guaranteed before": {prepare: func(m *market) {
			m.own(func(l *ads.Line) { l.Tier = ads.Guaranteed })
		}},
		"preview":    {request: func(r *adserver.Request) { r.Preview = true }},
		"crawler":    {request: func(r *adserver.Request) { r.Visitor.Agent = []byte("Googlebot/2.1") }},
		"sold on":    {request: func(r *adserver.Request) { r.Slots[0].Accepts = func(adserver.Offered) bool { return true } }},
		"no budget":  {line: func(l *ads.Line) { l.Budget.Total = 1 }},
		"targeting":  {line: func(l *ads.Line) { l.Targeting = "city = berlin" }},
		"paused":     {line: func(l *ads.Line) { l.Status = ads.Paused }},
		"other page": {line: func(l *ads.Line) { l.Flight.Ends = time.Unix(1, 0) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, h := newExchange(t, map[string]house{"dsp.example": offers(5*ads.Unit, nil)})
			m.programmatic("dsp.example", 10*ads.Unit, c.line)
			if c.prepare != nil {
				c.prepare(m)
			}
			m.open()
			r := request("")
			if c.request != nil {
				c.request(r)
			}
			m.decide(r)
			assert.Empty(t, h.asked)
		})
	}
}

// What is told of a person is what the person agreed to.
func TestExchange_TellsWhatItMay(t *testing.T) {
	t.Parallel()
	m, h := newExchange(t, map[string]house{"dsp.example": offers(5*ads.Unit, nil)})
	m.programmatic("dsp.example", 10*ads.Unit, nil)
	m.open()
	r := request("somebody")
	r.User.Interests, r.User.Gender, r.Page.Categories = []string{"theatre"}, "female", []string{"IAB1-5"}
	m.decide(r)
	r.Consent = consent.Strings{Country: "DE", USPrivacy: "1---"}
	r.Page.Country = "DE"
	m.decide(r)
	require.Len(t, h.asked, 2)
	yes, no := h.asked[0], h.asked[1]
	assert.NotEmpty(t, yes.User.ID)
	assert.NotContains(t, yes.User.ID, "somebody")
	assert.Equal(t, "F", yes.User.Gender)
	assert.Equal(t, "theatre", yes.User.Keywords)
	assert.Equal(t, "203.0.113.9", yes.Device.IP)
	assert.Equal(t, openrtb.No, yes.Regs.GDPR)
	assert.Equal(t, "IND", yes.Device.Geo.Country)
	assert.Equal(t, []string{"IAB1-5"}, yes.Site.PageCat)
	assert.Equal(t, []openrtb.Node{{System: "ads.example", Seller: "p-1"}}, yes.Source.Nodes)
	assert.True(t, yes.Source.Complete)
	assert.Equal(t, []string{"USD"}, yes.Cur)
	assert.EqualValues(t, ads.Unit, yes.Imps[0].Floor)
	assert.Equal(t, []openrtb.Format{{W: 970, H: 250}}, yes.Imps[0].Banner.Formats)
	assert.Equal(t, 2, yes.At)

	assert.Empty(t, no.User.ID+no.User.Gender+no.User.Keywords)
	assert.Equal(t, "203.0.113.0", no.Device.IP)
	assert.Equal(t, openrtb.Yes, no.Regs.GDPR)
	assert.Equal(t, "1---", no.Regs.USPrivacy)
}

// What outside ads cost is bounded as any other: by the line's budget, and by its caps for one person.
func TestExchange_BudgetsAndCapsHold(t *testing.T) {
	t.Parallel()
	m, _ := newExchange(t, map[string]house{"dsp.example": offers(5*ads.Unit, nil)})
	line := m.programmatic("dsp.example", 5*ads.Unit, func(l *ads.Line) {
		l.Budget.Total, l.Caps = 7*5*ads.Unit/1000, []ads.Cap{{Times: 2, Per: ads.PerDay}}
	})
	own := m.own(func(l *ads.Line) { l.Bid = 4999 * ads.Unit / 1000 })
	m.open()
	var seen []ads.LineID
	for range 3 {
		ad := m.one("somebody")
		m.view(ad)
		seen = append(seen, ad.Line.ID)
	}
	assert.Equal(t, []ads.LineID{line.ID, line.ID, own.ID}, seen)
	count := 0
	for i := range 20 {
		if ad := m.one(userName(i)); ad.Line.ID == line.ID {
			m.view(ad)
			count++
		}
	}
	assert.Equal(t, 5, count, "seven in all")
	d, ok := m.Explain(line.ID)
	require.True(t, ok)
	assert.Equal(t, "budget", d.Obstacles[0].Code)
	assert.Less(t, int64(d.Left), int64(5*ads.Unit/1000))
}

// After a crash the ad is billed by its token, though its bidder is not told.
func TestExchange_BilledAfterACrash(t *testing.T) {
	t.Parallel()
	m, h := newExchange(t, map[string]house{"dsp.example": offers(5*ads.Unit, nil)})
	m.programmatic("dsp.example", 5*ads.Unit, nil)
	m.open()
	ad := m.one("")
	m.reopen(false)
	m.one("") // of the same number in this life
	m.running()
	o := m.view(ad)
	assert.Equal(t, adserver.Counted, o.Result)
	assert.EqualValues(t, 1_000_000, o.Billed)
	assert.Empty(t, m.click(ad).Landing)
	h.heard(t, "https://dsp.example/n?p=1")
	assert.False(t, slices.ContainsFunc(h.news(), func(u string) bool { return strings.Contains(u, "/b?") }), "that is owed for another ad")
	assert.EqualValues(t, 1_000_000, m.books().gross)
}

// Two places of one page are asked about at once, and the same bidder's line has only one of them.
func TestExchange_TwoPlaces(t *testing.T) {
	t.Parallel()
	m, h := newExchange(t, map[string]house{"dsp.example": offers(5*ads.Unit, nil)})
	line := m.programmatic("dsp.example", 5*ads.Unit, nil)
	own := m.own(nil)
	m.open()
	r := request("")
	r.Slots[0].Count = 2
	list := m.decide(r)
	require.Len(t, list, 2)
	require.Len(t, h.asked, 1)
	assert.Len(t, h.asked[0].Imps, 2)
	assert.ElementsMatch(t, []ads.LineID{line.ID, own.ID}, []ads.LineID{list[0].Line.ID, list[1].Line.ID})
}

// Without Config.Exchange programmatic lines are not served, and say why.
func TestExchange_Off(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, nil)
	line := m.programmatic("dsp.example", 5*ads.Unit, nil)
	m.creative(line, nil)
	m.open()
	assert.Empty(t, m.decide(request("")))
	d, ok := m.Explain(line.ID)
	require.True(t, ok)
	require.Len(t, d.Obstacles, 1)
	assert.Equal(t, "no_exchange", d.Obstacles[0].Code)
}

// A page that no programmatic line matches costs what it cost before.
func TestExchange_OtherPagesPayNothing(t *testing.T) {
	if raceOn {
		t.Skip("the race detector allocates")
	}
	costs := make([]float64, 2)
	for i := range costs {
		m, h := newExchange(t, map[string]house{"dsp.example": offers(5*ads.Unit, nil)})
		if i == 0 {
			m.cfg = nil
		}
		m.programmatic("dsp.example", 5*ads.Unit, func(l *ads.Line) { l.Targeting = "city = berlin" })
		m.own(nil)
		m.open()
		r := request("")
		var a adserver.Answer
		costs[i] = testing.AllocsPerRun(200, func() { require.NoError(t, m.Decide(r, &a)) })
		assert.Empty(t, h.asked)
	}
	assert.InDelta(t, costs[0], costs[1], 0.5, fmt.Sprint(costs))
}
