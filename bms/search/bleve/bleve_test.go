package bleve_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/search"
	"github.com/marquee-tickets/marquee/bms/search/bleve"
)

func TestMain(m *testing.M) {
	// The library's workers are as many as there are processors, for good.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker"))
}

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// event is one with a show so many hours from now.
func event(city, title string, hours int, change func(*search.Document)) search.Document {
	d := search.Document{
		ID: "event:" + title + ":" + city, Type: search.Event, City: city, Title: title, Slug: "s", Kind: catalog.Film, Partner: []catalog.PartnerID{"prt_a"},
		Shows: []search.Show{{StartsAt: now.Add(time.Duration(hours) * time.Hour), Date: "2026-11-22", Format: "2D", Partner: "prt_a"}},
	}
	if change != nil {
		change(&d)
	}
	return d
}

func programme() []search.Document {
	return []search.Document{
		event("mumbai", "Metropolis", 5, func(d *search.Document) {
			d.People, d.Genres, d.Synopsis = []string{"Fritz Lang", "Brigitte Helm"}, []string{"Science fiction"}, "Workers beneath a city of machines."
		}),
		event("mumbai", "The General", 2, func(d *search.Document) {
			d.People, d.Genres, d.Synopsis = []string{"Buster Keaton"}, []string{"Comedy"}, "A railway, stolen. Lang ist es her."
		}),
		event("mumbai", "Lang Lang plays Chopin", 9, func(d *search.Document) { d.Kind = catalog.Concert }),
		event("mumbai", "Amélie", 3, func(d *search.Document) {
			d.Original, d.Genres = "Le Fabuleux Destin d'Amélie Poulain", []string{"Comedy"}
		}),
		event("mumbai", "राजा हरिश्चन्द्र", 4, nil),
		event("mumbai", "பொன்னியின் செல்வன்", 4, nil),
		event("mumbai", "باب الحديد", 4, func(d *search.Document) { d.Original = "أَلْف لَيْلَة" }),
		event("mumbai", "Броненосец «Потёмкин»", 4, nil),
		event("mumbai", "東京物語", 4, nil),
		event("mumbai", "???", 4, nil),
		event("berlin", "Nosferatu", 4, nil),
		event("mumbai", "Bygone", -1, nil),
		{ID: "venue:1", Type: search.Venue, City: "mumbai", Title: "Regal Palace", Also: []string{"Colaba Causeway"}},
		{ID: "city:berlin", Type: search.City, City: "berlin", Title: "Berlin"},
	}
}

func filled(t testing.TB, docs ...search.Document) *bleve.Index {
	t.Helper()
	x, err := bleve.New()
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, x.Close()) })
	require.NoError(t, x.Update(context.Background(), docs, nil))
	return x
}

func titles(t testing.TB, x *bleve.Index, q search.Query) []string {
	t.Helper()
	q.Now = now
	q.Limit = 50
	r, err := x.Search(context.Background(), q)
	require.NoError(t, err)
	var list []string
	for _, h := range r.Hits {
		list = append(list, h.Document.Title)
	}
	return list
}

func TestSearch_FindsWhatIsMeant(t *testing.T) {
	t.Parallel()
	x := filled(t, programme()...)
	for text, want := range map[string]string{
		"Metropolis": "Metropolis", "METROPOLIS": "Metropolis", "metropol": "Metropolis", "m": "Metropolis",
		"metroplis": "Metropolis", "mtropollis": "Metropolis", "metroopls": "Metropolis", "emtropolis": "Metropolis",
		"genral": "The General", "geenral": "The General", "the gen": "The General", "general the": "The General",
		"keaton": "The General", "buster keeton": "The General", "railway": "The General",
		"amelie": "Amélie", "AMÉLIE": "Amélie", "fabuleux": "Amélie", "destin damelie": "Amélie",
		"राजा": "राजा हरिश्चन्द्र", "हरिश्चन्द्र": "राजा हरिश्चन्द्र", "பொன்னி": "பொன்னியின் செல்வன்", "செல்வன்": "பொன்னியின் செல்வன்",
		"الحديد": "باب الحديد", "الف ليله": "باب الحديد", "потемкин": "Броненосец «Потёмкин»", "Броненосец": "Броненосец «Потёмкин»",
		"東京": "東京物語", "物語": "東京物語", "???": "???", "science fictoin": "Metropolis",
	} {
		got := titles(t, x, search.Query{Text: text, City: "mumbai"})
		require.NotEmpty(t, got, text)
		assert.Equal(t, want, got[0], text)
	}
	for _, text := range []string{"zzzz", "kxd", "nosferatu", "bygone", "metropolis zzzz", "metr opolis", "!"} {
		assert.Empty(t, titles(t, x, search.Query{Text: text, City: "mumbai"}), text)
	}
	assert.Equal(t, []string{"Nosferatu"}, titles(t, x, search.Query{Text: "nosferatu"}), "in any city")
}

