package adserver_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
)

// A node that crashes keeps what it had leased until its next life, which brings what it had spent to the books first.
func TestShared_CrashedNode(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*price, nil)
	m.sponsor(m.campaign(nil), ads.Budget{Total: 50 * price})
	raw, nodes := m.raw(), m.nodes(2, nil)
	spent := nodes[0].buy(3)
	require.NoError(t, nodes[0].Abandon())
	assert.NotZero(t, leased(t, raw))
	other := nodes[1].buy(all)
	assert.Less(t, spent+other, 50*price)
	assert.GreaterOrEqual(t, spent+other, (50-8)*price, "little is stranded")
	nodes[0].open()
	nodes[1].looks(16) // it asks again from time to time
	other += nodes[1].buy(all)
	assert.EqualValues(t, 50*price, spent+other)
	assert.Equal(t, spent+other, nodes[1].books().gross)
}

// A node that does not come back is given up. What it had spent and not brought to the books is billed to nobody, for others have spent it by then.
func TestShared_GivenUp(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*price, nil)
	m.sponsor(m.campaign(nil), ads.Budget{Total: 50 * price})
	raw, nodes := m.raw(), m.nodes(2, nil)
	spent := nodes[0].buy(5)
	require.NoError(t, nodes[0].Abandon())
	silence(t, raw, 1, 59*time.Minute)
	m.hearing(2*time.Minute, nodes[1])
	require.NoError(t, nodes[1].Reclaim(t.Context()))
	other := nodes[1].buy(all)
	assert.LessOrEqual(t, spent+other, 50*price, "an hour is not over")
	silence(t, raw, 1, 2*time.Minute)
	require.NoError(t, nodes[1].Reclaim(t.Context()))
	nodes[1].looks(16)
	other += nodes[1].buy(all)
	assert.EqualValues(t, 50*price, other)
	assert.Greater(t, spent+other, 50*price, "what was acknowledged would be too much")
	nodes[0].open()
	b := nodes[1].books()
	assert.EqualValues(t, 50*price, b.gross)
	assert.EqualValues(t, 55, b.views, "all are counted")
	nodes[0].buy(1)
	require.NoError(t, nodes[0].Healthy())
}

// A node that is given up while it lives, as one that was stopped for an hour is, bills nothing more until it is started again.
func TestShared_GivenUpAlive(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*price, nil)
	m.sponsor(m.campaign(nil), ads.Budget{Total: 50 * price})
	raw, nodes := m.raw(), m.nodes(2, nil)
	nodes[0].buy(5)
	reserved := bytes.Clone(nodes[0].one("").Token)
	silence(t, raw, 1, time.Hour)
	m.hearing(2*time.Minute, nodes[1])
	require.NoError(t, nodes[1].Reclaim(t.Context()))
	assert.EqualValues(t, 50*price, nodes[1].buy(all))
	require.NoError(t, nodes[0].Flush(t.Context()))
	require.ErrorIs(t, nodes[0].Healthy(), adserver.ErrUnavailable)
	assert.Empty(t, nodes[0].decide(request("")))
	o, err := nodes[0].View(t.Context(), reserved, visit())
	require.NoError(t, err)
	assert.Equal(t, adserver.Counted, o.Result)
	assert.Zero(t, o.Billed)
	require.NoError(t, nodes[0].Flush(t.Context()))
	assert.EqualValues(t, 50*price, nodes[1].books().gross)
	nodes[0].reopen(true)
	require.NoError(t, nodes[0].Healthy())
	assert.EqualValues(t, 50*price, nodes[0].books().gross)
}

