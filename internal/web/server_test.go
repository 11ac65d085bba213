package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/internal/web"
)

func TestMain(m *testing.M) {
	// fasthttp's clock of Date headers and the workers of a stopped pool end by themselves, later.
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"))
}

// site is a server of the given handler with a client.
type site struct {
	client *http.Client
	stop   context.CancelFunc
	done   chan struct{}
	err    error // of Serve, once done
	log    *lockedBuffer
}

// wait returns what Serve returned.
func (s *site) wait() error {
	<-s.done
	return s.err
}

// lockedBuffer is a log that several goroutines write.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func serve(t *testing.T, handler fasthttp.RequestHandler, cfg web.Config) *site {
	t.Helper()
	log := &lockedBuffer{}
	cfg.Logger = slog.New(slog.NewTextHandler(log, nil))
	server, err := web.New(handler, cfg)
	require.NoError(t, err)
	return run(t, server, log)
}

// run serves in memory until the test ends.
func run(t *testing.T, server *web.Server, log *lockedBuffer) *site {
	t.Helper()
	s := &site{done: make(chan struct{}), log: log}
	ln := fasthttputil.NewInmemoryListener()
	ctx, stop := context.WithCancel(t.Context())
	s.stop = stop
	go func() {
		defer close(s.done)
		s.err = server.Serve(ctx, ln)
	}()
	// A request is written at once: one that is refused while the rest is still written fails otherwise, with the answer on its way.
	transport := &http.Transport{WriteBufferSize: 64 << 10, DialContext: func(context.Context, string, string) (net.Conn, error) { return ln.Dial() }}
	s.client = &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(func() {
		stop()
		transport.CloseIdleConnections()
		_ = s.wait() // tests that expect an error look at it themselves
	})
	return s
}

// ask sends a request and returns the answer with its body.
func (s *site) ask(t *testing.T, method, path string, header map[string]string, body string) (*http.Response, string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), method, "http://shop.example"+path, strings.NewReader(body))
	require.NoError(t, err)
	for name, value := range header {
		q.Header.Set(name, value)
	}
	answer, err := s.client.Do(q)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer, string(text)
}

func hello(rc *fasthttp.RequestCtx) { rc.SetBodyString("hello " + web.RequestID(rc)) }

