package payment

import (
	"errors"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// What a gateway may answer besides facts. Adapters wrap one of these around
// every error, because only they know what happened.
var (
	// ErrTemporary says that nothing happened and that the same call with the
	// same key may work in a moment.
	ErrTemporary = fault.New(fault.Unavailable, "gateway_busy", "the payment service is busy, please try again in a moment")
	// ErrUnknownOutcome says that it may have happened: inquire, or repeat the
	// call with the same key.
	ErrUnknownOutcome = fault.New(fault.Unavailable, "outcome_unknown", "the payment service has not answered yet, we keep asking and nothing is charged twice")
	// ErrRefused says no to the request itself: repeating it changes nothing.
	// A declined payment is not an error but Facts with status Failed.
	ErrRefused = fault.New(fault.Conflict, "payment_refused", "the payment service refused the request")
	// ErrUnknownPayment says that the gateway never heard of the payment.
	ErrUnknownPayment = fault.New(fault.NotFound, "unknown_payment", "the payment service does not know this payment")
	// ErrKeyReused says that an idempotency key came with other parameters.
	ErrKeyReused = fault.New(fault.Conflict, "key_reused", "this key has been used for something else")
	// ErrOverRefund says that a refund would give back more than was captured.
	ErrOverRefund = fault.New(fault.Conflict, "over_refund", "the refund is more than what is left of the payment")
)

// ErrEnded says that a payment has been settled, given up or is past its deadline, so that it cannot be confirmed.
var ErrEnded = fault.New(fault.Conflict, "payment_ended", "this payment has ended, please start another one")

// ErrNotFailed says that a refund is still being made or has been paid.
var ErrNotFailed = fault.New(fault.Conflict, "refund_not_failed", "only a refund that failed can be made again")

// What ParseWebhook refuses.
var (
	// ErrSignature says that the notification is not from the gateway.
	ErrSignature = fault.New(fault.Unauthenticated, "bad_signature", "the notification is not signed with the secret shared with the payment service")
	// ErrStale says that the signature is right but too old or too new to
	// rule out a replay.
	ErrStale = fault.New(fault.Unauthenticated, "stale_signature", "the notification was signed too long ago, check both clocks")
)

// ErrMismatch says that facts belong to another payment or refund: another
// reference, key or currency.
var ErrMismatch = fault.New(fault.Conflict, "facts_mismatch", "the payment service's answer belongs to another payment")

// Class says what the caller of a gateway does about an error.
type Class string

// The classes of gateway errors.
const (
	ClassTemporary Class = "temporary" // nothing happened: call again later with the same key
	ClassUnknown   Class = "unknown"   // it may have happened: inquire, or call again with the same key
	ClassRefused   Class = "refused"   // no: calling again changes nothing
)

// Valid reports whether c is one of the classes of this package.
func (c Class) Valid() bool {
	switch c {
	case ClassTemporary, ClassUnknown, ClassRefused:
		return true
	}
	return false
}

// ClassOf returns the class of a gateway's error, empty for nil. What is not
// understood is ClassUnknown, the one that loses no money: a context that ended,
// a broken connection, an answer that makes no sense.
func ClassOf(err error) Class {
	switch fault.CodeOf(err) {
	case "":
		return ""
	case fault.RateLimited:
		return ClassTemporary
	case fault.Invalid, fault.NotFound, fault.Conflict, fault.Expired, fault.Unauthenticated, fault.Forbidden:
		return ClassRefused
	case fault.Unavailable, fault.Internal:
	}
	if errors.Is(err, ErrTemporary) {
		return ClassTemporary
	}
	return ClassUnknown
}
