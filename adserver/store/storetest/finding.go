package storetest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// finding is of the day that earned is of.
func (w world) finding() store.Finding {
	return store.Finding{Place: w.place("chennai"), Day: checkedDay, Views: 10, Clicks: 9, Gross: 50 * ads.Unit, Share: 35 * ads.Unit}
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

	// Reports have what goes back where it was billed: a finding's day is by UTC, and others' days begin elsewhere.
	"finding_that_is_refunded_is_given_back_in_reports": func(s *suite) {
		w, other := s.world("acme"), s.world("other")
		at := time.Unix(int64(checkedDay)*24*60*60, 0).UTC()
		day := at.AddDate(0, 0, 1)
		for _, x := range []world{w, other} {
			s.facts(
				fact(ledger.View, x.place("chennai"), at.Add(time.Hour), 10), fact(ledger.View, x.place("delhi"), at.Add(20*time.Hour), 20),
				fact(ledger.View, x.place("delhi"), day, 40),
			)
		}
		f := store.Finding{Place: w.place(""), Day: checkedDay, Views: 30, Clicks: 20, Gross: 250, Share: 170}
		f.Place.Creative = 0
		f = s.hold(f)
		back := func(zone string, by ...store.Dim) (all [][2]ads.Nano) {
			s.Helper()
			z, err := time.LoadLocation(zone)
			require.NoError(s, err)
			for _, r := range s.report(store.Query{All: true, From: at.AddDate(0, 0, -1), To: day, Zone: z, By: by}) {
				all = append(all, [2]ads.Nano{r.Back, r.BackShare})
			}
			return all
		}
		assert.Equal(s, [][2]ads.Nano{{0, 0}}, back("UTC"))
		s.once(func() (bool, error) { return s.db.RefundFinding(s.Context(), admin, f.ID) })
		assert.Equal(s, [][2]ads.Nano{{250, 170}}, back("UTC"))
		assert.Equal(s, [][2]ads.Nano{{250, 170}, {0, 0}}, back("UTC", store.ByDay))
		assert.Equal(s, [][2]ads.Nano{{100, 70}, {150, 100}}, back("Asia/Kolkata", store.ByDay))
		assert.Equal(s, [][2]ads.Nano{{100, 70}, {150, 100}}, back("UTC", store.ByCity))
		assert.Equal(s, [][2]ads.Nano{{250, 170}, {0, 0}}, back("UTC", store.ByLine))
	},

	// A finding of which there are no facts has nothing in reports to be taken from: its refund is in the books alone.
	"finding_that_reports_know_nothing_of": func(s *suite) {
		w := s.earned(70)
		f := w.finding()
		f.Day--
		_, err := s.db.RefundFinding(s.Context(), admin, s.hold(f).ID)
		require.NoError(s, err)
		found, err := s.db.Audit(s.Context())
		require.NoError(s, err)
		require.Len(s, found, 2)
		assert.Equal(s, fmt.Sprintf("given back of advertiser %d is 0 INR and should be 50", w.advertiser.Value.ID), found[0].String())
		assert.Equal(s, fmt.Sprintf("given back of shares of publisher %d is 0 INR and should be 35", w.publisher.Value.ID), found[1].String())
	},

	// The journal of a node that was away brings more of a day that was looked at.
	"finding_grows_until_it_is_decided": func(s *suite) {
		w := s.earned(70)
		first := s.hold(w.finding())
		more := w.finding()
		more.Views, more.Clicks, more.Gross, more.Share = 20, 18, 100*ads.Unit, 70*ads.Unit
		grown, held, err := s.db.Hold(s.Context(), more)
		require.NoError(s, err)
		assert.False(s, held)
		more.ID, more.State, more.Created = first.ID, store.FindingHeld, first.Created
		assert.Equal(s, more, grown)
		assert.Zero(s, s.payable(w).Minor)
		got, _, err := s.db.Hold(s.Context(), w.finding())
		require.NoError(s, err)
		assert.Equal(s, grown, got, "it never shrinks")

		_, err = s.db.RefundFinding(s.Context(), admin, first.ID)
		require.NoError(s, err)
		assert.Zero(s, s.balance(w.earns()), "all of it goes back")
		more.Gross, more.Share = 200*ads.Unit, 140*ads.Unit
		got, held, err = s.db.Hold(s.Context(), more)
		require.NoError(s, err)
		assert.False(s, held)
		assert.Equal(s, []any{store.FindingRefunded, 100 * ads.Unit}, []any{got.State, got.Gross}, "it is decided")
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
