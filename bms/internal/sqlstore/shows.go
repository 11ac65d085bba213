package sqlstore

import (
	"context"
	"encoding/json"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

func (t *tx) AddShow(_ context.Context, s catalog.Show, city string) error {
	return t.queue(`insert into show (id, partner_id, event_id, venue_id, seat_map_id, price_list_id, city, starts_at, local_date, status, version, doc)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		s.ID, s.PartnerID, s.EventID, s.VenueID, s.SeatMapID, s.PriceListID, city, s.StartsAt, s.LocalDate, s.Status, max(s.Version, 1), sqldb.JSON(s))
}

func (t *tx) PutShows(_ context.Context, shows []catalog.Show, city map[catalog.VenueID]string) error {
	rows := make([][]any, len(shows))
	for i, s := range shows {
		doc, err := json.Marshal(s)
		if err != nil {
			return err
		}
		rows[i] = []any{
			string(s.ID), string(s.PartnerID), string(s.EventID), string(s.VenueID), string(s.SeatMapID), s.PriceListID,
			city[s.VenueID], s.StartsAt, s.LocalDate, string(s.Status), int64(max(s.Version, 1)), string(doc),
		}
	}
	t.write(&t.sql.putShows, nil, rows)
	return nil
}

func scanShow(r sqldb.Row, s *catalog.Show) error {
	var status string
	var version int
	if err := r.Scan(sqldb.IntoJSON(s), &status, &version); err != nil {
		return err
	}
	s.Status, s.Version = catalog.ShowStatus(status), version
	return nil
}

func (t *tx) Show(ctx context.Context, id catalog.ShowID) (catalog.Show, error) {
	var s catalog.Show
	var status string
	var version int
	err := t.one(ctx, "show "+string(id), []any{sqldb.IntoJSON(&s), &status, &version},
		"select doc, status, version from show where id = $1", id)
	s.Status, s.Version = catalog.ShowStatus(status), version
	return s, err
}

func (t *tx) LockShows(_ context.Context, ids []catalog.ShowID) error {
	return t.queue(t.sql.lockShows, sqldb.JSON(orEmpty(ids)))
}

func (t *tx) ShowStates(ctx context.Context, ids []catalog.ShowID) (map[catalog.ShowID]store.ShowState, error) {
	states := map[catalog.ShowID]store.ShowState{}
	err := t.q.Each(ctx, func(r sqldb.Row) error {
		var id string
		var s store.ShowState
		err := r.Scan(&id, (*string)(&s.Status), (*string)(&s.SeatMapID), &s.Sells)
		states[catalog.ShowID(id)] = s
		return err
	}, t.sql.showStates, sqldb.JSON(orEmpty(ids)))
	return states, err
}

func (t *tx) ListShows(ctx context.Context, q store.ShowQuery) ([]catalog.Show, error) {
	var w where
	w.add(q.City != "", "city = ?", q.City)
	w.add(q.PartnerID != "", "partner_id = ?", q.PartnerID)
	w.add(q.EventID != "", "event_id = ?", q.EventID)
	w.add(q.VenueID != "", "venue_id = ?", q.VenueID)
	w.add(!q.From.IsZero(), "starts_at >= ?", q.From)
	w.add(!q.Until.IsZero(), "starts_at < ?", q.Until)
	w.add(q.LocalDate != "", "local_date = ?", q.LocalDate)
	w.add(q.After != "", "(starts_at, id) > (select starts_at, id from show where id = ?)", q.After)
	w.add(len(q.Statuses) > 0, "status in "+t.sql.members, sqldb.JSON(q.Statuses))
	limit := q.Limit
	if limit <= 0 {
		limit = 100
	}
	sql := "select doc, status, version from show" + w.String() + " order by starts_at, id limit " + w.arg(min(limit, 1000))
	return collect(ctx, t, scanShow, sql, w.args...)
}

func (t *tx) WhatsOn(ctx context.Context, city string, partner catalog.PartnerID, from time.Time) ([]store.Listing, error) {
	scan := func(r sqldb.Row, l *store.Listing) error {
		var event string
		err := r.Scan(&event, &l.FirstShow, &l.Shows, &l.Venues)
		l.EventID = catalog.EventID(event)
		return err
	}
	if partner == "" { // an index answers this one by itself
		return collect(ctx, t, scan, `select event_id, min(starts_at), count(*), count(distinct venue_id) from show
where city = $1 and starts_at >= $2 and status in ('on_sale', 'sold_out', 'paused')
group by event_id order by min(starts_at), event_id`, city, from)
	}
	return collect(ctx, t, scan, `select event_id, min(starts_at), count(*), count(distinct venue_id) from show
where city = $1 and starts_at >= $2 and status in ('on_sale', 'sold_out', 'paused') and partner_id = $3
group by event_id order by min(starts_at), event_id`, city, from, partner)
}

func (t *tx) SetShowStatus(_ context.Context, id catalog.ShowID, status catalog.ShowStatus, version int) error {
	t.expect(1, store.ErrStale, "update show set status = $2, version = version + 1 where id = $1 and version = $3", id, status, version)
	return nil
}

func (t *tx) CancelledShows(ctx context.Context, limit int) ([]catalog.ShowID, error) {
	scan := func(r sqldb.Row, id *catalog.ShowID) error { return r.Scan((*string)(id)) }
	return collect(ctx, t, scan, `select id from show where status = 'cancelled' and exists (
  select 1 from booking where booking.show_id = show.id and booking.status in ('confirmed', 'partly_cancelled'))
order by id limit $1`, limit)
}
