package operator_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/storefront/assets"
	"github.com/marquee-tickets/marquee/storefront/edge"
	"github.com/marquee-tickets/marquee/storefront/operator"
)

const token = "a token for the tests"

// desk is the operator's pages of a kit.
type desk struct {
	*operator.Desk
	kit    *bmstest.Kit
	cache  *edge.Cache
	cookie string
}

func open(t *testing.T) *desk { return openWith(t, operator.Config{}) }

// openWith opens the pages with a configuration besides the token.
func openWith(t *testing.T, cfg operator.Config) *desk {
	t.Helper()
	cfg.Token, cfg.Site = token, "Palace"
	kit := bmstest.New(t, bmstest.Options{})
	cache, err := edge.New(func(rc *fasthttp.RequestCtx) {
		edge.Publish(rc, edge.Page{Tags: []string{"city:mumbai"}})
		rc.SetBodyString("what is on")
	}, edge.Config{Public: func(string) bool { return true }, Now: kit.Now})
	require.NoError(t, err)
	t.Cleanup(cache.Close)
	files, err := assets.New()
	require.NoError(t, err)
	d, err := operator.New(kit.Client, cache, files, cfg)
	require.NoError(t, err)
	return &desk{Desk: d, kit: kit, cache: cache}
}

// ask sends a request; pairs are fields of a form, which make it a POST.
func (d *desk) ask(path string, pairs ...string) *fasthttp.Response {
	rc := new(fasthttp.RequestCtx)
	rc.Request.SetRequestURI(path)
	if len(pairs) > 0 {
		rc.Request.Header.SetMethod(fasthttp.MethodPost)
		rc.Request.Header.SetContentType("application/x-www-form-urlencoded")
		var form fasthttp.Args
		for i := 0; i < len(pairs); i += 2 {
			form.Add(pairs[i], pairs[i+1])
		}
		rc.Request.SetBody(form.QueryString())
	}
	if d.cookie != "" {
		rc.Request.Header.Set("Cookie", d.cookie)
	}
	d.Handle(rc)
	return &rc.Response
}

func (d *desk) signIn(t *testing.T) {
	t.Helper()
	answer := d.ask("/operator/sign-in", "token", token)
	require.Equal(t, fasthttp.StatusSeeOther, answer.StatusCode())
	set := string(answer.Header.Peek("Set-Cookie"))
	d.cookie, _, _ = strings.Cut(set, ";")
	assert.Contains(t, set, "HttpOnly")
	assert.Contains(t, set, "path=/operator")
	assert.NotContains(t, set, token)
}

func TestHandle_OnlyTheOperator(t *testing.T) {
	t.Parallel()
	d := open(t)
	pages := []string{"/operator", "/operator/", "/operator/cache", "/operator/refunds", "/operator/messages", "/operator/bookings", "/operator/nothing"}
	for _, cookie := range []string{"", "operator=", "operator=wrong", "operator=" + token} {
		d.cookie = cookie
		for _, path := range pages {
			answer := d.ask(path)
			assert.Equal(t, fasthttp.StatusUnauthorized, answer.StatusCode(), path)
			assert.Contains(t, string(answer.Body()), `name="token"`)
			assert.Equal(t, "no-store", string(answer.Header.Peek("Cache-Control")))
		}
		assert.Equal(t, fasthttp.StatusUnauthorized, d.ask("/operator/cache/purge", "all", "1").StatusCode())
		assert.Equal(t, fasthttp.StatusUnauthorized, d.ask("/operator/metrics").StatusCode())
	}
	d.signIn(t)
	for _, path := range pages[2:6] {
		assert.Equal(t, fasthttp.StatusOK, d.ask(path).StatusCode(), path)
	}
	assert.Equal(t, fasthttp.StatusNotFound, d.ask("/operator/nothing").StatusCode())
	assert.Equal(t, fasthttp.StatusSeeOther, d.ask("/operator").StatusCode())
	out := d.ask("/operator/sign-out", "x", "y")
	assert.Contains(t, string(out.Header.Peek("Set-Cookie")), "operator=;")
}

func TestHandle_AWrongTokenIsSlowToGuess(t *testing.T) {
	t.Parallel()
	d := open(t)
	for range 10 {
		answer := d.ask("/operator/sign-in", "token", "a guess of some length")
		assert.Equal(t, fasthttp.StatusUnauthorized, answer.StatusCode())
		assert.Contains(t, string(answer.Body()), "This is not the operator&#39;s token.")
	}
	answer := d.ask("/operator/sign-in", "token", "another guess")
	assert.Equal(t, fasthttp.StatusTooManyRequests, answer.StatusCode())
	assert.NotEmpty(t, answer.Header.Peek("Retry-After"))
	assert.Equal(t, fasthttp.StatusTooManyRequests, d.ask("/operator/sign-in", "token", token).StatusCode(), "or who guesses on would find it")
	d.kit.Clock.Advance(time.Minute)
	assert.Equal(t, fasthttp.StatusUnauthorized, d.ask("/operator/sign-in", "token", "another guess").StatusCode())
	d.signIn(t)
}

