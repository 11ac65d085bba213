package paymenttest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
)

// give returns a request for a refund.
func (s suite) give(f payment.Facts, key string, minor int64) payment.RefundRequest {
	return payment.RefundRequest{Key: key, GatewayRef: f.GatewayRef, Amount: money.New(minor, s.Currency), Reason: "test"}
}

// testRefund: parts of a payment go back until nothing is left.
func testRefund(t *testing.T, s suite) {
	i, f := s.paid(t)
	for key, minor := range map[string]int64{"first": 1, "second": 999, "third": 1500} {
		q := s.give(f, key, minor)
		back, err := s.Gateway.Refund(t.Context(), q)
		require.NoError(t, err)
		assert.Equal(t, key, back.Key)
		assert.Equal(t, q.Amount, back.Amount)
		assert.NotEmpty(t, back.GatewayRef)
		assert.NotEqual(t, payment.RefundFailed, back.Status)
	}
	f = s.inquire(t, payment.Lookup{IntentID: i.ID})
	assert.Equal(t, payment.Captured, f.Status, "what was captured stays captured")
	assert.Equal(t, i.Amount, f.Captured)
	assert.Equal(t, i.Amount, f.Refunded)
}

// testRefundIsIdempotent: a key gives money back once, and stands for one request.
func testRefundIsIdempotent(t *testing.T, s suite) {
	i, f := s.paid(t)
	first, err := s.Gateway.Refund(t.Context(), s.give(f, "once", 1000))
	require.NoError(t, err)
	again, err := s.Gateway.Refund(t.Context(), s.give(f, "once", 1000))
	require.NoError(t, err)
	assert.Equal(t, first.GatewayRef, again.GatewayRef)

	_, err = s.Gateway.Refund(t.Context(), s.give(f, "once", 1001))
	require.ErrorIs(t, err, payment.ErrKeyReused)
	assert.Equal(t, int64(1000), s.inquire(t, payment.Lookup{IntentID: i.ID}).Refunded.Minor)
}

// testRefundNeverExceedsCapture: no sequence of refunds gives back more than
// was taken, nor anything of what was not.
func testRefundNeverExceedsCapture(t *testing.T, s suite) {
	i, f := s.paid(t)
	_, err := s.Gateway.Refund(t.Context(), s.give(f, "too much", 2501))
	require.ErrorIs(t, err, payment.ErrOverRefund)
	_, err = s.Gateway.Refund(t.Context(), s.give(f, "most", 2000))
	require.NoError(t, err)
	_, err = s.Gateway.Refund(t.Context(), s.give(f, "over the rest", 501))
	require.ErrorIs(t, err, payment.ErrOverRefund)
	assert.Equal(t, payment.ClassRefused, payment.ClassOf(err))
	assert.Equal(t, int64(2000), s.inquire(t, payment.Lookup{IntentID: i.ID}).Refunded.Minor)

	_, unpaid := s.create(t)
	_, err = s.Gateway.Refund(t.Context(), s.give(unpaid, "of nothing", 1))
	require.ErrorIs(t, err, payment.ErrOverRefund)

	foreign := s.give(f, "foreign", 1)
	foreign.Amount.Currency = "XAD"
	_, err = s.Gateway.Refund(t.Context(), foreign)
	assert.Equal(t, payment.ClassRefused, payment.ClassOf(err))
	for _, q := range []payment.RefundRequest{s.give(f, "", 1), s.give(f, "nothing", 0), s.give(f, "less", -1)} {
		_, err = s.Gateway.Refund(t.Context(), q)
		assert.Equal(t, fault.Invalid, fault.CodeOf(err))
	}
}

// testRefundAfterFailure: a refund that failed gave nothing back; the same key tries again, and gives back once.
func testRefundAfterFailure(t *testing.T, s suite) {
	if s.FailRefund == nil {
		t.Skip("the harness cannot have a refund fail")
	}
	i, f := s.paid(t)
	q := s.give(f, "again", 1000)
	s.FailRefund(t)
	failed, err := s.Gateway.Refund(t.Context(), q)
	if err == nil {
		assert.Equal(t, payment.RefundFailed, failed.Status)
		assert.NotEmpty(t, failed.Reason)
	} else {
		assert.Equal(t, payment.ClassRefused, payment.ClassOf(err))
	}
	assert.True(t, s.inquire(t, payment.Lookup{IntentID: i.ID}).Refunded.IsZero())

	again, err := s.Gateway.Refund(t.Context(), q)
	require.NoError(t, err)
	assert.NotEqual(t, payment.RefundFailed, again.Status)
	assert.Equal(t, "again", again.Key)
	assert.NotEqual(t, failed.GatewayRef, again.GatewayRef, "old news of the failure can be told apart")
	third, err := s.Gateway.Refund(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, again.GatewayRef, third.GatewayRef)
	assert.Equal(t, q.Amount, s.inquire(t, payment.Lookup{IntentID: i.ID}).Refunded, "once")
}

// testRefundByHand: what is given back past the shop is told and counts.
func testRefundByHand(t *testing.T, s suite) {
	if s.GiveBack == nil {
		t.Skip("the harness cannot give money back by hand")
	}
	i, f := s.paid(t)
	before := len(s.events(t))
	s.GiveBack(t, f.GatewayRef, money.New(1500, s.Currency))
	assert.Equal(t, money.New(1500, s.Currency), s.inquire(t, payment.Lookup{IntentID: i.ID}).Refunded)
	events := s.events(t)
	require.Greater(t, len(events), before)
	last := events[len(events)-1]
	assert.Equal(t, money.New(1500, s.Currency), last.Facts.Refunded)
	if last.Refund != nil {
		assert.Empty(t, last.Refund.Key, "no key of ours")
	}

	_, err := s.Gateway.Refund(t.Context(), s.give(f, "over the rest", 1001))
	require.ErrorIs(t, err, payment.ErrOverRefund)
	_, err = s.Gateway.Refund(t.Context(), s.give(f, "the rest", 1000))
	require.NoError(t, err)
}
