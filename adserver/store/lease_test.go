package store_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/store/sqlite"
)

// model is what leases of one budget should be.
type model struct {
	db     *store.DB
	line   ads.LineID
	limit  ads.Nano
	spent  ads.Nano
	leased map[uint16]ads.Nano // nodes that have joined
}

func (m *model) budget() store.Budget {
	return store.Budget{Kind: store.LineBudget, ID: uint32(m.line)}
}

func (m *model) out() ads.Nano {
	sum := m.spent
	for _, l := range m.leased {
		sum += l
	}
	return sum
}

func (m *model) lease(t *rapid.T, node uint16, want ads.Nano) {
	granted, err := m.db.Lease(t.Context(), store.Node{Number: node}, m.budget(), 0, want, m.limit)
	if _, joined := m.leased[node]; !joined {
		require.ErrorIs(t, err, store.ErrGone)
		return
	}
	require.NoError(t, err)
	require.Equal(t, max(0, min(want, m.limit-m.out())), granted)
	m.leased[node] += granted
}

func (m *model) giveBack(t *rapid.T, node uint16, amount ads.Nano) {
	err := m.db.Return(t.Context(), store.Node{Number: node}, m.budget(), amount)
	if amount > m.leased[node] {
		require.Error(t, err)
		return
	}
	if err == nil { // without a lease even nothing cannot be returned
		m.leased[node] -= amount
	}
}

// spend applies a batch: at most what the node has leased, unless it has been given up.
func (m *model) spend(t *rapid.T, node uint16, amount ads.Nano) {
	amount = min(amount, m.leased[node])
	if amount == 0 {
		return
	}
	from, err := m.db.Position(t.Context(), node)
	require.NoError(t, err)
	applied, err := m.db.Apply(t.Context(), ledger.Batch{
		Node: node, From: from, Upto: from + 1, Spent: []ledger.Spent{{Line: m.line, Day: 20_000, Amount: amount}},
	})
	require.NoError(t, err)
	require.True(t, applied)
	m.leased[node] -= amount
	m.spent += amount
}

func (m *model) step(t *rapid.T) {
	node := uint16(rapid.IntRange(1, 3).Draw(t, "node"))
	amount := ads.Nano(rapid.Int64Range(0, 120).Draw(t, "amount"))
	switch rapid.SampledFrom([]string{"join", "leave", "lease", "lease", "lease", "return", "spend", "spend", "limit"}).Draw(t, "what") {
	case "join":
		require.NoError(t, m.db.Join(t.Context(), store.Node{Number: node}))
		m.leased[node] = 0
	case "leave":
		require.NoError(t, m.db.Leave(t.Context(), store.Node{Number: node}))
		delete(m.leased, node)
	case "lease":
		m.lease(t, node, amount+1)
	case "return":
		m.giveBack(t, node, amount)
	case "spend":
		m.spend(t, node, amount)
	case "limit":
		m.limit = max(m.out(), amount*4)
	}
	assert.LessOrEqual(t, m.out(), m.limit)
}

// Whatever nodes do, in whatever order, the store grants what the rule says and no more.
func TestLease_Property(t *testing.T) {
	t.Parallel()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "ads.db"))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	line := ads.LineID(0)
	rapid.Check(t, func(t *rapid.T) {
		for node := range uint16(4) {
			require.NoError(t, db.Leave(t.Context(), store.Node{Number: node}))
		}
		line++
		m := &model{db: db, line: line, limit: 200, leased: map[uint16]ads.Nano{}}
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			m.step(t)
		}
		spending, err := db.Spending(t.Context(), 0)
		require.NoError(t, err)
		require.Equal(t, m.spent, spending.Lines[line])
	})
}
