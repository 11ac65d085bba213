package adserver_test

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/consent"
	"github.com/marquee-tickets/marquee/adserver/device"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/journal"
	"github.com/marquee-tickets/marquee/adserver/journal/journaltest"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/store/sqlite"
	"github.com/marquee-tickets/marquee/adserver/token"
	"github.com/marquee-tickets/marquee/internal/geo"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
)

// people's browser.
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

// opened is when markets open. No clock shows whole seconds.
var opened = time.Date(2026, 11, 30, 12, 0, 0, 300_000_000, time.UTC)

// ticking is a database's clock that goes on when it is looked at alone: neither the day nor how long a test takes changes anything.
func ticking() func() time.Time {
	var looks atomic.Int64
	return func() time.Time { return opened.Add(time.Duration(looks.Add(1)) * time.Microsecond) }
}

// by is who changes the catalogue in tests.
const by = store.MemberID(0)

// market is a database with an advertiser and a publisher, and an engine over it.
type market struct {
	*adserver.Engine
	t   testing.TB
	dir string
	db  *store.DB
	now atomic.Pointer[time.Time]
	cfg func(*adserver.Config)

	advertiser ads.Advertiser
	publisher  ads.Publisher
	banner     ads.Placement
}

// newMarket opens one whose advertiser has paid in.
func newMarket(t testing.TB, paidIn ads.Nano, cfg func(*adserver.Config)) *market {
	t.Helper()
	dir := t.TempDir()
	db, err := lite.Open(context.Background(), lite.Config{Path: filepath.Join(dir, "ads.db"), Now: ticking()})
	require.NoError(t, err)
	require.NoError(t, lite.Migrate(context.Background(), db, sqlite.Migrations(), "ad_migration"))
	m := marketOf(t, store.New(db), dir, paidIn)
	m.cfg = cfg
	return m
}

// marketOf is newMarket with a database of the test's.
func marketOf(t testing.TB, db *store.DB, dir string, paidIn ads.Nano) *market {
	t.Helper()
	m := &market{t: t, dir: dir, db: db}
	m.now.Store(&opened)
	ctx := context.Background()
	t.Cleanup(func() { _ = db.Close() })
	m.advertiser = m.newAdvertiser("Acme", paidIn)
	owner, err := db.Publishers.Create(ctx, by, ads.Publisher{
		Slug: "demo", Name: "Demo", Currency: "USD", TimeZone: "UTC", Share: 700_000, Hosts: []string{"demo.com"},
	})
	require.NoError(t, err)
	m.publisher = owner.Value
	banner, err := db.Placements.Create(ctx, by, ads.Placement{
		Publisher: m.publisher.ID, Slug: "home-banner", Name: "Home", Kind: ads.HomeBanner, Sizes: []ads.Size{{Width: 970, Height: 250}}, Most: 3, Floor: ads.Unit,
	})
	require.NoError(t, err)
	m.banner = banner.Value
	return m
}

func (m *market) newAdvertiser(name string, paidIn ads.Nano) ads.Advertiser {
	m.t.Helper()
	ctx := context.Background()
	made, err := m.db.Advertisers.Create(ctx, by, ads.Advertiser{
		Name: name, Currency: "USD", TimeZone: "UTC", Domains: []ads.AdvertiserDomain{{Name: "acme.com", Verified: time.Unix(1, 0).UTC()}},
	})
	require.NoError(m.t, err)
	a := made.Value
	if paidIn > 0 {
		_, err = m.db.Post(ctx, ledger.Entry{Ref: "top-up/" + name, Kind: ledger.TopUp, At: *m.now.Load(), Postings: []ledger.Posting{
			{Account: ledger.Account{Kind: ledger.OfAdvertiser, ID: uint32(a.ID), Currency: "USD"}, Amount: paidIn},
			{Account: ledger.Account{Kind: ledger.OfGateway, Currency: "USD"}, Amount: -paidIn},
		}})
		require.NoError(m.t, err)
	}
	return a
}

// campaign makes a campaign of the advertiser.
func (m *market) campaign(change func(*ads.Campaign)) ads.Campaign {
	m.t.Helper()
	c := ads.Campaign{Advertiser: m.advertiser.ID, Name: "Spring", Status: ads.Active}
	if change != nil {
		change(&c)
	}
	made, err := m.db.Campaigns.Create(context.Background(), by, c)
	require.NoError(m.t, err)
	return made.Value
}

// line makes a line with one creative.
func (m *market) line(c ads.Campaign, change func(*ads.Line)) (ads.Line, ads.Creative) {
	m.t.Helper()
	l := ads.Line{Campaign: c.ID, Name: "Line", Status: ads.Active, Tier: ads.Auction, Pricing: ads.CPM, Bid: 2 * ads.Unit, Pace: ads.ASAP}
	if change != nil {
		change(&l)
	}
	made, err := m.db.Lines.Create(context.Background(), by, l)
	require.NoError(m.t, err)
	return made.Value, m.creative(made.Value, nil)
}

func (m *market) creative(l ads.Line, change func(*ads.Creative)) ads.Creative {
	m.t.Helper()
	c := ads.Creative{
		Line: l.ID, Name: "Blue", Format: ads.Image, Size: ads.Size{Width: 970, Height: 250}, Landing: "https://acme.com/p", Weight: 1,
		Image: ads.ImagePart{URL: "https://acme.com/a.png", Alt: "Blue"}, Categories: []string{"IAB1-6"}, Review: ads.Approved,
	}
	if change != nil {
		change(&c)
	}
	made, err := m.db.Creatives.Create(context.Background(), by, c)
	require.NoError(m.t, err)
	return made.Value
}

