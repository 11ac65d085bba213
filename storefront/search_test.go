package storefront_test

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
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
		rc := requestTo("/en/mumbai/search")
		s.server.Handler(rc)
		return !strings.Contains(string(rc.Response.Body()), "getting ready")
	}, patience, 5*time.Millisecond)
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
	for _, path := range []string{"/en/mumbai", "/en/mumbai/events/the-general", "/en/shows/" + string(s.Programme.Show.ID), "/en/mumbai/search?q=x"} {
		f := b.get(path).form("Search")
		assert.Equal(t, "GET", f.method, path)
		assert.Equal(t, "/en/mumbai/search", f.action.Path, path)
	}
	f := b.get("/en/mumbai").form("Search")
	f.fields.Set("q", "metroplis")
	p := b.get(f.action.Path + "?" + f.fields.Encode())
	assert.Contains(t, p.text(), "1 event found.")
	assert.Contains(t, p.follow("Metropolis").text(), "Directed by Fritz Lang")
	assert.Equal(t, "metroplis", p.form("Search").fields.Get("q"), "what was typed stays")
	assert.Equal(t, "/en/search", b.get("/en/bookings").form("Search").action.Path)
}

func TestSearch_FiltersAreLinksWithCounts(t *testing.T) {
	t.Parallel()
	s := searchable(t)
	all := s.visit(t).get("/en/mumbai/search")
	assert.Contains(t, all.text(), "4 events are on.")
	concerts := all.follow("Concerts (1)")
	assert.Equal(t, "/en/mumbai/search?kind=concert", concerts.url.RequestURI())
	assert.Contains(t, concerts.text(), "1 event is on.")
	assert.NotContains(t, concerts.text(), "Metropolis")
	assert.Contains(t, concerts.body, `aria-label="Remove the filter Concerts"`)
	back := concerts.follow("Concerts ×")
	assert.Equal(t, "/en/mumbai/search", back.url.RequestURI())
	two := all.follow("Films (3)").follow("Drama (1)")
	assert.Contains(t, two.text(), "राजा हरिश्चन्द्र")
	assert.Equal(t, "/en/mumbai/search", two.follow("Remove all filters").url.RequestURI())
	day := s.visit(t).get("/en/mumbai/search?q=lang").follow("Wed, 25 Nov (1)")
	assert.Equal(t, "/en/mumbai/search?q=lang&date=2026-11-25", day.url.RequestURI())
	assert.Contains(t, day.text(), "1 event found.")
	titles := s.visit(t).get("/en/mumbai/search?q=lang&kind=").follow("Title")
	assert.Equal(t, "/en/mumbai/search?q=lang&sort=title", titles.url.RequestURI())
	assert.Less(t, strings.Index(titles.text(), "Lang Lang in concert"), strings.LastIndex(titles.text(), "Metropolis"))
}

// costs adds an event with a show at which nothing costs less than an amount.
func (s *shop) costs(t *testing.T, title, letter string, least int64) {
	t.Helper()
	list := s.Programme.Prices
	list.ID, list.Version, list.Prices = sibling(list.ID, letter), 1, slices.Clone(list.Prices)
	for i := range list.Prices {
		list.Prices[i].Amount.Minor = max(list.Prices[i].Amount.Minor, least)
	}
	require.NoError(t, s.Prices.PutList(t.Context(), list))
	event := s.Programme.Event
	event.ID, event.Slug, event.Title = sibling(event.ID, letter), "event-"+letter, title
	require.NoError(t, s.Catalog.PutEvent(t.Context(), event))
	s.another(t, 3, func(show *catalog.Show) { show.EventID, show.PriceListID = event.ID, string(list.ID) })
}

