package api_test

import (
	"bytes"
	"context"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/api"
	"github.com/marquee-tickets/marquee/adserver/device"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/store/sqlite"
	"github.com/marquee-tickets/marquee/adserver/token"
	"github.com/marquee-tickets/marquee/internal/geo"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
)

const (
	standBase  = "https://ads.example.com"
	standAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
)

// standSecret makes publishers' keys in tests.
var standSecret = bytes.Repeat([]byte{3}, 32)

// opened is when stands and sites open. Their databases' clocks stand there, so that no test depends on the day.
var opened = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func openDB(t testing.TB, path string) *store.DB {
	t.Helper()
	db, err := lite.Open(context.Background(), lite.Config{Path: path, Now: func() time.Time { return opened }})
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	require.NoError(t, lite.Migrate(context.Background(), db, sqlite.Migrations(), "ad_migration"))
	return store.New(db)
}

// stand is an API over an engine and a database, with one advertiser that has paid in and one publisher.
type stand struct {
	*api.API
	t          testing.TB
	db         *store.DB
	engine     *adserver.Engine
	now        atomic.Pointer[time.Time]
	advertiser ads.Advertiser
	publisher  ads.Publisher
	campaign   ads.Campaign
}

// newStand makes one. cfg changes what the API is made with; nil changes nothing.
func newStand(t testing.TB, cfg func(*api.Config)) *stand {
	t.Helper()
	s := &stand{t: t}
	s.now.Store(&opened)
	dir, ctx := t.TempDir(), context.Background()
	db := openDB(t, filepath.Join(dir, "ads.db"))
	s.db = db
	s.advertiser = s.newAdvertiser("Acme & Sons", "acme.com")
	owner, err := db.Publishers.Create(ctx, 0, ads.Publisher{
		Slug: "demo", Name: "Demo", Currency: "USD", TimeZone: "UTC", Share: 700_000, Hosts: []string{"demo.com"}, BlockedDomains: []string{"rival.com"},
	})
	require.NoError(t, err)
	s.publisher = owner.Value
	s.campaign = s.newCampaign(s.advertiser)
	parser, err := device.New(device.Config{})
	require.NoError(t, err)
	endless := fraud.Rates{{Burst: -1}, {Burst: -1}, {Burst: -1}}
	filter, err := fraud.New(fraud.Config{Key: bytes.Repeat([]byte{7}, 32), User: endless, Network: endless, Provider: endless, ClickAfter: -1})
	require.NoError(t, err)
	s.engine, err = adserver.Open(ctx, db, adserver.Config{
		Dir: dir, Keys: []token.Key{{Secret: bytes.Repeat([]byte{1}, 32)}}, Secret: bytes.Repeat([]byte{2}, 32), Explore: -1, MostUnseen: -1,
		Sensors: adserver.Sensors{Devices: parser, Places: geo.New("", geo.Config{}), Fraud: filter}, Fragment: api.Fragment(standBase),
		Now: func() time.Time { return *s.now.Load() },
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.engine.Close(context.Background()) })
	c := api.Config{Engine: s.engine, BaseURL: standBase, Assets: db, Secret: standSecret}
	if cfg != nil {
		cfg(&c)
	}
	s.API = api.New(c)
	return s
}

func (s *stand) newAdvertiser(name, domain string) ads.Advertiser {
	s.t.Helper()
	ctx := context.Background()
	made, err := s.db.Advertisers.Create(ctx, 0, ads.Advertiser{
		Name: name, Currency: "USD", TimeZone: "UTC", Domains: []ads.AdvertiserDomain{{Name: domain, Verified: time.Unix(1, 0).UTC()}},
	})
	require.NoError(s.t, err)
	paid := 1_000_000 * ads.Unit
	_, err = s.db.Post(ctx, ledger.Entry{Ref: "top-up/" + name, Kind: ledger.TopUp, At: *s.now.Load(), Postings: []ledger.Posting{
		{Account: ledger.Account{Kind: ledger.OfAdvertiser, ID: uint32(made.Value.ID), Currency: "USD"}, Amount: paid},
		{Account: ledger.Account{Kind: ledger.OfGateway, Currency: "USD"}, Amount: -paid},
	}})
	require.NoError(s.t, err)
	return made.Value
}

func (s *stand) newCampaign(a ads.Advertiser) ads.Campaign {
	s.t.Helper()
	made, err := s.db.Campaigns.Create(context.Background(), 0, ads.Campaign{Advertiser: a.ID, Name: "Spring", Status: ads.Active})
	require.NoError(s.t, err)
	return made.Value
}

