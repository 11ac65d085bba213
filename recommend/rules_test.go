package recommend_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
)

// A show that sells out after it was scored is not answered. That it would be without the filter is the control.
func TestShelf_SoldOutBetweenScoringAndAnswering(t *testing.T) {
	t.Parallel()
	for _, filtered := range []bool{true, false} {
		sold := map[recommend.ItemID]bool{}
		memory := newFake("local", shows(5)...)
		memory.recommend = func(ctx context.Context, q recommend.Query) ([]recommend.Scored, error) {
			found, err := finds("s0", "s1", "s2", "s3", "s4")(ctx, q)
			sold["s0"] = true // as soon as it was scored
			return found, err
		}
		cfg := recommend.Config{Taste: plain}
		if filtered {
			cfg.Available = func(_ context.Context, r recommend.Request, ids []recommend.ItemID) (map[recommend.ItemID]bool, error) {
				assert.Equal(t, recommend.Tenant("ptn"), r.Tenant)
				can := all(ids)
				for id := range sold {
					delete(can, id)
				}
				return can, nil
			}
		}
		want := []string{"s1", "s2"}
		if !filtered {
			want = []string{"s0", "s1"}
		}
		assert.Equal(t, want, picked(answer(t, shelfOf(t, memory, cfg), recommend.Request{N: 2})))
	}
}

// What the first engine found and sold out while another was asked is not answered.
func TestShelf_SoldOutWhileOthersAreAsked(t *testing.T) {
	t.Parallel()
	memory, gorse := newFake("local", shows(6)...), newFake("gorse")
	sold := false
	gorse.recommend = finds("s0", "s1")
	memory.recommend = func(ctx context.Context, q recommend.Query) ([]recommend.Scored, error) {
		sold = true
		return finds("s2", "s3", "s4", "s5")(ctx, q)
	}
	s := shelfOf(t, memory, recommend.Config{
		Before: []recommend.Engine{gorse}, Taste: plain,
		Available: func(_ context.Context, _ recommend.Request, ids []recommend.ItemID) (map[recommend.ItemID]bool, error) {
			can := all(ids)
			can["s0"] = can["s0"] && !sold
			return can, nil
		},
	})
	assert.Equal(t, []string{"s1", "s2", "s3"}, picked(answer(t, s, recommend.Request{N: 3})))
}

func TestShelf_WhatIsNotKnownToBeOnSaleIsNotShown(t *testing.T) {
	t.Parallel()
	memory := newFake("local", shows(8, fresh(1))...)
	memory.recommend, memory.popular = finds("s0", "s1", "s2"), finds("s3")
	for name, available := range map[string]func() (map[recommend.ItemID]bool, error){
		"it fails": func() (map[recommend.ItemID]bool, error) {
			return map[recommend.ItemID]bool{"s0": true}, errors.New("down")
		},
		"it says naught": func() (map[recommend.ItemID]bool, error) { return nil, nil },
	} {
		s := shelfOf(t, memory, recommend.Config{
			Available: func(context.Context, recommend.Request, []recommend.ItemID) (map[recommend.ItemID]bool, error) {
				return available()
			},
		})
		a := answer(t, s, recommend.Request{N: 6})
		assert.Empty(t, a.Items, name)
		assert.Empty(t, a.Engine, name)
		assert.Equal(t, name == "it fails", a.Degraded, name)
	}
}

