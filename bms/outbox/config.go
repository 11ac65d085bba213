package outbox

import (
	"log/slog"
	"math/rand/v2"
	"time"
)

// Config sets how a Relay works. The zero value is a good one.
type Config struct {
	// Batch is how many messages are claimed at once and handed to a sink at once.
	// Zero means 100.
	Batch int

	// Lease is how long claimed messages are safe from other relays. A delivery
	// starts in the first half of it and is cancelled after a third of it, which
	// leaves a sixth for storing the outcome. Zero means 30 seconds.
	Lease time.Duration

	// MaxAttempts is after how many failures a sink is given up for a message.
	// Zero means 12: with the default backoff about an hour.
	MaxAttempts int

	// BackoffBase is the wait after a message's first failure; it doubles with each
	// further one up to BackoffMax, and a random part of up to half is taken off so that
	// failures do not come back together. Zero means 1 second and 10 minutes.
	BackoffBase, BackoffMax time.Duration

	// Idle is how often the store is asked for due messages when nobody calls
	// Wake. Zero means 1 second.
	Idle time.Duration

	// Linger is how long a claim waits after Wake for more messages to come, which
	// makes fewer and fuller batches. Zero means no wait.
	Linger time.Duration

	// Grace is how long deliveries in progress may go on after Run is told to
	// stop. Zero means 5 seconds.
	Grace time.Duration

	// Now tells the time, in UTC and whole microseconds. Nil means the system's clock.
	Now func() time.Time

	// Jitter is the source of the backoff's random part. It needs no locking. Nil means a
	// randomly seeded one.
	Jitter rand.Source

	// Logger gets failures. Nil means none.
	Logger *slog.Logger
}

func (c Config) withDefaults() Config {
	c.Batch = positive(c.Batch, 100)
	c.Lease = positive(c.Lease, 30*time.Second)
	c.MaxAttempts = positive(c.MaxAttempts, 12)
	c.BackoffBase = positive(c.BackoffBase, time.Second)
	c.BackoffMax = max(positive(c.BackoffMax, 10*time.Minute), c.BackoffBase)
	c.Idle = positive(c.Idle, time.Second)
	c.Grace = positive(c.Grace, 5*time.Second)
	if c.Now == nil {
		c.Now = systemClock
	}
	if c.Jitter == nil {
		c.Jitter = rand.NewPCG(rand.Uint64(), rand.Uint64())
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func systemClock() time.Time {
	return time.Now().UTC().Truncate(time.Microsecond) //nolint:forbidigo // the default of the clock seam
}

// positive returns v, or fallback when v is zero or less.
func positive[T ~int | ~int64](v, fallback T) T {
	if v > 0 {
		return v
	}
	return fallback
}

// wait returns how long to wait after the given number of failures, at least 1,
// in whole microseconds.
func (c Config) wait(failures int) time.Duration {
	d := c.BackoffBase
	for range failures - 1 {
		if d >= c.BackoffMax/2 {
			d = c.BackoffMax
			break
		}
		d *= 2
	}
	return (d - time.Duration(c.Jitter.Uint64()%uint64(d/2+1))).Truncate(time.Microsecond)
}
