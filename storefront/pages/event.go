package pages

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/seo"
	"github.com/marquee-tickets/marquee/storefront/sponsor"
)

// eventView is an event with its shows in one city.
type eventView struct {
	Crumbs       []link
	Title, Meta  string
	Poster       string
	Event        catalog.EventID
	Tags         []string
	Facts        []fact
	Synopsis     []string
	Foreign      templ.Attributes // of the synopsis: what language it is in
	Dates        []link
	Day          string     // in full
	Zone         string     // whose times these are
	Filters      []facetRow // of the day's shows
	Venues       []venueView
	OtherDay     *link // the next day with shows, when the chosen one has none
	PosterCredit string
	Offered      []seo.Show // of the day, for search engines
}

// fact is a label and what it says.
type fact struct{ Label, Text string }

// venueView is a venue with its shows of a day.
type venueView struct {
	ID            string // for the heading
	Name, Address string
	Access        string
	Foreign       templ.Attributes // of Access
	Shows         []showView
	venue         catalog.Venue
}

// showView is a show in a list.
type showView struct {
	Href   string // empty when it cannot be bought
	Clock  string
	Detail string // "IMAX, Hindi, English subtitles"
	Stock  string // "Filling fast"
	Level  string // class of the stock: "good", "low", "out"
	Price  string // "from ₹200"
	Hall   string
}

// event is an event with its shows in a city, by date.
func (p *Pages) event(r *request) error {
	city, err := p.cityOf(r, r.param(0))
	if err != nil {
		return err
	}
	event, err := p.eventOf(r, r.param(1))
	if err != nil {
		return err
	}
	date := r.query("date")
	if err := checkDate(date); err != nil {
		return err
	}
	shows, err := p.shows(r.ctx, store.ShowQuery{
		PartnerID: r.site.Partner, EventID: event.ID, City: city.Slug, From: r.now, Statuses: append(selling(), catalog.Paused, catalog.Cancelled),
	})
	if err != nil {
		return err
	}
	view := describe(r.p, event)
	view.Foreign = r.foreign(event.Synopsis)
	view.Crumbs = []link{r.toCity(city.Name, city.Slug)}
	if err := p.addDates(r, &view, city, shows, date); err != nil {
		return err
	}
	tags := []string{bms.EventTag(event.ID), bms.CityTag(city.Slug), bms.PricesTag}
	for _, s := range shows {
		tags = append(tags, bms.VenueTag(s.VenueID))
	}
	r.publish(stockFresh, tags...)
	f := p.frame(r, r.p.T("event.title", locale.With("event", event.Title), locale.With("city", city.Name))).in(city).aboutEvent(p, r, event)
	f.Graph = seo.Graph(
		seo.Events(f.Outside, seo.Listing{Event: event, URL: f.tags().Canonical, Images: []string{f.Page.Image.URL}, Shows: view.Offered}, r.now),
		p.way(r, p.cityStep(r, city), seo.Crumb{Name: event.Title}),
	)
	f = p.sponsored(r, f, sponsor.EventSide, sponsor.EventMid, sponsor.Footer)
	return r.show(fasthttp.StatusOK, cachePublic, eventPage(f, view))
}

// describe is what there is to say of an event.
func describe(p *locale.Printer, e catalog.Event) eventView {
	v := eventView{Event: e.ID, Title: e.Title, Meta: metaOf(p, e), Poster: posterOf(e), Tags: []string{p.T("kind." + string(e.Kind))}}
	if e.Certificate.Rating != "" {
		v.Tags = append(v.Tags, e.Certificate.Rating)
	}
	for _, m := range e.Media {
		if m.Kind == catalog.Poster && m.Credit != "" {
			v.PosterCredit = p.T("event.poster", locale.With("credit", m.Credit))
			break
		}
	}
	for paragraph := range strings.SplitSeq(e.Synopsis, "\n\n") {
		if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
			v.Synopsis = append(v.Synopsis, paragraph)
		}
	}
	v.Facts = factsOf(p, e)
	return v
}

// credits are the roles that an event page names, in order.
var credits = []catalog.Role{
	catalog.RoleDirector, catalog.RoleWriter, catalog.RoleComposer, catalog.RolePerformer, catalog.RoleConductor,
	catalog.RoleChoreographer, catalog.RoleTeam, catalog.RoleSpeaker, catalog.RoleHost, catalog.RoleCast,
}

// castMost is how many of a role are named.
const castMost = 8

