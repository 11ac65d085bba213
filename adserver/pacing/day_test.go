package pacing_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/pacing"
)

const (
	price  = 1_000_000 // nano of an impression, a CPM of 1
	stride = 5         // seconds between steps
)

// evenings is a week whose evenings have five times the requests of its mornings.
func evenings(t testing.TB) *pacing.Curve {
	t.Helper()
	var requests [pacing.Hours]float64
	for h := range requests {
		requests[h] = 3 + 2*math.Sin(2*math.Pi*float64(h%24-14)/24)
	}
	c, err := pacing.NewCurve(requests)
	require.NoError(t, err)
	return c
}

// world is a simulated time with one line in it.
type world struct {
	plan      pacing.Plan
	curve     *pacing.Curve
	weekly    float64                 // requests expected in a week of the curve
	busy      func(after int) float64 // times what is expected, by seconds after the start; nil means 1
	seed      uint64
	unbounded bool // by the minute
	seconds   int
}

// history is what came of it.
type history struct {
	spend  []int64 // by second
	states []pacing.State
	total  int64
}

// run has requests come at random, and spends what passes. Days are those of UTC.
func (w world) run(t testing.TB, from time.Time) history {
	t.Helper()
	l, err := pacing.NewLine(w.plan)
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(w.seed, 7))
	h := history{spend: make([]int64, w.seconds)}
	today, date := int64(0), from.Day()
	for s := range w.seconds {
		now := from.Add(time.Duration(s) * time.Second)
		if now.Day() != date {
			today, date = 0, now.Day()
		}
		if s%stride == 0 {
			h.states = append(h.states, l.Step(now, pacing.Spent{Total: h.total, Today: today}, w.curve))
		}
		mean := w.weekly * w.curve.Traffic(now, now.Add(time.Second))
		if w.busy != nil {
			mean *= w.busy(s)
		}
		for range poisson(random, mean) {
			if l.Pass(random.Uint32()) && (l.Take(price) || w.unbounded) {
				h.spend[s] += price
				h.total += price
				today += price
			}
		}
	}
	return h
}

func poisson(random *rand.Rand, mean float64) int {
	if mean > 100 {
		return poisson(random, mean/2) + poisson(random, mean/2)
	}
	n, p := 0, math.Exp(-mean)
	for u := random.Float64(); u > p; u *= random.Float64() {
		n++
	}
	return n
}

// most is what was spent in the dearest minute, wherever it begins.
func (h history) most() int64 {
	window, most := int64(0), int64(0)
	for s, n := range h.spend {
		window += n
		if s >= 60 {
			window -= h.spend[s-60]
		}
		most = max(most, window)
	}
	return most
}

func (h history) sum(from, to int) int64 {
	n := int64(0)
	for _, spent := range h.spend[from:to] {
		n += spent
	}
	return n
}

const wholeDay = 24 * 3600

// offPlan is the root of the mean square of what quarters of an hour are off the plan, as a share of the mean quarter.
func (h history) offPlan(c *pacing.Curve, from time.Time, budget int64) float64 {
	const quarter = 900
	sum := 0.0
	for q := range wholeDay / quarter {
		at := from.Add(time.Duration(q*quarter) * time.Second)
		plan := float64(budget) * c.Traffic(at, at.Add(quarter*time.Second)) / c.Traffic(from, from.Add(24*time.Hour))
		sum += math.Pow(float64(h.sum(q*quarter, (q+1)*quarter))-plan, 2)
	}
	n := float64(wholeDay / quarter)
	return math.Sqrt(sum/n) / (float64(budget) / n)
}

func TestDay_IsSpentAsPlanned(t *testing.T) {
	t.Parallel()
	const budget = 40_000 * price
	curve := evenings(t)
	for name, c := range map[string]struct {
		busy func(int) float64
		off  float64 // at most
	}{
		"as expected": {nil, .03},
		"twice as many as expected, less so in the evening": {func(s int) float64 { return 2 - float64(s)/wholeDay }, .03},
		"quiet for an hour": {func(s int) float64 {
			if s/3600 == 10 {
				return .01
			}
			return 1
		}, .2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := world{plan: pacing.Plan{Daily: budget}, curve: curve, weekly: 7 * 300_000, busy: c.busy, seed: 1, seconds: wholeDay}.run(t, monday)
			off := h.offPlan(curve, monday, budget)
			t.Logf("off the plan by %.1f %%, %.2f %% of the budget spent", 100*off, 100*float64(h.total)/budget)
			assert.Less(t, off, c.off)
			assert.InDelta(t, budget, h.total, budget*.01)
		})
	}
}

