// Package sqldb is the small executor that every SQL statement of the product
// runs on: one interface, two engines (sqldb/pg and sqldb/lite), the same
// statement text with $1, $2 … parameters on both.
//
// A unit of work is a callback. There is no Begin, Commit or Rollback outside
// this package and its engines:
//
//	err := db.Update(ctx, func(tx sqldb.Tx) error {
//		tx.Queue(sqldb.Stmt{SQL: "update hold set status=$2 where id=$1", Args: []any{id, "sold"}, Want: 1, Miss: ErrGone})
//		return nil
//	})
//
// Times go in and come out as time.Time in UTC, cut to whole microseconds; the
// zero time is NULL, both ways.
package sqldb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// DB runs units of work against one database. It is safe for concurrent use.
type DB interface {
	// View runs fn in a read-only transaction that sees one snapshot. What fn
	// queues or executes must not write.
	View(ctx context.Context, fn func(Tx) error) error

	// Read runs fn without a transaction: what one round trip reads is of one moment,
	// and the next one may be of a later. It saves what View spends on beginning and ending, which
	// counts where one thing is read for somebody who waits. fn must not write.
	Read(ctx context.Context, fn func(Tx) error) error

	// Update runs fn in a read-write transaction and commits it when fn returns
	// nil. When Update returns nil the commit is on disk. It may run fn more
	// than once (serialization failure, deadlock, a busy database, a group
	// commit taken apart), so fn touches only tx and variables that it sets anew. No fn may
	// call View or Update, or wait for anything outside the database.
	Update(ctx context.Context, fn func(Tx) error) error

	// Background returns the same database over the connections set apart for
	// background work, so that it never starves a checkout.
	Background() DB

	// Now is the database's time in UTC, cut to whole microseconds.
	Now() time.Time

	// Dialect tells the engines' differences that a statement cannot hide.
	Dialect() Dialect

	// Close waits for running units of work and frees the connections.
	Close() error
}

// Dialect names an engine.
type Dialect string

// The engines.
const (
	Postgres Dialect = "postgres"
	SQLite   Dialect = "sqlite"
)

// Row is one row of a result.
type Row interface {
	// Scan copies the columns into dest: pointers to string, []byte, bool, any
	// int or float kind, time.Time (NULL becomes the zero time), json.RawMessage, or
	// an sql.Scanner.
	Scan(dest ...any) error
}

// Tx is one running transaction. It is used by one goroutine at a time, and not
// by a function that is reading its rows.
//
// A statement that the database refuses, a Miss, or the end of the context
// dooms the transaction: every later call returns that first failure, and so does Update,
// with nothing kept, even if the function returns nil.
type Tx interface {
	// Now is the unit of work's one time: UTC, whole microseconds.
	Now() time.Time

	// Each runs the query and calls scan for every row in order. What is queued is
	// sent before it, in the same round trip.
	Each(ctx context.Context, scan func(Row) error, sql string, args ...any) error

	// One runs the query and scans its first row into dest; ErrNoRows when there is none.
	One(ctx context.Context, dest []any, sql string, args ...any) error

	// Exec runs the statement, after what is queued, and returns how many rows it changed.
	Exec(ctx context.Context, sql string, args ...any) (int64, error)

	// Queue adds a statement to be sent with the next one that needs an
	// answer, or at the end of the transaction. Its failure surfaces there. It must not
	// need a table that a statement of the same round trip creates.
	Queue(Stmt)

	// Flush sends what is queued and returns the first failure.
	Flush(ctx context.Context) error
}

// Stmt is a queued statement.
type Stmt struct {
	SQL  string
	Args []any

	// Miss, when not nil, is the error returned when the number of changed rows
	// is not Want.
	Miss error
	Want int64

	// Scan, when not nil, is called for every row that the statement returns.
	Scan func(Row) error
}

// ErrNoRows is returned by Tx.One for an empty result.
var ErrNoRows = errors.New("sqldb: no rows")

// Kind says what a database refused and whether trying again can help.
type Kind string

// The kinds of refusal.
const (
	Unique      Kind = "unique"      // a unique index or primary key
	Check       Kind = "check"       // a CHECK constraint
	ForeignKey  Kind = "foreign_key" // a reference to a row that is not there, or still used
	Retry       Kind = "retry"       // serialization failure, deadlock, lock timeout, busy: run the unit again
	Unreachable Kind = "unreachable" // no connection, or it broke before the commit was sent
	Unknown     Kind = "unknown"     // the connection broke while committing: the commit may have happened
	Other       Kind = "other"
)

// Error is a driver's error in the terms of this package.
type Error struct {
	Kind       Kind
	Constraint string // Postgres: the constraint's name; SQLite: "table.column, table.column" or the CHECK's name
	Err        error
}

func (e *Error) Error() string {
	if e.Constraint != "" {
		return fmt.Sprintf("%s violation of %s: %v", e.Kind, e.Constraint, e.Err)
	}
	return fmt.Sprintf("%s: %v", e.Kind, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// IsKind reports whether err wraps an *Error of the given kind.
func IsKind(err error, kind Kind) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == kind
}

// JSON is an argument that is sent as the JSON text of V.
func JSON(v any) any { return jsonArg{v} }

type jsonArg struct{ v any }

// MarshalArg returns the JSON text of the value; the engines call it.
func (a jsonArg) MarshalArg() (string, error) {
	b, err := json.Marshal(a.v)
	return string(b), err
}

// IntoJSON is a Scan destination that decodes a JSON column into dest. NULL and the empty
// text leave dest as it is.
func IntoJSON(dest any) any { return &jsonDest{dest} }

type jsonDest struct{ dest any }

// Scan implements sql.Scanner.
func (d *jsonDest) Scan(src any) error {
	text, err := jsonText(src)
	if err != nil || len(text) == 0 {
		return err
	}
	return json.Unmarshal(text, d.dest)
}
