package pwa

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/storefront/brand"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// What is at fixed places behind the language of an address: /hi/app.webmanifest. The scripts know OfflinePath.
const (
	ManifestPath = "/app.webmanifest"
	OfflinePath  = "/offline"
	ForgetPath   = "/forget"
)

// ManifestType is the content type of a manifest.
const ManifestType = "application/manifest+json; charset=utf-8"

// App is a site as browsers install it, in one language.
type App struct {
	Name        string
	ShortName   string // for below an icon, 12 characters at most
	Description string
	Lang, Dir   string // as in HTML
	Start       string // address of its first page, without a query: it is the page that is cached for everybody
	Theme       string // colour of the frame around it, "#8c1c33"
	Background  string // colour of the screen until the first page is there
	Icons       []Icon // browsers want one of at least 144 pixels
	Shortcuts   []Shortcut
}

// Icon is a picture of an App.
type Icon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`             // "any" for SVG, else "512x512"
	Type    string `json:"type"`              // "image/svg+xml"
	Purpose string `json:"purpose,omitempty"` // "any" or, for one whose edges may be cut off, "maskable". Empty means any
}

// Shortcut is a page that an App leads to from its icon.
type Shortcut struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// maxShort is the longest short name, in characters. Source: developer.chrome.com, web app manifest.
const maxShort = 12

// AppOf returns a site as an app in the language of p. Name is what the site is called.
func AppOf(name string, site *brand.Site, p *locale.Printer, icons ...Icon) App {
	home := "/" + p.Lang()
	a := App{
		Name: name, ShortName: shortOf(name), Description: site.Brand.Tagline, Lang: p.Lang(), Dir: p.Dir(), Start: home,
		Theme: site.Colour("accent"), Background: site.Colour("ground"), Icons: icons,
		Shortcuts: []Shortcut{{p.T("pwa.my_tickets"), home + "/tickets"}, {p.T("pwa.find_booking"), home + "/bookings"}},
	}
	if a.Description == "" {
		a.Description = p.T("pwa.description")
	}
	return a
}

// shortOf returns as many words of a name as fit below an icon, the first one in any case.
func shortOf(name string) string {
	short := ""
	for word := range strings.FieldsSeq(name) {
		longer := strings.TrimSpace(short + " " + word)
		if short != "" && utf8.RuneCountInString(longer) > maxShort {
			break
		}
		short = longer
	}
	return short
}

// manifest is an App as browsers read it. Source: W3C Web Application Manifest.
type manifest struct {
	ID               string     `json:"id"`
	Name             string     `json:"name"`
	ShortName        string     `json:"short_name"`
	Description      string     `json:"description"`
	Lang             string     `json:"lang"`
	Dir              string     `json:"dir"`
	StartURL         string     `json:"start_url"`
	Scope            string     `json:"scope"`
	Display          string     `json:"display"`
	ThemeColour      string     `json:"theme_color"`
	BackgroundColour string     `json:"background_color"`
	Icons            []Icon     `json:"icons"`
	Shortcuts        []Shortcut `json:"shortcuts"`
}

// Manifest writes the web app manifest of an app. Its id is that of the site, whatever the language: who changes that has the same app.
func Manifest(a App) []byte {
	text, err := json.Marshal(manifest{
		ID: "/", Scope: "/", Display: "standalone", Name: a.Name, ShortName: a.ShortName, Description: a.Description, Lang: a.Lang, Dir: a.Dir,
		StartURL: a.Start, ThemeColour: a.Theme, BackgroundColour: a.Background, Icons: append([]Icon{}, a.Icons...), Shortcuts: append([]Shortcut{}, a.Shortcuts...), // never null
	})
	if err != nil {
		panic(err) // strings always have a JSON form
	}
	return text
}
