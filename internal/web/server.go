package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// Config is how a Server treats its clients. The zero Config is right for most.
type Config struct {
	// BaseURL is where browsers reach the server: "https://tickets.example". With
	// https cookies are Secure and browsers are told to stay with it. Empty means plain HTTP at the Host they ask for.
	BaseURL string

	// Quick answers a request from memory, headers and all, before anything is made for it, and reports
	// whether it did. Nil answers none.
	Quick func(*fasthttp.RequestCtx) bool

	// Ready says whether requests can be served; /readyz answers with it. Nil means always.
	Ready func(context.Context) error

	// Fail writes the page for an error that no handler deals with: a panic, a request from
	// another site, one that is too large or cannot be read. Nil means WriteProblem.
	Fail func(*fasthttp.RequestCtx, error)

	// DrainWait is how long the server goes on as before when it stops, but that /readyz says that it is not ready: so long load balancers need
	// to notice, and send no more. Zero stops at once.
	DrainWait time.Duration

	// Draining is called once when the server stops, before it waits for requests: whoever keeps
	// connections open closes them there. Nil means nobody does.
	Draining func()

	// TrustedProxies are the networks of the proxies in front, whose X-Forwarded-For tells whom a request came
	// from, and whose X-Request-ID is taken over. Empty means that nobody is believed: Client is the peer, which behind a proxy is always the proxy.
	TrustedProxies []netip.Prefix

	// Forwarded says that those proxies write the header Forwarded (RFC 7239) instead. Only one is read: the
	// other is passed on as the client made it up.
	Forwarded bool

	// Timeout is how long a request may take. Zero means 15 seconds.
	Timeout time.Duration

	// DrainFor is how long requests may take to end when the server stops. Zero means 20 seconds.
	DrainFor time.Duration

	// MaxBody is the most bytes of a request's body. Zero means 1 MiB.
	MaxBody int

	// Now is the clock of the access log. Nil means the computer's.
	Now func() time.Time

	// Logger gets the access log and what went wrong. Nil discards it.
	Logger *slog.Logger
}

// Limits that no program needs to choose.
const (
	readTimeout  = 20 * time.Second
	writeTimeout = 60 * time.Second
	idleTimeout  = 75 * time.Second // longer than the 60 s of common load balancers, so that they close first
	maxHeader    = 16 << 10
	writeBuffer  = 32 << 10 // a page and its headers in one write
)

