package edge_test

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/storefront/edge"
)

// sent is an answer as a client reads it.
type sent struct {
	status int
	header http.Header
	body   string
}

func read(t *testing.T, rc *fasthttp.RequestCtx) sent {
	t.Helper()
	rc.Response.SkipBody = rc.IsHead() // as a server does
	var wire bytes.Buffer
	_, err := rc.Response.WriteTo(&wire)
	require.NoError(t, err)
	answer, err := http.ReadResponse(bufio.NewReader(&wire), &http.Request{Method: string(rc.Method())})
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	assert.Zero(t, wire.Len(), "nothing behind the answer")
	answer.Header.Del("Date")
	return sent{status: answer.StatusCode, header: answer.Header, body: string(body)}
}

// Quick sets most header fields in one piece; on the wire nothing may show it.
func TestQuick_SendsWhatHandleSends(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	s := newShop(t, edge.Config{Secure: true}, func(rc *fasthttp.RequestCtx) {
		listing(&n)(rc)
		if string(rc.Path()) == "/p/moved" {
			rc.Response.Header.Set("Location", "/p/x")
			rc.SetStatusCode(fasthttp.StatusMovedPermanently)
		}
		rc.Response.Header.Add("Link", "</a>; rel=preload")
		rc.Response.Header.Add("Link", "</b>; rel=preload")
	})
	etag := string(s.get("/p/x", "Accept-Encoding", "br").Header.Peek("Etag"))
	s.get("/p/moved")
	for name, ask := range map[string]func() *fasthttp.RequestCtx{
		"brotli":   func() *fasthttp.RequestCtx { return request("/p/x", "Accept-Encoding", "gzip, deflate, br, zstd") },
		"plain":    func() *fasthttp.RequestCtx { return request("/p/x") },
		"moved":    func() *fasthttp.RequestCtx { return request("/p/moved", "Accept-Encoding", "gzip") },
		"not new":  func() *fasthttp.RequestCtx { return request("/p/x", "Accept-Encoding", "br", "If-None-Match", etag) },
		"the head": func() *fasthttp.RequestCtx { return head("/p/x") },
	} {
		rc, other := ask(), ask()
		require.True(t, s.Quick(rc), name)
		s.Handle(other)
		quick := read(t, rc)
		assert.Equal(t, read(t, other), quick, name)
		assert.Equal(t, http.Header{"Cache-Status": {"Marquee; hit; ttl=60"}, "Link": {"</a>; rel=preload", "</b>; rel=preload"}},
			http.Header{"Cache-Status": quick.header["Cache-Status"], "Link": quick.header["Link"]}, name)
		assert.Len(t, quick.header["Strict-Transport-Security"], 1, name)
	}
}

func head(address string) *fasthttp.RequestCtx {
	rc := request(address)
	rc.Request.Header.SetMethod(fasthttp.MethodHead)
	return rc
}

func TestQuick_LeavesToHandleWhatIsNotThere(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	s := newShop(t, edge.Config{}, listing(&n))
	s.get("/p/x")
	s.get("/p/gone")
	s.Purge("event:1")
	s.get("/p/x")
	post := request("/p/x")
	post.Request.Header.SetMethod(fasthttp.MethodPost)
	for name, rc := range map[string]*fasthttp.RequestCtx{
		"never asked for": request("/p/y"), "purged": request("/p/gone"), "a change": post, "an encoded path": request("/p/%78%00"),
	} {
		assert.False(t, s.Quick(rc), name)
		assert.Empty(t, rc.Response.Body(), name)
		assert.Empty(t, rc.Response.Header.Peek("Cache-Control"), name)
	}
	assert.True(t, s.Quick(request("/p/x")))
	s.pass(61 * time.Second)
	assert.True(t, s.Quick(request("/p/x")), "stale, while it is made anew")
	s.Settle() // or it is made anew an hour later
	s.pass(time.Hour)
	assert.False(t, s.Quick(request("/p/x")), "too old")
}

// A server has written an id and its own header before a page that is not there is made.
func TestHandle_KeepsWhatIsOnTheAnswer(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	s := newShop(t, edge.Config{}, listing(&n))
	for _, want := range []string{"Marquee; fwd=uri-miss; stored; ttl=60", "Marquee; hit; ttl=60"} {
		rc := request("/p/x")
		rc.Response.Header.Set("X-Request-ID", "1")
		rc.Response.Header.Set("Referrer-Policy", "of the server")
		s.Handle(rc)
		answer := read(t, rc)
		assert.Equal(t, []string{"1"}, answer.header["X-Request-Id"])
		assert.Equal(t, []string{"same-origin"}, answer.header["Referrer-Policy"])
		assert.Equal(t, []string{want}, answer.header["Cache-Status"])
	}
}

// What the cache says of a page, a handler cannot say beside it.
func TestQuick_SaysOnceWhatTheCacheSays(t *testing.T) {
	t.Parallel()
	own := []string{"Age", "Cache-Control", "Cache-Status", "Content-Encoding", "Etag", "Surrogate-Key", "Vary"}
	s := newShop(t, edge.Config{}, func(rc *fasthttp.RequestCtx) {
		edge.Publish(rc, edge.Page{Tags: []string{"a"}})
		rc.SetBodyString(strings.Repeat("words ", 100))
		for _, name := range own {
			rc.Response.Header.Set(name, "of the handler")
		}
	})
	s.get("/p/x")
	rc := request("/p/x", "Accept-Encoding", "br")
	require.True(t, s.Quick(rc))
	for name, values := range read(t, rc).header {
		assert.Len(t, values, 1, name)
		assert.NotContains(t, values, "of the handler", name)
	}
}
