package adserver

import (
	"errors"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ledger"
)

// errEnough ends a reading of the journal.
var errEnough = errors.New("enough")

const tallyShards = 16

// tally counts decisions by their place, so that reports can say how many of them were seen. A crash may lose those of the last second: nobody pays
// for a decision.
type tally struct {
	shards [tallyShards]struct {
		mu     sync.Mutex
		counts map[ledger.Place]uint32
	}
}

func (t *tally) add(p ledger.Place, serial uint64) {
	s := &t.shards[serial%tallyShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil {
		s.counts = map[ledger.Place]uint32{}
	}
	s.counts[p]++
}

// tallied writes what was counted to the journal.
func (e *Engine) tallied() {
	now := e.cfg.Now().UTC().Truncate(time.Microsecond)
	var buf []byte
	for i := range e.tally.shards {
		s := &e.tally.shards[i]
		s.mu.Lock()
		counts := s.counts
		s.counts = nil
		s.mu.Unlock()
		for place, n := range counts {
			ev := ledger.Event{Kind: ledger.Decision, Place: place, At: now, Count: n}
			buf = ev.Append(buf[:0])
			e.journal.Append(buf)
		}
	}
}
