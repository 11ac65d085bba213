package recommendtest

import (
	"slices"
	"strconv"
	"sync"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend"
)

func itemsOnce(w *world) {
	w.items(w.jazz("a"), w.jazz("b"), w.film("c"))
	w.items(w.jazz("a"), w.jazz("b"), w.film("c"))
	w.books(w.id("a"), "ann")
	w.h.Settle()
	w.items(w.jazz("a"))
	list := w.popular(w.query()) // which checks that there are no twins
	assert.Contains(w.t, list, w.id("a"))
	assert.Subset(w.t, []recommend.ItemID{w.id("a"), w.id("b"), w.id("c")}, list)
}

func itemsChange(w *world) {
	moved := w.film("a")
	w.items(w.jazz("a"), moved, w.jazz("b")) // two of the same in one call: the last counts
	w.books(w.id("a"), "ann")
	w.books(w.id("b"), "ann", "ben")
	w.h.Settle()
	q := w.query()
	q.Context.City = w.city("paris")
	w.before(w.popular(q), w.id("a"), w.id("b"), "it is on in Paris now")
}

func hidden(w *world) {
	w.items(w.jazz("a"), w.jazz("b"), w.jazz("c"), w.film("d"))
	w.books(w.id("a"), "ann", "ben")
	w.books(w.id("b"), "ann", "ben", "cat")
	w.h.Settle()
	q := w.query()
	q.Like = w.id("a")
	require.Contains(w.t, w.popular(q), w.id("b"))
	require.Contains(w.t, w.similar(q), w.id("b"))
	q.User = w.person("ann")

	gone := w.jazz("b")
	gone.Hidden = true
	w.items(gone)
	assert.NotContains(w.t, w.lists(q), w.id("b"), "nothing of it can be bought")
	q.User, q.Session = "", []recommend.Signal{{Kind: recommend.View, Item: w.id("a")}}
	assert.NotContains(w.t, w.recommend(q), w.id("b"))
	w.h.Settle()
	assert.NotContains(w.t, w.lists(q), w.id("b"))

	w.items(w.jazz("b"))
	w.h.Settle()
	q.User = ""
	assert.Contains(w.t, w.popular(q), w.id("b"), "somebody cancelled")
}

func feedbackOnce(w *world) {
	w.items(w.jazz("a"), w.jazz("b"))
	for range 4 {
		w.books(w.id("a"), "ann")
	}
	w.books(w.id("b"), "ann", "ben")
	w.h.Settle()
	w.before(w.popular(w.query()), w.id("b"), w.id("a"), "two booked it")
}

func withdrawn(w *world) {
	w.items(w.jazz("a"), w.jazz("b"))
	w.books(w.id("a"), "ann")
	w.books(w.id("b"), "ann", "ben", "cat")
	w.h.Settle()
	w.before(w.popular(w.query()), w.id("b"), w.id("a"), "three booked it")
	list := []recommend.Withdrawn{}
	for _, name := range []string{"ann", "ben", "cat", "nobody"} {
		list = append(list, recommend.Withdrawn{Kind: recommend.Book, User: w.person(name), Item: w.id("b")})
	}
	for range 2 {
		require.NoError(w.t, w.h.Engine.Withdraw(w.t.Context(), list))
	}
	w.h.Settle()
	w.before(w.popular(w.query()), w.id("a"), w.id("b"), "they cancelled")
}

func near(w *world) {
	w.items(w.jazz("a"), w.film("b"))
	w.books(w.id("a"), "ann")
	w.books(w.id("b"), "ann", "ben", "cat")
	w.h.Settle()
	q := w.query()
	w.before(w.popular(q), w.id("b"), w.id("a"), "more booked it")
	q.Context.City = w.city("berlin")
	w.before(w.popular(q), w.id("a"), w.id("b"), "it is on there")
	q.Context.City = w.city("nowhere")
	assert.NotEmpty(w.t, w.popular(q), "of what is on elsewhere")
}

