package pg_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/pg"
)

// small keeps the connections of a test few: tests run side by side.
var small = pg.Config{CheckoutConns: 3, BackgroundConns: 1}

// raise makes the server refuse with an SQLSTATE.
func raise(t *testing.T, tx sqldb.Tx, state string) error {
	_, err := tx.Exec(t.Context(), fmt.Sprintf("do $$ begin raise exception using errcode = '%s'; end $$", state))
	return err
}

func TestUpdate_RunAgainAfterConflict(t *testing.T) {
	t.Parallel()
	db := open(t, small)
	for _, state := range []string{"40001", "40P01", "55P03"} {
		runs := 0
		err := db.Update(t.Context(), func(tx sqldb.Tx) error {
			if runs++; runs <= 5 {
				return raise(t, tx, state)
			}
			return nil
		})
		require.NoError(t, err, state)
		assert.Equal(t, 6, runs, state)
	}
}

func TestUpdate_RunAgainHoweverTheConflictIsWrapped(t *testing.T) {
	t.Parallel()
	db := open(t, small)
	for _, wrap := range []func(error) error{
		func(err error) error { return fmt.Errorf("wrapped: %w", err) },
		func(error) error { return errors.New("hidden") },
		func(error) error { return nil },
	} {
		runs := 0
		err := db.Update(t.Context(), func(tx sqldb.Tx) error {
			if runs++; runs == 1 {
				return wrap(raise(t, tx, "40001"))
			}
			return nil
		})
		require.NoError(t, err)
		assert.Equal(t, 2, runs)
	}
}

func TestUpdate_GivesUpAfterFiveMoreRuns(t *testing.T) {
	t.Parallel()
	db := open(t, small)
	runs := 0
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		runs++
		return raise(t, tx, "40001")
	})
	assert.True(t, sqldb.IsKind(err, sqldb.Retry), "got %v", err)
	assert.Equal(t, 6, runs)
}

func TestUpdate_NotRunAgainAfterTheContext(t *testing.T) {
	t.Parallel()
	db := open(t, small)
	ctx, cancel := context.WithCancel(t.Context())
	runs := 0
	err := db.Update(ctx, func(tx sqldb.Tx) error {
		runs++
		err := raise(t, tx, "40001")
		cancel()
		return err
	})
	require.Error(t, err)
	assert.Equal(t, 1, runs)
}

func TestUpdate_WaitsNoLongerThanLockTimeout(t *testing.T) {
	t.Parallel()
	cfg := small
	cfg.LockTimeout = 20 * time.Millisecond
	db := open(t, cfg)
	write(t, db, createSeat)
	write(t, db, insertSeat, 1)
	locked, second, held := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		held <- db.Update(t.Context(), func(tx sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), updateSeat, 1, "held")
			close(locked)
			<-second // the other has been refused once
			return err
		})
	}()
	<-locked
	runs := 0
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		if runs++; runs == 2 {
			close(second)
			require.NoError(t, <-held)
		}
		_, err := tx.Exec(t.Context(), updateSeat, 1, "sold")
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, 2, runs)
}

// write runs one statement in a unit of its own.
func write(t testing.TB, db sqldb.DB, sql string, args ...any) {
	t.Helper()
	require.NoError(t, db.Update(t.Context(), func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{SQL: sql, Args: args})
		return nil
	}))
}

func TestErrors_KindOfEachState(t *testing.T) {
	t.Parallel()
	db := open(t, small)
	for state, kind := range map[string]sqldb.Kind{
		"23505": sqldb.Unique, "23P01": sqldb.Unique, "23514": sqldb.Check,
		"23503": sqldb.ForeignKey, "23001": sqldb.ForeignKey,
		"57P01": sqldb.Unreachable, "57P02": sqldb.Unreachable, "57P03": sqldb.Unreachable,
		"23502": sqldb.Other, "42601": sqldb.Other, "0A000": sqldb.Other, "22012": sqldb.Other,
	} {
		err := db.Update(t.Context(), func(tx sqldb.Tx) error { return raise(t, tx, state) })
		assert.True(t, sqldb.IsKind(err, kind), "%s gives %v", state, err)
	}
}

func TestErrors_ConstraintIsNamed(t *testing.T) {
	t.Parallel()
	db := open(t, small)
	write(t, db, createSeat)
	write(t, db, insertSeat, 1)
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), "insert into seat (id, status) values (1, 'free')")
		return err
	})
	e, ok := errors.AsType[*sqldb.Error](err)
	require.True(t, ok)
	assert.Equal(t, "seat_pkey", e.Constraint)
}

// A migration by a newer node may change what a prepared statement returns.
func TestUpdate_RunAgainWhenAPlanIsOutdated(t *testing.T) {
	t.Parallel()
	cfg := small
	cfg.CheckoutConns = 1 // the one connection has the plan
	db := open(t, cfg)
	write(t, db, createSeat)
	write(t, db, insertSeat, 1)
	read := func() error {
		return db.Update(t.Context(), func(tx sqldb.Tx) error {
			return tx.Each(t.Context(), func(sqldb.Row) error { return nil }, "select * from seat")
		})
	}
	require.NoError(t, read())
	write(t, db.Background(), "alter table seat add column note text")
	require.NoError(t, read())
}
