package payment

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
)

// RefundID identifies a Refund: "rfd_" and 26 letters or digits.
type RefundID string

// NewRefundID returns a fresh identifier that sorts by now.
func NewRefundID(now time.Time) RefundID { return id.New[RefundID](RefundPrefix, now) }

// RefundStatus says how far a Refund has come.
type RefundStatus string

// The statuses of a Refund.
const (
	RefundPending   RefundStatus = "pending"   // owed: not asked yet, or the gateway is working
	RefundSucceeded RefundStatus = "succeeded" // the gateway gave the money back
	RefundFailed    RefundStatus = "failed"    // the gateway said no: a person must look
)

// Valid reports whether s is one of the statuses of this package.
func (s RefundStatus) Valid() bool {
	switch s {
	case RefundPending, RefundSucceeded, RefundFailed:
		return true
	}
	return false
}

// Refund is money owed back to the buyer.
type Refund struct {
	ID RefundID
	// Key names the business reason, such as Intent.ReturnKey, and is unique:
	// it is what makes a refund happen once. It is the gateway's idempotency
	// key too. At most MaxKey bytes.
	Key       string
	IntentID  IntentID
	BookingID string
	// Amount is more than zero.
	Amount money.Amount
	// Reason is why the money goes back, a word for reports: "late_payment".
	Reason string
	Status RefundStatus
	// GatewayRef is the gateway's identifier of the refund; empty until known,
	// and again when a failed refund is made once more.
	GatewayRef string
	// FailedRef is the GatewayRef that the last failure was about, so that old
	// news of it do not stop the next try. Empty when none failed.
	FailedRef string
	// Failure is why the last attempt did not succeed; empty when none failed.
	Failure string
	// Attempts counts how often asking the gateway was begun.
	Attempts int
	// NextAt is when to ask the gateway next; zero means never.
	NextAt               time.Time
	CreatedAt, UpdatedAt time.Time
}

// RefundOrder is what a new Refund needs.
type RefundOrder struct {
	Key    string       // business key, not empty, at most MaxKey bytes
	Amount money.Amount // more than zero
	Reason string
}

// NewRefund returns the Refund that o asks for, of the captured intent i, given
// the refunds of the booking so far. When one of them has the key already it is
// returned and fresh is false: nothing is to be recorded.
//
// Errors: an Invalid fault that names the field of o; ErrKeyReused when the key
// stands for another amount or intent; ErrOverRefund when all refunds of the
// intent together, the failed ones apart, would exceed what was captured.
func NewRefund(i Intent, prior []Refund, o RefundOrder, now time.Time) (r Refund, fresh bool, err error) {
	if err := o.validate(); err != nil {
		return Refund{}, false, err
	}
	for _, p := range prior {
		if p.Key != o.Key {
			continue
		}
		if p.IntentID != i.ID || p.Amount != o.Amount {
			return Refund{}, false, ErrKeyReused
		}
		return p, false, nil
	}
	left, err := i.Refundable(prior)
	if err != nil {
		return Refund{}, false, err
	}
	if order, err := o.Amount.Cmp(left); err != nil || order > 0 {
		return Refund{}, false, ErrOverRefund
	}
	return Refund{
		ID: NewRefundID(now), Key: o.Key, IntentID: i.ID, BookingID: i.BookingID, Amount: o.Amount,
		Reason: o.Reason, Status: RefundPending, NextAt: now, CreatedAt: now, UpdatedAt: now,
	}, true, nil
}

// Refundable returns how much of i is left to give back, given the refunds of
// its booking so far. Refunds that failed do not count; refunds that somebody
// made at the gateway, known from Intent.Refunded, do.
func (i Intent) Refundable(prior []Refund) (money.Amount, error) {
	given, err := i.given(prior)
	if err != nil {
		return money.Amount{}, err
	}
	given.Minor = max(given.Minor, i.Refunded.Minor)
	left := money.New(max(i.Captured.Minor-given.Minor, 0), i.Amount.Currency)
	return left, nil
}

