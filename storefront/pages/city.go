package pages

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/seo"
	"github.com/marquee-tickets/marquee/storefront/sponsor"
)

// cityView is what is on in a city: shelves, or what is left of it by the filters.
type cityView struct {
	City     string
	Near     bool // the city was guessed
	Currency string
	Dates    []link
	Kinds    []link
	Slides   []slide // of the carousel
	Shelves  []shelf
	Cards    []card
	Empty    string // what to say when there is nothing
	All      string // address of the page without filters
	Whole    bool   // there are no filters
}

// card is an event in a list.
type card struct {
	Slug, Href, Poster, Title string
	Kind                      string
	Meta                      string // "1927 · 2 h 33 min · Drama"
	Next                      string // "Next: Sun, 22 Nov, 7:30 pm"
	Shows                     string // "14 shows in 3 venues"
	Rating                    string // age certificate; may be empty
	City                      string // where it is, on pages about several; may be empty
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
	view := cityView{City: city.Name, All: r.path("/" + city.Slug), Whole: date == "" && kind == "", Near: r.query(nearArgument) != "", Empty: emptyText(r.p, date, kind)}
	view.Dates = dateLinks(r.p, view.All, r.now.In(zone), date, kind)
	view.Kinds = kindLinks(r.p, view.All, on, date, kind)
	if date == "" && kind == "" && len(on) > fewEvents {
		err = p.addShelves(r, &view, on, city, zone)
	} else {
		for _, l := range on {
			if kind == "" || string(l.Event.Kind) == kind {
				view.Cards = append(view.Cards, r.card(l, city.Slug, date, zone))
			}
		}
	}
	if err != nil {
		return err
	}
	if view.Near {
		currency, err := p.currencyIn(r, city.Slug)
		if err != nil {
			return err
		}
		view.Currency = currencyText(r.p, currency)
	}
	tags := []string{bms.CityTag(city.Slug)}
	for _, l := range on {
		tags = append(tags, bms.EventTag(l.Event.ID))
	}
	r.publish(fullyFresh, tags...)
	f := p.frame(r, r.p.T("city.title", locale.With("city", city.Name))).in(city)
	f.Page.Description = r.p.T("city.description", locale.With("city", city.Name))
	f.Graph = seo.Graph(p.way(r, p.cityStep(r, city)))
	f = p.sponsored(r, f, sponsor.CategoryBanner, sponsor.Listing, sponsor.Footer)
	return r.show(fasthttp.StatusOK, cachePublic, cityPage(f, view))
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
func dateLinks(p *locale.Printer, path string, now time.Time, date, kind string) []link {
	links := []link{{Text: p.T("city.any_day"), Href: withQuery(path, "kind", kind), Current: date == ""}}
	for i := range datesAhead {
		day := now.AddDate(0, 0, i)
		text := p.Day(day)
		switch i {
		case 0:
			text = p.T("city.today")
		case 1:
			text = p.T("city.tomorrow")
		}
		iso := day.Format(time.DateOnly)
		links = append(links, link{Text: text, Href: withQuery(path, "date", iso, "kind", kind), Current: date == iso})
	}
	return links
}

// kinds are the kinds of events in the order in which they are offered.
var kinds = []catalog.Kind{catalog.Film, catalog.Concert, catalog.Play, catalog.Sport, catalog.Festival, catalog.Online}

// kindLinks offers the kinds that are on, when there is more than one.
func kindLinks(p *locale.Printer, path string, on []bms.Listing, date, kind string) []link {
	present := map[catalog.Kind]bool{catalog.Kind(kind): kind != ""}
	for _, l := range on {
		present[l.Event.Kind] = true
	}
	links := []link{{Text: p.T("city.everything"), Href: withQuery(path, "date", date), Current: kind == ""}}
	for _, k := range kinds {
		if present[k] {
			links = append(links, link{Text: p.T("kinds." + string(k)), Href: withQuery(path, "date", date, "kind", string(k)), Current: kind == string(k)})
		}
	}
	if len(links) < 3 {
		return nil
	}
	return links
}

// withQuery adds names and values to a path, which may have some already, leaving out empty values.
func withQuery(path string, pairs ...string) string {
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			path += sep + pairs[i] + "=" + url.QueryEscape(pairs[i+1])
			sep = "&"
		}
	}
	return path
}

// card is an event of a city as a card.
func (r *request) card(l bms.Listing, city, date string, zone *time.Location) card {
	first := l.FirstShow.In(zone)
	next := r.p.T("card.next", locale.With("when", r.p.DayClock(first)))
	if date != "" {
		next = r.p.T("card.from", locale.With("time", r.p.Clock(first)))
	}
	return card{
		Slug: l.Event.Slug, Href: r.path(withQuery("/"+city+"/events/"+l.Event.Slug, "date", date)), Poster: posterOf(l.Event), Title: l.Event.Title,
		Kind: r.p.T("kind." + string(l.Event.Kind)), Meta: metaOf(r.p, l.Event), Next: next, Rating: l.Event.Certificate.Rating,
		Shows: r.p.T("card.shows_at", locale.With("shows", r.p.N("card.shows", l.Shows)), locale.With("venues", r.p.N("card.venues", l.Venues))),
	}
}

// metaOf is an event in a line: "1927 · 2 h 33 min · Science fiction".
func metaOf(p *locale.Printer, e catalog.Event) string {
	var parts []string
	if e.Year != 0 {
		parts = append(parts, number(e.Year))
	}
	if e.Duration > 0 {
		parts = append(parts, p.Duration(e.Duration))
	}
	if len(e.Genres) > 0 {
		parts = append(parts, capitalized(genreName(p, e.Genres[0])))
	}
	return strings.Join(parts, " · ")
}

// capitalized is a word or phrase as a label.
func capitalized(s string) string { return strings.TrimSuffix(locale.Sentence(s), ".") }

// currencyText is a currency as a reader knows it: "INR (₹)".
func currencyText(p *locale.Printer, c money.Currency) string {
	if symbol := p.Symbol(c); symbol != string(c) {
		return string(c) + " (" + symbol + ")"
	}
	return string(c)
}

// emptyText says that nothing is on by the filters.
func emptyText(p *locale.Printer, date, kind string) string {
	switch {
	case date != "" && kind != "":
		return p.T("city.empty_day_kind")
	case date != "":
		return p.T("city.empty_day")
	case kind != "":
		return p.T("city.empty_kind")
	}
	return p.T("city.empty")
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
	return r.redirect(r.path("/" + venue.CitySlug + "/events/" + event.Slug))
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
