// Package storefront is the web shop over a *bms.Client: pages for people, the JSON API
// for programs, live seats, the gateways' notifications and, when the sandbox is
// configured, its payment page.
//
//	shop, err := storefront.New(client, storefront.Config{BaseURL: "https://tickets.example"})
//	go shop.Run(ctx)
//	server, err := web.New(shop.Handler, web.Config{Fail: shop.Fail, Quick: shop.Quick, Draining: shop.Drain})
//	err = server.Serve(ctx, listener)
package storefront

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
	"golang.org/x/text/language"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/search"
	"github.com/marquee-tickets/marquee/bms/search/bleve"
	"github.com/marquee-tickets/marquee/internal/geo"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/api"
	"github.com/marquee-tickets/marquee/storefront/assets"
	"github.com/marquee-tickets/marquee/storefront/brand"
	"github.com/marquee-tickets/marquee/storefront/edge"
	"github.com/marquee-tickets/marquee/storefront/finder"
	"github.com/marquee-tickets/marquee/storefront/foryou"
	"github.com/marquee-tickets/marquee/storefront/live"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/operator"
	"github.com/marquee-tickets/marquee/storefront/pages"
	"github.com/marquee-tickets/marquee/storefront/seatview"
	"github.com/marquee-tickets/marquee/storefront/sponsor"
	"github.com/marquee-tickets/marquee/storefront/throttle"
)

// Config is what a storefront may choose. The zero Config serves without a sandbox or an inbox.
type Config struct {
	// Name is what the storefront is called at host names that no brand has. Empty means Marquee.
	Name string

	// StrictHosts says that nothing is sold at host names that no brand has. Otherwise everybody's programme is.
	StrictHosts bool

	// Brand is a host name of the brand whose storefront is at host names that no brand has, with its legal pages and contacts. Nothing is
	// sold there while no live brand has it. Empty means the storefront of no brand, which has neither. Not with StrictHosts.
	Brand string

	// PreviewSecret signs links to previews of brands that are drafts, at least 16 characters. Empty means a secret that the
	// installation makes for itself.
	PreviewSecret string

	// BaseURL is where browsers reach it, without a slash at the end; that of the client.
	BaseURL string

	// Inbox shows locally delivered mails to anybody who asks. Only for trying things out.
	Inbox bool

	// Sandbox is the bank whose payment page is shown under /sandbox/. Nil shows none.
	Sandbox *sandbox.Gateway

	// CacheBytes bounds the memory of the pages that are kept for everybody. Zero means 256 MiB.
	CacheBytes int64

	// OperatorToken is what the operator proves himself with at /operator, at least 16 characters. Empty means that there are
	// no operator's pages.
	OperatorToken string

	// Experiments are those with recommendations, whose reports the operator sees. Nil hides their page.
	Experiments operator.Experiments

	// CatalogLanguage is the BCP 47 tag of the language that descriptions of events and venues are written in, which pages in other languages say
	// for screen readers. A description in other letters than its is told apart by them. Empty means English.
	CatalogLanguage string

	// API is passed on to the API.
	API api.Config

	// Search finds what is on; Close closes it. Nil means one in memory. Run fills it.
	Search search.Index

	// Recommender says what somebody may like. Nil means that nothing is suggested anywhere, nobody is asked and nothing is kept.
	Recommender pages.Recommender

	// Ads are what stands in the places for ads that brands have. Its zero value has none, and pages have no trace of it.
	Ads sponsor.Config

	// Places says where visitors seem to be, to begin in a city near them. Nil knows nothing, and visitors are asked.
	Places *geo.DB

	// Texts are the words of the pages. Nil means the built-in ones.
	Texts *locale.Catalog

	// Logger gets what went wrong. Nil discards it.
	Logger *slog.Logger
}

// Server answers everything that a storefront answers. It is safe for concurrent use.
type Server struct {
	client *bms.Client
	bank   *sandbox.Gateway
	files  *assets.Set
	pages  *pages.Pages
	desk   *operator.Desk
	direct fasthttp.RequestHandler // the pages, compressed and kept by nobody
	edge   *edge.Cache             // in front of the pages
	api    *api.API
	live   *live.Hub
	index  search.Index
	finder *finder.Finder
	slugs  slugs

	deeds *foryou.Queue // what visitors do; nil without a recommender

	brands   *brand.Registry
	previews *brand.Previews

	log   *slog.Logger
	heard atomic.Pointer[time.Time] // up to when the catalogue's changes are known
}

// deafAfter is how old the news of the catalogue may be for pages to be served from memory: several times the pause
// between two looks, and still within the second in which a change is to be seen everywhere.
const deafAfter = 900 * time.Millisecond

// brotliLevel is how hard personal pages are compressed: a seat page of 64 KB becomes 5.5 KB in a millisecond, and 4.1 KB in a hundred.
const brotliLevel = 4

