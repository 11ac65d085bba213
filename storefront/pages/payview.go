package pages

import (
	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// addPayment adds how an unpaid booking can be paid, and what came of earlier attempts.
func (p *Pages) addPayment(r *request, v *bookingView, b bms.Booking, o occasion, intents []payment.Intent) {
	p.addDeadline(r, v, b, o)
	v.Free = b.Total.IsZero()
	if !v.Free {
		for _, name := range p.client.Payments.Gateways() {
			if r.site.Takes(name) {
				v.Gateways = append(v.Gateways, option{Value: name, Text: gatewayName(r.p, name)})
			}
		}
	}
	if b.Status == booking.Draft && proofOf(r.rc, seating.HoldID(b.HoldID)).secret != "" {
		v.Change = r.path(holdHref(seating.HoldID(b.HoldID)))
	}
	v.Steps = r.steps(stepPayment, v.Change)
	last, found := lastOf(intents)
	if !found {
		return
	}
	switch last.Status {
	case payment.Failed, payment.Cancelled:
		v.Notice = declined(r.p, last)
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

// addDeadline says until when the places of an unpaid booking are kept, and offers to keep them for longer, as far as this browser
// may know.
func (p *Pages) addDeadline(r *request, v *bookingView, b bms.Booking, o occasion) {
	until := b.PayBy
	id := seating.HoldID(b.HoldID)
	if hold, err := p.client.Holds.Get(r.ctx, id, proofOf(r.rc, id).secret); err == nil {
		if hold.State == seating.StatePaying {
			until = hold.PayBy
		}
		if hold.State == seating.StateHeld {
			until = hold.ExpiresAt
		}
		v.More = r.extension(hold, o, v.Key)
	}
	if !until.IsZero() {
		c := countdownTo(r.p, until, r.now, o.show.TimeZone)
		v.Deadline = &c
	}
}

// gatewayName is a way of paying in words.
func gatewayName(p *locale.Printer, name string) string {
	if name == "sandbox" {
		return p.T("payment.test_bank")
	}
	return capitalized(name)
}

// declined says why the last payment failed and that another can be tried.
func declined(p *locale.Printer, i payment.Intent) *notice {
	n := &notice{Title: p.T("payment.declined"), Bad: true}
	why := "nothing_charged"
	switch i.Reason {
	case payment.ReasonInsufficientFunds:
		why = "no_funds"
	case payment.ReasonExpiredCard:
		why = "card_expired"
	case payment.ReasonAuthentication:
		why = "not_authenticated"
	case payment.ReasonProcessing:
		why = "problem"
	case payment.ReasonBuyer:
		n.Title, n.Bad = p.T("payment.went_back"), false
	case payment.ReasonExpired, payment.ReasonSessionExpired:
		n.Title = p.T("payment.too_late")
	}
	n.Lines = []string{p.T("payment." + why), p.T("payment.still_kept")}
	return n
}
