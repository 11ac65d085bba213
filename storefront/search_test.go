package storefront_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/storefront"
)

// runs keeps a shop's storefront up to date until the test ends, and waits until it can be searched.
func (s *shop) runs(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.server.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-ended)
	})
	require.Eventually(t, func() bool {
		rc := requestTo("/mumbai/search")
		s.server.Handler(rc)
		return rc.Response.StatusCode() == fasthttp.StatusOK
	}, 10*time.Second, 5*time.Millisecond)
}

// plays adds an event with one show, so many hours after the kit's.
func (s *shop) plays(t *testing.T, title string, hours int, change func(*catalog.Event)) catalog.Event {
	t.Helper()
	event := s.Programme.Event
	event.ID, event.Title, event.OriginalTitle = id.New[catalog.EventID](catalog.EventPrefix, s.Now()), title, ""
	event.Slug, event.People, event.Synopsis = fmt.Sprintf("event-%s", strings.ToLower(string(event.ID[len(event.ID)-8:]))), nil, ""
	if change != nil {
		change(&event)
	}
	require.NoError(t, s.Catalog.PutEvent(t.Context(), event))
	s.another(t, hours, func(show *catalog.Show) { show.EventID = event.ID })
	return event
}

// searchable is a shop with several events.
func searchable(t *testing.T) *shop {
	t.Helper()
	s := open(t, bmstest.Options{}, storefront.Config{})
	s.plays(t, "Metropolis", 24, func(e *catalog.Event) {
		e.People, e.Genres = []catalog.Person{{Name: "Fritz Lang", Role: catalog.RoleDirector}}, []string{"science fiction"}
	})
	s.plays(t, "राजा हरिश्चन्द्र", 48, func(e *catalog.Event) { e.Genres, e.Language = []string{"drama"}, "hi" })
	s.plays(t, "Lang Lang in concert", 49, func(e *catalog.Event) { e.Kind, e.Genres = catalog.Concert, []string{"classical"} })
	s.runs(t)
	return s
}

func TestSearch_AnOrdinaryFormOnEveryPage(t *testing.T) {
	t.Parallel()
	s := searchable(t)
	b := s.visit(t)
	for _, path := range []string{"/mumbai", "/mumbai/events/the-general", "/shows/" + string(s.Programme.Show.ID), "/mumbai/search?q=x"} {
		f := b.get(path).form("Search")
		assert.Equal(t, "GET", f.method, path)
		assert.Equal(t, "/mumbai/search", f.action.Path, path)
	}
	f := b.get("/mumbai").form("Search")
	f.fields.Set("q", "metroplis")
	p := b.get(f.action.Path + "?" + f.fields.Encode())
	assert.Contains(t, p.text(), "1 event found.")
	assert.Contains(t, p.follow("Metropolis").text(), "Directed by Fritz Lang")
	assert.Equal(t, "metroplis", p.form("Search").fields.Get("q"), "what was typed stays")
	assert.Equal(t, "/search", b.get("/bookings").form("Search").action.Path)
}

func TestSearch_FiltersAreLinksWithCounts(t *testing.T) {
	t.Parallel()
	s := searchable(t)
	all := s.visit(t).get("/mumbai/search")
	assert.Contains(t, all.text(), "4 events are on.")
	concerts := all.follow("Concerts (1)")
	assert.Equal(t, "/mumbai/search?kind=concert", concerts.url.RequestURI())
	assert.Contains(t, concerts.text(), "1 event is on.")
	assert.NotContains(t, concerts.text(), "Metropolis")
	back := concerts.follow("Remove the filter Concerts")
	assert.Equal(t, "/mumbai/search", back.url.RequestURI())
	two := all.follow("Films (3)").follow("Drama (1)")
	assert.Contains(t, two.text(), "राजा हरिश्चन्द्र")
	assert.Equal(t, "/mumbai/search", two.follow("Remove all filters").url.RequestURI())
	day := s.visit(t).get("/mumbai/search?q=lang").follow("Wed 25 Nov (1)")
	assert.Equal(t, "/mumbai/search?q=lang&date=2026-11-25", day.url.RequestURI())
	assert.Contains(t, day.text(), "1 event found.")
	titles := s.visit(t).get("/mumbai/search?q=lang&kind=").follow("Title")
	assert.Equal(t, "/mumbai/search?q=lang&sort=title", titles.url.RequestURI())
	assert.Less(t, strings.Index(titles.text(), "Lang Lang in concert"), strings.LastIndex(titles.text(), "Metropolis"))
}

