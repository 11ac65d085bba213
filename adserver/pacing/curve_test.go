package pacing_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/pacing"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// monday is a Monday at midnight UTC.
var monday = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func TestCurve_HoursOfTheWeek(t *testing.T) {
	t.Parallel()
	var requests [pacing.Hours]float64
	for h := range requests {
		requests[h] = 100
	}
	requests[0], requests[167], requests[30] = 1000, 500, 0
	c, err := pacing.NewCurve(requests)
	require.NoError(t, err)
	hour := func(h int) float64 {
		return c.Traffic(monday.Add(time.Duration(h)*time.Hour), monday.Add(time.Duration(h+1)*time.Hour))
	}
	assert.InDelta(t, 10, hour(0)/hour(1), 1e-6)
	assert.InDelta(t, 5, hour(167)/hour(1), 1e-6)
	assert.InDelta(t, hour(0), hour(168), 1e-9, "the next week is like this one")
	assert.InDelta(t, hour(0), hour(-168*2000), 1e-9, "and those before 1970 were, too")
	mean := (165*100 + 1500.) / 168
	assert.InDelta(t, mean*.05/100, hour(30)/hour(1), 1e-6, "nobody came, but somebody may")
	assert.InDelta(t, .5, c.Traffic(monday, monday.Add(30*time.Minute))/hour(0), 1e-6)
	assert.Zero(t, c.Traffic(monday, monday))
	assert.Zero(t, c.Traffic(monday, monday.Add(-time.Hour)))
}

func TestCurve_PartsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var requests [pacing.Hours]float64
		for h := range requests {
			requests[h] = rapid.Float64Range(0, 1e6).Draw(t, "requests")
		}
		c, err := pacing.NewCurve(requests)
		require.NoError(t, err)
		from := monday.Add(time.Duration(rapid.Int64Range(-1e18, 1e18).Draw(t, "from")))
		a := time.Duration(rapid.Int64Range(0, 1e16).Draw(t, "a"))
		b := time.Duration(rapid.Int64Range(0, 1e16).Draw(t, "b"))
		require.InDelta(t, c.Traffic(from, from.Add(a+b)), c.Traffic(from, from.Add(a))+c.Traffic(from.Add(a), from.Add(a+b)), 1e-9)
		require.InDelta(t, 1, c.Traffic(from, from.Add(7*24*time.Hour)), 1e-9)
		require.GreaterOrEqual(t, c.Traffic(from, from.Add(a)), 0.)
	})
}

func TestNewCurve_RejectsWhatIsNoCount(t *testing.T) {
	t.Parallel()
	for _, bad := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err := pacing.NewCurve([pacing.Hours]float64{5: bad})
		assert.Equal(t, "requests[5]", fault.Of(err).Field)
	}
	empty, err := pacing.NewCurve([pacing.Hours]float64{})
	require.NoError(t, err)
	assert.Equal(t, pacing.Flat(), empty)
}

func TestPlan_NamesTheFieldAtFault(t *testing.T) {
	t.Parallel()
	end := monday.AddDate(0, 0, 7)
	for name, c := range map[string]struct {
		plan  pacing.Plan
		field string
	}{
		"no budget":        {pacing.Plan{End: end}, "total"},
		"total below":      {pacing.Plan{Total: -1, Daily: 1}, "total"},
		"daily below":      {pacing.Plan{Daily: -1, Total: 1, End: end}, "daily"},
		"total for ever":   {pacing.Plan{Total: 1}, "end"},
		"ends at once":     {pacing.Plan{Daily: 1, Start: end, End: end}, "end"},
		"no pace":          {pacing.Plan{Daily: 1, Pace: "slow"}, "pace"},
		"more than all":    {pacing.Plan{Daily: 1, Burst: 1_000_001}, "burst"},
		"less than no one": {pacing.Plan{Daily: 1, Burst: -1}, "burst"},
		"good":             {pacing.Plan{Daily: 1, Pace: pacing.ASAP}, ""},
	} {
		_, err := pacing.NewLine(c.plan)
		if c.field == "" {
			assert.NoError(t, err, name)
			continue
		}
		require.Error(t, err, name)
		assert.Equal(t, c.field, fault.Of(err).Field, name)
	}
}
