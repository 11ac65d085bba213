package main

import (
	"context"
	"fmt"
	"math"

	"github.com/marquee-tickets/marquee/benchmarks/recommend/internal/measure"
	"github.com/marquee-tickets/marquee/benchmarks/recommend/internal/ratings"
	"github.com/marquee-tickets/marquee/recommend/local/learn"
)

// scorer scores all columns for a history.
type scorer interface {
	Add(history []learn.Entry, scores []float32)
}

// model is a way to learn, with the settings that are tried on the training part.
type model struct {
	name     string
	settings []float64
	learn    func(ctx context.Context, m *learn.Matrix, setting float64) (scorer, error)
}

// models are those that are compared.
func models() []model {
	return []model{
		{"popularity", []float64{0}, func(_ context.Context, m *learn.Matrix, _ float64) (scorer, error) { return newPopular(m), nil }},
		{"item-knn", []float64{3, 10, 30}, func(ctx context.Context, m *learn.Matrix, s float64) (scorer, error) {
			return learn.KNN(ctx, m, learn.KNNConfig{Shrink: s})
		}},
		{"rp3beta", []float64{.4, .6, .8}, func(ctx context.Context, m *learn.Matrix, s float64) (scorer, error) {
			return learn.RP3(ctx, m, learn.RP3Config{Beta: s})
		}},
		{"ease", []float64{4, 7, 11, 18}, func(ctx context.Context, m *learn.Matrix, s float64) (scorer, error) {
			return learn.EASE(ctx, m, learn.EASEConfig{Shrink: s})
		}},
		{"ials", []float64{.003, .01, .03}, func(ctx context.Context, m *learn.Matrix, s float64) (scorer, error) {
			return learn.ALS(ctx, m, learn.ALSConfig{Reg: s, Seed: 1})
		}},
	}
}

// popular scores by how many chose a column.
type popular []float32

func newPopular(m *learn.Matrix) popular {
	p := make(popular, m.Cols)
	for _, row := range m.Rows {
		for _, e := range row {
			p[e.Col]++
		}
	}
	return p
}

// Add implements scorer.
func (p popular) Add(_ []learn.Entry, scores []float32) {
	for i, n := range p {
		scores[i] += n
	}
}

// strength is how much of a choice a rating is: one star is still one.
func strength(r ratings.Rating, best float64) float64 {
	if best <= 1 {
		return 1
	}
	return (.6 + .5*r.Stars/best) / 1.1
}

// matrix is who rated what.
func matrix(s *ratings.Set) *learn.Matrix {
	m := &learn.Matrix{Cols: s.Items}
	for _, list := range s.ByUser() {
		var row []learn.Entry
		for _, r := range list {
			row = append(row, learn.Entry{Col: int32(r.Item), Value: float32(strength(r, s.Best))})
		}
		m.Rows = append(m.Rows, learn.Row(row))
	}
	return m
}

// likeness says how much alike items are by who chose them.
func likeness(m *learn.Matrix) func(a, b int) float64 {
	who := make([]map[int]bool, m.Cols)
	for i := range who {
		who[i] = map[int]bool{}
	}
	for u, row := range m.Rows {
		for _, e := range row {
			who[e.Col][u] = true
		}
	}
	return func(a, b int) float64 {
		both := 0
		for u := range who[a] {
			if who[b][u] {
				both++
			}
		}
		if both == 0 {
			return 0
		}
		return float64(both) / math.Sqrt(float64(len(who[a]))*float64(len(who[b])))
	}
}

// evaluate makes a list for everybody by a model that learnt from train.
func evaluate(s scorer, train, test *ratings.Set, alike func(a, b int) float64) measure.Scores {
	m := matrix(train)
	meter := measure.New(10, train.Items, alike)
	scores := make([]float32, train.Items)
	for u, list := range test.ByUser() {
		clear(scores)
		s.Add(m.Rows[u], scores)
		for _, e := range m.Rows[u] {
			scores[e.Col] = float32(math.Inf(-1))
		}
		meter.Add(first(scores, 10), wanted(list))
	}
	return meter.Scores()
}

func wanted(list []ratings.Rating) map[int]bool {
	w := map[int]bool{}
	for _, r := range list {
		w[r.Item] = true
	}
	return w
}

// first returns the numbers of the k highest scores, the highest first.
func first(scores []float32, k int) []int {
	var list []int
	for i, s := range scores {
		if len(list) == k && s <= scores[list[k-1]] || math.IsInf(float64(s), -1) {
			continue
		}
		at := len(list)
		for at > 0 && scores[list[at-1]] < s {
			at--
		}
		list = append(list, 0)
		copy(list[at+1:], list[at:])
		list[at] = i
		list = list[:min(len(list), k)]
	}
	return list
}

// choose finds the setting that does best inside of the training part.
func (m model) choose(ctx context.Context, train *ratings.Set, seed uint64) (float64, error) {
	if len(m.settings) == 1 {
		return m.settings[0], nil
	}
	inner, held := train.Split(.8, seed+1000)
	best, setting := -1., 0.
	for _, s := range m.settings {
		learnt, err := m.learn(ctx, matrix(inner), s)
		if err != nil {
			return 0, fmt.Errorf("%s with %v: %w", m.name, s, err)
		}
		if got := evaluate(learnt, inner, held, nil).NDCG; got > best {
			best, setting = got, s
		}
	}
	return setting, nil
}