func TestShelf_LeavesOut(t *testing.T) {
	t.Parallel()
	items := append(shows(4),
		show("adults", func(i *recommend.Item) { i.MinAge = 18 }),
		show("paris", func(i *recommend.Item) { i.Places[0].City, i.Places[0].Country = "paris", "FR" }),
		show("tour", func(i *recommend.Item) {
			i.Places = append(i.Places, recommend.Place{Venue: "olympia", City: "paris", Country: "FR"})
		}),
		show("nowhere", func(i *recommend.Item) { i.Places = nil }))
	memory := newFake("local", items...)
	memory.recommend = finds(idsOf(items)...)
	memory.settled = func(context.Context) (map[recommend.ItemID]bool, error) {
		return map[recommend.ItemID]bool{"s1": true, "tour": true}, nil
	}
	s := shelfOf(t, memory, recommend.Config{Taste: plain})
	for name, c := range map[string]struct {
		r    recommend.Request
		want []string
	}{
		"nothing":                {recommend.Request{}, []string{"s0", "s1", "s2", "s3", "adults", "paris", "tour", "nowhere"}},
		"what the page shows":    {recommend.Request{Exclude: []recommend.ItemID{"s0", "tour", "x"}}, []string{"s1", "s2", "s3", "adults", "paris", "nowhere"}},
		"what they booked":       {recommend.Request{User: "ann"}, []string{"s0", "s2", "s3", "adults", "paris", "nowhere"}},
		"what the session did":   {recommend.Request{Session: []recommend.Signal{{Kind: recommend.Book, Item: "s0"}, {Kind: recommend.Hide, Item: "s2"}, {Kind: recommend.View, Item: "s3"}}}, []string{"s1", "s3", "adults", "paris", "tour", "nowhere"}},
		"what the young may not": {recommend.Request{Age: 17}, []string{"s0", "s1", "s2", "s3", "paris", "tour", "nowhere"}},
		"nothing at 18":          {recommend.Request{Age: 18}, []string{"s0", "s1", "s2", "s3", "adults", "paris", "tour", "nowhere"}},
		"other cities":           {recommend.Request{Within: "paris"}, []string{"paris", "tour"}},
		"other countries":        {recommend.Request{Country: "FR"}, []string{"paris", "tour"}},
		"other tenants":          {recommend.Request{Tenant: "other"}, []string{}},
	} {
		c.r.N = 20
		assert.Equal(t, c.want, picked(answer(t, s, c.r)), name)
	}
}

func TestShelf_RefusesOddRequests(t *testing.T) {
	t.Parallel()
	s := shelfOf(t, newFake("local"), recommend.Config{})
	for field, r := range map[string]recommend.Request{
		"n": {N: 0}, "age": {N: 1, Age: -1}, "likely": {N: 1, Taste: &recommend.Taste{Likely: .2}}, "caps": {N: 1, Taste: &recommend.Taste{Likely: 1, PerVenue: -1}},
	} {
		_, err := s.Recommend(t.Context(), r)
		require.Error(t, err, field)
		require.NotNil(t, fault.Of(err), field)
		assert.Equal(t, field, fault.Of(err).Field)
	}
	for _, n := range []int{-1, 51} {
		_, err := s.Recommend(t.Context(), recommend.Request{N: n})
		assert.Error(t, err, "%d", n)
	}
	a, err := s.Recommend(t.Context(), recommend.Request{N: 50, Age: 150})
	require.NoError(t, err)
	assert.Empty(t, a.Items, "there is nothing")
}

func TestNew_RefusesOddConfigs(t *testing.T) {
	t.Parallel()
	for field, cfg := range map[string]recommend.Config{
		"budget": {Budget: 1}, "recall": {Recall: 1}, "likely": {Taste: recommend.Taste{Likely: math.NaN()}}, "caps": {Taste: recommend.Taste{Likely: 1, PerGenre: -1}},
	} {
		_, err := recommend.New(newFake("local"), cfg)
		require.NotNil(t, fault.Of(err), field)
		assert.Equal(t, field, fault.Of(err).Field)
	}
}

// A reason that names another tenant's item, or one that nobody knows, is not shown; nor is an empty one.
func TestShelf_ReasonsNameNothingForeign(t *testing.T) {
	t.Parallel()
	memory := newFake("local", append(shows(4), show("other", func(i *recommend.Item) { i.Tenant = "other" }))...)
	memory.recommend = scored(
		recommend.Scored{Item: "s0", Score: 4, Why: recommend.Reason{Code: recommend.BecauseAlike, Item: "other"}},
		recommend.Scored{Item: "s1", Score: 3, Why: recommend.Reason{Code: recommend.BecauseAlike, Item: "never"}},
		recommend.Scored{Item: "s2", Score: 2, Why: recommend.Reason{Code: recommend.BecauseAlike, Item: "s3"}},
		recommend.Scored{Item: "s3", Score: 1},
	)
	memory.explain = func(id recommend.ItemID) recommend.Reason {
		if id == "s1" {
			return recommend.Reason{Code: recommend.BecauseBooked, Item: "other"}
		}
		return recommend.Reason{Code: recommend.BecausePopular}
	}
	a := answer(t, shelfOf(t, memory, recommend.Config{Taste: plain}), recommend.Request{N: 4})
	require.Equal(t, []string{"s0", "s1", "s2", "s3"}, picked(a))
	assert.Equal(t, recommend.Reason{Code: recommend.BecausePopular}, a.Items[0].Why)
	assert.Equal(t, recommend.Reason{Code: recommend.BecauseOn}, a.Items[1].Why)
	assert.Equal(t, recommend.Reason{Code: recommend.BecauseAlike, Item: "s3"}, a.Items[2].Why)
	assert.Equal(t, recommend.Reason{Code: recommend.BecausePopular}, a.Items[3].Why)
}

