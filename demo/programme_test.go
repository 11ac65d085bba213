package demo_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/demo"
)

// moments are times to build a programme at: a plain day, late at night, both
// changes of the clock, the turn of the year and a time before the first week.
func moments() []time.Time {
	return []time.Time{
		time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
		time.Date(2026, 6, 10, 22, 59, 59, 999_999_000, time.UTC),
		time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC),   // New York changes on 8 March
		time.Date(2026, 3, 20, 23, 30, 0, 0, time.UTC), // Europe on 29 March
		time.Date(2026, 10, 22, 4, 0, 0, 0, time.UTC),  // and back on 25 October
		time.Date(2026, 12, 25, 0, 0, 0, 0, time.UTC),
		time.Date(2023, 2, 20, 0, 0, 0, 0, time.UTC),
	}
}

// built holds the programmes that tests share, and do not change, by moment.
var built sync.Map

func programme(t *testing.T, now time.Time) demo.Catalogue {
	t.Helper()
	once, _ := built.LoadOrStore(now, sync.OnceValues(func() (demo.Catalogue, error) { return demo.Programme(now) }))
	c, err := once.(func() (demo.Catalogue, error))()
	require.NoError(t, err)
	return c
}

// validAll validates a list.
func validAll[T interface{ Validate() error }](t *testing.T, list []T) {
	t.Helper()
	require.NotEmpty(t, list)
	for _, v := range list {
		require.NoError(t, v.Validate(), "%+v", v)
	}
}

func TestProgramme_Validates(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	validAll(t, c.Partners)
	validAll(t, c.Brands)
	validAll(t, c.TaxTables)
	validAll(t, c.PriceLists)
	validAll(t, c.Vouchers)
	validAll(t, c.Events)
	validAll(t, c.Venues)
	validAll(t, c.Halls)
	validAll(t, c.SeatMaps)
	for _, p := range c.Policies {
		require.NoError(t, p.Policy.Validate())
	}
}

func TestProgramme_ShowsValidateAtAnyTime(t *testing.T) {
	t.Parallel()
	for _, now := range moments() {
		c := programme(t, now)
		validAll(t, c.Shows)
		for i, s := range c.Shows {
			require.True(t, s.StartsAt.After(now))
			require.False(t, s.StartsAt.After(now.AddDate(0, 0, demo.Days)))
			require.True(t, i == 0 || !s.StartsAt.Before(c.Shows[i-1].StartsAt), "shows are in order of start")
			local, err := s.Local()
			require.NoError(t, err)
			require.Zero(t, local.Minute()%15, "%s starts at %s", s.ID, local)
			require.GreaterOrEqual(t, local.Hour(), 11)
			require.LessOrEqual(t, local.Hour(), 22)
		}
	}
}

func TestProgramme_IsModerate(t *testing.T) {
	t.Parallel()
	for _, now := range moments() {
		shows := len(programme(t, now).Shows)
		assert.Greater(t, shows, 1000)
		assert.Less(t, shows, 1600)
	}
}

func TestProgramme_IdentifiersAreUnique(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	seen := map[string]bool{}
	unique := func(kind, key string) {
		require.False(t, seen[kind+key], "%s %s", kind, key)
		seen[kind+key] = true
	}
	for _, e := range c.Events {
		unique("id", string(e.ID))
		unique("event", e.Slug)
	}
	for _, v := range c.Venues {
		unique("id", string(v.ID))
		unique("venue", v.Slug)
	}
	for _, h := range c.Halls {
		unique("id", string(h.ID))
		unique("hall", string(h.VenueID)+h.Slug)
	}
	for _, m := range c.SeatMaps {
		unique("id", string(m.ID))
		unique("map", string(m.HallID))
	}
	for _, l := range c.PriceLists {
		unique("id", string(l.ID))
	}
	for _, s := range c.Shows {
		unique("id", string(s.ID))
		made, ok := id.Time(s.ID)
		require.True(t, ok)
		require.Equal(t, s.CreatedAt, made)
	}
}

func TestProgramme_IsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	again, err := demo.Programme(moments()[0])
	require.NoError(t, err)
	assert.Equal(t, programme(t, moments()[0]), again)
}

func TestProgramme_AgreesWithTheNextDays(t *testing.T) {
	t.Parallel()
	for _, now := range moments() {
		today, later := programme(t, now), programme(t, now.Add(30*time.Hour))
		assert.Equal(t, today.Events, later.Events)
		assert.Equal(t, today.SeatMaps, later.SeatMaps)
		byID := map[catalog.ShowID]catalog.Show{}
		for _, s := range today.Shows {
			byID[s.ID] = s
		}
		end := now.AddDate(0, 0, demo.Days)
		for _, s := range later.Shows {
			if !s.StartsAt.After(end) {
				require.Equal(t, byID[s.ID], s)
			}
		}
	}
}

