package learn_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/recommend/local/learn"
)

// A table and lists of the same weights say the same.
func TestNeighbors_InATableAsInLists(t *testing.T) {
	t.Parallel()
	tables := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		m := drawn(rapid.IntRange(0, 20).Draw(t, "rows"), rapid.IntRange(0, 20).Draw(t, "cols"), .4, rapid.Uint64().Draw(t, "seed"))
		n, err := learn.EASE(t.Context(), m, learn.EASEConfig{Keep: rapid.IntRange(1, 20).Draw(t, "keep")})
		require.NoError(t, err)
		lists := n.InLists()
		require.False(t, lists.Table())
		tables[n.Table()]++
		require.Equal(t, 4*n.Len() >= m.Cols*m.Cols, n.Table(), "a table where it takes at most twice the room")
		require.Equal(t, weights(lists), weights(n))
		require.Equal(t, lists.Append(nil), n.Append(nil))

		var history []learn.Entry
		for c := range m.Cols + 2 { // two that nobody knows
			if rapid.Bool().Draw(t, "chosen") {
				history = append(history, learn.Entry{Col: int32(c), Value: rapid.Float32Range(-2, 2).Draw(t, "value")})
			}
		}
		want, got := make([]float32, m.Cols), make([]float32, m.Cols)
		lists.Add(history, want)
		n.Add(history, got)
		require.InDeltaSlice(t, toFloats(want), toFloats(got), 1e-4)
	})
	assert.Positive(t, tables[true])
	assert.Positive(t, tables[false])
}

func TestNeighbors_WhatIsNotThereSpeaksForNothing(t *testing.T) {
	t.Parallel()
	n, err := learn.EASE(t.Context(), threePeople(), learn.EASEConfig{})
	require.NoError(t, err)
	for _, n := range []*learn.Neighbors{n, n.InLists()} {
		assert.Zero(t, n.Weight(9, 0))
		assert.Zero(t, n.Weight(0, 9))
		cols, _ := n.Of(9)
		assert.Empty(t, cols)
	}
}

// Weights of nothing that somebody has written count as none.
func TestDecodeNeighbors_WeightsOfNothing(t *testing.T) {
	t.Parallel()
	n, err := learn.DecodeNeighbors([]byte{1, 1, 0, 0, 0, 0, 0})
	require.NoError(t, err)
	assert.Zero(t, n.Len())
	assert.Equal(t, []byte{1, 0}, n.Append(nil))
}

func TestNeighbors_AddTakesNoMemory(t *testing.T) {
	m := drawn(30, 20, .4, 1)
	n, err := learn.EASE(t.Context(), m, learn.EASEConfig{})
	require.NoError(t, err)
	for _, n := range []*learn.Neighbors{n, n.InLists()} {
		scores := make([]float32, m.Cols)
		assert.Zero(t, testing.AllocsPerRun(100, func() { n.Add(m.Rows[0], scores) }))
	}
}
