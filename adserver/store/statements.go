package store

import (
	"fmt"
	"strings"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// statements are the texts that differ between the engines, built once. All others are constants above the method that runs them.
type statements struct {
	notify     string
	placements string

	addFacts                  string
	addEntries, addPostings   string
	addBalances, someBalances string

	payers, addSpent                   string
	leasesOf, lowerLeased, lowerLeases string

	joinDays        string
	addClicks       string
	eraseHanded     string // eraseClicks of many viewers and one node
	dropConversions string
}

// Columns of the rows that several statements are given.
const (
	postingColumns = "entry bigint, n bigint, kind text, account bigint, currency text, amount bigint"
	budgetColumns  = "kind bigint, id bigint, day bigint, amount bigint"
)

func newStatements(d sqldb.Dialect) statements {
	s := statements{
		placements: "select id from ad_placement where id in (" + numbers(d) + ")",

		addFacts: with(d, `insert into ad_fact (advertiser, quarter, line, creative, placement, city, kind, reason, campaign, publisher, currency, n, gross, share, value)
select advertiser, quarter, line, creative, placement, city, kind, reason, campaign, publisher, currency, n, gross, share, value from %s where true
on conflict (advertiser, quarter, line, creative, placement, city, kind, reason) do update set
n = ad_fact.n + excluded.n, gross = ad_fact.gross + excluded.gross, share = ad_fact.share + excluded.share, value = `+
			fmt.Sprintf("case when ad_fact.value > %[1]d - excluded.value then %[1]d else ad_fact.value + excluded.value end", ads.MaxNano),
			"advertiser bigint, quarter bigint, line bigint, creative bigint, placement bigint, city text, kind bigint, reason bigint, "+
				"campaign bigint, publisher bigint, currency text, n bigint, gross bigint, share bigint, value bigint"),

		addEntries: with(d, `insert into ad_entry (ref, kind, at, note) select ref, kind, at, note from %s where true order by n
on conflict (ref) do nothing returning id, ref`, "n bigint, ref text, kind text, at bigint, note text"),

		addPostings: with(d, `insert into ad_posting (entry, n, kind, account, currency, amount)
select entry, n, kind, account, currency, amount from %s`, postingColumns),

		addBalances: with(d, `insert into ad_balance (kind, account, currency, amount) select kind, account, currency, amount from %s where true
on conflict (kind, account, currency) do update set amount = ad_balance.amount + excluded.amount`, postingColumns),

		someBalances: with(d, readBalances+" where (kind, account, currency) in (select kind, account, currency from %s)", postingColumns),

		payers: "select id, campaign, advertiser from ad_line where id in (" + numbers(d) + ")",

		addSpent: with(d, `insert into ad_budget (kind, id, day, spent) select kind, id, day, amount from %s where true
on conflict (kind, id, day) do update set spent = ad_budget.spent + excluded.spent`, budgetColumns),

		leasesOf: with(d, `select kind, id, day, amount from ad_lease
where node = $2 and (kind, id, day) in (select kind, id, day from %s)`, budgetColumns),

		lowerLeased: with(d, `update ad_budget set leased = ad_budget.leased - x.amount from %s
where ad_budget.kind = x.kind and ad_budget.id = x.id and ad_budget.day = x.day`, budgetColumns),

		lowerLeases: with(d, `update ad_lease set amount = ad_lease.amount - x.amount from %s
where ad_lease.kind = x.kind and ad_lease.id = x.id and ad_lease.day = x.day and ad_lease.node = $2`, budgetColumns),

		joinDays: with(d, " join %s on f.quarter >= x.first and f.quarter < x.past", "day bigint, first bigint, past bigint"),

		addClicks: with(d, `insert into ad_click (node, epoch, serial, uid, at, gross, advertiser, doc)
select node, epoch, serial, uid, at, gross, advertiser, doc from %s where true
on conflict do nothing`, "node bigint, epoch bigint, serial bigint, uid bigint, at bigint, gross bigint, advertiser bigint, doc text"),

		eraseHanded: "delete from ad_click where node = $2 and uid <> 0 and uid in (" + numbers(d) + ") returning node, epoch, serial",

		dropConversions: with(d, "delete from ad_conversion where (node, epoch, serial) in (select node, epoch, serial from %s)",
			"node bigint, epoch bigint, serial bigint"),
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
