package catalog_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func TestShow_Validate(t *testing.T) {
	t.Parallel()
	assertValidates(t, show, []spoilt[catalog.Show]{
		{"id", func(s *catalog.Show) { s.ID = "" }},
		{"partner_id", func(s *catalog.Show) { s.PartnerID = "" }},
		{"event_id", func(s *catalog.Show) { s.EventID = "" }},
		{"venue_id", func(s *catalog.Show) { s.VenueID = "" }},
		{"hall_id", func(s *catalog.Show) { s.HallID = "" }},
		{"seat_map_id", func(s *catalog.Show) { s.SeatMapID = "" }},
		{"price_list_id", func(s *catalog.Show) { s.PriceListID = "" }},
		{"starts_at", func(s *catalog.Show) { s.StartsAt = time.Time{} }},
		{"starts_at", func(s *catalog.Show) { s.StartsAt = start.In(time.FixedZone("", 3600)) }},
		{"ends_at", func(s *catalog.Show) { s.EndsAt = s.StartsAt }},
		{"ends_at", func(s *catalog.Show) { s.EndsAt = s.StartsAt.Add(32 * 24 * time.Hour) }},
		{"doors_at", func(s *catalog.Show) { s.DoorsAt = s.StartsAt.Add(1) }},
		{"sales_from", func(s *catalog.Show) { s.SalesFrom = s.StartsAt }},
		{"sales_until", func(s *catalog.Show) { s.SalesUntil = s.EndsAt.Add(1) }},
		{"time_zone", func(s *catalog.Show) { s.TimeZone = "Berlin" }},
		{"local_date", func(s *catalog.Show) { s.LocalDate = "2026-11-23" }},
		{"format", func(s *catalog.Show) { s.Format = "a format that is far too long" }},
		{"language", func(s *catalog.Show) { s.Language = "x" }},
		{"subtitles[0]", func(s *catalog.Show) { s.Subtitles[0] = "English" }},
		{"status", func(s *catalog.Show) { s.Status = "live" }},
		{"seating.orphan", func(s *catalog.Show) { s.Seating.Orphan = "never" }},
		{"seating.max_per_hold", func(s *catalog.Show) { s.Seating.MaxPerHold = -1 }},
		{"seating.max_per_buyer", func(s *catalog.Show) { s.Seating.MaxPerBuyer = 5 }},
		{"seating.hold_for", func(s *catalog.Show) { s.Seating.HoldFor = time.Second }},
		{"seating.hold_total", func(s *catalog.Show) { s.Seating.HoldTotal = 5 * time.Minute }},
		{"seating.quotas[0].key", func(s *catalog.Show) { s.Seating.Quotas[0].Key = "" }},
		{"seating.quotas[1].key", func(s *catalog.Show) { s.Seating.Quotas = append(s.Seating.Quotas, s.Seating.Quotas[0]) }},
		{"seating.quotas[0].capacity", func(s *catalog.Show) { s.Seating.Quotas[0].Capacity = 0 }},
		{"seating.quotas[0].areas", func(s *catalog.Show) { s.Seating.Quotas[0].Areas = nil }},
	})
}

func TestShow_LocalDateIsTheVenues(t *testing.T) {
	t.Parallel()
	s := show()
	s.TimeZone, s.LocalDate = "Pacific/Auckland", "2026-11-23"
	require.NoError(t, s.Validate(), "18:30 UTC is the next morning in Auckland")
	local, err := s.Local()
	require.NoError(t, err)
	assert.Equal(t, "2026-11-23 07:30 +1300", local.Format("2006-01-02 15:04 -0700"))
}

func TestShow_LastsItsTimeAcrossTheChangeOfClocks(t *testing.T) {
	t.Parallel()
	s := show()
	begin, err := catalog.LocalStart("2026-10-25", "01:30", "Europe/Berlin", "")
	require.NoError(t, err)
	s.StartsAt, s.EndsAt, s.LocalDate = begin, begin.Add(3*time.Hour), "2026-10-25"
	s.DoorsAt, s.SalesFrom = time.Time{}, time.Time{}
	require.NoError(t, s.Validate())

	local, err := s.Local()
	require.NoError(t, err)
	assert.Equal(t, "01:30", local.Format("15:04"))
	assert.Equal(t, "03:30", s.EndsAt.In(local.Location()).Format("15:04"), "the night is an hour longer than its clock")
}

func TestSeatingRules_WithDefaults(t *testing.T) {
	t.Parallel()
	assert.Equal(t, catalog.SeatingRules{
		Orphan: catalog.OrphanLenient, MaxPerHold: 10, MaxPerBuyer: 20, HoldFor: 8 * time.Minute, HoldTotal: 20 * time.Minute,
	}, catalog.SeatingRules{}.WithDefaults())

	long := catalog.SeatingRules{Orphan: catalog.OrphanOff, MaxPerHold: 50, HoldFor: 45 * time.Minute}
	require.NoError(t, long.Validate())
	assert.Equal(t, 50, long.WithDefaults().MaxPerBuyer)
	assert.Equal(t, 45*time.Minute, long.WithDefaults().HoldTotal)
	assert.Equal(t, catalog.OrphanOff, long.WithDefaults().Orphan)
}

