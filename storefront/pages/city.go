package pages

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/store"
)

// cityView is what is on in a city.
type cityView struct {
	City  string
	Dates []link
	Kinds []link
	Cards []card
	Empty string // what to say when there is nothing
	All   string // address of the page without filters
}

// card is an event in a list.
type card struct {
	Href, Poster, Title string
	Kind                string
	Meta                string // "1927 · 2 h 33 min · Drama"
	Next                string // "Next: Sun 22 Nov, 19:30"
	Shows               string // "14 shows in 3 venues"
	Rating              string // age certificate; may be empty
}

// datesAhead is how many days a city offers to choose from.
const datesAhead = 7

// city is what is on in a city, all of it or on one day.
func (p *Pages) city(r *request) error {
	city, err := p.cityOf(r, r.param(0))
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(city.TimeZone)
	if err != nil {
		return fmt.Errorf("zone of %s: %w", city.Slug, err)
	}
	date, kind := r.query("date"), r.query("kind")
	if !catalog.Kind(kind).Valid() {
		kind = ""
	}
	if err := checkDate(date); err != nil {
		return err
	}
	on, err := p.whatsOn(r, city.Slug, date)
	if err != nil {
		return err
	}
	view := cityView{City: city.Name, All: "/" + city.Slug}
	view.Dates = dateLinks(view.All, r.now.In(zone), date, kind)
	view.Kinds = kindLinks(view.All, on, date, kind)
	for _, l := range on {
		if kind == "" || string(l.Event.Kind) == kind {
			view.Cards = append(view.Cards, cardOf(l, city.Slug, date, zone))
		}
	}
	view.Empty = emptyText(date, kind)
	tags := []string{bms.CityTag(city.Slug)}
	for _, l := range on {
		tags = append(tags, bms.EventTag(l.Event.ID))
	}
	r.publish(fullyFresh, tags...)
	title := "What is on in " + city.Name
	return r.show(fasthttp.StatusOK, cachePublic, cityPage(p.frame(r, title).in(city), view))
}

// checkDate accepts no date or a day of the calendar.
func checkDate(date string) error {
	if date == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return fault.Invalidf("date", "%.20q is not a day; choose one of the days on the page", date)
	}
	return nil
}

// whatsOn lists the events of a city from now on, or on one day of the venues' calendar.
func (p *Pages) whatsOn(r *request, city, date string) ([]bms.Listing, error) {
	all, err := p.client.Shows.WhatsOnOf(r.ctx, r.site.Partner, city, r.now)
	if err != nil || date == "" {
		return all, err
	}
	shows, err := p.shows(r.ctx, store.ShowQuery{PartnerID: r.site.Partner, City: city, LocalDate: date, From: r.now, Statuses: selling()})
	if err != nil {
		return nil, err
	}
	return onDay(all, shows), nil
}

// onDay narrows listings down to the shows of one day.
func onDay(all []bms.Listing, shows []catalog.Show) []bms.Listing {
	day := map[catalog.EventID]*bms.Listing{}
	venues := map[catalog.EventID]map[catalog.VenueID]bool{}
	for _, s := range shows {
		l := day[s.EventID]
		if l == nil {
			l = &bms.Listing{FirstShow: s.StartsAt}
			day[s.EventID], venues[s.EventID] = l, map[catalog.VenueID]bool{}
		}
		l.Shows++
		venues[s.EventID][s.VenueID] = true
	}
	var on []bms.Listing
	for _, l := range all {
		if d := day[l.Event.ID]; d != nil {
			d.Event, d.Venues = l.Event, len(venues[l.Event.ID])
			on = append(on, *d)
		}
	}
	slices.SortStableFunc(on, func(a, b bms.Listing) int { return a.FirstShow.Compare(b.FirstShow) })
	return on
}

// selling are the statuses of shows that can be bought now or when places come back.
func selling() []catalog.ShowStatus { return []catalog.ShowStatus{catalog.OnSale, catalog.SoldOut} }

// showsMost bounds the shows that one page reads.
const showsMost = 5000

// shows reads a list of shows to its end.
func (p *Pages) shows(ctx context.Context, q store.ShowQuery) ([]catalog.Show, error) {
	q.Limit = 1000
	var all []catalog.Show
	for len(all) < showsMost {
		page, err := p.client.Shows.List(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("shows: %w", err)
		}
		all = append(all, page...)
		if len(page) < q.Limit {
			break
		}
		q.After = page[len(page)-1].ID
	}
	return all, nil
}

// dateLinks are the days to choose from; none is the first.
func dateLinks(path string, now time.Time, date, kind string) []link {
	links := []link{{Text: "Any day", Href: withQuery(path, "kind", kind), Current: date == ""}}
	for i := range datesAhead {
		day := now.AddDate(0, 0, i)
		text := formatDay(day)
		switch i {
		case 0:
			text = "Today"
		case 1:
			text = "Tomorrow"
		}
		iso := day.Format(time.DateOnly)
		links = append(links, link{Text: text, Href: withQuery(path, "date", iso, "kind", kind), Current: date == iso})
	}
	return links
}

