package sandbox_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
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

var start = time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)

// world is a bank, its clock and the shop's letter box.
type world struct {
	*sandbox.Gateway
	cfg sandbox.Config

	mu   sync.Mutex
	now  time.Time
	mail []sandbox.Webhook
	down bool // the shop takes no webhooks
}

// newWorld opens a bank; change may alter its configuration.
func newWorld(t testing.TB, change ...func(*sandbox.Config)) *world {
	t.Helper()
	w := &world{now: start}
	w.cfg = sandbox.Config{Secret: []byte("0123456789abcdef"), Now: w.Now, Send: w.take}
	for _, c := range change {
		c(&w.cfg)
	}
	w.open(t)
	return w
}

// open opens the bank, or opens it again as after a crash.
func (w *world) open(t testing.TB) {
	t.Helper()
	bank, err := sandbox.New(w.cfg)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, bank.Close()) })
	w.Gateway = bank
}

// journaled keeps the books in a file.
func journaled(t testing.TB) func(*sandbox.Config) {
	path := filepath.Join(t.TempDir(), "journal")
	return func(c *sandbox.Config) { c.Journal = path }
}

func (w *world) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// take is the shop's end of the webhooks.
func (w *world) take(_ context.Context, mail sandbox.Webhook) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		return errors.New("the shop is closed")
	}
	w.mail = append(w.mail, mail)
	return nil
}

// create opens a payment of EUR 25.00 that has ten minutes.
func (w *world) create(t testing.TB) (payment.CreateRequest, payment.Facts) {
	t.Helper()
	now := w.Now()
	q := payment.CreateRequest{
		IntentID: payment.NewIntentID(now), Amount: money.New(2500, "EUR"), Reference: "K7PWXF3X", Description: "2 tickets",
		ReturnURL: "https://shop.example/return", NotifyURL: "https://shop.example/notify", ExpiresAt: now.Add(10 * time.Minute),
	}
	q.Key = string(q.IntentID) + ":create"
	f, err := w.Create(t.Context(), q)
	require.NoError(t, err)
	return q, f
}

// inquire returns the present facts.
func (w *world) inquire(t testing.TB, ref string) payment.Facts {
	t.Helper()
	f, err := w.Inquire(t.Context(), payment.Lookup{GatewayRef: ref})
	require.NoError(t, err)
	return f
}

// deliver sends what is due and returns the statuses that the shop was told.
func (w *world) deliver(t testing.TB) (told []string) {
	t.Helper()
	_, err := w.DeliverDue(t.Context())
	require.NoError(t, err)
	w.mu.Lock()
	mail := w.mail
	w.mail = nil
	w.mu.Unlock()
	for _, m := range mail {
		events, err := w.ParseWebhook(func(name string) string { return m.Header[name] }, m.Body)
		require.NoError(t, err)
		for _, e := range events {
			if e.Refund != nil {
				told = append(told, "refund "+string(e.Refund.Status))
				continue
			}
			told = append(told, string(e.Facts.Status))
		}
	}
	return told
}

func TestGateway_Conforms(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(testing.TB) func(*sandbox.Config){
		"memory":  func(testing.TB) func(*sandbox.Config) { return func(*sandbox.Config) {} },
		"journal": journaled,
	} {
		for how, faults := range map[string]sandbox.Faults{"fails": {RefundFails: 1}, "refuses": {RefundRefused: 1}} {
			t.Run(name+" that "+how, func(t *testing.T) {
				t.Parallel()
				paymenttest.Run(t, func(t *testing.T) paymenttest.Harness { return harness(newWorld(t, change(t)), faults) })
			})
		}
	}
}

