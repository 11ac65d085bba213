package storefront_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/sponsor"
	"github.com/marquee-tickets/marquee/storefront/sponsor/sponsortest"
)

// everywhere has all places at all brands.
func everywhere(catalog.Brand) []sponsor.Placement { return sponsor.Placements() }

// ads starts a source of ads that ends with the test.
func ads(t *testing.T) (*sponsortest.Source, sponsor.Config) {
	t.Helper()
	src := sponsortest.New()
	t.Cleanup(src.Close)
	return src, sponsor.Config{Source: src, Origins: []string{src.URL}, Where: everywhere}
}

// openSponsored opens a shop with ads in all places, whose event has genres.
func openSponsored(t *testing.T) (*shop, *sponsortest.Source) {
	t.Helper()
	src, cfg := ads(t)
	s := open(t, bmstest.Options{}, storefront.Config{Ads: cfg})
	s.withGenres(t)
	return s, src
}

// withGenres gives the shop's event genres.
func (s *shop) withGenres(t *testing.T) {
	t.Helper()
	s.Programme.Event.Genres = []string{"Comedy", "adventure"}
	require.NoError(t, s.Catalog.PutEvent(t.Context(), s.Programme.Event))
}

// asksFor sends what the script of a page sends, and returns the status and the parts by their places.
func (b *browser) asksFor(at string, fields url.Values, header ...string) (int, map[sponsor.Placement]string) {
	b.t.Helper()
	sent := formHeader()
	for i := 0; i < len(header); i += 2 {
		sent[header[i]] = header[i+1]
	}
	fields.Set("at", at)
	answer, body := b.raw(http.MethodPost, "/en/ads", sent, fields.Encode())
	assert.Equal(b.t, "no-store", answer.Header.Get("Cache-Control"))
	var parts map[sponsor.Placement]string
	if answer.StatusCode == http.StatusOK {
		require.Equal(b.t, "application/json", answer.Header.Get("Content-Type"))
		require.NoError(b.t, json.Unmarshal(body, &parts))
	}
	return answer.StatusCode, parts
}

// places are some in the form of a script.
func places(list ...sponsor.Placement) url.Values {
	v := url.Values{}
	for _, p := range list {
		v.Add("place", string(p))
	}
	return v
}

// agreeToAds has a browser agree, and returns its id.
func (b *browser) agreeToAds() string {
	b.t.Helper()
	b.get("/en/ads").form("Let ads go by my interests").send()
	require.Equal(b.t, "yes", b.cookie("ads", "/"))
	visitor := b.cookie("visitor", "/")
	require.NotEmpty(b.t, visitor)
	return visitor
}

func TestAds_PagesKeepPlacesWithSomethingOfOurs(t *testing.T) {
	t.Parallel()
	s, src := openSponsored(t)
	b := s.visit(t)
	for path, want := range map[string][]sponsor.Placement{
		"/en":                           {sponsor.HomeBanner, sponsor.Footer},
		"/en/mumbai":                    {sponsor.Listing, sponsor.CategoryBanner, sponsor.Footer},
		"/en/mumbai?kind=film":          {sponsor.Listing, sponsor.CategoryBanner, sponsor.Footer},
		"/en/mumbai/search":             {sponsor.Listing, sponsor.CategoryBanner, sponsor.Footer},
		"/en/mumbai/events/the-general": {sponsor.EventSide, sponsor.EventMid, sponsor.Footer},
	} {
		p := b.get(path)
		var got []sponsor.Placement
		names := map[string]bool{}
		for _, section := range all(p.doc, "section") {
			if has(section, "data-ad") {
				got = append(got, sponsor.Placement(attr(section, "data-ad")))
				names[attr(section, "aria-label")] = true
				assert.Contains(t, textOf(section), "Your next evening out", path)
				assert.NotEmpty(t, all(section, "a"), path)
			}
		}
		assert.Equal(t, want, got, path)
		assert.Len(t, names, len(want), "each place has a name of its own")
		assert.Contains(t, p.header.Get("Content-Security-Policy"), "connect-src 'self' "+src.URL, path)
		assert.NotContains(t, p.body, src.URL, "the page is the same whoever answers")
		assert.Contains(t, p.body, "/assets/ads.", path)
	}
	assert.Empty(t, src.Wishes(), "pages ask nobody")
	assert.Equal(t, 200, b.get("/en/mumbai").follow("Everything that is on in Mumbai").status)
}

