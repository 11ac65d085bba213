package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/api"
	"github.com/marquee-tickets/marquee/adserver/device"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/token"
	"github.com/marquee-tickets/marquee/internal/geo"
	"github.com/marquee-tickets/marquee/internal/web"
)

// browser is people's.
const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

// siteSecret makes publishers' keys.
var siteSecret = bytes.Repeat([]byte{5}, 32)

// site is an ad server that listens, with an advertiser that has paid in, and two publishers.
type site struct {
	t      testing.TB
	base   string
	db     *store.DB
	engine *adserver.Engine
	now    atomic.Pointer[time.Time]
	node   uint16
	peers  map[uint16]string

	campaign ads.CampaignID
	place    ads.PlacementID
}

// newSite opens one; change is called before it is opened.
func newSite(t testing.TB, change func(*site)) *site {
	t.Helper()
	s := &site{t: t}
	s.now.Store(&opened)
	if change != nil {
		change(s)
	}
	dir := t.TempDir()
	s.db = openDB(t, filepath.Join(dir, "ads.db"))
	s.furnish()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.base = "http://" + ln.Addr().String()
	s.open(dir)
	s.listen(ln)
	return s
}

// furnish makes the publishers and the advertiser.
func (s *site) furnish() {
	s.t.Helper()
	ctx := context.Background()
	for _, slug := range []string{"other", "demo"} {
		owner, err := s.db.Publishers.Create(ctx, 0, ads.Publisher{
			Slug: slug, Name: slug, Currency: "USD", TimeZone: "UTC", Share: 700_000, Hosts: []string{slug + ".com"},
		})
		require.NoError(s.t, err)
		banner, err := s.db.Placements.Create(ctx, 0, ads.Placement{
			Publisher: owner.Value.ID, Slug: "home-banner", Name: "Home", Kind: ads.HomeBanner, Sizes: []ads.Size{{Width: 970, Height: 250}}, Most: 3,
		})
		require.NoError(s.t, err)
		s.place = banner.Value.ID
		_, err = s.db.Placements.Create(ctx, 0, ads.Placement{Publisher: owner.Value.ID, Slug: "listing", Name: "List", Kind: ads.SponsoredListing, Most: 3})
		require.NoError(s.t, err)
	}
	a, err := s.db.Advertisers.Create(ctx, 0, ads.Advertiser{
		Name: "Acme <&> Sons", Currency: "USD", TimeZone: "UTC", Domains: []ads.AdvertiserDomain{{Name: "acme.com", Verified: time.Unix(1, 0).UTC()}},
	})
	require.NoError(s.t, err)
	_, err = s.db.Post(ctx, ledger.Entry{Ref: "top-up", Kind: ledger.TopUp, At: *s.now.Load(), Postings: []ledger.Posting{
		{Account: ledger.Account{Kind: ledger.OfAdvertiser, ID: uint32(a.Value.ID), Currency: "USD"}, Amount: 100 * ads.Unit},
		{Account: ledger.Account{Kind: ledger.OfGateway, Currency: "USD"}, Amount: -100 * ads.Unit},
	}})
	require.NoError(s.t, err)
	campaign, err := s.db.Campaigns.Create(ctx, 0, ads.Campaign{Advertiser: a.Value.ID, Name: "Spring", Status: ads.Active})
	require.NoError(s.t, err)
	s.campaign = campaign.Value.ID
}

func (s *site) open(dir string) {
	s.t.Helper()
	parser, err := device.New(device.Config{})
	require.NoError(s.t, err)
	endless := fraud.Rates{{Burst: -1}, {Burst: -1}, {Burst: -1}}
	filter, err := fraud.New(fraud.Config{Key: bytes.Repeat([]byte{7}, 32), User: endless, Network: endless, Provider: endless, ClickAfter: -1})
	require.NoError(s.t, err)
	s.engine, err = adserver.Open(context.Background(), s.db, adserver.Config{
		Node: s.node, Dir: dir, Keys: []token.Key{{Secret: bytes.Repeat([]byte{1}, 32)}}, Secret: bytes.Repeat([]byte{2}, 32),
		Sensors:  adserver.Sensors{Devices: parser, Places: geo.New("", geo.Config{}), Fraud: filter},
		Fragment: api.Fragment(s.base), Now: func() time.Time { return *s.now.Load() }, Explore: -1, Flush: 5 * time.Millisecond,
	})
	require.NoError(s.t, err)
}

