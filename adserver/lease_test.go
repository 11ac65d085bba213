package adserver_test

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/store/postgres"
	"github.com/marquee-tickets/marquee/internal/pgtest"
)

const times = 200 // impressions of a budget in the tests of rushes

// levels are where a budget may be: each sets one and returns what the advertiser has paid in.
var levels = map[string]func(*ads.Budget, *ads.Budget) ads.Nano{
	"line total":     func(_, line *ads.Budget) ads.Nano { line.Total = times * price; return 1e6 * price },
	"line daily":     func(_, line *ads.Budget) ads.Nano { line.Daily = times*price + 1; return 1e6 * price },
	"campaign total": func(c, _ *ads.Budget) ads.Nano { c.Total = times * price; return 1e6 * price },
	"campaign daily": func(c, _ *ads.Budget) ads.Nano { c.Daily = times * price; return 1e6 * price },
	"balance":        func(_, _ *ads.Budget) ads.Nano { return (times+1)*price - 1 },
}

// However many nodes spend from a budget at once, what is billed is within it, and next to all of it is used.
func TestShared_NoOverspend(t *testing.T) {
	t.Parallel()
	for name, set := range levels {
		for _, count := range []int{2, 4} {
			t.Run(fmt.Sprint(name, " ", count), func(t *testing.T) {
				t.Parallel()
				var c, l ads.Budget
				m := newMarket(t, set(&c, &l), nil)
				m.sponsor(m.campaign(func(x *ads.Campaign) { x.Budget = c }), l)
				spendAll(t, m, m.nodes(count, nil))
			})
		}
	}
}

// The same over a database server.
func TestShared_NoOverspendOnPostgres(t *testing.T) {
	t.Parallel()
	url, schema := pgtest.Schema(t)
	db, err := postgres.Open(t.Context(), url, schema)
	require.NoError(t, err)
	m := marketOf(t, db, t.TempDir(), (times+1)*price-1)
	m.sponsor(m.campaign(nil), ads.Budget{Daily: 2 * times * price})
	spendAll(t, m, m.nodes(4, nil))
}

// spendAll has nodes spend the times*price that there is, and looks into the books.
func spendAll(t *testing.T, m *market, nodes []*market) {
	t.Helper()
	billed := stampede(nodes)
	assert.LessOrEqual(t, billed, times*price)
	assert.GreaterOrEqual(t, billed, times*price*95/100)
	b := nodes[0].books()
	assert.Equal(t, billed, b.gross)
	assert.EqualValues(t, billed/price, b.views)
	assert.GreaterOrEqual(t, b.balance, ads.Nano(0))
	for _, n := range nodes {
		require.NoError(t, n.Close(context.Background()))
	}
	wrong, err := m.db.Audit(context.Background())
	require.NoError(t, err)
	require.Empty(t, wrong)
}

// The negative control: nodes that do not share take the whole budget each.
func TestAlone_SeveralNodesOverspend(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*price, nil)
	m.sponsor(m.campaign(nil), ads.Budget{Total: 20 * price})
	var billed ads.Nano
	for _, n := range m.nodes(2, func(c *adserver.Config) { c.Shared = false }) {
		for range 20 {
			billed += n.view(n.one("")).Billed
		}
	}
	assert.EqualValues(t, 40*price, billed)
}

// The first request for a line has it leased for, once, and goes without.
func TestShared_FirstUseLeases(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*price, nil)
	m.sponsor(m.campaign(nil), ads.Budget{Total: 100 * price})
	raw, n := m.raw(), m.node(1, nil)
	for range 10 {
		assert.Empty(t, n.decide(request("")))
	}
	assert.Equal(t, 1, n.Asking(), "ten asked at once")
	require.NoError(t, n.Lease(t.Context()))
	n.view(n.one(""))
	assert.EqualValues(t, 2*4*price, leased(t, raw), "four impressions of the line and of the balance; what has no limit is not leased")
}

