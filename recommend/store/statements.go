package store

import (
	"strings"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// statements are the texts that differ between the engines, built once. All others are constants above the method that runs them.
type statements struct {
	putItems, putUsers        string
	record, withdraw          string
	lock, note                string
	addExposures, addOutcomes string
	experimentRows            string
}

func newStatements(d sqldb.Dialect) statements {
	s := statements{
		putItems: with(d, `insert into rec_item (id, tenant, doc)
select id, tenant, doc from %s where true
on conflict (id) do update set tenant = excluded.tenant, doc = excluded.doc where rec_item.doc <> excluded.doc
returning id`, "id text, tenant text, doc text"),

		putUsers: with(d, `insert into rec_user (id, tenant, doc)
select id, tenant, doc from %s where true
on conflict (id) do update set tenant = excluded.tenant, doc = excluded.doc where rec_user.doc <> excluded.doc
returning id`, "id text, tenant text, doc text"),

		record: with(d, `insert into rec_feedback (user_id, item_id, kind, tenant, at, value, city, device)
select user_id, item_id, kind, tenant, at, value, city, device from %s where true
on conflict (user_id, item_id, kind) do update set tenant = excluded.tenant, at = excluded.at, value = excluded.value, city = excluded.city, device = excluded.device
where excluded.at > rec_feedback.at
returning user_id, item_id, kind`, "user_id text, item_id text, kind text, tenant text, at bigint, value double precision, city text, device text"),

		withdraw: with(d, `delete from rec_feedback
where (user_id, item_id, kind) in (select user_id, item_id, kind from %s)
returning user_id, item_id, kind`, "user_id text, item_id text, kind text"),

		note: with(d, `insert into rec_change (at, what, user_id, doc)
select at, what, user_id, doc from %s order by n`, "n bigint, at bigint, what text, user_id text, doc text"),

		addExposures: with(d, `insert into rec_exposure (experiment, unit, at, surface, arm, items)
select experiment, unit, at, surface, arm, items from %s where true
on conflict do nothing`, "experiment text, unit text, at bigint, surface text, arm text, items text"),

		addOutcomes: with(d, `insert into rec_outcome (unit, item_id, kind, at)
select unit, item_id, kind, at from %s where true
on conflict do nothing`, "unit text, item_id text, kind text, at bigint"),

		experimentRows: strings.Replace(experimentRows, "%s", map[sqldb.Dialect]string{
			sqldb.SQLite:   "(select value from json_each(e.items))",
			sqldb.Postgres: "(select json_array_elements_text(e.items::json))",
		}[d], 1),
	}
	if d == sqldb.Postgres {
		// Numbers are given out before the commit, so that a reader could see 2 before 1. Who writes entries holds this until its
		// commit is seen by all: the numbers' order is that of the commits.
		s.lock = "select pg_advisory_xact_lock(hashtextextended(current_schema() || '.rec_change', 0))"
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
