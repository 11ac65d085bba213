package local_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local"
)

// life is a person who booked and hid something long ago, and then looked at so many things.
func life(looks int) []recommend.Feedback {
	long := now.AddDate(-1, 0, 0)
	list := []recommend.Feedback{
		{Kind: recommend.Book, User: "ann", Item: "booked", At: long},
		{Kind: recommend.Hide, User: "ann", Item: "hidden", At: long.Add(1)},
		{Kind: recommend.View, User: "ann", Item: "seen", At: long.Add(2)},
	}
	for n := range looks {
		list = append(list, recommend.Feedback{
			Kind: recommend.View, User: "ann", Item: recommend.ItemID(fmt.Sprintf("v%d", n)), At: long.Add(time.Duration(n+1) * time.Minute),
		})
	}
	return list
}

// However much a person looks at, what they booked and hid never comes back, and what they saw is still known, whether they are in memory or
// read from the journal.
func TestPast_LongAgoIsNotForgotten(t *testing.T) {
	t.Parallel()
	for _, kept := range []bool{true, false} {
		e := node(t, newMemory(), local.Config{})
		put(t, e, item("booked"), item("hidden"), item("seen"), item("other"))
		if kept {
			settled(t, e, "ann") // brings her into memory
		}
		record(t, e, life(many)...)
		list := recommended(t, e, ask("ann"))
		assert.ElementsMatch(t, []string{"seen", "other"}, list, "in memory: %t", kept)
		assert.Len(t, settled(t, e, "ann"), 2)
		wrong := 0
		for n := range many {
			require.True(t, saw(t, e, "ann", fmt.Sprintf("v%d", n)))
			if saw(t, e, "ann", fmt.Sprintf("never%d", n)) {
				wrong++
			}
		}
		assert.True(t, saw(t, e, "ann", "seen"))
		assert.True(t, saw(t, e, "ann", "booked"))
		assert.Less(t, wrong, many/20, "of as many that she has not seen")

		require.NoError(t, e.Withdraw(t.Context(), []recommend.Withdrawn{{Kind: recommend.Book, User: "ann", Item: "booked"}}))
		assert.Contains(t, recommended(t, e, ask("ann")), "booked")
	}
}

// Of what somebody did a bounded part is kept in memory, beside what they booked or hid.
func TestPast_IsBounded(t *testing.T) {
	t.Parallel()
	e := node(t, newMemory(), local.Config{})
	settled(t, e, "ann")
	record(t, e, life(1500)...)
	deeds, people := e.Remembered("ann")
	assert.Equal(t, 1000+2, deeds)
	assert.Equal(t, 1, people)
}

func TestPast_RemembersSomePeople(t *testing.T) {
	t.Parallel()
	m := newMemory()
	e := node(t, m, local.Config{Remember: 3})
	put(t, e, item("a"))
	for n := range 10 {
		user := fmt.Sprintf("u%d", n)
		record(t, e, did(user, recommend.Book, "a")...)
		assert.True(t, settled(t, e, user)["a"])
	}
	_, people := e.Remembered("u0")
	assert.Equal(t, 3, people)
	assert.True(t, settled(t, e, "u0")["a"], "who is not remembered is read again")
}

// The strongest of what somebody did with an item tells, and hiding it outdoes all.
func TestPast_TheStrongestDeedTells(t *testing.T) {
	t.Parallel()
	e := node(t, newMemory(), local.Config{})
	put(t, e, item("a", genre("jazz")), item("b", genre("film")), item("jazz", genre("jazz")), item("film", genre("film")))
	record(t, e, did("ann", recommend.Hold, "a")...)
	record(t, e, did("ann", recommend.View, "a", "b")...)
	before(t, recommended(t, e, ask("ann")), "jazz", "film", "a hold says more than a look")
	record(t, e, did("ann", recommend.Hide, "a")...)
	before(t, recommended(t, e, ask("ann")), "film", "jazz", "she hid it")
	weak := did("ben", recommend.Like, "a")
	weak[0].Value = .1
	record(t, e, weak...)
	record(t, e, did("ben", recommend.View, "b")...)
	before(t, recommended(t, e, ask("ben")), "film", "jazz", "one star of ten says less than a look")
}

// What was done long before the rest says less.
func TestPast_FadesFromTheNewestDeedOn(t *testing.T) {
	t.Parallel()
	e := node(t, newMemory(), local.Config{})
	put(t, e, item("a", genre("jazz")), item("b", genre("film")), item("jazz", genre("jazz")), item("film", genre("film")))
	old := did("ann", recommend.Book, "a")
	old[0].At = now.AddDate(-3, 0, 0)
	record(t, e, old...)
	before(t, recommended(t, e, ask("ann")), "jazz", "film", "who comes back is the same person")
	record(t, e, did("ann", recommend.Hold, "b")...)
	before(t, recommended(t, e, ask("ann")), "film", "jazz", "three years later")
}
