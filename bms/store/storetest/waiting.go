package storetest

import (
	"errors"
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/bms/waitlist"
)

var waitTests = map[string]func(*suite){
	"Waiting_RoundTrip":        testWaitEntry,
	"Waiting_OneForAPerson":    testWaitOnce,
	"Waiting_OneOfMany":        testWaitRace,
	"Waiting_UpdateOnce":       testWaitUpdate,
	"Waiting_LineByNumber":     testWaitLine,
	"Waiting_ListsOfOpenShows": testWaitLists,
}

// waiter is an entry of a show with the given number.
func waiter(show catalog.ShowID, number int64) waitlist.Entry {
	return waitlist.Entry{
		ID: waitlist.EntryID(fmt.Sprintf("wle_%s_%d", show, number)), ShowID: show, State: waitlist.Waiting, Number: number,
		Person: waitlist.Person{Name: "Ada", Email: fmt.Sprintf("Ada%d@example.com", number)},
		Wish:   waitlist.Wish{Places: 2}, JoinedAt: start, ChangedAt: start, Version: 1,
	}
}

func (s *suite) wait(entries ...waitlist.Entry) {
	s.Helper()
	s.must(func(tx store.Tx) error {
		for _, e := range entries {
			if err := tx.AddWaitEntry(s.Context(), e); err != nil {
				return err
			}
		}
		return nil
	})
}

// rewait stores the next version of an entry.
func (s *suite) rewait(e waitlist.Entry) error {
	return s.try(func(tx store.Tx) error { return tx.UpdateWaitEntry(s.Context(), e) })
}

func (s *suite) waitLine(show catalog.ShowID, after int64, limit int) []int64 {
	s.Helper()
	return numbersOf(read(s, func(tx store.Tx) ([]waitlist.Entry, error) { return tx.WaitLine(s.Context(), show, after, limit) }))
}

func (s *suite) waitOffers(show catalog.ShowID) []int64 {
	s.Helper()
	return numbersOf(read(s, func(tx store.Tx) ([]waitlist.Entry, error) { return tx.WaitOffers(s.Context(), show) }))
}

func numbersOf(line []waitlist.Entry) []int64 {
	numbers := make([]int64, len(line))
	for i, e := range line {
		numbers[i] = e.Number
	}
	return numbers
}

func testWaitEntry(s *suite) {
	s.programme()
	e := full[waitlist.Entry]()
	e.ShowID, e.State = showID, waitlist.Offered
	s.wait(e)
	assert.Equal(s, e, read(s, func(tx store.Tx) (waitlist.Entry, error) { return tx.WaitEntry(s.Context(), e.ID) }))
	of := func(show catalog.ShowID, person string) func(store.Tx) (waitlist.Entry, error) {
		return func(tx store.Tx) (waitlist.Entry, error) { return tx.WaitEntryOf(s.Context(), show, person) }
	}
	assert.Equal(s, e, read(s, of(showID, e.Person.Key())))
	missing(s, of(showID, "nobody@example.com"))
	missing(s, of("shw_none", e.Person.Key()))
	missing(s, func(tx store.Tx) (waitlist.Entry, error) { return tx.WaitEntry(s.Context(), "wle_none") })
	stray := waiter("shw_none", 1)
	assert.Error(s, s.try(func(tx store.Tx) error { return tx.AddWaitEntry(s.Context(), stray) }), "of no show")
}

func testWaitOnce(s *suite) {
	s.programme()
	s.putShows(show("shw_2"))
	e := waiter(showID, 1)
	s.wait(e)
	same := waiter(showID, 2)
	same.Person.Email = "ADA1@example.com"
	s.refused(store.ErrDuplicate, func(tx store.Tx) error { return tx.AddWaitEntry(s.Context(), same) })
	number := waiter(showID, 1)
	number.ID, number.Person.Email = "wle_other", "other@example.com"
	s.refused(store.ErrDuplicate, func(tx store.Tx) error { return tx.AddWaitEntry(s.Context(), number) })
	s.wait(waiter("shw_2", 1)) // another show has a list of its own
}

// Of those who join at once with one address, one does.
func testWaitRace(s *suite) {
	s.programme()
	won := 0
	for _, err := range together(8, func(i int) error {
		e := waiter(showID, int64(i+1))
		e.Person.Email = "ada@example.com"
		return s.try(func(tx store.Tx) error { return tx.AddWaitEntry(s.Context(), e) })
	}) {
		if err == nil {
			won++
			continue
		}
		assert.True(s, errors.Is(err, store.ErrDuplicate), err)
	}
	assert.Equal(s, 1, won)
	assert.Len(s, s.waitLine(showID, 0, 10), 1)
}

