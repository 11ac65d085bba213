package pages

import (
	"fmt"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/qr"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/internal/web"
)

// bookingView is a booking, from the one that awaits its payment to the one that is over.
type bookingView struct {
	occasionView
	Base      string // address
	Notice    *notice
	Heading   string
	Lead      string
	Reference string
	Buyer     string
	Email     string
	Tickets   []ticketView
	Price     breakdown
	Paid      bool
	Key       string
	Deadline  *countdown   // while something is to be paid
	Gateways  []option     // how it can be paid; none when nothing is to be paid
	Free      bool         // nothing is to be paid, but the booking is not confirmed yet
	Total     string       // what is to be paid
	Change    string       // address of the form for the buyer; empty when that cannot change
	Waiting   bool         // the gateway has not told the outcome
	Return    string       // address that asks for it
	Continue  string       // where an open payment goes on
	Cancel    string       // address of the cancellation; empty when nothing can be cancelled
	Refunds   []refundView // what went back
	Terms     []string     // of cancellation
}

// priceTitle is what the price of a booking is called.
func (v bookingView) priceTitle() string {
	if v.Paid || len(v.Refunds) > 0 {
		return "What you paid"
	}
	return "Price"
}

// ticketView is a ticket with its code.
type ticketView struct {
	Serial int
	Place  string
	Who    string
	Price  string
	QR     string // SVG; empty when the ticket does not admit
	Code   string
	Status string // "cancelled", "used"; empty for valid ones
}

// refundView is money on its way back.
type refundView struct{ Amount, Status string }

// booking is the page of a booking.
func (p *Pages) booking(r *request, b bms.Booking) error { return p.showBooking(r, b, nil) }

// showBooking shows a booking, with what has just gone wrong.
func (p *Pages) showBooking(r *request, b bms.Booking, refused error) error {
	o, err := p.occasionOf(r, catalog.ShowID(b.ShowID))
	if err != nil {
		return err
	}
	history, err := p.client.Bookings.Payments(r.ctx, b.ID)
	if err != nil {
		return fmt.Errorf("payments of %s: %w", b.ID, err)
	}
	view, err := p.bookingView(r, b, o, history)
	if err != nil {
		return err
	}
	status := fasthttp.StatusOK
	if refused != nil {
		problem := web.ProblemOf(refused)
		status = problem.Status
		view.Notice = &notice{Title: "That did not work", Lines: []string{sentence(problem.Detail)}, Bad: true}
	}
	f := p.frameOf(r, view.Heading+": "+o.event.Title, o).own()
	if view.Waiting {
		f.Reload = view.Return
	}
	return r.show(status, cacheNever, bookingPage(f, view))
}

func (p *Pages) bookingView(r *request, b bms.Booking, o occasion, history bms.PaymentHistory) (bookingView, error) {
	v := bookingView{
		occasionView: o.view(), Base: bookingHref(b.Reference), Reference: b.Reference.Display(), Key: newKey(),
		Buyer: b.Buyer.Name, Email: b.Buyer.Email, Total: formatMoney(b.Total), Terms: policyText(b.Booking, o.show.TimeZone, r.now),
	}
	q, err := p.client.Bookings.Quote(r.ctx, b.Booking)
	if err != nil {
		return v, err
	}
	labels, err := p.namesOf(r, o, q)
	if err != nil {
		return v, err
	}
	v.Price = breakdownOf(q, labels)
	if err := p.addTickets(r, &v, b.Booking, labels); err != nil {
		return v, err
	}
	for _, refund := range history.Refunds {
		v.Refunds = append(v.Refunds, refundView{Amount: formatMoney(refund.Amount), Status: refundText(refund.Status)})
	}
	v.Heading, v.Lead = statusText(b.Booking)
	if b.Status.Open() {
		p.addPayment(r, &v, b, o, history.Intents)
		return v, nil
	}
	v.Paid = b.Status.Admits()
	if _, err := b.PreviewAll(booking.ByBuyer, r.now); err == nil {
		v.Cancel = v.Base + "/cancel"
	}
	return v, nil
}

// addTickets lists the tickets, with codes when they admit.
func (p *Pages) addTickets(r *request, v *bookingView, b booking.Booking, n names) error {
	codes, err := p.client.Tickets.Codes(r.ctx, b)
	if err != nil {
		return fmt.Errorf("codes of %s: %w", b.ID, err)
	}
	for _, t := range b.Tickets {
		ticket := ticketView{Serial: t.Serial, Place: t.Place, Who: n.buyer[t.BuyerType], Price: formatMoney(t.Price), Status: ticketText(b, t)}
		if code := codes[t.ID]; code != "" && t.Status == booking.TicketValid {
			picture, err := qr.SVG(code, qr.Options{Title: fmt.Sprintf("Code of ticket %d, %s", t.Serial, t.Place), Class: "qr"})
			if err != nil {
				return fmt.Errorf("picture of %s: %w", t.ID, err)
			}
			ticket.QR, ticket.Code = string(picture), code
		}
		v.Tickets = append(v.Tickets, ticket)
	}
	return nil
}

