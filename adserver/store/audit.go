package store

import (
	"context"
	"fmt"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// Discrepancy is something that the books say in two ways.
type Discrepancy struct {
	What     string // what was compared: "balance", "entry", "gross", "share", "given back", "spent", "leased"
	Of       string // whose it is: "advertiser 7", "delivery/1/500"
	Currency money.Currency
	Have     ads.Nano // what is kept
	Want     ads.Nano // what follows from what it is made of
}

// String returns it as a sentence.
func (d Discrepancy) String() string {
	return fmt.Sprintf("%s of %s is %s %s and should be %s", d.What, d.Of, d.Have, d.Currency, d.Want)
}

// sides compares two sums: rows of (of, currency, have, want), each with one of the two sides.
func sides(rows string) string {
	return "select of, currency, cast(sum(have) as bigint), cast(sum(want) as bigint) from (" + rows +
		") as s group by of, currency having sum(have) <> sum(want) order by of, currency"
}

// audits are what is compared, each a query of (of, currency, have, want).
var audits = []struct{ what, sql string }{
	{"balance", sides(`select kind || ' ' || account as of, currency, amount as have, 0 as want from ad_balance
union all select kind || ' ' || account, currency, 0, amount from ad_posting`)},

	{"entry", sides(`select e.ref as of, p.currency as currency, p.amount as have, 0 as want from ad_posting p join ad_entry e on e.id = p.entry`)},

	{"gross", sides(`select 'advertiser ' || advertiser as of, currency, gross as have, 0 as want from ad_fact
union all select 'advertiser ' || p.account, p.currency, 0, -p.amount
from ad_posting p join ad_entry e on e.id = p.entry where e.kind = 'delivery' and p.kind = 'advertiser'`)},

	{"share", sides(`select 'publisher ' || publisher as of, currency, share as have, 0 as want from ad_fact
union all select 'publisher ' || p.account, p.currency, 0, p.amount
from ad_posting p join ad_entry e on e.id = p.entry where e.kind = 'delivery' and p.kind = 'publisher'`)},

	{"given back", sides(`select 'advertiser ' || advertiser as of, currency, back as have, 0 as want from ad_fact
union all select 'advertiser ' || p.account, p.currency, 0, p.amount
from ad_posting p join ad_entry e on e.id = p.entry where e.kind = 'refund' and e.ref like 'finding/%' and p.kind = 'advertiser'`)},

	{"given back of shares", sides(`select 'publisher ' || publisher as of, currency, back_share as have, 0 as want from ad_fact
union all select 'publisher ' || p.account, p.currency, 0, -p.amount
from ad_posting p join ad_entry e on e.id = p.entry where e.kind = 'refund' and e.ref like 'finding/%' and p.kind = 'publisher'`)},

	{"spent", sides(`select 'line ' || id as of, '' as currency, spent as have, 0 as want from ad_budget where kind = 1 and day = 0
union all select 'line ' || line, '', 0, gross from ad_fact`)},

	{"spent by day", sides(`select 'budget ' || kind || ' ' || id as of, '' as currency, case when day = 0 then spent else 0 end as have,
case when day = 0 then 0 else spent end as want from ad_budget where kind in (1, 2)`)},

	{"leased", sides(`select 'budget ' || kind || ' ' || id || ' ' || day as of, '' as currency, leased as have, 0 as want from ad_budget
union all select 'budget ' || kind || ' ' || id || ' ' || day, '', 0, amount from ad_lease`)},
}

// Audit recomputes the books from what they are made of, at one moment, and returns what differs: nothing, if all is well. The postings of
// each entry sum to zero; each balance is the sum of its postings; what facts say of gross and shares is what deliveries posted; what
// they say was given back is what refunds of findings posted; what lines spent is what facts say; what is leased of a budget is what nodes have leased. It reads all postings and facts.
func (d *DB) Audit(ctx context.Context) ([]Discrepancy, error) {
	var found []Discrepancy
	err := d.back.View(ctx, func(tx sqldb.Tx) error {
		for _, a := range audits {
			list, err := collect(ctx, tx, func(r sqldb.Row, v *Discrepancy) error {
				v.What = a.what
				return r.Scan(&v.Of, &v.Currency, &v.Have, &v.Want)
			}, a.sql)
			if err != nil {
				return err
			}
			found = append(found, list...)
		}
		return nil
	})
	return found, attempted("audit the books", err)
}
