package adserver

import (
	"context"
	"errors"
	"path/filepath"
	"sort"
	"sync/atomic"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/journal"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// Abandon ends an engine as a crash does: nothing is brought to the database, nothing is saved. What the journal has on its way is written, as
// the kernel would write what the program has given it; tests that kill a program are in cmd/adserver.
func (e *Engine) Abandon() error { return e.journal.Close() }

// OnJournal has the engine's journal opened as a test wants it. Nothing may be going on.
func (e *Engine) OnJournal(cfg journal.Config) (err error) {
	if err = e.journal.Close(); err != nil {
		return err
	}
	cfg.Dir = filepath.Join(e.cfg.Dir, "journal")
	e.journal, err = journal.Open(cfg)
	return err
}

// JournalFirst is the number of the oldest record that the journal still has.
func (e *Engine) JournalFirst() uint64 { return e.journal.First() }

// AtHand is how much of a line's budget this node may reserve.
func (e *Engine) AtHand(id ads.LineID) ads.Nano { return e.live.line(id).purse.total.Left() }

// Flush brings the journal to the database.
func (e *Engine) Flush(ctx context.Context) error { return e.flush(ctx) }

// FlushLate is Flush with something that happens before what was read is booked.
func (e *Engine) FlushLate(ctx context.Context, meanwhile func()) error {
	from, err := e.store.Position(ctx, e.cfg.Node)
	if err != nil {
		return err
	}
	b, _, err := e.unbooked(ctx, from)
	if err != nil {
		return err
	}
	meanwhile()
	return e.book(ctx, b)
}

// Sweep releases what was not seen, and forgets whose caps have ended.
func (e *Engine) Sweep() error {
	for range 1000 { // of the table's parts one at a time
		e.caps.Sweep(e.cfg.Now(), 1<<20)
	}
	return e.sweep()
}

// Checkpoint saves what people have seen.
func (e *Engine) Checkpoint() error { return e.checkpoint() }

// Repace steps paces and click rates.
func (e *Engine) Repace() error { return e.repace() }

// Look leases and gives back, as Run does every second.
func (e *Engine) Look(ctx context.Context) error { return e.lessor.look(ctx) }

// Lease leases for lines that have asked, as Run does at once.
func (e *Engine) Lease(ctx context.Context) error { return e.lessor.deal(ctx, e.live.all(), false) }

// LoseAnswers has the database's answers to so many leases not come.
func (e *Engine) LoseAnswers(n int64) {
	ask := e.lessor.lease
	var left atomic.Int64
	left.Store(n)
	e.lessor.lease = func(ctx context.Context, node store.Node, of store.Budget, number uint64, want, limit ads.Nano) (ads.Nano, error) {
		granted, err := ask(ctx, node, of, number, want, limit)
		if err == nil && left.Add(-1) >= 0 {
			return 0, context.DeadlineExceeded
		}
		return granted, err
	}
}

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

// NoteErased has what comes of a visitor's older ads be nobody's, which is the first that Erase does.
func (e *Engine) NoteErased(publisher, id string) error {
	user, err := e.known(publisher, id)
	e.users.erased.note([]uint64{user}, e.epoch, &e.serial, e.cfg.Now())
	return err
}

// Outstanding is how many ads of a CPC line may still be clicked.
func (e *Engine) Outstanding(id ads.LineID) int64 { return e.live.line(id).outstanding.Load() }

// Clickable is how many minutes are kept in which clicks end.
func (e *Engine) Clickable() int { return len(e.clickable.ends) }

// MostOutstanding is how many a CPC line may have when so much is left of its budget.
func (e *Engine) MostOutstanding(id ads.LineID, bid, left ads.Nano) int64 {
	return int64(float64(left-bid) / float64(bid) * billion / float64(e.live.line(id).upper.Load()))
}

// Unseen is how many ads that are not seen yet all networks have.
func (e *Engine) Unseen() (n int) {
	for i := range e.crowds {
		n += int(e.crowds[i].Load())
	}
	return n
}

// PaceLeft is what the pace of a line has left for this moment, in nano.
func (e *Engine) PaceLeft(id ads.LineID) int64 {
	pace := e.live.line(id).pace.Load()
	return int64(sort.Search(1<<40, func(n int) bool {
		if !pace.Take(int64(n)) {
			return true
		}
		more := pace.Take(0) // there is more than n
		pace.Give(int64(n))
		return !more
	}))
}

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