// place makes a placement of the publisher's.
func (s *stand) place(slug string, kind ads.PlacementKind, most int, sizes ...ads.Size) ads.Placement {
	s.t.Helper()
	made, err := s.db.Placements.Create(context.Background(), 0, ads.Placement{
		Publisher: s.publisher.ID, Slug: slug, Name: slug, Kind: kind, Sizes: sizes, Most: most, Floor: ads.Unit,
	})
	require.NoError(s.t, err)
	s.reload()
	return made.Value
}

// line makes a line of the advertiser's with one creative, an image of 970 by 250 unless it is changed.
func (s *stand) line(change func(*ads.Line, *ads.Creative)) (ads.Line, ads.Creative) {
	s.t.Helper()
	ctx := context.Background()
	l := ads.Line{Campaign: s.campaign.ID, Name: "Line", Status: ads.Active, Tier: ads.Auction, Pricing: ads.CPM, Bid: 2 * ads.Unit, Pace: ads.ASAP}
	c := ads.Creative{
		Name: "Blue", Format: ads.Image, Size: ads.Size{Width: 970, Height: 250}, Landing: "https://acme.com/p", Weight: 1,
		Image: ads.ImagePart{URL: "https://acme.com/a.png", Alt: `Blue "sky"`}, Review: ads.Approved, Categories: []string{"IAB1-6"},
	}
	if change != nil {
		change(&l, &c)
	}
	made, err := s.db.Lines.Create(ctx, 0, l)
	require.NoError(s.t, err)
	c.Line = made.Value.ID
	shown, err := s.db.Creatives.Create(ctx, 0, c)
	require.NoError(s.t, err)
	s.reload()
	return made.Value, shown.Value
}

// film makes a line of another campaign with one video.
func (s *stand) film(change func(*ads.Line, *ads.Creative)) (ads.Line, ads.Creative) {
	s.t.Helper()
	return s.line(func(l *ads.Line, c *ads.Creative) {
		c.Format, c.Image = ads.Video, ads.ImagePart{}
		c.Video = ads.VideoPart{URL: "https://acme.com/a.mp4", MIME: "video/mp4", Seconds: 20, Width: 1280, Height: 720, Bitrate: 1500, SkipAfter: 5}
		if change != nil {
			change(l, c)
		}
	})
}

// rival makes another advertiser with a campaign, and has further lines be of it until back is called.
func (s *stand) rival(name, domain string) (back func()) {
	s.t.Helper()
	before := s.campaign
	s.campaign = s.newCampaign(s.newAdvertiser(name, domain))
	return func() { s.campaign = before }
}

func (s *stand) reload() {
	s.t.Helper()
	if s.engine != nil {
		require.NoError(s.t, s.engine.Reload(context.Background()))
	}
}

// ask sends a request and returns what came back.
func (s *stand) ask(method, uri, body string, headers ...string) *fasthttp.Response {
	s.t.Helper()
	rc := s.request(method, uri, body, headers...)
	require.True(s.t, s.Serve(rc), uri)
	return &rc.Response
}

// request makes a request of a browser; headers are names and values in turn.
func (*stand) request(method, uri, body string, headers ...string) *fasthttp.RequestCtx {
	var r fasthttp.Request
	r.Header.SetMethod(method)
	r.SetRequestURI(uri)
	r.Header.SetUserAgent(standAgent)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if body != "" {
		r.SetBodyString(body)
	}
	rc := new(fasthttp.RequestCtx)
	rc.Init(&r, &net.TCPAddr{IP: net.IPv4(203, 0, 113, 9), Port: 4711}, nil)
	return rc
}

// books are what the database says of a day after everything is brought to it.
func (s *stand) books() store.Figures {
	s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = s.engine.Run(ctx) }()
	defer func() { cancel(); <-ended }()
	var f store.Figures
	require.Eventually(s.t, func() bool {
		gauges, err := s.engine.Gauges(context.Background())
		return err == nil && gauges.JournalLag == 0
	}, patience, 10*time.Millisecond)
	rows, err := s.db.Report(context.Background(), store.Query{All: true, From: s.now.Load().AddDate(0, 0, -1), To: s.now.Load().AddDate(0, 0, 1)})
	require.NoError(s.t, err)
	for _, r := range rows {
		f.Views, f.Clicks, f.Gross = f.Views+r.Views, f.Clicks+r.Clicks, f.Gross+r.Gross
	}
	return f
}
