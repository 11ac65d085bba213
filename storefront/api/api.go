package api

import (
	"bytes"
	"errors"
	"log/slog"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/foryou"
	"github.com/marquee-tickets/marquee/storefront/seatview"
	"github.com/marquee-tickets/marquee/storefront/throttle"
)

// Config is what a program may choose. The zero Config serves everything but the gate.
type Config struct {
	// GateToken is what a gate proves itself with, at least 16 bytes. Empty keeps the
	// gate's verbs, checking and using tickets, closed: whoever has seen a code could use it up.
	GateToken string

	// MaxStreams is the most live streams at a time. Zero means 10,000: 100 MB.
	MaxStreams int

	// Heartbeat is how long a stream may be silent; a client that has gone is noticed by it. Zero means 12 seconds.
	Heartbeat time.Duration

	// Pace is the least time between two writes to one stream: what changes in between is sent
	// together. Zero means 100 milliseconds.
	Pace time.Duration

	// WriteTimeout is how long one write to a stream may wait for its client to take it. Zero means 10 seconds.
	WriteTimeout time.Duration

	// Throttle counts who asks too often. Nil means one of the API's own.
	Throttle *throttle.Throttle

	// Halls are what seat maps draw. Nil means a cache of the API's own.
	Halls *seatview.Cache

	// Suggest completes what people type in a search. Nil means that nothing is suggested.
	Suggest Suggester

	// Recommender says what somebody may like. Nil recommends nothing and remembers nothing.
	Recommender foryou.Recommender

	// Deeds records what visitors do. Nil means a queue of the API's own, which nobody runs: one for tests.
	Deeds *foryou.Queue

	// Logger gets what went wrong on our side. Nil discards it.
	Logger *slog.Logger
}

// minGateToken is the least length of a gate's token, in bytes: 96 bits in base 64.
const minGateToken = 16

func (c Config) withDefaults() Config {
	if c.MaxStreams == 0 {
		c.MaxStreams = 10_000
	}
	if c.Heartbeat == 0 {
		c.Heartbeat = 12 * time.Second
	}
	if c.Pace == 0 {
		c.Pace = 100 * time.Millisecond
	}
	if c.WriteTimeout == 0 {
		c.WriteTimeout = 10 * time.Second
	}
	if c.Halls == nil {
		c.Halls = seatview.NewCache(0)
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func (c Config) validate() error {
	switch {
	case c.GateToken != "" && len(c.GateToken) < minGateToken:
		return fault.Invalidf("gate_token", "must have at least %d bytes, not %d", minGateToken, len(c.GateToken))
	case c.MaxStreams < 1:
		return fault.Invalidf("max_streams", "must be at least 1")
	case c.Heartbeat < 0 || c.Pace < 0:
		return fault.Invalidf("heartbeat", "heartbeat and pace must not be negative")
	case c.WriteTimeout < 0:
		return fault.Invalidf("write_timeout", "must not be negative")
	}
	return nil
}

// API answers requests under /api. It is safe for concurrent use.
type API struct {
	client  *bms.Client
	cfg     Config
	tree    *node
	streams *streams

	// announced are shows that are known to be no drafts, with their partners: they never become one again.
	announced *lru.Cache[catalog.ShowID, catalog.PartnerID]
}

// maxAnnounced bounds what an API remembers: some 100 bytes a show.
const maxAnnounced = 65_536

// New returns an API over a client. It starts nothing; streams are goroutines of the
// server's that Close ends. Errors: an Invalid fault that names the field of cfg.
func New(client *bms.Client, cfg Config) (*API, error) {
	cfg = cfg.withDefaults()
	if cfg.Deeds == nil && cfg.Recommender != nil {
		cfg.Deeds = foryou.NewQueue(cfg.Recommender, foryou.QueueConfig{Logger: cfg.Logger})
	}
	if cfg.Throttle == nil {
		cfg.Throttle = throttle.New(client.Now)
	}
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	announced, err := lru.New[catalog.ShowID, catalog.PartnerID](maxAnnounced)
	if err != nil {
		return nil, err
	}
	a := &API{client: client, cfg: cfg, streams: newStreams(cfg), announced: announced}
	a.tree = newTree(a.routes())
	return a, nil
}

// Close ends the live streams, which a server's shutdown does not wait for, and returns when all have
// ended. Streams that are asked for later are refused.
func (a *API) Close() error {
	a.streams.close()
	return nil
}

// Handle answers the request when its path is /api or below, and reports whether it is.
func (a *API) Handle(rc *fasthttp.RequestCtx) bool {
	below, found := bytes.CutPrefix(rc.Path(), []byte("/api"))
	if !found || len(below) > 0 && below[0] != '/' {
		return false
	}
	if err := a.answer(rc, bytes.TrimPrefix(below, []byte("/"))); err != nil {
		a.fail(rc, err)
	}
	return true
}

// answer finds the handler of a request and runs it.
func (a *API) answer(rc *fasthttp.RequestCtx, path []byte) error {
	n, found := a.tree.find(path)
	if n == nil {
		return errNoPath
	}
	for _, segment := range found {
		if !web.IsWord(segment, maxName) {
			return errNoPath
		}
	}
	handle := n.handler(rc.Method())
	switch {
	case handle != nil:
		return handle(web.Context(rc), &call{api: a, rc: rc, params: found})
	case rc.IsOptions():
		rc.Response.Header.Set(fasthttp.HeaderAllow, n.allow)
		rc.SetStatusCode(fasthttp.StatusNoContent)
		return nil
	}
	rc.Response.Header.Set(fasthttp.HeaderAllow, n.allow)
	return errMethod
}

// fail answers with a problem. What is not the client's fault is logged with its cause, of which the client
// is told nothing.
func (a *API) fail(rc *fasthttp.RequestCtx, err error) {
	if code := fault.CodeOf(err); web.Status(code) >= fasthttp.StatusInternalServerError {
		a.cfg.Logger.LogAttrs(web.Context(rc), slog.LevelError, "api request failed",
			slog.String("request_id", web.RequestID(rc)), slog.String("method", string(rc.Method())), slog.String("path", string(rc.Path())),
			slog.String("code", string(code)), slog.String("error", err.Error()))
	}
	if refused, ok := errors.AsType[*refusal](err); ok {
		refused.write(rc)
		return
	}
	if fault.Is(err, fault.Unauthenticated) {
		rc.Response.Header.Set(fasthttp.HeaderWWWAuthenticate, "Bearer")
	}
	web.WriteProblem(rc, err)
}
