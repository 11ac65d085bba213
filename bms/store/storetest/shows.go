package storetest

import (
	"slices"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/store"
)

var showTests = map[string]func(*suite){
	"Shows_RoundTrip":          testShow,
	"Shows_AddedOnce":          testAddShow,
	"Shows_ReplaceRaisesIt":    testShowReplaced,
	"Shows_ByTheThousand":      testShowsByTheThousand,
	"Shows_ListFilters":        testListShows,
	"Shows_ListOrderAndCursor": testListCursor,
	"Shows_ListLimits":         testListLimits,
	"Shows_WhatsOn":            testWhatsOn,
	"Shows_SetStatus":          testSetShowStatus,
	"Shows_SetStatusOnce":      testSetShowStatusOnce,
	"Shows_LockedStay":         testLockShows,
	"Shows_Cancelled":          testCancelledShows,
}

func (s *suite) show(id catalog.ShowID) catalog.Show {
	s.Helper()
	return read(s, func(tx store.Tx) (catalog.Show, error) { return tx.Show(s.Context(), id) })
}

func (s *suite) list(q store.ShowQuery) []catalog.Show {
	s.Helper()
	return read(s, func(tx store.Tx) ([]catalog.Show, error) { return tx.ListShows(s.Context(), q) })
}

func testShow(s *suite) {
	s.programme()
	sh, known := full[catalog.Show](), show("")
	sh.PartnerID, sh.EventID, sh.VenueID, sh.SeatMapID, sh.PriceListID = partnerID, eventID, venueID, mapID, string(listID)
	sh.Version = 1
	missing(s, func(tx store.Tx) (catalog.Show, error) { return tx.Show(s.Context(), sh.ID) })
	known.ID, known.Version = "shw_bare", 0
	s.putShows(sh, known)
	assert.Equal(s, sh, s.show(sh.ID))
	known.Version = 1 // versions count from 1
	assert.Equal(s, known, s.show("shw_bare"))
	s.must(func(tx store.Tx) error { return tx.PutShows(s.Context(), nil, nil) })
}

func testAddShow(s *suite) {
	s.programme()
	add := func(sh catalog.Show) error {
		return s.try(func(tx store.Tx) error { return tx.AddShow(s.Context(), sh, city) })
	}
	sh, again := showAt("shw_added", 72*time.Hour), showAt("shw_added", 96*time.Hour)
	require.NoError(s, add(sh))
	assert.Equal(s, sh, s.show(sh.ID))
	assert.Equal(s, []catalog.Show{sh}, s.list(store.ShowQuery{City: city, LocalDate: sh.LocalDate, From: sh.StartsAt}))
	require.ErrorIs(s, add(again), store.ErrDuplicate)
	assert.Equal(s, sh, s.show(sh.ID))
}

func testShowReplaced(s *suite) {
	s.programme()
	s.must(func(tx store.Tx) error {
		return firstOf(tx.PutEvent(s.Context(), event("evt_2")), tx.PutVenue(s.Context(), venue("ven_brno", "brno")))
	})
	sh := showAt(showID, 72*time.Hour)
	sh.EventID, sh.VenueID, sh.Status = "evt_2", "ven_brno", catalog.Paused
	s.putShows(sh)
	sh.Version = 2
	assert.Equal(s, sh, s.show(showID))
	assert.Equal(s, []catalog.Show{sh}, s.list(store.ShowQuery{City: "brno", EventID: "evt_2", VenueID: "ven_brno", LocalDate: sh.LocalDate, From: sh.StartsAt}))
	assert.Empty(s, s.list(store.ShowQuery{City: city}))
}

func testShowsByTheThousand(s *suite) {
	s.programme()
	shows := manyShows(3000)
	s.putShows(shows...)
	var got []catalog.Show
	for page := s.list(store.ShowQuery{Limit: 700, Until: start.Add(3000 * time.Minute)}); len(page) > 0; {
		got = append(got, page...)
		page = s.list(store.ShowQuery{Limit: 700, Until: start.Add(3000 * time.Minute), After: got[len(got)-1].ID})
	}
	got = slices.DeleteFunc(got, func(sh catalog.Show) bool { return sh.ID == showID })
	require.Equal(s, shows, got)
}

