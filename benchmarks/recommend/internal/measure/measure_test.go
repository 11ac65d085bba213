package measure_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/benchmarks/recommend/internal/measure"
)

func TestMeter_KnownLists(t *testing.T) {
	t.Parallel()
	alike := func(a, b int) float64 { // of the same ten
		if a/10 == b/10 {
			return 1
		}
		return 0
	}
	m := measure.New(3, 100, alike)
	m.Add([]int{1, 2, 30, 4}, map[int]bool{1: true, 30: true, 4: true, 50: true})
	s := m.Scores()
	gain := 1 + 1/math.Log2(4)
	best := 1 + 1/math.Log2(3) + 1/math.Log2(4)
	assert.InDelta(t, gain/best, s.NDCG, 1e-12, "the fourth does not count")
	assert.InDelta(t, .5, s.Recall, 1e-12)
	assert.InDelta(t, 1, s.Hit, 0)
	assert.InDelta(t, .03, s.Coverage, 1e-12)
	assert.InDelta(t, 1-1./3, s.Diversity, 1e-12)

	m.Add([]int{70}, map[int]bool{71: true})
	m.Add([]int{80}, nil)
	s = m.Scores()
	assert.Equal(t, 2, s.People, "who chose nothing is not counted")
	assert.InDelta(t, gain/best/2, s.NDCG, 1e-12)
	assert.InDelta(t, .05, s.Coverage, 1e-12)
}

func TestMeter_TheBestListHasOne(t *testing.T) {
	t.Parallel()
	m := measure.New(10, 10, nil)
	m.Add([]int{3, 4}, map[int]bool{3: true, 4: true})
	assert.Equal(t, measure.Scores{NDCG: 1, Recall: 1, Hit: 1, Coverage: .2, People: 1}, m.Scores())
	assert.Equal(t, measure.Scores{NDCG: .5, Recall: .5, Hit: .5, Coverage: .1, People: 1}, measure.Mean([]measure.Scores{m.Scores(), {}}))
}
