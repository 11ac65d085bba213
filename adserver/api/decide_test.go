package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/adclient"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/api"
)

// client is a publisher's, as a storefront makes it.
func (s *site) client(publisher string) *adclient.Client {
	s.t.Helper()
	c, err := adclient.New(adclient.Config{
		URL: s.base, Publisher: publisher, Key: api.Key(siteSecret, publisher), Timeout: 30 * time.Second, WriteTimeout: 30 * time.Second,
	})
	require.NoError(s.t, err)
	s.t.Cleanup(c.Close)
	return c
}

func asked(slots ...adclient.Slot) adclient.Request {
	return adclient.Request{
		Page: adclient.Page{URL: "https://demo.com/", Kind: "home", Country: "IN", City: "chennai", Genres: []string{"drama"}, Language: "en"},
		User: adclient.User{ID: "ann", Consent: adclient.Consent{Personal: true}, Interests: []string{"genre:drama"}}, Slots: slots,
		Device: adclient.Device{Agent: browser, Address: "203.0.113.9"},
	}
}

// What the server answers is what a publisher's client reads: every kind of ad, with all that the client wants of it, and addresses that work.
func TestDecisions_AsTheClientReadsThem(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	upload, err := s.db.PutAsset(t.Context(), 0, "image/png", "png", []byte("\x89PNG\r\n\x1a\n"))
	require.NoError(t, err)
	picture := s.ad("Picture", landing, func(l *ads.Line, _ *ads.Creative) { l.Targeting = "genre = comedy" })
	card := s.ad("Card", landing, func(l *ads.Line, c *ads.Creative) {
		l.Targeting = "genre = drama"
		c.Format, c.Size, c.Image = ads.Native, ads.Size{}, ads.ImagePart{}
		c.Native = ads.NativePart{Title: `A "card" </script>`, Body: "Body\u2028line", Action: "Go", Image: ads.ImagePart{URL: ads.AssetPath + upload, Alt: "Card"}}
	})
	s.ad("Code", landing, func(l *ads.Line, c *ads.Creative) {
		l.Targeting = "genre = opera"
		c.Format, c.Image, c.HTML = ads.HTML, ads.ImagePart{}, "<b>5 > 4</b>"
	})
	c := s.client("demo")
	one := func(placement, genre string) adclient.Ad {
		r := asked(adclient.Slot{ID: "1", Placement: placement, Count: 1}, adclient.Slot{ID: "2", Placement: placement, Count: 1})
		r.Page.Genres = []string{genre}
		got, err := c.Decide(t.Context(), r)
		require.NoError(t, err)
		require.NotEmpty(t, got.Request)
		require.Len(t, got.Ads("1"), 1)
		require.Empty(t, got.Ads("2"), "of one campaign there is one ad on a page")
		return got.Ads("1")[0]
	}
	top, list := one("home-banner", "comedy"), one("listing", "drama")
	token := strings.TrimPrefix(top.View, s.base+"/v/")
	assert.Equal(t, adclient.Ad{
		Creative: int64(picture), Kind: adclient.KindImage, Width: 970, Height: 250, Label: "Sponsored", Advertiser: "Acme <&> Sons",
		Image: &adclient.Image{Src: "https://acme.com/a.png", Alt: `"quoted" <alt>`},
		Click: s.base + "/c/" + token, View: s.base + "/v/" + token, Hide: s.base + "/h/" + token, Why: s.base + "/why/" + token,
	}, top)
	assert.EqualValues(t, card, list.Creative)
	assert.Equal(t, &adclient.Native{Title: `A "card" </script>`, Body: "Body\u2028line", CTA: "Go", Image: s.base + ads.AssetPath + upload}, list.Native)
	assert.Equal(t, "<b>5 > 4</b>", one("home-banner", "opera").HTML)
	for path, status := range map[string]int{top.View: http.StatusNoContent, top.Click: http.StatusFound, top.Why: http.StatusOK} {
		assert.Equal(t, status, s.send(http.MethodGet, strings.TrimPrefix(path, s.base), "").status)
	}
	require.NoError(t, c.Hide(t.Context(), top.Hide))
	r := asked(adclient.Slot{ID: "1", Placement: "home-banner", Count: 3})
	r.Page.Genres = []string{"comedy"}
	got, err := c.Decide(t.Context(), r)
	require.NoError(t, err)
	assert.Empty(t, got.Ads("1"))
}

// A place for which there is no ad has an empty list, and the slots are those of the request in its order.
func TestDecisions_Empty(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	got := s.send(http.MethodPost, "/v1/decisions", `{"publisher":"demo","slots":[{"id":"b","placement":"listing"},{"id":"a","placement":"home-banner","count":2}]}`)
	assert.Equal(t, http.StatusOK, got.status)
	assert.Equal(t, "application/json", got.header.Get("Content-Type"))
	assert.Equal(t, "no-store", got.header.Get("Cache-Control"))
	assert.Regexp(t, `^\{"request":"[0-9a-z]+","slots":\[\{"id":"b","ads":\[\]\},\{"id":"a","ads":\[\]\}\]\}$`, got.body)
}

