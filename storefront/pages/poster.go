package pages

import (
	"strings"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/poster"
)

// posterOf returns the address of an event's poster: its own, or one that we draw, whose address has a digest of what is on it.
func posterOf(e catalog.Event) string {
	for _, m := range e.Media {
		if m.Kind == catalog.Poster {
			return m.URL
		}
	}
	return "/posters/" + e.Slug + "." + lookOf(e) + ".svg"
}

// lookOf is the digest of what a drawn poster follows.
func lookOf(e catalog.Event) string {
	return digestOf(e.Slug, e.Kind, e.Title, e.Genres, e.People, e.Year, e.Synopsis)
}

// pictureName divides the last part of a picture's address: "the-general.1f3a5b7c9d.svg".
func pictureName(name, suffix string) (slug, digest string, ok bool) {
	name, ok = strings.CutSuffix(name, suffix)
	slug, digest, _ = strings.Cut(name, ".")
	return slug, digest, ok && slug != ""
}

// poster draws the poster of an event that has none.
func (p *Pages) poster(r *request) error {
	slug, digest, ok := pictureName(r.param(0), ".svg")
	if !ok {
		return errNoPage
	}
	event, err := p.eventOf(r, slug)
	if err != nil {
		return err
	}
	look := lookOf(event)
	drawn, err := p.gallery.picture(r.ctx, "poster "+look, svgType, func(s *poster.Studio) ([]byte, error) { return s.SVG(event), nil })
	if err != nil {
		return err
	}
	return drawn.show(r, digest == look)
}
