package tour_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/storefront/assets"
	"github.com/marquee-tickets/marquee/storefront/foryou/foryoutest"
	"github.com/marquee-tickets/marquee/storefront/operator"
	"github.com/marquee-tickets/marquee/storefront/pages"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// covered are the routes that some page of the list answers, with the page's name.
func covered() map[string]string {
	list := map[string]string{}
	for _, j := range tour.Journeys() {
		for _, p := range j.Pages {
			for _, route := range p.Routes {
				list[route] = p.Name
			}
		}
	}
	return list
}

// noExperiments has the desk show its page for them.
type noExperiments struct{ operator.Experiments }

// What is mounted is looked at, or there is a reason why not.
func TestJourneys_SeeEveryRouteOfTheStorefront(t *testing.T) {
	t.Parallel()
	files, err := assets.New()
	require.NoError(t, err)
	kit := bmstest.New(t, bmstest.Options{})
	seen, unseen := covered(), tour.Unseen()
	desk, err := operator.New(kit.Client, nil, files, operator.Config{Experiments: noExperiments{}})
	require.NoError(t, err)
	mounted := append(pages.New(kit.Client, files, pages.Config{Inbox: true, Recommender: &foryoutest.Recommender{}}).Routes(), desk.Routes()...)
	for _, route := range mounted {
		_, not := unseen[route]
		assert.True(t, seen[route] != "" || not, "no page of the list is answered by %s: add one to list.go, or say there why it is not to be seen", route)
	}
	for route := range unseen {
		assert.Empty(t, seen[route], "%s is both", route)
		assert.Contains(t, mounted, route, "there is no such route")
	}
}

func TestJourneys_NamesAreUniqueAndPagesComplete(t *testing.T) {
	t.Parallel()
	names := tour.Names()
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(names))), len(names))
	for _, j := range tour.Journeys() {
		for _, p := range j.Pages {
			assert.Regexp(t, `^[a-z]+(-[a-z]+)*$`, p.Name)
			assert.Contains(t, tour.Classes(), p.Class, p.Name)
			assert.NotNil(t, p.Go, p.Name)
			assert.False(t, p.Public && p.Expects() != 200, "%s is an error, which search engines pass over", p.Name)
		}
	}
}

// One page at least is seen in each language, and all but the English ones in one that is written from the right.
func TestJourneys_LanguagesOfPages(t *testing.T) {
	t.Parallel()
	for _, j := range tour.Journeys() {
		assert.Len(t, tour.Cut(j, tour.English), len(j.Pages), j.Name)
		if j.English {
			assert.Empty(t, tour.Cut(j, tour.Arabic), j.Name)
			continue
		}
		assert.Len(t, tour.Cut(j, tour.Arabic), len(j.Pages), j.Name)
		for _, p := range tour.Cut(j, "ta") {
			assert.True(t, p.Every || j.Pages[0].Name != p.Name, p.Name)
		}
	}
	assert.Contains(t, tour.Everywhere(), "home")
	assert.Contains(t, tour.Everywhere(), "seat-map-first")
}

func TestGuide_GoesOnlyWhereThatLeadsToWhatIsChosen(t *testing.T) {
	t.Parallel()
	g := tour.NewGuide("chromium", 1)
	assert.Equal(t, [][3]string{{"en", "seats", "hold"}, {"ar", "seats", "hold"}},
		g.Outings(tour.Choice{Names: []string{"hold", "seat-map"}, Languages: []string{"en", "ar", "de"}}))
	assert.Equal(t, [][3]string{{"de", "browsing", "home"}}, g.Outings(tour.Choice{Names: []string{"home"}, Languages: []string{"de"}}))
	assert.Empty(t, g.Outings(tour.Choice{Names: []string{"operator-cache"}, Languages: []string{"en"}}), "nobody knows the token of a storefront that is not our own")
	g.Site.Token = "token"
	assert.Equal(t, [][3]string{{"en", "the operator", "operator-cache"}}, g.Outings(tour.Choice{Names: []string{"operator-cache"}, Languages: []string{"en"}}))
}

func TestSite_AddressesWithAndWithoutLanguages(t *testing.T) {
	t.Parallel()
	s := tour.Site{Base: "http://127.0.0.1:8080", Languages: true}
	assert.Equal(t, "http://127.0.0.1:8080/ar", s.URL("ar", ""))
	assert.Equal(t, "http://127.0.0.1:8080/ar/mumbai", s.URL("ar", "/mumbai"))
	assert.Equal(t, "http://palace.localhost:8080/en/legal/imprint", s.OnHost("palace.localhost", "en", "/legal/imprint"))
	assert.Equal(t, "http://127.0.0.1:8080/operator", s.Plain("/operator"))
	s.Languages = false
	assert.Equal(t, "http://127.0.0.1:8080/", s.URL("en", ""))
	assert.Equal(t, "http://127.0.0.1:8080/mumbai", s.URL("en", "/mumbai"))
}

func TestReach_AsksHowAddressesBegin(t *testing.T) {
	t.Parallel()
	for status, languages := range map[int]bool{http.StatusOK: true, http.StatusNotFound: false} {
		site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			assert.Equal(t, "/en", r.URL.Path)
			w.WriteHeader(status)
		}))
		t.Cleanup(site.Close)
		s, err := tour.Reach(t.Context(), site.URL+"/", "token")
		require.NoError(t, err)
		assert.Equal(t, tour.Site{Base: site.URL, Token: "token", Languages: languages}, s)
	}
}
