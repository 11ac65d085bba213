package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

const showVersions = `select show.version, price_list.version from show
join price_list on price_list.id = show.price_list_id where show.id = $1`

func (t *tx) LockShow(ctx context.Context, show catalog.ShowID) (store.Locked, error) {
	var l store.Locked
	t.q.Queue(sqldb.Stmt{SQL: t.sql.lockInventory, Args: []any{show}, Scan: func(r sqldb.Row) error { return r.Scan(&l.Version) }})
	err := t.q.One(ctx, []any{&l.ShowVersion, &l.ListVersion}, showVersions, show)
	if errors.Is(err, sqldb.ErrNoRows) || sqldb.IsKind(err, sqldb.ForeignKey) {
		return store.Locked{}, fmt.Errorf("show %s: %w", show, store.ErrNotFound)
	}
	return l, err
}

func (t *tx) ShowVersions(ctx context.Context, show catalog.ShowID) (store.Locked, error) {
	var l store.Locked
	err := t.one(ctx, "show "+string(show), []any{&l.ShowVersion, &l.ListVersion}, showVersions, show)
	return l, err
}

func (t *tx) LoadInventory(ctx context.Context, show catalog.ShowID) (store.Loaded, error) {
	var l store.Loaded
	t.q.Queue(sqldb.Stmt{
		SQL: "select version from inventory where show_id = $1", Args: []any{show},
		Scan: func(r sqldb.Row) error { return r.Scan(&l.Version) },
	})
	t.q.Queue(sqldb.Stmt{
		SQL: "select seat, status, hold_id, until from seat_claim where show_id = $1 order by seat", Args: []any{show},
		Scan: func(r sqldb.Row) error {
			var c seating.SeatClaim
			err := r.Scan(&c.Seat, (*uint8)(&c.Status), (*string)(&c.Hold), &c.Until)
			l.Claims = append(l.Claims, c)
			return err
		},
	})
	t.q.Queue(sqldb.Stmt{
		SQL: "select quota, held, sold from quota where show_id = $1 order by quota", Args: []any{show},
		Scan: func(r sqldb.Row) error {
			var q seating.QuotaCount
			err := r.Scan(&q.Key, &q.Held, &q.Sold)
			l.Quotas = append(l.Quotas, q)
			return err
		},
	})
	var err error
	l.Holds, err = collect(ctx, t, scanHold, "select "+holdColumns+` from hold
where show_id = $1 and state in ('held', 'paying', 'sold', 'house') order by id`, show)
	return l, err
}

func (t *tx) WriteInventory(_ context.Context, show catalog.ShowID, b store.Batch) error {
	dead := t.Now().Add(-b.Grace)
	take, move, free := sortChanges(b.Seats, dead)
	t.write(&t.sql.freeSeats, store.ErrStale, free, show)
	t.write(&t.sql.moveSeats, store.ErrStale, move, show, dead)
	t.write(&t.sql.takeSeats, store.ErrStale, take, show)
	t.writeQuotas(show, b.Quotas)
	if err := t.writeHolds(show, b.Holds); err != nil {
		return err
	}
	return t.queue(t.sql.addFrame, show, b.Version, string(b.Frame), t.Now())
}

// sortChanges splits the changes by statement. A seat that was given back and taken again within
// the batch is a deletion and an insertion: its claim had not run out.
func sortChanges(changes []seating.SeatChange, dead time.Time) (take, move, free [][]any) {
	for _, c := range changes {
		row := []any{int64(c.Seat), int64(c.To.Status), string(c.To.Hold), c.To.Until, int64(c.From.Status), string(c.From.Hold)}
		ranOut := !c.From.Until.IsZero() && c.From.Until.Before(dead)
		switch {
		case c.From.Status == seating.Free:
			take = append(take, row)
		case c.To.Status == seating.Free:
			free = append(free, row)
		case c.To.Hold == c.From.Hold || ranOut:
			move = append(move, row)
		default:
			free, take = append(free, row), append(take, row)
		}
	}
	return take, move, free
}

// writeQuotas moves counters within their capacity. A quota's row is made when it is first used.
func (t *tx) writeQuotas(show catalog.ShowID, changes []seating.QuotaChange) {
	rows := make([][]any, len(changes))
	for i, c := range changes {
		rows[i] = []any{c.Key, int64(c.Capacity), int64(c.Held), int64(c.Sold)}
	}
	t.write(&t.sql.addQuotas, nil, rows, show)
	t.write(&t.sql.moveQuotas, store.ErrStale, rows, show)
}

func (t *tx) writeHolds(show catalog.ShowID, changes []store.Written) error {
	var added, moved, details [][]any
	for _, c := range changes {
		seats, err := json.Marshal(orEmpty(c.Hold.Seats))
		if err != nil {
			return err
		}
		areas, err := json.Marshal(orEmpty(c.Hold.Areas))
		if err != nil {
			return err
		}
		h := c.Hold
		row := []any{
			string(h.ID), string(h.State), h.Buyer, string(seats), string(areas), h.CreatedAt,
			h.ExpiresAt, h.PayBy, h.SoldAt, h.Until(), int64(h.Extended), h.Reason,
		}
		if c.Detail != nil {
			details = append(details, []any{string(h.ID), string(c.Detail)})
		}
		if c.New {
			added = append(added, row)
		} else {
			moved = append(moved, row)
		}
	}
	t.write(&t.sql.addHolds, store.ErrStale, added, show)
	t.write(&t.sql.moveHolds, store.ErrStale, moved, show)
	t.write(&t.sql.addDetails, nil, details)
	return nil
}

// orEmpty makes an empty list of none, which JSON writes as [] and not as null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (t *tx) Frames(ctx context.Context, show catalog.ShowID, since int64) ([][]byte, bool, error) {
	var newest int64
	t.q.Queue(sqldb.Stmt{
		SQL: "select version from inventory where show_id = $1", Args: []any{show},
		Scan: func(r sqldb.Row) error { return r.Scan(&newest) },
	})
	next := since
	scan := func(r sqldb.Row, frame *[]byte) error {
		var version int64
		err := r.Scan(&version, frame)
		if next++; version != next {
			next = -1 << 62
		}
		return err
	}
	frames, err := collect(ctx, t, scan, "select version, frame from seat_frame where show_id = $1 and version > $2 order by version", show, since)
	return frames, next >= newest, err
}

func (t *tx) PruneFrames(_ context.Context, before time.Time) error {
	return t.queue("delete from seat_frame where made_at < $1", before)
}
