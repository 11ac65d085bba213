// Package paymenttest is the conformance suite of payment.Gateway: what every
// gateway must do, whatever its bank.
//
//	func TestGateway(t *testing.T) {
//		paymenttest.Run(t, func(t *testing.T) paymenttest.Harness { … })
//	}
package paymenttest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
)

// Act is what a buyer does on the gateway's page.
type Act string

// The acts.
const (
	Pay     Act = "pay"     // pays, and the bank agrees
	Decline Act = "decline" // pays, and the bank refuses
	Leave   Act = "leave"   // goes back by the page's cancel button
	Agree   Act = "agree"   // agrees, and the gateway waits for Confirm; only where Harness.Agrees is set
)

// Webhook is one notification as it arrived.
type Webhook struct {
	Header map[string]string
	Body   []byte
}

// Get returns a header, as payment.Gateway.ParseWebhook asks for it.
func (w Webhook) Get(name string) string { return w.Header[name] }

// Harness is a gateway with its bank, its buyer and its clock.
type Harness struct {
	Gateway payment.Gateway
	// Buyer acts on the payment with the given GatewayRef.
	Buyer func(t *testing.T, ref string, a Act)
	// Token returns what Confirm takes for Pay and Decline; nil for a gateway
	// without tokens.
	Token func(a Act) string
	// Agrees says that Buyer can Agree: the gateway has payments that wait for
	// Confirm.
	Agrees bool
	// FailRefund has the next refund fail at once; nil where that cannot be
	// brought about.
	FailRefund func(t *testing.T)
	// GiveBack gives money back at the gateway's own desk, past the shop; nil
	// where that cannot be brought about.
	GiveBack func(t *testing.T, ref string, amount money.Amount)
	// Webhooks returns every notification so far, the oldest first.
	Webhooks func(t *testing.T) []Webhook
	// Now is the clock of the gateway, and Advance moves it.
	Now     func() time.Time
	Advance func(d time.Duration)
	// Currency is one that the gateway takes.
	Currency money.Currency
}

// suite is a Harness with the checks written on it.
type suite struct {
	Harness
	// expiresIn is the time that payments have; half an hour everywhere.
	expiresIn time.Duration
}

// Run runs the suite. newHarness is called for every test of it and releases
// what it takes by t.Cleanup.
func Run(t *testing.T, newHarness func(t *testing.T) Harness) {
	t.Helper()
	for _, row := range []struct {
		name string
		test func(*testing.T, suite)
	}{
		{"Create", testCreate},
		{"CreateIsIdempotent", testCreateIsIdempotent},
		{"CreateRefusesBadInput", testCreateRefusesBadInput},
		{"Capture", testCapture},
		{"Decline", testDecline},
		{"Leave", testLeave},
		{"Confirm", testConfirm},
		{"ConfirmAgreed", testConfirmAgreed},
		{"ConfirmTooLate", testConfirmTooLate},
		{"Inquire", testInquire},
		{"UnknownPayment", testUnknownPayment},
		{"EndedContext", testEndedContext},
		{"Refund", testRefund},
		{"RefundIsIdempotent", testRefundIsIdempotent},
		{"RefundNeverExceedsCapture", testRefundNeverExceedsCapture},
		{"RefundAfterFailure", testRefundAfterFailure},
		{"RefundByHand", testRefundByHand},
		{"Webhook", testWebhook},
		{"WebhookOfRefund", testWebhookOfRefund},
		{"WebhookSignature", testWebhookSignature},
		{"WebhookTooOld", testWebhookTooOld},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.test(t, suite{Harness: newHarness(t), expiresIn: 30 * time.Minute})
		})
	}
}

// intent returns a new intent of the given number of minor units.
func (s suite) intent(t *testing.T, minor int64) payment.Intent {
	t.Helper()
	now := s.Now()
	i, err := payment.NewIntent(payment.Order{
		BookingID: "bkg_conformance", Gateway: s.Gateway.Name(), Attempt: 1,
		Amount: money.New(minor, s.Currency), ExpiresAt: now.Add(s.expiresIn),
	}, now)
	require.NoError(t, err)
	return i
}

// request returns the request that creates i.
func request(i payment.Intent) payment.CreateRequest {
	return payment.CreateRequest{
		Key: i.CreateKey(), IntentID: i.ID, Amount: i.Amount, Reference: "K7PWXF3X",
		Description: "2 tickets", BuyerEmail: "asha@example.com",
		ReturnURL: "https://shop.example/return", NotifyURL: "https://shop.example/notify", ExpiresAt: i.ExpiresAt,
	}
}

// create creates a payment of 2500 minor units.
func (s suite) create(t *testing.T) (payment.Intent, payment.Facts) {
	t.Helper()
	i := s.intent(t, 2500)
	f, err := s.Gateway.Create(t.Context(), request(i))
	require.NoError(t, err)
	return i, f
}

// paid creates a payment and lets the buyer pay it.
func (s suite) paid(t *testing.T) (payment.Intent, payment.Facts) {
	t.Helper()
	i, f := s.create(t)
	s.Buyer(t, f.GatewayRef, Pay)
	return i, s.inquire(t, payment.Lookup{IntentID: i.ID, GatewayRef: f.GatewayRef})
}

// inquire returns the facts of a payment that is known.
func (s suite) inquire(t *testing.T, l payment.Lookup) payment.Facts {
	t.Helper()
	f, err := s.Gateway.Inquire(t.Context(), l)
	require.NoError(t, err)
	return f
}
