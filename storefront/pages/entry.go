package pages

import (
	"fmt"
	"slices"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/geo"
	"github.com/marquee-tickets/marquee/internal/web"
)

// cityCookie remembers which city was looked at last. A script writes it, because pages that many share set no cookies; it is nothing
// but a slug.
const cityCookie = "city"

// nearEnough is how far away a city may be that is taken for a visitor's own, in metres, unless it is in the same country.
const nearEnough = 250_000

// enterSite leads from "/" to where a visitor most likely wants to go: the city that was looked at last, else one that seems near, else
// the way in. A guess is said on the page, and never made for who has chosen. A brand's own home page comes before any city.
func (p *Pages) enterSite(r *request) error {
	home := r.path("/")
	if len(r.site.Brand.Sections) > 0 {
		return r.redirect(home)
	}
	venues, err := p.client.Catalog.VenuesOf(r.ctx, r.site.Partner, "")
	if err != nil {
		return fmt.Errorf("venues: %w", err)
	}
	last := string(r.rc.Request.Header.Cookie(cityCookie))
	if slices.ContainsFunc(venues, func(v catalog.Venue) bool { return v.CitySlug == last }) {
		return r.redirect(r.path("/" + last))
	}
	if slug, ok := p.guess(r, venues); ok {
		return r.redirect(r.path(withQuery("/"+slug, nearArgument, "1")))
	}
	return r.redirect(home)
}

// guess is the city that a visitor seems to be in or near to.
func (p *Pages) guess(r *request, venues []catalog.Venue) (slug string, ok bool) {
	at := p.cfg.Places.Lookup(web.Client(r.rc))
	if !at.Known() {
		return "", false
	}
	var cities []geo.City
	for _, c := range catalog.Cities(venues) {
		city := geo.City{Slug: c.Slug, Country: c.Country}
		for _, v := range venues {
			if v.CitySlug == c.Slug && (v.Lat != 0 || v.Lng != 0) {
				city.Venues = append(city.Venues, geo.Point{Lat: v.Lat, Lng: v.Lng})
			}
		}
		cities = append(cities, city)
	}
	near, ok := at.Nearest(cities)
	if !ok {
		return "", false
	}
	i := slices.IndexFunc(cities, func(c geo.City) bool { return c.Slug == near.Slug })
	return near.Slug, near.ByCountry || near.Metres <= nearEnough || cities[i].Country == at.Country
}

// currencyIn is what prices in a city are in: that of the next show. Empty when there is none.
func (p *Pages) currencyIn(r *request, city string) (money.Currency, error) {
	next, err := p.client.Shows.List(r.ctx, store.ShowQuery{PartnerID: r.site.Partner, City: city, From: r.now, Statuses: selling(), Limit: 1})
	if err != nil || len(next) == 0 {
		return "", err
	}
	list, err := p.client.Prices.List(r.ctx, pricing.PriceListID(next[0].PriceListID))
	if err != nil {
		return "", fmt.Errorf("prices of %s: %w", next[0].ID, err)
	}
	return list.Currency, nil
}
