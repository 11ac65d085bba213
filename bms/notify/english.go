package notify

import (
	"strconv"
	"strings"
)

// English returns the built-in renderer. It writes English whatever the locale;
// the locale's region, if the language is English, goes into the document.
//
// It appends to a byte slice instead of executing templates, because a
// confirmation is written for every booking: with four tickets both parts take
// 20 to 28 µs (BenchmarkEnglish), where html/template took 76 µs on the same machine
// for the HTML part alone.
func English() Renderer { return english{} }

type english struct{}

// script is the subject of a kind of message and what writes its body.
type script struct {
	subject func(d *Data) string
	body    func(p part, d *Data)
}

// Render does what Renderer says.
func (english) Render(kind Kind, locale string, d Data) (Content, error) {
	s, ok := englishScript(kind)
	if !ok {
		return Content{}, ErrKind
	}
	subject := header(s.subject(&d))
	text := &textPart{b: make([]byte, 0, 2<<10)}
	s.write(text, &d)
	page := &htmlPart{b: make([]byte, 0, 12<<10)}
	page.open(englishTag(locale), "ltr", subject)
	s.write(page, &d)
	return Content{Subject: subject, Text: text.text(), HTML: page.close()}, nil
}

// write writes the message between greeting and signature.
func (s script) write(p part, d *Data) {
	s.body(p, d)
	if d.SupportEmail != "" {
		p.note("Questions? Write to " + d.SupportEmail + ".")
	}
	if d.Brand != "" {
		p.note(d.Brand)
	}
}

func englishScript(kind Kind) (script, bool) {
	switch kind {
	case BookingConfirmed:
		return script{confirmedSubject, confirmed}, true
	case BookingCancelled:
		return script{cancelledSubject, cancelled}, true
	case LinkRenewed:
		return script{linkSubject, linkRenewed}, true
	case RefundSent:
		return script{refundSubject, refundSent}, true
	case BookingExpired:
		return script{expiredSubject, expired}, true
	case LatePaymentRefunded:
		return script{latePaymentSubject, latePayment}, true
	case ShowCancelled:
		return script{showCancelledSubject, showCancelled}, true
	case WaitlistJoined:
		return script{waitingSubject, waiting}, true
	case WaitlistOffer:
		return script{offerSubject, offer}, true
	case WaitlistOfferEnded:
		return script{offerEndedSubject, offerEnded}, true
	case WaitlistClosed:
		return script{listClosedSubject, listClosed}, true
	}
	return script{}, false
}

// englishTag returns the locale when it is a plain tag of English, else "en".
func englishTag(locale string) string {
	if region, ok := strings.CutPrefix(locale, "en-"); ok && len(region) == 2 && letters(region) {
		return locale
	}
	return "en"
}

func letters(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return (r|0x20) < 'a' || (r|0x20) > 'z' }) < 0
}

func confirmedSubject(d *Data) string {
	what := tickets(len(d.Tickets))
	switch len(d.Tickets) {
	case 0:
		what = "booking"
	case 1:
		what = "ticket"
	}
	return "Your " + what + " for " + d.Event + inBrackets(d.Reference)
}

func confirmed(p part, d *Data) {
	p.title("Your booking is confirmed")
	greet(p, d)
	p.para(welcome(d))
	p.facts(showFacts(d))
	if len(d.Tickets) > 0 {
		p.heading(ticketsHeading(d.Tickets))
		p.tickets(d.Tickets)
	}
	bill(p, d)
	p.links([]link{{"Watch online", d.WatchURL}, {"View your booking", d.BookingURL}, {"Add to your calendar", d.CalendarURL}})
	if d.Policy != "" {
		p.heading("If your plans change")
		p.para(d.Policy)
	}
}

// welcome tells what to do with the tickets.
func welcome(d *Data) string {
	switch {
	case d.WatchURL != "":
		return "Thank you for booking " + d.Event + ". The link below takes you there when it starts."
	case len(d.Tickets) == 0:
		return "Thank you for booking " + d.Event + "."
	case len(d.Tickets) == 1:
		return "Your ticket for " + d.Event + " is below. Show its code at the entrance, on a screen or on paper."
	}
	return "Your " + tickets(len(d.Tickets)) + " for " + d.Event +
		" are below. Show the code of each at the entrance, on a screen or on paper."
}

func cancelledSubject(d *Data) string {
	switch {
	case len(d.Tickets) == 0 || len(d.Cancelled) == 0:
		return "Your booking is cancelled: " + d.Event + inBrackets(d.Reference)
	case len(d.Cancelled) == 1:
		return "1 ticket is cancelled: " + d.Event + inBrackets(d.Reference)
	}
	return tickets(len(d.Cancelled)) + " are cancelled: " + d.Event + inBrackets(d.Reference)
}

func cancelled(p part, d *Data) {
	some := len(d.Tickets) > 0 && len(d.Cancelled) > 0
	if some {
		p.title("Part of your booking is cancelled")
	} else {
		p.title("Your booking is cancelled")
	}
	greet(p, d)
	if some {
		p.para("This is cancelled and no longer valid:")
	} else {
		p.para("Your booking for " + d.Event + " is cancelled. Its tickets are no longer valid.")
	}
	because(p, d)
	if len(d.Cancelled) > 0 {
		p.places(d.Cancelled)
	}
	refund(p, d, "No refund is due for this cancellation.")
	p.facts(showFacts(d))
	if some {
		p.heading("Still valid: " + tickets(len(d.Tickets)))
		p.tickets(d.Tickets)
	}
	p.links([]link{{"View your booking", d.BookingURL}})
}