func TestAds_WithoutASourceThereIsNoTrace(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	for _, path := range []string{"/en", "/en/mumbai", "/en/mumbai/search", "/en/mumbai/events/the-general"} {
		p := b.get(path)
		assertNoAds(t, p)
		assert.NotContains(t, p.header.Get("Content-Security-Policy"), "connect-src", path)
	}
	assert.Equal(t, 404, b.get("/en/ads").status)
	answer, _ := b.raw(http.MethodPost, "/en/ads", formHeader(), "at=/en")
	assert.Equal(t, 405, answer.StatusCode, "the page of a city takes no form")
}

// assertNoAds checks that a page has neither places for ads nor what fills them.
func assertNoAds(t *testing.T, p *page) {
	t.Helper()
	for _, trace := range []string{"data-ad", "/assets/ads.", `class="ad`, "/ads\"", "Advertising"} {
		assert.NotContains(t, p.body, trace, p.url)
	}
}

// Where somebody chooses seats, reserves, pays, has tickets or is asked for anything, no page has ads: the standards of the card schemes want no
// script of others beside a payment, and nobody wants to be distracted there.
func TestAds_NoneWhereSomebodyReservesPaysOrHasTickets(t *testing.T) {
	t.Parallel()
	src, cfg := ads(t)
	src.Put(src.Banner(sponsor.Footer))
	s := open(t, bmstest.Options{}, storefront.Config{Ads: cfg, Inbox: true})
	b := s.visit(t)
	b.agreeToAds()
	held := b.reserve("stalls-A-1")
	pay := held.ada()
	booked := pay.pay("pay")
	pages := []*page{
		b.seats(), held, b.get(held.url.Path), pay, booked, b.get(booked.url.Path), b.get(booked.url.Path + "/cancel"), b.get("/en/tickets"), b.get("/en/bookings"),
		b.get("/en/inbox"), b.get("/en/offline"), b.get("/en/ads"), b.get("/en/no-such-city"), b.get("/en/b/K7PW-XF3X"), b.get("/en/search?q=x"),
		b.get("/en/shows/" + string(s.Programme.Show.ID) + "/waitlist"),
	}
	for _, p := range pages {
		if p.url.Path != "/en/ads" {
			assertNoAds(t, p)
		}
		assert.NotContains(t, p.body, "data-ad=", p.url)
		assert.NotContains(t, p.header.Get("Content-Security-Policy"), src.URL, p.url)
	}
	assert.Empty(t, src.Wishes())
	for _, at := range []string{held.url.Path, booked.url.Path, "/en/tickets", "/en/bookings"} {
		status, _ := b.asksFor(at, places(sponsor.Footer))
		assert.Contains(t, []int{400, 404}, status, "nor can a page have them by asking: %s", at)
	}
	assert.Empty(t, src.Wishes())
}

func TestAds_EachKindComesAsItIs(t *testing.T) {
	t.Parallel()
	s, src := openSponsored(t)
	b := s.visit(t)
	text := src.Text(sponsor.EventSide)
	text.Title, text.Text = `<script>alert("1")</script>`, `"quoted" & more`
	src.Put(src.Banner(sponsor.Footer), text, src.Document(sponsor.EventMid))
	status, parts := b.asksFor("/en/mumbai/events/the-general", places(sponsor.Footer, sponsor.EventSide, sponsor.EventMid))
	require.Equal(t, 200, status)
	require.Len(t, parts, 3)

	banner := parts[sponsor.Footer]
	for _, want := range []string{
		`href="` + src.URL + `/c/footer" target="_blank" rel="sponsored noopener"`, `alt="Shoes that dance by themselves" width="970" height="250" loading="lazy"`,
		`data-view="` + src.URL + `/v/footer"`, `data-creative="1"`, ">Ad</span>", "Acme", "Why this ad?", `aria-label="Hide this ad: Acme"`, `action="/en/ads/hide"`,
	} {
		assert.Contains(t, banner, want)
	}
	assert.Contains(t, parts[sponsor.EventSide], "&lt;script&gt;")
	assert.NotContains(t, parts[sponsor.EventSide], "<script")
	document := parts[sponsor.EventMid]
	assert.Contains(t, document, `sandbox="" inert tabindex="-1"`)
	assert.Contains(t, document, `<a href="`+src.URL+`/c/event-mid" target="_blank" rel="sponsored noopener" aria-label="Ad by Acme">`, "the link over it is ours")
	assert.Contains(t, document, `title="Ad by Acme"`, "a frame has a name")
	assert.NotContains(t, document, "<script", "it is a value of a form")
}

