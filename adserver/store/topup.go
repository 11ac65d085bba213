package store

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// TopUpState is how far a top-up is.
type TopUpState string

// The states. One that was created becomes paid or failed, once.
const (
	TopUpCreated TopUpState = "created"
	TopUpPaid    TopUpState = "paid"
	TopUpFailed  TopUpState = "failed"
)

// TopUp is a payment of an advertiser into its balance.
type TopUp struct {
	ID         uint32
	Advertiser ads.AdvertiserID
	Amount     money.Amount // in the advertiser's currency
	Refunded   money.Amount // what the gateway has given back of it, in all; none of that is in the balance
	Gateway    string       // which gateway takes it: "stripe"
	Intent     string       // the gateway's name of the payment; empty until it is known
	State      TopUpState
	Note       string // why it failed
	Created    time.Time
	Settled    time.Time // zero until it is paid or failed
}

const (
	addTopUp = `insert into ad_topup (advertiser, minor, currency, gateway, intent, state, note, created, settled)
values ($1, $2, $3, $4, $5, 'created', '', $6, 0) returning id`

	topUps = "select id, advertiser, minor, refunded, currency, gateway, intent, state, note, created, settled from ad_topup"

	paidTopUps = topUps + " where state = 'paid' and settled >= $1 and id > $2 order by id limit $3"

	// Also of one that is settled: the gateway may tell that sooner than it answers.
	nameIntent = "update ad_topup set intent = $2 where id = $1 and intent in ('', $2)"

	noteTopUp = "update ad_topup set note = $2 where id = $1"

	// Who would pay or return it waits for who does.
	lockTopUp = "update ad_topup set refunded = refunded where id = $1"

	returnTopUp = "update ad_topup set refunded = $2 where id = $1"
)

// CreateTopUp stores that a payment is about to be asked for; State and the times are given. It is taken for paid already when the next one is
// judged: what is asked for can be booked, whatever else is (MostInBooks, MostUnderWay). Errors: Invalid about the first field that is wrong.
func (d *DB) CreateTopUp(ctx context.Context, by MemberID, t TopUp) (TopUp, error) {
	amount, err := ads.OfAmount("amount", t.Amount)
	if err != nil {
		return TopUp{}, err
	}
	if t.Amount.Minor <= 0 {
		return TopUp{}, fault.Invalidf("amount", "must be above zero")
	}
	if err := cmp.Or(word("gateway", t.Gateway, 40), plain("intent", t.Intent, 200)); err != nil {
		return TopUp{}, err
	}
	err = d.update(ctx, "create a top-up", func(tx sqldb.Tx) error {
		a, err := d.Advertisers.stored(ctx, tx, uint32(t.Advertiser))
		switch {
		case fault.Is(err, fault.NotFound):
			return fault.Invalidf("advertiser", "there is no advertiser %d", t.Advertiser)
		case err != nil:
			return err
		case a.Value.Currency != t.Amount.Currency:
			return fault.Invalidf("amount", "must be in %s", a.Value.Currency)
		}
		if err := mayCome(ctx, tx, t, amount); err != nil {
			return err
		}
		t.State, t.Note, t.Created, t.Settled = TopUpCreated, "", tx.Now(), time.Time{}
		t.Refunded = money.Zero(t.Amount.Currency)
		err = tx.One(ctx, []any{&t.ID}, addTopUp, uint32(t.Advertiser), t.Amount.Minor, string(t.Amount.Currency), t.Gateway, t.Intent, micros(t.Created))
		if err != nil {
			return err
		}
		return act(tx, Act{By: by, What: "create", Kind: "topup", ID: t.ID})
	})
	return t, taken(err, "intent", "belongs to a top-up already")
}

// NameIntent stores the gateway's name of the payment. The same one again is no error. Error: Conflict when it has another.
func (d *DB) NameIntent(ctx context.Context, id uint32, intent string) error {
	if err := word("intent", intent, 200); err != nil {
		return err
	}
	err := d.update(ctx, "name a payment", func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{
			SQL: nameIntent, Args: []any{id, intent}, Want: 1,
			Miss: fault.New(fault.Conflict, "wrong_state", "this top-up has another payment"),
		})
		return nil
	})
	return taken(err, "intent", "belongs to a top-up already")
}

// PayTopUp adds the amount to the advertiser's balance, without what ReturnTopUp was told of, once: paid is false when that was done before. Errors: NotFound, Conflict for one that
// has failed, and when the books have no room for it, as by payments that CreateTopUp was not asked about: what the gateway took all the same has
// to be given back there.
func (d *DB) PayTopUp(ctx context.Context, id uint32) (paid bool, err error) {
	return d.move(ctx, step{table: "ad_topup", name: "topup", id: id, from: string(TopUpCreated), to: string(TopUpPaid)}, func(tx sqldb.Tx) (ledger.Entry, error) {
		t, err := readOne(ctx, tx, scanTopUp, topUps, "topup", id)
		if err != nil {
			return ledger.Entry{}, err
		}
		kept, err := t.Amount.Sub(t.Refunded)
		if err != nil {
			return ledger.Entry{}, err
		}
		return t.entry(fmt.Sprintf("topup/%d", id), ledger.TopUp, kept, tx.Now())
	})
}