// ticketText says why a ticket does not admit; nothing when it does.
func ticketText(b booking.Booking, t booking.Ticket) string {
	switch {
	case t.Status == booking.TicketCancelled:
		return "cancelled"
	case t.Status == booking.TicketUsed:
		return "used"
	case !b.Status.Admits():
		return "not valid"
	}
	return ""
}

func refundText(s payment.RefundStatus) string {
	switch s {
	case payment.RefundSucceeded:
		return "paid back"
	case payment.RefundFailed:
		return "could not be paid back; we are looking into it"
	case payment.RefundPending:
	}
	return "on its way"
}

// statusText is a booking's status as its heading and a sentence.
func statusText(b booking.Booking) (heading, lead string) {
	switch b.Status {
	case booking.Draft, booking.AwaitingPayment:
		return "Pay for your tickets", ""
	case booking.Confirmed:
		return "Your tickets", "You are booked. Show the code of each ticket at the entrance, on your phone or printed."
	case booking.PartlyCancelled:
		return "Your tickets", "Part of this booking has been cancelled. The other tickets are valid."
	case booking.Cancelled:
		return "Booking cancelled", "None of these tickets is valid any more."
	case booking.Refunded:
		if b.ConfirmedAt.IsZero() {
			return "You have your money back", "Your payment arrived after the time for it, when the places had gone to somebody else. All of it has been paid back."
		}
		return "Booking cancelled", "None of these tickets is valid any more, and what was due to you has been paid back."
	case booking.Expired:
		return "Booking not completed", "The time for paying has passed, so the places went back on sale. Nothing was charged; if money was on its way, it goes back to you."
	case booking.LateRefund:
		return "Your money goes back", "Your payment arrived after the time for it, when the places had gone to somebody else. You get all of it back."
	}
	return "Your booking", ""
}

// addPayment adds how an unpaid booking can be paid, and what came of earlier attempts.
func (p *Pages) addPayment(r *request, v *bookingView, b bms.Booking, o occasion, intents []payment.Intent) {
	if deadline, ok := p.deadlineOf(r, b); ok {
		c := countdownTo(deadline, r.now, o.show.TimeZone)
		v.Deadline = &c
	}
	v.Free = b.Total.IsZero()
	if !v.Free {
		for _, name := range p.client.Payments.Gateways() {
			if r.site.Takes(name) {
				v.Gateways = append(v.Gateways, option{Value: name, Text: gatewayName(name)})
			}
		}
	}
	if b.Status == booking.Draft && proofOf(r.rc, seating.HoldID(b.HoldID)).secret != "" {
		v.Change = "/holds/" + b.HoldID
	}
	last, found := lastOf(intents)
	if !found {
		return
	}
	switch last.Status {
	case payment.Failed, payment.Cancelled:
		v.Notice = declined(last)
	case payment.Created, payment.Pending:
		v.Continue, v.Waiting = last.RedirectURL, r.query("returned") != ""
	case payment.Captured:
		v.Waiting = true // the booking follows in a moment
	}
	v.Return = v.Base + "/return"
}

// lastOf is the last attempt to pay, if there was one.
func lastOf(intents []payment.Intent) (last payment.Intent, found bool) {
	for _, i := range intents {
		if i.Attempt > last.Attempt {
			last, found = i, true
		}
	}
	return last, found
}

// deadlineOf is when the places of an unpaid booking are given up, if this browser may know.
func (p *Pages) deadlineOf(r *request, b bms.Booking) (time.Time, bool) {
	id := seating.HoldID(b.HoldID)
	hold, err := p.client.Holds.Get(r.ctx, id, proofOf(r.rc, id).secret)
	switch {
	case err == nil && hold.State == seating.StatePaying:
		return hold.PayBy, true
	case err == nil && hold.State == seating.StateHeld:
		return hold.ExpiresAt, true
	}
	return b.PayBy, !b.PayBy.IsZero()
}

// gatewayName is a way of paying in words.
func gatewayName(name string) string {
	if name == "sandbox" {
		return "Test bank (no money moves)"
	}
	return capitalized(name)
}

// declined says why the last payment failed and that another can be tried.
func declined(i payment.Intent) *notice {
	n := &notice{Title: "The payment was declined", Bad: true}
	why := "Nothing was charged."
	switch i.Reason {
	case payment.ReasonInsufficientFunds:
		why = "The account or card does not have enough funds. Nothing was charged."
	case payment.ReasonExpiredCard:
		why = "The card has expired. Nothing was charged."
	case payment.ReasonAuthentication:
		why = "The bank could not confirm that it is you. Nothing was charged."
	case payment.ReasonProcessing:
		why = "The payment service had a problem. Nothing was charged."
	case payment.ReasonBuyer:
		n.Title, n.Bad = "You went back without paying", false
	case payment.ReasonExpired, payment.ReasonSessionExpired:
		n.Title = "The time for this payment has passed"
	}
	n.Lines = []string{why, "Your places are still kept for you. You can try again or pay in another way."}
	return n
}

// policyText is the cancellation policy, a sentence for each tier that is still ahead.
func policyText(b booking.Booking, zone string, now time.Time) []string {
	return notify.EnglishPolicy(b.Policy, localTime(b.ShowStart, zone), now)
}
