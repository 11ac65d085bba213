package sqlstore

import (
	"context"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

func (t *tx) PutPriceList(_ context.Context, l pricing.PriceList) error {
	return t.queue(`insert into price_list (id, partner_id, version, doc) values ($1, $2, 1, $3)
on conflict (id) do update set partner_id = excluded.partner_id, version = price_list.version + 1, doc = excluded.doc`,
		l.ID, l.PartnerID, sqldb.JSON(l))
}

func (t *tx) PriceList(ctx context.Context, id pricing.PriceListID) (pricing.PriceList, error) {
	var l pricing.PriceList
	var version int
	err := t.one(ctx, "price list "+string(id), []any{sqldb.IntoJSON(&l), &version}, "select doc, version from price_list where id = $1", id)
	l.Version = version
	return l, err
}

func (t *tx) PutTaxTable(_ context.Context, table pricing.TaxTable) error {
	return t.queue("insert into tax_table (id, doc) values ($1, $2) on conflict (id) do update set doc = excluded.doc",
		table.ID, sqldb.JSON(table))
}

func (t *tx) TaxTable(ctx context.Context, id pricing.TaxTableID) (pricing.TaxTable, error) {
	var table pricing.TaxTable
	err := t.one(ctx, "tax table "+string(id), []any{sqldb.IntoJSON(&table)}, "select doc from tax_table where id = $1", id)
	return table, err
}

func (t *tx) PutPolicy(_ context.Context, id string, partner catalog.PartnerID, p booking.Policy) error {
	return t.queue(`insert into policy (id, partner_id, doc) values ($1, $2, $3)
on conflict (id) do update set partner_id = excluded.partner_id, doc = excluded.doc`, id, partner, sqldb.JSON(p))
}

func (t *tx) Policy(ctx context.Context, id string) (booking.Policy, error) {
	var p booking.Policy
	err := t.one(ctx, "cancellation policy "+id, []any{sqldb.IntoJSON(&p)}, "select doc from policy where id = $1", id)
	return p, err
}

func (t *tx) PutVoucher(_ context.Context, v pricing.Voucher) error {
	return t.queue(`insert into voucher (id, partner_id, code, doc) values ($1, $2, $3, $4)
on conflict (id) do update set code = excluded.code, doc = excluded.doc`, v.ID, v.PartnerID, v.Key(), sqldb.JSON(v))
}

func (t *tx) VoucherByCode(ctx context.Context, partner catalog.PartnerID, code string) (pricing.Voucher, error) {
	var v pricing.Voucher
	err := t.one(ctx, "voucher "+code, []any{sqldb.IntoJSON(&v)}, "select doc from voucher where partner_id = $1 and code = $2", partner, code)
	return v, err
}

func (t *tx) LockVoucher(_ context.Context, id pricing.VoucherID) error {
	t.expect(1, store.ErrNotFound, "update voucher set locked = locked + 1 where id = $1", id)
	return nil
}

func (t *tx) VoucherUses(ctx context.Context, id pricing.VoucherID, buyer, except string, at time.Time) (store.VoucherUses, error) {
	var u store.VoucherUses
	err := t.q.One(ctx, []any{&u.Total, &u.ByBuyer}, `select count(*), coalesce(sum(case when buyer = $2 and buyer <> '' then 1 else 0 end), 0)
from voucher_use where voucher_id = $1 and hold_id <> $3 and (paid or until >= $4)`, id, buyer, except, at)
	return u, err
}

func (t *tx) PutVoucherUse(_ context.Context, u store.VoucherUse) error {
	return t.queue(`insert into voucher_use (voucher_id, hold_id, buyer, tickets, until, paid) values ($1, $2, $3, $4, $5, $6)
on conflict (voucher_id, hold_id) do update set tickets = excluded.tickets, until = excluded.until, paid = voucher_use.paid or excluded.paid`,
		u.Voucher, u.HoldID, u.Buyer, u.Tickets, u.Until, u.Paid)
}

func (t *tx) DropVoucherUse(_ context.Context, id pricing.VoucherID, holdID string) error {
	return t.queue("delete from voucher_use where voucher_id = $1 and hold_id = $2 and not paid", id, holdID)
}

func (t *tx) ExtendVoucherUses(_ context.Context, holdID string, until time.Time) error {
	return t.queue("update voucher_use set until = $2 where hold_id = $1 and not paid", holdID, until)
}

func (t *tx) SettleVoucherUses(_ context.Context, holdID string) error {
	return t.queue("update voucher_use set paid = true where hold_id = $1", holdID)
}
