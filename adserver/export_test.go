package adserver

import (
	"context"
	"errors"
	"time"
)

// Abandon ends an engine as a crash does: nothing is brought to the database, nothing is saved. What the journal has on its way is written, as
// the kernel would write what the program has given it; tests that kill a program are in cmd/adserver.
func (e *Engine) Abandon() error { return e.journal.Close() }

// Flush brings the journal to the database.
func (e *Engine) Flush(ctx context.Context) error { return e.flush(ctx) }

// Sweep releases what was not seen.
func (e *Engine) Sweep() error { return e.sweep() }

// Checkpoint saves what people have seen.
func (e *Engine) Checkpoint() error { return e.checkpoint() }

// Repace steps paces and click rates.
func (e *Engine) Repace() error { return e.repace() }

// Look leases and gives back, as Run does every second.
func (e *Engine) Look(ctx context.Context) error { return e.lessor.look(ctx) }

// Lease leases for lines that have asked, as Run does at once.
func (e *Engine) Lease(ctx context.Context) error { return e.lessor.deal(ctx, e.live.all(), false) }

// Asking is how many lines wait to be leased for.
func (e *Engine) Asking() int { return len(e.lessor.queue) }

// Hear learns what other nodes have spent.
func (e *Engine) Hear(ctx context.Context) error { return e.hear(ctx) }

// Reclaim shares out what nodes had leased that do not come back.
func (e *Engine) Reclaim(ctx context.Context) error { return e.lessor.reclaim(ctx) }

// Held is how many reservations are kept.
func (e *Engine) Held() int { return e.pictures.len() + e.videos.len() }

// Ask asks the database what is new.
func (e *Engine) Ask(ctx context.Context) error { return e.ask(ctx) }

// Tally brings what was counted of decisions to the journal.
func (e *Engine) Tally(ctx context.Context) error {
	return errors.Join(e.tallied(), e.journal.Last().Wait(ctx))
}

// TallyPlaces is of how many places a shard tells the cities.
const TallyPlaces = tallyPlaces

// Days returns the days of an advertiser in a zone at some seconds, asked one after another.
func Days(zone *time.Location, seconds ...int64) (days []int32) {
	var a liveAdvertiser
	a.zone.Store(zone)
	for _, s := range seconds {
		days = append(days, a.day(s))
	}
	return days
}
