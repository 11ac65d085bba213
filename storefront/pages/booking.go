package pages

import (
	"fmt"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/qr"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/foryou"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/pwa"
)

// bookingView is a booking, from the one that awaits its payment to the one that is over.
type bookingView struct {
	occasionView
	Base       string // address
	Notice     *notice
	Steps      []step // on the way to the tickets, and right behind it
	Heading    string
	Status     string // in large letters; may be empty
	Lead       string
	Level      string // class of the status: "good", "low", "out"
	Reference  string
	Buyer      string
	Email      string
	Tickets    []ticketView
	Price      breakdown
	Paid       bool // the tickets admit
	Key        string
	Deadline   *countdown // while something is to be paid
	More       *extension // nil when the time cannot be extended here
	Gateways   []option   // how it can be paid; none when nothing is to be paid
	Free       bool       // nothing is to be paid, but the booking is not confirmed yet
	Total      string     // what is to be paid
	Change     string     // address of the form for the buyer; empty when that cannot change
	Waiting    bool       // the gateway has not told the outcome
	Return     string     // address that asks for it
	Continue   string     // where an open payment goes on
	Calendar   string     // address of the show for a calendar; empty when the tickets do not admit
	Directions string     // address of the way there on a map; empty likewise, and where there is none
	Cancel     string     // address of the cancellation; empty when nothing can be cancelled
	Payments   []string   // what was paid, when and how
	Refunds    []string   // what went back
	Terms      []string   // of cancellation
	Suggested  forYouView // what the buyer may like, too; none while anything is open
}

// priceTitle is what the price of a booking is called.
func (v bookingView) priceTitle(p *locale.Printer) string {
	if v.Paid || len(v.Payments) > 0 {
		return p.T("price.paid")
	}
	return p.T("price.price")
}

// ticketView is a ticket with its code.
type ticketView struct {
	Serial int
	Place  string
	Who    string
	Price  string
	QR     string // SVG; empty when the ticket does not admit
	Status string // why it does not; empty when it does
}

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
		status = web.ProblemOf(refused).Status
		view.Notice = r.refusal(refused)
	}
	title := r.p.T("booking.page_title", locale.With("heading", view.Heading), locale.With("event", o.event.Title))
	f := p.frameOf(r, r.titled(title, view.Notice), o).own()
	if view.Waiting {
		f.Main = pwa.Pending()
	}
	if view.Paid {
		f.Main = pwa.Keep(o.show.EndsAt.Add(pwa.KeptFor))
	}
	return r.show(status, cacheNever, bookingPage(f, view))
}

func (p *Pages) bookingView(r *request, b bms.Booking, o occasion, history bms.PaymentHistory) (bookingView, error) {
	v := bookingView{
		occasionView: o.view(r), Base: r.path(bookingHref(b.Reference)), Reference: b.Reference.Display(), Key: newKey(),
		Buyer: b.Buyer.Name, Email: b.Buyer.Email, Total: r.p.Money(b.Total), Terms: policyText(r.p, b.Booking, o.show.TimeZone, r.now),
		Payments: paymentLines(r.p, b.Booking, history.Intents, o.show.TimeZone), Refunds: refundLines(r.p, history.Refunds),
	}
	q, err := p.client.Bookings.Quote(r.ctx, b.Booking)
	if err != nil {
		return v, err
	}
	labels, err := p.namesOf(r, o, q)
	if err != nil {
		return v, err
	}
	v.Price = breakdownOf(r.p, q, labels)
	if err := p.addTickets(r, &v, b.Booking, labels); err != nil {
		return v, err
	}
	v.Heading, v.Lead = statusText(r.p, b.Booking)
	v.Level = statusLevel(b.Status)
	if b.Status.Open() {
		p.addPayment(r, &v, b, o, history.Intents)
		return v, nil
	}
	r.addAdmission(&v, b.Booking, o)
	if b.Status == booking.Confirmed && p.suggests(r) {
		v.Suggested, err = p.suggest(r, Wish{Like: o.event.ID, City: o.venue.CitySlug, Within: true, N: bookedSuggestions, Surface: foryou.SurfaceBooked})
	}
	return v, err
}

// addAdmission adds what can be done with tickets that admit.
func (r *request) addAdmission(v *bookingView, b booking.Booking, o occasion) {
	if v.Paid = b.Status.Admits(); v.Paid {
		v.Calendar, v.Directions = v.Base+calendarFile, directionsTo(o)
	}
	if b.Status == booking.Confirmed {
		v.Status = r.p.T("booking.confirmed_status")
		if r.query("returned") != "" {
			v.Steps = r.steps(stepTickets, "")
		}
	}
	if _, err := b.PreviewAll(booking.ByBuyer, r.now); err == nil {
		v.Cancel = v.Base + "/cancel"
	}
}

