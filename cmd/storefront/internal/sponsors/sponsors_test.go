package sponsors_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/adclient"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/cmd/storefront/internal/sponsors"
	"github.com/marquee-tickets/marquee/storefront/sponsor"
)

// adServer answers as the ad server does, in the words of its API.
type adServer struct {
	mu    sync.Mutex
	fails bool
	asked []string // methods and paths
	last  adclient.Request
}

const answer = `{"request":"r1","slots":[
	{"id":"footer","ads":[{"creative":12,"kind":"image","width":728,"height":90,"label":"Sponsored","advertiser":"Acme","image":{"src":"http://ads.example/i.png","alt":"Shoes"},
		"click":"http://ads.example/c/T","view":"http://ads.example/v/T","hide":"http://ads.example/h/T","why":"http://ads.example/why/T"}]},
	{"id":"listing","ads":[{"creative":13,"kind":"native","native":{"title":"Shoes","body":"Run.","cta":"Buy","image":"http://ads.example/n.png"},
		"click":"http://ads.example/c/U","view":"http://ads.example/v/U"}]},
	{"id":"event-mid","ads":[{"creative":14,"kind":"html","width":300,"height":250,"html":"<p>Shoes</p>","click":"http://ads.example/c/V","view":"http://ads.example/v/V"}]},
	{"id":"home-banner","ads":[]}]}`

// ServeHTTP implements http.Handler.
func (s *adServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.Method+" "+r.URL.Path)
	if s.fails {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	if r.URL.Path != "/v1/decisions" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	s.last = adclient.Request{}
	if err := json.NewDecoder(r.Body).Decode(&s.last); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	_, _ = io.WriteString(w, answer)
}

func (s *adServer) fail(fails bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails = fails
}

func (s *adServer) request() adclient.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// patience is how long an answer may take on a busy machine.
const patience = 30 * time.Second

// open starts an ad server and a source over it.
func open(t *testing.T, cfg sponsors.Config) (*sponsors.Source, *adServer) {
	t.Helper()
	server := &adServer{}
	site := httptest.NewServer(server)
	t.Cleanup(site.Close)
	cfg.URL, cfg.Timeout, cfg.WriteTimeout = site.URL, patience, patience
	if cfg.Publisher == "" {
		cfg.Publisher = "demo"
	}
	if cfg.Secret == nil {
		cfg.Secret = func(context.Context, string) ([]byte, error) { return []byte("0123456789abcdef"), nil }
	}
	s, err := sponsors.New(cfg)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s, server
}

// choose asks until it is answered: a server that has failed is left alone for a while.
func choose(t *testing.T, s *sponsors.Source, w sponsor.Wish) []sponsor.Ad {
	t.Helper()
	var list []sponsor.Ad
	require.Eventually(t, func() bool {
		var err error
		list, err = s.Choose(t.Context(), w)
		return err == nil
	}, patience, 10*time.Millisecond)
	return list
}

func TestChoose_AdsComeAsPagesKnowThem(t *testing.T) {
	t.Parallel()
	s, _ := open(t, sponsors.Config{})
	list := choose(t, s, sponsor.Wish{Places: []sponsor.Placement{sponsor.Footer, sponsor.Listing, sponsor.EventMid, sponsor.HomeBanner}})
	assert.Equal(t, []sponsor.Ad{
		{
			Placement: sponsor.Footer, Creative: 12, Kind: sponsor.Image, Width: 728, Height: 90, Advertiser: "Acme", Picture: "http://ads.example/i.png", Alt: "Shoes",
			Click: "http://ads.example/c/T", View: "http://ads.example/v/T", Hide: "http://ads.example/h/T", Why: "http://ads.example/why/T",
		},
		{
			Placement: sponsor.Listing, Creative: 13, Kind: sponsor.Native, Title: "Shoes", Text: "Run.", Action: "Buy", Picture: "http://ads.example/n.png",
			Click: "http://ads.example/c/U", View: "http://ads.example/v/U",
		},
		{
			Placement: sponsor.EventMid, Creative: 14, Kind: sponsor.HTML, Width: 300, Height: 250, Document: "<p>Shoes</p>",
			Click: "http://ads.example/c/V", View: "http://ads.example/v/V",
		},
	}, list)
	cfg := s.Config(nil)
	cfg.Origins = []string{"http://ads.example"}
	for _, a := range list {
		assert.True(t, cfg.Shows(a), a.Kind)
	}
}

func TestChoose_OfWhoHasNotAgreedNothingIsTold(t *testing.T) {
	t.Parallel()
	s, server := open(t, sponsors.Config{})
	taste := sponsor.Taste{Interests: []string{"genre:drama"}, Followed: []string{"artist:1"}, Booked: []string{"genre:film"}, Searched: []string{"genre:opera"}}
	w := sponsor.Wish{
		Page:  sponsor.Page{URL: "https://shop.example/en/mumbai", Kind: "city", Genres: []string{"drama"}, Event: "evt_1", Venue: "ven_1", City: "mumbai", Country: "IN", Language: "en"},
		Agent: "Mozilla/5.0", Address: netip.MustParseAddr("203.0.113.0"), Refused: true, Visitor: "VISITOR", Taste: taste, Places: []sponsor.Placement{sponsor.Footer},
	}
	choose(t, s, w)
	assert.Equal(t, adclient.Request{
		Page: adclient.Page{
			URL: "https://shop.example/en/mumbai", Kind: "city", Genres: []string{"drama"}, Event: "evt_1", Venue: "ven_1", City: "mumbai", Country: "IN", Language: "en",
		},
		Device: adclient.Device{Agent: "Mozilla/5.0", Address: "203.0.113.0"}, User: adclient.User{Consent: adclient.Consent{GPC: true}},
		Slots: []adclient.Slot{{ID: "footer", Placement: "footer", Count: 1}},
	}, server.request(), "though the wish has a visitor and a taste")

	w.Personal, w.Refused, w.Address = true, false, netip.Addr{}
	choose(t, s, w)
	got := server.request()
	assert.Empty(t, got.Device.Address)
	assert.True(t, got.User.Consent.Personal)
	assert.Len(t, got.User.ID, 32)
	assert.NotContains(t, got.User.ID, "VISITOR")
	assert.Equal(t, taste, sponsor.Taste{Interests: got.User.Interests, Followed: got.User.Followed, Booked: got.User.Booked, Searched: got.User.Searched})
}

