package seo

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Listing is the page of an event with its shows.
type Listing struct {
	Event     catalog.Event
	Organizer string   // who puts it on; empty means the site
	URL       string   // of the page, whole
	Images    []string // of the event: paths or whole addresses of PNG, JPEG or WebP, the best first; at least 720 pixels wide
	Shows     []Show
}

// Show is a show as others are told of it.
type Show struct {
	Show  catalog.Show
	Venue catalog.Venue
	URL   string // where its tickets are, whole; empty means the page of the event

	// Price is the lowest that a ticket costs with all fees. Without a currency nothing is said of tickets.
	Price   money.Amount
	SoldOut bool // nothing is left
}

// MaxShows is of how many shows a page tells, the soonest first. Search engines show a handful.
const MaxShows = 30

// performance is an Event. Required by Google are name, startDate and location with an address; all others are recommended, or
// say what the page says. Source: developers.google.com/search/docs/appearance/structured-data/event.
type performance struct {
	thing
	Start       string    `json:"startDate"`
	End         string    `json:"endDate,omitempty"`
	Doors       string    `json:"doorTime,omitempty"`
	Status      string    `json:"eventStatus"`
	Attendance  string    `json:"eventAttendanceMode"`
	Location    place     `json:"location"`
	Images      []string  `json:"image,omitempty"`
	Description string    `json:"description,omitempty"`
	Language    string    `json:"inLanguage,omitempty"`
	Subtitles   []string  `json:"subtitleLanguage,omitempty"`
	Format      string    `json:"videoFormat,omitempty"`
	Ages        string    `json:"typicalAgeRange,omitempty"`
	Offer       *offer    `json:"offers,omitempty"`
	Organizer   thing     `json:"organizer"`
	Performers  []thing   `json:"performer,omitempty"`
	Directors   []thing   `json:"director,omitempty"`
	Composers   []thing   `json:"composer,omitempty"`
	Competitors []thing   `json:"competitor,omitempty"`
	Presented   reference `json:"workPresented,omitzero"`
	Performed   *work     `json:"workPerformed,omitempty"`
}

func (performance) node() {}

type offer struct {
	Type         string `json:"@type"`
	URL          string `json:"url"`
	Price        string `json:"price"`
	Currency     string `json:"priceCurrency"`
	Availability string `json:"availability"`
	From         string `json:"validFrom,omitempty"`
	Through      string `json:"validThrough,omitempty"`
}

// vocabulary is where the words of schema.org are.
const vocabulary = "https://schema.org/"

// Events are the shows of an event, each as the kind of event that it is, the soonest first, and the film that they show. Past shows and
// drafts are left out.
func Events(s Site, l Listing, now time.Time) []Node {
	shows := slices.DeleteFunc(slices.Clone(l.Shows), func(one Show) bool {
		return one.Show.Status == catalog.Draft || one.Show.Status == catalog.Past || !one.Show.EndsAt.After(now)
	})
	slices.SortStableFunc(shows, func(a, b Show) int {
		return cmp.Or(a.Show.StartsAt.Compare(b.Show.StartsAt), cmp.Compare(a.Show.ID, b.Show.ID))
	})
	var list []Node
	for _, one := range shows[:min(len(shows), MaxShows)] {
		list = append(list, performanceOf(s, l, one, now))
	}
	if len(list) > 0 && l.Event.Kind == catalog.Film {
		list = append(list, movieOf(s, l))
	}
	return list
}

// typeOf is the type of an event's shows.
func typeOf(k catalog.Kind) string {
	switch k {
	case catalog.Film:
		return "ScreeningEvent"
	case catalog.Concert:
		return "MusicEvent"
	case catalog.Play:
		return "TheaterEvent"
	case catalog.Sport:
		return "SportsEvent"
	case catalog.Festival:
		return "Festival"
	case catalog.Online:
	}
	return "Event"
}