// Who does not hear the database ceases to spend long before anybody gives it up; while it heard nobody, it gives up nobody.
func TestShared_DatabaseSilent(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*price, nil)
	m.sponsor(m.campaign(nil), ads.Budget{Total: 50 * price})
	raw, nodes := m.raw(), m.nodes(2, nil)
	nodes[0].buy(1)
	at := m.now.Load().Add(61 * time.Second)
	m.now.Store(&at)
	require.NoError(t, nodes[0].Reload(t.Context()))
	require.ErrorIs(t, nodes[0].Healthy(), adserver.ErrUnavailable, "the catalogue is new, the lease is not")
	assert.Empty(t, nodes[0].decide(request("")))
	silence(t, raw, 2, 2*time.Hour)
	require.NoError(t, nodes[0].Flush(t.Context()))
	require.NoError(t, nodes[0].Healthy())
	require.NoError(t, nodes[0].Reclaim(t.Context()))
	require.NoError(t, nodes[1].Reload(t.Context()))
	require.NoError(t, nodes[1].Flush(t.Context()))
	assert.NoError(t, nodes[1].Healthy(), "it had not been two minutes")
}

// Whatever nodes do, and whenever they crash, the books are within the budget, and what is leased is at most what is left of it.
func TestShared_Property(t *testing.T) {
	t.Parallel()
	base := newMarket(t, 1e6*price, nil)
	raw := base.raw()
	campaign := base.campaign(nil)
	rapid.Check(t, func(r *rapid.T) {
		limit := ads.Nano(rapid.IntRange(1, 30).Draw(r, "limit")) * price
		line := base.sponsor(campaign, ads.Budget{Total: limit})
		nodes := base.nodes(2, nil)
		var mine store.Budget
		mine.Kind, mine.ID = store.LineBudget, uint32(line.ID)
		most := 15
		if raceOn {
			most = 3 // the race detector makes the database slow
		}
		for range rapid.IntRange(1, most).Draw(r, "steps") {
			n := nodes[rapid.IntRange(0, 1).Draw(r, "node")]
			switch rapid.SampledFrom([]string{"buy", "buy", "reserve", "look", "flush", "crash", "restart", "sweep", "give up"}).Draw(r, "what") {
			case "buy":
				n.buyFew(rapid.IntRange(1, 6).Draw(r, "few"))
			case "reserve":
				n.decide(request(""))
			case "look":
				n.looks(rapid.IntRange(1, 5).Draw(r, "looks"))
			case "flush":
				require.NoError(r, n.Flush(t.Context()))
			case "crash":
				n.reopen(false)
			case "restart":
				n.reopen(true)
			case "sweep":
				base.hearing(6*time.Minute, nodes...)
				require.NoError(r, n.Sweep())
			case "give up": // it learns that with its next flush, or when it is opened
				silence(t, raw, 1, time.Hour)
				base.hearing(2*time.Minute, nodes[1])
				require.NoError(r, nodes[1].Reclaim(t.Context()))
			}
			spent, out := held(r, raw, mine)
			require.LessOrEqual(r, spent+out, limit)
		}
		for _, n := range nodes {
			require.NoError(r, n.Close(context.Background()))
		}
		_, out := held(r, raw, mine)
		require.Zero(r, out)
		kept, err := base.db.Lines.Get(t.Context(), line.ID)
		require.NoError(r, err)
		kept.Value.Status = ads.Archived
		_, err = base.db.Lines.Update(t.Context(), by, kept.Value, kept.Revision)
		require.NoError(r, err)
	})
}

// buyFew is buy without a second try.
func (m *market) buyFew(n int) {
	for range n {
		for _, ad := range m.decide(request("")) {
			m.view(ad)
		}
		require.NoError(m.t, m.Lease(m.t.Context()))
	}
}

// held is what is spent and leased of a budget.
func held(t require.TestingT, db *lite.DB, of store.Budget) (spent, out ads.Nano) {
	require.NoError(t, db.View(context.Background(), func(tx sqldb.Tx) error {
		return tx.One(context.Background(), []any{&spent, &out}, "select coalesce(sum(spent), 0), coalesce(sum(leased), 0) from ad_budget where kind = $1 and id = $2 and day = $3",
			int64(of.Kind), of.ID, of.Day)
	}))
	return spent, out
}
