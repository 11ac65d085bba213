package sqldbtest

import (
	"errors"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

var errorTests = map[string]func(*testing.T, sqldb.DB){
	"Errors_Kinds":           testKinds,
	"Errors_DeferredAtEnd":   testDeferred,
	"Errors_PanicUndoes":     testPanic,
	"Errors_GoexitUndoes":    testGoexit,
	"Errors_PanicInsideView": testViewPanic,
}

func testKinds(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 1)
	exec(t, db, insertLabel, "l", "once")
	exec(t, db, insertEntry, 1, "a", 1)
	for _, c := range []struct {
		name       string
		sql        string
		args       []any
		kind       sqldb.Kind
		constraint bool
	}{
		{"primary key", insertAccount, []any{"a", 1}, sqldb.Unique, true},
		{"unique", insertLabel, []any{"m", "once"}, sqldb.Unique, true},
		{"check", insertAccount, []any{"b", -1}, sqldb.Check, true},
		{"check on update", addBalance, []any{"a", -2}, sqldb.Check, true},
		{"reference to nothing", insertEntry, []any{2, "nobody", 1}, sqldb.ForeignKey, false},
		{"referenced row", "delete from account where id = $1", []any{"a"}, sqldb.ForeignKey, false},
		{"not null", insertAccount, []any{"b", nil}, sqldb.Other, false},
		{"syntax", "selekt 1", nil, sqldb.Other, false},
		{"no such table", "select * from nowhere", nil, sqldb.Other, false},
	} {
		err := db.Update(t.Context(), func(tx sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), c.sql, c.args...)
			return err
		})
		e, ok := errors.AsType[*sqldb.Error](err)
		require.True(t, ok, "%s: %v", c.name, err)
		assert.Equal(t, c.kind, e.Kind, c.name)
		if c.constraint {
			assert.NotEmpty(t, e.Constraint, c.name)
		}
	}
	assert.Equal(t, int64(1), balance(t, db, "a"))
}

func testDeferred(t *testing.T, db sqldb.DB) {
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{SQL: insertPromise, Args: []any{1, "later"}})
		tx.Queue(sqldb.Stmt{SQL: insertAccount, Args: []any{"later", 1}})
		return nil
	})
	require.NoError(t, err)
	err = db.Update(t.Context(), func(tx sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), insertPromise, 2, "never")
		return err
	})
	assert.True(t, sqldb.IsKind(err, sqldb.ForeignKey), "got %v", err)
	var n int
	one(t, db, []any{&n}, "select count(*) from promise")
	assert.Equal(t, 1, n)
}

func testPanic(t *testing.T, db sqldb.DB) {
	assert.PanicsWithValue(t, "the function's own", func() {
		_ = db.Update(t.Context(), func(tx sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), insertAccount, "a", 1)
			require.NoError(t, err)
			panic("the function's own")
		})
	})
	assert.Zero(t, accounts(t, db))
	openAccount(t, db, "b", 1)
	assert.Equal(t, 1, accounts(t, db), "the database goes on")
}

func testGoexit(t *testing.T, db sqldb.DB) {
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_ = db.Update(t.Context(), func(tx sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), insertAccount, "a", 1)
			assert.NoError(t, err)
			runtime.Goexit()
			return nil
		})
	}()
	<-gone
	assert.Zero(t, accounts(t, db))
	openAccount(t, db, "b", 1)
	assert.Equal(t, 1, accounts(t, db), "the database goes on")
}

func testViewPanic(t *testing.T, db sqldb.DB) {
	for range 40 { // more than there are connections: a lost one would block
		assert.PanicsWithValue(t, "the function's own", func() {
			_ = db.View(t.Context(), func(tx sqldb.Tx) error {
				var n int
				_ = tx.One(t.Context(), []any{&n}, "select count(*) from account")
				panic("the function's own")
			})
		})
	}
	assert.Zero(t, accounts(t, db))
}
