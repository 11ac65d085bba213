package bms_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/store"
)

// cancelled sells a seat, cancels it and lets the refund come to what the faults say.
func cancelled(t *testing.T, kit *bmstest.Kit, faults sandbox.Faults) booking.Booking {
	t.Helper()
	b := kit.Buy("stalls-A-1")
	kit.Bank.SetFaults(faults)
	_, err := kit.Bookings.Cancel(t.Context(), bms.CancelRequest{BookingID: b.ID})
	require.NoError(t, err)
	require.NoError(t, kit.Drain(t.Context()))
	kit.Deliver()
	kit.Bank.SetFaults(sandbox.Faults{})
	return b
}

// onlyFailed is the one refund that failed.
func onlyFailed(t *testing.T, kit *bmstest.Kit) payment.Refund {
	t.Helper()
	failed, err := kit.Payments.FailedRefunds(t.Context(), "", 0)
	require.NoError(t, err)
	require.Len(t, failed, 1)
	return failed[0]
}

// refunded compares what the bank has given back of a booking's payment with what it should.
func refunded(t *testing.T, kit *bmstest.Kit, b booking.ID, want money.Amount) {
	t.Helper()
	history, err := kit.Bookings.Payments(t.Context(), b)
	require.NoError(t, err)
	for _, e := range kit.Bank.Ledger() {
		if e.IntentID == history.Intents[0].ID {
			assert.Equal(t, want, e.Refunded)
		}
	}
}

func statusOf(t *testing.T, kit *bmstest.Kit, b booking.ID) booking.Status {
	t.Helper()
	now, err := kit.Bookings.Get(t.Context(), b)
	require.NoError(t, err)
	return now.Status
}

func TestRetryRefund_PaysOnceWhatFailed(t *testing.T) {
	t.Parallel()
	for how, faults := range map[string]sandbox.Faults{"failed": {RefundFails: 1}, "refused": {RefundRefused: 1}} {
		t.Run(how, func(t *testing.T) {
			onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
				b := cancelled(t, kit, faults)
				failed := onlyFailed(t, kit)
				assert.Equal(t, money.New(20000, "INR"), failed.Amount)
				assert.NotEmpty(t, failed.Failure)
				assert.Equal(t, booking.Cancelled, statusOf(t, kit, b.ID))
				report, err := kit.Audit(t.Context())
				require.NoError(t, err)
				require.Len(t, report.Violations, 1)
				assert.Equal(t, "refund_failed", report.Violations[0].Check)
				assert.Equal(t, string(failed.ID), report.Violations[0].Subject)

				retry := bms.RefundRetry{RefundID: failed.ID, Key: "k1"}
				again, err := kit.Payments.RetryRefund(t.Context(), retry)
				require.NoError(t, err)
				assert.Equal(t, payment.RefundPending, again.Status)
				assert.Equal(t, failed.Key, again.Key)
				require.NoError(t, kit.Drain(t.Context()))
				replayed, err := kit.Payments.RetryRefund(t.Context(), retry)
				require.NoError(t, err)
				assert.Equal(t, again, replayed, "the same key answers the same")

				refunded(t, kit, b.ID, failed.Amount)
				assert.Equal(t, booking.Refunded, statusOf(t, kit, b.ID))
				mails := kit.Mails.Mails()
				assert.Equal(t, notify.RefundSent, mails[len(mails)-1].Kind)
				kit.MustBeClean()
			})
		})
	}
}

func TestRetryRefund_OnlyOfWhatFailed(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Buy("stalls-A-1")
		_, err := kit.Bookings.Cancel(t.Context(), bms.CancelRequest{BookingID: b.ID})
		require.NoError(t, err)
		history, err := kit.Bookings.Payments(t.Context(), b.ID)
		require.NoError(t, err)
		for range 2 { // while it is owed, and when it is paid
			_, err = kit.Payments.RetryRefund(t.Context(), bms.RefundRetry{RefundID: history.Refunds[0].ID, Key: "k1"})
			require.ErrorIs(t, err, payment.ErrNotFailed)
			require.NoError(t, kit.Drain(t.Context()))
		}
		_, err = kit.Payments.RetryRefund(t.Context(), bms.RefundRetry{RefundID: "rfd_none"})
		require.ErrorIs(t, err, store.ErrNotFound)
		refunded(t, kit, b.ID, history.Refunds[0].Amount)
	})
}

