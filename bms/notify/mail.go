package notify

import (
	"fmt"
	"net/mail"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Envelope says from whom to whom a mail goes and what it belongs to.
type Envelope struct {
	MessageID   string // of the outbox message that the mail is about
	To          string // bare address
	ToName      string // may be empty
	From        string // bare address
	FromName    string // may be empty
	Locale      string // BCP 47 tag: "en-IN"
	PartnerID   string
	BookingID   string
	Attachments []Attachment
}

// MailID returns the identifier of the mail of a kind that a message leads to
// for a booking. It is the same on every try.
func MailID(messageID string, kind Kind, bookingID string) string {
	if bookingID == "" {
		return messageID + ":" + string(kind)
	}
	return messageID + ":" + string(kind) + ":" + bookingID
}

// Compose renders the message and returns it as a checked Mail. It fails with an Invalid
// fault that names the field when an address or an attachment is not usable,
// and with the renderer's errors.
func Compose(r Renderer, kind Kind, e Envelope, d Data, now time.Time) (Mail, error) {
	content, err := r.Render(kind, e.Locale, d)
	if err != nil {
		return Mail{}, fmt.Errorf("render %s: %w", kind, err)
	}
	m := Mail{
		ID: MailID(e.MessageID, kind, e.BookingID), Kind: kind,
		To: e.To, ToName: header(clean(e.ToName)), From: e.From, FromName: header(clean(e.FromName)),
		Subject: header(content.Subject), Text: content.Text, HTML: content.HTML,
		Attachments: e.Attachments, CreatedAt: now, PartnerID: e.PartnerID, BookingID: e.BookingID,
	}
	return m, m.Validate()
}

// Validate returns nil for a mail that a channel can send as it is, and an
// Invalid fault that names the field otherwise. No header of a valid mail can
// start another header.
func (m Mail) Validate() error {
	switch {
	case m.ID == "" || !plain(m.ID):
		return fault.Invalidf("id", "must be printable ASCII, so that a channel can keep mails apart")
	case !m.Kind.Valid():
		return ErrKind
	case m.Text == "":
		return fault.Invalidf("text", "must not be empty")
	}
	for _, line := range []struct{ field, value string }{
		{"to_name", m.ToName}, {"from_name", m.FromName}, {"subject", m.Subject},
	} {
		if line.value != header(line.value) {
			return fault.Invalidf(line.field, "must be one line of at most %d characters", maxHeader)
		}
	}
	if m.Subject == "" {
		return fault.Invalidf("subject", "must not be empty")
	}
	if err := checkAddress("to", m.To); err != nil {
		return err
	}
	if err := checkAddress("from", m.From); err != nil {
		return err
	}
	return checkAttachments(m.Attachments)
}

// checkAddress refuses what is not a bare address (RFC 5322 addr-spec).
func checkAddress(field, address string) error {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || parsed.Name != "" {
		return fault.Invalidf(field, "must be an email address such as ada@example.com")
	}
	return nil
}

func checkAttachments(files []Attachment) error {
	for i, a := range files {
		field := fmt.Sprintf("attachments[%d]", i)
		switch {
		case a.Name == "" || a.Name != header(a.Name):
			return fault.Invalidf("name", "must be one line").In(field)
		case a.ContentType == "" || !plain(a.ContentType):
			return fault.Invalidf("content_type", "must be a media type such as image/png").In(field)
		case !plain(a.ContentID):
			return fault.Invalidf("content_id", "must be printable ASCII without quotes and brackets").In(field)
		}
	}
	return nil
}
