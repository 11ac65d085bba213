package pg_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/pg"
)

const (
	createSeat = "create table seat (id bigint primary key, status text not null)"
	insertSeat = "insert into seat (id, status) values ($1, 'free') on conflict (id) do nothing"
	updateSeat = "update seat set status = $2 where id = $1"
	selectSeat = "select status from seat where id = $1"
)

var errGone = errors.New("the seat is gone")

// behindProxy returns a database with one connection, behind a proxy.
func behindProxy(t *testing.T) (*pg.DB, *proxy) {
	t.Helper()
	p, address := newProxy(t)
	// A clock of our own: the database's is asked for every ten seconds, and that would be counted.
	db := open(t, pg.Config{URL: address, CheckoutConns: 1, BackgroundConns: 1, Now: time.Now})
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{SQL: createSeat})
		return nil
	})
	require.NoError(t, err)
	return db, p
}

// hold queues what a hold writes.
func hold(tx sqldb.Tx, miss error) {
	for id := range 4 {
		tx.Queue(sqldb.Stmt{SQL: insertSeat, Args: []any{id}})
		tx.Queue(sqldb.Stmt{SQL: updateSeat, Args: []any{id, "held"}, Want: 1, Miss: miss})
	}
}

func TestRoundTrips(t *testing.T) {
	t.Parallel()
	db, p := behindProxy(t)
	ctx := t.Context()
	var status string
	read := func(tx sqldb.Tx) error { return tx.One(ctx, []any{&status}, selectSeat, 1) }
	for _, c := range []struct {
		name  string
		trips int
		run   func(func(sqldb.Tx) error) error
		fn    func(sqldb.Tx) error
	}{
		{"nothing", 0, update(t, db), func(sqldb.Tx) error { return nil }},
		{"refused before any statement", 0, update(t, db), func(tx sqldb.Tx) error {
			hold(tx, errGone)
			return errGone
		}},
		{"queued statements and the commit", 1, update(t, db), func(tx sqldb.Tx) error {
			hold(tx, nil)
			return nil
		}},
		{"queued statements, whose counts decide, then the commit", 2, update(t, db), func(tx sqldb.Tx) error {
			hold(tx, errGone)
			return nil
		}},
		{"a query, then queued statements and the commit", 2, update(t, db), func(tx sqldb.Tx) error {
			defer hold(tx, nil)
			return read(tx)
		}},
		{"queued statements with a query, then the commit", 2, update(t, db), func(tx sqldb.Tx) error {
			hold(tx, errGone)
			return read(tx)
		}},
		{"flushed statements, then the commit", 2, update(t, db), func(tx sqldb.Tx) error {
			hold(tx, nil)
			return errors.Join(tx.Flush(ctx), tx.Flush(ctx))
		}},
		{"a view, of which the caller waits for one, and a unit after it", 3, func(fn func(sqldb.Tx) error) error {
			return errors.Join(db.View(ctx, fn), db.Update(ctx, func(tx sqldb.Tx) error {
				hold(tx, nil)
				return nil
			}))
		}, read},
	} {
		for range 2 { // the first prepares the statements
			p.count()
			err := c.run(c.fn)
			if !errors.Is(err, errGone) {
				require.NoError(t, err, c.name)
			}
		}
		assert.Equal(t, c.trips, p.count(), c.name)
	}
}

func update(t *testing.T, db *pg.DB) func(func(sqldb.Tx) error) error {
	return func(fn func(sqldb.Tx) error) error { return db.Update(t.Context(), fn) }
}

func TestRoundTrips_AfterAFailureTheConnectionIsClean(t *testing.T) {
	t.Parallel()
	db, p := behindProxy(t)
	for range 3 {
		err := db.Update(t.Context(), func(tx sqldb.Tx) error {
			hold(tx, nil)
			tx.Queue(sqldb.Stmt{SQL: updateSeat, Args: []any{1, nil}})
			return nil
		})
		require.True(t, sqldb.IsKind(err, sqldb.Other), "got %v", err)
	}
	keep := func() error {
		return db.Update(t.Context(), func(tx sqldb.Tx) error {
			hold(tx, nil)
			return nil
		})
	}
	require.NoError(t, keep(), "prepares the statements that shared the failed round trip")
	p.count()
	require.NoError(t, keep())
	assert.Equal(t, 1, p.count())
}

func TestConnectionLost(t *testing.T) {
	t.Parallel()
	write := func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{SQL: insertSeat, Args: []any{1}})
		return nil
	}
	for _, c := range []struct {
		name string
		trip int // the one that gets no answer
		kind sqldb.Kind
		fn   func(sqldb.Tx) error
	}{
		{"with a query", 1, sqldb.Unreachable, func(tx sqldb.Tx) error {
			return tx.Each(t.Context(), func(sqldb.Row) error { return nil }, selectSeat, 1)
		}},
		{"with a statement, swallowed", 1, sqldb.Unreachable, func(tx sqldb.Tx) error {
			_, _ = tx.Exec(t.Context(), insertSeat, 1)
			return nil
		}},
		{"with the counts that decide", 1, sqldb.Unreachable, func(tx sqldb.Tx) error {
			hold(tx, errGone)
			return nil
		}},
		{"with the commit after them", 2, sqldb.Unknown, func(tx sqldb.Tx) error {
			hold(tx, errGone)
			return nil
		}},
		{"with everything", 1, sqldb.Unknown, write},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			db, p := behindProxy(t)
			for range 2 { // the first prepares the statements
				require.NoError(t, db.Update(t.Context(), func(tx sqldb.Tx) error {
					defer func() { tx.Queue(sqldb.Stmt{SQL: "delete from seat"}) }()
					return c.fn(tx)
				}))
			}
			p.cut(c.trip)
			err := db.Update(t.Context(), c.fn)
			assert.True(t, sqldb.IsKind(err, c.kind), "got %v", err)
			p.cut(0)
			require.NoError(t, db.Update(t.Context(), write), "a new connection is made")
		})
	}
}
