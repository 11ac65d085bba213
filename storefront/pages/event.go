package pages

import (
	"fmt"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/store"
)

// eventView is an event with its shows in one city.
type eventView struct {
	Crumbs       []link
	Title, Meta  string
	Poster       string
	Tags         []string
	Facts        []fact
	Synopsis     []string
	Dates        []link
	Day          string // in full
	Zone         string // whose times these are
	Venues       []venueView
	OtherDay     *link // the next day with shows, when the chosen one has none
	PosterCredit string
}

// fact is a label and what it says.
type fact struct{ Label, Text string }

// venueView is a venue with its shows of a day.
type venueView struct {
	ID            string // for the heading
	Name, Address string
	Access        string
	Shows         []showView
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
	view := describe(event)
	view.Crumbs = []link{{Text: "What is on in " + city.Name, Href: "/" + city.Slug}}
	if err := p.addDates(r, &view, city, shows, date); err != nil {
		return err
	}
	tags := []string{bms.EventTag(event.ID), bms.CityTag(city.Slug), bms.PricesTag}
	for _, s := range shows {
		tags = append(tags, bms.VenueTag(s.VenueID))
	}
	r.publish(stockFresh, tags...)
	return r.show(fasthttp.StatusOK, cachePublic, eventPage(p.frame(r, event.Title+" in "+city.Name).in(city), view))
}

// describe is what there is to say of an event.
func describe(e catalog.Event) eventView {
	v := eventView{Title: e.Title, Meta: metaOf(e), Poster: posterOf(e), Tags: []string{kindName(e.Kind)}}
	if e.Certificate.Rating != "" {
		v.Tags = append(v.Tags, e.Certificate.Rating)
	}
	for _, m := range e.Media {
		if m.Kind == catalog.Poster && m.Credit != "" {
			v.PosterCredit = "Poster: " + m.Credit
			break
		}
	}
	for paragraph := range strings.SplitSeq(e.Synopsis, "\n\n") {
		if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
			v.Synopsis = append(v.Synopsis, paragraph)
		}
	}
	v.Facts = factsOf(e)
	return v
}

// credits are the roles that an event page names, in order.
var credits = []struct {
	role catalog.Role
	text string
}{
	{catalog.RoleDirector, "Directed by"},
	{catalog.RoleWriter, "Written by"},
	{catalog.RoleComposer, "Music by"},
	{catalog.RolePerformer, "Performed by"},
	{catalog.RoleConductor, "Conducted by"},
	{catalog.RoleChoreographer, "Choreography"},
	{catalog.RoleTeam, "Teams"},
	{catalog.RoleSpeaker, "With"},
	{catalog.RoleHost, "Hosted by"},
	{catalog.RoleCast, "Cast"},
}

// castMost is how many of a role are named.
const castMost = 8

func factsOf(e catalog.Event) []fact {
	var facts []fact
	add := func(label, text string) {
		if text != "" {
			facts = append(facts, fact{Label: label, Text: text})
		}
	}
	if e.OriginalTitle != e.Title {
		add("Original title", e.OriginalTitle)
	}
	for _, c := range credits {
		var names []string
		for _, who := range e.People {
			if who.Role == c.role && len(names) < castMost {
				names = append(names, who.Name)
			}
		}
		add(c.text, strings.Join(names, ", "))
	}
	add("Language", languageName(e.Language))
	add("Genres", strings.Join(e.Genres, ", "))
	add("Age", ageText(e.Certificate))
	return facts
}

// ageText is whom a certificate admits, and who says so: "From 6 years (FSK 6)".
func ageText(c catalog.Certificate) string {
	if c.MinAge == 0 {
		return ""
	}
	text := fmt.Sprintf("From %d years", c.MinAge)
	rating := c.Rating
	if !strings.HasPrefix(rating, c.System) {
		rating = c.System + " " + rating
	}
	if rating = strings.TrimSpace(rating); rating != "" {
		text += " (" + rating + ")"
	}
	return text
}

// addDates adds the days with shows, and the shows of the chosen day.
func (p *Pages) addDates(r *request, v *eventView, city catalog.City, shows []catalog.Show, date string) error {
	path := "/" + city.Slug + "/events/" + r.param(1)
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
		l := link{Text: formatDay(at), Href: withQuery(path, "date", day), Current: day == date}
		v.Dates = append(v.Dates, l)
		if day > date && v.OtherDay == nil {
			v.OtherDay = &l
		}
		if l.Current {
			v.Day = formatDayLong(at)
		}
	}
	return p.addVenues(r, v, onDate(shows, date))
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
			})
		}
		row, err := p.showRow(r, s)
		if err != nil {
			return err
		}
		v.Venues[i].Shows = append(v.Venues[i].Shows, row)
		local, err := s.Local()
		if err != nil {
			return err
		}
		v.Zone = zoneName(local)
	}
	return nil
}

// showRow is a show with what is left of it and what it costs at least.
func (p *Pages) showRow(r *request, s catalog.Show) (showView, error) {
	local, err := s.Local()
	if err != nil {
		return showView{}, err
	}
	hall, err := p.client.Catalog.Hall(r.ctx, s.HallID)
	if err != nil {
		return showView{}, fmt.Errorf("hall of %s: %w", s.ID, err)
	}
	row := showView{Clock: formatClock(local), Detail: detailOf(s), Hall: hall.Name}
	if row.Stock = closedText(s, r.now); row.Stock != "" {
		row.Level = "out"
		return row, nil
	}
	stock, err := p.stock(r.ctx, s.ID)
	if err != nil {
		return row, err
	}
	row.Stock, row.Level = stock.text()
	if stock.free > 0 {
		row.Href = "/shows/" + string(s.ID)
		row.Price, err = p.priceFrom(r.ctx, s.ID)
	}
	return row, err
}

// detailOf is how a show is given: "IMAX, Hindi, subtitles in English".
func detailOf(s catalog.Show) string {
	var parts []string
	if s.Format != "" {
		parts = append(parts, string(s.Format))
	}
	if s.Language != "" {
		parts = append(parts, languageName(s.Language))
	}
	if len(s.Subtitles) > 0 {
		names := make([]string, len(s.Subtitles))
		for i, tag := range s.Subtitles {
			names[i] = languageName(tag)
		}
		parts = append(parts, "subtitles in "+list(names))
	}
	if s.Online {
		parts = append(parts, "online")
	}
	return capitalized(strings.Join(parts, ", "))
}