func TestAds_ADocumentIsNobodysAndRunsNothing(t *testing.T) {
	t.Parallel()
	s, src := openSponsored(t)
	b := s.visit(t)
	answer, body := b.raw(http.MethodPost, "/en/ads/frame", formHeader(), url.Values{"document": {"<p>Shoes</p>"}}.Encode())
	assert.Equal(t, 200, answer.StatusCode)
	policy := answer.Header.Get("Content-Security-Policy")
	assert.True(t, strings.HasPrefix(policy, "sandbox; default-src 'none'"), policy)
	assert.Contains(t, policy, "img-src data: "+src.URL)
	assert.Equal(t, "no-store", answer.Header.Get("Cache-Control"))
	assert.Contains(t, string(body), "<p>Shoes</p>")
	answer, _ = b.raw(http.MethodPost, "/en/ads/frame", formHeader(), "")
	assert.Equal(t, 400, answer.StatusCode)
	foreign := formHeader()
	foreign["Origin"], foreign["Sec-Fetch-Site"] = "https://evil.example", "cross-site"
	answer, body = b.raw(http.MethodPost, "/en/ads/frame", foreign, url.Values{"document": {"<p>Shoes</p>"}}.Encode())
	assert.Equal(t, 403, answer.StatusCode)
	assert.NotContains(t, string(body), "Shoes")
}

func TestAds_WhatCannotBeShownIsNot(t *testing.T) {
	t.Parallel()
	s, src := openSponsored(t)
	b := s.visit(t)
	elsewhere, film := src.Banner(sponsor.Footer), src.Banner(sponsor.Footer)
	elsewhere.Picture, film.Kind = "https://elsewhere.example/i.png", "video"
	src.Put(elsewhere, film)
	status, _ := b.asksFor("/en", places(sponsor.Footer))
	assert.Equal(t, 204, status)
	src.Put(elsewhere, src.Text(sponsor.Footer), src.Banner(sponsor.Footer), src.Banner(sponsor.EventMid))
	_, parts := b.asksFor("/en", places(sponsor.Footer))
	require.Len(t, parts, 1)
	assert.Contains(t, parts[sponsor.Footer], "Shoes that dance", "the first that can be shown")
	hidden := places(sponsor.Footer)
	hidden.Set("hidden", "2")
	_, parts = b.asksFor("/en", hidden)
	assert.Contains(t, parts[sponsor.Footer], `data-creative="1"`, "this browser has hidden the other")
	nameless := src.Banner(sponsor.Footer)
	nameless.Creative = 0
	src.Put(nameless)
	hidden.Set("hidden", "0")
	_, parts = b.asksFor("/en", hidden)
	assert.Len(t, parts, 1, "what has no number is not known by it")
	status, _ = b.asksFor("/en", places("checkout", "sky"))
	assert.Equal(t, 204, status)
}

func TestAds_ASourceThatFailsOrIsSlowLeavesWhatIsOurs(t *testing.T) {
	t.Parallel()
	s, src := openSponsored(t)
	b := s.visit(t)
	src.Put(src.Banner(sponsor.Footer))
	src.Break(errors.New("down"))
	status, _ := b.asksFor("/en", places(sponsor.Footer))
	assert.Equal(t, 204, status)
	src.Break(nil)
	src.Stick()
	status, _ = b.asksFor("/en", places(sponsor.Footer))
	assert.Equal(t, 204, status)
}

func TestAds_WithoutConsentTheSourceIsToldOfThePageAlone(t *testing.T) {
	t.Parallel()
	s, src := openSponsored(t)
	b := s.visit(t)
	for _, row := range []struct {
		at   string
		want sponsor.Page
	}{
		{"/en", sponsor.Page{URL: host + "/en", Kind: "home", Language: "en"}},
		{"/ta/mumbai", sponsor.Page{URL: host + "/ta/mumbai", Kind: "city", City: "mumbai", Country: "IN", Language: "ta"}},
		{"/en/mumbai/search?q=my+secret&genre=Drama", sponsor.Page{URL: host + "/en/mumbai/search", Kind: "search", Genres: []string{"drama"}, City: "mumbai", Country: "IN", Language: "en"}},
		{"/en/mumbai/events/the-general?date=2026-11-23", sponsor.Page{
			URL: host + "/en/mumbai/events/the-general", Kind: "event", Genres: []string{"comedy", "adventure"}, Event: s.Programme.Event.ID, Venue: s.Programme.Venue.ID,
			City: "mumbai", Country: "IN", Language: "en",
		}},
	} {
		fields := places(sponsor.Footer)
		fields.Set("recent", string(s.Programme.Event.ID)) // a script does not; a visitor is not taken at its word
		fields.Set("searched", "drama")
		status, _ := b.asksFor(row.at, fields, "User-Agent", "Mozilla/5.0")
		assert.Equal(t, 204, status)
		wishes := src.Wishes()
		w := wishes[len(wishes)-1]
		w.Address = netip.Addr{}
		assert.Equal(t, sponsor.Wish{Page: row.want, Agent: "Mozilla/5.0", Places: []sponsor.Placement{sponsor.Footer}}, w, row.at)
	}
	assert.Empty(t, b.cookie("visitor", "/"), "nobody is made known by it")
}

