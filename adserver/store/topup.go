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

	topUps = "select id, advertiser, minor, currency, gateway, intent, state, note, created, settled from ad_topup"

	nameIntent = "update ad_topup set intent = $2 where id = $1 and state = 'created' and intent in ('', $2)"

	noteTopUp = "update ad_topup set note = $2 where id = $1"
)

// CreateTopUp stores that a payment is about to be asked for; State and the times are given. Errors: Invalid about the first field that is
// wrong.
func (d *DB) CreateTopUp(ctx context.Context, by MemberID, t TopUp) (TopUp, error) {
	if _, err := ads.OfAmount("amount", t.Amount); err != nil {
		return TopUp{}, err
	}
	if t.Amount.Minor <= 0 {
		return TopUp{}, fault.Invalidf("amount", "must be above zero")
	}
	if err := cmp.Or(word("gateway", t.Gateway, 40), plain("intent", t.Intent, 200)); err != nil {
		return TopUp{}, err
	}
	err := d.update(ctx, "create a top-up", func(tx sqldb.Tx) error {
		a, err := d.Advertisers.stored(ctx, tx, uint32(t.Advertiser))
		switch {
		case fault.Is(err, fault.NotFound):
			return fault.Invalidf("advertiser", "there is no advertiser %d", t.Advertiser)
		case err != nil:
			return err
		case a.Value.Currency != t.Amount.Currency:
			return fault.Invalidf("amount", "must be in %s", a.Value.Currency)
		}
		t.State, t.Note, t.Created, t.Settled = TopUpCreated, "", tx.Now(), time.Time{}
		err = tx.One(ctx, []any{&t.ID}, addTopUp, uint32(t.Advertiser), t.Amount.Minor, string(t.Amount.Currency), t.Gateway, t.Intent, micros(t.Created))
		if err != nil {
			return err
		}
		return act(tx, Act{By: by, What: "create", Kind: "topup", ID: t.ID})
	})
	return t, taken(err, "intent", "belongs to a top-up already")
}

// NameIntent stores the gateway's name of the payment. The same one again is no error. Error: Conflict when it has another, or is settled.
func (d *DB) NameIntent(ctx context.Context, id uint32, intent string) error {
	if err := word("intent", intent, 200); err != nil {
		return err
	}
	err := d.update(ctx, "name a payment", func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{
			SQL: nameIntent, Args: []any{id, intent}, Want: 1,
			Miss: fault.New(fault.Conflict, "wrong_state", "this top-up has another payment, or is settled"),
		})
		return nil
	})
	return taken(err, "intent", "belongs to a top-up already")
}

// PayTopUp adds the amount to the advertiser's balance, once: paid is false when that was done before. Errors: NotFound, Conflict for
// one that has failed: what the gateway took all the same has to be given back there.
func (d *DB) PayTopUp(ctx context.Context, id uint32) (paid bool, err error) {
	return d.move(ctx, step{table: "ad_topup", name: "topup", id: id, from: string(TopUpCreated), to: string(TopUpPaid)}, func(tx sqldb.Tx) (ledger.Entry, error) {
		t, err := readOne(ctx, tx, scanTopUp, topUps, "topup", id)
		if err != nil {
			return ledger.Entry{}, err
		}
		amount, err := ads.OfAmount("amount", t.Amount)
		return ledger.Entry{
			Ref: fmt.Sprintf("topup/%d", id), Kind: ledger.TopUp, At: tx.Now(), Note: t.Gateway + " " + t.Intent,
			Postings: []ledger.Posting{
				{Account: ledger.Account{Kind: ledger.OfGateway, Currency: t.Amount.Currency}, Amount: -amount},
				{Account: ledger.Account{Kind: ledger.OfAdvertiser, ID: uint32(t.Advertiser), Currency: t.Amount.Currency}, Amount: amount},
			},
		}, err
	})
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

func scanTopUp(r sqldb.Row, t *TopUp) error {
	var created, settled int64
	err := r.Scan(&t.ID, &t.Advertiser, &t.Amount.Minor, &t.Amount.Currency, &t.Gateway, &t.Intent, &t.State, &t.Note, &created, &settled)
	t.Created, t.Settled = ofMicros(created), ofMicros(settled)
	return err
}
