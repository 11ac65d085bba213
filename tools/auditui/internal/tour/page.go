// Package tour knows the pages of a storefront and the way to each: the list of Journeys is the one place where they are written
// down. A Guide walks the journeys in a browser and stops at each page, so that whoever wants to look at it can.
//
//	guide := tour.NewGuide(path, 2)
//	guide.Site, guide.API, guide.Programme = site, api, programme
//	err := guide.Walk(ctx, tour.Everything(), func(v *tour.Visit) error { … })
//
// Nothing here depends on the language of a page: the ways lead by the addresses and names of forms.
package tour

import (
	"slices"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
)

// Class says what sort of page it is: what it may weigh goes by that.
type Class string

// The classes.
const (
	Browse    Class = "browse"    // home, search, event, showtimes
	SeatMap   Class = "seat map"  // where seats are chosen
	Checkout  Class = "checkout"  // what belongs to one person
	Ticket    Class = "ticket"    // what is shown at the entrance
	Dashboard Class = "dashboard" // the operator's
	Foreign   Class = "foreign"   // what is no page of the storefront's: the test bank's, a mail
)

// Classes are all of them.
func Classes() []Class { return []Class{Browse, SeatMap, Checkout, Ticket, Dashboard, Foreign} }

// Page is a page, or a page in a state that looks different.
type Page struct {
	Name   string // unique, of letters and dashes: "seat-map"
	Class  Class
	Status int      // of its answer; 0 means 200
	Every  bool     // seen in each language; others are seen in English and in one that is written from the right
	Public bool     // for search engines; what somebody typed into a search is not
	Routes []string // of storefront/pages that answer with it, as they are mounted: "GET /shows/*"
	Go     Step     // the way from the page before it in its journey
}

// Expects is the status that the page answers with.
func (p Page) Expects() int {
	if p.Status == 0 {
		return 200
	}
	return p.Status
}

// Journey is pages that one visitor sees one after another.
type Journey struct {
	Name    string
	English bool // there in English alone
	Loose   bool // each page has a way of its own: one that is not reached does not hide those behind it
	Own     bool // needs a storefront of our own: its operator's token, its other host names
	Pages   []Page
}

// Visit is a page that is shown.
type Visit struct {
	Page Page
	Lang string
	Tab  *tab.Tab
	Load tab.Load // what it took from the network
}

// Name is the page with its language: "ar/seat-map".
func (v *Visit) Name() string { return v.Lang + "/" + v.Page.Name }

// Languages are those of the storefront.
func Languages() []string { return []string{"en", "ar", "hi", "ta", "de", "es"} }

// English is the language that all pages are seen in, and Arabic the one that is written from the right.
const (
	English = "en"
	Arabic  = "ar"
)

// in returns the pages of a journey that are seen in a language.
func (j Journey) in(lang string) []Page {
	if j.English && lang != English {
		return nil
	}
	if lang == English || lang == Arabic {
		return j.Pages
	}
	last := -1
	for i, p := range j.Pages {
		if p.Every {
			last = i
		}
	}
	return j.Pages[:last+1]
}

// seen reports whether a page is looked at in a language, and not only passed through.
func (p Page) seen(lang string) bool { return p.Every || lang == English || lang == Arabic }

// Choice is which pages are looked at.
type Choice struct {
	Names     []string // of pages; none means all
	Languages []string
}

// Everything is all pages in all their languages.
func Everything() Choice { return Choice{Languages: Languages()} }

// has reports whether a page is chosen in a language.
func (c Choice) has(p Page, lang string) bool {
	return p.seen(lang) && slices.Contains(c.Languages, lang) && (len(c.Names) == 0 || slices.Contains(c.Names, p.Name))
}