// given adds up the refunds of i that are made or to be made.
func (i Intent) given(prior []Refund) (money.Amount, error) {
	sum := money.Zero(i.Amount.Currency)
	for _, p := range prior {
		if p.IntentID != i.ID || p.Status == RefundFailed {
			continue
		}
		var err error
		if sum, err = sum.Add(p.Amount); err != nil {
			return money.Amount{}, err
		}
	}
	return sum, nil
}

// Claim counts an attempt and sets the time of the next. Commit it before
// calling the gateway, so that no other worker calls too and a crash leaves a
// retry behind.
func (r Refund) Claim(now time.Time) Refund {
	r.NextAt = now.Add(backoff(r.Attempts, refundFirst, refundMax))
	r.Attempts++
	r.UpdatedAt = now
	return r
}

// Retry returns a failed refund as one to be made again at once, under the key
// that it has, given its intent and the refunds of the booking so far. When
// somebody has given as much back at the gateway by hand meanwhile, known from
// Intent.Refunded, r has succeeded by that.
//
// Errors: ErrNotFailed; ErrOverRefund when less than r is left of the intent;
// ErrMismatch for another intent.
func (r Refund) Retry(i Intent, prior []Refund, now time.Time) (Refund, error) {
	switch {
	case r.Status != RefundFailed:
		return r, ErrNotFailed
	case r.IntentID != i.ID:
		return r, ErrMismatch
	}
	given, err := i.given(prior)
	if err != nil {
		return r, err
	}
	left, err := i.Refundable(prior)
	if err != nil {
		return r, err
	}
	next := r
	next.Failure, next.GatewayRef, next.UpdatedAt = "", "", now
	switch {
	case i.Refunded.Minor-given.Minor >= r.Amount.Minor:
		next.Status = RefundSucceeded
	case left.Minor < r.Amount.Minor:
		return r, ErrOverRefund
	default:
		next.Status, next.NextAt = RefundPending, now
	}
	return next, nil
}

// Apply merges what the gateway says about r and reports whether that changed
// anything. A refund that succeeded stays so, and one that is made again is not
// stopped by news of the failure before. Errors: ErrMismatch when f is
// about another refund, an Invalid fault for a status that does not exist.
func (r Refund) Apply(f RefundFacts, now time.Time) (Refund, bool, error) {
	if !f.Status.Valid() {
		return r, false, fault.Invalidf("status", "must be pending, succeeded or failed, not %.16q", string(f.Status))
	}
	if f.Key != r.Key || f.Amount != r.Amount {
		return r, false, ErrMismatch
	}
	if f.Status != RefundSucceeded && f.GatewayRef != "" && f.GatewayRef == r.FailedRef {
		return r, false, nil
	}
	next := r
	if next.GatewayRef == "" {
		next.GatewayRef = f.GatewayRef
	}
	if f.Status.rank() > r.Status.rank() {
		next.Status, next.Failure, next.NextAt = f.Status, f.Reason, time.Time{}
		if f.Status == RefundFailed {
			next.FailedRef = f.GatewayRef
		}
	}
	if next == r {
		return r, false, nil
	}
	next.UpdatedAt = now
	return next, true, nil
}

// Fail records the error of a call to the gateway: a refusal settles r as
// failed, anything else leaves the retry that Claim has set.
func (r Refund) Fail(err error, now time.Time) Refund {
	if r.Status != RefundPending {
		return r
	}
	r.Failure, r.UpdatedAt = err.Error(), now
	if ClassOf(err) == ClassRefused {
		r.Status, r.NextAt = RefundFailed, time.Time{}
	}
	return r
}

// rank orders the statuses: merging only moves up.
func (s RefundStatus) rank() int {
	switch s {
	case RefundFailed:
		return 1
	case RefundSucceeded:
		return 2
	case RefundPending:
	}
	return 0
}

// validate names the field of o that is wrong.
func (o RefundOrder) validate() error {
	switch {
	case o.Key == "" || len(o.Key) > MaxKey:
		return fault.Invalidf("key", "must have 1 to %d characters, not %d", MaxKey, len(o.Key))
	case !o.Amount.IsPositive():
		return fault.Invalidf("amount", "must be more than zero, not %s", o.Amount)
	}
	return nil
}
