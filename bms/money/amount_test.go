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

// anyMinor draws the edges of int64 as often as ordinary values.
var anyMinor = rapid.OneOf(
	rapid.Int64(),
	rapid.Int64Range(-1000, 1000),
	rapid.SampledFrom([]int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, math.MaxInt64 - 1, math.MaxInt64}),
)

// checkExact asserts that got is want in EUR, or ErrOverflow when want does not
// fit in 64 bits.
func checkExact(t *rapid.T, want *big.Int, got money.Amount, err error) {
	if !want.IsInt64() {
		require.ErrorIs(t, err, money.ErrOverflow)
		require.Equal(t, money.Amount{}, got)
		return
	}
	require.NoError(t, err)
	require.Equal(t, money.New(want.Int64(), "EUR"), got)
}

func TestArithmetic_IsExactOrOverflows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x, y := anyMinor.Draw(t, "x"), anyMinor.Draw(t, "y")
		a, b := money.New(x, "EUR"), money.New(y, "EUR")
		bigX, bigY := big.NewInt(x), big.NewInt(y)

		sum, err := a.Add(b)
		checkExact(t, new(big.Int).Add(bigX, bigY), sum, err)
		difference, err := a.Sub(b)
		checkExact(t, new(big.Int).Sub(bigX, bigY), difference, err)
		product, err := a.MulInt(y)
		checkExact(t, new(big.Int).Mul(bigX, bigY), product, err)
		negative, err := a.Neg()
		checkExact(t, new(big.Int).Neg(bigX), negative, err)

		order, err := a.Cmp(b)
		require.NoError(t, err)
		require.Equal(t, bigX.Cmp(bigY), order)
		require.Equal(t, order == 0, a.Equal(b))
	})
}

// The corners at which 64 bits run out, which drawing at random seldom meets.
func TestArithmetic_Corners(t *testing.T) {
	t.Parallel()
	least, most := money.New(math.MinInt64, "EUR"), money.New(math.MaxInt64, "EUR")
	for name, call := range map[string]func() (money.Amount, error){
		"most + 1":   func() (money.Amount, error) { return most.Add(money.New(1, "EUR")) },
		"least - 1":  func() (money.Amount, error) { return least.Sub(money.New(1, "EUR")) },
		"0 - least":  func() (money.Amount, error) { return money.Zero("EUR").Sub(least) },
		"least * -1": func() (money.Amount, error) { return least.MulInt(-1) },
		"-1 * least": func() (money.Amount, error) { return money.New(-1, "EUR").MulInt(math.MinInt64) },
		"-least":     least.Neg,
		// The quotient is just under 2^64 and rounds up to it.
		"2^64": func() (money.Amount, error) {
			den := int64(math.MaxInt64) / 11 * 2
			return money.New(math.MaxInt64-2, "EUR").MulRatio(2*den+1, den, money.Up)
		},
	} {
		_, err := call()
		assert.ErrorIs(t, err, money.ErrOverflow, name)
	}
	same, err := least.MulRatio(1, 1, money.HalfEven)
	require.NoError(t, err)
	assert.Equal(t, least, same)
}

func TestAmount_SignPredicates(t *testing.T) {
	t.Parallel()
	for minor, want := range map[int64][3]bool{
		-1: {true, false, false},
		0:  {false, true, false},
		1:  {false, false, true},
	} {
		a := money.New(minor, "JPY")
		assert.Equal(t, want, [3]bool{a.IsNegative(), a.IsZero(), a.IsPositive()}, minor)
	}
}

func TestAmount_ZeroMeetsAnyCurrency(t *testing.T) {
	t.Parallel()
	var zero money.Amount
	ten := money.New(10, "KWD")

	for name, sum := range map[string]func() (money.Amount, error){
		"zero + ten": func() (money.Amount, error) { return zero.Add(ten) },
		"ten + zero": func() (money.Amount, error) { return ten.Add(zero) },
		"ten - zero": func() (money.Amount, error) { return ten.Sub(zero) },
	} {
		got, err := sum()
		require.NoError(t, err, name)
		assert.Equal(t, ten, got, name)
	}
	got, err := zero.Sub(ten)
	require.NoError(t, err)
	assert.Equal(t, money.New(-10, "KWD"), got)
	assert.True(t, zero.Equal(money.Zero("KWD")))
	assert.False(t, zero.Equal(ten))
}

func TestAmount_CurrenciesDoNotMix(t *testing.T) {
	t.Parallel()
	euro, dollar := money.New(1, "EUR"), money.New(1, "USD")
	_, addErr := euro.Add(dollar)
	_, subErr := euro.Sub(dollar)
	_, cmpErr := euro.Cmp(dollar)
	_, sumErr := money.Sum(euro, dollar)

	for _, err := range []error{addErr, subErr, cmpErr, sumErr} {
		require.ErrorIs(t, err, money.ErrCurrency)
		var mismatch *money.MismatchError
		require.ErrorAs(t, err, &mismatch)
		assert.Equal(t, money.MismatchError{Left: "EUR", Right: "USD"}, *mismatch)
		assert.Equal(t, fault.Invalid, fault.CodeOf(err))
		assert.Contains(t, err.Error(), "EUR")
		assert.Contains(t, err.Error(), "USD")
	}
	assert.False(t, euro.Equal(dollar))
	assert.False(t, money.Zero("EUR").Equal(money.Zero("USD")), "nothing in euros is not nothing in dollars")
}

func TestSum_AddsOrSaysWhy(t *testing.T) {
	t.Parallel()
	none, err := money.Sum()
	require.NoError(t, err)
	assert.Equal(t, money.Amount{}, none)

	three, err := money.Sum(money.New(1, "EUR"), money.Amount{}, money.New(2, "EUR"))
	require.NoError(t, err)
	assert.Equal(t, money.New(3, "EUR"), three)

	_, err = money.Sum(money.New(math.MaxInt64, "EUR"), money.New(1, "EUR"))
	assert.ErrorIs(t, err, money.ErrOverflow)
}

// Not parallel: the counter of allocations is the process's.
func TestArithmetic_DoesNotAllocate(t *testing.T) {
	a, b := money.New(12_345, "INR"), money.New(999, "INR")
	var sink money.Amount
	allocations := testing.AllocsPerRun(100, func() {
		sum, _ := a.Add(b)
		difference, _ := sum.Sub(b)
		tax, _ := difference.TaxIncluded(180_000, money.HalfEven)
		rounded, _ := tax.RoundTo(5, money.HalfUp)
		sink, _ = rounded.Mul(88_750, money.Ceil)
	})
	assert.Zero(t, allocations)
	assert.Equal(t, money.Currency("INR"), sink.Currency)
}
