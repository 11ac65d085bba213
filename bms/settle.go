package bms

import (
	"context"
	"errors"
	"fmt"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// news is what a gateway says about a payment, from whichever way it came: an answer, a
// notification, an inquiry.
type news struct {
	intent  payment.IntentID
	facts   payment.Facts
	gateway string // set with event
	event   string // identity of the notification; empty for the other ways

	// also is queued with whatever the news bring about. May be nil.
	also func(store.Tx, payment.Intent) error
}

// affair is everything that one payment touches.
type affair struct {
	news    news
	intent  payment.Intent // as it is now, then as it will be
	booking booking.Booking
	hold    seating.Hold
	refunds []payment.Refund
}

// learn brings news into effect, once however often they come. It decides anew when somebody
// else changes the same booking at the same time.
func (s *PaymentService) learn(ctx context.Context, n news) (payment.Intent, error) {
	giveBack, err := s.c.turns.take(ctx, string(n.intent))
	if err != nil {
		return payment.Intent{}, err
	}
	defer giveBack()
	i, err := retryStale(func() (payment.Intent, error) { return s.learnOnce(ctx, n) })
	if errors.Is(err, store.ErrKeyLost) { // what a gateway says counts, whoever has the key by now
		n.also = nil
		i, err = retryStale(func() (payment.Intent, error) { return s.learnOnce(ctx, n) })
	}
	s.c.relay.Wake()
	return i, err
}

func (s *PaymentService) learnOnce(ctx context.Context, n news) (payment.Intent, error) {
	a, err := s.affair(ctx, n)
	if err != nil {
		return payment.Intent{}, err
	}
	next, effect, err := a.intent.Apply(n.facts, s.c.db.Now())
	if err != nil {
		return a.intent, fmt.Errorf("payment %s: %w", n.intent, err)
	}
	a.intent = next
	switch effect {
	case payment.EffectNone:
		return next, s.note(ctx, a)
	case payment.EffectRecorded:
		return next, s.save(ctx, a)
	case payment.EffectCaptured:
		return next, s.captured(ctx, a, false)
	case payment.EffectLate:
		return next, s.captured(ctx, a, true)
	case payment.EffectMismatch:
		return next, s.giveBack(ctx, a, "amount_mismatch")
	case payment.EffectFailed, payment.EffectCancelled:
		return next, s.declined(ctx, a)
	}
	return next, fmt.Errorf("payment %s: unknown effect %q", n.intent, effect)
}

func (s *PaymentService) affair(ctx context.Context, n news) (affair, error) {
	a, err := view(ctx, s.c.db, func(tx store.Tx) (store.Affair, error) { return tx.Affair(ctx, n.intent) })
	if errors.Is(err, store.ErrNotFound) {
		err = fmt.Errorf("%w: %w", errNoIntent, err)
	}
	return affair{news: n, intent: a.Intent, booking: a.Booking, hold: a.Hold, refunds: a.Refunds}, err
}

// queue adds what goes with every effect: the notification's mark, the intent, the answer to who asked.
func (a affair) queue(ctx context.Context, tx store.Tx) error {
	if a.news.event != "" {
		if err := tx.SeeEvent(ctx, a.news.gateway, a.news.event); err != nil {
			return err
		}
	}
	if err := tx.UpdateIntent(ctx, a.intent); err != nil {
		return err
	}
	if a.news.also != nil {
		return a.news.also(tx, a.intent)
	}
	return nil
}

// note stores nothing new, except that the answer was given.
func (s *PaymentService) note(ctx context.Context, a affair) error {
	if a.news.also == nil {
		return nil
	}
	return s.c.db.Update(ctx, func(tx store.Tx) error { return a.news.also(tx, a.intent) })
}

// save stores the intent alone.
func (s *PaymentService) save(ctx context.Context, a affair) error {
	return s.c.db.Update(ctx, func(tx store.Tx) error { return a.queue(ctx, tx) })
}

// declined lets the buyer try again: the places are held as before.
func (s *PaymentService) declined(ctx context.Context, a affair) error {
	return s.c.judge.do(ctx, a.show(), func(j *ruling) error {
		hold, err := j.inventory.PaymentFailed(j.now, a.hold.ID)
		switch code := fault.CodeOf(err); {
		case err == nil:
			if err := s.c.keepVouchers(ctx, j.tx, hold); err != nil {
				return err
			}
		case code != fault.Conflict && code != fault.Expired:
			return err // a hold that ended in the meantime needs no freeing
		}
		return a.queue(ctx, j.tx)
	})
}

func (a affair) show() catalog.ShowID { return catalog.ShowID(a.booking.ShowID) }

// captured confirms the booking, or gives the money back when it cannot be: another
// payment was faster, or the places are gone.
func (s *PaymentService) captured(ctx context.Context, a affair, late bool) error {
	if !a.booking.ConfirmedAt.IsZero() {
		return s.giveBack(ctx, a, "paid_twice")
	}
	err := s.c.judge.do(ctx, a.show(), func(j *ruling) error { return s.confirm(ctx, j, a, late) })
	if errors.Is(err, errNotHonoured) {
		return s.giveBack(ctx, a, "places_gone")
	}
	return err
}

// errNotHonoured says that money came too late for the places that it was for.
var errNotHonoured = errors.New("late payment is not honoured")

// confirm sells the places and confirms the booking, in the judge's transaction.
func (s *PaymentService) confirm(ctx context.Context, j *ruling, a affair, late bool) error {
	b, err := a.confirmed(j, late)
	if err != nil {
		return err
	}
	if late {
		if err := s.vouchersLeft(ctx, j, a); err != nil {
			return err
		}
	}
	if _, err := j.inventory.Sell(j.now, a.hold); err != nil {
		return notHonoured(err)
	}
	if err := a.queue(ctx, j.tx); err != nil {
		return err
	}
	return s.c.sold(ctx, j.tx, b)
}

// confirmed is the booking after the money was taken. Money in time is honoured unless the show
// was cancelled meanwhile; late money also needs a show that is not over.
func (a affair) confirmed(j *ruling, late bool) (booking.Booking, error) {
	show := j.show.show
	if show.Status == catalog.Cancelled || late && j.now.After(show.EndsAt) {
		return a.booking, notHonoured(catalog.ErrCancelled)
	}
	confirm := func() (booking.Booking, error) { return a.booking.Confirm(j.now) }
	if late || a.booking.Status == booking.Expired {
		confirm = func() (booking.Booking, error) { return a.booking.PayLate(true, j.now) }
	}
	b, err := confirm()
	if err != nil {
		return b, notHonoured(err)
	}
	return b, nil
}

// notHonoured marks the refusals that mean the money goes back; a fault of ours is tried again instead.
func notHonoured(err error) error {
	if code := fault.CodeOf(err); code == fault.Internal || code == fault.Unavailable {
		return err
	}
	return &notHonouredError{err}
}

type notHonouredError struct{ cause error }

func (e *notHonouredError) Error() string { return errNotHonoured.Error() + ": " + e.cause.Error() }

func (e *notHonouredError) Unwrap() []error { return []error{errNotHonoured, e.cause} }

// vouchersLeft refuses late money whose vouchers others have used up since the reservation ended.
func (s *PaymentService) vouchersLeft(ctx context.Context, j *ruling, a affair) error {
	places, err := s.c.Holds.read(ctx, j.tx, a.hold.ID)
	if err != nil {
		return err
	}
	for _, v := range places.detail.Vouchers {
		err := s.c.Holds.checkUse(ctx, j.tx, &places, v)
		if errors.Is(err, pricing.ErrVoucherExhausted) || errors.Is(err, pricing.ErrVoucherBuyerLimit) {
			return notHonoured(err)
		}
		if code := fault.CodeOf(err); code == fault.Internal || code == fault.Unavailable {
			return err
		}
	}
	return nil
}

// giveBack returns money that no booking can use: all that is left of the payment, once.
func (s *PaymentService) giveBack(ctx context.Context, a affair, reason string) error {
	return s.c.db.Update(ctx, func(tx store.Tx) error {
		left, err := a.intent.Refundable(a.refunds)
		if err != nil {
			return err
		}
		if err := a.queue(ctx, tx); err != nil {
			return err
		}
		if !left.IsPositive() {
			return nil
		}
		if err := s.endUnpaid(ctx, tx, a); err != nil {
			return err
		}
		return s.owe(ctx, tx, a, left, reason)
	})
}

// endUnpaid closes a booking whose only money goes back.
func (s *PaymentService) endUnpaid(ctx context.Context, tx store.Tx, a affair) error {
	b, err := a.booking.PayLate(false, tx.Now())
	if err != nil || b.Version == a.booking.Version {
		return err
	}
	return tx.UpdateBooking(ctx, b)
}

// owe records a refund and tells the buyer.
func (s *PaymentService) owe(ctx context.Context, tx store.Tx, a affair, amount money.Amount, reason string) error {
	refund, fresh, err := payment.NewRefund(a.intent, a.refunds, payment.RefundOrder{Key: a.intent.ReturnKey(), Amount: amount, Reason: reason}, tx.Now())
	if err != nil || !fresh {
		return err
	}
	if err := tx.AddRefund(ctx, refund); err != nil {
		return err
	}
	return s.c.tell(ctx, tx, TopicPaymentReturned, BookingNews{BookingID: a.booking.ID, ShowID: a.show(), RefundID: refund.ID, Reason: reason})
}
