package pages

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/brand"
	"github.com/marquee-tickets/marquee/storefront/edge"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// request is what a handler gets: values are copied out of the RequestCtx, which is used
// again when the handler returns.
type request struct {
	rc      *fasthttp.RequestCtx
	ctx     context.Context //nolint:containedctx // a request is passed down one call chain and kept nowhere
	now     time.Time
	params  []string
	site    *brand.Site     // whose storefront it is for
	catalog string          // language that the catalogue is written in
	texts   *locale.Catalog // of all languages
	p       *locale.Printer // of the page's language
}

// Bounds of what browsers send, in bytes.
const (
	maxParam = 100      // of an id or slug in the path
	maxQuery = 4000     // of the query: the tickets of a cancellation are in one
	maxForm  = 64 << 10 // of a form: all seats of a large order
)

// What no page of ours sends.
var (
	errBadText      = fault.New(fault.Invalid, "not_text", "part of this is not text; please go back and type it again")
	errLongQuery    = fault.New(fault.Invalid, "address_too_long", "this address is too long")
	errFormTooLarge = &web.StatusError{
		Status: fasthttp.StatusRequestEntityTooLarge,
		Fault:  fault.New(fault.Invalid, "form_too_large", "this form has more in it than we can take; please choose less at once"),
	}
)

// readable refuses what cannot have come from one of our pages, before anything is looked for with it.
func readable(rc *fasthttp.RequestCtx, params []string) error {
	for _, s := range params {
		if !web.IsWord(s, maxParam) {
			return errNoPage
		}
	}
	switch {
	case len(rc.URI().QueryString()) > maxQuery:
		return errLongQuery
	case rc.IsPost() && len(rc.PostBody()) > maxForm:
		return errFormTooLarge
	case !web.AreTexts(rc.QueryArgs()) || rc.IsPost() && !web.AreTexts(rc.PostArgs()):
		return errBadText
	}
	return nil
}

// param returns what the i-th "*" of the route stands for.
func (r *request) param(i int) string { return r.params[i] }

// query returns a value of the address.
func (r *request) query(name string) string {
	return strings.TrimSpace(string(r.rc.QueryArgs().Peek(name)))
}

// queries returns all values of a name in the address.
func (r *request) queries(name string) []string { return texts(r.rc.QueryArgs().PeekMulti(name)) }

// form returns a value of the posted form, without spaces around it.
func (r *request) form(name string) string {
	return strings.TrimSpace(string(r.rc.PostArgs().Peek(name)))
}

// forms returns all values of a name in the posted form.
func (r *request) forms(name string) []string { return texts(r.rc.PostArgs().PeekMulti(name)) }

// formsWith returns the values whose names begin with a prefix, by the rest of the name.
func (r *request) formsWith(prefix string) map[string]string {
	found := map[string]string{}
	for key, value := range r.rc.PostArgs().All() {
		if rest, ok := strings.CutPrefix(string(key), prefix); ok {
			found[rest] = strings.TrimSpace(string(value))
		}
	}
	return found
}

// maxCount bounds a number in a form: the most places of any hold.
const maxCount = 1000

// parseCount reads a whole number from a form; empty is 0. Error: an Invalid fault about the field.
func parseCount(field, s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > maxCount {
		return 0, fault.Invalidf(field, "%.20q must be a whole number between 0 and %d", s, maxCount)
	}
	return n, nil
}

func texts(raw [][]byte) []string {
	list := make([]string, 0, len(raw))
	for _, b := range raw {
		if s := strings.TrimSpace(string(b)); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// How often and how long a form waits for its twin.
const (
	twinEvery = 50 * time.Millisecond
	twinFor   = 5 * time.Second
)

// withTwin does what a form asks for. A form that was sent twice, as by a double click, waits for its
// twin and gets the same answer: browsers show the answer to the last.
func withTwin[T any](ctx context.Context, do func() (T, error)) (T, error) {
	wait, cancel := context.WithTimeout(ctx, twinFor)
	defer cancel()
	for {
		answer, err := do()
		if !errors.Is(err, bms.ErrKeyInFlight) {
			return answer, err
		}
		select {
		case <-wait.Done():
			return answer, err
		case <-time.After(twinEvery):
		}
	}
}

// Cache policies of pages.
const (
	cachePublic  = "public, max-age=0, must-revalidate" // the same for everybody
	cachePrivate = "private, no-cache"                  // one browser may keep it, and asks before it shows it again
	cacheNever   = "no-store"                           // holds names, prices agreed or tickets
)

// show answers with a page.
func (r *request) show(status int, cache string, page templ.Component) error {
	r.rc.SetStatusCode(status)
	r.rc.SetContentType("text/html; charset=utf-8")
	if r.site.Preview {
		cache = cacheNever
	}
	r.rc.Response.Header.Set(fasthttp.HeaderCacheControl, cache)
	return page.Render(speaking(r.ctx, r.p), r.rc)
}

// redirect sends the browser to a path with GET.
func (r *request) redirect(path string) error {
	web.Redirect(r.rc, path)
	return nil
}

// resend has the browser send the same form to another path, whose page has what was typed on it and an address of its own.
func (r *request) resend(path string) error {
	web.Redirect(r.rc, path)
	r.rc.SetStatusCode(fasthttp.StatusTemporaryRedirect)
	return nil
}

// refusal is a notice of what went wrong, in the language of the page. The answer says when to try again, if waiting helps.
func (r *request) refusal(err error) *notice {
	web.SetRetryAfter(r.rc, err)
	return &notice{Title: r.p.T("error.failed"), Lines: []string{r.p.Fault(err)}, Bad: true}
}

// titled is the title of a page. It begins with what has gone wrong, which is then the first that one hears of the page.
func (r *request) titled(title string, n *notice) string {
	if n == nil || !n.Bad {
		return title
	}
	return r.p.T("error.prefix", locale.With("title", title))
}

// How long public pages are fresh. What the catalogue says is purged when it changes; what is left of a show is not, and is
// therefore said in words that stay true for a while.
const (
	fullyFresh = time.Minute
	stockFresh = 10 * time.Second
)

// publish says that the page is the same for everybody on the site, and what it shows. The preview of a brand is for nobody else.
func (r *request) publish(fresh time.Duration, tags ...string) {
	if r.site.Preview {
		return
	}
	tags = append(tags, r.site.Tag())
	slices.Sort(tags)
	tags = slices.Compact(tags)
	edge.Publish(r.rc, edge.Page{Tags: tags, Fresh: fresh})
}
