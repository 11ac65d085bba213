package storefront_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront"
	"github.com/marquee-tickets/marquee/storefront/api"
)

func TestMain(m *testing.M) {
	// fasthttp's clock and the cleaner of its worker pool end by themselves, later; the database's pool
	// likewise. The workers that compress, and those that index, are as many as there are processors, for good.
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp/stackless.funcWorker"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		goleak.IgnoreAnyFunction("database/sql.(*DB).connectionOpener"))
}

// raw sends a request and returns the answer as it came.
func (b *browser) raw(method, path string, header map[string]string, body string) (*http.Response, []byte) {
	b.t.Helper()
	q, err := http.NewRequestWithContext(b.t.Context(), method, host+path, strings.NewReader(body))
	require.NoError(b.t, err)
	for name, value := range header {
		q.Header.Set(name, value)
	}
	answer, err := b.client.Do(q)
	require.NoError(b.t, err)
	defer func() { _ = answer.Body.Close() }()
	got, err := io.ReadAll(answer.Body)
	require.NoError(b.t, err)
	return answer, got
}

func TestServer_ServesEachKindOfAddress(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{Inbox: true})
	b := s.visit(t)
	show := string(s.Programme.Show.ID)
	for path, kind := range map[string]string{
		"/":                             "text/html; charset=utf-8",
		"/inbox":                        "text/html; charset=utf-8",
		"/posters/the-general.svg":      "image/svg+xml",
		"/livez":                        "text/plain; charset=utf-8",
		"/readyz":                       "text/plain; charset=utf-8",
		"/api/openapi.json":             "application/json",
		"/api/v1/shows/" + show:         "application/json",
		"/api/v1/none":                  "application/problem+json",
		"/shows/" + show + "/live":      "application/problem+json", // no WebSocket
		"/webhooks/sandbox":             "application/problem+json", // no POST
		"/sandbox/pay/sbx_none":         "text/plain; charset=utf-8",
		"/shows/" + show + "/x/live":    "text/html; charset=utf-8",
		"/apiary":                       "text/html; charset=utf-8",
		"/assets/app.000000000000.css":  "text/html; charset=utf-8",
		"/api/v1/shows/shw_none/stream": "application/problem+json",
	} {
		answer, _ := b.raw(http.MethodGet, path, nil, "")
		assert.Equal(t, kind, answer.Header.Get("Content-Type"), path)
		assert.Equal(t, "nosniff", answer.Header.Get("X-Content-Type-Options"), path)
	}
}

func TestServer_PagesLoadWhatTheyName(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	p := b.seats()
	for _, tag := range []string{"link", "script", "img"} {
		for _, n := range all(p.doc, tag) {
			address := attr(n, "href") + attr(n, "src")
			if address == "" {
				continue
			}
			answer, _ := b.raw(http.MethodGet, address, nil, "")
			assert.Equal(t, 200, answer.StatusCode, address)
		}
	}
}

func TestServer_PagesComeCompressed(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	path := "/shows/" + string(s.Programme.Show.ID)
	answer, packed := b.raw(http.MethodGet, path, map[string]string{"Accept-Encoding": "gzip"}, "")
	assert.Equal(t, "gzip", answer.Header.Get("Content-Encoding"))
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	require.NoError(t, err)
	body, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	assert.Contains(t, string(body), "Choose your seats")
	assert.Less(t, len(packed), len(body)/2)
}

func TestServer_ErrorsSuitWhoAsks(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	evil := map[string]string{"Sec-Fetch-Site": "cross-site"}
	answer, body := b.raw(http.MethodPost, "/api/v1/holds", evil, "{}")
	assert.Equal(t, 403, answer.StatusCode)
	var problem web.Problem
	require.NoError(t, json.Unmarshal(body, &problem))
	assert.Equal(t, "cross_origin", problem.Reason)
	answer, body = b.raw(http.MethodPost, "/bookings", evil, "")
	assert.Equal(t, 403, answer.StatusCode)
	assert.Contains(t, string(body), "<h1>")
}

func TestServer_TakesNotificationsOfItsGatewaysOnly(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	answer, body := b.raw(http.MethodPost, "/webhooks/stripe", nil, "{}")
	assert.Equal(t, 400, answer.StatusCode)
	assert.Contains(t, string(body), "unknown_gateway")
	answer, body = b.raw(http.MethodPost, "/webhooks/sandbox", map[string]string{sandbox.SignatureHeader: "t=1,v1=00"}, "{}")
	assert.Equal(t, 401, answer.StatusCode)
	assert.Contains(t, string(body), "bad_signature")
}

func TestServer_ShowsNoBankAndNoMailsUnlessAsked(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	front, err := storefront.New(kit.Client, storefront.Config{})
	require.NoError(t, err)
	t.Cleanup(front.Close)
	server, err := web.New(front.Handler, web.Config{})
	require.NoError(t, err)
	for _, path := range []string{"/sandbox/pay/sbx_1", "/en/inbox", "/inbox/1", "/en/inbox/1"} {
		rc := requestTo(path)
		server.Handler()(rc)
		assert.Equal(t, 404, rc.Response.StatusCode(), path)
	}
}

func TestNew_RefusesABadAPI(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	_, err := storefront.New(kit.Client, storefront.Config{API: api.Config{GateToken: "short"}})
	assert.ErrorContains(t, err, "gate_token")
}

func TestInbox_AMailCannotReachBeyondItsFrame(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{Inbox: true})
	b := s.visit(t)
	assert.Contains(t, b.get("/inbox").text(), "No mail yet.")
	b.reserve("stalls-A-1").form("Go on to payment").set("name", `<img src=x onerror=alert(1)>`, "email", "ada@example.com").send().pay("pay")
	require.NoError(t, s.Drain(t.Context()))
	mail := b.get("/inbox").follow("The General")
	frame := all(mail.doc, "iframe")[0]
	assert.NotContains(t, attr(frame, "sandbox"), "allow-scripts")
	assert.NotContains(t, attr(frame, "sandbox"), "allow-same-origin")
	part := b.get(attr(frame, "src"))
	assert.Contains(t, part.header.Get("Content-Security-Policy"), "default-src 'none'")
	assert.Contains(t, part.header.Get("Content-Security-Policy"), "sandbox")
	assert.NotContains(t, part.body, "<img src=x")
	assert.NotContains(t, part.body, "cid:", "attached pictures are put in")
	assert.Contains(t, part.body, `<base target="_top">`)
	assert.Equal(t, 404, b.get("/inbox/none").status)
}