// While its own work runs, somebody leases at once.
func TestShared_RunLeases(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*price, nil)
	m.sponsor(m.campaign(nil), ads.Budget{Total: 100 * price})
	n := m.node(1, nil)
	ctx, stop := context.WithCancel(t.Context())
	var work sync.WaitGroup
	work.Go(func() { assert.NoError(t, n.Run(ctx)) })
	for n.Counters().Decisions.Load() == 0 {
		n.decide(request(""))
	}
	stop()
	work.Wait()
	require.NoError(t, n.Close(context.Background()))
	assert.Zero(t, leased(t, m.raw()), "and gives it back")
}

// What is not used goes back: what is too much soon, the rest after a while, everything at the end.
func TestShared_GivesBack(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*price, nil)
	m.sponsor(m.campaign(nil), ads.Budget{Total: 100 * price})
	raw, nodes := m.raw(), m.nodes(2, nil)
	nodes[0].buy(1)
	for range 30 {
		nodes[0].view(nodes[0].one(""))
		require.NoError(t, nodes[0].Lease(t.Context()))
	}
	require.NoError(t, nodes[0].Flush(t.Context()))
	assert.Greater(t, leased(t, raw), 2*20*price, "a rush leases ahead")
	nodes[0].looks(20)
	assert.Equal(t, 2*4*price, leased(t, raw), "and ends")
	assert.EqualValues(t, (100-31-4)*price, nodes[1].buy(all), "what another can have")
	nodes[0].looks(320)
	assert.EqualValues(t, 4*price, nodes[1].buy(all))
	for _, n := range nodes {
		require.NoError(t, n.Close(context.Background()))
	}
	assert.Zero(t, leased(t, raw))
}

// A day has its own budget on all nodes, and what was leased of the day before is no part of it.
func TestShared_NewDay(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*price, nil)
	m.sponsor(m.campaign(nil), ads.Budget{Daily: 40 * price})
	nodes := m.nodes(2, nil)
	assert.EqualValues(t, 40*price, stampede(nodes))
	m.hearing(24*time.Hour, nodes...)
	assert.EqualValues(t, 40*price, stampede(nodes))
	assert.EqualValues(t, 80*price, nodes[0].books().gross)
}

// Limits follow the catalogue: a higher one gives more, a lower one takes what is leased and not spent, one where none was is kept from then on.
func TestShared_LimitsChange(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*price, nil)
	line := m.sponsor(m.campaign(nil), ads.Budget{})
	raw, nodes := m.raw(), m.nodes(2, nil)
	set := func(n ads.Nano) {
		t.Helper()
		kept, err := m.db.Lines.Get(t.Context(), line.ID)
		require.NoError(t, err)
		kept.Value.Budget.Total = n
		_, err = m.db.Lines.Update(t.Context(), by, kept.Value, kept.Revision)
		require.NoError(t, err)
		m.hearing(0, nodes...)
		for _, n := range nodes {
			require.NoError(t, n.Lease(t.Context()))
		}
	}
	billed := nodes[0].buy(10) + nodes[1].buy(10)
	set(30 * price)
	billed += stampede(nodes)
	assert.EqualValues(t, 30*price, billed, "ten of each before there was a limit, and what is left of it")
	set(60 * price)
	billed += nodes[0].buy(2) + nodes[1].buy(2)
	before := leased(t, raw)
	set(34 * price)
	assert.Less(t, leased(t, raw), before)
	billed += stampede(nodes)
	assert.EqualValues(t, 34*price, billed)
	set(0)
	assert.EqualValues(t, 50*price, nodes[0].buy(50))
}

