// Package sqldbtest is the contract of sqldb.DB as a test: every engine runs
// it, so that a statement written once behaves the same on each.
//
//	func TestDB(t *testing.T) {
//		sqldbtest.Run(t, func(t *testing.T) sqldb.DB { return openEmpty(t) })
//	}
package sqldbtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// Run runs the suite. open returns an empty database of the test's own and
// closes it when the test ends.
func Run(t *testing.T, open func(t *testing.T) sqldb.DB) {
	for _, group := range []map[string]func(*testing.T, sqldb.DB){unitTests, queueTests, typeTests, errorTests, raceTests} {
		for name, test := range group {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				db := open(t)
				createTables(t, db)
				test(t, db)
			})
		}
	}
}

// The tables of the suite. The text is the same on every engine.
var tables = []string{
	`create table account (
		id text primary key,
		balance bigint not null constraint balance_not_negative check (balance >= 0),
		label text constraint label_once unique)`,
	`create table entry (
		id bigint primary key,
		account text not null references account (id),
		amount bigint not null)`,
	`create table promise (
		id bigint primary key,
		account text not null references account (id) deferrable initially deferred)`,
	`create table value (
		id bigint primary key,
		at timestamptz, yes boolean, number bigint, small int, ratio double precision,
		doc jsonb, body bytea, name text)`,
}

func createTables(t *testing.T, db sqldb.DB) {
	t.Helper()
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		for _, ddl := range tables {
			tx.Queue(sqldb.Stmt{SQL: ddl})
		}
		return nil
	})
	require.NoError(t, err)
}

const (
	insertAccount = "insert into account (id, balance) values ($1, $2)"
	insertLabel   = "insert into account (id, balance, label) values ($1, 0, $2)"
	insertEntry   = "insert into entry (id, account, amount) values ($1, $2, $3)"
	insertPromise = "insert into promise (id, account) values ($1, $2)"
	addBalance    = "update account set balance = balance + $2 where id = $1"
	selectBalance = "select balance from account where id = $1"
)

// open puts an account there with the balance.
func openAccount(t *testing.T, db sqldb.DB, id string, balance int64) {
	t.Helper()
	exec(t, db, insertAccount, id, balance)
}

// exec runs one statement in a unit of its own.
func exec(t *testing.T, db sqldb.DB, sql string, args ...any) {
	t.Helper()
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{SQL: sql, Args: args})
		return nil
	})
	require.NoError(t, err)
}

// one reads one row in a unit of its own.
func one(t *testing.T, db sqldb.DB, dest []any, sql string, args ...any) {
	t.Helper()
	err := db.View(t.Context(), func(tx sqldb.Tx) error {
		return tx.One(t.Context(), dest, sql, args...)
	})
	require.NoError(t, err)
}

// balance reads an account's balance.
func balance(t *testing.T, db sqldb.DB, id string) int64 {
	t.Helper()
	var n int64
	one(t, db, []any{&n}, selectBalance, id)
	return n
}

// accounts counts the accounts.
func accounts(t *testing.T, db sqldb.DB) int {
	t.Helper()
	var n int
	one(t, db, []any{&n}, "select count(*) from account")
	return n
}