func testListShows(s *suite) {
	s.programme()
	s.must(func(tx store.Tx) error {
		return firstOf(tx.PutEvent(s.Context(), event("evt_2")),
			tx.PutVenue(s.Context(), venue("ven_2", city)), tx.PutVenue(s.Context(), venue("ven_brno", "brno")))
	})
	other, elsewhere, paused := showAt("shw_2", 24*time.Hour), showAt("shw_3", 36*time.Hour), showAt("shw_4", 60*time.Hour)
	other.EventID, other.VenueID = "evt_2", "ven_2"
	elsewhere.VenueID, paused.Status = "ven_brno", catalog.Paused
	s.putShows(other, elsewhere, paused)
	at := show(showID).StartsAt
	for name, c := range map[string]struct {
		query store.ShowQuery
		want  []catalog.ShowID
	}{
		"all":       {store.ShowQuery{}, []catalog.ShowID{"shw_2", "shw_3", showID, "shw_4"}},
		"city":      {store.ShowQuery{City: "brno"}, []catalog.ShowID{"shw_3"}},
		"event":     {store.ShowQuery{EventID: "evt_2"}, []catalog.ShowID{"shw_2"}},
		"venue":     {store.ShowQuery{VenueID: venueID}, []catalog.ShowID{showID, "shw_4"}},
		"from":      {store.ShowQuery{From: at}, []catalog.ShowID{showID, "shw_4"}},
		"until":     {store.ShowQuery{Until: at}, []catalog.ShowID{"shw_2", "shw_3"}},
		"between":   {store.ShowQuery{From: at, Until: at.Add(time.Microsecond)}, []catalog.ShowID{showID}},
		"day":       {store.ShowQuery{LocalDate: other.LocalDate}, []catalog.ShowID{"shw_2"}},
		"status":    {store.ShowQuery{Statuses: []catalog.ShowStatus{catalog.Paused}}, []catalog.ShowID{"shw_4"}},
		"statuses":  {store.ShowQuery{Statuses: []catalog.ShowStatus{catalog.Paused, catalog.OnSale}, City: city}, []catalog.ShowID{"shw_2", showID, "shw_4"}},
		"no status": {store.ShowQuery{Statuses: []catalog.ShowStatus{}, City: "brno"}, []catalog.ShowID{"shw_3"}},
		"several":   {store.ShowQuery{City: city, EventID: eventID, VenueID: venueID, From: at, Until: at.Add(time.Hour), LocalDate: show("").LocalDate}, []catalog.ShowID{showID}},
		"none":      {store.ShowQuery{City: "brno", EventID: "evt_2"}, []catalog.ShowID{}},
	} {
		assert.Equal(s, c.want, ids(s.list(c.query)), name)
	}
}

// Shows that start together come in the order of their ids, and a page ends between them.
func testListCursor(s *suite) {
	s.programme()
	s.putShows(showAt("shw_c", time.Hour), showAt("shw_a", time.Hour), showAt("shw_b", time.Hour), showAt("shw_0", 2*time.Hour))
	want := []catalog.ShowID{"shw_a", "shw_b", "shw_c", "shw_0", showID}
	assert.Equal(s, want, ids(s.list(store.ShowQuery{})))
	for i, after := range want {
		assert.Equal(s, want[i+1:], ids(s.list(store.ShowQuery{After: after})), "after %s", after)
	}
	assert.Equal(s, want[1:3], ids(s.list(store.ShowQuery{After: "shw_a", Limit: 2, City: city})))
}