func TestHandle_ABearerTokenIsSlowToGuessToo(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.signIn(t)
	bearer := func(given string) int {
		rc := new(fasthttp.RequestCtx)
		rc.Request.SetRequestURI("/operator/metrics")
		rc.Request.Header.Set("Authorization", "Bearer "+given)
		d.Handle(rc)
		return rc.Response.StatusCode()
	}
	for range 20 {
		assert.Equal(t, fasthttp.StatusOK, bearer(token), "what is right costs nothing")
	}
	for range 10 {
		assert.Equal(t, fasthttp.StatusUnauthorized, bearer("a guess of some length"))
	}
	assert.Equal(t, fasthttp.StatusTooManyRequests, bearer("another guess"))
	assert.Equal(t, fasthttp.StatusTooManyRequests, bearer(token))
	assert.Equal(t, fasthttp.StatusOK, d.ask("/operator/cache").StatusCode(), "who is signed in stays so")
	d.kit.Clock.Advance(time.Minute)
	assert.Equal(t, fasthttp.StatusOK, bearer(token))
}

// A cookie is good for as long as the browser was told to keep it, whoever has kept it for longer.
func TestHandle_ASessionEnds(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.signIn(t)
	d.kit.Clock.Advance(12*time.Hour - time.Minute)
	assert.Equal(t, fasthttp.StatusOK, d.ask("/operator/cache").StatusCode())
	d.kit.Clock.Advance(2 * time.Minute)
	assert.Equal(t, fasthttp.StatusUnauthorized, d.ask("/operator/cache").StatusCode())
	name, value, _ := strings.Cut(d.cookie, "=")
	end, proof, _ := strings.Cut(value, ".")
	d.cookie = name + "=9" + end + "." + proof
	assert.Equal(t, fasthttp.StatusUnauthorized, d.ask("/operator/cache").StatusCode(), "nobody but us says until when")
}

func TestHandle_WithoutATokenThereAreNoPages(t *testing.T) {
	t.Parallel()
	d := open(t)
	files, err := assets.New()
	require.NoError(t, err)
	none, err := operator.New(d.kit.Client, d.cache, files, operator.Config{})
	require.NoError(t, err)
	for _, path := range []string{"/operator", "/operator/cache", "/operators", "/"} {
		rc := new(fasthttp.RequestCtx)
		rc.Request.SetRequestURI(path)
		assert.False(t, none.Handle(rc), path)
	}
	_, err = operator.New(d.kit.Client, d.cache, files, operator.Config{Token: "short"})
	assert.Equal(t, "operator_token", fault.Of(err).Field)
}

func TestCache_ShowsAndPurges(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.signIn(t)
	assert.Contains(t, string(d.ask("/operator/cache").Body()), "No page is kept yet.")
	for range 4 {
		rc := new(fasthttp.RequestCtx)
		rc.Request.SetRequestURI("/mumbai")
		d.cache.Handle(rc)
	}
	page := string(d.ask("/operator/cache").Body())
	for _, text := range []string{"75.0 %", "/mumbai", "1m0s", "of 256.0 MB, 1 pages", "Nothing has been purged"} {
		assert.Contains(t, page, text)
	}
	assert.Equal(t, fasthttp.StatusBadRequest, d.ask("/operator/cache/purge", "tags", " , ").StatusCode())
	assert.Equal(t, 1, d.cache.Stats().Pages)
	assert.Equal(t, fasthttp.StatusSeeOther, d.ask("/operator/cache/purge", "tags", "event:1, city:mumbai").StatusCode())
	assert.Zero(t, d.cache.Stats().Pages)
	d.ask("/operator/cache/purge", "all", "1")
	page = string(d.ask("/operator/cache").Body())
	assert.Contains(t, page, "event:1 city:mumbai")
	assert.Contains(t, page, "all pages")
}

func TestRefunds_AreMadeAgain(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.signIn(t)
	assert.Contains(t, string(d.ask("/operator/refunds").Body()), "None: every refund was made")
	b := d.kit.Buy("stalls-A-1")
	d.kit.Bank.SetFaults(sandbox.Faults{RefundFails: 1})
	_, err := d.kit.Bookings.Cancel(t.Context(), bms.CancelRequest{BookingID: b.ID, By: booking.ByBuyer})
	require.NoError(t, err)
	require.NoError(t, d.kit.Drain(t.Context()))

	page := string(d.ask("/operator/refunds").Body())
	_, id, found := strings.Cut(page, `name="refund" value="`)
	require.True(t, found, page)
	id, _, _ = strings.Cut(id, `"`)
	assert.Contains(t, page, string(b.ID))
	assert.Equal(t, fasthttp.StatusSeeOther, d.ask("/operator/refunds/retry", "refund", id, "key", "1").StatusCode())
	require.NoError(t, d.kit.Drain(t.Context()))
	assert.NotContains(t, string(d.ask("/operator/refunds").Body()), id)
	again := d.ask("/operator/refunds/retry", "refund", id, "key", "2")
	assert.Equal(t, fasthttp.StatusConflict, again.StatusCode())
	assert.Contains(t, string(again.Body()), `role="alert"`)
	d.kit.MustBeClean()
}

