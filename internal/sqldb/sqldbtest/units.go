package sqldbtest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

var unitTests = map[string]func(*testing.T, sqldb.DB){
	"Update_Commits":                testCommit,
	"Update_ErrorUndoes":            testRollback,
	"Update_Empty":                  testEmpty,
	"Update_SwallowedFailureUndoes": testSwallowed,
	"Update_EndOfContextUndoes":     testCancelInside,
	"Update_ContextOver":            testCancelBefore,
	"View_RefusesWrites":            testViewReadOnly,
	"View_SeesOneSnapshot":          testSnapshot,
	"View_ContextOver":              testViewCancelled,
	"Tx_Now":                        testNow,
	"Each_InOrder":                  testEach,
	"Each_StoppedByScan":            testEachStopped,
	"Each_NotInsideScan":            testEachNested,
	"One_NoRows":                    testNoRows,
	"One_FirstRow":                  testFirstRow,
	"Exec_CountsRows":               testExecCounts,
	"Background_SameDatabase":       testBackground,
	"Close_RefusesWork":             testClose,
}

var errRefused = errors.New("refused by the function")

func testCommit(t *testing.T, db sqldb.DB) {
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		n, err := tx.Exec(t.Context(), insertAccount, "a", 5)
		assert.Equal(t, int64(1), n)
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, int64(5), balance(t, db, "a"))
}

func testRollback(t *testing.T, db sqldb.DB) {
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		if _, err := tx.Exec(t.Context(), insertAccount, "a", 5); err != nil {
			return err
		}
		tx.Queue(sqldb.Stmt{SQL: insertAccount, Args: []any{"b", 5}})
		return errRefused
	})
	require.ErrorIs(t, err, errRefused)
	assert.Zero(t, accounts(t, db))
}

func testEmpty(t *testing.T, db sqldb.DB) {
	nothing := func(sqldb.Tx) error { return nil }
	require.NoError(t, db.Update(t.Context(), nothing))
	require.NoError(t, db.View(t.Context(), nothing))
	refuse := func(sqldb.Tx) error { return errRefused }
	require.ErrorIs(t, db.Update(t.Context(), refuse), errRefused)
	require.ErrorIs(t, db.View(t.Context(), refuse), errRefused)
}

func testSwallowed(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 5)
	var again error
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{SQL: insertAccount, Args: []any{"b", 5}})
		_, _ = tx.Exec(t.Context(), insertAccount, "a", 5)
		_, again = tx.Exec(t.Context(), insertAccount, "c", 5)
		return nil
	})
	assert.True(t, sqldb.IsKind(err, sqldb.Unique), "got %v", err)
	assert.True(t, sqldb.IsKind(again, sqldb.Unique), "a later statement returns the first failure, got %v", again)
	assert.Equal(t, 1, accounts(t, db))
}

func testCancelInside(t *testing.T, db sqldb.DB) {
	ctx, cancel := context.WithCancel(t.Context())
	var after error
	err := db.Update(ctx, func(tx sqldb.Tx) error {
		if _, err := tx.Exec(ctx, insertAccount, "a", 5); err != nil {
			return err
		}
		cancel()
		_, after = tx.Exec(t.Context(), insertAccount, "b", 5)
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, after, context.Canceled)
	assert.Zero(t, accounts(t, db))
}

func testCancelBefore(t *testing.T, db sqldb.DB) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := db.Update(ctx, func(sqldb.Tx) error {
		assert.Fail(t, "the function ran")
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
}

func testViewReadOnly(t *testing.T, db sqldb.DB) {
	err := db.View(t.Context(), func(tx sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), insertAccount, "a", 5)
		return err
	})
	assert.True(t, sqldb.IsKind(err, sqldb.Other), "got %v", err)
	err = db.View(t.Context(), func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{SQL: insertAccount, Args: []any{"a", 5}})
		return nil
	})
	assert.True(t, sqldb.IsKind(err, sqldb.Other), "got %v", err)
	assert.Zero(t, accounts(t, db))
}

func testSnapshot(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 1)
	read := func(tx sqldb.Tx) (n int64, err error) {
		return n, tx.One(t.Context(), []any{&n}, selectBalance, "a")
	}
	err := db.View(t.Context(), func(tx sqldb.Tx) error {
		before, err := read(tx)
		if err != nil {
			return err
		}
		written := make(chan error)
		go func() {
			written <- db.Update(t.Context(), func(tx sqldb.Tx) error {
				_, err := tx.Exec(t.Context(), addBalance, "a", 1)
				return err
			})
		}()
		if err := <-written; err != nil {
			return err
		}
		after, err := read(tx)
		assert.Equal(t, before, after)
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, int64(2), balance(t, db, "a"))
}

func testViewCancelled(t *testing.T, db sqldb.DB) {
	ctx, cancel := context.WithCancel(t.Context())
	var n int
	err := db.View(ctx, func(tx sqldb.Tx) error {
		if err := tx.One(ctx, []any{&n}, "select count(*) from account"); err != nil {
			return err
		}
		cancel()
		return tx.One(ctx, []any{&n}, "select count(*) from account")
	})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, db.View(ctx, func(sqldb.Tx) error { return nil }), context.Canceled)
	assert.Zero(t, accounts(t, db), "the connection is as good as before")
}

