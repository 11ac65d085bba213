package pages

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"log/slog"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/assets"
	"github.com/marquee-tickets/marquee/storefront/brand"
	"github.com/marquee-tickets/marquee/storefront/throttle"
)

// Config is what a storefront may choose about its pages.
type Config struct {
	// Name is what the storefront is called. Empty means Marquee.
	Name string

	// BaseURL is where browsers reach the storefront, without a slash at the end. Gateways send
	// buyers back there.
	BaseURL string

	// Inbox shows the mails that were delivered locally to anybody who asks: for trying things
	// out on one's own computer, never on a public host.
	Inbox bool

	// Search finds what is on. Nil means that nobody can search.
	Search Searcher

	// Throttle counts who asks too often. Nil means one of the pages' own.
	Throttle *throttle.Throttle

	// Logger gets errors that are not the visitor's. Nil discards them.
	Logger *slog.Logger
}

// Pages answers browsers.
type Pages struct {
	client *bms.Client
	cfg    Config
	files  *assets.Set
	routes router
}

// New returns the pages of a client's storefront.
func New(client *bms.Client, files *assets.Set, cfg Config) *Pages {
	if cfg.Name == "" {
		cfg.Name = "Marquee"
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Throttle == nil {
		cfg.Throttle = throttle.New(client.Now)
	}
	p := &Pages{client: client, cfg: cfg, files: files}
	p.mount()
	return p
}

// mount lists the pages.
func (p *Pages) mount() {
	get := func(path string, h handler) { p.routes.add(fasthttp.MethodGet, path, h) }
	post := func(path string, h handler) { p.routes.add(fasthttp.MethodPost, path, h) }
	p.routes.addPublic("/", p.home)
	p.routes.addPublic(legalPrefix+"*", p.legal)
	get("/posters/*", p.poster)
	get("/events/*", p.eventAnywhere)
	get("/shows/*", p.show)
	post("/shows/*/holds", p.hold)
	get("/holds/*", p.held)
	post("/holds/*/voucher", p.applyVoucher)
	post("/holds/*/voucher/remove", p.removeVoucher)
	post("/holds/*/extend", p.extend)
	post("/holds/*/release", p.release)
	post("/holds/*/again", p.holdAgain)
	post("/holds/*/booking", p.book)
	get("/bookings", p.findForm)
	post("/bookings", p.find)
	get("/bookings/*", p.enter)
	get("/b/*", p.guest(p.booking))
	post("/b/*/payment", p.guest(p.pay))
	get("/b/*/return", p.guest(p.returned))
	get("/b/*/cancel", p.guest(p.cancelForm))
	post("/b/*/cancel", p.guest(p.cancel))
	p.mountWaitlist()
	if p.cfg.Inbox {
		get("/inbox", p.inbox)
		get("/inbox/*", p.mail)
		get("/inbox/*/html", p.mailHTML)
	}
	get("/search", p.searchAnywhere)
	p.routes.addPublic("/*", p.city)
	p.routes.addPublic("/*/search", p.search)
	p.routes.addPublic("/*/events/*", p.event)
}

// Site is what the storefront is called.
func (p *Pages) Site() string { return p.cfg.Name }

// Public reports whether a path leads to pages that are the same for everybody and say so with edge.Publish.
func (p *Pages) Public(path string) bool { return p.routes.public(path) }

// Query are the names of the arguments that change public pages.
func Query() []string {
	return []string{"access", "date", "format", "genre", "kind", "language", "page", "q", "sort", "venue"}
}

// Handle answers a request for a page.
func (p *Pages) Handle(rc *fasthttp.RequestCtx) {
	h, params, allowed := p.routes.find(string(rc.Method()), string(rc.Path()))
	switch {
	case h == nil && len(allowed) > 0:
		rc.Response.Header.Set(fasthttp.HeaderAllow, list(allowed))
		p.Fail(rc, errMethod)
		return
	case h == nil:
		p.Fail(rc, errNoPage)
		return
	}
	if err := readable(rc, params); err != nil {
		p.Fail(rc, err)
		return
	}
	rq := &request{rc: rc, ctx: web.Context(rc), now: p.client.Now(), params: params, site: brand.Of(rc)}
	if err := h(rq); err != nil {
		p.Fail(rc, err)
	}
}

var (
	errNoPage = fault.New(fault.NotFound, "page_not_found", "there is no page at this address")
	errMethod = fault.New(fault.Invalid, "method_not_allowed", "this address cannot be used like that; go back and try again from the page before")
)

// Fail writes the page for an error.
func (p *Pages) Fail(rc *fasthttp.RequestCtx, err error) {
	problem := web.ProblemOf(err)
	if problem.Status >= fasthttp.StatusInternalServerError {
		p.cfg.Logger.Error("page failed", slog.String("request_id", web.RequestID(rc)),
			slog.String("path", string(rc.Path())), slog.String("error", err.Error()))
	}
	view := errorView{Title: errorTitle(problem), Text: sentence(problem.Detail), RequestID: web.RequestID(rc)}
	if problem.Status < fasthttp.StatusInternalServerError {
		view.RequestID = ""
	}
	rq := &request{rc: rc, ctx: web.Context(rc), site: brand.Of(rc)}
	rc.Response.ResetBody()
	web.SetRetryAfter(rc, err)
	if err := rq.show(problem.Status, cacheNever, errorPage(p.frame(rq, view.Title), view)); err != nil {
		rc.Error("Something went wrong on our side. Please try again.", fasthttp.StatusInternalServerError)
	}
}

// errorTitle is the heading of an error page.
func errorTitle(problem web.Problem) string {
	switch problem.Code {
	case fault.NotFound:
		return "We cannot find that"
	case fault.Expired:
		return "The time for this has passed"
	case fault.Unavailable, fault.RateLimited:
		return "Please try again in a moment"
	case fault.Internal:
		return "Something went wrong on our side"
	case fault.Invalid, fault.Conflict, fault.Forbidden, fault.Unauthenticated:
	}
	return "That did not work"
}

// frame is what every page shows around its content.
type frame struct {
	Title  string // of the page; the site's name is added
	Site   string
	CSS    string
	Style  string // of the brand; may be empty
	Logo   string // of the brand; may be empty
	Script string
	Icon   string
	City   catalog.City // empty on pages that belong to none
	Query  string       // what is searched for
	Inbox  bool
	Texts  []link // legal pages
	Help   contact
	Draft  bool   // a preview of a brand
	Hidden bool   // from search engines: the page is somebody's own
	Reload string // address to go to in a moment, because something is awaited; empty for most pages
	Leave  string // address of another site to go to at once; empty for most pages
}

func (p *Pages) frame(r *request, title string) frame {
	f := frame{
		Title: title, Site: cmp.Or(r.site.Name, p.cfg.Name), Inbox: p.cfg.Inbox && r.site.Partner == "",
		Style: r.site.Style, Logo: r.site.Logo, Help: contactOf(r.site.Brand), Draft: r.site.Preview, Hidden: r.site.Preview,
		CSS: p.files.Path("app.css"), Script: p.files.Path("app.js"), Icon: p.files.Path("icon.svg"),
	}
	for _, d := range r.site.Documents() {
		f.Texts = append(f.Texts, link{Text: d.Title, Href: legalPrefix + d.Name})
	}
	return f
}

// in adds the city to the frame.
func (f frame) in(city catalog.City) frame {
	f.City = city
	return f
}

// own marks the page as somebody's own.
func (f frame) own() frame {
	f.Hidden = true
	return f
}

// newKey returns a key for one rendering of a form: what is sent twice is done once.
func newKey() string { return rand.Text() }

// cityOf returns the city with the given slug, where the site has venues. Error: errNoCity.
func (p *Pages) cityOf(r *request, slug string) (catalog.City, error) {
	cities, err := p.client.Catalog.CitiesOf(r.ctx, r.site.Partner)
	if err != nil {
		return catalog.City{}, fmt.Errorf("cities: %w", err)
	}
	for _, c := range cities {
		if c.Slug == slug {
			return c, nil
		}
	}
	return catalog.City{}, errNoCity
}

var errNoCity = fault.New(fault.NotFound, "city_not_found", "we sell no tickets in a city of this name")
