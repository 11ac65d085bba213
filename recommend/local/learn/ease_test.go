package learn_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/marquee-tickets/marquee/recommend/local/learn"
)

// Two columns, three people of whom one chose both: XᵀX = [2 1; 1 2]. The mean of the diagonal is 2, so λ is 2 with Shrink 1, and what is
// inverted is [4 1; 1 4], of which the inverse is [4 -1; -1 4] / 15. Each speaks for the other by 1/4.
func TestEASE_ByHand(t *testing.T) {
	t.Parallel()
	m := &learn.Matrix{Cols: 2, Rows: [][]learn.Entry{row(0, 1), row(0), row(1)}}
	n, err := learn.EASE(t.Context(), m, learn.EASEConfig{Shrink: 1, Drop: -1, Keep: -1})
	require.NoError(t, err)
	near(t, [][]float64{{0, .25}, {.25, 0}}, weights(n), 1e-6)

	// With half of the choices dropped the diagonal is twice as much: [6 1; 1 6].
	n, err = learn.EASE(t.Context(), m, learn.EASEConfig{Shrink: 1, Drop: .5, Keep: -1})
	require.NoError(t, err)
	near(t, [][]float64{{0, 1. / 6}, {1. / 6, 0}}, weights(n), 1e-6)
}

// inverted is the inverse of a matrix, by Gauss and Jordan.
func inverted(a [][]float64) [][]float64 {
	n := len(a)
	w := square(n, 2*n)
	for i := range n {
		copy(w[i], a[i])
		w[i][n+i] = 1
	}
	for i := range n {
		most := i
		for r := i; r < n; r++ {
			if math.Abs(w[r][i]) > math.Abs(w[most][i]) {
				most = r
			}
		}
		w[i], w[most] = w[most], w[i]
		by := w[i][i]
		for c := range w[i] {
			w[i][c] /= by
		}
		for r := range n {
			if by := w[r][i]; r != i {
				for c := range w[r] {
					w[r][c] -= by * w[i][c]
				}
			}
		}
	}
	for i := range n {
		w[i] = w[i][n:]
	}
	return w
}

// plainEASE is B as the papers write it: [from][to].
func plainEASE(m *learn.Matrix, shrink, drop float64) [][]float64 {
	g := gram(m)
	var trace float64
	for i := range g {
		trace += g[i][i]
	}
	for i := range g {
		g[i][i] = g[i][i]/(1-drop) + shrink*trace/float64(len(g))
	}
	p := inverted(g)
	b := square(len(g), len(g))
	for i := range p {
		for j := range p {
			if i != j {
				b[i][j] = -p[i][j] / p[j][j]
			}
		}
	}
	return b
}

func TestEASE_AsTheInverseSays(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		m := drawn(40, 12, .3, seed)
		n, err := learn.EASE(t.Context(), m, learn.EASEConfig{Shrink: .5, Drop: .3, Keep: -1})
		require.NoError(t, err)
		near(t, plainEASE(m, .5, .3), weights(n), 1e-5)
		n, err = learn.EASE(t.Context(), m, learn.EASEConfig{Keep: -1})
		require.NoError(t, err)
		near(t, plainEASE(m, 7, .2), weights(n), 1e-5)
	}
}

// plainModes is what the strongest modes of the cosines say, by a whole eigendecomposition.
func plainModes(t *testing.T, m *learn.Matrix, rank int) [][]float64 {
	t.Helper()
	g := gram(m)
	n := len(g)
	cos := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			if l := math.Sqrt(g[i][i] * g[j][j]); l > 0 {
				cos.SetSym(i, j, g[i][j]/l)
			}
		}
	}
	var e mat.EigenSym
	require.True(t, e.Factorize(cos, true))
	var v mat.Dense
	e.VectorsTo(&v)
	w := square(n, n)
	for k, s := range e.Values(nil) {
		if k < n-rank || s < 1e-9 {
			continue
		}
		for i := range n {
			for j := range n {
				w[i][j] += s / (s + 2) * v.At(i, k) * v.At(j, k)
			}
		}
	}
	return w
}

func TestEASE_CommonAddsTheStrongestModes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		m    *learn.Matrix
		rank int
		by   float64
	}{
		"all of them":                    {drawn(60, 10, .3, 1), 32, 1e-5},
		"a clear few":                    {twoCrowds(8), 2, 1e-4},
		"more than there are":            {twoCrowds(6), 6, 1e-4},
		"fewer people than columns":      {drawn(5, 20, .4, 2), 32, 1e-4},
		"one person":                     {&learn.Matrix{Cols: 6, Rows: [][]learn.Entry{row(0, 2, 5)}}, 0, 1e-5},
		"nothing in common":              {&learn.Matrix{Cols: 3, Rows: [][]learn.Entry{row(0), row(1), row(2)}}, 0, 1e-5},
		"a choice that was worth naught": {&learn.Matrix{Cols: 3, Rows: [][]learn.Entry{row(0, 1), {{Col: 2}}, row(0, 1)}}, 0, 1e-5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			with, err := learn.EASE(t.Context(), c.m, learn.EASEConfig{Common: 3, Rank: c.rank, Keep: -1})
			require.NoError(t, err)
			without, err := learn.EASE(t.Context(), c.m, learn.EASEConfig{Rank: c.rank, Keep: -1})
			require.NoError(t, err)
			rank := c.rank
			if rank == 0 {
				rank = 32
			}
			want, got, direct := plainModes(t, c.m, rank), weights(with), weights(without)
			for i := range got {
				for j := range got {
					got[i][j] = (got[i][j] - direct[i][j]) / 3
				}
			}
			near(t, want, got, c.by)
		})
	}
}

// twoCrowds choose from one half of the columns or from the other.
func twoCrowds(cols int32) *learn.Matrix {
	m := &learn.Matrix{Cols: int(cols)}
	for i := range 2 * cols {
		from := i % 2 * cols / 2
		m.Rows = append(m.Rows, learn.Row(row(from+i%(cols/2), from+(i+1)%(cols/2), from+(i+3)%(cols/2))))
	}
	return m
}

func TestEASE_ColumnsThatNobodyChoseHaveNoNeighbours(t *testing.T) {
	t.Parallel()
	m := &learn.Matrix{Cols: 5, Rows: [][]learn.Entry{row(1, 3), row(1, 3), row(1)}}
	n, err := learn.EASE(t.Context(), m, learn.EASEConfig{Common: 1, Keep: -1})
	require.NoError(t, err)
	for _, c := range []int32{0, 2, 4} {
		cols, _ := n.Of(c)
		assert.Empty(t, cols)
	}
	assert.Positive(t, n.Weight(1, 3))
	assert.Positive(t, n.Weight(3, 1))
}
