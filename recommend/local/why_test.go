package local_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local"
)

// why is the reason of one item.
func why(t *testing.T, e *local.Engine, q recommend.Query, item string) recommend.Reason {
	t.Helper()
	list, err := e.Explain(t.Context(), q, []recommend.ItemID{recommend.ItemID(item)})
	require.NoError(t, err)
	return list[0]
}

func TestExplain_WhatThePersonDid(t *testing.T) {
	t.Parallel()
	for kind, code := range map[recommend.Kind]recommend.ReasonCode{
		recommend.Book: recommend.BecauseBooked, recommend.Like: recommend.BecauseLiked, recommend.Hold: recommend.BecauseViewed, recommend.View: recommend.BecauseViewed,
	} {
		e := node(t, newMemory(), local.Config{})
		series := func(i *recommend.Item) { i.Genres, i.Series = []string{"jazz"}, "Late at the Club" }
		put(t, e, item("a", series), item("b", series), item("far"))
		record(t, e, did("ann", kind, "a")...)
		assert.Equal(t, recommend.Reason{Code: code, Item: "a"}, why(t, e, ask("ann"), "b"))
		assert.Equal(t, recommend.BecauseOn, why(t, e, ask("ann"), "far").Code)
		assert.Empty(t, why(t, e, ask("ann"), "never"), "what is not known has none")
	}
	e := node(t, newMemory(), local.Config{})
	afro := genre("afro jazz")
	put(t, e, item("a", afro, with("Miriam Makeba")), item("b", afro, with("miriam makeba")), item("c", afro, with("miriam makeba"), of("other")))
	q := ask("")
	q.Session = []recommend.Signal{{Kind: recommend.View, Item: "a"}}
	assert.Equal(t, recommend.Reason{Code: recommend.BecauseArtist, Name: "miriam makeba"}, why(t, e, q, "b"))
	q.Session[0].Item = "c"
	assert.Equal(t, recommend.BecauseOn, why(t, e, q, "b").Code, "another tenant's item is no reason")
}

func TestExplain_WhatTheyFollowAndWhatItIsLike(t *testing.T) {
	t.Parallel()
	e := node(t, newMemory(), local.Config{})
	put(t, e, item("a", with("Makeba")), item("b", with("makeba")), item("c", genre("Jazz")), item("d", genre("jazz")), item("far"), item("other", of("other"), genre("jazz")))
	follows := []string{string(recommend.PersonKey("MAKEBA")), string(recommend.GenreKey("jazz"))}
	require.NoError(t, e.UpsertUsers(t.Context(), []recommend.User{{ID: "ann", Follows: follows}}))
	assert.Equal(t, recommend.Reason{Code: recommend.BecauseFollows, Name: "Makeba"}, why(t, e, ask("ann"), "a"))
	assert.Equal(t, recommend.Reason{Code: recommend.BecauseFollows, Name: "Jazz"}, why(t, e, ask("ann"), "c"))
	q := ask("")
	q.Like = "a"
	assert.Equal(t, recommend.Reason{Code: recommend.BecauseArtist, Name: "makeba"}, why(t, e, q, "b"))
	q.Like = "c"
	assert.Equal(t, recommend.Reason{Code: recommend.BecauseAlike, Item: "c"}, why(t, e, q, "d"))
	q.Like = "other"
	assert.Equal(t, recommend.BecauseOn, why(t, e, q, "d").Code)
	q.Like = "far"
	assert.Equal(t, recommend.BecauseOn, why(t, e, q, "d").Code)
}

