package lite

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// tx is a running transaction. SQLite has no round trip to save, so a queued
// statement runs at once; its failure is kept until somebody asks.
type tx struct {
	*session
	ctx      context.Context // the unit's; a statement may be given a narrower one
	detached bool            // a statement once begun is not interrupted
	now      time.Time
	scanning bool  // a query's rows are being read
	failed   error // the first failure; nothing runs after it
}

// errScanning is a mistake of the caller: the rows being read and the new
// statement would share a connection.
var errScanning = errors.New("sqldb/lite: the function that scans rows used the transaction: collect the rows first")

// Now implements sqldb.Tx.
func (t *tx) Now() time.Time { return t.now }

// Each implements sqldb.Tx.
func (t *tx) Each(ctx context.Context, scan func(sqldb.Row) error, text string, args ...any) error {
	_, stopped, err := t.rows(ctx, scan, text, args)
	if err != nil {
		return err
	}
	return stopped
}

// One implements sqldb.Tx.
func (t *tx) One(ctx context.Context, dest []any, text string, args ...any) error {
	n, stopped, err := t.rows(ctx, func(r sqldb.Row) error {
		if err := r.Scan(dest...); err != nil {
			return err
		}
		return errStop
	}, text, args)
	switch {
	case err != nil:
		return err
	case n == 0:
		return sqldb.ErrNoRows
	case stopped != errStop: //nolint:errorlint // the very value, never wrapped
		return stopped
	}
	return nil
}

// Exec implements sqldb.Tx.
func (t *tx) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	ctx, args, err := t.prepare(ctx, args)
	if err != nil {
		return 0, err
	}
	n, err := t.exec(ctx, text, args)
	return n, t.fail(err)
}

// Queue implements sqldb.Tx.
func (t *tx) Queue(s sqldb.Stmt) {
	n, err := t.runQueued(s)
	if err == nil && s.Miss != nil && n != s.Want {
		err = s.Miss
	}
	_ = t.fail(err)
}

func (t *tx) runQueued(s sqldb.Stmt) (int64, error) {
	if s.Scan == nil {
		return t.Exec(t.ctx, s.SQL, s.Args...)
	}
	n, stopped, err := t.rows(t.ctx, s.Scan, s.SQL, s.Args)
	if err == nil {
		err = stopped
	}
	return n, err
}

// Flush implements sqldb.Tx.
func (t *tx) Flush(context.Context) error { return t.failed }

// end says how the unit ended whose function returned err.
func (t *tx) end(err error) error {
	if err != nil {
		return err
	}
	return t.fail(t.ctx.Err())
}

// rows runs a query: n is the number of rows read, stopped the error of scan
// itself, after which the transaction is still good.
func (t *tx) rows(ctx context.Context, scan func(sqldb.Row) error, text string, args []any) (n int64, stopped, err error) {
	ctx, args, err = t.prepare(ctx, args)
	if err != nil {
		return 0, nil, err
	}
	t.scanning = true
	defer func() { t.scanning = false }()
	n, stopped, err = t.query(ctx, scan, text, args)
	return n, stopped, t.fail(err)
}

// prepare refuses to go on after a failure or the end of a context, and binds
// the arguments. The context it returns is the one to run the statement with:
// SQLite answers an interrupted write by undoing the whole transaction, and with it
// every other unit of the group, so a write is never interrupted.
func (t *tx) prepare(ctx context.Context, args []any) (context.Context, []any, error) {
	err := t.failed
	if err == nil && t.scanning {
		err = errScanning
	}
	if err == nil {
		err = cmp.Or(ctx.Err(), t.ctx.Err())
	}
	if err == nil {
		args, err = sqldb.Bind(args)
	}
	if err != nil {
		return nil, nil, t.fail(err)
	}
	if t.detached {
		ctx = context.WithoutCancel(ctx)
	}
	return ctx, args, nil
}

// fail remembers the first failure and returns it.
func (t *tx) fail(err error) error {
	if t.failed == nil {
		t.failed = err
	}
	return t.failed
}
