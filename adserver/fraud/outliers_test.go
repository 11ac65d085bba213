package fraud_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/fraud"
)

// world makes up what was counted, with a click rate for each cell.
type world struct {
	random                  *rand.Rand
	placements, lines, days int
	views                   func(r *rand.Rand) uint64
	rate                    func(r *rand.Rand, c fraud.Cell) float64
}

func (w world) cells() []fraud.Cell {
	var list []fraud.Cell
	for p := range w.placements {
		for l := range w.lines {
			for d := range w.days {
				c := fraud.Cell{Placement: uint32(p), Line: uint32(l), Day: int32(d), Views: w.views(w.random)}
				rate := w.rate(w.random, c)
				for range c.Views {
					if w.random.Float64() < rate {
						c.Clicks++
					}
				}
				list = append(list, c)
			}
		}
	}
	return list
}

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func upTo(n uint64) func(*rand.Rand) uint64 {
	return func(r *rand.Rand) uint64 { return r.Uint64N(n + 1) }
}

func always(rate float64) func(*rand.Rand, fraud.Cell) float64 {
	return func(*rand.Rand, fraud.Cell) float64 { return rate }
}

func TestOutliers_NothingStandsOutWhereAllIsTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := world{
			random:     seeded(rapid.Uint64().Draw(t, "seed")),
			placements: rapid.IntRange(1, 5).Draw(t, "placements"), lines: rapid.IntRange(1, 8).Draw(t, "lines"), days: rapid.IntRange(1, 8).Draw(t, "days"),
			views: upTo(rapid.Uint64Range(0, 400).Draw(t, "views")),
			rate:  always(rapid.SampledFrom([]float64{0, 0.0005, 0.002, 0.01, 0.05, 0.3, 0.9, 1}).Draw(t, "rate")),
		}
		assert.Empty(t, fraud.Outliers(w.cells()))
	})
}

// Placements differ by a factor of ten, and lines by one of three, without anything being wrong.
func TestOutliers_SomePlacementsAndLinesAreBetter(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		w := world{
			random: seeded(seed), placements: 6, lines: 6, days: 7, views: upTo(4000),
			rate: func(_ *rand.Rand, c fraud.Cell) float64 {
				return 0.002 * float64(1+2*c.Placement) * (0.6 + 0.24*float64(c.Line))
			},
		}
		assert.Empty(t, fraud.Outliers(w.cells()), seed)
	}
}

func TestOutliers_AClickFarmIsFound(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		bad := fraud.Cell{Placement: 1, Line: 2, Day: 3}
		w := world{
			random: seeded(seed), placements: 4, lines: 5, days: 6, views: upTo(3000),
			rate: func(_ *rand.Rand, c fraud.Cell) float64 {
				if c.Placement == bad.Placement && c.Line == bad.Line && c.Day >= bad.Day {
					return 0.12
				}
				return 0.004
			},
		}
		w.views = func(r *rand.Rand) uint64 { return 1000 + r.Uint64N(2000) }
		found := fraud.Outliers(w.cells())
		require.Len(t, found, 3, "three days of it, and nothing else")
		for _, f := range found {
			assert.Equal(t, bad.Placement, f.Cell.Placement)
			assert.Equal(t, bad.Line, f.Cell.Line)
			assert.InDelta(t, 0.004, f.Expected, 0.002)
			assert.InDelta(t, 0.12, f.Rate, 0.03)
			assert.Greater(t, f.Score, 6.0)
		}
		assert.True(t, slices.IsSortedFunc(found, func(f, g fraud.Finding) int {
			if f.Score >= g.Score {
				return -1
			}
			return 1
		}))
	}
}

// A third of all that is there is bad: means and standard deviations would take it for usual.
func TestOutliers_ManyBadOnesDoNotHideEachOther(t *testing.T) {
	t.Parallel()
	w := world{
		random: seeded(7), placements: 1, lines: 10, days: 6, views: func(r *rand.Rand) uint64 { return 3000 + r.Uint64N(500) },
		rate: func(_ *rand.Rand, c fraud.Cell) float64 {
			if c.Line%10 < 3 {
				return 0.25
			}
			return 0.005
		},
	}
	found := fraud.Outliers(w.cells())
	assert.Len(t, found, 18)
}

func TestOutliers_ByHand(t *testing.T) {
	t.Parallel()
	assert.Nil(t, fraud.Outliers(nil))
	assert.Nil(t, fraud.Outliers([]fraud.Cell{{}}))
	assert.Nil(t, fraud.Outliers([]fraud.Cell{{Views: 1, Clicks: 1}}), "one view, one click")
	assert.Nil(t, fraud.Outliers([]fraud.Cell{{Views: 10, Clicks: 10}}), "nothing to compare it with")
	assert.Nil(t, fraud.Outliers([]fraud.Cell{{Line: 1, Views: 0, Clicks: 4}, {Line: 2, Views: 100}}), "not worth anybody's time")

	usual := []fraud.Cell{}
	for day := range int32(10) {
		usual = append(usual, fraud.Cell{Placement: 1, Line: 1, Day: day, Views: 1000, Clicks: 3})
	}
	assert.Nil(t, fraud.Outliers(usual))

	found := fraud.Outliers(append(slices.Clone(usual), fraud.Cell{Placement: 1, Line: 2, Views: 100, Clicks: 814}))
	require.Len(t, found, 1, "more clicks than views")
	assert.True(t, math.IsInf(found[0].Score, 1))

	assert.Nil(t, fraud.Outliers(append(slices.Clone(usual), fraud.Cell{Placement: 1, Line: 2, Views: 1000, Clicks: 9})), "three times as good")
	assert.Nil(t, fraud.Outliers(append(slices.Clone(usual), fraud.Cell{Placement: 1, Line: 2, Views: 20, Clicks: 4})), "few clicks")
	assert.Len(t, fraud.Outliers(append(slices.Clone(usual), fraud.Cell{Placement: 1, Line: 2, Views: 1000, Clicks: 40})), 1)
	assert.Len(t, fraud.Outliers(append(slices.Clone(usual), fraud.Cell{Placement: 2, Line: 2, Views: 1000, Clicks: 40})), 1,
		"a placement of its own is compared with all")
	assert.Len(t, fraud.Outliers(append(slices.Clone(usual), fraud.Cell{Placement: 2, Line: 2, Views: 50, Clicks: 50})), 1, "every view is clicked on")
}

func TestOutliers_TheOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) fraud.Cell {
			return fraud.Cell{
				Placement: rapid.Uint32Range(0, 2).Draw(t, "placement"), Line: rapid.Uint32Range(0, 3).Draw(t, "line"), Day: rapid.Int32Range(0, 3).Draw(t, "day"),
				Views: rapid.Uint64Range(0, 1<<40).Draw(t, "views"), Clicks: rapid.Uint64Range(0, 1<<40).Draw(t, "clicks"),
			}
		}), 0, 40).Draw(t, "cells")
		before := slices.Clone(cells)
		found := fraud.Outliers(cells)
		assert.Equal(t, before, cells, "what was given stays as it was")
		for _, f := range found {
			assert.False(t, math.IsNaN(f.Score) || math.IsNaN(f.Expected))
			assert.GreaterOrEqual(t, f.Score, 6.0)
			assert.Greater(t, f.Rate, f.Expected)
			assert.Contains(t, cells, f.Cell)
		}
		other := rapid.Permutation(cells).Draw(t, "other order")
		assert.Equal(t, found, fraud.Outliers(other))
	})
}