func testListLimits(s *suite) {
	s.programme()
	s.putShows(manyShows(1100)...)
	for limit, want := range map[int]int{0: 100, 1: 1, 101: 101, 1000: 1000, 5000: 1000} {
		assert.Len(s, s.list(store.ShowQuery{Limit: limit}), want, "limit %d", limit)
	}
}

func testWhatsOn(s *suite) {
	s.programme()
	s.must(func(tx store.Tx) error {
		return firstOf(tx.PutEvent(s.Context(), event("evt_2")), tx.PutEvent(s.Context(), event("evt_3")),
			tx.PutVenue(s.Context(), venue("ven_2", city)), tx.PutVenue(s.Context(), venue("ven_brno", "brno")))
	})
	sh := func(id catalog.ShowID, e catalog.EventID, v catalog.VenueID, after time.Duration, st catalog.ShowStatus) catalog.Show {
		sh := showAt(id, after)
		sh.EventID, sh.VenueID, sh.Status = e, v, st
		return sh
	}
	s.putShows(
		sh("shw_2", "evt_2", venueID, time.Hour, catalog.OnSale),
		sh("shw_3", "evt_2", "ven_2", 90*time.Hour, catalog.SoldOut),
		sh("shw_4", "evt_2", "ven_2", 91*time.Hour, catalog.Paused),
		sh("shw_5", "evt_3", venueID, 2*time.Hour, catalog.Draft),
		sh("shw_6", "evt_3", venueID, 2*time.Hour, catalog.Cancelled),
		sh("shw_7", "evt_3", venueID, 2*time.Hour, catalog.Past),
		sh("shw_8", "evt_3", "ven_brno", 2*time.Hour, catalog.OnSale),
	)
	of := func(partner catalog.PartnerID, in string, from time.Time) []store.Listing {
		return read(s, func(tx store.Tx) ([]store.Listing, error) { return tx.WhatsOn(s.Context(), in, partner, from) })
	}
	on := func(in string, from time.Time) []store.Listing { return of("", in, from) }
	one := store.Listing{EventID: eventID, FirstShow: show("").StartsAt, Shows: 1, Venues: 1}
	assert.Equal(s, []store.Listing{{EventID: "evt_2", FirstShow: start.Add(time.Hour), Shows: 3, Venues: 2}, one}, on(city, start.Add(time.Hour)))
	assert.Equal(s, []store.Listing{one, {EventID: "evt_2", FirstShow: start.Add(90 * time.Hour), Shows: 2, Venues: 1}},
		on(city, start.Add(time.Hour+time.Microsecond)))
	assert.Equal(s, []store.Listing{{EventID: "evt_3", FirstShow: start.Add(2 * time.Hour), Shows: 1, Venues: 1}}, on("brno", start))
	assert.Empty(s, on("ostrava", start))

	s.must(func(tx store.Tx) error {
		return tx.PutPartner(s.Context(), catalog.Partner{ID: "ptn_2", Slug: "second"})
	})
	theirs := sh("shw_3", "evt_2", "ven_2", 90*time.Hour, catalog.SoldOut)
	theirs.PartnerID = "ptn_2"
	s.putShows(theirs)
	assert.Equal(s, []store.Listing{{EventID: "evt_2", FirstShow: theirs.StartsAt, Shows: 1, Venues: 1}}, of("ptn_2", city, start))
	assert.Equal(s, []store.Listing{{EventID: "evt_2", FirstShow: start.Add(time.Hour), Shows: 2, Venues: 2}, one}, of(partnerID, city, start))
	assert.Empty(s, of("ptn_2", "brno", start))
	assert.Equal(s, []catalog.ShowID{"shw_3"}, ids(s.list(store.ShowQuery{PartnerID: "ptn_2"})))
	assert.Empty(s, s.list(store.ShowQuery{PartnerID: "ptn_2", EventID: "evt_3"}))
}

