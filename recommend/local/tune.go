package local

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/marquee-tickets/marquee/recommend/local/learn"
)

// tuning is how models are learnt. It is found out on the data itself, by hiding a part of what people chose, and again when there
// is twice as much of it.
type tuning struct {
	learn.EASEConfig
	rows int // when it was found out
}

// tries are what is tried, the usual first: another must be clearly better, as what is hidden is a small sample.
var tries = []learn.EASEConfig{
	{Shrink: 7, Common: 1}, {Shrink: 7, Common: 4}, {Shrink: 7}, {Shrink: 3, Common: 1}, {Shrink: 14, Common: 1},
}

// clearly is how many times as much another try must find.
const clearly = 1.01

const (
	hidden  = .15  // part of the choices that tuning hides
	judges  = 3000 // people by whom tuning is judged, at most
	tuneMin = 200  // people that tuning needs
)

// fit learns which keys go together.
func (t *tuning) fit(ctx context.Context, m *learn.Matrix, exact int) (near *learn.Neighbors, how string, err error) {
	if m.Cols > exact {
		near, err = learn.RP3(ctx, m, learn.RP3Config{})
		return near, "rp3", err
	}
	if t.rows == 0 {
		t.EASEConfig = tries[0]
	}
	if len(m.Rows) >= tuneMin && len(m.Rows) > 2*t.rows {
		if err := t.try(ctx, m); err != nil {
			return nil, "", err
		}
	}
	near, err = learn.EASE(ctx, m, t.EASEConfig)
	return near, fmt.Sprintf("ease-%g-%g", t.Shrink, t.Common), err
}

// try finds out which of the tries finds hidden choices best.
func (t *tuning) try(ctx context.Context, m *learn.Matrix) error {
	rng := rand.New(rand.NewPCG(1, uint64(len(m.Rows)))) //nolint:gosec // the same data is tuned in the same way
	shown := &learn.Matrix{Cols: m.Cols, Rows: make([][]learn.Entry, len(m.Rows))}
	away := make([][]learn.Entry, len(m.Rows))
	for i, row := range m.Rows {
		for _, e := range row {
			if rng.Float64() < hidden && len(row) > 2 {
				away[i] = append(away[i], e)
			} else {
				shown.Rows[i] = append(shown.Rows[i], e)
			}
		}
	}
	best := 0.
	for n, c := range tries {
		near, err := learn.EASE(ctx, shown, c)
		if err != nil {
			return err
		}
		if found := judge(near, shown, away); n == 0 || found > clearly*best {
			best, t.EASEConfig = found, c
		}
	}
	t.rows = len(m.Rows)
	return nil
}

// judge says how high hidden choices stand in the lists, as NDCG at 10.
func judge(near *learn.Neighbors, shown *learn.Matrix, away [][]learn.Entry) float64 {
	scores := make([]float32, shown.Cols)
	var sum float64
	step := max(len(away)/judges, 1)
	for i := 0; i < len(away); i += step {
		if len(away[i]) == 0 {
			continue
		}
		clear(scores)
		near.Add(shown.Rows[i], scores)
		for _, e := range shown.Rows[i] {
			scores[e.Col] = float32(math.Inf(-1))
		}
		var gain, ideal float64
		for n, e := range away[i] {
			if rank := above(scores, e.Col); rank < 10 {
				gain += 1 / math.Log2(float64(rank)+2)
			}
			if n < 10 {
				ideal += 1 / math.Log2(float64(n)+2)
			}
		}
		sum += gain / ideal
	}
	return sum
}

// above is how many columns stand above one.
func above(scores []float32, col int32) int {
	n := 0
	for _, s := range scores {
		if s > scores[col] {
			n++
		}
	}
	return n
}
