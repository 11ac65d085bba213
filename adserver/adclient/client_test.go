package adclient_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/adserver/adclient"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// asked is a request as the server got it.
type asked struct {
	method, path, key, body string
}

// server answers with what a test has set, and keeps what it was asked.
type server struct {
	mu     sync.Mutex
	status int
	body   string
	stuck  bool
	got    []asked
	people []string // of each request, as balancers are told
}

// ServeHTTP implements http.Handler.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.got = append(s.got, asked{r.Method, r.URL.RequestURI(), r.Header.Get("Authorization"), string(body)})
	s.people = append(s.people, r.Header.Get("X-Marquee-User"))
	status, text, stuck := s.status, s.body, s.stuck
	s.mu.Unlock()
	if stuck {
		<-r.Context().Done() // the caller has given up
		return
	}
	if status >= 300 && status < 400 {
		w.Header().Set("Location", "/elsewhere")
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

func (s *server) answer(status int, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.body, s.stuck = status, body, false
}

func (s *server) stick() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stuck = true
}

func (s *server) asked() []asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]asked(nil), s.got...)
}

// open starts a server and a client of it that waits as long as a busy machine needs, unless the test says otherwise.
func open(t *testing.T, cfg adclient.Config) (*adclient.Client, *server) {
	t.Helper()
	s := &server{status: http.StatusOK, body: `{"request":"r1","slots":[]}`}
	site := httptest.NewServer(s)
	t.Cleanup(site.Close)
	cfg.URL, cfg.Publisher = site.URL, "demo"
	cfg.Timeout, cfg.WriteTimeout = cmp.Or(cfg.Timeout, time.Minute), cmp.Or(cfg.WriteTimeout, time.Minute)
	cfg.Window = cmp.Or(cfg.Window, time.Hour)
	c, err := adclient.New(cfg)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c, s
}

// one asks for one ad of a placement.
func one() adclient.Request {
	return adclient.Request{Slots: []adclient.Slot{{ID: "s1", Placement: "home-banner", Count: 1}}}
}

// banner is an ad as a server writes it.
const banner = `{"creative":12,"kind":"image","width":970,"height":250,"label":"Sponsored","advertiser":"Acme",
	"image":{"src":"https://ads.example/i/12.png","alt":"Acme shoes"},"click":"https://ads.example/c/T","view":"https://ads.example/v/T",
	"hide":"https://ads.example/h/T","why":"https://ads.example/why/T","reasons":["genre"]}`

// withAds is an answer with ads in the slot of one.
func withAds(ads ...string) string {
	return `{"request":"r1","slots":[{"id":"s1","ads":[` + strings.Join(ads, ",") + `]}]}`
}

func TestDecide_AsksAsTheServerWantsIt(t *testing.T) {
	t.Parallel()
	c, s := open(t, adclient.Config{Key: "secret"})
	s.answer(200, withAds(banner))
	r := one()
	r.Page = adclient.Page{URL: "https://shop.example/en", Kind: "home", Genres: []string{"drama"}, Event: "evt_1", Venue: "ven_1", City: "chennai", Country: "IN", Language: "ta", Query: "q"}
	r.Device = adclient.Device{Agent: "Mozilla/5.0", Address: "203.0.113.9"}
	r.User = adclient.User{ID: "u1", Consent: adclient.Consent{Personal: true, GPC: true}, Interests: []string{"genre:drama"}, Booked: []string{"genre:film"}}
	answer, err := c.Decide(t.Context(), r)
	require.NoError(t, err)
	assert.Equal(t, "r1", answer.Request)
	assert.Equal(t, []adclient.Ad{{
		Creative: 12, Kind: adclient.KindImage, Width: 970, Height: 250, Label: "Sponsored", Advertiser: "Acme",
		Image: &adclient.Image{Src: "https://ads.example/i/12.png", Alt: "Acme shoes"}, Click: "https://ads.example/c/T", View: "https://ads.example/v/T",
		Hide: "https://ads.example/h/T", Why: "https://ads.example/why/T", Reasons: []string{"genre"},
	}}, answer.Ads("s1"))
	assert.Empty(t, answer.Ads("s2"))
	got := s.asked()
	require.Len(t, got, 1)
	assert.Equal(t, asked{"POST", "/v1/decisions", "Bearer secret", got[0].body}, got[0])
	assert.JSONEq(t, `{"publisher":"demo","page":{"url":"https://shop.example/en","kind":"home","genres":["drama"],"event":"evt_1","venue":"ven_1","city":"chennai",
		"country":"IN","language":"ta","query":"q"},"device":{"ua":"Mozilla/5.0","ip":"203.0.113.9"},
		"user":{"id":"u1","consent":{"personal":true,"gpc":true},"interests":["genre:drama"],"booked":["genre:film"]},
		"slots":[{"id":"s1","placement":"home-banner","count":1}]}`, got[0].body)
}

