// Package notify writes the messages that people get about their bookings and
// hands them to a Channel. Facts come in as Data, already formatted for the
// reader's language; a Renderer turns them into a subject, a plain text and an
// HTML part; Compose makes the Mail.
//
//	mail, err := notify.Compose(notify.English(), notify.BookingConfirmed, envelope, data)
//	err = channel.Send(ctx, []notify.Mail{mail})
//
// Guarantees: every Mail has a plain text part; whatever is in Data is escaped
// in HTML and cannot add a header or a line of its own; addresses that are not
// http or https are no links; a buyer's name that looks like a link is not
// repeated; the same message makes the same Mail.ID on every try.
package notify

import (
	"context"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Kind is the occasion of a message.
type Kind string

// The kinds.
const (
	BookingConfirmed    Kind = "booking_confirmed"
	BookingCancelled    Kind = "booking_cancelled"     // the whole booking, or some of its tickets
	LinkRenewed         Kind = "link_renewed"          // the old link to the booking has ended, and here is another
	RefundSent          Kind = "refund_sent"           // the money is on its way back
	BookingExpired      Kind = "booking_expired"       // the hold ran out, or nobody paid
	LatePaymentRefunded Kind = "late_payment_refunded" // money came after the hold ran out and the seats were gone
	ShowCancelled       Kind = "show_cancelled"        // by the organizer
	WaitlistJoined      Kind = "waitlist_joined"       // somebody waits for places
	WaitlistOffer       Kind = "waitlist_offer"        // places are kept for a while
	WaitlistOfferEnded  Kind = "waitlist_offer_ended"  // nobody took them in time
	WaitlistClosed      Kind = "waitlist_closed"       // the show sells no more
)

// Valid reports whether k is one of the kinds.
func (k Kind) Valid() bool {
	switch k {
	case BookingConfirmed, BookingCancelled, LinkRenewed, RefundSent, BookingExpired, LatePaymentRefunded, ShowCancelled,
		WaitlistJoined, WaitlistOffer, WaitlistOfferEnded, WaitlistClosed:
		return true
	}
	return false
}

// Mail is a message ready to be sent.
type Mail struct {
	ID          string // the same on every try: a channel does not deliver it twice
	Kind        Kind
	To          string // bare address: "ada@example.com"
	ToName      string // may be empty
	From        string
	FromName    string // may be empty
	Subject     string // one line
	Text        string // always there; lines end with \n
	HTML        string // a whole document; may be empty
	Attachments []Attachment
	CreatedAt   time.Time // UTC
	PartnerID   string    // whose mail it is
	BookingID   string    // may be empty
}

// Attachment is a file that goes with a Mail.
type Attachment struct {
	Name        string // file name shown to the reader
	ContentType string // such as "image/png"
	ContentID   string // what the HTML part shows it by, as "cid:" and this; empty for a plain attachment
	Data        []byte
}

// Channel delivers mails: by SMTP, to a local inbox, to a recorder in tests.
type Channel interface {
	// Name is stable: it is written to logs.
	Name() string

	// Send delivers the mails or returns an error; after an error it gets the same
	// mails again. A mail whose ID it has already delivered is skipped.
	Send(ctx context.Context, mails []Mail) error
}

// Content is what a Renderer makes.
type Content struct {
	Subject string // one line
	Text    string // never empty
	HTML    string // a whole document
}

// Renderer writes a message in the reader's language.
type Renderer interface {
	// Render returns the content of a message. The locale is a BCP 47 tag such as "en-IN"; a
	// renderer that does not have the language answers in one it has. Render
	// fails with ErrKind for an unknown kind. It is safe for concurrent use.
	Render(kind Kind, locale string, d Data) (Content, error)
}

// ErrKind is returned for a kind of message that a renderer does not know.
var ErrKind = fault.New(fault.Invalid, "kind_unknown", "there is no such kind of message")

// Data is the facts that messages are made of. Dates, times and amounts are
// formatted by the caller for the reader's locale ("₹1,180.00"). What is empty
// is left out of the message.
type Data struct {
	Brand        string // "Aurora Cinemas"
	SupportEmail string
	BuyerName    string
	Reference    string // "K7QX-2MRA"

	Event   string
	Details string // format and language: "2D, Hindi, English subtitles"
	Venue   string
	Hall    string
	Address string // street, without the city
	City    string
	Start   string    // by the venue's clock: "Friday 21 November 2025, 19:30"
	StartAt time.Time // the same moment; machines read it
	Zone    string    // name of the venue's time zone as readers know it: "IST"

	Tickets   []Ticket // valid now; for a message about an end, those the booking had
	Cancelled []Ticket // cancelled by what this message tells of; with Tickets left, the rest stays valid

	Lines         []Line // tickets and discounts
	Fees          []Line
	Taxes         []Line
	TaxesIncluded bool // the taxes are part of the lines above and not added to them
	Total         string

	Refund *Refund // nil when no money goes back
	Reason string  // why it was cancelled, one sentence
	Policy string  // until when and at what cost it can be cancelled, one or more sentences

	Wish        string // what is waited for: "2 places in Gold"
	Position    string // in the line, from 1; empty when nobody waits
	Deadline    string // until when an offer is kept, with the zone
	WaitlistURL string // where the place in the line is seen and an offer taken

	BookingURL  string // http or https; other schemes are left out
	WatchURL    string // where an online show is watched; empty for a show in a hall
	CalendarURL string
	EventURL    string // where to book again
}

// Ticket is one admission.
type Ticket struct {
	Place     string // "Stalls, row C, seat 12"; for an area its name
	BuyerType string // "Adult"
	Price     string
	Code      string // readable code printed below the picture
	QR        string // ContentID of the attached picture; empty when there is none
}

// Line is a label and an amount.
type Line struct {
	Label  string // "2 × Gold, adult"
	Amount string
}

// Refund is money that goes back to the buyer.
type Refund struct {
	Amount string
	To     string // "Visa ending 4242"
	When   string // when it arrives: "within 5 to 7 working days"
}
