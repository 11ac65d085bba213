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

func minors(parts []money.Amount) []int64 {
	out := make([]int64, len(parts))
	for i, p := range parts {
		out[i] = p.Minor
	}
	return out
}

func TestAllocate_Table(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		amount  int64
		weights []int64
		want    []int64
	}{
		{100, []int64{1, 1, 1}, []int64{34, 33, 33}},     // equal remainders: the first gets the unit
		{-100, []int64{1, 1, 1}, []int64{-34, -33, -33}}, // the same below zero
		{100, []int64{1, 2}, []int64{33, 67}},            // the larger remainder, .67, gets the unit
		{5, []int64{3, 7}, []int64{2, 3}},                // 1.5 and 3.5: a tie
		{10, []int64{0, 1, 0}, []int64{0, 10, 0}},
		{0, []int64{5, 5}, []int64{0, 0}},
		{2, []int64{1, 1, 1, 1}, []int64{1, 1, 0, 0}},
		{math.MinInt64, []int64{1}, []int64{math.MinInt64}},
		{math.MaxInt64, []int64{math.MaxInt64 - 1, 1}, []int64{math.MaxInt64 - 1, 1}},
	} {
		parts, err := money.New(row.amount, "EUR").Allocate(row.weights...)
		require.NoError(t, err)
		assert.Equal(t, row.want, minors(parts), "%d by %v", row.amount, row.weights)
	}
}

func TestAllocate_LosesNothingAndIsFair(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := money.New(anyMinor.Draw(t, "amount"), "EUR")
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1<<50), 1, 20).Draw(t, "weights")
		weights[0]++ // never all zero
		parts, err := a.Allocate(weights...)
		require.NoError(t, err)

		sum, err := money.Sum(parts...)
		require.NoError(t, err)
		require.Equal(t, a, sum)
		total := new(big.Int)
		for _, w := range weights {
			total.Add(total, big.NewInt(w))
		}
		for i, p := range parts { // |part*total - amount*weight| < total
			off := new(big.Int).Mul(big.NewInt(p.Minor), total)
			off.Sub(off, new(big.Int).Mul(big.NewInt(a.Minor), big.NewInt(weights[i])))
			require.Negative(t, off.CmpAbs(total), "part %d is a whole unit off", i)
		}
	})
}

func TestSplit_IsAllocateByEqualWeights(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := money.New(anyMinor.Draw(t, "amount"), "EUR")
		weights := make([]int64, rapid.IntRange(1, 50).Draw(t, "n"))
		for i := range weights {
			weights[i] = 1
		}
		want, err := a.Allocate(weights...)
		require.NoError(t, err)
		got, err := a.Split(len(weights))
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func TestAllocate_BadWeightsAreNamed(t *testing.T) {
	t.Parallel()
	a := money.New(100, "EUR")
	for name, weights := range map[string][]int64{
		"none": nil, "all zero": {0, 0}, "negative": {2, -1}, "too large": {math.MaxInt64, 1},
	} {
		parts, err := a.Allocate(weights...)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), name)
		assert.Equal(t, "weights", fault.Of(err).Field, name)
		assert.Nil(t, parts, name)
	}
	for _, n := range []int{-1, 0, 1_000_001} {
		_, err := a.Split(n)
		require.Error(t, err)
		assert.Equal(t, "n", fault.Of(err).Field)
	}
}
