package adserver

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/token"
)

// Run does the engine's own work until ctx ends: it follows the catalogue, releases what was not seen, paces, brings the journal to
// the database, saves what people have seen, and looks for invalid traffic among what was billed.
func (e *Engine) Run(ctx context.Context) error {
	var all sync.WaitGroup
	all.Go(func() { e.follow(ctx) })
	all.Go(func() {
		e.every(ctx, e.cfg.Flush, "bring the journal to the database", func() error { return e.flush(ctx) })
	})
	all.Go(func() { e.every(ctx, e.cfg.Checkpoint, "save what people have seen", e.checkpoint) })
	all.Go(func() { e.every(ctx, time.Second, "release what was not seen", e.sweep) })
	all.Go(func() { e.every(ctx, tallyPeriod, "count decisions", e.tallied) })
	all.Go(func() { e.every(ctx, pacePeriod, "pace", e.repace) })
	all.Go(func() { e.seek(ctx) })
	all.Go(func() { e.street.run(ctx) })
	all.Go(func() { e.every(ctx, askPeriod, "ask the database what is new", func() error { return e.ask(ctx) }) })
	if e.lessor != nil {
		e.lease(ctx, &all)
	}
	all.Wait()
	return nil
}

// pacePeriod is how often paces and click rates are worked out anew.
const pacePeriod = 5 * time.Second

// askPeriod is how often the database is asked whether it is there: a catalogue that does not change is not told of.
const askPeriod = 10 * time.Second

// ask makes sure that the catalogue is the newest, and hears what people asked other nodes for.
func (e *Engine) ask(ctx context.Context) error {
	version, err := e.store.Version(ctx)
	if err != nil {
		return err
	}
	if version != e.current.Load().version {
		if err := e.Reload(ctx); err != nil {
			return err
		}
	}
	e.marks.hear(e.cfg.Now())
	return errors.Join(e.users.load(ctx, e.store), e.hearErased(ctx))
}

// every calls fn at a period until ctx ends. What fails is logged and tried again.
func (e *Engine) every(ctx context.Context, period time.Duration, what string, fn func() error) {
	tick := time.NewTicker(period)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := fn(); err != nil && ctx.Err() == nil {
				e.cfg.Logger.ErrorContext(ctx, "failed; it is tried again", slog.String("what", what), slog.String("error", err.Error()))
			}
		}
	}
}

// follow reads the catalogue at each change.
func (e *Engine) follow(ctx context.Context) {
	err := e.store.Watch(ctx, func(version int64) {
		if s := e.current.Load(); s != nil && s.version == version {
			e.marks.hear(e.cfg.Now())
			return
		}
		if err := e.Reload(ctx); err != nil && ctx.Err() == nil {
			e.cfg.Logger.ErrorContext(ctx, "catalogue not read", slog.String("error", err.Error()))
		}
	})
	if err != nil && ctx.Err() == nil {
		e.cfg.Logger.ErrorContext(ctx, "catalogue not watched", slog.String("error", err.Error()))
	}
}

// sweep releases what was reserved for ads that can no longer be seen.
func (e *Engine) sweep() error {
	now := uint32(e.cfg.Now().Unix())
	bits := e.used.of(e.epoch)
	for h, life := range map[*held]time.Duration{&e.pictures: e.cfg.ViewFor, &e.videos: e.cfg.VideoFor} {
		upto := now - uint32(life/time.Second) - 1
		for r, ok := h.first(upto); ok; r, ok = h.first(upto) {
			e.release(&r, bits)
		}
	}
	e.clickable.over(e.cfg.Now())
	for range 8 {
		e.caps.Sweep(e.cfg.Now(), 512)
	}
	e.street.forget(e.cfg.Now())
	e.used.trim(e.serial.Load(), e.cfg.Now(), e.cfg.ClickFor)
	return nil
}

