package foryou

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// QueueConfig is how a Queue works. The zero QueueConfig is a good one.
type QueueConfig struct {
	// Size is how many deeds wait at most. Zero means 4,096.
	Size int

	// Batch is how many are recorded at a time, and how many do not wait for the next turn. Zero means 500.
	Batch int

	// Every is the time between two turns. Zero means 200 milliseconds.
	Every time.Duration

	// Patience bounds one turn, and the last one. Zero means 5 seconds.
	Patience time.Duration

	// Logger gets what could not be recorded. Nil discards it.
	Logger *slog.Logger
}

func (c QueueConfig) withDefaults() QueueConfig {
	if c.Size == 0 {
		c.Size = 4096
	}
	if c.Batch == 0 {
		c.Batch = 500
	}
	if c.Every == 0 {
		c.Every = 200 * time.Millisecond
	}
	if c.Patience == 0 {
		c.Patience = 5 * time.Second
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Recorder keeps deeds. A Recommender is one.
type Recorder interface {
	Record(ctx context.Context, list []Deed) error
	Forget(ctx context.Context, visitor string) error
}

// QueueStats are the figures of a Queue since it was made.
type QueueStats struct {
	Waiting  int
	Recorded int64
	Dropped  int64 // because too many waited
	Failed   int64 // turns that failed; their deeds wait for the next
}

// Queue records what visitors do behind their backs: a page adds it and goes on. It is safe for concurrent use.
type Queue struct {
	to  Recorder
	cfg QueueConfig

	turn   chan struct{} // whoever has put something in is the only one who talks to the recorder
	broken atomic.Bool   // the last turn failed
	full   chan struct{} // a batch waits

	mu      sync.Mutex
	waiting []Deed
	stats   QueueStats
}

// NewQueue returns a queue in front of a recorder. It starts nothing: Run records.
func NewQueue(to Recorder, cfg QueueConfig) *Queue {
	return &Queue{to: to, cfg: cfg.withDefaults(), turn: make(chan struct{}, 1), full: make(chan struct{}, 1)}
}

// Add puts deeds into the queue. When too many wait, the oldest views go first, which matter least.
func (q *Queue) Add(list ...Deed) {
	q.mu.Lock()
	for _, d := range list {
		if len(q.waiting) >= q.cfg.Size {
			q.waiting = slices.Delete(q.waiting, q.least(), q.least()+1)
			q.stats.Dropped++
		}
		q.waiting = append(q.waiting, d)
	}
	enough := len(q.waiting) >= q.cfg.Batch
	q.mu.Unlock()
	if enough {
		select {
		case q.full <- struct{}{}:
		default:
		}
	}
}

// least is the deed that matters least: the oldest view, or else the oldest of all.
func (q *Queue) least() int {
	return max(0, slices.IndexFunc(q.waiting, func(d Deed) bool { return d.Kind == DeedView || d.Kind == DeedShown }))
}

// Run records what is added until ctx ends, and then what is left. It returns nil.
func (q *Queue) Run(ctx context.Context) error {
	tick := time.NewTicker(q.cfg.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			q.Flush(context.WithoutCancel(ctx))
			return nil
		case <-tick.C:
		case <-q.full:
			if q.broken.Load() {
				continue // the next tick tries again
			}
		}
		q.Flush(ctx)
	}
}

// Flush records what waits, within Patience. What cannot be recorded goes on waiting.
func (q *Queue) Flush(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, q.cfg.Patience)
	defer cancel()
	if q.begin(ctx) != nil {
		return
	}
	defer q.end()
	for ctx.Err() == nil {
		batch := q.take()
		if len(batch) == 0 {
			return
		}
		if err := q.to.Record(ctx, batch); err != nil {
			q.putBack(batch)
			if !q.broken.Swap(true) {
				q.cfg.Logger.WarnContext(ctx, "deeds not recorded", slog.Int("count", len(batch)), slog.String("error", err.Error()))
			}
			return
		}
		q.broken.Store(false)
		q.mu.Lock()
		q.stats.Recorded += int64(len(batch))
		q.mu.Unlock()
	}
}

// begin waits for the turn. Error: that of ctx.
func (q *Queue) begin(ctx context.Context) error {
	select {
	case q.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (q *Queue) end() { <-q.turn }

// take takes the oldest deeds out of the queue.
func (q *Queue) take() []Deed {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(q.waiting), q.cfg.Batch)
	batch := slices.Clone(q.waiting[:n])
	q.waiting = slices.Delete(q.waiting, 0, n)
	return batch
}

// putBack has a batch wait again, as far as there is room: what has come meanwhile is newer.
func (q *Queue) putBack(batch []Deed) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stats.Failed++
	over := max(0, len(batch)+len(q.waiting)-q.cfg.Size)
	q.stats.Dropped += int64(over)
	q.waiting = slices.Insert(q.waiting, 0, batch[over:]...)
}

// Forget drops what waits of a visitor and has the recorder forget him. What is under way is waited for, so that nothing of it
// comes afterwards. Error: that of the recorder, who then has not forgotten; it may be tried again.
func (q *Queue) Forget(ctx context.Context, visitor string) error {
	if err := q.begin(ctx); err != nil {
		return err
	}
	defer q.end()
	q.mu.Lock()
	q.waiting = slices.DeleteFunc(q.waiting, func(d Deed) bool { return d.Visitor == visitor })
	q.mu.Unlock()
	return q.to.Forget(ctx, visitor) //nolint:wrapcheck // the recorder says what it attempted
}

// Stats returns the figures.
func (q *Queue) Stats() QueueStats {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := q.stats
	s.Waiting = len(q.waiting)
	return s
}
