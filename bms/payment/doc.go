// Package payment describes money on its way: an Intent is one attempt to pay
// for a booking, a Refund gives some of it back, and a Gateway is the bank's
// side of both.
//
// What a gateway tells us comes twice, late, out of order or never, so nothing
// here is an instruction to change a status. A gateway reports Facts, and the
// pure rules merge them:
//
//	next, effect, err := intent.Apply(facts, now)
//
// Merging is monotone: captured money stays captured, the same facts again
// change nothing, older facts change nothing. The Effect says what the booking
// has to do, and says it once.
//
// No gateway is called inside a unit of work. Record the intent and its key,
// commit, call, record the outcome in a second unit of work; when a crash or a
// timeout leaves the outcome unknown, Inquire finds it (Intent.InquireAt says when).
// A gateway that waits for the shop's word says so (Facts.ToConfirm); whoever
// inquires next calls Confirm, as long as the attempt is wanted (Intent.Payable).
//
// A refund has one key for ever. One that failed may be owed anew under it
// (Refund.Retry), so that it is paid once however often it is tried.
//
// Implementations live in packages of their own; payment/paymenttest is the
// suite that each must pass and payment/sandbox the one that needs no bank.
package payment
