package pages

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/poster"
)

// mountPictures lists the pictures that are drawn. They have no language before them; a card has its own behind.
func (p *Pages) mountPictures() {
	get := func(path string, h handler) { p.bare.add(fasthttp.MethodGet, path, h) }
	get("/posters/*", p.poster)
	get("/cards/*/*", p.card)
	get("/icons/*", p.icon)
}

// brandLook is what a card has of the brand.
func (p *Pages) brandLook(r *request) poster.Look {
	b := r.site.Brand
	return poster.Look{Name: p.siteName(r), Colours: b.Colours, Mark: b.LogoSVG}
}

// cardOf is what a chat program shows beside a link to an event, or without one to the site.
func (p *Pages) cardOf(r *request, e catalog.Event) poster.Card {
	c := poster.Card{Event: e, Brand: p.brandLook(r)}
	if e.Slug == "" {
		c.Title = cmp.Or(r.site.Brand.Tagline, r.p.T("home.title"))
		return c
	}
	c.When = metaOf(r.p, e)
	return c
}

// cardHref is the address of the card of an event, or of the site.
func (p *Pages) cardHref(r *request, e catalog.Event) string {
	return "/cards/" + r.p.Lang() + "/" + cmp.Or(e.Slug, siteCard) + "." + digestOf(p.cardOf(r, e)) + ".png"
}

// siteCard is the name of the card of the site, which no slug is.
const siteCard = "_site"

// card draws a card.
func (p *Pages) card(r *request) error {
	l, ok := locale.ByTag(r.param(0))
	slug, digest, isPNG := pictureName(r.param(1), ".png")
	if !ok || !isPNG {
		return errNoPage
	}
	r.p = r.texts.Printer(l.Tag, "")
	var e catalog.Event
	if slug != siteCard {
		var err error
		if e, err = p.eventOf(r, slug); err != nil {
			return err
		}
	}
	c := p.cardOf(r, e)
	look := digestOf(c)
	drawn, err := p.gallery.picture(r.ctx, "card "+look, pngType, func(s *poster.Studio) ([]byte, error) { return s.Card(c) })
	if err != nil {
		return err
	}
	return drawn.show(r, digest == look)
}

// appIcon is one of the icons of a site, by its name.
type appIcon struct {
	Name     string
	Size     int
	Maskable bool // for programs that cut icons into their own shapes
	Square   bool // for iOS
}

// appIcons are the icons of a site as an app.
var appIcons = []appIcon{
	{Name: "192", Size: 192}, {Name: "512", Size: 512}, {Name: "maskable-512", Size: 512, Maskable: true}, {Name: "apple-180", Size: 180, Square: true},
}

// iconHref is the address of an icon: "/icons/maskable-512.1f3a5b7c9d.png".
func (p *Pages) iconHref(r *request, name string) string {
	return "/icons/" + name + "." + p.iconDigest(r) + ".png"
}

// favicon leads to the icon of the site who asks for one without having read a page.
func (p *Pages) favicon(r *request) error { return r.redirect(p.iconHref(r, appIcons[0].Name)) }

// iconDigest is of what all icons of a site show.
func (p *Pages) iconDigest(r *request) string {
	return digestOf(p.siteName(r), r.site.Brand.Colours, r.site.Brand.LogoSVG)
}

// icon draws an icon of the site.
func (p *Pages) icon(r *request) error {
	name, digest, ok := pictureName(r.param(0), ".png")
	for _, i := range appIcons {
		if !ok || i.Name != name {
			continue
		}
		b, look := r.site.Brand, p.iconDigest(r)
		drawn, err := p.gallery.picture(r.ctx, strings.Join([]string{"icon", name, look, strconv.Itoa(i.Size)}, " "), pngType, func(s *poster.Studio) ([]byte, error) {
			return s.Icon(poster.Icon{Name: p.siteName(r), Mark: b.LogoSVG, Colours: b.Colours, Size: i.Size, Maskable: i.Maskable, Square: i.Square})
		})
		if err != nil {
			return err
		}
		return drawn.show(r, digest == look)
	}
	return errNoPage
}

// siteName is what the site is called.
func (p *Pages) siteName(r *request) string { return cmp.Or(r.site.Name, p.cfg.Name) }