// A rush of a thousand times the requests, as when tickets go on sale, is bounded at once, and the evening is as planned again. The control
// has the rate alone, which knows of the rush after it has begun.
func TestDay_ARushDoesNotEatIt(t *testing.T) {
	t.Parallel()
	const budget, begins, lasts = 40_000 * price, 9 * 3600, 600
	curve := evenings(t)
	w := world{plan: pacing.Plan{Daily: budget}, curve: curve, weekly: 7 * 300_000, seed: 2, seconds: wholeDay, busy: func(s int) float64 {
		if s >= begins && s < begins+lasts {
			return 1000
		}
		return 1
	}}
	h := w.run(t, monday)
	assert.LessOrEqual(t, h.most(), int64(budget/100+price), "one per cent in any minute, and an impression")
	rush := h.sum(begins, begins+lasts)
	t.Logf("the rush got %.1f %% of the budget, the dearest minute %.2f %%", 100*float64(rush)/budget, 100*float64(h.most())/budget)
	assert.Less(t, rush, int64(budget/20), "it would be ten times the budget and more for who answers each request")
	assert.InDelta(t, budget, h.total, budget*.01)

	w.unbounded = true
	assert.Greater(t, w.run(t, monday).most(), int64(budget/100+price))
}

// Without the rate, tokens alone bound a minute.
func TestDay_ASAPIsBoundedByTheMinute(t *testing.T) {
	t.Parallel()
	const budget = 40_000 * price
	h := world{plan: pacing.Plan{Daily: budget, Pace: pacing.ASAP}, curve: pacing.Flat(), weekly: 7 * 1_000_000, seed: 3, seconds: 6 * 3600}.run(t, monday)
	assert.LessOrEqual(t, h.most(), int64(budget/100+price))
	gone := 0
	for n := int64(0); n < budget*99/100; gone++ {
		n += h.spend[gone]
	}
	assert.Greater(t, gone, 100*60, "a hundred minutes and more")
	assert.Less(t, gone, 150*60)
	assert.InDelta(t, budget, h.total, 100*price, "it stops within a step of the budget")
	assert.Zero(t, h.states[len(h.states)-1].Rate)
}

func TestDay_TooFewRequestsAreAllWanted(t *testing.T) {
	t.Parallel()
	const budget = 40_000 * price
	h := world{plan: pacing.Plan{Daily: budget}, curve: evenings(t), weekly: 7 * 20_000, seed: 4, seconds: wholeDay}.run(t, monday)
	for _, s := range h.states[600/stride:] {
		require.InDelta(t, 1, s.Rate, 1e-9)
	}
	assert.InDelta(t, 20_000*price, h.total, 600*price, "nearly each request is an impression")
}

// A flight of two hours on its only day may spend more in a minute, or it could not spend what it should.
func TestDay_ShortFlights(t *testing.T) {
	t.Parallel()
	const budget = 40_000 * price
	start := monday.Add(20 * time.Hour)
	plan := pacing.Plan{Total: budget, Start: start, End: start.Add(2 * time.Hour)}
	h := world{plan: plan, curve: evenings(t), weekly: 7 * 1_500_000, seed: 5, seconds: 4 * 3600}.run(t, start.Add(-time.Hour))
	assert.Zero(t, h.sum(0, 3600), "not before it begins")
	assert.Zero(t, h.sum(3*3600, 4*3600), "and not after it has ended")
	assert.InDelta(t, budget, h.total, budget*.02)
	assert.LessOrEqual(t, h.most(), int64(budget*12/100+price))
	assert.InDelta(t, budget/2, h.sum(3600, 2*3600), budget*.1)
}

// A total is divided among the days that are left by what is expected of them, and what one day misses the others get.
func TestFlight_DaysThatAreLeft(t *testing.T) {
	t.Parallel()
	const budget = 70_000 * price
	w := world{
		plan: pacing.Plan{Total: budget, Start: monday, End: monday.AddDate(0, 0, 7)}, curve: evenings(t), weekly: 7 * 30_000, seed: 6, seconds: 7 * wholeDay,
		busy: func(s int) float64 {
			if s < wholeDay {
				return .1 // the first day has not enough
			}
			return 1
		},
	}
	h := w.run(t, monday)
	assert.InDelta(t, budget/7, h.states[0].Budget, price)
	assert.InDelta(t, 3000*price, h.sum(0, wholeDay), 300*price)
	for day := 1; day < 7; day++ {
		assert.InDelta(t, 67_000*price/6, h.sum(day*wholeDay, (day+1)*wholeDay), 400*price, "day %d", day)
	}
	assert.InDelta(t, budget, h.total, budget*.02)
}

func TestDay_IsTheSameEachTime(t *testing.T) {
	t.Parallel()
	w := world{plan: pacing.Plan{Daily: 5000 * price}, curve: evenings(t), weekly: 7 * 50_000, seed: 7, seconds: 4 * 3600}
	assert.Equal(t, w.run(t, monday), w.run(t, monday))
}

// One impression in ten minutes: what is measured is little, and the day is spent all the same.
func TestDay_SmallBudgets(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		h := world{plan: pacing.Plan{Daily: 144 * price}, curve: pacing.Flat(), weekly: 7 * 20_000, seed: seed, seconds: wholeDay}.run(t, monday)
		assert.InDelta(t, 144*price, h.total, 8*price)
		assert.InDelta(t, 72*price, h.sum(0, wholeDay/2), 30*price)
	}
}
