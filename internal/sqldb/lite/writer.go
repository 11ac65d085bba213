package lite

import (
	"context"
	"errors"
	"fmt"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// unit is one Update in line for the writer. Its function runs in the
// goroutine of its caller, so that a panic or a runtime.Goexit is the caller's own; the writer
// hands it the connection for that time.
type unit struct {
	ctx  context.Context
	turn chan *session // the writer's connection, until ran is answered
	ran  chan error    // how the function ended
	done chan error    // the answer, once; buffered, for a caller who left
}

func newUnit(ctx context.Context) *unit {
	return &unit{ctx: ctx, turn: make(chan *session), ran: make(chan error), done: make(chan error, 1)}
}

// errLeft stands for a function that did not return.
var errLeft = errors.New("sqldb/lite: the unit of work panicked")

// wait runs fn whenever it is the unit's turn and returns the answer. Until
// its first turn the caller may leave.
func (u *unit) wait(fn func(*session) error) error {
	leave := u.ctx.Done()
	for {
		select {
		case s := <-u.turn:
			leave = nil
			u.run(s, fn)
		case err := <-u.done:
			return err
		case <-leave:
			return u.ctx.Err()
		}
	}
}

func (u *unit) run(s *session, fn func(*session) error) {
	err := errLeft
	defer func() { u.ran <- err }()
	err = fn(s)
}

// writer owns the connection that writes.
type writer struct{ *session }

// begin connects the writer and makes sure of the write-ahead log, which some
// network file systems quietly refuse.
func (w *writer) begin(ctx context.Context) error {
	if err := w.open(ctx); err != nil {
		return err
	}
	var mode string
	_, _, err := w.query(ctx, func(r sqldb.Row) error { return r.Scan(&mode) }, "pragma journal_mode", nil)
	if err == nil && mode != "wal" {
		err = fmt.Errorf("the file system has no write-ahead log (journal mode %s): choose a path on a local disk", mode)
	}
	return err
}

// run answers a group of units: all in one transaction, or, where the failure of
// one has undone the others with it, those others one by one.
func (w *writer) run(units []*unit) {
	for _, u := range w.commit(units) {
		w.commit([]*unit{u})
	}
}

// commit runs the units in one transaction and answers each when that is on
// disk, or when the unit itself has failed. It returns those that have no answer, of
// which nothing is kept. There are none for a group of one.
func (w *writer) commit(units []*unit) (unanswered []*unit) {
	if err := w.control("begin immediate"); err != nil {
		answer(units, err)
		return nil
	}
	var kept []*unit
	for i, u := range units {
		switch ok, whole := w.try(u, len(units) == 1); {
		case !whole:
			w.rollback()
			return append(kept, units[i+1:]...)
		case ok:
			kept = append(kept, u)
		}
	}
	if len(kept) == 0 {
		w.rollback()
		return nil
	}
	return w.finish(kept)
}

// finish commits and answers the units. When the commit itself breaks a rule
// (a deferred foreign key) the units are given back: only one of them broke it.
func (w *writer) finish(units []*unit) (unanswered []*unit) {
	err := w.control("commit")
	if err != nil {
		w.rollback()
		if len(units) > 1 && (sqldb.IsKind(err, sqldb.ForeignKey) || sqldb.IsKind(err, sqldb.Check)) {
			return units
		}
	}
	answer(units, err)
	return nil
}

// try runs one unit in a savepoint, or straight in the transaction when it is
// alone there. A unit that fails is undone and answered, and not ok. whole is false
// when the transaction is lost with it.
func (w *writer) try(u *unit, alone bool) (ok, whole bool) {
	if !alone {
		if err := w.control("savepoint unit"); err != nil {
			answer([]*unit{u}, err)
			return false, false
		}
	}
	err := w.hand(u)
	if err == nil && !alone {
		err = w.control("release unit")
	}
	if err == nil {
		return true, true
	}
	answer([]*unit{u}, err)
	if alone {
		return false, true // an empty transaction is rolled back
	}
	return false, errors.Join(w.control("rollback to unit"), w.control("release unit")) == nil
}

// hand lets the unit's caller run its function, unless the caller has left.
func (w *writer) hand(u *unit) error {
	select {
	case u.turn <- w.session:
		return <-u.ran
	case <-u.ctx.Done():
		return u.ctx.Err()
	}
}

// rollback leaves the connection without a transaction. SQLite may have ended
// it already, which is the one thing that a rollback can complain of.
func (w *writer) rollback() { _ = w.control("rollback") }

// checkpoint moves the write-ahead log into the file as far as other processes
// that read it let it, and waits for nobody. The last process to close the file moves the rest and
// removes the log.
func (w *writer) checkpoint() error { return w.control("pragma wal_checkpoint(passive)") }

func answer(units []*unit, err error) {
	for _, u := range units {
		u.done <- err
	}
}