func performanceOf(s Site, l Listing, one Show, now time.Time) performance {
	e, show := l.Event, one.Show
	zone := zoneOf(show)
	p := performance{
		thing: thing{Type: typeOf(e.Kind), ID: l.URL + "#" + string(show.ID), Name: e.Title, URL: l.URL},
		Start: stamp(show.StartsAt, zone), End: stamp(show.EndsAt, zone), Doors: stamp(show.DoorsAt, zone),
		Status: vocabulary + "EventScheduled", Attendance: vocabulary + "OfflineEventAttendanceMode", Location: placeOf(one.Venue),
		Images: files(s, l.Images), Description: Excerpt(e.Synopsis, 300), Language: cmp.Or(show.Language, e.Language),
		Offer: offerOf(l, one, zone, now), Organizer: thing{Type: "Organization", Name: cmp.Or(l.Organizer, s.Name), URL: s.Origin + "/"},
	}
	if show.Status == catalog.Cancelled {
		p.Status = vocabulary + "EventCancelled"
	}
	if show.Online || e.Kind == catalog.Online {
		p.Attendance, p.Location = vocabulary+"OnlineEventAttendanceMode", online(cmp.Or(one.URL, l.URL))
	}
	if e.Certificate.MinAge > 0 {
		p.Ages = strconv.Itoa(e.Certificate.MinAge) + "-"
	}
	p.credit(l, show)
	return p
}

// credit says who takes part and what is shown or played.
func (p *performance) credit(l Listing, show catalog.Show) {
	e := l.Event
	switch e.Kind {
	case catalog.Film:
		p.Subtitles, p.Format, p.Presented = show.Subtitles, string(show.Format), reference{l.URL + "#film"}
		return
	case catalog.Sport:
		p.Competitors = people(e, "SportsTeam", catalog.RoleTeam)
	case catalog.Play:
		p.Performed = workOf(e, "Play")
	case catalog.Concert, catalog.Festival, catalog.Online:
	}
	p.Directors = people(e, "Person", catalog.RoleDirector, catalog.RoleChoreographer)
	p.Composers = people(e, "Person", catalog.RoleComposer)
	p.Performers = append(people(e, "PerformingGroup", catalog.RolePerformer), people(e, "Person", catalog.RoleConductor, catalog.RoleCast, catalog.RoleSpeaker, catalog.RoleHost)...)
	if len(p.Performers) == 0 {
		p.Performers = p.Competitors
	}
}

// offerOf is what a ticket costs; nil when none can be had and none will be.
func offerOf(l Listing, one Show, zone *time.Location, now time.Time) *offer {
	show := one.Show
	if one.Price.Currency == "" || show.Status == catalog.Cancelled {
		return nil
	}
	o := &offer{
		Type: "Offer", URL: cmp.Or(one.URL, l.URL), Price: one.Price.Decimal(), Currency: string(one.Price.Currency), Availability: vocabulary + "InStock",
		From: stamp(show.SalesFrom, zone), Through: stamp(show.SalesUntil, zone),
	}
	if o.From == "" {
		o.From = stamp(show.CreatedAt, zone)
	}
	onSale, _ := show.OnSaleAt(now)
	switch {
	case show.Status == catalog.OnSale && now.Before(show.SalesFrom):
		o.Availability = vocabulary + "PreOrder"
	case one.SoldOut || show.Status == catalog.SoldOut:
		o.Availability = vocabulary + "SoldOut"
	case !onSale:
		return nil
	}
	return o
}

// zoneOf is the venue's zone, and UTC for one that is not known here.
func zoneOf(show catalog.Show) *time.Location {
	local, err := show.Local()
	if err != nil {
		return time.UTC
	}
	return local.Location()
}

// stamp is a moment as ISO 8601 has it, with the offset of the zone. Empty for no moment.
func stamp(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2006-01-02T15:04:05-07:00")
}

func files(s Site, paths []string) []string {
	var list []string
	for _, p := range paths {
		list = append(list, s.File(p))
	}
	return list
}
