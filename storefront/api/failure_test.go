package api_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/sqlite"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/api"
)

// handled answers one request without a network.
func handled(a *api.API, change func(*fasthttp.Request)) *fasthttp.Response {
	var rc fasthttp.RequestCtx
	rc.Init(&fasthttp.Request{}, nil, nil)
	change(&rc.Request)
	a.Handle(&rc)
	return &rc.Response
}

func TestFailure_OursIsLoggedAndNotShown(t *testing.T) {
	t.Parallel()
	db, err := sqlite.Open(t.Context(), sqlite.Config{Path: t.TempDir() + "/gone.db"})
	require.NoError(t, err)
	client, err := bms.New(db, bms.Config{})
	require.NoError(t, err)
	var log bytes.Buffer
	a, err := api.New(client, api.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	require.NoError(t, err)
	require.NoError(t, client.Close())

	res := handled(a, func(r *fasthttp.Request) { r.SetRequestURI("/api/v1/cities") })
	assert.Equal(t, 503, res.StatusCode())
	assert.Contains(t, string(res.Body()), `"reason":"database"`)
	assert.NotContains(t, strings.ToLower(string(res.Body())), "closed")
	assert.Contains(t, log.String(), "api request failed")
	assert.Contains(t, log.String(), "path=/api/v1/cities")
	assert.Contains(t, log.String(), "closed", "operators learn why")
}

func TestFailure_TooSlowIsSaidSo(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	a, err := api.New(kit.Client, api.Config{})
	require.NoError(t, err)
	server, err := web.New(func(rc *fasthttp.RequestCtx) {
		<-web.Context(rc).Done() // what came before the API took all the time
		require.ErrorIs(t, web.Context(rc).Err(), context.DeadlineExceeded)
		a.Handle(rc)
	}, web.Config{Timeout: time.Millisecond})
	require.NoError(t, err)
	var rc fasthttp.RequestCtx
	rc.Init(&fasthttp.Request{}, nil, nil)
	rc.Request.SetRequestURI("/api/v1/cities")
	server.Handler()(&rc)
	assert.Equal(t, 503, rc.Response.StatusCode())
	assert.Contains(t, string(rc.Response.Body()), `"reason":"timeout"`)
	assert.NotEmpty(t, rc.Response.Header.Peek("Retry-After"))
}

func TestHostileTexts_ComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	h := s.hold("stalls-A-1")
	const name = `</script><b>"Ada" & \ 🎟 `
	var b order
	a := s.do(ask{method: "POST", path: "/api/v1/bookings", header: bearer(h.Secret), body: object{
		"hold_id": h.ID, "buyer": object{"name": name, "email": "ada@example.com"},
	}}).must(201, &b)
	assert.Equal(t, strings.TrimSpace(name), b.Buyer.Name)
	assert.NotContains(t, string(a.body), "<", "a page may hold the answer")
	assert.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"))
	assert.Equal(t, "no-store", a.header.Get("Cache-Control"))
}

func TestPersonalAnswers_AreKeptByNobody(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	h := s.hold("stalls-A-1")
	b := s.book(h)
	p := s.pay(b)
	for path, secret := range map[string]string{
		"/holds/" + h.ID: h.Secret, "/bookings/" + b.ID: b.Token, "/bookings/" + b.ID + "/quote": b.Token,
		"/bookings/" + b.ID + "/tickets": b.Token, "/bookings/" + b.ID + "/payments": b.Token, "/payments/" + p.ID: b.Token,
	} {
		a := s.do(ask{method: "GET", path: "/api/v1" + path, header: bearer(secret)}).must(200, nil)
		assert.Equal(t, "no-store", a.header.Get("Cache-Control"), path)
	}
}
