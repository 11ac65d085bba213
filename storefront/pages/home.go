package pages

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/valyala/fasthttp"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/internal/geo"
	"github.com/marquee-tickets/marquee/storefront/seo"
	"github.com/marquee-tickets/marquee/storefront/sponsor"
)

// homeView is the way in.
type homeView struct {
	Heading string
	Parts   []homePart
	Empty   bool // there are no venues
	ForYou  int  // the part that suggestions stand behind: that of the events, or else the last
}

// homePart is a section of the home page. One of its fields is set, beside those about it.
type homePart struct {
	First     bool // it is the first: its cities are in few lines, so that what follows is not far
	Intro     string
	Foreign   templ.Attributes // of Intro
	Slides    []slide
	Cards     []card
	Countries []countryView
	Venues    []venueCard
}

type countryView struct {
	Name     string
	Currency money.Currency
	Cities   []cityCard
}

type cityCard struct {
	Name, Href, Venues string
}

// venueCard is a venue in a list.
type venueCard struct {
	Name, Address, City, Href string
}

// homeMost is how many events a home page shows below the carousel.
const homeMost = 12

// home is the way in: the sections that the brand has chosen.
func (p *Pages) home(r *request) error {
	venues, err := p.client.Catalog.VenuesOf(r.ctx, r.site.Partner, "")
	if err != nil {
		return fmt.Errorf("venues: %w", err)
	}
	tags := []string{bms.VenuesTag}
	view := homeView{Heading: r.p.T("home.heading"), Empty: len(venues) == 0}
	for _, section := range r.site.Sections() {
		part := homePart{First: len(view.Parts) == 0}
		switch section {
		case catalog.SectionIntro:
			view.Heading, part.Intro = p.siteName(r), r.site.Brand.Tagline
			part.Foreign = r.ofBrand(part.Intro)
		case catalog.SectionEvents:
			if err := p.addSoonest(r, &part, venues); err != nil {
				return err
			}
			for _, v := range venues {
				tags = append(tags, bms.CityTag(v.CitySlug))
			}
		case catalog.SectionCities:
			part.Countries = homeOf(r, venues)
		case catalog.SectionVenues:
			part.Venues = r.venueCards(venues)
		}
		if len(part.Cards) > 0 || view.ForYou == len(view.Parts)-1 && len(view.Parts[view.ForYou].Cards) == 0 {
			view.ForYou = len(view.Parts)
		}
		view.Parts = append(view.Parts, part)
	}
	r.publish(fullyFresh, tags...)
	f := p.frame(r, r.p.T("home.title"))
	f.Graph = seo.Graph(seo.Home(f.Outside, r.p.Lang(), r.site.Brand, p.iconHref(r, "512"), "/search"))
	f = p.sponsored(r, f, sponsor.HomeBanner, sponsor.Footer)
	return r.show(fasthttp.StatusOK, cachePublic, homePage(f, view))
}

// found is an event in the city where it is on first.
type found struct {
	bms.Listing
	city catalog.City
	zone *time.Location
}

// addSoonest shows the events that are on in the cities of the venues, the soonest first, each in the city where it is on first.
func (p *Pages) addSoonest(r *request, part *homePart, venues []catalog.Venue) error {
	all, err := p.soonest(r, catalog.Cities(venues))
	if err != nil {
		return err
	}
	where := map[catalog.EventID]found{}
	listings := make([]bms.Listing, len(all))
	for i, f := range all {
		where[f.Event.ID], listings[i] = f, f.Listing
	}
	for _, l := range featured(listings) {
		f := where[l.Event.ID]
		s := r.slide(l, f.city.Slug, f.zone)
		s.City = f.city.Name
		part.Slides = append(part.Slides, s)
	}
	for _, f := range all[:min(len(all), homeMost)] {
		c := r.card(f.Listing, f.city.Slug, "", f.zone)
		c.City = f.city.Name
		part.Cards = append(part.Cards, c)
	}
	return nil
}

// soonest are the events that are on in some cities, the soonest first, each once.
func (p *Pages) soonest(r *request, cities []catalog.City) ([]found, error) {
	var all []found
	for _, city := range cities {
		zone, err := time.LoadLocation(city.TimeZone)
		if err != nil {
			return nil, fmt.Errorf("zone of %s: %w", city.Slug, err)
		}
		on, err := p.client.Shows.WhatsOnOf(r.ctx, r.site.Partner, city.Slug, r.now)
		if err != nil {
			return nil, fmt.Errorf("events in %s: %w", city.Slug, err)
		}
		for _, l := range on {
			all = append(all, found{l, city, zone})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return a.FirstShow.Compare(b.FirstShow) })
	seen := map[catalog.EventID]bool{}
	return slices.DeleteFunc(all, func(f found) bool {
		again := seen[f.Event.ID]
		seen[f.Event.ID] = true
		return again
	}), nil
}

func (r *request) venueCards(venues []catalog.Venue) []venueCard {
	cards := make([]venueCard, len(venues))
	for i, v := range venues {
		cards[i] = venueCard{Name: v.Name, Address: strings.ReplaceAll(v.Address, "\n", ", "), City: v.City, Href: r.path("/" + v.CitySlug)}
	}
	return cards
}

// homeOf lists the cities of the venues by country, in the order of the language.
func homeOf(r *request, venues []catalog.Venue) []countryView {
	count := map[string]int{}
	for _, v := range venues {
		count[v.CitySlug]++
	}
	byCountry := map[string][]cityCard{}
	for _, c := range catalog.Cities(venues) {
		country := c.Country
		byCountry[country] = append(byCountry[country], cityCard{Name: c.Name, Href: r.path("/" + c.Slug), Venues: r.p.N("home.venues", count[c.Slug])})
	}
	order := collate.New(language.Make(r.p.Lang()))
	var list []countryView
	for code, cities := range byCountry {
		list = append(list, countryView{Name: r.p.CountryName(code), Currency: geo.CurrencyOf(code), Cities: cities})
	}
	rank := func(c countryView) int { // where the brand's currency is paid comes first
		if r.site.Brand.Currency != "" && c.Currency == r.site.Brand.Currency {
			return 0
		}
		return 1
	}
	slices.SortFunc(list, func(a, b countryView) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), order.CompareString(a.Name, b.Name))
	})
	return list
}
