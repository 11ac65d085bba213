package bms

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/store"
)

// TicketService makes ticket codes and checks them at the gate.
type TicketService struct{ c *Client }

// How long before the start a ticket opens the gate, and after it: shows overrun, and
// gates that are offline have clocks of their own.
const (
	gateOpens  = 6 * time.Hour
	gateCloses = 24 * time.Hour
)

// Codes returns the codes of a booking's valid tickets. They are the same every time.
func (s *TicketService) Codes(ctx context.Context, b booking.Booking) (map[booking.TicketID]string, error) {
	if !b.Status.Admits() {
		return nil, nil
	}
	key, err := s.c.vault.ticketKey(ctx)
	if err != nil {
		return nil, err
	}
	signer, err := booking.NewSigner(ticketKeyID, key)
	if err != nil {
		return nil, fmt.Errorf("sign tickets of %s: %w", b.ID, err)
	}
	codes := make(map[booking.TicketID]string, len(b.Tickets))
	for _, t := range b.Tickets {
		if t.Status == booking.TicketCancelled {
			continue
		}
		codes[t.ID], err = signer.Sign(booking.TicketClaims{
			ShowID: b.ShowID, TicketID: t.ID, Seat: t.Seat, ValidFrom: b.ShowStart.Add(-gateOpens), ValidUntil: b.ShowStart.Add(gateCloses),
		})
		if err != nil {
			return nil, fmt.Errorf("sign %s: %w", t.ID, err)
		}
	}
	return codes, nil
}

// Keys returns the public keys that gates need to verify tickets offline.
func (s *TicketService) Keys(ctx context.Context) (map[booking.KeyID]ed25519.PublicKey, error) {
	key, err := s.c.vault.ticketKey(ctx)
	if err != nil {
		return nil, err
	}
	public, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		return nil, errors.New("ticket key has no public half")
	}
	return map[booking.KeyID]ed25519.PublicKey{ticketKeyID: public}, nil
}

// TicketCheck is what the gate is told about a code.
type TicketCheck struct {
	Ticket    booking.Ticket
	Reference booking.Reference
	Show      catalog.Show
	Admitted  bool // by this call
}

// Check says whether a code opens a gate of the show now, without using it up.
// Errors: booking.ErrNoCode, ErrForged, ErrOtherShow, ErrTooEarly, ErrOver,
// ErrTicketUsed, ErrTicketCancelled.
func (s *TicketService) Check(ctx context.Context, show catalog.ShowID, code string) (TicketCheck, error) {
	check, b, err := s.read(ctx, show, code)
	if err != nil {
		return check, err
	}
	_, err = b.Use(check.Ticket.ID, s.c.db.Now())
	return check, err
}

// UseRequest asks to let the holder of a ticket in.
type UseRequest struct {
	ShowID catalog.ShowID
	Code   string
	Key    string // idempotency key
}

// Use lets the holder of a ticket in, once. Errors: as Check.
func (s *TicketService) Use(ctx context.Context, r UseRequest) (TicketCheck, error) {
	return once(ctx, s.c, "tickets.use", r.Key, r, func(finish finish[TicketCheck]) (TicketCheck, error) {
		return retryStale(func() (TicketCheck, error) {
			check, b, err := s.read(ctx, r.ShowID, r.Code)
			if err != nil {
				return check, err
			}
			used, err := b.Use(check.Ticket.ID, s.c.db.Now())
			if err != nil {
				return check, err
			}
			check.Ticket, _ = used.Ticket(check.Ticket.ID)
			check.Admitted = true
			return check, s.c.db.Update(ctx, func(tx store.Tx) error {
				if err := tx.UpdateBooking(ctx, used); err != nil {
					return err
				}
				return finish(tx, check)
			})
		})
	})
}

// read verifies a code and finds its booking.
func (s *TicketService) read(ctx context.Context, show catalog.ShowID, code string) (TicketCheck, booking.Booking, error) {
	var check TicketCheck
	keys, err := s.Keys(ctx)
	if err != nil {
		return check, booking.Booking{}, err
	}
	verifier, err := booking.NewVerifier(keys)
	if err != nil {
		return check, booking.Booking{}, err
	}
	claims, err := verifier.Verify(code)
	if err != nil {
		return check, booking.Booking{}, err
	}
	if err := claims.Admits(string(show), s.c.db.Now()); err != nil {
		return check, booking.Booking{}, err
	}
	var b booking.Booking
	err = s.c.db.Read(ctx, func(tx store.Tx) error {
		if b, err = tx.BookingOfTicket(ctx, claims.TicketID); err != nil {
			return err
		}
		check.Show, err = tx.Show(ctx, show)
		return err
	})
	if err != nil {
		return check, b, fmt.Errorf("ticket %s: %w", claims.TicketID, err)
	}
	check.Ticket, _ = b.Ticket(claims.TicketID)
	check.Reference = b.Reference
	return check, b, nil
}
