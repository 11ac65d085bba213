package sqlstore

import (
	"fmt"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// kind is the SQL type of a column of a bulk statement.
type kind string

// The kinds, and what a row holds for them.
const (
	text   kind = "text"        // string
	number kind = "bigint"      // int64, nil for NULL
	object kind = "json"        // string of JSON, "" for NULL
	flag   kind = "boolean"     // bool
	moment kind = "timestamptz" // time.Time, zero for NULL
)

type column struct {
	name string
	kind kind
}

// bulk is a statement that writes many rows. Its text reads them from a FROM item named
// x. Postgres gets an array for each column, so that one statement writes all
// rows; SQLite, where a statement costs no round trip, runs it once for each row.
type bulk struct {
	sql     string
	columns []column
	arrays  bool
}

// newBulk makes a bulk statement of a template in which %s stands for x. The columns are
// the parameters from number first on.
func newBulk(d sqldb.Dialect, template string, first int, columns ...column) bulk {
	list, names := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
		if d == sqldb.SQLite {
			list[i] = fmt.Sprintf("$%d as %s", first+i, c.name)
		} else {
			list[i] = fmt.Sprintf("$%d::%s[]", first+i, c.kind)
		}
	}
	x := "(select " + strings.Join(list, ", ") + ") as x"
	if d == sqldb.Postgres {
		x = "unnest(" + strings.Join(list, ", ") + ") as x(" + strings.Join(names, ", ") + ")"
	}
	return bulk{sql: strings.ReplaceAll(template, "%s", x), columns: columns, arrays: d == sqldb.Postgres}
}

// statements returns what writes the rows, behind the fixed first arguments. With miss each row must change exactly one.
func (b *bulk) statements(miss error, rows [][]any, fixed ...any) []sqldb.Stmt {
	if len(rows) == 0 {
		return nil
	}
	if b.arrays {
		args := append([]any{}, fixed...)
		for i, c := range b.columns {
			args = append(args, c.array(rows, i))
		}
		return []sqldb.Stmt{{SQL: b.sql, Args: args, Want: int64(len(rows)), Miss: miss}}
	}
	list := make([]sqldb.Stmt, len(rows))
	for i, row := range rows {
		for c := range row {
			if b.columns[c].kind == object && row[c] == "" {
				row[c] = nil
			}
		}
		list[i] = sqldb.Stmt{SQL: b.sql, Args: append(append([]any{}, fixed...), row...), Want: 1, Miss: miss}
	}
	return list
}

// array is a column of the rows.
func (c column) array(rows [][]any, i int) any {
	switch c.kind {
	case text:
		return gather(rows, i, func(s string) string { return s })
	case object:
		return gather(rows, i, func(s string) *string { return orNil(s, s == "") })
	case number:
		return gather(rows, i, func(n any) *int64 {
			v, ok := n.(int64)
			return orNil(v, !ok)
		})
	case flag:
		return gather(rows, i, func(b bool) bool { return b })
	case moment:
		return gather(rows, i, func(at time.Time) *time.Time { return orNil(at, at.IsZero()) })
	}
	return nil
}

func gather[T, V any](rows [][]any, i int, convert func(T) V) []V {
	list := make([]V, len(rows))
	for r := range rows {
		v, _ := rows[r][i].(T)
		list[r] = convert(v)
	}
	return list
}

func orNil[V any](v V, null bool) *V {
	if null {
		return nil
	}
	return &v
}

// write queues a bulk statement.
func (t *tx) write(b *bulk, miss error, rows [][]any, fixed ...any) {
	for _, s := range b.statements(miss, rows, fixed...) {
		t.q.Queue(s)
	}
}

// members returns a subquery of the strings of the JSON array in the given parameter.
func members(d sqldb.Dialect, param string) string {
	if d == sqldb.SQLite {
		return "(select value from json_each(" + param + "))"
	}
	return "(select json_array_elements_text(" + param + "::json))"
}
