package storefront_test

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/demo"
	"github.com/marquee-tickets/marquee/storefront"
	"github.com/marquee-tickets/marquee/storefront/api"
	"github.com/marquee-tickets/marquee/storefront/locale/cldr"
	"github.com/marquee-tickets/marquee/storefront/throttle"
)

// put stores the entities of a list.
func put[T any](t *testing.T, list []T, store func(context.Context, T) error) {
	t.Helper()
	for _, v := range list {
		require.NoError(t, store(t.Context(), v))
	}
}

// openDemo starts a shop with the demo programme besides the kit's own show.
func openDemo(t *testing.T) (*shop, demo.Catalogue) {
	t.Helper()
	everywhere := throttle.New(time.Now, netip.MustParsePrefix("0.0.0.0/0")) // all buyers are at one address
	s := open(t, bmstest.Options{}, storefront.Config{API: api.Config{Throttle: everywhere}})
	c, err := demo.Programme(s.Now())
	require.NoError(t, err)
	put(t, c.Partners, s.Catalog.PutPartner)
	put(t, c.TaxTables, s.Prices.PutTaxTable)
	put(t, c.PriceLists, s.Prices.PutList)
	put(t, c.Policies, func(ctx context.Context, p demo.Policy) error {
		return s.Prices.PutPolicy(ctx, p.ID, p.PartnerID, p.Policy)
	})
	put(t, c.Vouchers, s.Prices.PutVoucher)
	put(t, c.Events, func(ctx context.Context, e catalog.Event) error {
		if e.Slug == s.Programme.Event.Slug { // the kit shows The General, too
			e.Slug += "-1926"
		}
		return s.Catalog.PutEvent(ctx, e)
	})
	put(t, c.Venues, s.Catalog.PutVenue)
	put(t, c.Halls, s.Catalog.PutHall)
	put(t, c.SeatMaps, s.Catalog.AddSeatMap)
	require.NoError(t, s.Shows.PutAll(t.Context(), c.Shows))
	return s, c
}

func TestDemo_EveryCityAndEventHasAGoodPage(t *testing.T) {
	if testing.Short() {
		t.Skip("asks for hundreds of pages, one after another: run without -short")
	}
	t.Parallel()
	s, c := openDemo(t)
	b := s.visit(t)
	home := b.get("/")
	cities := map[string]bool{}
	for _, v := range c.Venues {
		cities[v.CitySlug] = true
		assert.Contains(t, home.text(), v.City)
	}
	require.GreaterOrEqual(t, len(cities), 9)
	events := 0
	for slug := range cities {
		city := b.get("/" + slug)
		assert.Equal(t, 200, city.status)
		for _, a := range all(city.doc, "a") {
			if href := attr(a, "href"); strings.HasPrefix(href, "/en/"+slug+"/events/") {
				p := b.get(href)
				assert.Equal(t, 200, p.status, href)
				assert.Contains(t, p.text(), "Times are local", href)
				events++
			}
		}
	}
	assert.Greater(t, events, 100)
}

// firstShows returns a show of every seat map that sells now.
func firstShows(s *shop, c demo.Catalogue) []catalog.Show {
	seen := map[catalog.SeatMapID]bool{}
	var list []catalog.Show
	for _, show := range c.Shows {
		if on, _ := show.OnSaleAt(s.Now()); on && !seen[show.SeatMapID] {
			seen[show.SeatMapID] = true
			list = append(list, show)
		}
	}
	return list
}

func TestDemo_EveryHallCanBeBookedAtThePricesOfThePlace(t *testing.T) {
	if testing.Short() {
		t.Skip("asks for hundreds of pages, one after another: run without -short")
	}
	t.Parallel()
	s, c := openDemo(t)
	currencies := map[string]string{
		"Asia/Kolkata": "₹", "Europe/London": "£", "Europe/Berlin": "€", "Europe/Madrid": "€", "America/New_York": "$",
		"Asia/Tokyo": "JP¥", "Asia/Dubai": "AED", "Asia/Kuwait": "KWD",
	}
	shows := firstShows(s, c)
	require.GreaterOrEqual(t, len(shows), 20)
	for _, show := range shows {
		b := s.visit(t)
		seats := b.get("/shows/" + string(show.ID))
		require.Equal(t, 200, seats.status, show.ID)
		held := best(seats)
		require.True(t, strings.HasPrefix(held.url.Path, "/en/holds/"), "%s: %s", show.ID, held.text())
		assert.Contains(t, held.text(), "Total "+currencies[show.TimeZone], show.TimeZone)
	}
}

