package paymenttest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
)

// testCreate: a new payment is pending, has a reference and fits its intent.
func testCreate(t *testing.T, s suite) {
	require.NotEmpty(t, s.Gateway.Name())
	i, f := s.create(t)
	assert.NotEmpty(t, f.GatewayRef)
	assert.Equal(t, payment.Pending, f.Status)
	assert.True(t, f.Captured.IsZero())

	next, effect, err := i.Apply(f, s.Now())
	require.NoError(t, err)
	assert.Equal(t, payment.EffectRecorded, effect)
	assert.Equal(t, payment.Pending, next.Status)
}

// testCreateIsIdempotent: a key makes one payment, and stands for one request.
func testCreateIsIdempotent(t *testing.T, s suite) {
	i, first := s.create(t)
	again, err := s.Gateway.Create(t.Context(), request(i))
	require.NoError(t, err)
	assert.Equal(t, first.GatewayRef, again.GatewayRef)

	other := request(i)
	other.Amount = money.New(2501, s.Currency)
	_, err = s.Gateway.Create(t.Context(), other)
	require.ErrorIs(t, err, payment.ErrKeyReused)
	assert.Equal(t, payment.ClassRefused, payment.ClassOf(err))
}

// testCreateRefusesBadInput: what cannot be a payment is refused as invalid.
func testCreateRefusesBadInput(t *testing.T, s suite) {
	for name, spoil := range map[string]func(*payment.CreateRequest){
		"no key":          func(q *payment.CreateRequest) { q.Key = "" },
		"no intent":       func(q *payment.CreateRequest) { q.IntentID = "" },
		"nothing":         func(q *payment.CreateRequest) { q.Amount.Minor = 0 },
		"less than that":  func(q *payment.CreateRequest) { q.Amount.Minor = -1 },
		"no currency":     func(q *payment.CreateRequest) { q.Amount.Currency = "" },
		"no web address":  func(q *payment.CreateRequest) { q.ReturnURL = "javascript:alert(1)" },
		"a broken header": func(q *payment.CreateRequest) { q.NotifyURL = "https://shop.example/\r\nX: y" },
	} {
		q := request(s.intent(t, 2500))
		spoil(&q)
		_, err := s.Gateway.Create(t.Context(), q)
		assert.Equal(t, fault.Invalid, fault.CodeOf(err), name)
	}
}

// testCapture: what the buyer paid is captured to the minor unit.
func testCapture(t *testing.T, s suite) {
	for _, minor := range []int64{1, 2500, 99_999_999} {
		i := s.intent(t, minor)
		f, err := s.Gateway.Create(t.Context(), request(i))
		require.NoError(t, err)
		s.Buyer(t, f.GatewayRef, Pay)

		f = s.inquire(t, payment.Lookup{GatewayRef: f.GatewayRef})
		assert.Equal(t, payment.Captured, f.Status)
		assert.Equal(t, i.Amount, f.Captured)
		assert.True(t, f.Refunded.IsZero())
		assert.Empty(t, f.RedirectURL, "there is nothing left to do")
		_, effect, err := i.Apply(f, s.Now())
		require.NoError(t, err)
		assert.Equal(t, payment.EffectCaptured, effect)
	}
}

// testDecline: a refusal of the bank is a fact with a reason, not an error.
func testDecline(t *testing.T, s suite) {
	i, f := s.create(t)
	s.Buyer(t, f.GatewayRef, Decline)
	f = s.inquire(t, payment.Lookup{IntentID: i.ID})
	assert.Equal(t, payment.Failed, f.Status)
	assert.NotEmpty(t, f.Reason)
	assert.True(t, f.Captured.IsZero())
	_, effect, err := i.Apply(f, s.Now())
	require.NoError(t, err)
	assert.Equal(t, payment.EffectFailed, effect)
}

// testLeave: a buyer who goes back has paid nothing.
func testLeave(t *testing.T, s suite) {
	i, f := s.create(t)
	s.Buyer(t, f.GatewayRef, Leave)
	f = s.inquire(t, payment.Lookup{IntentID: i.ID})
	assert.Equal(t, payment.Cancelled, f.Status)
	_, effect, err := i.Apply(f, s.Now())
	require.NoError(t, err)
	assert.Equal(t, payment.EffectCancelled, effect)
}

// testConfirm: a token decides once; without one the present facts come back.
func testConfirm(t *testing.T, s suite) {
	i, f := s.create(t)
	q := payment.ConfirmRequest{Key: i.ConfirmKey(), IntentID: i.ID, GatewayRef: f.GatewayRef}
	now, err := s.Gateway.Confirm(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, payment.Pending, now.Status)
	if s.Token == nil {
		return
	}
	q.Token = s.Token(Pay)
	for range 2 {
		now, err = s.Gateway.Confirm(t.Context(), q)
		require.NoError(t, err)
		assert.Equal(t, payment.Captured, now.Status)
		assert.Equal(t, i.Amount, now.Captured)
	}
	q.Token = s.Token(Decline)
	_, err = s.Gateway.Confirm(t.Context(), q)
	require.ErrorIs(t, err, payment.ErrKeyReused)

	i, f = s.create(t)
	now, err = s.Gateway.Confirm(t.Context(), payment.ConfirmRequest{
		Key: i.ConfirmKey(), IntentID: i.ID, GatewayRef: f.GatewayRef, Token: s.Token(Decline),
	})
	require.NoError(t, err, "a decline is not an error")
	assert.Equal(t, payment.Failed, now.Status)
}