func TestSearch_NothingFoundLeadsOn(t *testing.T) {
	t.Parallel()
	s := searchable(t)
	b := s.visit(t)
	p := b.get("/mumbai/search?q=matrapolus&kind=concert")
	assert.Contains(t, p.text(), "Did you mean metropolis ?")
	assert.Contains(t, p.follow("metropolis").text(), "1 event found.")
	p = b.get("/mumbai/search?q=metropolis&kind=concert&genre=science+fiction")
	assert.Contains(t, p.text(), "Nothing for “metropolis” fits what you chose.")
	assert.NotContains(t, p.text(), "Search without “Science fiction”", "that finds nothing either")
	assert.Contains(t, p.follow("Search without “Concerts” (1)").text(), "1 event found.")
	p = b.get("/mumbai/search?q=zzzzzz")
	assert.Contains(t, p.text(), "We found nothing for “zzzzzz” in Mumbai.")
	assert.NotContains(t, p.text(), "Did you mean")
	assert.Contains(t, p.follow("See everything in Mumbai").text(), "Metropolis")
}

func TestSearch_OtherCitiesHaveIt(t *testing.T) {
	t.Parallel()
	s := searchable(t)
	venue := s.Programme.Venue
	venue.ID, venue.Slug, venue.City, venue.CitySlug = id.New[catalog.VenueID](catalog.VenuePrefix, s.Now()), "bijou", "Pune", "pune"
	require.NoError(t, s.Catalog.PutVenue(t.Context(), venue))
	b := s.visit(t)
	require.Eventually(t, func() bool { return strings.Contains(b.get("/pune/search").text(), "Nothing that fits is on in Pune.") }, 10*time.Second, 20*time.Millisecond)
	p := b.get("/pune/search?q=metropolis").follow("Mumbai (1)")
	assert.Equal(t, "/mumbai/search?q=metropolis", p.url.RequestURI())
	assert.Equal(t, "/mumbai/search", b.get("/search?q=metropolis").url.Path, "one city has it")
	assert.Equal(t, "/", b.get("/search").url.Path)
	assert.Contains(t, b.get("/search?q=matrapolus").text(), "Did you mean metropolis")
}

func TestSearch_AddressesOfAnyKind(t *testing.T) {
	t.Parallel()
	s := searchable(t)
	b := s.visit(t)
	for path, status := range map[string]int{
		"/mumbai/search?q=" + strings.Repeat("x", 201): 400, "/search?q=" + strings.Repeat("x", 201): 400, "/mumbai/search?date=soon": 400,
		"/atlantis/search": 404, "/mumbai/search?page=999&sort=price&kind=opera": 200, "/mumbai/search?page=-1&venue=" + strings.Repeat("x", 99): 200,
		"/mumbai/search?q=" + url.QueryEscape(`"><script>alert(1)</script>`) + "&genre=%3Cb%3E": 200, "/mumbai/search?q=%2B%2B+%F0%9F%8E%AD": 200,
	} {
		p := b.get(path)
		assert.Equal(t, status, p.status, "%.80s", path)
		assert.NotContains(t, p.body, "<script>alert", path)
		assert.NotContains(t, p.body, "<b>", path)
	}
	p := b.get("/mumbai/search?q=" + strings.Repeat("x", 201))
	assert.Contains(t, p.text(), "use at most 200 characters")
	assert.Contains(t, b.get("/mumbai/search?q=a").body, `content="noindex"`)
	assert.NotContains(t, b.get("/mumbai/search").body, `content="noindex"`)
}

func TestSearch_PagesByLinks(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	for i := range 30 {
		s.plays(t, fmt.Sprintf("Film number %02d", i), i+1, nil)
	}
	s.runs(t)
	first := s.visit(t).get("/mumbai/search?q=number")
	assert.Contains(t, first.text(), "30 events found, page 1 of 2.")
	second := first.follow("Next page")
	assert.Equal(t, "/mumbai/search?q=number&page=2", second.url.RequestURI())
	assert.Len(t, all(second.doc, "img"), 6)
	assert.Contains(t, second.follow("Previous page").text(), "page 1 of 2")
	rc := requestTo("/mumbai/search?q=number")
	s.server.Handler(rc)
	assert.LessOrEqual(t, len(fasthttp.AppendBrotliBytes(nil, rc.Response.Body())), 15<<10)
}

