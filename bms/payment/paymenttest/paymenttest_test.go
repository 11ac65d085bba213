package paymenttest_test

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/paymenttest"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

// broken is a gateway that does one thing wrong and the rest right.
type broken struct {
	*sandbox.Gateway
	how    string
	failed map[string]payment.RefundFacts // by key, for one that remembers failures
	byHand money.Amount                   // for one that overlooks what is given back by hand
}

// faults are the ways to be wrong, each with the test of the suite that has to
// notice it.
func faults() map[string]string {
	return map[string]string{
		"nothing":               "",
		"creates anew":          "CreateIsIdempotent",
		"takes any input":       "CreateRefusesBadInput",
		"loses a cent":          "Capture",
		"errs on a decline":     "Confirm",
		"never takes it":        "ConfirmAgreed",
		"takes it too late":     "ConfirmTooLate",
		"forgets its intents":   "Inquire",
		"knows everything":      "UnknownPayment",
		"ignores the context":   "EndedContext",
		"refunds anew":          "RefundIsIdempotent",
		"refunds without limit": "RefundNeverExceedsCapture",
		"never forgives":        "RefundAfterFailure",
		"overlooks the desk":    "RefundByHand",
		"trusts everybody":      "WebhookSignature",
		"has no sense of time":  "WebhookTooOld",
		"tells no keys":         "WebhookOfRefund",
		"tells no names":        "Webhook",
	}
}

func (b *broken) Create(ctx context.Context, q payment.CreateRequest) (payment.Facts, error) {
	switch b.how {
	case "creates anew":
		q.Key, q.IntentID = string(payment.NewIntentID(time.Now())), payment.NewIntentID(time.Now())
	case "takes any input":
		if q.Key == "" {
			q.Key = string(q.IntentID)
		}
	case "ignores the context":
		ctx = context.WithoutCancel(ctx)
	}
	return b.Gateway.Create(ctx, q)
}

func (b *broken) Confirm(ctx context.Context, q payment.ConfirmRequest) (payment.Facts, error) {
	switch {
	case b.how == "never takes it" && q.Token == "":
		return b.Gateway.Inquire(ctx, payment.Lookup{IntentID: q.IntentID, GatewayRef: q.GatewayRef})
	case b.how == "takes it too late" && q.Token == "":
		f, err := b.Gateway.Confirm(ctx, q)
		if f.Status == payment.Cancelled {
			f.Status, f.Captured = payment.Captured, money.New(2500, "EUR")
		}
		return f, err
	}
	f, err := b.Gateway.Confirm(ctx, q)
	if b.how == "errs on a decline" && f.Status == payment.Failed {
		return payment.Facts{}, payment.ErrRefused
	}
	return f, err
}

func (b *broken) Inquire(ctx context.Context, l payment.Lookup) (payment.Facts, error) {
	if b.how == "forgets its intents" {
		l.IntentID = ""
	}
	f, err := b.Gateway.Inquire(ctx, l)
	if b.how == "knows everything" && fault.Is(err, fault.NotFound) {
		return payment.Facts{Status: payment.Pending}, nil
	}
	if b.how == "loses a cent" && f.Captured.Minor > 1 {
		f.Captured.Minor--
	}
	if b.how == "overlooks the desk" {
		f.Refunded.Minor -= b.byHand.Minor
	}
	return f, err
}

func (b *broken) Refund(ctx context.Context, q payment.RefundRequest) (payment.RefundFacts, error) {
	if b.how == "refunds anew" && q.Key != "" {
		q.Key += string(payment.NewRefundID(time.Now()))
	}
	if f, found := b.failed[q.Key]; found && b.how == "never forgives" {
		return f, nil
	}
	f, err := b.Gateway.Refund(ctx, q)
	if f.Status == payment.RefundFailed {
		b.failed[q.Key] = f
	}
	if b.how == "refunds without limit" && fault.Is(err, fault.Conflict) {
		return payment.RefundFacts{Key: q.Key, Amount: q.Amount, Status: payment.RefundSucceeded}, nil
	}
	return f, err
}

func (b *broken) ParseWebhook(header func(string) string, body []byte) ([]payment.Event, error) {
	events, err := b.Gateway.ParseWebhook(header, body)
	switch {
	case b.how == "trusts everybody" && fault.Of(err) == payment.ErrSignature,
		b.how == "has no sense of time" && fault.Of(err) == payment.ErrStale:
		return nil, nil
	}
	for i := range events {
		if b.how == "tells no names" {
			events[i].ID = ""
		}
		if b.how == "tells no keys" && events[i].Refund != nil {
			events[i].Refund.Key = ""
		}
	}
	return events, err
}

// TestSuite_NoticesWhatIsWrong runs the suite in a process of its own for each
// way to be wrong, because a failure of it is what is to be seen.
func TestSuite_NoticesWhatIsWrong(t *testing.T) {
	const variable = "BROKEN_GATEWAY"
	if how := os.Getenv(variable); how != "" {
		paymenttest.Run(t, func(t *testing.T) paymenttest.Harness { return harness(t, how) })
		return
	}
	t.Parallel()
	for how, noticedBy := range faults() {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSuite_NoticesWhatIsWrong$", "-test.v")
		child.Env = append(os.Environ(), variable+"="+how)
		out, err := child.CombinedOutput()
		if noticedBy == "" {
			assert.NoError(t, err, "%s", out)
			continue
		}
		assert.Error(t, err, "a gateway that %s passes", how)
		assert.Contains(t, string(out), "--- FAIL: TestSuite_NoticesWhatIsWrong/"+noticedBy+" ", "a gateway that %s", how)
	}
}

// harness is a bank that is broken in the given way.
func harness(t *testing.T, how string) paymenttest.Harness {
	t.Helper()
	now := time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)
	var mail []paymenttest.Webhook
	bank, err := sandbox.New(sandbox.Config{
		Secret: make([]byte, 16), Now: func() time.Time { return now },
		Send: func(_ context.Context, w sandbox.Webhook) error {
			mail = append(mail, paymenttest.Webhook{Header: w.Header, Body: w.Body})
			return nil
		},
	})
	require.NoError(t, err)
	outcomes := map[paymenttest.Act]sandbox.Outcome{
		paymenttest.Pay: sandbox.Pay, paymenttest.Decline: sandbox.Declined, paymenttest.Leave: sandbox.Cancel,
		paymenttest.Agree: sandbox.Authorize,
	}
	gateway := &broken{Gateway: bank, how: how, failed: map[string]payment.RefundFacts{}}
	return paymenttest.Harness{
		Gateway:    gateway,
		Agrees:     true,
		FailRefund: func(*testing.T) { bank.SetFaults(sandbox.Faults{RefundFails: 1}) },
		GiveBack: func(t *testing.T, ref string, amount money.Amount) {
			t.Helper()
			require.NoError(t, bank.GiveBack(ref, amount))
			gateway.byHand = amount
		},
		Buyer: func(t *testing.T, ref string, a paymenttest.Act) {
			t.Helper()
			_, err := bank.Choose(ref, sandbox.Choice{Outcome: outcomes[a]})
			require.NoError(t, err)
		},
		Token: func(a paymenttest.Act) string { return sandbox.Token(outcomes[a]) },
		Webhooks: func(t *testing.T) []paymenttest.Webhook {
			t.Helper()
			_, err := bank.DeliverDue(t.Context())
			require.NoError(t, err)
			return mail
		},
		Now: func() time.Time { return now }, Advance: func(d time.Duration) { now = now.Add(d) }, Currency: "EUR",
	}
}
