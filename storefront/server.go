// Package storefront is the web shop over a *bms.Client: pages for people, the JSON API
// for programs, live seats, the gateways' notifications and, when the sandbox is
// configured, its payment page.
//
//	shop, err := storefront.New(client, storefront.Config{BaseURL: "https://tickets.example"})
//	server, err := web.New(shop.Handler, web.Config{Fail: shop.Fail, Draining: shop.Close})
//	err = server.Serve(ctx, listener)
package storefront

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/api"
	"github.com/marquee-tickets/marquee/storefront/assets"
	"github.com/marquee-tickets/marquee/storefront/live"
	"github.com/marquee-tickets/marquee/storefront/pages"
	"github.com/marquee-tickets/marquee/storefront/throttle"
)

// Config is what a storefront may choose. The zero Config serves without a sandbox or an inbox.
type Config struct {
	// Name is what the storefront is called. Empty means Marquee.
	Name string

	// BaseURL is where browsers reach it, without a slash at the end; that of the client.
	BaseURL string

	// Inbox shows locally delivered mails to anybody who asks. Only for trying things out.
	Inbox bool

	// Sandbox is the bank whose payment page is shown under /sandbox/. Nil shows none.
	Sandbox *sandbox.Gateway

	// API is passed on to the API.
	API api.Config

	// Logger gets what went wrong. Nil discards it.
	Logger *slog.Logger
}

// Server answers everything that a storefront answers. It is safe for concurrent use.
type Server struct {
	client  *bms.Client
	bank    *sandbox.Gateway
	files   *assets.Set
	pages   *pages.Pages
	compact fasthttp.RequestHandler // the pages, compressed
	api     *api.API
	live    *live.Hub
}

// New returns the storefront of a client. It starts nothing. Errors: an Invalid fault that names the
// field of cfg.
func New(client *bms.Client, cfg Config) (*Server, error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.API.Logger == nil {
		cfg.API.Logger = cfg.Logger
	}
	files, err := assets.New()
	if err != nil {
		return nil, err
	}
	if cfg.API.Throttle == nil { // the same for pages and API
		cfg.API.Throttle = throttle.New(client.Now)
	}
	answers, err := api.New(client, cfg.API)
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	s := &Server{client: client, bank: cfg.Sandbox, files: files, api: answers}
	s.pages = pages.New(client, files, pages.Config{Name: cfg.Name, BaseURL: cfg.BaseURL, Inbox: cfg.Inbox, Throttle: cfg.API.Throttle, Logger: cfg.Logger})
	s.compact = fasthttp.CompressHandlerLevel(s.pages.Handle, fasthttp.CompressBestSpeed)
	s.live = live.New(client.Seats, live.Config{Logger: cfg.Logger})
	return s, nil
}

// Close ends the live connections, which would otherwise outlast the server.
func (s *Server) Close() {
	s.live.Close()
	_ = s.api.Close() // never fails
}

// Fail answers with what went wrong: a page, or a problem document where programs ask.
func (s *Server) Fail(rc *fasthttp.RequestCtx, err error) {
	if forPrograms(string(rc.Path())) {
		web.WriteProblem(rc, err)
		return
	}
	s.pages.Fail(rc, err)
}

func forPrograms(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/webhooks/") || strings.HasSuffix(path, "/live")
}

// Handler answers a request.
func (s *Server) Handler(rc *fasthttp.RequestCtx) {
	if !web.IsWord(rc.Path(), maxPath) {
		s.Fail(rc, errNoAddress)
		return
	}
	if s.api.Handle(rc) {
		return
	}
	path := string(rc.Path())
	if name, ok := strings.CutPrefix(path, "/webhooks/"); ok {
		s.webhook(rc, name)
		return
	}
	if show, ok := liveShow(path); ok {
		s.live.Serve(rc, show)
		return
	}
	switch {
	case strings.HasPrefix(path, assets.Prefix) && s.files.Serve(rc):
	case s.bank != nil && strings.HasPrefix(path, "/sandbox/"):
		s.sandbox(rc)
	default:
		s.compact(rc)
	}
}

// maxPath bounds the path of a request, in bytes: several times the longest of ours.
const maxPath = 1000

// errNoAddress refuses a path that is no text, or far too long.
var errNoAddress = fault.New(fault.NotFound, "no_such_address", "there is nothing at this address; it may have been damaged on its way to you")

// liveShow returns the show of a path like /shows/{id}/live.
func liveShow(path string) (catalog.ShowID, bool) {
	rest, ok := strings.CutPrefix(path, "/shows/")
	if !ok {
		return "", false
	}
	id, ok := strings.CutSuffix(rest, "/live")
	return catalog.ShowID(id), ok && id != "" && !strings.Contains(id, "/")
}
