package pages

import (
	"strings"
	"sync"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/poster"
)

// posterOf returns the address of an event's poster: its own, or one that we draw.
func posterOf(e catalog.Event) string {
	for _, m := range e.Media {
		if m.Kind == catalog.Poster {
			return m.URL
		}
	}
	return "/posters/" + e.Slug + ".svg"
}

// posterCache lets browsers keep a drawn poster for a day: it changes with what is said of the event only.
const posterCache = "public, max-age=86400"

// studio draws posters. Its fonts are read when the first one is wanted.
var studio = sync.OnceValues(poster.New)

// poster draws the poster of an event that has none.
func (p *Pages) poster(r *request) error {
	slug, ok := strings.CutSuffix(r.param(0), ".svg")
	if !ok {
		return errNoPage
	}
	event, err := p.eventOf(r, slug)
	if err != nil {
		return err
	}
	s, err := studio()
	if err != nil {
		return err
	}
	r.rc.SetContentType("image/svg+xml")
	r.rc.Response.Header.Set(fasthttp.HeaderCacheControl, posterCache)
	r.rc.SetBody(s.SVG(event))
	return nil
}
