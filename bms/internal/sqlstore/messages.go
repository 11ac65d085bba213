package sqlstore

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

const messageColumns = "id, topic, key, body, created_at, status, attempts, next_at, leased_until, delivered_at, last_error, sinks"

func scanMessage(r sqldb.Row, m *outbox.Record) error {
	return r.Scan((*string)(&m.ID), &m.Topic, &m.Key, &m.Body, &m.CreatedAt, (*string)(&m.Status), &m.Attempts,
		&m.NextAt, &m.LeasedUntil, &m.DeliveredAt, &m.LastError, sqldb.IntoJSON(&m.Sinks))
}

func (t *tx) AddMessages(_ context.Context, messages ...outbox.Message) error {
	rows := make([][]any, len(messages))
	for i, m := range messages {
		rows[i] = []any{string(m.ID), m.Topic, m.Key, string(m.Body), m.CreatedAt}
	}
	t.write(&t.sql.addMessages, nil, rows)
	return nil
}

func (t *tx) ClaimMessages(ctx context.Context, n int, until time.Time) ([]outbox.Record, error) {
	claimed, err := collect(ctx, t, scanMessage, t.sql.claimMessages, t.Now(), until, n)
	slices.SortFunc(claimed, func(a, b outbox.Record) int { // RETURNING has no order
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return claimed, err
}

func (t *tx) SettleMessages(_ context.Context, outcomes []outbox.Outcome) error {
	rows := make([][]any, len(outcomes))
	for i, o := range outcomes {
		sinks := ""
		if len(o.Sinks) > 0 {
			raw, err := json.Marshal(o.Sinks)
			if err != nil {
				return err
			}
			sinks = string(raw)
		}
		rows[i] = []any{string(o.ID), o.LeasedUntil, string(o.Status), o.NextAt, o.DeliveredAt, int64(o.Attempts), o.Error, sinks}
	}
	t.write(&t.sql.settleMessages, nil, rows)
	return nil
}

func (t *tx) ListMessages(ctx context.Context, status outbox.Status, limit int) ([]outbox.Record, error) {
	return collect(ctx, t, scanMessage, "select "+messageColumns+" from message where status = $1 order by id desc limit $2", status, limit)
}

func (t *tx) ReviveMessage(ctx context.Context, id outbox.MessageID) error {
	dead, err := collect(ctx, t, scanMessage, "select "+messageColumns+" from message where id = $1", id)
	if err != nil {
		return err
	}
	if len(dead) == 0 {
		return fmt.Errorf("message %s: %w", id, store.ErrNotFound)
	}
	m, err := dead[0].Revive(t.Now())
	if err != nil {
		return err
	}
	t.expect(1, outbox.ErrNotDead, `update message set status = $2, attempts = $3, next_at = $4, leased_until = $5, sinks = $6
where id = $1 and status = 'dead'`, id, m.Status, m.Attempts, m.NextAt, m.LeasedUntil, sqldb.JSON(m.Sinks))
	return nil
}

func (t *tx) CountMessages(ctx context.Context) (map[outbox.Status]int, error) {
	counts := map[outbox.Status]int{}
	err := t.q.Each(ctx, func(r sqldb.Row) error {
		var status string
		var n int
		err := r.Scan(&status, &n)
		counts[outbox.Status(status)] = n
		return err
	}, "select status, count(*) from message group by status")
	return counts, err
}

func (t *tx) CatalogNews(ctx context.Context, since time.Time, limit int) ([]outbox.Message, error) {
	scan := func(r sqldb.Row, m *outbox.Message) error {
		return r.Scan((*string)(&m.ID), &m.Topic, &m.Key, &m.Body, &m.CreatedAt)
	}
	// The topic stands in the text because the index is of this topic alone.
	return collect(ctx, t, scan, `select id, topic, key, body, created_at from message
where topic = 'catalog.changed' and created_at >= $1 order by created_at, id limit $2`, since, limit)
}

func (t *tx) PruneMessages(_ context.Context, before time.Time) error {
	return t.queue("delete from message where status = 'delivered' and delivered_at < $1", before)
}

func (t *tx) AddMails(_ context.Context, mails []notify.Mail) error {
	rows := make([][]any, len(mails))
	for i, m := range mails {
		doc, err := json.Marshal(m)
		if err != nil {
			return err
		}
		rows[i] = []any{m.ID, m.To, m.CreatedAt, string(doc)}
	}
	t.write(&t.sql.addMails, nil, rows)
	return nil
}

func (t *tx) Mails(ctx context.Context, to string, limit int) ([]notify.Mail, error) {
	var w where
	w.add(to != "", "recipient = ?", to)
	return collect(ctx, t, doc[notify.Mail], "select doc from mail"+w.String()+" order by created_at desc, id desc limit "+w.arg(limit), w.args...)
}

func (t *tx) Mail(ctx context.Context, id string) (notify.Mail, error) {
	var m notify.Mail
	err := t.one(ctx, "mail "+id, []any{sqldb.IntoJSON(&m)}, "select doc from mail where id = $1", id)
	return m, err
}
