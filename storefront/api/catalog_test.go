package api_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/api"
)

// showPage is a page of a list of shows.
type showPage struct {
	Items []struct {
		ID, Status string
		LocalDate  string `json:"local_date"`
	}
	Next string
}

func (p showPage) ids() []string {
	var ids []string
	for _, s := range p.Items {
		ids = append(ids, s.ID)
	}
	return ids
}

func TestCatalogue_CitiesEventsVenues(t *testing.T) {
	t.Parallel()
	s := openWith(t, bmstest.Options{Programme: richProgramme()}, api.Config{})
	var cities struct {
		Items []struct {
			Slug, Name string
			TimeZone   string `json:"time_zone"`
		}
	}
	a := s.get("/api/v1/cities").must(200, &cities)
	require.Len(t, cities.Items, 1)
	assert.Equal(t, "Asia/Kolkata", cities.Items[0].TimeZone)
	assert.Equal(t, "public, max-age=60", a.header.Get("Cache-Control"))

	var event struct {
		ID, Slug, Title string
		Certificate     struct{ Rating string }
		DurationMinutes int    `json:"duration_minutes"`
		PosterURL       string `json:"poster_url"`
		People          []struct{ Name, Role string }
	}
	s.get("/api/v1/events/the-general").must(200, &event)
	assert.Equal(t, 79, event.DurationMinutes)
	assert.Equal(t, "U", event.Certificate.Rating)
	assert.Equal(t, "/posters/the-general.jpg", event.PosterURL)
	assert.Equal(t, "Buster Keaton", event.People[0].Name)
	bySlug := event
	s.get("/api/v1/events/"+event.ID).must(200, &event)
	assert.Equal(t, bySlug, event)

	var venues struct {
		Items []struct {
			ID, Slug string
			Position *struct{ Lat, Lng float64 }
		}
	}
	s.get("/api/v1/venues?city=mumbai").must(200, &venues)
	require.Len(t, venues.Items, 1)
	assert.InDelta(t, 18.93, venues.Items[0].Position.Lat, 0.01)
	s.get("/api/v1/venues/aurora-fort").must(200, nil)
	s.get("/api/v1/venues/"+venues.Items[0].ID).must(200, nil)
	s.get("/api/v1/venues?city=nowhere").must(200, &venues)
	assert.Empty(t, venues.Items)
}

func TestShows_PageByPageInOrder(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	var want []string
	want = append(want, string(s.Programme.Show.ID))
	for _, show := range s.shows(6, nil) {
		want = append(want, string(show.ID))
	}
	var got []string
	for cursor, pages := "", 0; ; pages++ {
		var p showPage
		s.get("/api/v1/shows?city=mumbai&limit=3"+cursor).must(200, &p)
		got = append(got, p.ids()...)
		if p.Next == "" {
			assert.Equal(t, 2, pages)
			break
		}
		cursor = "&cursor=" + p.Next
	}
	assert.Equal(t, want, got)
}

func TestShows_FiltersAndDraftsUnseen(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	statuses := []catalog.ShowStatus{catalog.Draft, catalog.Cancelled, catalog.Paused}
	list := s.shows(3, func(i int, show *catalog.Show) { show.Status = statuses[i] })
	first, draft, cancelled, paused := string(s.Programme.Show.ID), string(list[0].ID), string(list[1].ID), string(list[2].ID)
	later := url.QueryEscape(list[2].StartsAt.Format(time.RFC3339))
	for query, want := range map[string][]string{
		"":                                          {first, paused},
		"?status=cancelled":                         {cancelled},
		"?status=cancelled&status=on_sale":          {first, cancelled},
		"?event=the-general":                        {first, paused},
		"?event=" + string(s.Programme.Event.ID):    {first, paused},
		"?venue=aurora-fort":                        {first, paused},
		"?venue=" + string(s.Programme.Venue.ID):    {first, paused},
		"?city=pune":                                nil,
		"?date=" + s.Programme.Show.LocalDate:       {first, paused},
		"?date=2026-01-01":                          nil,
		"?from=" + later:                            {paused},
		"?until=" + later:                           {first},
		"?from=2020-01-01T00:00:00%2B05:30":         {first, paused},
		"?from=2020-01-01T00:00:00Z&until=" + later: {first},
	} {
		var p showPage
		s.get("/api/v1/shows"+query).must(200, &p)
		assert.Equal(t, want, p.ids(), query)
	}
	for _, below := range []string{"", "/geometry", "/seats", "/prices", "/quote?ticket=1.silver"} {
		s.get("/api/v1/shows/"+draft+below).refused(404, "not_found")
	}
	body := object{"show_id": draft, "seats": []object{{"seat": "stalls-A-1"}}}
	s.do(ask{method: "POST", path: "/api/v1/holds", body: body}).refused(404, "show_draft")
}

