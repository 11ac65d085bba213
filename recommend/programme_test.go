package recommend_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
)

func TestProgramme_ItemsKeepTheirNumbers(t *testing.T) {
	t.Parallel()
	p := recommend.NewProgramme()
	assert.Zero(t, p.Now().Len())
	p.Put(show("a"), show("b"))
	first := p.Now()
	p.Put()
	assert.Same(t, first, p.Now(), "nothing new is the same edition")
	p.Put(show("c"), show("a", ofGenre("film")), show("c", ofGenre("last of the two")))
	second := p.Now()
	for n, id := range []recommend.ItemID{"a", "b", "c"} {
		i, known := second.Index(id)
		assert.True(t, known)
		assert.Equal(t, n, i)
		assert.Equal(t, id, second.At(i).ID)
	}
	c, _ := second.Item("c")
	assert.Equal(t, "last of the two", c.Genre())

	a, _ := first.Item("a")
	assert.Equal(t, "genre a", a.Genre(), "an edition never changes")
	assert.Equal(t, 2, first.Len())
	_, known := first.Index("c")
	assert.False(t, known)
	none, known := first.Item("c")
	assert.False(t, known)
	assert.Nil(t, none)
}

func TestProgramme_PutAtOnceLosesNothing(t *testing.T) {
	t.Parallel()
	p := recommend.NewProgramme()
	var wait sync.WaitGroup
	for n := range 8 {
		wait.Go(func() {
			for i := range 20 {
				id := recommend.ItemID(fmt.Sprintf("%d-%d", n, i))
				p.Put(recommend.Item{ID: id})
				_, known := p.Now().Index(id)
				assert.True(t, known)
			}
		})
	}
	wait.Wait()
	assert.Equal(t, 160, p.Now().Len())
}

func TestItem_Facts(t *testing.T) {
	t.Parallel()
	item := show("a", func(i *recommend.Item) { i.Organizer, i.Genres = "", []string{"Jazz", "Film"} })
	assert.Equal(t, "ptn", item.OrganizerName())
	assert.Equal(t, "jazz", item.Genre())
	assert.True(t, item.For(""))
	assert.True(t, item.For("ptn"))
	assert.False(t, item.For("other"))
	assert.True(t, item.In("berlin"))
	assert.False(t, item.In("paris"))
	assert.Empty(t, (&recommend.Item{}).Genre())
}

func TestItem_KeysAreWhatLasts(t *testing.T) {
	t.Parallel()
	names := func(i recommend.Item) []string {
		var list []string
		for _, k := range i.Keys() {
			list = append(list, fmt.Sprintf("%s %.3g", k.Key, k.Weight))
		}
		return list
	}
	assert.Equal(t, []string{
		"work:dune 1984 1", "series:kino night 0.6", "person:kyle m. 0.8", "person:sting 0.4", "genre:sf 0.3", "venue:ven-1 0.02",
	}, names(recommend.Item{
		ID: "evt", Work: " Dune  1984", Series: "Kino  Night", People: []string{"Kyle M.", "STING"}, Genres: []string{"SF"}, Places: []recommend.Place{{Venue: "ven-1"}},
	}))
	assert.Equal(t, []string{"item:evt 1", "genre:talk 0.3"}, names(recommend.Item{ID: "evt", Genres: []string{"talk"}}))
	assert.Equal(t, []string{"person:ann 0.8"}, names(recommend.Item{ID: "evt", People: []string{"Ann"}}))
	many := strings.Split("a b c d e f", " ")
	assert.Len(t, recommend.Item{People: many, Genres: many}.Keys(), 8, "four of each")
	assert.Equal(t, []string{"item:evt 1"}, names(recommend.Item{ID: "evt", Genres: []string{" "}, Places: []recommend.Place{{City: "berlin"}}}), "what has no name is no key")
	assert.Equal(t, recommend.PersonKey("Ann Lee"), recommend.PersonKey("  ann   LEE "))
	assert.NotEqual(t, recommend.GenreKey("ann"), recommend.SeriesKey("ann"))
	assert.True(t, recommend.VenueKey("v").Lasting())
	assert.False(t, recommend.Item{ID: "x"}.Keys()[0].Key.Lasting())
}

// Vectors of traits have the length 1, are sorted by number, and are as much like themselves as can be.
func TestTraits_AreUnitVectors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"a", "b", "c", "d", ""})
		var items []recommend.Item
		for i := range rapid.IntRange(1, 12).Draw(t, "n") {
			items = append(items, recommend.Item{
				ID: recommend.ItemID(fmt.Sprint(i)), Work: name.Draw(t, "work"), People: rapid.SliceOfN(name, 0, 3).Draw(t, "people"),
				Genres: rapid.SliceOfN(name, 0, 3).Draw(t, "genres"), Tags: rapid.SliceOfN(name, 0, 3).Draw(t, "tags"), PriceBand: rapid.IntRange(0, 5).Draw(t, "price"),
			})
		}
		p := recommend.NewProgramme()
		p.Put(items...)
		e := p.Now()
		for i := range items {
			mine := e.Traits(i)
			var length float64
			for n, x := range mine {
				require.True(t, n == 0 || mine[n-1].ID < x.ID)
				require.Less(t, int(x.ID), e.TraitKinds())
				length += float64(x.Weight) * float64(x.Weight)
			}
			require.True(t, len(mine) == 0 || math.Abs(length-1) < 1e-5, "%v", length)
			for j := range items {
				cos := mine.Cosine(e.Traits(j))
				require.InDelta(t, e.Traits(j).Cosine(mine), cos, 1e-9)
				require.True(t, cos >= 0 && cos < 1+1e-6)
				if i == j && len(mine) > 0 {
					require.InDelta(t, 1, cos, 1e-5)
				}
			}
		}
	})
}