// entry moves an amount of the payment from the gateway into the balance.
func (t TopUp) entry(ref string, kind ledger.EntryKind, of money.Amount, at time.Time) (ledger.Entry, error) {
	amount, err := ads.OfAmount("amount", of)
	return ledger.Entry{
		Ref: ref, Kind: kind, At: at, Note: t.Gateway + " " + t.Intent,
		Postings: []ledger.Posting{
			{Account: ledger.Account{Kind: ledger.OfGateway, Currency: of.Currency}, Amount: -amount},
			{Account: ledger.Account{Kind: ledger.OfAdvertiser, ID: uint32(t.Advertiser), Currency: of.Currency}, Amount: amount},
		},
	}, err
}

// ReturnTopUp stores that the gateway has given back so much of a payment, in all. What is new of that leaves the balance if the payment is in it, also
// when it is spent: the balance is then below zero. Of one that is not paid yet only the rest will be booked, and it fails when nothing is left. Totals
// only grow, so that a smaller one is of before and changes nothing. Errors: NotFound, Invalid about total.
func (d *DB) ReturnTopUp(ctx context.Context, id uint32, total money.Amount) (returned bool, err error) {
	err = d.update(ctx, "return a top-up", func(tx sqldb.Tx) error {
		returned = false
		queue(tx, lockTopUp, id)
		t, err := readOne(ctx, tx, scanTopUp, topUps, "topup", id)
		switch {
		case err != nil:
			return err
		case total.Currency != t.Amount.Currency || total.Minor <= 0 || total.Minor > t.Amount.Minor:
			return fault.Invalidf("total", "must be above zero and at most %s", t.Amount)
		case total.Minor <= t.Refunded.Minor:
			return nil
		}
		returned = true
		queue(tx, returnTopUp, id, total.Minor)
		return d.takeOut(ctx, tx, t, total)
	})
	if returned && err == nil {
		d.changed.fire()
	}
	return returned && err == nil, err
}

// takeOut does what a larger total means for a top-up.
func (d *DB) takeOut(ctx context.Context, tx sqldb.Tx, t TopUp, total money.Amount) error {
	switch {
	case t.State == TopUpCreated && total.Minor == t.Amount.Minor:
		_, err := step{table: "ad_topup", name: "topup", id: t.ID, from: string(TopUpCreated), to: string(TopUpFailed)}.take(ctx, tx)
		queue(tx, noteTopUp, t.ID, "it was given back")
		return err
	case t.State != TopUpPaid:
		return nil
	}
	more, err := t.Refunded.Sub(total)
	if err != nil {
		return err
	}
	e, err := t.entry(fmt.Sprintf("topup/%d/refund/%d", t.ID, total.Minor), ledger.Return, more, tx.Now())
	if err != nil {
		return err
	}
	if _, err := d.book(ctx, tx, []ledger.Entry{e}); err != nil {
		return err
	}
	d.raise(tx) // who serves hears that there is less
	return act(tx, Act{What: "return", Kind: "topup", ID: t.ID})
}

// FailTopUp stores that a payment came to nothing, and why. Again is no error. Errors: NotFound, Conflict for one that is paid.
func (d *DB) FailTopUp(ctx context.Context, id uint32, why string) error {
	return d.update(ctx, "fail a top-up", func(tx sqldb.Tx) error {
		failed, err := step{table: "ad_topup", name: "topup", id: id, from: string(TopUpCreated), to: string(TopUpFailed)}.take(ctx, tx)
		if failed && err == nil {
			queue(tx, noteTopUp, id, storable(why))
		}
		return err
	})
}

// TopUp returns a top-up, whoever's it is: compare Advertiser before it is shown. Error: NotFound.
func (d *DB) TopUp(ctx context.Context, id uint32) (TopUp, error) {
	t, ok, err := one(ctx, d.db, scanTopUp, topUps+" where id = $1", id)
	if err == nil && !ok {
		err = fault.NotFoundf("there is no topup %d", id)
	}
	return t, attempted("find a top-up", err)
}

var errNoPayment = fault.NotFoundf("there is no such payment")

// TopUpOf returns the top-up of a gateway's payment. Error: NotFound.
func (d *DB) TopUpOf(ctx context.Context, gateway, intent string) (TopUp, error) {
	if cmp.Or(word("gateway", gateway, 40), word("intent", intent, 200)) != nil {
		return TopUp{}, errNoPayment
	}
	t, ok, err := one(ctx, d.db, scanTopUp, topUps+" where gateway = $1 and intent = $2", gateway, intent)
	if err == nil && !ok {
		err = errNoPayment
	}
	return t, attempted("find a top-up", err)
}

// TopUps returns a page, sorted by identifier. Owner of the filter is the advertiser, Parent is not looked at.
func (d *DB) TopUps(ctx context.Context, f Filter) ([]TopUp, error) {
	all, err := pageOf(ctx, d.db, scanTopUp, topUps, "advertiser", f)
	return all, attempted("list top-ups", err)
}

// PaidTopUps returns a page of those of all advertisers that were paid since a time, sorted by identifier.
func (d *DB) PaidTopUps(ctx context.Context, since time.Time, p Page) ([]TopUp, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	all, err := list(ctx, d.db, scanTopUp, paidTopUps, micros(since), p.After, p.most())
	return all, attempted("list top-ups", err)
}

func scanTopUp(r sqldb.Row, t *TopUp) error {
	var created, settled int64
	err := r.Scan(&t.ID, &t.Advertiser, &t.Amount.Minor, &t.Refunded.Minor, &t.Amount.Currency, &t.Gateway, &t.Intent, &t.State, &t.Note, &created, &settled)
	t.Refunded.Currency = t.Amount.Currency
	t.Created, t.Settled = ofMicros(created), ofMicros(settled)
	return err
}