// New returns the storefront of a client. It starts nothing. Errors: an Invalid fault that names the
// field of cfg.
func New(client *bms.Client, cfg Config) (*Server, error) {
	if cfg.Search == nil {
		var err error
		if cfg.Search, err = bleve.New(); err != nil {
			return nil, err
		}
	}
	s, err := assemble(client, cfg)
	if err != nil {
		return nil, errors.Join(err, cfg.Search.Close())
	}
	return s, nil
}

// minSecret is the least length of a secret that somebody thought up, in bytes: too much to guess.
const minSecret = 16

// validate returns an Invalid fault that names the first field at fault, or nil.
func (c Config) validate() error {
	if c.PreviewSecret != "" && len(c.PreviewSecret) < minSecret {
		return fault.Invalidf("preview_secret", "must have at least %d characters", minSecret)
	}
	if c.Brand != "" && c.StrictHosts {
		return fault.Invalidf("brand", "is for host names that no brand has, where nothing is sold with strict_hosts; choose one of them")
	}
	if _, err := language.Parse(c.CatalogLanguage); c.CatalogLanguage != "" && err != nil {
		return fault.Invalidf("catalog_language", "%.40q must be a BCP 47 language tag, like de or pt-BR", c.CatalogLanguage)
	}
	return c.Ads.Validate()
}

func assemble(client *bms.Client, cfg Config) (*Server, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
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
	if cfg.Texts == nil {
		if cfg.Texts, err = locale.New(locale.Config{}); err != nil {
			return nil, err
		}
	}
	if cfg.API.Throttle == nil { // the same for pages and API
		cfg.API.Throttle = throttle.New(client.Now)
	}
	if cfg.Recommender != nil {
		cfg.API.Recommender, cfg.API.Deeds = cfg.Recommender, foryou.NewQueue(cfg.Recommender, foryou.QueueConfig{Logger: cfg.Logger})
	}
	var s *Server
	found := finder.New(client, cfg.Search, finder.Config{
		Changed: func(cities []string) { s.found(cities) }, Also: wordsOf(cfg.Texts), Logger: cfg.Logger,
	})
	cfg.API.Suggest, cfg.API.Halls = found, seatview.NewCache(0)
	answers, err := api.New(client, cfg.API)
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	s = &Server{client: client, index: cfg.Search, finder: found, bank: cfg.Sandbox, files: files, api: answers, slugs: slugs{catalog: client.Catalog}, log: cfg.Logger}
	s.brands = brand.New(client.Catalog, brand.Config{Name: cfg.Name, Strict: cfg.StrictHosts, Default: cfg.Brand, Logger: cfg.Logger})
	s.previews = brand.NewPreviews(func(ctx context.Context) ([]byte, error) {
		if cfg.PreviewSecret != "" {
			return []byte(cfg.PreviewSecret), nil
		}
		return client.Secret(ctx, "brand previews")
	})
	s.deeds = cfg.API.Deeds
	s.pages = pages.New(client, files, pages.Config{Name: cfg.Name, BaseURL: cfg.BaseURL, Inbox: cfg.Inbox, CatalogLanguage: cfg.CatalogLanguage, Texts: cfg.Texts, Places: cfg.Places, Halls: cfg.API.Halls, Search: found, Recommender: cfg.Recommender, Deeds: s.deeds, Ads: cfg.Ads, Throttle: cfg.API.Throttle, Logger: cfg.Logger})
	// Personal pages are compressed one by one, public ones by the cache.
	s.direct = fasthttp.CompressHandlerBrotliLevel(s.pages.Handle, brotliLevel, fasthttp.CompressBestSpeed)
	s.edge, err = edge.New(func(rc *fasthttp.RequestCtx) {
		switch {
		case !edge.Rendering(rc):
			s.direct(rc)
		case s.enter(rc):
			s.pages.Handle(rc)
		}
	}, edge.Config{
		Public: s.pages.Public, Site: s.brands.Key, Query: s.pages.Query(), Bytes: cfg.CacheBytes, Current: s.current, Unheard: deafAfter, Fail: s.Fail,
		Secure: strings.HasPrefix(cfg.BaseURL, "https:"), Now: client.Now, Logger: cfg.Logger,
	})
	if err != nil {
		return nil, err
	}
	s.desk, err = operator.New(client, s.edge, files, operator.Config{Token: cfg.OperatorToken, Site: s.pages.Site(), Experiments: cfg.Experiments, Deeds: s.deedFigures(), Logger: cfg.Logger})
	if err != nil {
		s.edge.Close()
		return nil, err
	}
	s.live = live.New(client.Seats, live.Config{Enter: cfg.API.Throttle.Live, Logger: cfg.Logger})
	return s, nil
}

