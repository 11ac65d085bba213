package bms_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// payLate starts a payment, lets its time pass and has the bank take the money then.
func payLate(t *testing.T, kit *bmstest.Kit, between func()) booking.Booking {
	t.Helper()
	b := kit.Book(kit.Hold("stalls-B-3", "stalls-B-4"))
	intent := kit.Start(b.ID)
	_, err := kit.Bank.Choose(intent.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay, Delay: 30 * time.Minute})
	require.NoError(t, err)
	kit.Clock.Advance(20 * time.Minute)
	require.NoError(t, kit.Drain(t.Context()))
	between()
	kit.Clock.Advance(11 * time.Minute)
	kit.Deliver()
	require.NoError(t, kit.Drain(t.Context()))
	after, err := kit.Bookings.Get(t.Context(), b.ID)
	require.NoError(t, err)
	return after
}

func TestLatePayment_HonouredWhileTheSeatsAreFree(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := payLate(t, kit, func() {})
		assert.Equal(t, booking.Confirmed, b.Status)
		history, err := kit.Bookings.Payments(t.Context(), b.ID)
		require.NoError(t, err)
		assert.Empty(t, history.Refunds)
		kit.MustBeClean()
	})
}

func TestLatePayment_RefundedOnceWhenTheSeatsAreGone(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := payLate(t, kit, func() { kit.Buy("stalls-B-4") })
		assert.Equal(t, booking.Refunded, b.Status)
		history, err := kit.Bookings.Payments(t.Context(), b.ID)
		require.NoError(t, err)
		require.Len(t, history.Refunds, 1)
		assert.Equal(t, b.Total, history.Refunds[0].Amount)
		for _, e := range kit.Bank.Ledger() {
			if e.IntentID == history.Intents[0].ID {
				assert.Equal(t, e.Captured, e.Refunded)
			}
		}
		var kinds []notify.Kind
		for _, m := range kit.Mails.Mails() {
			if m.BookingID == string(b.ID) {
				kinds = append(kinds, m.Kind)
			}
		}
		assert.ElementsMatch(t, []notify.Kind{notify.BookingExpired, notify.LatePaymentRefunded, notify.RefundSent}, kinds)
		kit.MustBeClean()
	})
}

func TestPayment_KeepsTheSeatsUntilItsDeadline(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		kit.Start(b.ID)
		kit.Clock.Advance(14 * time.Minute) // the hold itself would have ended after 8
		_, err := kit.Holds.Create(t.Context(), bms.HoldRequest{ShowID: kit.Programme.Show.ID, Seats: []bms.SeatItem{{Seat: "stalls-A-1"}}})
		require.ErrorIs(t, err, seating.ErrTaken)
		kit.Clock.Advance(2 * time.Minute)
		kit.Hold("stalls-A-1")
	})
}

func TestPayment_DeclineKeepsTheHoldForAnotherTry(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		kit.Choose(kit.Start(b.ID), sandbox.Choice{Outcome: sandbox.InsufficientFunds})
		history, err := kit.Bookings.Payments(t.Context(), b.ID)
		require.NoError(t, err)
		assert.Equal(t, payment.Failed, history.Intents[0].Status)
		assert.Equal(t, payment.ReasonInsufficientFunds, history.Intents[0].Reason)

		kit.Choose(kit.Start(b.ID), sandbox.Choice{Outcome: sandbox.Pay})
		after, err := kit.Bookings.Get(t.Context(), b.ID)
		require.NoError(t, err)
		assert.Equal(t, booking.Confirmed, after.Status)
		kit.MustBeClean()
	})
}

// lateDecline has a payment declined ten seconds before its deadline, and returns the end of the hold then.
func lateDecline(t *testing.T, kit *bmstest.Kit, b booking.ID) time.Time {
	t.Helper()
	first := kit.Start(b)
	kit.Clock.Advance(15*time.Minute - 10*time.Second)
	kit.Choose(first, sandbox.Choice{Outcome: sandbox.InsufficientFunds})
	return first.ExpiresAt.Add(-10*time.Second + seating.RetryFor)
}

func TestPayment_RetryAfterALateDeclineWhileTheHoldLives(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		end := lateDecline(t, kit, b.ID)
		kit.Clock.Advance(time.Minute) // the first deadline is over, the time to try again is not
		require.NoError(t, kit.Drain(t.Context()))
		retry := kit.Start(b.ID)
		assert.Equal(t, end, retry.ExpiresAt, "what is left of the hold")
		assert.Equal(t, 2, retry.Attempt)

		kit.Clock.Advance(end.Sub(kit.Clock.Now()))
		_, err := kit.Holds.Create(t.Context(), bms.HoldRequest{ShowID: kit.Programme.Show.ID, Seats: []bms.SeatItem{{Seat: "stalls-A-1"}}})
		require.ErrorIs(t, err, seating.ErrTaken, "safe until the end of the retry")
		kit.Choose(retry, sandbox.Choice{Outcome: sandbox.Pay})
		after, err := kit.Bookings.Get(t.Context(), b.ID)
		require.NoError(t, err)
		assert.Equal(t, booking.Confirmed, after.Status)
		assert.Equal(t, end, after.PayBy)
		kit.MustBeClean()
	})
}