// What is wrong with a request is said by the name of the field, and nothing of another field hides it.
func TestDecisions_NameTheField(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	const slots = `"slots":[{"id":"1","placement":"home-banner"}]`
	for body, field := range map[string]string{
		``: "", `[]`: "", `{`: "", `"x"`: "", `{"publisher":"demo",` + slots + `}x`: "",
		`{` + slots + `}`:                                                                 "publisher",
		`{"publisher":"nobody",` + slots + `}`:                                            "publisher",
		`{"publisher":7,` + slots + `}`:                                                   "publisher",
		`{"publisher":"demo"}`:                                                            "slots",
		`{"publisher":"demo","slots":[]}`:                                                 "slots",
		`{"publisher":"demo","slots":{"id":"1"}}`:                                         "slots",
		`{"publisher":"demo","slots":[{"id":"1"}]}`:                                       "slots[0].placement",
		`{"publisher":"demo","slots":[7]}`:                                                "slots.id",
		`{"publisher":"demo","slots":[{"id":"\"","placement":"home-banner"}]}`:            "slots.id",
		`{"publisher":"demo","slots":[{"id":"1\r\nx","placement":"home-banner"}]}`:        "slots.id",
		`{"publisher":"demo","slots":[{"placement":"home-banner"}]}`:                      "slots.id",
		`{"publisher":"demo","slots":[{"id":"1","placement":"nowhere"}]}`:                 "slots[0].placement",
		`{"publisher":"demo","slots":[{"id":"1","placement":["home-banner"]}]}`:           "slots.placement",
		`{"publisher":"demo","slots":[{"id":"1","placement":"home-banner","count":-1}]}`:  "slots[0].count",
		`{"publisher":"demo","slots":[{"id":"1","placement":"home-banner","count":4}]}`:   "slots[0].count",
		`{"publisher":"demo","slots":[{"id":"1","placement":"home-banner","count":"2"}]}`: "slots.count",
		`{"publisher":"demo","slots":[` + strings.Repeat(`{"id":"1","placement":"home-banner"},`, 20) + `{"id":"1","placement":"home-banner"}]}`: "slots",
		`{"publisher":"demo","page":{"city":7},` + slots + `}`:                                         "page.city",
		`{"publisher":"demo","page":{"genres":"drama"},` + slots + `}`:                                 "page.genres",
		`{"publisher":"demo","page":{"genres":[1]},` + slots + `}`:                                     "page.genres",
		`{"publisher":"demo","page":{"genres":[` + strings.Repeat(`"x",`, 64) + `"x"]},` + slots + `}`: "page.genres",
		`{"publisher":"demo","page":{"query":"` + strings.Repeat("x", 9000) + `"},` + slots + `}`:      "page.query",
		`{"publisher":"demo","user":{"id":{}},` + slots + `}`:                                          "user.id",
		`{"publisher":"demo","user":{"id":"` + strings.Repeat("x", 129) + `"},` + slots + `}`:          "user.id",
		`{"publisher":"demo","user":{"consent":{"tcf":true}},` + slots + `}`:                           "user.consent.tcf",
		`{"publisher":"demo","user":{"consent":{"gpc":"1"}},` + slots + `}`:                            "user.consent.gpc",
		`{"publisher":"demo","user":{"consent":{"lmt":1}},` + slots + `}`:                              "user.consent.lmt",
		`{"publisher":"demo","user":{"consent":{"gdpr":1}},` + slots + `}`:                             "user.consent.gdpr",
		`{"publisher":"demo","user":{"consent":{"child":"yes"}},` + slots + `}`:                        "user.consent.child",
		`{"publisher":"demo","preview":"yes",` + slots + `}`:                                           "preview",
	} {
		got := s.send(http.MethodPost, "/v1/decisions", body)
		if assert.Equal(t, http.StatusBadRequest, got.status, "%.200s: %.300s", body, got.body) {
			assert.Equal(t, field, problem(t, got).Field, "%.200s", body)
			assert.Equal(t, "application/problem+json", got.header.Get("Content-Type"))
		}
	}
	assert.Zero(t, s.engine.Counters().Decisions.Load())
}

