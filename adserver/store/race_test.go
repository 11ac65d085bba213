package store_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/store/postgres"
	"github.com/marquee-tickets/marquee/internal/pgtest"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/pg"
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
	db, err := pg.Open(t.Context(), pg.Config{URL: url, SearchPath: schema, LockTimeout: time.Hour}) // or who waits long looks again, and sees what the other did
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, pg.Migrate(t.Context(), db, postgres.Migrations(), "ad_migration"))
	return db
}

// waits returns when a transaction of this schema waits for a row that another one has changed.
func waits(t *testing.T, db sqldb.DB, table string) {
	t.Helper()
	for !waiting(t, db, table) {
		runtime.Gosched()
	}
}

// waiting reports whether one does.
func waiting(t *testing.T, db sqldb.DB, table string) bool {
	t.Helper()
	n := 0
	require.NoError(t, db.Read(t.Context(), func(tx sqldb.Tx) error {
		return tx.One(t.Context(), []any{&n}, `select count(*) from pg_locks w
where w.locktype = 'transactionid' and not w.granted and exists (select from pg_locks r
where r.pid = w.pid and r.relation = to_regclass($1))`, table)
	}))
	return n > 0
}

var budget = store.Budget{Kind: store.LineBudget, ID: 1, Day: 20_000}

// The first node has leased and not committed when the second one asks: it waits, and gets what is left.
func TestLease_OfTwoAtOnceNeverExceedsTheLimit(t *testing.T) {
	t.Parallel()
	raw := onPostgres(t)
	second := store.New(raw)
	require.NoError(t, second.Join(t.Context(), store.Node{Number: 1}))
	require.NoError(t, second.Join(t.Context(), store.Node{Number: 2}))
	_, err := second.Lease(t.Context(), store.Node{Number: 1}, budget, 0, 1, 100) // the row is there
	require.NoError(t, err)
	slow := hold(raw)
	first := store.New(slow)
	var both sync.WaitGroup
	both.Go(func() {
		granted, err := first.Lease(t.Context(), store.Node{Number: 1}, budget, 0, 80, 100)
		assert.NoError(t, err)
		assert.Equal(t, ads.Nano(80), granted)
	})
	<-slow.sent
	both.Go(func() {
		granted, err := second.Lease(t.Context(), store.Node{Number: 2}, budget, 0, 80, 100)
		assert.NoError(t, err)
		assert.Equal(t, ads.Nano(19), granted)
	})
	waits(t, raw, "ad_budget")
	close(slow.goOn)
	both.Wait()
}

// The negative control: who reads first and takes then leases the same money twice.
func TestLease_ByReadingFirstExceedsTheLimit(t *testing.T) {
	t.Parallel()
	raw := onPostgres(t)
	db := store.New(raw)
	require.NoError(t, db.Join(t.Context(), store.Node{Number: 1}))
	_, err := db.Lease(t.Context(), store.Node{Number: 1}, budget, 0, 1, 100)
	require.NoError(t, err)
	var read, both sync.WaitGroup
	read.Add(2)
	var sum [2]ads.Nano
	for i := range sum {
		both.Go(func() {
			var once sync.Once // the unit may run again
			var err error
			sum[i], err = db.LeaseByReading(t.Context(), uint16(i+1), budget, 100, func() { once.Do(read.Done); read.Wait() })
			assert.NoError(t, err)
		})
	}
	both.Wait()
	assert.Greater(t, sum[0]+sum[1], ads.Nano(99))
}

// A node's leases are taken back while it leases more: it is told, or what it got is gone with the rest. Nothing stays leased by nobody.
func TestReclaim_WhileTheNodeLeases(t *testing.T) {
	t.Parallel()
	raw := onPostgres(t)
	db := store.New(raw)
	for range 20 {
		require.NoError(t, db.Join(t.Context(), store.Node{Number: 1}))
		var both sync.WaitGroup
		both.Go(func() {
			if _, err := db.Lease(t.Context(), store.Node{Number: 1}, budget, 0, 10, 100); err != nil {
				assert.ErrorIs(t, err, store.ErrGone)
			}
		})
		both.Go(func() { assert.NoError(t, db.Leave(t.Context(), store.Node{Number: 1})) })
		both.Wait()
		found, err := db.Audit(t.Context())
		require.NoError(t, err)
		require.Empty(t, found)
	}
}

