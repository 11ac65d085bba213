package learn

import (
	"context"
	"fmt"
	"math"
)

// RP3Config sets how RP3 learns.
type RP3Config struct {
	// Alpha bends the chances of each step: above 1 the likely ones are preferred. Zero means 1.
	Alpha float64

	// Beta is how much what is often chosen is held back. Zero means 0.6; less than 0 means not at all.
	Beta float64

	// Keep is how many weights are kept for each column. Zero means 200; less than 0 keeps all.
	Keep int
}

// RP3 learns by walks of three steps from a column to people, from them to what else they chose, held back by how often that is chosen
// (RP3β). Source: Paudel et al., Updatable, Accurate, Diverse, and Scalable Recommendations for Interactive Applications, ACM TiiS 2017.
func RP3(ctx context.Context, m *Matrix, c RP3Config) (*Neighbors, error) {
	if c.Alpha == 0 {
		c.Alpha = 1
	}
	switch {
	case c.Beta == 0:
		c.Beta = .6
	case c.Beta < 0:
		c.Beta = 0
	}
	if c.Keep == 0 {
		c.Keep = 200
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("learn with RP3: %w", err)
	}
	cols := m.columns()
	mass, person := sums(cols), sums(m.Rows)
	out := newPruner(m.Cols, c.Keep)
	weights := make([]float32, m.Cols)
	for j := range cols {
		if err := stopped(ctx, j); err != nil {
			return nil, err
		}
		clear(weights)
		held := math.Pow(mass[j], c.Beta)
		for _, u := range cols[j] { // the walk backwards: from the target to where it may have begun
			back := math.Pow(float64(u.Value)/person[u.Col], c.Alpha) / held
			for _, i := range m.Rows[u.Col] {
				weights[i.Col] += float32(math.Pow(float64(i.Value)/mass[i.Col], c.Alpha) * back)
			}
		}
		weights[j] = 0
		out.target(int32(j), weights)
	}
	return out.done(), nil
}

// sums adds up each list.
func sums(lists [][]Entry) []float64 {
	s := make([]float64, len(lists))
	for i, list := range lists {
		for _, e := range list {
			s[i] += float64(e.Value)
		}
	}
	return s
}