func TestSearch_ByPrice(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	s.costs(t, "A dear one", "1", 425_00) // and 25 rupees for the booking
	s.costs(t, "A dearer one", "2", 1175_00)
	s.costs(t, "The dearest", "3", 2575_00)
	s.runs(t)
	all := s.visit(t).get("/en/mumbai/search")
	assert.Contains(t, all.text(), "Price Under ₹400 (1) ₹400 to ₹1,000 (1) ₹1,000 to ₹2,500 (1) ₹2,500 and more (1)")
	some := all.follow("₹400 to ₹1,000 (1)")
	assert.Equal(t, "/en/mumbai/search?price=400-1000", some.url.RequestURI())
	assert.Contains(t, some.text(), "A dear one")
	assert.NotContains(t, some.text(), "The dearest")
	assert.NotContains(t, some.text(), "The General")
	assert.Equal(t, "/en/mumbai/search", some.follow("₹400 to ₹1,000 ×").url.RequestURI())
	none := s.visit(t).get("/en/mumbai/search?price=5-6")
	assert.Contains(t, none.text(), "Nothing that fits is on in Mumbai.")
	assert.Contains(t, none.follow("Search without “₹5 to ₹6” (4)").text(), "4 events are on.")
	assert.Contains(t, s.visit(t).get("/hi/mumbai/search").text(), "₹400 से ₹1,000 (1)")
}

// Who looks for events under a price pays less than that: fees count.
func TestSearch_ByThePriceThatOnePays(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	s.costs(t, "Nearly", "1", 390_00) // and 25 rupees for the booking
	s.costs(t, "A dear one", "2", 1200_00)
	s.runs(t)
	b := s.visit(t)
	under := b.get("/en/mumbai/search?price=0-400")
	assert.Contains(t, under.text(), "The General")
	assert.NotContains(t, under.text(), "Nearly")
	over := b.get("/en/mumbai/search?price=400-1000")
	assert.Contains(t, over.text(), "Nearly")
	assert.Contains(t, over.follow("Nearly").text(), "from ₹415 including fees")
}

func TestSearch_NothingFoundLeadsOn(t *testing.T) {
	t.Parallel()
	s := searchable(t)
	b := s.visit(t)
	p := b.get("/en/mumbai/search?q=matrapolus&kind=concert")
	assert.Contains(t, p.text(), "Did you mean metropolis ?")
	assert.Contains(t, p.follow("metropolis").text(), "1 event found.")
	p = b.get("/en/mumbai/search?q=metropolis&kind=concert&genre=science+fiction")
	assert.Contains(t, p.text(), "Nothing for “metropolis” fits what you chose.")
	assert.NotContains(t, p.text(), "Search without “Science fiction”", "that finds nothing either")
	assert.Contains(t, p.follow("Search without “Concerts” (1)").text(), "1 event found.")
	p = b.get("/en/mumbai/search?q=zzzzzz")
	assert.Contains(t, p.text(), "We found nothing for “zzzzzz” in Mumbai.")
	assert.NotContains(t, p.text(), "Did you mean")
	assert.Contains(t, p.follow("Show everything in Mumbai").text(), "Metropolis")
}

func TestSearch_OtherCitiesHaveIt(t *testing.T) {
	t.Parallel()
	s := searchable(t)
	venue := s.Programme.Venue
	venue.ID, venue.Slug, venue.City, venue.CitySlug = id.New[catalog.VenueID](catalog.VenuePrefix, s.Now()), "bijou", "Pune", "pune"
	require.NoError(t, s.Catalog.PutVenue(t.Context(), venue))
	b := s.visit(t)
	require.Eventually(t, func() bool {
		return strings.Contains(b.get("/en/pune/search").text(), "Nothing that fits is on in Pune.")
	}, patience, 20*time.Millisecond)
	p := b.get("/en/pune/search?q=metropolis").follow("Mumbai (1)")
	assert.Equal(t, "/en/mumbai/search?q=metropolis", p.url.RequestURI())
	assert.Equal(t, "/en/mumbai/search", b.get("/search?q=metropolis").url.Path, "one city has it")
	assert.Equal(t, "/hi/mumbai/search", b.get("/hi/search?q=metropolis").url.Path)
	assert.Equal(t, "/en", b.get("/search").url.Path)
	assert.Contains(t, b.get("/search?q=matrapolus").text(), "Did you mean metropolis ?")
	assert.Contains(t, b.get("/en/search?q=zzzzzz").text(), "We found nothing for “zzzzzz” in any city.")
}

