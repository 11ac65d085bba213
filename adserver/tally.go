package adserver

import (
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ledger"
)

// errEnough ends a reading of the journal.
var errEnough = errors.New("enough")

const (
	tallyShards = 16

	// tallyPeriod is how often what was counted goes to the journal: a row of facts takes 35 µs to book, and what comes again within it is one row.
	tallyPeriod = time.Minute

	// tallyPlaces is of how many places of one shard the city is told in a period. Where there are more, nearly each decision is in a place of its own, and
	// would be a row of the books for which nobody pays: the cities of the rest are left out.
	tallyPlaces = 256
)

// tally counts decisions by their place, so that reports can say how many of them were seen. A crash may lose those of the last period: nobody pays
// for a decision.
type tally struct {
	shards [tallyShards]struct {
		mu     sync.Mutex
		counts map[ledger.Place]*uint32
	}
}

func (t *tally) add(p ledger.Place) {
	s := &t.shards[p.Line%tallyShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil {
		s.counts = map[ledger.Place]*uint32{}
	}
	n := s.counts[p]
	if n == nil && len(s.counts) >= tallyPlaces {
		p.City = ""
		n = s.counts[p]
	}
	if n == nil {
		// What is counted outlives the request, whose bytes others will be read into. It is put there once: a map takes the key of each assignment.
		p.City = strings.Clone(p.City)
		n = new(uint32)
		s.counts[p] = n
	}
	*n++
}

// tallied writes what was counted to the journal.
func (e *Engine) tallied() error {
	now := e.cfg.Now().UTC().Truncate(time.Microsecond)
	var buf []byte
	for i := range e.tally.shards {
		s := &e.tally.shards[i]
		s.mu.Lock()
		counts := s.counts
		s.counts = nil
		s.mu.Unlock()
		for place, n := range counts {
			ev := ledger.Event{Kind: ledger.Decision, Place: place, At: now, Count: *n}
			buf = ev.Append(buf[:0])
			e.journal.Append(buf)
		}
	}
	return e.journal.Err()
}
