package bms_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/store"
)

// taken is what the bank has taken for a payment, in minor units.
func taken(kit *bmstest.Kit, i payment.Intent) int64 {
	for _, e := range kit.Bank.Ledger() {
		if e.IntentID == i.ID {
			return e.Captured.Minor
		}
	}
	return -1
}

// agree has the buyer agree on the gateway's page, without the notification being delivered.
func agree(t *testing.T, kit *bmstest.Kit, i payment.Intent, w sandbox.Webhooks) {
	t.Helper()
	_, err := kit.Bank.Choose(i.GatewayRef, sandbox.Choice{Outcome: sandbox.Authorize, Webhooks: w})
	require.NoError(t, err)
}

func TestConfirm_TheReturnFromThePageTakesTheMoney(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		i := kit.Start(b.ID)
		agree(t, kit, i, sandbox.Webhooks{})
		after, err := kit.Payments.Refresh(t.Context(), i.ID)
		require.NoError(t, err)
		assert.Equal(t, payment.Captured, after.Status)
		assert.Equal(t, booking.Confirmed, statusOf(t, kit, b.ID))
		kit.Deliver()
		_, err = kit.Payments.Refresh(t.Context(), i.ID)
		require.NoError(t, err)
		assert.Equal(t, b.Total.Minor, taken(kit, i))
		kit.MustBeClean()
	})
}

// The buyer has agreed and closed the browser: the notification, or the inquiry when that is lost, will do.
func TestConfirm_NobodyNeedsToComeBack(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		webhooks sandbox.Webhooks
		wait     time.Duration
	}{
		"told":          {sandbox.Webhooks{}, 0},
		"told twice":    {sandbox.Webhooks{Duplicate: true}, 0},
		"told backward": {sandbox.Webhooks{Reorder: true}, 0},
		"not told":      {sandbox.Webhooks{Drop: true}, 15 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
				b := kit.Book(kit.Hold("stalls-A-1"))
				agree(t, kit, kit.Start(b.ID), row.webhooks)
				kit.Deliver()
				kit.Clock.Advance(row.wait)
				require.NoError(t, kit.Drain(t.Context()))
				assert.Equal(t, booking.Confirmed, statusOf(t, kit, b.ID))
				kit.Deliver()
				kit.MustBeClean()
			})
		})
	}
}

func TestConfirm_WhatWasGivenUpIsNotTaken(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		first, second := kit.Start(b.ID), kit.Start(b.ID)
		agree(t, kit, first, sandbox.Webhooks{})
		kit.Deliver()
		require.NoError(t, kit.Drain(t.Context()))
		after, err := kit.Payments.Refresh(t.Context(), first.ID)
		require.NoError(t, err)
		assert.Equal(t, payment.Cancelled, after.Status)
		assert.Zero(t, taken(kit, first), "the second attempt has taken its place")

		late := kit.Book(kit.Hold("stalls-A-2"))
		overdue := kit.Start(late.ID)
		agree(t, kit, overdue, sandbox.Webhooks{Drop: true})
		agree(t, kit, second, sandbox.Webhooks{})
		kit.Deliver()
		require.NoError(t, kit.Drain(t.Context()))
		kit.Clock.Advance(16 * time.Minute)
		_, err = kit.Payments.Confirm(t.Context(), bms.ConfirmRequest{PaymentID: overdue.ID})
		require.ErrorIs(t, err, payment.ErrEnded)
		require.NoError(t, kit.Drain(t.Context()))
		kit.MustBeClean()
		assert.Equal(t, booking.Confirmed, statusOf(t, kit, b.ID))
	})
}

func TestConfirm_AfterTheDeadlineNothingIsTaken(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		i := kit.Start(b.ID)
		agree(t, kit, i, sandbox.Webhooks{Drop: true})
		kit.Clock.Advance(16 * time.Minute)
		require.NoError(t, kit.Drain(t.Context()))
		assert.Equal(t, booking.Expired, statusOf(t, kit, b.ID))
		assert.Zero(t, taken(kit, i))
		_, err := kit.Payments.Confirm(t.Context(), bms.ConfirmRequest{PaymentID: i.ID})
		require.ErrorIs(t, err, payment.ErrEnded)
	})
}

