package edge

import (
	"cmp"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// counts are what happened since the start.
type counts struct {
	hits, stale, shared, passed, renders, failed, purged atomic.Int64
}

// Stats is what a Cache has done since its start and what it holds.
type Stats struct {
	Hits    int64 // answered with a fresh page
	Stale   int64 // answered with a stale page while it was made anew
	Shared  int64 // waited for a rendering that somebody else had begun
	Renders int64 // pages made
	Failed  int64 // renderings that failed, and requests that did not wait for the end
	Passed  int64 // requests for what is not kept
	Purged  int64 // pages dropped by purges

	Pages    int   // kept now
	Bytes    int64 // of their bodies, with what they cost beside
	MaxBytes int64
}

// HitRate is the part of the requests for public pages that was answered without waiting, between 0 and 1;
// 0 before the first request.
func (s Stats) HitRate() float64 {
	quick := s.Hits + s.Stale
	all := quick + s.Shared + s.Renders
	if all == 0 {
		return 0
	}
	return float64(quick) / float64(all)
}

// Stats returns what the cache has done.
func (c *Cache) Stats() Stats {
	s := Stats{
		Hits: c.counts.hits.Load(), Stale: c.counts.stale.Load(), Shared: c.counts.shared.Load(), Renders: c.counts.renders.Load(),
		Failed: c.counts.failed.Load(), Passed: c.counts.passed.Load(), Purged: c.counts.purged.Load(), MaxBytes: c.cfg.Bytes,
	}
	c.index.mu.Lock()
	defer c.index.mu.Unlock()
	s.Pages = len(c.index.pages)
	for e := range c.index.pages {
		s.Bytes += e.cost
	}
	return s
}

// Kept is one page in the cache.
type Kept struct {
	Site    string
	Address string // path and query
	Hits    int64  // since it was made
	Bytes   int64
	Made    time.Time
	Fresh   time.Time // until when
	Tags    []string
}

// Top returns the pages that were asked for most since they were made, at most n.
func (c *Cache) Top(n int) []Kept {
	c.index.mu.Lock()
	list := make([]Kept, 0, len(c.index.pages))
	for e := range c.index.pages {
		site, address, _ := strings.Cut(e.key, "\x00")
		list = append(list, Kept{Site: site, Address: address, Hits: e.hits.Load(), Bytes: e.cost, Made: e.made, Fresh: e.freshUntil, Tags: e.tags})
	}
	c.index.mu.Unlock()
	slices.SortFunc(list, func(a, b Kept) int { return cmp.Or(cmp.Compare(b.Hits, a.Hits), cmp.Compare(a.Address, b.Address)) })
	return list[:min(n, len(list))]
}

// Purges returns the latest purges, the newest first.
func (c *Cache) Purges() []Purge {
	c.index.mu.Lock()
	defer c.index.mu.Unlock()
	list := slices.Clone(c.index.log)
	slices.Reverse(list)
	return list
}
