package adserver_test

import (
	"bytes"
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/token"
)

// The plain way: chosen, seen, clicked, billed and in the books.
func TestEngine_SeenAndBilled(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 10*ads.Unit, nil)
	m.line(m.campaign(nil), nil)
	m.open()
	ad := m.one("ann")
	assert.Equal(t, "Acme", ad.Advertiser)
	seen := m.view(ad)
	assert.Equal(t, adserver.Counted, seen.Result)
	assert.EqualValues(t, 1_000_000, seen.Billed, "nobody else was there, so the floor")
	clicked := m.click(ad)
	assert.Equal(t, adserver.Counted, clicked.Result)
	assert.Equal(t, "https://acme.com/p", clicked.Landing)
	assert.Zero(t, clicked.Billed, "a CPM line pays no clicks")
	b := m.books()
	assert.Equal(t, books{views: 1, clicks: 1, gross: 1_000_000, share: 700_000, balance: 10*ads.Unit - 1_000_000}, b)
}

// However often, however many at once, and after whatever end of the program: once.
func TestEngine_CountedOnce(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 10*ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier = ads.Guaranteed })
	m.open()
	const ads0 = 50
	var tokens [][]byte
	for n := range ads0 {
		tokens = append(tokens, bytes.Clone(m.one(userName(n)).Token))
	}
	storm := func() (counted, doubled int64) {
		var c, d atomic.Int64
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for _, tok := range tokens {
					for _, beacon := range []func(context.Context, []byte, *adserver.Visit) (adserver.Outcome, error){m.View, m.Click} {
						o, err := beacon(context.Background(), tok, visit())
						assert.NoError(t, err)
						switch o.Result {
						case adserver.Counted:
							c.Add(1)
						case adserver.Duplicate:
							d.Add(1)
						case adserver.Refused:
						}
					}
				}
			})
		}
		all.Wait()
		return c.Load(), d.Load()
	}
	counted, _ := storm()
	assert.EqualValues(t, 2*ads0, counted)
	m.reopen(false)
	counted, doubled := storm()
	assert.Zero(t, counted, "what was counted before the crash")
	assert.EqualValues(t, 8*2*ads0, doubled)
	m.reopen(true)
	counted, _ = storm()
	assert.Zero(t, counted)
	b := m.books()
	assert.EqualValues(t, ads0, b.views)
	assert.EqualValues(t, ads0, b.clicks)
	assert.EqualValues(t, ads0*2_000_000, b.gross)
	assert.EqualValues(t, ads0*1_400_000, b.share)
}

// Budgets hold at every level, at any rush, to the last billionth.
func TestEngine_NoOverspend(t *testing.T) {
	t.Parallel()
	const price = 2_000_000 // a CPM of 2
	for name, set := range map[string]func(*ads.Campaign, *ads.Line) ads.Nano{
		"line total":     func(_ *ads.Campaign, l *ads.Line) ads.Nano { l.Budget.Total = 37 * price; return 1000 * price },
		"line daily":     func(_ *ads.Campaign, l *ads.Line) ads.Nano { l.Budget.Daily = 37*price + 1; return 1000 * price },
		"campaign total": func(c *ads.Campaign, _ *ads.Line) ads.Nano { c.Budget.Total = 37 * price; return 1000 * price },
		"campaign daily": func(c *ads.Campaign, _ *ads.Line) ads.Nano { c.Budget.Daily = 37 * price; return 1000 * price },
		"balance":        func(*ads.Campaign, *ads.Line) ads.Nano { return 38*price - 1 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c ads.Campaign
			var l ads.Line
			m := newMarket(t, set(&c, &l), nil)
			campaign := m.campaign(func(x *ads.Campaign) { x.Budget = c.Budget })
			for range 2 { // two lines of one campaign compete for what is above them
				m.line(campaign, func(x *ads.Line) { x.Budget, x.Tier = l.Budget, ads.Guaranteed })
			}
			m.open()
			want := int64(37)
			if l.Budget != (ads.Budget{}) {
				want *= 2
			}
			var got atomic.Int64
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					var a adserver.Answer
					for range 100 {
						if !assert.NoError(t, m.Decide(request(""), &a)) {
							return
						}
						for _, ad := range a.Ads {
							got.Add(1)
							o, err := m.View(context.Background(), ad.Token, visit())
							assert.NoError(t, err)
							assert.EqualValues(t, price, o.Billed)
						}
					}
				})
			}
			all.Wait()
			assert.Equal(t, want, got.Load())
			b := m.books()
			assert.EqualValues(t, want*price, b.gross)
			assert.GreaterOrEqual(t, b.balance, ads.Nano(0))
		})
	}
}

