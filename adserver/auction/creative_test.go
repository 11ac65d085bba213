package auction_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/auction"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func TestChoose_ByWeight(t *testing.T) {
	t.Parallel()
	arms := []auction.Arm{{Creative: 1, Weight: 1}, {Creative: 2}, {Creative: 3, Weight: 3}}
	var counts [3]int
	other := 0
	for key := range uint64(20_000) {
		i := auction.Choose(key, 7, arms)
		counts[i]++
		if auction.Choose(key, 8, arms) != i {
			other++
		}
	}
	assert.InDelta(t, 5000, counts[0], 250)
	assert.Zero(t, counts[1])
	assert.InDelta(t, 20_000*2*.25*.75, other, 350, "what somebody sees of one line says nothing of another")
	assert.Equal(t, -1, auction.Choose(1, 7, nil))
	assert.Equal(t, -1, auction.Choose(1, 7, arms[1:2]))
}

func TestChoose_ChangesNoMoreThanItMust(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var arms []auction.Arm
		for n := range uint32(rapid.IntRange(2, 6).Draw(t, "arms")) {
			arms = append(arms, auction.Arm{Creative: n + 1, Weight: rapid.Uint32Range(1, 100).Draw(t, "weight")})
		}
		changed := slices.Clone(arms)
		changed[0].Weight = rapid.Uint32Range(0, 1000).Draw(t, "new weight")
		slices.Reverse(changed)
		for range 50 {
			key := rapid.Uint64().Draw(t, "key")
			before, after := arms[auction.Choose(key, 1, arms)].Creative, changed[auction.Choose(key, 1, changed)].Creative
			switch grew := changed[len(changed)-1].Weight >= arms[0].Weight; {
			case before == after:
			case grew:
				require.EqualValues(t, 1, after)
			default:
				require.EqualValues(t, 1, before)
			}
		}
	})
}

func TestCompare_Verdicts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first, second auction.ClickRate
		want          auction.Verdict
	}{
		"nothing seen":       {auction.ClickRate{}, auction.ClickRate{}, auction.Undecided},
		"one seen":           {auction.ClickRate{}, auction.ClickRate{Views: 1000, Clicks: 1000}, auction.Undecided},
		"alike":              {auction.ClickRate{Views: 100_000, Clicks: 1000}, auction.ClickRate{Views: 100_000, Clicks: 1010}, auction.Undecided},
		"twice":              {auction.ClickRate{Views: 100_000, Clicks: 1000}, auction.ClickRate{Views: 50_000, Clicks: 1000}, auction.Better},
		"half":               {auction.ClickRate{Views: 50_000, Clicks: 1000}, auction.ClickRate{Views: 100_000, Clicks: 1000}, auction.Worse},
		"all and none":       {auction.ClickRate{Views: 100}, auction.ClickRate{Views: 100, Clicks: 100}, auction.Better},
		"twice, but of few":  {auction.ClickRate{Views: 1000, Clicks: 10}, auction.ClickRate{Views: 1000, Clicks: 20}, auction.Undecided},
		"very many, a tenth": {auction.ClickRate{Views: 1e9, Clicks: 1e6}, auction.ClickRate{Views: 1e9, Clicks: 1.1e6}, auction.Better},
	} {
		got, err := auction.Compare(c.first, c.second, .05)
		require.NoError(t, err, name)
		assert.Equal(t, c.want, got.Verdict, name)
		for _, i := range []auction.Interval{got.First, got.Second, got.Difference} {
			assert.LessOrEqual(t, i.Low, i.Point, name)
			assert.LessOrEqual(t, i.Point, i.High, name)
		}
	}
}

func TestCompare_NamesWhatIsAtFault(t *testing.T) {
	t.Parallel()
	for field, err := range map[string]error{
		"alpha":  second(auction.Compare(auction.ClickRate{}, auction.ClickRate{}, .5)),
		"first":  second(auction.Compare(auction.ClickRate{Clicks: 1}, auction.ClickRate{}, .05)),
		"second": second(auction.Compare(auction.ClickRate{}, auction.ClickRate{Clicks: 1}, .05)),
	} {
		require.Error(t, err)
		assert.Equal(t, field, fault.Of(err).Field)
	}
}

func second(_ auction.Comparison, err error) error { return err }

// Somebody who looks after every few views, and stops at the first verdict, finds a difference where there is none no more often than alpha; where one is
// double the other he nearly always finds it.
func TestCompare_LookingOftenIsAllowed(t *testing.T) {
	t.Parallel()
	found := func(rate float64, seed uint64) (wrong, right int) {
		random := rand.New(rand.NewPCG(seed, 2))
		for range 200 {
			var a, b auction.ClickRate
			for n := range 4000 {
				click(random, &a, .05)
				click(random, &b, rate)
				if n%50 != 0 {
					continue
				}
				c, err := auction.Compare(a, b, .3)
				require.NoError(t, err)
				if c.Verdict == auction.Undecided {
					continue
				}
				if c.Verdict == auction.Better {
					right++
				} else {
					wrong++
				}
				break
			}
		}
		return wrong, right
	}
	wrong, right := found(.05, 1)
	t.Logf("alike: %d of 200 are said to differ", wrong+right)
	assert.LessOrEqual(t, wrong+right, 60)
	wrong, right = found(.1, 2)
	t.Logf("double: %d of 200 are found", right)
	assert.Greater(t, right, 190)
	assert.Zero(t, wrong)
}

func click(random *rand.Rand, r *auction.ClickRate, rate float64) {
	r.Views++
	if random.Float64() < rate {
		r.Clicks++
	}
}
