package pages

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/brand"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// Every page has its language first in its path, so that a page may be kept by anybody between us and its reader. An address
// without one leads to the same in the visitor's language.

// languageCookie remembers which language a visitor chose.
const languageCookie = "language"

// rememberFor is how long a browser remembers what a visitor chose.
const rememberFor = 365 * 24 * time.Hour

// nearArgument is the argument of a city's page that was guessed.
const nearArgument = "near"

// languagePath is where a language is chosen: "/language/hi?to=%2Fmumbai".
const languagePath = "/language/"

// languagesOf are the languages of a site, its default first: those of the brand that we speak, or all.
func languagesOf(site *brand.Site) []locale.Language {
	var list []locale.Language
	for _, tag := range site.Brand.Locales {
		base, _, _ := strings.Cut(tag, "-")
		if l, ok := locale.ByTag(base); ok && !slices.Contains(list, l) {
			list = append(list, l)
		}
	}
	if list == nil {
		return locale.Languages()
	}
	return list
}

// speak gives the request the language of its path where the site has it, else the visitor's. It returns the path without its
// language, and whether it had one that the site has.
func (p *Pages) speak(r *request) (rest string, said bool) {
	offered := languagesOf(r.site)
	l, rest, ok := locale.FromPath(string(r.rc.Path()))
	if said = ok && slices.Contains(offered, l); !said {
		h := &r.rc.Request.Header
		l = locale.Choose(offered, string(h.Cookie(languageCookie)), string(h.Peek(fasthttp.HeaderAcceptLanguage)))
	}
	r.texts, r.p = p.cfg.Texts, p.cfg.Texts.Printer(l.Tag, "")
	return rest, said
}

// at writes numbers and days as the country of what the page is about does, where the language leaves that open.
func (r *request) at(country string) { r.p = r.texts.Printer(r.p.Lang(), country) }

// path is a path of the storefront in the language of the page.
func (r *request) path(path string) string { return r.p.Language().Path(path) }

// toLanguage leads from an address without a language, or with one that the site does not have, to the one in the visitor's.
func (r *request) toLanguage(rest string) error {
	to := r.path(rest)
	if query := r.rc.URI().QueryString(); len(query) > 0 {
		to += "?" + string(query)
	}
	return r.redirect(to)
}

// chooseLanguage remembers a language and leads to a page in it.
func (p *Pages) chooseLanguage(r *request) error {
	l, ok := locale.ByTag(r.param(0))
	if !ok || !slices.Contains(languagesOf(r.site), l) {
		return errNoPage
	}
	web.SetCookie(r.rc, web.Cookie{Name: languageCookie, Value: l.Tag, MaxAge: rememberFor})
	to := r.query("to")
	if !ownPath(to) {
		to = "/"
	}
	r.rc.Response.Header.Set(fasthttp.HeaderCacheControl, cacheNever)
	return r.redirect(l.Path(to))
}

// ownPath reports whether an address is a path of this site and of no other: "//evil.example" and "/\evil.example" are none.
func ownPath(to string) bool {
	return strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") && !strings.ContainsAny(to, "\\\t\r\n")
}

// speechKey is the key of a context that has the printer of a page.
type speechKey struct{}

// speaking returns a context for the templates of a page.
func speaking(ctx context.Context, p *locale.Printer) context.Context {
	return context.WithValue(ctx, speechKey{}, p)
}

// say returns the printer of the page that is being written.
func say(ctx context.Context) *locale.Printer {
	p, _ := ctx.Value(speechKey{}).(*locale.Printer)
	return p
}

// to is a path of the storefront in the language of the page that is being written.
func to(ctx context.Context, path string) templ.SafeURL {
	return templ.SafeURL(say(ctx).Language().Path(path))
}

// tongue is a language that a page can be had in.
type tongue struct {
	Tag, Name, Href string
	Current         bool
}

// tongues are the languages that the page can be had in, by the addresses that remember the choice. That of an answer to a form
// leads to the page that has the form.
func (r *request) tongues() []tongue {
	_, rest, _ := locale.FromPath(string(r.rc.Path()))
	if query := r.rc.URI().QueryString(); len(query) > 0 {
		rest += "?" + string(query)
	}
	var list []tongue
	for _, l := range languagesOf(r.site) {
		list = append(list, tongue{Tag: l.Tag, Name: l.Name, Href: languagePath + l.Tag + "?to=" + url.QueryEscape(rest), Current: l == r.p.Language()})
	}
	if len(list) < 2 {
		return nil
	}
	return list
}