func testSetShowStatus(s *suite) {
	s.programme()
	set := func(id catalog.ShowID, st catalog.ShowStatus, version int) func(store.Tx) error {
		return func(tx store.Tx) error { return tx.SetShowStatus(s.Context(), id, st, version) }
	}
	s.must(set(showID, catalog.Paused, 1))
	want := show(showID)
	want.Status, want.Version = catalog.Paused, 2
	assert.Equal(s, want, s.show(showID))
	assert.Equal(s, []catalog.Show{want}, s.list(store.ShowQuery{Statuses: []catalog.ShowStatus{catalog.Paused}}))
	s.refused(store.ErrStale, set(showID, catalog.OnSale, 1))
	s.refused(store.ErrStale, set(showID, catalog.OnSale, 3))
	s.refused(store.ErrStale, set("shw_none", catalog.OnSale, 1))
	assert.Equal(s, want, s.show(showID))
}

func testLockShows(s *suite) {
	s.programme()
	states := func(tx store.Tx) map[catalog.ShowID]store.ShowState {
		found, err := tx.ShowStates(s.Context(), []catalog.ShowID{showID})
		require.NoError(s, err)
		return found
	}
	set := make(chan error, 1)
	s.must(func(tx store.Tx) error {
		require.NoError(s, tx.LockShows(s.Context(), []catalog.ShowID{"shw_none", showID}))
		before := states(tx)
		go func() {
			set <- s.try(func(tx store.Tx) error { return tx.SetShowStatus(s.Context(), showID, catalog.Cancelled, 1) })
		}()
		time.Sleep(100 * time.Millisecond) // it has begun by then, and waits for us
		assert.Equal(s, before, states(tx))
		return nil
	})
	require.NoError(s, <-set)
	assert.Equal(s, catalog.Cancelled, s.show(showID).Status)
}

func testSetShowStatusOnce(s *suite) {
	s.programme()
	errs := together(8, func(int) error {
		return s.try(func(tx store.Tx) error { return tx.SetShowStatus(s.Context(), showID, catalog.Cancelled, 1) })
	})
	won := slices.DeleteFunc(errs, func(err error) bool { return err != nil })
	assert.Len(s, won, 1)
	assert.Equal(s, 2, s.show(showID).Version)
}

func testCancelledShows(s *suite) {
	s.programme()
	s.putShows(show("shw_2"), show("shw_3"), show("shw_4"))
	for i, id := range []catalog.ShowID{showID, "shw_2", "shw_3"} {
		b := paid(draft(string(rune('a'+i)), int32(i)))
		b.ShowID = string(id)
		s.book(b)
	}
	partly := read(s, func(tx store.Tx) (booking.Booking, error) { return tx.Booking(s.Context(), "bkg_b") })
	partly.Status, partly.Version = booking.PartlyCancelled, partly.Version+1
	gone := read(s, func(tx store.Tx) (booking.Booking, error) { return tx.Booking(s.Context(), "bkg_c") })
	gone.Status, gone.Version = booking.Cancelled, gone.Version+1
	s.must(func(tx store.Tx) error {
		return firstOf(tx.UpdateBooking(s.Context(), partly), tx.UpdateBooking(s.Context(), gone))
	})
	cancelled := func(limit int) []catalog.ShowID {
		return read(s, func(tx store.Tx) ([]catalog.ShowID, error) { return tx.CancelledShows(s.Context(), limit) })
	}
	assert.Empty(s, cancelled(10), "none is cancelled yet")
	s.must(func(tx store.Tx) error {
		return firstOf(tx.SetShowStatus(s.Context(), showID, catalog.Cancelled, 1), tx.SetShowStatus(s.Context(), "shw_2", catalog.Cancelled, 1),
			tx.SetShowStatus(s.Context(), "shw_3", catalog.Cancelled, 1), tx.SetShowStatus(s.Context(), "shw_4", catalog.Cancelled, 1))
	})
	assert.ElementsMatch(s, []catalog.ShowID{showID, "shw_2"}, cancelled(10))
	assert.Len(s, cancelled(1), 1)
}
