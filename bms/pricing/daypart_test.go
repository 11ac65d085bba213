package pricing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/pricing"
)

func TestDaypart_Covers(t *testing.T) {
	t.Parallel()
	matinee := pricing.Daypart{Key: "matinee", From: "09:00", To: "17:00", Weekdays: []time.Weekday{time.Monday, time.Friday}}
	late := pricing.Daypart{Key: "late", From: "22:00", To: "02:00", Weekdays: []time.Weekday{time.Friday}}
	weekend := pricing.Daypart{Key: "weekend", From: "00:00", To: "00:00", Weekdays: []time.Weekday{time.Saturday, time.Sunday}}
	cinemaDay := pricing.Daypart{Key: "day", From: "06:00", To: "06:00", Weekdays: []time.Weekday{time.Friday}}
	always := pricing.Daypart{Key: "always", From: "12:00", To: "12:00"}
	for _, row := range []struct {
		part  pricing.Daypart
		local string // 2026-02-06 is a Friday
		want  bool
	}{
		{matinee, "2026-02-06 08:59", false},
		{matinee, "2026-02-06 09:00", true},
		{matinee, "2026-02-06 16:59", true},
		{matinee, "2026-02-06 17:00", false},
		{matinee, "2026-02-07 12:00", false}, // Saturday
		{late, "2026-02-06 21:59", false},
		{late, "2026-02-06 22:00", true},
		{late, "2026-02-07 01:59", true}, // still Friday's
		{late, "2026-02-07 02:00", false},
		{late, "2026-02-07 22:00", false},
		{late, "2026-02-06 01:00", false}, // Thursday's
		{weekend, "2026-02-07 00:00", true},
		{weekend, "2026-02-08 23:59", true},
		{weekend, "2026-02-09 00:00", false},
		{cinemaDay, "2026-02-06 05:59", false},
		{cinemaDay, "2026-02-07 05:59", true},
		{always, "2026-02-04 03:00", true},
	} {
		at, err := time.Parse("2006-01-02 15:04", row.local)
		require.NoError(t, err)
		require.NoError(t, row.part.Validate())
		assert.Equal(t, row.want, row.part.Covers(at), "%s at %s", row.part.Key, row.local)
	}
}

// On the night clocks go back in Berlin, 02:30 comes twice: both shows are late
// shows, and the wall clock decides, not the offset.
func TestDaypart_FollowsTheWallClock(t *testing.T) {
	t.Parallel()
	list := listOf(pricing.Germany(), pricing.ClassCinema, "EUR", 10_00)
	list.Dayparts = []pricing.Daypart{{Key: "late", From: "22:00", To: "03:00"}}
	list.Prices = append(list.Prices, pricing.Price{Category: "c0", Daypart: "late", Amount: *amount(7_00, "EUR")})
	in := order(pricing.Germany(), list, 0)
	in.Zone = zone(t, "Europe/Berlin")
	for start, want := range map[string]string{
		"2026-10-25T00:30:00Z": "late", // 02:30 summer time
		"2026-10-25T01:30:00Z": "late", // 02:30 again, winter time
		"2026-10-25T02:00:00Z": "",     // 03:00
		"2026-03-29T00:59:00Z": "late", // 01:59, a minute before the gap
		"2026-03-29T01:00:00Z": "",     // 03:00, after it
	} {
		at, err := time.Parse(time.RFC3339, start)
		require.NoError(t, err)
		in.ShowStart = at
		assert.Equal(t, want, compute(t, in).Daypart, start)
	}
}

func TestParseClock(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"00:00", "09:05", "23:59"} {
		c, err := pricing.ParseClock(good)
		require.NoError(t, err, good)
		assert.Equal(t, pricing.Clock(good), c)
	}
	for _, bad := range []string{"", "9:05", "24:00", "12:60", "1234", "12.30", "12:3", "-1:30", "1a:00", "12:00:00", "１２:００"} {
		c, err := pricing.ParseClock(bad)
		checkField(t, bad, "clock", err)
		assert.Empty(t, c)
	}
}

func FuzzParseClock(f *testing.F) {
	for _, seed := range []string{"17:30", "24:00", "1:2", "::::"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := pricing.ParseClock(text)
		_, parseErr := time.Parse("15:04", text)
		strict := parseErr == nil && len(text) == len("15:04") // time.Parse takes one digit for the hour
		require.Equal(t, strict, err == nil, "%q", text)
	})
}
