package notify

import (
	"strings"

	"github.com/marquee-tickets/marquee/bms/money"
)

// letter is a message while it is written.
type letter struct {
	part
	in    Language
	d     *Data
	comma string // between words of a list
}

// script is the subject of a kind of message and what writes its body.
type script struct {
	subject func(*letter) string
	body    func(*letter)
}

func scriptOf(kind Kind) (script, bool) {
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

// write writes the body, and who it is from.
func (l *letter) write(s script) {
	s.body(l)
	if l.d.Site.SupportEmail != "" {
		l.note(l.T("mail.questions", with("email", l.d.Site.SupportEmail)))
	}
	if l.d.Site.Name != "" {
		l.note(l.joined(l.d.Site.Name))
	}
}

// T returns a text.
func (l *letter) T(id string, args ...Arg) string { return l.in.Words.Text(id, args...) }

// N returns a text about a number of things.
func (l *letter) N(id string, n int, args ...Arg) string { return l.in.Words.Count(id, n, args...) }

func with(name, value string) Arg { return Arg{name, value} }

// event is what the message is about, as a value for texts.
func (l *letter) event() Arg { return with("event", l.d.Event) }

// about ends a subject with the booking's reference, if there is one.
func (l *letter) about(subject string) string {
	if l.d.Reference == "" {
		return subject
	}
	return subject + " (" + l.in.Words.Isolate(l.d.Reference) + ")"
}

// joined joins the pieces that are not empty, as a list without a conjunction. Each may be foreign.
func (l *letter) joined(pieces ...string) string {
	var b strings.Builder
	for _, s := range pieces {
		if s != "" && b.Len() > 0 {
			b.WriteString(l.comma)
		}
		b.WriteString(l.in.Words.Isolate(s))
	}
	return b.String()
}

// page is a link to a page of the site; none where the site has no address.
func (l *letter) page(label, path string) link {
	if path == "" || l.d.Site.URL == "" {
		return link{}
	}
	if l.in.Path != nil {
		path = l.in.Path(path)
	}
	return link{label, l.d.Site.URL + path}
}

func (l *letter) toBooking() link { return l.page(l.T("mail.view_booking"), l.d.BookingPath) }

func (l *letter) toOtherDates() link { return l.page(l.T("mail.other_dates"), l.d.EventPath) }

func (l *letter) greet() {
	if name := personal(l.d.BuyerName); name != "" {
		l.para(l.T("mail.hello_name", with("name", name)))
	} else {
		l.para(l.T("mail.hello"))
	}
}

// because tells the reason, if there is one.
func (l *letter) because() {
	if l.d.Reason != "" {
		l.quote(l.d.Reason)
	}
}

// refund tells what goes back, or otherwise when nothing does.
func (l *letter) refund(otherwise string) {
	r := l.d.Refund
	switch {
	case r != nil && r.To != "":
		l.para(l.T("mail.refund.to", l.amount(r), with("to", r.To), l.soonest(), l.latest()))
	case r != nil:
		l.para(l.T("mail.refund.back", l.amount(r), l.soonest(), l.latest()))
	case otherwise != "":
		l.para(otherwise)
	}
}

// money writes an amount, the code of whose currency is somebody else's word.
func (l *letter) money(a money.Amount) string { return clean(l.in.Formats.Money(a)) }

func (l *letter) amount(r *Refund) Arg { return with("amount", l.money(r.Amount)) }

// How many working days a refund takes on its way to a card or account. The bounds are ours: banks promise nothing.
const (
	refundSoonest = 5
	refundLatest  = 7
)

func (l *letter) soonest() Arg { return with("from", l.in.Formats.Number(refundSoonest)) }

func (l *letter) latest() Arg { return with("until", l.in.Formats.Number(refundLatest)) }

// show are the facts about the show that every message repeats, behind others.
func (l *letter) show(first ...fact) {
	d := l.d
	rows := append(make([]fact, 0, len(first)+5), first...)
	when := ""
	if !d.Start.IsZero() {
		when = l.in.Formats.When(d.Start)
	}
	l.facts(append(rows,
		fact{label: l.T("mail.event"), value: l.joined(d.Event, l.details())},
		fact{label: l.T("mail.when"), value: when, at: d.Start},
		fact{label: l.T("mail.where"), value: l.joined(d.Venue, d.Hall)},
		fact{label: l.T("mail.address"), value: l.joined(d.Address, d.City)},
		fact{label: l.T("mail.booking"), value: l.joined(d.Reference)},
	))
}

// details describe how a show is given: "2D, Hindi, subtitles in English". Languages without a name are left out.
func (l *letter) details() string {
	format := l.d.Format
	switch format {
	case "live":
		format = l.T("mail.live")
	case "stream":
		format = l.T("mail.stream")
	}
	var names []string
	for _, tag := range l.d.Subtitles {
		if name := l.in.Formats.LanguageName(tag); name != "" {
			names = append(names, name)
		}
	}
	subtitles, spoken := "", ""
	if names != nil {
		subtitles = l.T("mail.subtitles", with("languages", l.in.Formats.List(names)))
	}
	if l.d.Language != "" {
		spoken = l.in.Formats.LanguageName(l.d.Language)
	}
	return l.joined(format, spoken, subtitles)
}

// entries are tickets as they are listed.
func (l *letter) entries(list []Ticket) []entry {
	all := make([]entry, len(list))
	for i, t := range list {
		e := entry{place: l.place(t), about: l.joined(l.buyerType(t), l.price(t)), code: t.Code, qr: t.QR}
		e.line = l.joined(e.place, e.about)
		if t.Code != "" {
			e.codeLine = l.T("mail.code", with("code", t.Code))
		}
		if t.QR != "" {
			e.alt = l.pictured(t, e.place)
		}
		all[i] = e
	}
	return all
}

// place is where a ticket is for, in the reader's language.
func (l *letter) place(t Ticket) string {
	if t.Seat == "" {
		return t.Place
	}
	return l.T("mail.place", with("section", t.Section), with("row", t.Row), with("seat", t.Seat))
}

func (l *letter) buyerType(t Ticket) string {
	if t.BuyerType == "" && t.BuyerName == "" {
		return ""
	}
	return l.in.Formats.BuyerType(t.BuyerType, t.BuyerName)
}

func (l *letter) price(t Ticket) string {
	if t.Price.Currency == "" {
		return ""
	}
	return l.money(t.Price)
}

// pictured is what the picture of a ticket's code says to who does not see it.
func (l *letter) pictured(t Ticket, place string) string {
	if t.Code == "" {
		return l.T("mail.code_of", with("place", place))
	}
	return l.T("mail.code_picture", with("code", t.Code))
}

// policy tells until when a booking can be cancelled, and at what cost.
func (l *letter) policy() string {
	return strings.Join(policyTexts(l.in, *l.d.Policy, l.d.PolicyFrom, l.d.At), " ")
}
