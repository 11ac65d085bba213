package store

import (
	"strings"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// statements are the texts that differ between the engines, built once. All others are constants above the method that runs them.
type statements struct {
	notify     string
	placements string
}

func newStatements(d sqldb.Dialect) statements {
	s := statements{
		placements: "select id from ad_placement where id in (" + numbers(d) + ")",
	}
	if d == sqldb.Postgres {
		s.notify = "select pg_notify('" + channel + "', '')"
	}
	return s
}

// with puts the rows of the JSON list $1 in place of %s. columns are "name type, name type".
func with(d sqldb.Dialect, template, columns string) string {
	rows := "json_to_recordset($1::json) as x(" + columns + ")"
	if d == sqldb.SQLite {
		var list []string
		for column := range strings.SplitSeq(columns, ", ") {
			name, _, _ := strings.Cut(column, " ")
			list = append(list, "value ->> '"+name+"' as "+name)
		}
		rows = "(select " + strings.Join(list, ", ") + " from json_each($1)) as x"
	}
	return strings.Replace(template, "%s", rows, 1)
}

// numbers are those of the JSON list $1.
func numbers(d sqldb.Dialect) string {
	if d == sqldb.SQLite {
		return "select value from json_each($1)"
	}
	return "select value::bigint from json_array_elements_text($1::json)"
}