func TestShow_SaysWhyItDoesNotSell(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	list := s.shows(2, func(i int, show *catalog.Show) {
		if i == 0 {
			show.SalesFrom = bmstest.Start.Add(time.Hour)
		} else {
			show.Status = catalog.Paused
		}
	})
	for i, reason := range []string{"not_yet_on_sale", "sales_paused"} {
		var detail struct {
			Show struct {
				Sales struct {
					Open   bool
					Reason string
				}
			}
			Venue, Hall, Event struct{ Slug string }
		}
		s.get("/api/v1/shows/"+string(list[i].ID)).must(200, &detail)
		assert.False(t, detail.Show.Sales.Open)
		assert.Equal(t, reason, detail.Show.Sales.Reason)
		assert.Equal(t, "screen-1", detail.Hall.Slug)
		body := object{"show_id": list[i].ID, "seats": []object{{"seat": "stalls-A-1"}}}
		s.do(ask{method: "POST", path: "/api/v1/holds", body: body}).refused(409, reason)
	}
}

func TestPrices_TableWithFeesAndDemand(t *testing.T) {
	t.Parallel()
	s := openWith(t, bmstest.Options{Programme: richProgramme()}, api.Config{})
	var table struct {
		Currency   string
		BuyerTypes []struct{ Key string } `json:"buyer_types"`
		Prices     []struct {
			Category  string
			BuyerType string `json:"buyer_type"`
			Amount    amount
			AllIn     amount `json:"all_in"`
		}
		AddsUp  bool `json:"adds_up"`
		Fees    []struct{ Fixed, Max amount }
		Dynamic struct {
			RatePPM     int `json:"rate_ppm"`
			Adjustments []struct{ Cause string }
		}
	}
	s.get("/api/v1/shows/"+string(s.Programme.Show.ID)+"/prices").must(200, &table)
	assert.Equal(t, "INR", table.Currency)
	require.Len(t, table.Prices, 4)
	assert.Equal(t, amount{22000, "INR", "220.00"}, table.Prices[0].Amount, "ten percent more within three days")
	assert.Equal(t, 1_100_000, table.Dynamic.RatePPM)
	assert.Equal(t, "time_to_show", table.Dynamic.Adjustments[0].Cause)
	assert.Equal(t, int64(5000), table.Fees[0].Max.Minor)

	h := s.hold("stalls-A-1")
	assert.Equal(t, int64(22000), h.Quote.Subtotal.Minor)
	assert.Equal(t, h.Quote.Total, table.Prices[0].AllIn, "with fees and tax")
	assert.False(t, table.AddsUp)

	var quote struct{ Total amount }
	s.get("/api/v1/shows/"+string(s.Programme.Show.ID)+"/quote?ticket=1.silver&ticket=1.gold.child").must(200, &quote)
	body := object{"show_id": s.Programme.Show.ID, "seats": []object{{"seat": "stalls-A-2"}, {"seat": "stalls-C-1", "buyer_type": "child"}}}
	var held struct{ Quote struct{ Total amount } }
	s.do(ask{method: "POST", path: "/api/v1/holds", body: body}).must(201, &held)
	assert.Equal(t, held.Quote.Total, quote.Total)
}