func TestSearch_ShortWordsHaveNoErrorsAndLongOnesTwo(t *testing.T) {
	t.Parallel()
	x := filled(t, event("mumbai", "Cat", 1, nil), event("mumbai", "Wolf", 1, nil), event("mumbai", "Nosferatu", 1, nil), event("mumbai", "1917", 1, nil))
	for text, hits := range map[string]int{"cut": 0, "wulf": 1, "wulv": 0, "nosferotu": 1, "nusferotu": 1, "nusferoto": 0, "1918": 0, "1917": 1} {
		assert.Len(t, titles(t, x, search.Query{Text: text + " ", City: "mumbai"}), hits, text)
	}
}

func TestSearch_TitlesBeforePeopleBeforeSynopsis(t *testing.T) {
	t.Parallel()
	x := filled(t, programme()...)
	assert.Equal(t, []string{"Lang Lang plays Chopin", "Metropolis", "The General"}, titles(t, x, search.Query{Text: "lang", City: "mumbai"}))
	assert.Equal(t, []string{"The General", "Amélie"}, titles(t, x, search.Query{Text: "comedy", City: "mumbai"}), "as well as another: the soonest")
	y := filled(t, event("mumbai", "Alien Nation", 1, nil), event("mumbai", "Alien", 9, nil), event("mumbai", "My Alien", 1, nil))
	assert.Equal(t, []string{"Alien", "Alien Nation", "My Alien"}, titles(t, y, search.Query{Text: "alien"}))
}

func TestSearch_WithoutWordsIsWhatIsOn(t *testing.T) {
	t.Parallel()
	x := filled(t, programme()...)
	got := titles(t, x, search.Query{City: "mumbai"})
	assert.Len(t, got, 10)
	assert.Equal(t, "The General", got[0], "the soonest first")
	assert.NotContains(t, got, "Bygone")
}

func TestSearch_PlacesAndFilters(t *testing.T) {
	t.Parallel()
	x := filled(t, programme()...)
	r, err := x.Search(t.Context(), search.Query{Text: "colaba", City: "mumbai", Now: now})
	require.NoError(t, err)
	require.Len(t, r.Places, 1)
	assert.Equal(t, "Regal Palace", r.Places[0].Title)
	q := search.Query{Text: "lang", City: "mumbai"}
	q.Filters[search.Kind] = "concert"
	assert.Equal(t, []string{"Lang Lang plays Chopin"}, titles(t, x, q))
}

func TestSearch_PricesAreDividedAnewWhenTheyChange(t *testing.T) {
	t.Parallel()
	costs := func(title string, minor int64) search.Document {
		return event("mumbai", title, 1, func(d *search.Document) { d.Shows[0].Price = money.New(minor, "INR") })
	}
	x := filled(t, costs("A", 100_00), costs("B", 300_00), event("berlin", "C", 1, func(d *search.Document) { d.Shows[0].Price = money.New(900, "EUR") }))
	bands := func() []search.Count {
		r, err := x.Search(t.Context(), search.Query{City: "mumbai", Now: now})
		require.NoError(t, err)
		assert.Equal(t, money.Currency("INR"), r.Currency)
		return r.Facets[search.Price]
	}
	assert.Equal(t, []search.Count{{Value: "0-300", Events: 1}, {Value: "300-", Events: 1}}, bands())
	require.NoError(t, x.Update(t.Context(), []search.Document{costs("B", 800_00)}, nil))
	assert.Equal(t, []search.Count{{Value: "0-800", Events: 1}, {Value: "800-", Events: 1}}, bands())
	r, err := x.Search(t.Context(), search.Query{Now: now})
	require.NoError(t, err)
	assert.Empty(t, r.Facets[search.Price], "cities have currencies of their own")
}

