package storetest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/recommend"
)

// columns returns the columns of all tables: table, column.
func (s *suite) columns() [][2]string {
	s.Helper()
	sql := "select table_name, column_name from information_schema.columns where table_schema = current_schema()"
	if s.raw.Dialect() == sqldb.SQLite {
		sql = "select t.name, c.name from sqlite_schema t, pragma_table_info(t.name) c where t.type = 'table'"
	}
	var list [][2]string
	require.NoError(s, s.raw.View(s.Context(), func(tx sqldb.Tx) error {
		return tx.Each(s.Context(), func(r sqldb.Row) error {
			var c [2]string
			err := r.Scan(&c[0], &c[1])
			list = append(list, c)
			return err
		}, sql)
	}))
	return list
}

// traces returns where the text is found, as "table.column", once for each row.
func (s *suite) traces(of string) []string {
	s.Helper()
	var found []string
	for _, c := range s.columns() {
		require.NoError(s, s.raw.View(s.Context(), func(tx sqldb.Tx) error {
			return tx.Each(s.Context(), func(r sqldb.Row) error {
				found = append(found, c[0]+"."+c[1])
				return r.Scan(new(int))
			}, fmt.Sprintf(`select 1 from "%s" where cast("%s" as text) like '%%' || $1 || '%%'`, c[0], c[1]), of)
		}))
	}
	return found
}

// live writes all that can be known of a person, at two tenants.
func (s *suite) live(id recommend.UserID) {
	s.Helper()
	require.NoError(s, s.db.PutItems(s.Context(), []recommend.Item{dune}))
	require.NoError(s, s.db.PutUsers(s.Context(), []recommend.User{{ID: id, City: "berlin"}}))
	other := did(id, recommend.Book, "b", 2)
	other.Tenant = "ptn_2"
	s.record(did(id, recommend.View, "a", 1), other, did(id, recommend.Hide, "c", 1))
	require.NoError(s, s.db.Withdraw(s.Context(), []recommend.Withdrawn{{Kind: recommend.Hide, User: id, Item: "c"}}))
	s.lookedAtLists(id)
}

var forgetTests = map[string]func(*suite){
	"forgotten_leaves_no_trace": func(s *suite) {
		s.live("u_ann7")
		s.live("u_ann") // whose id is the beginning of the other's
		require.Greater(s, len(s.traces("u_ann7")), 8, "the scan sees what there is")
		s.news("engine")

		require.NoError(s, s.db.Forget(s.Context(), "u_ann7"))

		assert.Equal(s, []string{"rec_change.user_id"}, s.traces("u_ann7"), "only the entry that tells of it")
		assert.Len(s, s.history("u_ann"), 2, "others stay")
		assert.Equal(s, []string{"forgotten u_ann7"}, told(s.news("engine")))
		require.NoError(s, s.db.Prune(s.Context(), s.raw.Now().Add(time.Hour)))
		assert.Empty(s, s.traces("u_ann7"))
	},

	"the_entry_stays_until_all_know": func(s *suite) {
		_, err := s.db.News(s.Context(), "down", 10)
		require.NoError(s, err)
		require.NoError(s, s.db.Forget(s.Context(), "u_ann7"))
		s.news("up")
		require.NoError(s, s.db.Prune(s.Context(), s.raw.Now().Add(time.Hour)))
		assert.Equal(s, []string{"forgotten u_ann7"}, told(s.news("down")))
	},

	"who_has_not_heard_of_them_hears_only_that": func(s *suite) {
		s.live("u_ann7")
		require.NoError(s, s.db.Forget(s.Context(), "u_ann7"))
		require.NoError(s, s.db.Forget(s.Context(), "u_ann7"))
		assert.Equal(s, []string{"item evt_dune " + dune.Title, "forgotten u_ann7"}, told(s.news("engine")))
	},

	"who_comes_back_begins_anew": func(s *suite) {
		s.live("u_ann7")
		require.NoError(s, s.db.Forget(s.Context(), "u_ann7"))
		s.record(did("u_ann7", recommend.View, "a", 1))
		assert.Len(s, s.history("u_ann7"), 1)
		assert.Equal(s, []string{"forgotten u_ann7", "u_ann7 view a 1"}, told(s.news("engine"))[1:])
	},

	// Whoever follows the journal has in the end what the tables have.
	"forgotten_while_they_act": func(s *suite) {
		for round := range 10 {
			user := recommend.UserID(fmt.Sprint("u_", round))
			s.record(did(user, recommend.View, "i0", 0))
			together(5, func(i int) {
				if i == 2 {
					assert.NoError(s, s.db.Forget(s.Context(), user))
					return
				}
				assert.NoError(s, s.db.Record(s.Context(), []recommend.Feedback{
					did(user, recommend.View, "i0", i+1), did(user, recommend.View, recommend.ItemID(fmt.Sprint("i", i+1)), 1),
				}))
			})
			known := map[recommend.ItemID]recommend.Feedback{}
			for _, c := range s.news("engine") {
				if c.Forgotten != "" {
					clear(known)
					continue
				}
				known[c.Feedback.Item] = *c.Feedback
			}
			stored := map[recommend.ItemID]recommend.Feedback{}
			for _, f := range s.history(user) {
				stored[f.Item] = f
			}
			assert.Equal(s, stored, known)
		}
	},

	"nobody_cannot_be_forgotten": func(s *suite) {
		require.Error(s, s.db.Forget(s.Context(), ""))
		assert.Zero(s, s.count("rec_change"))
	},
}
