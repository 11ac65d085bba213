// Package store keeps what engines learn from, and the journal of its changes, so that an engine that was down
// misses nothing.
//
//	db, err := sqlite.Open(ctx, "recommend.db")
//	err = db.Record(ctx, feedback)
//	changes, err := db.News(ctx, "gorse", 500) // at another time, of another program
//	...
//	err = db.Ack(ctx, "gorse")
//
// Guarantees:
//
//   - A write and its entry in the journal are one transaction: both are there, or neither.
//   - What is stored already is not written again and makes no entry, so that everything may be delivered twice.
//   - The journal's order is that of the commits. A consumer sees each entry at least once, in that order, whichever node wrote it.
//   - After Forget nothing of the person is left but the entry that tells of it.
//
// The statements are the same on SQLite and Postgres. Packages sqlite and postgres open a database and bring their drivers. The file is
// one of its own, so that what people look at never waits for what they buy.
package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

const (
	// readTimeout bounds each read, so that nobody waits longer for a database that does not answer.
	readTimeout = 10 * time.Second

	// slowTimeout bounds reads that are large: a model, the sums of an experiment.
	slowTimeout = time.Minute

	// rowsAtOnce is how many rows one statement writes or deletes.
	rowsAtOnce = 1000

	// pageRows is how many rows a page of EachFeedback has.
	pageRows = 2000
)

// DB is the store. It is safe for concurrent use, also by several nodes on one database.
type DB struct {
	db   sqldb.DB // what somebody waits for
	back sqldb.DB // what nobody waits for
	sql  statements

	mu   sync.Mutex
	told map[string]int64 // consumer: the number of the entry that News returned last; 0 for none yet
}

// New returns the store of a migrated database.
func New(db sqldb.DB) *DB {
	return &DB{db: db, back: db.Background(), sql: newStatements(db.Dialect()), told: map[string]int64{}}
}

// Close waits for running units of work and closes the database.
func (d *DB) Close() error { return d.db.Close() }

// write runs a unit of work and writes the entries that it returns behind what it wrote.
func (d *DB) write(ctx context.Context, what string, fn func(tx sqldb.Tx) ([]entry, error)) error {
	err := d.db.Update(ctx, func(tx sqldb.Tx) error {
		entries, err := fn(tx)
		if err != nil {
			return err
		}
		d.note(tx, entries)
		return nil
	})
	return attempted(what, err)
}

// attempted says what was attempted when err is not nil.
func attempted(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// put hands the rows to a statement, some at a time, as the JSON list $1, and calls scan for each row that comes back.
func put[T any](ctx context.Context, tx sqldb.Tx, rows []T, scan func(sqldb.Row) error, sql string) error {
	for part := range slices.Chunk(rows, rowsAtOnce) {
		if err := tx.Each(ctx, scan, sql, sqldb.JSON(part)); err != nil {
			return err
		}
	}
	return nil
}

// collect returns what scan makes of each row.
func collect[T any](ctx context.Context, db sqldb.DB, limit time.Duration, scan func(sqldb.Row, *T) error, sql string, args ...any) ([]T, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var all []T
	err := db.Read(ctx, func(tx sqldb.Tx) error {
		return tx.Each(ctx, func(r sqldb.Row) error {
			var v T
			err := scan(r, &v)
			all = append(all, v)
			return err
		}, sql, args...)
	})
	return all, err
}

// checked returns the first fault of the list with its place in front.
func checked[T interface{ Validate() error }](list []T) error {
	for i, v := range list {
		if err := v.Validate(); err != nil {
			if f := fault.Of(err); f != nil {
				return f.In(fmt.Sprintf("[%d]", i))
			}
			return err
		}
	}
	return nil
}

// micros are a time as all tables hold it: whole microseconds since 1970. The text of the statements is so the same for both engines,
// which have no type of time in common that travels in JSON.
func micros(t time.Time) int64 { return t.UnixMicro() }

// ofMicros is the time that micros made.
func ofMicros(us int64) time.Time { return time.UnixMicro(us).UTC() }

// whole cuts a time to what is stored of it; the zero time stays zero.
func whole(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}
