package seo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/storefront/seo"
)

// graph reads a document back, with its things.
func graph(t require.TestingT, data []byte) []map[string]any {
	var doc struct {
		Context string           `json:"@context"`
		Graph   []map[string]any `json:"@graph"`
	}
	require.NoError(t, json.Unmarshal(data, &doc), string(data))
	assert.Equal(t, "https://schema.org", doc.Context)
	return doc.Graph
}

func pretty(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, json.Indent(&b, data, "", "  "))
	return append(b.Bytes(), '\n')
}

func TestEvents_Golden(t *testing.T) {
	t.Parallel()
	golden(t, "film.json", pretty(t, seo.Graph(seo.Events(site(), films(), now()))))
}

// The rules of Google for events: what is required is there, for every kind.
func TestEvents_EveryKindHasWhatIsRequired(t *testing.T) {
	t.Parallel()
	for kind, want := range map[catalog.Kind]string{
		catalog.Film: "ScreeningEvent", catalog.Concert: "MusicEvent", catalog.Play: "TheaterEvent", catalog.Sport: "SportsEvent", catalog.Festival: "Festival", catalog.Online: "Event",
	} {
		l := films()
		l.Event.Kind = kind
		for _, e := range graph(t, seo.Graph(seo.Events(site(), l, now()))) {
			if e["@type"] == "Movie" {
				assert.Equal(t, catalog.Film, kind)
				continue
			}
			assert.Equal(t, want, e["@type"])
			assert.Equal(t, "Metropolis", e["name"])
			_, err := time.Parse(time.RFC3339, e["startDate"].(string))
			require.NoError(t, err)
			place := e["location"].(map[string]any)
			if kind == catalog.Online {
				assert.Equal(t, "VirtualLocation", place["@type"])
				assert.NotEmpty(t, place["url"])
				assert.Equal(t, "https://schema.org/OnlineEventAttendanceMode", e["eventAttendanceMode"])
				continue
			}
			assert.Equal(t, "Mumbai", place["address"].(map[string]any)["addressLocality"])
			for _, recommended := range []string{"description", "endDate", "eventAttendanceMode", "eventStatus", "image", "organizer"} {
				assert.NotEmpty(t, e[recommended], recommended)
			}
		}
	}
}

func TestEvents_TimesHaveTheOffsetOfTheVenue(t *testing.T) {
	t.Parallel()
	l := films()
	l.Shows = []seo.Show{at("shw_1", 6*time.Hour)}
	e := graph(t, seo.Graph(seo.Events(site(), l, now())))[0]
	assert.Equal(t, "2026-11-20T23:30:00+05:30", e["startDate"])
	assert.Equal(t, "2026-11-21T02:30:00+05:30", e["endDate"])
	assert.Equal(t, "2026-11-20T23:00:00+05:30", e["doorTime"])
	l.Shows[0].Show.TimeZone = "Mars/Olympus"
	e = graph(t, seo.Graph(seo.Events(site(), l, now())))[0]
	assert.Equal(t, "2026-11-20T18:00:00+00:00", e["startDate"], "UTC where the zone is not known")
}

func TestEvents_OffersSayWhatCanBeHad(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*seo.Show)
		want   string // empty when there is no offer
	}{
		"on sale":         {func(*seo.Show) {}, "InStock"},
		"nothing left":    {func(s *seo.Show) { s.SoldOut = true }, "SoldOut"},
		"sold out":        {func(s *seo.Show) { s.Show.Status = catalog.SoldOut }, "SoldOut"},
		"not yet":         {func(s *seo.Show) { s.Show.SalesFrom = now().Add(time.Hour) }, "PreOrder"},
		"paused":          {func(s *seo.Show) { s.Show.Status = catalog.Paused }, ""},
		"cancelled":       {func(s *seo.Show) { s.Show.Status = catalog.Cancelled }, ""},
		"sales ended":     {func(s *seo.Show) { s.Show.SalesUntil = now().Add(-time.Minute) }, ""},
		"no known price":  {func(s *seo.Show) { s.Price = money.Amount{} }, ""},
		"free of charge":  {func(s *seo.Show) { s.Price = money.New(0, "EUR") }, "InStock"},
		"price in yen":    {func(s *seo.Show) { s.Price = money.New(1800, "JPY") }, "InStock"},
		"no ticket pages": {func(s *seo.Show) { s.URL = "" }, "InStock"},
	} {
		l := films()
		one := at("shw_1", 6*time.Hour)
		c.change(&one)
		l.Shows = []seo.Show{one}
		e := graph(t, seo.Graph(seo.Events(site(), l, now())))[0]
		if c.want == "" {
			assert.Nil(t, e["offers"], name)
			continue
		}
		offer := e["offers"].(map[string]any)
		assert.Equal(t, "https://schema.org/"+c.want, offer["availability"], name)
		assert.Equal(t, one.Price.Decimal(), offer["price"], name)
		assert.Equal(t, string(one.Price.Currency), offer["priceCurrency"], name)
		assert.NotEmpty(t, offer["url"], name)
		assert.NotEmpty(t, offer["validFrom"], name)
	}
}

func TestEvents_DraftsAndPastShowsAreNotToldOf(t *testing.T) {
	t.Parallel()
	l := films()
	draft, past, over := at("shw_1", time.Hour), at("shw_2", time.Hour), at("shw_3", -3*time.Hour)
	draft.Show.Status, past.Show.Status = catalog.Draft, catalog.Past
	l.Shows = []seo.Show{draft, past, over}
	assert.Nil(t, seo.Graph(seo.Events(site(), l, now())))
}

