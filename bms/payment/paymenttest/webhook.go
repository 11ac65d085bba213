package paymenttest

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/payment"
)

// events parses every notification so far.
func (s suite) events(t *testing.T) (all []payment.Event) {
	t.Helper()
	for _, w := range s.Webhooks(t) {
		events, err := s.Gateway.ParseWebhook(w.Get, w.Body)
		require.NoError(t, err)
		all = append(all, events...)
	}
	return all
}

// testWebhook: a payment is told by an event that alone would do.
func testWebhook(t *testing.T, s suite) {
	i, f := s.paid(t)
	events := s.events(t)
	require.NotEmpty(t, events)
	ids := map[string]bool{}
	paid := false
	for _, e := range events {
		assert.NotEmpty(t, e.ID)
		assert.False(t, ids[e.ID], "each event has an identifier of its own")
		ids[e.ID] = true
		assert.Equal(t, payment.PaymentChanged, e.Kind)
		assert.Nil(t, e.Refund)
		assert.Equal(t, f.GatewayRef, e.GatewayRef)
		if e.IntentID != "" {
			assert.Equal(t, i.ID, e.IntentID)
		}
		_, effect, err := i.Apply(e.Facts, s.Now())
		require.NoError(t, err)
		paid = paid || effect == payment.EffectCaptured
	}
	assert.True(t, paid, "the capture is told")
}

// testWebhookOfRefund: a refund is told with its key.
func testWebhookOfRefund(t *testing.T, s suite) {
	i, f := s.paid(t)
	before := len(s.events(t))
	asked, err := s.Gateway.Refund(t.Context(), s.give(f, "key of the refund", 700))
	require.NoError(t, err)
	events := s.events(t)
	require.Greater(t, len(events), before)
	last := events[len(events)-1]
	assert.Equal(t, payment.RefundChanged, last.Kind)
	require.NotNil(t, last.Refund)
	assert.Equal(t, "key of the refund", last.Refund.Key)
	assert.Equal(t, asked.Amount, last.Refund.Amount)
	assert.Equal(t, asked.GatewayRef, last.Refund.GatewayRef)
	assert.Equal(t, payment.RefundSucceeded, last.Refund.Status)
	next, _, err := i.Apply(last.Facts, s.Now())
	require.NoError(t, err)
	assert.Equal(t, asked.Amount, next.Refunded)
}

// testWebhookSignature: nothing but the gateway's own bytes is read.
func testWebhookSignature(t *testing.T, s suite) {
	s.paid(t)
	w := s.Webhooks(t)[0]
	_, err := s.Gateway.ParseWebhook(w.Get, w.Body)
	require.NoError(t, err)

	none := func(string) string { return "" }
	_, err = s.Gateway.ParseWebhook(none, w.Body)
	require.ErrorIs(t, err, payment.ErrSignature)
	changed := bytes.Clone(w.Body)
	changed[len(changed)/2] ^= 1
	for _, body := range [][]byte{nil, {}, changed, w.Body[:len(w.Body)-1], append(bytes.Clone(w.Body), ' ')} {
		_, err = s.Gateway.ParseWebhook(w.Get, body)
		require.ErrorIs(t, err, payment.ErrSignature, "%q", body)
	}
	for name := range w.Header {
		forged := func(asked string) string {
			if asked == name {
				return w.Get(asked) + "0"
			}
			return w.Get(asked)
		}
		_, err = s.Gateway.ParseWebhook(forged, w.Body)
		if forged(name) != w.Get(name) && name != "Content-Type" {
			require.ErrorIs(t, err, payment.ErrSignature, name)
		}
	}
}

// testWebhookTooOld: a notification that was kept cannot be played again later,
// nor one from the future.
func testWebhookTooOld(t *testing.T, s suite) {
	s.paid(t)
	w := s.Webhooks(t)[0]
	s.Advance(time.Hour)
	_, err := s.Gateway.ParseWebhook(w.Get, w.Body)
	require.ErrorIs(t, err, payment.ErrStale)
	s.Advance(-2 * time.Hour)
	_, err = s.Gateway.ParseWebhook(w.Get, w.Body)
	assert.ErrorIs(t, err, payment.ErrStale)
}
