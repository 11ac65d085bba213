package experiment_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/recommend/experiment"
)

// The edges are where the evidence is just enough, whatever was counted.
func TestEdges_AreWhereTheEvidenceIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.SampledFrom([]int{1, 10, 1000, 10_000_000}).Draw(t, "most")
		hits, misses := float64(rapid.IntRange(0, most).Draw(t, "hits")), float64(rapid.IntRange(0, most).Draw(t, "misses"))
		hit, miss := rapid.Float64Range(.5, 500).Draw(t, "hit"), rapid.Float64Range(.5, 500).Draw(t, "miss")
		alpha := rapid.Float64Range(.0001, .5).Draw(t, "alpha")
		low, high := experiment.Edges(hit, miss, hits, misses, alpha)
		near := 1e-6 * (1 + hits + misses) * 1e-3 // of sums whose parts are as large as the counts
		if hits == 0 || low < 1e-300 {            // smaller numbers lose their digits
			require.Less(t, low, 1e-300)
		} else {
			require.InDelta(t, -math.Log(alpha), experiment.Evidence(hit, miss, hits, misses, low), 1e-6+near)
		}
		if misses == 0 {
			require.Equal(t, 1., high)
		} else {
			require.InDelta(t, -math.Log(alpha), experiment.Evidence(hit, miss, hits, misses, high), 1e-6+near+1e-15*misses/(1-high))
		}
		require.Less(t, low, high)
	})
}

// A bet wins on average nothing against the truth: over all that can come, what it makes of 1 is 1.
func TestEvidence_IsAFairBet(t *testing.T) {
	t.Parallel()
	const n, rate = 12, .3
	sum := 0.0
	for outcome := range 1 << n {
		hits := 0.
		for i := range n {
			hits += float64(outcome >> i & 1)
		}
		sum += math.Pow(rate, hits) * math.Pow(1-rate, n-hits) * math.Exp(experiment.Evidence(2, 5, hits, n-hits, rate))
	}
	assert.InDelta(t, 1, sum, 1e-9)
}

// With a large alpha the truth is ruled out now and then: the bound is kept, and is no empty one. Two kinds share alpha, and one of them is
// seen here.
func TestReport_AlphaIsKeptAndUsed(t *testing.T) {
	t.Parallel()
	few, alpha := runs/7, .4
	ever := 0
	for run := range uint64(few) {
		random := rand.New(rand.NewPCG(run, 3))
		rows := []experiment.Row{{Arm: "control", Units: 10_000}, {Arm: "blend", Units: 10_000}}
		found := false
		for n := 0; n < 800 && !found; n++ {
			rows[random.IntN(2)].BookUnits++
			r, err := experiment.NewReport(halves("home"), rows, experiment.Settings{Alpha: alpha, Worth: .3})
			require.NoError(t, err)
			found = winner(r)
		}
		ever += count(found)
	}
	t.Logf("a winner in %d of %d runs", ever, few)
	assert.LessOrEqual(t, float64(ever), float64(few)*alpha/2+1)
	assert.GreaterOrEqual(t, ever, few*4/100)
}
