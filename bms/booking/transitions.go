package booking

import (
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// SetBuyer records who buys, as long as nothing is paid. Errors: ErrExpired,
// ErrPaid, an Invalid fault that names the buyer's field.
func (b Booking) SetBuyer(buyer Buyer, now time.Time) (Booking, error) {
	if err := b.mustBeOpen(); err != nil {
		return b, err
	}
	if err := buyer.Validate(); err != nil {
		return b, fault.Of(err).In("buyer")
	}
	b.Buyer = buyer
	return b.changed(now), nil
}

// RenewLink gives the booking the next generation of its link, whose secret has the given SHA-256. The one before
// opens it no more. A booking may get a new link in any status.
func (b Booking) RenewLink(hash []byte, now time.Time) Booking {
	b.LinkGeneration++
	b.AccessHash = hash
	return b.changed(now)
}

// StartPayment lets the buyer pay until payBy; a second call, after a failed
// attempt, may move that later but not earlier, from after the first deadline
// too: as long as the booking is open, whether its places are still kept is for
// their hold to say. Errors: ErrExpired, ErrPaid, ErrNothingToPay, an Invalid
// fault about the buyer or pay_by.
func (b Booking) StartPayment(payBy, now time.Time) (Booking, error) {
	if err := b.mustBeOpen(); err != nil {
		return b, err
	}
	if err := b.Buyer.Validate(); err != nil {
		return b, fault.Of(err).In("buyer")
	}
	switch {
	case b.Total.IsZero():
		return b, ErrNothingToPay
	case !payBy.After(now):
		return b, fault.Invalidf("pay_by", "must be in the future")
	}
	if payBy.After(b.PayBy) {
		b.PayBy = payBy
	}
	b.Status = AwaitingPayment
	return b.changed(now), nil
}

// Confirm makes the booking a sale: it has been paid and its places are sold,
// or it is free. Whether the money of a booking that awaits payment has come is for the caller to know: who has
// no payment calls ConfirmFree. A booking that was confirmed before is returned as it is.
// Errors: ErrUnpaid for a draft that costs something, ErrExpired for one that
// expired: late money goes through PayLate; an Invalid fault for a free booking
// without a buyer.
func (b Booking) Confirm(now time.Time) (Booking, error) {
	switch b.Status {
	case Draft:
		if !b.Total.IsZero() {
			return b, ErrUnpaid
		}
		if err := b.Buyer.Validate(); err != nil {
			return b, fault.Of(err).In("buyer")
		}
	case AwaitingPayment:
	case Confirmed, PartlyCancelled, Cancelled, Refunded, Expired, LateRefund:
		if b.ConfirmedAt.IsZero() {
			return b, ErrExpired
		}
		return b, nil
	}
	return b.confirmed(now), nil
}

// ConfirmFree confirms a booking that costs nothing, for which no payment speaks. A booking that was
// confirmed before is returned as it is. Errors: ErrUnpaid for one that costs something, also while its payment
// runs; else those of Confirm.
func (b Booking) ConfirmFree(now time.Time) (Booking, error) {
	if b.ConfirmedAt.IsZero() && !b.Total.IsZero() {
		return b, ErrUnpaid
	}
	return b.Confirm(now)
}

// Expire gives up an unpaid booking whose time has passed: a draft whose hold
// ended, or one that awaits payment from PayBy on. Ask the gateway before. An
// expired booking is returned as it is. Errors: ErrNotDue before PayBy, ErrPaid
// when money has come.
func (b Booking) Expire(now time.Time) (Booking, error) {
	if b.Status == AwaitingPayment && now.Before(b.PayBy) {
		return b, ErrNotDue
	}
	return b.Abandon(now)
}

// Abandon gives up an unpaid booking before its time: its buyer left, or the
// show was cancelled. It ends as an expired booking, so that money which still
// comes is late. Error: ErrPaid when money has come.
func (b Booking) Abandon(now time.Time) (Booking, error) {
	switch b.Status {
	case Draft, AwaitingPayment:
		b.Status = Expired
		return b.changed(now), nil
	case Expired:
		return b, nil
	case Confirmed, PartlyCancelled, Cancelled, Refunded, LateRefund:
	}
	return b, ErrPaid
}

// PayLate records money that came when the places were no longer held. With
// honoured they have been taken again and the booking is confirmed; otherwise
// its money is to be refunded. A booking that was confirmed before, or whose
// late money is going back already, is returned as it is. Errors: ErrRefunding when
// it was to be honoured but its money is going back; ErrUnpaid for a draft,
// which no payment can be for.
func (b Booking) PayLate(honoured bool, now time.Time) (Booking, error) {
	switch {
	case b.Status == Draft:
		return b, ErrUnpaid
	case !b.ConfirmedAt.IsZero():
		return b, nil
	case b.Status == LateRefund || b.Status == Refunded:
		if honoured {
			return b, ErrRefunding
		}
		return b, nil
	case honoured:
		return b.confirmed(now), nil
	}
	b.Status = LateRefund
	return b.changed(now), nil
}

// RefundSettled records that every refund of the booking has been paid back.
// Only a booking of which nothing is left ends by it; any other is returned as
// it is.
func (b Booking) RefundSettled(now time.Time) Booking {
	switch {
	case b.Status == LateRefund:
	case b.Status == Cancelled && b.refundDue():
	default:
		return b
	}
	b.Status = Refunded
	return b.changed(now)
}

// Use admits the holder of a ticket, once. Errors: ErrUnpaid, ErrCancelled,
// ErrNoTicket, ErrTicketCancelled, ErrTicketUsed.
func (b Booking) Use(id TicketID, now time.Time) (Booking, error) {
	if err := b.mustAdmit(); err != nil {
		return b, err
	}
	at := b.index(id)
	if at < 0 {
		return b, ErrNoTicket
	}
	switch b.Tickets[at].Status {
	case TicketCancelled:
		return b, ErrTicketCancelled
	case TicketUsed:
		return b, ErrTicketUsed
	case TicketValid:
	}
	b.Tickets = slices.Clone(b.Tickets)
	b.Tickets[at].Status, b.Tickets[at].UsedAt = TicketUsed, now
	return b.changed(now), nil
}

// Ticket returns the ticket with the given id, and false when there is none.
func (b Booking) Ticket(id TicketID) (Ticket, bool) {
	at := b.index(id)
	if at < 0 {
		return Ticket{}, false
	}
	return b.Tickets[at], true
}

// index returns the position of a ticket, -1 when there is none.
func (b Booking) index(id TicketID) int {
	return slices.IndexFunc(b.Tickets, func(t Ticket) bool { return t.ID == id })
}

// mustBeOpen says why b cannot be paid for any more.
func (b Booking) mustBeOpen() error {
	switch {
	case b.Status.Open():
		return nil
	case b.Status == Expired:
		return ErrExpired
	}
	return ErrPaid
}

// mustAdmit says why b has no tickets in force.
func (b Booking) mustAdmit() error {
	switch {
	case b.Status.Admits():
		return nil
	case b.ConfirmedAt.IsZero():
		return ErrUnpaid
	}
	return ErrCancelled
}

// refundDue reports whether cancelled tickets give anything back.
func (b Booking) refundDue() bool {
	return slices.ContainsFunc(b.Tickets, func(t Ticket) bool { return t.Refund.IsPositive() })
}

// confirmed makes b a sale.
func (b Booking) confirmed(now time.Time) Booking {
	b.Status, b.ConfirmedAt = Confirmed, now
	return b.changed(now)
}

// changed stamps a change of b.
func (b Booking) changed(now time.Time) Booking {
	b.UpdatedAt = now
	b.Version++
	return b
}
