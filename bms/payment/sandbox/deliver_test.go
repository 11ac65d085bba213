package sandbox_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pay creates a payment and pays it.
func (w *world) pay(t testing.TB, c sandbox.Choice) string {
	t.Helper()
	_, f := w.create(t)
	c.Outcome = sandbox.Pay
	_, err := w.Choose(f.GatewayRef, c)
	require.NoError(t, err)
	return f.GatewayRef
}

func TestWebhooks_WhatGoesWrong(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		choice sandbox.Choice
		told   []string // at once, after a second, after a minute more
		later  []string
		late   []string
	}{
		"nothing":         {sandbox.Choice{}, []string{"captured"}, nil, nil},
		"twice":           {sandbox.Choice{Webhooks: sandbox.Webhooks{Duplicate: true}}, []string{"captured", "captured"}, nil, nil},
		"never":           {sandbox.Choice{Webhooks: sandbox.Webhooks{Drop: true}}, nil, nil, nil},
		"late":            {sandbox.Choice{Webhooks: sandbox.Webhooks{Delay: time.Minute}}, nil, nil, []string{"captured"}},
		"out of order":    {sandbox.Choice{Webhooks: sandbox.Webhooks{Reorder: true}}, []string{"captured"}, []string{"pending"}, nil},
		"slow":            {sandbox.Choice{Delay: time.Minute}, []string{"pending"}, nil, []string{"captured"}},
		"slow and never":  {sandbox.Choice{Delay: time.Minute, Webhooks: sandbox.Webhooks{Drop: true}}, nil, nil, nil},
		"everything else": {sandbox.Choice{Webhooks: sandbox.Webhooks{Duplicate: true, Reorder: true, Delay: time.Second}}, nil, []string{"captured", "captured"}, []string{"pending", "pending"}},
	} {
		w := newWorld(t)
		w.pay(t, row.choice)
		assert.Equal(t, row.told, w.deliver(t), name)
		w.advance(time.Second)
		assert.Equal(t, row.later, w.deliver(t), name)
		w.advance(time.Minute)
		assert.Equal(t, row.late, w.deliver(t), name)
		assert.Zero(t, w.Undelivered(), name)
	}
}

func TestWebhooks_ACopyHasTheSameID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pay(t, sandbox.Choice{Webhooks: sandbox.Webhooks{Duplicate: true}})
	taken, err := w.DeliverDue(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, taken)
	var ids []string
	for _, m := range w.mail {
		events, err := w.ParseWebhook(func(name string) string { return m.Header[name] }, m.Body)
		require.NoError(t, err)
		ids = append(ids, events[0].ID)
	}
	assert.Equal(t, ids[0], ids[1])
	assert.Equal(t, "https://shop.example/notify", w.mail[0].URL)
}

func TestWebhooks_NoneWithoutAnAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	q := payment.CreateRequest{Key: "k", IntentID: "pay_1", Amount: money.New(1, "EUR")}
	f, err := w.Create(t.Context(), q)
	require.NoError(t, err)
	_, err = w.Choose(f.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay})
	require.NoError(t, err)
	assert.Zero(t, w.Undelivered())
}

func TestWebhooks_AClosedShopIsTriedLaterAndLaterThenNeverAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, journaled(t))
	w.pay(t, sandbox.Choice{})
	w.down = true
	tries := 0
	for wait := time.Second; w.Undelivered() > 0; wait *= 2 {
		require.Empty(t, w.deliver(t))
		tries++
		require.LessOrEqual(t, tries, 12)
		w.advance(wait - time.Microsecond)
		require.Empty(t, w.deliver(t), "not yet")
		w.advance(time.Microsecond)
	}
	assert.Equal(t, 12, tries)
	w.down = false
	w.open(t)
	assert.Empty(t, w.deliver(t), "given up for good")
}

func TestDeliverDue_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pay(t, sandbox.Choice{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.DeliverDue(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, w.Undelivered())
}

func TestRun_DeliversUntilItsContextEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int32
		bank, err := sandbox.New(sandbox.Config{Secret: make([]byte, 16), Send: func(context.Context, sandbox.Webhook) error {
			if sent.Add(1) == 1 {
				return io.ErrUnexpectedEOF
			}
			return nil
		}})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- bank.Run(ctx) }()

		f, err := bank.Create(ctx, payment.CreateRequest{Key: "k", IntentID: "pay_1", Amount: money.New(1, "EUR"), NotifyURL: "/notify"})
		require.NoError(t, err)
		_, err = bank.Choose(f.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay, Delay: time.Minute})
		require.NoError(t, err)
		synctest.Wait()
		assert.Equal(t, int32(1), sent.Load(), "the news that it is pending, which fails")
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, int32(2), sent.Load())
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Equal(t, int32(3), sent.Load())
		assert.Zero(t, bank.Undelivered())

		cancel()
		require.ErrorIs(t, <-done, context.Canceled)
	})
}

func TestRun_WhatIsUnderWayAtTheEndIsNotLost(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	w := newWorld(t, func(c *sandbox.Config) {
		c.Send = func(ctx context.Context, _ sandbox.Webhook) error {
			cancel()
			<-ctx.Done()
			return ctx.Err()
		}
	})
	w.pay(t, sandbox.Choice{})
	require.ErrorIs(t, w.Run(ctx), context.Canceled)
	assert.Equal(t, 1, w.Undelivered())
}

func TestSend_PostsByDefault(t *testing.T) {
	t.Parallel()
	status := http.StatusInternalServerError
	var body []byte
	var signature, kind string
	shop := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, q *http.Request) {
		body, _ = io.ReadAll(q.Body)
		signature, kind = q.Header.Get(sandbox.SignatureHeader), q.Header.Get("Content-Type")
		answer.WriteHeader(status)
	}))
	defer shop.Close()
	w := newWorld(t, func(c *sandbox.Config) { c.Send = nil })
	for i, address := range []string{shop.URL, "http://127.0.0.1:1/nobody", "/no/host"} {
		id := payment.IntentID("pay_" + string(rune('a'+i)))
		f, err := w.Create(t.Context(), payment.CreateRequest{Key: string(id), IntentID: id, Amount: money.New(1, "EUR"), NotifyURL: address})
		require.NoError(t, err)
		_, err = w.Choose(f.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay})
		require.NoError(t, err)
	}
	taken, err := w.DeliverDue(t.Context())
	require.NoError(t, err)
	require.Zero(t, taken)
	require.Equal(t, 3, w.Undelivered())

	status = http.StatusNoContent
	w.advance(time.Second)
	taken, err = w.DeliverDue(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, taken)
	assert.Equal(t, "application/json", kind)
	events, err := w.ParseWebhook(func(string) string { return signature }, body)
	require.NoError(t, err)
	assert.Equal(t, payment.IntentID("pay_a"), events[0].IntentID)
}
