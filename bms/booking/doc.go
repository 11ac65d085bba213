// Package booking holds the rules of what a buyer bought or is buying: the
// booking's state machine, its tickets, what a cancellation gives back, the
// short reference that people read out, and the signed code that a gate checks
// without a network.
//
// A Booking is a value. Each transition returns a changed copy or a fault, and
// touches neither its receiver nor the clock:
//
//	paid, err := b.Confirm(now)
//	after, plan, err := paid.CancelTickets(ids, booking.ByBuyer, now)
//
// The way of a booking:
//
//	draft ─ StartPayment ─→ awaiting_payment ─ Confirm ─→ confirmed
//	  └──────────┬──────────────┘                            ├─ CancelTickets ─→ partly_cancelled
//	           Expire, Abandon                                └─ the last ticket ─→ cancelled ─ RefundSettled ─→ refunded
//	             ↓
//	          expired ─ PayLate(true) ─→ confirmed
//	             └───── PayLate(false) ─→ late_refund ─ RefundSettled ─→ refunded
//
// Transitions that arrive twice (Confirm, Expire, PayLate, RefundSettled) return
// the booking unchanged the second time.
package booking
