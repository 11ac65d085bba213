package store

import (
	"context"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// FindingState is what became of a finding.
type FindingState string

// The states. One that is held becomes refunded or released, once.
const (
	FindingHeld     FindingState = "held"     // its share is not paid out meanwhile, also when a payout was asked for before
	FindingRefunded FindingState = "refunded" // the advertiser has its money back
	FindingReleased FindingState = "released" // it was nothing
)

// Finding is traffic that was billed and looks invalid: a place where far more clicked on a day than does elsewhere.
type Finding struct {
	ID      uint32
	Place   ledger.Place
	Day     int32 // since 1970, UTC
	Views   int64
	Clicks  int64
	Gross   ads.Nano // what the advertiser paid for it
	Share   ads.Nano // the publisher's part of Gross
	State   FindingState
	Created time.Time
	Settled time.Time // zero while it is held
}

const (
	addFinding = `insert into ad_finding (advertiser, publisher, campaign, line, creative, placement, city, currency, day, views, clicks, gross, share, state, created, settled)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'held', $14, 0)
on conflict do nothing returning id`

	// What came late to the day, while nobody has decided.
	growFinding = `update ad_finding set views = $6, clicks = $7, gross = $8, share = $9
where day = $1 and line = $2 and creative = $3 and placement = $4 and city = $5 and state = 'held' and gross < $8 and share <= $9`

	findings = `select id, advertiser, publisher, campaign, line, creative, placement, city, currency, day, views, clicks, gross, share, state, created, settled
from ad_finding`

	// What a finding gives back is taken from its facts, the first of the day first, so that reports have it where it was billed. One without a creative or a
	// city is of all.
	giveBack = `update ad_fact set back = ad_fact.back + x.back, back_share = ad_fact.back_share + x.back_share
from (
  select advertiser, quarter, line, creative, placement, city, kind, reason,
    case when gross_left <= 0 then 0 when gross_left < gross then gross_left else gross end as back,
    case when share_left <= 0 then 0 when share_left < share then share_left else share end as back_share
  from (
    select f.advertiser, f.quarter, f.line, f.creative, f.placement, f.city, f.kind, f.reason, f.gross, f.share,
      cast(d.gross + f.gross - sum(f.gross) over w as bigint) as gross_left,
      cast(d.share + f.share - sum(f.share) over w as bigint) as share_left
    from ad_finding d join ad_fact f on f.advertiser = d.advertiser and f.quarter >= cast(d.day as bigint) * 96 and f.quarter < (cast(d.day as bigint) + 1) * 96
      and f.line = d.line and f.placement = d.placement and d.creative in (0, f.creative) and d.city in ('', f.city)
    where d.id = $1 and f.gross > 0
    window w as (order by f.quarter, f.creative, f.city, f.kind, f.reason)
  ) as l
) as x
where ad_fact.advertiser = x.advertiser and ad_fact.quarter = x.quarter and ad_fact.line = x.line and ad_fact.creative = x.creative
  and ad_fact.placement = x.placement and ad_fact.city = x.city and ad_fact.kind = x.kind and ad_fact.reason = x.reason`

	findingOf = findings + " where day = $1 and line = $2 and creative = $3 and placement = $4 and city = $5"
)

// Hold stores a finding, once for its day, line, creative, placement and city: held is false for one that is there, which is then
// returned. While it is held its figures grow by what came to the day since; what was decided stays as it is. State and the times are given. Errors: Invalid about what is wrong in it.
func (d *DB) Hold(ctx context.Context, f Finding) (stored Finding, held bool, err error) {
	switch {
	case f.Gross <= 0 || f.Gross > ads.MaxNano:
		return Finding{}, false, fault.Invalidf("gross", "must be above zero and at most %s", ads.MaxNano)
	case f.Share < 0 || f.Share > f.Gross:
		return Finding{}, false, fault.Invalidf("share", "must be between 0 and gross")
	case f.Place.Advertiser == 0 || f.Place.Publisher == 0 || !f.Place.Currency.Valid():
		return Finding{}, false, fault.Invalidf("place", "must name an advertiser, a publisher and a currency")
	}
	f.Place.City = storable(f.Place.City)
	p := f.Place
	err = d.update(ctx, "hold a finding", func(tx sqldb.Tx) error {
		stored = f
		stored.State, stored.Created, stored.Settled = FindingHeld, tx.Now(), time.Time{}
		queue(tx, lockPublisher, uint32(p.Publisher)) // a payout is paid before, or sees it
		var err error
		held, err = found(tx.One(ctx, []any{&stored.ID}, addFinding, uint32(p.Advertiser), uint32(p.Publisher), uint32(p.Campaign), uint32(p.Line),
			uint32(p.Creative), uint32(p.Placement), p.City, string(p.Currency), f.Day, f.Views, f.Clicks, int64(f.Gross), int64(f.Share), micros(stored.Created)))
		if err != nil || held {
			return err
		}
		queue(tx, growFinding, f.Day, uint32(p.Line), uint32(p.Creative), uint32(p.Placement), p.City, f.Views, f.Clicks, int64(f.Gross), int64(f.Share))
		all, err := collect(ctx, tx, scanFinding, findingOf, f.Day, uint32(p.Line), uint32(p.Creative), uint32(p.Placement), p.City)
		if err == nil && len(all) > 0 {
			stored = all[0]
		}
		return err
	})
	return stored, held && err == nil, err
}

// RefundFinding gives the advertiser its money back, from the publisher's share and the platform's, once: refunded is false when that was done
// before. The publisher's balance may fall below zero by it. Errors: NotFound, Conflict for one that was released.
func (d *DB) RefundFinding(ctx context.Context, by MemberID, id uint32) (refunded bool, err error) {
	s := step{table: "ad_finding", name: "finding", id: id, from: string(FindingHeld), to: string(FindingRefunded), by: by}
	return d.move(ctx, s, func(tx sqldb.Tx) (ledger.Entry, error) {
		f, err := readOne(ctx, tx, scanFinding, findings, "finding", id)
		queue(tx, giveBack, id)
		return ledger.Entry{
			Ref: fmt.Sprintf("finding/%d", id), Kind: ledger.Refund, At: tx.Now(), Note: "invalid traffic",
			Postings: ledger.Reversed(ledger.Split(f.Place.Advertiser, f.Place.Publisher, f.Place.Currency, f.Gross, f.Share)),
		}, err
	})
}

// ReleaseFinding says that the traffic counts. Again is no error. Errors: NotFound, Conflict for one that was refunded.
func (d *DB) ReleaseFinding(ctx context.Context, by MemberID, id uint32) error {
	return d.update(ctx, "release a finding", func(tx sqldb.Tx) error {
		_, err := step{table: "ad_finding", name: "finding", id: id, from: string(FindingHeld), to: string(FindingReleased), by: by}.take(ctx, tx)
		return err
	})
}

// Finding returns a finding, whoever's it is: compare its Place before it is shown. Error: NotFound.
func (d *DB) Finding(ctx context.Context, id uint32) (Finding, error) {
	f, ok, err := one(ctx, d.db, scanFinding, findings+" where id = $1", id)
	if err == nil && !ok {
		err = fault.NotFoundf("there is no finding %d", id)
	}
	return f, attempted("find a finding", err)
}

// Findings returns a page, sorted by identifier. Owner of the filter is the advertiser, Parent is not looked at.
func (d *DB) Findings(ctx context.Context, f Filter) ([]Finding, error) {
	all, err := pageOf(ctx, d.db, scanFinding, findings, "advertiser", f)
	return all, attempted("list findings", err)
}

func scanFinding(r sqldb.Row, f *Finding) error {
	var created, settled int64
	p := &f.Place
	err := r.Scan(&f.ID, &p.Advertiser, &p.Publisher, &p.Campaign, &p.Line, &p.Creative, &p.Placement, &p.City, &p.Currency,
		&f.Day, &f.Views, &f.Clicks, &f.Gross, &f.Share, &f.State, &created, &settled)
	f.Created, f.Settled = ofMicros(created), ofMicros(settled)
	return err
}
