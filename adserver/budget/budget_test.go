package budget_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/budget"
)

// spend has eight try to reserve ads of a price until nobody can, a third of which are released again, and returns how many were kept.
func spend(price ads.Nano, set *budget.Set, reserve func(ads.Nano) bool) int64 {
	var kept atomic.Int64
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 4000 {
				switch {
				case !reserve(price):
				case (i+worker)%3 == 0:
					set.Release(price)
				default:
					set.Settle(price)
					kept.Add(1)
				}
			}
		})
	}
	all.Wait()
	return kept.Load()
}

// However many ask at once, no account of a line, its campaign and its advertiser is overdrawn, and all of the smallest is used.
func TestSet_NeverOverdrawn(t *testing.T) {
	t.Parallel()
	line, campaign, advertiser := budget.NewAccount(1_000_000, 0), budget.NewAccount(70_000, 0), budget.NewAccount(5_000_000, 4_900_000)
	set := &budget.Set{line, nil, campaign, nil, advertiser}
	kept := spend(7, set, set.Reserve)
	assert.EqualValues(t, 10_000, kept, "the campaign's 70,000, to the last")
	assert.EqualValues(t, 930_000, line.Left())
	assert.EqualValues(t, 0, campaign.Left())
	assert.EqualValues(t, 30_000, advertiser.Left())
	assert.EqualValues(t, 4_970_000, advertiser.Spent())
	assert.EqualValues(t, 0, set.Left())
}

func TestSet_NegativeControl(t *testing.T) {
	t.Parallel()
	a := budget.NewAccount(10, 0)
	var both, gone sync.WaitGroup
	both.Add(2)
	for range 2 {
		gone.Go(func() {
			enough := a.Left() >= 10
			both.Done()
			both.Wait() // both have looked before either takes
			if enough {
				a.Give(-10)
			}
		})
	}
	gone.Wait()
	assert.Negative(t, a.Left(), "who looks first and takes then overdraws")
}

func TestSet_AgreesWithAModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limits := rapid.SliceOfN(rapid.Int64Range(0, 100), 5, 5).Draw(t, "limits")
		left := append([]int64{}, limits...)
		var set budget.Set
		for i, n := range limits {
			set[i] = budget.NewAccount(ads.Nano(n), 0)
		}
		var held []int64
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			n := rapid.Int64Range(0, 20).Draw(t, "n")
			switch {
			case rapid.Bool().Draw(t, "take"):
				fits := true
				for _, l := range left {
					fits = fits && l >= n
				}
				require.Equal(t, fits, set.Reserve(ads.Nano(n)))
				if fits {
					held = append(held, n)
					for i := range left {
						left[i] -= n
					}
				}
			case len(held) > 0:
				n, held = held[0], held[1:]
				set.Release(ads.Nano(n))
				for i := range left {
					left[i] += n
				}
			}
			for i, a := range set {
				require.EqualValues(t, left[i], a.Left())
			}
		}
	})
}

func TestAccount_LimitChanges(t *testing.T) {
	t.Parallel()
	a := budget.NewAccount(100, 20)
	require.True(t, a.Take(30))
	a.SetLimit(40)
	assert.EqualValues(t, -10, a.Left(), "20 are spent and 30 reserved of 40")
	assert.False(t, a.Take(1))
	a.Give(30)
	assert.EqualValues(t, 20, a.Left())
	a.SetLimit(1000)
	require.True(t, a.Take(980))
	a.Settle(980)
	assert.EqualValues(t, 1000, a.Spent())
	assert.EqualValues(t, 1000, a.Limit())
}

// What is leased grows the limit; only what nobody has reserved can be given back.
func TestAccount_GrowsAndShrinks(t *testing.T) {
	t.Parallel()
	var a budget.Account
	assert.False(t, a.Take(1))
	a.Grow(100)
	require.True(t, a.Take(30))
	a.Settle(20)
	assert.False(t, a.Shrink(71), "30 are spent or reserved")
	assert.EqualValues(t, 100, a.Limit())
	require.True(t, a.Shrink(70))
	assert.EqualValues(t, 30, a.Limit())
	assert.Zero(t, a.Left())
	a.Give(10)
	assert.EqualValues(t, 10, a.Left())
	assert.EqualValues(t, 20, a.Spent())
}

// However it grows and shrinks while others take, the limit is what is left and what was taken.
func TestAccount_ShrinksBesideTaking(t *testing.T) {
	t.Parallel()
	var a budget.Account
	var taken, limit atomic.Int64
	var all sync.WaitGroup
	for worker := range 6 {
		all.Go(func() {
			for range 2000 {
				switch {
				case worker == 0:
					a.Grow(5)
					limit.Add(5)
				case worker == 1:
					if a.Shrink(3) {
						limit.Add(-3)
					}
				case a.Take(1):
					taken.Add(1)
				}
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, limit.Load(), a.Limit())
	assert.EqualValues(t, limit.Load()-taken.Load(), a.Left())
	assert.GreaterOrEqual(t, a.Left(), ads.Nano(0))
}

func TestDays_Current(t *testing.T) {
	t.Parallel()
	var d budget.Days
	_, none := d.Current()
	assert.Nil(t, none)
	today, _ := d.On(10, 100)
	number, current := d.Current()
	assert.EqualValues(t, 10, number)
	assert.Same(t, today, current)
}

func TestDays(t *testing.T) {
	t.Parallel()
	var d budget.Days
	today, of := d.On(10, 100)
	assert.EqualValues(t, 10, of)
	today.Spend(90)
	assert.False(t, today.Take(11), "what was spent before a restart is gone")
	require.True(t, today.Take(5))
	tomorrow, of := d.On(11, 100)
	assert.EqualValues(t, 11, of)
	assert.EqualValues(t, 100, tomorrow.Left(), "a new day has its own")
	today.Give(5)
	assert.EqualValues(t, 100, tomorrow.Left(), "what is released goes back to its own day")
	assert.Nil(t, d.Of(10))
	assert.Same(t, tomorrow, d.Of(11))
	again, of := d.On(10, 100)
	assert.Same(t, tomorrow, again, "a clock set back gets no second budget")
	assert.EqualValues(t, 11, of, "and what it takes is not of the day before")
	d.SetLimit(50)
	assert.EqualValues(t, 50, tomorrow.Left())
}

// All who see the day begin at once get the same account.
func TestDays_OneBeginning(t *testing.T) {
	t.Parallel()
	var d budget.Days
	var taken atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for day := range int32(200) {
				if account, _ := d.On(day, 1); account.Take(1) {
					taken.Add(1)
				}
			}
		})
	}
	all.Wait()
	assert.LessOrEqual(t, taken.Load(), int64(200))
	assert.Positive(t, taken.Load())
}
