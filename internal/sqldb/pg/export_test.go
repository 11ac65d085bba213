package pg

import "time"

// For the tests of the clock, which need no server.
var Keep = keep

// Clock is the clock of a DB.
type Clock = clock

// Measure and Time reach the clock's methods.
var (
	Measure = (*clock).measure
	Time    = (*clock).now
)

// ClockEvery is how often the clock is measured.
const ClockEvery = clockEvery

// Off is how far from the server's a database's clock may be at most.
func Off(db *DB) time.Duration {
	r := db.clock.last.Load()
	return r.off + time.Since(r.at)/drift
}
