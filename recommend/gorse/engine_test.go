package gorse_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/gorse"
	"github.com/marquee-tickets/marquee/recommend/gorse/gorsetest"
)

// taught is a bench whose server knows three concerts, three films, and who booked what.
func taught(t *testing.T, cfg gorse.Config) bench {
	t.Helper()
	b := newBench(t, cfg)
	ctx := t.Context()
	require.NoError(t, b.engine.UpsertItems(ctx, []recommend.Item{jazz("j1"), jazz("j2"), jazz("j3"), film("f1"), film("f2"), film("f3")}))
	require.NoError(t, b.engine.Record(ctx, []recommend.Feedback{
		did(recommend.Book, "ann", "j1"), did(recommend.Book, "ben", "j1"), did(recommend.Book, "ben", "j2"), did(recommend.Book, "cat", "j2"),
		did(recommend.Book, "cat", "j3"), did(recommend.Book, "dan", "f1"), did(recommend.Book, "eve", "f1"), did(recommend.Book, "eve", "f2"),
	}))
	b.server.Train()
	b.server.ForgetCalls()
	return b
}

func query() recommend.Query { return recommend.Query{Tenant: "ptn_a", N: 10} }

// whys are the reasons of an answer by item.
func whys(list []recommend.Scored) map[recommend.ItemID]recommend.Reason {
	m := map[recommend.ItemID]recommend.Reason{}
	for _, s := range list {
		m[s.Item] = s.Why
	}
	return m
}

func ids(list []recommend.Scored) []recommend.ItemID {
	out := []recommend.ItemID{}
	for _, s := range list {
		out = append(out, s.Item)
	}
	return out
}

func TestEngine_GivesReasonsThatAreTrue(t *testing.T) {
	t.Parallel()
	b := taught(t, gorse.Config{})
	q := query()
	for kind, code := range map[recommend.Kind]recommend.ReasonCode{
		recommend.View: recommend.BecauseViewed, recommend.Click: recommend.BecauseViewed, recommend.Book: recommend.BecauseBooked,
		recommend.Like: recommend.BecauseLiked, recommend.Hold: recommend.BecauseAlike,
	} {
		q.Session = []recommend.Signal{{Kind: kind, Item: "f3"}}
		list, err := b.engine.Recommend(t.Context(), q)
		require.NoError(t, err)
		assert.ElementsMatch(t, []recommend.ItemID{"f1", "f2"}, ids(list), "Gorse fills lists with what has nothing in common")
		for item, why := range whys(list) {
			assert.Equal(t, recommend.Reason{Code: code, Item: "f3"}, why, item)
		}
	}
	q.Session, q.Like = nil, "j3"
	list, err := b.engine.Similar(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, []recommend.ItemID{"j2", "j1"}, ids(list), "cat booked two of them")
	assert.Equal(t, recommend.Reason{Code: recommend.BecauseAlike, Item: "j3"}, list[0].Why)

	list, err = b.engine.Popular(t.Context(), q)
	require.NoError(t, err)
	for item, why := range whys(list) {
		booked := map[recommend.ItemID]recommend.ReasonCode{"j1": recommend.BecausePopular, "j2": recommend.BecausePopular, "f1": recommend.BecausePopular}
		assert.Equal(t, booked[item], why.Code, "two are many here, and %s", item)
	}

	q.User = "ann"
	list, err = b.engine.Recommend(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, recommend.ItemID("j2"), list[0].Item, "ben booked both")
	assert.Equal(t, recommend.BecausePopular, list[0].Why.Code)
	assert.Empty(t, whys(list)["f3"].Code, "Gorse does not say why")
}

// To Gorse items that nobody has booked are booked by the same people, and fill its lists.
func TestEngine_NobodyIsNoCompany(t *testing.T) {
	t.Parallel()
	b := taught(t, gorse.Config{})
	play := recommend.Item{ID: "p1", Tenant: "ptn_a", Kind: "play", Added: epoch}
	require.NoError(t, b.engine.UpsertItems(t.Context(), []recommend.Item{play, jazz("j4")}))
	b.server.Train()
	together, err := b.client.ItemToItem(t.Context(), "together", "p1", gorse.Ask{N: 1})
	require.NoError(t, err)
	assert.InDelta(t, 1, together.List[0].Score, 0)
	q := query()
	q.Like = "p1"
	list, err := b.engine.Similar(t.Context(), q)
	require.NoError(t, err)
	assert.Empty(t, list)
}

