package bms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/groupcommit"
)

// judge decides who gets a seat. Requests for one show that arrive while the
// previous batch is being written are judged together in one transaction, first
// come first served, each with its own answer.
//
// The database is the only judge: a batch locks the show's inventory row, believes its
// memory of the show only when the version there is the one it remembers, and
// writes each claim on the condition that the stored one is the claim it
// believed in. When a batch fails its memory is dropped and its
// requests run again one by one, so that none can spoil another's.
type judge struct {
	db    store.DB
	shows *showCache
	live  *liveHub
	log   *slog.Logger
	max   int

	mu    sync.Mutex
	rooms map[catalog.ShowID]*room
}

// room is one show's queue and memory. Only its running batch touches memory.
type room struct {
	show   catalog.ShowID
	queue  *groupcommit.Group[*plea]
	asking atomic.Int32 // requests that wait for an answer
	memory *memory      // nil when nothing is known
}

// memory is a show's inventory as of a version.
type memory struct {
	version   int64
	inventory *seating.Inventory
	show      *showFacts
}

// ruling is what a request sees when it is judged.
type ruling struct {
	tx        store.Tx
	now       time.Time
	inventory *seating.Inventory
	show      *showFacts
	details   map[seating.HoldID]json.RawMessage // what to keep with new holds
}

// plea is a request waiting for its judgement. decide either refuses, leaving no trace
// in inventory or transaction, or changes the inventory and queues what goes with it; it may
// run more than once.
type plea struct {
	ctx    context.Context
	decide func(*ruling) error
	done   chan error
	state  atomic.Int32
}

// The states of a plea. Whoever asked leaves before it is heard, or waits for the answer: what
// decide writes into is his until then.
const (
	pleaWaiting int32 = iota
	pleaHeard
	pleaWithdrawn
)

func newJudge(db store.DB, shows *showCache, live *liveHub, log *slog.Logger, max int) *judge {
	return &judge{db: db, shows: shows, live: live, log: log, max: max, rooms: map[catalog.ShowID]*room{}}
}

// do has decide judged for the show. When it returns nil what decide did is on disk.
func (j *judge) do(ctx context.Context, show catalog.ShowID, decide func(*ruling) error) error {
	p := &plea{ctx: ctx, decide: decide, done: make(chan error, 1)}
	r := j.room(show)
	defer r.asking.Add(-1)
	r.queue.Submit(p)
	select {
	case err := <-p.done:
		return err
	case <-ctx.Done():
		if p.state.CompareAndSwap(pleaWaiting, pleaWithdrawn) {
			return fmt.Errorf("wait for judgement: %w", ctx.Err())
		}
		return <-p.done
	}
}

// room enters the show's room, making one when needed. Rooms of shows that nobody
// asks about are dropped once there are many: what they know is in the database,
// and two rooms of one show would merely find each other's memory outdated.
func (j *judge) room(show catalog.ShowID) *room {
	j.mu.Lock()
	defer j.mu.Unlock()
	r := j.rooms[show]
	if r == nil {
		if len(j.rooms) >= maxRooms {
			maps.DeleteFunc(j.rooms, func(_ catalog.ShowID, r *room) bool { return r.asking.Load() == 0 })
		}
		r = &room{show: show}
		r.queue = groupcommit.New(j.max, func(batch []*plea) { j.run(r, batch) })
		j.rooms[show] = r
	}
	r.asking.Add(1)
	return r
}

// maxRooms bounds the shows kept in memory; a room of a 250-seat show is about 10 KB.
const maxRooms = 4096

// run judges a batch, and each request by itself when the batch as a whole fails.
func (j *judge) run(r *room, batch []*plea) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(batch[0].ctx), judgeTimeout)
	defer cancel()
	defer j.answerPanic(ctx, r, batch)
	verdicts, err := j.sitting(ctx, r, batch)
	if err == nil || len(batch) == 1 {
		for i, p := range batch {
			p.done <- first(err, verdicts, i)
		}
		return
	}
	for _, p := range batch {
		verdicts, err := j.sitting(ctx, r, []*plea{p})
		p.done <- first(err, verdicts, 0)
	}
}

// answerPanic answers those who still wait when a batch has panicked.
func (j *judge) answerPanic(ctx context.Context, r *room, batch []*plea) {
	cause := recover()
	if cause == nil {
		return
	}
	r.memory = nil
	j.log.ErrorContext(ctx, "judging a batch panicked", slog.String("show", string(r.show)), slog.Any("cause", cause))
	for _, p := range batch {
		select {
		case p.done <- errPanic:
		default: // answered already
		}
	}
}