func TestSearch_SuggestsASpelling(t *testing.T) {
	t.Parallel()
	x := filled(t, programme()...)
	for text, want := range map[string]string{
		"matrapolus": "metropolis", "metropolis zzzzz": "metropolis", "buster kitton": "buster keaton", "xqzw": "", "nosferatu": "", "!!": "", "metropolis": "",
	} {
		r, err := x.Search(t.Context(), search.Query{Text: text, City: "mumbai", Now: now, Limit: 1})
		require.NoError(t, err)
		assert.Equal(t, want, r.Suggestion, text)
		if want != "" {
			assert.NotEmpty(t, titles(t, x, search.Query{Text: want, City: "mumbai"}), "it finds something")
		}
	}
}

func TestSearch_RefusesEndlessTexts(t *testing.T) {
	t.Parallel()
	x := filled(t, programme()...)
	_, err := x.Search(t.Context(), search.Query{Text: strings.Repeat("я", search.MaxText+1)})
	require.ErrorIs(t, err, search.ErrTextTooLong)
	_, err = x.Suggest(t.Context(), search.SuggestQuery{Text: strings.Repeat("x", search.MaxText+1)})
	require.ErrorIs(t, err, search.ErrTextTooLong)
	_, err = x.Search(t.Context(), search.Query{Text: strings.Repeat("a ", search.MaxText/2)})
	require.NoError(t, err)
}

func TestSuggest_CompletesTitlesPlacesPeopleAndGenres(t *testing.T) {
	t.Parallel()
	x := filled(t, programme()...)
	for text, want := range map[string][]string{
		"me": {"event Metropolis"}, "Lan": {"event Lang Lang plays Chopin", "person Fritz Lang"}, "reg": {"venue Regal Palace"}, "ber": {"city Berlin"},
		"com": {"genre Comedy"}, "bus": {"person Buster Keaton"}, "fabul": {"event Amélie"}, "byg": nil, "nosf": nil, "railway": nil, "": nil, "метро": nil,
	} {
		got, err := x.Suggest(t.Context(), search.SuggestQuery{Text: text, City: "mumbai", Now: now, Limit: 8})
		require.NoError(t, err)
		var names []string
		for _, s := range got {
			names = append(names, string(s.Type)+" "+s.Text)
		}
		assert.Equal(t, want, names, text)
	}
	got, err := x.Suggest(t.Context(), search.SuggestQuery{Text: "a", City: "mumbai", Now: now, Limit: 1})
	require.NoError(t, err)
	assert.Len(t, got, 1)
}

func TestUpdate_ReplacesAndRemoves(t *testing.T) {
	t.Parallel()
	x := filled(t, programme()...)
	changed := event("mumbai", "Metropolis", 5, func(d *search.Document) { d.Title = "Die Nibelungen" })
	require.NoError(t, x.Update(t.Context(), []search.Document{changed}, []string{"event:The General:mumbai", "event:none"}))
	assert.Empty(t, titles(t, x, search.Query{Text: "metropolis"}))
	assert.Empty(t, titles(t, x, search.Query{Text: "general"}))
	assert.Equal(t, []string{"Die Nibelungen"}, titles(t, x, search.Query{Text: "nibelungen"}))
	assert.ElementsMatch(t, []string{"venue:1"}, x.IDs("venue:"))
	assert.Len(t, x.IDs(""), len(programme())-1)
}

// So many changes that the library's index is made anew on the way.
func TestUpdate_ChangesWithoutEnd(t *testing.T) {
	t.Parallel()
	x := filled(t, programme()...)
	for n := range 250 {
		d := event("mumbai", "Metropolis", 5, func(d *search.Document) { d.Original = fmt.Sprint("Cut ", n) })
		require.NoError(t, x.Update(t.Context(), []search.Document{d}, nil))
		if n%50 == 0 {
			assert.Equal(t, []string{"Metropolis"}, titles(t, x, search.Query{Text: fmt.Sprint("cut ", n, " ")}))
		}
	}
	assert.Empty(t, titles(t, x, search.Query{Text: "cut 248 "}))
	assert.Len(t, x.IDs(""), len(programme()))
}

