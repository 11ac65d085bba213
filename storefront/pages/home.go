package pages

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
)

// homeView is the way in.
type homeView struct {
	Heading string
	Parts   []homePart
	Empty   bool // there are no venues
}

// homePart is a section of the home page. One of its fields is set.
type homePart struct {
	Intro     string
	Cards     []card
	Countries []countryView
	Venues    []venueCard
}

type countryView struct {
	Name   string
	Cities []cityCard
}

type cityCard struct {
	Name, Href, Venues string
}

// venueCard is a venue in a list.
type venueCard struct {
	Name, Address, City, Href string
}

// homeMost is how many events a home page shows.
const homeMost = 12

// home is the way in: the sections that the brand has chosen.
func (p *Pages) home(r *request) error {
	venues, err := p.client.Catalog.VenuesOf(r.ctx, r.site.Partner, "")
	if err != nil {
		return fmt.Errorf("venues: %w", err)
	}
	tags := []string{bms.VenuesTag}
	view := homeView{Heading: "Where do you want to go out?", Empty: len(venues) == 0}
	for _, section := range r.site.Sections() {
		var part homePart
		switch section {
		case catalog.SectionIntro:
			view.Heading, part.Intro = cmp.Or(r.site.Name, p.cfg.Name), r.site.Brand.Tagline
		case catalog.SectionEvents:
			if part.Cards, err = p.soonest(r.ctx, r, venues); err != nil {
				return err
			}
			for _, v := range venues {
				tags = append(tags, bms.CityTag(v.CitySlug))
			}
		case catalog.SectionCities:
			part.Countries = homeOf(venues)
		case catalog.SectionVenues:
			part.Venues = venueCards(venues)
		}
		view.Parts = append(view.Parts, part)
	}
	r.publish(fullyFresh, tags...)
	return r.show(fasthttp.StatusOK, cachePublic, homePage(p.frame(r, "Tickets for films, concerts and more"), view))
}

// soonest are the events that are on in the cities of the venues, the soonest first, each in the city where it is on first.
func (p *Pages) soonest(ctx context.Context, r *request, venues []catalog.Venue) ([]card, error) {
	type found struct {
		bms.Listing
		city catalog.City
	}
	var all []found
	for _, city := range catalog.Cities(venues) {
		on, err := p.client.Shows.WhatsOnOf(ctx, r.site.Partner, city.Slug, r.now)
		if err != nil {
			return nil, fmt.Errorf("events in %s: %w", city.Slug, err)
		}
		for _, l := range on {
			all = append(all, found{l, city})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return a.FirstShow.Compare(b.FirstShow) })
	var cards []card
	seen := map[catalog.EventID]bool{}
	for _, f := range all {
		if seen[f.Event.ID] || len(cards) == homeMost {
			continue
		}
		seen[f.Event.ID] = true
		zone, err := time.LoadLocation(f.city.TimeZone)
		if err != nil {
			return nil, fmt.Errorf("zone of %s: %w", f.city.Slug, err)
		}
		c := cardOf(f.Listing, f.city.Slug, "", zone)
		c.Shows += " in " + f.city.Name
		cards = append(cards, c)
	}
	return cards, nil
}

func venueCards(venues []catalog.Venue) []venueCard {
	cards := make([]venueCard, len(venues))
	for i, v := range venues {
		cards[i] = venueCard{Name: v.Name, Address: strings.ReplaceAll(v.Address, "\n", ", "), City: v.City, Href: "/" + v.CitySlug}
	}
	return cards
}

// homeOf lists the cities of the venues by country.
func homeOf(venues []catalog.Venue) []countryView {
	count := map[string]int{}
	for _, v := range venues {
		count[v.CitySlug]++
	}
	byCountry := map[string][]cityCard{}
	for _, c := range catalog.Cities(venues) {
		country := countryName(c.Country)
		byCountry[country] = append(byCountry[country], cityCard{
			Name: c.Name, Href: "/" + c.Slug, Venues: plural(count[c.Slug], "venue", "venues"),
		})
	}
	var list []countryView
	for name, cities := range byCountry {
		list = append(list, countryView{Name: name, Cities: cities})
	}
	slices.SortFunc(list, func(a, b countryView) int { return cmp.Compare(a.Name, b.Name) })
	return list
}
