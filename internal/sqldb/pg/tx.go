package pg

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// The statements that begin and end a transaction.
const (
	beginUpdate = "begin isolation level read committed read write"
	beginView   = "begin isolation level repeatable read read only"
	commit      = "commit"
	rollback    = "rollback"
)

const (
	// commitTimeout bounds the round trip that commits. The caller's context does not end it: it would not
	// undo the commit, only hide what came of it.
	commitTimeout = 30 * time.Second

	// rollbackTimeout bounds the round trip that undoes; after it the connection is given up.
	rollbackTimeout = 5 * time.Second
)

// tx is a running transaction. It takes a connection with its first
// statement, and begins in that round trip.
type tx struct {
	pool  *pgxpool.Pool
	ctx   context.Context // the unit's; a statement may be given a narrower one
	begin string
	now   time.Time

	conn      *pgxpool.Conn
	begun     bool
	committed bool // the commit was sent
	scanning  bool // a query's rows are being read
	queue     []sqldb.Stmt
	failed    error // the first failure; nothing runs after it
}

func (db *DB) newTx(ctx context.Context, begin string) *tx {
	return &tx{pool: db.pool, ctx: ctx, begin: begin, now: db.Now()}
}

// errScanning is a mistake of the caller: the connection still carries the rows.
var errScanning = errors.New("sqldb/pg: the function that scans rows used the transaction: collect the rows first")

// errStop ends a query before its last row.
var errStop = errors.New("sqldb/pg: enough rows")

// Now implements sqldb.Tx.
func (t *tx) Now() time.Time { return t.now }

// Each implements sqldb.Tx.
func (t *tx) Each(ctx context.Context, scan func(sqldb.Row) error, sql string, args ...any) error {
	_, stopped, err := t.run(ctx, sqldb.Stmt{SQL: sql, Args: args, Scan: scan})
	if err != nil {
		return err
	}
	return stopped
}

// One implements sqldb.Tx.
func (t *tx) One(ctx context.Context, dest []any, sql string, args ...any) error {
	read := false
	_, stopped, err := t.run(ctx, sqldb.Stmt{SQL: sql, Args: args, Scan: func(r sqldb.Row) error {
		read = true
		if err := r.Scan(dest...); err != nil {
			return err
		}
		return errStop
	}})
	switch {
	case err != nil:
		return err
	case !read:
		return sqldb.ErrNoRows
	case stopped != errStop: //nolint:errorlint // the very value, never wrapped
		return stopped
	}
	return nil
}

// Exec implements sqldb.Tx.
func (t *tx) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	n, _, err := t.run(ctx, sqldb.Stmt{SQL: sql, Args: args})
	return n, err
}

// Queue implements sqldb.Tx.
func (t *tx) Queue(s sqldb.Stmt) {
	if t.failed != nil {
		return
	}
	args, err := sqldb.Bind(s.Args)
	if err == nil && t.scanning {
		err = errScanning
	}
	if t.fail(err) == nil {
		s.Args = args
		t.queue = append(t.queue, s)
	}
}

// Flush implements sqldb.Tx.
func (t *tx) Flush(ctx context.Context) error {
	if err := t.ready(ctx); err != nil || len(t.queue) == 0 {
		return err
	}
	_, _, err := t.exchange(ctx, nil, "")
	return err
}

// run sends what is queued and the statement, and returns the statement's
// number of rows and the error of its own scan.
func (t *tx) run(ctx context.Context, s sqldb.Stmt) (n int64, stopped, err error) {
	if err := t.ready(ctx); err != nil {
		return 0, nil, err
	}
	if s.Args, err = sqldb.Bind(s.Args); err != nil {
		return 0, nil, t.fail(err)
	}
	return t.exchange(ctx, &s, "")
}

// ready refuses to go on after a failure or the end of a context.
func (t *tx) ready(ctx context.Context) error {
	err := t.failed
	if err == nil && t.scanning {
		err = errScanning
	}
	if err == nil {
		err = cmp.Or(ctx.Err(), t.ctx.Err())
	}
	return t.fail(err)
}

// fail remembers the first failure and returns it.
func (t *tx) fail(err error) error {
	if t.failed == nil {
		t.failed = err
	}
	return t.failed
}

