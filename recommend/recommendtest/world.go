package recommendtest

import (
	"context"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend"
)

// world is a case with an engine, and identifiers of its own.
type world struct {
	t      *testing.T
	h      Harness
	unique string
	tenant recommend.Tenant
	now    time.Time
}

// worlds counts, so that two that are made in the same nanosecond differ.
var worlds atomic.Int64

func newWorld(t *testing.T, h Harness) *world {
	t.Helper()
	if h.Now == nil {
		h.Now = time.Now
	}
	if h.Settle == nil {
		h.Settle = func() {}
	}
	unique := strconv.FormatInt(time.Now().UnixNano(), 36) + "-" + strconv.FormatInt(worlds.Add(1), 36)
	return &world{t: t, h: h, unique: unique, tenant: recommend.Tenant("ptn-" + unique), now: h.Now().UTC().Truncate(time.Second)}
}

func (w *world) id(name string) recommend.ItemID { return recommend.ItemID(name + "-" + w.unique) }

func (w *world) person(name string) recommend.UserID { return recommend.UserID(name + "-" + w.unique) }

func (w *world) city(name string) string { return name + "-" + w.unique }

// jazz and film are items that have nothing in common but their tenant.
func (w *world) jazz(name string) recommend.Item {
	return recommend.Item{
		ID: w.id(name), Tenant: w.tenant, Title: name, Kind: "concert", People: []string{"Trio " + w.unique}, Genres: []string{"jazz " + w.unique},
		Tags: []string{"club " + w.unique}, Language: "en", PriceBand: 2, Places: []recommend.Place{{Venue: "club-" + w.unique, City: w.city("berlin")}},
		Added: w.now.Add(-48 * time.Hour), First: w.now.Add(72 * time.Hour), Last: w.now.Add(96 * time.Hour), Capacity: 200, Sold: 20,
	}
}

func (w *world) film(name string) recommend.Item {
	return recommend.Item{
		ID: w.id(name), Tenant: w.tenant, Title: name, Kind: "film", People: []string{"Director " + w.unique}, Genres: []string{"western " + w.unique},
		Tags: []string{"matinee " + w.unique}, Language: "fr", PriceBand: 4, Places: []recommend.Place{{Venue: "cinema-" + w.unique, City: w.city("paris")}},
		Added: w.now.Add(-48 * time.Hour), First: w.now.Add(72 * time.Hour), Last: w.now.Add(96 * time.Hour), Capacity: 200, Sold: 20,
	}
}

func (w *world) items(items ...recommend.Item) {
	w.t.Helper()
	require.NoError(w.t, w.h.Engine.UpsertItems(w.t.Context(), items))
}

// books records that each of the people booked the item an hour ago.
func (w *world) books(item recommend.ItemID, people ...string) {
	w.t.Helper()
	var list []recommend.Feedback
	for _, name := range people {
		list = append(list, w.did(recommend.Book, name, item))
	}
	require.NoError(w.t, w.h.Engine.Record(w.t.Context(), list))
}

func (w *world) did(k recommend.Kind, name string, item recommend.ItemID) recommend.Feedback {
	return recommend.Feedback{Kind: k, User: w.person(name), Item: item, Tenant: w.tenant, At: w.now.Add(-time.Hour)}
}

func (w *world) query() recommend.Query {
	return recommend.Query{Tenant: w.tenant, N: 20, Context: recommend.Context{Now: w.now}}
}

func (w *world) popular(q recommend.Query) []recommend.ItemID {
	w.t.Helper()
	return w.answer(q, w.h.Engine.Popular)
}

func (w *world) recommend(q recommend.Query) []recommend.ItemID {
	w.t.Helper()
	return w.answer(q, w.h.Engine.Recommend)
}

func (w *world) similar(q recommend.Query) []recommend.ItemID {
	w.t.Helper()
	return w.answer(q, w.h.Engine.Similar)
}

// lists are all that the engine has for a query.
func (w *world) lists(q recommend.Query) []recommend.ItemID {
	w.t.Helper()
	return slices.Concat(w.popular(q), w.recommend(q), w.similar(q))
}

// answer asks the engine and checks what is true of every answer.
func (w *world) answer(q recommend.Query, ask func(ctx context.Context, q recommend.Query) ([]recommend.Scored, error)) []recommend.ItemID {
	w.t.Helper()
	found, err := ask(w.t.Context(), q)
	require.NoError(w.t, err)
	assert.LessOrEqual(w.t, len(found), q.N)
	ids := make([]recommend.ItemID, len(found))
	for n, s := range found {
		assert.NotContains(w.t, ids[:n], s.Item, "an item is there twice")
		if n > 0 {
			assert.LessOrEqual(w.t, s.Score, found[n-1].Score, "the best come first")
		}
		ids[n] = s.Item
		w.reasonable(s)
	}
	return ids
}

// reasonable checks that a reason, where there is one, names what it is about.
func (w *world) reasonable(s recommend.Scored) {
	w.t.Helper()
	if s.Why.Code == "" {
		return
	}
	assert.Contains(w.t, recommend.ReasonCodes(), s.Why.Code)
	switch s.Why.Code {
	case recommend.BecauseBooked, recommend.BecauseLiked, recommend.BecauseViewed, recommend.BecauseAlike:
		assert.NotEmpty(w.t, s.Why.Item, "%s: which", s.Why.Code)
		assert.NotEqual(w.t, s.Item, s.Why.Item, "%s is no reason for itself", s.Why.Code)
	case recommend.BecauseFollows, recommend.BecauseArtist, recommend.BecauseGenre, recommend.BecauseNear, recommend.BecauseSeason:
		assert.NotEmpty(w.t, s.Why.Name, "%s: whom", s.Why.Code)
	default:
	}
}

// before checks that one item is in a list, and comes before another one, which may be missing.
func (w *world) before(list []recommend.ItemID, first, second recommend.ItemID, why string) {
	w.t.Helper()
	at, other := slices.Index(list, first), slices.Index(list, second)
	require.GreaterOrEqual(w.t, at, 0, "%s is missing: %s", first, why)
	assert.True(w.t, other < 0 || at < other, "%s at %d, %s at %d: %s", first, at, second, other, why)
}
