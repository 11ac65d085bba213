package bms

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// BookingService turns holds into bookings, finds them and cancels them.
type BookingService struct{ c *Client }

// Booking is a booking with its guest's link.
type Booking struct {
	booking.Booking

	// Link is the token with which a guest without an account sees and changes the booking.
	Link string
}

// BookingRequest asks to make a booking of a hold.
type BookingRequest struct {
	HoldID seating.HoldID
	Secret string // of the hold
	Buyer  booking.Buyer
	Brand  catalog.BrandID // of the storefront that asks: its mails are from there; empty for none
	Key    string          // idempotency key
}

// Create makes a draft booking of a live hold. A hold has one booking: a second
// call changes its buyer as long as nothing is paid. Errors: ErrNoHold,
// seating.ErrExpired, an Invalid fault that names the buyer's field, or brand_id.
func (s *BookingService) Create(ctx context.Context, r BookingRequest) (Booking, error) {
	r.Buyer = r.Buyer.Clean()
	if err := r.Buyer.Validate(); err != nil {
		return Booking{}, fault.Of(err).In("buyer")
	}
	if err := s.c.brands.known(ctx, s.c.db, r.Brand); err != nil {
		return Booking{}, err
	}
	return once(ctx, s.c, "bookings.create", r.Key, r, func(finish finish[Booking]) (Booking, error) {
		return retryStale(func() (Booking, error) { return s.create(ctx, r, finish) })
	})
}

func (s *BookingService) create(ctx context.Context, r BookingRequest, finish finish[Booking]) (Booking, error) {
	hold, existing, err := s.findHold(ctx, r.HoldID, r.Secret)
	if err != nil {
		return Booking{}, err
	}
	now := s.c.db.Now()
	if until := hold.row.Until(); !hold.row.State.Open() || now.After(until) {
		return Booking{}, seating.ErrExpired
	}
	var b booking.Booking
	if existing != nil {
		b, err = existing.SetBuyer(r.Buyer, now)
	} else {
		b, err = s.draft(ctx, hold, r)
	}
	if err != nil {
		return Booking{}, err
	}
	answer, err := s.withLink(ctx, b)
	if err != nil {
		return Booking{}, err
	}
	err = s.c.db.Update(ctx, func(tx store.Tx) error {
		put := tx.AddBooking
		if existing != nil {
			put = tx.UpdateBooking
		}
		if err := put(ctx, b); err != nil {
			return err
		}
		if existing == nil { // the price was not changed since it was read, and is not from now on
			if err := tx.SealHoldDetail(ctx, hold.row.ID, hold.row.DetailVersion); err != nil {
				return err
			}
		}
		return finish(tx, answer)
	})
	return answer, err
}

// findHold reads a hold, whom it belongs to being proved by the secret, and its booking if there is one.
func (s *BookingService) findHold(ctx context.Context, id seating.HoldID, secret string) (heldPlaces, *booking.Booking, error) {
	var hold heldPlaces
	var existing *booking.Booking
	if err := s.c.Holds.authorize(ctx, id, secret); err != nil {
		return hold, nil, err
	}
	err := s.c.db.Read(ctx, func(tx store.Tx) error {
		var err error
		hold, existing, err = s.c.Holds.readInSale(ctx, tx, id)
		return err
	})
	return hold, existing, err
}

// draft puts a booking together from a hold and its frozen quote.
func (s *BookingService) draft(ctx context.Context, hold heldPlaces, r BookingRequest) (booking.Booking, error) {
	reference, err := booking.NewReference(rand.Reader)
	if err != nil {
		return booking.Booking{}, fmt.Errorf("make a reference: %w", err)
	}
	tickets, total, err := hold.tickets()
	if err != nil {
		return booking.Booking{}, err
	}
	show := hold.show.show
	b, err := booking.New(booking.Order{
		Reference: reference, PartnerID: string(show.PartnerID), ShowID: string(show.ID), HoldID: string(hold.row.ID),
		BrandID: string(r.Brand), Visitor: hold.row.Buyer, Buyer: r.Buyer, Total: total, Tickets: tickets,
		Policy: hold.show.policy, ShowStart: show.StartsAt,
	}, s.c.db.Now())
	if err != nil {
		return b, err
	}
	link, err := s.link(ctx, b)
	b.AccessHash = linkHash(link)
	return b, err
}

// Get returns a booking, for programs that know who asks. Errors: store.ErrNotFound.
func (s *BookingService) Get(ctx context.Context, id booking.ID) (booking.Booking, error) {
	return find(ctx, s.c.db, id, store.Tx.Booking)
}