func testWaitUpdate(s *suite) {
	s.programme()
	e := waiter(showID, 1)
	s.wait(e)
	require.ErrorIs(s, s.rewait(e), store.ErrStale, "the version it has already")
	next := e.Leave(start.Add(time.Minute))
	next.Number = 5
	require.NoError(s, s.rewait(next))
	require.ErrorIs(s, s.rewait(next), store.ErrStale, "twice")
	assert.Equal(s, next, read(s, func(tx store.Tx) (waitlist.Entry, error) { return tx.WaitEntry(s.Context(), e.ID) }))
	none := waiter(showID, 9)
	none.Version = 2
	require.ErrorIs(s, s.rewait(none), store.ErrStale, "of none")
}

func testWaitLine(s *suite) {
	s.programme()
	s.putShows(show("shw_2"))
	count := func(number int64) int {
		return read(s, func(tx store.Tx) (int, error) { return tx.WaitAhead(s.Context(), showID, number) })
	}
	last := func() int64 {
		return read(s, func(tx store.Tx) (int64, error) { return tx.LastWaitNumber(s.Context(), showID) })
	}
	assert.Empty(s, s.waitLine(showID, 0, 10))
	assert.Empty(s, s.waitOffers(showID))
	assert.Zero(s, last())
	assert.Zero(s, count(100))
	offered, err := waiter(showID, 2).Offering("hld_1", start.Add(time.Hour), start)
	require.NoError(s, err)
	offered.Version = 1
	gone := waiter(showID, 4)
	gone.State = waitlist.Left
	s.wait(waiter(showID, 3), waiter(showID, 1), offered, gone, waiter("shw_2", 7), waiter(showID, 11))
	assert.Equal(s, []int64{1, 2, 3, 11}, s.waitLine(showID, 0, 10))
	assert.Equal(s, []int64{1, 2}, s.waitLine(showID, 0, 2))
	assert.Equal(s, []int64{3, 11}, s.waitLine(showID, 2, 2))
	assert.Empty(s, s.waitLine(showID, 11, 2))
	assert.Equal(s, []int64{2}, s.waitOffers(showID))
	require.NoError(s, s.rewait(offered.Withdraw(start)))
	assert.Empty(s, s.waitOffers(showID), "it waits again")
	assert.Equal(s, []int64{1, 2, 3, 11}, s.waitLine(showID, 0, 10))
	offered.Version = 3
	require.NoError(s, s.rewait(offered))
	assert.Equal(s, 0, count(1))
	assert.Equal(s, 1, count(3), "who has an offer waits no more")
	assert.Equal(s, 3, count(12))
	assert.EqualValues(s, 11, last())
}

func testWaitLists(s *suite) {
	s.programme()
	s.putShows(show("shw_2"), show("shw_3"))
	lists := func(after catalog.ShowID, limit int) []store.WaitList {
		return read(s, func(tx store.Tx) ([]store.WaitList, error) { return tx.WaitLists(s.Context(), after, limit) })
	}
	assert.Empty(s, lists("", 10))
	ended := waiter("shw_3", 1)
	ended.State = waitlist.Ended
	late, err := waiter("shw_2", 1).Offering("hld_1", start.Add(2*time.Hour), start)
	require.NoError(s, err)
	soon, err := waiter("shw_2", 2).Offering("hld_2", start.Add(time.Hour), start)
	require.NoError(s, err)
	s.wait(ended, late, soon, waiter(showID, 1), waiter("shw_2", 3))
	s.must(func(tx store.Tx) error {
		_, err := tx.LockShow(s.Context(), "shw_2")
		return err
	})
	one := store.WaitList{ShowID: showID, ShowVersion: 1}
	two := store.WaitList{ShowID: "shw_2", Inventory: 1, ShowVersion: 1, Until: start.Add(time.Hour)}
	assert.Equal(s, []store.WaitList{one, two}, lists("", 10))
	assert.Equal(s, []store.WaitList{one}, lists("", 1))
	assert.Equal(s, []store.WaitList{two}, lists(showID, 10))
	require.NoError(s, s.rewait(soon.Leave(start)))
	assert.Equal(s, start.Add(2*time.Hour), lists(showID, 1)[0].Until)
}
