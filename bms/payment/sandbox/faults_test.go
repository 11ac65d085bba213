package sandbox_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

func TestFaults_TemporaryMeansNothingHappened(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.SetFaults(sandbox.Faults{CreateTemporary: 2, ConfirmTemporary: 1, InquireTemporary: 1, RefundTemporary: 1})
	q := payment.CreateRequest{Key: "k", IntentID: "pay_1", Amount: money.New(2500, "EUR")}
	for range 2 {
		_, err := w.Create(t.Context(), q)
		require.Equal(t, payment.ClassTemporary, payment.ClassOf(err))
	}
	require.Empty(t, w.Ledger())
	f, err := w.Create(t.Context(), q)
	require.NoError(t, err)

	confirm := payment.ConfirmRequest{Key: "c", GatewayRef: f.GatewayRef, Token: sandbox.Token(sandbox.Pay)}
	_, err = w.Confirm(t.Context(), confirm)
	require.ErrorIs(t, err, payment.ErrTemporary)
	_, err = w.Inquire(t.Context(), payment.Lookup{GatewayRef: f.GatewayRef})
	require.ErrorIs(t, err, payment.ErrTemporary)
	assert.Equal(t, payment.Pending, w.inquire(t, f.GatewayRef).Status)
	_, err = w.Confirm(t.Context(), confirm)
	require.NoError(t, err)

	back := payment.RefundRequest{Key: "r", GatewayRef: f.GatewayRef, Amount: money.New(2500, "EUR")}
	_, err = w.Refund(t.Context(), back)
	require.ErrorIs(t, err, payment.ErrTemporary)
	assert.True(t, w.Ledger()[0].Refunded.IsZero())
	_, err = w.Refund(t.Context(), back)
	assert.NoError(t, err)
}

func TestFaults_TimeoutMeansItHappened(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.SetFaults(sandbox.Faults{CreateTimeout: 1, ConfirmTimeout: 1, RefundTimeout: 1})
	q := payment.CreateRequest{Key: "k", IntentID: "pay_1", Amount: money.New(2500, "EUR")}
	_, err := w.Create(t.Context(), q)
	require.Equal(t, payment.ClassUnknown, payment.ClassOf(err))
	f, err := w.Inquire(t.Context(), payment.Lookup{IntentID: "pay_1"})
	require.NoError(t, err, "found by our own identifier")

	_, err = w.Confirm(t.Context(), payment.ConfirmRequest{Key: "c", IntentID: "pay_1", Token: sandbox.Token(sandbox.Pay)})
	require.ErrorIs(t, err, payment.ErrUnknownOutcome)
	assert.Equal(t, payment.Captured, w.inquire(t, f.GatewayRef).Status)

	back := payment.RefundRequest{Key: "r", IntentID: "pay_1", Amount: money.New(2500, "EUR")}
	_, err = w.Refund(t.Context(), back)
	require.ErrorIs(t, err, payment.ErrUnknownOutcome)
	_, err = w.Refund(t.Context(), back)
	require.NoError(t, err)
	assert.Equal(t, money.New(2500, "EUR"), w.Ledger()[0].Refunded, "once")
}

func TestFaults_WebhooksOfEverybody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.SetFaults(sandbox.Faults{Webhooks: sandbox.Webhooks{Duplicate: true, Delay: time.Second}})
	w.pay(t, sandbox.Choice{Webhooks: sandbox.Webhooks{Delay: time.Minute}})
	w.SetFaults(sandbox.Faults{})
	w.pay(t, sandbox.Choice{})
	assert.Equal(t, []string{"captured"}, w.deliver(t))
	w.advance(time.Minute)
	assert.Equal(t, []string{"captured", "captured"}, w.deliver(t))
}

// TestBank_NeverLosesOrInventsMoney drives a bank at random, with faults and
// restarts, against sums kept by hand.
func TestBank_NeverLosesOrInventsMoney(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, journaled(t))
		captured, refunded := map[string]int64{}, map[string]int64{}
		var refs []string
		ref := func(rt *rapid.T) string {
			if len(refs) == 0 {
				rt.Skip("no payments yet")
			}
			return rapid.SampledFrom(refs).Draw(rt, "ref")
		}
		rt.Repeat(map[string]func(*rapid.T){
			"create": func(*rapid.T) {
				_, f := w.create(t)
				refs = append(refs, f.GatewayRef)
			},
			"choose": func(rt *rapid.T) {
				outcome := rapid.SampledFrom([]sandbox.Outcome{sandbox.Pay, sandbox.Declined, sandbox.Cancel}).Draw(rt, "outcome")
				r := ref(rt)
				if _, err := w.Choose(r, sandbox.Choice{Outcome: outcome}); err == nil && outcome == sandbox.Pay {
					captured[r] = 2500
				}
			},
			"refund": func(rt *rapid.T) {
				r, key := ref(rt), rapid.StringMatching(`[a-d]`).Draw(rt, "key")
				minor := rapid.Int64Range(1, 1500).Draw(rt, "minor")
				left := captured[r] - refunded[r]
				before := len(w.entry(r).Refunds)
				_, err := w.Refund(t.Context(), payment.RefundRequest{Key: key, GatewayRef: r, Amount: money.New(minor, "EUR")})
				fresh := len(w.entry(r).Refunds) > before
				require.Equal(rt, fresh, minor <= left && !hasKey(w.entry(r).Refunds[:before], key))
				if fresh {
					require.NoError(rt, err)
					refunded[r] += minor
				}
			},
			"restart": func(*rapid.T) { w.open(t) },
			"wait":    func(*rapid.T) { w.advance(time.Minute) },
			"": func(rt *rapid.T) {
				for _, e := range w.Ledger() {
					require.Equal(rt, captured[e.GatewayRef], e.Captured.Minor)
					require.Equal(rt, refunded[e.GatewayRef], e.Refunded.Minor)
				}
			},
		})
	})
}

// entry returns the ledger's entry of a payment.
func (w *world) entry(ref string) sandbox.LedgerEntry {
	for _, e := range w.Ledger() {
		if e.GatewayRef == ref {
			return e
		}
	}
	return sandbox.LedgerEntry{}
}

func hasKey(refunds []payment.RefundFacts, key string) bool {
	for _, r := range refunds {
		if r.Key == key {
			return true
		}
	}
	return false
}

func TestBank_ManyAtOnceGiveBackOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, journaled(t))
	ref := w.pay(t, sandbox.Choice{})
	var wg sync.WaitGroup
	for n := range 50 {
		wg.Go(func() {
			q := payment.RefundRequest{Key: string(rune('a' + n%5)), GatewayRef: ref, Amount: money.New(600, "EUR")}
			_, _ = w.Refund(t.Context(), q) // five keys, of which four fit
		})
	}
	wg.Wait()
	e := w.entry(ref)
	assert.Equal(t, money.New(2400, "EUR"), e.Refunded)
	assert.Len(t, e.Refunds, 4)
}
