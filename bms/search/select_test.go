package search_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/search"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// show is one so many hours from now.
func show(hours int, date, format, language string) search.Show {
	return search.Show{StartsAt: now.Add(time.Duration(hours) * time.Hour), Date: date, Format: format, Language: language, Venue: "palace", Partner: "prt_a"}
}

// found is an event as an engine finds it.
func found(title string, score float64, kind catalog.Kind, genre string, shows ...search.Show) search.Candidate {
	return search.Candidate{Score: score, Document: &search.Document{
		ID: "event:" + title, Type: search.Event, City: "mumbai", Title: title, Kind: kind, Genres: []string{genre}, Shows: shows, Partner: []catalog.PartnerID{"prt_a"},
	}}
}

func titles(r search.Result) []string {
	var list []string
	for _, h := range r.Hits {
		list = append(list, h.Document.Title)
	}
	return list
}

func programme() []search.Candidate {
	return []search.Candidate{
		found("Metropolis", 5, catalog.Film, "Drama", show(1, "2026-11-22", "2D", "de"), show(25, "2026-11-23", "IMAX", "de")),
		found("The Kid", 5, catalog.Film, "comedy", show(3, "2026-11-22", "2D", "en")),
		found("Raga", 9, catalog.Concert, "classical", show(30, "2026-11-23", "live", "hi")),
		found("Over", 99, catalog.Film, "drama", show(-1, "2026-11-22", "2D", "en")),
	}
}

func TestSelect_OrdersAndPages(t *testing.T) {
	t.Parallel()
	for order, want := range map[search.Sort][]string{
		"":                 {"Raga", "Metropolis", "The Kid"}, // as well as another: the soonest
		search.ByRelevance: {"Raga", "Metropolis", "The Kid"},
		search.BySoonest:   {"Metropolis", "The Kid", "Raga"},
		search.ByTitle:     {"Metropolis", "Raga", "The Kid"},
	} {
		q := search.Query{City: "mumbai", Now: now, Sort: order, Limit: 10}
		assert.Equal(t, want, titles(search.Select(q, programme())), order)
		q.Offset, q.Limit = 1, 1
		r := search.Select(q, programme())
		assert.Equal(t, want[1:2], titles(r), order)
		assert.Equal(t, 3, r.Total)
		q.Offset = 50
		assert.Empty(t, search.Select(q, programme()).Hits)
	}
}

func TestSelect_FiltersHoldForOneShow(t *testing.T) {
	t.Parallel()
	q := search.Query{Now: now, Limit: 10}
	q.Filters[search.Format] = "IMAX"
	assert.Equal(t, []string{"Metropolis"}, titles(search.Select(q, programme())))
	q.Filters[search.Date] = "2026-11-22"
	assert.Empty(t, search.Select(q, programme()).Hits, "IMAX is on another day")
	q.Filters[search.Date] = "2026-11-23"
	r := search.Select(q, programme())
	require.Len(t, r.Hits, 1)
	assert.Equal(t, 1, r.Hits[0].Shows)
	assert.Equal(t, now.Add(25*time.Hour), r.Hits[0].Next, "the next show that fits")
}

func TestSelect_FacetsCountWhatAChoiceWouldShow(t *testing.T) {
	t.Parallel()
	q := search.Query{Now: now}
	q.Filters[search.Date] = "2026-11-22"
	r := search.Select(q, programme())
	assert.Equal(t, 2, r.Total)
	assert.Equal(t, []search.Count{{Value: "2026-11-22", Events: 2}, {Value: "2026-11-23", Events: 2}}, r.Facets[search.Date], "the filter of the dimension itself does not count")
	assert.Equal(t, []search.Count{{Value: "film", Events: 2}}, r.Facets[search.Kind])
	assert.Equal(t, []search.Count{{Value: "comedy", Events: 1}, {Value: "drama", Events: 1}}, r.Facets[search.GenreOf])
	assert.Equal(t, []search.Count{{Value: "2D", Events: 2}}, r.Facets[search.Format])
	assert.Equal(t, []search.Count{{Value: "mumbai", Events: 2}}, r.Cities)
	for _, d := range search.Dimensions() {
		for _, c := range r.Facets[d] {
			chosen := q
			chosen.Filters[d] = c.Value
			assert.Equal(t, c.Events, search.Select(chosen, programme()).Total, "%d=%s", d, c.Value)
		}
	}
}

func TestSelect_AccessAndPartners(t *testing.T) {
	t.Parallel()
	one, other := show(1, "2026-11-22", "", ""), show(2, "2026-11-22", "", "")
	one.Access, other.Access, other.Partner = search.Wheelchair|search.Subtitled, search.Subtitled, "prt_b"
	list := []search.Candidate{found("A", 1, catalog.Film, "", one), found("B", 1, catalog.Film, "", other)}
	list[1].Document.Partner = []catalog.PartnerID{"prt_b"}
	q := search.Query{Now: now, Limit: 5}
	q.Filters[search.Accessible] = "wheelchair"
	r := search.Select(q, list)
	assert.Equal(t, []string{"A"}, titles(r))
	assert.Equal(t, []search.Count{{Value: "subtitles", Events: 2}, {Value: "wheelchair", Events: 1}}, r.Facets[search.Accessible])
	q.Filters[search.Accessible] = "none"
	assert.Zero(t, search.Select(q, list).Total)
	assert.Equal(t, []string{"B"}, titles(search.Select(search.Query{Now: now, Partner: "prt_b", Limit: 5}, list)))
}

