package local_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local"
)

// What somebody did a moment ago counts in their next answer, without a rebuild.
func TestRecommend_CountsTheLastDeed(t *testing.T) {
	t.Parallel()
	e := node(t, newMemory(), local.Config{})
	crowds(t, e)
	record(t, e, did("ann", recommend.Book, "a0", "a1")...)
	before(t, recommended(t, e, ask("ann")), "a5", "b5", "she books what a-people book")
	for n := range 5 {
		record(t, e, did("ann", recommend.Book, fmt.Sprintf("b%d", n))...)
	}
	before(t, recommended(t, e, ask("ann")), "b5", "a5", "she turned to the others")
	assert.NotContains(t, recommended(t, e, ask("ann")), "a0", "she has it")
	before(t, recommended(t, e, ask("of-a0")), "a4", "b4", "nobody else changed")
}

// An event that came a moment ago is scored by its artist, whom people of the same taste book, or by what it is like.
func TestRecommend_ColdEventComesUpAtOnce(t *testing.T) {
	t.Parallel()
	e := node(t, newMemory(), local.Config{})
	crowds(t, e)
	record(t, e, did("ann", recommend.Book, "a0", "a1", "a2")...)
	put(t, e, item("new", with("artist a5"), daysOld(0)), item("strange", daysOld(0)), item("twin", with("artist a0"), genre("genre a0"), daysOld(0)))
	list := recommended(t, e, ask("ann"))
	for _, other := range []string{"b0", "b3", "b7", "strange"} {
		before(t, list, "new", other, "those who book a0 book its artist")
		before(t, list, "twin", other, "she booked its artist")
	}
}

// Somebody who saw an artist is told of their next event, also when nothing goes with them.
func TestRecommend_TheSameArtistAgain(t *testing.T) {
	t.Parallel()
	only := func(name string) func(*recommend.Item) {
		return func(i *recommend.Item) { i.People, i.Genres, i.Places = []string{name}, nil, nil }
	}
	e := node(t, newMemory(), local.Config{Mix: local.Mix{Learnt: 1, Trust: 1}})
	put(t, e, item("a", only("x")), item("b", only("y")), item("z-again", only("x")), item("other", only("y")))
	record(t, e, append(did("ann", recommend.Book, "a"), did("ben", recommend.Book, "a")...)...)
	record(t, e, append(did("cat", recommend.Book, "b"), did("dan", recommend.Book, "b")...)...)
	rebuild(t, e)
	assert.Equal(t, "z-again", recommended(t, e, ask("ann"))[0])
	assert.Equal(t, "other", recommended(t, e, ask("cat"))[0])
}

func TestRecommend_HideAndWithdraw(t *testing.T) {
	t.Parallel()
	jazz := genre("jazz")
	e := node(t, newMemory(), local.Config{})
	put(t, e, item("jazz1", jazz), item("jazz2", jazz), item("film1", genre("film")), item("film2", genre("film")))
	record(t, e, did("ann", recommend.View, "film1", "jazz1")...)
	record(t, e, did("ann", recommend.Hide, "jazz1")...)
	list := recommended(t, e, ask("ann"))
	assert.NotContains(t, list, "jazz1")
	before(t, list, "film2", "jazz2", "she does not want the like of it")
	assert.True(t, settled(t, e, "ann")["jazz1"])

	require.NoError(t, e.Withdraw(t.Context(), []recommend.Withdrawn{{Kind: recommend.Hide, User: "ann", Item: "jazz1"}}))
	record(t, e, did("ann", recommend.Like, "jazz1")...)
	list = recommended(t, e, ask("ann"))
	assert.Contains(t, list, "jazz1")
	before(t, list, "jazz2", "film2", "she likes it after all")
	assert.False(t, settled(t, e, "ann")["jazz1"])

	record(t, e, did("ann", recommend.Book, "film1")...)
	assert.NotContains(t, recommended(t, e, ask("ann")), "film1")
	require.NoError(t, e.Withdraw(t.Context(), []recommend.Withdrawn{{Kind: recommend.Book, User: "ann", Item: "film1"}}))
	assert.Contains(t, recommended(t, e, ask("ann")), "film1", "it was cancelled")
}

func TestRecommend_FollowsCountWithoutHistory(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]recommend.Key{
		"an artist": recommend.PersonKey("Artist A3"), "a genre": recommend.GenreKey("genre a3"), "a venue": recommend.VenueKey("venue a3"),
	} {
		e := node(t, newMemory(), local.Config{})
		crowds(t, e)
		q := ask("ann")
		cold := recommended(t, e, q)
		require.NoError(t, e.UpsertUsers(t.Context(), []recommend.User{{ID: "ann", Follows: []string{string(key)}}}))
		list := recommended(t, e, q)
		assert.NotEqual(t, cold, list, name)
		for n := range 8 {
			before(t, list, "a3", fmt.Sprintf("b%d", n), name)
		}
		assert.Equal(t, "a3", list[0], name)
	}
}

