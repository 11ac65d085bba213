package adserver_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
)

// node opens one of several engines over the market, each with a folder of its own and the market's clock.
func (m *market) node(number uint16, change func(*adserver.Config)) *market {
	m.t.Helper()
	n := &market{t: m.t, dir: filepath.Join(m.dir, fmt.Sprint("node-", number)), db: m.db, advertiser: m.advertiser, publisher: m.publisher, banner: m.banner}
	n.now.Store(m.now.Load())
	n.cfg = func(c *adserver.Config) {
		c.Node, c.Shared, c.LeaseTimeout = number, true, time.Hour
		c.Now = func() time.Time { return *m.now.Load() }
		if change != nil {
			change(c)
		}
	}
	return n.open()
}

func (m *market) nodes(count int, change func(*adserver.Config)) []*market {
	m.t.Helper()
	var all []*market
	for n := range count {
		all = append(all, m.node(uint16(n+1), change))
	}
	return all
}

// sponsor is a line that always wins.
func (m *market) sponsor(c ads.Campaign, b ads.Budget) ads.Line {
	m.t.Helper()
	l, _ := m.line(c, func(l *ads.Line) { l.Tier, l.Budget = ads.Guaranteed, b })
	return l
}

// buy shows and bills ads of nobody's page views until there are none, or most of them, and returns what was billed.
func (m *market) buy(most int) (billed ads.Nano) {
	var a adserver.Answer
	for empty := 0; empty < 40 && most > 0; {
		if !assert.NoError(m.t, m.Decide(request(""), &a)) {
			return billed
		}
		if len(a.Ads) == 0 {
			empty++
			assert.NoError(m.t, m.Look(context.Background()))
			continue
		}
		empty = 0
		most--
		o, err := m.View(context.Background(), a.Ads[0].Token, visit())
		assert.NoError(m.t, err)
		billed += o.Billed
	}
	return billed
}

const all = 1 << 30

// rush has all nodes buy at once, with two at each, and returns what was billed.
func stampede(nodes []*market) ads.Nano {
	var billed atomic.Int64
	var wait sync.WaitGroup
	for _, n := range nodes {
		for range 2 {
			wait.Go(func() {
				for {
					got := n.buy(60)
					billed.Add(int64(got))
					assert.NoError(n.t, n.Flush(context.Background()))
					if got == 0 {
						return
					}
				}
			})
		}
	}
	wait.Wait()
	return ads.Nano(billed.Load())
}

// looks lets time pass in which nothing is asked for.
func (m *market) looks(n int) {
	m.t.Helper()
	for range n {
		require.NoError(m.t, m.Look(m.t.Context()))
	}
}

// raw is the file of the market's database below the store.
func (m *market) raw() *lite.DB {
	m.t.Helper()
	db, err := lite.Open(context.Background(), lite.Config{Path: filepath.Join(m.dir, "ads.db")})
	require.NoError(m.t, err)
	m.t.Cleanup(func() { _ = db.Close() })
	return db
}

// occupied keeps the database from being written until it is released.
func occupied(t *testing.T, db *lite.DB) (release func()) {
	t.Helper()
	got, over := make(chan struct{}), make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		assert.NoError(t, db.Update(context.Background(), func(sqldb.Tx) error {
			close(got)
			<-over
			return nil
		}))
	})
	<-got
	release = sync.OnceFunc(func() { close(over); writer.Wait() })
	t.Cleanup(release)
	return release
}

// leased is how much of its budgets all nodes have leased and not spent.
func leased(t *testing.T, db *lite.DB) (n ads.Nano) {
	t.Helper()
	require.NoError(t, db.View(t.Context(), func(tx sqldb.Tx) error {
		return tx.One(t.Context(), []any{&n}, "select coalesce(sum(leased), 0) from ad_budget")
	}))
	return n
}

// silence has a node not heard of for so long.
func silence(t *testing.T, db *lite.DB, node uint16, d time.Duration) {
	t.Helper()
	require.NoError(t, db.Update(t.Context(), func(tx sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), "update ad_node set seen = seen - $2 where node = $1", int64(node), d.Microseconds())
		return err
	}))
}

// hearing lets time pass in which a node hears the database.
func (m *market) hearing(d time.Duration, nodes ...*market) {
	m.t.Helper()
	at := m.now.Load().Add(d)
	m.now.Store(&at)
	for _, n := range nodes {
		n.now.Store(&at)
		require.NoError(m.t, n.Reload(m.t.Context()))
		require.NoError(m.t, n.Flush(m.t.Context()))
	}
}