// What changes is found on every node, and pages of searches are made anew.
func TestSearch_ChangesAreFound(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	n := newNode(t, kit)
	page := "/mumbai/search?q=general"
	seen := func(path, text string) {
		t.Helper()
		require.Eventually(t, func() bool { return strings.Contains(n.get(path), text) }, 10*time.Second, 10*time.Millisecond, "%q at %s", text, path)
	}
	seen(page, "1 event found.")
	require.Eventually(t, func() bool { return strings.Contains(n.status(page), "; hit") }, 10*time.Second, 5*time.Millisecond)
	event := kit.Programme.Event
	event.Title, event.OriginalTitle = "Nosferatu", ""
	require.NoError(t, kit.Catalog.PutEvent(t.Context(), event))
	seen("/mumbai/search?q=nosferatu", "1 event found.")
	seen(page, "We found nothing")
	_, err := kit.Shows.SetStatus(t.Context(), kit.Programme.Show.ID, catalog.Paused)
	require.NoError(t, err)
	seen("/mumbai/search?q=nosferatu", "We found nothing")
}

func TestSearch_WithoutNewsItSaysSo(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	p := s.visit(t).get("/mumbai/search")
	assert.Equal(t, 503, p.status)
	assert.Contains(t, p.text(), "try again in a few seconds")
}

// key presses a key.
func (b *tab) key(key string) {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, chromedp.KeyEvent(key)))
}

func TestSearch_ComboboxByKeyboard(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := flowShop(t)
	s.plays(t, "General delight", 24, nil)
	s.runs(t)
	b := newTab(t, ctx, base)
	const input = `document.querySelector("#search")`
	is := func(name, value string) {
		t.Helper()
		b.holds(fmt.Sprintf("%s.getAttribute(%q) === %q", input, name, value))
	}
	b.open("/mumbai")
	is("role", "combobox")
	is("aria-expanded", "false")
	b.enter("#search", "gen")
	is("aria-expanded", "true")
	b.holds(`document.getElementById(` + input + `.getAttribute("aria-controls")).querySelectorAll('[role="option"]').length === 2`)
	b.holds(`document.querySelector('.search [role="status"]').textContent === "2 suggestions"`)
	b.holds(input + `.getAttribute("aria-activedescendant") === null`) // nothing is chosen for one
	b.accessible("suggestions")
	b.key(kb.ArrowDown)
	is("aria-activedescendant", "suggestion-0")
	b.key(kb.ArrowDown)
	is("aria-activedescendant", "suggestion-1")
	b.key(kb.ArrowDown)
	is("aria-activedescendant", "suggestion-0")
	b.key(kb.ArrowUp)
	is("aria-activedescendant", "suggestion-1")
	b.holds(`document.querySelectorAll('[aria-selected="true"]').length === 1`)
	b.key(kb.Home)
	b.holds(input + `.getAttribute("aria-activedescendant") === null && ` + input + `.selectionStart === 0`)
	b.key(kb.End)
	b.holds(input + `.selectionStart === 3`)
	b.key(kb.Escape)
	is("aria-expanded", "false")
	b.holds(input + `.value === "gen"`)
	b.key(kb.ArrowDown)
	is("aria-expanded", "true")
	is("aria-activedescendant", "suggestion-0")
	b.holds(`document.activeElement === ` + input)
	b.key(kb.Enter)
	b.holds(`location.pathname.startsWith("/mumbai/events/")`)
	b.open("/mumbai")
	b.enter("#search", "genral"+kb.Enter) // nothing chosen: what was typed is searched for
	b.holds(`location.search === "?q=genral"`)
	b.sees("2 events found.")
	b.accessible("what was found")
	b.open("/mumbai/search?q=matrapolus")
	b.accessible("nothing found")
	b.fits()
	b.quiet()
}

// A brand's search knows its partner's programme alone.
func TestSearch_ABrandFindsItsOwn(t *testing.T) {
	t.Parallel()
	kit, r, n := twoBrands(t)
	at := func(host, path string) string { return string(n.at(host, path).Body()) }
	path := "/mumbai/search?q=" + url.QueryEscape(kit.Programme.Event.Title)
	require.Eventually(t, func() bool { return strings.Contains(at("own.example", path), "1 event found.") }, 10*time.Second, 20*time.Millisecond)
	assert.NotContains(t, at("rival.example", path), "1 event found.")
	suggest := "/api/v1/suggest?city=mumbai&q=" + url.QueryEscape(kit.Programme.Event.Title)
	assert.Contains(t, at("own.example", suggest), kit.Programme.Event.Slug)
	assert.NotContains(t, at("rival.example", suggest), kit.Programme.Event.Slug)
	assert.NotEmpty(t, r.partner.ID)
}
