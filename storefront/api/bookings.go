package api

import (
	"context"
	"errors"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/web"
)

func (a *API) createBooking(ctx context.Context, c *call) error {
	secret, err := c.secret(headerHoldSecret)
	if err != nil {
		return err
	}
	key, err := c.key()
	if err != nil {
		return err
	}
	body, err := c.body()
	if err != nil {
		return err
	}
	wanted, err := readBooking(body)
	if err != nil {
		return err
	}
	if err := a.mustHoldHere(ctx, c, wanted.HoldID, secret); err != nil {
		return err
	}
	wanted.Secret, wanted.Key, wanted.Brand = secret, key, c.site().Brand.ID
	b, err := a.client.Bookings.Create(ctx, wanted)
	if err != nil {
		return err
	}
	return c.created("/api/v1/bookings/"+string(b.ID), orderOf(b.Booking, b.Link))
}

// readBooking reads the body of a request for a booking.
func readBooking(body []byte) (bms.BookingRequest, error) {
	var b bms.BookingRequest
	err := readObject(body, func(r *reader, name string) bool {
		switch name {
		case "hold_id":
			b.HoldID = seating.HoldID(r.text(maxID))
		case "buyer":
			b.Buyer = readBuyer(r)
		default:
			return false
		}
		return true
	})
	return b, err
}

func readBuyer(r *reader) booking.Buyer {
	var b booking.Buyer
	r.object(func(name string) bool {
		field := buyerField(&b, name)
		if field != nil {
			*field = r.text(maxLine)
		}
		return field != nil
	})
	return b
}

// buyerField returns the field of a buyer with a name, nil when there is none.
func buyerField(b *booking.Buyer, name string) *string {
	switch name {
	case "name":
		return &b.Name
	case "email":
		return &b.Email
	case "phone":
		return &b.Phone
	case "locale":
		return &b.Locale
	case "company":
		return &b.Company
	case "tax_id":
		return &b.TaxID
	}
	return nil
}

func (a *API) findBooking(ctx context.Context, c *call) error {
	var reference, email string
	err := c.read(func(r *reader, name string) bool {
		switch name {
		case "reference":
			reference = r.text(maxLine)
		case "email":
			email = r.text(maxLine)
		default:
			return false
		}
		return true
	})
	if err != nil {
		return err
	}
	if err := a.cfg.Throttle.Find(web.Client(c.rc), reference); err != nil {
		return err
	}
	b, err := c.here(a.client.Bookings.ByReference(ctx, reference, email))
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, noStore, orderOf(b.Booking, b.Link))
}

// here passes a booking on that the site sells; another is as if there was none.
func (c *call) here(b bms.Booking, err error) (bms.Booking, error) {
	if err == nil && !c.site().Sells(catalog.PartnerID(b.PartnerID)) {
		return bms.Booking{}, bms.ErrNoBooking
	}
	return b, err
}

// ownBooking returns the booking of the address, if who asks has its token.
func (a *API) ownBooking(ctx context.Context, c *call) (bms.Booking, error) {
	token, err := c.secret(headerBookingToken)
	if err != nil {
		return bms.Booking{}, err
	}
	return c.here(a.client.Bookings.ByLink(ctx, booking.ID(c.params[0]), token))
}

func (a *API) booking(ctx context.Context, c *call) error {
	b, err := a.ownBooking(ctx, c)
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, noStore, orderOf(b.Booking, b.Link))
}

// mailedLink is the answer to who has a link made anew. It has no token: that is in the mail, so that nobody learns it who has the
// old one.
type mailedLink struct {
	ID        booking.ID `json:"id"`
	Reference string     `json:"reference"`
	Email     string     `json:"email"`
}

