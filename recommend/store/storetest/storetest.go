// Package storetest is what recommend/store promises, as a test that each engine's package runs.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t testing.TB) sqldb.DB { return openEmpty(t) })
//	}
package storetest

import (
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/store"
)

// Run runs the suite. open returns a migrated, empty database of the test's own, which Run closes.
func Run(t *testing.T, open func(t testing.TB) sqldb.DB) {
	all := map[string]func(*suite){}
	for _, group := range []map[string]func(*suite){thingTests, feedbackTests, journalTests, watchTests, forgetTests, modelTests, experimentTests} {
		maps.Copy(all, group)
	}
	for name, test := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := open(t)
			db := store.New(raw)
			t.Cleanup(func() { assert.NoError(t, db.Close()) })
			test(&suite{T: t, raw: raw, db: db})
		})
	}
}

// suite is one test with its database.
type suite struct {
	*testing.T
	raw sqldb.DB
	db  *store.DB
}

// start is when the tests' first feedback came: whole microseconds that are no whole milliseconds.
var start = time.Date(2026, 11, 22, 12, 0, 0, 123457000, time.UTC)

// after is a time after the start.
func after(d time.Duration) time.Time { return start.Add(d) }

// did is feedback of the given minute.
func did(user recommend.UserID, kind recommend.Kind, item recommend.ItemID, minute int) recommend.Feedback {
	return recommend.Feedback{
		Kind: kind, User: user, Item: item, Tenant: "ptn_1", At: after(time.Duration(minute) * time.Minute), Value: .5, City: "berlin", Device: recommend.Phone,
	}
}

func (s *suite) record(list ...recommend.Feedback) {
	s.Helper()
	require.NoError(s, s.db.Record(s.Context(), list))
}

// history returns all that the person did.
func (s *suite) history(user recommend.UserID) []recommend.Feedback {
	s.Helper()
	list, err := s.db.History(s.Context(), user, 1000)
	require.NoError(s, err)
	return list
}

// news returns what is new to the consumer, and acknowledges it.
func (s *suite) news(consumer string) []recommend.Change {
	s.Helper()
	var all []recommend.Change
	for {
		list, err := s.db.News(s.Context(), consumer, 100)
		require.NoError(s, err)
		if len(list) == 0 {
			return all
		}
		all = append(all, list...)
		require.NoError(s, s.db.Ack(s.Context(), consumer))
	}
}

// told returns what the changes tell of, as text.
func told(list []recommend.Change) []string {
	texts := []string{}
	for _, c := range list {
		texts = append(texts, text(c))
	}
	return texts
}

func text(c recommend.Change) string {
	switch {
	case c.Item != nil:
		return "item " + string(c.Item.ID) + " " + c.Item.Title
	case c.User != nil:
		return "user " + string(c.User.ID) + " " + c.User.City
	case c.Feedback != nil:
		return fmt.Sprint(c.Feedback.User, " ", c.Feedback.Kind, " ", c.Feedback.Item, " ", int(c.Feedback.At.Sub(start).Minutes()))
	case c.Withdrawn != nil:
		return fmt.Sprint(c.Withdrawn.User, " no ", c.Withdrawn.Kind, " ", c.Withdrawn.Item)
	}
	return "forgotten " + string(c.Forgotten)
}

// together runs fn n times at once.
func together(n int, fn func(i int)) {
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { fn(i) })
	}
	wait.Wait()
}
