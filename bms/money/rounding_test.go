package money_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

var roundings = []money.Rounding{
	money.HalfUp, money.HalfEven, money.HalfDown, money.Up, money.Down, money.Ceil, money.Floor,
}

func TestRounding_Table(t *testing.T) {
	t.Parallel()
	// What each rounding makes of minor/10, in the order of the columns.
	columns := []int64{-26, -25, -24, -15, -10, 0, 10, 15, 24, 25, 26}
	for how, want := range map[money.Rounding][]int64{
		money.HalfUp:   {-3, -3, -2, -2, -1, 0, 1, 2, 2, 3, 3},
		money.HalfEven: {-3, -2, -2, -2, -1, 0, 1, 2, 2, 2, 3},
		money.HalfDown: {-3, -2, -2, -1, -1, 0, 1, 1, 2, 2, 3},
		money.Up:       {-3, -3, -3, -2, -1, 0, 1, 2, 3, 3, 3},
		money.Down:     {-2, -2, -2, -1, -1, 0, 1, 1, 2, 2, 2},
		money.Ceil:     {-2, -2, -2, -1, -1, 0, 1, 2, 3, 3, 3},
		money.Floor:    {-3, -3, -3, -2, -1, 0, 1, 1, 2, 2, 2},
	} {
		for i, minor := range columns {
			got, err := money.New(minor, "EUR").MulRatio(1, 10, how)
			require.NoError(t, err)
			assert.Equal(t, want[i], got.Minor, "%s of %d/10", how, minor)
			mirrored, err := money.New(10*minor, "EUR").MulRatio(-1, 100, how)
			require.NoError(t, err)
			assert.Equal(t, want[len(want)-1-i] == mirrored.Minor, true, "%s of %d/-10", how, minor)
		}
	}
}

// nearest returns x/den rounded as the definition of how says, by comparing
// doubled remainders in unlimited precision.
func nearest(x, den *big.Int, how money.Rounding) *big.Int {
	floor, rest := new(big.Int).DivMod(x, den, new(big.Int)) // Euclidean: rest >= 0
	if rest.Sign() == 0 {
		return floor
	}
	ceil := new(big.Int).Add(floor, big.NewInt(1))
	away, towards := ceil, floor
	if x.Sign() < 0 {
		away, towards = floor, ceil
	}
	half := new(big.Int).Lsh(rest, 1).Cmp(den)
	switch {
	case how == money.Floor:
		return floor
	case how == money.Ceil:
		return ceil
	case how == money.Up, half == 0 && how == money.HalfUp:
		return away
	case how == money.Down, half == 0 && how == money.HalfDown:
		return towards
	case half == 0 && floor.Bit(0) == 0, half < 0:
		return floor
	}
	return ceil
}

func TestMulRatio_MatchesUnlimitedPrecision(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x, num := anyMinor.Draw(t, "x"), anyMinor.Draw(t, "num")
		den := rapid.OneOf(rapid.Int64Range(1, 100), rapid.Int64Range(1, math.MaxInt64)).Draw(t, "den")
		how := rapid.SampledFrom(roundings).Draw(t, "how")

		got, err := money.New(x, "EUR").MulRatio(num, den, how)
		product := new(big.Int).Mul(big.NewInt(x), big.NewInt(num))
		checkExact(t, nearest(product, big.NewInt(den), how), got, err)
	})
}

func TestTaxIncluded_IsTheTaxOfTheNet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gross := money.New(rapid.Int64Range(0, 1_000_000_00).Draw(t, "gross"), "INR")
		rate := money.Rate(rapid.Int64Range(0, 500_000).Draw(t, "rate"))
		tax, err := gross.TaxIncluded(rate, money.HalfUp)
		require.NoError(t, err)
		net, err := gross.Sub(tax)
		require.NoError(t, err)
		onTop, err := net.Mul(rate, money.HalfUp)
		require.NoError(t, err)
		require.InDelta(t, tax.Minor, onTop.Minor, 1, "the net is rounded too, so one unit may differ")
	})
}

func TestTaxIncluded_RefusesRatesWithoutNet(t *testing.T) {
	t.Parallel()
	for _, rate := range []money.Rate{-money.Whole, -2 * money.Whole, math.MinInt64, math.MaxInt64} {
		_, err := money.New(100, "EUR").TaxIncluded(rate, money.HalfUp)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), rate)
		assert.Equal(t, "rate", fault.Of(err).Field)
	}
}

func TestRoundTo_IsTheNearestMultiple(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Int64Range(-10_000, 10_000).Draw(t, "x")
		step := rapid.Int64Range(1, 1000).Draw(t, "step")
		how := rapid.SampledFrom(roundings).Draw(t, "how")
		got, err := money.New(x, "CHF").RoundTo(step, how)
		require.NoError(t, err)
		require.Zero(t, got.Minor%step)
		require.Less(t, max(got.Minor-x, x-got.Minor), step)
	})
}

func TestRounding_BadArgumentsAreNamed(t *testing.T) {
	t.Parallel()
	a := money.New(100, "EUR")
	for field, call := range map[string]func() (money.Amount, error){
		"den":      func() (money.Amount, error) { return a.MulRatio(1, 0, money.HalfUp) },
		"rounding": func() (money.Amount, error) { return a.Mul(1, "") },
		"step":     func() (money.Amount, error) { return a.RoundTo(0, money.HalfUp) },
	} {
		_, err := call()
		require.Equal(t, fault.Invalid, fault.CodeOf(err), field)
		assert.Equal(t, field, fault.Of(err).Field)
	}
	_, err := a.RoundTo(5, "nearest")
	assert.Equal(t, "rounding", fault.Of(err).Field)
	_, err = money.New(math.MaxInt64, "EUR").RoundTo(1000, money.Up)
	assert.ErrorIs(t, err, money.ErrOverflow)
	assert.False(t, money.Rounding("").Valid())
}