func TestAds_WithConsentTheSourceIsToldOfTheTaste(t *testing.T) {
	t.Parallel()
	s, src := openSponsored(t)
	b := s.visit(t)
	b.reserve("stalls-A-1").ada().pay("pay")
	visitor := b.agreeToAds()
	fields := places(sponsor.Footer)
	fields["recent"], fields["searched"] = []string{string(s.Programme.Event.ID), "nonsense"}, []string{"Drama", "a", "b", "c", "d", "e"}
	_, _ = b.asksFor("/en/mumbai/search?q=buster", fields)
	w := src.Wishes()[0]
	assert.True(t, w.Personal)
	assert.Equal(t, visitor, w.Visitor)
	assert.Equal(t, "buster", w.Page.Query)
	assert.Equal(t, host+"/en/mumbai/search?q=buster", w.Page.URL)
	assert.Equal(t, sponsor.Taste{
		Interests: []string{"genre:comedy", "genre:adventure"}, Booked: []string{"genre:comedy", "genre:adventure"},
		Searched: []string{"genre:drama", "genre:a", "genre:b", "genre:c", "genre:d"},
	}, w.Taste)

	_, _ = b.asksFor("/en", fields, "Sec-GPC", "1")
	w = src.Wishes()[1]
	assert.True(t, w.Refused)
	assert.False(t, w.Personal)
	assert.Empty(t, w.Visitor)
	assert.Equal(t, sponsor.Taste{}, w.Taste)

	b.get("/en/ads").form("Stop, and forget my interests").send()
	assert.Equal(t, "no", b.cookie("ads", "/"))
	assert.Equal(t, []string{visitor}, src.Forgotten())
	_, _ = b.asksFor("/en", fields)
	w = src.Wishes()[2]
	assert.False(t, w.Personal || w.Refused)
	assert.Empty(t, w.Visitor)
}

func TestAds_WhoCannotBeForgottenIsToldAndMayTryAgain(t *testing.T) {
	t.Parallel()
	s, src := openSponsored(t)
	b := s.visit(t)
	visitor := b.agreeToAds()
	stop := b.get("/en/ads").form("Stop, and forget my interests")
	src.Break(errors.New("down"))
	assert.Equal(t, 500, stop.send().status)
	assert.Equal(t, "yes", b.cookie("ads", "/"))
	src.Break(nil)
	assert.Equal(t, 200, stop.send().status)
	assert.Equal(t, []string{visitor}, src.Forgotten())
}

func TestAds_ADeviceThatForgetsIsForgotten(t *testing.T) {
	t.Parallel()
	s, src := openSponsored(t)
	b := s.visit(t)
	visitor := b.agreeToAds()
	b.post("/en/forget", url.Values{})
	assert.Equal(t, []string{visitor}, src.Forgotten())
	assert.Empty(t, b.cookie("ads", "/"))
}

func TestAds_AreHiddenWhateverTheSourceSays(t *testing.T) {
	t.Parallel()
	s, src := openSponsored(t)
	b := s.visit(t)
	hide := func(fields url.Values) int {
		answer, _ := b.raw(http.MethodPost, "/en/ads/hide", formHeader(), fields.Encode())
		return answer.StatusCode
	}
	assert.Equal(t, 204, hide(url.Values{"ad": {src.URL + "/h/T"}, "quiet": {"1"}}))
	assert.Equal(t, []string{src.URL + "/h/T"}, src.Hidden())
	src.Break(errors.New("down"))
	assert.Equal(t, 204, hide(url.Values{"ad": {"T"}, "quiet": {"1"}}))
	for _, bad := range []string{"", strings.Repeat("x", 5000), "a\x01"} {
		assert.Equal(t, 400, hide(url.Values{"ad": {bad}}), "%.20q", bad)
	}
	assert.Len(t, src.Hidden(), 2)
}

