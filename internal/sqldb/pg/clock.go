package pg

import (
	"context"
	"sync/atomic"
	"time"
)

const (
	// clockEvery is how often the database's clock is measured again: two clocks at 100 ppm
	// drift apart by 1 ms in that time.
	clockEvery = 10 * time.Second

	// clockSamples is how many times a measurement asks; the quickest answer counts.
	clockSamples = 3

	// clockTimeout bounds one measurement.
	clockTimeout = 5 * time.Second
)

// drift is how fast two clocks may part, as a divisor: 200 ppm, twice what
// a poor quartz does.
const drift = 5000

// clock tells the database's time from one measurement and the monotonic time
// that has passed since, so that a wall clock that is off or jumps does not matter.
type clock struct{ last atomic.Pointer[reading] }

// reading is what the database said, and the moment it said so in this process.
type reading struct {
	said time.Time     // UTC
	at   time.Time     // with its monotonic part
	off  time.Duration // how far off it may be: half the time that asking took
}

// now is the database's time.
func (c *clock) now() time.Time {
	r := c.last.Load()
	return r.said.Add(time.Since(r.at))
}

// measure asks for the time and takes the quickest answer to be given half-way. It
// keeps the reading that it had when that, even by now, is the better one.
func (c *clock) measure(ctx context.Context, ask func(context.Context) (time.Time, error)) error {
	best := c.last.Load()
	for range clockSamples {
		began := time.Now()
		said, err := ask(ctx)
		if err != nil {
			return err
		}
		half := time.Since(began) / 2
		r := &reading{said: said, at: began.Add(half), off: half}
		if best == nil || r.off <= best.off+r.at.Sub(best.at)/drift {
			best = r
		}
	}
	c.last.Store(best)
	return nil
}

// keep measures again until ctx ends. A measurement that fails leaves the last
// one in force.
func keep(ctx context.Context, measure func(context.Context) error) {
	ticker := time.NewTicker(clockEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			once, cancel := context.WithTimeout(ctx, clockTimeout)
			_ = measure(once)
			cancel()
		}
	}
}

// measureClock asks the server for its time over one connection, so that
// waiting for one is not taken for the time on the way.
func (db *DB) measureClock(ctx context.Context) error {
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	return db.clock.measure(ctx, func(ctx context.Context) (t time.Time, err error) {
		err = conn.QueryRow(ctx, "select clock_timestamp()").Scan(&t)
		return t.UTC(), err
	})
}