func TestExplain_WhatIsTrueForEverybody(t *testing.T) {
	t.Parallel()
	e := node(t, newMemory(), local.Config{})
	put(t, e, item("near", in("paris")), item("plain", in("paris")), item("hit", in("rome")), item("new", daysOld(3)), item("old"), item("fast", daysOld(7), func(i *recommend.Item) { i.Sold = 300 }),
		item("small", daysOld(7), func(i *recommend.Item) { i.Sold, i.Capacity = 9, 9 }), item("carols", func(i *recommend.Item) { i.Title = "Christmas carols" }))
	record(t, e, by(5, recommend.Book, "near", "paris", 1)...)
	record(t, e, by(5, recommend.Book, "hit", "berlin", 1)...)
	record(t, e, by(2, recommend.Book, "old", "paris", 1)...)
	rebuild(t, e)
	q := ask("")
	q.Context.City = "paris"
	assert.Equal(t, recommend.Reason{Code: recommend.BecausePopular, Name: "paris"}, why(t, e, q, "near"))
	assert.Equal(t, recommend.Reason{Code: recommend.BecauseNear, Name: "paris"}, why(t, e, q, "plain"))
	assert.Equal(t, recommend.BecausePopular, why(t, e, q, "hit").Code, "elsewhere")
	assert.Equal(t, recommend.BecauseOn, why(t, e, q, "old").Code, "two are not many")
	assert.Equal(t, recommend.BecauseNew, why(t, e, q, "new").Code)
	assert.Equal(t, recommend.BecauseFast, why(t, e, q, "fast").Code)
	assert.Equal(t, recommend.BecauseNew, why(t, e, q, "small").Code, "nine places prove nothing")
	assert.Equal(t, recommend.BecauseOn, why(t, e, q, "carols").Code)
	q.Context.Now = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	assert.Equal(t, recommend.Reason{Code: recommend.BecauseSeason, Name: "christmas"}, why(t, e, q, "carols"))
	q.Context.City = "berlin"
	assert.Equal(t, recommend.BecausePopular, why(t, e, q, "hit").Code, "it is chosen in Berlin, but not on there")
}

// facts are what is true in a world that was made up, to check reasons against.
type facts struct {
	items    map[recommend.ItemID]recommend.Item
	feedback []recommend.Feedback
	follows  []string
	q        recommend.Query
}

// did reports whether the person did one of the kinds with an item.
func (w *facts) did(item recommend.ItemID, kinds ...recommend.Kind) bool {
	return slices.ContainsFunc(w.feedback, func(f recommend.Feedback) bool {
		return f.User == w.q.User && f.Item == item && slices.Contains(kinds, f.Kind)
	})
}

// chosen counts people who chose an item, in a city or anywhere.
func (w *facts) chosen(item recommend.ItemID, city string) int {
	n := 0
	for _, f := range w.feedback {
		if f.Item == item && f.Kind != recommend.Shown && f.Kind != recommend.Hide && (city == "" || f.City == city || f.City == "") {
			n++
		}
	}
	return n
}

func has(list []string, name string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
}

// holds reports whether a reason is true of an item.
func (w *facts) holds(id recommend.ItemID, why recommend.Reason) bool {
	item, other := w.items[id], w.items[why.Item]
	switch why.Code {
	case recommend.BecauseBooked:
		return w.did(why.Item, recommend.Book) && other.Tenant == w.q.Tenant && why.Item != id
	case recommend.BecauseLiked:
		return w.did(why.Item, recommend.Like) && other.Tenant == w.q.Tenant
	case recommend.BecauseViewed:
		return w.did(why.Item, recommend.View, recommend.Click, recommend.Hold) && other.Tenant == w.q.Tenant
	case recommend.BecauseAlike:
		return why.Item == w.q.Like && why.Item != id
	case recommend.BecauseFollows:
		return has(slices.Concat(item.People, item.Genres), why.Name) && slices.ContainsFunc(w.follows, func(k string) bool { return strings.HasSuffix(k, ":"+strings.ToLower(why.Name)) })
	case recommend.BecauseArtist:
		chose := slices.ContainsFunc(w.feedback, func(f recommend.Feedback) bool {
			return f.User == w.q.User && f.Item != id && has(w.items[f.Item].People, why.Name)
		})
		return has(item.People, why.Name) && (chose || w.q.Like != id && has(w.items[w.q.Like].People, why.Name))
	case recommend.BecausePopular:
		return w.chosen(id, why.Name) >= 3 && (why.Name == "" || item.In(why.Name))
	case recommend.BecauseNear:
		return why.Name == w.q.Context.City && item.In(why.Name)
	case recommend.BecauseFast:
		return item.Sold >= 10 && float64(item.Sold) >= .25*float64(item.Capacity)*max(now.Sub(item.Added).Hours()/24/7, 1./7)
	case recommend.BecauseNew:
		return !item.Added.Before(now.AddDate(0, 0, -14))
	case recommend.BecauseTry, recommend.BecauseOn:
		return true
	case recommend.BecauseSeason, recommend.BecauseGenre:
	}
	return false // there are no others in this world
}

