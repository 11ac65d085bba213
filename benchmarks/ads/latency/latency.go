// Package latency counts durations in memory of a fixed size, exactly enough for percentiles: what it says is at most a sixty-fourth too much.
package latency

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// Of each power of two there are as many buckets.
const (
	fine    = 6
	buckets = (64 - fine + 1) << fine
)

// Histogram counts durations. The zero Histogram is empty. It is safe for concurrent use.
type Histogram struct {
	counts [buckets]atomic.Uint64
}

// Add counts a duration; one below zero counts as zero.
func (h *Histogram) Add(d time.Duration) { h.counts[bucket(uint64(max(0, d)))].Add(1) }

func bucket(n uint64) int {
	shift := max(0, bits.Len64(n)-fine-1)
	return shift<<fine + int(n>>shift)
}

// top is the longest duration of a bucket.
func top(bucket int) time.Duration {
	if bucket < 2<<fine {
		return time.Duration(bucket)
	}
	shift := bucket>>fine - 1
	return time.Duration((uint64(bucket-shift<<fine)+1)<<shift - 1)
}

// Count is how many durations were added.
func (h *Histogram) Count() (n uint64) {
	for i := range h.counts {
		n += h.counts[i].Load()
	}
	return n
}

// Percentile returns the p-th percentile, 0 to 100; zero for none.
func (h *Histogram) Percentile(p float64) time.Duration {
	left := h.Count()
	left = uint64(float64(left) * p / 100)
	for i := range h.counts {
		n := h.counts[i].Load()
		if n > left {
			return top(i)
		}
		left -= n
	}
	return h.longest()
}

// longest is the longest duration; zero for none.
func (h *Histogram) longest() time.Duration {
	for i := len(h.counts) - 1; i >= 0; i-- {
		if h.counts[i].Load() > 0 {
			return top(i)
		}
	}
	return 0
}

// Reset forgets all.
func (h *Histogram) Reset() {
	for i := range h.counts {
		h.counts[i].Store(0)
	}
}
