package sandbox_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

// post sends the form of a payment's page.
func (w *world) post(ref string, fields ...string) sandbox.PageResponse {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return w.ServePage(sandbox.PageRequest{Method: http.MethodPost, Path: "/sandbox/pay/" + ref, Form: form})
}

// get opens a payment's page.
func (w *world) get(ref string) sandbox.PageResponse {
	return w.ServePage(sandbox.PageRequest{Method: http.MethodGet, Path: "/sandbox/pay/" + ref})
}

func TestPage_ShowsWhatIsPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, f := w.create(t)
	assert.Equal(t, "/sandbox/pay/"+f.GatewayRef, f.RedirectURL)

	answer := w.ServePage(sandbox.PageRequest{Method: http.MethodGet, Path: f.RedirectURL, Query: url.Values{"outcome": {"expired_card"}}})
	assert.Equal(t, http.StatusOK, answer.Status)
	assert.Equal(t, "text/html; charset=utf-8", answer.ContentType)
	body := string(answer.Body)
	for _, want := range []string{
		`<html lang="en">`, "EUR 25.00", "K7PWXF3X", "2 tickets", "18:10:00 UTC", "no money moves",
		`value="expired_card" checked`, `name="cancel"`, `value="out_of_order"`,
	} {
		assert.Contains(t, body, want)
	}
	assert.NotContains(t, body, "<script")
	assert.Equal(t, strings.Count(body, "<input"), strings.Count(body, "<label"), "every field has a label")
}

func TestPage_ItsPolicyAllowsItsStyle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, f := w.create(t)
	answer := w.get(f.GatewayRef)
	_, rest, _ := strings.Cut(string(answer.Body), "<style>")
	style, _, found := strings.Cut(rest, "</style>")
	require.True(t, found)
	sum := sha256.Sum256([]byte(style))
	assert.Contains(t, answer.Policy, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	assert.Contains(t, answer.Policy, "default-src 'none'")
}

func TestPage_EscapesWhatTheShopSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f, err := w.Create(t.Context(), payment.CreateRequest{
		Key: "k", IntentID: "pay_1", Amount: money.New(1, "EUR"),
		Reference: `<script>alert(1)</script>`, Description: `"><img src=x>`, ReturnURL: `/back?a="><b>`,
	})
	require.NoError(t, err)
	_, err = w.Choose(f.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay})
	require.NoError(t, err)
	body := string(w.get(f.GatewayRef).Body)
	for _, raw := range []string{"<script", "<img", `"><b>`} {
		assert.NotContains(t, body, raw)
	}
	assert.Contains(t, body, "&lt;script&gt;")
}

func TestPage_DecidesAndGoesBack(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		fields []string
		status payment.IntentStatus
		reason string
		told   []string
	}{
		"paid with one click": {nil, payment.Captured, "", []string{"captured"}},
		"paid":                {[]string{"outcome", "pay", "delay", "0", "webhook", "normal", "webhook_delay", "0"}, payment.Captured, "", []string{"captured"}},
		"declined":            {[]string{"outcome", "expired_card"}, payment.Failed, payment.ReasonExpiredCard, []string{"failed"}},
		"cancelled":           {[]string{"outcome", "pay", "cancel", "1"}, payment.Cancelled, payment.ReasonBuyer, []string{"cancelled"}},
		"told twice":          {[]string{"webhook", "duplicate"}, payment.Captured, "", []string{"captured", "captured"}},
		"told the wrong way":  {[]string{"webhook", "out_of_order"}, payment.Captured, "", []string{"captured"}},
		"never told":          {[]string{"webhook", "missing"}, payment.Captured, "", nil},
		"told late":           {[]string{"webhook_delay", "60"}, payment.Captured, "", nil},
		"slow":                {[]string{"delay", "60"}, payment.Pending, "", []string{"pending"}},
	} {
		w := newWorld(t)
		_, f := w.create(t)
		answer := w.post(f.GatewayRef, row.fields...)
		assert.Equal(t, http.StatusSeeOther, answer.Status, name)
		assert.Equal(t, "https://shop.example/return", answer.Location, name)
		f = w.inquire(t, f.GatewayRef)
		assert.Equal(t, row.status, f.Status, name)
		assert.Equal(t, row.reason, f.Reason, name)
		assert.Equal(t, row.told, w.deliver(t), name)
	}
}

func TestPage_SaysWhatIsWrongAndKeepsTheRest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, f := w.create(t)
	for field, value := range map[string]string{
		"outcome": "maybe", "delay": "soon", "webhook_delay": "604801", "webhook": "pigeon",
	} {
		answer := w.post(f.GatewayRef, "outcome", "declined", field, value)
		assert.Equal(t, http.StatusBadRequest, answer.Status, field)
		assert.Contains(t, string(answer.Body), `role="alert">`+field+": must be", field)
		if field != "outcome" {
			assert.Contains(t, string(answer.Body), `value="declined" checked`, field)
		}
		hidden := strings.Contains(string(answer.Body), "<details>")
		assert.Equal(t, !strings.HasPrefix(field, "webhook"), hidden, "what is wrong is never folded away: %s", field)
	}
	assert.Equal(t, payment.Pending, w.inquire(t, f.GatewayRef).Status, "nothing has happened")
}

func TestPage_WhenThereIsNothingToDecide(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.pay(t, sandbox.Choice{})
	answer := w.get(ref)
	assert.Equal(t, http.StatusOK, answer.Status)
	assert.Contains(t, string(answer.Body), "has been decided")
	assert.Contains(t, string(answer.Body), `href="https://shop.example/return"`)
	assert.NotContains(t, string(answer.Body), "<form")
	assert.Equal(t, http.StatusConflict, w.post(ref).Status)

	_, late := w.create(t)
	w.advance(11 * time.Minute)
	assert.Contains(t, string(w.get(late.GatewayRef).Body), "cancelled")

	assert.Equal(t, http.StatusNotFound, w.get("sbx_other").Status)
	assert.Equal(t, http.StatusNotFound, w.ServePage(sandbox.PageRequest{Method: http.MethodGet}).Status)
	answer = w.ServePage(sandbox.PageRequest{Method: http.MethodDelete, Path: "/" + ref})
	assert.Equal(t, http.StatusMethodNotAllowed, answer.Status)
}

func TestPage_WithoutAWayBackItStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f, err := w.Create(t.Context(), payment.CreateRequest{Key: "k", IntentID: "pay_1", Amount: money.New(1, "EUR")})
	require.NoError(t, err)
	answer := w.post(f.GatewayRef)
	assert.Equal(t, http.StatusOK, answer.Status)
	assert.Contains(t, string(answer.Body), "captured")
}

func TestPage_ABrokenJournalIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, journaled(t))
	_, f := w.create(t)
	broken, err := sandbox.New(w.cfg)
	require.NoError(t, err)
	require.NoError(t, broken.Close())
	w.Gateway = broken
	assert.Equal(t, http.StatusServiceUnavailable, w.post(f.GatewayRef).Status)
}