func TestProgramme_EveryCityHasShowsEveryDay(t *testing.T) {
	t.Parallel()
	for _, now := range moments() {
		c := programme(t, now)
		city := map[catalog.VenueID]string{}
		for _, v := range c.Venues {
			city[v.ID] = v.CitySlug
		}
		on := map[string]int{} // events by city and day
		seen := map[string]bool{}
		for _, s := range c.Shows {
			key := city[s.VenueID] + s.LocalDate
			if !seen[key+string(s.EventID)] {
				seen[key+string(s.EventID)] = true
				on[key]++
			}
		}
		cities := catalog.Cities(c.Venues)
		require.Len(t, cities, 9)
		for _, place := range cities {
			zone, err := time.LoadLocation(place.TimeZone)
			require.NoError(t, err)
			for days := 1; days <= 13; days++ {
				date := now.In(zone).AddDate(0, 0, days).Format(time.DateOnly)
				require.GreaterOrEqual(t, on[place.Slug+date], 3, "%s on %s", place.Name, date)
			}
		}
	}
}

func TestProgramme_HallsShowOneThingAtATime(t *testing.T) {
	t.Parallel()
	for _, now := range moments() {
		free := map[catalog.HallID]time.Time{}
		for _, s := range programme(t, now).Shows {
			require.False(t, s.StartsAt.Before(free[s.HallID]), "%s starts before the last show has ended", s.ID)
			free[s.HallID] = s.EndsAt
		}
	}
}

func TestProgramme_EveryEventIsShown(t *testing.T) {
	t.Parallel()
	for _, now := range moments() {
		c := programme(t, now)
		shown := map[catalog.EventID]bool{}
		for _, s := range c.Shows {
			shown[s.EventID] = true
		}
		missing := 0
		for _, e := range c.Events {
			if !shown[e.ID] {
				missing++
				assert.Equal(t, catalog.Film, e.Kind, "%s is live and has no date", e.Title)
			}
		}
		assert.LessOrEqual(t, missing, 3, "a film may wait for another week, but hardly any does")
	}
}

func TestProgramme_RefersToWhatItHas(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	known := map[string]bool{"": true}
	for _, p := range c.Policies {
		known[p.ID] = true
	}
	for _, table := range c.TaxTables {
		known[string(table.ID)] = true
	}
	for _, l := range c.PriceLists {
		known[string(l.ID)] = true
		require.True(t, known[string(l.TaxTable)], l.Name)
	}
	for _, e := range c.Events {
		known[string(e.ID)] = true
	}
	venue := map[catalog.HallID]catalog.VenueID{}
	for _, h := range c.Halls {
		venue[h.ID] = h.VenueID
	}
	hall := map[catalog.SeatMapID]catalog.HallID{}
	for _, m := range c.SeatMaps {
		hall[m.ID] = m.HallID
	}
	for _, s := range c.Shows {
		require.True(t, known[s.PriceListID] && known[s.PolicyID] && known[string(s.EventID)], "%+v", s)
		require.Equal(t, s.HallID, hall[s.SeatMapID])
		require.Equal(t, s.VenueID, venue[s.HallID])
	}
}

func TestProgramme_Capacities(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	plans := map[catalog.SeatMapID]*seatmap.Plan{}
	least, most := 1<<30, 0
	for _, m := range c.SeatMaps {
		plan, err := seatmap.Compile(m.Map)
		require.NoError(t, err)
		plans[m.ID] = plan
		require.Equal(t, plan.Geometry().Digest, m.Digest)
		if len(plan.Seats) > 0 {
			least, most = min(least, plan.Capacity()), max(most, plan.Capacity())
		}
	}
	assert.Equal(t, 60, least)
	assert.Equal(t, 10_000, most)
	for _, s := range c.Shows {
		require.NoError(t, s.Seating.CheckAreas(plans[s.SeatMapID]))
	}
}

func BenchmarkProgramme(b *testing.B) {
	now := moments()[0]
	b.ReportAllocs()
	for b.Loop() {
		if _, err := demo.Programme(now); err != nil {
			b.Fatal(err)
		}
	}
}

func TestProgramme_TheatresSayWhichViewsAreRestricted(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	noted := 0
	for _, m := range c.SeatMaps {
		plan, err := seatmap.Compile(m.Map)
		require.NoError(t, err)
		for i, s := range plan.Seats {
			if v := plan.ViewOf(int32(i)); v != nil {
				noted++
				assert.Equal(t, "restricted", plan.Categories[s.Category].Key)
			}
		}
	}
	assert.Greater(t, noted, 20)
}