func TestSearch_AddressesOfAnyKind(t *testing.T) {
	t.Parallel()
	s := searchable(t)
	b := s.visit(t)
	for path, status := range map[string]int{
		"/en/mumbai/search?q=" + strings.Repeat("x", 201): 400, "/en/search?q=" + strings.Repeat("x", 201): 400, "/en/mumbai/search?date=soon": 400,
		"/en/atlantis/search": 404, "/en/mumbai/search?page=999&sort=price&kind=opera": 200, "/en/mumbai/search?page=-1&venue=" + strings.Repeat("x", 99): 200,
		"/en/mumbai/search?q=" + url.QueryEscape(`"><script>alert(1)</script>`) + "&genre=%3Cb%3E": 200, "/en/mumbai/search?q=%2B%2B+%F0%9F%8E%AD": 200,
		"/en/mumbai/search?price=1-2&format=%3Cb%3E&language=%3Cb%3E&access=%3Cb%3E&venue=%3Cb%3E": 200, "/ar/mumbai/search?price=500-&language=xx&kind=film": 200,
		"/xx/mumbai/search": 404,
	} {
		p := b.get(path)
		assert.Equal(t, status, p.status, "%.80s", path)
		assert.NotContains(t, p.body, "<script>alert", path)
		assert.NotContains(t, p.body, "<b>", path)
	}
	p := b.get("/en/mumbai/search?q=" + strings.Repeat("x", 201))
	assert.Contains(t, p.text(), "use at most 200 characters")
	assert.Contains(t, b.get("/en/mumbai/search?q=a").body, `content="noindex"`)
	assert.NotContains(t, b.get("/en/mumbai/search").body, `content="noindex"`)
}

func TestSearch_PagesByLinks(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	for i := range 30 {
		s.plays(t, fmt.Sprintf("Film number %02d", i), i+1, nil)
	}
	s.runs(t)
	first := s.visit(t).get("/en/mumbai/search?q=number")
	assert.Contains(t, first.text(), "30 events found. Page 1 of 2.")
	second := first.follow("Next page")
	assert.Equal(t, "/en/mumbai/search?q=number&page=2", second.url.RequestURI())
	assert.Len(t, classed(second.doc, "card"), 6)
	assert.Contains(t, second.follow("Previous page").text(), "Page 1 of 2")
	rc := requestTo("/en/mumbai/search?q=number")
	s.server.Handler(rc)
	assert.LessOrEqual(t, len(fasthttp.AppendBrotliBytes(nil, rc.Response.Body())), 15<<10)
}

// What changes is found on every node, and pages of searches are made anew.
func TestSearch_ChangesAreFound(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	n := newNode(t, kit)
	page := "/en/mumbai/search?q=general"
	seen := func(path, text string) {
		t.Helper()
		require.Eventually(t, func() bool { return strings.Contains(n.get(path), text) }, patience, 10*time.Millisecond, "%q at %s", text, path)
	}
	seen(page, "1 event found.")
	require.Eventually(t, func() bool { return strings.Contains(n.status(page), "; hit") }, patience, 5*time.Millisecond)
	event := kit.Programme.Event
	event.Title, event.OriginalTitle = "Nosferatu", ""
	require.NoError(t, kit.Catalog.PutEvent(t.Context(), event))
	seen("/en/mumbai/search?q=nosferatu", "1 event found.")
	seen(page, "We found nothing")
	_, err := kit.Shows.SetStatus(t.Context(), kit.Programme.Show.ID, catalog.Paused)
	require.NoError(t, err)
	seen("/en/mumbai/search?q=nosferatu", "We found nothing")
}

