package outbox

import (
	"time"
)

// flight is a claimed record on its way to the sinks.
type flight struct {
	record    Record
	claimed   time.Time   // by our clock, before the claim
	open      int         // sinks that have not answered yet
	remaining []Remaining // sinks that have yet to get it after this claim
	err       string      // of the last failure
}

// task is the delivery of a flight's message to one sink.
type task struct {
	flight   *flight
	failures int // before this try
}

// due returns who gets the record on this claim, and who remains for a later
// one: sinks that wait for their next try and sinks that were given up.
func due(rec Record, lanes []*lane, now time.Time, maxAttempts int) (try, later []Remaining) {
	if rec.Sinks == nil {
		for _, l := range lanes {
			if l.wants(rec.Topic) {
				try = append(try, Remaining{Sink: l.name})
			}
		}
		return try, nil
	}
	if rec.NextAt.After(now) {
		now = rec.NextAt // the store's clock, which is ahead of ours, found it due
	}
	for _, s := range rec.Sinks {
		if s.Failures >= maxAttempts || s.NextAt.After(now) {
			later = append(later, s)
		} else {
			try = append(try, s)
		}
	}
	return try, later
}

// outcome sums up a flight that every sink has answered.
func (f *flight) outcome(now time.Time, maxAttempts int) Outcome {
	o := Outcome{ID: f.record.ID, LeasedUntil: f.record.LeasedUntil, Attempts: f.record.Attempts, Error: f.err}
	if len(f.remaining) == 0 {
		o.Status, o.DeliveredAt = Delivered, now
		return o
	}
	o.Status, o.Sinks = Dead, f.remaining
	for _, s := range f.remaining {
		o.Attempts = max(o.Attempts, s.Failures)
		if s.Failures >= maxAttempts {
			continue
		}
		if o.Status == Dead || s.NextAt.Before(o.NextAt) {
			o.Status, o.NextAt = Pending, s.NextAt
		}
	}
	return o
}
