package learn

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// ALSConfig sets how ALS learns.
type ALSConfig struct {
	Factors int     // numbers that describe a column; zero means 64
	Unseen  float64 // how much it counts that something was not chosen, beside 1 for a choice; zero means 0.1
	Reg     float64 // holds numbers small, in proportion to how often a column was or could have been chosen; zero means 0.01
	Rounds  int     // zero means 12
	Seed    uint64
}

// Factors describe columns by a few numbers each.
type Factors struct {
	c    ALSConfig
	cols *mat.Dense
	gram *mat.SymDense // of the columns, times Unseen
}

// ALS factorizes the matrix by alternating least squares, with the regularisation in proportion to frequency. Sources: Hu et al.,
// Collaborative Filtering for Implicit Feedback Datasets, ICDM 2008; Rendle et al., Revisiting the Performance of iALS, RecSys 2022.
func ALS(ctx context.Context, m *Matrix, c ALSConfig) (*Factors, error) {
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("factorize: %w", err)
	}
	c = c.withDefaults()
	rng := rand.New(rand.NewPCG(c.Seed, 1)) //nolint:gosec // the same model for the same seed
	f := &Factors{c: c, cols: mat.NewDense(max(m.Cols, 1), c.Factors, nil)}
	for i := range m.Cols {
		for k := range c.Factors {
			f.cols.Set(i, k, rng.NormFloat64()*.1/math.Sqrt(float64(c.Factors)))
		}
	}
	rows := &Factors{c: c, cols: mat.NewDense(max(len(m.Rows), 1), c.Factors, nil)}
	byCol := m.columns()
	for range c.Rounds {
		for _, half := range []struct {
			to, from *Factors
			lists    [][]Entry
		}{{rows, f, m.Rows}, {f, rows, byCol}} {
			if err := half.to.solveAll(ctx, half.from, half.lists); err != nil {
				return nil, err
			}
		}
	}
	f.weigh()
	return f, nil
}

func (c ALSConfig) withDefaults() ALSConfig {
	if c.Factors == 0 {
		c.Factors = 64
	}
	if c.Unseen == 0 {
		c.Unseen = .1
	}
	if c.Reg == 0 {
		c.Reg = .01
	}
	if c.Rounds == 0 {
		c.Rounds = 12
	}
	return c
}

func (f *Factors) weigh() {
	f.gram = mat.NewSymDense(f.c.Factors, nil)
	f.gram.SymOuterK(f.c.Unseen, f.cols.T())
}

// solveAll makes the numbers of each list anew from those of the other side.
func (f *Factors) solveAll(ctx context.Context, other *Factors, lists [][]Entry) error {
	other.weigh()
	for i, list := range lists {
		if err := stopped(ctx, i); err != nil {
			return err
		}
		v, err := other.describe(list)
		if err != nil {
			return err
		}
		f.cols.SetRow(i, v.RawVector().Data)
	}
	return nil
}

// describe finds the numbers of a list of choices.
func (f *Factors) describe(list []Entry) (*mat.VecDense, error) {
	n := f.c.Factors
	a, b := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	a.CopySym(f.gram)
	for _, e := range list {
		v := f.cols.RowView(int(e.Col))
		a.SymRankOne(a, float64(e.Value), v)
		b.AddScaledVec(b, float64(e.Value), v)
	}
	count, _ := f.cols.Dims()
	reg := f.c.Reg * (float64(len(list)) + f.c.Unseen*float64(count))
	for i := range n {
		a.SetSym(i, i, a.At(i, i)+reg)
	}
	var chol mat.Cholesky
	if !chol.Factorize(a) {
		return nil, fmt.Errorf("factorize: %w", errNotFinite)
	}
	x := mat.NewVecDense(n, nil)
	return x, chol.SolveVecTo(x, b)
}

// Add adds what a history speaks for to the scores, one for each column.
func (f *Factors) Add(history []Entry, scores []float32) {
	v, err := f.describe(history)
	if err != nil {
		return
	}
	for i := range scores {
		scores[i] += float32(mat.Dot(f.cols.RowView(i), v))
	}
}