// agreed creates a payment whose buyer has agreed to it.
func (s suite) agreed(t *testing.T) (payment.Intent, payment.ConfirmRequest) {
	t.Helper()
	if !s.Agrees {
		t.Skip("the gateway captures by itself")
	}
	i, f := s.create(t)
	s.Buyer(t, f.GatewayRef, Agree)
	return i, payment.ConfirmRequest{Key: i.ConfirmKey(), IntentID: i.ID, GatewayRef: f.GatewayRef}
}

// testConfirmAgreed: what the buyer agreed to is told, waits, and is taken once.
func testConfirmAgreed(t *testing.T, s suite) {
	i, q := s.agreed(t)
	f := s.inquire(t, payment.Lookup{IntentID: i.ID})
	assert.Equal(t, payment.Pending, f.Status)
	assert.True(t, f.ToConfirm)
	assert.True(t, f.Captured.IsZero())
	told := s.events(t)
	require.NotEmpty(t, told)
	assert.True(t, told[len(told)-1].Facts.ToConfirm)
	waiting, effect, err := i.Apply(told[len(told)-1].Facts, s.Now())
	require.NoError(t, err)
	assert.Equal(t, payment.EffectRecorded, effect)

	for range 2 {
		f, err = s.Gateway.Confirm(t.Context(), q)
		require.NoError(t, err)
		assert.Equal(t, payment.Captured, f.Status)
		assert.Equal(t, i.Amount, f.Captured)
		assert.False(t, f.ToConfirm)
	}
	_, effect, err = waiting.Apply(f, s.Now())
	require.NoError(t, err)
	assert.Equal(t, payment.EffectCaptured, effect)
	assert.Equal(t, payment.Captured, s.inquire(t, payment.Lookup{IntentID: i.ID}).Status)
	told = s.events(t)
	assert.Equal(t, payment.Captured, told[len(told)-1].Facts.Status)
}

// testConfirmTooLate: an agreement ends with the time for paying, and nothing is taken.
func testConfirmTooLate(t *testing.T, s suite) {
	i, q := s.agreed(t)
	s.Advance(s.expiresIn + time.Minute)
	f, err := s.Gateway.Confirm(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, payment.Cancelled, f.Status)
	assert.True(t, s.inquire(t, payment.Lookup{IntentID: i.ID}).Captured.IsZero())
}

// testInquire: either name finds a payment; two names of different ones do not.
func testInquire(t *testing.T, s suite) {
	i, f := s.create(t)
	other, _ := s.create(t)
	for _, l := range []payment.Lookup{{IntentID: i.ID}, {GatewayRef: f.GatewayRef}, {IntentID: i.ID, GatewayRef: f.GatewayRef}} {
		assert.Equal(t, f.GatewayRef, s.inquire(t, l).GatewayRef)
	}
	_, err := s.Gateway.Inquire(t.Context(), payment.Lookup{IntentID: other.ID, GatewayRef: f.GatewayRef})
	assert.ErrorIs(t, err, payment.ErrUnknownPayment)
}

// testUnknownPayment: what the gateway never heard of is not found, and asking
// again would not change that.
func testUnknownPayment(t *testing.T, s suite) {
	i := s.intent(t, 2500)
	_, inquire := s.Gateway.Inquire(t.Context(), payment.Lookup{IntentID: i.ID})
	_, nobody := s.Gateway.Inquire(t.Context(), payment.Lookup{})
	_, confirm := s.Gateway.Confirm(t.Context(), payment.ConfirmRequest{Key: i.ConfirmKey(), IntentID: i.ID})
	_, refund := s.Gateway.Refund(t.Context(), payment.RefundRequest{Key: "k", IntentID: i.ID, Amount: i.Amount})
	for name, err := range map[string]error{"inquire": inquire, "nobody": nobody, "confirm": confirm, "refund": refund} {
		require.ErrorIs(t, err, payment.ErrUnknownPayment, name)
		assert.Equal(t, payment.ClassRefused, payment.ClassOf(err), name)
	}
}

// testEndedContext: a call that was given up is an error of unknown outcome.
func testEndedContext(t *testing.T, s suite) {
	i, f := s.paid(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, create := s.Gateway.Create(ctx, request(s.intent(t, 2500)))
	_, confirm := s.Gateway.Confirm(ctx, payment.ConfirmRequest{Key: "k", GatewayRef: f.GatewayRef})
	_, inquire := s.Gateway.Inquire(ctx, payment.Lookup{IntentID: i.ID})
	_, refund := s.Gateway.Refund(ctx, payment.RefundRequest{Key: "k", GatewayRef: f.GatewayRef, Amount: i.Amount})
	for name, err := range map[string]error{"create": create, "confirm": confirm, "inquire": inquire, "refund": refund} {
		assert.Equal(t, payment.ClassUnknown, payment.ClassOf(err), name)
	}
}
