package sqlstore

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

func (t *tx) AddIntent(_ context.Context, i payment.Intent) error {
	return t.queue(`insert into intent (id, booking_id, gateway, gateway_ref, status, currency, amount_minor, captured_minor, refunded_minor, inquire_at, version, doc)
values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11)`,
		i.ID, i.BookingID, i.Gateway, i.GatewayRef, i.Status, i.Amount.Currency, i.Amount.Minor, i.Captured.Minor, i.InquireAt, i.Version, sqldb.JSON(i))
}

func (t *tx) UpdateIntent(_ context.Context, i payment.Intent) error {
	t.expect(1, store.ErrStale, `update intent set gateway_ref = $2, status = $3, captured_minor = $4, inquire_at = $5, version = $6, doc = $7
where id = $1 and version = $8`,
		i.ID, i.GatewayRef, i.Status, i.Captured.Minor, i.InquireAt, i.Version, sqldb.JSON(i), i.Version-1)
	return nil
}

func intentDest(i *payment.Intent) []any { return []any{sqldb.IntoJSON(i), &i.Version} }

func scanIntent(r sqldb.Row, i *payment.Intent) error { return r.Scan(intentDest(i)...) }

func (t *tx) Intent(ctx context.Context, id payment.IntentID) (payment.Intent, error) {
	var i payment.Intent
	err := t.one(ctx, "payment "+string(id), intentDest(&i), "select doc, version from intent where id = $1", id)
	return i, err
}

const affair = `select intent.doc, intent.version, booking.doc, booking.version, hold.id, hold.state, hold.buyer, hold.seats, hold.areas,
  hold.created_at, hold.expires_at, hold.pay_by, hold.sold_at, hold.extended, hold.reason
from intent join booking on booking.id = intent.booking_id join hold on hold.id = booking.hold_id where intent.id = $1`

func (t *tx) Affair(ctx context.Context, id payment.IntentID) (store.Affair, error) {
	var a store.Affair
	t.q.Queue(sqldb.Stmt{
		SQL:  "select doc from refund where booking_id = (select booking_id from intent where id = $1) order by id",
		Args: []any{id}, Scan: gathered(&a.Refunds, doc[payment.Refund]),
	})
	dest := append(append(intentDest(&a.Intent), bookingDest(&a.Booking)...), holdDest(&a.Hold)...)
	err := t.one(ctx, "payment "+string(id), dest, affair, id)
	return a, err
}

func (t *tx) PaidBooking(ctx context.Context, id booking.ID) (store.PaidBooking, error) {
	var p store.PaidBooking
	t.q.Queue(sqldb.Stmt{SQL: "select doc, version from intent where booking_id = $1 order by id", Args: []any{id}, Scan: gathered(&p.Intents, scanIntent)})
	t.q.Queue(sqldb.Stmt{SQL: "select doc from refund where booking_id = $1 order by id", Args: []any{id}, Scan: gathered(&p.Refunds, doc[payment.Refund])})
	err := t.one(ctx, "booking "+string(id), bookingDest(&p.Booking), "select doc, version from booking where id = $1", id)
	sortByAttempt(p.Intents)
	return p, err
}

// sortByAttempt puts a booking's few intents in order. Their ids sort by time, but not within a millisecond.
func sortByAttempt(intents []payment.Intent) {
	slices.SortStableFunc(intents, func(a, b payment.Intent) int { return cmp.Compare(a.Attempt, b.Attempt) })
}

func (t *tx) IntentByRef(ctx context.Context, gateway, ref string) (payment.Intent, error) {
	var i payment.Intent
	err := t.one(ctx, "payment "+gateway+" "+ref, intentDest(&i), "select doc, version from intent where gateway = $1 and gateway_ref = $2", gateway, ref)
	return i, err
}

func (t *tx) IntentsOf(ctx context.Context, id booking.ID) ([]payment.Intent, error) {
	intents, err := collect(ctx, t, scanIntent, "select doc, version from intent where booking_id = $1 order by id", id)
	sortByAttempt(intents)
	return intents, err
}

