package portal_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/portal"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

// balance is what the first advertiser has.
func (k *kit) balance() ads.Nano {
	account := ledger.Account{Kind: ledger.OfAdvertiser, ID: 1, Currency: "EUR"}
	all, err := k.db.Balances(k.Context(), account)
	require.NoError(k, err)
	return all[account]
}

// mailed opens a portal whose bank sends its notifications to it.
func mailed(t *testing.T) *kit {
	t.Helper()
	var k *kit
	bank, err := sandbox.New(sandbox.Config{
		Secret: []byte("0123456789abcdef"), PageURL: base + "/sandbox/pay",
		Send: func(_ context.Context, w sandbox.Webhook) error {
			var rc fasthttp.RequestCtx
			rc.Request.Header.SetMethod(http.MethodPost)
			rc.Request.SetRequestURI(strings.TrimPrefix(w.URL, base))
			rc.Request.Header.SetHost("ads.example")
			for name, value := range w.Header {
				rc.Request.Header.Set(name, value)
			}
			rc.Request.SetBody(w.Body)
			k.handle(&rc)
			assert.Equal(t, http.StatusNoContent, rc.Response.StatusCode(), string(rc.Response.Body()))
			return nil
		},
	})
	require.NoError(t, err)
	k = open(t, func(c *portal.Config) { c.Gateway = bank })
	k.bank = bank
	return k
}

func TestTopUp_IsBookedOnceHoweverOftenOneLooks(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	before := k.balance()
	assert.Contains(t, k.pay(b, "/advertisers/1", "12.34", sandbox.Pay).text(), "EUR 12.34 is in your balance")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { (&browser{kit: k, cookie: b.cookie}).get("/advertisers/1/top-ups/3") })
	}
	all.Wait()
	require.NoError(t, k.pages.Reconcile(t.Context()))
	assert.Equal(t, "12.34", (k.balance() - before).String())
	assert.Contains(t, b.get("/advertisers/1/balance").text(), "Topped up")
	differs, err := k.db.Audit(t.Context())
	require.NoError(t, err)
	assert.Empty(t, differs)
}

func TestTopUp_DeclinedAddsNothing(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	before := k.balance()
	page := k.pay(b, "/advertisers/1", "12.34", sandbox.InsufficientFunds).text()
	assert.Contains(t, page, "The payment did not come about")
	assert.Contains(t, page, "insufficient funds")
	assert.Equal(t, before, k.balance())
}

// Whether the buyer comes back or not: the notification books it, twice told once.
func TestTopUp_ByNotificationAlone(t *testing.T) {
	t.Parallel()
	k := mailed(t)
	b := k.buyer(k.tenant("ALPHA"))
	before := k.balance()
	began := b.post("/advertisers/1/top-ups", "amount", "5")
	_, err := k.bank.Choose(strings.TrimPrefix(began.Location, base+"/sandbox/pay/"), sandbox.Choice{Outcome: sandbox.Pay, Webhooks: sandbox.Webhooks{Duplicate: true}})
	require.NoError(t, err)
	_, err = k.bank.DeliverDue(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "5", (k.balance() - before).String())
	b.get("/advertisers/1/top-ups/3")
	assert.Equal(t, "5", (k.balance() - before).String())
}

// The buyer is gone and no notification comes: Reconcile asks.
func TestTopUp_ReconciledLater(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	before := k.balance()
	began := b.post("/advertisers/1/top-ups", "amount", "5")
	require.NoError(t, k.pages.Reconcile(t.Context()))
	assert.Equal(t, before, k.balance())
	assert.Contains(t, b.get("/advertisers/1/balance").text(), "Under way")
	assert.Contains(t, b.get("/advertisers/1/top-ups/3").text(), "The payment is under way")
	_, err := k.bank.Choose(strings.TrimPrefix(began.Location, base+"/sandbox/pay/"), sandbox.Choice{Outcome: sandbox.Authorize})
	require.NoError(t, err)
	require.NoError(t, k.pages.Reconcile(t.Context()))
	assert.Equal(t, "5", (k.balance() - before).String(), "what was agreed to is taken")
}

// A crash between the gateway's answer and ours leaves a top-up without the gateway's name of it.
func TestTopUp_FoundByItsOwnIdentifierAfterACrash(t *testing.T) {
	t.Parallel()
	k := open(t)
	k.tenant("ALPHA")
	before := k.balance()
	made, err := k.db.CreateTopUp(t.Context(), 0, store.TopUp{Advertiser: 1, Amount: money.New(700, "EUR"), Gateway: "sandbox"})
	require.NoError(t, err)
	facts, err := k.bank.Create(t.Context(), payment.CreateRequest{
		Key: portal.IntentOf(made), IntentID: payment.IntentID(portal.IntentOf(made)), Amount: made.Amount, ReturnURL: base + "/", Reference: "AD-1",
	})
	require.NoError(t, err)
	_, err = k.bank.Choose(facts.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay})
	require.NoError(t, err)
	require.NoError(t, k.pages.Reconcile(t.Context()))
	assert.Equal(t, "7", (k.balance() - before).String())
}