func TestEngine_BlendsTheSessionWithThePerson(t *testing.T) {
	t.Parallel()
	b := taught(t, gorse.Config{})
	q := query()
	q.User = "ann"
	q.Session = []recommend.Signal{{Kind: recommend.Book, Item: "f1"}, {Kind: recommend.Shown, Item: "j3"}, {Kind: recommend.View, Item: "nothing"}}
	list, err := b.engine.Recommend(t.Context(), q)
	require.NoError(t, err)
	assert.NotContains(t, ids(list), recommend.ItemID("f1"), "they have just booked it")
	assert.Contains(t, ids(list), recommend.ItemID("j3"), "it was shown, and that was all")
	assert.Contains(t, ids(list)[:2], recommend.ItemID("j2"), "which they have not just asked for, and still like")
	assert.Equal(t, recommend.Reason{Code: recommend.BecauseBooked, Item: "f1"}, whys(list)["f2"])
	alone := q
	alone.Session = nil
	without, err := b.engine.Recommend(t.Context(), alone)
	require.NoError(t, err)
	place := func(list []recommend.Scored) int { return indexOf(ids(list), "f2") }
	assert.Less(t, place(list), place(without), "a film is nearer than before")
}

func indexOf(list []recommend.ItemID, item recommend.ItemID) int {
	for n, id := range list {
		if id == item {
			return n
		}
	}
	return len(list)
}

// What was done last tells most, and only the last ten things are asked about, each item once.
func TestEngine_ListensToTheLastSignals(t *testing.T) {
	t.Parallel()
	b := taught(t, gorse.Config{})
	q := query()
	q.Session = []recommend.Signal{{Kind: recommend.View, Item: "j1"}, {Kind: recommend.View, Item: "f1"}}
	list, err := b.engine.Recommend(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, recommend.ItemID("f2"), list[0].Item)
	q.Session = []recommend.Signal{{Kind: recommend.View, Item: "f1"}, {Kind: recommend.View, Item: "j1"}}
	list, err = b.engine.Recommend(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, recommend.ItemID("j2"), list[0].Item)

	q.Session = nil
	for n := range 15 {
		q.Session = append(q.Session, recommend.Signal{Kind: recommend.View, Item: recommend.ItemID("i" + string(rune('a'+n)))})
	}
	q.Session = append(q.Session, recommend.Signal{Kind: recommend.View, Item: "j1"},
		recommend.Signal{Kind: recommend.View, Item: "f1"}, recommend.Signal{Kind: recommend.Hide, Item: "f1"},
		recommend.Signal{Kind: recommend.View, Item: "j1"}, recommend.Signal{Kind: recommend.View, Item: "a/b"})
	b.server.ForgetCalls()
	_, err = b.engine.Recommend(t.Context(), q)
	require.NoError(t, err)
	alike := matching(b.server.Calls(), "/item-to-item/alike/")
	assert.Len(t, alike, 10)
	assert.Len(t, matching(alike, "/alike/j1?"), 1)
	assert.Len(t, matching(alike, "/alike/io?"), 1)
	assert.Empty(t, matching(alike, "/alike/if?"), "nine others came after it")
	assert.Empty(t, matching(alike, "/alike/f1?"), "they do not want to see it")
}

func TestEngine_NothingToGoByIsPopular(t *testing.T) {
	t.Parallel()
	b := taught(t, gorse.Config{})
	q := query()
	q.Session = []recommend.Signal{{Kind: recommend.Shown, Item: "j1"}}
	list, err := b.engine.Recommend(t.Context(), q)
	require.NoError(t, err)
	popular, err := b.engine.Popular(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, popular, list)
	assert.Len(t, list, 6)
}

func TestEngine_PutsTheCityFirst(t *testing.T) {
	t.Parallel()
	b := taught(t, gorse.Config{})
	q := query()
	q.Context.City = "paris"
	list, err := b.engine.Popular(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, []recommend.ItemID{"f1", "f2", "f3"}, ids(list[:3]))
	assert.Len(t, list, 6)
	q.N = 2
	b.server.ForgetCalls()
	list, err = b.engine.Popular(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, []recommend.ItemID{"f1", "f2"}, ids(list))
	assert.Len(t, b.server.Calls(), 1, "there is enough in the city")
	q.N = 4
	list, err = b.engine.Popular(t.Context(), q)
	require.NoError(t, err)
	assert.Len(t, list, 4)
}

