package sponsor

import (
	"net/url"
	"slices"
	"strings"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// Config is what a storefront is told of ads. Its zero value has none.
type Config struct {
	// Source chooses the ads. Nil means that there are none: pages have no place for them.
	Source Source

	// Origins are where browsers reach the ad server, such as https://ads.example, or each of its nodes: they tell it what was in sight, and load
	// its pictures. One at least is required with a Source. An ad that has an address elsewhere is not shown.
	Origins []string

	// Pictures are further origins of pictures. An ad whose picture is from elsewhere is not shown.
	Pictures []string

	// Where says which places a brand has; the zero Brand is the storefront of no brand. Nil means none.
	Where func(catalog.Brand) []Placement
}

// Validate returns an Invalid fault that names the field at fault, or nil.
func (c Config) Validate() error {
	if c.Source == nil {
		return nil
	}
	if len(c.Origins) == 0 {
		return fault.Invalidf("ads.origins", "is empty: one at least must be like https://ads.example")
	}
	for _, o := range c.Origins {
		if !isOrigin(o) {
			return fault.Invalidf("ads.origins", "%.100q must be like https://ads.example", o)
		}
	}
	for _, o := range c.Pictures {
		if !isOrigin(o) {
			return fault.Invalidf("ads.pictures", "%.100q must be like https://pictures.example", o)
		}
	}
	return nil
}

// isOrigin reports whether s is the origin of a site and nothing else, as a policy can name it.
func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && s == u.Scheme+"://"+u.Host && !strings.ContainsAny(u.Host, "*;,' \"")
}

// At are the places that a brand has.
func (c Config) At(b catalog.Brand) []Placement {
	if c.Source == nil || c.Where == nil {
		return nil
	}
	return c.Where(b)
}

// maxDocument bounds an HTML ad, in bytes: it is sent back in a form of at most 64 KB, in which a byte may become three.
const maxDocument = 20_000

// Shows reports whether a page can show an ad: it knows its kind, everything is from where it may be from, and nothing that it needs is missing.
func (c Config) Shows(a Ad) bool {
	if !c.ours(a.View) || a.Hide != "" && !c.ours(a.Hide) || a.Why != "" && !c.ours(a.Why) {
		return false
	}
	pictures := a.Picture == "" || c.from(a.Picture, c.sights())
	switch a.Kind {
	case Image:
		return pictures && a.Picture != "" && a.Width > 0 && a.Height > 0 && c.ours(a.Click)
	case Native:
		return pictures && a.Title != "" && c.ours(a.Click)
	case HTML:
		return a.Document != "" && len(a.Document) <= maxDocument && a.Width > 0 && a.Height > 0 && c.ours(a.Click)
	}
	return false
}

// ours reports whether an address is one of the ad server, of whichever node.
func (c Config) ours(address string) bool { return c.from(address, c.Origins) }

// sights are the origins that pictures may be from.
func (c Config) sights() []string { return slices.Concat(c.Origins, c.Pictures) }

// from reports whether an address is at one of some origins.
func (Config) from(address string, origins []string) bool {
	u, err := url.Parse(address)
	return err == nil && u.User == nil && slices.Contains(origins, u.Scheme+"://"+u.Host)
}

// Policy adds to a Content-Security-Policy what pages with ads need: the pictures, and to tell the ad server what was in sight.
//
// Source: Content Security Policy Level 3, sections 6.1.2 (connect-src) and 6.1.5 (img-src).
func (c Config) Policy(policy string) string {
	directives := strings.Split(policy, ";")
	for i, d := range directives {
		if strings.HasPrefix(strings.TrimSpace(d), "img-src ") {
			directives[i] = d + " " + strings.Join(c.sights(), " ")
		}
	}
	return strings.Join(directives, ";") + "; connect-src 'self' " + strings.Join(c.Origins, " ")
}

// FramePolicy is the Content-Security-Policy of the document of an HTML ad, which comes from us: it is nobody's origin, can run no script,
// send no form, open nothing and load nothing but pictures.
func (c Config) FramePolicy() string {
	return "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; " +
		"frame-ancestors 'self'; img-src data: " + strings.Join(c.sights(), " ")
}
