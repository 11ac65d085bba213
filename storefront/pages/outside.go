package pages

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/poster"
	"github.com/marquee-tickets/marquee/storefront/seo"
)

// mountOutside lists what search engines read. It is the same in every language.
func (p *Pages) mountOutside() {
	p.bare.addPublic("/robots.txt", p.robots)
	p.bare.addPublic(seo.IndexPath, p.sitemapIndex)
	p.bare.addPublic(seo.SitemapPath+"*", p.sitemap)
}

// outside is the site as others see it.
func (p *Pages) outside(r *request) seo.Site {
	s := seo.Site{Origin: cmp.Or(p.base(r), "http://"+string(r.rc.Host())), Name: p.siteName(r), Hidden: r.site.Preview}
	offered := map[string]bool{}
	for _, l := range languagesOf(r.site) {
		offered[l.Tag] = true
	}
	for _, l := range seo.Languages("") {
		if offered[l.Tag] {
			s.Languages = append(s.Languages, l)
		}
	}
	return s
}

// outsidePage is what others are told of the page of a request, before its handler says more.
func (p *Pages) outsidePage(r *request) seo.Page {
	_, path, _ := locale.FromPath(string(r.rc.Path()))
	image := seo.Image{URL: p.cardHref(r, catalog.Event{}), Width: poster.CardWidth, Height: poster.CardHeight, Alt: p.siteName(r)}
	return seo.Page{Path: path, Lang: r.p.Lang(), Description: cmp.Or(r.site.Brand.Tagline, r.p.T("pwa.description")), Image: image}
}

// tags are the elements of the page's head for others.
func (f frame) tags() seo.Tags {
	page := f.Page
	page.Title, page.Private = f.Title, f.Hidden
	return seo.Head(f.Outside, page)
}

// aboutEvent has others see the page as that of an event.
func (f frame) aboutEvent(p *Pages, r *request, e catalog.Event) frame {
	f.Page.Description = cmp.Or(strings.TrimSpace(e.Synopsis), f.Page.Description)
	f.Page.Image.URL, f.Page.Image.Alt = p.cardHref(r, e), e.Title
	return f
}

// way is where a page is, from the home page on.
func (p *Pages) way(r *request, steps ...seo.Crumb) []seo.Node {
	home := seo.Crumb{Name: p.siteName(r), URL: p.outside(r).URL(r.p.Lang(), "/")}
	return seo.Breadcrumbs(append([]seo.Crumb{home}, steps...)...)
}

// cityStep is a city on the way to a page.
func (p *Pages) cityStep(r *request, c catalog.City) seo.Crumb {
	return seo.Crumb{Name: c.Name, URL: p.outside(r).URL(r.p.Lang(), "/"+c.Slug)}
}

// robots is the file that says what robots may read.
func (p *Pages) robots(r *request) error {
	r.publish(fullyFresh)
	return p.plain(r, "text/plain; charset=utf-8", seo.Robots(p.outside(r)))
}

// plain answers with a text that is the same for everybody.
func (p *Pages) plain(r *request, contentType string, body []byte) error {
	r.rc.SetContentType(contentType)
	r.rc.Response.Header.Set(fasthttp.HeaderCacheControl, cachePublic)
	r.rc.SetBody(body)
	return nil
}

// sitemapFresh is how long a sitemap is kept: it names all pages, and is asked for a few times a day.
const sitemapFresh = 10 * time.Minute

const xmlType = "application/xml; charset=utf-8"

// sitemapIndex names the parts of the sitemap.
func (p *Pages) sitemapIndex(r *request) error {
	entries, err := p.allPages(r)
	if err != nil {
		return err
	}
	site := p.outside(r)
	r.publish(sitemapFresh, bms.VenuesTag)
	return p.plain(r, xmlType, seo.Index(site, seo.Split(site, entries)))
}

// sitemap is a part of the sitemap.
func (p *Pages) sitemap(r *request) error {
	entries, err := p.allPages(r)
	if err != nil {
		return err
	}
	site := p.outside(r)
	cursor, ok := strings.CutSuffix(r.param(0), seo.SitemapEnd)
	part, found := seo.Find(seo.Split(site, entries), cursor)
	if !ok || !found {
		return errNoPage
	}
	r.publish(sitemapFresh, bms.VenuesTag)
	return p.plain(r, xmlType, seo.Sitemap(site, part))
}

// allPages are the pages of the site that others shall know: the way in, legal texts, cities, and events where they are on.
func (p *Pages) allPages(r *request) ([]seo.Entry, error) {
	entries := []seo.Entry{{Path: "/"}}
	for _, name := range r.site.Documents() {
		entries = append(entries, seo.Entry{Path: legalPrefix + name})
	}
	cities, err := p.client.Catalog.CitiesOf(r.ctx, r.site.Partner)
	if err != nil {
		return nil, fmt.Errorf("cities: %w", err)
	}
	for _, c := range cities {
		entries = append(entries, seo.Entry{Path: "/" + c.Slug})
		on, err := p.client.Shows.WhatsOnOf(r.ctx, r.site.Partner, c.Slug, r.now)
		if err != nil {
			return nil, fmt.Errorf("events in %s: %w", c.Slug, err)
		}
		for _, l := range on {
			entries = append(entries, seo.Entry{Path: "/" + c.Slug + "/events/" + l.Event.Slug, Modified: l.Event.UpdatedAt})
		}
	}
	return entries, nil
}