func (t *tx) DueIntents(ctx context.Context, at time.Time, limit int) ([]payment.Intent, error) {
	return collect(ctx, t, scanIntent, "select doc, version from intent where inquire_at <= $1 order by inquire_at, id limit $2", at, limit)
}

func (t *tx) AddRefund(_ context.Context, r payment.Refund) error {
	// The key first: a refund that is there already is a duplicate, whatever is left of the intent.
	err := t.queue(`insert into refund (id, key, intent_id, booking_id, status, currency, amount_minor, next_at, attempts, doc)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		r.ID, r.Key, r.IntentID, r.BookingID, r.Status, r.Amount.Currency, r.Amount.Minor, r.NextAt, r.Attempts, sqldb.JSON(r))
	t.reserve(r)
	return err
}

// reserve counts a refund that is to be made against what was captured.
func (t *tx) reserve(r payment.Refund) {
	t.expect(1, store.ErrStale, `update intent set refunded_minor = refunded_minor + $2
where id = $1 and currency = $3 and refunded_minor + $2 <= captured_minor`, r.IntentID, r.Amount.Minor, r.Amount.Currency)
}

func (t *tx) UpdateRefund(_ context.Context, r payment.Refund, attempts int) error {
	if r.Status == payment.RefundSucceeded {
		// Locked first: whether it has failed is not to change between the count and the refund.
		if err := t.queue("update refund set attempts = attempts where id = $1", r.ID); err != nil {
			return err
		}
		if err := t.queue(`update intent set refunded_minor = refunded_minor + $3
where id = $1 and exists (select 1 from refund where id = $2 and status = 'failed' and attempts = $4)`, r.IntentID, r.ID, r.Amount.Minor, attempts); err != nil {
			return err
		}
	}
	t.expect(1, store.ErrStale, `update refund set status = $2, next_at = $3, attempts = $4, doc = $5
where id = $1 and attempts = $6 and (status = 'pending' or status = 'failed' and $2 = 'succeeded')`,
		r.ID, r.Status, r.NextAt, r.Attempts, sqldb.JSON(r), attempts)
	if r.Status == payment.RefundFailed {
		t.expect(1, store.ErrStale, "update intent set refunded_minor = refunded_minor - $2 where id = $1", r.IntentID, r.Amount.Minor)
	}
	return nil
}

func (t *tx) ReopenRefund(_ context.Context, r payment.Refund, attempts int) error {
	t.expect(1, store.ErrStale, `update refund set status = $2, next_at = $3, attempts = $4, doc = $5
where id = $1 and attempts = $6 and status = 'failed'`, r.ID, r.Status, r.NextAt, r.Attempts, sqldb.JSON(r), attempts)
	t.reserve(r)
	return nil
}

func (t *tx) FailedRefunds(ctx context.Context, after payment.RefundID, limit int) ([]payment.Refund, error) {
	return collect(ctx, t, doc[payment.Refund], "select doc from refund where status = 'failed' and id > $1 order by id limit $2", after, limit)
}

func (t *tx) Refund(ctx context.Context, id payment.RefundID) (payment.Refund, error) {
	var r payment.Refund
	err := t.one(ctx, "refund "+string(id), []any{sqldb.IntoJSON(&r)}, "select doc from refund where id = $1", id)
	return r, err
}

func (t *tx) RefundsOf(ctx context.Context, id booking.ID) ([]payment.Refund, error) {
	return collect(ctx, t, doc[payment.Refund], "select doc from refund where booking_id = $1 order by id", id)
}

func (t *tx) DueRefunds(ctx context.Context, at time.Time, limit int) ([]payment.Refund, error) {
	return collect(ctx, t, doc[payment.Refund], "select doc from refund where next_at <= $1 order by next_at, id limit $2", at, limit)
}

func (t *tx) SeeEvent(_ context.Context, gateway, event string) error {
	t.expect(1, store.ErrDuplicate, "insert into gateway_event (gateway, event, seen_at) values ($1, $2, $3) on conflict (gateway, event) do nothing",
		gateway, event, t.Now())
	return nil
}