// listen serves until the test ends.
func (s *site) listen(ln net.Listener) {
	s.t.Helper()
	served := api.New(api.Config{Engine: s.engine, BaseURL: s.base, Assets: s.db, Secret: siteSecret, Peers: s.peers})
	server, err := web.New(func(rc *fasthttp.RequestCtx) { rc.SetStatusCode(fasthttp.StatusNotFound) }, web.Config{BaseURL: s.base, Quick: served.Serve})
	require.NoError(s.t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, ln) }()
	go func() { ended <- s.engine.Run(ctx) }()
	s.t.Cleanup(func() {
		stop()
		require.NoError(s.t, <-ended)
		require.NoError(s.t, <-ended)
		require.NoError(s.t, s.engine.Close(context.Background()))
	})
}

// ad makes a line with a creative, and has it served.
func (s *site) ad(name, landing string, change func(*ads.Line, *ads.Creative)) ads.CreativeID {
	s.t.Helper()
	ctx := context.Background()
	l := ads.Line{Campaign: s.campaign, Name: name, Status: ads.Active, Tier: ads.Guaranteed, Pricing: ads.CPM, Bid: 2 * ads.Unit, Pace: ads.ASAP}
	c := ads.Creative{
		Name: name, Format: ads.Image, Size: ads.Size{Width: 970, Height: 250}, Landing: landing, Weight: 1,
		Image: ads.ImagePart{URL: "https://acme.com/a.png", Alt: `"quoted" <alt>`}, Review: ads.Approved,
	}
	if change != nil {
		change(&l, &c)
	}
	line, err := s.db.Lines.Create(ctx, 0, l)
	require.NoError(s.t, err)
	c.Line = line.Value.ID
	made, err := s.db.Creatives.Create(ctx, 0, c)
	require.NoError(s.t, err)
	require.NoError(s.t, s.engine.Reload(ctx))
	return made.Value.ID
}

func (s *site) pass(d time.Duration) {
	at := s.now.Load().Add(d)
	s.now.Store(&at)
	require.NoError(s.t, s.engine.Reload(context.Background()))
}

// answer is what somebody got.
type answer struct {
	status int
	header http.Header
	body   string
}

// send makes a request with a browser; headers are name, value, name, value.
func (s *site) send(method, path, body string, headers ...string) answer {
	s.t.Helper()
	q, err := http.NewRequestWithContext(context.Background(), method, s.base+path, strings.NewReader(body))
	require.NoError(s.t, err)
	q.Header.Set("User-Agent", browser)
	for i := 0; i < len(headers); i += 2 {
		q.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{DisableKeepAlives: true}}
	got, err := client.Do(q)
	require.NoError(s.t, err)
	defer func() { _ = got.Body.Close() }()
	text, err := io.ReadAll(got.Body)
	require.NoError(s.t, err)
	return answer{got.StatusCode, got.Header, string(text)}
}

// decision is a request for one ad of somebody who agreed to be known.
const decision = `{"publisher":"demo","page":{"country":"IN"},"user":{"id":"ann","consent":{"personal":true}},"slots":[{"id":"1","placement":"home-banner"}]}`

// shown are the parts of an answer that tests look at.
type shown struct {
	Slots []struct {
		ID  string
		Ads []struct {
			Creative               ads.CreativeID
			Click, View, Hide, Why string
		}
	}
}

// tokens asks for ads and returns the tokens of those that it got.
func (s *site) tokens(body string) (list []string) {
	s.t.Helper()
	got := s.send(http.MethodPost, "/v1/decisions", body)
	require.Equal(s.t, http.StatusOK, got.status, got.body)
	var page shown
	require.NoError(s.t, json.Unmarshal([]byte(got.body), &page), got.body)
	for _, slot := range page.Slots {
		for _, ad := range slot.Ads {
			list = append(list, strings.TrimPrefix(ad.View, s.base+"/v/"))
		}
	}
	return list
}

func (s *site) token() string {
	s.t.Helper()
	list := s.tokens(decision)
	require.Len(s.t, list, 1)
	return list[0]
}

// loss is what says that the bid of a token lost.
func (s *site) loss(tok string) string { return string(s.engine.LossOf([]byte(tok))) }

// figures waits until the books say what is wanted.
func (s *site) figures(want store.Figures) {
	s.t.Helper()
	now := *s.now.Load()
	require.EventuallyWithT(s.t, func(c *assert.CollectT) {
		rows, err := s.db.Report(context.Background(), store.Query{All: true, From: now.AddDate(0, 0, -60), To: now.AddDate(0, 0, 1)})
		require.NoError(c, err)
		var sum store.Figures
		for _, r := range rows {
			sum.Views, sum.Clicks, sum.Conversions, sum.Gross = sum.Views+r.Views, sum.Clicks+r.Clicks, sum.Conversions+r.Conversions, sum.Gross+r.Gross
			sum.Value += r.Value
		}
		assert.Equal(c, want, sum)
	}, patience, 5*time.Millisecond)
}

// problem is what a refusal says.
func problem(t *testing.T, a answer) (p web.Problem) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(a.body), &p), a.body)
	require.Equal(t, a.status, p.Status)
	return p
}
