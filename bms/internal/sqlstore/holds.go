package sqlstore

import (
	"context"
	"encoding/json"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

const holdColumns = "id, state, buyer, seats, areas, created_at, expires_at, pay_by, sold_at, extended, reason"

func holdDest(h *seating.Hold) []any {
	return []any{
		(*string)(&h.ID), (*string)(&h.State), &h.Buyer, sqldb.IntoJSON(&h.Seats), sqldb.IntoJSON(&h.Areas),
		&h.CreatedAt, &h.ExpiresAt, &h.PayBy, &h.SoldAt, &h.Extended, &h.Reason,
	}
}

func scanHold(r sqldb.Row, h *seating.Hold) error { return r.Scan(holdDest(h)...) }

const holdRowColumns = holdColumns + ", show_id"

func holdRowDest(h *store.HoldRow) []any { return append(holdDest(&h.Hold), (*string)(&h.ShowID)) }

func (t *tx) Hold(ctx context.Context, id seating.HoldID) (store.HoldRow, error) {
	var h store.HoldRow
	t.q.Queue(sqldb.Stmt{SQL: "select detail, version from hold_detail where hold_id = $1", Args: []any{id}, Scan: func(r sqldb.Row) error {
		return r.Scan(&h.Detail, &h.DetailVersion)
	}})
	err := t.one(ctx, "hold "+string(id), holdRowDest(&h), "select "+holdRowColumns+" from hold where id = $1", id)
	return h, err
}

func (t *tx) HoldPlaces(ctx context.Context, id seating.HoldID) (seating.Hold, error) {
	var h seating.Hold
	err := t.one(ctx, "hold "+string(id), holdDest(&h), "select "+holdColumns+" from hold where id = $1", id)
	return h, err
}

const holdInSale = `select hold.id, hold.state, hold.buyer, hold.seats, hold.areas, hold.created_at, hold.expires_at, hold.pay_by,
  hold.sold_at, hold.extended, hold.reason, hold.show_id, show.version, price_list.version
from hold join show on show.id = hold.show_id join price_list on price_list.id = show.price_list_id where hold.id = $1`

//nolint:revive // three things are read in one round trip
func (t *tx) HoldInSale(ctx context.Context, id seating.HoldID) (store.HoldRow, store.Locked, *booking.Booking, error) {
	var h store.HoldRow
	var l store.Locked
	var made *booking.Booking
	t.q.Queue(sqldb.Stmt{SQL: "select detail, version from hold_detail where hold_id = $1", Args: []any{id}, Scan: func(r sqldb.Row) error {
		return r.Scan(&h.Detail, &h.DetailVersion)
	}})
	t.q.Queue(sqldb.Stmt{SQL: "select doc, version from booking where hold_id = $1", Args: []any{id}, Scan: func(r sqldb.Row) error {
		made = &booking.Booking{}
		return scanBooking(r, made)
	}})
	err := t.one(ctx, "hold "+string(id), append(holdRowDest(&h), &l.ShowVersion, &l.ListVersion), holdInSale, id)
	return h, l, made, err
}

func (t *tx) HoldDetails(ctx context.Context, ids []seating.HoldID) (map[seating.HoldID]json.RawMessage, error) {
	details := make(map[seating.HoldID]json.RawMessage, len(ids))
	err := t.q.Each(ctx, func(r sqldb.Row) error {
		var id string
		var detail json.RawMessage
		err := r.Scan(&id, &detail)
		details[seating.HoldID(id)] = detail
		return err
	}, t.sql.detailsByHold, sqldb.JSON(orEmpty(ids)))
	return details, err
}

func (t *tx) SetHoldDetail(_ context.Context, id seating.HoldID, detail json.RawMessage, version int) error {
	t.expect(1, store.ErrStale, "update hold_detail set detail = $2, version = version + 1 where hold_id = $1 and version = $3",
		id, string(detail), version)
	return nil
}

func (t *tx) SealHoldDetail(_ context.Context, id seating.HoldID, version int) error {
	t.expect(1, store.ErrStale, "update hold_detail set version = version + 1 where hold_id = $1 and version = $2", id, version)
	return nil
}

func (t *tx) HoldsSince(ctx context.Context, show catalog.ShowID, since time.Time) ([]seating.Hold, error) {
	return collect(ctx, t, scanHold, "select "+holdColumns+` from hold
where show_id = $1 and state in ('held', 'paying', 'sold', 'house') and created_at >= $2 order by id`, show, since)
}

func (t *tx) DueHolds(ctx context.Context, before time.Time, limit int) ([]store.HoldRow, error) {
	scan := func(r sqldb.Row, h *store.HoldRow) error { return r.Scan(holdRowDest(h)...) }
	return collect(ctx, t, scan, "select "+holdRowColumns+" from hold where due_at < $1 order by due_at, id limit $2", before, limit)
}