func similar(w *world) {
	w.twoTastes()
	q := w.query()
	q.Like = w.id("jazz1")
	list := w.similar(q)
	w.before(list, w.id("jazz2"), w.id("film1"), "the same people play")
	assert.NotContains(w.t, list, q.Like, "it is not like itself")
	q.Like = w.id("never")
	assert.Empty(w.t, w.similar(q), "there is no such item")
}

func session(w *world) {
	w.twoTastes()
	for _, kind := range []recommend.Kind{recommend.View, recommend.Click, recommend.Hold, recommend.Like} {
		q := w.query()
		q.Session = []recommend.Signal{{Kind: kind, Item: w.id("film1"), At: w.now}}
		w.before(w.recommend(q), w.id("film3"), w.id("jazz3"), string(kind))
	}
	q := w.query()
	q.Session = []recommend.Signal{{Kind: recommend.View, Item: w.id("never")}}
	w.recommend(q)
	q.Session = nil
	w.recommend(q)
}

func taste(w *world) {
	w.twoTastes()
	q := w.query()
	q.User = w.person("jazz-lover0")
	w.before(w.recommend(q), w.id("jazz4"), w.id("film4"), "they book concerts")
	q.User = w.person("film-lover0")
	w.before(w.recommend(q), w.id("film4"), w.id("jazz4"), "they book films")
}

// twoTastes are people of two tastes, who each leave out some of what they like.
func (w *world) twoTastes() {
	w.t.Helper()
	const many = 8
	var items []recommend.Item
	for n := range many {
		items = append(items, w.jazz("jazz"+strconv.Itoa(n)), w.film("film"+strconv.Itoa(n)))
	}
	w.items(items...)
	var list []recommend.Feedback
	for person := range many {
		for n := range many {
			if (n+person)%4 != 0 {
				name := strconv.Itoa(person)
				list = append(list, w.did(recommend.Book, "jazz-lover"+name, w.id("jazz"+strconv.Itoa(n))),
					w.did(recommend.Book, "film-lover"+name, w.id("film"+strconv.Itoa(n))))
			}
		}
	}
	require.NoError(w.t, w.h.Engine.Record(w.t.Context(), list))
	w.h.Settle()
}

func unknown(w *world) {
	w.items(w.jazz("a"))
	w.h.Settle()
	q := w.query()
	q.User = w.person("stranger")
	assert.Subset(w.t, []recommend.ItemID{w.id("a")}, w.recommend(q))
	q.Tenant = "ptn-never-" + recommend.Tenant(w.unique)
	assert.Empty(w.t, w.recommend(q))
	assert.Empty(w.t, w.popular(q))
	require.NoError(w.t, w.h.Engine.Forget(w.t.Context(), w.person("stranger")))
	require.NoError(w.t, w.h.Engine.Record(w.t.Context(), nil))
	require.NoError(w.t, w.h.Engine.UpsertItems(w.t.Context(), nil))
	require.NoError(w.t, w.h.Engine.UpsertUsers(w.t.Context(), nil))
}

func forgotten(w *world) {
	w.items(w.jazz("a"), w.jazz("b"), w.film("c"))
	people := []recommend.User{{ID: w.person("ann"), Tenant: w.tenant, City: w.city("berlin"), Language: "de", Follows: []string{string(recommend.GenreKey("jazz"))}}}
	for range 2 {
		require.NoError(w.t, w.h.Engine.UpsertUsers(w.t.Context(), people))
	}
	w.books(w.id("a"), "ann", "ben", "cat")
	w.books(w.id("b"), "dan", "eve")
	w.h.Settle()
	w.before(w.popular(w.query()), w.id("a"), w.id("b"), "three booked it")

	require.NoError(w.t, w.h.Engine.Forget(w.t.Context(), w.person("ann")))
	require.NoError(w.t, w.h.Engine.Forget(w.t.Context(), w.person("ben")))
	require.NoError(w.t, w.h.Engine.Forget(w.t.Context(), w.person("ben")))
	w.h.Settle()
	w.before(w.popular(w.query()), w.id("b"), w.id("a"), "one of three is left")

	w.books(w.id("a"), "ann", "ben")
	w.h.Settle()
	w.before(w.popular(w.query()), w.id("a"), w.id("b"), "they came back, as new people")
}