// renewLink ends the token that it was asked with, and has another one mailed to the buyer.
func (a *API) renewLink(ctx context.Context, c *call) error {
	token, err := c.secret(headerBookingToken)
	if err != nil {
		return err
	}
	wanted := bms.RenewLinkRequest{BookingID: booking.ID(c.params[0]), Link: token}
	if wanted.Key, err = c.key(); err != nil {
		return err
	}
	if err := c.readNothing(); err != nil {
		return err
	}
	if err := a.mustBookHere(ctx, c, wanted.BookingID); err != nil {
		return err
	}
	b, err := a.client.Bookings.RenewLink(ctx, wanted)
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusAccepted, noStore, mailedLink{ID: b.ID, Reference: b.Reference.Display(), Email: b.Buyer.Email})
}

// mustBookHere refuses a booking that the site does not sell, whoever asks: its token may have been ended by the same request, sent before.
func (a *API) mustBookHere(ctx context.Context, c *call, id booking.ID) error {
	if c.site().Partner == "" {
		return nil
	}
	b, err := a.client.Bookings.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && !c.site().Sells(catalog.PartnerID(b.PartnerID)) {
		return bms.ErrNoBooking
	}
	return err
}

// bookingQuote answers with the price line by line, as it was frozen.
func (a *API) bookingQuote(ctx context.Context, c *call) error {
	b, err := a.ownBooking(ctx, c)
	if err != nil {
		return err
	}
	q, err := a.client.Bookings.Quote(ctx, b.Booking)
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, noStore, quoteOf(q))
}

// ticketCode is a ticket with what a gate scans.
type ticketCode struct {
	ID     booking.TicketID `json:"id"`
	Serial int              `json:"serial"`
	Place  string           `json:"place"`
	Code   string           `json:"code"`
}

func (a *API) bookingTickets(ctx context.Context, c *call) error {
	b, err := a.ownBooking(ctx, c)
	if err != nil {
		return err
	}
	codes, err := a.client.Tickets.Codes(ctx, b.Booking)
	if err != nil {
		return err
	}
	tickets := page[ticketCode]{Items: []ticketCode{}}
	for _, t := range b.Tickets {
		if code, ok := codes[t.ID]; ok {
			tickets.Items = append(tickets.Items, ticketCode{ID: t.ID, Serial: t.Serial, Place: t.Place, Code: code})
		}
	}
	return c.send(fasthttp.StatusOK, noStore, tickets)
}

// confirmBooking confirms a booking that costs nothing.
func (a *API) confirmBooking(ctx context.Context, c *call) error {
	own, err := a.ownBooking(ctx, c)
	if err != nil {
		return err
	}
	key, err := c.key()
	if err != nil {
		return err
	}
	if err := c.readNothing(); err != nil {
		return err
	}
	b, err := a.client.Bookings.ConfirmFree(ctx, own.ID, key)
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, noStore, orderOf(b, own.Link))
}

// previewCancellation answers with what cancelling would give back now.
func (a *API) previewCancellation(ctx context.Context, c *call) error {
	q := c.query()
	names := q.texts("ticket", booking.MaxTickets)
	if err := q.end("ticket"); err != nil {
		return err
	}
	b, err := a.ownBooking(ctx, c)
	if err != nil {
		return err
	}
	plan, err := a.client.Bookings.PreviewCancel(ctx, b.ID, each(names, func(s string) booking.TicketID { return booking.TicketID(s) }))
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, noStore, cancellationOf(plan))
}

func (a *API) cancelBooking(ctx context.Context, c *call) error {
	own, err := a.ownBooking(ctx, c)
	if err != nil {
		return err
	}
	wanted := bms.CancelRequest{BookingID: own.ID, By: booking.ByBuyer}
	if wanted.Key, err = c.key(); err != nil {
		return err
	}
	err = c.read(func(r *reader, name string) bool {
		if name == "tickets" {
			r.list(booking.MaxTickets, func() { wanted.Tickets = append(wanted.Tickets, booking.TicketID(r.text(maxID))) })
			if len(wanted.Tickets) == 0 { // none is not all
				r.fail("must name a ticket; leave it out to cancel all")
			}
		}
		return name == "tickets"
	})
	if err != nil {
		return err
	}
	b, err := a.client.Bookings.Cancel(ctx, wanted)
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, noStore, orderOf(b, own.Link))
}
