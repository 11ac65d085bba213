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

// The list is the one that the formula of maximal marginal relevance gives, worked out as it is written.
func TestShelf_VarietyIsThatOfTheFormula(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items := shows(rapid.IntRange(1, 30).Draw(t, "items"), func(i *recommend.Item) {
			i.Genres = []string{rapid.SampledFrom([]string{"jazz", "film", "opera"}).Draw(t, "genre")}
			i.Tags = rapid.SliceOfN(rapid.SampledFrom([]string{"late", "loud", "free", "new"}), 0, 3).Draw(t, "tags")
		})
		memory := newFake("local", items...)
		memory.recommend = finds(idsOf(items)...)
		likely := rapid.Float64Range(.3, 1).Draw(t, "likely")
		n := rapid.IntRange(1, 20).Draw(t, "n")
		s, err := recommend.New(memory, recommend.Config{Budget: time.Minute, Recall: time.Minute, Taste: recommend.Taste{Likely: likely}})
		require.NoError(t, err)
		a, err := s.Recommend(t.Context(), recommend.Request{Tenant: "ptn", N: n, Context: recommend.Context{Now: now}})
		require.NoError(t, err)
		require.Equal(t, byFormula(memory.programme.Now(), len(items[:min(len(items), 3*n+10)]), n, likely), picked(a))
	})
}

// byFormula chooses n of the first so many items, of which each fits less than the one before.
func byFormula(e *recommend.Edition, many, n int, likely float64) []string {
	list := []string{}
	var chosen []int
	for len(chosen) < min(n, many) {
		best, most := -1, 0.
		for i := range many {
			alike, taken := 0., false
			for _, c := range chosen {
				alike, taken = max(alike, e.Traits(c).Cosine(e.Traits(i))), taken || c == i
			}
			fit := 1.
			if many > 1 {
				fit = float64(many-1-i) / float64(many-1)
			}
			if value := likely*fit - (1-likely)*alike; !taken && (best < 0 || value > most) {
				best, most = i, value
			}
		}
		chosen = append(chosen, best)
		list = append(list, string(e.At(best).ID))
	}
	return list
}

// A candidate that knows its number is found by it; one whose number is that of another item, in another programme, by its name.
func TestEdition_ScoredKnowsItsNumber(t *testing.T) {
	t.Parallel()
	other := recommend.NewProgramme()
	other.Put(append([]recommend.Item{show("s2"), show("unknown")}, shows(9)...)...)
	for name, e := range map[string]*recommend.Edition{"its own": nil, "another": other.Now()} {
		memory := newFake("local", shows(3)...)
		if e == nil {
			e = memory.programme.Now()
			memory.programme.Put(show("later"))
		}
		memory.recommend = func(context.Context, recommend.Query) ([]recommend.Scored, error) {
			var list []recommend.Scored
			for i := range e.Len() {
				list = append(list, e.Scored(i, -float64(i)))
			}
			return list, nil
		}
		got := picked(answer(t, shelfOf(t, memory, recommend.Config{Taste: plain}), recommend.Request{N: 3}))
		want := []string{"s0", "s1", "s2"}
		if name == "another" {
			want = []string{"s2", "s0", "s1"}
		}
		assert.Equal(t, want, got, name)
	}
	assert.Equal(t, recommend.Scored{Item: "s2", Score: 4}.Item, other.Now().Scored(0, 4).Item)
}

// What came within a fortnight is tried, be it announced for tomorrow; what came earlier, or nobody knows when, is not.
func TestShelf_TriesWhatCameWithinAFortnight(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		memory := newFake("local", shows(12, ofGenre("jazz"))...)
		memory.recommend = finds(idsOf(shows(12))...)
		young := map[string]bool{}
		var more []recommend.Item
		for i := range rapid.IntRange(0, 60).Draw(t, "more") {
			age := time.Duration(rapid.IntRange(-48, 30*24).Draw(t, "hours")) * time.Hour
			added := now.Add(-age)
			if rapid.IntRange(0, 5).Draw(t, "unknown") == 0 {
				added = time.Time{}
			}
			item := show(fmt.Sprintf("m%d", i), func(i *recommend.Item) { i.Added = added })
			more = append(more, item)
			if !added.IsZero() && age <= 14*24*time.Hour {
				young[string(item.ID)] = true
			}
		}
		memory.programme.Put(more...)
		s, err := recommend.New(memory, recommend.Config{Budget: time.Minute, Recall: time.Minute, Taste: recommend.Taste{Likely: 1, Explore: true}})
		require.NoError(t, err)
		a, err := s.Recommend(t.Context(), recommend.Request{Tenant: "ptn", N: 6, Seed: rapid.Uint64().Draw(t, "seed"), Context: recommend.Context{Now: now}})
		require.NoError(t, err)
		require.Equal(t, len(young) > 0, a.Items[3].Tried)
		if a.Items[3].Tried {
			require.True(t, young[string(a.Items[3].Item)], "%s", a.Items[3].Item)
		}
	})
}

// Whether somebody has seen a new item is asked of those alone that may be tried, and an item that they have not seen is found behind those
// that they have.
func TestShelf_TriesWhatIsLeftOfMany(t *testing.T) {
	t.Parallel()
	memory := usual(shows(12)...)
	memory.saw = map[recommend.ItemID]bool{}
	for i := range 30 {
		id := fmt.Sprintf("new%d", i)
		memory.programme.Put(show(id, fresh(2)))
		memory.saw[recommend.ItemID(id)] = id != "new17"
	}
	s := shelfOf(t, memory, recommend.Config{Taste: recommend.Taste{Likely: 1, Explore: true}})
	for seed := range uint64(20) {
		assert.Equal(t, "new17", picked(answer(t, s, recommend.Request{N: 6, User: "ann", Seed: seed}))[3], "seed %d", seed)
	}
}