// best asks for two of whatever a hall has: the best seats, or places in its first area.
func best(p *page) *page {
	if strings.Contains(p.text(), "Reserve the best seats") {
		return p.form("Reserve the best seats").set("count", "2", "shape", "scattered").send()
	}
	form := p.form("Reserve and go on")
	for _, in := range all(p.doc, "input") {
		if name := attr(in, "name"); strings.HasPrefix(name, "area.") {
			return form.set(name, "2").send()
		}
	}
	return p
}

func TestDemo_ALinkToEveryEventFindsACity(t *testing.T) {
	t.Parallel()
	s, c := openDemo(t)
	b := s.visit(t)
	on := map[catalog.EventID]bool{}
	for _, show := range c.Shows {
		on[show.EventID] = true
	}
	events, err := s.Shows.WhatsOn(t.Context(), "berlin", s.Now())
	require.NoError(t, err)
	require.NotEmpty(t, events)
	for _, l := range events {
		p := b.get("/events/" + l.Event.Slug)
		assert.Equal(t, 200, p.status, l.Event.Slug)
		assert.True(t, strings.HasSuffix(p.url.Path, "/events/"+l.Event.Slug))
	}
}

func TestDemo_PeopleAndLanguagesAreNamed(t *testing.T) {
	t.Parallel()
	s, _ := openDemo(t)
	p := s.visit(t).get("/mumbai/events/metropolis")
	for _, says := range []string{"Directed by Fritz Lang", "1927 · 2 h 33 min", "Film 6+", "subtitles in English", "Genres"} {
		assert.Contains(t, p.text(), says)
	}
}

func TestDemo_DaysAreTheVenuesDays(t *testing.T) {
	t.Parallel()
	s, c := openDemo(t)
	b := s.visit(t)
	// In Tokyo it is evening and in New York morning: the same moment, and the same date by chance of the clock.
	for _, show := range c.Shows {
		if show.StartsAt.Before(s.Now()) || !slices.Contains([]string{"Asia/Tokyo", "America/New_York"}, show.TimeZone) {
			continue
		}
		venue, err := s.Catalog.Venue(t.Context(), show.VenueID)
		require.NoError(t, err)
		event, err := s.Catalog.Event(t.Context(), show.EventID)
		require.NoError(t, err)
		p := b.get("/" + venue.CitySlug + "/events/" + event.Slug + "?" + url.Values{"date": {show.LocalDate}}.Encode())
		local, err := show.Local()
		require.NoError(t, err)
		assert.Contains(t, p.text(), local.Format("Monday, 2 January 2006"))
		assert.Contains(t, p.text(), strings.Join(strings.Fields(cldr.For("en", venue.Country).Clock(local)), " "))
		if show.TimeZone == "Asia/Tokyo" {
			break
		}
	}
}

func TestDemo_AVoucherOfThePartnerWorks(t *testing.T) {
	t.Parallel()
	s, c := openDemo(t)
	worked := 0
	for _, v := range c.Vouchers {
		for _, show := range firstShows(s, c)[:3] {
			hold, err := s.Holds.Create(t.Context(), bms.HoldRequest{
				ShowID: show.ID, Visitor: "visitor", Best: &bms.BestRequest{Count: 2, Scattered: true}, Vouchers: []string{v.Code},
			})
			if err == nil && hold.Quote.Discount.IsPositive() {
				worked++
				break
			}
			if err != nil && !errors.Is(err, bms.ErrNoVoucher) {
				continue // made for other shows
			}
		}
	}
	assert.Positive(t, worked)
}
