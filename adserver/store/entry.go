package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// Post books an entry. One whose Ref is booked already is not booked again, whatever it says: posted is then false. Errors: Invalid about
// what is wrong in it; postings that do not sum to zero in each currency are; Conflict when the books have no room for what is paid in, as more of
// one currency than 9,223,372,036 units. It raises the version of the catalogue, so that who serves
// hears of money that was paid in.
func (d *DB) Post(ctx context.Context, e ledger.Entry) (posted bool, err error) {
	if err := checkEntry(e); err != nil {
		return false, err
	}
	err = d.update(ctx, "post an entry", func(tx sqldb.Tx) error {
		n, err := d.book(ctx, tx, []ledger.Entry{e})
		posted = n == 1
		if posted {
			d.raise(tx)
		}
		return err
	})
	if posted && err == nil {
		d.changed.fire()
	}
	return posted && err == nil, err
}

// checkEntry returns the first fault of an entry.
func checkEntry(e ledger.Entry) error {
	switch e.Kind {
	case ledger.Delivery, ledger.TopUp, ledger.Return, ledger.Refund, ledger.Payout:
	default:
		return fault.Invalidf("kind", "must be delivery, top_up, return, refund or payout")
	}
	if err := cmp.Or(word("ref", e.Ref, 200), plain("note", e.Note, 500)); err != nil {
		return err
	}
	switch {
	case e.At.IsZero():
		return fault.Invalidf("at", "is missing")
	case len(e.Postings) < 2:
		return fault.Invalidf("postings", "must be two at least")
	}
	return checkPostings(e.Postings)
}

func checkPostings(postings []ledger.Posting) error {
	sums := map[money.Currency]int64{}
	for i, p := range postings {
		field := fmt.Sprintf("postings[%d]", i)
		own := p.Account.Kind == ledger.OfAdvertiser || p.Account.Kind == ledger.OfPublisher
		switch {
		case !own && p.Account.Kind != ledger.OfPlatform && p.Account.Kind != ledger.OfGateway:
			return fault.Invalidf(field, "must be of an advertiser, publisher, the platform or the gateway")
		case own != (p.Account.ID != 0):
			return fault.Invalidf(field, "must name whose account it is")
		case !p.Account.Currency.Valid():
			return fault.Invalidf(field, "must have a currency")
		}
		sum, ok := added(sums[p.Account.Currency], int64(p.Amount))
		if !ok {
			return fault.Invalidf(field, "is too large")
		}
		sums[p.Account.Currency] = sum
	}
	for _, c := range slices.Sorted(maps.Keys(sums)) {
		if sums[c] != 0 {
			return fault.Invalidf("postings", "must sum to zero in %s, not %s", c, ads.Nano(sums[c]))
		}
	}
	return nil
}

// added is a + b; ok is false when the sum does not fit.
func added(a, b int64) (sum int64, ok bool) {
	s, _ := bits.Add64(uint64(a), uint64(b), 0)
	sum = int64(s)
	return sum, (a < 0) != (b < 0) || (sum < 0) == (a < 0)
}

// entryRow is a row of ad_entry, before it has an id.
type entryRow struct {
	N    int              `json:"n"`
	Ref  string           `json:"ref"`
	Kind ledger.EntryKind `json:"kind"`
	At   int64            `json:"at"`
	Note string           `json:"note"`
}

type postingRow struct {
	Entry    int64              `json:"entry"`
	N        int                `json:"n"`
	Kind     ledger.AccountKind `json:"kind"`
	Account  uint32             `json:"account"`
	Currency money.Currency     `json:"currency"`
	Amount   ads.Nano           `json:"amount"`
}

func (a postingRow) compareAccount(b postingRow) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Currency, b.Currency))
}