// ConfirmFree confirms a booking that costs nothing. One that was confirmed before is returned as it is. Errors:
// store.ErrNotFound, booking.ErrUnpaid for one that costs something, booking.ErrExpired or seating.ErrExpired when its
// places are not held any more, catalog.ErrCancelled.
//
//nolint:revive // the refusals of one judgement, one after another
func (s *BookingService) ConfirmFree(ctx context.Context, id booking.ID, key string) (booking.Booking, error) {
	return once(ctx, s.c, "bookings.confirm_free", key, id, func(finish finish[booking.Booking]) (booking.Booking, error) {
		return retryStale(func() (booking.Booking, error) {
			var done booking.Booking
			b, hold, err := s.withHold(ctx, id)
			if err != nil {
				return done, err
			}
			err = s.c.judge.do(ctx, catalog.ShowID(b.ShowID), func(j *ruling) error {
				if j.show.show.Status == catalog.Cancelled {
					return catalog.ErrCancelled
				}
				if done, err = b.ConfirmFree(j.now); err != nil {
					return err
				}
				if done.Version == b.Version { // confirmed before
					return finish(j.tx, done)
				}
				kept, ok := j.inventory.Get(hold.ID)
				if !ok || kept.State != seating.StateSold && j.now.After(kept.Until()) {
					return seating.ErrExpired
				}
				if _, err := j.inventory.Sell(j.now, hold); err != nil {
					return err
				}
				if err := s.c.sold(ctx, j.tx, done); err != nil {
					return err
				}
				return finish(j.tx, done)
			})
			s.c.relay.Wake()
			return done, err
		})
	})
}

// withHold reads a booking and its hold.
func (s *BookingService) withHold(ctx context.Context, id booking.ID) (booking.Booking, seating.Hold, error) {
	var b booking.Booking
	var hold seating.Hold
	err := s.c.db.Read(ctx, func(tx store.Tx) error {
		var err error
		if b, err = tx.Booking(ctx, id); err != nil {
			return err
		}
		hold, err = tx.HoldPlaces(ctx, seating.HoldID(b.HoldID))
		return err
	})
	return b, hold, err
}

// sold queues what goes with a booking's confirmation.
func (c *Client) sold(ctx context.Context, tx store.Tx, b booking.Booking) error {
	if err := tx.UpdateBooking(ctx, b); err != nil {
		return err
	}
	if err := tx.SettleVoucherUses(ctx, b.HoldID); err != nil {
		return err
	}
	return c.tell(ctx, tx, TopicBookingConfirmed, BookingNews{BookingID: b.ID, ShowID: catalog.ShowID(b.ShowID)})
}

// Quote returns the price of a booking line by line, as it was frozen with its hold. Errors: store.ErrNotFound.
func (s *BookingService) Quote(ctx context.Context, b booking.Booking) (pricing.Quote, error) {
	return view(ctx, s.c.db, func(tx store.Tx) (pricing.Quote, error) { return quoteOf(ctx, tx, b) })
}

// quoteOf reads the quote of a booking's hold, which no longer changes once there is a booking.
func quoteOf(ctx context.Context, tx store.Tx, b booking.Booking) (pricing.Quote, error) {
	row, err := tx.Hold(ctx, seating.HoldID(b.HoldID))
	if err != nil {
		return pricing.Quote{}, err
	}
	return decodeQuote(row.Detail, b)
}

// decodeQuote takes the quote out of a hold's detail.
func decodeQuote(raw json.RawMessage, b booking.Booking) (pricing.Quote, error) {
	var detail struct {
		Quote pricing.Quote `json:"quote"`
	}
	if err := json.Unmarshal(raw, &detail); err != nil {
		return pricing.Quote{}, fmt.Errorf("quote of %s: %w", b.ID, err)
	}
	return detail.Quote, nil
}

// PaymentHistory is what was paid for a booking with their refunds, oldest first.
type PaymentHistory struct {
	Intents []payment.Intent
	Refunds []payment.Refund
}

// Payments returns what was paid for a booking and given back.
func (s *BookingService) Payments(ctx context.Context, id booking.ID) (PaymentHistory, error) {
	paid, err := s.c.paid(ctx, id)
	return PaymentHistory{Intents: paid.Intents, Refunds: paid.Refunds}, err
}

// paid reads a booking and what was paid for it and given back, of one moment: beside a booking of a later one, a payment
// or a refund of it would seem not to be there.
func (c *Client) paid(ctx context.Context, id booking.ID) (store.PaidBooking, error) {
	var paid store.PaidBooking
	err := c.db.View(ctx, func(tx store.Tx) (err error) {
		paid, err = tx.PaidBooking(ctx, id)
		return err
	})
	return paid, err
}

// maxRaces bounds how often a change is decided anew because somebody else was faster. Each race that is lost is a change that
// somebody else has made, and one request can make two: a payment when it begins and when its gateway has answered, the
// cancellation of a ticket when it is made and when its refund is paid. There is room for 16 at once.
const maxRaces = 32

// retryStale decides again while somebody else's change came in between.
func retryStale[T any](decide func() (T, error)) (T, error) {
	for race := 1; ; race++ {
		v, err := decide()
		raced := errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrDuplicate)
		if !raced || race == maxRaces {
			return v, err
		}
	}
}
