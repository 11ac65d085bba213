package learn_test

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/recommend/local/learn"
)

func TestNeighbors_AddWhatAHistorySpeaksFor(t *testing.T) {
	t.Parallel()
	n, err := learn.KNN(t.Context(), threePeople(), learn.KNNConfig{})
	require.NoError(t, err)
	scores := []float32{1, 0, 0}
	n.Add([]learn.Entry{{Col: 0, Value: 2}, {Col: 2, Value: -1}, {Col: 3, Value: 9}}, scores) // nobody knows column 3
	assert.InDeltaSlice(t, []float64{1 - 1./12, 2*2./12 - 1./12, 2 * 1. / 12}, toFloats(scores), 1e-6)
	cols, of := n.Of(9)
	assert.Empty(t, cols)
	assert.Empty(t, of)
	assert.Zero(t, n.Weight(0, 0))
}

func toFloats(list []float32) []float64 {
	var out []float64
	for _, x := range list {
		out = append(out, float64(x))
	}
	return out
}

// For each column those are kept that speak for or against it the most; of those that do so as much, no more than are kept.
func TestNeighbors_KeepTheLargest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawn(rapid.IntRange(1, 30).Draw(t, "rows"), rapid.IntRange(1, 15).Draw(t, "cols"), .4, rapid.Uint64().Draw(t, "seed"))
		if rapid.Bool().Draw(t, "all alike") {
			for _, row := range m.Rows {
				for i := range row {
					row[i].Value = 1
				}
			}
		}
		keep := rapid.IntRange(1, 6).Draw(t, "keep")
		all, err := learn.EASE(t.Context(), m, learn.EASEConfig{Keep: -1})
		require.NoError(t, err)
		some, err := learn.EASE(t.Context(), m, learn.EASEConfig{Keep: keep})
		require.NoError(t, err)
		whole, kept := weights(all), weights(some)
		for to := range whole {
			var sizes, left []float64
			for from := range whole {
				if whole[from][to] != 0 {
					sizes = append(sizes, math.Abs(whole[from][to]))
				}
				if kept[from][to] != 0 {
					left = append(left, math.Abs(kept[from][to]))
					require.InDelta(t, whole[from][to], kept[from][to], 0)
				}
			}
			down := func(a, b float64) int { return cmp.Compare(b, a) }
			slices.SortFunc(sizes, down)
			slices.SortFunc(left, down)
			require.Equal(t, sizes[:min(len(sizes), keep)], left)
		}
	})
}

func TestNeighbors_AreTheSameAfterEncoding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawn(rapid.IntRange(0, 20).Draw(t, "rows"), rapid.IntRange(0, 20).Draw(t, "cols"), .3, rapid.Uint64().Draw(t, "seed"))
		n, err := learn.RP3(t.Context(), m, learn.RP3Config{Keep: rapid.IntRange(1, 10).Draw(t, "keep")})
		require.NoError(t, err)
		out := n.Append([]byte("before"))
		back, err := learn.DecodeNeighbors(out[len("before"):])
		require.NoError(t, err)
		require.Equal(t, n.Cols(), back.Cols())
		require.Equal(t, n.Len(), back.Len())
		require.Equal(t, weights(n), weights(back))
		for cut := range len(out) - len("before") {
			_, err := learn.DecodeNeighbors(out[len("before"):][:cut])
			require.Error(t, err, "cut after %d bytes", cut)
		}
		_, err = learn.DecodeNeighbors(append(out[len("before"):], 0))
		require.Error(t, err, "more than it should be")
	})
}

func FuzzDecodeNeighbors(f *testing.F) {
	for _, m := range []*learn.Matrix{{}, threePeople(), drawn(20, 12, .3, 7)} {
		n, err := learn.KNN(f.Context(), m, learn.KNNConfig{})
		require.NoError(f, err)
		f.Add(n.Append(nil))
	}
	f.Add([]byte{1, 1, 0, 0, 0, 0xc0, 0x7f}) // not a number
	f.Add([]byte{2, 1, 3, 0, 0, 0, 0, 0})    // a column that is not there
	f.Fuzz(func(t *testing.T, in []byte) {
		n, err := learn.DecodeNeighbors(in)
		if err != nil {
			return
		}
		scores := make([]float32, n.Cols())
		for c := range n.Cols() {
			cols, of := n.Of(int32(c))
			require.Len(t, of, len(cols))
			require.True(t, slices.IsSorted(cols))
			n.Add(row(int32(c)), scores)
		}
		for _, w := range weights(n) {
			for _, x := range w {
				require.False(t, math.IsNaN(x) || math.IsInf(x, 0))
			}
		}
		again, err := learn.DecodeNeighbors(n.Append(nil))
		require.NoError(t, err)
		require.Equal(t, n.Append(nil), again.Append(nil))
	})
}
