package learn_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend/local/learn"
)

func TestALS_EachRoundIsBetter(t *testing.T) {
	t.Parallel()
	m := drawn(60, 30, .2, 5)
	var last float64
	for rounds := 1; rounds <= 6; rounds++ {
		f, err := learn.ALS(t.Context(), m, learn.ALSConfig{Factors: 6, Rounds: rounds, Seed: 1})
		require.NoError(t, err)
		value, err := f.Objective(m)
		require.NoError(t, err)
		if rounds > 1 {
			assert.Less(t, value, last, "after %d rounds", rounds)
		}
		last = value
	}
}

func TestALS_FindsWhoChoosesAlike(t *testing.T) {
	t.Parallel()
	f, err := learn.ALS(t.Context(), twoCrowds(10), learn.ALSConfig{Factors: 4})
	require.NoError(t, err)
	scores := make([]float32, 10)
	f.Add(row(0, 1), scores)
	for own := range 5 {
		for other := 5; other < 10; other++ {
			assert.Greater(t, scores[own], scores[other])
		}
	}
}

func TestALS_SaysTheSameForTheSameSeed(t *testing.T) {
	t.Parallel()
	scores := map[uint64][]float32{}
	for _, seed := range []uint64{1, 2, 1} {
		f, err := learn.ALS(t.Context(), drawn(30, 20, .2, 6), learn.ALSConfig{Factors: 4, Rounds: 2, Seed: seed})
		require.NoError(t, err)
		list := make([]float32, 20)
		f.Add(row(3, 4), list)
		if before, known := scores[seed]; known {
			assert.Equal(t, before, list)
		}
		scores[seed] = list
	}
	assert.NotEqual(t, scores[1], scores[2])
}

func TestALS_NothingToLearnFrom(t *testing.T) {
	t.Parallel()
	for _, m := range []*learn.Matrix{{}, {Cols: 2}, {Cols: 2, Rows: [][]learn.Entry{row(0)}}} {
		f, err := learn.ALS(t.Context(), m, learn.ALSConfig{Factors: 3})
		require.NoError(t, err)
		f.Add(nil, make([]float32, m.Cols))
	}
}