// clicked stores a click of viewer 5 and returns what came of it.
func clicked(t *testing.T, db *store.DB) store.Conversion {
	t.Helper()
	return clickedAt(t, db, 1, time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
}

func clickedAt(t *testing.T, db *store.DB, serial uint64, at time.Time) store.Conversion {
	t.Helper()
	key := store.ClickKey{Node: 1, Epoch: 1, Serial: serial}
	require.NoError(t, db.Clicks(t.Context(), []store.Click{{Key: key, User: 5, At: at}}))
	return store.Conversion{Click: key, Kind: "booking", Order: fmt.Sprint("A", serial), At: at}
}

// converts counts a conversion in the background, and returns the database that holds it back before its commit.
func converts(t *testing.T, raw sqldb.DB, all *sync.WaitGroup, c store.Conversion) *held {
	t.Helper()
	slow := hold(raw)
	all.Go(func() {
		_, counted, err := store.New(slow).Convert(t.Context(), c)
		assert.NoError(t, err)
		assert.True(t, counted)
	})
	<-slow.sent
	return slow
}

// erase erases viewer 5.
func erase(t *testing.T, db *store.DB) {
	t.Helper()
	_, err := db.Erase(t.Context(), 5)
	assert.NoError(t, err)
}

// left returns how many conversions there are.
func left(t *testing.T, db sqldb.DB) (n int) {
	t.Helper()
	require.NoError(t, db.Read(t.Context(), func(tx sqldb.Tx) error {
		return tx.One(t.Context(), []any{&n}, "select count(*) from ad_conversion")
	}))
	return n
}

// A viewer is erased while one of their clicks is being converted: the erasure waits for it.
func TestErase_WhileTheyConvert(t *testing.T) {
	t.Parallel()
	raw := onPostgres(t)
	db := store.New(raw)
	var both sync.WaitGroup
	slow := converts(t, raw, &both, clicked(t, db))
	both.Go(func() { erase(t, db) })
	waits(t, raw, "ad_click")
	close(slow.goOn)
	both.Wait()
	assert.Zero(t, left(t, raw))
}

// A click is handed over, and something comes of it, while a viewer's erasure waits for another one: it is for the node then to erase both, and not
// one without the other.
func TestErase_OfAClickThatComesMeanwhile(t *testing.T) {
	t.Parallel()
	raw := onPostgres(t)
	db := store.New(raw)
	var all sync.WaitGroup
	first := converts(t, raw, &all, clicked(t, db))
	erased := make(chan struct{})
	all.Go(func() { defer close(erased); erase(t, db) })
	waits(t, raw, "ad_click")
	second := converts(t, raw, &all, clickedAt(t, db, 2, time.Date(2026, 11, 22, 13, 0, 0, 0, time.UTC))) // at another hour, or it waits for the row of its fact
	close(first.goOn)
	for over := false; !over; over = over || waiting(t, raw, "ad_click") {
		select {
		case <-erased:
			over = true
		default:
		}
	}
	close(second.goOn)
	all.Wait()
	require.NoError(t, db.EraseClicks(t.Context(), 1, []uint64{5}))
	assert.Zero(t, left(t, raw))
}

// Something comes of a click at the moment in which it is too old to be kept.
func TestPrune_WhileItIsConverted(t *testing.T) {
	t.Parallel()
	raw := onPostgres(t)
	db := store.New(raw)
	var both sync.WaitGroup
	slow := converts(t, raw, &both, clickedAt(t, db, 1, raw.Now().Add(-91*24*time.Hour)))
	both.Go(func() { assert.NoError(t, db.Prune(t.Context())) })
	waits(t, raw, "ad_click")
	close(slow.goOn)
	both.Wait()
	assert.Zero(t, left(t, raw))
}

// The negative control: a conversion that locks nothing stays when its viewer is gone.
func TestErase_WithoutTheLockLeavesSome(t *testing.T) {
	t.Parallel()
	raw := onPostgres(t)
	db := store.New(raw)
	require.NoError(t, db.ConvertByReading(t.Context(), clicked(t, db), func() { erase(t, db) }))
	assert.Equal(t, 1, left(t, raw))
}

// A password is taken from who is just let in by it: that waits, and ends the session.
func TestSetPassword_WhileTheySignIn(t *testing.T) {
	t.Parallel()
	raw := onPostgres(t)
	db := store.New(raw)
	m, err := db.CreateMember(t.Context(), 0, store.Member{Email: "ann@example.com", Name: "Ann", Role: store.Admin}, "hash")
	require.NoError(t, err)
	token := strings.Repeat("a", 64)
	slow := hold(raw)
	var both sync.WaitGroup
	both.Go(func() {
		assert.NoError(t, store.New(slow).OpenSession(t.Context(), store.Session{Token: token, Member: m.ID, Expires: raw.Now().Add(time.Hour)}, "hash"))
	})
	<-slow.sent
	both.Go(func() { assert.NoError(t, db.SetPassword(t.Context(), 0, m.ID, "other")) })
	waits(t, raw, "ad_member")
	close(slow.goOn)
	both.Wait()
	_, _, err = db.Session(t.Context(), token)
	require.ErrorIs(t, err, store.ErrSignedOut)
}