// drawn makes up a world of two tenants.
func drawnFacts(t *rapid.T) *facts {
	w := &facts{items: map[recommend.ItemID]recommend.Item{}}
	artist := rapid.SampledFrom([]string{"Ann Lee", "Trio", "Duo", "Makeba"})
	city := rapid.SampledFrom([]string{"paris", "rome", ""})
	for n := range 14 {
		i := item(fmt.Sprintf("i%d", n), of([]string{"ptn", "ptn", "other"}[n%3]), genre(rapid.SampledFrom([]string{"jazz", "film", "talk"}).Draw(t, "genre")),
			with(rapid.SliceOfNDistinct(artist, 0, 2, rapid.ID[string]).Draw(t, "artists")...), in(city.Draw(t, "city")), daysOld(rapid.IntRange(0, 40).Draw(t, "days")))
		i.Sold = rapid.SampledFrom([]int{0, 5, 400}).Draw(t, "sold")
		w.items[i.ID] = i
	}
	for range rapid.IntRange(0, 60).Draw(t, "deeds") {
		w.feedback = append(w.feedback, recommend.Feedback{
			User: recommend.UserID(fmt.Sprintf("u%d", rapid.IntRange(0, 9).Draw(t, "user"))), Item: recommend.ItemID(fmt.Sprintf("i%d", rapid.IntRange(0, 13).Draw(t, "item"))),
			Kind: rapid.SampledFrom(recommend.Kinds()).Draw(t, "kind"), City: city.Draw(t, "where"), At: now.Add(-time.Duration(rapid.IntRange(1, 1000).Draw(t, "ago")) * time.Hour),
		})
	}
	if rapid.Bool().Draw(t, "follows") {
		w.follows = []string{string(recommend.PersonKey(artist.Draw(t, "artist"))), string(recommend.GenreKey("talk"))}
	}
	w.q = ask("u1")
	w.q.Context.City = city.Draw(t, "asked for")
	if rapid.Bool().Draw(t, "alike") {
		w.q.Like = recommend.ItemID(fmt.Sprintf("i%d", rapid.IntRange(0, 13).Draw(t, "like")))
	}
	return w
}

// Whatever there is, each item that a shelf answers with comes with a reason that is true.
func TestShelf_ReasonsAreTrue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawnFacts(t)
		e, err := local.Open(context.Background(), newMemory(), local.Config{Now: func() time.Time { return now }})
		require.NoError(t, err)
		for n := range len(w.items) {
			put(t, e, w.items[recommend.ItemID(fmt.Sprintf("i%d", n))])
		}
		require.NoError(t, e.UpsertUsers(context.Background(), []recommend.User{{ID: w.q.User, Follows: w.follows}}))
		record(t, e, w.feedback...)
		rebuild(t, e)
		shelf, err := recommend.New(e, recommend.Config{Now: func() time.Time { return now }, Budget: time.Minute, Recall: time.Minute})
		require.NoError(t, err)
		a, err := shelf.Recommend(context.Background(), recommend.Request{
			Tenant: "ptn", User: w.q.User, Like: w.q.Like, N: rapid.IntRange(1, 10).Draw(t, "n"), Context: w.q.Context, Seed: rapid.Uint64().Draw(t, "seed"),
		})
		require.NoError(t, err)
		for _, p := range a.Items {
			require.True(t, w.holds(p.Item, p.Why), "%s: %+v", p.Item, p.Why)
			require.False(t, w.did(p.Item, recommend.Book, recommend.Hide))
		}
	})
}
