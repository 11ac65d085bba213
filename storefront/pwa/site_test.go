package pwa_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/qr"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/assets"
	"github.com/marquee-tickets/marquee/storefront/brand"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
	"github.com/marquee-tickets/marquee/storefront/pwa"
)

// secret is what only its owner may see.
const secret = "Ada Lovelace, ada@example.com"

// State of a booking.
type state int

const (
	unpaid state = iota
	pending
	paid
	cancelled
	stranger // the browser may not see it any more
	gone
	broken // the server has a problem
)

// site is a small shop: its pages are there for what is between pages and scripts.
type site struct {
	t     *testing.T
	files *assets.Set
	texts *locale.Catalog
	base  string
	net   *breaker

	mu       sync.Mutex
	booking  state
	breaks   int // so many times the booking's page is broken before it is as booking says
	until    time.Time
	newer    string // added to the service worker
	iconless bool
	version  int // of the public pages
	asked    map[string]int
	early    int // navigations that were begun before the worker had started
	stalled  map[string]chan struct{}
}

func newSite(t *testing.T) *site {
	t.Helper()
	files, err := assets.New()
	require.NoError(t, err)
	return &site{t: t, files: files, texts: localetest.New(t), booking: paid, until: time.Now().Add(time.Hour), asked: map[string]int{}, stalled: map[string]chan struct{}{}}
}