func factsOf(p *locale.Printer, e catalog.Event) []fact {
	var facts []fact
	add := func(label, text string) {
		if text != "" {
			facts = append(facts, fact{Label: label, Text: text})
		}
	}
	if e.OriginalTitle != e.Title {
		add(p.T("event.original_title"), e.OriginalTitle)
	}
	for _, role := range credits {
		var names []string
		for _, who := range e.People {
			if who.Role == role && len(names) < castMost {
				names = append(names, who.Name)
			}
		}
		add(p.T("event."+string(role)), strings.Join(names, ", "))
	}
	add(p.T("event.language"), p.LanguageName(e.Language))
	genres := make([]string, len(e.Genres))
	for i, g := range e.Genres {
		genres[i] = genreName(p, g)
	}
	add(p.T("event.genres"), joined(p, genres))
	add(p.T("event.age"), ageText(p, e.Certificate))
	return facts
}

// ageText is whom a certificate admits, and who says so: "From 6 years (FSK 6)".
func ageText(p *locale.Printer, c catalog.Certificate) string {
	if c.MinAge == 0 {
		return ""
	}
	text := p.N("event.from_age", c.MinAge)
	rating := c.Rating
	if !strings.HasPrefix(rating, c.System) {
		rating = c.System + " " + rating
	}
	if rating = strings.TrimSpace(rating); rating != "" {
		text = p.T("event.age_rated", locale.With("age", text), locale.With("rating", rating))
	}
	return text
}

// addDates adds the days with shows, and the shows of the chosen day.
func (p *Pages) addDates(r *request, v *eventView, city catalog.City, shows []catalog.Show, date string) error {
	path := r.path("/" + city.Slug + "/events/" + r.param(1))
	if date == "" && len(shows) > 0 {
		date = shows[0].LocalDate
	}
	var days []string
	for _, s := range shows {
		if len(days) == 0 || days[len(days)-1] != s.LocalDate {
			days = append(days, s.LocalDate)
		}
	}
	for _, day := range days {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return fmt.Errorf("date of a show: %w", err)
		}
		l := link{Text: r.p.Day(at), Href: withQuery(path, "date", day), Current: day == date}
		v.Dates = append(v.Dates, l)
		if day > date && v.OtherDay == nil {
			v.OtherDay = &l
		}
		if l.Current {
			v.Day = r.p.DayLong(at)
		}
	}
	return p.addVenues(r, v, v.narrow(r, withQuery(path, "date", r.query("date")), onDate(shows, date)))
}

// narrow leaves the shows of a day that have the wanted format and language, and offers those that there are. A wish that no show
// fits counts as none: the day may be another than that of the link.
func (v *eventView) narrow(r *request, path string, shows []catalog.Show) []catalog.Show {
	format := func(s catalog.Show) string { return string(s.Format) }
	spoken := func(s catalog.Show) string { return s.Language }
	wantFormat, wantLanguage := wish(r.query("format"), shows, format), wish(r.query("language"), shows, spoken)
	v.addFilter(r.p.T("event.format"), shows, format, func(value string) link {
		return link{Text: capitalized(formatText(r.p, catalog.Format(value))), Href: withQuery(path, "format", value, "language", wantLanguage), Current: value == wantFormat}
	})
	v.addFilter(r.p.T("event.language"), shows, spoken, func(value string) link {
		return link{Text: r.p.LanguageName(value), Href: withQuery(path, "format", wantFormat, "language", value), Current: value == wantLanguage}
	})
	for i := range v.Filters {
		v.Filters[i].Links[0].Text = r.p.T("event.any")
	}
	return slices.DeleteFunc(slices.Clone(shows), func(s catalog.Show) bool {
		return wantFormat != "" && format(s) != wantFormat || wantLanguage != "" && spoken(s) != wantLanguage
	})
}

// wish is a wanted value that some show has, else nothing.
func wish(value string, shows []catalog.Show, of func(catalog.Show) string) string {
	if slices.ContainsFunc(shows, func(s catalog.Show) bool { return of(s) == value }) {
		return value
	}
	return ""
}

// addFilter offers what shows differ in, with all of them first.
func (v *eventView) addFilter(label string, shows []catalog.Show, of func(catalog.Show) string, offer func(string) link) {
	values := map[string]bool{}
	for _, s := range shows {
		if value := of(s); value != "" {
			values[value] = true
		}
	}
	if len(values) < 2 {
		return
	}
	row := facetRow{Label: label, Links: []link{offer("")}}
	for _, value := range slices.Sorted(maps.Keys(values)) {
		row.Links = append(row.Links, offer(value))
	}
	v.Filters = append(v.Filters, row)
}