// Before there is an index a search finds by titles, says so, and is kept by nobody.
func TestSearch_GettingReadyItFindsByTitles(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	s.plays(t, "Metropolis", 24, nil)
	s.plays(t, "Lang Lang in concert", 49, func(e *catalog.Event) { e.Kind = catalog.Concert })
	b := s.visit(t)
	p := b.get("/en/mumbai/search?q=METRO&format=IMAX")
	assert.Equal(t, 200, p.status)
	assert.Equal(t, "no-store", p.header.Get("Cache-Control"))
	assert.Contains(t, p.body, `content="noindex"`)
	assert.Contains(t, p.text(), "The search is getting ready")
	assert.Contains(t, p.text(), "1 event found.")
	assert.Contains(t, p.text(), "Metropolis")
	assert.Equal(t, "/en/mumbai/search?q=METRO&format=IMAX", p.follow("Search again").url.RequestURI())
	none := b.get("/en/mumbai/search?q=keaton").text()
	assert.NotContains(t, none, "We found nothing", "it has not looked everywhere")
	assert.Contains(t, b.get("/de/mumbai/search?kind=concert").text(), "1 Veranstaltung im Programm.")
	assert.Contains(t, b.get("/en/mumbai/search?q=lang&date=2026-11-26").text(), "1 event found.")
	cities := b.get("/en/search?q=lang")
	assert.Contains(t, cities.text(), "The search is getting ready")
	assert.Equal(t, "/en/mumbai/search?q=lang", cities.follow("Mumbai (1)").url.RequestURI())
	assert.Equal(t, 400, b.get("/en/mumbai/search?q="+strings.Repeat("x", 201)).status)
	s.runs(t)
	assert.NotContains(t, p.follow("Search again").text(), "getting ready")
}

// Whatever the language, the page says everything in it, leads to pages in it and goes the right way.
func TestSearch_SpeaksEveryLanguage(t *testing.T) {
	t.Parallel()
	s := searchable(t)
	for tag, says := range map[string][2]string{
		"en": {"4 events are on.", "Films (3)"}, "de": {"4 Veranstaltungen im Programm.", "Filme (3)"}, "es": {"Hay 4 eventos.", "Cine (3)"},
		"hi": {"4 कार्यक्रम चल रहे हैं।", "फ़िल्में (3)"}, "ta": {"4 நிகழ்ச்சிகள் நடக்கின்றன.", "திரைப்படங்கள் (3)"}, "ar": {"هناك 4 فعاليات.", "أفلام"},
	} {
		b := s.visit(t)
		for _, path := range []string{"/mumbai/search", "/mumbai/search?q=matrapolus&kind=concert", "/mumbai/search?date=2026-11-25&kind=film&language=hi", "/search?q=zzzz"} {
			p := b.get("/" + tag + path)
			root := all(p.doc, "html")[0]
			assert.Equal(t, tag, attr(root, "lang"))
			assert.Equal(t, map[bool]string{true: "rtl", false: "ltr"}[tag == "ar"], attr(root, "dir"))
			s.speaks(t, p, tag)
		}
		p := b.get("/" + tag + "/mumbai/search")
		assert.Contains(t, plainText(p), says[0], tag)
		films := p.follow(says[1])
		assert.Equal(t, "/"+tag+"/mumbai/search?kind=film", films.url.RequestURI())
	}
}

// isolates are what keeps foreign words from changing the order of what is around them.
var isolates = strings.NewReplacer("\u2068", "", "\u2069", "")

// plainText is the text of a page without marks that have no width.
func plainText(p *page) string { return isolates.Replace(p.text()) }

// own are words that every language shows as they are: what partners write, names, and how times are written.
var own = regexp.MustCompile(`(?i)the general|metropolis|lang lang in concert|matrapolus|zzzz|marquee|mumbai|science fiction|drama|classical|comedy|` +
	`aurora fort|screen 1|stalls|silver|gold|floor|name@example\.com|\bist\b|\b[ap]m\b|english|español|deutsch`)

// speaks checks that a page has links in its language alone, and for languages of other scripts no Latin words but names.
func (s *shop) speaks(t *testing.T, p *page, tag string) {
	t.Helper()
	for _, a := range all(p.doc, "a") {
		href, _, _ := strings.Cut(attr(a, "href"), "#")
		if strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "/language/") {
			assert.True(t, href == "/"+tag || strings.HasPrefix(href, "/"+tag+"/") || strings.HasPrefix(href, "/"+tag+"?"), "%s on %s", href, p.url)
		}
	}
	if tag != "hi" && tag != "ta" && tag != "ar" {
		return
	}
	latin := regexp.MustCompile(`[A-Za-z]{2,}`)
	rest := own.ReplaceAllString(plainText(p), "")
	assert.Empty(t, latin.FindAllString(rest, -1), "%s", p.url)
}

