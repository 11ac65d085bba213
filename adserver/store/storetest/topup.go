package storetest

import (
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

func (s *suite) topUp(w world, minor int64) store.TopUp {
	s.Helper()
	t, err := s.db.CreateTopUp(s.Context(), admin, store.TopUp{Advertiser: w.advertiser.Value.ID, Amount: money.New(minor, inr), Gateway: "sandbox"})
	require.NoError(s, err)
	return t
}

// once runs fn many times at once and asserts that it did something one time.
func (s *suite) once(fn func() (bool, error)) {
	s.Helper()
	var done atomic.Int32
	together(6, func(int) {
		ok, err := fn()
		if assert.NoError(s, err) && ok {
			done.Add(1)
		}
	})
	assert.Equal(s, int32(1), done.Load())
}

var topUpTests = map[string]func(*suite){
	"top_up_is_booked_once": func(s *suite) {
		w := s.world("acme")
		t := s.topUp(w, 250_50)
		assert.Equal(s, store.TopUpCreated, t.State)
		require.NoError(s, s.db.NameIntent(s.Context(), t.ID, "pi_1"))
		require.NoError(s, s.db.NameIntent(s.Context(), t.ID, "pi_1"))
		s.is(fault.Conflict, s.db.NameIntent(s.Context(), t.ID, "pi_2"))
		before := s.version()
		s.once(func() (bool, error) { return s.db.PayTopUp(s.Context(), t.ID) })
		assert.Equal(s, ads.Nano(250_500_000_000), s.balance(w.pays()))
		assert.Equal(s, before+1, s.version(), "who serves is told")

		got, err := s.db.TopUpOf(s.Context(), "sandbox", "pi_1")
		require.NoError(s, err)
		assert.Equal(s, []any{t.ID, store.TopUpPaid, t.Amount}, []any{got.ID, got.State, got.Amount})
		assert.False(s, got.Settled.IsZero())
		s.is(fault.Conflict, s.db.FailTopUp(s.Context(), t.ID, "late"))
		list, err := s.db.Movements(s.Context(), store.Statement{Account: w.pays()})
		require.NoError(s, err)
		require.Len(s, list, 1)
		assert.Equal(s, "sandbox pi_1", list[0].Note)
		s.sound()
	},

	"top_up_that_failed_is_not_booked": func(s *suite) {
		w := s.world("acme")
		t := s.topUp(w, 1)
		require.NoError(s, s.db.FailTopUp(s.Context(), t.ID, "card declined"))
		require.NoError(s, s.db.FailTopUp(s.Context(), t.ID, "again"))
		_, err := s.db.PayTopUp(s.Context(), t.ID)
		s.is(fault.Conflict, err)
		got, err := s.db.TopUp(s.Context(), t.ID)
		require.NoError(s, err)
		assert.Equal(s, []any{store.TopUpFailed, "card declined"}, []any{got.State, got.Note})
		assert.Zero(s, s.balance(w.pays()))
		assert.Zero(s, s.count("ad_entry"))
	},

	"top_up_that_goes_back_leaves_the_balance": func(s *suite) {
		w := s.world("acme")
		t := s.topUp(w, 100_00)
		back := func(minor int64) bool {
			s.Helper()
			done, err := s.db.ReturnTopUp(s.Context(), t.ID, money.New(minor, inr))
			require.NoError(s, err)
			return done
		}
		assert.True(s, back(10_00))
		_, err := s.db.PayTopUp(s.Context(), t.ID)
		require.NoError(s, err)
		assert.Equal(s, 90*ads.Unit, s.balance(w.pays()), "only the rest is booked")
		before := s.version()
		s.once(func() (bool, error) { return s.db.ReturnTopUp(s.Context(), t.ID, money.New(40_00, inr)) })
		assert.Equal(s, before+1, s.version(), "who serves is told")
		assert.False(s, back(30_00), "this is of before")
		assert.Equal(s, 60*ads.Unit, s.balance(w.pays()))
		assert.Equal(s, -60*ads.Unit, s.balance(gateway))
		paid, err := s.db.PaidIn(s.Context())
		require.NoError(s, err)
		assert.Equal(s, 60*ads.Unit, paid[w.advertiser.Value.ID])
		assert.True(s, back(100_00))
		got, err := s.db.TopUp(s.Context(), t.ID)
		require.NoError(s, err)
		assert.Equal(s, []any{store.TopUpPaid, money.New(100_00, inr)}, []any{got.State, got.Refunded})
		list, err := s.db.Movements(s.Context(), store.Statement{Account: w.pays()})
		require.NoError(s, err)
		require.Len(s, list, 3)
		assert.Equal(s, []any{ledger.Return, -60 * ads.Unit}, []any{list[0].Kind, list[0].Amount})
		s.sound()
	},

	"top_up_that_went_back_as_a_whole_is_none": func(s *suite) {
		w := s.world("acme")
		t := s.topUp(w, 100)
		s.once(func() (bool, error) { return s.db.ReturnTopUp(s.Context(), t.ID, t.Amount) })
		_, err := s.db.PayTopUp(s.Context(), t.ID)
		s.is(fault.Conflict, err)
		got, err := s.db.TopUp(s.Context(), t.ID)
		require.NoError(s, err)
		assert.Equal(s, []any{store.TopUpFailed, "it was given back", t.Amount}, []any{got.State, got.Note, got.Refunded})
		assert.Zero(s, s.count("ad_entry"))
		for _, total := range []money.Amount{money.New(0, inr), money.New(101, inr), money.New(1, "USD")} {
			_, err = s.db.ReturnTopUp(s.Context(), t.ID, total)
			s.at("total", err)
		}
		_, err = s.db.ReturnTopUp(s.Context(), 999, t.Amount)
		s.is(fault.NotFound, err)
	},

	"top_ups_that_are_wrong": func(s *suite) {
		w := s.world("acme")
		id := w.advertiser.Value.ID
		for field, t := range map[string]store.TopUp{
			"amount":     {Advertiser: id, Amount: money.New(0, inr), Gateway: "sandbox"},
			"advertiser": {Advertiser: 999, Amount: money.New(1, inr), Gateway: "sandbox"},
			"gateway":    {Advertiser: id, Amount: money.New(1, inr)},
		} {
			_, err := s.db.CreateTopUp(s.Context(), admin, t)
			s.at(field, err)
		}
		_, err := s.db.CreateTopUp(s.Context(), admin, store.TopUp{Advertiser: id, Amount: money.New(1, "USD"), Gateway: "sandbox"})
		s.at("amount", err)
		for range 2 {
			_, err = s.db.CreateTopUp(s.Context(), admin, store.TopUp{Advertiser: id, Amount: money.New(1, inr), Gateway: "sandbox", Intent: "pi_1"})
		}
		s.is(fault.Conflict, err)
		_, err = s.db.PayTopUp(s.Context(), 999)
		s.is(fault.NotFound, err)
		_, err = s.db.TopUp(s.Context(), 999)
		s.is(fault.NotFound, err)
		for _, none := range []string{"", "pi_9", "\x00"} {
			_, err = s.db.TopUpOf(s.Context(), "sandbox", none)
			s.is(fault.NotFound, err)
		}
		s.at("intent", s.db.NameIntent(s.Context(), 1, ""))
	},

	"top_ups_that_were_paid": func(s *suite) {
		a, b := s.world("a"), s.world("b")
		first, _, second := s.topUp(a, 1), s.topUp(a, 2), s.topUp(b, 3)
		for _, t := range []store.TopUp{first, second} {
			_, err := s.db.PayTopUp(s.Context(), t.ID)
			require.NoError(s, err)
		}
		paid := func(since time.Time, p store.Page) (ids []uint32) {
			s.Helper()
			list, err := s.db.PaidTopUps(s.Context(), since, p)
			require.NoError(s, err)
			for _, t := range list {
				ids = append(ids, t.ID)
			}
			return ids
		}
		assert.Equal(s, []uint32{first.ID, second.ID}, paid(first.Created, store.Page{}))
		assert.Equal(s, []uint32{first.ID}, paid(first.Created, store.Page{Most: 1}))
		assert.Equal(s, []uint32{second.ID}, paid(first.Created, store.Page{After: first.ID}))
		got, err := s.db.TopUp(s.Context(), second.ID)
		require.NoError(s, err)
		assert.Empty(s, paid(got.Settled.Add(time.Microsecond), store.Page{}))
		_, err = s.db.PaidTopUps(s.Context(), first.Created, store.Page{Most: -1})
		s.at("most", err)
	},

	"top_ups_of_one_advertiser": func(s *suite) {
		a, b := s.world("a"), s.world("b")
		t := s.topUp(a, 1)
		s.topUp(b, 2)
		list, err := s.db.TopUps(s.Context(), store.Filter{Owner: a.advertiser.Owner, State: "created"})
		require.NoError(s, err)
		assert.Equal(s, []store.TopUp{t}, list)
		list, err = s.db.TopUps(s.Context(), store.Filter{All: true})
		require.NoError(s, err)
		assert.Len(s, list, 2)
		_, err = s.db.TopUps(s.Context(), store.Filter{})
		s.at("owner", err)
	},
}
