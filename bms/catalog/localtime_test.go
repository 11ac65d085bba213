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

func TestLocalStart_OrdinaryTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ date, clock, zone, want string }{
		{"2026-11-22", "19:30", "Europe/Berlin", "2026-11-22T18:30:00Z"},
		{"2026-07-01", "19:30", "Europe/Berlin", "2026-07-01T17:30:00Z"},
		{"2026-07-01", "19:30", "Asia/Kathmandu", "2026-07-01T13:45:00Z"},
		{"2026-07-01", "00:00", "Asia/Kolkata", "2026-06-30T18:30:00Z"},
		{"2026-07-01", "20:00", "Australia/Lord_Howe", "2026-07-01T09:30:00Z"},
		{"2026-12-31", "23:59", "Pacific/Kiritimati", "2026-12-31T09:59:00Z"},
		{"2026-12-31", "23:59", "UTC", "2026-12-31T23:59:00Z"},
		{"2026-01-15", "21:00", "America/Sao_Paulo", "2026-01-16T00:00:00Z"},
		{"2019-01-15", "21:00", "America/Sao_Paulo", "2019-01-15T23:00:00Z"}, // summer time until 2019
		{"2024-02-29", "12:00", "America/New_York", "2024-02-29T17:00:00Z"},
		{"2026-03-08", "01:59", "America/New_York", "2026-03-08T06:59:00Z"},
		{"2026-03-08", "03:00", "America/New_York", "2026-03-08T07:00:00Z"},
		{"2026-11-01", "00:59", "America/New_York", "2026-11-01T04:59:00Z"},
		{"2026-11-01", "02:00", "America/New_York", "2026-11-01T07:00:00Z"},
	} {
		for _, which := range []catalog.Occurrence{"", catalog.First, catalog.Second} {
			got, err := catalog.LocalStart(c.date, c.clock, c.zone, which)
			require.NoError(t, err, c)
			assert.Equal(t, c.want, got.Format(time.RFC3339), c)
			assert.Equal(t, time.UTC, got.Location())
		}
	}
}

func TestLocalStart_RefusesASkippedTimeNamingTheGap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ date, clock, zone, message string }{
		{"2026-03-08", "02:00", "America/New_York", "the clock goes from 2026-03-08 02:00 to 2026-03-08 03:00"},
		{"2026-03-08", "02:59", "America/New_York", "the clock goes from 2026-03-08 02:00 to 2026-03-08 03:00"},
		{"2026-10-04", "02:15", "Australia/Lord_Howe", "the clock goes from 2026-10-04 02:00 to 2026-10-04 02:30"},
		{"2018-11-04", "00:30", "America/Sao_Paulo", "the clock goes from 2018-11-04 00:00 to 2018-11-04 01:00"},
		{"2011-12-30", "20:00", "Pacific/Apia", "the clock goes from 2011-12-30 00:00 to 2011-12-31 00:00"},
		{"1986-01-01", "00:07", "Asia/Kathmandu", "the clock goes from 1986-01-01 00:00 to 1986-01-01 00:15"},
	} {
		for _, which := range []catalog.Occurrence{"", catalog.First, catalog.Second} {
			_, err := catalog.LocalStart(c.date, c.clock, c.zone, which)
			assertRefused(t, err, "clock")
			assert.Equal(t, "time_skipped", fault.Of(err).Reason)
			assert.Contains(t, err.Error(), c.message)
			assert.Contains(t, err.Error(), c.zone)
		}
	}
}

func TestLocalStart_AsksWhichOfTwo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ date, clock, zone, first, second, message string }{
		{"2026-11-01", "01:30", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "at UTC-04:00 and again at UTC-05:00"},
		{"2026-11-01", "01:00", "America/New_York", "2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z", "2026-11-01 01:00 happens twice"},
		{"2026-04-05", "01:45", "Australia/Lord_Howe", "2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z", "at UTC+11:00 and again at UTC+10:30"},
		{"2019-02-16", "23:30", "America/Sao_Paulo", "2019-02-17T01:30:00Z", "2019-02-17T02:30:00Z", "at UTC-02:00 and again at UTC-03:00"},
		{"2026-10-25", "02:30", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "in Europe/Berlin"},
	} {
		_, err := catalog.LocalStart(c.date, c.clock, c.zone, "")
		assertRefused(t, err, "clock")
		assert.Equal(t, "time_twice", fault.Of(err).Reason)
		assert.Contains(t, err.Error(), c.message)

		first, err := catalog.LocalStart(c.date, c.clock, c.zone, catalog.First)
		require.NoError(t, err)
		second, err := catalog.LocalStart(c.date, c.clock, c.zone, catalog.Second)
		require.NoError(t, err)
		assert.Equal(t, c.first, first.Format(time.RFC3339))
		assert.Equal(t, c.second, second.Format(time.RFC3339))
	}
}