func TestServer_GivesEveryRequestAnID(t *testing.T) {
	t.Parallel()
	s := serve(t, hello, web.Config{})
	answer, body := s.ask(t, "GET", "/", nil, "")
	id := answer.Header.Get("X-Request-ID")
	assert.Len(t, id, 26)
	assert.Equal(t, "hello "+id, body)
	assert.Contains(t, s.log.String(), "request_id="+id)

	answer, _ = s.ask(t, "GET", "/", map[string]string{"X-Request-ID": "from-anybody"}, "")
	assert.Len(t, answer.Header.Get("X-Request-ID"), 26)

	s = serve(t, hello, web.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/32")}})
	answer, _ = s.ask(t, "GET", "/", map[string]string{"X-Request-ID": "from-the-proxy_1.2"}, "")
	assert.Equal(t, "from-the-proxy_1.2", answer.Header.Get("X-Request-ID"))

	for _, bad := range []string{"a b", "<script>", strings.Repeat("x", 65), "ä"} {
		answer, _ = s.ask(t, "GET", "/", map[string]string{"X-Request-ID": bad}, "")
		assert.Len(t, answer.Header.Get("X-Request-ID"), 26, bad)
	}
}

func TestServer_LogsWhatAnAccessLogSays(t *testing.T) {
	t.Parallel()
	s := serve(t, func(rc *fasthttp.RequestCtx) {
		rc.Response.Header.Set("Cache-Status", "Marquee; hit")
		rc.SetBodyString("12345")
	}, web.Config{})
	s.ask(t, "GET", "/film", nil, "")
	for _, want := range []string{"method=GET", "host=shop.example", "path=/film", "status=200", "bytes=5", `cache="Marquee; hit"`, "took=", "client="} {
		assert.Contains(t, s.log.String(), want)
	}
}

func TestServer_LogsNoQuery(t *testing.T) {
	t.Parallel()
	s := serve(t, hello, web.Config{})
	s.ask(t, "GET", "/bookings/bkg_1?t=a-secret-link", nil, "")
	assert.Contains(t, s.log.String(), "path=/bookings/bkg_1 status=200")
	assert.NotContains(t, s.log.String(), "a-secret-link")
}

func TestServer_APanicIsAnAnswerAndALine(t *testing.T) {
	t.Parallel()
	s := serve(t, func(rc *fasthttp.RequestCtx) {
		rc.SetBodyString("half a page")
		rc.Response.Header.Set("X-Half", "1")
		panic("seat map upside down")
	}, web.Config{})
	answer, body := s.ask(t, "GET", "/x", nil, "")
	assert.Equal(t, 500, answer.StatusCode)
	assert.NotContains(t, body, "half a page")
	assert.NotContains(t, body, "upside down", "the cause is for the log alone")
	assert.Empty(t, answer.Header.Get("X-Half"))
	assert.NotEmpty(t, answer.Header.Get("Content-Security-Policy"), "the answer is as guarded as any")
	var problem web.Problem
	require.NoError(t, json.Unmarshal([]byte(body), &problem))
	assert.Equal(t, answer.Header.Get("X-Request-ID"), problem.RequestID)
	assert.Contains(t, s.log.String(), "upside down")
	assert.Contains(t, s.log.String(), problem.RequestID)
	_, body = s.ask(t, "GET", "/livez", nil, "")
	assert.Equal(t, "ok\n", body, "the server goes on")
}

// What is broken in a page may be broken in the page for errors, too.
func TestServer_APanicOfTheErrorPageIsAnAnswer(t *testing.T) {
	t.Parallel()
	s := serve(t, func(*fasthttp.RequestCtx) { panic("upside down") }, web.Config{Fail: func(*fasthttp.RequestCtx, error) { panic("as well") }})
	answer, body := s.ask(t, "GET", "/x", nil, "")
	assert.Equal(t, 500, answer.StatusCode)
	assert.Contains(t, body, "urn:marquee:problem:internal")
	_, body = s.ask(t, "GET", "/livez", nil, "")
	assert.Equal(t, "ok\n", body, "the server goes on")
}

func TestServer_SecurityHeaders(t *testing.T) {
	t.Parallel()
	s := serve(t, hello, web.Config{})
	answer, _ := s.ask(t, "GET", "/", nil, "")
	policy := answer.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'self'", "form-action 'self'"} {
		assert.Contains(t, policy, want)
	}
	assert.NotContains(t, policy, "unsafe")
	assert.Equal(t, "nosniff", answer.Header.Get("X-Content-Type-Options"))
	assert.Equal(t, "same-origin", answer.Header.Get("Referrer-Policy"))
	assert.Empty(t, answer.Header.Get("Strict-Transport-Security"), "plain HTTP promises nothing")
	assert.Empty(t, answer.Header.Get("Server"))

	https := serve(t, hello, web.Config{BaseURL: "https://tickets.example"})
	answer, _ = https.ask(t, "GET", "/", nil, "")
	assert.Equal(t, "max-age=31536000", answer.Header.Get("Strict-Transport-Security"))
}

func TestServer_Health(t *testing.T) {
	t.Parallel()
	broken := errors.New("the database is gone")
	var ready error
	var mu sync.Mutex
	s := serve(t, hello, web.Config{Ready: func(context.Context) error {
		mu.Lock()
		defer mu.Unlock()
		return ready
	}})
	answer, _ := s.ask(t, "GET", "/readyz", nil, "")
	assert.Equal(t, 200, answer.StatusCode)
	mu.Lock()
	ready = broken
	mu.Unlock()
	answer, body := s.ask(t, "GET", "/readyz", nil, "")
	assert.Equal(t, 503, answer.StatusCode)
	assert.NotContains(t, body, "database")
	answer, _ = s.ask(t, "GET", "/livez", nil, "")
	assert.Equal(t, 200, answer.StatusCode, "a process without a database lives")
}

