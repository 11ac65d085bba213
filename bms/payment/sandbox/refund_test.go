package sandbox_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

func TestRefund_FailsLaterAndIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, journaled(t))
	q := payment.RefundRequest{Key: "k", GatewayRef: w.pay(t, sandbox.Choice{Webhooks: sandbox.Webhooks{Duplicate: true}}), Amount: money.New(2000, "EUR")}
	w.SetFaults(sandbox.Faults{RefundFails: 1, RefundDelay: time.Hour})
	first, err := w.Refund(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, payment.RefundPending, first.Status)
	other := q
	other.Key = "other"
	_, err = w.Refund(t.Context(), other)
	require.ErrorIs(t, err, payment.ErrOverRefund, "the first is still on its way")

	w.advance(time.Hour)
	assert.Equal(t, []string{"captured", "captured", "refund failed", "refund failed"}, w.deliver(t))
	assert.True(t, w.entry(q.GatewayRef).Refunded.IsZero())
	w.open(t)
	again, err := w.Refund(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, payment.RefundSucceeded, again.Status)
	e := w.entry(q.GatewayRef)
	assert.Equal(t, q.Amount, e.Refunded)
	require.Len(t, e.Refunds, 2)
	assert.Equal(t, payment.RefundFailed, e.Refunds[0].Status)
	assert.NotEmpty(t, e.Refunds[0].Reason)
	assert.Equal(t, []string{"refund succeeded", "refund succeeded"}, w.deliver(t))
}

func TestRefund_RefusedMeansNothingHappened(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	q := payment.RefundRequest{Key: "k", GatewayRef: w.pay(t, sandbox.Choice{}), Amount: money.New(2000, "EUR")}
	w.SetFaults(sandbox.Faults{RefundRefused: 1})
	_, err := w.Refund(t.Context(), q)
	require.ErrorIs(t, err, payment.ErrRefused)
	assert.Empty(t, w.entry(q.GatewayRef).Refunds)
	_, err = w.Refund(t.Context(), q)
	require.NoError(t, err)
	w.SetFaults(sandbox.Faults{RefundRefused: 1})
	_, err = w.Refund(t.Context(), q)
	assert.NoError(t, err, "what was made is not refused afterwards")
}

func TestGiveBack_AtTheDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, journaled(t))
	ref := w.pay(t, sandbox.Choice{})
	require.NoError(t, w.GiveBack(ref, money.New(1500, "EUR")))
	require.NoError(t, w.GiveBack(ref, money.New(1000, "EUR")))
	require.ErrorIs(t, w.GiveBack(ref, money.New(1, "EUR")), payment.ErrOverRefund)
	require.ErrorIs(t, w.GiveBack("sbx_other", money.New(1, "EUR")), payment.ErrUnknownPayment)
	assert.Equal(t, "amount", fault.Of(w.GiveBack(ref, money.Zero("EUR"))).Field)
	w.open(t)
	assert.Equal(t, money.New(2500, "EUR"), w.inquire(t, ref).Refunded)
	assert.Equal(t, []string{"captured", "refund succeeded", "refund succeeded"}, w.deliver(t))
}
