package portal_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
	"pgregory.net/rapid"

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
func mailed(t *testing.T, change ...func(*portal.Config)) *kit {
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
	k = open(t, append([]func(*portal.Config){func(c *portal.Config) { c.Gateway = bank }}, change...)...)
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

// promptBank is a bank that has the money before it answers, and tells of it before that, too.
type promptBank struct {
	*sandbox.Gateway
	how sandbox.Outcome
}

func (b promptBank) Create(ctx context.Context, r payment.CreateRequest) (payment.Facts, error) {
	facts, err := b.Gateway.Create(ctx, r)
	if err != nil {
		return facts, err
	}
	if _, err := b.Choose(facts.GatewayRef, sandbox.Choice{Outcome: b.how}); err != nil {
		return facts, err
	}
	if _, err := b.DeliverDue(ctx); err != nil {
		return facts, err
	}
	return b.Inquire(ctx, payment.Lookup{IntentID: r.IntentID})
}

// What is settled before the bank has answered has the bank's name of it all the same, and whoever pays sees how it ended.
func TestTopUp_SettledBeforeItIsNamed(t *testing.T) {
	t.Parallel()
	for how, want := range map[sandbox.Outcome]string{sandbox.Pay: "EUR 5.00 is in your balance", sandbox.InsufficientFunds: "The payment did not come about"} {
		t.Run(string(how), func(t *testing.T) {
			t.Parallel()
			k := mailed(t, func(c *portal.Config) { c.Gateway = promptBank{c.Gateway.(*sandbox.Gateway), how} })
			b := k.buyer(k.tenant("ALPHA"))
			b.post("/advertisers/1/top-ups", "amount", "5").leads("/advertisers/1/top-ups/3")
			assert.Contains(t, b.get("/advertisers/1/top-ups/3").text(), want)
			got, err := k.db.TopUp(t.Context(), 3)
			require.NoError(t, err)
			assert.NotEmpty(t, got.Intent)
			differs, err := k.db.Audit(t.Context())
			require.NoError(t, err)
			assert.Empty(t, differs)
		})
	}
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

// Money that the books have no room for goes back, once: others have paid in meanwhile what nobody was asked about.
func TestTopUp_WithoutRoomGoesBack(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	k.tenant("BETA")
	before := k.balance()
	began := b.post("/advertisers/1/top-ups", "amount", "5")
	for i := range 2 {
		const amount = ads.Nano(store.MostInBooks-102) * ads.Unit
		_, err := k.db.Post(t.Context(), ledger.Entry{Ref: itoa(uint32(i)), Kind: ledger.TopUp, At: time.Now(), Postings: []ledger.Posting{
			{Account: ledger.Account{Kind: ledger.OfAdvertiser, ID: 2, Currency: "EUR"}, Amount: amount},
			{Account: ledger.Account{Kind: ledger.OfGateway, Currency: "EUR"}, Amount: -amount},
		}})
		require.NoError(t, err)
	}
	_, err := k.bank.Choose(strings.TrimPrefix(began.Location, base+"/sandbox/pay/"), sandbox.Choice{Outcome: sandbox.Pay})
	require.NoError(t, err)
	page := b.get("/advertisers/1/top-ups/5").text()
	assert.Contains(t, page, "The payment did not come about")
	assert.Contains(t, page, "goes back")
	require.NoError(t, k.pages.Reconcile(t.Context()))
	assert.Equal(t, before, k.balance())
	books := k.bank.Ledger()
	require.Len(t, books, 1)
	assert.Equal(t, books[0].Captured, books[0].Refunded)

	got := b.post("/advertisers/1/top-ups", "amount", "1")
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.Contains(t, got.text(), "the books cannot hold more of EUR")
	assert.Len(t, k.bank.Ledger(), 1, "the bank is not asked")
}

func TestTopUp_AmountsThatAreNone(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	for _, amount := range []string{"", "0", "-5", "1.234", "1e9", "lots", "99999999999999999999", "100000000.01"} {
		got := b.post("/advertisers/1/top-ups", "amount", amount)
		assert.Equal(t, http.StatusBadRequest, got.Status, amount)
		assert.Contains(t, got.text(), "Amount must be")
	}
	none := open(t, func(c *portal.Config) { c.Gateway = nil })
	b = none.buyer(none.tenant("ALPHA"))
	assert.Equal(t, http.StatusServiceUnavailable, b.post("/advertisers/1/top-ups", "amount", "5").Status)
	assert.NotContains(t, b.get("/advertisers/1/balance").text(), "Go on to pay")
	assert.Contains(t, b.get("/advertisers/1/balance").text(), "Payments are not taken on this page")
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

// What the gateway gave back before we heard of the payment was never ours.
func TestTopUp_GivenBackBeforeItIsBooked(t *testing.T) {
	t.Parallel()
	for back, want := range map[string]struct{ added, page string }{
		"5.00": {"0", "The payment did not come about"},
		"2.00": {"3", "EUR 2.00 of it went back"},
	} {
		k := open(t)
		b := k.buyer(k.tenant("ALPHA"))
		before := k.balance()
		ref := strings.TrimPrefix(b.post("/advertisers/1/top-ups", "amount", "5").Location, base+"/sandbox/pay/")
		_, err := k.bank.Choose(ref, sandbox.Choice{Outcome: sandbox.Pay})
		require.NoError(t, err)
		amount, err := money.Parse(back, "EUR")
		require.NoError(t, err)
		require.NoError(t, k.bank.GiveBack(ref, amount))
		for range 2 {
			require.NoError(t, k.pages.Reconcile(t.Context()))
		}
		assert.Equal(t, want.added, (k.balance() - before).String(), back)
		assert.Contains(t, b.get("/advertisers/1/top-ups/3").text(), want.page)
		assert.Equal(t, amount, k.bank.Ledger()[0].Refunded, "nothing is given back twice")
	}
}

// What goes back once it was booked leaves the balance, also when it is spent already.
func TestTopUp_GivenBackAfterItIsBooked(t *testing.T) {
	t.Parallel()
	k := mailed(t)
	mine := k.tenant("ALPHA")
	b := k.buyer(mine)
	before := k.balance()
	ref := strings.TrimPrefix(b.post("/advertisers/1/top-ups", "amount", "150").Location, base+"/sandbox/pay/")
	_, err := k.bank.Choose(ref, sandbox.Choice{Outcome: sandbox.Pay})
	require.NoError(t, err)
	deliver := func() {
		_, err := k.bank.DeliverDue(t.Context())
		require.NoError(t, err)
	}
	deliver()
	assert.Equal(t, "150", (k.balance() - before).String())
	require.NoError(t, k.bank.GiveBack(ref, money.New(50_00, "EUR")))
	deliver()
	assert.Equal(t, "100", (k.balance() - before).String())

	k.serve(mine, traffic{views: 10, gross: 180 * ads.Unit, share: 100 * ads.Unit})
	assert.NotContains(t, b.get("/advertisers/1/balance").text(), "below zero")
	require.NoError(t, k.bank.GiveBack(ref, money.New(100_00, "EUR")))
	deliver()
	assert.Equal(t, "-85", k.balance().String())
	page := b.get("/advertisers/1/balance").text()
	assert.Contains(t, page, "Payment given back")
	assert.Contains(t, page, "The balance is below zero, as when a payment goes back that was spent: no ad is served until it is made up")
	assert.Contains(t, b.get("/advertisers/1/lines/1").text(), "The balance is below zero, as when a payment goes back that was spent")
	differs, err := k.db.Audit(t.Context())
	require.NoError(t, err)
	assert.Empty(t, differs)
}

// The notification of a refund is lost: Reconcile asks about what is paid, once an hour, for a month.
func TestTopUp_GivenBackWithoutANotification(t *testing.T) {
	t.Parallel()
	clock := atomic.Pointer[time.Time]{}
	pass := func(d time.Duration) {
		now := time.Now().Add(d)
		clock.Store(&now)
	}
	pass(0)
	k := open(t, func(c *portal.Config) { c.Now = func() time.Time { return *clock.Load() } })
	b := k.buyer(k.tenant("ALPHA"))
	before := k.balance()
	var refs []string
	const many = 45 // more than are asked about at once
	for range many {
		ref := strings.TrimPrefix(b.post("/advertisers/1/top-ups", "amount", "1").Location, base+"/sandbox/pay/")
		_, err := k.bank.Choose(ref, sandbox.Choice{Outcome: sandbox.Pay})
		require.NoError(t, err)
		refs = append(refs, ref)
	}
	added := func(reconciles int) string {
		t.Helper()
		for range reconciles {
			require.NoError(t, k.pages.Reconcile(t.Context()))
		}
		return (k.balance() - before).String()
	}
	back := func(ref string, cents int64) {
		t.Helper()
		require.NoError(t, k.bank.GiveBack(ref, money.New(cents, "EUR")))
	}
	require.Equal(t, "45", added(5))
	back(refs[0], 25)
	back(refs[many-1], 50)
	assert.Equal(t, "45", added(5), "not before an hour has passed")
	pass(time.Hour + time.Minute)
	assert.Equal(t, "44.75", added(1), "the first ones")
	assert.Equal(t, "44.25", added(2), "and all within a few minutes")
	back(refs[0], 75)
	pass(31 * 24 * time.Hour)
	assert.Equal(t, "44.25", added(5), "after a month only the notification tells")
	differs, err := k.db.Audit(t.Context())
	require.NoError(t, err)
	assert.Empty(t, differs)
}

// desk is a gateway whose notifications say what a test has them say.
type desk struct {
	*sandbox.Gateway
	t       testing.TB
	returns atomic.Int32
}

func (d *desk) ParseWebhook(_ func(string) string, body []byte) ([]payment.Event, error) {
	var e payment.Event
	require.NoError(d.t, json.Unmarshal(body, &e))
	return []payment.Event{e}, nil
}

func (d *desk) Refund(context.Context, payment.RefundRequest) (payment.RefundFacts, error) {
	d.returns.Add(1)
	return payment.RefundFacts{}, nil
}

// In whatever order notifications come, and however often: the balance is what was paid and has not gone back.
func TestTopUp_NotificationsInAnyOrder(t *testing.T) {
	t.Parallel()
	d := &desk{t: t}
	k := open(t, func(c *portal.Config) {
		d.Gateway = c.Gateway.(*sandbox.Gateway)
		c.Gateway = d
	})
	k.tenant("ALPHA")
	rapid.Check(t, func(rt *rapid.T) {
		before := k.balance()
		made, err := k.db.CreateTopUp(k.Context(), 0, store.TopUp{Advertiser: 1, Amount: money.New(100, "EUR"), Gateway: d.Name()})
		require.NoError(rt, err)
		events := []payment.Event{{Kind: payment.PaymentChanged, Facts: payment.Facts{Status: payment.Pending}}}
		totals := rapid.SliceOfN(rapid.Int64Range(0, 100), 1, 5).Draw(rt, "totals")
		slices.Sort(totals)
		for _, total := range totals {
			kind := rapid.SampledFrom([]payment.EventKind{payment.PaymentChanged, payment.RefundChanged}).Draw(rt, "kind")
			events = append(events, payment.Event{Kind: kind, Facts: payment.Facts{
				Status: payment.Captured, Captured: money.New(100, "EUR"), Refunded: money.New(total, "EUR"),
			}})
		}
		for _, e := range rapid.Permutation(append(events, events...)).Draw(rt, "order") {
			e.IntentID = payment.IntentID(portal.IntentOf(made))
			body, err := json.Marshal(e)
			require.NoError(rt, err)
			require.Equal(rt, http.StatusNoContent, k.nobody().send(http.MethodPost, "/payments", "application/json", body).Status)
		}
		kept := money.New(100-totals[len(totals)-1], "EUR")
		want, err := ads.OfAmount("amount", kept)
		require.NoError(rt, err)
		require.Equal(rt, want, k.balance()-before)
		got, err := k.db.TopUp(k.Context(), made.ID)
		require.NoError(rt, err)
		require.Equal(rt, totals[len(totals)-1], got.Refunded.Minor)
		require.Zero(rt, d.returns.Load(), "the gateway is asked to return nothing")
		k.zero(rt)
	})
	differs, err := k.db.Audit(t.Context())
	require.NoError(t, err)
	assert.Empty(t, differs)
}

// told has the gateway say something of a top-up.
func (k *kit) told(t store.TopUp, f payment.Facts) {
	k.Helper()
	f.Status = payment.Captured
	body, err := json.Marshal(payment.Event{Kind: payment.PaymentChanged, IntentID: payment.IntentID(portal.IntentOf(t)), Facts: f})
	require.NoError(k, err)
	require.Equal(k, http.StatusNoContent, k.nobody().send(http.MethodPost, "/payments", "application/json", body).Status)
}

// What a gateway takes beyond the amount, once that is booked, is none of the balance: it goes back first, and what more goes back is booked.
func TestTopUp_MoreTakenOnceItIsBooked(t *testing.T) {
	t.Parallel()
	d := &desk{t: t}
	k := open(t, func(c *portal.Config) {
		d.Gateway = c.Gateway.(*sandbox.Gateway)
		c.Gateway = d
	})
	k.tenant("ALPHA")
	before := k.balance()
	made, err := k.db.CreateTopUp(t.Context(), 0, store.TopUp{Advertiser: 1, Amount: money.New(100_00, "EUR"), Gateway: d.Name()})
	require.NoError(t, err)
	for _, row := range []struct {
		captured, refunded int64
		want               string
	}{
		{100_00, 0, "100"}, {150_00, 0, "100"}, {150_00, 50_00, "100"}, {150_00, 80_00, "70"}, {150_00, 50_00, "70"}, {100_00, 0, "70"}, {150_00, 150_00, "0"},
	} {
		for range 2 {
			k.told(made, payment.Facts{Captured: money.New(row.captured, "EUR"), Refunded: money.New(row.refunded, "EUR")})
			assert.Equal(t, row.want, (k.balance() - before).String(), "%+v", row)
		}
	}
	assert.Zero(t, d.returns.Load())
	differs, err := k.db.Audit(t.Context())
	require.NoError(t, err)
	assert.Empty(t, differs)
}

// zero requires that all accounts sum to nothing.
func (k *kit) zero(t require.TestingT) {
	all, err := k.db.Balances(k.Context())
	require.NoError(t, err)
	sum := ads.Nano(0)
	for _, amount := range all {
		sum += amount
	}
	require.Zero(t, sum)
}