// Whatever engines say and whatever is asked for, what is answered follows the rules.
func TestShelf_AnswersFollowTheRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		some := func(label string) []string {
			return rapid.SliceOfN(rapid.SampledFrom([]string{"s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "foreign", "hidden", "x"}), 0, 14).Draw(t, label)
		}
		var items []recommend.Item
		for _, item := range shows(10) {
			item.Genres = []string{rapid.SampledFrom([]string{"jazz", "film", ""}).Draw(t, "genre")}
			item.Organizer = rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "organizer")
			item.Added = now.AddDate(0, 0, -rapid.IntRange(0, 30).Draw(t, "days"))
			item.MinAge = rapid.SampledFrom([]int{0, 16}).Draw(t, "age")
			items = append(items, item)
		}
		items = append(items, show("foreign", func(i *recommend.Item) { i.Tenant = "other" }), show("hidden", func(i *recommend.Item) { i.Hidden = true }))
		memory, gorse := newFake("local", items...), newFake("gorse")
		scores := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1, 2, -3, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64}), 20, 20).Draw(t, "scores")
		says := func(ids []string) finding {
			var list []recommend.Scored
			for i, id := range ids {
				list = append(list, recommend.Scored{Item: recommend.ItemID(id), Score: scores[i]})
			}
			return scored(list...)
		}
		gorse.recommend, memory.recommend, memory.popular = says(some("gorse")), says(some("local")), says(some("popular"))
		gone, soldOut := toIDs(some("booked")), toIDs(some("sold out"))
		memory.settled = func(context.Context) (map[recommend.ItemID]bool, error) { return all(gone), nil }
		s, err := recommend.New(memory, recommend.Config{
			Budget: time.Minute, Recall: time.Minute,
			Before: []recommend.Engine{gorse},
			Available: func(_ context.Context, _ recommend.Request, ids []recommend.ItemID) (map[recommend.ItemID]bool, error) {
				can := all(ids)
				for _, id := range soldOut {
					delete(can, id)
				}
				return can, nil
			},
		})
		require.NoError(t, err)
		r := recommend.Request{
			Tenant: "ptn", User: "ann", N: rapid.IntRange(1, 50).Draw(t, "n"), Exclude: toIDs(some("excluded")), Seed: rapid.Uint64().Draw(t, "seed"),
			Age: rapid.SampledFrom([]int{0, 12, 20}).Draw(t, "years"), Context: recommend.Context{Now: now},
		}
		a, err := s.Recommend(t.Context(), r)
		require.NoError(t, err)
		again, err := s.Recommend(t.Context(), r)
		require.NoError(t, err)
		require.Equal(t, a, again, "the same seed")
		out := all(append(append(append([]recommend.ItemID{"foreign", "hidden", "x"}, gone...), soldOut...), r.Exclude...))
		possible := 0
		for _, item := range items {
			if r.Age > 0 && item.MinAge > r.Age {
				out[item.ID] = true
			}
			if !out[item.ID] {
				possible++
			}
		}
		require.Len(t, a.Items, min(r.N, possible), "nothing that is possible is left out while there is room")
		for _, p := range a.Items {
			require.False(t, out[p.Item], p.Item)
			out[p.Item] = true // the next time it would be there twice
			require.NotEmpty(t, p.Why.Code)
		}
	})
}

func toIDs(list []string) []recommend.ItemID {
	var ids []recommend.ItemID
	for _, id := range list {
		ids = append(ids, recommend.ItemID(id))
	}
	return ids
}