// harness dresses a world for the suite. What goes wrong with a refund is said by failure.
func harness(w *world, failure sandbox.Faults) paymenttest.Harness {
	outcomes := map[paymenttest.Act]sandbox.Outcome{
		paymenttest.Pay: sandbox.Pay, paymenttest.Decline: sandbox.InsufficientFunds, paymenttest.Leave: sandbox.Cancel,
		paymenttest.Agree: sandbox.Authorize,
	}
	return paymenttest.Harness{
		Gateway:    w.Gateway,
		Agrees:     true,
		FailRefund: func(*testing.T) { w.SetFaults(failure) },
		GiveBack: func(t *testing.T, ref string, amount money.Amount) {
			t.Helper()
			require.NoError(t, w.GiveBack(ref, amount))
		},
		Buyer: func(t *testing.T, ref string, a paymenttest.Act) {
			t.Helper()
			_, err := w.Choose(ref, sandbox.Choice{Outcome: outcomes[a]})
			require.NoError(t, err)
		},
		Token: func(a paymenttest.Act) string { return sandbox.Token(outcomes[a]) },
		Webhooks: func(t *testing.T) (all []paymenttest.Webhook) {
			t.Helper()
			_, err := w.DeliverDue(t.Context())
			require.NoError(t, err)
			for _, m := range w.mail {
				all = append(all, paymenttest.Webhook{Header: m.Header, Body: m.Body})
			}
			return all
		},
		Now: w.Now, Advance: w.advance, Currency: "EUR",
	}
}

func TestNew_NeedsASecretAndAReadableJournal(t *testing.T) {
	t.Parallel()
	_, err := sandbox.New(sandbox.Config{Secret: []byte("short")})
	require.Error(t, err)
	assert.Equal(t, "secret", fault.Of(err).Field)

	_, err = sandbox.New(sandbox.Config{Secret: make([]byte, 16), Journal: filepath.Join(t.TempDir(), "no", "such", "folder")})
	assert.ErrorContains(t, err, "open the sandbox journal")
}

func TestChoose_OutcomesAndReasons(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[sandbox.Outcome]struct {
		status payment.IntentStatus
		reason string
	}{
		sandbox.Pay:               {payment.Captured, ""},
		sandbox.InsufficientFunds: {payment.Failed, payment.ReasonInsufficientFunds},
		sandbox.ExpiredCard:       {payment.Failed, payment.ReasonExpiredCard},
		sandbox.Declined:          {payment.Failed, payment.ReasonDeclined},
		sandbox.Authentication:    {payment.Failed, payment.ReasonAuthentication},
		sandbox.Fraud:             {payment.Failed, payment.ReasonFraud},
		sandbox.Cancel:            {payment.Cancelled, payment.ReasonBuyer},
		sandbox.Authorize:         {payment.Pending, ""},
	} {
		w := newWorld(t)
		_, f := w.create(t)
		f, err := w.Choose(f.GatewayRef, sandbox.Choice{Outcome: outcome})
		require.NoError(t, err)
		assert.Equal(t, want.status, f.Status, outcome)
		assert.Equal(t, want.reason, f.Reason, outcome)
		assert.Equal(t, f, w.inquire(t, f.GatewayRef))
	}
}

func TestChoose_OnceAndInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, first := w.create(t)
	_, err := w.Choose(first.GatewayRef, sandbox.Choice{Outcome: sandbox.Declined})
	require.NoError(t, err)
	_, err = w.Choose(first.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay})
	require.ErrorIs(t, err, sandbox.ErrDecided)

	q, late := w.create(t)
	w.advance(10*time.Minute + time.Microsecond)
	f, err := w.Choose(late.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay})
	require.ErrorIs(t, err, sandbox.ErrDecided)
	assert.Equal(t, payment.Cancelled, f.Status)
	assert.Equal(t, payment.ReasonSessionExpired, f.Reason)
	f, err = w.Confirm(t.Context(), payment.ConfirmRequest{Key: "k", IntentID: q.IntentID, Token: sandbox.Token(sandbox.Pay)})
	require.NoError(t, err)
	assert.Equal(t, payment.Cancelled, f.Status)

	_, err = w.Choose("sbx_other", sandbox.Choice{Outcome: sandbox.Pay})
	assert.ErrorIs(t, err, payment.ErrUnknownPayment)
}