func TestAds_AddressesThatAreNoPagesAreRefused(t *testing.T) {
	t.Parallel()
	s, src := openSponsored(t)
	b := s.visit(t)
	for at, want := range map[string]int{
		"": 400, "nonsense": 400, "https://evil.example/en": 400, "//evil.example/en": 400, "/mumbai": 400, "/en/a/b/c/d": 400, "/en/mumbai/other": 400, "/en/%zz": 400,
		"/en/" + strings.Repeat("x", 6000): 400, "/en/atlantis": 404, "/en/mumbai/events/none": 404, "/en/atlantis/search": 404,
	} {
		status, _ := b.asksFor(at, places(sponsor.Footer))
		assert.Equal(t, want, status, "%.40s", at)
	}
	assert.Empty(t, src.Wishes())
}

func TestAds_WhoAsksTooOftenWaits(t *testing.T) {
	t.Parallel()
	s, _ := openSponsored(t)
	b := s.visit(t)
	for range 200 {
		if status, _ := b.asksFor("/en", places()); status == 429 {
			return
		}
	}
	assert.Fail(t, "nobody was refused")
}

func TestAds_SayWhatTheyAreInEveryLanguage(t *testing.T) {
	t.Parallel()
	s, src := openSponsored(t)
	b := s.visit(t)
	src.Put(src.Banner(sponsor.Footer), src.Text(sponsor.Listing))
	for lang, want := range map[string][2]string{
		"en": {"Ad", "Sponsored"}, "de": {"Anzeige", "Gesponsert"}, "es": {"Anuncio", "Patrocinado"},
		"hi": {"विज्ञापन", "प्रायोजित"}, "ta": {"விளம்பரம்", "ஸ்பான்சர்"}, "ar": {"إعلان", "برعاية"},
	} {
		fields := places(sponsor.Footer, sponsor.Listing)
		fields.Set("at", "/"+lang+"/mumbai")
		answer, body := b.raw(http.MethodPost, "/"+lang+"/ads", formHeader(), fields.Encode())
		require.Equal(t, 200, answer.StatusCode)
		var parts map[sponsor.Placement]string
		require.NoError(t, json.Unmarshal(body, &parts))
		assert.Contains(t, parts[sponsor.Footer], `<span class="tag">`+want[0]+`</span>`, lang)
		assert.Contains(t, parts[sponsor.Listing], `<span class="tag">`+want[1]+`</span>`, lang)
		assert.Equal(t, 200, b.get("/"+lang+"/ads").status)
	}
	assert.Len(t, locale.Languages(), 6)
}

func TestAds_EachBrandHasItsOwnPlaces(t *testing.T) {
	t.Parallel()
	src, cfg := ads(t)
	src.Put(src.Banner(sponsor.HomeBanner), src.Banner(sponsor.Footer))
	cfg.Where = func(b catalog.Brand) []sponsor.Placement {
		if b.Name == "Own House" {
			return []sponsor.Placement{sponsor.Footer}
		}
		return nil
	}
	kit, _, _ := twoBrands(t)
	n := nodeOf(t, kit.Another(kit.Bank), storefront.Config{Sandbox: kit.Bank, Ads: cfg})
	own := string(n.at("own.example", "/en").Body())
	assert.Contains(t, own, `data-ad="footer"`)
	assert.NotContains(t, own, "home-banner")
	answer := n.at("own.example", "/en")
	require.Eventually(t, func() bool {
		answer = n.at("own.example", "/en")
		return strings.Contains(string(answer.Header.Peek("Cache-Status")), "hit")
	}, patience, 5*time.Millisecond, "it is kept for everybody")
	assert.Contains(t, string(answer.Header.Peek("Content-Security-Policy")), src.URL, "with its policy")
	for _, site := range []string{"rival.example", "elsewhere.example"} {
		assert.NotContains(t, string(n.at(site, "/en").Body()), "data-ad", site)
		assert.Equal(t, 404, n.at(site, "/en/ads").StatusCode(), site)
	}
}

func TestNew_RefusesAdsWithoutAnOrigin(t *testing.T) {
	t.Parallel()
	src, _ := ads(t)
	kit := bmstest.New(t, bmstest.Options{})
	_, err := storefront.New(kit.Client, storefront.Config{Ads: sponsor.Config{Source: src}})
	require.ErrorContains(t, err, "at least must be like https://ads.example")
}
