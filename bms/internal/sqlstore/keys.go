package sqlstore

import (
	"context"
	"encoding/json"
	"time"

	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

type scopedKey struct{ scope, key string }

func (t *tx) ClaimKeys(ctx context.Context, claims []store.KeyClaim) (map[int]store.KeyRow, error) {
	first := make(map[scopedKey]int, len(claims))
	rows := make([][]any, 0, len(claims))
	twins, inWay := map[int]int{}, map[int]store.KeyRow{} // a twin is a later claim of the same key
	for i, c := range claims {
		name := scopedKey{c.Scope, c.Key}
		if before, twice := first[name]; twice {
			twins[i] = before
			continue
		}
		first[name] = i
		rows = append(rows, []any{c.Scope, c.Key, c.Hash, c.LeaseUntil, c.ExpiresAt})
	}
	ours := func(r sqldb.Row) error {
		var name scopedKey
		err := r.Scan(&name.scope, &name.key)
		delete(first, name)
		return err
	}
	for _, s := range t.sql.claimKeys.statements(nil, rows, t.Now()) {
		s.Scan = ours
		t.q.Queue(s)
	}
	if err := t.q.Flush(ctx); err != nil {
		return nil, err
	}
	for name, i := range first { // what is left was there before
		row, err := t.Key(ctx, name.scope, name.key)
		if err != nil {
			return nil, err
		}
		inWay[i] = row
	}
	for i, before := range twins {
		row, taken := inWay[before]
		if !taken {
			row.KeyClaim = claims[before]
		}
		inWay[i] = row
	}
	return inWay, nil
}

func (t *tx) Key(ctx context.Context, scope, key string) (store.KeyRow, error) {
	k := store.KeyRow{KeyClaim: store.KeyClaim{Scope: scope, Key: key}}
	err := t.one(ctx, "idempotency key", []any{&k.Hash, &k.Done, &k.Answer, &k.LeaseUntil, &k.ExpiresAt},
		"select hash, done, answer, lease_until, expires_at from idempotency_key where scope = $1 and key = $2", scope, key)
	return k, err
}

func (t *tx) FinishKey(_ context.Context, c store.KeyClaim, answer json.RawMessage) error {
	t.expect(1, store.ErrKeyLost, `update idempotency_key set done = true, answer = $5
where scope = $1 and key = $2 and hash = $3 and lease_until = $4 and not done`, c.Scope, c.Key, c.Hash, c.LeaseUntil, string(answer))
	return nil
}

func (t *tx) DropKey(_ context.Context, c store.KeyClaim) error {
	return t.queue("delete from idempotency_key where scope = $1 and key = $2 and hash = $3 and lease_until = $4 and not done",
		c.Scope, c.Key, c.Hash, c.LeaseUntil)
}

func (t *tx) PruneKeys(_ context.Context, before time.Time) error {
	return t.queue("delete from idempotency_key where expires_at < $1", before)
}

func (t *tx) Setting(ctx context.Context, key string, value []byte) ([]byte, error) {
	if err := t.queue("insert into setting (key, value) values ($1, $2) on conflict (key) do nothing", key, value); err != nil {
		return nil, err
	}
	var stored []byte
	err := t.q.One(ctx, []any{&stored}, "select value from setting where key = $1", key)
	return stored, err
}
