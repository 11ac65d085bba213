package lite

import (
	"context"
	"database/sql"
	"errors"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// maxStatements is how many parsed statements a connection keeps. The product has a few
// hundred; more come only from texts that are put together at run time.
const maxStatements = 512

// session is one connection with the statements parsed on it. It is used by
// one goroutine at a time.
type session struct {
	pool       *sql.DB
	conn       *sql.Conn
	statements map[string]*sql.Stmt
}

// open connects the session when it is not.
func (s *session) open(ctx context.Context) error {
	if s.conn != nil {
		return nil
	}
	conn, err := s.pool.Conn(ctx)
	if err != nil {
		return translate(err)
	}
	s.conn, s.statements = conn, make(map[string]*sql.Stmt)
	return nil
}

// close frees the statements, which database/sql does not do for a connection
// that is held, and gives the connection back to its pool, which ends it.
func (s *session) close() error {
	if s.conn == nil {
		return nil
	}
	var err error
	for _, st := range s.statements {
		err = errors.Join(err, st.Close())
	}
	return errors.Join(err, s.conn.Close())
}

// statement returns the parsed statement, which the session keeps.
func (s *session) statement(text string) (*sql.Stmt, error) {
	if st, ok := s.statements[text]; ok {
		return st, nil
	}
	if len(s.statements) >= maxStatements {
		s.forgetOne()
	}
	st, err := s.conn.PrepareContext(context.Background(), text)
	if err != nil {
		return nil, translate(err)
	}
	s.statements[text] = st
	return st, nil
}

// forgetOne drops any one statement: a text that is used often is soon back.
func (s *session) forgetOne() {
	for text, st := range s.statements {
		_ = st.Close() // it frees memory and has nothing to report
		delete(s.statements, text)
		return
	}
}

// control runs a statement of the transaction itself.
func (s *session) control(text string) error {
	_, err := s.exec(context.Background(), text, nil)
	return err
}

// exec runs the statement and returns how many rows it changed.
func (s *session) exec(ctx context.Context, text string, args []any) (int64, error) {
	st, err := s.statement(text)
	if err != nil {
		return 0, err
	}
	res, err := st.ExecContext(ctx, args...)
	if err != nil {
		return 0, translate(err)
	}
	return res.RowsAffected()
}

// errStop ends a query before its last row.
var errStop = errors.New("sqldb/lite: enough rows")

// query calls scan for every row and returns how many there were. stopped is scan's own error;
// err is the database's.
func (s *session) query(ctx context.Context, scan func(sqldb.Row) error, text string, args []any) (n int64, stopped, err error) {
	st, err := s.statement(text)
	if err != nil {
		return 0, nil, err
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return 0, nil, translate(err)
	}
	r := &row{rows: rows}
	for stopped == nil && rows.Next() {
		n++
		stopped = scan(r)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return n, stopped, translate(err)
	}
	return n, stopped, nil
}

// row is the current row of a result.
type row struct {
	rows  *sql.Rows
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
