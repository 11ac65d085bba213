package learn_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend/local/learn"
)

// Three people chose {0, 1}, {0, 1, 2} and {2}.
func threePeople() *learn.Matrix {
	return &learn.Matrix{Cols: 3, Rows: [][]learn.Entry{row(0, 1), row(0, 1, 2), row(2)}}
}

// Columns 0 and 1 share two people and have the length √2 each: 2 / (2 + 10). Columns 0 and 2 share one: 1 / (2 + 10).
func TestKNN_ByHand(t *testing.T) {
	t.Parallel()
	n, err := learn.KNN(t.Context(), threePeople(), learn.KNNConfig{})
	require.NoError(t, err)
	near(t, [][]float64{{0, 2. / 12, 1. / 12}, {2. / 12, 0, 1. / 12}, {1. / 12, 1. / 12, 0}}, weights(n), 1e-6)

	n, err = learn.KNN(t.Context(), threePeople(), learn.KNNConfig{Shrink: 1})
	require.NoError(t, err)
	assert.InDelta(t, 2./3, n.Weight(0, 1), 1e-6)
}

// From 0 to 1: to each of its two people by 1/2, from the first by 1/2 and from the second by 1/3, held back by how often 1 was
// chosen: 2^β. From 2 to 1: to the second person by 1/2, on by 1/3.
func TestRP3_ByHand(t *testing.T) {
	t.Parallel()
	n, err := learn.RP3(t.Context(), threePeople(), learn.RP3Config{})
	require.NoError(t, err)
	held := math.Pow(2, .6)
	one, two := (1./4+1./6)/held, 1./6/held
	near(t, [][]float64{{0, one, two}, {one, 0, two}, {two, two, 0}}, weights(n), 1e-6)

	n, err = learn.RP3(t.Context(), threePeople(), learn.RP3Config{Beta: -1, Alpha: 2})
	require.NoError(t, err)
	assert.InDelta(t, 1./16+1./36, n.Weight(0, 1), 1e-6, "each step squared, nothing held back")
}

// What is dear to somebody weighs more than what is not.
func TestRP3_CountsHowMuch(t *testing.T) {
	t.Parallel()
	m := &learn.Matrix{Cols: 3, Rows: [][]learn.Entry{{{Col: 0, Value: 1}, {Col: 1, Value: 3}, {Col: 2, Value: 1}}}}
	n, err := learn.RP3(t.Context(), m, learn.RP3Config{Beta: -1})
	require.NoError(t, err)
	assert.InDelta(t, 3./5, n.Weight(0, 1), 1e-6)
	assert.InDelta(t, 1./5, n.Weight(0, 2), 1e-6)
}