func TestLocalStart_RefusesWhatIsNoTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ date, clock, zone, field string }{
		{"2026-02-29", "19:30", "Europe/Berlin", "date"},
		{"22.11.2026", "19:30", "Europe/Berlin", "date"},
		{"", "19:30", "Europe/Berlin", "date"},
		{"2026-11-22", "24:00", "Europe/Berlin", "clock"},
		{"2026-11-22", "7:30", "Europe/Berlin", "clock"},
		{"2026-11-22", "19:30:00", "Europe/Berlin", "clock"},
		{"2026-11-22", "", "Europe/Berlin", "clock"},
		{"2026-11-22", "19:30", "Europe/Nowhere", "time_zone"},
		{"2026-11-22", "19:30", "Local", "time_zone"},
		{"2026-11-22", "19:30", "", "time_zone"},
	} {
		_, err := catalog.LocalStart(c.date, c.clock, c.zone, "")
		assertRefused(t, err, c.field)
	}
}

// Whatever a clock shows at some moment leads back to that moment, or to another
// at which the same clock shows the same.
func TestLocalStart_UndoesTheClock(t *testing.T) {
	t.Parallel()
	zones := []string{
		"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo",
		"Pacific/Apia", "Africa/Casablanca", "America/St_Johns", "Asia/Tehran", "Antarctica/Troll", "Pacific/Kwajalein",
	}
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		loc, err := time.LoadLocation(zone)
		require.NoError(t, err)
		minutes := rapid.Int64Range(0, 35_000_000).Draw(t, "minutes") // from 1970 to 2036
		local := time.Unix(minutes*60, 0).In(loc)
		if _, offset := local.Zone(); offset%60 != 0 {
			t.Skip("a clock between the minutes cannot be written")
		}
		date, clock := local.Format("2006-01-02"), local.Format("15:04")
		first, err := catalog.LocalStart(date, clock, zone, catalog.First)
		require.NoError(t, err)
		second, err := catalog.LocalStart(date, clock, zone, catalog.Second)
		require.NoError(t, err)
		require.False(t, second.Before(first))
		require.True(t, local.Equal(first) || local.Equal(second), "%s: %s is neither %s nor %s", zone, local, first, second)
		if _, err := catalog.LocalStart(date, clock, zone, ""); first.Equal(second) {
			require.NoError(t, err)
		} else {
			require.Equal(t, "time_twice", fault.Of(err).Reason)
		}
	})
}

func TestLocalStart_ManyDatesOfOneClock(t *testing.T) {
	t.Parallel()
	// Every day of 2026 at 02:30 in New York: 363 happen once, one never, and none
	// twice, as the clock is put back from 02:00 to 01:00.
	skipped := 0
	for day := range 365 {
		date := time.Date(2026, 1, 1+day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		at, err := catalog.LocalStart(date, "02:30", "America/New_York", "")
		if err != nil {
			skipped++
			assert.Equal(t, "2026-03-08", date)
			continue
		}
		hour := at.Hour()
		assert.True(t, hour == 6 || hour == 7, "%s is at %s", date, at)
	}
	assert.Equal(t, 1, skipped)
}

func FuzzLocalStart(f *testing.F) {
	f.Add("2026-11-01", "01:30", "America/New_York", "first")
	f.Add("2026-03-08", "02:30", "America/New_York", "")
	f.Add("0000-01-01", "00:00", "UTC", "second")
	f.Add("9999-12-31", "23:59", "Pacific/Apia", "third")
	f.Fuzz(func(t *testing.T, date, clock, zone, which string) {
		at, err := catalog.LocalStart(date, clock, zone, catalog.Occurrence(which))
		if err != nil {
			require.Equal(t, fault.Invalid, fault.CodeOf(err))
			return
		}
		loc, err := time.LoadLocation(zone)
		require.NoError(t, err)
		require.Equal(t, date+" "+clock, at.In(loc).Format("2006-01-02 15:04"))
	})
}