// One list of several that is missing does not keep the others; the one of the person does.
func TestEngine_AnswersFromWhatThereIs(t *testing.T) {
	t.Parallel()
	cut := ""
	w := &wire{}
	w.fail = func(r *http.Request) error {
		if cut != "" && strings.Contains(r.URL.Path, cut) {
			return errCut
		}
		return nil
	}
	b := taught(t, gorse.Config{Transport: w, Retries: -1})
	q := query()
	q.User, q.Session = "ann", []recommend.Signal{{Kind: recommend.View, Item: "f1"}, {Kind: recommend.View, Item: "j1"}}
	for _, missing := range []string{"/alike/j1", "/item-to-item/", "/non-personalized/"} {
		cut = missing
		list, err := b.engine.Recommend(t.Context(), q)
		require.NoError(t, err, missing)
		assert.NotEmpty(t, list)
		assert.False(t, b.client.Down())
	}
	cut = "/recommend/"
	_, err := b.engine.Recommend(t.Context(), q)
	assert.True(t, fault.Is(err, fault.Unavailable), "%v", err)

	q.User, cut = "", "/alike/j1"
	list, err := b.engine.Recommend(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, []recommend.ItemID{"f2", "f3"}, ids(list))
	cut = "/alike/"
	_, err = b.engine.Recommend(t.Context(), q)
	assert.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	_, err = b.engine.Similar(t.Context(), recommend.Query{Like: "j1", N: 3})
	assert.True(t, fault.Is(err, fault.Unavailable), "%v", err)
}

// However many requests an answer takes, a page that was too slow once does not open the circuit.
func TestEngine_OneSlowPageIsOneFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := taught(t, gorse.Config{Retries: -1})
		q := query()
		q.User, q.Session = "ann", []recommend.Signal{{Kind: recommend.View, Item: "f1"}, {Kind: recommend.View, Item: "j1"}, {Kind: recommend.View, Item: "j2"}}
		b.server.Suffer(gorsetest.Slow)
		for range 4 {
			ctx, cancel := context.WithTimeout(t.Context(), 80*time.Millisecond)
			begin := time.Now()
			_, err := b.engine.Recommend(ctx, q)
			cancel()
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, 80*time.Millisecond, time.Since(begin))
			assert.False(t, b.client.Down())
		}
	})
}

func TestEngine_RemembersWhatIsPopularForAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := taught(t, gorse.Config{})
		q := query()
		q.User = "ann"
		for range 3 {
			_, err := b.engine.Recommend(t.Context(), q)
			require.NoError(t, err)
		}
		assert.Len(t, matching(b.server.Calls(), "/non-personalized/"), 1)
		time.Sleep(time.Minute)
		_, err := b.engine.Recommend(t.Context(), q)
		require.NoError(t, err)
		assert.Len(t, matching(b.server.Calls(), "/non-personalized/"), 2)
	})
}

func TestEngine_HidesWhatSomebodyHid(t *testing.T) {
	t.Parallel()
	b := taught(t, gorse.Config{})
	q := query()
	q.User = "ann"
	hide := did(recommend.Hide, "ann", "j2")
	require.NoError(t, b.engine.Record(t.Context(), []recommend.Feedback{hide, did(recommend.Shown, "ann", "f1"), did(recommend.View, "ann", "f1")}))
	list, err := b.engine.Recommend(t.Context(), q)
	require.NoError(t, err)
	assert.NotContains(t, ids(list), recommend.ItemID("j2"))
	assert.Contains(t, ids(list), recommend.ItemID("f1"), "to look at something is no reason to lose it")
	require.NoError(t, b.engine.Withdraw(t.Context(), []recommend.Withdrawn{{Kind: recommend.Hide, User: "ann", Item: "j2"}}))
	list, err = b.engine.Recommend(t.Context(), q)
	require.NoError(t, err)
	assert.Contains(t, ids(list), recommend.ItemID("j2"))
}

