package storetest

import (
	"sync/atomic"

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

// earned books views that give the publisher so many units, and returns the world.
func (s *suite) earned(units ads.Nano) world {
	s.Helper()
	w := s.world("acme")
	s.apply(w.views(0, 10, units*ads.Unit/7))
	require.Equal(s, units*ads.Unit, s.balance(w.earns()))
	return w
}

func (s *suite) payable(w world) money.Amount {
	s.Helper()
	a, err := s.db.Payable(s.Context(), w.publisher.Value.ID)
	require.NoError(s, err)
	return a
}

func (w world) payout(minor int64) store.Payout {
	return store.Payout{Publisher: w.publisher.Value.ID, Amount: money.New(minor, inr), FirstDay: day - 30, LastDay: day}
}

var payoutTests = map[string]func(*suite){
	"payout_from_request_to_payment": func(s *suite) {
		w := s.earned(70)
		assert.Equal(s, money.New(70_00, inr), s.payable(w))
		p, err := s.db.RequestPayout(s.Context(), admin, w.payout(60_00))
		require.NoError(s, err)
		assert.Equal(s, money.New(10_00, inr), s.payable(w))
		_, err = s.db.PayPayout(s.Context(), admin, p.ID)
		s.is(fault.Conflict, err)
		require.NoError(s, s.db.ApprovePayout(s.Context(), admin, p.ID))
		require.NoError(s, s.db.ApprovePayout(s.Context(), admin, p.ID))
		s.once(func() (bool, error) { return s.db.PayPayout(s.Context(), admin, p.ID) })
		assert.Equal(s, 10*ads.Unit, s.balance(w.earns()))
		assert.Equal(s, 60*ads.Unit, s.balance(gateway))
		assert.Equal(s, money.New(10_00, inr), s.payable(w))
		s.is(fault.Conflict, s.db.RefusePayout(s.Context(), admin, p.ID))
		got, err := s.db.Payout(s.Context(), p.ID)
		require.NoError(s, err)
		assert.Equal(s, store.PayoutPaid, got.State)
		acts, err := s.db.Acts(s.Context(), store.ActFilter{Kind: "payout", ID: p.ID})
		require.NoError(s, err)
		assert.Len(s, acts, 3)
		s.sound()
	},

	"payouts_asked_for_at_once_are_never_more_than_there_is": func(s *suite) {
		w := s.earned(70)
		var asked atomic.Int32
		together(8, func(int) {
			_, err := s.db.RequestPayout(s.Context(), admin, w.payout(30_00))
			if err == nil {
				asked.Add(1)
				return
			}
			assert.True(s, fault.Is(err, fault.Conflict), err)
		})
		assert.Equal(s, int32(2), asked.Load())
	},

	"payout_that_is_refused_can_be_asked_for_again": func(s *suite) {
		w := s.earned(70)
		for _, approve := range []bool{false, true} {
			p, err := s.db.RequestPayout(s.Context(), admin, w.payout(70_00))
			require.NoError(s, err)
			if approve {
				require.NoError(s, s.db.ApprovePayout(s.Context(), admin, p.ID))
			}
			require.NoError(s, s.db.RefusePayout(s.Context(), admin, p.ID))
			require.NoError(s, s.db.RefusePayout(s.Context(), admin, p.ID))
			s.is(fault.Conflict, s.db.ApprovePayout(s.Context(), admin, p.ID))
		}
		list, err := s.db.Payouts(s.Context(), store.Filter{Owner: w.publisher.Owner, State: "refused"})
		require.NoError(s, err)
		assert.Len(s, list, 2)
		s.is(fault.NotFound, s.db.RefusePayout(s.Context(), admin, 999))
	},

	"payout_that_is_wrong": func(s *suite) {
		w := s.earned(70)
		try := func(field string, spoil func(*store.Payout)) {
			p := w.payout(1)
			spoil(&p)
			_, err := s.db.RequestPayout(s.Context(), admin, p)
			s.at(field, err)
		}
		try("amount", func(p *store.Payout) { p.Amount.Minor = 0 })
		try("amount", func(p *store.Payout) { p.Amount.Currency = "USD" })
		try("publisher", func(p *store.Payout) { p.Publisher = 999 })
		try("note", func(p *store.Payout) { p.Note = "\x00" })
		try("last_day", func(p *store.Payout) { p.LastDay = p.FirstDay - 1 })
		_, err := s.db.RequestPayout(s.Context(), admin, w.payout(70_01))
		s.is(fault.Conflict, err)
		_, err = s.db.Payable(s.Context(), 999)
		s.is(fault.NotFound, err)
		_, err = s.db.Payout(s.Context(), 999)
		s.is(fault.NotFound, err)
	},
}

func (w world) finding() store.Finding {
	return store.Finding{Place: w.place("chennai"), Day: day, Views: 10, Clicks: 9, Gross: 50 * ads.Unit, Share: 35 * ads.Unit}
}

func (s *suite) hold(f store.Finding) store.Finding {
	s.Helper()
	f, held, err := s.db.Hold(s.Context(), f)
	require.NoError(s, err)
	require.True(s, held)
	return f
}

var findingTests = map[string]func(*suite){
	"finding_is_held_and_refunded_once": func(s *suite) {
		w := s.earned(70)
		f := s.hold(w.finding())
		again, held, err := s.db.Hold(s.Context(), w.finding())
		require.NoError(s, err)
		assert.False(s, held)
		assert.Equal(s, f, again)
		assert.Equal(s, money.New(35_00, inr), s.payable(w), "what is held is not paid out")

		spent := s.balance(w.pays())
		s.once(func() (bool, error) { return s.db.RefundFinding(s.Context(), admin, f.ID) })
		assert.Equal(s, spent+50*ads.Unit, s.balance(w.pays()))
		assert.Equal(s, 35*ads.Unit, s.balance(w.earns()))
		assert.Equal(s, 15*ads.Unit, s.balance(platform))
		s.is(fault.Conflict, s.db.ReleaseFinding(s.Context(), admin, f.ID))
		got, err := s.db.Finding(s.Context(), f.ID)
		require.NoError(s, err)
		assert.Equal(s, store.FindingRefunded, got.State)
		s.sound()
	},

	"finding_that_was_nothing": func(s *suite) {
		w := s.earned(70)
		f := s.hold(w.finding())
		require.NoError(s, s.db.ReleaseFinding(s.Context(), admin, f.ID))
		require.NoError(s, s.db.ReleaseFinding(s.Context(), admin, f.ID))
		_, err := s.db.RefundFinding(s.Context(), admin, f.ID)
		s.is(fault.Conflict, err)
		assert.Equal(s, money.New(70_00, inr), s.payable(w))
		_, err = s.db.RefundFinding(s.Context(), admin, 999)
		s.is(fault.NotFound, err)
		_, err = s.db.Finding(s.Context(), 999)
		s.is(fault.NotFound, err)
	},

	"payout_waits_for_what_a_refund_left": func(s *suite) {
		w := s.earned(70)
		p, err := s.db.RequestPayout(s.Context(), admin, w.payout(70_00))
		require.NoError(s, err)
		require.NoError(s, s.db.ApprovePayout(s.Context(), admin, p.ID))
		_, err = s.db.RefundFinding(s.Context(), admin, s.hold(w.finding()).ID)
		require.NoError(s, err)
		_, err = s.db.PayPayout(s.Context(), admin, p.ID)
		s.is(fault.Conflict, err)
		assert.Equal(s, 35*ads.Unit, s.balance(w.earns()), "nothing was booked")
		got, err := s.db.Payout(s.Context(), p.ID)
		require.NoError(s, err)
		assert.Equal(s, store.PayoutApproved, got.State)
		assert.Equal(s, money.New(0, inr), s.payable(w))
		s.sound()
	},

	"findings_are_of_one_advertiser_and_sound": func(s *suite) {
		a, b := s.world("a"), s.world("b")
		f := s.hold(a.finding())
		s.hold(b.finding())
		list, err := s.db.Findings(s.Context(), store.Filter{Owner: a.advertiser.Owner, State: "held"})
		require.NoError(s, err)
		assert.Equal(s, []store.Finding{f}, list)
		for field, spoil := range map[string]func(*store.Finding){
			"gross": func(f *store.Finding) { f.Gross = 0 },
			"share": func(f *store.Finding) { f.Share = f.Gross + 1 },
			"place": func(f *store.Finding) { f.Place = ledger.Place{} },
		} {
			bad := a.finding()
			spoil(&bad)
			_, _, err = s.db.Hold(s.Context(), bad)
			s.at(field, err)
		}
		assert.Equal(s, 2, s.count("ad_finding"))
	},
}
