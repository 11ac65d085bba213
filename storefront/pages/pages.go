package pages

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/geo"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/assets"
	"github.com/marquee-tickets/marquee/storefront/brand"
	"github.com/marquee-tickets/marquee/storefront/foryou"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/seatview"
	"github.com/marquee-tickets/marquee/storefront/seo"
	"github.com/marquee-tickets/marquee/storefront/sponsor"
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

	// CatalogLanguage is the BCP 47 tag of the language that descriptions in the catalogue are written in. Empty means English.
	CatalogLanguage string

	// Texts are the words of the pages in all languages. Required.
	Texts *locale.Catalog

	// Places says where visitors seem to be, to begin in a city near them. Nil knows nothing.
	Places *geo.DB

	// Halls are what seat maps draw. Nil means a cache of the pages' own.
	Halls *seatview.Cache

	// Search finds what is on. Nil means that nobody can search.
	Search Searcher

	// Recommender says what somebody may like. Nil means that nothing is suggested anywhere, nobody is asked and nothing is kept.
	Recommender Recommender

	// Deeds records what visitors do. Nil means a queue of the pages' own, which nobody runs: one for tests.
	Deeds *foryou.Queue

	// Ads are what stands in the places that brands have for ads. Its zero value has none.
	Ads sponsor.Config

	// Throttle counts who asks too often. Nil means one of the pages' own.
	Throttle *throttle.Throttle

	// Logger gets errors that are not the visitor's. Nil discards them.
	Logger *slog.Logger
}

// Pages answers browsers.
type Pages struct {
	client  *bms.Client
	cfg     Config
	files   *assets.Set
	gallery *gallery
	routes  router // behind the language
	bare    router // without one
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
	if cfg.Halls == nil {
		cfg.Halls = seatview.NewCache(0)
	}
	if cfg.Deeds == nil && cfg.Recommender != nil {
		cfg.Deeds = foryou.NewQueue(cfg.Recommender, foryou.QueueConfig{Logger: cfg.Logger})
	}
	p := &Pages{client: client, cfg: cfg, files: files, gallery: newGallery()}
	p.mount()
	return p
}

// mount lists the pages, without the language that stands before each of them.
func (p *Pages) mount() {
	get := func(path string, h handler) { p.routes.add(fasthttp.MethodGet, path, h) }
	post := func(path string, h handler) { p.routes.add(fasthttp.MethodPost, path, h) }
	p.routes.addPublic("/", p.home)
	p.routes.addPublic(legalPrefix+"*", p.legal)
	get("/events/*", p.eventAnywhere)
	get("/shows/*", p.show)
	post("/shows/*/holds", p.hold)
	get("/holds/*", p.held)
	post("/holds/*", p.heldTyped)
	post("/holds/*/voucher", p.applyVoucher)
	post("/holds/*/voucher/remove", p.removeVoucher)
	post("/holds/*/extend", p.extend)
	post("/holds/*/release", p.release)
	post("/holds/*/again", p.holdAgain)
	post("/holds/*/booking", p.book)
	get("/bookings", p.findForm)
	post("/bookings", p.find)
	get("/bookings/*", p.enter)
	get("/tickets", p.tickets)
	get("/b/*", p.guest(p.booking))
	post("/b/*/payment", p.guest(p.pay))
	get("/b/*/return", p.guest(p.returned))
	get("/b/*"+calendarFile, p.guest(p.calendar))
	get("/b/*/cancel", p.guest(p.cancelForm))
	post("/b/*/cancel", p.guest(p.cancel))
	post("/b/*/link", p.guest(p.renewLink))
	p.mountWaitlist()
	p.mountApp()
	p.mountForYou()
	p.mountAds()
	if p.cfg.Inbox {
		get("/inbox", p.inbox)
		get("/inbox/*", p.mail)
		get("/inbox/*/html", p.mailHTML)
	}
	get("/search", p.searchAnywhere)
	p.routes.addPublic("/*", p.city, "date", "kind", nearArgument)
	p.routes.addPublic("/*/search", p.search, searchArguments()...)
	p.routes.addPublic("/*/events/*", p.event, "date", "format", "language")

	// What is the same in every language.
	p.bare.add(fasthttp.MethodGet, "/", p.enterSite)
	p.bare.add(fasthttp.MethodGet, "/favicon.ico", p.favicon)
	p.mountPictures()
	p.mountOutside()
	p.bare.add(fasthttp.MethodGet, languagePath+"*", p.chooseLanguage)
	p.bare.add(fasthttp.MethodGet, "/bookings/*", p.enter) // of mails from before addresses had languages: no redirect has the link in it
}

