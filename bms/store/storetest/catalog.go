package storetest

import (
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/store"
)

var catalogTests = map[string]func(*suite){
	"Catalog_PartnerRoundTrip":   testPartner,
	"Catalog_BrandRoundTrip":     testBrand,
	"Catalog_EventRoundTrip":     testEvent,
	"Catalog_EventsByID":         testEvents,
	"Catalog_VenueRoundTrip":     testVenue,
	"Catalog_VenuesOfCityByName": testVenues,
	"Catalog_HallRoundTrip":      testHall,
	"Catalog_SeatMapRoundTrip":   testSeatMap,
	"Catalog_SeatMapNeverChange": testSeatMapOnce,
	"Catalog_NewestSeatMap":      testSeatMapOf,
	"Catalog_SlugsAreUnique":     testSlugs,
	"Catalog_ParentsMustExist":   testParents,
}

// cycle checks that what is put is what is read: full, then replaced by one with nothing but what it must have.
func cycle[T any](s *suite, full, bare T, put func(store.Tx, T) error, get func(store.Tx) (T, error)) {
	s.Helper()
	missing(s, get)
	for _, v := range []T{full, bare, full} {
		s.must(func(tx store.Tx) error { return put(tx, v) })
		require.Equal(s, v, read(s, get))
	}
}

func testPartner(s *suite) {
	p := full[catalog.Partner]()
	cycle(s, p, catalog.Partner{ID: p.ID},
		func(tx store.Tx, p catalog.Partner) error { return tx.PutPartner(s.Context(), p) },
		func(tx store.Tx) (catalog.Partner, error) { return tx.Partner(s.Context(), p.ID) })
	s.must(func(tx store.Tx) error { return tx.PutPartner(s.Context(), partner(partnerID)) })
	all := read(s, func(tx store.Tx) ([]catalog.Partner, error) { return tx.Partners(s.Context()) })
	assert.ElementsMatch(s, []catalog.Partner{p, partner(partnerID)}, all)
}

func testBrand(s *suite) {
	s.programme()
	brands := func(tx store.Tx) ([]catalog.Brand, error) { return tx.Brands(s.Context()) }
	assert.Empty(s, read(s, brands))
	b := full[catalog.Brand]()
	b.PartnerID = partnerID
	one := func(tx store.Tx) (catalog.Brand, error) { return tx.Brand(s.Context(), b.ID) }
	missing(s, one)
	other := catalog.Brand{ID: "brd_2", PartnerID: partnerID}
	s.must(func(tx store.Tx) error { return firstOf(tx.PutBrand(s.Context(), b), tx.PutBrand(s.Context(), other)) })
	assert.ElementsMatch(s, []catalog.Brand{b, other}, read(s, brands))
	assert.Equal(s, b, read(s, one))
	b.Name, b.Hosts = "renamed", nil
	s.must(func(tx store.Tx) error { return tx.PutBrand(s.Context(), b) })
	assert.ElementsMatch(s, []catalog.Brand{b, other}, read(s, brands))
	assert.Equal(s, b, read(s, one))
}

func testEvent(s *suite) {
	s.programme()
	e := full[catalog.Event]()
	e.PartnerID = partnerID
	put := func(tx store.Tx, e catalog.Event) error { return tx.PutEvent(s.Context(), e) }
	cycle(s, e, catalog.Event{ID: e.ID, PartnerID: partnerID}, put,
		func(tx store.Tx) (catalog.Event, error) { return tx.Event(s.Context(), e.ID) })
	bySlug := func(slug string) func(tx store.Tx) (catalog.Event, error) {
		return func(tx store.Tx) (catalog.Event, error) { return tx.EventBySlug(s.Context(), slug) }
	}
	assert.Equal(s, e, read(s, bySlug(e.Slug)))
	old := e.Slug
	e.Slug = "moved"
	s.must(func(tx store.Tx) error { return put(tx, e) })
	assert.Equal(s, e, read(s, bySlug("moved")))
	missing(s, bySlug(old))
	slugs := read(s, func(tx store.Tx) ([]string, error) { return tx.EventSlugs(s.Context()) })
	assert.Contains(s, slugs, "moved")
	assert.NotContains(s, slugs, old)
	assert.IsIncreasing(s, append([]string{""}, slugs...))
}

