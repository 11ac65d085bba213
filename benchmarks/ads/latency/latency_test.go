package latency_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/benchmarks/ads/latency"
)

func TestHistogram_PercentilesAreNearlyThoseOfASortedList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.Int64Range(0, int64(time.Hour)), 1, 200).Draw(t, "durations")
		p := rapid.Float64Range(0, 100).Draw(t, "p")
		var h latency.Histogram
		for _, d := range list {
			h.Add(time.Duration(d))
		}
		slices.Sort(list)
		want := list[min(int(float64(len(list))*p/100), len(list)-1)]
		got := int64(h.Percentile(p))
		require.GreaterOrEqual(t, got, want)
		require.LessOrEqual(t, got, want+want/64+1)
		require.EqualValues(t, len(list), h.Count())
	})
}

func TestHistogram_EmptyAndReset(t *testing.T) {
	t.Parallel()
	var h latency.Histogram
	assert.Zero(t, h.Percentile(99))
	h.Add(-time.Second)
	assert.Zero(t, h.Percentile(50))
	h.Add(time.Duration(1<<63 - 1))
	assert.Equal(t, time.Duration(1<<63-1), h.Percentile(99))
	h.Reset()
	assert.Zero(t, h.Count())
}

func TestHistogram_ManyAtOnce(t *testing.T) {
	t.Parallel()
	var h latency.Histogram
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 1000 {
				h.Add(time.Millisecond)
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 4000, h.Count())
}