func TestIndex_ManyReadAndWriteAtOnce(t *testing.T) {
	t.Parallel()
	x := filled(t, programme()...)
	var wait sync.WaitGroup
	for i := range 4 {
		wait.Go(func() {
			for n := range 20 {
				d := event("mumbai", fmt.Sprintf("Film %d of %d", n, i), n+1, nil)
				assert.NoError(t, x.Update(t.Context(), []search.Document{d}, []string{fmt.Sprintf("event:Film %d of %d:mumbai", n-1, i)}))
			}
		})
		wait.Go(func() {
			for range 20 {
				assert.Contains(t, titles(t, x, search.Query{Text: "metropolis", City: "mumbai"}), "Metropolis")
				_, err := x.Suggest(t.Context(), search.SuggestQuery{Text: "film", City: "mumbai", Now: now, Limit: 5})
				assert.NoError(t, err)
			}
		})
	}
	wait.Wait()
	assert.Len(t, titles(t, x, search.Query{Text: "film 19", City: "mumbai"}), 4)
}

func TestSearch_EveryEventIsFoundByItsTitle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		names := rapid.SliceOfN(rapid.StringMatching(`[\pL\pN\p{Mn}\pP ]{1,40}`), 1, 12).Draw(rt, "titles")
		x, err := bleve.New()
		require.NoError(rt, err)
		defer x.Close()
		docs := make([]search.Document, len(names))
		for i, name := range names {
			docs[i] = event("mumbai", fmt.Sprint(i), i+1, func(d *search.Document) { d.Title = name })
		}
		require.NoError(rt, x.Update(context.Background(), docs, nil))
		for _, name := range names {
			if strings.TrimSpace(name) != "" {
				require.Contains(rt, titles(t, x, search.Query{Text: name, City: "mumbai"}), name)
			}
		}
	})
}

// FuzzSearch looks for texts that break the reader of queries.
func FuzzSearch(f *testing.F) {
	x := filled(f, programme()...)
	for _, text := range []string{"metropolis", "a*b?", "\"", "+ - ~ ^", "राजा ", "أَلْف", "東京", "\xff\xfe", strings.Repeat("ab ", 60)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := x.Search(t.Context(), search.Query{Text: text, Now: now, Limit: 5})
		if err != nil {
			require.ErrorIs(t, err, search.ErrTextTooLong)
			return
		}
		if r.Suggestion != "" {
			assert.NotEmpty(t, titles(t, x, search.Query{Text: r.Suggestion}))
		}
		_, err = x.Suggest(t.Context(), search.SuggestQuery{Text: text, Now: now, Limit: 5})
		require.NoError(t, err)
	})
}

func BenchmarkSearch(b *testing.B) {
	syllables := strings.Fields("ba ri ko ten mar lo vi sa du pel or gan thi mo ras ce lin fa ju wen")
	docs := make([]search.Document, 20_000)
	for i := range docs {
		word := func(n int) string { return syllables[(i/n)%20] + syllables[(i/n/20)%20] + syllables[(i*7/n)%20] }
		docs[i] = event([]string{"mumbai", "berlin", "delhi", "london"}[i%4], word(1)+" "+word(3), i%200+1, func(d *search.Document) {
			d.ID = fmt.Sprint("event:", i)
			d.People = []string{word(2) + " " + word(5), word(4) + " " + word(6)}
			d.Synopsis = strings.Repeat(word(7)+" "+word(11)+" ", 15)
		})
	}
	x := filled(b, docs...)
	for name, text := range map[string]string{"two words": "bariko barite", "prefix": "ba", "typing error": "barikoo tenmarr", "nothing": "xxxxxxxxx", "everything": ""} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := x.Search(b.Context(), search.Query{Text: text, City: "mumbai", Now: now, Limit: 24})
				require.NoError(b, err)
			}
		})
	}
}
