package recommend_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/recommend"
)

// Three of one genre fit best, and one of another nearly as well: a list with some variety has it second.
func TestShelf_MixesWhatFitsWithWhatDiffers(t *testing.T) {
	t.Parallel()
	jazz := func(i *recommend.Item) {
		i.Genres, i.People, i.Organizer, i.Tags = []string{"jazz"}, []string{"trio"}, "club", []string{"late"}
	}
	memory := newFake("local", show("a", jazz), show("b", jazz), show("c", jazz), show("film"), show("last"))
	memory.recommend = scored(
		recommend.Scored{Item: "a", Score: 10}, recommend.Scored{Item: "b", Score: 9.9}, recommend.Scored{Item: "c", Score: 9.8},
		recommend.Scored{Item: "film", Score: 9.5}, recommend.Scored{Item: "last", Score: 0})
	for likely, want := range map[float64][]string{1: {"a", "b", "c"}, .9: {"a", "film", "b"}} {
		s := shelfOf(t, memory, recommend.Config{Taste: recommend.Taste{Likely: likely}})
		assert.Equal(t, want, picked(answer(t, s, recommend.Request{N: 3})), "%v", likely)
	}
	s := shelfOf(t, memory, recommend.Config{Taste: recommend.Taste{Likely: .9}})
	assert.Equal(t, []string{"a", "b", "c"}, picked(answer(t, s, recommend.Request{N: 3, Taste: &plain})), "as the request wants it")
}

func TestShelf_CapsHoldWhereThereIsSomethingElse(t *testing.T) {
	t.Parallel()
	one := map[string]func(*recommend.Item){
		"organizer": func(i *recommend.Item) { i.Organizer = "one" },
		"tenant":    func(i *recommend.Item) { i.Organizer = "" },
		"venue":     func(i *recommend.Item) { i.Places[0].Venue = "one" },
		"genre":     func(i *recommend.Item) { i.Genres = []string{"One"} },
	}
	for what, same := range one {
		items := append(shows(10, same), show("other0"), show("other1"), show("other2"))
		memory := newFake("local", items...)
		memory.recommend = finds(idsOf(items)...)
		s := shelfOf(t, memory, recommend.Config{Taste: recommend.Taste{Likely: 1, PerOrganizer: 2, PerVenue: 2, PerGenre: 2}})
		got := picked(answer(t, s, recommend.Request{N: 5}))
		assert.Equal(t, []string{"s0", "other0", "other1", "other2", "s1"}, got, "%s: one for five", what)
		assert.Equal(t, 10, len(picked(answer(t, s, recommend.Request{N: 10}))), "%s: they give way", what)
		free := shelfOf(t, memory, recommend.Config{Taste: plain})
		assert.Equal(t, []string{"s0", "s1", "s2"}, picked(answer(t, free, recommend.Request{N: 3})), "no caps")
	}
}

// Somebody on tour is bound to no venue.
func TestShelf_CapsOfVenuesAreForThoseInOnePlace(t *testing.T) {
	t.Parallel()
	tour := func(i *recommend.Item) {
		i.Places = []recommend.Place{{Venue: "hall", City: "berlin"}, {Venue: "arena", City: "paris"}}
	}
	items := append(shows(4, tour), show("other"))
	memory := newFake("local", items...)
	memory.recommend = finds(idsOf(items)...)
	s := shelfOf(t, memory, recommend.Config{Taste: recommend.Taste{Likely: 1, PerVenue: 1}})
	assert.Equal(t, []string{"s0", "s1", "s2", "s3"}, picked(answer(t, s, recommend.Request{N: 4})))
}

