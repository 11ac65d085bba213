package pages

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// cancelView is the cancellation of tickets: first which, then what it gives back, then done.
type cancelView struct {
	occasionView
	Base      string
	Reference string
	Notice    *notice
	Tickets   []cancelTicket
	Terms     []string
	Plan      *planView // what goes back; nil before it was asked for
	Key       string
}

// cancelTicket is a ticket that may be cancelled.
type cancelTicket struct {
	ID, Place, Price string
	Chosen           bool
}

// planView is what a cancellation gives back.
type planView struct {
	Lines  []priceLine
	Back   string
	Agreed string // Back as the form says it
	Kept   string // of what was paid; empty when nothing is kept
}

// cancelForm asks which tickets are to be cancelled, and shows what that gives back before anything happens.
func (p *Pages) cancelForm(r *request, b bms.Booking) error {
	chosen := r.queries("ticket")
	if r.query("preview") != "" && len(chosen) == 0 {
		return p.showCancel(r, b, chosen, errNothingToCancel)
	}
	return p.showCancel(r, b, chosen, nil)
}

var (
	errNothingToCancel = fault.New(fault.Invalid, "nothing_chosen", "choose at least one ticket to cancel")
	errRefundChanged   = fault.New(fault.Conflict, "refund_changed", "what you get back has changed since you looked; please look again before you cancel")
)

// showCancel shows the form; with tickets chosen, what their cancellation gives back.
func (p *Pages) showCancel(r *request, b bms.Booking, chosen []string, refused error) error {
	o, err := p.occasionOf(r, catalog.ShowID(b.ShowID))
	if err != nil {
		return err
	}
	labels, err := p.namesOf(r, o, pricing.Quote{})
	if err != nil {
		return err
	}
	v := cancelView{
		occasionView: o.view(r), Base: r.path(bookingHref(b.Reference)), Reference: b.Reference.Display(),
		Terms: policyText(r.p, b.Booking, o.show.TimeZone, r.now), Key: newKey(),
	}
	ids := ticketIDs(chosen)
	if len(ids) > 0 && (refused == nil || errors.Is(refused, errRefundChanged)) {
		plan, err := p.client.Bookings.PreviewCancel(r.ctx, b.ID, ids)
		if err == nil {
			v.Plan = planOf(r.p, plan, b.Booking, labels)
		} else {
			refused = err
		}
	}
	v.Tickets = cancellable(r.p, b.Booking, ids, labels)
	status := fasthttp.StatusOK
	if refused != nil {
		if !mine(refused) {
			return refused
		}
		status = web.Status(fault.CodeOf(refused))
		v.Notice = r.refusal(refused)
	}
	title := r.titled(r.p.T("cancel.title", locale.With("event", o.event.Title)), v.Notice)
	return r.show(status, cacheNever, cancelPage(p.frameOf(r, title, o).own(), v))
}

func ticketIDs(chosen []string) []booking.TicketID {
	ids := make([]booking.TicketID, len(chosen))
	for i, id := range chosen {
		ids[i] = booking.TicketID(id)
	}
	return ids
}

// cancellable lists the tickets that are valid; those not named are chosen when none is named.
func cancellable(p *locale.Printer, b booking.Booking, chosen []booking.TicketID, n names) []cancelTicket {
	wanted := map[booking.TicketID]bool{}
	for _, id := range chosen {
		wanted[id] = true
	}
	var list []cancelTicket
	for _, t := range b.Tickets {
		if t.Status == booking.TicketValid {
			list = append(list, cancelTicket{
				ID: string(t.ID), Place: n.place(p, t), Price: p.Money(t.Price), Chosen: len(chosen) == 0 || wanted[t.ID],
			})
		}
	}
	return list
}

func planOf(p *locale.Printer, plan booking.RefundPlan, b booking.Booking, n names) *planView {
	v := &planView{Back: p.Money(plan.Amount), Agreed: agreedOf(plan)}
	for _, back := range plan.PerTicket {
		ticket, _ := b.Ticket(back.TicketID)
		line := priceLine{Label: n.place(p, ticket), Amount: p.Money(back.Amount)}
		if back.FeesKept.IsPositive() {
			line.Note = p.T("cancel.fees_kept", locale.With("amount", p.Money(back.FeesKept)))
		}
		v.Lines = append(v.Lines, line)
	}
	if kept, err := plan.PriceKept.Add(plan.FeesKept); err == nil && kept.IsPositive() {
		v.Kept = p.Money(kept)
	}
	return v
}

// agreedOf is what a cancellation gives back, as its form says it.
func agreedOf(plan booking.RefundPlan) string { return strconv.FormatInt(plan.Amount.Minor, 10) }

// refundChanged reports whether the tickets give back something else than the visitor has seen: the policy gives less the nearer the show
// is, and a page may be open for hours. What cannot be cancelled any more is for Cancel to judge.
func (p *Pages) refundChanged(r *request, b bms.Booking, chosen []string) bool {
	plan, err := p.client.Bookings.PreviewCancel(r.ctx, b.ID, ticketIDs(chosen))
	return err == nil && r.form("back") != agreedOf(plan)
}

// cancel cancels the tickets that the visitor has confirmed.
func (p *Pages) cancel(r *request, b bms.Booking) error {
	chosen := r.forms("ticket")
	if len(chosen) == 0 {
		return p.showCancel(r, b, nil, errNothingToCancel)
	}
	if p.refundChanged(r, b, chosen) {
		return p.showCancel(r, b, chosen, errRefundChanged)
	}
	_, err := withTwin(r.ctx, func() (booking.Booking, error) {
		return p.client.Bookings.Cancel(r.ctx, bms.CancelRequest{
			BookingID: b.ID, Tickets: ticketIDs(chosen), By: booking.ByBuyer, Key: r.form("key"),
		})
	})
	switch {
	case err == nil:
		return r.redirect(r.path(bookingHref(b.Reference)))
	case mine(err):
		return p.showCancel(r, b, nil, err)
	}
	return fmt.Errorf("cancel tickets of %s: %w", b.ID, err)
}
