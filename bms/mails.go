package bms

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
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
	for i, m := range batch {
		kind, known := kinds[m.Topic]
		if !known || about[i].booking.Buyer.Email == "" {
			continue
		}
		mail, err := s.compose(ctx, kind, m, about[i])
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

// subject is everything that a mail about a booking tells of.
type subject struct {
	news    BookingNews
	booking booking.Booking
	programme
	quote   pricing.Quote
	refund  *payment.Refund
	partner catalog.Partner
	buyers  map[string]string // what buyer types are called, by key
}

// programme is what a show belongs to.
type programme struct {
	show  catalog.Show
	event catalog.Event
	venue catalog.Venue
	hall  catalog.Hall
}

// read loads what the messages are about, each show once.
//
//nolint:revive // one read after another, each with its error
func (s mailSink) read(ctx context.Context, batch []outbox.Message) ([]subject, error) {
	list := make([]subject, len(batch))
	for i, m := range batch {
		if err := json.Unmarshal(m.Body, &list[i].news); err != nil {
			return nil, fmt.Errorf("body of %s: %w", m.ID, err)
		}
	}
	err := s.c.back.Read(ctx, func(tx store.Tx) error {
		bookings, err := bookingsOf(ctx, tx, list)
		if err != nil {
			return err
		}
		details, err := tx.HoldDetails(ctx, holdsOf(bookings))
		if err != nil {
			return err
		}
		shows := map[catalog.ShowID]subject{}
		for i := range list {
			show, ok := shows[list[i].news.ShowID]
			if !ok {
				if show, err = readShow(ctx, tx, list[i].news.ShowID); err != nil {
					return err
				}
				shows[list[i].news.ShowID] = show
			}
			list[i].programme, list[i].partner, list[i].buyers = show.programme, show.partner, show.buyers
			list[i].booking = bookings[list[i].news.BookingID]
			if list[i].quote, err = decodeQuote(details[seating.HoldID(list[i].booking.HoldID)], list[i].booking); err != nil {
				return err
			}
			if id := list[i].news.RefundID; id != "" {
				refund, err := tx.Refund(ctx, id)
				if err != nil {
					return err
				}
				list[i].refund = &refund
			}
		}
		return nil
	})
	return list, err
}

func bookingsOf(ctx context.Context, tx store.Tx, list []subject) (map[booking.ID]booking.Booking, error) {
	ids := make([]booking.ID, len(list))
	for i := range list {
		ids[i] = list[i].news.BookingID
	}
	found, err := tx.BookingsByID(ctx, ids)
	byID := make(map[booking.ID]booking.Booking, len(found))
	for _, b := range found {
		byID[b.ID] = b
	}
	return byID, err
}

func holdsOf(bookings map[booking.ID]booking.Booking) []seating.HoldID {
	ids := make([]seating.HoldID, 0, len(bookings))
	for _, b := range bookings {
		ids = append(ids, seating.HoldID(b.HoldID))
	}
	return ids
}

func readShow(ctx context.Context, tx store.Tx, id catalog.ShowID) (subject, error) {
	var s subject
	var err error
	if s.show, err = tx.Show(ctx, id); err != nil {
		return s, err
	}
	if s.event, err = tx.Event(ctx, s.show.EventID); err != nil {
		return s, err
	}
	if s.venue, err = tx.Venue(ctx, s.show.VenueID); err != nil {
		return s, err
	}
	if s.hall, err = tx.Hall(ctx, s.show.HallID); err != nil {
		return s, err
	}
	if s.partner, err = tx.Partner(ctx, s.show.PartnerID); err != nil {
		return s, err
	}
	s.buyers, err = buyerNames(ctx, tx, pricing.PriceListID(s.show.PriceListID))
	return s, err
}

// buyerNames returns what the buyer types of a price list are called. Who says nothing is of the first.
func buyerNames(ctx context.Context, tx store.Tx, id pricing.PriceListID) (map[string]string, error) {
	list, err := tx.PriceList(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil // a mail without these words is better than none
	}
	names := map[string]string{}
	for i, b := range list.BuyerTypes {
		names[b.Key] = b.Name
		if i == 0 {
			names[""] = b.Name
		}
	}
	return names, err
}

func (s mailSink) compose(ctx context.Context, kind notify.Kind, m outbox.Message, about subject) (notify.Mail, error) {
	data, err := s.data(ctx, about, m.CreatedAt)
	if err != nil {
		return notify.Mail{}, err
	}
	envelope := notify.Envelope{
		MessageID: string(m.ID), To: about.booking.Buyer.Email, ToName: about.booking.Buyer.Name, From: s.c.cfg.From, FromName: about.partner.Name,
		Locale: about.booking.Buyer.Locale, PartnerID: about.booking.PartnerID, BookingID: string(about.booking.ID),
	}
	if kind == notify.BookingConfirmed {
		if envelope.Attachments, err = s.pictures(ctx, about.booking, data.Tickets); err != nil {
			return notify.Mail{}, err
		}
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

// data formats what is known for the renderer. now is when that happened which the mail tells of.
func (s mailSink) data(ctx context.Context, about subject, now time.Time) (notify.Data, error) {
	b := about.booking
	link, err := s.c.Bookings.link(ctx, b)
	if err != nil {
		return notify.Data{}, err
	}
	d := notify.Data{
		Brand: about.partner.Name, BuyerName: b.Buyer.Name, Reference: b.Reference.Display(),
		Event: about.event.Title, Details: details(about.show), Venue: about.venue.Name, Hall: about.hall.Name,
		Address: strings.ReplaceAll(about.venue.Address, "\n", ", "), City: about.venue.City, StartAt: about.show.StartsAt,
		Total: notify.EnglishAmount(b.Total), Reason: about.news.Reason,
	}
	local, err := about.show.Local()
	if err != nil {
		return notify.Data{}, err
	}
	d.Start, d.Zone = local.Format("Monday 2 January 2006, 15:04"), notify.EnglishZone(local)
	d.Policy = strings.Join(notify.EnglishPolicy(b.Policy, b.ShowStart.In(local.Location()), now), " ")
	if base := s.c.cfg.BaseURL; base != "" {
		d.BookingURL = base + "/bookings/" + string(b.ID) + "?t=" + link
		d.EventURL = base + "/events/" + about.event.Slug
	}
	for _, t := range b.Tickets {
		line := notify.Ticket{Place: t.Place, BuyerType: cmp.Or(about.buyers[t.BuyerType], t.BuyerType), Price: notify.EnglishAmount(t.Price)}
		switch {
		case slices.Contains(about.news.Tickets, t.ID):
			d.Cancelled = append(d.Cancelled, line)
		case t.Status != booking.TicketCancelled:
			d.Tickets = append(d.Tickets, line)
		}
	}
	if about.refund != nil {
		d.Refund = &notify.Refund{Amount: notify.EnglishAmount(about.refund.Amount), To: "the card or account that you paid with", When: "within 5 to 7 working days"}
	}
	bill(&d, about.quote)
	return d, nil
}

// bill adds the lines of the frozen quote. They add up to its total: taxes are added to lines without
// them, and named where they are part of the lines.
func bill(d *notify.Data, q pricing.Quote) {
	d.TaxesIncluded = q.TaxIncluded
	rest := q.Total.Minor
	add := func(list *[]notify.Line, label string, amount money.Amount) {
		*list = append(*list, notify.Line{Label: label, Amount: notify.EnglishAmount(amount)})
		rest -= amount.Minor
	}
	add(&d.Lines, "Tickets", q.Subtotal)
	for _, off := range q.Discounts {
		if minus, err := off.Amount.Neg(); err == nil && !off.Amount.IsZero() {
			add(&d.Lines, discountName(off), minus)
		}
	}
	for _, f := range q.Fees {
		if q.TaxIncluded {
			add(&d.Fees, f.Name, f.Gross)
		} else {
			add(&d.Fees, f.Name, f.Net)
		}
	}
	if !q.TaxIncluded {
		rest -= q.TaxTotal.Minor
	}
	if rest != 0 {
		add(&d.Fees, "Rounding", money.New(rest, q.Currency))
	}
	for _, t := range q.Taxes {
		if !t.Tax.IsZero() {
			d.Taxes = append(d.Taxes, notify.Line{Label: "Tax " + notify.EnglishRate(t.Rate) + parts(t.Parts), Amount: notify.EnglishAmount(t.Tax)})
		}
	}
}

func discountName(d pricing.Discount) string {
	if d.Kind == pricing.FromVoucher {
		return "Voucher " + d.Name
	}
	return d.Name
}

// parts names the parts of a tax: " (CGST ₹9.00, SGST ₹9.00)"; nothing for one.
func parts(list []pricing.TaxAmount) string {
	if len(list) < 2 {
		return ""
	}
	words := make([]string, len(list))
	for i, p := range list {
		words[i] = p.Name + " " + notify.EnglishAmount(p.Amount)
	}
	return " (" + strings.Join(words, ", ") + ")"
}

// details describes how a show is given: "2D, Hindi, subtitles in English". Languages without an English name here are
// left out.
func details(s catalog.Show) string {
	var subtitles []string
	for _, tag := range s.Subtitles {
		if name := notify.EnglishLanguage(tag); name != "" {
			subtitles = append(subtitles, name)
		}
	}
	facts := []string{string(s.Format), notify.EnglishLanguage(s.Language)}
	if len(subtitles) > 0 {
		facts = append(facts, "subtitles in "+strings.Join(subtitles, " and "))
	}
	return strings.Join(slices.DeleteFunc(facts, func(fact string) bool { return fact == "" }), ", ")
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