// release gives back what an ad that was not seen had, unless it was seen after all or that was done before.
func (e *Engine) release(r *reservation, bits *token.Bits) (done bool) {
	line := e.live.line(r.line)
	if line == nil {
		return false
	}
	seen := !bits.Set(token.Closed, r.serial)
	if r.click {
		e.notClicked(line, r, bits, seen)
	}
	if seen {
		return false
	}
	e.crowds.add(r.network, -1)
	if r.price > 0 {
		set := line.accountsOf(r.day)
		set.Release(r.price)
	}
	if r.user != 0 {
		e.caps.Release(r.ticket())
	}
	e.counters.Released.Add(1)
	return true
}

// flushRecords is how many records of the journal one transaction takes: more would hold the database for others too long.
const flushRecords = 20_000

// flush brings what is new in the journal to the database, and lets go of segments that nobody needs.
func (e *Engine) flush(ctx context.Context) error {
	e.flushing.Lock()
	defer e.flushing.Unlock()
	for {
		n, err := e.flushSome(ctx)
		if err != nil {
			return err
		}
		if n < flushRecords {
			return nil
		}
	}
}

func (e *Engine) flushSome(ctx context.Context) (int, error) {
	if err := e.lessor.renew(ctx); err != nil {
		return 0, err
	}
	from, err := e.store.Position(ctx, e.cfg.Node)
	if err != nil {
		return 0, err
	}
	b, clicks, err := e.unbooked(ctx, from)
	if err != nil {
		return 0, err
	}
	if b.Upto > b.From {
		// Clicks are known by their number, so writing them twice is harmless; without the batch they would only be early.
		if err := e.store.Clicks(ctx, clicks); err != nil {
			return 0, err
		}
		if err := e.book(ctx, b); err != nil {
			return 0, err
		}
	}
	keep := e.marks.note(e.journal.Next(), e.cfg.Now(), e.cfg.ClickFor)
	return int(b.Upto - b.From), e.journal.Trim(min(keep, b.Upto))
}

// unbooked is what the journal has from a record on, as far as it goes into one batch.
func (e *Engine) unbooked(ctx context.Context, from uint64) (b ledger.Batch, clicks []store.Click, err error) {
	leased := e.lessor != nil && !e.lessor.lost() // before anything is read: what is read as paid from leases must find them standing
	var batch ledger.Batcher
	batch.Reset(e.cfg.Node, from)
	var ev ledger.Event
	err = e.journal.Read(from, func(_ uint64, record []byte) error {
		if batch.Records() == flushRecords {
			return errEnough
		}
		if err := ev.Read(record); err != nil {
			return err
		}
		e.lessor.uncover(ctx, &ev)
		batch.Add(&ev)
		if e.mayConvert(&ev) {
			clicks = append(clicks, store.Click{Key: store.ClickKey{Node: e.cfg.Node, Epoch: ev.Epoch, Serial: ev.Serial}, Place: ev.Place, At: ev.At, User: ev.User, Gross: ev.Gross})
		}
		return nil
	})
	if err != nil && err != errEnough { //nolint:errorlint // our own, returned as it is
		return b, nil, err
	}
	b = batch.Batch()
	b.Epoch, b.Leased, b.Forget = e.epoch, leased, e.cfg.Now().Add(-e.cfg.ClickFor-slack)
	return b, clicks, nil
}

// mayConvert reports whether something may come of an event: a click that counts, of somebody who has agreed to be measured and was not erased since.
func (e *Engine) mayConvert(ev *ledger.Event) bool {
	return ev.Kind == ledger.Click && ev.Reason == 0 && ev.Flags&ledger.Measured != 0 &&
		(ev.User == 0 || e.users.erased.unless(ev.User, ev.Epoch, ev.Serial) != 0)
}

// book books a batch, and learns whether this life and its leases are over.
func (e *Engine) book(ctx context.Context, b ledger.Batch) error {
	_, err := e.store.Apply(ctx, b)
	switch {
	case errors.Is(err, store.ErrReplaced):
		e.replaced.Store(true)
	case errors.Is(err, store.ErrGone):
		e.lessor.gone.Store(true) // the next time it is booked as nobody's debt: see uncover
	}
	return err
}
