package pacing_test

import (
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/pacing"
)

func newLine(t testing.TB, p pacing.Plan) *pacing.Line {
	t.Helper()
	l, err := pacing.NewLine(p)
	require.NoError(t, err)
	return l
}

func TestLine_NothingBeforeTheFirstStepAndOutsideTheFlight(t *testing.T) {
	t.Parallel()
	plan := pacing.Plan{Daily: 1000 * price, Pace: pacing.ASAP, Start: monday, End: monday.Add(time.Hour)}
	l := newLine(t, plan)
	closed := func(when string) {
		assert.False(t, l.Pass(0), when)
		assert.False(t, l.Take(1), when)
	}
	closed("no step yet")
	assert.Zero(t, l.Step(monday.Add(-10*time.Second), pacing.Spent{}, pacing.Flat()))
	closed("too early")
	s := l.Step(monday, pacing.Spent{}, pacing.Flat())
	assert.Equal(t, pacing.State{Rate: 1, Budget: 1000 * price, Minute: 240 * price}, s)
	assert.True(t, l.Pass(0))
	assert.True(t, l.Pass(math.MaxUint32))
	assert.True(t, l.Take(1))
	l.Step(monday.Add(time.Hour-1), pacing.Spent{}, pacing.Flat())
	assert.True(t, l.Pass(0))
	l.Step(monday.Add(time.Hour), pacing.Spent{}, pacing.Flat())
	closed("too late")
	require.NoError(t, l.Set(pacing.Plan{Daily: price}))
	l.Step(monday.Add(time.Hour), pacing.Spent{}, pacing.Flat())
	assert.True(t, l.Pass(0), "the flight was made longer")
	assert.Error(t, l.Set(pacing.Plan{}))
	l.Step(monday.Add(2*time.Hour), pacing.Spent{Today: price, Total: price}, pacing.Flat())
	closed("nothing is left of the day")
	l.Step(monday.Add(24*time.Hour), pacing.Spent{Total: price}, pacing.Flat())
	assert.True(t, l.Pass(0), "a new day")
}

func TestLine_PassIsTheShare(t *testing.T) {
	t.Parallel()
	l := newLine(t, pacing.Plan{Daily: 1000 * price})
	s := l.Step(monday, pacing.Spent{}, pacing.Flat())
	require.InDelta(t, .12, s.Rate, 1e-9, "a tenth, and one step up")
	edge := uint32(s.Rate * (1 << 32))
	assert.True(t, l.Pass(edge-1))
	assert.False(t, l.Pass(edge+1))
}

// What somebody took and did not spend the next one gets; who owes waits until that has come.
func TestLine_TakeAndGive(t *testing.T) {
	t.Parallel()
	l := newLine(t, pacing.Plan{Daily: 80_000, Pace: pacing.ASAP})
	l.Step(monday, pacing.Spent{}, pacing.Flat()) // 1 % are 800 a minute; 100 are there at once
	require.True(t, l.Take(99))
	require.True(t, l.Take(300), "one nano was left")
	require.False(t, l.Take(1))
	l.Give(299)
	require.False(t, l.Take(1), "nothing is left")
	l.Give(100)
	require.True(t, l.Take(100))
	require.False(t, l.Take(1))
	l.Step(monday.Add(time.Second), pacing.Spent{}, pacing.Flat())
	require.True(t, l.Take(10), "600 a minute come")
	require.False(t, l.Take(1))
	l.Step(monday, pacing.Spent{}, pacing.Flat())
	require.False(t, l.Take(1), "a clock that goes back brings nothing")
	l.Step(monday.Add(time.Minute), pacing.Spent{}, pacing.Flat())
	l.Give(1000)
	require.True(t, l.Take(100))
	require.False(t, l.Take(1), "what comes back late makes no rush")
}

