package sqldbtest

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

var queueTests = map[string]func(*testing.T, sqldb.DB){
	"Queue_InOrder":               testQueueOrder,
	"Queue_SeenByNextQuery":       testQueueSeen,
	"Queue_FailureSurfacesLater":  testQueueFailure,
	"Queue_MissUndoes":            testMiss,
	"Queue_MissSurfacesLater":     testMissSurfaces,
	"Queue_WantMet":               testWantMet,
	"Queue_Scan":                  testQueueScan,
	"Queue_ScanErrorUndoes":       testQueueScanError,
	"Queue_ScanOfFailedStatement": testQueueScanFailed,
}

func testQueueOrder(t *testing.T, db sqldb.DB) {
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{SQL: insertAccount, Args: []any{"a", 1}})
		tx.Queue(sqldb.Stmt{SQL: addBalance, Args: []any{"a", 4}})
		tx.Queue(sqldb.Stmt{SQL: "update account set balance = balance * 2 where id = $1", Args: []any{"a"}})
		tx.Queue(sqldb.Stmt{SQL: addBalance, Args: []any{"a", -3}})
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, int64(7), balance(t, db, "a"))
}

func testQueueSeen(t *testing.T, db sqldb.DB) {
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		var n int64
		tx.Queue(sqldb.Stmt{SQL: insertAccount, Args: []any{"a", 1}})
		if err := tx.One(t.Context(), []any{&n}, selectBalance, "a"); err != nil {
			return err
		}
		assert.Equal(t, int64(1), n, "One sees what is queued before it")
		tx.Queue(sqldb.Stmt{SQL: addBalance, Args: []any{"a", 4}})
		changed, err := tx.Exec(t.Context(), "update account set balance = balance + 1 where balance = 5")
		assert.Equal(t, int64(1), changed, "Exec sees what is queued before it")
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, int64(6), balance(t, db, "a"))
}

// surfaces are the calls that must return what a queued statement failed with.
var surfaces = map[string]func(*testing.T, sqldb.Tx) error{
	"Flush": func(t *testing.T, tx sqldb.Tx) error { return tx.Flush(t.Context()) },
	"Exec": func(t *testing.T, tx sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), addBalance, "a", 1)
		return err
	},
	"One": func(t *testing.T, tx sqldb.Tx) error {
		var n int64
		return tx.One(t.Context(), []any{&n}, selectBalance, "a")
	},
	"Each": func(t *testing.T, tx sqldb.Tx) error {
		return tx.Each(t.Context(), func(sqldb.Row) error { return nil }, selectBalance, "a")
	},
	"end": func(*testing.T, sqldb.Tx) error { return nil },
}

// surface queues the statement and returns what the call and the unit returned.
func surface(t *testing.T, db sqldb.DB, s sqldb.Stmt, call func(*testing.T, sqldb.Tx) error) (inside, outside error) {
	t.Helper()
	outside = db.Update(t.Context(), func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{SQL: insertAccount, Args: []any{"z", 1}})
		tx.Queue(s)
		tx.Queue(sqldb.Stmt{SQL: insertAccount, Args: []any{"zz", 1}})
		inside = call(t, tx)
		return inside
	})
	return inside, outside
}

func testQueueFailure(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 1)
	for name, call := range surfaces {
		inside, outside := surface(t, db, sqldb.Stmt{SQL: insertAccount, Args: []any{"a", 1}}, call)
		if name != "end" {
			assert.True(t, sqldb.IsKind(inside, sqldb.Unique), "%s returned %v", name, inside)
		}
		assert.True(t, sqldb.IsKind(outside, sqldb.Unique), "%s: Update returned %v", name, outside)
	}
	assert.Equal(t, 1, accounts(t, db))
}

var errMiss = errors.New("the row has changed")

func testMiss(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 1)
	for _, want := range []int64{0, 2} {
		err := db.Update(t.Context(), func(tx sqldb.Tx) error {
			tx.Queue(sqldb.Stmt{SQL: insertAccount, Args: []any{"b", 1}})
			tx.Queue(sqldb.Stmt{SQL: addBalance, Args: []any{"a", 1}, Want: want, Miss: errMiss})
			tx.Queue(sqldb.Stmt{SQL: insertAccount, Args: []any{"c", 1}})
			return nil
		})
		require.ErrorIs(t, err, errMiss)
	}
	assert.Equal(t, 1, accounts(t, db))
	assert.Equal(t, int64(1), balance(t, db, "a"))
}

func testMissSurfaces(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 1)
	for name, call := range surfaces {
		inside, outside := surface(t, db, sqldb.Stmt{SQL: addBalance, Args: []any{"nobody", 1}, Want: 1, Miss: errMiss}, call)
		if name != "end" {
			require.ErrorIs(t, inside, errMiss, name)
		}
		require.ErrorIs(t, outside, errMiss, name)
	}
	assert.Equal(t, 1, accounts(t, db))
	assert.Equal(t, int64(1), balance(t, db, "a"))
}

func testWantMet(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 1)
	openAccount(t, db, "b", 1)
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{SQL: addBalance, Args: []any{"nobody", 1}, Want: 0, Miss: errMiss})
		tx.Queue(sqldb.Stmt{SQL: "update account set balance = 7", Want: 2, Miss: errMiss})
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, int64(7), balance(t, db, "b"))
}

func testQueueScan(t *testing.T, db sqldb.DB) {
	var ids []string
	var left int64
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		ids, left = nil, 0
		tx.Queue(sqldb.Stmt{
			SQL: "insert into account (id, balance) values ('a', 1), ('b', 2) returning id",
			Scan: func(r sqldb.Row) error {
				var id string
				err := r.Scan(&id)
				ids = append(ids, id)
				return err
			},
			Want: 2, Miss: errMiss,
		})
		tx.Queue(sqldb.Stmt{
			SQL: "update account set balance = balance - $2 where id = $1 returning balance", Args: []any{"b", 2},
			Scan: func(r sqldb.Row) error { return r.Scan(&left) },
			Want: 1, Miss: errMiss,
		})
		return nil
	})
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"a", "b"}, ids)
	assert.Zero(t, left)
	assert.Equal(t, 2, accounts(t, db))
}

func testQueueScanError(t *testing.T, db sqldb.DB) {
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{
			SQL:  "insert into account (id, balance) values ('a', 1) returning id",
			Scan: func(sqldb.Row) error { return errRefused },
		})
		return nil
	})
	require.ErrorIs(t, err, errRefused)
	assert.Zero(t, accounts(t, db))
}

func testQueueScanFailed(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 1)
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{
			SQL:  "insert into account (id, balance) values ('b', 1), ('a', 1) returning id",
			Scan: func(sqldb.Row) error { return nil },
			Want: 2, Miss: errMiss,
		})
		return nil
	})
	assert.True(t, sqldb.IsKind(err, sqldb.Unique), "got %v", err)
	assert.Equal(t, 1, accounts(t, db))
}