// Languages and kinds are found by their names in every language of the pages.
func TestSearch_FindsLanguagesByTheirNames(t *testing.T) {
	t.Parallel()
	s := searchable(t)
	b := s.visit(t)
	for _, name := range []string{"Hindi", "हिन्दी", "இந்தி", "الهندية"} {
		text := plainText(b.get("/en/mumbai/search?q=" + url.QueryEscape(name)))
		assert.Contains(t, text, "राजा हरिश्चन्द्र", name)
		assert.Contains(t, text, "1 event found.", name)
	}
	for _, name := range []string{"Konzert", "concierto", "कॉन्सर्ट", "حفلة موسيقية"} {
		assert.Contains(t, b.get("/en/mumbai/search?q="+url.QueryEscape(name)).text(), "Lang Lang in concert", name)
	}
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
	b.open("/en/mumbai")
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
	b.holds(`location.pathname.startsWith("/en/mumbai/events/")`)
	b.open("/en/mumbai")
	b.enter("#search", "genral"+kb.Enter) // nothing chosen: what was typed is searched for
	b.holds(`location.search === "?q=genral"`)
	b.sees("2 events found.")
	b.accessible("what was found")
	b.open("/en/mumbai/search?q=matrapolus")
	b.accessible("nothing found")
	b.fits()
	b.quiet()
}

func TestSearch_ComboboxSpeaksTheLanguage(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := flowShop(t)
	s.plays(t, "General delight", 24, nil)
	s.runs(t)
	b := newTab(t, ctx, base)
	for _, row := range [][4]string{
		{"de", "2 Vorschläge", "Keine Vorschläge", "Stadt"}, {"hi", "2 सुझाव", "कोई सुझाव नहीं", "शहर"}, {"ar", "اقتراحان", "لا توجد اقتراحات", "مدينة"},
	} {
		lang, two, none, city := row[0], row[1], row[2], row[3]
		said := func(words string) {
			t.Helper()
			b.holds(fmt.Sprintf(`document.querySelector('.search [role="status"]').textContent === %q`, words))
		}
		b.open("/" + lang + "/mumbai")
		b.enter("#search", "gen")
		said(two)
		b.holds(fmt.Sprintf(`document.querySelectorAll('.search [data-href^="/%s/mumbai/events/"]').length === 2`, lang))
		b.enter("#search", "zzz")
		said(none)
		b.open("/" + lang + "/mumbai")
		b.enter("#search", "mumbai")
		b.holds(fmt.Sprintf(`[...document.querySelectorAll('.search [role="option"]')].some(o => o.textContent === "Mumbai " + %q && o.dataset.href === "/%s/mumbai")`, city, lang))
		b.fits()
	}
	b.key(kb.ArrowDown)
	b.key(kb.Enter)
	b.holds(`location.pathname.startsWith("/ar/mumbai")`)
	b.quiet()
}

// A brand's search knows its partner's programme alone.
func TestSearch_ABrandFindsItsOwn(t *testing.T) {
	t.Parallel()
	kit, r, n := twoBrands(t)
	at := func(host, path string) string { return string(n.at(host, path).Body()) }
	suggest := "/api/v1/suggest?city=mumbai&q=" + url.QueryEscape(kit.Programme.Event.Title)
	// Until everything is read pages find titles, and there are no suggestions.
	require.Eventually(t, func() bool { return strings.Contains(at("own.example", suggest), kit.Programme.Event.Slug) }, patience, 20*time.Millisecond)
	path := "/en/mumbai/search?q=" + url.QueryEscape(kit.Programme.Event.Title)
	require.Eventually(t, func() bool { return strings.Contains(at("own.example", path), "1 event found.") }, patience, 20*time.Millisecond)
	assert.NotContains(t, at("rival.example", path), "1 event found.")
	assert.NotContains(t, at("rival.example", suggest), kit.Programme.Event.Slug)
	assert.NotEmpty(t, r.partner.ID)
}
