package learn

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// EASEConfig sets how EASE learns.
type EASEConfig struct {
	// Shrink is how much is needed to believe something, as a part of how often the columns are chosen on average. Zero means 7.
	Shrink float64

	// Drop is the part of a person's choices that the model must do without, so that none speaks for little more than itself. Zero means
	// 0.2; less than 0 means none.
	Drop float64

	// Common is how much it counts what choices have in common, by the strongest Rank modes of them, beside what they say of each other
	// directly. It helps where few people chose the same two. Zero means not at all, 1 as much.
	Common float64

	// Rank is how many modes there are. Zero means 32.
	Rank int

	// Keep is how many weights are kept for each column. Zero means 500; less than 0 keeps all.
	Keep int
}

// EASE learns a linear model that says each choice from all others at once: B = -P / diag(P) where P is the inverse of XᵀX + λI, with
// nothing on the diagonal, and the diagonal of XᵀX raised by Drop / (1 - Drop) of itself. Sources: Steck, Embarrassingly Shallow
// Autoencoders for Sparse Data, WWW 2019, and Autoencoders that don't overfit towards the Identity, NeurIPS 2020. Columns nobody has chosen have no
// neighbours. Memory: 16 bytes for each pair of columns; time: their cube.
func EASE(ctx context.Context, m *Matrix, c EASEConfig) (*Neighbors, error) {
	if c.Shrink == 0 {
		c.Shrink = 7
	}
	switch {
	case c.Drop == 0:
		c.Drop = .2
	case c.Drop < 0:
		c.Drop = 0
	}
	if c.Rank == 0 {
		c.Rank = 32
	}
	if c.Keep == 0 {
		c.Keep = 500
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("learn with EASE: %w", err)
	}
	out := newPruner(m.Cols, c.Keep)
	gram, chosen, err := gramOf(ctx, m)
	if err != nil {
		return nil, err
	}
	n := len(chosen)
	if n == 0 {
		return out.done(), nil
	}
	joint := &modes{}
	if c.Common > 0 {
		if joint, err = modesOf(gram, n, c.Rank); err != nil {
			return nil, fmt.Errorf("find modes of %d columns: %w", n, err)
		}
	}
	inverse, err := invert(gram, n, c)
	if err != nil {
		return nil, fmt.Errorf("learn from %d columns: %w", n, err)
	}
	weights := make([]float32, m.Cols)
	common := make([]float64, n)
	for j := range n {
		if err := stopped(ctx, j); err != nil {
			return nil, err
		}
		joint.of(j, common)
		d := inverse.At(j, j)
		for i := range n {
			w := c.Common * common[i]
			if i != j {
				w -= inverse.At(i, j) / d
			}
			weights[chosen[i]] = float32(w)
		}
		out.target(chosen[j], weights)
	}
	return out.done(), nil
}

// invert returns the inverse of the matrix with its diagonal raised as c says. The matrix is changed.
func invert(gram []float64, n int, c EASEConfig) (*mat.SymDense, error) {
	sym := mat.NewSymDense(n, gram)
	var trace float64
	for i := range n {
		trace += sym.At(i, i)
	}
	lambda := math.Max(c.Shrink*trace/float64(n), 1e-6)
	for i := range n {
		sym.SetSym(i, i, sym.At(i, i)/(1-c.Drop)+lambda)
	}
	var chol mat.Cholesky
	if !chol.Factorize(sym) {
		return nil, errNotFinite
	}
	inverse := mat.NewSymDense(n, gram) // in its place: the factorization has a copy
	if err := chol.InverseTo(inverse); err != nil {
		if _, inexact := errors.AsType[mat.Condition](err); !inexact {
			return nil, err
		}
	}
	return inverse, nil
}

// gramOf is XᵀX, row by row, of the columns that somebody has chosen.
func gramOf(ctx context.Context, m *Matrix) (gram []float64, chosen []int32, err error) {
	place := make([]int32, m.Cols)
	for i := range place {
		place[i] = -1
	}
	for _, row := range m.Rows {
		for _, e := range row {
			place[e.Col] = 0
		}
	}
	for c, p := range place {
		if p == 0 {
			place[c] = int32(len(chosen))
			chosen = append(chosen, int32(c))
		}
	}
	n := len(chosen)
	gram = make([]float64, n*n)
	for r, row := range m.Rows {
		if err := stopped(ctx, r); err != nil {
			return nil, nil, err
		}
		for i, a := range row { // columns ascend, so this is the upper half
			line := gram[int(place[a.Col])*n:]
			for _, b := range row[i:] {
				line[place[b.Col]] += float64(a.Value) * float64(b.Value)
			}
		}
	}
	return gram, chosen, nil
}