// With enough to choose from, no list has more of anything than its caps, tries and surprises included.
func TestShelf_NoListExceedsItsCaps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var items []recommend.Item
		for i := range 200 {
			days := 60
			if rapid.IntRange(0, 9).Draw(t, "new") == 0 {
				days = 3
			}
			items = append(items, show(fmt.Sprintf("s%d", i), fresh(days), ofGenre(fmt.Sprintf("g%d", i%9)), func(item *recommend.Item) {
				item.Organizer, item.Places[0].Venue = fmt.Sprintf("o%d", i%7), fmt.Sprintf("v%d", i%11)
			}))
		}
		memory := newFake("local", items...)
		memory.recommend = finds(idsOf(items)...)
		of10 := rapid.IntRange(2, 4).Draw(t, "cap")
		s, err := recommend.New(memory, recommend.Config{Budget: time.Minute, Recall: time.Minute, Taste: recommend.Taste{
			Likely: .8, PerOrganizer: of10, PerVenue: of10, PerGenre: of10, Explore: true, Surprise: true,
		}})
		require.NoError(t, err)
		n := rapid.IntRange(6, 20).Draw(t, "n")
		a, err := s.Recommend(t.Context(), recommend.Request{Tenant: "ptn", N: n, Seed: rapid.Uint64().Draw(t, "seed"), Context: recommend.Context{Now: now}})
		require.NoError(t, err)
		count := map[string]int{}
		for _, p := range a.Items {
			item, _ := memory.programme.Now().Item(p.Item)
			for _, name := range []string{item.Organizer, item.Places[0].Venue, item.Genre()} {
				count[name]++
				require.LessOrEqual(t, count[name], (of10*n+9)/10, name)
			}
		}
	})
}

// usual has twelve items that are not new, and some that are and that no engine finds.
func usual(fresher ...recommend.Item) *fake {
	memory := newFake("local", append(shows(12, ofGenre("jazz")), fresher...)...)
	memory.recommend = finds(idsOf(shows(12))...)
	return memory
}

func TestShelf_TriesWhatIsNew(t *testing.T) {
	t.Parallel()
	memory := usual(show("new", fresh(2)))
	s := shelfOf(t, memory, recommend.Config{Taste: recommend.Taste{Likely: 1, Explore: true}})
	a := answer(t, s, recommend.Request{N: 6})
	assert.Equal(t, []string{"s0", "s1", "s2", "new", "s3", "s4"}, picked(a))
	for _, p := range a.Items {
		assert.Equal(t, p.Item == "new", p.Tried)
	}
	assert.Equal(t, recommend.Reason{Code: recommend.BecauseNew}, a.Items[3].Why)
	assert.NotContains(t, picked(answer(t, s, recommend.Request{N: 5})), "new", "there is no room in a short list")

	never := recommend.Request{N: 6}
	memory.saw = map[recommend.ItemID]bool{"new": true}
	never.User = "ann"
	assert.NotContains(t, picked(answer(t, s, never)), "new", "she has seen it")
	never.User, never.Session = "", []recommend.Signal{{Kind: recommend.View, Item: "new"}}
	assert.NotContains(t, picked(answer(t, s, never)), "new", "it was looked at in this visit")
	assert.NotContains(t, picked(answer(t, s, recommend.Request{N: 6, Exclude: []recommend.ItemID{"new"}})), "new")
	assert.NotContains(t, picked(answer(t, s, recommend.Request{N: 6, Within: "paris"})), "new")
	memory.trials = map[recommend.ItemID][2]float64{"new": {200, 3}}
	assert.NotContains(t, picked(answer(t, s, recommend.Request{N: 6})), "new", "it is known by now who likes it")
}

// What is tried and what surprises heeds the caps, too.
func TestShelf_TriesAndSurprisesWithinTheCaps(t *testing.T) {
	t.Parallel()
	memory := newFake("local", append(shows(12), show("new-jazz", fresh(2), ofGenre("genre s0")), show("new-film", fresh(2)))...)
	memory.recommend = finds(idsOf(shows(12))...)
	s := shelfOf(t, memory, recommend.Config{Taste: recommend.Taste{Likely: 1, Explore: true, PerGenre: 1}})
	for seed := range uint64(20) {
		assert.Equal(t, "new-film", picked(answer(t, s, recommend.Request{N: 6, Seed: seed}))[3], "seed %d", seed)
	}

	one := func(i *recommend.Item) { i.Organizer = "one" }
	items := append(append(shows(4, one, ofGenre("jazz")), show("x0", ofGenre("jazz")), show("x1", ofGenre("jazz")), show("x2", ofGenre("jazz")), show("x3", ofGenre("jazz"))),
		show("film", one), show("opera"))
	memory = newFake("local", items...)
	memory.recommend = finds(idsOf(items)...)
	s = shelfOf(t, memory, recommend.Config{Taste: recommend.Taste{Likely: 1, Surprise: true, PerOrganizer: 5}}) // four of eight
	assert.Equal(t, []string{"s0", "s1", "s2", "s3", "x0", "x1", "x2", "opera"}, picked(answer(t, s, recommend.Request{N: 8})))
}

