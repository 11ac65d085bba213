package store_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/internal/pgtest"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/pg"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/store"
	"github.com/marquee-tickets/marquee/recommend/store/postgres"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// held is a database whose transactions stop before their commit, when all has been sent, until they are let go.
type held struct {
	sqldb.DB
	sent, goOn chan struct{}
}

func hold(db sqldb.DB) *held {
	return &held{DB: db, sent: make(chan struct{}), goOn: make(chan struct{})}
}

func (h *held) Update(ctx context.Context, fn func(sqldb.Tx) error) error {
	return h.DB.Update(ctx, func(tx sqldb.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		h.sent <- struct{}{}
		<-h.goOn
		return nil
	})
}

func onPostgres(t *testing.T) sqldb.DB {
	t.Helper()
	url, schema := pgtest.Schema(t)
	db, err := pg.Open(t.Context(), pg.Config{URL: url, SearchPath: schema})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, pg.Migrate(t.Context(), db, postgres.Migrations(), "recommend_migration"))
	return db
}

func view(item recommend.ItemID) []recommend.Feedback {
	return []recommend.Feedback{{Kind: recommend.View, User: "ann", Item: item, At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}}
}

// waits returns when a transaction of this schema waits for a lock that another one has.
func waits(t *testing.T, db sqldb.DB) {
	t.Helper()
	for n := 0; n == 0; runtime.Gosched() {
		require.NoError(t, db.Read(t.Context(), func(tx sqldb.Tx) error {
			return tx.One(t.Context(), []any{&n}, `select count(*) from pg_locks w join pg_locks h using (locktype, database, classid, objid, objsubid)
where w.locktype = 'advisory' and not w.granted and h.granted and h.pid <> w.pid
  and (h.classid::bigint << 32) | h.objid::bigint = hashtextextended(current_schema() || '.rec_change', 0)`)
		}))
	}
}

// items are what the news tell of, which are acknowledged.
func items(t *testing.T, db *store.DB) []recommend.ItemID {
	t.Helper()
	list, err := db.News(t.Context(), "engine", 100)
	require.NoError(t, err)
	require.NoError(t, db.Ack(t.Context(), "engine"))
	all := []recommend.ItemID{}
	for _, c := range list {
		all = append(all, c.Feedback.Item)
	}
	return all
}

// The first writer has its number and has not committed when the second one writes: a reader in between must not pass the first over.
func TestNews_OfTwoWritersLosesNothing(t *testing.T) {
	t.Parallel()
	raw := onPostgres(t)
	slow := hold(raw)
	first, second := store.New(slow), store.New(raw)
	var writers sync.WaitGroup
	writers.Go(func() { assert.NoError(t, first.Record(t.Context(), view("first"))) })
	<-slow.sent
	writers.Go(func() { assert.NoError(t, second.Record(t.Context(), view("second"))) })
	waits(t, raw)

	assert.Empty(t, items(t, second), "neither is there yet")
	close(slow.goOn)
	writers.Wait()
	assert.Equal(t, []recommend.ItemID{"first", "second"}, items(t, second))
}

// The negative control: without the lock the same reader never hears of the first.
func TestNews_WithoutTheLockLosesTheFirst(t *testing.T) {
	t.Parallel()
	raw := onPostgres(t)
	slow := hold(raw)
	first, second := store.Unordered(store.New(slow)), store.Unordered(store.New(raw))
	var writers sync.WaitGroup
	writers.Go(func() { assert.NoError(t, first.Record(t.Context(), view("first"))) })
	<-slow.sent
	require.NoError(t, second.Record(t.Context(), view("second")))

	assert.Equal(t, []recommend.ItemID{"second"}, items(t, second))
	close(slow.goOn)
	writers.Wait()
	assert.Empty(t, items(t, second), "it is lost")
}

// forgetWhile forgets a person while a write of theirs is on its way, and returns what is left.
func forgetWhile(t *testing.T, wrap func(*store.DB) *store.DB, wait func(*testing.T, sqldb.DB)) []recommend.Feedback {
	t.Helper()
	raw := onPostgres(t)
	slow := hold(raw)
	writer, other := wrap(store.New(slow)), wrap(store.New(raw))
	var both sync.WaitGroup
	both.Go(func() { assert.NoError(t, writer.Record(t.Context(), view("a"))) })
	<-slow.sent
	forgotten := make(chan struct{})
	both.Go(func() {
		defer close(forgotten)
		assert.NoError(t, other.Forget(t.Context(), "ann"))
	})
	if wait == nil {
		<-forgotten
	} else {
		wait(t, raw)
	}
	close(slow.goOn)
	both.Wait()
	list, err := other.History(t.Context(), "ann", 10)
	require.NoError(t, err)
	return list
}

func TestForget_ErasesWhatWasOnItsWay(t *testing.T) {
	t.Parallel()
	assert.Empty(t, forgetWhile(t, func(d *store.DB) *store.DB { return d }, waits))
}

// The negative control: without the lock what was on its way stays.
func TestForget_WithoutTheLockLeavesSome(t *testing.T) {
	t.Parallel()
	assert.Len(t, forgetWhile(t, store.Unordered, nil), 1)
}
