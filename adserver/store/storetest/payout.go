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
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// A day whose earnings can be paid out, and its last quarter of an hour. It is the last such day until midnight.
var (
	checkedDay     = store.LastChecked(time.Now())
	checkedQuarter = int64(checkedDay)*96 + 95
)

// earned books views that give the publisher so many units, on a day that is checked, and returns the world.
func (s *suite) earned(units ads.Nano) world {
	s.Helper()
	w := s.world("acme")
	s.earns(w, 0, checkedQuarter, units)
	require.Equal(s, units*ads.Unit, s.balance(w.earns()))
	return w
}

// earns books ten views from a place in the journal on, that give the publisher so many units.
func (s *suite) earns(w world, from uint64, quarter int64, units ads.Nano) {
	s.Helper()
	b := w.views(from, 10, units*ads.Unit/7)
	b.Facts[0].Quarter = quarter
	s.apply(b)
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

// waits asserts that fn waits for a transaction that runs a statement, and returns what comes of it afterwards.
func (s *suite) waits(name string, fn func() error, sql string, args ...any) <-chan error {
	s.Helper()
	done := make(chan error, 1)
	require.NoError(s, s.raw.Update(s.Context(), func(tx sqldb.Tx) error {
		_, err := tx.Exec(s.Context(), sql, args...)
		go func() { done <- fn() }()
		select {
		case early := <-done:
			assert.Fail(s, "did not wait", name)
			done <- early
		case <-time.After(300 * time.Millisecond):
		}
		return err
	}))
	return done
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

	"payout_is_of_days_that_are_checked": func(s *suite) {
		now := s.stand()
		last := store.LastChecked(now)
		quarter := int64(last)*96 + 95
		w := s.world("acme")
		s.earns(w, 0, quarter, 70)
		s.earns(w, 10, quarter+1, 700)
		s.earns(w, 20, ledger.QuarterOf(now), 7000)
		assert.Equal(s, 7770*ads.Unit, s.balance(w.earns()))
		assert.Equal(s, money.New(70_00, inr), s.payable(w))
		_, err := s.db.RequestPayout(s.Context(), admin, w.payout(70_01))
		s.is(fault.Conflict, err)

		// A finding of an unchecked day takes nothing twice, whether it is held or refunded.
		f := w.finding()
		f.Day = last + 1
		f = s.hold(f)
		assert.Equal(s, money.New(70_00, inr), s.payable(w))
		_, err = s.db.RefundFinding(s.Context(), admin, f.ID)
		require.NoError(s, err)
		assert.Equal(s, money.New(70_00, inr), s.payable(w))
		p, err := s.db.RequestPayout(s.Context(), admin, w.payout(70_00))
		require.NoError(s, err)
		require.NoError(s, s.db.ApprovePayout(s.Context(), admin, p.ID))
		_, err = s.db.PayPayout(s.Context(), admin, p.ID)
		require.NoError(s, err)
		assert.Zero(s, s.payable(w).Minor)
		s.sound()
	},

	"payout_waits_while_its_share_is_held": func(s *suite) {
		w := s.earned(70)
		p, err := s.db.RequestPayout(s.Context(), admin, w.payout(70_00))
		require.NoError(s, err)
		require.NoError(s, s.db.ApprovePayout(s.Context(), admin, p.ID))
		f := s.hold(w.finding())
		_, err = s.db.PayPayout(s.Context(), admin, p.ID)
		s.is(fault.Conflict, err)
		assert.Equal(s, 70*ads.Unit, s.balance(w.earns()), "nothing was booked")
		got, err := s.db.Payout(s.Context(), p.ID)
		require.NoError(s, err)
		assert.Equal(s, store.PayoutApproved, got.State)
		require.NoError(s, s.db.ReleaseFinding(s.Context(), admin, f.ID))
		s.once(func() (bool, error) { return s.db.PayPayout(s.Context(), admin, p.ID) })
		assert.Zero(s, s.balance(w.earns()))
		s.sound()
	},

	// Who asks, who holds and who pays reads what the others have done, because each waits for them.
	"what_is_decided_about_a_publisher_waits_its_turn": func(s *suite) {
		w := s.earned(70)
		p, err := s.db.RequestPayout(s.Context(), admin, w.payout(1_00))
		require.NoError(s, err)
		require.NoError(s, s.db.ApprovePayout(s.Context(), admin, p.ID))
		for name, decide := range map[string]func() error{
			"ask":  func() error { _, err := s.db.RequestPayout(s.Context(), admin, w.payout(1_00)); return err },
			"hold": func() error { _, _, err := s.db.Hold(s.Context(), w.finding()); return err },
			"pay":  func() error { _, err := s.db.PayPayout(s.Context(), admin, p.ID); return err },
		} {
			done := s.waits(name, decide, "update ad_publisher set revision = revision where id = $1", uint32(w.publisher.Value.ID))
			require.NoError(s, <-done, name)
		}
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