func TestSelect_PlacesAreNamedByWordsAlone(t *testing.T) {
	t.Parallel()
	list := []search.Candidate{
		{Document: &search.Document{ID: "1", Type: search.Venue, City: "mumbai", Title: "Palace"}, Score: 2},
		{Document: &search.Document{ID: "2", Type: search.City, City: "berlin", Title: "Berlin"}, Score: 9},
		{Document: &search.Document{ID: "3", Type: search.Venue, City: "berlin", Title: "Palast"}, Score: 3},
	}
	r := search.Select(search.Query{Text: "pala", City: "mumbai"}, list)
	require.Len(t, r.Places, 2, "cities are found everywhere")
	assert.Equal(t, "Berlin", r.Places[0].Title)
	assert.Empty(t, search.Select(search.Query{City: "mumbai"}, list).Places)
}

func TestDocumentsOf_OneForEachCity(t *testing.T) {
	t.Parallel()
	venues := map[catalog.VenueID]catalog.Venue{"v1": {ID: "v1", Slug: "palace", CitySlug: "mumbai"}, "v2": {ID: "v2", Slug: "palast", CitySlug: "berlin"}}
	at := func(venue catalog.VenueID, hours int, status catalog.ShowStatus) search.Source {
		return search.Source{Show: catalog.Show{VenueID: venue, StartsAt: now.Add(time.Duration(hours) * time.Hour), Status: status, PartnerID: "prt_a"}}
	}
	event := catalog.Event{
		ID: "evt_1", Title: "Metropolis", Language: "de",
		People: []catalog.Person{{Name: "Fritz Lang", Role: catalog.RoleDirector}, {Name: "Fritz Lang", Role: catalog.RoleWriter}},
	}
	other := at("v1", 1, catalog.SoldOut)
	other.Show.Language, other.Show.Subtitles, other.Wheelchair = "hi", []string{"en"}, true
	docs := search.DocumentsOf(event, venues, []search.Source{
		at("v1", 5, catalog.OnSale), other, at("v2", 1, catalog.OnSale), at("v2", 2, catalog.Draft), at("v2", 2, catalog.Cancelled), at("nowhere", 1, catalog.OnSale),
	})
	require.Len(t, docs, 2)
	assert.Equal(t, search.EventKey("evt_1", "berlin"), docs[0].ID)
	assert.Len(t, docs[0].Shows, 1)
	mumbai := docs[1]
	assert.Equal(t, []string{"Fritz Lang"}, mumbai.People)
	require.Len(t, mumbai.Shows, 2)
	assert.Equal(t, "hi", mumbai.Shows[0].Language, "the soonest first")
	assert.Equal(t, search.Wheelchair|search.Subtitled, mumbai.Shows[0].Access)
	assert.Equal(t, "de", mumbai.Shows[1].Language, "that of the event")
	assert.Empty(t, search.DocumentsOf(event, venues, nil))
	assert.True(t, mumbai.On("", now.Add(4*time.Hour)))
	assert.False(t, mumbai.On("", now.Add(5*time.Hour)))
	assert.False(t, mumbai.On("prt_b", now))
}

func TestPlacesOf_VenuesAndTheirCities(t *testing.T) {
	t.Parallel()
	docs := search.PlacesOf([]catalog.Venue{
		{ID: "v1", Slug: "palace", Name: "Palace", City: "Mumbai", CitySlug: "mumbai", PartnerID: "prt_a", Address: "1 Fort Road\nFort"},
		{ID: "v2", Slug: "bijou", Name: "Bijou", City: "Mumbai", CitySlug: "mumbai", PartnerID: "prt_b"},
	})
	require.Len(t, docs, 3)
	assert.Equal(t, []string{"1 Fort Road Fort", "Mumbai"}, docs[0].Also)
	assert.Equal(t, search.CityKey("mumbai"), docs[2].ID)
	assert.Equal(t, []catalog.PartnerID{"prt_a", "prt_b"}, docs[2].Partner)
}

func TestNames_AreKnown(t *testing.T) {
	t.Parallel()
	for _, s := range []search.Sort{search.ByRelevance, search.BySoonest, search.ByTitle} {
		assert.True(t, s.Valid())
	}
	for _, s := range []search.Type{search.Event, search.Venue, search.City, search.Person, search.Genre} {
		assert.True(t, s.Valid())
	}
	assert.False(t, search.Sort("price").Valid())
	assert.False(t, search.Type("").Valid())
}
