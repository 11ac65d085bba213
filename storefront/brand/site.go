package brand

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/store"
)

// Site is a storefront as one brand has it. It never changes.
type Site struct {
	Brand   catalog.Brand     // without an ID for the storefront of no brand
	Name    string            // what it is called
	Partner catalog.PartnerID // whose programme it shows; empty means everybody's
	Style   string            // address of its style sheet; empty when it looks as app.css has it
	Logo    string            // address of its logo; empty when it has none
	Preview bool              // it is a draft, for somebody who has a link to it

	key string // name under which its pages are kept
}

// Prefix is the path under which style sheets and logos are served.
const Prefix = "/brand/"

// file is a style sheet or a logo.
type file struct {
	contentType string
	body        []byte
}

// siteOf returns the site of a brand with its files by address.
func siteOf(b catalog.Brand) (*Site, map[string]file) {
	s := &Site{Brand: b, Name: b.Name, Partner: b.PartnerID, Logo: b.LogoURL, key: b.Hosts[0]}
	if b.AllPartners {
		s.Partner = ""
	}
	files := map[string]file{}
	add := func(body, suffix, contentType string) string {
		if body == "" {
			return ""
		}
		sum := sha256.Sum256([]byte(body))
		path := Prefix + hex.EncodeToString(sum[:8]) + suffix
		files[path] = file{contentType, []byte(body)}
		return path
	}
	s.Style = add(sheet(b), ".css", "text/css; charset=utf-8")
	if logo := add(b.LogoSVG, ".svg", "image/svg+xml"); logo != "" {
		s.Logo = logo
	}
	return s, files
}

// Tag names the site among what pages show: a page with it is made anew when the brand changes.
func (s *Site) Tag() string { return bms.BrandTag(s.Brand.ID) }

// Colour returns a token as the site has it on light screens: "#8c1c33" for "accent". Empty where nothing has the name.
func (s *Site) Colour(name string) string { return s.colour(light, name) }

// DarkColour is Colour on dark screens.
func (s *Site) DarkColour(name string) string { return s.colour(dark, name) }

func (s *Site) colour(of scheme, name string) string {
	shown, _ := palette(s.Brand, of)
	if c, ok := shown[name]; ok {
		return c.String()
	}
	return ""
}

// Sells reports whether what belongs to a partner is on the site.
func (s *Site) Sells(partner catalog.PartnerID) bool { return s.Partner == "" || s.Partner == partner }

// Takes reports whether buyers may pay by a gateway.
func (s *Site) Takes(gateway string) bool {
	return len(s.Brand.Gateways) == 0 || slices.Contains(s.Brand.Gateways, gateway)
}

// Sections returns what the home page shows, in order. Where the brand has not chosen, the cities come first: who has none yet is asked for it.
func (s *Site) Sections() []catalog.Section {
	if len(s.Brand.Sections) == 0 {
		return []catalog.Section{catalog.SectionCities, catalog.SectionEvents}
	}
	return s.Brand.Sections
}

// Lister lists shows; a *bms.ShowService is one.
type Lister interface {
	List(context.Context, store.ShowQuery) ([]catalog.Show, error)
}

// SellsEvent reports whether an event is on the site: one of its partner's, or one that its partner shows, as a
// cinema does with a film.
func (s *Site) SellsEvent(ctx context.Context, shows Lister, e catalog.Event) (bool, error) {
	if s.Sells(e.PartnerID) {
		return true, nil
	}
	given, err := shows.List(ctx, store.ShowQuery{
		EventID: e.ID, PartnerID: s.Partner, Limit: 1,
		Statuses: []catalog.ShowStatus{catalog.OnSale, catalog.Paused, catalog.SoldOut, catalog.Cancelled, catalog.Past},
	})
	if err != nil {
		return false, fmt.Errorf("shows of %s: %w", e.ID, err)
	}
	return len(given) > 0, nil
}

// siteKey is the user value of a request that holds its site.
const siteKey = "brand.site"

// Enter leaves the site with a request.
func Enter(rc *fasthttp.RequestCtx, s *Site) { rc.SetUserValue(siteKey, s) }

// Of returns the site of a request: without Enter one of no brand that shows everything. Never nil.
func Of(rc *fasthttp.RequestCtx) *Site {
	if s, ok := rc.UserValue(siteKey).(*Site); ok {
		return s
	}
	return &Site{}
}