// endUpdate commits the unit whose function returned err, unless it failed.
func (t *tx) endUpdate(err error) error {
	if err != nil {
		if sqldb.IsKind(t.failed, sqldb.Retry) {
			return t.failed // whatever fn made of it
		}
		return err
	}
	if err := t.ready(t.ctx); err != nil {
		return err
	}
	if slices.ContainsFunc(t.queue, mustBeSeen) {
		if _, _, err := t.exchange(t.ctx, nil, ""); err != nil {
			return err
		}
	}
	if !t.begun && len(t.queue) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), commitTimeout)
	defer cancel()
	_, _, err = t.exchange(ctx, nil, commit)
	return err
}

// mustBeSeen says whether the statement's answer decides on the commit.
func mustBeSeen(s sqldb.Stmt) bool { return s.Miss != nil || s.Scan != nil }

// endView ends the unit whose function returned err.
func (t *tx) endView(err error) error {
	if err != nil {
		return err
	}
	return t.Flush(t.ctx)
}

// release gives the connection back without a transaction on it.
func (t *tx) release() {
	if t.conn == nil {
		return
	}
	defer t.conn.Release() // closes a connection that still has one
	if c := t.conn.Conn(); !c.IsClosed() && c.PgConn().TxStatus() != 'I' {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), rollbackTimeout)
		defer cancel()
		_, _ = c.Exec(ctx, rollback)
	}
}

// exchange makes one round trip: what begins the transaction, what is queued,
// then last, then end, of which all but the queue may be missing.
func (t *tx) exchange(ctx context.Context, last *sqldb.Stmt, end string) (n int64, stopped, err error) {
	if err := t.connect(ctx); err != nil {
		return 0, nil, t.fail(err)
	}
	batch, queue := t.batch(last, end), t.queue
	t.queue, t.committed = nil, end == commit
	t.scanning = true
	defer func() { t.scanning = false }()
	results := t.conn.SendBatch(ctx, batch)
	defer func() { _ = results.Close() }() // where a scan panics
	n, stopped, err = t.read(results, queue, last, end)
	if e := results.Close(); err == nil && stopped == nil {
		err = e
	}
	return n, stopped, t.fail(t.translate(ctx, err))
}

// batch puts the round trip together.
func (t *tx) batch(last *sqldb.Stmt, end string) *pgx.Batch {
	b := &pgx.Batch{}
	if !t.begun {
		b.Queue(t.begin)
	}
	for _, s := range t.queue {
		b.Queue(s.SQL, s.Args...)
	}
	if last != nil {
		b.Queue(last.SQL, last.Args...)
	}
	if end != "" {
		b.Queue(end)
	}
	return b
}

// read reads the answers in the order of the batch, up to the first failure.
func (t *tx) read(results pgx.BatchResults, queue []sqldb.Stmt, last *sqldb.Stmt, end string) (n int64, stopped, err error) {
	if !t.begun {
		if _, err := results.Exec(); err != nil {
			return 0, nil, err
		}
		t.begun = true
	}
	for _, s := range queue {
		if err := queued(results, s); err != nil {
			return 0, nil, err
		}
	}
	if last != nil {
		if n, stopped, err = result(results, *last); err != nil {
			return n, nil, err
		}
	}
	if end != "" {
		_, err = results.Exec()
	}
	return n, stopped, err
}

// queued reads the answer of a queued statement.
func queued(results pgx.BatchResults, s sqldb.Stmt) error {
	n, stopped, err := result(results, s)
	switch {
	case err != nil:
		return err
	case stopped != nil:
		return &ownError{stopped}
	case s.Miss != nil && n != s.Want:
		return &ownError{s.Miss}
	}
	return nil
}

// result reads the next answer: how many rows it has or changed, and the error of scan itself.
func result(results pgx.BatchResults, s sqldb.Stmt) (n int64, stopped, err error) {
	if s.Scan == nil {
		tag, err := results.Exec()
		return tag.RowsAffected(), nil, err
	}
	rows, err := results.Query()
	if err != nil {
		return 0, nil, err
	}
	defer rows.Close()
	r := &row{rows: rows}
	for stopped == nil && rows.Next() {
		stopped = s.Scan(r)
	}
	rows.Close()
	if stopped != nil {
		return 0, stopped, nil // rows.Err repeats it where Row.Scan failed
	}
	return rows.CommandTag().RowsAffected(), nil, rows.Err()
}

// row is the current row of a result.
type row struct {
	rows  pgx.Rows
	dests []any
}

// Scan implements sqldb.Row.
func (r *row) Scan(dest ...any) error {
	r.dests = sqldb.AppendDests(r.dests[:0], dest)
	if err := r.rows.Scan(r.dests...); err != nil {
		return &sqldb.Error{Kind: sqldb.Other, Err: err}
	}
	return nil
}
