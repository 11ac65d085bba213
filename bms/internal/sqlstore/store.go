// Package sqlstore implements the storage contract once, in the SQL that SQLite
// and Postgres share. Where the two differ in words only, a statement is built
// from fragments of the dialect; where an engine does better in another way, its
// package overrides the method.
package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// DB is a store.DB over an executor.
type DB struct {
	db  sqldb.DB
	sql *statements
}

// New returns the store of a migrated database.
func New(db sqldb.DB) *DB {
	return &DB{db: db, sql: newStatements(db.Dialect())}
}

// View implements store.DB.
func (d *DB) View(ctx context.Context, fn func(store.Tx) error) error {
	return translate(d.db.View(ctx, func(q sqldb.Tx) error { return fn(&tx{q: q, sql: d.sql}) }))
}

// Read implements store.DB.
func (d *DB) Read(ctx context.Context, fn func(store.Tx) error) error {
	return translate(d.db.Read(ctx, func(q sqldb.Tx) error { return fn(&tx{q: q, sql: d.sql}) }))
}

// Update implements store.DB.
func (d *DB) Update(ctx context.Context, fn func(store.Tx) error) error {
	return translate(d.db.Update(ctx, func(q sqldb.Tx) error { return fn(&tx{q: q, sql: d.sql}) }))
}

// Background implements store.DB.
func (d *DB) Background() store.DB { return &DB{db: d.db.Background(), sql: d.sql} }

// Now implements store.DB.
func (d *DB) Now() time.Time { return d.db.Now() }

// Close implements store.DB.
func (d *DB) Close() error { return d.db.Close() }

// tx is a store.Tx. The statements of each domain are in the file named for it.
type tx struct {
	q   sqldb.Tx
	sql *statements
}

var _ store.Tx = (*tx)(nil)

// Now implements store.Tx.
func (t *tx) Now() time.Time { return t.q.Now() }

// translate turns what the executor reports into the contract's errors. What a
// constraint refused was a race that somebody else won.
func translate(err error) error {
	if err == nil || fault.Of(err) != nil {
		return err
	}
	refusal, ok := errors.AsType[*sqldb.Error](err)
	if !ok {
		return err
	}
	switch refusal.Kind {
	case sqldb.Unique:
		return fmt.Errorf("%w (%w)", store.ErrDuplicate, err)
	case sqldb.Check:
		return fmt.Errorf("%w (%w)", store.ErrStale, err)
	case sqldb.ForeignKey:
		return fmt.Errorf("%w (%w)", errMissingParent, err)
	case sqldb.Retry, sqldb.Unreachable, sqldb.Unknown:
		return fmt.Errorf("%w (%w)", errDatabase, err)
	case sqldb.Other:
	}
	return err
}

var (
	errMissingParent = fault.New(fault.Invalid, "missing_parent", "this refers to something that does not exist, or something else still refers to it")
	errDatabase      = fault.New(fault.Unavailable, "database", "the database does not answer at the moment; please try again")
)

// one runs a query for one row; no row is ErrNotFound with the sentence given.
func (t *tx) one(ctx context.Context, what string, dest []any, sql string, args ...any) error {
	err := t.q.One(ctx, dest, sql, args...)
	if errors.Is(err, sqldb.ErrNoRows) {
		return fmt.Errorf("%s: %w", what, store.ErrNotFound)
	}
	return err
}

// collect runs a query and returns what scan makes of each row.
func collect[T any](ctx context.Context, t *tx, scan func(sqldb.Row, *T) error, sql string, args ...any) ([]T, error) {
	var all []T
	err := t.q.Each(ctx, func(r sqldb.Row) error {
		var v T
		if err := scan(r, &v); err != nil {
			return err
		}
		all = append(all, v)
		return nil
	}, sql, args...)
	return all, err
}

// gathered appends what scan makes of each row of a queued query.
func gathered[T any](into *[]T, scan func(sqldb.Row, *T) error) func(sqldb.Row) error {
	return func(r sqldb.Row) error {
		var v T
		err := scan(r, &v)
		*into = append(*into, v)
		return err
	}
}

// doc scans a row whose only column is an entity's JSON.
func doc[T any](r sqldb.Row, v *T) error { return r.Scan(sqldb.IntoJSON(v)) }

// queue adds a statement whose only failure can be the database's.
func (t *tx) queue(sql string, args ...any) error {
	t.q.Queue(sqldb.Stmt{SQL: sql, Args: args})
	return nil
}

// expect adds a statement that must change exactly want rows, else miss.
//
//nolint:unparam // the number is what it says
func (t *tx) expect(want int, miss error, sql string, args ...any) {
	t.q.Queue(sqldb.Stmt{SQL: sql, Args: args, Want: int64(want), Miss: miss})
}
