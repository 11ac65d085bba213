package web_test

import (
	"bytes"
	"log/slog"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/internal/web"
)

func TestServer_QuickAnswersBeforeTheHandler(t *testing.T) {
	t.Parallel()
	server, err := web.New(func(rc *fasthttp.RequestCtx) { rc.SetBodyString("handler") }, web.Config{Quick: func(rc *fasthttp.RequestCtx) bool {
		if string(rc.Path()) != "/kept" {
			return false
		}
		rc.SetBodyString("quick")
		return true
	}})
	require.NoError(t, err)
	for path, want := range map[string]string{"/kept": "quick", "/other": "handler"} {
		rc := new(fasthttp.RequestCtx)
		rc.Request.SetRequestURI(path)
		server.Handler()(rc)
		assert.Equal(t, want, string(rc.Response.Body()), path)
		assert.Equal(t, path == "/kept", len(rc.Response.Header.Peek("X-Request-Id")) == 0, "nothing was made for it")
	}
}

func TestDetach_GivesWhatAServerGives(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		rc := new(fasthttp.RequestCtx)
		web.Detach(t.Context(), rc, secure)
		assert.Equal(t, t.Context(), web.Context(rc))
		assert.Equal(t, secure, web.Secure(rc))
		assert.NotEmpty(t, rc.Response.Header.Peek("Content-Security-Policy"))
		assert.Equal(t, secure, len(rc.Response.Header.Peek("Strict-Transport-Security")) > 0)
		assert.Empty(t, rc.Response.Header.Peek("X-Request-Id"))
		assert.NotEmpty(t, web.RequestID(rc))
	}
}

func TestServer_QuickAnswersAreInTheAccessLog(t *testing.T) {
	t.Parallel()
	for level, want := range map[slog.Level]int{slog.LevelInfo: 1, slog.LevelWarn: 0} {
		var log bytes.Buffer
		server, err := web.New(func(*fasthttp.RequestCtx) {}, web.Config{
			Quick:  func(*fasthttp.RequestCtx) bool { return true },
			Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: level})),
		})
		require.NoError(t, err)
		rc := new(fasthttp.RequestCtx)
		rc.Request.SetRequestURI("/kept")
		server.Handler()(rc)
		assert.Equal(t, want, strings.Count(log.String(), "path=/kept"), level)
	}
}

// The access log says of a page from memory what it says of any: who asked, and the id that the answer has.
func TestServer_QuickAnswersAreLoggedWithClientAndID(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	server, err := web.New(func(*fasthttp.RequestCtx) {}, web.Config{
		Quick: func(*fasthttp.RequestCtx) bool { return true }, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/32")},
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	require.NoError(t, err)
	rc := new(fasthttp.RequestCtx)
	rc.Request.SetRequestURI("/kept")
	rc.Request.Header.Set("X-Forwarded-For", "192.0.2.7")
	server.Handler()(rc)
	id := string(rc.Response.Header.Peek("X-Request-Id"))
	assert.Len(t, id, 26)
	assert.Contains(t, log.String(), "request_id="+id)
	assert.Contains(t, log.String(), "client=192.0.2.7")
}

// A panic of what answers from memory ends neither the program nor the request: the handler answers it.
func TestServer_QuickThatPanics(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	server, err := web.New(func(rc *fasthttp.RequestCtx) { rc.SetBodyString("handler") }, web.Config{
		Quick: func(rc *fasthttp.RequestCtx) bool {
			rc.SetStatusCode(fasthttp.StatusNotModified)
			panic("upside down")
		},
		Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	require.NoError(t, err)
	rc := new(fasthttp.RequestCtx)
	rc.Request.SetRequestURI("/kept")
	server.Handler()(rc)
	assert.Equal(t, fasthttp.StatusOK, rc.Response.StatusCode())
	assert.Equal(t, "handler", string(rc.Response.Body()))
	assert.Len(t, rc.Response.Header.Peek("X-Request-Id"), 26)
	assert.Contains(t, log.String(), "upside down")
}

func TestServer_QuickDoesNotAllocate(t *testing.T) {
	server, err := web.New(func(*fasthttp.RequestCtx) {}, web.Config{Quick: func(*fasthttp.RequestCtx) bool { return true }})
	require.NoError(t, err)
	handle, rc := server.Handler(), new(fasthttp.RequestCtx)
	assert.Zero(t, testing.AllocsPerRun(1000, func() { handle(rc) }))
}