// A token of an earlier life is paid from a lease, which is asked for while its beacon waits; and a click from one that had gone back.
func TestShared_LateIsPaidFromLeases(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 100*ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Pricing, l.Bid = ads.CPC, 2*ads.Unit })
	n := m.node(1, nil)
	n.decide(request("ann"))
	require.NoError(t, n.Lease(t.Context()))
	ad := n.one("ann")
	ad.Token = bytes.Clone(ad.Token)
	assert.Equal(t, adserver.Counted, n.view(ad).Result)
	n.reopen(false)
	assert.Positive(t, n.click(ad).Billed, "the balance has it")
	assert.Positive(t, n.books().gross)
	sponsored := newMarket(t, 1000*price, nil)
	sponsored.sponsor(sponsored.campaign(nil), ads.Budget{Total: 3 * price})
	one := sponsored.node(1, nil)
	one.decide(request(""))
	require.NoError(t, one.Lease(t.Context()))
	before := bytes.Clone(one.one("").Token)
	one.reopen(false)
	assert.EqualValues(t, 3*price, one.buy(all))
	o, err := one.View(t.Context(), before, visit())
	require.NoError(t, err)
	assert.Zero(t, o.Billed, "what it had reserved was spent by others")
}

// What is told of a line, and what it is paced by, is of all nodes.
func TestShared_HearsWhatOthersSpend(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*price, nil)
	line := m.sponsor(m.campaign(nil), ads.Budget{Total: 50 * price})
	nodes := m.nodes(2, nil)
	nodes[0].buy(20)
	require.NoError(t, nodes[0].Flush(t.Context()))
	nodes[0].looks(20) // what its rush had leased ahead
	nodes[1].buy(5)
	require.NoError(t, nodes[1].Flush(t.Context()))
	require.NoError(t, nodes[1].Hear(t.Context()))
	d, ok := nodes[1].Explain(line.ID)
	require.True(t, ok)
	assert.EqualValues(t, 25*price, d.Left)
	assert.Empty(t, d.Obstacles)
	nodes[1].looks(320)
	require.NoError(t, nodes[1].Hear(t.Context()))
	d, _ = nodes[1].Explain(line.ID)
	assert.EqualValues(t, 25*price, d.Left, "nothing is leased, and yet it is not spent")
	assert.Empty(t, d.Obstacles)
}

func TestShared_DurationsAreChecked(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 0, nil)
	for field, change := range map[string]func(*adserver.Config){
		"GiveUp":       func(c *adserver.Config) { c.GiveUp = time.Minute },
		"LeaseTimeout": func(c *adserver.Config) { c.LeaseTimeout = -1 },
	} {
		cfg := adserver.Config{Dir: m.dir, Secret: bytes.Repeat([]byte{2}, 32), Sensors: sensors(t), Shared: true}
		change(&cfg)
		_, err := adserver.Open(t.Context(), m.db, cfg)
		require.ErrorContains(t, err, field)
	}
}

// A lease whose answer is lost is asked for again, so that all of a budget is sold, and none of it twice.
func TestLease_AnAnswerThatIsLost(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, nil)
	l := m.sponsor(m.campaign(nil), ads.Budget{Total: 50 * price})
	n := m.node(1, nil)
	n.LoseAnswers(2)
	n.decide(request(""))
	for range 3 {
		_ = n.Lease(t.Context()) // the answers that are lost are errors
	}
	assert.Equal(t, 50*price, n.buy(all))
	require.NoError(t, n.Flush(t.Context()))
	spending, err := m.db.Spending(t.Context(), 0)
	require.NoError(t, err)
	assert.Equal(t, 50*price, spending.Lines[l.ID])
}

// Who gives back what was taken back already learns just that.
func TestLease_GivenBackAfterItWasTakenBack(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, nil)
	l := m.sponsor(m.campaign(nil), ads.Budget{Total: 50 * price})
	n := m.node(1, nil)
	n.decide(request(""))
	require.NoError(t, n.Lease(t.Context()))
	m.quiet(2 * time.Hour)
	gone, err := m.db.Reclaim(t.Context(), time.Hour)
	require.NoError(t, err)
	require.Equal(t, []uint16{1}, gone)
	kept, err := m.db.Lines.Get(t.Context(), l.ID)
	require.NoError(t, err)
	kept.Value.Budget.Total = price // so that it gives back
	_, err = m.db.Lines.Update(t.Context(), by, kept.Value, kept.Revision)
	require.NoError(t, err)
	require.NoError(t, n.Reload(t.Context()))
	require.NoError(t, n.Look(t.Context()))
	require.ErrorIs(t, n.Healthy(), store.ErrGone)
}