// Without consent the session is all there is. It counts, and nothing of it is kept.
func TestRecommend_SessionAloneIsNotKept(t *testing.T) {
	t.Parallel()
	m := newMemory()
	e := node(t, m, local.Config{})
	crowds(t, e)
	writes, cold := m.writes, recommended(t, e, ask(""))
	q := ask("")
	q.Session = []recommend.Signal{{Kind: recommend.View, Item: "b0"}, {Kind: recommend.Click, Item: "b1", At: now}, {Kind: recommend.View, Item: "never"}}
	before(t, recommended(t, e, q), "b5", "a5", "what they look at")
	q.User = "ann"
	before(t, recommended(t, e, q), "b5", "a5", "somebody who is known, too")
	assert.Equal(t, writes, m.writes, "nothing was written")
	assert.Equal(t, cold, recommended(t, e, ask("")), "nothing is remembered of nobody")
	assert.Equal(t, cold, recommended(t, e, ask("ann")), "nor of ann")
	assert.False(t, saw(t, e, "ann", "b0"))
}

// Who asks counts a little for what is like an item, however much they did, and whatever came last.
func TestSimilar_WhoAsksCountsALittle(t *testing.T) {
	t.Parallel()
	e := node(t, newMemory(), local.Config{})
	film := func(i *recommend.Item) {
		i.Genres, i.People, i.Organizer, i.Places[0].Venue = []string{"film"}, []string{"director"}, "cinema", "cinema"
	}
	items := []recommend.Item{item("like", genre("jazz")), item("jazz", genre("jazz")), item("film", film)}
	var far []string
	for n := range 100 {
		far = append(far, fmt.Sprintf("far%d", n))
		items = append(items, item(far[n], film))
	}
	put(t, e, items...)
	q := ask("ann")
	q.Like = "like"
	record(t, e, did("ann", recommend.Book, far...)...)
	list, err := e.Similar(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, []string{"jazz", "film"}, ids(list), "a hundred films say less than the item itself")
	q.Like = "never"
	list, err = e.Similar(t.Context(), q)
	require.NoError(t, err)
	assert.Empty(t, list)
}

func TestRecommend_AsManyAsAreAskedFor(t *testing.T) {
	t.Parallel()
	e := node(t, newMemory(), local.Config{})
	crowds(t, e)
	whole := recommended(t, e, ask("of-a0"))
	for n := -1; n < len(whole)+2; n++ {
		q := ask("of-a0")
		q.N = n
		assert.Equal(t, whole[:max(min(n, len(whole)), 0)], recommended(t, e, q))
	}
	for _, n := range []int{-1, 0} {
		q := ask("")
		q.N = n
		assert.Empty(t, popular(t, e, q))
	}
}

func TestRecommend_SaysSoWhenTheHistoryCannotBeRead(t *testing.T) {
	t.Parallel()
	m := newMemory()
	e := node(t, m, local.Config{})
	m.broken = assert.AnError
	_, err := e.Recommend(t.Context(), ask("ann"))
	require.ErrorIs(t, err, assert.AnError)
	q := ask("ann")
	q.Like = "a"
	put(t, e, item("a"))
	_, err = e.Similar(t.Context(), q)
	require.ErrorIs(t, err, assert.AnError)
	_, err = e.Settled(t.Context(), "ann")
	require.ErrorIs(t, err, assert.AnError)
	_, err = e.Saw(t.Context(), "ann", "a")
	require.ErrorIs(t, err, assert.AnError)
	_, err = e.Explain(t.Context(), q, nil)
	require.ErrorIs(t, err, assert.AnError)
	assert.Equal(t, []string{"a"}, popular(t, e, ask("ann")), "what is popular needs no history")
	assert.Equal(t, []string{"a"}, recommended(t, e, ask("")))
}

// Nobody who asks can make scores that are no numbers.
func TestRecommend_OddContexts(t *testing.T) {
	t.Parallel()
	e := node(t, newMemory(), local.Config{})
	crowds(t, e)
	record(t, e, recommend.Feedback{Kind: recommend.Book, User: "ann", Item: "a0", At: now.AddDate(300, 0, 0), Value: 1e-300})
	for _, c := range []recommend.Context{
		{Lat: math.NaN(), Lng: math.Inf(1)}, {Lat: 1000, Lng: 1000}, {City: "berlin", Lat: math.NaN()}, {Language: "-", Device: "odd"}, {Now: time.Unix(1<<40, 0)}, {Now: time.Unix(-1<<40, 0)},
	} {
		q := ask("ann")
		q.Context = c
		list, err := e.Recommend(t.Context(), q)
		require.NoError(t, err)
		assert.NotEmpty(t, list)
		for _, s := range list {
			assert.False(t, math.IsNaN(s.Score) || math.IsInf(s.Score, 0), "%v", c)
		}
	}
}