func TestTopUp_UnknownToTheGatewayIsGivenUp(t *testing.T) {
	t.Parallel()
	now := time.Now()
	k := open(t, func(c *portal.Config) { c.Now = func() time.Time { return now } })
	k.tenant("ALPHA")
	made, err := k.db.CreateTopUp(t.Context(), 0, store.TopUp{Advertiser: 1, Amount: money.New(700, "EUR"), Gateway: "sandbox"})
	require.NoError(t, err)
	state := func() store.TopUpState {
		require.NoError(t, k.pages.Reconcile(t.Context()))
		got, err := k.db.TopUp(t.Context(), made.ID)
		require.NoError(t, err)
		return got.State
	}
	assert.Equal(t, store.TopUpCreated, state(), "it may be on its way")
	now = now.Add(time.Hour)
	assert.Equal(t, store.TopUpFailed, state())
}

// Money that comes for a top-up that was given up goes back, once.
func TestTopUp_LateMoneyGoesBack(t *testing.T) {
	t.Parallel()
	k := mailed(t)
	b := k.buyer(k.tenant("ALPHA"))
	before := k.balance()
	began := b.post("/advertisers/1/top-ups", "amount", "5")
	require.NoError(t, k.db.FailTopUp(t.Context(), 3, "given up"))
	_, err := k.bank.Choose(strings.TrimPrefix(began.Location, base+"/sandbox/pay/"), sandbox.Choice{Outcome: sandbox.Pay, Webhooks: sandbox.Webhooks{Duplicate: true}})
	require.NoError(t, err)
	for range 3 {
		_, err = k.bank.DeliverDue(t.Context())
		require.NoError(t, err)
	}
	assert.Equal(t, before, k.balance())
	books := k.bank.Ledger()
	require.Len(t, books, 1)
	assert.Equal(t, books[0].Captured, books[0].Refunded)
}

func TestTopUp_AmountsThatAreNone(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	for _, amount := range []string{"", "0", "-5", "1.234", "1e9", "lots", "99999999999999999999"} {
		got := b.post("/advertisers/1/top-ups", "amount", amount)
		assert.Equal(t, http.StatusBadRequest, got.Status, amount)
		assert.Contains(t, got.text(), "Amount must be")
	}
	none := open(t, func(c *portal.Config) { c.Gateway = nil })
	b = none.buyer(none.tenant("ALPHA"))
	assert.Equal(t, http.StatusServiceUnavailable, b.post("/advertisers/1/top-ups", "amount", "5").Status)
	assert.NotContains(t, b.get("/advertisers/1/balance").text(), "Go on to pay")
	assert.Equal(t, http.StatusServiceUnavailable, none.nobody().post("/payments").Status)
}

func TestNotification_NeedsASignature(t *testing.T) {
	t.Parallel()
	k := open(t)
	got := k.nobody().post("/payments", "id", "x")
	assert.Equal(t, http.StatusUnauthorized, got.Status)
	assert.Equal(t, "application/problem+json", string(got.Header.ContentType()))
}

// What the gateway did not hear of has failed; what it may have heard of is asked for later.
func TestTopUp_GatewayThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	before := k.balance()
	k.bank.SetFaults(sandbox.Faults{CreateTemporary: 1})
	assert.Equal(t, http.StatusServiceUnavailable, b.post("/advertisers/1/top-ups", "amount", "5").Status)
	got, err := k.db.TopUp(t.Context(), 3)
	require.NoError(t, err)
	assert.Equal(t, store.TopUpFailed, got.State)

	k.bank.SetFaults(sandbox.Faults{CreateTimeout: 1})
	assert.Equal(t, http.StatusServiceUnavailable, b.post("/advertisers/1/top-ups", "amount", "7").Status)
	books := k.bank.Ledger()
	require.Len(t, books, 1)
	_, err = k.bank.Choose(books[0].GatewayRef, sandbox.Choice{Outcome: sandbox.Pay})
	require.NoError(t, err)
	k.bank.SetFaults(sandbox.Faults{InquireTemporary: 1})
	require.Error(t, k.pages.Reconcile(t.Context()))
	require.NoError(t, k.pages.Reconcile(t.Context()))
	assert.Equal(t, "7", (k.balance() - before).String())
}

// A bank that decides at once sends nobody anywhere.
func TestTopUp_DecidedAtOnce(t *testing.T) {
	t.Parallel()
	bank, err := sandbox.New(sandbox.Config{
		Secret: []byte("0123456789abcdef"), Script: func(payment.CreateRequest) *sandbox.Choice { return &sandbox.Choice{Outcome: sandbox.Pay} },
	})
	require.NoError(t, err)
	k := open(t, func(c *portal.Config) { c.Gateway = bank })
	b := k.buyer(k.tenant("ALPHA"))
	before := k.balance()
	b.post("/advertisers/1/top-ups", "amount", "5").leads("/advertisers/1/top-ups/3")
	assert.Equal(t, "5", (k.balance() - before).String())
}