// sensors believe everybody, so that tests of counting are not about traffic.
func sensors(t testing.TB) adserver.Sensors {
	t.Helper()
	parser, err := device.New(device.Config{})
	require.NoError(t, err)
	endless := fraud.Rates{{Burst: -1}, {Burst: -1}, {Burst: -1}}
	filter, err := fraud.New(fraud.Config{Key: bytes.Repeat([]byte{7}, 32), User: endless, Network: endless, Provider: endless, ClickAfter: -1})
	require.NoError(t, err)
	return adserver.Sensors{Devices: parser, Places: geo.New("", geo.Config{}), Fraud: filter}
}

// config is that of an engine over the market.
func (m *market) config() adserver.Config {
	cfg := adserver.Config{
		Dir: m.dir, Keys: []token.Key{{Secret: bytes.Repeat([]byte{1}, 32)}}, Secret: bytes.Repeat([]byte{2}, 32), Sensors: sensors(m.t),
		Now: func() time.Time { return *m.now.Load() }, Explore: -1, MostUnseen: -1,
	}
	if m.cfg != nil {
		m.cfg(&cfg)
	}
	return cfg
}

// open opens an engine over the market, as after a start.
func (m *market) open() *market {
	m.t.Helper()
	e, err := adserver.Open(context.Background(), m.db, m.config())
	require.NoError(m.t, err)
	m.Engine = e
	m.t.Cleanup(func() { _ = e.Abandon() })
	return m
}

// onDisk has the journal on a disk that forgets what was not synced, and in files so small that there are soon several.
func (m *market) onDisk() *journaltest.Disk {
	m.t.Helper()
	var disk journaltest.Disk
	require.NoError(m.t, m.OnJournal(journal.Config{SegmentBytes: 4 << 10, Sync: disk.Sync}))
	return &disk
}

// synced are the events that a power cut would leave of the journal.
func (m *market) synced(disk *journaltest.Disk) []ledger.Event {
	to := m.t.TempDir()
	assert.NoError(m.t, disk.Copy(filepath.Join(m.dir, "journal"), to))
	return events(m.t, to)
}

// reopen ends the engine, orderly or not, and opens another.
func (m *market) reopen(orderly bool) {
	m.t.Helper()
	if orderly {
		require.NoError(m.t, m.Engine.Close(context.Background()))
	} else {
		require.NoError(m.t, m.Engine.Abandon())
	}
	m.open()
}

func (m *market) pass(d time.Duration) {
	at := m.now.Load().Add(d)
	m.now.Store(&at)
	require.NoError(m.t, m.Reload(context.Background())) // as Run does from time to time
}

// onTheSecond has the clock show a whole second, for what is looked at on its edge: what is counted by the second is so for a part of one more.
func (m *market) onTheSecond() {
	at := m.now.Load().Truncate(time.Second)
	m.now.Store(&at)
}

// visitor is somebody with a browser.
func visitor() adserver.Visitor {
	return adserver.Visitor{IP: netip.MustParseAddr("203.0.113.9"), Agent: []byte(firefox)}
}

func visit() *adserver.Visit {
	v := visitor()
	return &adserver.Visit{IP: v.IP, Agent: v.Agent}
}

var yes = true

// request is of somebody who agreed to be known; nobody's when user is empty.
func request(user string) *adserver.Request {
	r := &adserver.Request{
		Publisher: "demo", Visitor: visitor(), Slots: []adserver.Slot{{ID: "1", Placement: "home-banner"}},
		Page: adserver.Page{City: "chennai", Country: "IN", Language: "en", Genres: []string{"drama"}},
	}
	if user != "" {
		r.User.ID = user
		r.Consent = consent.Strings{Personal: &yes}
	}
	return r
}

// decide returns the ads for a request.
func (m *market) decide(r *adserver.Request) []adserver.Ad {
	m.t.Helper()
	var a adserver.Answer
	require.NoError(m.t, m.Decide(r, &a))
	return a.Ads
}

// one returns the one ad for a user.
func (m *market) one(user string) adserver.Ad {
	m.t.Helper()
	list := m.decide(request(user))
	require.Len(m.t, list, 1)
	return list[0]
}

func (m *market) view(ad adserver.Ad) adserver.Outcome {
	m.t.Helper()
	o, err := m.View(context.Background(), ad.Token, visit())
	require.NoError(m.t, err)
	return o
}

func (m *market) click(ad adserver.Ad) adserver.Outcome {
	m.t.Helper()
	o, err := m.Click(context.Background(), ad.Token, visit())
	require.NoError(m.t, err)
	return o
}

// books are what the database says after all is brought to it.
type books struct {
	views, clicks int64
	gross         ads.Nano
	balance       ads.Nano
	share         ads.Nano
}

func (m *market) books() books {
	m.t.Helper()
	ctx := context.Background()
	require.NoError(m.t, m.Flush(ctx))
	wrong, err := m.db.Audit(ctx)
	require.NoError(m.t, err)
	require.Empty(m.t, wrong)
	now := *m.now.Load()
	rows, err := m.db.Report(ctx, store.Query{All: true, From: now.AddDate(0, 0, -30), To: now.AddDate(0, 0, 1)})
	require.NoError(m.t, err)
	var b books
	for _, r := range rows {
		b.views += r.Views
		b.clicks += r.Clicks
		b.gross += r.Gross
		b.share += r.Share
	}
	account := ledger.Account{Kind: ledger.OfAdvertiser, ID: uint32(m.advertiser.ID), Currency: "USD"}
	balances, err := m.db.Balances(ctx, account)
	require.NoError(m.t, err)
	b.balance = balances[account]
	return b
}

func userName(n int) string { return fmt.Sprintf("user-%d", n) }
