package sqlstore_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// recorder is a database that notes the statements that run on it.
type recorder struct {
	sqldb.DB
	seen []sqldb.Stmt
}

func (r *recorder) View(ctx context.Context, fn func(sqldb.Tx) error) error {
	return r.DB.View(ctx, func(tx sqldb.Tx) error { return fn(recordedTx{tx, r}) })
}

func (r *recorder) Update(ctx context.Context, fn func(sqldb.Tx) error) error {
	return r.DB.Update(ctx, func(tx sqldb.Tx) error { return fn(recordedTx{tx, r}) })
}

type recordedTx struct {
	sqldb.Tx
	r *recorder
}

func (t recordedTx) note(sql string, args []any) {
	t.r.seen = append(t.r.seen, sqldb.Stmt{SQL: sql, Args: args})
}

func (t recordedTx) Each(ctx context.Context, scan func(sqldb.Row) error, sql string, args ...any) error {
	t.note(sql, args)
	return t.Tx.Each(ctx, scan, sql, args...)
}

func (t recordedTx) One(ctx context.Context, dest []any, sql string, args ...any) error {
	t.note(sql, args)
	return t.Tx.One(ctx, dest, sql, args...)
}

func (t recordedTx) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	t.note(sql, args)
	return t.Tx.Exec(ctx, sql, args...)
}

func (t recordedTx) Queue(s sqldb.Stmt) {
	t.note(s.SQL, s.Args)
	t.Tx.Queue(s)
}

// plan returns the lines of the engine's plan for the statement.
func plan(t *testing.T, db sqldb.DB, s sqldb.Stmt) []string {
	t.Helper()
	var lines []string
	err := db.Update(t.Context(), func(tx sqldb.Tx) error {
		lines = nil
		if db.Dialect() == sqldb.Postgres {
			return tx.Each(t.Context(), func(r sqldb.Row) error {
				lines = append(lines, "")
				return r.Scan(&lines[len(lines)-1])
			}, "explain "+s.SQL, s.Args...)
		}
		return tx.Each(t.Context(), func(r sqldb.Row) error {
			var id, parent, unused int
			lines = append(lines, "")
			return r.Scan(&id, &parent, &unused, &lines[len(lines)-1])
		}, "explain query plan "+s.SQL, s.Args...)
	})
	require.NoError(t, err, s.SQL)
	return lines
}

// scans returns the lines of a plan that read a whole table.
func scans(lines []string) []string {
	var found []string
	for _, line := range lines {
		line = strings.TrimSpace(line)
		lite := strings.HasPrefix(line, "SCAN ") && !harmless(line)
		if lite || strings.Contains(line, "Seq Scan on ") {
			found = append(found, line)
		}
	}
	return found
}

// harmless says that SQLite scans what the statement itself brings (a list, or a row
// of parameters) or a partial index, which has none but the rows that are wanted.
func harmless(line string) bool {
	for _, own := range []string{"SCAN json_each", "SCAN CONSTANT ROW", "SCAN x"} {
		if strings.HasPrefix(line, own) {
			return true
		}
	}
	return strings.HasSuffix(line, "INDEX booking_open") || strings.HasSuffix(line, "INDEX show_cancelled")
}
