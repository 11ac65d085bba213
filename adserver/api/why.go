package api

import (
	"bytes"
	_ "embed"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/internal/web"
)

// pageCSS is the look of the few pages of the API that people see.
//
//go:embed page.css
var pageCSS []byte

// why answers with a page that says why somebody sees an ad.
func (a *API) why(rc *fasthttp.RequestCtx, token []byte) {
	if !rc.IsGet() {
		fail(rc, errMethod)
		return
	}
	reasons, err := a.engine.Why(token)
	if err != nil {
		a.lost(rc, err)
		return
	}
	var page bytes.Buffer
	if err := whyPage(reasons, a.base).Render(rc, &page); err != nil {
		fail(rc, err)
		return
	}
	html(rc, page.Bytes())
}

// lost answers who followed a link of an ad that does not work: people with a page, programs with a problem document.
func (a *API) lost(rc *fasthttp.RequestCtx, err error) {
	fail(rc, err)
	if !bytes.Contains(rc.Request.Header.Peek(fasthttp.HeaderAccept), []byte("text/html")) {
		return
	}
	p, title := web.ProblemOf(err), "This link leads nowhere"
	if p.Status >= fasthttp.StatusInternalServerError {
		title = "This does not work just now"
	}
	var page bytes.Buffer
	if lostPage(title, p.Detail, a.base).Render(rc, &page) == nil {
		html(rc, page.Bytes())
	}
}

// html answers with a page that runs nothing.
func html(rc *fasthttp.RequestCtx, page []byte) {
	h := &rc.Response.Header
	h.SetContentType("text/html; charset=utf-8")
	h.Set(fasthttp.HeaderCacheControl, "no-store")
	h.Set(fasthttp.HeaderContentSecurityPolicy, "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set(fasthttp.HeaderXContentTypeOptions, "nosniff")
	h.Set(fasthttp.HeaderReferrerPolicy, "no-referrer")
	rc.SetBody(page)
}

// words is what people call a dimension of targeting.
func words(dim string) string {
	if w, ok := dimWords[dim]; ok {
		return w
	}
	return dim
}

var dimWords = map[string]string{
	"publisher": "the site", "placement": "the place on the page", "format": "the kind of place", "size": "the size of the place",
	"currency": "the currency of the site", "category": "what the page is about", "country": "country", "region": "region", "city": "city",
	"device": "the kind of device", "os": "the device's system", "browser": "the browser", "language": "the language of the page",
	"hour": "the day and hour", "genre": "the genre on the page", "event": "the event on the page", "venue": "the venue on the page",
	"query": "what is searched for on the page", "interest": "interests of yours", "followed": "what you follow", "booked": "what you have booked",
	"searched": "what you searched for before", "age": "your age band", "gender": "your gender",
}