// Whatever is about a person goes to the node that counts what he sees, and says so without his id.
func TestCalls_TellPeopleApartForABalancer(t *testing.T) {
	t.Parallel()
	c, s := open(t, adclient.Config{})
	r := one()
	r.User = adclient.User{ID: "u1", Consent: adclient.Consent{Personal: true}}
	_, err := c.Decide(t.Context(), r)
	require.NoError(t, err)
	require.NoError(t, c.OptOut(t.Context(), "u1"))
	require.NoError(t, c.Erase(t.Context(), "u1"))
	require.NoError(t, c.Erase(t.Context(), "u2"))
	_, err = c.Decide(t.Context(), one())
	require.NoError(t, err)
	require.Len(t, s.people, 5)
	assert.Regexp(t, "^[0-9a-f]{16}$", s.people[0])
	assert.Equal(t, s.people[0], s.people[1])
	assert.Equal(t, s.people[0], s.people[2])
	assert.NotEqual(t, s.people[0], s.people[3])
	assert.Empty(t, s.people[4], "nobody is known")
}

func TestDecide_WithoutConsentNothingOfTheUserIsWritten(t *testing.T) {
	t.Parallel()
	c, s := open(t, adclient.Config{})
	_, err := c.Decide(t.Context(), one())
	require.NoError(t, err)
	var sent map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(s.asked()[0].body), &sent))
	assert.JSONEq(t, `{"consent":{"personal":false}}`, string(sent["user"]))
	assert.Empty(t, s.asked()[0].key)
}

func TestDecide_WithoutSlotsNobodyIsAsked(t *testing.T) {
	t.Parallel()
	c, s := open(t, adclient.Config{})
	answer, err := c.Decide(t.Context(), adclient.Request{})
	require.NoError(t, err)
	assert.Empty(t, answer.Slots)
	assert.Empty(t, s.asked())
}

