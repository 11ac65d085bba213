// Package notify writes the messages that people get about their bookings and
// hands them to a Channel. Facts come in as Data, amounts and times as they are; a Renderer turns them into a
// subject, a plain text and an HTML part in the reader's language; Compose makes the Mail.
//
//	mail, err := notify.Compose(notify.English(), notify.BookingConfirmed, envelope, data, now)
//	err = channel.Send(ctx, []notify.Mail{mail})
//
// What a message says and in which order is here, once for all languages. A Language has the words and the way of writing
// amounts and times; English is built in, and NewRenderer makes a Renderer of others.
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
	// Render returns the content of a message. The locale is the reader's BCP 47 tag such as "en-IN", or empty; a
	// renderer that does not have the language answers in one it has. Render
	// fails with ErrKind for an unknown kind. It is safe for concurrent use.
	Render(kind Kind, locale string, d Data) (Content, error)
}

// ErrKind is returned for a kind of message that a renderer does not know.
var ErrKind = fault.New(fault.Invalid, "kind_unknown", "there is no such kind of message")