// Run listens for changes of the catalogue, so that pages are kept in memory and made anew when they change, and can be searched for,
// and records what visitors do, until ctx ends. Without it every page is made for every request, and nothing is found.
func (s *Server) Run(ctx context.Context) error {
	var wait sync.WaitGroup
	defer wait.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if s.deeds != nil {
		wait.Go(func() { _ = s.deeds.Run(ctx) }) // only returns nil
	}
	wait.Go(func() { _ = s.finder.Run(ctx) }) // only returns nil
	missed := false                           // changes were heard and not taken in
	return s.client.Catalog.Changes(ctx, func(change bms.Change) {
		change.Missed = change.Missed || missed
		err := s.learnBrands(ctx, &change)
		if missed = err != nil; missed {
			s.log.WarnContext(ctx, "brands not read", slog.String("error", err.Error()))
			return // as if nothing had been heard: every page is made anew until the brands are known
		}
		if change.Missed {
			s.edge.PurgeAll()
		}
		s.edge.Purge(change.Tags...)
		if err := s.slugs.learn(ctx, change); err != nil {
			s.log.WarnContext(ctx, "addresses not read", slog.String("error", err.Error()))
			s.slugs.filter.Store(nil) // it may lack what has just come
		}
		s.heard.Store(&change.AsOf) // not now: taking it in may have taken long, and nobody has listened meanwhile
	})
}

// found makes pages of searches anew, because something else is found in some cities.
func (s *Server) found(cities []string) {
	tags := []string{pages.SearchTag("")}
	for _, city := range cities {
		tags = append(tags, pages.SearchTag(city))
	}
	s.edge.Purge(tags...)
}

// current reports whether Run knows what has changed up to now.
func (s *Server) current(now time.Time) bool {
	at := s.heard.Load()
	return at != nil && now.Sub(*at) < deafAfter
}

// Cache is the pages kept in memory, for whoever wants its figures.
func (s *Server) Cache() *edge.Cache { return s.edge }

// Quick answers a request for a page that is in memory and reports whether it did. It is what web.Config.Quick wants.
func (s *Server) Quick(rc *fasthttp.RequestCtx) bool {
	if brand.Previewing(rc) {
		return false
	}
	s.pages.Trim(rc)
	return s.edge.Quick(rc)
}

// Drain ends the live connections, which would otherwise keep a server from stopping.
func (s *Server) Drain() {
	s.live.Close()
	_ = s.api.Close() // never fails
}

// Close frees what New took, once no request is under way.
func (s *Server) Close() {
	s.Drain()
	s.Flush()
	s.edge.Close()
	if err := s.index.Close(); err != nil {
		s.log.Warn("index not closed", slog.String("error", err.Error()))
	}
}

// deedFigures returns where the figures of the queue are; nil without one.
func (s *Server) deedFigures() func() foryou.QueueStats {
	if s.deeds == nil {
		return nil
	}
	return s.deeds.Stats
}

// Flush records what visitors did up to now, which Run does all the time.
func (s *Server) Flush() {
	if s.deeds != nil {
		s.deeds.Flush(context.Background())
	}
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
	path := string(rc.Path())
	if name, ok := strings.CutPrefix(path, "/webhooks/"); ok {
		s.webhook(rc, name)
		return
	}
	switch {
	case (strings.HasPrefix(path, assets.Prefix) || path == assets.Worker) && s.files.Serve(rc):
	case strings.HasPrefix(path, brand.Prefix) && s.brandFile(rc):
	case strings.HasPrefix(path, assets.Prefix), strings.HasPrefix(path, brand.Prefix): // files have no language to be led to
		s.Fail(rc, errNoAddress)
	case path == brand.PreviewPath:
		s.preview(rc)
	case s.bank != nil && strings.HasPrefix(path, "/sandbox/"):
		s.sandbox(rc)
	case path == operator.Prefix || strings.HasPrefix(path, operator.Prefix+"/"):
		s.operate(rc)
	case s.enter(rc):
		s.shop(rc, path)
	}
}

// operate answers a request for the operator's pages, compressed.
func (s *Server) operate(rc *fasthttp.RequestCtx) {
	fasthttp.CompressHandlerBrotliLevel(func(rc *fasthttp.RequestCtx) {
		if !s.desk.Handle(rc) {
			s.Fail(rc, errNoAddress)
		}
	}, brotliLevel, fasthttp.CompressBestSpeed)(rc)
}

// shop answers a request for what is sold at its host name.
func (s *Server) shop(rc *fasthttp.RequestCtx, path string) {
	if brand.Of(rc).Preview {
		defer unkept(rc)
	}
	if s.api.Handle(rc) {
		return
	}
	if show, ok := liveShow(path); ok {
		if err := s.api.Announced(rc, show); err != nil {
			s.Fail(rc, err)
			return
		}
		s.live.Serve(rc, show)
		return
	}
	s.pages.Trim(rc)
	switch {
	case brand.Of(rc).Preview:
		s.direct(rc)
	case (rc.IsGet() || rc.IsHead()) && s.current(s.client.Now()) && s.guessed(path):
		s.pages.Fail(rc, errNoAddress)
	default:
		s.edge.Handle(rc)
	}
}

// guessed reports whether a path is that of a city or an event that there never was.
func (s *Server) guessed(path string) bool {
	city, event, ok := s.pages.Slugs(path)
	return ok && s.slugs.never(city, event)
}

// maxPath bounds the path of a request, in bytes: several times the longest of ours.
const maxPath = 1000

// errNoAddress refuses a path that is no text, or far too long, or of something that never was.
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