func TestShow_OnSaleAt(t *testing.T) {
	t.Parallel()
	at := func(status catalog.ShowStatus, now time.Time) error {
		s := show()
		s.Status = status
		ok, reason := s.OnSaleAt(now)
		assert.Equal(t, reason == nil, ok)
		return reason
	}
	before, early := start.Add(-time.Hour), start.Add(-241*time.Hour)
	assert.NoError(t, at(catalog.OnSale, before))
	assert.NoError(t, at(catalog.OnSale, start.Add(-240*time.Hour)), "from the first moment on")
	assert.NoError(t, at(catalog.SoldOut, before), "places may come back")
	assert.ErrorIs(t, at(catalog.OnSale, early), catalog.ErrNotYetOnSale)
	assert.ErrorIs(t, at(catalog.OnSale, start), catalog.ErrSalesClosed)
	assert.ErrorIs(t, at(catalog.OnSale, start.Add(3*time.Hour)), catalog.ErrPast)
	assert.ErrorIs(t, at(catalog.Past, before), catalog.ErrPast)
	assert.ErrorIs(t, at(catalog.Paused, before), catalog.ErrPaused)
	assert.ErrorIs(t, at(catalog.Cancelled, before), catalog.ErrCancelled)
	assert.ErrorIs(t, at(catalog.Draft, before), catalog.ErrDraft)
	assert.ErrorIs(t, at("", before), catalog.ErrDraft)
}

func TestShow_SaysWhenSalesBegin(t *testing.T) {
	t.Parallel()
	s := show()
	_, reason := s.OnSaleAt(s.SalesFrom.Add(-time.Second))
	var notYet *catalog.NotYetError
	require.ErrorAs(t, reason, &notYet)
	assert.Equal(t, s.SalesFrom, notYet.From)
	assert.Contains(t, reason.Error(), "2026-11-12T18:30:00Z")
	assert.Equal(t, fault.Conflict, fault.CodeOf(reason))
}

func TestShow_SalesMayGoOnDuringTheShow(t *testing.T) {
	t.Parallel()
	s := show()
	s.SalesUntil = start.Add(time.Hour)
	require.NoError(t, s.Validate())
	ok, _ := s.OnSaleAt(start.Add(59 * time.Minute))
	assert.True(t, ok)
	ok, reason := s.OnSaleAt(start.Add(time.Hour))
	assert.False(t, ok)
	assert.ErrorIs(t, reason, catalog.ErrSalesClosed)
}

var statuses = []catalog.ShowStatus{catalog.Draft, catalog.OnSale, catalog.Paused, catalog.SoldOut, catalog.Cancelled, catalog.Past}

func TestShow_To(t *testing.T) {
	t.Parallel()
	before, after := start.Add(-time.Hour), start.Add(24*time.Hour)
	allowed := map[[2]catalog.ShowStatus]time.Time{
		{catalog.Draft, catalog.OnSale}: before, {catalog.Draft, catalog.Cancelled}: before,
		{catalog.OnSale, catalog.Paused}: before, {catalog.OnSale, catalog.SoldOut}: before,
		{catalog.OnSale, catalog.Cancelled}: before, {catalog.OnSale, catalog.Past}: after,
		{catalog.Paused, catalog.OnSale}: before, {catalog.Paused, catalog.SoldOut}: before,
		{catalog.Paused, catalog.Cancelled}: before, {catalog.Paused, catalog.Past}: after,
		{catalog.SoldOut, catalog.OnSale}: before, {catalog.SoldOut, catalog.Paused}: before,
		{catalog.SoldOut, catalog.Cancelled}: before, {catalog.SoldOut, catalog.Past}: after,
		{catalog.Past, catalog.Cancelled}: after,
	}
	for _, from := range statuses {
		for _, to := range statuses {
			s := show()
			s.Status = from
			when, ok := allowed[[2]catalog.ShowStatus{from, to}]
			if !ok {
				when = before
			}
			next, err := s.To(to, when)
			if !ok {
				require.ErrorIs(t, err, catalog.ErrTransition, "%s to %s", from, to)
				assert.Equal(t, s, next)
				continue
			}
			require.NoError(t, err, "%s to %s", from, to)
			s.Status = to
			assert.Equal(t, s, next, "nothing but the status changes")
		}
	}
}

func TestShow_ToKnowsTheTime(t *testing.T) {
	t.Parallel()
	s := show()
	_, err := s.To(catalog.Past, s.EndsAt.Add(-1))
	require.ErrorIs(t, err, catalog.ErrTransition, "not over yet")
	_, err = s.To(catalog.Past, s.EndsAt)
	require.NoError(t, err)
	_, err = s.To(catalog.Paused, s.EndsAt)
	require.ErrorIs(t, err, catalog.ErrTransition, "over already")
	_, err = s.To(catalog.Cancelled, s.EndsAt)
	require.NoError(t, err)
	_, err = s.To("gone", start)
	assertRefused(t, err, "status")
}

func TestShow_CancelledStaysCancelled(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := show()
		s.Status = catalog.Draft
		cancelled := false
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			now := start.Add(time.Duration(rapid.IntRange(-300, 300).Draw(t, "hours")) * time.Hour)
			next, err := s.To(rapid.SampledFrom(statuses).Draw(t, "status"), now)
			if err == nil {
				s = next
			}
			cancelled = cancelled || s.Status == catalog.Cancelled
			require.Equal(t, cancelled, s.Status == catalog.Cancelled)
			require.True(t, s.Status.Valid())
			if ok, _ := s.OnSaleAt(now); ok {
				require.Contains(t, []catalog.ShowStatus{catalog.OnSale, catalog.SoldOut}, s.Status)
				require.True(t, now.Before(s.StartsAt))
			}
		}
	})
}
