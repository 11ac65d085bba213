package sqlstore

import (
	"context"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/bms/waitlist"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

func (t *tx) AddWaitEntry(_ context.Context, e waitlist.Entry) error {
	return t.queue(`insert into waitlist_entry (id, show_id, person, state, number, until, version, doc)
values ($1, $2, $3, $4, $5, $6, $7, $8)`, e.ID, e.ShowID, e.Person.Key(), e.State, e.Number, offerEnd(e), e.Version, sqldb.JSON(e))
}

func (t *tx) UpdateWaitEntry(_ context.Context, e waitlist.Entry) error {
	t.expect(1, store.ErrStale, "update waitlist_entry set state = $2, number = $3, until = $4, version = $5, doc = $6 where id = $1 and version = $7",
		e.ID, e.State, e.Number, offerEnd(e), e.Version, sqldb.JSON(e), e.Version-1)
	return nil
}

// offerEnd is when a running offer ends, nil when there is none.
func offerEnd(e waitlist.Entry) any {
	if e.State != waitlist.Offered {
		return nil
	}
	return e.Offer.Until
}

func (t *tx) WaitEntry(ctx context.Context, id waitlist.EntryID) (waitlist.Entry, error) {
	var e waitlist.Entry
	err := t.one(ctx, "waiting list entry "+string(id), []any{sqldb.IntoJSON(&e)}, "select doc from waitlist_entry where id = $1", id)
	return e, err
}

func (t *tx) WaitEntryOf(ctx context.Context, show catalog.ShowID, person string) (waitlist.Entry, error) {
	var e waitlist.Entry
	err := t.one(ctx, "waiting list entry in "+string(show), []any{sqldb.IntoJSON(&e)},
		"select doc from waitlist_entry where show_id = $1 and person = $2", show, person)
	return e, err
}

func (t *tx) WaitLine(ctx context.Context, show catalog.ShowID, after int64, limit int) ([]waitlist.Entry, error) {
	return collect(ctx, t, doc[waitlist.Entry], `select doc from waitlist_entry
where show_id = $1 and number > $2 and state in ('waiting', 'offered') order by number limit $3`, show, after, limit)
}

func (t *tx) WaitOffers(ctx context.Context, show catalog.ShowID) ([]waitlist.Entry, error) {
	return collect(ctx, t, doc[waitlist.Entry], `select doc from waitlist_entry
where show_id = $1 and until is not null and state in ('waiting', 'offered') order by number`, show)
}

func (t *tx) WaitAhead(ctx context.Context, show catalog.ShowID, number int64) (int, error) {
	var n int
	err := t.q.One(ctx, []any{&n}, "select count(*) from waitlist_entry where show_id = $1 and state = 'waiting' and number < $2", show, number)
	return n, err
}

func (t *tx) LastWaitNumber(ctx context.Context, show catalog.ShowID) (int64, error) {
	var n int64
	err := t.q.One(ctx, []any{&n}, "select coalesce(max(number), 0) from waitlist_entry where show_id = $1", show)
	return n, err
}

func (t *tx) WaitLists(ctx context.Context, after catalog.ShowID, limit int) ([]store.WaitList, error) {
	scan := func(r sqldb.Row, l *store.WaitList) error {
		return r.Scan((*string)(&l.ShowID), &l.Inventory, &l.ShowVersion, &l.Until)
	}
	return collect(ctx, t, scan, `select open.show_id, coalesce(inventory.version, 0), show.version, open.until
from (
  select show_id, min(until) as until from waitlist_entry
  where state in ('waiting', 'offered') and show_id > $1 group by show_id order by show_id limit $2
) as open join show on show.id = open.show_id left join inventory on inventory.show_id = open.show_id
order by open.show_id`, after, limit)
}
