package sandbox

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/payment"
)

// Faults makes the bank misbehave for tests. The counts say how many of the
// next calls are hit: Temporary ones fail before anything has happened, Timeout
// ones do their work and then tell the caller that the outcome is unknown.
type Faults struct {
	CreateTemporary, CreateTimeout   int
	ConfirmTemporary, ConfirmTimeout int
	InquireTemporary                 int
	RefundTemporary, RefundTimeout   int
	// RefundRefused counts refunds that the bank refuses, and RefundFails those that it takes and cannot
	// make: they fail at once, or after RefundDelay. Both may be asked for again under their key.
	RefundRefused, RefundFails int
	// RefundDelay is how long refunds asked for from now on stay pending.
	RefundDelay time.Duration
	// Webhooks is added to what each Choice says.
	Webhooks Webhooks
}

// SetFaults replaces the faults in force; the zero Faults ends them.
func (g *Gateway) SetFaults(f Faults) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.faults = f
}

// call runs work under the lock, with the faults that its counters stand for.
func (g *Gateway) call(temporary, timeout *int, work func() error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if spend(temporary) {
		return payment.ErrTemporary
	}
	if err := work(); err != nil {
		return err
	}
	if spend(timeout) {
		return payment.ErrUnknownOutcome
	}
	return nil
}

// spend takes one from a counter and reports whether there was one.
func spend(count *int) bool {
	if count == nil || *count <= 0 {
		return false
	}
	*count--
	return true
}
