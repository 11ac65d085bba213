package store

import (
	"context"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// PayoutState is how far a payout is.
type PayoutState string

// The states: requested, then approved, then paid; refused instead of either of the last two.
const (
	PayoutRequested PayoutState = "requested"
	PayoutApproved  PayoutState = "approved"
	PayoutPaid      PayoutState = "paid"
	PayoutRefused   PayoutState = "refused"
)

// Payout is a payment of a publisher's balance to it.
type Payout struct {
	ID        uint32
	Publisher ads.PublisherID
	Amount    money.Amount // in the publisher's currency
	FirstDay  int32        // of the period it is for, days since 1970
	LastDay   int32
	State     PayoutState
	Note      string // of who requested it
	Created   time.Time
	Settled   time.Time // when its state changed last; zero until then
}

const (
	addPayout = `insert into ad_payout (publisher, minor, currency, first_day, last_day, state, note, created, settled)
values ($1, $2, $3, $4, $5, 'requested', $6, $7, 0) returning id`

	payouts = "select id, publisher, minor, currency, first_day, last_day, state, note, created, settled from ad_payout"

	// What is asked for, paid and held of one publisher is judged one after the other.
	lockPublisher = "update ad_publisher set revision = revision where id = $1"

	openPayouts = "select cast(coalesce(sum(minor), 0) as bigint) from ad_payout where publisher = $1 and state in ('requested', 'approved')"

	// What was earned since a day that is not checked yet, less what was refunded of it, and what is held of the days before. One
	// statement sees all of it as it was at one moment.
	checkedBalance = `select cast(coalesce((select amount from ad_balance where kind = 'publisher' and account = $1 and currency = $2), 0)
- coalesce((select sum(share) from ad_fact where publisher = $1 and quarter >= $3), 0)
- coalesce((select sum(case when state = 'held' and day < $4 then share when state = 'refunded' and day >= $4 then -share else 0 end)
from ad_finding where publisher = $1), 0) as bigint)`
)

// CheckDays is for how many days after a day is over, by UTC, its traffic is looked at for what is invalid. What was earned on it is not paid out
// before.
const CheckDays = 3

// LastChecked returns the last day that is no longer looked at, as days since 1970.
func LastChecked(now time.Time) int32 { return int32(now.Unix()/secondsPerDay) - CheckDays - 1 }

const (
	secondsPerDay  = 24 * 60 * 60
	quartersPerDay = 24 * 4
)

// checked is what a publisher has been found to have earned: its balance without what came of days that are still looked at, and what is held for
// invalid traffic. Whoever decides by it holds the publisher's lock.
func checked(ctx context.Context, tx sqldb.Tx, publisher uint32, c money.Currency) (left ads.Nano, err error) {
	first := int64(LastChecked(tx.Now())) + 1
	err = tx.One(ctx, []any{&left}, checkedBalance, publisher, string(c), first*quartersPerDay, first)
	return left, err
}

// payable is what a publisher may ask for: what is checked, without what is asked for already.
func payable(ctx context.Context, tx sqldb.Tx, publisher uint32, c money.Currency) (ads.Nano, error) {
	left, err := checked(ctx, tx, publisher, c)
	if err != nil {
		return 0, err
	}
	var open int64
	if err := tx.One(ctx, []any{&open}, openPayouts, publisher); err != nil {
		return 0, err
	}
	asked, err := ads.OfAmount("amount", money.New(open, c))
	return left - asked, err
}

// Payable returns what a publisher may ask for, cut to whole minor units; zero when it owes. It is what was earned up to LastChecked, and not what
// is asked for already or held for invalid traffic. Error: NotFound.
func (d *DB) Payable(ctx context.Context, publisher ads.PublisherID) (money.Amount, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	var amount money.Amount
	err := d.db.View(ctx, func(tx sqldb.Tx) error {
		p, err := d.Publishers.stored(ctx, tx, uint32(publisher))
		if err != nil {
			return err
		}
		n, err := payable(ctx, tx, uint32(publisher), p.Value.Currency)
		amount, _ = max(n, 0).Amount(p.Value.Currency)
		return err
	})
	return amount, attempted("read what is payable", err)
}

// RequestPayout stores that a publisher wants to be paid; State and the times are given. Errors: Invalid about the first field that is wrong,
// Conflict when less is payable.
func (d *DB) RequestPayout(ctx context.Context, by MemberID, p Payout) (Payout, error) {
	want, err := ads.OfAmount("amount", p.Amount)
	switch {
	case err != nil:
		return Payout{}, err
	case want <= 0:
		return Payout{}, fault.Invalidf("amount", "must be above zero")
	case p.LastDay < p.FirstDay:
		return Payout{}, fault.Invalidf("last_day", "must not be before the first")
	}
	if err := plain("note", p.Note, 500); err != nil {
		return Payout{}, err
	}
	err = d.update(ctx, "request a payout", func(tx sqldb.Tx) error {
		queue(tx, lockPublisher, uint32(p.Publisher))
		if err := d.mayAsk(ctx, tx, p, want); err != nil {
			return err
		}
		p.State, p.Created, p.Settled = PayoutRequested, tx.Now(), time.Time{}
		err := tx.One(ctx, []any{&p.ID}, addPayout, uint32(p.Publisher), p.Amount.Minor, string(p.Amount.Currency), p.FirstDay, p.LastDay,
			p.Note, micros(p.Created))
		if err != nil {
			return err
		}
		return act(tx, Act{By: by, What: "create", Kind: "payout", ID: p.ID})
	})
	return p, err
}

func (d *DB) mayAsk(ctx context.Context, tx sqldb.Tx, p Payout, want ads.Nano) error {
	publisher, err := d.Publishers.stored(ctx, tx, uint32(p.Publisher))
	switch {
	case fault.Is(err, fault.NotFound):
		return fault.Invalidf("publisher", "there is no publisher %d", p.Publisher)
	case err != nil:
		return err
	case publisher.Value.Currency != p.Amount.Currency:
		return fault.Invalidf("amount", "must be in %s", publisher.Value.Currency)
	}
	left, err := payable(ctx, tx, uint32(p.Publisher), p.Amount.Currency)
	if err == nil && want > left {
		err = errTooMuch
	}
	return err
}

var errTooMuch = fault.New(fault.Conflict, "too_much", "this is more than can be paid out")

// ApprovePayout lets a payout be paid. Again is no error. Errors: NotFound, Conflict for one that was refused or paid.
func (d *DB) ApprovePayout(ctx context.Context, by MemberID, id uint32) error {
	return d.update(ctx, "approve a payout", func(tx sqldb.Tx) error {
		_, err := step{table: "ad_payout", name: "payout", id: id, from: string(PayoutRequested), to: string(PayoutApproved), by: by}.take(ctx, tx)
		return err
	})
}

// RefusePayout ends a payout that was not paid. Again is no error. Errors: NotFound, Conflict for one that is paid.
func (d *DB) RefusePayout(ctx context.Context, by MemberID, id uint32) error {
	return d.update(ctx, "refuse a payout", func(tx sqldb.Tx) error {
		s := step{table: "ad_payout", name: "payout", id: id, from: string(PayoutRequested), to: string(PayoutRefused), by: by}
		_, err := s.take(ctx, tx)
		if fault.Is(err, fault.Conflict) { // it may be approved; the failed statement has changed nothing
			s.from = string(PayoutApproved)
			_, err = s.take(ctx, tx)
		}
		return err
	})
}

// PayPayout takes the amount from the publisher's balance, once: paid is false when that was done before. Errors: NotFound, Conflict for one that
// is not approved, and when the balance has become less, or some of it is held for invalid traffic since it was asked for.
func (d *DB) PayPayout(ctx context.Context, by MemberID, id uint32) (paid bool, err error) {
	s := step{table: "ad_payout", name: "payout", id: id, from: string(PayoutApproved), to: string(PayoutPaid), by: by}
	return d.move(ctx, s, func(tx sqldb.Tx) (ledger.Entry, error) {
		p, err := readOne(ctx, tx, scanPayout, payouts, "payout", id)
		if err != nil {
			return ledger.Entry{}, err
		}
		queue(tx, lockPublisher, uint32(p.Publisher))
		amount, err := ads.OfAmount("amount", p.Amount)
		return ledger.Entry{
			Ref: fmt.Sprintf("payout/%d", id), Kind: ledger.Payout, At: tx.Now(), Note: p.Note,
			Postings: []ledger.Posting{
				{Account: ledger.Account{Kind: ledger.OfPublisher, ID: uint32(p.Publisher), Currency: p.Amount.Currency}, Amount: -amount},
				{Account: ledger.Account{Kind: ledger.OfGateway, Currency: p.Amount.Currency}, Amount: amount},
			},
		}, err
	})
}

var errNotNow = fault.New(fault.Conflict, "too_much", "this is more than can be paid out now: the balance has become less, or traffic that it came of is held")

// solvent refuses a payout of more than is checked. The publisher's lock is held and the balance's row locked by now.
func solvent(ctx context.Context, tx sqldb.Tx, e ledger.Entry) error {
	if e.Kind != ledger.Payout {
		return nil
	}
	a := e.Postings[0].Account
	left, err := checked(ctx, tx, a.ID, a.Currency)
	if err == nil && left < 0 {
		err = errNotNow
	}
	return err
}

// Payout returns a payout, whoever's it is: compare Publisher before it is shown. Error: NotFound.
func (d *DB) Payout(ctx context.Context, id uint32) (Payout, error) {
	p, ok, err := one(ctx, d.db, scanPayout, payouts+" where id = $1", id)
	if err == nil && !ok {
		err = fault.NotFoundf("there is no payout %d", id)
	}
	return p, attempted("find a payout", err)
}

// Payouts returns a page, sorted by identifier. Owner of the filter is the publisher, Parent is not looked at.
func (d *DB) Payouts(ctx context.Context, f Filter) ([]Payout, error) {
	all, err := pageOf(ctx, d.db, scanPayout, payouts, "publisher", f)
	return all, attempted("list payouts", err)
}

func scanPayout(r sqldb.Row, p *Payout) error {
	var created, settled int64
	err := r.Scan(&p.ID, &p.Publisher, &p.Amount.Minor, &p.Amount.Currency, &p.FirstDay, &p.LastDay, &p.State, &p.Note, &created, &settled)
	p.Created, p.Settled = ofMicros(created), ofMicros(settled)
	return err
}