// book writes the entries whose Ref is new, with their postings, adds these to the balances, and returns how many entries were new.
func (d *DB) book(ctx context.Context, tx sqldb.Tx, entries []ledger.Entry) (int, error) {
	byRef := make(map[string]ledger.Entry, len(entries))
	var rows []entryRow
	for i, e := range entries {
		if _, twice := byRef[e.Ref]; twice {
			continue
		}
		byRef[e.Ref] = e
		rows = append(rows, entryRow{i, e.Ref, e.Kind, micros(e.At), e.Note})
	}
	ids := make(map[int64]string, len(rows)) // of those that are new
	for part := range slices.Chunk(rows, rowsAtOnce) {
		err := tx.Each(ctx, func(r sqldb.Row) error {
			var id int64
			var ref string
			err := r.Scan(&id, &ref)
			ids[id] = ref
			return err
		}, d.sql.addEntries, sqldb.JSON(part))
		if err != nil {
			return 0, err
		}
	}
	var postings []postingRow
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if err := fits(ctx, tx, byRef[ids[id]]); err != nil {
			return 0, err
		}
		for n, p := range byRef[ids[id]].Postings {
			postings = append(postings, postingRow{id, n, p.Account.Kind, p.Account.ID, p.Account.Currency, p.Amount})
		}
	}
	put(tx, postings, d.sql.addPostings)
	put(tx, summed(slices.Clone(postings), postingRow.compareAccount, func(sum *postingRow, p postingRow) { sum.Amount += p.Amount }), d.sql.addBalances)
	return len(ids), nil
}

const readBalances = "select kind, account, currency, amount from ad_balance"

// Balances returns what is in each of the accounts, zero for those without postings; of all that have any when none is named. An
// advertiser's is what it has not spent, a publisher's what it has not been paid.
func (d *DB) Balances(ctx context.Context, accounts ...ledger.Account) (map[ledger.Account]ads.Nano, error) {
	sql, args := readBalances, []any(nil)
	all := make(map[ledger.Account]ads.Nano, len(accounts))
	if len(accounts) > 0 {
		wanted := make([]postingRow, len(accounts))
		for i, a := range accounts {
			all[a] = 0
			wanted[i] = postingRow{Kind: a.Kind, Account: a.ID, Currency: a.Currency}
		}
		sql, args = d.sql.someBalances, []any{sqldb.JSON(wanted)}
	}
	rows, err := list(ctx, d.db, func(r sqldb.Row, p *ledger.Posting) error {
		return r.Scan(&p.Account.Kind, &p.Account.ID, &p.Account.Currency, &p.Amount)
	}, sql, args...)
	for _, p := range rows {
		all[p.Account] = p.Amount
	}
	return all, attempted("read balances", err)
}

// Movement is what an entry did to one account.
type Movement struct {
	Entry  int64 // later entries have higher ones
	Ref    string
	Kind   ledger.EntryKind
	At     time.Time
	Note   string
	Amount ads.Nano
}

const (
	movements = `select e.id, e.ref, e.kind, e.at, e.note, cast(sum(p.amount) as bigint)
from ad_posting p join ad_entry e on e.id = p.entry
where p.kind = $1 and p.account = $2 and p.currency = $3 and p.entry < $4 and e.kind <> 'delivery' and e.at >= $6 and e.at < $7
group by e.id, e.ref, e.kind, e.at, e.note order by e.id desc limit $5`
)

// Statement says which movements of an account are listed.
type Statement struct {
	Account ledger.Account
	Before  int64 // Entry that the page before ended with; zero for the newest
	Most    int   // 1 to 1000; zero means 100

	// From and Until narrow it to what was booked from one time on, and before another; the zero time does not.
	From, Until time.Time
}

// Movements returns a page of what was paid and given back, the newest first. What ads cost is booked by the batches of the nodes, which say nothing to
// anybody: Report has it by days. Error: Invalid about the page.
func (d *DB) Movements(ctx context.Context, s Statement) ([]Movement, error) {
	page := Page{Most: s.Most}
	if err := page.validate(); err != nil {
		return nil, err
	}
	until := int64(1 << 62)
	if !s.Until.IsZero() {
		until = micros(s.Until)
	}
	all, err := list(ctx, d.db, func(r sqldb.Row, m *Movement) error {
		var at int64
		err := r.Scan(&m.Entry, &m.Ref, &m.Kind, &at, &m.Note, &m.Amount)
		m.At = ofMicros(at)
		return err
	}, movements, string(s.Account.Kind), s.Account.ID, string(s.Account.Currency), cmp.Or(s.Before, 1<<62), page.most(), micros(s.From), until)
	return all, attempted("list movements", err)
}
