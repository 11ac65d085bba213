package sqlstore_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/internal/sqlstore"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// fragments are fields of the statements that are no statement by themselves.
var fragments = []string{"members"}

// composers run every statement that a function puts together at run time.
var composers = map[string]func(*testing.T, store.Tx) error{
	"ListShows": listShowsEveryWay,
	"Mails": func(t *testing.T, tx store.Tx) error {
		_, err := tx.Mails(t.Context(), "", 1)
		_, err2 := tx.Mails(t.Context(), "ann@example.com", 1)
		return firstOf(err, err2)
	},
	"RunAudit": func(t *testing.T, tx store.Tx) error {
		for _, check := range tx.AuditChecks() {
			if _, err := tx.RunAudit(t.Context(), check, 1); err != nil {
				return fmt.Errorf("%s: %w", check, err)
			}
		}
		return nil
	},
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// listShowsEveryWay runs every combination of conditions.
func listShowsEveryWay(t *testing.T, tx store.Tx) error {
	conditions := []func(*store.ShowQuery){
		func(q *store.ShowQuery) { q.City = "mumbai" },
		func(q *store.ShowQuery) { q.PartnerID = "ptn_1" },
		func(q *store.ShowQuery) { q.EventID = "evt_1" },
		func(q *store.ShowQuery) { q.VenueID = "ven_1" },
		func(q *store.ShowQuery) { q.From = bmstest.Start },
		func(q *store.ShowQuery) { q.Until = bmstest.Start.Add(time.Hour) },
		func(q *store.ShowQuery) { q.LocalDate = "2026-11-22" },
		func(q *store.ShowQuery) { q.After = "shw_1" },
		func(q *store.ShowQuery) { q.Statuses = []catalog.ShowStatus{catalog.OnSale} },
	}
	for set := range 1 << len(conditions) {
		var q store.ShowQuery
		for i, add := range conditions {
			if set&(1<<i) != 0 {
				add(&q)
			}
		}
		if _, err := tx.ListShows(t.Context(), q); err != nil {
			return fmt.Errorf("%+v: %w", q, err)
		}
	}
	return nil
}

// TestStatements_EachIsValid prepares every statement of the package against the tables that the
// migrations make.
func TestStatements_EachIsValid(t *testing.T) {
	t.Parallel()
	found := readSource(t)
	require.Greater(t, len(found.texts), 60, "constant statements")
	assert.ElementsMatch(t, slices.Collect(maps.Keys(composers)), slices.Collect(maps.Keys(found.composed)),
		"a function that puts a statement together has an entry in composers, which runs it")
	for name, open := range engines {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t, bmstest.NewClock(bmstest.Start).Now)
			t.Cleanup(func() { assert.NoError(t, db.Close()) })
			exec := sqlstore.Executor(db)
			for where, sql := range allTexts(t, found, exec.Dialect()) {
				assert.NoError(t, prepare(t, exec, sql), "%s\n%s", where, sql)
			}
			for where, run := range composers {
				require.NoError(t, db.View(t.Context(), func(tx store.Tx) error { return run(t, tx) }), where)
			}
			assert.Error(t, prepare(t, exec, "select nothing from show where id = $1"), "the test can tell")
		})
	}
}

// allTexts returns the constant statements and those of the dialect, each of which must be used.
func allTexts(t *testing.T, found *source, d sqldb.Dialect) map[string]string {
	t.Helper()
	all := maps.Clone(found.texts)
	for field, sql := range sqlstore.Texts(d) {
		if !slices.Contains(fragments, field) {
			assert.True(t, found.fields[field], "statement %s is never run", field)
			all[field] = sql
		}
	}
	maps.Copy(all, sqlstore.AuditTexts())
	return all
}

// prepare has the engine compile the statement.
func prepare(t *testing.T, db sqldb.DB, sql string) error {
	t.Helper()
	return db.Update(t.Context(), func(tx sqldb.Tx) error {
		if db.Dialect() == sqldb.SQLite {
			return tx.Each(t.Context(), func(sqldb.Row) error { return nil }, "explain "+sql, make([]any, parameters(sql))...)
		}
		_, err := tx.Exec(t.Context(), "prepare checked as "+sql)
		if err != nil {
			return err
		}
		_, err = tx.Exec(t.Context(), "deallocate checked")
		return err
	})
}

// parameters is the highest number of a parameter in the statement.
func parameters(sql string) int {
	for n := 20; n > 0; n-- {
		if strings.Contains(sql, fmt.Sprint("$", n)) {
			return n
		}
	}
	return 0
}
