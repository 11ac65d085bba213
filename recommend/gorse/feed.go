package gorse

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/marquee-tickets/marquee/recommend"
)

// Changes is the journal of what happened to items and people.
type Changes interface {
	// News returns up to n changes in their order that the consumer has not acknowledged, none when there are none.
	News(ctx context.Context, consumer string, n int) ([]recommend.Change, error)

	// Ack says that the consumer is done with all that News returned last.
	Ack(ctx context.Context, consumer string) error
}

// FeedConfig says how a Feed works. The zero value is a good one, without a nightly Reconcile.
type FeedConfig struct {
	// Consumer is the name under which the journal knows how far the feed is. Empty means "gorse".
	Consumer string

	// Batch is how many changes are taken from the journal at a time. Zero means 500.
	Batch int

	// Idle is how often the journal is asked when it had nothing and nobody calls Wake. Zero means a second.
	Idle time.Duration

	// BackoffMin is the wait after a failure; it doubles up to BackoffMax with each that follows. Zero means a second and a minute.
	BackoffMin, BackoffMax time.Duration

	// Catalogue returns all items as they are, for Reconcile. Nil means that there is no nightly one.
	Catalogue func(ctx context.Context) iter.Seq2[recommend.Item, error]

	// ReconcileAt is the hour of the nightly Reconcile in UTC, 1 to 24, which is midnight. Zero means 3.
	ReconcileAt int

	// Now is the clock. Nil means the computer's.
	Now func() time.Time

	// Logger gets failures and changes that were refused. Nil discards them.
	Logger *slog.Logger
}

func (c FeedConfig) withDefaults() FeedConfig {
	c.Consumer = orElse(c.Consumer, Name)
	c.Batch = orElse(c.Batch, batch)
	c.Idle = orElse(c.Idle, time.Second)
	c.BackoffMin = orElse(c.BackoffMin, time.Second)
	c.BackoffMax = max(orElse(c.BackoffMax, time.Minute), c.BackoffMin)
	c.ReconcileAt = orElse(c.ReconcileAt, 3)
	if c.Now == nil {
		c.Now = time.Now //nolint:forbidigo // the default of the seam
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func (c FeedConfig) validate() error {
	if c.ReconcileAt < 1 || c.ReconcileAt > 24 {
		return fmt.Errorf("gorse: FeedConfig.ReconcileAt is %d: give an hour between 1 and 24, or 0 for the default", c.ReconcileAt)
	}
	if c.Batch < 0 || c.Idle < 0 || c.BackoffMin < 0 || c.BackoffMax < 0 {
		return errors.New("gorse: FeedConfig.Batch, Idle, BackoffMin and BackoffMax are above zero, or zero for the default")
	}
	return nil
}

// Fed counts what a Feed did since it was made.
type Fed struct {
	Delivered  uint64    // changes that the server took; one that was sent again counts again
	Refused    uint64    // changes that it will never take; they are in the log, and left out
	Failures   uint64    // tries that failed, after which it waited
	Reconciled time.Time // when the last Reconcile was done; zero for never
}

// Feed brings the changes of a journal to an Engine. A server that is away gets them when it is back, in the order of the journal and at
// least once; what it refuses for good is logged and left out. A person who is forgotten stays so: what came before is never
// sent after.
type Feed struct {
	engine  *Engine
	changes Changes
	cfg     FeedConfig
	wake    chan struct{}

	delivered, refused, failures atomic.Uint64
	reconciled                   atomic.Pointer[time.Time]
}

// NewFeed returns a feed. It starts nothing. Errors: a Config field out of bounds, by its name.
func NewFeed(engine *Engine, changes Changes, cfg FeedConfig) (*Feed, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	return &Feed{engine: engine, changes: changes, cfg: cfg, wake: make(chan struct{}, 1)}, nil
}

// Wake says that the journal has something new. It never blocks.
func (f *Feed) Wake() {
	select {
	case f.wake <- struct{}{}:
	default: // a token that nobody has taken yet says the same
	}
}

// Fed returns the counts.
func (f *Feed) Fed() Fed {
	fed := Fed{Delivered: f.delivered.Load(), Refused: f.refused.Load(), Failures: f.failures.Load()}
	if at := f.reconciled.Load(); at != nil {
		fed.Reconciled = *at
	}
	return fed
}

// Run brings changes until ctx ends. One Run of a journal's consumer works at a time, and nobody else asks the journal for its news. Errors are logged and tried again; what was sent
// without being acknowledged is sent again by the next Run.
func (f *Feed) Run(ctx context.Context) {
	night := f.nextNight(f.cfg.Now())
	for ctx.Err() == nil {
		if f.cfg.Catalogue != nil && !f.cfg.Now().Before(night) {
			night = f.reconcile(ctx)
		}
		took, err := f.take(ctx)
		if err != nil {
			f.report(ctx, "the journal of changes cannot be read", err)
			f.rest(ctx, f.cfg.BackoffMin)
			continue
		}
		if !took {
			f.rest(ctx, f.cfg.Idle)
		}
	}
}

// take brings one batch, and reports whether there was one.
func (f *Feed) take(ctx context.Context) (bool, error) {
	news, err := f.changes.News(ctx, f.cfg.Consumer, f.cfg.Batch)
	if err != nil || len(news) == 0 {
		return false, err
	}
	wait := f.cfg.BackoffMin
	for steps := stepsOf(news); len(steps) > 0; {
		if err := f.deliver(ctx, steps[0]); err != nil {
			f.report(ctx, "gorse does not take changes", err)
			f.sleep(ctx, wait)
			wait = min(2*wait, f.cfg.BackoffMax)
		} else {
			steps, wait = steps[1:], f.cfg.BackoffMin
		}
		if ctx.Err() != nil {
			return false, ctx.Err() // nothing is acknowledged, though the last step may be done
		}
	}
	return true, f.changes.Ack(ctx, f.cfg.Consumer)
}

// report counts and logs a failure, unless it came of stopping.
func (f *Feed) report(ctx context.Context, what string, err error) {
	if ctx.Err() != nil {
		return
	}
	f.failures.Add(1)
	f.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "recommendations fall behind", slog.String("why", what), slog.Any("error", err))
}

// rest waits until there may be something to do.
func (f *Feed) rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-f.wake:
	case <-ctx.Done():
	}
}

// sleep waits, whatever news there are: they would fail as well.
func (f *Feed) sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// nextNight is when the hour of the Reconcile comes next after now.
func (f *Feed) nextNight(now time.Time) time.Time {
	now = now.UTC()
	next := time.Date(now.Year(), now.Month(), now.Day(), f.cfg.ReconcileAt, 0, 0, 0, time.UTC)
	for !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}

// again is when a Reconcile that failed is tried the next time.
const again = 10 * time.Minute

// reconcile does the nightly work, and returns when it is due next.
func (f *Feed) reconcile(ctx context.Context) time.Time {
	done, err := f.engine.Reconcile(ctx, f.cfg.Catalogue(ctx))
	now := f.cfg.Now()
	if err != nil {
		f.report(ctx, "gorse could not be compared with the catalogue", err)
		return now.Add(again)
	}
	f.reconciled.Store(&now)
	f.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "gorse has the items of the catalogue", slog.Int("added", done.Added),
		slog.Int("hidden", done.Hidden), slog.Int("shown", done.Shown), slog.Int("seen", done.Seen))
	return f.nextNight(now)
}