// What was chosen and not seen goes back when it can no longer be seen, and its token bills no more.
func TestEngine_ReleasedWhenNotSeen(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 2_000_000, nil) // for one impression
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier, l.Caps = ads.Guaranteed, []ads.Cap{{Times: 1, Per: ads.Ever}} })
	m.open()
	ad := m.one("ann")
	tok := bytes.Clone(ad.Token)
	assert.Empty(t, m.decide(request("bob")), "the balance is reserved")
	m.pass(4 * time.Minute)
	require.NoError(t, m.Sweep())
	assert.Equal(t, 1, m.Held())
	m.pass(2 * time.Minute)
	require.NoError(t, m.Sweep())
	assert.Zero(t, m.Held())
	o, err := m.View(t.Context(), tok, visit())
	require.NoError(t, err)
	assert.Equal(t, adserver.Refused, o.Result)
	assert.Equal(t, fraud.ExpiredToken, o.Reason)
	again := m.one("ann")
	assert.Equal(t, adserver.Counted, m.view(again).Result, "balance and cap came back")
	assert.EqualValues(t, 2_000_000, m.books().gross)
	assert.Empty(t, m.decide(request("ann")))
}

// A crash drops what was reserved. A token from before bills only if there is still enough.
func TestEngine_TokenOfAnEarlierLife(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 2_000_000, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier = ads.Guaranteed })
	m.open()
	before := bytes.Clone(m.one("ann").Token)
	m.reopen(false)
	after := m.one("bob") // what ann's ad had reserved is bob's now
	o, err := m.View(t.Context(), before, visit())
	require.NoError(t, err)
	assert.Equal(t, adserver.Counted, o.Result, "it was seen")
	assert.Zero(t, o.Billed, "and nobody pays for it")
	assert.EqualValues(t, 2_000_000, m.view(after).Billed)
	b := m.books()
	assert.EqualValues(t, 2, b.views)
	assert.EqualValues(t, 2_000_000, b.gross)
	assert.Zero(t, b.balance)
}

// A life's number is never given again, so no token is made twice.
func TestEngine_SerialsNeverRepeat(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), nil)
	m.open()
	seen := map[[2]uint64]bool{}
	for range 4 {
		for n := range 5 {
			o := m.view(m.one(userName(n)))
			key := [2]uint64{uint64(o.Token.Epoch), o.Token.Serial}
			assert.False(t, seen[key])
			seen[key] = true
		}
		m.reopen(false)
	}
	assert.Len(t, seen, 20)
}

func TestEngine_ForgedAndForeignNeverBill(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), nil)
	m.open()
	tok := bytes.Clone(m.one("ann").Token)
	for i := range tok {
		forged := bytes.Clone(tok)
		forged[i] ^= 1
		_, err := m.View(t.Context(), forged, visit())
		require.ErrorIs(t, err, token.ErrToken)
	}
	_, err := m.View(t.Context(), nil, visit())
	require.ErrorIs(t, err, token.ErrToken)
	other := newMarket(t, ads.Unit, func(c *adserver.Config) { c.Node = 9 })
	other.line(other.campaign(nil), nil)
	other.open()
	_, err = m.View(t.Context(), other.one("ann").Token, visit())
	require.ErrorIs(t, err, adserver.ErrElsewhere)
	preview := request("ann")
	preview.Preview = true
	o := m.view(m.decide(preview)[0])
	assert.Equal(t, adserver.Refused, o.Result)
	assert.Equal(t, fraud.Forced, o.Reason)
	assert.Zero(t, m.books().gross)
}