// Site is what the storefront is called.
func (p *Pages) Site() string { return p.cfg.Name }

// Public reports whether a path leads to pages that are the same for everybody and say so with edge.Publish.
func (p *Pages) Public(path string) bool {
	_, public := p.publicQuery(path)
	return public
}

// publicQuery returns the arguments that change the public page at a path; false when there is none.
func (p *Pages) publicQuery(path string) (query []string, public bool) {
	if _, rest, ok := locale.FromPath(path); ok {
		if query, public = p.routes.public(rest); public {
			return query, true
		}
	}
	return p.bare.public(path)
}

// Trim takes arguments off the request for a public page that do not change it: whoever makes some up gets the page that there is, and not
// another copy of it.
func (p *Pages) Trim(rc *fasthttp.RequestCtx) {
	if len(rc.URI().QueryString()) == 0 || !rc.IsGet() && !rc.IsHead() {
		return
	}
	known, public := p.publicQuery(string(rc.Path()))
	if !public {
		return
	}
	all := rc.QueryArgs()
	var own fasthttp.Args
	for name, value := range all.All() {
		if slices.Contains(known, string(name)) {
			own.AddBytesKV(name, value)
		}
	}
	if own.Len() < all.Len() {
		own.CopyTo(all)
	}
}

// Slugs returns the city and the event that a path is about, by their names in it; false for other paths. The event may be empty.
func (p *Pages) Slugs(path string) (city, event string, ok bool) {
	_, rest, ok := locale.FromPath(path)
	city, event, _ = strings.Cut(strings.TrimPrefix(rest, "/"), "/events/")
	if !ok || strings.Contains(city, "/") || strings.Contains(event, "/") || !p.routes.slugs(rest) {
		return "", "", false
	}
	return city, event, true
}