func TestVisitors_HaveANumberAtEachPublisher(t *testing.T) {
	t.Parallel()
	number := func(publisher, visitor string) string {
		s, server := open(t, sponsors.Config{Publisher: publisher})
		choose(t, s, sponsor.Wish{Personal: true, Visitor: visitor, Places: []sponsor.Placement{sponsor.Footer}})
		id := server.request().User.ID
		require.NoError(t, s.Forget(t.Context(), visitor))
		server.mu.Lock()
		defer server.mu.Unlock()
		assert.Contains(t, server.asked, "DELETE /v1/users/"+id, "who is forgotten is who was known")
		return id
	}
	ada := number("demo", "ada")
	assert.Equal(t, ada, number("demo", "ada"))
	assert.NotEqual(t, ada, number("demo", "bob"))
	assert.NotEqual(t, ada, number("other", "ada"))
	assert.NotEqual(t, number("a", "b\x00c"), number("a\x01b", "c"))
}

func TestVisitors_AreNotToldOfWithoutASecret(t *testing.T) {
	t.Parallel()
	s, server := open(t, sponsors.Config{Secret: func(context.Context, string) ([]byte, error) { return nil, errors.New("no database") }})
	_, err := s.Choose(t.Context(), sponsor.Wish{Personal: true, Visitor: "ada", Places: []sponsor.Placement{sponsor.Footer}})
	require.ErrorContains(t, err, "no database")
	require.ErrorContains(t, s.Forget(t.Context(), "ada"), "no database")
	assert.Empty(t, server.asked)
}

func TestHide_SendsTheToken(t *testing.T) {
	t.Parallel()
	s, server := open(t, sponsors.Config{})
	require.NoError(t, s.Hide(t.Context(), "http://ads.example/h/T"))
	require.Error(t, s.Hide(t.Context(), "http://ads.example/x"))
	assert.Equal(t, []string{"POST /h/T"}, server.asked)
}

func TestChoose_SaysOnceThatTheServerFailsAndThatItIsBack(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	s, server := open(t, sponsors.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	w := sponsor.Wish{Places: []sponsor.Placement{sponsor.Footer}}
	server.fail(true)
	for range 3 {
		_, err := s.Choose(t.Context(), w)
		require.Error(t, err)
	}
	server.fail(false)
	choose(t, s, w)
	assert.Equal(t, 1, strings.Count(log.String(), `msg="no ads"`), log.String())
	assert.Equal(t, 1, strings.Count(log.String(), `msg="ads again"`), log.String())
}

func TestNew_NamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	_, err := sponsors.New(sponsors.Config{URL: "ads.example", Publisher: "demo"})
	require.ErrorContains(t, err, "Config.URL")
	_, err = sponsors.New(sponsors.Config{URL: "https://ads.example"})
	require.ErrorContains(t, err, "Config.Publisher")
	s, err := sponsors.New(sponsors.Config{URL: "https://ads.example:8443/path", Publisher: "demo"})
	require.NoError(t, err)
	assert.Equal(t, []string{"https://ads.example:8443"}, s.Config(nil).Origins)
}

func TestBrands_ShowWhatTheirEntrySays(t *testing.T) {
	t.Parallel()
	b, err := sponsors.ParseBrands([]string{"Kino.example", " arena.example=footer + home-banner"})
	require.NoError(t, err)
	at := func(hosts ...string) []sponsor.Placement { return b.Where(catalog.Brand{ID: "brn_1", Hosts: hosts}) }
	assert.Equal(t, sponsor.Placements(), at("kino.example"))
	assert.Equal(t, []sponsor.Placement{sponsor.Footer, sponsor.HomeBanner}, at("other.example", "arena.example"))
	assert.Empty(t, at("other.example"), "off unless somebody says so")
	assert.Empty(t, b.Where(catalog.Brand{}))
	b, err = sponsors.ParseBrands([]string{"*=footer", "kino.example"})
	require.NoError(t, err)
	assert.Equal(t, []sponsor.Placement{sponsor.Footer}, at("other.example"))
	assert.Equal(t, sponsor.Placements(), at("kino.example"))
	for _, bad := range []string{"", "=footer", "kino.example=", "kino.example=checkout", "kino.example=footer,home-banner"} {
		_, err := sponsors.ParseBrands([]string{bad})
		found := fault.Of(err)
		require.NotNil(t, found, bad)
		assert.Equal(t, "ads_brands", found.Field, bad)
	}
}

func FuzzParseBrands(f *testing.F) {
	for _, e := range []string{"kino.example", "*=footer+listing", "=", "a=b=c"} {
		f.Add(e)
	}
	f.Fuzz(func(t *testing.T, entry string) {
		b, err := sponsors.ParseBrands([]string{entry})
		if err != nil {
			return
		}
		for host, list := range b {
			if host == "" || len(list) == 0 {
				t.Fatalf("%q has an entry without a host or a place", entry)
			}
			for _, p := range list {
				if !p.Valid() {
					t.Fatalf("%q has the place %q", entry, p)
				}
			}
		}
	})
}
