package lite_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
)

const (
	createSeat = "create table seat (id integer primary key, status text not null default 'free')"
	insertSeat = "insert into seat (id) values ($1)"
	countSeats = "select count(*) from seat"
)

var errRefused = errors.New("refused by the function")

// write runs one statement in a unit of its own.
func write(t testing.TB, db sqldb.DB, sql string, args ...any) {
	t.Helper()
	require.NoError(t, db.Update(t.Context(), func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{SQL: sql, Args: args})
		return nil
	}))
}

// insert is a unit that inserts a seat and then does what else is given.
func insert(ctx context.Context, db sqldb.DB, id int, then func() error) error {
	return db.Update(ctx, func(tx sqldb.Tx) error {
		if _, err := tx.Exec(ctx, insertSeat, id); err != nil {
			return err
		}
		return then()
	})
}

func nothing() error { return nil }

// line is a database whose writer is held, so that units wait together.
type line struct {
	db      *lite.DB
	release func()
	first   chan error
}

// newLine holds the writer in a unit that keeps seat 0. It must run in a
// synctest bubble.
func newLine(t *testing.T, cfg lite.Config) *line {
	t.Helper()
	l := &line{db: open(t, cfg), first: make(chan error, 1)}
	write(t, l.db, createSeat)
	inside, release := make(chan struct{}), make(chan struct{})
	go func() {
		l.first <- insert(t.Context(), l.db, 0, func() error {
			close(inside)
			<-release
			return nil
		})
	}()
	<-inside
	l.release = func() { close(release) }
	return l
}

// join puts a unit in line.
func (l *line) join(ctx context.Context, db sqldb.DB, id int, then func() error) chan error {
	answer := make(chan error, 1)
	go func() { answer <- insert(ctx, db, id, then) }()
	synctest.Wait()
	return answer
}

func TestUpdate_WaitingUnitsShareACommit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, lite.Config{})
		seen := 0
		var answers []chan error
		for id := 1; id <= 9; id++ {
			answers = append(answers, l.join(t.Context(), l.db, id, func() error {
				seen = max(seen, count(t, l.db, countSeats)) // what is on disk while the group runs
				return nil
			}))
		}
		l.release()
		require.NoError(t, <-l.first)
		for _, answer := range answers {
			require.NoError(t, <-answer)
		}
		assert.Equal(t, 1, seen, "only the unit before the group was committed while it ran")
		assert.Equal(t, 10, count(t, l.db, countSeats))
	})
}

func TestUpdate_AnsweredOnlyAfterTheCommit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, lite.Config{})
		one := l.join(t.Context(), l.db, 1, nothing)
		two := l.join(t.Context(), l.db, 2, func() error {
			synctest.Wait()
			assert.Empty(t, one, "the first of the group has no answer while the second runs")
			return nil
		})
		l.release()
		require.NoError(t, <-two)
		require.NoError(t, <-one)
	})
}

func TestUpdate_FailureInAGroupUndoesOnlyItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, lite.Config{})
		good := l.join(t.Context(), l.db, 1, nothing)
		bad := l.join(t.Context(), l.db, 2, func() error { return errRefused })
		double := l.join(t.Context(), l.db, 1, nothing)
		last := l.join(t.Context(), l.db, 3, nothing)
		l.release()
		require.NoError(t, <-good)
		require.ErrorIs(t, <-bad, errRefused)
		assert.True(t, sqldb.IsKind(<-double, sqldb.Unique), "it sees what came before it in the group")
		require.NoError(t, <-last)
		assert.Equal(t, 3, count(t, l.db, countSeats))
	})
}

func TestUpdate_GroupMax(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, lite.Config{GroupMax: 2})
		var onDisk []int
		var answers []chan error
		for id := 1; id <= 4; id++ {
			answers = append(answers, l.join(t.Context(), l.db, id, func() error {
				onDisk = append(onDisk, count(t, l.db, countSeats))
				return nil
			}))
		}
		l.release()
		for _, answer := range answers {
			require.NoError(t, <-answer)
		}
		assert.Equal(t, []int{1, 1, 3, 3}, onDisk)
	})
}

func TestUpdate_DroppedWhenItsContextEndsInLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, lite.Config{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		ran := false
		gone := l.join(ctx, l.db, 1, func() error {
			ran = true
			return nil
		})
		stays := l.join(t.Context(), l.db, 2, nothing)
		require.ErrorIs(t, <-gone, context.DeadlineExceeded, "it is answered while the writer is busy")
		l.release()
		require.NoError(t, <-stays)
		assert.False(t, ran)
		assert.Equal(t, 2, count(t, l.db, countSeats))
	})
}