func TestRetryRefund_FindsWhatWasGivenBackByHand(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := cancelled(t, kit, sandbox.Faults{RefundFails: 1})
		failed := onlyFailed(t, kit)
		history, err := kit.Bookings.Payments(t.Context(), b.ID)
		require.NoError(t, err)
		require.NoError(t, kit.Bank.GiveBack(history.Intents[0].GatewayRef, failed.Amount)) // its webhook is not delivered yet

		done, err := kit.Payments.RetryRefund(t.Context(), bms.RefundRetry{RefundID: failed.ID})
		require.NoError(t, err)
		assert.Equal(t, payment.RefundSucceeded, done.Status)
		kit.Deliver()
		require.NoError(t, kit.Drain(t.Context()))
		refunded(t, kit, b.ID, failed.Amount)
		assert.Equal(t, booking.Refunded, statusOf(t, kit, b.ID))
		kit.MustBeClean()
	})
}

func TestRetryRefund_NotMoreThanIsLeft(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := cancelled(t, kit, sandbox.Faults{RefundFails: 1})
		failed := onlyFailed(t, kit)
		history, err := kit.Bookings.Payments(t.Context(), b.ID)
		require.NoError(t, err)
		require.NoError(t, kit.Bank.GiveBack(history.Intents[0].GatewayRef, money.New(15000, "INR")))
		_, err = kit.Payments.RetryRefund(t.Context(), bms.RefundRetry{RefundID: failed.ID})
		require.ErrorIs(t, err, payment.ErrOverRefund)
		assert.Equal(t, failed, onlyFailed(t, kit))
		require.NoError(t, kit.Bank.GiveBack(history.Intents[0].GatewayRef, money.New(5000, "INR"))) // the rest by hand too
		_, err = kit.Payments.RetryRefund(t.Context(), bms.RefundRetry{RefundID: failed.ID})
		require.NoError(t, err)
		kit.MustBeClean()
	})
}

func TestRetryRefund_ABusyGatewayLeavesItAsItWas(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		cancelled(t, kit, sandbox.Faults{RefundFails: 1})
		failed := onlyFailed(t, kit)
		kit.Bank.SetFaults(sandbox.Faults{InquireTemporary: 1})
		retry := bms.RefundRetry{RefundID: failed.ID, Key: "k1"}
		_, err := kit.Payments.RetryRefund(t.Context(), retry)
		require.ErrorIs(t, err, payment.ErrTemporary)
		assert.Equal(t, failed, onlyFailed(t, kit))
		_, err = kit.Payments.RetryRefund(t.Context(), retry)
		require.NoError(t, err, "the key is free")
		kit.MustBeClean()
	})
}

func TestRetryRefund_ManyAtOncePayOnce(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := cancelled(t, kit, sandbox.Faults{RefundFails: 1})
		failed := onlyFailed(t, kit)
		errs := make([]error, 8)
		var wait sync.WaitGroup
		for i := range errs {
			wait.Go(func() { _, errs[i] = kit.Payments.RetryRefund(t.Context(), bms.RefundRetry{RefundID: failed.ID}) })
		}
		wait.Wait()
		won := 0
		for _, err := range errs {
			if !errors.Is(err, payment.ErrNotFailed) {
				require.NoError(t, err)
				won++
			}
		}
		assert.Equal(t, 1, won)
		kit.MustBeClean()
		refunded(t, kit, b.ID, failed.Amount)
	})
}

// lateAffairDB is a database in which the world goes on between the reading of a refund and that of its payment.
type lateAffairDB struct {
	store.DB
	meanwhile func()
	countdown atomic.Int32 // the reading of a payment, from now, before which it does
}

func (d *lateAffairDB) View(ctx context.Context, fn func(store.Tx) error) error {
	return d.DB.View(ctx, func(tx store.Tx) error { return fn(lateAffairTx{tx, d}) })
}

func (d *lateAffairDB) Read(ctx context.Context, fn func(store.Tx) error) error {
	return d.DB.Read(ctx, func(tx store.Tx) error { return fn(lateAffairTx{tx, d}) })
}

func (d *lateAffairDB) Update(ctx context.Context, fn func(store.Tx) error) error {
	return d.DB.Update(ctx, func(tx store.Tx) error { return fn(lateAffairTx{tx, d}) })
}

type lateAffairTx struct {
	store.Tx
	db *lateAffairDB
}

func (t lateAffairTx) Affair(ctx context.Context, id payment.IntentID) (store.Affair, error) {
	if t.db.countdown.Add(-1) == 0 {
		t.db.meanwhile()
	}
	return t.Tx.Affair(ctx, id)
}