func testEvents(s *suite) {
	s.programme()
	s.must(func(tx store.Tx) error {
		return firstOf(tx.PutEvent(s.Context(), event("evt_2")), tx.PutEvent(s.Context(), event("evt_3")))
	})
	list := func(ids ...catalog.EventID) []catalog.Event {
		return read(s, func(tx store.Tx) ([]catalog.Event, error) { return tx.Events(s.Context(), ids) })
	}
	assert.ElementsMatch(s, []catalog.Event{event("evt_3"), event(eventID)}, list("evt_3", "evt_none", eventID, "evt_3"))
	assert.Empty(s, list("evt_none"))
	assert.Empty(s, list())
	assert.Empty(s, list([]catalog.EventID{}...))
}

func testVenue(s *suite) {
	s.programme()
	v := full[catalog.Venue]()
	v.PartnerID = partnerID
	cycle(s, v, catalog.Venue{ID: v.ID, PartnerID: partnerID},
		func(tx store.Tx, v catalog.Venue) error { return tx.PutVenue(s.Context(), v) },
		func(tx store.Tx) (catalog.Venue, error) { return tx.Venue(s.Context(), v.ID) })
	bySlug := func(tx store.Tx) (catalog.Venue, error) { return tx.VenueBySlug(s.Context(), v.Slug) }
	assert.Equal(s, v, read(s, bySlug))
	missing(s, func(tx store.Tx) (catalog.Venue, error) { return tx.VenueBySlug(s.Context(), "none") })
}

func testVenues(s *suite) {
	s.programme()
	named := func(id catalog.VenueID, name, in string) catalog.Venue {
		v := venue(id, in)
		v.Name = name
		return v
	}
	b, a, c := named("ven_b", "Beta", "brno"), named("ven_c", "Alpha", "brno"), named("ven_a", "Gamma", "brno")
	s.must(func(tx store.Tx) error {
		return firstOf(tx.PutVenue(s.Context(), b), tx.PutVenue(s.Context(), a), tx.PutVenue(s.Context(), c))
	})
	list := func(in string, of catalog.PartnerID) []catalog.Venue {
		return read(s, func(tx store.Tx) ([]catalog.Venue, error) { return tx.Venues(s.Context(), in, of) })
	}
	assert.Equal(s, []catalog.Venue{a, b, c}, list("brno", ""))
	assert.Equal(s, []catalog.Venue{a, b, c, venue(venueID, city)}, list("", ""))
	assert.Empty(s, list("ostrava", ""))

	s.must(func(tx store.Tx) error {
		return tx.PutPartner(s.Context(), catalog.Partner{ID: "ptn_2", Slug: "second"})
	})
	b.PartnerID = "ptn_2"
	s.must(func(tx store.Tx) error { return tx.PutVenue(s.Context(), b) })
	assert.Equal(s, []catalog.Venue{b}, list("brno", "ptn_2"))
	assert.Equal(s, []catalog.Venue{b}, list("", "ptn_2"))
	assert.Equal(s, []catalog.Venue{a, c}, list("brno", partnerID))
	assert.Empty(s, list(city, "ptn_2"))
	assert.Empty(s, list("", "ptn_none"))
}

func testHall(s *suite) {
	s.programme()
	h := full[catalog.Hall]()
	h.VenueID = venueID
	cycle(s, h, catalog.Hall{ID: h.ID, VenueID: venueID},
		func(tx store.Tx, h catalog.Hall) error { return tx.PutHall(s.Context(), h) },
		func(tx store.Tx) (catalog.Hall, error) { return tx.Hall(s.Context(), h.ID) })
}