func TestBookings_AGuestsLinkIsMadeAnewByReference(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.signIn(t)
	b := d.kit.Book(d.kit.Hold("stalls-A-1"))
	page := string(d.ask("/operator/bookings").Body())
	_, key, found := strings.Cut(page, `name="key" value="`)
	require.True(t, found, page)
	key, _, _ = strings.Cut(key, `"`)
	for range 2 { // pressed twice
		answer := d.ask("/operator/bookings/link", "reference", strings.ToLower(b.Reference.Display()), "key", key)
		assert.Equal(t, fasthttp.StatusOK, answer.StatusCode())
		assert.Contains(t, string(answer.Body()), "The links to booking "+b.Reference.Display()+" open it no more.")
	}
	_, err := d.kit.Bookings.ByLink(t.Context(), b.ID, b.Link)
	require.ErrorIs(t, err, bms.ErrNoBooking)
	d.kit.MustBeClean()
	mails := d.kit.Mails.To(bmstest.Ada.Email, notify.LinkRenewed)
	require.Len(t, mails, 1)
	assert.Contains(t, mails[0].Text, string(b.ID)+"?t=")

	for typed, want := range map[string]struct {
		status int
		says   string
	}{
		"no reference": {fasthttp.StatusBadRequest, `aria-invalid="true"`},
		"":             {fasthttp.StatusBadRequest, `role="alert"`},
		"2222-2223":    {fasthttp.StatusBadRequest, `value="2222-2223"`},
		"2222-2222":    {fasthttp.StatusNotFound, "There is no booking with this reference."},
	} {
		answer := d.ask("/operator/bookings/link", "reference", typed, "key", "k")
		assert.Equal(t, want.status, answer.StatusCode(), typed)
		assert.Contains(t, string(answer.Body()), want.says, typed)
	}
}

func TestMessages_AreSentAgain(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.signIn(t)
	assert.Contains(t, string(d.ask("/operator/messages").Body()), "None: every message was delivered")
	dead := kill(t, d.kit)
	page := string(d.ask("/operator/messages").Body())
	assert.Contains(t, page, string(dead))
	assert.Equal(t, fasthttp.StatusSeeOther, d.ask("/operator/messages/resend", "message", string(dead)).StatusCode())
	assert.NotContains(t, string(d.ask("/operator/messages").Body()), string(dead))
	assert.Equal(t, fasthttp.StatusConflict, d.ask("/operator/messages/resend", "message", string(dead)).StatusCode())
}

// kill writes a message that has been tried too often.
func kill(t *testing.T, kit *bmstest.Kit) outbox.MessageID {
	t.Helper()
	m, err := outbox.New(bms.TopicBookingConfirmed, "bkg_none", bms.BookingNews{}, kit.Now())
	require.NoError(t, err)
	ctx := context.WithoutCancel(t.Context())
	require.NoError(t, kit.DB().Update(ctx, func(tx store.Tx) error { return tx.AddMessages(ctx, m) }))
	require.NoError(t, kit.DB().Update(ctx, func(tx store.Tx) error {
		claimed, err := tx.ClaimMessages(ctx, 1000, tx.Now().Add(time.Minute))
		if err != nil {
			return err
		}
		outcomes := make([]outbox.Outcome, len(claimed))
		for i, r := range claimed {
			outcomes[i] = outbox.Outcome{ID: r.ID, LeasedUntil: r.LeasedUntil, Status: outbox.Dead, Error: "nobody there"}
		}
		return tx.SettleMessages(ctx, outcomes)
	}))
	return m.ID
}

func TestMetrics_AreForMonitoring(t *testing.T) {
	t.Parallel()
	d := open(t)
	rc := new(fasthttp.RequestCtx)
	rc.Request.SetRequestURI("/operator/metrics")
	rc.Request.Header.Set("Authorization", "Bearer "+token)
	require.True(t, d.Handle(rc))
	assert.Equal(t, fasthttp.StatusOK, rc.Response.StatusCode())
	assert.Contains(t, string(rc.Response.Header.ContentType()), "text/plain; version=0.0.4")
	body := string(rc.Response.Body())
	for _, line := range []string{`marquee_page_requests_total{answer="hit"} 0`, `marquee_outbox_messages{status="dead"} 0`, "go_goroutines ", "marquee_page_cache_bytes 0"} {
		assert.Contains(t, body, line)
	}
}