// Whoever reads the refund before another's retry and its payment after it sees a refund that failed and, beside it, that
// nothing is left: only on one snapshot is that not taken for too much.
func TestRetryRefund_AnotherRetryBetweenTwoReads(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB, func() time.Time) store.DB{"sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for reading := int32(1); reading <= 3; reading++ { // before the gateway is asked, after it, before the retry
				late := &lateAffairDB{}
				kit := bmstest.New(t, bmstest.Options{Open: func(t testing.TB, now func() time.Time) store.DB {
					late.DB = open(t, now)
					return late.DB
				}})
				client, err := bms.New(late, bms.Config{Gateways: kit.Gateways(), BaseURL: "http://shop.example"})
				require.NoError(t, err)
				b := cancelled(t, kit, sandbox.Faults{RefundFails: 1})
				failed := onlyFailed(t, kit)
				retry := bms.RefundRetry{RefundID: failed.ID}
				came := false
				late.meanwhile = func() {
					came = true
					_, err := kit.Payments.RetryRefund(t.Context(), retry)
					require.NoError(t, err)
				}
				late.countdown.Store(reading)
				_, err = client.Payments.RetryRefund(t.Context(), retry)
				require.ErrorIs(t, err, payment.ErrNotFailed)
				assert.True(t, came)
				require.NoError(t, kit.Drain(t.Context()))
				refunded(t, kit, b.ID, failed.Amount)
				kit.MustBeClean()
			}
		})
	}
}

func TestRetryRefund_OldNewsOfTheFailureDoNotStopIt(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		kit.Choose(kit.Start(b.ID), sandbox.Choice{Outcome: sandbox.Pay, Webhooks: sandbox.Webhooks{Duplicate: true}})
		kit.Bank.SetFaults(sandbox.Faults{RefundFails: 1})
		_, err := kit.Bookings.Cancel(t.Context(), bms.CancelRequest{BookingID: b.ID})
		require.NoError(t, err)
		require.NoError(t, kit.Drain(t.Context()))
		_, err = kit.Payments.RetryRefund(t.Context(), bms.RefundRetry{RefundID: onlyFailed(t, kit).ID})
		require.NoError(t, err)
		kit.Deliver() // that it has failed, twice
		require.NoError(t, kit.Drain(t.Context()))
		assert.Equal(t, booking.Refunded, statusOf(t, kit, b.ID))
		kit.MustBeClean()
	})
}

func TestFailedRefunds_ComeInPages(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		kit.Bank.SetFaults(sandbox.Faults{RefundFails: 3})
		want := map[payment.RefundID]bool{}
		for _, seat := range []string{"stalls-A-1", "stalls-A-2", "stalls-A-3"} {
			b := kit.Buy(seat)
			_, err := kit.Bookings.Cancel(t.Context(), bms.CancelRequest{BookingID: b.ID})
			require.NoError(t, err)
			history, err := kit.Bookings.Payments(t.Context(), b.ID)
			require.NoError(t, err)
			want[history.Refunds[0].ID] = true
		}
		require.NoError(t, kit.Drain(t.Context()))
		got, after := map[payment.RefundID]bool{}, payment.RefundID("")
		for range 2 {
			page, err := kit.Payments.FailedRefunds(t.Context(), after, 2)
			require.NoError(t, err)
			for _, r := range page {
				assert.Greater(t, r.ID, after)
				got[r.ID], after = true, r.ID
			}
		}
		assert.Equal(t, want, got)
		none, err := kit.Payments.FailedRefunds(t.Context(), after, 2)
		require.NoError(t, err)
		assert.Empty(t, none)
	})
}

func TestCancel_GivesBackWhatTheGatewayHasNotGivenBackYet(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ byHand, want int64 }{
		"a little":   {1000, 40000}, // of 42500, a fee of 2500 being kept
		"more":       {10000, 32500},
		"all of it":  {42500, 0},
		"all but it": {42499, 1},
	} {
		t.Run(name, func(t *testing.T) {
			onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
				b := kit.Buy("stalls-A-1", "stalls-A-2")
				history, err := kit.Bookings.Payments(t.Context(), b.ID)
				require.NoError(t, err)
				require.NoError(t, kit.Bank.GiveBack(history.Intents[0].GatewayRef, money.New(row.byHand, "INR")))
				kit.Deliver()
				_, err = kit.Bookings.Cancel(t.Context(), bms.CancelRequest{BookingID: b.ID})
				require.NoError(t, err)
				kit.MustBeClean()
				refunded(t, kit, b.ID, money.New(row.byHand+row.want, "INR"))
				assert.Equal(t, booking.Refunded, statusOf(t, kit, b.ID))
			})
		})
	}
}

func TestAudit_NamesDeadLetters(t *testing.T) {
	broken := errors.New("the sink is broken")
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		kit.Mails.Break(broken)
		kit.Buy("stalls-A-1")
		for range 40 {
			require.NoError(t, kit.Drain(t.Context()))
			kit.Clock.Advance(time.Hour)
		}
		report, err := kit.Audit(t.Context())
		require.NoError(t, err)
		require.Len(t, report.Violations, 1)
		assert.Equal(t, "message_dead", report.Violations[0].Check)
		assert.Contains(t, report.Violations[0].Detail, broken.Error())
	})
}
