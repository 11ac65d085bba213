package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

var epochTests = map[string]func(*suite){
	"epochs_never_come_twice": func(s *suite) {
		seen := make(chan uint32, 40)
		together(20, func(int) {
			life, err := s.db.Begin(s.Context(), 65535, store.Journal{})
			assert.NoError(s, err)
			seen <- life.Epoch
		})
		close(seen)
		all := map[uint32]bool{}
		for e := range seen {
			all[e] = true
		}
		assert.Len(s, all, 20)
		assert.False(s, all[0])
		life, err := s.db.Begin(s.Context(), 1, store.Journal{})
		require.NoError(s, err)
		assert.Equal(s, uint32(1), life.Epoch, "each node has its own")
	},

	"journal_of_a_node": func(s *suite) {
		s.stand()
		begin := func(j store.Journal) (store.Life, error) { return s.db.Begin(s.Context(), 1, j) }
		life, err := begin(store.Journal{ID: "a", New: true})
		require.NoError(s, err)
		assert.Equal(s, store.Life{Epoch: 1}, life)
		w := s.world("acme")
		s.apply(w.views(0, 10, 1000))
		life, err = begin(store.Journal{ID: "a"})
		require.NoError(s, err)
		assert.Equal(s, store.Life{Epoch: 2, Applied: 10}, life)
		_, err = begin(store.Journal{ID: "b"})
		s.is(fault.Conflict, err)
		s.join(1)
		s.exec("update ad_node set seen = seen - 4999999")
		_, err = begin(store.Journal{ID: "b", New: true})
		s.is(fault.Conflict, err)
		s.exec("update ad_node set seen = seen - 1")
		life, err = begin(store.Journal{ID: "b", New: true})
		require.NoError(s, err)
		assert.Equal(s, store.Life{Epoch: 3, Applied: 10}, life, "what was refused has used no epoch")
		s.join(1)
		require.NoError(s, s.db.Leave(s.Context(), store.Node{Number: 1}))
		_, err = begin(store.Journal{ID: "c", New: true})
		require.NoError(s, err, "it has left in order")
		_, err = s.db.Begin(s.Context(), 2, store.Journal{ID: "d"})
		require.NoError(s, err, "nobody knows of another")
	},

	"only_the_last_life_books": func(s *suite) {
		w := s.world("acme")
		for range 2 {
			_, err := s.db.Begin(s.Context(), 1, store.Journal{ID: "a"})
			require.NoError(s, err)
		}
		b := w.views(0, 10, 1000)
		for _, epoch := range []uint32{1, 3} {
			b.Epoch = epoch
			_, err := s.db.Apply(s.Context(), b)
			require.ErrorIs(s, err, store.ErrReplaced)
		}
		b.Epoch, b.Leased = 2, true
		_, err := s.db.Apply(s.Context(), b)
		require.ErrorIs(s, err, store.ErrGone, "it has not joined")
		upto, err := s.db.Position(s.Context(), 1)
		require.NoError(s, err)
		assert.Zero(s, upto)
		assert.Zero(s, s.balance(w.earns()), "nothing is half booked")
		s.join(1)
		assert.True(s, s.apply(b))
		s.sound()
	},

	"only_the_last_life_has_leases": func(s *suite) {
		for range 2 {
			_, err := s.db.Begin(s.Context(), 1, store.Journal{ID: "a"})
			require.NoError(s, err)
		}
		before, last := store.Node{Number: 1, Epoch: 1}, store.Node{Number: 1, Epoch: 2}
		require.NoError(s, s.db.Join(s.Context(), last))
		lease := func(n store.Node) error {
			_, err := s.db.Lease(s.Context(), n, budget, 7, 60, 100)
			return err
		}
		require.NoError(s, lease(last))
		for _, err := range []error{
			lease(before), s.db.Return(s.Context(), before, budget, 10), s.db.Renew(s.Context(), before), s.db.Leave(s.Context(), before), s.db.Join(s.Context(), before),
		} {
			require.ErrorIs(s, err, store.ErrReplaced)
		}
		_, leased := s.held(budget)
		assert.Equal(s, ads.Nano(60), leased)
		require.NoError(s, s.db.Return(s.Context(), last, budget, 10))
		require.NoError(s, s.db.Renew(s.Context(), last))
		require.NoError(s, s.db.Leave(s.Context(), last))
		s.sound()
	},

	"marks_of_what_was_booked_lately": func(s *suite) {
		w := s.world("acme")
		at := start
		for n := range uint64(4) {
			b := w.views(n, 1, 1000)
			b.At, b.Marks = at, ledger.Mark{Epoch: 7, Serial: n, Kind: ledger.View}.Append(nil)
			b.Forget = at.Add(-2 * time.Minute)
			s.apply(b)
			s.apply(b)
			at = at.Add(time.Minute)
		}
		data, err := s.db.Marks(s.Context(), 1)
		require.NoError(s, err)
		var serials []uint64
		require.NoError(s, ledger.ReadMarks(data, func(m ledger.Mark) { serials = append(serials, m.Serial) }))
		assert.Equal(s, []uint64{1, 2, 3}, serials)
		data, err = s.db.Marks(s.Context(), 2)
		require.NoError(s, err)
		assert.Empty(s, data)
	},

	"epochs_end": func(s *suite) {
		require.NoError(s, s.raw.Update(s.Context(), func(tx sqldb.Tx) error {
			_, err := tx.Exec(s.Context(), "insert into ad_epoch (node, epoch) values (1, 4294967295)")
			return err
		}))
		_, err := s.db.Begin(s.Context(), 1, store.Journal{})
		s.is(fault.Conflict, err)
	},
}
