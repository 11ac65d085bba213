package storefront_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/internal/geo/geotest"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
)

// entry is where a storefront leads from an address, for a client.
func entry(t *testing.T, s *shop, path, from string, header ...string) string {
	t.Helper()
	server, err := web.New(s.server.Handler, web.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}, Fail: s.server.Fail})
	require.NoError(t, err)
	rc := requestTo(path)
	rc.Request.Header.Set("X-Forwarded-For", from)
	for i := 0; i < len(header); i += 2 {
		rc.Request.Header.Set(header[i], header[i+1])
	}
	server.Handler()(rc)
	require.Equal(t, fasthttp.StatusSeeOther, rc.Response.StatusCode(), "%s: %s", path, rc.Response.Body())
	assert.Equal(t, "no-store", string(rc.Response.Header.Peek("Cache-Control")), "where one is led is nobody else's business")
	return string(rc.Response.Header.Peek("Location"))
}

const (
	inPune    = "203.0.113.9"  // 120 km from Mumbai
	inKolkata = "203.0.113.77" // far away, in the same country
	inBavaria = "198.51.100.7"
	nowhere   = "192.0.2.1"
)

func guessing(t *testing.T) *shop {
	t.Helper()
	return open(t, bmstest.Options{}, storefront.Config{Places: geotest.Open(t,
		geotest.Record{Network: "203.0.113.0/26", Country: "IN", City: "Pune", Lat: 18.52, Lng: 73.86},
		geotest.Record{Network: "203.0.113.64/26", Country: "IN", City: "Kolkata", Lat: 22.57, Lng: 88.36},
		geotest.Record{Network: "198.51.100.0/24", Country: "DE", City: "Munich", Lat: 48.14, Lng: 11.58},
	)})
}

func TestEntry_TheCityIsGuessedAndSaid(t *testing.T) {
	t.Parallel()
	s := guessing(t)
	assert.Equal(t, "/en/mumbai?near=1", entry(t, s, "/", inPune))
	assert.Equal(t, "/hi/mumbai?near=1", entry(t, s, "/", inPune, "Accept-Language", "hi-IN"))
	assert.Equal(t, "/en/mumbai?near=1", entry(t, s, "/", inKolkata), "it is the country's")
	assert.Equal(t, "/en", entry(t, s, "/", inBavaria), "no city is near")
	assert.Equal(t, "/en", entry(t, s, "/", nowhere))
	assert.Equal(t, "/en/bookings", entry(t, s, "/bookings", inPune), "a place chooses where / leads, and nothing else")

	guessed := s.visit(t).get("/en/mumbai?near=1")
	assert.Contains(t, guessed.text(), "Showing Mumbai, which seems to be near you. Prices are in INR (₹). Change city")
	assert.Equal(t, "/en", guessed.follow("Change city").url.Path)
	assert.NotContains(t, s.visit(t).get("/en/mumbai").text(), "seems to be near you")
}

func TestEntry_AChoiceGoesBeforeAGuess(t *testing.T) {
	t.Parallel()
	s := guessing(t)
	assert.Equal(t, "/en/mumbai", entry(t, s, "/", inBavaria, "Cookie", "city=mumbai"))
	for _, none := range []string{"atlantis", "", "../bookings", "mumbai/x", "MUMBAI", strings.Repeat("x", 900)} {
		assert.Equal(t, "/en", entry(t, s, "/", inBavaria, "Cookie", "city="+none), none)
	}
	assert.Equal(t, "/de/mumbai", entry(t, s, "/", inPune, "Cookie", "city=mumbai; language=de", "Accept-Language", "hi"))
	assert.Equal(t, "/ta", entry(t, s, "/", nowhere, "Cookie", "language=xx", "Accept-Language", "ta"))
}

func TestEntry_WithoutADatabaseOneIsAsked(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	assert.Equal(t, "/en", entry(t, s, "/", inPune))
	assert.Contains(t, s.visit(t).get("/").text(), "Choose your city")
}