func tenants(w *world) {
	ours := w.tenant
	w.items(w.jazz("a"), w.jazz("b"))
	w.tenant += "-other"
	theirs := w.tenant
	w.items(w.jazz("x"), w.jazz("y"))
	for _, name := range []string{"a", "b", "x", "y"} {
		w.books(w.id(name), "ann", "ben", "cat")
	}
	w.h.Settle()
	for tenant, foreign := range map[recommend.Tenant][]recommend.ItemID{ours: {w.id("x"), w.id("y")}, theirs: {w.id("a"), w.id("b")}} {
		q := w.query()
		q.Tenant, q.User, q.Like, q.Context.City = tenant, w.person("ann"), w.id("a"), w.city("berlin")
		q.Session = []recommend.Signal{{Kind: recommend.View, Item: w.id("a")}, {Kind: recommend.View, Item: w.id("x")}}
		list := w.lists(q)
		q.User, q.Like = "", w.id("x")
		list = slices.Concat(list, w.lists(q))
		q.Session = nil
		list = slices.Concat(list, w.lists(q))
		assert.NotEmpty(w.t, list)
		for _, item := range foreign {
			assert.NotContains(w.t, list, item, "to %s", tenant)
		}
	}
	q := w.query()
	q.Tenant, q.Context.City = "", w.city("berlin")
	list := w.popular(q)
	assert.Subset(w.t, list[:min(4, len(list))], []recommend.ItemID{w.id("a"), w.id("b"), w.id("x"), w.id("y")}, "all tenants together")
}

func concurrent(w *world) {
	w.twoTastes()
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			q := w.query()
			q.User, q.Like = w.person("jazz-lover"+strconv.Itoa(n)), w.id("jazz"+strconv.Itoa(n))
			q.Session = []recommend.Signal{{Kind: recommend.View, Item: q.Like}}
			_, err := w.h.Engine.Recommend(w.t.Context(), q)
			assert.NoError(w.t, err)
			_, err = w.h.Engine.Similar(w.t.Context(), q)
			assert.NoError(w.t, err)
			assert.NoError(w.t, w.h.Engine.Record(w.t.Context(), []recommend.Feedback{w.did(recommend.View, "ann", q.Like)}))
			assert.NoError(w.t, w.h.Engine.UpsertItems(w.t.Context(), []recommend.Item{w.jazz("jazz" + strconv.Itoa(n))}))
			assert.NoError(w.t, w.h.Engine.Forget(w.t.Context(), w.person("film-lover"+strconv.Itoa(n))))
			w.h.Engine.Health(w.t.Context())
		})
	}
	all.Wait()
}

func healthy(w *world) {
	w.items(w.jazz("a"), w.jazz("b"))
	w.books(w.id("a"), "ann", "ben")
	w.h.Settle()
	h := w.h.Engine.Health(w.t.Context())
	assert.True(w.t, h.OK, h.Says)
	assert.NotEmpty(w.t, h.Model)
	assert.False(w.t, h.Since.IsZero())
	assert.Regexp(w.t, `^[a-z]+$`, w.h.Engine.Name())
}

func bounded(w *world) {
	w.twoTastes()
	for _, n := range []int{1, 3, 100} {
		q := w.query()
		q.N, q.User, q.Like = n, w.person("jazz-lover0"), w.id("jazz1")
		q.Session = []recommend.Signal{{Kind: recommend.View, Item: w.id("film1")}, {Kind: recommend.Book, Item: w.id("jazz2")}}
		first := w.lists(q)
		assert.NotEmpty(w.t, first)
		assert.Equal(w.t, first, w.lists(q), "the same again")
	}
}
