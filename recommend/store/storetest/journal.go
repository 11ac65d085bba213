package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/store"
)

// breaking is a database whose transactions break at their very end.
type breaking struct{ sqldb.DB }

var errBroken = errors.New("broken")

func (b breaking) Update(ctx context.Context, fn func(sqldb.Tx) error) error {
	return b.DB.Update(ctx, func(tx sqldb.Tx) error {
		return errors.Join(fn(tx), tx.Flush(ctx), errBroken)
	})
}

func (s *suite) exec(sql string, args ...any) {
	s.Helper()
	require.NoError(s, s.raw.Update(s.Context(), func(tx sqldb.Tx) error {
		_, err := tx.Exec(s.Context(), sql, args...)
		return err
	}))
}

var journalTests = map[string]func(*suite){
	"news_in_order_until_acknowledged": func(s *suite) {
		for i := range 5 {
			s.record(did("ann", recommend.View, "a", i))
		}
		for range 2 {
			list, err := s.db.News(s.Context(), "engine", 2)
			require.NoError(s, err)
			assert.Equal(s, []string{"ann view a 0", "ann view a 1"}, told(list))
		}
		require.NoError(s, s.db.Ack(s.Context(), "engine"))
		assert.Equal(s, []string{"ann view a 2", "ann view a 3", "ann view a 4"}, told(s.news("engine")))
		assert.Len(s, s.news("other"), 5, "each consumer has a cursor of its own")
	},

	"cursor_outlives_the_program": func(s *suite) {
		s.record(did("ann", recommend.View, "a", 1))
		s.news("engine")
		s.record(did("ann", recommend.View, "a", 2))
		_, err := s.db.News(s.Context(), "engine", 10)
		require.NoError(s, err) // not acknowledged when it stops
		s.db = store.New(s.raw)
		assert.Equal(s, []string{"ann view a 2"}, told(s.news("engine")))
	},

	"acknowledged_is_what_news_returned": func(s *suite) {
		s.record(did("ann", recommend.View, "a", 1))
		require.NoError(s, s.db.Ack(s.Context(), "engine"), "without news there is nothing to acknowledge")
		_, err := s.db.News(s.Context(), "engine", 10)
		require.NoError(s, err)
		s.record(did("ann", recommend.View, "a", 2)) // between the two
		require.NoError(s, s.db.Ack(s.Context(), "engine"))
		assert.Equal(s, []string{"ann view a 2"}, told(s.news("engine")))
	},

	"two_nodes_of_one_consumer": func(s *suite) {
		other := store.New(s.raw)
		for i := range 4 {
			s.record(did("ann", recommend.View, "a", i))
		}
		_, err := other.News(s.Context(), "engine", 2)
		require.NoError(s, err)
		s.news("engine")
		require.NoError(s, other.Ack(s.Context(), "engine"))
		assert.Empty(s, s.news("engine"), "the cursor does not go back")
	},

	"retired_by_another_node_begins_anew": func(s *suite) {
		s.record(did("ann", recommend.View, "a", 1))
		s.news("engine")
		require.NoError(s, store.New(s.raw).Retire(s.Context(), "engine"))
		assert.Equal(s, []string{"ann view a 1"}, told(s.news("engine")))
		assert.Empty(s, s.news("engine"), "and is known again")
		assert.Equal(s, 1, s.count("rec_consumer"))
	},

	"bad_arguments_are_named": func(s *suite) {
		_, err := s.db.News(s.Context(), "", 10)
		assert.Equal(s, "consumer", fault.Of(err).Field)
		_, err = s.db.News(s.Context(), "engine", 0)
		assert.Equal(s, "n", fault.Of(err).Field)
	},

	"what_breaks_leaves_neither_row_nor_entry": func(s *suite) {
		broken := store.New(breaking{s.raw})
		require.ErrorIs(s, broken.Record(s.Context(), []recommend.Feedback{did("ann", recommend.View, "a", 1)}), errBroken)
		require.ErrorIs(s, broken.PutItems(s.Context(), []recommend.Item{dune}), errBroken)
		assert.Empty(s, s.history("ann"))
		assert.Empty(s, s.news("engine"))
		s.record(did("ann", recommend.View, "a", 2))
		require.ErrorIs(s, broken.Forget(s.Context(), "ann"), errBroken)
		assert.Len(s, s.history("ann"), 1)
		assert.Len(s, s.news("engine"), 1)
	},

	"without_its_entry_nothing_is_written": func(s *suite) {
		s.exec("alter table rec_change rename to elsewhere")
		require.Error(s, s.db.Record(s.Context(), []recommend.Feedback{did("ann", recommend.View, "a", 1)}))
		s.exec("alter table elsewhere rename to rec_change")
		assert.Empty(s, s.history("ann"))
	},

	"an_entry_of_a_newer_program_is_an_error": func(s *suite) {
		s.exec("insert into rec_change (at, what, user_id, doc) values (1, 'aura', '', '{}')")
		_, err := s.db.News(s.Context(), "engine", 10)
		require.ErrorContains(s, err, "run the newer program")
		require.ErrorContains(s, s.db.Watch(s.Context(), func([]recommend.Change) {
			s.exec("insert into rec_change (at, what, user_id, doc) values (1, 'item', '', '{')")
		}), "watch the journal")
	},

	"many_writers_and_a_reader_lose_nothing": func(s *suite) {
		const writers, each = 6, 40
		seen := map[string]int{}
		var done sync.WaitGroup
		written := make(chan struct{})
		done.Go(func() {
			defer close(written)
			together(writers, func(w int) {
				for i := range each {
					f := did(recommend.UserID(fmt.Sprint("u", w)), recommend.View, recommend.ItemID(fmt.Sprint("i", i)), 1)
					assert.NoError(s, s.db.Record(s.Context(), []recommend.Feedback{f}))
				}
			})
		})
		for over := false; !over; {
			select {
			case <-written:
				over = true // and one last look
			default:
			}
			for _, line := range told(s.news("engine")) {
				seen[line]++
			}
		}
		done.Wait()
		assert.Len(s, seen, writers*each)
		for line, n := range seen {
			assert.Equal(s, 1, n, line)
		}
	},

	"pruned_is_what_all_have_acknowledged": func(s *suite) {
		s.record(did("ann", recommend.View, "a", 1), did("ann", recommend.View, "b", 1))
		s.news("engine")
		s.record(did("ann", recommend.View, "c", 1))
		_, err := s.db.News(s.Context(), "slow", 10)
		require.NoError(s, err)
		future := s.raw.Now().Add(time.Hour)

		require.NoError(s, s.db.Prune(s.Context(), future))
		assert.Len(s, s.news("slow"), 3, "who has not acknowledged keeps them")
		require.NoError(s, s.db.Prune(s.Context(), s.raw.Now().Add(-time.Hour)))
		assert.Len(s, s.news("late"), 3, "newer than asked for")
		require.NoError(s, s.db.Prune(s.Context(), future))
		assert.Equal(s, 1, s.count("rec_change"), "engine has not seen the last")
		require.NoError(s, s.db.Retire(s.Context(), "engine"))
		require.NoError(s, s.db.Prune(s.Context(), future))
		assert.Zero(s, s.count("rec_change"), "who is gone for good keeps nothing")

		s.record(did("ann", recommend.View, "d", 1))
		assert.Equal(s, []string{"ann view d 1"}, told(s.news("slow")), "numbers do not begin anew")
		assert.Equal(s, []string{"ann view d 1"}, told(s.news("engine")), "it comes back as a new one")
	},

	"pruned_are_old_looks": func(s *suite) {
		for i, kind := range recommend.Kinds() {
			old := did("ann", kind, "old", 1)
			old.At = s.raw.Now().Add(-366 * 24 * time.Hour).Add(time.Duration(i))
			young := did("ann", kind, "young", 1)
			young.At = s.raw.Now().Add(-364 * 24 * time.Hour)
			s.record(old, young)
		}
		require.NoError(s, s.db.Prune(s.Context(), start))
		left := map[recommend.ItemID][]recommend.Kind{}
		for _, f := range s.history("ann") {
			left[f.Item] = append(left[f.Item], f.Kind)
		}
		assert.ElementsMatch(s, []recommend.Kind{recommend.Hold, recommend.Like, recommend.Book, recommend.Hide}, left["old"])
		assert.Len(s, left["young"], len(recommend.Kinds()))
	},

	"pruned_in_steps": func(s *suite) {
		var list []recommend.Feedback
		for i := range 2300 {
			f := did("ann", recommend.View, recommend.ItemID(fmt.Sprint(i)), 1)
			f.At = f.At.AddDate(-3, 0, 0)
			list = append(list, f)
		}
		s.record(list...)
		require.NoError(s, s.db.Prune(s.Context(), s.raw.Now().Add(time.Hour)))
		assert.Zero(s, s.count("rec_change"))
		assert.Zero(s, s.count("rec_feedback"))
	},
}

// count returns how many rows a table has.
func (s *suite) count(table string) (n int) {
	s.Helper()
	require.NoError(s, s.raw.View(s.Context(), func(tx sqldb.Tx) error {
		return tx.One(s.Context(), []any{&n}, "select count(*) from "+table)
	}))
	return n
}
