package store

import (
	"cmp"
	"context"
	"slices"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// BudgetKind is what has a budget.
type BudgetKind uint8

// The kinds.
const (
	LineBudget BudgetKind = iota + 1
	CampaignBudget
	AdvertiserBudget // what was paid in, whole time alone
)

// Budget is one amount that is spent from.
type Budget struct {
	Kind BudgetKind `json:"kind"`
	ID   uint32     `json:"id"`  // of the line, campaign or advertiser
	Day  int32      `json:"day"` // since 1970 in the advertiser's time zone; zero for the whole time
}

func (b Budget) compare(o Budget) int {
	return cmp.Or(cmp.Compare(b.Kind, o.Kind), cmp.Compare(b.ID, o.ID), cmp.Compare(b.Day, o.Day))
}

// budgetRow is an amount of a budget.
type budgetRow struct {
	Budget
	Amount ads.Nano `json:"amount"`
}

func (r budgetRow) compare(o budgetRow) int { return r.Budget.compare(o.Budget) }

// payer is who pays for a line.
type payer struct {
	line                 ads.LineID
	campaign, advertiser uint32
}

// spend adds what lines spent to all budgets that it is spent from, and takes it out of what the node has leased of them.
func (d *DB) spend(ctx context.Context, tx sqldb.Tx, node uint16, spent []ledger.Spent) error {
	if len(spent) == 0 {
		return nil
	}
	var lines []ads.LineID
	for _, s := range spent {
		lines = append(lines, s.Line)
	}
	rows, err := collect(ctx, tx, func(r sqldb.Row, p *payer) error { return r.Scan(&p.line, &p.campaign, &p.advertiser) }, d.sql.payers, sqldb.JSON(lines))
	if err != nil {
		return err
	}
	payers := map[ads.LineID]payer{}
	for _, p := range rows {
		payers[p.line] = p
	}
	of := spread(spent, payers)
	put(tx, of, d.sql.addSpent)
	return d.settle(ctx, tx, node, of)
}

// spread returns what is spent of each budget, sorted. A line that is not in the catalogue still spends its own: a journal is never stuck.
func spread(spent []ledger.Spent, payers map[ads.LineID]payer) []budgetRow {
	var rows []budgetRow
	add := func(kind BudgetKind, id uint32, day int32, amount ads.Nano) {
		rows = append(rows, budgetRow{Budget{kind, id, day}, amount})
	}
	for _, s := range spent {
		add(LineBudget, uint32(s.Line), 0, s.Amount)
		add(LineBudget, uint32(s.Line), s.Day, s.Amount)
		if p, ok := payers[s.Line]; ok {
			add(CampaignBudget, p.campaign, 0, s.Amount)
			add(CampaignBudget, p.campaign, s.Day, s.Amount)
			add(AdvertiserBudget, p.advertiser, 0, s.Amount)
		}
	}
	return summed(rows, budgetRow.compare, func(sum *budgetRow, r budgetRow) { sum.Amount += r.Amount })
}

// settle takes what was spent out of the node's leases. The budgets' rows are locked by then, and whoever changes a lease locks its budget's
// first, so that what is read here stays. What was spent beyond a lease, because it had been taken back, is spent all the same.
func (d *DB) settle(ctx context.Context, tx sqldb.Tx, node uint16, spent []budgetRow) error {
	leases := map[Budget]ads.Nano{}
	for part := range slices.Chunk(spent, rowsAtOnce) {
		err := tx.Each(ctx, func(r sqldb.Row) error {
			var l budgetRow
			err := scanBudget(r, &l)
			leases[l.Budget] = l.Amount
			return err
		}, d.sql.leasesOf, sqldb.JSON(part), int64(node))
		if err != nil {
			return err
		}
	}
	var used []budgetRow
	for _, r := range spent {
		if amount := min(leases[r.Budget], r.Amount); amount > 0 {
			used = append(used, budgetRow{r.Budget, amount})
		}
	}
	for part := range slices.Chunk(used, rowsAtOnce) {
		queue(tx, d.sql.lowerLeased, sqldb.JSON(part))
		queue(tx, d.sql.lowerLeases, sqldb.JSON(part), int64(node))
	}
	return nil
}

func scanBudget(r sqldb.Row, b *budgetRow) error { return r.Scan(&b.Kind, &b.ID, &b.Day, &b.Amount) }

// Spending is what is spent: what a node needs to know when it begins.
type Spending struct {
	Lines map[ads.LineID]ads.Nano // over the whole time
	Days  []ledger.Spent          // each line on each day, sorted by line and day
}

const readSpent = "select id, day, spent from ad_budget where kind = 1 and (day = 0 or day >= $1) order by id, day"

// Spending returns what every line has spent over the whole time and on each day since the given one.
func (d *DB) Spending(ctx context.Context, since int32) (Spending, error) {
	rows, err := list(ctx, d.back, func(r sqldb.Row, s *ledger.Spent) error { return r.Scan(&s.Line, &s.Day, &s.Amount) }, readSpent, since)
	all := Spending{Lines: map[ads.LineID]ads.Nano{}}
	for _, s := range rows {
		if s.Day == 0 {
			all.Lines[s.Line] = s.Amount
			continue
		}
		all.Days = append(all.Days, s)
	}
	return all, attempted("read what is spent", err)
}

const readPaidIn = `select p.account, cast(sum(p.amount) as bigint) from ad_posting p join ad_entry e on e.id = p.entry
where p.kind = 'advertiser' and e.kind <> 'delivery' group by p.account`

// PaidIn returns what each advertiser has paid in, with what was given back to it: the limit of its leases. Unlike the balance it stays as it
// is while batches are applied. It is below ads.MaxNano, which would be no limit: what refunds bring above that cannot be spent.
func (d *DB) PaidIn(ctx context.Context) (map[ads.AdvertiserID]ads.Nano, error) {
	type paid struct {
		by     ads.AdvertiserID
		amount ads.Nano
	}
	rows, err := list(ctx, d.back, func(r sqldb.Row, p *paid) error { return r.Scan(&p.by, &p.amount) }, readPaidIn)
	all := make(map[ads.AdvertiserID]ads.Nano, len(rows))
	for _, p := range rows {
		all[p.by] = min(p.amount, ads.MaxNano-1)
	}
	return all, attempted("read what was paid in", err)
}
