package bms

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// CancelRequest asks to cancel tickets of a booking.
type CancelRequest struct {
	BookingID booking.ID
	Tickets   []booking.TicketID // empty means all that can be
	By        booking.Canceller
	Reason    string // shown to the buyer when the organizer cancels
	Key       string // idempotency key

	topic string // of the message; empty means TopicBookingCancelled
}

// PreviewCancel returns what a cancellation by the buyer would give back now. Empty
// tickets mean all. Errors: as Cancel.
func (s *BookingService) PreviewCancel(ctx context.Context, id booking.ID, tickets []booking.TicketID) (booking.RefundPlan, error) {
	b, err := s.Get(ctx, id)
	if err != nil {
		return booking.RefundPlan{}, err
	}
	if len(tickets) == 0 {
		return b.PreviewAll(booking.ByBuyer, s.c.db.Now())
	}
	return b.Preview(tickets, booking.ByBuyer, s.c.db.Now())
}

// Cancel cancels tickets: their places are on sale again, and what the policy gives back is
// on its way when Cancel returns. Errors: booking.ErrNoCancellation, booking.ErrTooLate,
// booking.ErrTicketUsed, booking.ErrTicketCancelled, booking.ErrNoTicket.
func (s *BookingService) Cancel(ctx context.Context, r CancelRequest) (booking.Booking, error) {
	if r.By == "" {
		r.By = booking.ByBuyer
	}
	b, err := once(ctx, s.c, "bookings.cancel", r.Key, r, func(finish finish[booking.Booking]) (booking.Booking, error) {
		return retryStale(func() (booking.Booking, error) { return s.cancel(ctx, r, finish) })
	})
	s.c.relay.Wake()
	return b, err
}

func (s *BookingService) cancel(ctx context.Context, r CancelRequest, finish finish[booking.Booking]) (booking.Booking, error) {
	paid, err := s.c.paid(ctx, r.BookingID)
	if err != nil {
		return booking.Booking{}, err
	}
	b, history := paid.Booking, PaymentHistory{Intents: paid.Intents, Refunds: paid.Refunds}
	var after booking.Booking
	err = s.c.judge.do(ctx, catalog.ShowID(b.ShowID), func(j *ruling) error {
		var plan booking.RefundPlan
		if len(r.Tickets) == 0 {
			after, plan, err = b.CancelAll(r.By, j.now)
		} else {
			after, plan, err = b.CancelTickets(r.Tickets, r.By, j.now)
		}
		if err != nil {
			return err
		}
		refunds, err := refundsFor(history, plan.Key, plan.Amount, "cancelled_by_"+string(r.By), j)
		if err != nil {
			return err
		}
		if len(refunds) == 0 && paidBut(history.Refunds, "") { // nothing is left to pay: it went back before, or by hand
			version := after.Version
			after = after.RefundSettled(j.now)
			after.Version = version // one change of the row
		}
		seats, areas := placesOf(after, plan)
		if _, err := j.inventory.Return(j.now, seating.HoldID(b.HoldID), seats, areas); err != nil {
			if errors.Is(err, seating.ErrNotHeld) { // somebody has cancelled them since the booking was read
				return fmt.Errorf("%w: %w", store.ErrStale, err)
			}
			return err
		}
		if err := s.recordCancel(ctx, j.tx, r, after, plan, refunds); err != nil {
			return err
		}
		return finish(j.tx, after)
	})
	return after, err
}

// recordCancel queues the writes of a cancellation.
func (s *BookingService) recordCancel(ctx context.Context, tx store.Tx, r CancelRequest, b booking.Booking, plan booking.RefundPlan, refunds []payment.Refund) error {
	if err := tx.UpdateBooking(ctx, b); err != nil {
		return err
	}
	news := BookingNews{BookingID: b.ID, ShowID: catalog.ShowID(b.ShowID), Reason: r.Reason}
	for _, t := range plan.PerTicket {
		news.Tickets = append(news.Tickets, t.TicketID)
	}
	for _, refund := range refunds {
		if err := tx.AddRefund(ctx, refund); err != nil {
			return err
		}
		news.RefundID = refund.ID
	}
	topic := r.topic
	if topic == "" {
		topic = TopicBookingCancelled
	}
	return s.c.tell(ctx, tx, topic, news)
}

// placesOf lists the places of the cancelled tickets.
func placesOf(b booking.Booking, plan booking.RefundPlan) ([]int32, []seating.Places) {
	var seats []int32
	var areas []seating.Places
	for _, back := range plan.PerTicket {
		ticket, _ := b.Ticket(back.TicketID)
		if ticket.Seat != booking.NoSeat {
			seats = append(seats, ticket.Seat)
			continue
		}
		areas = addPlace(areas, ticket.Area)
	}
	return seats, areas
}

// addPlace counts one more place in an area.
func addPlace(areas []seating.Places, area string) []seating.Places {
	for i := range areas {
		if areas[i].Area == area {
			areas[i].N++
			return areas
		}
	}
	return append(areas, seating.Places{Area: area, N: 1})
}

// CancelShow asks to cancel a show with everything sold for it.
type CancelShow struct {
	ShowID catalog.ShowID
	Reason string // told to every buyer

	// Progress is called as bookings are done, from one goroutine at a time. Nil means silence.
	Progress func(done int) `json:"-"`

	Key string // idempotency key
}

// Cancel cancels a show: sales stop at once, everyone gets everything back and is told.
// It can be called again after a failure and goes on where it stopped; Client.Run
// finishes what a crash left. It returns how many bookings this call cancelled.
func (s *ShowService) Cancel(ctx context.Context, r CancelShow) (int, error) {
	return once(ctx, s.c, "shows.cancel", r.Key, r, func(finish finish[int]) (int, error) {
		if _, err := s.SetStatus(ctx, r.ShowID, catalog.Cancelled); err != nil {
			return 0, err
		}
		done, err := s.cancelBookings(ctx, r)
		if err != nil {
			return done, err
		}
		err = s.c.db.Update(ctx, func(tx store.Tx) error { return finish(tx, done) })
		if errors.Is(err, store.ErrKeyLost) {
			err = nil // a twin has gone on with it since; what is cancelled is cancelled
		}
		return done, err
	})
}

// cancelWidth is how many bookings of a cancelled show are worked on at a time: the
// judge writes them together.
const cancelWidth = 64

func (s *ShowService) cancelBookings(ctx context.Context, r CancelShow) (int, error) {
	done, after := 0, booking.ID("")
	for {
		page, err := view(ctx, s.c.back, func(tx store.Tx) ([]booking.Booking, error) {
			return tx.BookingsOf(ctx, r.ShowID, []booking.Status{booking.Confirmed, booking.PartlyCancelled}, after, cancelWidth)
		})
		if err != nil || len(page) == 0 {
			return done, err
		}
		if err := s.cancelPage(ctx, r, page); err != nil {
			return done, err
		}
		done, after = done+len(page), page[len(page)-1].ID
		if r.Progress != nil {
			r.Progress(done)
		}
	}
}

func (s *ShowService) cancelPage(ctx context.Context, r CancelShow, page []booking.Booking) error {
	errs := make([]error, len(page))
	var wait sync.WaitGroup
	for i, b := range page {
		wait.Go(func() {
			_, err := s.c.Bookings.Cancel(ctx, CancelRequest{
				BookingID: b.ID, By: booking.ByOrganizer, Reason: r.Reason, topic: TopicShowCancelled,
			})
			if errors.Is(err, booking.ErrCancelled) || errors.Is(err, booking.ErrTicketCancelled) {
				err = nil // its buyer cancelled it in the meantime
			}
			errs[i] = err
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}
