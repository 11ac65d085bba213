// Package operator is the pages of the person who runs a storefront: what the page cache does, links to bookings that are to
// end, refunds that a gateway could not make, messages that nobody could be given, what experiments have shown, and figures for a monitoring system. Whoever has the operator's token may
// see and do all of it.
//
//	desk, err := operator.New(client, cache, files, operator.Config{Token: token})
//	if desk.Handle(rc) { return }
package operator

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/assets"
	"github.com/marquee-tickets/marquee/storefront/edge"
	"github.com/marquee-tickets/marquee/storefront/foryou"
)

// Prefix begins the paths of all pages.
const Prefix = "/operator"

// minToken is the least length of a token, in bytes: too much to guess.
const minToken = 16

// Config is whom the pages are for.
type Config struct {
	// Token is what the operator proves himself with, at least 16 bytes. Empty means that there are no operator's pages.
	Token string

	// Site is what the storefront is called.
	Site string

	// Experiments are those with recommendations. Nil hides their page.
	Experiments Experiments

	// Deeds returns the figures of the queue of what visitors do. Nil leaves them out.
	Deeds func() foryou.QueueStats

	// Logger gets errors that are not the operator's, and who did what. Nil discards them.
	Logger *slog.Logger
}

// Cache is the page cache as the pages want it.
type Cache interface {
	Stats() edge.Stats
	Top(n int) []edge.Kept
	Purges() []edge.Purge
	Purge(tags ...string)
	PurgeAll()
}

// Desk answers the operator's requests. It is safe for concurrent use.
type Desk struct {
	client *bms.Client
	cache  Cache
	cfg    Config
	token  [sha256.Size]byte
	tries  *web.Limiter
	css    string
	icon   string
	gather gatherer
}

// How often a wrong token may be given from one network.
const (
	triesAtOnce = 10
	triesEvery  = 10 * time.Second
)

// New returns the operator's pages of a client. Error: an Invalid fault about a short token.
func New(client *bms.Client, cache Cache, files *assets.Set, cfg Config) (*Desk, error) {
	if cfg.Token != "" && len(cfg.Token) < minToken {
		return nil, fault.Invalidf("operator_token", "must have at least %d characters", minToken)
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Desk{
		client: client, cache: cache, cfg: cfg, token: sha256.Sum256([]byte(cfg.Token)),
		tries: web.NewLimiter(web.Limit{Burst: triesAtOnce, Every: triesEvery}, client.Now),
		css:   files.Path("app.css"), icon: files.Path("icon.svg"), gather: newGatherer(client, cache, cfg.Deeds),
	}, nil
}

// request is one request of the operator.
type request struct {
	rc  *fasthttp.RequestCtx
	ctx context.Context //nolint:containedctx // a request is passed down one call chain and kept nowhere
}

// Handle answers a request for an operator's page and reports whether it was one.
func (d *Desk) Handle(rc *fasthttp.RequestCtx) bool {
	path := string(rc.Path())
	if d.cfg.Token == "" || path != Prefix && !strings.HasPrefix(path, Prefix+"/") {
		return false
	}
	rc.Response.Header.Set(fasthttp.HeaderCacheControl, "no-store")
	r := &request{rc: rc, ctx: web.Context(rc)}
	if err := d.route(r, strings.TrimPrefix(path, Prefix)); err != nil {
		d.fail(r, err)
	}
	return true
}

func (d *Desk) route(r *request, path string) error {
	method := string(r.rc.Method())
	if path == "/sign-in" && method == fasthttp.MethodPost {
		return d.signIn(r)
	}
	known, err := d.known(r.rc)
	switch {
	case err != nil:
		return err
	case !known:
		if path == "/metrics" {
			return errToken
		}
		return d.show(r, fasthttp.StatusUnauthorized, "Sign in", signInPage(d.frame("Sign in", ""), ""))
	}
	if method == fasthttp.MethodHead {
		method = fasthttp.MethodGet
	}
	handle, ok := d.pages()[method+" "+path]
	if !ok {
		return errNoPage
	}
	return handle(r)
}

// pages are what answers whoever is signed in, by method and path below Prefix.
func (d *Desk) pages() map[string]func(*request) error {
	pages := map[string]func(*request) error{
		"GET ": d.home, "GET /": d.home, "POST /sign-out": d.signOut, "GET /metrics": d.metrics,
		"GET /cache": d.cachePage, "POST /cache/purge": d.purge,
		"GET /refunds": d.refundsPage, "POST /refunds/retry": d.retryRefund,
		"GET /bookings": d.bookingsPage, "POST /bookings/link": d.renewLink,
		"GET /messages": d.messagesPage, "POST /messages/resend": d.resend,
	}
	if d.cfg.Experiments != nil {
		pages["GET /experiments"] = d.experimentsPage
	}
	return pages
}

// Routes are what browsers may ask for, sorted: the method and the path, as in "GET /operator/cache".
func (d *Desk) Routes() []string {
	list := []string{"POST " + Prefix + "/sign-in"}
	for route := range d.pages() {
		method, path, _ := strings.Cut(route, " ")
		list = append(list, method+" "+Prefix+path)
	}
	slices.Sort(list)
	return list
}

var (
	errNoPage = fault.New(fault.NotFound, "page_not_found", "there is no such operator's page")
	errToken  = fault.New(fault.Unauthenticated, "token_wrong", "this is not the operator's token")
)

func (d *Desk) home(r *request) error {
	web.Redirect(r.rc, Prefix+"/cache")
	return nil
}

// frame is what every page shows around its content.
type frame struct {
	Title, Site, CSS, Icon string
	Here                   string // path of the page in the menu; empty for who is not signed in
	Menu                   []item
}

func (d *Desk) frame(title, here string) frame {
	return frame{Title: title, Site: d.cfg.Site, CSS: d.css, Icon: d.icon, Here: here, Menu: d.menu()}
}

// item is a page in the menu.
type item struct{ Path, Text string }

// menu are the pages.
func (d *Desk) menu() []item {
	list := []item{
		{Prefix + "/cache", "Page cache"}, {Prefix + "/bookings", "Bookings"}, {Prefix + "/refunds", "Refunds"}, {Prefix + "/messages", "Messages"},
	}
	if d.cfg.Experiments != nil {
		list = append(list, item{experimentsPath, "Experiments"})
	}
	return list
}

func (d *Desk) show(r *request, status int, title string, page templ.Component) error {
	r.rc.Response.ResetBody()
	if err := page.Render(r.ctx, r.rc.Response.BodyWriter()); err != nil {
		return fmt.Errorf("render %s: %w", title, err)
	}
	r.rc.SetStatusCode(status)
	r.rc.SetContentType("text/html; charset=utf-8")
	return nil
}

// fail writes the page for an error.
func (d *Desk) fail(r *request, err error) {
	if strings.HasSuffix(string(r.rc.Path()), "/metrics") {
		web.WriteProblem(r.rc, err)
		return
	}
	problem := web.ProblemOf(err)
	if problem.Status >= fasthttp.StatusInternalServerError {
		d.cfg.Logger.Error("operator's page failed", slog.String("request_id", web.RequestID(r.rc)), slog.String("error", err.Error()))
	}
	web.SetRetryAfter(r.rc, err)
	if err := d.show(r, problem.Status, "Error", failPage(d.frame("Error", Prefix), problem.Detail)); err != nil {
		web.WriteProblem(r.rc, err)
	}
}

// form returns a value of the posted form, without spaces around it.
func (r *request) form(name string) string {
	return strings.TrimSpace(string(r.rc.PostArgs().Peek(name)))
}
