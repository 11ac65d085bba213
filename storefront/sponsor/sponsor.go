// Package sponsor is what a storefront knows of ads: the small interface that it asks, the places on its pages, and which of them a brand
// shows. Who answers is decided by the program that embeds the storefront.
//
//	shop, err := storefront.New(client, storefront.Config{Ads: sponsor.Config{
//		Source: ads, Origins: []string{"https://ads.example"}, Where: func(catalog.Brand) []sponsor.Placement { return sponsor.Placements() },
//	}})
//
// Guarantees: a page is the same with and without an answer, but for what stands in the places; nothing of a visitor is told who has not
// agreed to that; a place is on a page that many share, never where somebody reserves, pays, or has tickets.
package sponsor

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

// Source chooses ads. It is safe for concurrent use. A page that asks waits for Budget at most.
type Source interface {
	// Choose finds ads for some of the places of a wish, at most one for each. Those that a page cannot show are left out by it.
	Choose(ctx context.Context, w Wish) ([]Ad, error)

	// Hide has an ad shown no more to whom it was shown. token is Ad.Hide.
	Hide(ctx context.Context, token string) error

	// Forget erases a visitor everywhere.
	Forget(ctx context.Context, visitor string) error
}

// Budget is how long a page waits for ads. After that it keeps what it has of its own.
const Budget = 50 * time.Millisecond

// Placement is a place for ads on pages.
type Placement string

// The places that there are.
const (
	HomeBanner     Placement = "home-banner"     // home page, below its first shelf: 970 by 250
	CategoryBanner Placement = "category-banner" // pages of a city and of a search: 970 by 250
	Listing        Placement = "listing"         // one card among those of a city or a search: native
	EventMid       Placement = "event-mid"       // below the shows of an event: 300 by 250
	EventSide      Placement = "event-side"      // beside an event, on screens that are wide enough: 300 by 250
	Footer         Placement = "footer"          // above the foot of all these pages: 728 by 90
)

// Placements are all of them.
func Placements() []Placement {
	return []Placement{HomeBanner, CategoryBanner, Listing, EventMid, EventSide, Footer}
}

// Valid reports whether p is a place.
func (p Placement) Valid() bool { return slices.Contains(Placements(), p) }

// Wish is what is asked of a Source. Its zero value asks for nothing.
type Wish struct {
	Page     Page
	Agent    string     // the browser's User-Agent
	Address  netip.Addr // of the visitor; without consent the first of its network's (/24, /48)
	Personal bool       // the visitor has agreed that ads go by who he is and what he does; else Visitor and Taste are empty
	Refused  bool       // his browser says no with every request (Global Privacy Control)
	Visitor  string     // the visitor's id
	Taste    Taste
	Places   []Placement // at least one
}

// Page is what the ads stand on.
type Page struct {
	URL      string          // without arguments unless the visitor has agreed: what he searches for is in them
	Kind     string          // home, city, search, event
	Genres   []string        // of the event, or those that are chosen
	Event    catalog.EventID // of an event's page
	Venue    catalog.VenueID // where that event is on next
	City     string          // slug; empty on the home page
	Country  string          // ISO 3166-1; the same
	Language string          // of the page
	Query    string          // what is searched for; empty unless the visitor has agreed
}

// Taste is what is known of a visitor who has agreed, each as "genre:drama".
type Taste struct {
	Interests []string // of what he looked at
	Followed  []string
	Booked    []string
	Searched  []string
}

// Kind says what an ad is made of.
type Kind string

// The kinds that pages show.
const (
	Image  Kind = "image"
	HTML   Kind = "html"
	Native Kind = "native"
)

// Ad is an ad for a place. Texts are as the advertiser wrote them.
type Ad struct {
	Placement     Placement
	Creative      int64 // number of what is shown; 0 for what has none to be known by
	Kind          Kind
	Width, Height int    // pixels; 0 for native ads
	Advertiser    string // may be empty
	Picture       string // address, of image ads, and of native ads that have one
	Alt           string // of the picture
	Document      string // of HTML ads: shown in a frame that can run no script, under a link to Click
	Title, Text   string // of native ads
	Action        string // what the button of a native ad says; may be empty
	Click         string // where a click leads
	View          string // to be told once at least half of the ad was in sight for a second
	Hide          string // for Source.Hide; empty means that it cannot be hidden
	Why           string // page that says why this ad; may be empty
}
