package store

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

const (
	// The row is made first, so that of two who apply the same batch the second waits for it.
	makePosition = "insert into ad_position (node, upto) values ($1, 0) on conflict do nothing"

	movePosition = "update ad_position set upto = $3 where node = $1 and upto = $2"

	readPosition = "select upto from ad_position where node = $1"
)

// Apply books what a stretch of a node's journal says: facts, what was spent, and entries, all in one transaction with the position behind it.
// A batch that ends where the books are already, or before, changes nothing and is no error: applied is false. A batch may be sent again
// whatever came of it the first time. Errors: Conflict when it begins elsewhere than the one before ended, ErrReplaced, ErrGone, Invalid about what no
// journal can say; then nothing is booked.
func (d *DB) Apply(ctx context.Context, b ledger.Batch) (applied bool, err error) {
	if err := checkBatch(b); err != nil {
		return false, err
	}
	facts, spent := sumFacts(b.Facts), sumSpent(b.Spent)
	err = d.update(ctx, "apply a journal", func(tx sqldb.Tx) error {
		fence(tx, &b)
		var err error
		if applied, err = move(ctx, tx, b); err != nil || !applied {
			return err
		}
		mark(tx, &b)
		put(tx, facts, d.sql.addFacts)
		if err := d.spend(ctx, tx, b.Node, spent); err != nil {
			return err
		}
		_, err = d.book(ctx, tx, b.Entries)
		return err
	})
	return applied && err == nil, err
}

func checkBatch(b ledger.Batch) error {
	if b.Upto <= b.From || b.Upto > math.MaxInt64 {
		return fault.Invalidf("upto", "must be after from")
	}
	for i, e := range b.Entries {
		if err := checkEntry(e); err != nil {
			return fault.Of(err).In(fmt.Sprintf("entries[%d]", i))
		}
	}
	return nil
}

// move moves the position over the batch. It is false when the batch has been applied.
func move(ctx context.Context, tx sqldb.Tx, b ledger.Batch) (bool, error) {
	queue(tx, makePosition, int64(b.Node))
	n, err := tx.Exec(ctx, movePosition, int64(b.Node), int64(b.From), int64(b.Upto))
	if err != nil || n == 1 {
		return n == 1, err
	}
	var upto uint64
	if err := tx.One(ctx, []any{&upto}, readPosition, int64(b.Node)); err != nil {
		return false, err
	}
	if b.Upto <= upto {
		return false, nil
	}
	return false, fault.New(fault.Conflict, "journal_gap",
		fmt.Sprintf("the books have the journal of node %d up to %d, the batch begins at %d", b.Node, upto, b.From))
}

// Position returns the number after the last record of the node's journal that is booked; 0 when none is.
func (d *DB) Position(ctx context.Context, node uint16) (uint64, error) {
	upto, _, err := one(ctx, d.db, func(r sqldb.Row, v *uint64) error { return r.Scan(v) }, readPosition, int64(node))
	return upto, attempted("read a position", err)
}

// factRow is a row of ad_fact.
type factRow struct {
	Advertiser ads.AdvertiserID `json:"advertiser"`
	Quarter    int64            `json:"quarter"`
	Line       ads.LineID       `json:"line"`
	Creative   ads.CreativeID   `json:"creative"`
	Placement  ads.PlacementID  `json:"placement"`
	City       string           `json:"city"`
	Kind       ledger.Kind      `json:"kind"`
	Reason     uint8            `json:"reason"`
	Campaign   ads.CampaignID   `json:"campaign"`
	Publisher  ads.PublisherID  `json:"publisher"`
	Currency   money.Currency   `json:"currency"`
	N          int64            `json:"n"`
	Gross      ads.Nano         `json:"gross"`
	Share      ads.Nano         `json:"share"`
	Value      ads.Nano         `json:"value"`
}

func (a factRow) compare(b factRow) int {
	return cmp.Or(
		cmp.Compare(a.Advertiser, b.Advertiser), cmp.Compare(a.Quarter, b.Quarter), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Creative, b.Creative),
		cmp.Compare(a.Placement, b.Placement), cmp.Compare(a.City, b.City), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Reason, b.Reason),
	)
}

// sumFacts returns one row for each key, in its order: a statement may change a row only once, and who locks rows in one order waits for
// nobody who waits for them.
func sumFacts(facts []ledger.Fact) []factRow {
	rows := make([]factRow, len(facts))
	for i, f := range facts {
		p := f.Place
		rows[i] = factRow{
			p.Advertiser, f.Quarter, p.Line, p.Creative, p.Placement, storable(p.City), f.Kind, f.Reason, p.Campaign, p.Publisher, p.Currency, f.Count, f.Gross, f.Share, f.Value,
		}
	}
	return summed(rows, factRow.compare, func(sum *factRow, r factRow) {
		sum.N, sum.Gross, sum.Share, sum.Value = sum.N+r.N, sum.Gross+r.Gross, sum.Share+r.Share, sum.Value.Plus(r.Value)
	})
}

// storable is a text as a column can hold it. A city is what a request named: it must not be what stops a journal.
func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// summed sorts the rows and adds those that compare as equal to the first of them.
func summed[T any](rows []T, compare func(a, b T) int, add func(sum *T, v T)) []T {
	slices.SortStableFunc(rows, compare)
	kept := rows[:0]
	for _, r := range rows {
		if n := len(kept); n > 0 && compare(kept[n-1], r) == 0 {
			add(&kept[n-1], r)
			continue
		}
		kept = append(kept, r)
	}
	return kept
}

func sumSpent(spent []ledger.Spent) []ledger.Spent {
	return summed(slices.Clone(spent), func(a, b ledger.Spent) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Day, b.Day))
	}, func(sum *ledger.Spent, v ledger.Spent) { sum.Amount += v.Amount })
}
