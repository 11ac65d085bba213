package catalog_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// changes lists the moments from the year 2000 to 2037 at which a zone changes its
// offset from UTC, and the offsets before and after.
type change struct {
	at            time.Time
	before, after time.Duration
}

func changes(t *testing.T, zone string) []change {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	require.NoError(t, err)
	offset := func(at time.Time) time.Duration {
		_, seconds := at.In(loc).Zone()
		return time.Duration(seconds) * time.Second
	}
	var list []change
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	for {
		_, end := at.In(loc).ZoneBounds()
		if end.IsZero() || end.Year() > 2037 {
			return list
		}
		if c := (change{end.UTC(), offset(end.Add(-1)), offset(end)}); c.before != c.after {
			list = append(list, c)
		}
		at = end
	}
}

// At every change of clocks of these zones, each minute around it is refused when
// it is skipped, asked about when it happens twice, and found otherwise.
func TestLocalStart_EveryChangeOfClocks(t *testing.T) {
	t.Parallel()
	for zone, least := range map[string]int{
		"America/New_York":    74,
		"America/Sao_Paulo":   36, // until 2019
		"America/St_Johns":    74, // at 00:01 until 2011
		"Australia/Lord_Howe": 74, // by half an hour
		"Europe/London":       74,
		"Africa/Casablanca":   60, // back for Ramadan
		"Asia/Tehran":         40, // at midnight, until 2022
		"Pacific/Apia":        10, // over the date line
		"Antarctica/Troll":    60, // by two hours
		"America/Santiago":    70, // at midnight
	} {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			list := changes(t, zone)
			require.GreaterOrEqual(t, len(list), least)
			for _, c := range list {
				checkChange(t, zone, c)
			}
		})
	}
}

// checkChange tries wall times before, at, inside and after a change.
func checkChange(t *testing.T, zone string, c change) {
	t.Helper()
	from, to := c.at.Add(c.before), c.at.Add(c.after) // the wall before and after, as if in UTC
	low, high := from, to
	if to.Before(from) {
		low, high = to, from
	}
	for _, wall := range []time.Time{low, low.Add(high.Sub(low) / 2).Truncate(time.Minute), high.Add(-time.Minute)} {
		_, err := catalog.LocalStart(wall.Format("2006-01-02"), wall.Format("15:04"), zone, "")
		require.Error(t, err, "%s %s", zone, wall)
		reason := fault.Of(err).Reason
		if c.after > c.before {
			assert.Equal(t, "time_skipped", reason, "%s %s", zone, wall)
			continue
		}
		assert.Equal(t, "time_twice", reason, "%s %s", zone, wall)
		checkTwice(t, zone, wall, c)
	}
	for _, wall := range []time.Time{low.Add(-time.Minute), high} {
		at, err := catalog.LocalStart(wall.Format("2006-01-02"), wall.Format("15:04"), zone, "")
		require.NoError(t, err, "%s %s", zone, wall)
		want := wall.Add(-c.before)
		if wall.Equal(high) {
			want = wall.Add(-c.after)
		}
		assert.True(t, at.Equal(want), "%s %s is %s", zone, wall, at)
	}
}

func checkTwice(t *testing.T, zone string, wall time.Time, c change) {
	t.Helper()
	first, err := catalog.LocalStart(wall.Format("2006-01-02"), wall.Format("15:04"), zone, catalog.First)
	require.NoError(t, err)
	second, err := catalog.LocalStart(wall.Format("2006-01-02"), wall.Format("15:04"), zone, catalog.Second)
	require.NoError(t, err)
	assert.True(t, first.Before(c.at), "%s: the first %s is before the change", zone, wall)
	assert.False(t, second.Before(c.at), "%s: the second %s is after the change", zone, wall)
	assert.Equal(t, c.before-c.after, second.Sub(first))
}

// A show that begins in each half hour of the nights when New York changes its
// clocks is valid with the local date that the clock shows.
func TestShow_AroundBothChangesInNewYork(t *testing.T) {
	t.Parallel()
	for _, night := range []time.Time{
		time.Date(2026, 3, 8, 4, 0, 0, 0, time.UTC),
		time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC),
	} {
		for halfHours := range 12 {
			s := show()
			s.TimeZone = "America/New_York"
			s.StartsAt = night.Add(time.Duration(halfHours) * 30 * time.Minute)
			s.EndsAt, s.DoorsAt, s.SalesFrom = s.StartsAt.Add(2*time.Hour), s.StartsAt.Add(-time.Hour), time.Time{}
			local, err := s.Local()
			require.NoError(t, err)
			s.LocalDate = local.Format(time.DateOnly)
			require.NoError(t, s.Validate())
			assert.Equal(t, 2*time.Hour, s.EndsAt.Sub(s.StartsAt), "a film takes as long as on any night")

			which := catalog.First
			if again, _ := catalog.LocalStart(s.LocalDate, local.Format("15:04"), s.TimeZone, which); !again.Equal(s.StartsAt) {
				which = catalog.Second
			}
			again, err := catalog.LocalStart(s.LocalDate, local.Format("15:04"), s.TimeZone, which)
			require.NoError(t, err)
			assert.Equal(t, s.StartsAt, again)
		}
	}
}
