package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/recommend"
)

// feedbackRow is a row of rec_feedback.
type feedbackRow struct {
	feedbackKey
	Tenant string  `json:"tenant"`
	At     int64   `json:"at"`    // microseconds since 1970
	Value  float64 `json:"value"` // as in recommend.Feedback: 0 means 1
	City   string  `json:"city"`
	Device string  `json:"device"`
}

// feedbackKey says which feedback it is.
type feedbackKey struct {
	User string `json:"user_id"`
	Item string `json:"item_id"`
	Kind string `json:"kind"`
}

func (k feedbackKey) compare(o feedbackKey) int {
	return cmp.Or(cmp.Compare(k.User, o.User), cmp.Compare(k.Item, o.Item), cmp.Compare(k.Kind, o.Kind))
}

func (r feedbackRow) feedback() recommend.Feedback {
	return recommend.Feedback{
		Kind: recommend.Kind(r.Kind), User: recommend.UserID(r.User), Item: recommend.ItemID(r.Item), Tenant: recommend.Tenant(r.Tenant),
		At: ofMicros(r.At), Value: r.Value, City: r.City, Device: recommend.Device(r.Device),
	}
}

func scanFeedback(r sqldb.Row, row *feedbackRow) error {
	return r.Scan(&row.User, &row.Item, &row.Kind, &row.Tenant, &row.At, &row.Value, &row.City, &row.Device)
}

// newest returns a row for each key, sorted by it: the newest of the list.
func newest(list []recommend.Feedback) []feedbackRow {
	rows := make([]feedbackRow, len(list))
	for i, f := range list {
		key := feedbackKey{string(f.User), string(f.Item), string(f.Kind)}
		rows[i] = feedbackRow{key, string(f.Tenant), micros(f.At), f.Value, f.City, string(f.Device)}
	}
	slices.SortFunc(rows, func(a, b feedbackRow) int { return cmp.Or(a.compare(b.feedbackKey), cmp.Compare(b.At, a.At)) })
	return slices.CompactFunc(rows, func(a, b feedbackRow) bool { return a.feedbackKey == b.feedbackKey })
}

// touched runs the statement with the rows and returns the keys of those that it changed.
func touched[T any](ctx context.Context, tx sqldb.Tx, rows []T, sql string) (map[feedbackKey]bool, error) {
	keys := map[feedbackKey]bool{}
	err := put(ctx, tx, rows, func(r sqldb.Row) error {
		var k feedbackKey
		err := r.Scan(&k.User, &k.Item, &k.Kind)
		keys[k] = true
		return err
	}, sql)
	return keys, err
}

// Record stores feedback. Of the same kind, person and item the newest At counts, whatever the order it comes in; what is stored
// already, or older, writes nothing. Errors: a fault that names the field of the first one at fault, and then nothing is stored.
func (d *DB) Record(ctx context.Context, list []recommend.Feedback) error {
	if err := checked(list); err != nil || len(list) == 0 {
		return err
	}
	rows := newest(list)
	return d.write(ctx, "record feedback", func(tx sqldb.Tx) ([]entry, error) {
		changed, err := touched(ctx, tx, rows, d.sql.record)
		if err != nil {
			return nil, err
		}
		var entries []entry
		for _, row := range rows {
			if !changed[row.feedbackKey] {
				continue
			}
			doc, err := json.Marshal(row.feedback())
			if err != nil {
				return nil, err
			}
			entries = append(entries, entry{What: ofFeedback, User: row.User, Doc: string(doc)})
		}
		return entries, nil
	})
}

// Withdraw takes feedback back. What is not there is no error and writes nothing. Errors: a fault that names the field of the first
// one at fault, and then nothing is taken back.
func (d *DB) Withdraw(ctx context.Context, list []recommend.Withdrawn) error {
	rows := make([]feedbackKey, len(list))
	for i, w := range list {
		rows[i] = feedbackKey{string(w.User), string(w.Item), string(w.Kind)}
		if err := (recommend.Feedback{Kind: w.Kind, User: w.User, Item: w.Item, At: time.Unix(1, 0)}).Validate(); err != nil {
			return fault.Of(err).In(fmt.Sprintf("[%d]", i))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, feedbackKey.compare)
	rows = slices.Compact(rows)
	return d.write(ctx, "withdraw feedback", func(tx sqldb.Tx) ([]entry, error) {
		gone, err := touched(ctx, tx, rows, d.sql.withdraw)
		if err != nil {
			return nil, err
		}
		var entries []entry
		for _, k := range rows {
			if !gone[k] {
				continue
			}
			doc, err := json.Marshal(recommend.Withdrawn{Kind: recommend.Kind(k.Kind), User: recommend.UserID(k.User), Item: recommend.ItemID(k.Item)})
			if err != nil {
				return nil, err
			}
			entries = append(entries, entry{What: ofWithdrawn, User: k.User, Doc: string(doc)})
		}
		return entries, nil
	})
}

const history = `select user_id, item_id, kind, tenant, at, value, city, device from rec_feedback
where user_id = $1 order by at desc, item_id desc, kind desc limit $2`

// History returns what the person did, the newest first, at most so many; all kinds, all tenants. Who is not known has none.
func (d *DB) History(ctx context.Context, user recommend.UserID, most int) ([]recommend.Feedback, error) {
	rows, err := collect(ctx, d.db, readTimeout, scanFeedback, history, string(user), max(most, 0))
	if err != nil {
		return nil, fmt.Errorf("read a history: %w", err)
	}
	list := make([]recommend.Feedback, len(rows))
	for i, row := range rows {
		list[i] = row.feedback()
	}
	return list, nil
}

const feedbackPage = `select user_id, item_id, kind, tenant, at, value, city, device from rec_feedback
where (user_id, at, item_id, kind) > ($1, $2, $3, $4) and at >= $5
order by user_id, at, item_id, kind limit $6`

// EachFeedback calls fn with all feedback since the time, of one person after the other, the oldest first; the zero time means all. It
// reads pages and holds no transaction while fn runs, so that what is written meanwhile may come or not; what was there before and stays comes
// once. An error of fn ends it and is returned as it is.
func (d *DB) EachFeedback(ctx context.Context, since time.Time, fn func(recommend.Feedback) error) error {
	var last feedbackRow
	for {
		page, err := collect(ctx, d.back, readTimeout, scanFeedback, feedbackPage, last.User, last.At, last.Item, last.Kind, micros(since), pageRows)
		if err != nil {
			return fmt.Errorf("read feedback: %w", err)
		}
		for _, row := range page {
			if err := fn(row.feedback()); err != nil {
				return err
			}
		}
		if len(page) < pageRows {
			return nil
		}
		last = page[len(page)-1]
	}
}
