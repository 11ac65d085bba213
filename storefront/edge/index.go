package edge

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// index knows which pages are kept, and under which tags: the cache itself cannot list them.
//
// A purge must also meet pages that are being rendered while it happens, from what was true before. So purges are
// numbered, each tag remembers its last one, and a page is kept only when none of its tags was purged since its
// rendering began.
type index struct {
	mu     sync.Mutex
	tags   map[string]map[*entry]struct{}
	pages  map[*entry]struct{}
	purged map[string]uint64 // number of each tag's last purge, as long as a rendering may be older
	all    uint64            // number of the last purge of everything
	last   uint64            // number of the last purge
	begun  map[uint64]int    // renderings under way, by the last purge before each
	log    []Purge           // the newest purges, oldest first
}

// Purge is one purge.
type Purge struct {
	At    time.Time
	Tags  []string // nil for everything
	Pages int      // how many pages were dropped
}

// keptPurges is how many purges are remembered for the operator.
const keptPurges = 50

func (x *index) init() {
	x.tags, x.pages = map[string]map[*entry]struct{}{}, map[*entry]struct{}{}
	x.purged, x.begun = map[string]uint64{}, map[uint64]int{}
}

// begin notes that a rendering begins and returns the number of the last purge.
func (x *index) begin() uint64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.begun[x.last]++
	return x.last
}

// end notes that a rendering that began at mark has ended.
func (x *index) end(mark uint64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.begun[mark]--; x.begun[mark] == 0 {
		delete(x.begun, mark)
	}
	if len(x.begun) == 0 {
		clear(x.purged)
	}
}

// add enters a page whose rendering began at mark. False means that it was purged meanwhile: it is dead.
func (x *index) add(e *entry, mark uint64) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	dead := x.all > mark
	for _, tag := range e.tags {
		dead = dead || x.purged[tag] > mark
	}
	if dead {
		e.dead.Store(true)
		return false
	}
	x.pages[e] = struct{}{}
	for _, tag := range e.tags {
		if x.tags[tag] == nil {
			x.tags[tag] = map[*entry]struct{}{}
		}
		x.tags[tag][e] = struct{}{}
	}
	return true
}

// remove takes a page out, when it is there.
func (x *index) remove(e *entry) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.drop(e)
}

// drop is remove for who holds the lock.
func (x *index) drop(e *entry) {
	delete(x.pages, e)
	for _, tag := range e.tags {
		delete(x.tags[tag], e)
		if len(x.tags[tag]) == 0 {
			delete(x.tags, tag)
		}
	}
}

// purge ends the pages with any of the tags, all pages when tags is nil, and returns them.
func (x *index) purge(tags []string, at time.Time) []*entry {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.last++
	found := map[*entry]struct{}{}
	if tags == nil {
		x.all = x.last
		maps.Copy(found, x.pages)
	}
	for _, tag := range tags {
		if len(x.begun) > 0 {
			x.purged[tag] = x.last
		}
		maps.Copy(found, x.tags[tag])
	}
	for e := range found {
		e.dead.Store(true)
		x.drop(e)
	}
	if len(x.log) == keptPurges {
		x.log = slices.Delete(x.log, 0, 1)
	}
	x.log = append(x.log, Purge{At: at, Tags: slices.Clone(tags), Pages: len(found)})
	return slices.Collect(maps.Keys(found))
}

// Purge drops the pages with any of the tags. When it returns none of them is served again. Unknown
// tags drop nothing.
func (c *Cache) Purge(tags ...string) {
	if len(tags) > 0 {
		c.purge(tags)
	}
}

// PurgeAll drops every page.
func (c *Cache) PurgeAll() { c.purge(nil) }

func (c *Cache) purge(tags []string) {
	dropped := c.index.purge(tags, c.cfg.Now())
	c.counts.purged.Add(int64(len(dropped)))
	for _, e := range dropped {
		c.pages.Del(e.hash)
	}
}
