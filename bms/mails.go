package bms

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/store"
)

// mailSink turns messages about bookings into mails: into the local inbox, and
// through the configured channels.
type mailSink struct{ c *Client }

func newMailSink(c *Client) mailSink { return mailSink{c} }

// Name implements outbox.Sink.
func (mailSink) Name() string { return "mail" }

// Topics implements outbox.Sink.
func (mailSink) Topics() []string { return []string{"booking.", "payment.", "refund.", "show."} }

// kinds says which mail tells of which topic.
var kinds = map[string]notify.Kind{
	TopicBookingConfirmed: notify.BookingConfirmed,
	TopicBookingCancelled: notify.BookingCancelled,
	TopicBookingExpired:   notify.BookingExpired,
	TopicLinkRenewed:      notify.LinkRenewed,
	TopicPaymentReturned:  notify.LatePaymentRefunded,
	TopicRefundSent:       notify.RefundSent,
	TopicShowCancelled:    notify.ShowCancelled,
}

// Deliver implements outbox.Sink. The inbox knows a mail by its id, so what is delivered twice is there once.
func (s mailSink) Deliver(ctx context.Context, batch []outbox.Message) error {
	about, err := s.read(ctx, batch)
	if err != nil {
		return err
	}
	mails := make([]notify.Mail, 0, len(batch))
	suggest := s.suggesting()
	for i, m := range batch {
		kind, known := kinds[m.Topic]
		if !known || about[i].booking.Buyer.Email == "" {
			continue
		}
		mail, err := s.compose(ctx, kind, m, about[i], suggest)
		if err != nil {
			return fmt.Errorf("mail about %s: %w", m.ID, err)
		}
		mails = append(mails, mail)
	}
	if len(mails) == 0 {
		return nil
	}
	return s.send(ctx, mails)
}

// send puts mails into the local inbox and hands them to the channels.
func (s mailSink) send(ctx context.Context, mails []notify.Mail) error {
	if err := s.c.back.Update(ctx, func(tx store.Tx) error { return tx.AddMails(ctx, mails) }); err != nil {
		return err
	}
	for _, ch := range s.c.cfg.Channels {
		if err := ch.Send(ctx, mails); err != nil {
			return fmt.Errorf("send by %s: %w", ch.Name(), err)
		}
	}
	return nil
}

func (s mailSink) compose(ctx context.Context, kind notify.Kind, m outbox.Message, about subject, suggest suggestions) (notify.Mail, error) {
	data, err := s.data(ctx, about, m.CreatedAt)
	if err != nil {
		return notify.Mail{}, err
	}
	envelope := notify.Envelope{
		MessageID: string(m.ID), To: about.booking.Buyer.Email, ToName: about.booking.Buyer.Name, From: s.c.cfg.From, FromName: data.Site.Name,
		Locale: about.booking.Buyer.Locale, PartnerID: about.booking.PartnerID, BookingID: string(about.booking.ID),
	}
	if kind == notify.BookingConfirmed {
		if envelope.Attachments, err = s.pictures(ctx, about.booking, data.Tickets); err != nil {
			return notify.Mail{}, err
		}
		data.Suggestions = suggest(ctx, about)
	}
	return notify.Compose(s.c.cfg.Renderer, kind, envelope, data, m.CreatedAt)
}

// pictures attaches a picture of each valid ticket's code and notes it in the tickets.
func (s mailSink) pictures(ctx context.Context, b booking.Booking, tickets []notify.Ticket) ([]notify.Attachment, error) {
	if s.c.cfg.Pictures == nil {
		return nil, nil
	}
	codes, err := s.c.Tickets.Codes(ctx, b)
	if err != nil {
		return nil, err
	}
	var files []notify.Attachment
	at := 0
	for _, t := range b.Tickets {
		code, valid := codes[t.ID]
		if !valid {
			continue
		}
		kind, data, err := s.c.cfg.Pictures.Picture(code)
		if err != nil {
			return nil, fmt.Errorf("picture of %s: %w", t.ID, err)
		}
		name := fmt.Sprintf("ticket-%d", t.Serial)
		files = append(files, notify.Attachment{Name: name + ending(kind), ContentType: kind, ContentID: name, Data: data})
		tickets[at].QR = name
		at++
	}
	return files, nil
}

// ending is that of the name of a picture's file: ".png" for "image/png".
func ending(contentType string) string {
	kind, _, _ := strings.Cut(strings.TrimPrefix(contentType, "image/"), "+")
	return "." + kind
}

// data is what is known for the renderer. now is when that happened which the mail tells of.
func (s mailSink) data(ctx context.Context, about subject, now time.Time) (notify.Data, error) {
	b := about.booking
	link, err := s.c.Bookings.link(ctx, b)
	if err != nil {
		return notify.Data{}, err
	}
	local, err := about.show.Local()
	if err != nil {
		return notify.Data{}, err
	}
	d := about.programme.data(local.Location())
	d.Site, d.BuyerName, d.Reference = s.c.siteOf(about.brand, about.partner), b.Buyer.Name, b.Reference.Display()
	d.Quote, d.Reason = &about.quote, about.news.Reason
	d.Policy, d.PolicyFrom, d.At = &b.Policy, b.ShowStart.In(local.Location()), now
	d.BookingPath = "/bookings/" + string(b.ID) + "?t=" + link
	for _, t := range b.Tickets {
		switch {
		case slices.Contains(about.news.Tickets, t.ID):
			d.Cancelled = append(d.Cancelled, about.ticket(t))
		case t.Status != booking.TicketCancelled:
			d.Tickets = append(d.Tickets, about.ticket(t))
		}
	}
	if about.refund != nil {
		d.Refund = &notify.Refund{Amount: about.refund.Amount}
	}
	return d, nil
}

// InboxService reads the mails that were delivered locally.
type InboxService struct{ c *Client }

// Mails returns mails newest first: those to one address, or all when it is empty.
func (s *InboxService) Mails(ctx context.Context, to string, limit int) ([]notify.Mail, error) {
	if err := sound("to", to); err != nil {
		return nil, err
	}
	return view(ctx, s.c.back, func(tx store.Tx) ([]notify.Mail, error) { return tx.Mails(ctx, to, limit) })
}

// Mail returns one mail. Errors: store.ErrNotFound.
func (s *InboxService) Mail(ctx context.Context, id string) (notify.Mail, error) {
	return find(ctx, s.c.back, id, store.Tx.Mail)
}
