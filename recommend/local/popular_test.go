package local_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local"
)

// by is feedback of so many people, so many days ago, in a city or in none.
func by(people int, kind recommend.Kind, id, city string, daysAgo int) []recommend.Feedback {
	var list []recommend.Feedback
	for n := range people {
		list = append(list, recommend.Feedback{
			Kind: kind, User: recommend.UserID(fmt.Sprintf("p%d-%s-%s", n, id, city)), Item: recommend.ItemID(id), At: now.AddDate(0, 0, -daysAgo).Add(-1), City: city,
		})
	}
	return list
}

// bare is an engine in which popularity alone counts.
func bare(t *testing.T, items ...recommend.Item) *local.Engine {
	t.Helper()
	e := node(t, newMemory(), local.Config{Mix: local.Mix{Popular: 1, Trust: 1}})
	put(t, e, items...)
	return e
}

func TestPopular_FadesWithTime(t *testing.T) {
	t.Parallel()
	e := bare(t, item("then"), item("now"))
	record(t, e, by(10, recommend.Book, "then", "", 56)...)
	record(t, e, by(3, recommend.Book, "now", "", 1)...)
	rebuild(t, e)
	assert.Equal(t, []string{"now", "then"}, popular(t, e, ask("")), "in eight weeks ten fade to less than one")
	record(t, e, by(60, recommend.Book, "then", "", 56)...)
	rebuild(t, e)
	assert.Equal(t, []string{"then", "now"}, popular(t, e, ask("")), "seventy fade to more than three")
}

// What was chosen before fades when something comes to it.
func TestPopular_FadesBeforeMoreComes(t *testing.T) {
	t.Parallel()
	e := bare(t, item("then"), item("now"))
	record(t, e, by(10, recommend.Book, "then", "", 56)...)
	record(t, e, recommend.Feedback{Kind: recommend.Book, User: "zoe", Item: "then", At: now.AddDate(0, 0, -1)})
	record(t, e, by(3, recommend.Book, "now", "", 1)...)
	rebuild(t, e)
	assert.Equal(t, []string{"now", "then"}, popular(t, e, ask("")))
}

func TestPopular_ABookingSaysMoreThanALook(t *testing.T) {
	t.Parallel()
	e := bare(t, item("looked"), item("booked"), item("shown"), item("hidden"))
	record(t, e, by(10, recommend.View, "looked", "", 1)...)
	record(t, e, by(2, recommend.Book, "booked", "", 1)...)
	record(t, e, by(50, recommend.Shown, "shown", "", 1)...)
	record(t, e, by(50, recommend.Hide, "hidden", "", 1)...)
	rebuild(t, e)
	assert.Equal(t, []string{"booked", "looked"}, popular(t, e, ask(""))[:2])
}

// A city's own choices count there as far as there are enough of them.
func TestPopular_CitiesAreSmoothed(t *testing.T) {
	t.Parallel()
	e := bare(t, item("all"), item("here"), item("once"))
	record(t, e, by(60, recommend.Book, "all", "paris", 1)...)
	record(t, e, by(30, recommend.Book, "here", "berlin", 1)...)
	record(t, e, by(4, recommend.Book, "all", "berlin", 1)...)
	record(t, e, by(1, recommend.Book, "once", "rome", 1)...)
	rebuild(t, e)
	first := func(city string) string {
		q := ask("")
		q.Context.City = city
		return popular(t, e, q)[0]
	}
	assert.Equal(t, "all", first(""))
	assert.Equal(t, "here", first("berlin"))
	assert.Equal(t, "all", first("paris"))
	assert.Equal(t, "all", first("nowhere"), "of which nothing is known")
}

// Where little is known, what is chosen everywhere counts.
func TestPopular_CitiesOfFewFollowTheOthers(t *testing.T) {
	t.Parallel()
	e := bare(t, item("dull"), item("hit"), item("once"))
	record(t, e, by(400, recommend.Book, "hit", "paris", 1)...)
	record(t, e, by(1, recommend.View, "once", "rome", 1)...)
	rebuild(t, e)
	q := ask("")
	q.Context.City = "rome"
	before(t, popular(t, e, q), "hit", "dull", "although nobody chose it in Rome")
}

// Cities that somebody makes up take no memory.
func TestPopular_MadeUpCitiesAreNotKept(t *testing.T) {
	t.Parallel()
	e := bare(t, item("a"))
	record(t, e, by(5, recommend.Book, "a", "paris", 1)...)
	rebuild(t, e)
	for n := range 100 {
		q := ask("")
		q.Context.City = fmt.Sprintf("city%d", n)
		popular(t, e, q)
		q.Context.City = "paris"
		popular(t, e, q)
	}
	assert.Equal(t, 2, e.Charts(), "that of Paris, and that of everywhere")
}

// One booking in a city of few does not outdo what many choose there and elsewhere.
func TestPopular_OneChoiceProvesLittle(t *testing.T) {
	t.Parallel()
	e := bare(t, item("hit"), item("once"))
	record(t, e, by(400, recommend.Book, "hit", "paris", 1)...)
	record(t, e, by(3, recommend.Book, "hit", "rome", 1)...)
	record(t, e, by(1, recommend.Book, "once", "rome", 1)...)
	rebuild(t, e)
	q := ask("")
	q.Context.City = "rome"
	assert.Equal(t, []string{"hit", "once"}, popular(t, e, q))
}

// What is new begins with what is usual for its genre, and not with nothing.
func TestPopular_NewItemsBeginAsTheirGenreDoes(t *testing.T) {
	t.Parallel()
	e := bare(t, item("hit1", genre("jazz")), item("hit2", genre("jazz")), item("dull1", genre("talk")), item("dull2", genre("talk")),
		item("new-a", genre("talk"), daysOld(0)), item("new-b", genre("jazz"), daysOld(0)))
	record(t, e, by(50, recommend.Book, "hit1", "", 1)...)
	record(t, e, by(50, recommend.Book, "hit2", "", 1)...)
	record(t, e, by(1, recommend.Book, "dull1", "", 1)...)
	rebuild(t, e)
	list := popular(t, e, ask(""))
	before(t, list, "new-b", "new-a", "jazz is booked more")
	before(t, list, "new-b", "dull1", "although nobody has seen it")
}

func TestPopular_PlacesThatGoQuickly(t *testing.T) {
	t.Parallel()
	e := bare(t, item("slow", func(i *recommend.Item) { i.Sold = 900 }), item("z-fast", daysOld(7), func(i *recommend.Item) { i.Sold = 700 }),
		item("unknown", func(i *recommend.Item) { i.Capacity = 0 }))
	assert.Equal(t, []string{"z-fast", "slow", "unknown"}, popular(t, e, ask("")), "700 in a week, not 900 in two months")
}

func TestTrial_CountsShownAndChosen(t *testing.T) {
	t.Parallel()
	e := bare(t, item("a"), item("b"))
	record(t, e, by(10, recommend.Shown, "a", "", 1)...)
	record(t, e, by(3, recommend.Click, "a", "", 1)...)
	record(t, e, by(2, recommend.Click, "b", "", 1)...)
	record(t, e, by(9, recommend.View, "b", "", 1)...)
	rebuild(t, e)
	shown, chosen := e.Trial("a")
	assert.InDelta(t, 10, shown, 0)
	assert.InDelta(t, 3, chosen, 0)
	shown, chosen = e.Trial("b")
	assert.InDelta(t, 2, shown, 0, "what was chosen was shown")
	assert.InDelta(t, 2, chosen, 0)
}