func TestShelf_TriesWhatCanBeBought(t *testing.T) {
	t.Parallel()
	memory := usual(show("new0", fresh(2)), show("new1", fresh(2)), show("new2", fresh(2)))
	s := shelfOf(t, memory, recommend.Config{
		Taste: recommend.Taste{Likely: 1, Explore: true}, Available: without("new0", "new2"),
	})
	for seed := range uint64(20) {
		assert.Equal(t, "new1", picked(answer(t, s, recommend.Request{N: 6, Seed: seed}))[3], "seed %d", seed)
	}
}

// without is the filter that lets all pass but some.
func without(ids ...string) func(context.Context, recommend.Request, []recommend.ItemID) (map[recommend.ItemID]bool, error) {
	return func(_ context.Context, _ recommend.Request, asked []recommend.ItemID) (map[recommend.ItemID]bool, error) {
		can := all(asked)
		for _, id := range ids {
			delete(can, recommend.ItemID(id))
		}
		return can, nil
	}
}

// Of new items the one that is often chosen is tried more often than those that were often shown and never chosen, and one that nobody
// has seen is tried as well.
func TestShelf_TriesWhatDoesWellMoreOften(t *testing.T) {
	t.Parallel()
	memory := usual(show("liked", fresh(2)), show("ignored", fresh(2)), show("unseen", fresh(2)))
	memory.trials = map[recommend.ItemID][2]float64{"liked": {50, 15}, "ignored": {50, 0}}
	s := shelfOf(t, memory, recommend.Config{Taste: recommend.Taste{Likely: 1, Explore: true}})
	count := map[string]int{}
	for seed := range uint64(1000) {
		count[picked(answer(t, s, recommend.Request{N: 6, Seed: seed}))[3]]++
	}
	assert.Equal(t, 1000, count["liked"]+count["ignored"]+count["unseen"])
	assert.Greater(t, count["liked"], 800)
	assert.Less(t, count["ignored"], 20)
	assert.Greater(t, count["unseen"], 30, "chance is what finds out")
	first := picked(answer(t, s, recommend.Request{N: 6, Seed: 7}))
	assert.Equal(t, first, picked(answer(t, s, recommend.Request{N: 6, Seed: 7})), "the same seed")
}

// A trial that says more was chosen than shown ends as any other.
func TestShelf_OddTrials(t *testing.T) {
	t.Parallel()
	memory := usual(show("new", fresh(2)))
	memory.trials = map[recommend.ItemID][2]float64{"new": {0, 100}}
	s := shelfOf(t, memory, recommend.Config{Taste: recommend.Taste{Likely: 1, Explore: true}})
	assert.Contains(t, picked(answer(t, s, recommend.Request{N: 6})), "new")
}

func TestShelf_SurprisesWithAGenreThatTheListLacks(t *testing.T) {
	t.Parallel()
	memory := usual(show("film", ofGenre("Film")), show("opera", ofGenre("opera")))
	ids := append(idsOf(shows(12)), "film", "opera")
	memory.recommend = finds(ids...)
	s := shelfOf(t, memory, recommend.Config{Taste: recommend.Taste{Likely: 1, Surprise: true}})
	a := answer(t, s, recommend.Request{N: 8})
	assert.Equal(t, []string{"s0", "s1", "s2", "s3", "s4", "s5", "s6", "film"}, picked(a))
	assert.Equal(t, recommend.BecauseTry, a.Items[7].Why.Code)
	assert.NotContains(t, picked(answer(t, s, recommend.Request{N: 7})), "film", "there is no room in a short list")
	memory.similar = finds(ids...)
	assert.NotContains(t, picked(answer(t, s, recommend.Request{N: 8, Like: "s11"})), "film", "they want what is alike")
}