func testSeatMap(s *suite) {
	s.programme()
	m := full[catalog.SeatMap]()
	m.HallID = hallID
	get := func(tx store.Tx) (catalog.SeatMap, error) { return tx.SeatMap(s.Context(), m.ID) }
	missing(s, get)
	s.must(func(tx store.Tx) error { return tx.AddSeatMap(s.Context(), m) })
	assert.Equal(s, m, read(s, get))
}

func testSeatMapOnce(s *suite) {
	s.programme()
	stored := read(s, func(tx store.Tx) (catalog.SeatMap, error) { return tx.SeatMap(s.Context(), mapID) })
	for _, m := range []catalog.SeatMap{
		{ID: mapID, HallID: hallID, Version: 2, Digest: "same id"},
		{ID: "map_x", HallID: hallID, Version: 1, Digest: "same version"},
	} {
		s.refused(store.ErrDuplicate, func(tx store.Tx) error { return tx.AddSeatMap(s.Context(), m) })
	}
	assert.Equal(s, stored, read(s, func(tx store.Tx) (catalog.SeatMap, error) { return tx.SeatMapOf(s.Context(), hallID) }))
}

func testSeatMapOf(s *suite) {
	s.programme()
	newest := func(tx store.Tx) (catalog.SeatMap, error) { return tx.SeatMapOf(s.Context(), hallID) }
	for _, version := range []int{10, 9} { // the newest is the highest, not the last
		m := catalog.SeatMap{ID: catalog.SeatMapID(rune('a' + version)), HallID: hallID, Version: version}
		s.must(func(tx store.Tx) error { return tx.AddSeatMap(s.Context(), m) })
		assert.Equal(s, 10, read(s, newest).Version)
	}
	missing(s, func(tx store.Tx) (catalog.SeatMap, error) { return tx.SeatMapOf(s.Context(), "hal_none") })
}

func testSlugs(s *suite) {
	s.programme()
	p, e, v := partner("ptn_2"), event("evt_2"), venue("ven_2", city)
	p.Slug, e.Slug, v.Slug = partner(partnerID).Slug, event(eventID).Slug, venue(venueID, "").Slug
	for name, put := range map[string]func(store.Tx) error{
		"partner": func(tx store.Tx) error { return tx.PutPartner(s.Context(), p) },
		"event":   func(tx store.Tx) error { return tx.PutEvent(s.Context(), e) },
		"venue":   func(tx store.Tx) error { return tx.PutVenue(s.Context(), v) },
	} {
		require.ErrorIs(s, s.try(put), store.ErrDuplicate, name)
	}
	missing(s, func(tx store.Tx) (catalog.Event, error) { return tx.Event(s.Context(), "evt_2") })
}

// Nothing refers to what is not there.
func testParents(s *suite) {
	s.programme()
	stray := show("shw_stray")
	stray.EventID = "evt_none"
	for name, put := range map[string]func(store.Tx) error{
		"brand": func(tx store.Tx) error { return tx.PutBrand(s.Context(), catalog.Brand{ID: "b", PartnerID: "none"}) },
		"event": func(tx store.Tx) error { return tx.PutEvent(s.Context(), catalog.Event{ID: "e", PartnerID: "none"}) },
		"hall":  func(tx store.Tx) error { return tx.PutHall(s.Context(), catalog.Hall{ID: "h", VenueID: "none"}) },
		"map": func(tx store.Tx) error {
			return tx.AddSeatMap(s.Context(), catalog.SeatMap{ID: "m", HallID: "none", Version: 1})
		},
		"show": func(tx store.Tx) error { return tx.PutShows(s.Context(), []catalog.Show{stray}, cities) },
	} {
		require.Error(s, s.try(put), name)
	}
	missing(s, func(tx store.Tx) (catalog.Show, error) { return tx.Show(s.Context(), stray.ID) })
}
