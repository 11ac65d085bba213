package bms

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"strings"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/store"
)

// ErrNoBooking says that there is no such booking, or that who asks may not see it.
var ErrNoBooking = fault.New(fault.NotFound, "booking_not_found", "we know no booking with these details; check the reference and the email address")

// link is the token with which a guest proves a booking to be his: that of the link's present generation.
func (s *BookingService) link(ctx context.Context, b booking.Booking) (string, error) {
	return s.c.vault.token(ctx, "booking", renewed(string(b.ID), b.LinkGeneration))
}

// linkHash is what a booking stores of a link, and is opened by.
func linkHash(link string) []byte {
	sum := sha256.Sum256([]byte(link))
	return sum[:]
}

func (s *BookingService) withLink(ctx context.Context, b booking.Booking) (Booking, error) {
	link, err := s.link(ctx, b)
	return Booking{Booking: b, Link: link}, err
}

// ByLink returns the booking of a guest's link. Errors: ErrNoBooking, for one that was made anew since, too.
func (s *BookingService) ByLink(ctx context.Context, id booking.ID, link string) (Booking, error) {
	b, err := known(s.Get(ctx, id))
	if err != nil {
		return Booking{}, err
	}
	if subtle.ConstantTimeCompare(linkHash(link), b.AccessHash) != 1 {
		return Booking{}, ErrNoBooking
	}
	return Booking{Booking: b, Link: link}, nil
}

// ByReference returns the booking with the given reference, if the email address is its
// buyer's; both are compared as people type them. Errors: ErrNoBooking, an Invalid fault for what is no reference.
func (s *BookingService) ByReference(ctx context.Context, reference, email string) (Booking, error) {
	b, err := s.GetByReference(ctx, reference)
	switch {
	case err != nil:
		return Booking{}, err
	case !strings.EqualFold(strings.TrimSpace(email), b.Buyer.Email):
		return Booking{}, ErrNoBooking
	}
	return s.withLink(ctx, b)
}

// GetByReference returns the booking with a reference as people type it, for programs that know who asks. Errors: ErrNoBooking, an
// Invalid fault for what is no reference.
func (s *BookingService) GetByReference(ctx context.Context, reference string) (booking.Booking, error) {
	ref, err := booking.ParseReference(reference)
	if err != nil {
		return booking.Booking{}, err
	}
	return known(view(ctx, s.c.db, func(tx store.Tx) (booking.Booking, error) { return tx.BookingByReference(ctx, ref) }))
}

// known says of a booking that is not there what is said of one that may not be seen.
func known(b booking.Booking, err error) (booking.Booking, error) {
	if errors.Is(err, store.ErrNotFound) {
		err = ErrNoBooking
	}
	return b, err
}

// RenewLinkRequest asks for another link to a booking.
type RenewLinkRequest struct {
	BookingID booking.ID
	Link      string // the one that is to end; who has it proves the booking to be his

	// ByOperator says that the program knows who asks, as a box office does. Link is not looked at then.
	ByOperator bool

	Key string // idempotency key
}

// RenewLink ends the link of a booking: when it returns, the link opens the booking no more, nor does any browser that came by it.
// Another one is made and sent to the buyer by mail. Nobody else gets it, so that who has the old link, or repeats the
// call, does not learn the new one. Errors: ErrNoBooking, for another link than the present one, too.
//
// What it does not end: whoever knows the reference and the email address finds the booking by them (ByReference), and
// tickets admit as before.
func (s *BookingService) RenewLink(ctx context.Context, r RenewLinkRequest) (booking.Booking, error) {
	b, err := once(ctx, s.c, "bookings.renew_link", r.Key, r, func(finish finish[booking.Booking]) (booking.Booking, error) {
		return retryStale(func() (booking.Booking, error) { return s.renewLink(ctx, r, finish) })
	})
	s.c.relay.Wake()
	return b, err
}

func (s *BookingService) renewLink(ctx context.Context, r RenewLinkRequest, finish finish[booking.Booking]) (booking.Booking, error) {
	b, err := s.toRenew(ctx, r)
	if err != nil {
		return b, err
	}
	next := b
	next.LinkGeneration++
	link, err := s.link(ctx, next)
	if err != nil {
		return b, err
	}
	b = b.RenewLink(linkHash(link), s.c.db.Now())
	return b, s.c.db.Update(ctx, func(tx store.Tx) error {
		return firstOf(
			tx.UpdateBooking(ctx, b),
			s.c.tell(ctx, tx, TopicLinkRenewed, BookingNews{BookingID: b.ID, ShowID: catalog.ShowID(b.ShowID)}),
			finish(tx, b),
		)
	})
}

// toRenew returns the booking whose link is to be renewed, if who asks may do that.
func (s *BookingService) toRenew(ctx context.Context, r RenewLinkRequest) (booking.Booking, error) {
	if r.ByOperator {
		return known(s.Get(ctx, r.BookingID))
	}
	b, err := s.ByLink(ctx, r.BookingID, r.Link)
	return b.Booking, err
}