// Query are the names of the arguments that change public pages, each some of them.
func (p *Pages) Query() []string {
	var names []string
	for _, r := range slices.Concat(p.routes, p.bare) {
		names = append(names, r.query...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Handle answers a request for a page.
func (p *Pages) Handle(rc *fasthttp.RequestCtx) {
	r := &request{rc: rc, ctx: web.Context(rc), now: p.client.Now(), site: brand.Of(rc), catalog: p.cfg.CatalogLanguage}
	if err := p.answer(r); err != nil {
		p.fail(r, err)
	}
}

// answer finds the handler of a request. What is the same in every language comes first; an address that lacks its
// language leads to the one with it, and one that only takes a form to the page that has the form: the answer to a form that is
// refused is such an address, which people load anew, keep, and choose another language on.
func (p *Pages) answer(r *request) error {
	rest, said := p.speak(r)
	method := string(r.rc.Method())
	h, params, allowed := p.bare.find(method, string(r.rc.Path()))
	if h == nil && allowed == nil {
		h, params, allowed = p.routes.find(method, rest)
		if h != nil && !said && (r.rc.IsGet() || r.rc.IsHead()) {
			return r.toLanguage(rest)
		}
	}
	switch {
	case h == nil && len(allowed) > 0 && (r.rc.IsGet() || r.rc.IsHead()):
		return r.toLanguage(p.routes.page(rest))
	case h == nil && len(allowed) > 0:
		r.rc.Response.Header.Set(fasthttp.HeaderAllow, strings.Join(allowed, ", "))
		return errMethod
	case h == nil:
		return errNoPage
	}
	if err := readable(r.rc, params); err != nil {
		return err
	}
	r.params = params
	return h(r)
}

var (
	errNoPage = fault.New(fault.NotFound, "page_not_found", "there is no page at this address")
	errMethod = &web.StatusError{
		Status: fasthttp.StatusMethodNotAllowed,
		Fault:  fault.New(fault.Invalid, "method_not_allowed", "this address cannot be used like that; go back and try again from the page before"),
	}
)

// Fail writes the page for an error.
func (p *Pages) Fail(rc *fasthttp.RequestCtx, err error) {
	r := &request{rc: rc, ctx: web.Context(rc), site: brand.Of(rc), catalog: p.cfg.CatalogLanguage}
	p.speak(r)
	p.fail(r, err)
}

func (p *Pages) fail(r *request, err error) {
	r.ctx = context.WithoutCancel(r.ctx) // templates write nothing once it has ended, and that may be what went wrong
	problem := web.ProblemOf(err)
	if problem.Status >= fasthttp.StatusInternalServerError {
		p.cfg.Logger.Error("page failed", slog.String("request_id", web.RequestID(r.rc)),
			slog.String("path", string(r.rc.Path())), slog.String("error", err.Error()))
	}
	view := errorView{Title: errorTitle(r.p, problem), Text: r.p.Fault(err), RequestID: web.RequestID(r.rc)}
	if problem.Status < fasthttp.StatusInternalServerError {
		view.RequestID = ""
	}
	r.rc.Response.ResetBody()
	web.SetRetryAfter(r.rc, err)
	if err := r.show(problem.Status, cacheNever, errorPage(p.frame(r, view.Title).own(), view)); err != nil {
		r.rc.Error(r.p.T("error.last_resort"), fasthttp.StatusInternalServerError)
	}
}

// errorTitle is the heading of an error page.
func errorTitle(p *locale.Printer, problem web.Problem) string {
	switch problem.Code {
	case fault.NotFound:
		return p.T("error.not_found")
	case fault.Expired:
		return p.T("error.expired")
	case fault.Unavailable, fault.RateLimited:
		return p.T("error.busy")
	case fault.Internal:
		return p.T("error.internal")
	case fault.Invalid, fault.Conflict, fault.Forbidden, fault.Unauthenticated:
	}
	return p.T("error.failed")
}

// frame is what every page shows around its content.
type frame struct {
	Title       string // of the page; the site's name is added
	Site        string
	Lang        string
	Dir         string
	Tongues     []tongue       // languages to choose from; none when there is one alone
	Words       map[string]any // texts of scripts
	CSS         string
	Styles      []string // more of them
	Style       string   // of the brand; may be empty
	Logo        string   // of the brand; may be empty
	Script      string
	Scripts     []string // more of them
	Modules     []string // that scripts import
	Preloads    []preload
	Outside     seo.Site // as others see it
	Page        seo.Page
	Graph       []byte // JSON-LD; nil for most pages
	AppleIcon   string
	Manifest    string           // of the site as an app; empty on pages that take no part in it
	Light, Dark string           // colours of the browser's own frame
	Main        templ.Attributes // of the main part
	Icon        string
	City        catalog.City // empty on pages that belong to none
	Query       string       // what is searched for
	Inbox       bool
	Texts       []link // legal pages
	Help        contact
	ForYou      bool // there are suggestions
	Ads         adPlaces
	Draft       bool   // a preview of a brand
	Hidden      bool   // from search engines: the page is somebody's own
	Leave       string // address of another site to go to at once; empty for most pages
}

func (p *Pages) frame(r *request, title string) frame {
	f := frame{
		Title: title, Site: p.siteName(r), Lang: r.p.Lang(), Dir: r.p.Dir(), Tongues: r.tongues(), Words: r.p.Words("script."),
		Inbox: p.cfg.Inbox && r.site.Partner == "",
		Style: r.site.Style, Logo: r.site.Logo, Help: contactOf(r.site.Brand), Draft: r.site.Preview, Hidden: r.site.Preview, ForYou: p.suggests(r),
		CSS: p.files.Path("app.css"), Script: p.files.Path("app.js"), Icon: p.files.Path("icon.svg"),
	}
	f.addApp(p, r)
	f.Outside, f.Page = p.outside(r), p.outsidePage(r)
	for _, name := range r.site.Documents() {
		f.Texts = append(f.Texts, link{Text: r.p.T("legal." + name), Href: r.path(legalPrefix + name)})
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

// cityOf returns the city with the given slug, where the site has venues, and has the page written as people there write. Error: errNoCity.
func (p *Pages) cityOf(r *request, slug string) (catalog.City, error) {
	cities, err := p.client.Catalog.CitiesOf(r.ctx, r.site.Partner)
	if err != nil {
		return catalog.City{}, fmt.Errorf("cities: %w", err)
	}
	for _, c := range cities {
		if c.Slug == slug {
			r.at(c.Country)
			return c, nil
		}
	}
	return catalog.City{}, errNoCity
}

var errNoCity = fault.New(fault.NotFound, "city_not_found", "we sell no tickets in a city of this name")