func TestServer_RefusesWhatOtherSitesHaveSent(t *testing.T) {
	t.Parallel()
	s := serve(t, hello, web.Config{})
	for name, row := range map[string]struct {
		method string
		header map[string]string
		want   int
	}{
		"reading is free":             {"GET", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 200},
		"a program sends neither":     {"POST", nil, 200},
		"our own form":                {"POST", map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://shop.example"}, 200},
		"typed by the user":           {"POST", map[string]string{"Sec-Fetch-Site": "none"}, 200},
		"another site":                {"POST", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403},
		"another host of the domain":  {"POST", map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "http://other.shop.example"}, 403},
		"an old browser, our form":    {"POST", map[string]string{"Origin": "http://shop.example"}, 200},
		"an old browser, other site":  {"POST", map[string]string{"Origin": "https://evil.example"}, 403},
		"an old browser, a sandbox":   {"POST", map[string]string{"Origin": "null"}, 403},
		"other methods change things": {"DELETE", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
	} {
		answer, _ := s.ask(t, row.method, "/", row.header, "")
		assert.Equal(t, row.want, answer.StatusCode, name)
	}
}

func TestServer_TrustsItsOwnOriginBehindAProxy(t *testing.T) {
	t.Parallel()
	s := serve(t, hello, web.Config{BaseURL: "https://tickets.example/"})
	answer, _ := s.ask(t, "POST", "/", map[string]string{"Origin": "https://tickets.example"}, "")
	assert.Equal(t, 200, answer.StatusCode, "the proxy asks for shop.example")
	answer, _ = s.ask(t, "POST", "/", map[string]string{"Origin": "http://tickets.example"}, "")
	assert.Equal(t, 403, answer.StatusCode, "another scheme is another origin")
}

func TestServer_LimitsBodies(t *testing.T) {
	t.Parallel()
	s := serve(t, hello, web.Config{MaxBody: 10})
	answer, _ := s.ask(t, "POST", "/", nil, "0123456789")
	assert.Equal(t, 200, answer.StatusCode)
	answer, body := s.ask(t, "POST", "/", nil, "0123456789A")
	assert.Equal(t, 413, answer.StatusCode)
	assert.Contains(t, body, "body_too_large")
	assert.Equal(t, "nosniff", answer.Header.Get("X-Content-Type-Options"))

	s = serve(t, hello, web.Config{MaxBody: 10, Fail: func(rc *fasthttp.RequestCtx, err error) {
		rc.Error("a page at "+string(rc.Path())+": "+err.Error(), 418)
	}})
	answer, body = s.ask(t, "POST", "/form", nil, "0123456789A")
	assert.Equal(t, 418, answer.StatusCode, "who shows pages shows one for this, too")
	assert.Contains(t, body, "a page at /form: the request is larger than we accept")
}

func TestServer_LimitsHeaders(t *testing.T) {
	t.Parallel()
	s := serve(t, hello, web.Config{})
	answer, _ := s.ask(t, "GET", "/", map[string]string{"Cookie": strings.Repeat("x", 10<<10)}, "")
	assert.Equal(t, 200, answer.StatusCode)
	answer, body := s.ask(t, "GET", "/", map[string]string{"Cookie": strings.Repeat("x", 20<<10)}, "")
	assert.Equal(t, 431, answer.StatusCode)
	assert.Contains(t, body, "header_too_large")
}

// A load balancer that looks at /readyz learns that the server stops while it still answers.
func TestServer_SaysThatItStopsBeforeItDoes(t *testing.T) {
	t.Parallel()
	var drained atomic.Bool
	server, err := web.New(hello, web.Config{DrainWait: 2 * time.Second, Draining: func() { drained.Store(true) }})
	require.NoError(t, err)
	waits, over := make(chan time.Duration, 1), make(chan time.Time) // however slow the machine is, the wait is over when the test says so
	end := sync.OnceFunc(func() { close(over) })
	defer end()
	web.WaitBy(server, func(d time.Duration) <-chan time.Time {
		waits <- d
		return over
	})
	s := run(t, server, &lockedBuffer{})
	answer, _ := s.ask(t, "GET", "/readyz", nil, "")
	assert.Equal(t, 200, answer.StatusCode)
	s.stop()
	assert.Equal(t, 2*time.Second, <-waits)
	s.client.CloseIdleConnections() // so that each is a new connection
	answer, _ = s.ask(t, "GET", "/readyz", nil, "")
	assert.Equal(t, http.StatusServiceUnavailable, answer.StatusCode)
	s.client.CloseIdleConnections()
	answer, _ = s.ask(t, "GET", "/", nil, "")
	assert.Equal(t, 200, answer.StatusCode, "what comes all the same is answered")
	assert.False(t, drained.Load(), "live connections stay until then")
	end()
	require.NoError(t, s.wait())
	assert.True(t, drained.Load())
}

func TestServer_AnswersWhatIsNoRequest(t *testing.T) {
	t.Parallel()
	server, err := web.New(hello, web.Config{})
	require.NoError(t, err)
	ln := fasthttputil.NewInmemoryListener()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, ln) }()
	conn, err := ln.Dial()
	require.NoError(t, err)
	_, err = conn.Write([]byte("GET\r\n\r\n"))
	require.NoError(t, err)
	text, err := io.ReadAll(conn)
	require.NoError(t, err)
	assert.Contains(t, string(text), "400 Bad Request")
	assert.Contains(t, string(text), "malformed_request")
	stop()
	require.NoError(t, <-done)
}