// kindNames are the kinds of events as people say them, in the order in which they are offered.
var kindNames = []struct {
	kind      catalog.Kind
	one, many string
}{
	{catalog.Film, "Film", "Films"},
	{catalog.Concert, "Concert", "Concerts"},
	{catalog.Play, "Play", "Theatre"},
	{catalog.Sport, "Sport", "Sport"},
	{catalog.Festival, "Festival", "Festivals"},
	{catalog.Online, "Online", "Online"},
}

func kindName(kind catalog.Kind) string {
	for _, k := range kindNames {
		if k.kind == kind {
			return k.one
		}
	}
	return string(kind)
}

// kindLinks offers the kinds that are on, when there is more than one.
func kindLinks(path string, on []bms.Listing, date, kind string) []link {
	present := map[catalog.Kind]bool{catalog.Kind(kind): kind != ""}
	for _, l := range on {
		present[l.Event.Kind] = true
	}
	links := []link{{Text: "Everything", Href: withQuery(path, "date", date), Current: kind == ""}}
	for _, k := range kindNames {
		if present[k.kind] {
			links = append(links, link{Text: k.many, Href: withQuery(path, "date", date, "kind", string(k.kind)), Current: kind == string(k.kind)})
		}
	}
	if len(links) < 3 {
		return nil
	}
	return links
}

// withQuery adds names and values to a path, leaving out empty values. Values are slugs, words and dates.
func withQuery(path string, pairs ...string) string {
	sep := "?"
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			path += sep + pairs[i] + "=" + pairs[i+1]
			sep = "&"
		}
	}
	return path
}

func cardOf(l bms.Listing, city, date string, zone *time.Location) card {
	first := l.FirstShow.In(zone)
	next := "Next: " + formatDay(first) + ", " + formatClock(first)
	if date != "" {
		next = "From " + formatClock(first)
	}
	return card{
		Href: withQuery("/"+city+"/events/"+l.Event.Slug, "date", date), Poster: posterOf(l.Event), Title: l.Event.Title,
		Kind: kindName(l.Event.Kind), Meta: metaOf(l.Event), Next: next, Rating: l.Event.Certificate.Rating,
		Shows: plural(l.Shows, "show", "shows") + " in " + plural(l.Venues, "venue", "venues"),
	}
}

// metaOf is an event in a line: "1927 · 2 h 33 min · Science fiction".
func metaOf(e catalog.Event) string {
	var parts []string
	if e.Year != 0 {
		parts = append(parts, number(e.Year))
	}
	if e.Duration > 0 {
		parts = append(parts, formatDuration(e.Duration))
	}
	if len(e.Genres) > 0 {
		parts = append(parts, capitalized(e.Genres[0]))
	}
	return strings.Join(parts, " · ")
}

// capitalized is a word or phrase as a label.
func capitalized(s string) string { return strings.TrimSuffix(sentence(s), ".") }

func emptyText(date, kind string) string {
	switch {
	case date != "" && kind != "":
		return "Nothing of this kind is on that day."
	case date != "":
		return "Nothing is on that day."
	case kind != "":
		return "Nothing of this kind is on at the moment."
	}
	return "Nothing is on here at the moment."
}

// eventAnywhere leads from an event to a city where it is on: links in mails name no city.
func (p *Pages) eventAnywhere(r *request) error {
	event, err := p.eventOf(r, r.param(0))
	if err != nil {
		return err
	}
	shows, err := p.client.Shows.List(r.ctx, store.ShowQuery{PartnerID: r.site.Partner, EventID: event.ID, From: r.now, Statuses: selling(), Limit: 1})
	if err != nil {
		return fmt.Errorf("shows of %s: %w", event.ID, err)
	}
	if len(shows) == 0 {
		return errNotOn
	}
	venue, err := p.client.Catalog.Venue(r.ctx, shows[0].VenueID)
	if err != nil {
		return fmt.Errorf("venue of %s: %w", shows[0].ID, err)
	}
	return r.redirect("/" + venue.CitySlug + "/events/" + event.Slug)
}

var (
	errNoEvent = fault.New(fault.NotFound, "event_not_found", "we know no event at this address; it may be over")
	errNotOn   = fault.New(fault.NotFound, "event_not_on", "no more shows of this event are planned")
)

// eventOf returns the event of the site with a slug. Error: errNoEvent.
func (p *Pages) eventOf(r *request, slug string) (catalog.Event, error) {
	event, err := p.client.Catalog.EventBySlug(r.ctx, slug)
	if err != nil {
		return event, noEvent(err)
	}
	sold, err := r.site.SellsEvent(r.ctx, p.client.Shows, event)
	if err == nil && !sold {
		err = errNoEvent
	}
	return event, err
}

// noEvent says that an event is not there in words for visitors.
func noEvent(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return errNoEvent
	}
	return err
}