// onDate are the shows of a day.
func onDate(shows []catalog.Show, date string) []catalog.Show {
	var day []catalog.Show
	for _, s := range shows {
		if s.LocalDate == date {
			day = append(day, s)
		}
	}
	return day
}

// addVenues groups the shows of a day by venue, in the order in which the venues begin.
func (p *Pages) addVenues(r *request, v *eventView, shows []catalog.Show) error {
	at := map[catalog.VenueID]int{}
	for _, s := range shows {
		i, known := at[s.VenueID]
		if !known {
			venue, err := p.client.Catalog.Venue(r.ctx, s.VenueID)
			if err != nil {
				return fmt.Errorf("venue of %s: %w", s.ID, err)
			}
			i = len(v.Venues)
			at[s.VenueID] = i
			v.Venues = append(v.Venues, venueView{
				ID: "venue-" + venue.Slug, Name: venue.Name, Address: strings.ReplaceAll(venue.Address, "\n", ", "), Access: venue.Accessibility,
				Foreign: r.foreign(venue.Accessibility), venue: venue,
			})
		}
		row, offer, err := p.showRow(r, s)
		if err != nil {
			return err
		}
		v.Venues[i].Shows = append(v.Venues[i].Shows, row)
		offer.Show, offer.Venue = s, v.Venues[i].venue
		v.Offered = append(v.Offered, offer)
		local, err := s.Local()
		if err != nil {
			return err
		}
		v.Zone = r.p.Zone(local)
	}
	return nil
}

// showRow is a show with what is left of it and what it costs at least. One whose price cannot be computed cannot be bought, and the
// others can.
func (p *Pages) showRow(r *request, s catalog.Show) (showView, seo.Show, error) {
	var offer seo.Show
	local, err := s.Local()
	if err != nil {
		return showView{}, offer, err
	}
	hall, err := p.client.Catalog.Hall(r.ctx, s.HallID)
	if err != nil {
		return showView{}, offer, fmt.Errorf("hall of %s: %w", s.ID, err)
	}
	row := showView{Clock: r.p.Clock(local), Detail: detailOf(r.p, s), Hall: hall.Name}
	if row.Stock = closedText(r.p, s, r.now); row.Stock != "" {
		row.Level = "out"
		return row, offer, nil
	}
	snap, err := p.client.Seats.Snapshot(r.ctx, s.ID)
	if err != nil {
		return row, offer, fmt.Errorf("seats of %s: %w", s.ID, err)
	}
	stock := stockOf(snap)
	row.Stock, row.Level = stock.text(r.p)
	if offer.SoldOut = stock.free == 0; offer.SoldOut {
		return row, offer, nil
	}
	row.Price, offer.Price, err = p.priceFrom(r, s.ID, snap)
	if errors.Is(err, bms.ErrUnpriced) {
		p.cfg.Logger.ErrorContext(r.ctx, "show has no price", slog.String("show", string(s.ID)), slog.String("error", err.Error()))
		row.Stock, row.Level = r.p.T("show.paused"), "out"
		return row, offer, nil
	}
	row.Href = r.path("/shows/" + string(s.ID))
	return row, offer, err
}

// detailOf is how a show is given: "IMAX, Hindi, subtitles in English".
func detailOf(p *locale.Printer, s catalog.Show) string {
	var parts []string
	if s.Format != "" {
		parts = append(parts, formatText(p, s.Format))
	}
	if s.Language != "" {
		parts = append(parts, p.LanguageName(s.Language))
	}
	if len(s.Subtitles) > 0 {
		names := make([]string, len(s.Subtitles))
		for i, tag := range s.Subtitles {
			names[i] = p.LanguageName(tag)
		}
		parts = append(parts, p.T("show.subtitles", locale.With("languages", p.List(names))))
	}
	if s.Online {
		parts = append(parts, p.T("show.online"))
	}
	return capitalized(joined(p, parts))
}

// formatText is what a format is called: most have a name that is the same everywhere.
func formatText(p *locale.Printer, f catalog.Format) string {
	switch f {
	case catalog.FormatLive, catalog.FormatStream:
		return p.T("show." + string(f))
	case catalog.Format2D, catalog.Format3D, catalog.FormatIMAX, catalog.FormatIMAX3D, catalog.Format4DX, catalog.FormatScreenX, catalog.FormatDolby:
	}
	return string(f)
}

// toCity is a link to what is on in a city.
func (r *request) toCity(name, slug string) link {
	return link{Text: r.p.T("city.title", locale.With("city", name)), Href: r.path("/" + slug)}
}
