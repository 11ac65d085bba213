// Package storetest is what adserver/store promises, as a test that each engine's package runs.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t testing.TB) sqldb.DB { return openEmpty(t) })
//	}
package storetest

import (
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// Run runs the suite. open returns a migrated, empty database of the test's own, which Run closes.
func Run(t *testing.T, open func(t testing.TB) sqldb.DB) {
	all := map[string]func(*suite){}
	for _, group := range []map[string]func(*suite){
		catalogTests, watchTests, actTests, epochTests, applyTests, entryTests, auditTests, leaseTests, reportTests,
		memberTests, sessionTests, topUpTests, roomTests, payoutTests, findingTests, assetTests, viewerTests, clickTests,
	} {
		maps.Copy(all, group)
	}
	for name, test := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := open(t)
			db := store.New(raw)
			t.Cleanup(func() { assert.NoError(t, db.Close()) })
			test(&suite{T: t, raw: raw, db: db})
		})
	}
}

// suite is one test with its database.
type suite struct {
	*testing.T
	raw sqldb.DB
	db  *store.DB
}

// admin is who makes things in the tests.
const admin = store.MemberID(7)

// start is a whole microsecond that is no whole millisecond, in the middle of an hour.
var start = time.Date(2026, 11, 22, 12, 20, 0, 123457000, time.UTC)

// world is one advertiser with all that it needs to be seen somewhere.
type world struct {
	advertiser store.Kept[ads.Advertiser]
	campaign   store.Kept[ads.Campaign]
	line       store.Kept[ads.Line]
	creative   store.Kept[ads.Creative]
	publisher  store.Kept[ads.Publisher]
	placement  store.Kept[ads.Placement]
}

func advertiser(name string) ads.Advertiser {
	return ads.Advertiser{
		Name: name, Currency: "INR", TimeZone: "Asia/Kolkata",
		Domains: []ads.AdvertiserDomain{{Name: "acme.example", Proof: "p", Verified: start}},
	}
}

func campaign(of ads.AdvertiserID) ads.Campaign {
	return ads.Campaign{
		Advertiser: of, Name: "Diwali — “Licht” \u2028 <b>", Status: ads.Active, Flight: ads.Flight{Starts: start, Ends: start.Add(48 * time.Hour)},
		Budget: ads.Budget{Total: 1000 * ads.Unit, Daily: 100 * ads.Unit}, Caps: []ads.Cap{{Times: 3, Per: ads.PerDay}},
	}
}

func line(of ads.CampaignID, at ...ads.PlacementID) ads.Line {
	return ads.Line{
		Campaign: of, Name: "Chennai", Status: ads.Active, Tier: ads.Auction, Pricing: ads.CPM, Bid: 2 * ads.Unit, Pace: ads.Even,
		Placements: at, Targeting: `city = "chennai"`, Product: "films",
	}
}

func creative(of ads.LineID) ads.Creative {
	return ads.Creative{
		Line: of, Name: "Banner", Format: ads.Image, Size: ads.Size{Width: 970, Height: 250}, Landing: "https://acme.example/", Weight: 1,
		Image: ads.ImagePart{URL: "https://acme.example/a.png", Alt: "A lamp"}, Categories: []string{"IAB1-5"}, Review: ads.Submitted,
	}
}

func publisher(slug string) ads.Publisher {
	return ads.Publisher{Slug: slug, Name: "Kino", Currency: "INR", TimeZone: "Asia/Kolkata", Share: 700_000, Hosts: []string{"kino.example"}}
}

func placement(of ads.PublisherID, slug string) ads.Placement {
	return ads.Placement{Publisher: of, Slug: slug, Name: "Home", Kind: ads.HomeBanner, Sizes: []ads.Size{{Width: 970, Height: 250}}, Floor: ads.Unit, Most: 1}
}

// world makes one, with names of its own.
func (s *suite) world(name string) world {
	s.Helper()
	var w world
	w.publisher = made(s, s.db.Publishers, publisher(name))
	w.placement = made(s, s.db.Placements, placement(w.publisher.Value.ID, "home"))
	w.advertiser = made(s, s.db.Advertisers, advertiser(name))
	w.campaign = made(s, s.db.Campaigns, campaign(w.advertiser.Value.ID))
	w.line = made(s, s.db.Lines, line(w.campaign.Value.ID, w.placement.Value.ID))
	w.creative = made(s, s.db.Creatives, creative(w.line.Value.ID))
	return w
}

func made[ID ~uint32, T any](s *suite, t store.Table[ID, T], v T) store.Kept[T] {
	s.Helper()
	k, err := t.Create(s.Context(), admin, v)
	require.NoError(s, err)
	return k
}

// at asserts that the error is about a field of the input.
func (s *suite) at(field string, err error) {
	s.Helper()
	s.is(fault.Invalid, err)
	assert.Equal(s, field, fault.Of(err).Field)
}

func (s *suite) is(code fault.Code, err error) {
	s.Helper()
	require.Error(s, err)
	require.Equal(s, code, fault.CodeOf(err), err)
}

// count returns how many rows a table has.
func (s *suite) count(table string) int {
	s.Helper()
	var n int
	require.NoError(s, s.raw.View(s.Context(), func(tx sqldb.Tx) error {
		return tx.One(s.Context(), []any{&n}, "select count(*) from "+table)
	}))
	return n
}

// together runs fn n times at once.
func together(n int, fn func(i int)) {
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { fn(i) })
	}
	wait.Wait()
}

// inr is the currency of the tests' world.
const inr = money.Currency("INR")
