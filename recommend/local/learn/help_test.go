package learn_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend/local/learn"
)

// methods are all that learn neighbours, with nothing pruned.
var methods = map[string]func(context.Context, *learn.Matrix) (*learn.Neighbors, error){
	"ease": func(ctx context.Context, m *learn.Matrix) (*learn.Neighbors, error) {
		return learn.EASE(ctx, m, learn.EASEConfig{Common: 1, Keep: -1})
	},
	"knn": func(ctx context.Context, m *learn.Matrix) (*learn.Neighbors, error) {
		return learn.KNN(ctx, m, learn.KNNConfig{Keep: -1})
	},
	"rp3": func(ctx context.Context, m *learn.Matrix) (*learn.Neighbors, error) {
		return learn.RP3(ctx, m, learn.RP3Config{Keep: -1})
	},
}

// row makes a row of columns with the value 1.
func row(cols ...int32) []learn.Entry {
	var list []learn.Entry
	for _, c := range cols {
		list = append(list, learn.Entry{Col: c, Value: 1})
	}
	return list
}

// drawn is a matrix in which each of the rows has some of the columns, by chance.
func drawn(rows, cols int, part float64, seed uint64) *learn.Matrix {
	rng := rand.New(rand.NewPCG(seed, 1))
	m := &learn.Matrix{Cols: cols}
	for range rows {
		var list []learn.Entry
		for c := range cols {
			if rng.Float64() < part {
				list = append(list, learn.Entry{Col: int32(c), Value: float32(.2 + rng.Float64())})
			}
		}
		m.Rows = append(m.Rows, list)
	}
	return m
}

// dense is the matrix with its zeros.
func dense(m *learn.Matrix) [][]float64 {
	x := square(len(m.Rows), m.Cols)
	for r, list := range m.Rows {
		for _, e := range list {
			x[r][e.Col] = float64(e.Value)
		}
	}
	return x
}

func square(rows, cols int) [][]float64 {
	x := make([][]float64, rows)
	for r := range x {
		x[r] = make([]float64, cols)
	}
	return x
}

// gram is XᵀX.
func gram(m *learn.Matrix) [][]float64 {
	x, g := dense(m), square(m.Cols, m.Cols)
	for _, row := range x {
		for i, a := range row {
			for j, b := range row {
				g[i][j] += a * b
			}
		}
	}
	return g
}

// weights are the neighbours with their zeros: [from][to].
func weights(n *learn.Neighbors) [][]float64 {
	w := square(n.Cols(), n.Cols())
	for from := range w {
		for to := range w {
			w[from][to] = float64(n.Weight(int32(from), int32(to)))
		}
	}
	return w
}

// near checks that two tables are nearly the same.
func near(t *testing.T, want, got [][]float64, by float64) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		for j := range want[i] {
			require.InDelta(t, want[i][j], got[i][j], by, "from %d to %d", i, j)
		}
	}
}
