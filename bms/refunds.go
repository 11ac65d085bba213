package bms

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/store"
)

// RefundRetry asks to make a failed refund again.
type RefundRetry struct {
	RefundID payment.RefundID
	Key      string // idempotency key
}

// RetryRefund has a refund that failed made again. It is pending when RetryRefund returns, and Client.Run asks the gateway
// for it within seconds, under the key that the refund has had from the start, so that it is never paid twice. Before
// that the gateway is asked what it has given back of the payment: when somebody has paid the refund there by hand
// it succeeds by that. Errors: store.ErrNotFound, payment.ErrNotFailed, payment.ErrOverRefund when less than
// the refund is left of the payment, ErrNoGateway; payment.ErrTemporary and its siblings when the gateway does not answer,
// in which case the same call may be repeated.
func (s *PaymentService) RetryRefund(ctx context.Context, r RefundRetry) (payment.Refund, error) {
	retried, err := once(ctx, s.c, "payments.retry_refund", r.Key, r, func(finish finish[payment.Refund]) (payment.Refund, error) {
		if err := s.lookBack(ctx, r.RefundID); err != nil {
			return payment.Refund{}, err
		}
		return retryStale(func() (payment.Refund, error) { return s.reopen(ctx, r.RefundID, finish) })
	})
	s.c.relay.Wake()
	return retried, err
}

// failedRefund is a refund that failed and all of its payment, of one moment: beside refunds of a later one, in which
// it is on its way already, it would seem to be more than what is left.
func (s *PaymentService) failedRefund(ctx context.Context, id payment.RefundID) (payment.Refund, store.Affair, error) {
	var r payment.Refund
	var a store.Affair
	err := s.c.db.View(ctx, func(tx store.Tx) (err error) {
		if r, err = tx.Refund(ctx, id); err != nil {
			return err
		}
		if r.Status != payment.RefundFailed {
			return payment.ErrNotFailed
		}
		a, err = tx.Affair(ctx, r.IntentID)
		return err
	})
	return r, a, err
}

// lookBack learns what the gateway has given back of the payment of a failed refund.
func (s *PaymentService) lookBack(ctx context.Context, id payment.RefundID) error {
	_, a, err := s.failedRefund(ctx, id)
	if err == nil {
		_, err = s.inquire(ctx, a.Intent)
	}
	return err
}

// reopen makes a failed refund due again.
func (s *PaymentService) reopen(ctx context.Context, id payment.RefundID, finish finish[payment.Refund]) (payment.Refund, error) {
	r, a, err := s.failedRefund(ctx, id)
	if err != nil {
		return r, err
	}
	next, err := r.Retry(a.Intent, a.Refunds, s.c.db.Now())
	if err != nil {
		return r, err
	}
	return next, s.c.db.Update(ctx, func(tx store.Tx) (err error) {
		if next.Status == payment.RefundSucceeded {
			err = s.putRefund(ctx, tx, next, r.Attempts)
		} else {
			err = tx.ReopenRefund(ctx, next, r.Attempts)
		}
		if err != nil {
			return err
		}
		return finish(tx, next)
	})
}

// maxFailedRefunds is the most that FailedRefunds returns.
const maxFailedRefunds = 1000

// FailedRefunds returns refunds that their gateway could not make, by id: money that is still owed and that a person must look
// after, with RetryRefund or at the gateway's own desk. It goes on behind after, empty for the beginning, and returns at most
// limit refunds, 100 for zero, never more than 1,000.
func (s *PaymentService) FailedRefunds(ctx context.Context, after payment.RefundID, limit int) ([]payment.Refund, error) {
	if limit <= 0 {
		limit = pageOf
	}
	return view(ctx, s.c.back, func(tx store.Tx) ([]payment.Refund, error) {
		return tx.FailedRefunds(ctx, after, min(limit, maxFailedRefunds))
	})
}

// refundsFor spreads an amount over the captured payments of a booking, newest first. Where the gateway has given money
// back past our books, by hand, it is what is left when that is less. Error: payment.ErrOverRefund when our own
// books do not have the amount.
func refundsFor(history PaymentHistory, key string, amount money.Amount, reason string, j *ruling) ([]payment.Refund, error) {
	if amount.Minor > history.booked() {
		return nil, payment.ErrOverRefund
	}
	var refunds []payment.Refund
	owed := amount.Minor
	for i := len(history.Intents) - 1; i >= 0 && owed > 0; i-- {
		left, err := history.Intents[i].Refundable(history.Refunds)
		if err != nil {
			return nil, err
		}
		part := min(owed, left.Minor)
		if part <= 0 {
			continue
		}
		order := payment.RefundOrder{Key: key, Amount: money.New(part, amount.Currency), Reason: reason}
		if n := len(refunds); n > 0 {
			order.Key += "/" + strconv.Itoa(n+1)
		}
		refund, fresh, err := payment.NewRefund(history.Intents[i], history.Refunds, order, j.now)
		if err != nil {
			return nil, err
		}
		owed -= part
		if fresh {
			refunds = append(refunds, refund)
		}
	}
	return refunds, nil
}