// Bots get ads, so that the page keeps its shape, and cost nobody anything.
func TestEngine_BotsNeverBill(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 2_000_000, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier, l.Caps = ads.Guaranteed, []ads.Cap{{Times: 1, Per: ads.PerDay}} })
	m.open()
	r := request("")
	r.Visitor.Agent = []byte("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
	for range 5 {
		ad := m.decide(r)[0]
		o, err := m.View(t.Context(), ad.Token, &adserver.Visit{IP: r.Visitor.IP, Agent: r.Visitor.Agent})
		require.NoError(t, err)
		assert.Equal(t, adserver.Refused, o.Result)
	}
	assert.Equal(t, adserver.Counted, m.view(m.one("ann")).Result, "nothing of the balance was reserved for them")
	assert.EqualValues(t, 2_000_000, m.books().gross)
}

// A beacon that is refused does not use up the token: the person's own still counts.
func TestEngine_PrefetchDoesNotUseTheToken(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), nil)
	m.open()
	ad := m.one("ann")
	early := visit()
	early.Ahead.SecPurpose = []byte("prefetch;prerender")
	o, err := m.View(t.Context(), ad.Token, early)
	require.NoError(t, err)
	assert.Equal(t, fraud.Prefetch, o.Reason)
	assert.Equal(t, adserver.Counted, m.view(ad).Result)
	assert.EqualValues(t, 1, m.books().views)
}

func TestEngine_ClickNeedsItsView(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 10*ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Pricing, l.Bid = ads.CPC, 2*ads.Unit })
	m.open()
	ad := m.one("ann")
	o := m.click(ad)
	assert.Equal(t, fraud.ClickWithoutView, o.Reason)
	assert.Equal(t, "https://acme.com/p", o.Landing, "people get where they wanted")
	m.view(ad)
	o = m.click(ad)
	assert.Equal(t, adserver.Counted, o.Result)
	assert.Positive(t, o.Billed)
	assert.LessOrEqual(t, o.Billed, 2*ads.Unit)
	b := m.books()
	assert.Equal(t, o.Billed, b.gross)
}

// Clicks are paid as long as there is budget, and are the advertiser's for nothing beyond it.
func TestEngine_ClicksNeverOverspend(t *testing.T) {
	t.Parallel()
	const bid = 2 * ads.Unit
	m := newMarket(t, 5*bid, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Pricing, l.Bid = ads.CPC, bid })
	m.open()
	require.NoError(t, m.Repace())
	var out []adserver.Ad
	for n := range 200 {
		for _, ad := range m.decide(request(userName(n))) {
			ad.Token = bytes.Clone(ad.Token)
			out = append(out, ad)
		}
	}
	require.NotEmpty(t, out)
	var billed ads.Nano
	for _, ad := range out {
		m.view(ad)
		billed += m.click(ad).Billed
	}
	b := m.books()
	assert.Equal(t, billed, b.gross)
	assert.LessOrEqual(t, b.gross, 5*bid)
	assert.EqualValues(t, len(out), b.clicks)
	assert.GreaterOrEqual(t, b.balance, ads.Nano(0))
}

// Without word of the catalogue nothing that costs money is served, for somebody may have stopped it; a database that answers is word enough.
func TestEngine_SilentDatabase(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier, l.Bid, l.Name = ads.House, 0, "House" })
	m.open()
	assert.Positive(t, m.one("ann").Price)
	at := m.now.Load().Add(2 * time.Minute)
	m.now.Store(&at)
	require.Error(t, m.Healthy())
	assert.Zero(t, m.one("ann").Price, "the house's own")
	require.NoError(t, m.Ask(t.Context()))
	require.NoError(t, m.Healthy())
	assert.Positive(t, m.one("ann").Price)
}
