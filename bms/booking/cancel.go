package booking

import (
	"fmt"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// CancelTickets cancels some tickets and says what that gives back, which the
// caller owes from then on: refund RefundPlan.Amount under RefundPlan.Key when
// it is more than zero. Nothing or all of it happens.
//
// Errors: an Invalid fault about ids (none, or one twice) or by; ErrUnpaid,
// ErrCancelled, ErrNoTicket, ErrTicketCancelled; for a buyer also ErrTicketUsed,
// ErrNoCancellation and ErrTooLate.
func (b Booking) CancelTickets(ids []TicketID, by Canceller, now time.Time) (Booking, RefundPlan, error) {
	plan, err := b.Preview(ids, by, now)
	if err != nil {
		return b, RefundPlan{}, err
	}
	b.Tickets = slices.Clone(b.Tickets)
	for _, back := range plan.PerTicket {
		t := &b.Tickets[b.index(back.TicketID)]
		t.Status, t.Refund, t.CancelledAt = TicketCancelled, back.Amount, now
	}
	b.Status = statusOf(b.Tickets)
	return b.changed(now), plan, nil
}

// CancelAll cancels every ticket that can be: for a buyer the unused ones, for
// an organizer the used ones too. Errors as CancelTickets; ErrTicketUsed when a
// buyer has used them all.
func (b Booking) CancelAll(by Canceller, now time.Time) (Booking, RefundPlan, error) {
	ids, err := b.cancellable(by)
	if err != nil {
		return b, RefundPlan{}, err
	}
	return b.CancelTickets(ids, by, now)
}

// PreviewAll returns the plan of CancelAll and changes nothing.
func (b Booking) PreviewAll(by Canceller, now time.Time) (RefundPlan, error) {
	ids, err := b.cancellable(by)
	if err != nil {
		return RefundPlan{}, err
	}
	return b.Preview(ids, by, now)
}

// Preview returns the plan of CancelTickets and changes nothing.
func (b Booking) Preview(ids []TicketID, by Canceller, now time.Time) (RefundPlan, error) {
	if err := b.mustAdmit(); err != nil {
		return RefundPlan{}, err
	}
	tickets, err := b.pick(ids, by)
	if err != nil {
		return RefundPlan{}, err
	}
	terms := everything
	if by == ByBuyer {
		if terms, err = b.Policy.Terms(b.ShowStart, now); err != nil {
			return RefundPlan{}, err
		}
	}
	plan := RefundPlan{Key: string(b.ID) + "/tickets/" + string(tickets[0].ID), By: by, Terms: terms}
	return plan.sum(tickets, b.Total.Currency)
}

// sum fills in what the tickets give back.
func (p RefundPlan) sum(tickets []Ticket, c money.Currency) (RefundPlan, error) {
	p.Amount, p.PriceKept, p.FeesKept = money.Zero(c), money.Zero(c), money.Zero(c)
	for _, t := range tickets {
		back, err := p.Terms.refund(t)
		if err != nil {
			return RefundPlan{}, fmt.Errorf("refund of %s: %w", t.ID, err)
		}
		p.PerTicket = append(p.PerTicket, back)
		// These are parts of the booking's total, which New has summed.
		p.Amount.Minor += back.Amount.Minor
		p.PriceKept.Minor += back.PriceKept.Minor
		p.FeesKept.Minor += back.FeesKept.Minor
	}
	return p, nil
}

// cancellable lists the tickets that CancelAll cancels.
func (b Booking) cancellable(by Canceller) ([]TicketID, error) {
	if err := b.mustAdmit(); err != nil {
		return nil, err
	}
	var ids []TicketID
	for _, t := range b.Tickets {
		if t.Status == TicketValid || t.Status == TicketUsed && by == ByOrganizer {
			ids = append(ids, t.ID)
		}
	}
	if len(ids) == 0 {
		return nil, ErrTicketUsed
	}
	return ids, nil
}

// pick returns the tickets with the given ids, in order of Serial, if by may
// cancel each of them.
func (b Booking) pick(ids []TicketID, by Canceller) ([]Ticket, error) {
	if !by.Valid() {
		return nil, fault.Invalidf("by", "must be buyer or organizer, not %.16q", string(by))
	}
	if len(ids) == 0 {
		return nil, fault.Invalidf("tickets", "must name at least one ticket")
	}
	wanted := make(map[TicketID]bool, len(ids))
	for i, id := range ids {
		if wanted[id] {
			return nil, fault.Invalidf(fmt.Sprintf("tickets[%d]", i), "is named twice")
		}
		wanted[id] = true
		if b.index(id) < 0 {
			return nil, ErrNoTicket
		}
	}
	var tickets []Ticket
	for _, t := range b.Tickets {
		if !wanted[t.ID] {
			continue
		}
		if t.Status == TicketCancelled {
			return nil, ErrTicketCancelled
		}
		if t.Status == TicketUsed && by == ByBuyer {
			return nil, ErrTicketUsed
		}
		tickets = append(tickets, t)
	}
	return tickets, nil
}

// statusOf returns the status of a confirmed booking with these tickets.
func statusOf(tickets []Ticket) Status {
	cancelled := 0
	for _, t := range tickets {
		if t.Status == TicketCancelled {
			cancelled++
		}
	}
	switch cancelled {
	case 0:
		return Confirmed
	case len(tickets):
		return Cancelled
	}
	return PartlyCancelled
}