func testNow(t *testing.T, db sqldb.DB) {
	before := db.Now()
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		first := tx.Now()
		if _, err := tx.Exec(t.Context(), insertAccount, "a", 5); err != nil {
			return err
		}
		assert.Equal(t, first, tx.Now())
		assert.Equal(t, time.UTC, first.Location())
		assert.Equal(t, first, first.Truncate(time.Microsecond))
		assert.WithinRange(t, first, before, db.Now())
		return nil
	})
	require.NoError(t, err)
}

func testEach(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "b", 2)
	openAccount(t, db, "a", 1)
	openAccount(t, db, "c", 3)
	var ids []string
	err := db.View(t.Context(), func(tx sqldb.Tx) error {
		ids = nil
		return tx.Each(t.Context(), func(r sqldb.Row) error {
			var id string
			err := r.Scan(&id)
			ids = append(ids, id)
			return err
		}, "select id from account where balance >= $1 order by id desc", 2)
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"c", "b"}, ids)
}

func testEachStopped(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 1)
	openAccount(t, db, "b", 2)
	rows := 0
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		rows = 0
		err := tx.Each(t.Context(), func(sqldb.Row) error {
			rows++
			return errRefused
		}, "select id from account")
		require.ErrorIs(t, err, errRefused)
		_, err = tx.Exec(t.Context(), insertAccount, "c", 3)
		return err
	})
	require.NoError(t, err, "the transaction is still good")
	assert.Equal(t, 1, rows)
	assert.Equal(t, 3, accounts(t, db))
}

func testEachNested(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 1)
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		return tx.Each(t.Context(), func(sqldb.Row) error {
			_, err := tx.Exec(t.Context(), insertAccount, "b", 2)
			return err
		}, "select id from account")
	})
	require.ErrorContains(t, err, "collect the rows first")
	assert.Equal(t, 1, accounts(t, db))
}

func testNoRows(t *testing.T, db sqldb.DB) {
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		var n int64
		err := tx.One(t.Context(), []any{&n}, selectBalance, "nobody")
		require.ErrorIs(t, err, sqldb.ErrNoRows)
		_, err = tx.Exec(t.Context(), insertAccount, "a", 1)
		return err
	})
	require.NoError(t, err, "the transaction is still good")
	assert.Equal(t, 1, accounts(t, db))
}

func testFirstRow(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 1)
	openAccount(t, db, "b", 2)
	var id string
	one(t, db, []any{&id}, "select id from account order by id")
	assert.Equal(t, "a", id)
}

func testExecCounts(t *testing.T, db sqldb.DB) {
	for _, c := range []struct {
		sql  string
		want int64
	}{
		{"insert into account (id, balance) values ('a', 1), ('b', 2), ('c', 3)", 3},
		{"insert into account (id, balance) values ('a', 9) on conflict (id) do nothing", 0},
		{"insert into account (id, balance) values ('a', 9) on conflict (id) do update set balance = 9 where account.balance > 5", 0},
		{"insert into account (id, balance) values ('a', 9) on conflict (id) do update set balance = 9", 1},
		{"update account set balance = 0 where id > 'a'", 2},
		{"update account set balance = 0 where id = 'nobody'", 0},
		{"delete from account", 3},
	} {
		err := db.Update(t.Context(), func(tx sqldb.Tx) error {
			n, err := tx.Exec(t.Context(), c.sql)
			assert.Equal(t, c.want, n, c.sql)
			return err
		})
		require.NoError(t, err, c.sql)
	}
}

func testBackground(t *testing.T, db sqldb.DB) {
	bg := db.Background()
	openAccount(t, bg, "a", 1)
	assert.Equal(t, int64(1), balance(t, db, "a"))
	openAccount(t, db, "b", 2)
	assert.Equal(t, int64(2), balance(t, bg, "b"))
	assert.Equal(t, db.Dialect(), bg.Dialect())
	assert.WithinDuration(t, db.Now(), bg.Now(), time.Minute)
}

func testClose(t *testing.T, db sqldb.DB) {
	inside, closed := make(chan struct{}), make(chan error)
	go func() {
		<-inside
		closed <- db.Close()
	}()
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		close(inside)
		_, err := tx.Exec(t.Context(), insertAccount, "a", 1)
		return err
	})
	require.NoError(t, err, "Close waits for a running unit")
	require.NoError(t, <-closed)
	require.NoError(t, db.Close(), "a second Close does nothing")
	for _, lane := range []sqldb.DB{db, db.Background()} {
		nothing := func(tx sqldb.Tx) error { return tx.Flush(t.Context()) }
		assert.True(t, sqldb.IsKind(lane.Update(t.Context(), nothing), sqldb.Unreachable))
		assert.True(t, sqldb.IsKind(lane.View(t.Context(), nothing), sqldb.Unreachable))
	}
}
