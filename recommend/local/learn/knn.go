package learn

import (
	"context"
	"fmt"
	"math"
)

// KNNConfig sets how KNN learns.
type KNNConfig struct {
	Shrink float64 // added below the fraction, so that few common people prove little; zero means 10
	Keep   int     // weights kept for each column; zero means 200, less than 0 keeps all
}

// KNN learns by the cosine of columns: who chose both, as a part of who chose each. Source: Sarwar et al., Item-based collaborative
// filtering recommendation algorithms, WWW 2001.
func KNN(ctx context.Context, m *Matrix, c KNNConfig) (*Neighbors, error) {
	if c.Shrink == 0 {
		c.Shrink = 10
	}
	if c.Keep == 0 {
		c.Keep = 200
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("learn by cosines: %w", err)
	}
	cols := m.columns()
	length := make([]float64, len(cols))
	for i, col := range cols {
		for _, e := range col {
			length[i] += float64(e.Value) * float64(e.Value)
		}
		length[i] = math.Sqrt(length[i])
	}
	out := newPruner(m.Cols, c.Keep)
	weights := make([]float32, m.Cols)
	for j := range cols {
		if err := stopped(ctx, j); err != nil {
			return nil, err
		}
		clear(weights)
		for _, u := range cols[j] {
			for _, i := range m.Rows[u.Col] {
				weights[i.Col] += u.Value * i.Value
			}
		}
		weights[j] = 0
		for i, w := range weights {
			if w != 0 {
				weights[i] = float32(float64(w) / (length[i]*length[j] + c.Shrink))
			}
		}
		out.target(int32(j), weights)
	}
	return out.done(), nil
}
