package targeting_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/targeting"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func TestHourOfWeek_ByTheClockOfTheTime(t *testing.T) {
	t.Parallel()
	monday := time.Date(2026, 11, 30, 0, 59, 0, 0, time.UTC)
	assert.Equal(t, 0, targeting.HourOfWeek(monday))
	assert.Equal(t, 167, targeting.HourOfWeek(monday.Add(-time.Hour)))
	assert.Equal(t, 6, targeting.HourOfWeek(monday.In(time.FixedZone("IST", 5*3600+1800))), "half hours count")
}

func TestParseHours(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"mon 18-23, sat 10-24":           "mon 18-23, sat 10-24",
		"MON-Fri 9-17":                   "mon-fri 9-17",
		"18":                             "mon-sun 18-19",
		"sat":                            "sat",
		"sat-mon 0-24":                   "mon, sat-sun",
		"fri 22-2":                       "fri 22-24, sat 0-2",
		"sun 23-1":                       "mon 0-1, sun 23-24",
		"mon 9-12, mon 12-13,  mon 20":   "mon 9-13, mon 20-21",
		"mon-sun":                        "mon-sun",
		"mon, tue, wed, thu,fri,sat,sun": "mon-sun",
	} {
		h, err := targeting.ParseHours(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, h.String(), text)
	}
	for _, text := range []string{"", ",", "mon,", "mon tue wed", "moon", "mon-", "mon 25", "mon 24", "24", "mon 9-9", "mon 9-", "9-17 mon", "mon +9", "mon 009"} {
		_, err := targeting.ParseHours(text)
		assert.True(t, fault.Is(err, fault.Invalid), text)
	}
}

func TestHours_ReadAsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		h := targeting.Hours(rapid.SliceOfN(rapid.Uint64(), 3, 3).Draw(rt, "bits"))
		h[2] &= 1<<40 - 1
		if h == (targeting.Hours{}) {
			return
		}
		again, err := targeting.ParseHours(h.String())
		require.NoError(rt, err)
		require.Equal(rt, h, again)
	})
}

func TestHours_OutsideOfTheWeek(t *testing.T) {
	t.Parallel()
	var h targeting.Hours
	assert.Equal(t, h, h.With(-1).With(168))
	assert.False(t, h.Has(-1))
	assert.False(t, h.With(167).Has(168))
	assert.True(t, h.With(167).Has(167))
	assert.Equal(t, targeting.Nothing(), targeting.During(h))
}

func TestHours_JSON(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`""`, `"mon-fri 9-17"`} {
		var h targeting.Hours
		require.NoError(t, json.Unmarshal([]byte(text), &h))
		again, err := json.Marshal(h)
		require.NoError(t, err)
		assert.Equal(t, text, string(again))
	}
	var h targeting.Hours
	assert.Error(t, json.Unmarshal([]byte(`"noon"`), &h))
}

func FuzzParseHours(f *testing.F) {
	for _, text := range []string{"mon 18-23, sat 10-24", "22-2", "mon-fri", "sun 23-24,"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := targeting.ParseHours(text)
		if err != nil {
			return
		}
		again, err := targeting.ParseHours(h.String())
		require.NoError(t, err)
		require.Equal(t, h, again)
	})
}
