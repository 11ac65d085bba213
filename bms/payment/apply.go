package payment

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Effect says what news about an Intent mean for its booking. Each effect but
// EffectNone and EffectRecorded comes once, however often the facts do.
type Effect string

// The effects.
const (
	EffectNone      Effect = "none"      // nothing new: nothing to store
	EffectRecorded  Effect = "recorded"  // store the intent; the booking goes on as it was
	EffectCaptured  Effect = "captured"  // paid in time: confirm the booking
	EffectLate      Effect = "late"      // paid after it was given up: honour if the seats are free, else refund
	EffectMismatch  Effect = "mismatch"  // paid, but not the amount asked: refund what is there
	EffectFailed    Effect = "failed"    // declined: the buyer may try again
	EffectCancelled Effect = "cancelled" // given up at the gateway: the buyer may try again
)

// Valid reports whether e is one of the effects of this package.
func (e Effect) Valid() bool {
	switch e {
	case EffectNone, EffectRecorded, EffectCaptured, EffectLate, EffectMismatch, EffectFailed, EffectCancelled:
		return true
	}
	return false
}

// Apply merges facts into i and says what they mean. Facts may be repeated, late
// or out of order: captured never goes back, a failure after a capture changes
// nothing, a capture after a failure, a cancellation or the deadline is late
// money. Whether a booking can still use EffectCaptured is the booking's to say:
// another attempt may have paid for it. When the gateway first says that it
// waits for Confirm, the next inquiry is due at once.
//
// Errors leave i as it was: ErrMismatch when f is about another payment, an
// Invalid fault when f contradicts itself.
func (i Intent) Apply(f Facts, now time.Time) (Intent, Effect, error) {
	if err := i.check(f); err != nil {
		return i, EffectNone, err
	}
	next := i.learn(f)
	effect := next.advance(i, f, now)
	switch {
	case next.final():
		next.InquireAt, next.RedirectURL, next.ToConfirm = time.Time{}, "", false
	case next.ToConfirm && !i.ToConfirm:
		next.InquireAt = now // whoever inquires confirms it
	}
	if next == i {
		return i, EffectNone, nil
	}
	if effect == EffectNone {
		effect = EffectRecorded
	}
	return next.changed(now), effect, nil
}

// check refuses facts that are about another payment or contradict themselves.
func (i Intent) check(f Facts) error {
	if !f.Status.Valid() {
		return fault.Invalidf("status", "must be a payment status, not %.16q", string(f.Status))
	}
	if i.GatewayRef != "" && f.GatewayRef != "" && i.GatewayRef != f.GatewayRef {
		return ErrMismatch
	}
	for _, sum := range []money.Amount{f.Captured, f.Refunded} {
		if sum != (money.Amount{}) && sum.Currency != i.Amount.Currency {
			return ErrMismatch
		}
		if sum.IsNegative() {
			return fault.Invalidf("captured", "must not be negative, nor what is refunded")
		}
	}
	if f.ToConfirm && f.Status != Pending {
		return fault.Invalidf("to_confirm", "must only be said of a pending payment")
	}
	if f.Status == Captured && f.Captured.IsZero() {
		return fault.Invalidf("captured", "must be more than zero when the status is captured")
	}
	if f.Refunded.Minor > f.Captured.Minor {
		return fault.Invalidf("refunded", "must not be more than what was captured")
	}
	return nil
}

// learn returns i with what f adds whatever the status: references and totals.
func (i Intent) learn(f Facts) Intent {
	if i.GatewayRef == "" {
		i.GatewayRef = f.GatewayRef
	}
	if i.RedirectURL == "" && i.Status.Open() {
		i.RedirectURL = f.RedirectURL
	}
	i.ToConfirm = i.ToConfirm || f.ToConfirm && i.Status.Open()
	i.Captured = larger(i.Captured, f.Captured)
	i.Refunded = larger(i.Refunded, f.Refunded)
	return i
}

// advance moves i on from what it was before f. Money decides before status:
// whatever a gateway calls a payment, what it has captured is there.
func (i *Intent) advance(before Intent, f Facts, now time.Time) Effect {
	switch {
	case i.Captured.Minor > before.Captured.Minor:
		i.Status, i.Reason = Captured, ""
		return i.captureEffect(before, now)
	case before.final():
		return EffectNone
	case f.Status == Failed || f.Status == Cancelled:
		i.Status, i.Reason = f.Status, f.Reason
		return closeEffect(before, f.Status)
	case before.Status == Created:
		i.Status = Pending
	}
	return EffectNone
}

// captureEffect says what newly captured money means.
func (i *Intent) captureEffect(before Intent, now time.Time) Effect {
	switch {
	case i.Captured.Minor != i.Amount.Minor:
		return EffectMismatch
	case before.Captured.IsPositive(): // the rest of a partial capture, which is being refunded
		return EffectMismatch
	case !before.Status.Open(), !i.ExpiresAt.IsZero() && now.After(i.ExpiresAt):
		return EffectLate
	}
	return EffectCaptured
}

// closeEffect says what the gateway's no means: nothing when we had given up.
func closeEffect(before Intent, status IntentStatus) Effect {
	switch {
	case !before.Status.Open():
		return EffectNone
	case status == Failed:
		return EffectFailed
	}
	return EffectCancelled
}

// larger returns b when it is more than a, and a otherwise. They share a
// currency or are zero.
func larger(a, b money.Amount) money.Amount {
	if b.Minor > a.Minor {
		return b
	}
	return a
}
