package sqlstore

import (
	"context"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

func (t *tx) PutPartner(_ context.Context, p catalog.Partner) error {
	return t.queue(`insert into partner (id, slug, doc) values ($1, $2, $3)
on conflict (id) do update set slug = excluded.slug, doc = excluded.doc`, p.ID, p.Slug, sqldb.JSON(p))
}

func (t *tx) Partner(ctx context.Context, id catalog.PartnerID) (catalog.Partner, error) {
	var p catalog.Partner
	err := t.one(ctx, "partner "+string(id), []any{sqldb.IntoJSON(&p)}, "select doc from partner where id = $1", id)
	return p, err
}

func (t *tx) Partners(ctx context.Context) ([]catalog.Partner, error) {
	return collect(ctx, t, doc[catalog.Partner], "select doc from partner order by id")
}

func (t *tx) LockBrands(context.Context) error {
	return t.queue(t.sql.lockBrands)
}

func (t *tx) PutBrand(_ context.Context, b catalog.Brand) error {
	return t.queue(`insert into brand (id, partner_id, doc) values ($1, $2, $3)
on conflict (id) do update set partner_id = excluded.partner_id, doc = excluded.doc`, b.ID, b.PartnerID, sqldb.JSON(b))
}

func (t *tx) Brand(ctx context.Context, id catalog.BrandID) (catalog.Brand, error) {
	var b catalog.Brand
	err := t.one(ctx, "brand "+string(id), []any{sqldb.IntoJSON(&b)}, "select doc from brand where id = $1", id)
	return b, err
}

func (t *tx) Brands(ctx context.Context) ([]catalog.Brand, error) {
	return collect(ctx, t, doc[catalog.Brand], "select doc from brand order by id")
}

func (t *tx) PutEvent(_ context.Context, e catalog.Event) error {
	return t.queue(`insert into event (id, partner_id, slug, doc) values ($1, $2, $3, $4)
on conflict (id) do update set partner_id = excluded.partner_id, slug = excluded.slug, doc = excluded.doc`,
		e.ID, e.PartnerID, e.Slug, sqldb.JSON(e))
}

func (t *tx) Event(ctx context.Context, id catalog.EventID) (catalog.Event, error) {
	var e catalog.Event
	err := t.one(ctx, "event "+string(id), []any{sqldb.IntoJSON(&e)}, "select doc from event where id = $1", id)
	return e, err
}

func (t *tx) EventBySlug(ctx context.Context, slug string) (catalog.Event, error) {
	var e catalog.Event
	err := t.one(ctx, "event "+slug, []any{sqldb.IntoJSON(&e)}, "select doc from event where slug = $1", slug)
	return e, err
}

func (t *tx) EventSlugs(ctx context.Context) ([]string, error) {
	scan := func(r sqldb.Row, slug *string) error { return r.Scan(slug) }
	return collect(ctx, t, scan, "select slug from event order by slug")
}

func (t *tx) Events(ctx context.Context, ids []catalog.EventID) ([]catalog.Event, error) {
	return collect(ctx, t, doc[catalog.Event], t.sql.eventsByID, sqldb.JSON(orEmpty(ids)))
}

func (t *tx) PutVenue(_ context.Context, v catalog.Venue) error {
	return t.queue(`insert into venue (id, partner_id, slug, name, city, doc) values ($1, $2, $3, $4, $5, $6)
on conflict (id) do update set partner_id = excluded.partner_id, slug = excluded.slug, name = excluded.name,
  city = excluded.city, doc = excluded.doc`, v.ID, v.PartnerID, v.Slug, v.Name, v.CitySlug, sqldb.JSON(v))
}

func (t *tx) Venue(ctx context.Context, id catalog.VenueID) (catalog.Venue, error) {
	var v catalog.Venue
	err := t.one(ctx, "venue "+string(id), []any{sqldb.IntoJSON(&v)}, "select doc from venue where id = $1", id)
	return v, err
}

func (t *tx) VenueBySlug(ctx context.Context, slug string) (catalog.Venue, error) {
	var v catalog.Venue
	err := t.one(ctx, "venue "+slug, []any{sqldb.IntoJSON(&v)}, "select doc from venue where slug = $1", slug)
	return v, err
}

func (t *tx) Venues(ctx context.Context, city string, partner catalog.PartnerID) ([]catalog.Venue, error) {
	return collect(ctx, t, doc[catalog.Venue],
		"select doc from venue where (city = $1 or $1 = '') and (partner_id = $2 or $2 = '') order by name, id", city, partner)
}

func (t *tx) PutHall(_ context.Context, h catalog.Hall) error {
	return t.queue(`insert into hall (id, venue_id, doc) values ($1, $2, $3)
on conflict (id) do update set venue_id = excluded.venue_id, doc = excluded.doc`, h.ID, h.VenueID, sqldb.JSON(h))
}

func (t *tx) Hall(ctx context.Context, id catalog.HallID) (catalog.Hall, error) {
	var h catalog.Hall
	err := t.one(ctx, "hall "+string(id), []any{sqldb.IntoJSON(&h)}, "select doc from hall where id = $1", id)
	return h, err
}

func (t *tx) AddSeatMap(_ context.Context, m catalog.SeatMap) error {
	return t.queue("insert into seat_map (id, hall_id, version, doc) values ($1, $2, $3, $4)",
		m.ID, m.HallID, m.Version, sqldb.JSON(m))
}

func (t *tx) SeatMap(ctx context.Context, id catalog.SeatMapID) (catalog.SeatMap, error) {
	var m catalog.SeatMap
	err := t.one(ctx, "seat map "+string(id), []any{sqldb.IntoJSON(&m)}, "select doc from seat_map where id = $1", id)
	return m, err
}

func (t *tx) SeatMapOf(ctx context.Context, hall catalog.HallID) (catalog.SeatMap, error) {
	var m catalog.SeatMap
	err := t.one(ctx, "seat map of hall "+string(hall), []any{sqldb.IntoJSON(&m)},
		"select doc from seat_map where hall_id = $1 order by version desc limit 1", hall)
	return m, err
}