// set changes the site.
func (s *site) set(change func(*site)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// stall has requests for a path wait until the network is whole again.
func (s *site) stall(path string) {
	s.set(func(s *site) { s.stalled[path] = make(chan struct{}) })
}

// release answers all that wait.
func (s *site) release() {
	s.set(func(s *site) {
		for path, c := range s.stalled {
			close(c)
			delete(s.stalled, path)
		}
	})
}

// times returns how often a path was asked for.
func (s *site) times(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

// reference is the booking that there is.
const reference = "K7PW-XF3X"

func (s *site) handle(rc *fasthttp.RequestCtx) {
	path := string(rc.Path())
	s.mu.Lock()
	s.asked[path]++
	if len(rc.Request.Header.Peek("Service-Worker-Navigation-Preload")) > 0 {
		s.early++
	}
	wait, newer, until := s.stalled[path], s.newer, s.until
	s.mu.Unlock()
	if wait != nil {
		<-wait
	}
	if s.files.Serve(rc) {
		if path == assets.Worker && newer != "" {
			rc.Response.Header.Del("Content-Encoding")
			rc.Response.Header.Del("ETag")
			rc.Request.Header.Del("Accept-Encoding")
			s.files.Serve(rc)
			rc.SetStatusCode(fasthttp.StatusOK)
			rc.SetBodyString(string(rc.Response.Body()) + "\n//" + newer)
		}
		return
	}
	lang, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	p := s.texts.Printer(lang, "")
	switch {
	case strings.HasPrefix(path, "/posters/"):
		rc.SetContentType("image/svg+xml")
		rc.SetBodyString(`<svg xmlns="http://www.w3.org/2000/svg"/>`)
	case p.Lang() != lang:
		rc.SetStatusCode(fasthttp.StatusNotFound)
	case "/"+rest == pwa.ManifestPath:
		s.manifest(rc, p)
	case "/"+rest == pwa.OfflinePath:
		s.page(rc, p, content{title: p.T("pwa.offline_title"), public: true, body: rendered(pwa.OfflineContent(p))})
	case "/"+rest == pwa.ForgetPath && rc.IsPost():
		pwa.Forget(rc)
		s.page(rc, p, content{title: p.T("pwa.forgotten_title"), left: true, body: rendered(pwa.ForgottenContent(p))})
	case rest == "b/"+reference+"/return":
		web.Redirect(rc, strings.TrimSuffix(path, "/return"))
	case rest == "b/"+reference:
		s.bookingPage(rc, p)
	case rest == "tickets":
		s.page(rc, p, content{title: "My tickets", attrs: pwa.Keep(until), body: `<h1>My tickets</h1><p>` + secret})
	case rest == "bookings" || rest == "holds/1" || rest == "account" || rest == "w/1": // the last two take one wall away each
		s.page(rc, p, content{title: "Own", public: rest == "w/1", body: `<h1>Own</h1><p>` + secret + `</p><form method="post"><input name="name" id="name"></form>`})
	default:
		s.public(rc, p, rest)
	}
}

func rendered(c templ.Component) string {
	var b strings.Builder
	_ = c.Render(context.Background(), &b) // never fails
	return b.String()
}

// public is a page that is the same for everybody.
func (s *site) public(rc *fasthttp.RequestCtx, p *locale.Printer, name string) {
	s.mu.Lock()
	version := s.version
	s.mu.Unlock()
	s.page(rc, p, content{
		title: "City", public: true, body: fmt.Sprintf(`<h1>What is on in %s, %d</h1><img src="/posters/%s.svg" alt="">`, name, version, name) + `<form><input name="q" id="q" aria-label="Search"></form>`,
	})
}

func (s *site) bookingPage(rc *fasthttp.RequestCtx, p *locale.Printer) {
	s.mu.Lock()
	now, until := s.booking, s.until
	if s.breaks > 0 {
		s.breaks--
		now = broken
	}
	s.mu.Unlock()
	c := content{title: "Booking", body: "<h1>Pay</h1><p>" + secret}
	web.SetCookie(rc, web.Cookie{Name: "booking", Value: "link", Path: "/" + p.Lang() + "/b/" + reference, MaxAge: time.Hour})
	switch now {
	case pending:
		c.body = `<h1>Waiting for your bank</h1><p data-await="/` + p.Lang() + "/b/" + reference + `/return"><span role="status" data-await-say hidden></span></p>`
		c.attrs = pwa.Pending()
	case paid:
		picture, err := qr.SVG("a ticket's code", qr.Options{Class: "qr"})
		if err != nil {
			s.t.Error(err)
		}
		c.title, c.attrs = "Your tickets", pwa.Keep(until)
		c.body = "<h1>Your tickets</h1><p>" + secret + `</p><img src="/posters/general.svg" alt="">` + rendered(pwa.OfflineReady(p)) + string(picture) + rendered(pwa.ForgetForm(p, "/"+p.Lang()+pwa.ForgetPath))
	case cancelled:
		c.body = "<h1>Booking cancelled</h1>"
	case stranger:
		c.status, c.body = fasthttp.StatusForbidden, "<h1>Open your booking</h1>"
	case gone:
		c.status, c.body = fasthttp.StatusNotFound, "<h1>No such booking</h1>"
	case broken:
		c.status, c.body = fasthttp.StatusServiceUnavailable, "<h1>Try again</h1>"
	case unpaid:
	}
	s.page(rc, p, c)
}

func (s *site) manifest(rc *fasthttp.RequestCtx, p *locale.Printer) {
	icons := []pwa.Icon{{Src: s.files.Path("icon.svg"), Sizes: "any", Type: "image/svg+xml"}, {Src: s.files.Path("maskable.svg"), Sizes: "any", Type: "image/svg+xml", Purpose: "maskable"}}
	s.mu.Lock()
	if s.iconless {
		icons = nil
	}
	s.mu.Unlock()
	rc.SetContentType(pwa.ManifestType)
	rc.SetBody(pwa.Manifest(pwa.AppOf("Marquee Tickets", &brand.Site{}, p, icons...)))
}

// content is what differs between pages.
type content struct {
	status int
	title  string
	public bool
	left   bool // takes no part
	attrs  templ.Attributes
	body   string
}

// page writes a page as the layout of the shop does.
func (s *site) page(rc *fasthttp.RequestCtx, p *locale.Printer, c content) {
	words, err := json.Marshal(p.Words("script."))
	if err != nil {
		s.t.Error(err)
	}
	head, attrs := "", ""
	if !c.left {
		look := &brand.Site{}
		head = rendered(pwa.Head("/"+p.Lang()+pwa.ManifestPath, look.Colour("surface"), look.DarkColour("surface")))
	}
	for name, value := range c.attrs {
		attrs += fmt.Sprintf(" %s=\"%v\"", name, value)
	}
	rc.SetStatusCode(max(c.status, 0))
	if c.status == 0 {
		rc.SetStatusCode(fasthttp.StatusOK)
	}
	rc.SetContentType("text/html; charset=utf-8")
	rc.Response.Header.Set("Cache-Control", "no-store")
	if c.public {
		rc.Response.Header.Set("Cache-Control", "public, max-age=0, must-revalidate, s-maxage=60")
	}
	rc.SetBodyString(fmt.Sprintf(`<!DOCTYPE html><html lang="%s" dir="%s"><head><meta charset="utf-8"><title>%s · Marquee</title>
<meta name="viewport" content="width=device-width, initial-scale=1">%s
<link rel="stylesheet" href="%s"><link rel="icon" href="%s" type="image/svg+xml"><script src="%s" type="module"></script></head>
<body><main id="main" class="wrap" tabindex="-1"%s>%s</main><script type="application/json" id="words">%s</script></body></html>`,
		p.Lang(), p.Dir(), c.title, head, s.files.Path("app.css"), s.files.Path("icon.svg"), s.files.Path("app.js"), attrs, c.body, words))
}
