package adserver

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/ledger"
)

// Counters are what happened since the program began, for metrics. The ledger is what counts.
type Counters struct {
	Decisions  atomic.Uint64 // ads that were chosen
	Empty      atomic.Uint64 // places for which there was none
	Explored   atomic.Uint64 // ads among those that were chosen to learn their click rate
	Views      atomic.Uint64
	Clicks     atomic.Uint64
	Duplicates atomic.Uint64
	Forged     atomic.Uint64 // tokens that are none of ours
	Unpaid     atomic.Uint64 // what would have been billed, had there been budget, or a place within caps
	Released   atomic.Uint64 // reservations of ads that were not seen
	Lost       atomic.Uint64 // bids elsewhere that lost; they are among Released
	Raced      atomic.Uint64 // winners that lost their budget or cap to another request, and were passed over
	Crowded    atomic.Uint64 // pages with house ads alone, for their network had Config.MostUnseen already
	Invalid    [256]atomic.Uint64
}

func (c *Counters) counted(ev *ledger.Event) {
	switch ev.Kind {
	case ledger.View:
		c.Views.Add(1)
	case ledger.Click:
		c.Clicks.Add(1)
	case ledger.Conversion, ledger.Decision:
	}
}

func (c *Counters) refused(r fraud.Reason) { c.Invalid[r].Add(1) }

// Counters returns the engine's own.
func (e *Engine) Counters() *Counters { return &e.counters }

// marks are how far other things have come, and when.
type marks struct {
	catalogue  atomic.Int64 // when the database was last heard, nanoseconds since 1970
	mu         sync.Mutex
	checkpoint uint64 // number of the journal that the last checkpoint has
	minutes    []minute
}

// minute says which number the journal had reached at a time.
type minute struct {
	at     time.Time
	number uint64
}

func (m *marks) hear(now time.Time) { m.catalogue.Store(now.UnixNano()) }

func (m *marks) heard() time.Time { return time.Unix(0, m.catalogue.Load()) }

func (m *marks) saved(upto uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.checkpoint = upto
}

// begin notes where the journal is at start-up: how old what is before it is not known, so it counts as new.
func (m *marks) begin(number uint64, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.minutes = []minute{{now, number}}
}

// note remembers where the journal is now, and returns the number that no token younger than keep has a record below.
func (m *marks) note(number uint64, now time.Time, keep time.Duration) (below uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if last := len(m.minutes) - 1; now.Sub(m.minutes[last].at) >= time.Minute {
		m.minutes = append(m.minutes, minute{now, number})
	}
	for len(m.minutes) > 1 && now.Sub(m.minutes[1].at) > keep {
		m.minutes = m.minutes[1:]
	}
	if now.Sub(m.minutes[0].at) > keep {
		below = m.minutes[0].number
	}
	return min(below, m.checkpoint)
}