func TestEvents_OfManyTheSoonest(t *testing.T) {
	t.Parallel()
	l := films()
	l.Shows = nil
	for i := range 80 {
		l.Shows = append(l.Shows, at(catalog.ShowID(fmt.Sprintf("shw_%02d", 79-i)), time.Duration(80-i)*time.Hour))
	}
	things := graph(t, seo.Graph(seo.Events(site(), l, now())))
	require.Len(t, things, seo.MaxShows+1)
	assert.Equal(t, l.URL+"#shw_00", things[0]["@id"])
	assert.Equal(t, "Movie", things[seo.MaxShows]["@type"])
}

func TestEvents_WhoTakesPart(t *testing.T) {
	t.Parallel()
	names := func(kind catalog.Kind, property string, people ...catalog.Person) string {
		l := films()
		l.Event.Kind, l.Event.People, l.Shows = kind, people, l.Shows[:1]
		list, _ := graph(t, seo.Graph(seo.Events(site(), l, now())))[0][property].([]any)
		var all []string
		for _, one := range list {
			thing := one.(map[string]any)
			all = append(all, fmt.Sprint(thing["@type"], " ", thing["name"]))
		}
		return strings.Join(all, ", ")
	}
	teams := []catalog.Person{{Name: "Foxes", Role: catalog.RoleTeam}, {Name: "Herons", Role: catalog.RoleTeam}}
	assert.Equal(t, "SportsTeam Foxes, SportsTeam Herons", names(catalog.Sport, "competitor", teams...))
	assert.Equal(t, "SportsTeam Foxes, SportsTeam Herons", names(catalog.Sport, "performer", teams...))
	band := []catalog.Person{{Name: "Comets", Role: catalog.RolePerformer}, {Name: "Ada", Role: catalog.RoleConductor}, {Name: "Bach", Role: catalog.RoleComposer}}
	assert.Equal(t, "PerformingGroup Comets, Person Ada", names(catalog.Concert, "performer", band...))
	assert.Equal(t, "Person Bach", names(catalog.Concert, "composer", band...))
	play := []catalog.Person{{Name: "Okafor", Role: catalog.RoleCast}, {Name: "Voss", Role: catalog.RoleDirector}}
	assert.Equal(t, "Person Voss", names(catalog.Play, "director", play...))
	assert.Equal(t, "Person Okafor", names(catalog.Play, "performer", play...))
}

func TestHome_Golden(t *testing.T) {
	t.Parallel()
	b := catalog.Brand{
		Tagline: "Seven houses, one curtain", SupportEmail: "help@meridian.example", SupportPhone: "+44 20 7946 0018", Address: "Meridian\n3 Gallery Walk\nLondon",
	}
	golden(t, "home.json", pretty(t, seo.Graph(seo.Home(site(), "hi", b, "/brand/icon-512.png", "/search"))))
}

func TestBreadcrumbs_AreAPath(t *testing.T) {
	t.Parallel()
	nodes := seo.Breadcrumbs(seo.Crumb{Name: "Meridian", URL: "https://m.example/en"}, seo.Crumb{}, seo.Crumb{Name: "Mumbai", URL: "https://m.example/en/mumbai"}, seo.Crumb{Name: "Metropolis"})
	assert.JSONEq(t, `{"@context":"https://schema.org","@graph":[{"@type":"BreadcrumbList","itemListElement":[
		{"@type":"ListItem","position":1,"name":"Meridian","item":"https://m.example/en"},
		{"@type":"ListItem","position":2,"name":"Mumbai","item":"https://m.example/en/mumbai"},
		{"@type":"ListItem","position":3,"name":"Metropolis"}]}]}`, string(seo.Graph(nodes)))
	assert.Nil(t, seo.Graph(seo.Breadcrumbs(seo.Crumb{Name: "Meridian"})), "one step is no way")
}

func FuzzEvents(f *testing.F) {
	f.Add("Hamlet", "A prince", "Ada", "1 Street", "7")
	f.Add("</script><script>alert(1)</script>", "<!--", "]]>", "\u2028\u2029&amp;", "\xff\xfe")
	f.Fuzz(func(t *testing.T, title, synopsis, name, street, id string) {
		l := films()
		l.Event.Title, l.Event.Synopsis, l.Event.People = title, synopsis, []catalog.Person{{Name: name, Role: catalog.RoleDirector}}
		l.Event.Genres, l.Event.Language, l.Organizer, l.URL = []string{name}, name, street, "https://m.example/"+id
		l.Shows[0].Venue.Name, l.Shows[0].Venue.Address, l.Shows[0].URL = name, street, id
		for _, kind := range []catalog.Kind{catalog.Film, catalog.Play, catalog.Online} {
			l.Event.Kind = kind
			data := seo.Graph(seo.Events(site(), l, now()), seo.Breadcrumbs(seo.Crumb{Name: title}, seo.Crumb{Name: name, URL: id}), seo.Home(site(), id, catalog.Brand{Tagline: title, Address: street}, id, "/search"))
			assert.False(t, bytes.ContainsAny(data, "<>&\u2028\u2029"), "nothing ends a script or begins a comment: %s", data)
			assert.NotEmpty(t, graph(t, data))
			if utf8.ValidString(title) && title != "" {
				assert.Equal(t, title, graph(t, data)[0]["name"])
			}
		}
	})
}
