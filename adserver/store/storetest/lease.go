package storetest

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// budget is what a test leases of.
var budget = store.Budget{Kind: store.LineBudget, ID: 1, Day: day}

func (s *suite) join(nodes ...uint16) {
	s.Helper()
	for _, n := range nodes {
		require.NoError(s, s.db.Join(s.Context(), store.Node{Number: n}))
	}
}

func (s *suite) lease(node uint16, want, limit ads.Nano) ads.Nano {
	s.Helper()
	granted, err := s.db.Lease(s.Context(), store.Node{Number: node}, budget, 0, want, limit)
	require.NoError(s, err)
	return granted
}

// held returns what is spent and leased of the budget.
func (s *suite) held(of store.Budget) (spent, leased ads.Nano) {
	s.Helper()
	require.NoError(s, s.raw.View(s.Context(), func(tx sqldb.Tx) error {
		return tx.One(s.Context(), []any{&spent, &leased}, "select spent, leased from ad_budget where kind = $1 and id = $2 and day = $3",
			int64(of.Kind), of.ID, of.Day)
	}))
	return spent, leased
}

var leaseTests = map[string]func(*suite){
	"lease_ends_at_the_limit": func(s *suite) {
		s.join(1, 2)
		assert.Equal(s, ads.Nano(60), s.lease(1, 60, 100))
		assert.Equal(s, ads.Nano(40), s.lease(2, 60, 100), "what is left")
		assert.Zero(s, s.lease(2, 60, 100))
		assert.Zero(s, s.lease(2, 60, 90), "a limit that was lowered")
		assert.Equal(s, ads.Nano(5), s.lease(2, 60, 105), "a limit that was raised")
		require.NoError(s, s.db.Return(s.Context(), store.Node{Number: 1}, budget, 60))
		assert.Equal(s, ads.Nano(60), s.lease(2, 60, 105))
		s.sound()
	},

	"what_is_returned_was_leased": func(s *suite) {
		s.join(1, 2)
		s.lease(1, 60, 100)
		s.lease(2, 40, 100)
		s.is(fault.Conflict, s.db.Return(s.Context(), store.Node{Number: 1}, budget, 61))
		require.ErrorIs(s, s.db.Return(s.Context(), store.Node{Number: 3}, budget, 1), store.ErrGone, "it has not joined")
		s.is(fault.Invalid, s.db.Return(s.Context(), store.Node{Number: 1}, budget, -1))
		_, leased := s.held(budget)
		assert.Equal(s, ads.Nano(100), leased)
		s.sound()
	},

	"lease_needs_a_node_that_joined": func(s *suite) {
		_, err := s.db.Lease(s.Context(), store.Node{Number: 1}, budget, 0, 60, 100)
		require.ErrorIs(s, err, store.ErrGone)
		require.ErrorIs(s, s.db.Renew(s.Context(), store.Node{Number: 1}), store.ErrGone)
		s.join(1)
		require.NoError(s, s.db.Renew(s.Context(), store.Node{Number: 1}))
		for _, want := range []ads.Nano{0, -1, ads.MaxNano + 1} {
			_, err = s.db.Lease(s.Context(), store.Node{Number: 1}, budget, 0, want, 100)
			s.at("want", err)
		}
		_, err = s.db.Lease(s.Context(), store.Node{Number: 1}, budget, 0, 1, -1)
		s.at("want", err)
	},

	"lease_that_is_asked_for_again": func(s *suite) {
		s.join(1, 2)
		ask := func(node uint16, number uint64, want ads.Nano) ads.Nano {
			granted, err := s.db.Lease(s.Context(), store.Node{Number: node}, budget, number, want, 100)
			require.NoError(s, err)
			return granted
		}
		for range 3 {
			assert.Equal(s, ads.Nano(30), ask(1, 1, 30))
		}
		assert.Equal(s, ads.Nano(20), ask(2, 1, 20), "each node has its numbers")
		assert.Equal(s, ads.Nano(50), ask(1, 2, 60), "what is left")
		assert.Equal(s, ads.Nano(50), ask(1, 2, 60))
		_, leased := s.held(budget)
		assert.Equal(s, ads.Nano(100), leased)
		s.join(1)
		assert.Equal(s, ads.Nano(80), ask(1, 2, 90), "a new life has its numbers, too")
		s.sound()
	},

	"what_is_spent_leaves_the_lease": func(s *suite) {
		w := s.world("acme")
		s.join(1)
		day, ever := store.Budget{Kind: store.LineBudget, ID: 1, Day: day}, store.Budget{Kind: store.CampaignBudget, ID: 1}
		for _, b := range []store.Budget{day, ever} {
			_, err := s.db.Lease(s.Context(), store.Node{Number: 1}, b, 0, 15_000, 100_000)
			require.NoError(s, err)
		}
		s.apply(w.views(0, 10, 1000))
		spent, leased := s.held(day)
		assert.Equal(s, []ads.Nano{10_000, 5_000}, []ads.Nano{spent, leased})
		spent, leased = s.held(ever)
		assert.Equal(s, []ads.Nano{10_000, 5_000}, []ads.Nano{spent, leased})
		spent, _ = s.held(store.Budget{Kind: store.AdvertiserBudget, ID: 1})
		assert.Equal(s, ads.Nano(10_000), spent)

		s.apply(w.views(10, 10, 1000)) // more than is leased
		spent, leased = s.held(day)
		assert.Equal(s, []ads.Nano{20_000, 0}, []ads.Nano{spent, leased})
		s.sound()
	},

	"leases_of_a_silent_node_are_taken_back": func(s *suite) {
		s.join(1, 2, 3)
		s.lease(1, 60, 100)
		s.lease(2, 40, 100)
		s.exec("update ad_node set seen = seen - 7200000000 where node in (1, 3)") // by two hours
		require.NoError(s, s.db.Renew(s.Context(), store.Node{Number: 3}), "one that was silent and has come back in time")
		ended, err := s.db.Reclaim(s.Context(), time.Hour)
		require.NoError(s, err)
		assert.Equal(s, []uint16{1}, ended)
		_, leased := s.held(budget)
		assert.Equal(s, ads.Nano(40), leased)
		_, err = s.db.Lease(s.Context(), store.Node{Number: 1}, budget, 0, 1, 100)
		require.ErrorIs(s, err, store.ErrGone)
		require.ErrorIs(s, s.db.Return(s.Context(), store.Node{Number: 1}, budget, 10), store.ErrGone)
		ended, err = s.db.Reclaim(s.Context(), time.Hour)
		require.NoError(s, err)
		assert.Empty(s, ended, "once")
		s.join(1)
		assert.Equal(s, ads.Nano(60), s.lease(1, 60, 100))
		s.sound()
	},

	"node_that_joins_again_begins_anew": func(s *suite) {
		s.join(1)
		s.lease(1, 60, 100)
		s.join(1)
		_, leased := s.held(budget)
		assert.Zero(s, leased)
		s.lease(1, 60, 100)
		require.NoError(s, s.db.Leave(s.Context(), store.Node{Number: 1}))
		require.NoError(s, s.db.Leave(s.Context(), store.Node{Number: 9}))
		_, leased = s.held(budget)
		assert.Zero(s, leased)
		require.ErrorIs(s, s.db.Renew(s.Context(), store.Node{Number: 1}), store.ErrGone)
		s.sound()
	},

	// Nodes lease, spend what they have, return the rest and are given up, all at once: never is more out than the limit.
	"many_nodes_never_exceed_the_limit": func(s *suite) {
		const nodes, limit = 8, 10_000
		w := s.world("acme")
		var out atomic.Int64 // what nodes could spend or have spent
		together(nodes, func(i int) {
			node, rng := uint16(i), rand.New(rand.NewPCG(1, uint64(i)))
			if !assert.NoError(s, s.db.Join(s.Context(), store.Node{Number: node})) {
				return
			}
			from := uint64(0)
			for round := range 12 {
				granted, err := s.db.Lease(s.Context(), store.Node{Number: node}, budget, 0, ads.Nano(1+rng.IntN(900)), limit)
				if !assert.NoError(s, err) {
					return
				}
				assert.LessOrEqual(s, out.Add(int64(granted)), int64(limit))
				if granted == 0 {
					continue
				}
				spend := ads.Nano(rng.Int64N(int64(granted) + 1))
				if spend > 0 {
					b := w.views(from, 1, spend)
					b.Node, b.Entries[0].Ref = node, fmt.Sprint(i, "/", round)
					_, err = s.db.Apply(s.Context(), b)
					assert.NoError(s, err)
					from++
				}
				out.Add(int64(spend - granted)) // before it is returned: from then on others may have it
				assert.NoError(s, s.db.Return(s.Context(), store.Node{Number: node}, budget, granted-spend))
			}
		})
		spent, leased := s.held(budget)
		assert.Zero(s, leased)
		assert.LessOrEqual(s, spent, ads.Nano(limit))
		assert.Equal(s, ads.Nano(out.Load()), spent)
		s.sound()
	},
}