// However the requests come and whenever the steps are, no minute has more than it may, but for one price.
func TestLine_AnyMinuteIsBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		const cost = 1000
		budget := rapid.Int64Range(1, 1e9).Draw(rt, "budget")
		plan := pacing.Plan{Daily: budget, Burst: rapid.IntRange(1, 1_000_000).Draw(rt, "burst"), Pace: pacing.ASAP}
		l, now, spent := newLine(t, plan), monday, pacing.Spent{}
		var at []time.Time
		minute := int64(0)
		for range rapid.IntRange(1, 100).Draw(rt, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 20_000).Draw(rt, "pass")) * time.Millisecond)
			minute = l.Step(now, spent, pacing.Flat()).Minute
			for range rapid.IntRange(0, 50).Draw(rt, "requests") {
				if l.Take(cost) {
					at = append(at, now)
					spent.Total, spent.Today = spent.Total+cost, spent.Today+cost
				}
			}
		}
		for i, from := range at {
			n := int64(0)
			for _, to := range at[i:] {
				if to.Sub(from) < time.Minute {
					n += cost
				}
			}
			require.LessOrEqual(rt, n, max(minute, 1)+cost)
		}
	})
}

// The plan of a day is the same at any time of it, never more than is left, and all days together have the total.
func TestLine_BudgetsOfDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		zone := time.FixedZone("somewhere", rapid.IntRange(-12*3600, 14*3600).Draw(rt, "zone"))
		start := monday.Add(time.Duration(rapid.IntRange(0, 100_000).Draw(rt, "start")) * time.Second)
		end := start.Add(time.Duration(rapid.IntRange(1, 2_000_000).Draw(rt, "length")) * time.Second)
		plan := pacing.Plan{Start: start, End: end, Total: rapid.Int64Range(1, 1e15).Draw(rt, "total"), Zone: zone}
		if rapid.Bool().Draw(rt, "with daily") {
			plan.Daily = rapid.Int64Range(1, 1e15).Draw(rt, "daily")
		}
		l, spent := newLine(t, plan), pacing.Spent{}
		curve := evenings(t)
		for at := start; at.Before(end); {
			year, month, date := at.In(zone).Date()
			next := time.Date(year, month, date+1, 0, 0, 0, 0, zone)
			s := l.Step(at, spent, curve)
			require.LessOrEqual(rt, s.Budget, plan.Total-spent.Total)
			later := at.Add(min(next.Sub(at), end.Sub(at)) / 2)
			spent.Today, spent.Total = s.Budget/2, spent.Total+s.Budget/2
			again := l.Step(later, spent, curve)
			require.Equal(rt, s.Budget, again.Budget, "what was spent today changes nothing")
			require.GreaterOrEqual(rt, again.Planned, s.Planned)
			require.LessOrEqual(rt, again.Planned, s.Budget)
			spent.Today, spent.Total = 0, spent.Total+s.Budget-s.Budget/2
			at = next
		}
		if plan.Daily == 0 {
			require.Equal(rt, plan.Total, spent.Total, "the last day gets what is left")
		}
		require.LessOrEqual(rt, spent.Total, plan.Total)
	})
}

func TestLine_EverythingAtATime(t *testing.T) {
	t.Parallel()
	l := newLine(t, pacing.Plan{Daily: 8_000_000, Pace: pacing.ASAP, Burst: 1_000_000})
	l.Step(monday, pacing.Spent{}, pacing.Flat()) // a million is there at once
	var taken atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for n := range 2000 {
				if l.Pass(uint32(n)) && l.Take(100) {
					taken.Add(100)
					if n%10 == 0 {
						l.Give(100)
						taken.Add(-100)
					}
				}
				if n%500 == 0 {
					l.Step(monday, pacing.Spent{}, pacing.Flat())
				}
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 1_000_000, taken.Load())
}

func TestLine_AllocatesNothing(t *testing.T) {
	l, c := newLine(t, pacing.Plan{Daily: 1e12}), evenings(t)
	now := monday
	assert.Zero(t, testing.AllocsPerRun(1000, func() {
		now = now.Add(5 * time.Second)
		l.Step(now, pacing.Spent{}, c)
		if l.Pass(1) && l.Take(1) {
			l.Give(1)
		}
	}))
}
