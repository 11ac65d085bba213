package storetest

import (
	"errors"
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
)

var feedbackTests = map[string]func(*suite){
	"history_newest_first": func(s *suite) {
		s.record(did("ann", recommend.View, "a", 1), did("ann", recommend.Book, "b", 3), did("bob", recommend.View, "a", 2), did("ann", recommend.Like, "a", 2))
		assert.Equal(s, []recommend.Feedback{
			did("ann", recommend.Book, "b", 3), did("ann", recommend.Like, "a", 2), did("ann", recommend.View, "a", 1),
		}, s.history("ann"))
		list, err := s.db.History(s.Context(), "ann", 2)
		require.NoError(s, err)
		assert.Equal(s, s.history("ann")[:2], list)
		list, err = s.db.History(s.Context(), "ann", -1)
		require.NoError(s, err)
		assert.Empty(s, list)
		assert.Empty(s, s.history("eve"))
	},

	"the_newest_time_wins_whatever_the_order": func(s *suite) {
		s.record(did("ann", recommend.View, "a", 5))
		s.record(did("ann", recommend.View, "a", 3))
		s.record(did("ann", recommend.View, "a", 6), did("ann", recommend.View, "a", 8), did("ann", recommend.View, "a", 7))
		assert.Equal(s, []recommend.Feedback{did("ann", recommend.View, "a", 8)}, s.history("ann"))
		assert.Equal(s, []string{"ann view a 5", "ann view a 8"}, told(s.news("engine")))
	},

	"recorded_twice_writes_nothing": func(s *suite) {
		list := []recommend.Feedback{did("ann", recommend.View, "a", 1), did("ann", recommend.Book, "a", 1)}
		s.record(list...)
		require.Len(s, s.news("engine"), 2)
		list[0].At = list[0].At.Add(999) // below what is stored
		s.record(list...)
		assert.Empty(s, s.news("engine"))
		s.record(append(list, did("bob", recommend.View, "a", 1))...)
		assert.Equal(s, []string{"bob view a 1"}, told(s.news("engine")), "only what is new makes an entry")
	},

	"withdrawn_counts_no_more": func(s *suite) {
		s.record(did("ann", recommend.Book, "a", 1), did("ann", recommend.View, "a", 1), did("bob", recommend.Book, "a", 1))
		gone := recommend.Withdrawn{Kind: recommend.Book, User: "ann", Item: "a"}
		require.NoError(s, s.db.Withdraw(s.Context(), []recommend.Withdrawn{gone, {Kind: recommend.Hide, User: "ann", Item: "a"}, gone}))
		require.NoError(s, s.db.Withdraw(s.Context(), []recommend.Withdrawn{gone}))
		assert.Equal(s, []recommend.Feedback{did("ann", recommend.View, "a", 1)}, s.history("ann"))
		assert.Len(s, s.history("bob"), 1)
		assert.Equal(s, []string{"ann no book a"}, told(s.news("engine"))[3:])
	},

	"bad_feedback_is_named_and_nothing_stored": func(s *suite) {
		bad := did("ann", "stare", "a", 1)
		err := s.db.Record(s.Context(), []recommend.Feedback{did("ann", recommend.View, "a", 1), bad})
		assert.Equal(s, "[1].kind", fault.Of(err).Field)
		assert.Empty(s, s.history("ann"))
		err = s.db.Withdraw(s.Context(), []recommend.Withdrawn{{Kind: recommend.Book, User: "ann"}})
		assert.Equal(s, "[0].item", fault.Of(err).Field)
	},

	"each_feedback_by_person_then_time": func(s *suite) {
		var want []recommend.Feedback
		for u := range 3 {
			for i := range 1700 { // pages end in the middle of a person
				want = append(want, did(recommend.UserID(fmt.Sprint("u", u)), recommend.View, recommend.ItemID(fmt.Sprintf("%04d", i)), i/7)) // and of an instant
			}
		}
		for i := range want { // in another order than they come out
			j := i * 7 % len(want)
			want[i], want[j] = want[j], want[i]
		}
		s.record(want...)
		var got []recommend.Feedback
		require.NoError(s, s.db.EachFeedback(s.Context(), time.Time{}, func(f recommend.Feedback) error {
			got = append(got, f)
			return nil
		}))
		assert.Len(s, got, len(want))
		assert.ElementsMatch(s, want, got)
		for i := 1; i < len(got); i++ {
			require.LessOrEqual(s, fmt.Sprint(got[i-1].User, got[i-1].At.UnixMicro()), fmt.Sprint(got[i].User, got[i].At.UnixMicro()))
		}
	},

	"each_feedback_since": func(s *suite) {
		s.record(did("ann", recommend.View, "a", 1), did("ann", recommend.View, "b", 2), did("bob", recommend.View, "a", 3))
		n := 0
		require.NoError(s, s.db.EachFeedback(s.Context(), after(2*time.Minute), func(f recommend.Feedback) error {
			n++
			assert.False(s, f.At.Before(after(2*time.Minute)))
			return nil
		}))
		assert.Equal(s, 2, n)
	},

	"each_feedback_ends_with_an_error": func(s *suite) {
		s.record(did("ann", recommend.View, "a", 1), did("ann", recommend.View, "b", 2))
		enough, n := errors.New("enough"), 0
		err := s.db.EachFeedback(s.Context(), time.Time{}, func(recommend.Feedback) error {
			n++
			return enough
		})
		require.ErrorIs(s, err, enough)
		assert.Equal(s, 1, n)
	},

	"each_feedback_may_write_meanwhile": func(s *suite) {
		s.record(did("ann", recommend.View, "a", 1), did("ann", recommend.View, "b", 2))
		require.NoError(s, s.db.EachFeedback(s.Context(), time.Time{}, func(f recommend.Feedback) error {
			return s.db.Withdraw(s.Context(), []recommend.Withdrawn{{Kind: f.Kind, User: f.User, Item: f.Item}})
		}))
		assert.Empty(s, s.history("ann"))
	},

	"many_writers_of_the_same_feedback": func(s *suite) {
		together(8, func(i int) {
			var list []recommend.Feedback
			for n := range 50 {
				list = append(list, did(recommend.UserID(fmt.Sprint("u", (n*(i+1))%10)), recommend.View, recommend.ItemID(fmt.Sprint("i", n%7)), i))
			}
			assert.NoError(s, s.db.Record(s.Context(), list))
		})
		last := map[string]recommend.Feedback{}
		for _, c := range s.news("engine") {
			last[fmt.Sprint(c.Feedback.User, c.Feedback.Item)] = *c.Feedback
		}
		n := 0
		require.NoError(s, s.db.EachFeedback(s.Context(), time.Time{}, func(f recommend.Feedback) error {
			n++
			assert.Equal(s, f, last[fmt.Sprint(f.User, f.Item)], "who followed the journal has what is stored")
			return nil
		}))
		assert.Len(s, last, n)
	},
}