func TestCatalogue_Refusals(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	for path, want := range map[string]problem{
		"/api/v1/events":                              {Status: 400, Reason: "invalid_field", Field: "city"},
		"/api/v1/events?city=":                        {Status: 400, Reason: "invalid_field", Field: "city"},
		"/api/v1/events?city=mumbai&city=pune":        {Status: 400, Reason: "invalid_field", Field: "city"},
		"/api/v1/events?city=mumbai&town=pune":        {Status: 400, Reason: "invalid_field", Field: "town"},
		"/api/v1/events?city=mumbai&from=today":       {Status: 400, Reason: "invalid_field", Field: "from"},
		"/api/v1/events/nothing":                      {Status: 404, Reason: "not_found"},
		"/api/v1/events/evt_nothing":                  {Status: 404, Reason: "not_found"},
		"/api/v1/venues/nothing":                      {Status: 404, Reason: "not_found"},
		"/api/v1/venues?city=" + long(81):             {Status: 400, Reason: "invalid_field", Field: "city"},
		"/api/v1/cities?x=1":                          {Status: 400, Reason: "invalid_field", Field: "x"},
		"/api/v1/gateways?x":                          {Status: 400, Reason: "invalid_field", Field: "x"},
		"/api/v1/shows?limit=0":                       {Status: 400, Reason: "invalid_field", Field: "limit"},
		"/api/v1/shows?limit=201":                     {Status: 400, Reason: "invalid_field", Field: "limit"},
		"/api/v1/shows?limit=ten":                     {Status: 400, Reason: "invalid_field", Field: "limit"},
		"/api/v1/shows?cursor=abc":                    {Status: 400, Reason: "invalid_field", Field: "cursor"},
		"/api/v1/shows?date=22.11.2026":               {Status: 400, Reason: "invalid_field", Field: "date"},
		"/api/v1/shows?from=2026-11-22":               {Status: 400, Reason: "invalid_field", Field: "from"},
		"/api/v1/shows?status=draft":                  {Status: 400, Reason: "invalid_field", Field: "status"},
		"/api/v1/shows?status=sold":                   {Status: 400, Reason: "invalid_field", Field: "status"},
		"/api/v1/shows?event=nothing":                 {Status: 404, Reason: "not_found"},
		"/api/v1/shows?venue=nothing":                 {Status: 404, Reason: "not_found"},
		"/api/v1/shows/shw_nothing":                   {Status: 404, Reason: "not_found"},
		"/api/v1/shows/shw_nothing/seats":             {Status: 404, Reason: "not_found"},
		"/api/v1/shows/shw_nothing/seats?since=":      {Status: 400, Reason: "invalid_field", Field: "since"},
		"/api/v1/shows/shw_nothing/prices":            {Status: 404, Reason: "not_found"},
		"/api/v1/shows/shw_nothing/prices?q=1":        {Status: 400, Reason: "invalid_field", Field: "q"},
		"/api/v1/shows/shw_nothing/quote":             {Status: 400, Reason: "invalid_field", Field: "ticket"},
		"/api/v1/shows/shw_nothing/quote?ticket=1.a":  {Status: 404, Reason: "not_found"},
		"/api/v1/shows/x/quote?ticket=1.a&ticket=0.b": {Status: 400, Reason: "invalid_field", Field: "ticket[1]"},
		"/api/v1/shows/x/quote?ticket=201.a":          {Status: 400, Reason: "invalid_field", Field: "ticket[0]"},
		"/api/v1/shows/x/quote?ticket=2":              {Status: 400, Reason: "invalid_field", Field: "ticket[0]"},
		"/api/v1/shows/shw_nothing/geometry":          {Status: 404, Reason: "not_found"},
		"/api/v1/shows/shw_nothing/geometry?d=1":      {Status: 400, Reason: "invalid_field", Field: "d"},
		"/api/v1/shows/shw_nothing?x=1":               {Status: 400, Reason: "invalid_field", Field: "x"},
		"/api/v1/tickets/keys?x=1":                    {Status: 400, Reason: "invalid_field", Field: "x"},
		"/api/v1/events/x?y=1":                        {Status: 400, Reason: "invalid_field", Field: "y"},
		"/api/v1/venues/x?y=1":                        {Status: 400, Reason: "invalid_field", Field: "y"},
		"/api/v1/venues?y=1":                          {Status: 400, Reason: "invalid_field", Field: "y"},
		"/api/openapi.json?y=1":                       {Status: 400, Reason: "invalid_field", Field: "y"},
	} {
		got := s.get(path).refused(want.Status, want.Reason)
		assert.Equal(t, want.Field, got.Field, path)
		assert.NotEmpty(t, got.Detail, path)
	}
}

func TestDocument_ServedWithItsDigest(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	a := s.get("/api/openapi.json").must(200, nil)
	assert.Equal(t, "application/json", a.header.Get("Content-Type"))
	again := s.do(ask{method: "GET", path: "/api/openapi.json", header: map[string]string{"If-None-Match": a.header.Get("ETag")}})
	assert.Equal(t, http.StatusNotModified, again.status)
	assert.Empty(t, again.body)
}
