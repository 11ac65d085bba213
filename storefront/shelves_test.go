package storefront_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront"
)

// classed are the elements below a node that have a class.
func classed(n *html.Node, class string) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		for c := range strings.FieldsSeq(attr(d, "class")) {
			if c == class {
				found = append(found, d)
			}
		}
	}
	return found
}

func TestCity_AFullOneHasShelves(t *testing.T) {
	t.Parallel()
	s, _ := openDemo(t)
	b := s.visit(t)
	p := b.get("/en/berlin")
	slides := classed(p.doc, "slide")
	require.NotEmpty(t, slides)
	assert.LessOrEqual(t, len(slides), 5)
	kinds := map[string]bool{}
	for _, slide := range slides {
		kinds[textOf(classed(slide, "tag")[0])] = true
	}
	assert.Greater(t, len(kinds), 1, "the carousel has more than one kind of event")
	shelves := classed(p.doc, "shelf")
	require.Greater(t, len(shelves), 4)
	for _, shelf := range shelves {
		if has(shelf, "data-recent") {
			assert.True(t, has(shelf, "hidden"), "nothing was looked at yet")
			continue
		}
		cards := classed(shelf, "card")
		assert.NotEmpty(t, cards)
		assert.LessOrEqual(t, len(cards), 12)
		all := b.get(attr(all(shelf, "a")[0], "href"))
		assert.GreaterOrEqual(t, len(classed(all.doc, "card")), len(cards), "the link leads to all of the shelf")
		assert.Empty(t, classed(all.doc, "slide"), "who has chosen sees what was chosen")
	}
}

func TestCity_ShelvesAreByTheVenuesDays(t *testing.T) {
	t.Parallel()
	s, _ := openDemo(t)
	p := s.visit(t).get("/en/tokyo")
	zone, err := time.LoadLocation("Asia/Tokyo")
	require.NoError(t, err)
	today := s.Now().In(zone).Format(time.DateOnly)
	shelf := classed(p.doc, "shelf")[0]
	assert.Contains(t, textOf(shelf), "Today")
	assert.True(t, strings.HasSuffix(attr(all(shelf, "a")[0], "href"), "date="+today))
}

func TestCity_AFewEventsAreShownAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	p := s.visit(t).get("/en/mumbai")
	assert.Empty(t, classed(p.doc, "slide"))
	assert.Len(t, classed(p.doc, "card"), 1)
}

func TestHome_ShowsWhatIsComingAndTheCities(t *testing.T) {
	t.Parallel()
	s, _ := openDemo(t)
	b := s.visit(t)
	p := b.get("/es")
	assert.NotEmpty(t, classed(p.doc, "slide"))
	assert.LessOrEqual(t, len(classed(p.doc, "card")), 12)
	for _, card := range classed(p.doc, "card") {
		assert.GreaterOrEqual(t, len(classed(card, "tag")), 2, "its kind and its city")
	}
	assert.Contains(t, p.text(), "Elige tu ciudad")
	cities, carousel := strings.Index(p.body, `id="cities"`), strings.Index(p.body, "data-carousel")
	assert.True(t, 0 < cities && cities < carousel, "who has no city is asked for one first")
	dubai := p.follow("Dubai")
	assert.Equal(t, "/es/dubai", dubai.url.Path)
	assert.Contains(t, dubai.body, `<a class="quiet change" href="/es#cities"`)
}

func TestEvent_ADayCanBeNarrowed(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	s.another(t, 1, func(show *catalog.Show) { show.Format, show.Language = catalog.FormatIMAX, "ta" })
	s.another(t, 2, func(show *catalog.Show) { show.Format, show.Language = catalog.FormatIMAX, "hi" })
	b := s.visit(t)
	shows := func(p *page) int { return len(classed(p.doc, "show-clock")) }
	p := b.get("/en/mumbai/events/the-general")
	assert.Equal(t, 3, shows(p))
	imax := p.follow("IMAX")
	assert.Equal(t, "format=IMAX", imax.url.RawQuery)
	assert.Equal(t, 2, shows(imax))
	assert.Contains(t, imax.body, `aria-current="true">IMAX`)
	tamil := imax.follow("Tamil")
	assert.Equal(t, "format=IMAX&language=ta", tamil.url.RawQuery)
	assert.Equal(t, 1, shows(tamil))
	assert.Equal(t, 2, shows(b.get("/en/mumbai/events/the-general?date=2026-11-24&format=IMAX")), "the day stays")
	assert.Equal(t, 3, shows(b.get("/en/mumbai/events/the-general?format=8D&language=xx")), "a wish that nothing fits counts as none")
}

func TestPictures_AreDrawnOnceAndKept(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	p := b.get("/en/mumbai")
	address := attr(classed(p.doc, "poster")[0], "data-poster")
	assert.Regexp(t, `^/posters/the-general\.[0-9a-f]{10}\.svg$`, address)
	answer, body := b.raw(http.MethodGet, address, map[string]string{"Accept-Encoding": "identity"}, "")
	assert.Equal(t, "image/svg+xml", answer.Header.Get("Content-Type"))
	assert.Contains(t, answer.Header.Get("Cache-Control"), "immutable")
	assert.Contains(t, string(body), "<svg")
	packed, _ := b.raw(http.MethodGet, address, map[string]string{"Accept-Encoding": "br"}, "")
	assert.Equal(t, "br", packed.Header.Get("Content-Encoding"))
	old, _ := b.raw(http.MethodGet, "/posters/the-general.0000000000.svg", nil, "")
	assert.Equal(t, "public, max-age=3600", old.Header.Get("Cache-Control"), "not what its address says, so not for ever")

	event := s.Programme.Event
	event.Title = "The General, again"
	require.NoError(t, s.Catalog.PutEvent(t.Context(), event))
	s.Clock.Advance(time.Second) // by then a change is seen
	assert.NotEqual(t, address, attr(classed(b.get("/en/mumbai").doc, "poster")[0], "data-poster"), "another title is another picture")

	for path, kind := range map[string]string{
		"/cards/hi/the-general.png": "image/png", "/cards/en/_site.png": "image/png", "/icons/192.png": "image/png", "/icons/apple-180.png": "image/png", "/icons/maskable-512.png": "image/png",
	} {
		answer, body := b.raw(http.MethodGet, path, nil, "")
		assert.Equal(t, 200, answer.StatusCode, path)
		assert.Equal(t, kind, answer.Header.Get("Content-Type"), path)
		assert.Equal(t, "\x89PNG", string(body[:4]), path)
		assert.Less(t, len(body), 120_000, path)
	}
	for _, path := range []string{"/posters/the-general.png", "/posters/none.svg", "/cards/xx/the-general.png", "/cards/en/none.png", "/cards/en/.png", "/icons/64.png", "/icons/192.svg"} {
		answer, _ := b.raw(http.MethodGet, path, nil, "")
		assert.Equal(t, 404, answer.StatusCode, path)
	}
}
