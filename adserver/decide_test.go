package adserver_test

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/internal/geo/geotest"
)

// TestDecide_AllocatesNothing is of a whole decision: who asks, the match, caps, auction, reservations and the token.
func TestDecide_AllocatesNothing(t *testing.T) {
	if raceOn {
		t.Skip("the race detector allocates")
	}
	m := newMarket(t, 1000*ads.Unit, nil)
	c := m.campaign(func(c *ads.Campaign) { c.Caps = []ads.Cap{{Times: 1000, Per: ads.PerDay}} })
	for i := range 40 {
		l, _ := m.line(c, func(l *ads.Line) {
			l.Bid = ads.Nano(i+1) * ads.Unit / 10
			l.Targeting = fmt.Sprintf("genre in (drama, comedy) and country = IN and not interest = word-%d and (city = chennai or os = linux)", i)
			l.Caps = []ads.Cap{{Times: 500, Per: ads.PerHour}}
			if i%3 == 0 {
				l.Pricing = ads.CPC
			}
		})
		m.creative(l, func(v *ads.Creative) { v.Name = "Red" })
	}
	m.open()
	requests := []*adserver.Request{request("")}
	for i := range 50 {
		r := request(userName(i))
		r.User.Interests, r.Page.Query = []string{"word-3", "word-7"}, "late show"
		requests = append(requests, r)
	}
	var a adserver.Answer
	n, filled := 0, 0
	decide := func() {
		if err := m.Decide(requests[n%len(requests)], &a); err != nil {
			t.Error(err)
		}
		filled += len(a.Ads)
		n++
	}
	for range 20 * len(requests) { // of each person it is remembered what he has seen, and that grows
		decide()
	}
	assert.Zero(t, testing.AllocsPerRun(200, decide))
	assert.Greater(t, filled, n/2, "it is ads that were decided on")
}

// However many lines somebody has, the next advertiser sets his price and has the place beside his.
func TestDecide_ManyLinesOfOneAreOneBidder(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 100*ads.Unit, nil)
	c := m.campaign(nil)
	for range 40 {
		m.line(c, func(l *ads.Line) { l.Bid = 9 * ads.Unit })
	}
	first := m.advertiser
	m.advertiser = m.newAdvertiser("Other", 100*ads.Unit)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Bid = 5 * ads.Unit })
	m.open()
	for range 50 {
		r := request("")
		r.Slots[0].Count = 2
		list := m.decide(r)
		require.Len(t, list, 2)
		assert.Equal(t, first.ID, list[0].Account)
		assert.Equal(t, 5*ads.Unit/1000+1, list[0].Price)
		assert.Equal(t, m.advertiser.ID, list[1].Account)
	}
}

func TestDecide_KnowsCityAndHourOfAnAddress(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 10*ads.Unit, func(c *adserver.Config) {
		c.Sensors.Places = geotest.Open(t, geotest.Record{Network: "203.0.113.0/24", Country: "IN", Region: "Goa", RegionCode: "GA", City: "New Town", CityID: 7, Lat: 15, Lng: 74})
	})
	// It is a Monday: noon with the publisher, half past five in the afternoon in India, which is the zone of geotest.
	m.line(m.campaign(nil), func(l *ads.Line) { l.Targeting = "city = new-town and hour = mon 17 and region = IN-GA" })
	m.open()
	for range 2 { // the second time it is remembered
		r := request("")
		r.Page.City, r.Page.Country = "", ""
		assert.Len(t, m.decide(r), 1)
		r.Visitor.IP = netip.MustParseAddr("198.51.100.1")
		assert.Empty(t, m.decide(r), "nowhere it is the publisher's time")
	}
}

func TestDay_IsThatOfTheZoneAtEachSecond(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"UTC", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Chatham", "America/St_Johns", "Australia/Lord_Howe", "America/Havana"} {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		rapid.Check(t, func(t *rapid.T) {
			near := rapid.Int64Range(1_600_000_000, 2_000_000_000).Draw(t, "about")
			seconds := rapid.SliceOfN(rapid.Int64Range(near-90_000, near+90_000), 2, 50).Draw(t, "seconds")
			days := adserver.Days(zone, seconds...)
			for i, s := range seconds {
				year, month, day := time.Unix(s, 0).In(zone).Date()
				require.EqualValues(t, time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()/86400, days[i], "%s, %d", name, s)
			}
		})
	}
}

func TestTally_LosesCitiesBeforeDecisions(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, nil)
	m.line(m.campaign(nil), nil)
	m.open()
	const asked = 2 * adserver.TallyPlaces
	for i := range asked {
		r := request("")
		r.Page.City = fmt.Sprintf("town-%d", i)
		require.Len(t, m.decide(r), 1)
	}
	require.NoError(t, m.Tally(context.Background()))
	require.NoError(t, m.Flush(context.Background()))
	now := *m.now.Load()
	rows, err := m.db.Report(context.Background(), store.Query{All: true, From: now, To: now, By: []store.Dim{store.ByCity}})
	require.NoError(t, err)
	require.Len(t, rows, adserver.TallyPlaces+1)
	sum := int64(0)
	for _, row := range rows {
		sum += row.Decisions
		if row.City == "" {
			assert.EqualValues(t, asked-adserver.TallyPlaces, row.Decisions)
		}
	}
	assert.EqualValues(t, asked, sum)
}

// Requests are texts over bytes that the next request is read into: nothing of one may be in the books but what was copied.
func TestTally_KeepsNothingOfTheRequest(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, nil)
	m.line(m.campaign(nil), nil)
	m.open()
	body := []byte("thiruvananthapuram-and-all-that-is-around-it")
	r := request("")
	r.Page.City = unsafe.String(&body[0], len(body))
	require.Len(t, m.decide(r), 1)
	ad := m.decide(r)
	require.Len(t, ad, 1)
	text := bytes.Clone(ad[0].Token)
	copy(body, "alice.smith@mail.example, whom nobody is to know")
	_, err := m.View(t.Context(), text, visit())
	require.NoError(t, err)
	require.NoError(t, m.Tally(t.Context()))
	require.NoError(t, m.Flush(t.Context()))
	now := *m.now.Load()
	rows, err := m.db.Report(t.Context(), store.Query{All: true, From: now, To: now, By: []store.Dim{store.ByCity}})
	require.NoError(t, err)
	require.Len(t, rows, 1, "a view is where its decision was")
	assert.Equal(t, "thiruvananthapuram-and-all-that-is-aroun", rows[0].City)
	assert.EqualValues(t, 2, rows[0].Decisions)
	assert.EqualValues(t, 1, rows[0].Views)
}

// Whoever reads the catalogue slowly does not bring back what was before.
func TestReload_TheNewestStays(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 10*ads.Unit, nil)
	c := m.campaign(nil)
	m.open()
	for range 150 {
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() { assert.NoError(t, m.Reload(t.Context())) })
		}
		m.line(c, nil)
		require.NoError(t, m.Reload(t.Context()))
		newest, err := m.db.Version(t.Context())
		require.NoError(t, err)
		all.Wait()
		require.Equal(t, newest, m.Version())
	}
}