// booked is what was captured and not given back by our own books, in minor units.
func (h PaymentHistory) booked() int64 {
	var left int64
	for _, i := range h.Intents {
		left += i.Captured.Minor
	}
	for _, r := range h.Refunds {
		if r.Status != payment.RefundFailed {
			left -= r.Amount.Minor
		}
	}
	return left
}

// payRefund asks the gateway for a refund that is due and stores what it says.
func (s *PaymentService) payRefund(ctx context.Context, r payment.Refund) error {
	claimed := r.Claim(s.c.db.Now())
	var intent payment.Intent
	err := s.c.back.Update(ctx, func(tx store.Tx) error {
		var err error
		if intent, err = tx.Intent(ctx, r.IntentID); err != nil {
			return err
		}
		return tx.UpdateRefund(ctx, claimed, r.Attempts)
	})
	if errors.Is(err, store.ErrStale) {
		return nil // somebody else is at it
	}
	if err != nil {
		return err
	}
	g, ok := s.c.gateways[intent.Gateway]
	if !ok {
		return fmt.Errorf("refund %s: %w", r.ID, ErrNoGateway)
	}
	facts, err := ask(ctx, s.c, func(ctx context.Context) (payment.RefundFacts, error) {
		return g.Refund(ctx, payment.RefundRequest{
			Key: r.Key, GatewayRef: intent.GatewayRef, IntentID: intent.ID, Amount: r.Amount, Reason: r.Reason,
		})
	})
	now, cause := s.c.db.Now(), err
	if cause != nil {
		s.c.log.WarnContext(ctx, "refund not made", slog.String("refund", string(r.ID)), logErr(cause))
	}
	stored := func(tx store.Tx) (payment.Refund, error) { return tx.Refund(ctx, r.ID) }
	return s.changeRefund(ctx, stored, func(r payment.Refund) (payment.Refund, bool, error) {
		switch {
		case cause == nil:
			return r.Apply(facts, now)
		case r.Attempts != claimed.Attempts:
			return r, false, nil // somebody has asked again since
		}
		return r.Fail(cause, now), true, nil
	})
}

// changeRefund brings news of a refund into effect, deciding anew when somebody else changes it or its booking at
// the same time.
func (s *PaymentService) changeRefund(ctx context.Context, find func(store.Tx) (payment.Refund, error), change func(payment.Refund) (payment.Refund, bool, error)) error {
	_, err := retryStale(func() (payment.Refund, error) {
		r, err := view(ctx, s.c.back, find)
		if err != nil {
			return r, err
		}
		next, changed, err := change(r)
		if err != nil || !changed {
			return r, err
		}
		return next, s.c.back.Update(ctx, func(tx store.Tx) error { return s.putRefund(ctx, tx, next, r.Attempts) })
	})
	s.c.relay.Wake()
	return err
}

// putRefund queues a refund's new state. When it is paid its buyer is told, and a booking of which nothing is left ends.
func (s *PaymentService) putRefund(ctx context.Context, tx store.Tx, r payment.Refund, attempts int) error {
	if r.Status != payment.RefundSucceeded {
		return tx.UpdateRefund(ctx, r, attempts)
	}
	b, err := tx.Booking(ctx, booking.ID(r.BookingID))
	if err != nil {
		return err
	}
	all, err := tx.RefundsOf(ctx, b.ID)
	if err != nil {
		return err
	}
	if err := tx.UpdateRefund(ctx, r, attempts); err != nil {
		return err
	}
	settled := b.RefundSettled(tx.Now())
	if settled.Version == b.Version || !paidBut(all, r.ID) { // who pays another or cancels the rest meanwhile finds the booking changed
		settled = b
		settled.Version++
	}
	if err := tx.UpdateBooking(ctx, settled); err != nil {
		return err
	}
	return s.c.tell(ctx, tx, TopicRefundSent, BookingNews{BookingID: b.ID, ShowID: catalog.ShowID(b.ShowID), RefundID: r.ID})
}

// paidBut reports whether every refund but one has been paid.
func paidBut(all []payment.Refund, but payment.RefundID) bool {
	for _, r := range all {
		if r.ID != but && r.Status != payment.RefundSucceeded {
			return false
		}
	}
	return true
}

// learnRefund takes a gateway's news about a refund of a payment.
func (s *PaymentService) learnRefund(ctx context.Context, intent payment.IntentID, f payment.RefundFacts) error {
	find := func(tx store.Tx) (payment.Refund, error) { return s.refundByKey(ctx, tx, intent, f.Key) }
	err := s.changeRefund(ctx, find, func(r payment.Refund) (payment.Refund, bool, error) { return r.Apply(f, s.c.db.Now()) })
	if errors.Is(err, store.ErrNotFound) {
		return nil // made at the gateway by hand: the intent has learned its sum
	}
	return err
}

func (s *PaymentService) refundByKey(ctx context.Context, tx store.Tx, intent payment.IntentID, key string) (payment.Refund, error) {
	i, err := tx.Intent(ctx, intent)
	if err != nil {
		return payment.Refund{}, err
	}
	all, err := tx.RefundsOf(ctx, booking.ID(i.BookingID))
	if err != nil {
		return payment.Refund{}, err
	}
	for _, r := range all {
		if r.Key == key {
			return r, nil
		}
	}
	return payment.Refund{}, store.ErrNotFound
}