func TestChoose_NamesTheField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, f := w.create(t)
	for field, c := range map[string]sandbox.Choice{
		"outcome":        {Outcome: "maybe"},
		"delay":          {Outcome: sandbox.Pay, Delay: -1},
		"webhooks.delay": {Outcome: sandbox.Pay, Webhooks: sandbox.Webhooks{Delay: 8 * 24 * time.Hour}},
	} {
		_, err := w.Choose(f.GatewayRef, c)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), field)
		assert.Equal(t, field, fault.Of(err).Field)
	}
	_, err := w.Confirm(t.Context(), payment.ConfirmRequest{Key: "k", GatewayRef: f.GatewayRef, Token: "tok_maybe"})
	assert.Equal(t, "token", fault.Of(err).Field)
	assert.Equal(t, payment.Pending, w.inquire(t, f.GatewayRef).Status, "nothing has happened")
}

func TestChoose_ASlowBankMakesLateMoney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, f := w.create(t)
	w.advance(9 * time.Minute)
	f, err := w.Choose(f.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay, Delay: 30 * time.Minute})
	require.NoError(t, err)
	assert.Equal(t, payment.Pending, f.Status)
	assert.Empty(t, f.RedirectURL, "the buyer has done all there is to do")
	assert.Equal(t, []string{"pending"}, w.deliver(t))

	w.advance(30*time.Minute - time.Microsecond)
	assert.Equal(t, payment.Pending, w.inquire(t, f.GatewayRef).Status)
	assert.Empty(t, w.deliver(t))
	w.advance(time.Microsecond)
	assert.Equal(t, payment.Captured, w.inquire(t, f.GatewayRef).Status)
	assert.Equal(t, []string{"captured"}, w.deliver(t))
}

func TestScript_DecidesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *sandbox.Config) {
		c.Script = func(q payment.CreateRequest) *sandbox.Choice {
			if q.Amount.Minor == 2500 {
				return &sandbox.Choice{Outcome: sandbox.Pay, Webhooks: sandbox.Webhooks{Reorder: true}}
			}
			return nil
		}
	})
	q, f := w.create(t)
	assert.Equal(t, payment.Captured, f.Status)
	assert.Equal(t, []string{"captured"}, w.deliver(t))
	w.advance(time.Second)
	assert.Equal(t, []string{"pending"}, w.deliver(t), "old news of the moment before")

	q.IntentID, q.Key, q.Amount = "pay_other", "other", money.New(1, "EUR")
	f, err := w.Create(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, payment.Pending, f.Status)
}

func TestCreate_OneIntentOnePayment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	q, _ := w.create(t)
	q.Key = "another key"
	_, err := w.Create(t.Context(), q)
	assert.ErrorIs(t, err, payment.ErrKeyReused)
}

func TestLedger_IsTheBanksOwnBook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid, f := w.create(t)
	_, err := w.Choose(f.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay})
	require.NoError(t, err)
	w.SetFaults(sandbox.Faults{RefundDelay: time.Hour})
	back, err := w.Refund(t.Context(), payment.RefundRequest{Key: "k", GatewayRef: f.GatewayRef, Amount: money.New(700, "EUR")})
	require.NoError(t, err)
	assert.Equal(t, payment.RefundPending, back.Status)
	open, _ := w.create(t)

	ledger := w.Ledger()
	require.Len(t, ledger, 2)
	assert.Equal(t, paid.IntentID, ledger[0].IntentID)
	assert.Equal(t, "K7PWXF3X", ledger[0].Reference)
	assert.Equal(t, money.New(2500, "EUR"), ledger[0].Captured)
	assert.Equal(t, money.New(700, "EUR"), ledger[0].Refunded, "promised is given")
	assert.Equal(t, []payment.RefundFacts{back}, ledger[0].Refunds)
	assert.True(t, w.inquire(t, f.GatewayRef).Refunded.IsZero(), "but it has not arrived")
	assert.Equal(t, open.IntentID, ledger[1].IntentID)
	assert.Equal(t, payment.Pending, ledger[1].Status)

	w.advance(time.Hour)
	assert.Equal(t, payment.RefundSucceeded, w.Ledger()[0].Refunds[0].Status)
	assert.Equal(t, []string{"captured", "refund succeeded"}, w.deliver(t))
	assert.Equal(t, money.New(700, "EUR"), w.inquire(t, f.GatewayRef).Refunded)
}