// What is rare says more: two films by one director are more alike than two that are only films.
func TestTraits_RareOnesSayMore(t *testing.T) {
	t.Parallel()
	p := recommend.NewProgramme()
	film := func(id, by string) recommend.Item {
		return recommend.Item{ID: recommend.ItemID(id), Kind: "film", People: []string{by}, Genres: []string{"drama"}}
	}
	p.Put(film("a", "agnes"), film("b", "agnes"), film("c", "carl"), film("d", "dan"), recommend.Item{ID: "e", Kind: "concert"})
	e := p.Now()
	assert.Greater(t, e.Traits(0).Cosine(e.Traits(1)), 2*e.Traits(0).Cosine(e.Traits(2)))
	assert.Zero(t, e.Traits(0).Cosine(e.Traits(4)))
	weight := func(k recommend.Key) float32 {
		n, known := e.Trait(k)
		require.True(t, known)
		list := e.Traits(0)
		i := slices.IndexFunc(list, func(x recommend.Trait) bool { return x.ID == n })
		return list[i].Weight
	}
	// .9 ln(1 + 5/2) to .8 ln(1 + 5/4)
	assert.InDelta(t, .9*math.Log(3.5)/(.8*math.Log(2.25)), weight(recommend.PersonKey("agnes"))/weight(recommend.GenreKey("drama")), 1e-5)
	_, known := e.Trait("person:nobody")
	assert.False(t, known)
}

// A trait keeps its number when items are added behind: what is kept of it stays right.
func TestTraits_NumbersAreStable(t *testing.T) {
	t.Parallel()
	p := recommend.NewProgramme()
	p.Put(shows(5)...)
	before := map[recommend.Key]int32{}
	for _, item := range shows(5) {
		for _, k := range item.Keys() {
			before[k.Key], _ = p.Now().Trait(k.Key)
		}
	}
	p.Put(shows(9)...)
	for k, n := range before {
		now, known := p.Now().Trait(k)
		assert.True(t, known)
		assert.Equal(t, n, now)
	}
}

func TestValidate_NamesTheField(t *testing.T) {
	t.Parallel()
	ok := recommend.Feedback{Kind: recommend.View, User: "ann", Item: "a", At: now}
	change := func(fn func(*recommend.Feedback)) error { f := ok; fn(&f); return f.Validate() }
	for field, errs := range map[string][]error{
		"price_band": {recommend.Item{ID: "a", PriceBand: 6}.Validate(), recommend.Item{ID: "a", PriceBand: -1}.Validate()},
		"min_age":    {recommend.Item{ID: "a", MinAge: 100}.Validate(), recommend.Item{ID: "a", MinAge: -1}.Validate()},
		"capacity":   {recommend.Item{ID: "a", Sold: -1}.Validate(), recommend.Item{ID: "a", Capacity: -1}.Validate()},
		"id": {
			recommend.Item{}.Validate(), recommend.Item{ID: "a/b"}.Validate(), recommend.Item{ID: "a b"}.Validate(), recommend.User{ID: "\xff"}.Validate(),
			recommend.User{}.Validate(), recommend.Item{ID: recommend.ItemID(strings.Repeat("x", 101))}.Validate(),
		},
		"kind":  {change(func(f *recommend.Feedback) { f.Kind = "odd" })},
		"at":    {change(func(f *recommend.Feedback) { f.At = time.Time{} })},
		"value": {change(func(f *recommend.Feedback) { f.Value = math.NaN() }), change(func(f *recommend.Feedback) { f.Value = 1.1 }), change(func(f *recommend.Feedback) { f.Value = -.1 })},
		"user":  {change(func(f *recommend.Feedback) { f.User = "" })},
		"item":  {change(func(f *recommend.Feedback) { f.Item = "\t" })},
	} {
		for n, err := range errs {
			require.NotNil(t, fault.Of(err), "%s %d", field, n)
			assert.Equal(t, field, fault.Of(err).Field)
		}
	}
	require.NoError(t, ok.Validate())
	require.NoError(t, show("a").Validate())
	assert.InDelta(t, 1, ok.Strength(), 0)
	assert.InDelta(t, .4, recommend.Feedback{Value: .4}.Strength(), 0)
	for _, k := range recommend.Kinds() {
		assert.True(t, k.Valid(), k)
	}
}
