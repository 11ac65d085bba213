package sqldbtest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

var raceTests = map[string]func(*testing.T, sqldb.DB){
	"Race_EachUpdateOnce":         testEachOnce,
	"Race_CrossedTransfers":       testCrossed,
	"Race_FailureIsItsOwn":        testOwnFailure,
	"Race_DeferredFailureIsOwn":   testOwnDeferred,
	"Race_PanicIsItsOwn":          testOwnPanic,
	"Race_LeavingTheLine":         testLeaving,
	"Race_BackgroundNotStarved":   testNotStarved,
	"Race_ViewsSeeWholeTransfers": testWholeTransfers,
}

// crowd is how many goroutines a race has.
const crowd = 16

// each runs fn in a crowd of goroutines and waits for them.
func each(fn func(worker int)) {
	var wg sync.WaitGroup
	for w := range crowd {
		wg.Go(func() { fn(w) })
	}
	wg.Wait()
}

// transfer moves an amount between two accounts in one unit.
func transfer(ctx context.Context, db sqldb.DB, from, to string, amount int64) error {
	return db.Update(ctx, func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{SQL: addBalance, Args: []any{from, -amount}, Want: 1, Miss: errMiss})
		tx.Queue(sqldb.Stmt{SQL: addBalance, Args: []any{to, amount}, Want: 1, Miss: errMiss})
		return nil
	})
}

func testEachOnce(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 0)
	each(func(int) {
		for range rounds {
			err := db.Update(t.Context(), func(tx sqldb.Tx) error {
				var n int64
				if err := tx.One(t.Context(), []any{&n}, addBalance+" returning balance", "a", 1); err != nil {
					return err
				}
				tx.Queue(sqldb.Stmt{SQL: insertEntry, Args: []any{n, "a", 1}})
				return nil
			})
			assert.NoError(t, err)
		}
	})
	assert.Equal(t, int64(crowd*rounds), balance(t, db, "a"))
	var entries int
	one(t, db, []any{&entries}, "select count(*) from entry")
	assert.Equal(t, crowd*rounds, entries)
}

func testCrossed(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 1000)
	openAccount(t, db, "b", 1000)
	each(func(worker int) {
		from, to := "a", "b"
		if worker%2 == 0 {
			from, to = to, from
		}
		if worker >= 2 {
			return // Postgres takes a second to see a deadlock
		}
		for range 4 {
			assert.NoError(t, transfer(t.Context(), db, from, to, 1), "a deadlock is run again")
		}
	})
	assert.Equal(t, int64(1000), balance(t, db, "a"))
	assert.Equal(t, int64(1000), balance(t, db, "b"))
}

func testOwnFailure(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "bank", crowd*rounds)
	each(func(worker int) {
		for round := range rounds {
			to := fmt.Sprintf("%d/%d", worker, round)
			err := db.Update(t.Context(), func(tx sqldb.Tx) error {
				tx.Queue(sqldb.Stmt{SQL: insertAccount, Args: []any{to, 1}})
				if worker%2 == 1 {
					tx.Queue(sqldb.Stmt{SQL: insertAccount, Args: []any{"bank", 1}})
				}
				return nil
			})
			assert.Equal(t, worker%2 == 1, sqldb.IsKind(err, sqldb.Unique), "worker %d: %v", worker, err)
		}
	})
	assert.Equal(t, 1+crowd/2*rounds, accounts(t, db))
}

func testOwnDeferred(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 1)
	each(func(worker int) {
		account := "a"
		if worker%4 == 0 {
			account = "nobody"
		}
		for round := range rounds {
			err := db.Update(t.Context(), func(tx sqldb.Tx) error {
				_, err := tx.Exec(t.Context(), insertPromise, worker*1000+round, account)
				return err
			})
			assert.Equal(t, account == "nobody", sqldb.IsKind(err, sqldb.ForeignKey), "worker %d: %v", worker, err)
		}
	})
	var n int
	one(t, db, []any{&n}, "select count(*) from promise")
	assert.Equal(t, crowd/4*3*rounds, n)
}

func testOwnPanic(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 0)
	each(func(worker int) {
		for range rounds {
			add := func() error {
				return db.Update(t.Context(), func(tx sqldb.Tx) error {
					if _, err := tx.Exec(t.Context(), addBalance, "a", 1); err != nil {
						return err
					}
					if worker%2 == 0 {
						panic(worker)
					}
					return nil
				})
			}
			if worker%2 == 0 {
				assert.PanicsWithValue(t, worker, func() { _ = add() })
				continue
			}
			assert.NoError(t, add())
		}
	})
	assert.Equal(t, int64(crowd/2*rounds), balance(t, db, "a"))
}

// testLeaving has callers whose context ends at any moment: each unit is either
// kept whole or answered with the context's error.
func testLeaving(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 0)
	var mu sync.Mutex
	kept := int64(0)
	each(func(worker int) {
		for round := range rounds {
			ctx, cancel := context.WithCancel(t.Context())
			if (worker+round)%3 == 0 {
				go cancel()
			}
			err := db.Update(ctx, func(tx sqldb.Tx) error {
				_, err := tx.Exec(ctx, addBalance, "a", 1)
				return err
			})
			cancel()
			if err != nil {
				assert.ErrorIs(t, err, context.Canceled)
				continue
			}
			mu.Lock()
			kept++
			mu.Unlock()
		}
	})
	assert.Equal(t, kept, balance(t, db, "a"))
}

func testNotStarved(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "front", 0)
	openAccount(t, db, "back", 0)
	add := func(db sqldb.DB, id string) error {
		return db.Update(t.Context(), func(tx sqldb.Tx) error {
			tx.Queue(sqldb.Stmt{SQL: addBalance, Args: []any{id, 1}})
			return nil
		})
	}
	ctx, stop := context.WithCancel(t.Context())
	var front sync.WaitGroup
	for range crowd {
		front.Go(func() {
			for ctx.Err() == nil {
				assert.NoError(t, add(db, "front"))
			}
		})
	}
	each(func(int) { assert.NoError(t, add(db.Background(), "back")) }) // ends while the front never rests
	stop()
	front.Wait()
	assert.Equal(t, int64(crowd), balance(t, db, "back"))
}

func testWholeTransfers(t *testing.T, db sqldb.DB) {
	openAccount(t, db, "a", 1000)
	openAccount(t, db, "b", 1000)
	each(func(worker int) {
		for range rounds {
			if worker%4 == 0 {
				assert.NoError(t, transfer(t.Context(), db, "a", "b", 1))
				continue
			}
			err := db.View(t.Context(), func(tx sqldb.Tx) error {
				var a, b int64
				if err := tx.One(t.Context(), []any{&a}, selectBalance, "a"); err != nil {
					return err
				}
				err := tx.One(t.Context(), []any{&b}, selectBalance, "b")
				assert.Equal(t, int64(2000), a+b)
				return err
			})
			require.NoError(t, err)
		}
	})
}