func TestDecide_WhatMakesNoSenseIsAnError(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"no JSON": "<html>welcome</html>", "empty": "", "a list": "[]", "no slots": `{"request":"r1"}`, "another type": `{"slots":[{"id":"s1","ads":"none"}]}`,
		"too long": withAds(banner, `{"html":"`+strings.Repeat("x", 2<<10)+`"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, s := open(t, adclient.Config{MaxBytes: 2 << 10})
			s.answer(200, body)
			answer, err := c.Decide(t.Context(), one())
			require.ErrorContains(t, err, "makes no sense")
			assert.Empty(t, answer.Slots)
		})
	}
}

func TestDecide_ARefusalIsSaid(t *testing.T) {
	t.Parallel()
	c, s := open(t, adclient.Config{})
	s.answer(422, `{"title":"unknown placement","detail":"there is no home-banner"}`)
	for range 20 { // what is refused does not open the circuit
		_, err := c.Decide(t.Context(), one())
		refused, ok := errors.AsType[*adclient.Error](err)
		require.True(t, ok, err)
		assert.Equal(t, &adclient.Error{Status: 422, Title: "unknown placement", Detail: "there is no home-banner"}, refused)
		assert.EqualError(t, refused, "the ad server answered with status 422: unknown placement: there is no home-banner")
	}
	assert.False(t, c.Down())
}

func TestDecide_RedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	c, s := open(t, adclient.Config{Key: "secret"})
	s.answer(302, "")
	_, err := c.Decide(t.Context(), one())
	require.ErrorContains(t, err, "status 302")
	assert.Len(t, s.asked(), 1, "nobody else gets the key")
}

func TestDecide_AServerThatIsSlowIsNotWaitedForAndThenLeftAlone(t *testing.T) {
	t.Parallel()
	c, s := open(t, adclient.Config{Timeout: 20 * time.Millisecond, Failures: 3, Rest: time.Hour})
	s.stick()
	for range 3 {
		_, err := c.Decide(t.Context(), one())
		require.ErrorContains(t, err, "does not answer")
		require.ErrorIs(t, err, context.DeadlineExceeded)
	}
	assert.True(t, c.Down())
	for range 100 {
		_, err := c.Decide(t.Context(), one())
		require.ErrorIs(t, err, adclient.ErrDown)
	}
	assert.LessOrEqual(t, len(s.asked()), 3, "it is not asked; of the three some may be on their way still")
	require.ErrorIs(t, c.Erase(t.Context(), "u1"), adclient.ErrDown)
}

func TestDecide_AfterARestOneCallTriesAgain(t *testing.T) {
	t.Parallel()
	c, s := open(t, adclient.Config{Failures: 1, Rest: time.Nanosecond})
	s.answer(500, "")
	_, err := c.Decide(t.Context(), one())
	require.ErrorContains(t, err, "status 500")
	s.answer(200, withAds(banner))
	answer, err := c.Decide(t.Context(), one())
	require.NoError(t, err)
	assert.Len(t, answer.Ads("s1"), 1)
	assert.False(t, c.Down())
}

func TestDecide_WhoGivesUpDoesNotOpenTheCircuit(t *testing.T) {
	t.Parallel()
	c, s := open(t, adclient.Config{Failures: 1, Rest: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Decide(ctx, one())
	require.ErrorIs(t, err, context.Canceled)
	assert.False(t, c.Down())
	s.answer(200, withAds())
	_, err = c.Decide(t.Context(), one())
	require.NoError(t, err)
}

func TestDecide_AServerThatIsAwayIsSaidWithoutItsAddress(t *testing.T) {
	t.Parallel()
	site := httptest.NewServer(http.NotFoundHandler())
	site.Close()
	c, err := adclient.New(adclient.Config{URL: site.URL, Publisher: "demo", WriteTimeout: time.Minute})
	require.NoError(t, err)
	defer c.Close()
	err = c.Erase(t.Context(), "u-who-wants-to-be-forgotten")
	require.ErrorContains(t, err, "does not answer")
	assert.NotContains(t, err.Error(), "u-who-wants")
}

func TestUsers_AreToldOfAndForgotten(t *testing.T) {
	t.Parallel()
	c, s := open(t, adclient.Config{Key: "secret"})
	s.answer(204, "")
	require.NoError(t, c.Prefer(t.Context(), "a/b", true))
	require.NoError(t, c.OptOut(t.Context(), "u1"))
	require.NoError(t, c.Erase(t.Context(), "u1"))
	assert.Equal(t, []asked{
		{"PUT", "/v1/users/a%2Fb/preferences?publisher=demo", "Bearer secret", `{"personalised":true}`},
		{"PUT", "/v1/users/u1/preferences?publisher=demo", "Bearer secret", `{"personalised":false}`},
		{"DELETE", "/v1/users/u1?publisher=demo", "Bearer secret", ""},
	}, s.asked())
	for _, user := range []string{"", ".", "..", strings.Repeat("x", 201)} {
		require.ErrorContains(t, c.Erase(t.Context(), user), "give an id")
		require.ErrorContains(t, c.OptOut(t.Context(), user), "give an id")
	}
	assert.Len(t, s.asked(), 3)
}

func TestHide_OnlyTheTokenOfAnAddressCounts(t *testing.T) {
	t.Parallel()
	c, s := open(t, adclient.Config{})
	s.answer(204, "")
	for _, address := range []string{"https://ads.example/h/abc-_9=", "http://127.0.0.1:1/h/abc-_9=", "/h/abc-_9=", "https://ads.example/ads/h/abc-_9="} {
		require.NoError(t, c.Hide(t.Context(), address), address)
	}
	for _, got := range s.asked() {
		assert.Equal(t, asked{"POST", "/h/abc-_9=", "", ""}, got)
	}
	assert.Len(t, s.asked(), 4)
	for _, address := range []string{"", "/h/", "https://ads.example/v/T", "/h/../v1/users", "/h/a%2Fb", "/h/a?b", "/h/a\r\nb", "/h/" + strings.Repeat("x", 1001)} {
		require.ErrorContains(t, c.Hide(t.Context(), address), "no address that hides", address)
	}
	assert.Len(t, s.asked(), 4)
}

func TestNew_NamesTheField(t *testing.T) {
	t.Parallel()
	good := adclient.Config{URL: "https://ads.example/", Publisher: "demo"}
	c, err := adclient.New(good)
	require.NoError(t, err)
	c.Close()
	for field, spoil := range map[string]func(*adclient.Config){
		"URL":          func(c *adclient.Config) { c.URL = "ads.example" },
		"URL is miss":  func(c *adclient.Config) { c.URL = "" },
		"URL has more": func(c *adclient.Config) { c.URL = "https://key@ads.example" },
		"Publisher":    func(c *adclient.Config) { c.Publisher = "" },
		"Key":          func(c *adclient.Config) { c.Key = "a\nb" },
		"Timeout":      func(c *adclient.Config) { c.Timeout = -1 },
		"WriteTimeout": func(c *adclient.Config) { c.WriteTimeout = -1 },
		"Window":       func(c *adclient.Config) { c.Window = -1 },
		"Rest":         func(c *adclient.Config) { c.Rest = -1 },
		"MaxBytes":     func(c *adclient.Config) { c.MaxBytes = -1 },
		"Failures":     func(c *adclient.Config) { c.Failures = -1 },
	} {
		cfg := good
		spoil(&cfg)
		_, err := adclient.New(cfg)
		assert.ErrorContains(t, err, "adclient: Config.", field)
		assert.ErrorContains(t, err, field)
	}
}