func TestConfirm_ChargesATokenOnce(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		i := kit.Start(b.ID)
		r := bms.ConfirmRequest{PaymentID: i.ID, Token: sandbox.Token(sandbox.Pay), Key: "k1"}
		paid, err := kit.Payments.Confirm(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, payment.Captured, paid.Status)
		assert.Equal(t, booking.Confirmed, statusOf(t, kit, b.ID))
		again, err := kit.Payments.Confirm(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, paid, again)
		r.Key = "k2"
		for range 2 {
			again, err = kit.Payments.Confirm(t.Context(), r)
			require.NoError(t, err)
			assert.Equal(t, paid, again, "it is paid, whatever the key")
		}
		assert.Equal(t, b.Total.Minor, taken(kit, i))
		kit.MustBeClean()
	})
}

func TestConfirm_ADeclineIsNoErrorAndLeavesAnotherTry(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		r := bms.ConfirmRequest{PaymentID: kit.Start(b.ID).ID, Token: sandbox.Token(sandbox.ExpiredCard), Key: "k1"}
		declined, err := kit.Payments.Confirm(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, payment.ReasonExpiredCard, declined.Reason)
		r.Token, r.Key = sandbox.Token(sandbox.Pay), "k2"
		_, err = kit.Payments.Confirm(t.Context(), r)
		require.ErrorIs(t, err, payment.ErrEnded)

		r.PaymentID = kit.Start(b.ID).ID
		_, err = kit.Payments.Confirm(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, booking.Confirmed, statusOf(t, kit, b.ID))
		kit.MustBeClean()
	})
}

func TestConfirm_ALostAnswerIsFoundByRepeating(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		i := kit.Start(b.ID)
		r := bms.ConfirmRequest{PaymentID: i.ID, Token: sandbox.Token(sandbox.Pay), Key: "k1"}
		kit.Bank.SetFaults(sandbox.Faults{ConfirmTemporary: 1, ConfirmTimeout: 1})
		for _, want := range []error{payment.ErrTemporary, payment.ErrUnknownOutcome} {
			_, err := kit.Payments.Confirm(t.Context(), r)
			require.ErrorIs(t, err, want)
		}
		paid, err := kit.Payments.Confirm(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, payment.Captured, paid.Status)
		assert.Equal(t, b.Total.Minor, taken(kit, i))
		kit.MustBeClean()
	})
}

func TestConfirm_RefusesWhatIsNoPaymentOrNoToken(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		_, err := kit.Payments.Confirm(t.Context(), bms.ConfirmRequest{PaymentID: "pay_none"})
		require.ErrorIs(t, err, store.ErrNotFound)
		i := kit.Start(kit.Book(kit.Hold("stalls-A-1")).ID)
		_, err = kit.Payments.Confirm(t.Context(), bms.ConfirmRequest{PaymentID: i.ID, Token: "nonsense"})
		require.Equal(t, fault.Invalid, fault.CodeOf(err))
		assert.Equal(t, "token", fault.Of(err).Field)
		_, err = kit.Another(other{kit.Bank}).Payments.Confirm(t.Context(), bms.ConfirmRequest{PaymentID: i.ID})
		require.ErrorIs(t, err, bms.ErrNoGateway)
		waiting, err := kit.Payments.Confirm(t.Context(), bms.ConfirmRequest{PaymentID: i.ID})
		require.NoError(t, err)
		assert.Equal(t, payment.Pending, waiting.Status, "the buyer has not agreed yet")
	})
}

func TestStart_WithAGatewayThatIsNotThere(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	b := kit.Book(kit.Hold("stalls-A-1"))
	_, err := kit.Payments.Start(t.Context(), bms.PaymentRequest{BookingID: b.ID, Gateway: "none"})
	require.ErrorIs(t, err, bms.ErrNoGateway)
	assert.Equal(t, "gateway", fault.Of(err).Field)
}