func TestPayment_RetryIsRefusedWhenTheHoldIsOver(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		end := lateDecline(t, kit, b.ID)
		retry := func() error {
			_, err := kit.Payments.Start(t.Context(), bms.PaymentRequest{BookingID: b.ID, ReturnURL: "http://shop.example/"})
			return err
		}
		kit.Clock.Advance(end.Sub(kit.Clock.Now()) + time.Second)
		require.ErrorIs(t, retry(), seating.ErrExpired, "the grace is for answers")
		kit.Clock.Advance(2 * time.Second)
		require.ErrorIs(t, retry(), seating.ErrExpired, "over")
		other := kit.Hold("stalls-A-1")
		require.ErrorIs(t, retry(), seating.ErrExpired, "somebody else has the seat")
		require.NoError(t, kit.Drain(t.Context()))
		require.ErrorIs(t, retry(), booking.ErrExpired, "the sweep has ended the booking")

		kit.Choose(kit.Start(kit.Book(other).ID), sandbox.Choice{Outcome: sandbox.Pay})
		kit.MustBeClean()
	})
}

// A second late decline leaves no more time: buyers cannot keep seats by being declined.
func TestPayment_TimeToTryAgainIsGivenOnce(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		end := lateDecline(t, kit, b.ID)
		kit.Clock.Advance(time.Minute)
		retry := kit.Start(b.ID)
		kit.Clock.Advance(end.Sub(kit.Clock.Now()) - 10*time.Second)
		kit.Choose(retry, sandbox.Choice{Outcome: sandbox.Declined})
		assert.Equal(t, end, kit.Start(b.ID).ExpiresAt)
		kit.Clock.Advance(13 * time.Second)
		kit.Hold("stalls-A-1")
	})
}

func TestPayment_FirstStartWithinTheGraceHasItsFullTime(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		kit.Clock.Advance(8*time.Minute + time.Second)
		assert.Equal(t, kit.Clock.Now().Add(15*time.Minute), kit.Start(b.ID).ExpiresAt)
	})
}

func TestPayment_PaidTwiceIsRefundedOnce(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		first, second := kit.Start(b.ID), kit.Start(b.ID)
		kit.Choose(second, sandbox.Choice{Outcome: sandbox.Pay})
		kit.Choose(first, sandbox.Choice{Outcome: sandbox.Pay, Webhooks: sandbox.Webhooks{Duplicate: true}})
		require.NoError(t, kit.Drain(t.Context()))
		after, err := kit.Bookings.Get(t.Context(), b.ID)
		require.NoError(t, err)
		assert.Equal(t, booking.Confirmed, after.Status)
		history, err := kit.Bookings.Payments(t.Context(), b.ID)
		require.NoError(t, err)
		require.Len(t, history.Refunds, 1)
		assert.Equal(t, first.ID, history.Refunds[0].IntentID)
		kit.MustBeClean()
	})
}

func TestPayment_LostNotificationIsFoundByInquiry(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		kit.Choose(kit.Start(b.ID), sandbox.Choice{Outcome: sandbox.Pay, Webhooks: sandbox.Webhooks{Drop: true}})
		kit.Clock.Advance(5 * time.Minute)
		require.NoError(t, kit.Drain(t.Context()))
		after, err := kit.Bookings.Get(t.Context(), b.ID)
		require.NoError(t, err)
		assert.Equal(t, booking.Confirmed, after.Status)
	})
}

func TestShowCancel_EveryoneIsRefundedAndTold(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		sold := []booking.Booking{kit.Buy("stalls-A-1"), kit.Buy("stalls-A-2", "stalls-A-3"), kit.Buy("stalls-C-1")}
		unpaid := kit.Book(kit.Hold("stalls-C-5"))
		paying := kit.Start(unpaid.ID)

		cancel := bms.CancelShow{ShowID: kit.Programme.Show.ID, Reason: "the projector broke", Key: "cancel-1"}
		n, err := kit.Shows.Cancel(t.Context(), cancel)
		require.NoError(t, err)
		assert.Equal(t, 3, n)
		n, err = kit.Shows.Cancel(t.Context(), cancel)
		require.NoError(t, err)
		assert.Equal(t, 3, n, "the same key answers the same")
		kit.Choose(paying, sandbox.Choice{Outcome: sandbox.Pay})
		require.NoError(t, kit.Drain(t.Context()))

		for _, b := range sold {
			after, err := kit.Bookings.Get(t.Context(), b.ID)
			require.NoError(t, err)
			assert.Equal(t, booking.Refunded, after.Status)
		}
		for _, e := range kit.Bank.Ledger() {
			assert.Equal(t, e.Captured, e.Refunded, "fees too")
		}
		told := 0
		for _, m := range kit.Mails.Mails() {
			if m.Kind == notify.ShowCancelled {
				told++
			}
		}
		assert.Equal(t, 3, told)
		kit.MustBeClean()
	})
}