var errPanic = fault.New(fault.Internal, "internal", "something went wrong on our side; please try again")

// judgeTimeout bounds a batch, a database that hangs included.
const judgeTimeout = 30 * time.Second

func first(err error, verdicts []error, i int) error {
	if err != nil {
		return err
	}
	return verdicts[i]
}

// errNothing ends a transaction in which every request was refused.
var errNothing = errors.New("nothing to write")

// sitting runs one transaction over the batch and returns each request's verdict.
func (j *judge) sitting(ctx context.Context, r *room, batch []*plea) ([]error, error) {
	var verdicts []error
	var frame []byte
	var m *memory
	before := r.memory
	r.memory = nil // what was judged counts once it is on disk
	err := j.db.Update(ctx, func(tx store.Tx) error {
		var err error
		m, err = j.remember(ctx, tx, r.show, before)
		before = nil // another run finds it changed
		if err != nil {
			return err
		}
		rule := &ruling{tx: tx, now: tx.Now(), inventory: m.inventory, show: m.show, details: map[seating.HoldID]json.RawMessage{}}
		if verdicts, err = hear(rule, batch); err != nil {
			return err
		}
		frame, err = j.write(ctx, r.show, m, rule, allRefused(verdicts))
		return err
	})
	switch {
	case errors.Is(err, errNothing):
		r.memory = m
		return verdicts, nil
	case err != nil:
		return nil, err
	}
	r.memory = m
	j.live.publish(r.show, r.memory.version, frame)
	return verdicts, nil
}

// hear asks each request in turn. A refusal is that request's own verdict; what
// is no refusal (the database failed) ends the batch.
func hear(r *ruling, batch []*plea) ([]error, error) {
	verdicts := make([]error, len(batch))
	for i, p := range batch {
		if !p.state.CompareAndSwap(pleaWaiting, pleaHeard) && p.state.Load() == pleaWithdrawn {
			verdicts[i] = context.Canceled // nobody waits for the answer any more
			continue
		}
		err := p.decide(r)
		if code := fault.CodeOf(err); code == fault.Internal || code == fault.Unavailable {
			return nil, err
		}
		verdicts[i] = err
	}
	return verdicts, nil
}

func allRefused(verdicts []error) bool {
	return !slices.Contains(verdicts, nil)
}

// remember locks the show and returns its inventory as of the version before this
// batch: m when that is it, else what is stored.
func (j *judge) remember(ctx context.Context, tx store.Tx, show catalog.ShowID, m *memory) (*memory, error) {
	locked, err := tx.LockShow(ctx, show)
	if err != nil {
		return nil, err
	}
	facts, err := j.shows.at(ctx, tx, show, locked)
	if err != nil {
		return nil, err
	}
	if m != nil && m.version == locked.Version-1 && m.show.sameInventory(facts) {
		m.show = facts
		return m, nil
	}
	loaded, err := tx.LoadInventory(ctx, show)
	if err != nil {
		return nil, err
	}
	inventory, err := facts.inventory(loaded)
	return &memory{version: locked.Version - 1, inventory: inventory, show: facts}, err
}

// write stores what the batch changed. When every request was refused and nothing ran out
// meanwhile there is nothing to store, and the raised version is undone with the transaction.
func (j *judge) write(ctx context.Context, show catalog.ShowID, m *memory, rule *ruling, refused bool) ([]byte, error) {
	delta := m.inventory.Delta()
	holds := make([]store.Written, 0, len(delta.Holds))
	for _, h := range delta.Holds {
		detail := rule.details[h.Hold.ID]
		if h.New && !h.Hold.State.Open() && detail == nil {
			continue // refused after all, and given back
		}
		holds = append(holds, store.Written{HoldChange: h, Detail: detail})
	}
	m.inventory.ResetDelta()
	if refused && len(delta.Seats)+len(holds)+len(delta.Quotas) == 0 {
		return nil, errNothing
	}
	m.version++
	frame := seating.EncodeFrame(delta, m.version)
	return frame, rule.tx.WriteInventory(ctx, show, store.Batch{
		Version: m.version, Seats: delta.Seats, Holds: holds, Quotas: delta.Quotas, Frame: frame, Grace: m.show.rules.Grace,
	})
}
