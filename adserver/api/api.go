package api

import (
	"bytes"
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// Config is what an API needs to know. Engine and BaseURL are required.
type Config struct {
	Engine *adserver.Engine

	// BaseURL is where browsers reach the API: "https://ads.example". It has no final slash.
	BaseURL string

	// Assets are the uploads that are served.
	Assets Assets

	// Secret makes the keys of publishers and advertisers. It has 16 bytes or more.
	Secret []byte

	// Client says whom a request came from. Nil means the peer.
	Client func(*fasthttp.RequestCtx) netip.Addr

	// Peers are the base URLs of the other nodes, by number: a token that is theirs is sent there.
	Peers map[uint16]string

	// Timeout bounds how long a beacon waits for the disk. Zero means 5 seconds.
	Timeout time.Duration

	// Staff says whether a request is of somebody who is signed in to the portal: what they see and click is not billed. Nil means nobody's.
	Staff func(*fasthttp.RequestCtx) bool

	// Contact is an e-mail address for who asks about ads.txt and sellers.json. Empty leaves it out of ads.txt, and there is no sellers.json.
	Contact string

	// MetricsToken is what a monitoring system shows to read /metrics, as Authorization: Bearer. Empty means that there is no such page.
	MetricsToken string

	// Now is the clock. Nil means the computer's.
	Now func() time.Time

	// Logger gets what goes wrong. Nil discards it.
	Logger *slog.Logger
}

// API answers requests. It is safe for concurrent use.
type API struct {
	cfg    Config
	engine *adserver.Engine
	base   string
	works  sync.Pool
	bids   sync.Pool

	sellers directories
	gather  prometheus.Gatherer
}

// New returns an API of an engine.
func New(cfg Config) *API {
	if cfg.Client == nil {
		cfg.Client = web.Client
	}
	if cfg.Staff == nil {
		cfg.Staff = func(*fasthttp.RequestCtx) bool { return false }
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 5 * time.Second
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now //nolint:forbidigo // the default of the seam
	}
	a := &API{
		cfg: cfg, engine: cfg.Engine, base: cfg.BaseURL, works: sync.Pool{New: func() any { return new(work) }}, bids: sync.Pool{New: func() any { return new(bidding) }},
	}
	a.gather = newGatherer(a)
	return a
}

// Serve answers a request, headers and all, and reports whether it is one of the API's. It is made for web.Config.Quick: decisions and beacons are many,
// and need nothing that a server adds for pages.
func (a *API) Serve(rc *fasthttp.RequestCtx) bool {
	path := rc.Path()
	first, rest, _ := bytes.Cut(path[1:], []byte{'/'})
	switch string(first) {
	case "v":
		a.view(rc, rest)
	case "c":
		a.click(rc, rest)
	case "h":
		a.hide(rc, rest)
	case "l":
		a.lose(rc, rest)
	case "e":
		a.track(rc, rest)
	case "why":
		a.why(rc, rest)
	case "a":
		a.asset(rc, string(rest))
	case "v1":
		return a.v1(rc, rest)
	case "openrtb2":
		return a.openrtb2(rc, rest)
	default:
		return a.document(rc, string(path))
	}
	return true
}

func (a *API) v1(rc *fasthttp.RequestCtx, path []byte) bool {
	first, _, _ := bytes.Cut(path, []byte{'/'})
	switch string(first) {
	case "decisions":
		a.decisions(rc)
	case "users":
		a.users(rc)
	case "conversions":
		a.conversions(rc)
	default:
		return false
	}
	return true
}

func (a *API) openrtb2(rc *fasthttp.RequestCtx, path []byte) bool {
	publisher, ok := bytes.CutPrefix(path, []byte("bid/"))
	if ok {
		a.bid(rc, string(publisher))
	}
	return ok
}

// document answers for what has one path.
func (a *API) document(rc *fasthttp.RequestCtx, path string) bool {
	switch path {
	case "/tag.js":
		a.tag(rc)
	case "/page.css":
		a.stylesheet(rc)
	case "/frame":
		a.frame(rc)
	case "/vast":
		a.vast(rc)
	case "/ads.txt":
		a.adsTxt(rc)
	case "/sellers.json":
		a.sellersJSON(rc)
	case "/metrics":
		return a.metrics(rc)
	case "/conversion.gif":
		a.pixel(rc)
	default:
		return false
	}
	return true
}

// context bounds what a request waits for.
func (a *API) context() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), a.cfg.Timeout)
}

// fail answers with a problem document.
func fail(rc *fasthttp.RequestCtx, err error) {
	web.WriteProblem(rc, err)
	rc.Response.Header.Set(fasthttp.HeaderAccessControlAllowOrigin, "*")
	rc.Response.Header.Set(fasthttp.HeaderXContentTypeOptions, "nosniff")
}

var (
	errMethod        = fault.New(fault.Invalid, "method", "this address does not answer to that method")
	errKey           = fault.New(fault.Unauthenticated, "publisher_key", "a publisher's key is needed: Authorization: Bearer …")
	errConversionKey = fault.New(fault.Unauthenticated, "advertiser_key", "this is no advertiser's key: Authorization: Bearer mqc_…, or leave it out")
	errOrigin        = fault.New(fault.Forbidden, "not_publishers_page", "this page is on none of the publisher's hosts")
)

// visit is what a beacon's request says of who sends it.
func (a *API) visit(rc *fasthttp.RequestCtx) adserver.Visit {
	h := &rc.Request.Header
	v := adserver.Visit{IP: a.cfg.Client(rc), Agent: h.UserAgent(), Staff: a.cfg.Staff(rc)}
	v.Ahead.SecPurpose, v.Ahead.Purpose, v.Ahead.XMoz = h.Peek("Sec-Purpose"), h.Peek("Purpose"), h.Peek("X-Moz")
	return v
}
