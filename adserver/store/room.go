package store

import (
	"context"
	"fmt"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// How much of one currency the books hold, in whole units. An account is a number of 64 bits of billionths: it ends at 9,223,372,036 units. What is
// paid in wanders from advertisers to publishers and the platform, so that all of it may come to be in one account. No payment is begun that would
// bring the sum of all accounts above half of that; the other half is for what refunds add to it, when the publisher was paid already.
const (
	// MostInBooks bounds what all accounts of a currency hold together, with the top-ups that are under way; and all that one advertiser ever pays in.
	MostInBooks = int64(ads.MaxNano / ads.Unit) // 4,611,686,018

	// MostUnderWay bounds the top-ups of one advertiser that are under way, together: nobody takes all the room of a currency alone.
	MostUnderWay = 100_000_000

	mostInAccount = int64((1<<63 - 1) / ads.Unit) // 9,223,372,036
)

const (
	// Who would take room waits for who has taken some. Ads move nothing from or to this account, so that they are not waited for.
	lockGateway = `insert into ad_balance (kind, account, currency, amount) values ('gateway', 0, $1, 0)
on conflict (kind, account, currency) do update set amount = ad_balance.amount`

	// Units of accounts are rounded up, each, so that no sum leaves its type, also of books that are too full already.
	readRoom = `select
(select cast(coalesce(sum(amount / 1000000000 + case when amount % 1000000000 > 0 then 1 else 0 end), 0) as bigint)
 from ad_balance where currency = $1 and kind <> 'gateway' and amount > 0),
(select cast(coalesce(sum(minor), 0) as bigint) from ad_topup where currency = $1 and state = 'created'),
(select cast(coalesce(sum(minor), 0) as bigint) from ad_topup where advertiser = $2 and state = 'created'),
coalesce((select amount from ad_balance where kind = 'advertiser' and account = $2 and currency = $1), 0),
coalesce((select spent from ad_budget where kind = 3 and id = $2 and day = 0), 0)`
)

// room is what there is of a currency, in whole units, each rounded up.
type room struct {
	held   int64 // in all accounts
	coming int64 // under way
	mine   int64 // of this, the advertiser's
	paid   int64 // by the advertiser, ever, with what was refunded
}

// roomFor reads the room for what an advertiser pays in, and locks it until the end of the transaction. Who calls it has locked no balance.
func roomFor(ctx context.Context, tx sqldb.Tx, advertiser uint32, c money.Currency) (room, error) {
	var r room
	var balance, spent ads.Nano
	queue(tx, lockGateway, string(c))
	err := tx.One(ctx, []any{&r.held, &r.coming, &r.mine, &balance, &spent}, readRoom, string(c), advertiser)
	minors := int64(1)
	for range c.Exponent() {
		minors *= 10
	}
	r.coming, r.mine = unitsUp(r.coming, minors), unitsUp(r.mine, minors)
	r.paid = unitsUp(int64(balance), int64(ads.Unit)) + unitsUp(int64(spent), int64(ads.Unit))
	return r, err
}

// unitsUp is n in whole units of so many, rounded up.
func unitsUp(n, per int64) int64 {
	units := n / per
	if n%per > 0 {
		units++
	}
	return units
}

// mayCome refuses a top-up that the books might have no room for once it is paid. Error: Invalid about amount.
func mayCome(ctx context.Context, tx sqldb.Tx, t TopUp, amount ads.Nano) error {
	r, err := roomFor(ctx, tx, uint32(t.Advertiser), t.Amount.Currency)
	if err != nil {
		return err
	}
	units := unitsUp(int64(amount), int64(ads.Unit))
	left := max(min(MostInBooks-r.held-r.coming, MostInBooks-r.paid-r.mine), 0)
	switch {
	case units > MostUnderWay-r.mine:
		return fault.Invalidf("amount", "must be at most %d, with what is under way", MostUnderWay)
	case units > left:
		return fault.Invalidf("amount", "must be at most %d: the books cannot hold more of %s", left, t.Amount.Currency)
	}
	return nil
}

// fits refuses to book what was paid in when there is no room for it at all. Error: Conflict.
func fits(ctx context.Context, tx sqldb.Tx, e ledger.Entry) error {
	if e.Kind != ledger.TopUp {
		return nil
	}
	for _, p := range e.Postings {
		if p.Account.Kind != ledger.OfAdvertiser || p.Amount <= 0 {
			continue
		}
		r, err := roomFor(ctx, tx, p.Account.ID, p.Account.Currency)
		if err != nil {
			return err
		}
		if units := unitsUp(int64(p.Amount), int64(ads.Unit)); units > mostInAccount-max(r.held, r.paid) {
			return fault.New(fault.Conflict, "no_room", fmt.Sprintf("the books cannot hold %s %s more", p.Amount, p.Account.Currency))
		}
	}
	return nil
}