func (c Config) withDefaults() Config {
	if c.Quick == nil {
		c.Quick = func(*fasthttp.RequestCtx) bool { return false }
	}
	if c.Ready == nil {
		c.Ready = func(context.Context) error { return nil }
	}
	if c.Fail == nil {
		c.Fail = WriteProblem
	}
	if c.Draining == nil {
		c.Draining = func() {}
	}
	if c.Timeout == 0 {
		c.Timeout = 15 * time.Second
	}
	if c.DrainFor == 0 {
		c.DrainFor = 20 * time.Second
	}
	if c.MaxBody == 0 {
		c.MaxBody = 1 << 20
	}
	if c.Now == nil {
		c.Now = time.Now //nolint:forbidigo // the default of the seam
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Server runs a handler.
type Server struct {
	handler  fasthttp.RequestHandler
	cfg      Config
	secure   bool
	origin   string
	draining atomic.Bool
	after    func(time.Duration) <-chan time.Time // time.After, or a test's
}

// New returns a server of the handler. It starts nothing. Error: a BaseURL that is none.
func New(handler fasthttp.RequestHandler, cfg Config) (*Server, error) {
	s := &Server{handler: handler, cfg: cfg.withDefaults(), after: time.After}
	if cfg.BaseURL == "" {
		return s, nil
	}
	base, err := url.Parse(cfg.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("base URL %q: must be like https://tickets.example", cfg.BaseURL)
	}
	s.secure, s.origin = base.Scheme == "https", base.Scheme+"://"+base.Host
	return s, nil
}

// Serve answers requests at the listener until ctx ends, and for DrainWait. Then it takes no new ones and returns nil once
// those under way are answered, or an error when that takes longer than DrainFor.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	base, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	server := s.fasthttp(base)
	served := make(chan error, 1)
	go func() { served <- server.Serve(lazyListener{ln}) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	s.draining.Store(true)
	select {
	case err := <-served:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-s.after(s.cfg.DrainWait):
	}
	s.cfg.Draining()
	stop, cancel := context.WithTimeout(base, s.cfg.DrainFor)
	defer cancel()
	if err := server.ShutdownWithContext(stop); err != nil {
		return fmt.Errorf("drain %s: %w", ln.Addr(), err)
	}
	// Shutdown knows no listener with which Serve had not begun yet.
	_ = ln.Close() // closed already in any other case
	if err := <-served; err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	}
	return nil
}

// fasthttp is the server with our limits.
func (s *Server) fasthttp(base context.Context) *fasthttp.Server {
	return &fasthttp.Server{
		Handler: s.wrap(base), ErrorHandler: s.badRequest, Logger: printer{s.cfg.Logger}, Concurrency: 100_000,
		NoDefaultServerHeader: true, CloseOnShutdown: true, ReadBufferSize: maxHeader, MaxRequestBodySize: s.cfg.MaxBody,
		WriteBufferSize: writeBuffer, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
	}
}

// Handler returns the handler with everything that a Server adds, for tests and for other servers.
func (s *Server) Handler() fasthttp.RequestHandler { return s.wrap(context.Background()) }

// wrap adds to the handler what every request needs.
func (s *Server) wrap(base context.Context) fasthttp.RequestHandler {
	return func(rc *fasthttp.RequestCtx) {
		if s.quickly(rc, base) {
			return
		}
		start := s.cfg.Now()
		ctx, cancel := context.WithTimeout(base, s.cfg.Timeout)
		defer cancel()
		st := state{id: s.cfg.requestID(rc), ctx: ctx, secure: s.secure || rc.IsTLS(), client: s.cfg.Client(rc)}
		rc.SetUserValue(stateKey, st)
		secureHeaders(rc, st)
		s.guarded(rc, st)
		s.log(rc, st, s.cfg.Now().Sub(start))
	}
}

// quickly is quick, but after a panic as if nothing had been there: what answers then is guarded, and has an id to be looked for by.
func (s *Server) quickly(rc *fasthttp.RequestCtx, base context.Context) (done bool) { //nolint:revive // rc first, as in all of this package
	defer func() {
		if cause := recover(); cause != nil {
			s.cfg.Logger.ErrorContext(base, "panic in quick answer",
				slog.String("path", string(rc.Path())), slog.Any("cause", cause), slog.String("stack", string(debug.Stack())))
			rc.Response.Reset()
			done = false
		}
	}()
	return s.quick(rc, base)
}

// quick answers from memory where it can. It looks at the clock, for the client and for an id only for a log that somebody reads:
// the clock alone takes as long as finding the page.
func (s *Server) quick(rc *fasthttp.RequestCtx, base context.Context) bool { //nolint:revive // rc first, as in all of this package
	if !s.cfg.Logger.Enabled(base, slog.LevelInfo) {
		return s.cfg.Quick(rc)
	}
	start := s.cfg.Now()
	done := s.cfg.Quick(rc)
	if done {
		st := state{id: s.cfg.requestID(rc), ctx: base, client: s.cfg.Client(rc)}
		rc.Response.Header.Set(headerRequestID, st.id)
		s.log(rc, st, s.cfg.Now().Sub(start))
	}
	return done
}

// guarded runs the handler and answers for it when it panics.
func (s *Server) guarded(rc *fasthttp.RequestCtx, st state) {
	defer func() {
		if cause := recover(); cause != nil {
			s.cfg.Logger.ErrorContext(st.ctx, "panic in handler", slog.String("request_id", st.id),
				slog.String("path", string(rc.Path())), slog.Any("cause", cause), slog.String("stack", string(debug.Stack())))
			rc.Response.Reset()
			secureHeaders(rc, st)
			FailSafe(rc, s.cfg.Fail, errPanic)
		}
	}()
	if s.health(rc) {
		return
	}
	if err := CheckOrigin(rc, s.origin); err != nil {
		s.cfg.Fail(rc, err)
		return
	}
	s.handler(rc)
}

// FailSafe has fail write the page for an error, and answers with a problem document when that panics, too: the page
// may be broken in what all pages have.
func FailSafe(rc *fasthttp.RequestCtx, fail func(*fasthttp.RequestCtx, error), err error) {
	defer func() {
		if recover() != nil {
			rc.Response.ResetBody()
			WriteProblem(rc, err)
		}
	}()
	fail(rc, err)
}

var errPanic = errors.New("panic in handler")

// log writes a line about the answer. The query is left out: it may hold a guest's link.
func (s *Server) log(rc *fasthttp.RequestCtx, st state, took time.Duration) {
	level := slog.LevelInfo
	if rc.Response.StatusCode() >= fasthttp.StatusInternalServerError {
		level = slog.LevelError
	}
	if !s.cfg.Logger.Enabled(st.ctx, level) {
		return
	}
	s.cfg.Logger.LogAttrs(st.ctx, level, "request",
		slog.String("request_id", st.id), slog.String("method", string(rc.Method())), slog.String("host", string(rc.Host())), slog.String("path", string(rc.Path())),
		slog.Int("status", rc.Response.StatusCode()), slog.Int("bytes", size(&rc.Response)), slog.String("cache", string(rc.Response.Header.Peek("Cache-Status"))),
		slog.Duration("took", took), slog.String("client", st.client.String()))
}

// size is how long a body is, -1 where that shows only as it is sent.
func size(r *fasthttp.Response) int {
	if r.IsBodyStream() {
		return r.Header.ContentLength()
	}
	return len(r.Body())
}

// badRequest answers what could not be read as a request.
func (s *Server) badRequest(rc *fasthttp.RequestCtx, err error) {
	var answer error = errMalformed
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		answer = errTooLarge
	case isLong(err):
		answer = errLongHeader
	case isTimeout(err):
		answer = errSlow
	}
	st := state{id: s.cfg.requestID(rc), ctx: context.Background(), secure: s.secure || rc.IsTLS(), client: s.cfg.Client(rc)}
	rc.SetUserValue(stateKey, st)
	secureHeaders(rc, st)
	s.cfg.Fail(rc, answer)
}

// isLong reports whether a header does not fit into maxHeader.
func isLong(err error) bool {
	_, ok := errors.AsType[*fasthttp.ErrSmallBuffer](err)
	return ok
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

// printer passes what fasthttp prints to the log.
type printer struct{ log *slog.Logger }

// Printf implements fasthttp.Logger.
func (p printer) Printf(format string, args ...any) {
	p.log.Debug("http server", slog.String("message", fmt.Sprintf(format, args...)))
}