// An address without a language leads to the same place with one.
func TestLanguage_OldAddressesGoOnWorking(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{Inbox: true})
	for _, path := range []string{"/mumbai", "/mumbai?date=2026-11-24&kind=film", "/mumbai/events/the-general", "/bookings", "/b/K7PW-XF3X/return", "/inbox", "/search?q=general"} {
		assert.Equal(t, "/ar"+path, entry(t, s, path, nowhere, "Accept-Language", "ar"), path)
	}
	answer, _ := s.visit(t).raw(http.MethodGet, "/no/such/page/at/all", nil, "")
	assert.Equal(t, 404, answer.StatusCode, "what is nowhere is nowhere in every language")
}

func TestLanguage_IsChosenAtTheFootOfThePage(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	german := b.get("/en/mumbai?kind=film").follow("Deutsch")
	assert.Equal(t, "/de/mumbai?kind=film", german.url.RequestURI(), "the same page")
	assert.Contains(t, german.text(), "Programm in Mumbai")
	assert.Equal(t, "/de", b.get("/").url.Path, "and it is remembered")
	for _, evil := range []string{"//evil.example", `/\evil.example`, "https://evil.example", "evil", "/\t/evil.example", ""} {
		answer, _ := b.raw(http.MethodGet, "/language/hi?to="+url.QueryEscape(evil), nil, "")
		assert.Equal(t, "shop.example", answer.Request.URL.Host, evil)
		assert.Equal(t, "/hi", answer.Request.URL.Path, evil)
	}
	answer, _ := b.raw(http.MethodGet, "/language/xx?to=/mumbai", nil, "")
	assert.Equal(t, 404, answer.StatusCode)
}

func TestLanguage_ABrandOffersItsOwn(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := catalog.Brand{
		ID: id.New[catalog.BrandID](catalog.BrandPrefix, s.Now()), PartnerID: s.Programme.Partner.ID, Name: "Aurora", Hosts: []string{"shop.example"},
		Locales: []string{"de-AT", "ar", "fr"}, Currency: "INR",
	}
	require.NoError(t, s.Catalog.PutBrand(t.Context(), b))
	v := s.visit(t)
	home := v.get("/")
	assert.Equal(t, "/de", home.url.Path, "its first, for who asks for none")
	var offered []string
	for _, a := range all(home.doc, "a") {
		if strings.HasPrefix(attr(a, "href"), "/language/") {
			offered = append(offered, attr(a, "lang"))
		}
	}
	assert.Equal(t, []string{"de", "ar"}, offered, "those that we speak")
	assert.Equal(t, "/de/mumbai", v.get("/hi/mumbai").url.Path, "the same page in a language that is offered")
	answer, _ := v.raw(http.MethodGet, "/language/hi", nil, "")
	assert.Equal(t, 404, answer.StatusCode)
}

// latinWords finds words of more than three letters in a text of another script.
var latinWords = regexp.MustCompile(`[A-Za-z]{4,}`)

// Pages that everybody sees are wholly in their language: what is left in Latin letters are names and titles.
func TestLanguage_PublicPagesAreTranslated(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{Inbox: true})
	names := s.Programme.Partner.Name + s.Programme.Venue.Name + s.Programme.Venue.City + s.Programme.Venue.Address + s.Programme.Hall.Name + s.Programme.Event.Title +
		strings.Join(s.Programme.Event.Genres, " ") + s.Programme.Event.Synopsis + "Marquee Silver Gold English Español Deutsch Stalls"
	for _, l := range locale.Languages() {
		if l.Tag != "hi" && l.Tag != "ta" && l.Tag != "ar" {
			continue
		}
		for _, path := range []string{"/", "/mumbai", "/mumbai?date=2026-11-24", "/mumbai?kind=concert", "/mumbai/events/the-general", "/atlantis"} {
			p := s.visit(t).get(l.Path(path))
			root := all(p.doc, "html")[0]
			assert.Equal(t, l.Tag, attr(root, "lang"))
			assert.Equal(t, string(l.Direction), attr(root, "dir"))
			for _, word := range latinWords.FindAllString(p.text(), -1) {
				assert.Contains(t, names, word, "%s in %s", path, l.Tag)
			}
		}
	}
}

// Every text that pages ask for is there, and every text that is there is asked for.
func TestLanguage_TextsAreThoseOfThePages(t *testing.T) {
	t.Parallel()
	unknown, unused := localetest.New(t).Check(append(localetest.Used(t, "."), "fault.", "mail.", "time.", "why."))
	assert.Empty(t, unknown)
	assert.Empty(t, unused, "take them out of storefront/locale/messages")
}