// addTickets lists the tickets, with codes when they admit.
func (p *Pages) addTickets(r *request, v *bookingView, b booking.Booking, n names) error {
	codes, err := p.client.Tickets.Codes(r.ctx, b)
	if err != nil {
		return fmt.Errorf("codes of %s: %w", b.ID, err)
	}
	for _, t := range b.Tickets {
		ticket := ticketView{Serial: t.Serial, Place: n.place(r.p, t), Who: n.buyer[t.BuyerType], Price: r.p.Money(t.Price), Status: ticketText(r.p, b, t)}
		if code := codes[t.ID]; code != "" && t.Status == booking.TicketValid {
			title := r.p.T("booking.code_of", locale.With("number", r.p.Number(t.Serial)), locale.With("place", ticket.Place))
			picture, err := qr.SVG(code, qr.Options{Title: title, Class: "qr"})
			if err != nil {
				return fmt.Errorf("picture of %s: %w", t.ID, err)
			}
			ticket.QR = string(picture)
		}
		v.Tickets = append(v.Tickets, ticket)
	}
	return nil
}

// ticketText says why a ticket does not admit; nothing when it does.
func ticketText(p *locale.Printer, b booking.Booking, t booking.Ticket) string {
	switch {
	case t.Status == booking.TicketCancelled:
		return p.T("ticket.cancelled")
	case t.Status == booking.TicketUsed:
		return p.T("ticket.used")
	case !b.Status.Admits():
		return p.T("ticket.not_valid")
	}
	return ""
}

// paymentLines say what was paid, when by the clock of a zone, and how. A payment says when it began and the booking when money
// first came for it; the later of the two is nearer.
func paymentLines(p *locale.Printer, b booking.Booking, intents []payment.Intent, zone string) []string {
	var lines []string
	for _, i := range intents {
		if !i.Captured.IsPositive() {
			continue
		}
		at := i.CreatedAt
		if b.ConfirmedAt.After(at) {
			at = b.ConfirmedAt
		}
		lines = append(lines, p.T("booking.paid_line", locale.With("time", p.When(localTime(at, zone))),
			locale.With("amount", p.Money(i.Captured)), locale.With("method", gatewayName(p, i.Gateway))))
	}
	return lines
}

// refundLines say what goes back, and whether it is there.
func refundLines(p *locale.Printer, refunds []payment.Refund) []string {
	lines := make([]string, len(refunds))
	for i, refund := range refunds {
		lines[i] = p.T("booking.refund_line", locale.With("amount", p.Money(refund.Amount)), locale.With("status", refundText(p, refund.Status)))
	}
	return lines
}

func refundText(p *locale.Printer, s payment.RefundStatus) string {
	switch s {
	case payment.RefundSucceeded:
		return p.T("refund.paid_back")
	case payment.RefundFailed:
		return p.T("refund.failed")
	case payment.RefundPending:
	}
	return p.T("refund.pending")
}

// statusText is a booking's status as its heading and a sentence.
func statusText(p *locale.Printer, b booking.Booking) (heading, lead string) {
	switch b.Status {
	case booking.Draft, booking.AwaitingPayment:
		return p.T("booking.pay_heading"), ""
	case booking.Confirmed:
		return p.T("booking.confirmed_heading"), p.T("booking.confirmed_lead")
	case booking.PartlyCancelled:
		return p.T("booking.confirmed_heading"), p.T("booking.partly_lead")
	case booking.Cancelled:
		return p.T("booking.cancelled_heading"), p.T("booking.cancelled_lead")
	case booking.Refunded:
		if b.ConfirmedAt.IsZero() {
			return p.T("booking.late_paid_back_heading"), p.T("booking.late_paid_back_lead")
		}
		return p.T("booking.cancelled_heading"), p.T("booking.refunded_lead")
	case booking.Expired:
		return p.T("booking.expired_heading"), p.T("booking.expired_lead")
	case booking.LateRefund:
		return p.T("booking.late_heading"), p.T("booking.late_lead")
	}
	return p.T("booking.heading"), ""
}

// statusLevel is the class of a status, for its colour and shape.
func statusLevel(s booking.Status) string {
	switch {
	case s.Admits():
		return "good"
	case s.Open():
		return "low"
	}
	return "out"
}

// policyText is the cancellation policy, a sentence for each tier that is still ahead.
func policyText(p *locale.Printer, b booking.Booking, zone string, now time.Time) []string {
	start := localTime(b.ShowStart, zone)
	if len(b.Policy.Tiers) == 0 {
		return []string{p.T("policy.none")}
	}
	var lines []string
	for _, t := range b.Policy.Tiers {
		if until := start.Add(-time.Duration(t.MinutesBefore) * time.Minute); !now.After(until) {
			lines = append(lines, tierText(p, t, until))
		}
	}
	if len(lines) == 0 {
		return []string{p.Fault(booking.ErrTooLate)}
	}
	return lines
}

// tierText is what a tier of a cancellation policy gives back up to a moment.
func tierText(p *locale.Printer, t booking.Tier, until time.Time) string {
	args := []locale.Arg{locale.With("time", p.When(until))}
	id := "part"
	switch {
	case t.Price == money.Whole && t.Fees == money.Whole:
		return p.T("policy.everything", args...)
	case t.Price == money.Whole:
		id = "price"
	case t.Price == 0:
		id = "nothing"
	default:
		args = append(args, locale.With("rate", p.Percent(t.Price)))
	}
	if t.Fees > 0 {
		id += "_fees"
		args = append(args, locale.With("fees", p.Percent(t.Fees)))
	}
	return p.T("policy."+id, args...)
}