// Who says whose browser it is proves to be the publisher; a browser says so itself, from one of the publisher's pages.
func TestDecisions_WhoMayAsk(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	key := func(secret []byte, publisher string) string { return "Bearer " + api.Key(secret, publisher) }
	for name, c := range map[string]struct {
		header, value string
		status        int
	}{
		"own key":       {"Authorization", key(siteSecret, "demo"), http.StatusOK},
		"other's key":   {"Authorization", key(siteSecret, "other"), http.StatusUnauthorized},
		"other secret":  {"Authorization", key([]byte("another secret of 16"), "demo"), http.StatusUnauthorized},
		"no key":        {"Authorization", "Bearer ", http.StatusUnauthorized},
		"basic":         {"Authorization", "Basic " + api.Key(siteSecret, "demo"), http.StatusUnauthorized},
		"cut":           {"Authorization", key(siteSecret, "demo")[:20], http.StatusUnauthorized},
		"own page":      {"Origin", "https://demo.com", http.StatusOK},
		"page below":    {"Origin", "https://www.DEMO.com:8443", http.StatusOK},
		"other's page":  {"Origin", "https://other.com", http.StatusForbidden},
		"looks like it": {"Origin", "https://demo.com.evil.example", http.StatusForbidden},
		"ends like it":  {"Origin", "https://evildemo.com", http.StatusForbidden},
		"no page":       {"Origin", "null", http.StatusForbidden},
		"an empty host": {"Origin", "https://", http.StatusForbidden},
		"a program":     {"Accept", "*/*", http.StatusOK},
	} {
		got := s.send(http.MethodPost, "/v1/decisions", decision, c.header, c.value)
		assert.Equal(t, c.status, got.status, "%s: %s", name, got.body)
		assert.Equal(t, "*", got.header.Get("Access-Control-Allow-Origin"))
	}
}

// Browsers of other pages may ask whether they may, and are told by which methods.
func TestDecisions_Preflight(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	got := s.send(http.MethodOptions, "/v1/decisions", "", "Origin", "https://demo.com", "Access-Control-Request-Method", "POST")
	assert.Equal(t, http.StatusNoContent, got.status)
	assert.Contains(t, got.header.Get("Access-Control-Allow-Methods"), "POST")
	assert.Equal(t, "Content-Type", got.header.Get("Access-Control-Allow-Headers"), "a key is none of a browser's")
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodHead} {
		assert.Equal(t, http.StatusBadRequest, s.send(method, "/v1/decisions", "").status)
	}
}

// Of a server's request, its own address and agent say nothing: the browser's are those that it names.
func TestDecisions_OfAServerAreItsVisitors(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	c := s.client("demo")
	r := asked(adclient.Slot{ID: "1", Placement: "home-banner", Count: 1})
	r.Device.Agent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
	got, err := c.Decide(t.Context(), r)
	require.NoError(t, err)
	view := strings.TrimPrefix(got.Ads("1")[0].View, s.base)
	assert.Equal(t, http.StatusNoContent, s.send(http.MethodGet, view, "").status)
	assert.Zero(t, s.engine.Counters().Views.Load(), "it was a robot's page")
}

// What a browser said of itself is nothing that the next request, of another person, is judged by.
func TestDecisions_HintsAreOfOneRequest(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, func(l *ads.Line, _ *ads.Creative) { l.Targeting = "device = phone" })
	c := s.client("demo")
	for range 50 { // what is used again is any of those that are there
		got := s.send(http.MethodPost, "/v1/decisions", decision, "Sec-CH-UA-Mobile", "?1", "Sec-CH-UA-Platform", `"Android"`)
		require.Contains(t, got.body, `"creative"`)
		list, err := c.Decide(t.Context(), asked(adclient.Slot{ID: "1", Placement: "home-banner", Count: 1}))
		require.NoError(t, err)
		require.Empty(t, list.Ads("1"), "of a desktop")
	}
}

// A browser that objects in a header is heard over what the page says.
func TestDecisions_HeadersObject(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, func(l *ads.Line, _ *ads.Creative) { l.Targeting = "interest = drama" })
	body := strings.Replace(decision, `"id":"ann",`, `"id":"ann","interests":["drama"],`, 1)
	count := func(headers ...string) int {
		got := s.send(http.MethodPost, "/v1/decisions", body, headers...)
		require.Equal(t, http.StatusOK, got.status, got.body)
		return strings.Count(got.body, `"creative"`)
	}
	assert.Equal(t, 1, count())
	assert.Zero(t, count("Sec-GPC", "1"))
	assert.Zero(t, count("DNT", "1"))
	assert.Equal(t, 1, count(), "the request before says nothing of this one")
}

// Previews are served and never billed.
func TestDecisions_Preview(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	list := s.tokens(strings.Replace(decision, `{`, `{"preview":true,`, 1))
	require.Len(t, list, 1)
	assert.Equal(t, http.StatusNoContent, s.send(http.MethodGet, "/v/"+list[0], "").status)
	assert.Zero(t, s.engine.Counters().Views.Load())
}

// Whatever the names of slots are, the answer is JSON.
func TestDecisions_AnswersAreJSON(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	for _, id := range []string{"1", "a-b_c.d:e", strings.Repeat("x", 64), "ü", "a b", "<", `\u0000`, strings.Repeat("x", 65)} {
		got := s.send(http.MethodPost, "/v1/decisions", fmt.Sprintf(`{"publisher":"demo","slots":[{"id":"%s","placement":"home-banner"}]}`, id))
		assert.True(t, json.Valid([]byte(got.body)), got.body)
	}
	_, err := s.client("demo").Decide(context.Background(), asked(adclient.Slot{ID: "ü", Placement: "home-banner", Count: 1}))
	require.ErrorContains(t, err, "must be of at most 64 letters")
}