func linkSubject(d *Data) string {
	return "A new link to your booking: " + d.Event + inBrackets(d.Reference)
}

func linkRenewed(p part, d *Data) {
	p.title("A new link to your booking")
	greet(p, d)
	p.para("The links to your booking for " + d.Event + " that we sent before do not open it any more. Please use this one:")
	p.links([]link{{"View your booking", d.BookingURL}})
	p.para("Your booking and its tickets are as they were.")
	p.facts(showFacts(d))
	p.note("Whoever has this link can see your booking and cancel it; do not pass it on. If you did not ask for a new one, somebody who had the old link did, and nobody but you has this one.")
}

func refundSubject(d *Data) string {
	if d.Refund == nil {
		return "Your refund is on its way" + inBrackets(d.Reference)
	}
	return "Your refund of " + d.Refund.Amount + " is on its way" + inBrackets(d.Reference)
}

func refundSent(p part, d *Data) {
	p.title("Your refund is on its way")
	greet(p, d)
	refund(p, d, "We have sent the money back.")
	because(p, d)
	p.facts(showFacts(d))
	p.links([]link{{"View your booking", d.BookingURL}})
}

func expiredSubject(d *Data) string {
	return "Your booking was not completed: " + d.Event + inBrackets(d.Reference)
}

func expired(p part, d *Data) {
	p.title("Your booking was not completed")
	greet(p, d)
	p.para("The time to pay for " + d.Event + " ran out before a payment reached us, so " +
		placesOf(d.Tickets) + " on sale again.")
	p.para("If a payment still arrives, we complete your booking when the places are free, and send the money back when they are not. You will hear from us either way.")
	p.facts(showFacts(d))
	p.links([]link{{"Book again", d.EventURL}})
}

func latePaymentSubject(d *Data) string {
	return "Your payment came too late and is refunded: " + d.Event + inBrackets(d.Reference)
}

func latePayment(p part, d *Data) {
	p.title("Your payment came too late")
	greet(p, d)
	p.para("Your payment for " + d.Event + " reached us after the time to pay had run out, and the places had been sold to others by then. You have no tickets.")
	refund(p, d, "We send all of the money back.")
	p.facts(showFacts(d))
	p.links([]link{{"Look for other dates", d.EventURL}})
}

func showCancelledSubject(d *Data) string {
	if d.Start == "" {
		return "Cancelled: " + d.Event + inBrackets(d.Reference)
	}
	return "Cancelled: " + d.Event + ", " + d.Start + inBrackets(d.Reference)
}

func showCancelled(p part, d *Data) {
	p.title(d.Event + " is cancelled")
	greet(p, d)
	p.para("We are sorry: the organizer has cancelled this date. Your tickets are no longer valid; please do not come to the venue.")
	because(p, d)
	refund(p, d, "")
	p.facts(showFacts(d))
	p.links([]link{{"Look for other dates", d.EventURL}, {"View your booking", d.BookingURL}})
}

func greet(p part, d *Data) {
	if name := personal(d.BuyerName); name != "" {
		p.para("Hello " + name + ",")
	} else {
		p.para("Hello,")
	}
}

// because tells the reason, if there is one.
func because(p part, d *Data) {
	if d.Reason != "" {
		p.para(d.Reason)
	}
}

// refund tells what goes back, or otherwise when nothing does.
func refund(p part, d *Data, otherwise string) {
	if d.Refund == nil {
		if otherwise != "" {
			p.para(otherwise)
		}
		return
	}
	s := "We refund " + d.Refund.Amount
	if d.Refund.To != "" {
		s += " to " + d.Refund.To
	}
	if d.Refund.When != "" {
		s += ", " + d.Refund.When
	}
	p.para(s + ".")
}

// showFacts are the facts about the show that every message repeats.
func showFacts(d *Data) []fact {
	return []fact{
		{label: "Event", value: joined(", ", d.Event, d.Details)},
		{label: "When", value: joined(" ", d.Start, d.Zone), at: d.StartAt},
		{label: "Where", value: joined(", ", d.Venue, d.Hall)},
		{label: "Address", value: joined(", ", d.Address, d.City)},
		{label: "Booking", value: d.Reference},
	}
}

// bill writes what was paid, if the data tells.
func bill(p part, d *Data) {
	if d.Total == "" {
		return
	}
	lines := append(append([]Line(nil), d.Lines...), d.Fees...)
	var included []Line
	if d.TaxesIncluded {
		for _, t := range d.Taxes {
			included = append(included, Line{Label: "includes " + t.Label, Amount: t.Amount})
		}
	} else {
		lines = append(lines, d.Taxes...)
	}
	p.heading("What you paid")
	p.bill(lines, Line{Label: "Total", Amount: d.Total}, included)
}

// tickets counts tickets in words.
func tickets(n int) string {
	if n == 1 {
		return "1 ticket"
	}
	return strconv.Itoa(n) + " tickets"
}

// ticketsHeading heads a list of tickets.
func ticketsHeading(list []Ticket) string {
	if len(list) == 1 {
		return "Your ticket"
	}
	return "Your tickets"
}

// placesOf names the places that are on sale again, with their verb.
func placesOf(list []Ticket) string {
	if len(list) == 1 {
		return "your place is"
	}
	return "your places are"
}

// inBrackets returns " (s)", or nothing for nothing.
func inBrackets(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// joined joins the pieces that are not empty.
func joined(separator string, pieces ...string) string {
	var b strings.Builder
	for _, s := range pieces {
		if s != "" && b.Len() > 0 {
			b.WriteString(separator)
		}
		b.WriteString(s)
	}
	return b.String()
}