func TestServer_AnswersWhatIsUnderWayBeforeItStops(t *testing.T) {
	t.Parallel()
	begun, finish := make(chan struct{}), make(chan struct{})
	drained := make(chan struct{})
	s := serve(t, func(rc *fasthttp.RequestCtx) {
		close(begun)
		<-finish
		if web.Context(rc).Err() != nil {
			rc.SetStatusCode(500)
		}
		rc.SetBodyString("done")
	}, web.Config{Draining: func() { close(drained) }})
	answers := make(chan string, 1)
	go func() {
		_, body := s.ask(t, "GET", "/", nil, "")
		answers <- body
	}()
	<-begun
	s.stop()
	<-drained
	close(finish)
	assert.Equal(t, "done", <-answers)
	require.NoError(t, s.wait())
}

func TestServer_GivesUpOnWhatTakesTooLong(t *testing.T) {
	t.Parallel()
	begun, released := make(chan struct{}), make(chan struct{})
	s := serve(t, func(rc *fasthttp.RequestCtx) {
		close(begun)
		<-web.Context(rc).Done()
		close(released)
	}, web.Config{Timeout: time.Hour, DrainFor: 50 * time.Millisecond})
	go func() {
		q, _ := http.NewRequestWithContext(context.Background(), http.MethodGet, "http://shop.example/", nil)
		if answer, err := s.client.Do(q); err == nil {
			_ = answer.Body.Close()
		}
	}()
	<-begun
	s.stop()
	require.ErrorIs(t, s.wait(), context.DeadlineExceeded)
	<-released // the request's context has ended
}

func TestServer_ARequestHasADeadline(t *testing.T) {
	t.Parallel()
	s := serve(t, func(rc *fasthttp.RequestCtx) {
		<-web.Context(rc).Done()
		web.WriteProblem(rc, web.Context(rc).Err())
	}, web.Config{Timeout: time.Millisecond})
	answer, body := s.ask(t, "GET", "/", nil, "")
	assert.Equal(t, 503, answer.StatusCode)
	assert.Contains(t, body, "timeout")
}

func TestServer_SaysWhenItCannotServe(t *testing.T) {
	t.Parallel()
	server, err := web.New(hello, web.Config{})
	require.NoError(t, err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, ln.Close())
	assert.ErrorContains(t, server.Serve(t.Context(), ln), "serve 127.0.0.1:")
}

func TestNew_RefusesABaseURLThatIsNone(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"tickets.example", "ftp://tickets.example", "https://", "http://[", "/path"} {
		_, err := web.New(hello, web.Config{BaseURL: bad})
		assert.ErrorContains(t, err, "https://tickets.example", bad)
	}
}

func TestContext_OutsideAServerNeverEnds(t *testing.T) {
	t.Parallel()
	var rc fasthttp.RequestCtx
	require.NoError(t, web.Context(&rc).Err())
	assert.Empty(t, web.RequestID(&rc))
	assert.False(t, web.Secure(&rc))
}

func TestHandler_AddsTheSameWithoutAServer(t *testing.T) {
	t.Parallel()
	server, err := web.New(hello, web.Config{BaseURL: "https://tickets.example"})
	require.NoError(t, err)
	var rc fasthttp.RequestCtx
	rc.Request.SetRequestURI("/")
	server.Handler()(&rc)
	assert.True(t, web.Secure(&rc))
	assert.Equal(t, "hello "+web.RequestID(&rc), string(rc.Response.Body()))
}
