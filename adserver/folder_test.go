package adserver_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// beside is another program with a node's number, and a folder of its own.
func (m *market) beside(n *market, folder string) *market {
	twin := &market{t: m.t, dir: filepath.Join(m.dir, folder), db: m.db, cfg: n.cfg, advertiser: m.advertiser, publisher: m.publisher, banner: m.banner}
	twin.now.Store(m.now.Load())
	return twin
}

// tries is what comes of opening an engine that may not.
func (m *market) tries() error {
	_, err := adserver.Open(m.t.Context(), m.db, m.config())
	return err
}

// quiet has the database not have heard of any node for a while.
func (m *market) quiet(d time.Duration) {
	m.t.Helper()
	require.NoError(m.t, m.raw().Update(m.t.Context(), func(tx sqldb.Tx) error {
		_, err := tx.Exec(m.t.Context(), "update ad_node set seen = seen - $1", d.Microseconds())
		return err
	}))
}

// Of two programs with one number the second does not begin while the first is heard of. When it has begun, the first books and acknowledges nothing more, and says why.
func TestNode_OneProgramHasItsNumber(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, nil)
	m.sponsor(m.campaign(nil), ads.Budget{})
	first := m.node(1, nil)
	require.Positive(t, first.buy(10))
	require.NoError(t, first.Flush(t.Context()))
	ad := first.one("ann")
	seen := bytes.Clone(ad.Token)
	_, err := first.View(t.Context(), seen, visit())
	require.NoError(t, err)
	require.NoError(t, first.Flush(t.Context()))
	late := bytes.Clone(first.one("bob").Token)

	second := m.beside(first, "twin")
	require.ErrorContains(t, second.tries(), "stop it, or give another number")
	m.quiet(time.Minute)
	second.open()
	o, err := second.View(t.Context(), seen, visit())
	require.NoError(t, err)
	assert.Equal(t, adserver.Duplicate, o.Result, "the database told of it")

	require.Positive(t, first.buy(1))
	require.ErrorIs(t, first.Flush(t.Context()), store.ErrReplaced)
	require.ErrorIs(t, first.Healthy(), store.ErrReplaced)
	_, err = first.View(t.Context(), late, visit())
	require.ErrorIs(t, err, adserver.ErrUnavailable)
	o, err = second.View(t.Context(), late, visit())
	require.NoError(t, err)
	assert.Equal(t, adserver.Counted, o.Result)
	assert.Equal(t, int64(12), second.books().views)
}

// Of what the second program with a number has leased the first neither gives back nor takes anything, and its end is not the second's.
func TestNode_LeasesAreTheLastPrograms(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*price, nil)
	line := m.sponsor(m.campaign(nil), ads.Budget{Total: 100 * price})
	raw, first := m.raw(), m.node(1, nil)
	first.buy(2)
	require.NoError(t, first.Tally(t.Context()))
	require.NoError(t, first.Flush(t.Context()))
	m.quiet(time.Minute)
	second := m.beside(first, "twin").open()
	second.decide(request(""))
	require.NoError(t, second.Lease(t.Context()))
	mine := second.AtHand(line.ID)
	require.Positive(t, mine)

	kept, err := m.db.Lines.Get(t.Context(), line.ID)
	require.NoError(t, err)
	kept.Value.Budget.Total = 99 * price // so that the first gives back
	_, err = m.db.Lines.Update(t.Context(), by, kept.Value, kept.Revision)
	require.NoError(t, err)
	require.NoError(t, first.Reload(t.Context()))
	for _, does := range []func(context.Context) error{first.Look, first.Close} {
		require.NoError(t, does(t.Context()))
		_, out := held(t, raw, store.Budget{Kind: store.LineBudget, ID: uint32(line.ID)})
		assert.Equal(t, mine, out)
		assert.ErrorIs(t, first.Healthy(), adserver.ErrUnavailable)
	}
	require.NoError(t, second.Flush(t.Context()))
	require.NoError(t, second.Healthy())
}

// A folder that another one has taken the place of does not come back: what it numbers is not what the database counts on from.
func TestNode_AnOldFolderStaysOut(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, nil)
	m.sponsor(m.campaign(nil), ads.Budget{})
	first := m.node(1, nil)
	require.Positive(t, first.buy(10))
	require.NoError(t, first.Close(t.Context()))
	second := m.beside(first, "other").open()
	require.Positive(t, second.buy(3))
	require.NoError(t, second.Close(t.Context()))
	require.ErrorContains(t, first.tries(), "went on with another journal")
	require.NoError(t, os.RemoveAll(first.dir))
	first.open()
	require.Positive(t, first.buy(2))
	assert.Equal(t, int64(15), first.books().views)
}

// What a node brings late is not booked from leases that others have, also when they were taken back while it was being brought.
func TestFlush_LeasesTakenBackMeanwhile(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, nil)
	l := m.sponsor(m.campaign(nil), ads.Budget{Total: 20 * price})
	nodes := m.nodes(2, func(c *adserver.Config) { c.GiveUp = time.Hour })
	billed := nodes[0].buy(5)
	require.Equal(t, 5*price, billed)
	late := nodes[0].FlushLate(t.Context(), func() {
		m.quiet(2 * time.Hour)
		require.NoError(t, m.db.Renew(t.Context(), store.Node{Number: 2}))
		gone, err := m.db.Reclaim(t.Context(), time.Hour)
		require.NoError(t, err)
		require.Equal(t, []uint16{1}, gone)
	})
	require.ErrorIs(t, late, store.ErrGone)
	require.NoError(t, nodes[0].Flush(t.Context()))
	got := nodes[1].buy(all)
	assert.Equal(t, 20*price, got, "all of it is the other's")
	require.NoError(t, nodes[1].Flush(t.Context()))
	spending, err := m.db.Spending(t.Context(), 0)
	require.NoError(t, err)
	assert.Equal(t, 20*price, spending.Lines[l.ID])
	require.ErrorIs(t, nodes[0].Healthy(), store.ErrGone)
}