func TestUpdate_StartedUnitEndsBeforeItIsAnswered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, lite.Config{})
		ctx, cancel := context.WithCancel(t.Context())
		over := false
		answer := l.join(ctx, l.db, 1, func() error {
			cancel()
			synctest.Wait() // whoever would answer because of the context has done so
			over = true
			return nil
		})
		l.release()
		require.ErrorIs(t, <-answer, context.Canceled)
		assert.True(t, over)
		assert.Equal(t, 1, count(t, l.db, countSeats), "and it is undone")
	})
}

func TestUpdate_PanicInAGroup(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, lite.Config{})
		before := l.join(t.Context(), l.db, 1, nothing)
		raised := make(chan any, 1)
		go func() {
			defer func() { raised <- recover() }()
			_ = insert(t.Context(), l.db, 2, func() error { panic("its own") })
		}()
		synctest.Wait()
		after := l.join(t.Context(), l.db, 3, nothing)
		l.release()
		assert.Equal(t, "its own", <-raised)
		require.NoError(t, <-before)
		require.NoError(t, <-after)
		assert.Equal(t, 3, count(t, l.db, countSeats))
	})
}

// A deferred key that is broken is seen only by the commit of the whole group.
func TestUpdate_GroupTakenApartWhenItsCommitIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, lite.Config{})
		refer := func(id, seat int) chan error {
			answer := make(chan error, 1)
			go func() {
				answer <- l.db.Update(t.Context(), func(tx sqldb.Tx) error {
					_, err := tx.Exec(t.Context(), "insert into ticket (id, seat) values ($1, $2)", id, seat)
					return err
				})
			}()
			synctest.Wait()
			return answer
		}
		setup := make(chan error, 1)
		go func() {
			setup <- l.db.Update(t.Context(), func(tx sqldb.Tx) error {
				tx.Queue(sqldb.Stmt{SQL: "create table ticket (id integer primary key, seat integer references seat (id) deferrable initially deferred)"})
				return nil
			})
		}()
		synctest.Wait()
		good, bad, last := refer(1, 0), refer(2, 99), refer(3, 0)
		l.release()
		require.NoError(t, <-setup)
		require.NoError(t, <-good)
		assert.True(t, sqldb.IsKind(<-bad, sqldb.ForeignKey))
		require.NoError(t, <-last)
		assert.Equal(t, 2, count(t, l.db, "select count(*) from ticket"))
	})
}

// A statement that makes SQLite drop the whole transaction costs only the unit that ran it.
func TestUpdate_GroupTakenApartWhenItsTransactionIsLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, lite.Config{})
		good := l.join(t.Context(), l.db, 1, nothing)
		bad := make(chan error, 1)
		go func() {
			bad <- l.db.Update(t.Context(), func(tx sqldb.Tx) error {
				_, err := tx.Exec(t.Context(), "insert or rollback into seat (id) values (0)")
				return err
			})
		}()
		synctest.Wait()
		last := l.join(t.Context(), l.db, 2, nothing)
		l.release()
		require.NoError(t, <-good, "it is run again")
		assert.True(t, sqldb.IsKind(<-bad, sqldb.Unique))
		require.NoError(t, <-last)
		assert.Equal(t, 3, count(t, l.db, countSeats))
	})
}

// However many background units wait, a foreground one comes after at most
// eight of them.
func TestBackground_YieldsToTheForeground(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, lite.Config{})
		var order []string
		var answers []chan error
		for id := 1; id <= 50; id++ {
			answers = append(answers, l.join(t.Context(), l.db.Background(), id, func() error {
				order = append(order, "background")
				return nil
			}))
		}
		answers = append(answers, l.join(t.Context(), l.db, 1000, func() error {
			order = append(order, "foreground")
			return nil
		}))
		l.release()
		for _, answer := range answers {
			require.NoError(t, <-answer)
		}
		require.Len(t, order, 51)
		assert.Equal(t, "foreground", order[8])
	})
}

func TestBackground_LeavesItsLineWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, lite.Config{})
		var answers []chan error
		for id := 1; id <= 8; id++ {
			answers = append(answers, l.join(t.Context(), l.db.Background(), id, nothing))
		}
		ctx, cancel := context.WithCancel(t.Context())
		ninth := l.join(ctx, l.db.Background(), 9, nothing)
		cancel()
		require.ErrorIs(t, <-ninth, context.Canceled)
		l.release()
		for _, answer := range answers {
			require.NoError(t, <-answer)
		}
		assert.Equal(t, 9, count(t, l.db, countSeats))
	})
}