func TestEngine_RefusesWhatIsNotValid(t *testing.T) {
	t.Parallel()
	b := newBench(t, gorse.Config{})
	ctx := t.Context()
	for want, err := range map[string]error{
		"items[1].id":       b.engine.UpsertItems(ctx, []recommend.Item{jazz("a"), {}}),
		"users[0].id":       b.engine.UpsertUsers(ctx, []recommend.User{{ID: "a b"}}),
		"feedback[0].kind":  b.engine.Record(ctx, []recommend.Feedback{{}}),
		"withdrawn[0].kind": b.engine.Withdraw(ctx, []recommend.Withdrawn{{}}),
		"user":              b.engine.Forget(ctx, ""),
		"like":              second(b.engine.Similar(ctx, query())),
		"n":                 second(b.engine.Recommend(ctx, recommend.Query{})),
	} {
		require.True(t, fault.Is(err, fault.Invalid), "%s: %v", want, err)
		assert.Equal(t, want, fault.Of(err).Field)
	}
	for name, q := range map[string]recommend.Query{"user": {N: 1, User: "a/b"}} {
		_, err := b.engine.Recommend(ctx, q)
		assert.True(t, fault.Is(err, fault.Invalid), "%s: %v", name, err)
	}
	_, err := b.engine.Popular(ctx, recommend.Query{})
	assert.True(t, fault.Is(err, fault.Invalid), "%v", err)
	assert.Empty(t, matching(b.server.Calls(), "ite"))
	_, err = gorse.NewEngine(b.client, gorse.EngineConfig{Popular: "a/b"})
	assert.ErrorContains(t, err, "EngineConfig.Popular")
	_, err = gorse.NewEngine(b.client, gorse.EngineConfig{Many: -1})
	assert.ErrorContains(t, err, "EngineConfig.Many")
	_, err = gorse.NewEngine(b.client, gorse.EngineConfig{Pulse: -1})
	assert.ErrorContains(t, err, "EngineConfig.Pulse")
}

func TestEngine_SaysHowItIs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, gorse.Config{Retries: -1})
		health := func() recommend.Health {
			time.Sleep(5 * time.Second)
			return b.engine.Health(t.Context())
		}
		h := health()
		assert.True(t, h.OK)
		assert.Empty(t, h.Model, "it has learnt nothing yet")
		b.server.Train()
		assert.Equal(t, recommend.Health{OK: true, Model: "2000-01-01T00:00:05Z", Since: time.Date(2000, 1, 1, 0, 0, 5, 0, time.UTC)}, health())
		b.server.Suffer(gorsetest.NotReady)
		h = health()
		assert.False(t, h.OK)
		assert.Contains(t, h.Says, "DataStoreError")
		b.server.Suffer(gorsetest.Down)
		h = health()
		assert.False(t, h.OK)
		assert.NotEmpty(t, h.Says)
		for range 5 {
			require.Error(t, b.ask(t))
		}
		b.server.ForgetCalls()
		assert.Contains(t, b.engine.Health(t.Context()).Says, "left alone")
		assert.Empty(t, b.server.Calls())
		b.server.Suffer(gorsetest.Well)
		assert.True(t, health().OK, "though nobody has asked for anything else")
		require.NoError(t, b.ask(t))
		assert.Equal(t, "gorse", b.engine.Name())
	})
}

// Pages ask for it, so that it must neither wait for a slow server nor ask it each time.
func TestEngine_HealthIsCheap(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, gorse.Config{Retries: -1})
		for range 10 {
			require.True(t, b.engine.Health(t.Context()).OK)
		}
		assert.Len(t, matching(b.server.Calls(), "/health/ready"), 1)
		b.server.Suffer(gorsetest.Slow)
		time.Sleep(5 * time.Second)
		begin := time.Now()
		for range 10 {
			assert.False(t, b.engine.Health(t.Context()).OK)
		}
		assert.Equal(t, 250*time.Millisecond, time.Since(begin))
	})
}

// None of the calls that the server answers wrongly, or not at all, is ever made.
func TestEngine_NeverAsksForWhatIsBroken(t *testing.T) {
	t.Parallel()
	b := taught(t, gorse.Config{})
	q := query()
	q.User, q.Like, q.Context.City, q.Session = "ann", "j1", "berlin", []recommend.Signal{{Kind: recommend.View, Item: "j1"}}
	for _, user := range []recommend.UserID{"ann", "", "stranger"} {
		q.User = user
		_, err := b.engine.Recommend(t.Context(), q)
		require.NoError(t, err)
	}
	_, err := b.engine.Similar(t.Context(), q)
	require.NoError(t, err)
	_, err = b.engine.Popular(t.Context(), q)
	require.NoError(t, err)
	require.NoError(t, b.engine.Record(t.Context(), []recommend.Feedback{did(recommend.Hide, "ann", "j3")}))
	require.NoError(t, b.engine.Withdraw(t.Context(), []recommend.Withdrawn{{Kind: recommend.Hide, User: "ann", Item: "j3"}}))
	require.NoError(t, b.engine.Forget(t.Context(), "ann"))
	b.engine.Health(t.Context())
	for _, call := range b.server.Calls() {
		assert.NotContains(t, call, "session")
		assert.NotContains(t, call, "n=0")
		assert.NotRegexp(t, `^POST /api/feedback|^GET /api/feedback/\w+/\w+/`, call)
	}
}
