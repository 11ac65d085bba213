package storetest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync/atomic"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// asks makes a top-up of whole units.
func (s *suite) asks(w world, units int64) (store.TopUp, error) {
	return s.db.CreateTopUp(s.Context(), admin, store.TopUp{Advertiser: w.advertiser.Value.ID, Amount: money.New(units*100, inr), Gateway: "sandbox"})
}

// fill pays in until the books have room for so many units more.
func (s *suite) fill(left int64) {
	s.Helper()
	w := s.world("rich")
	_, err := s.db.Post(s.Context(), w.paidIn("rich", ads.Nano(store.MostInBooks-left)*ads.Unit))
	require.NoError(s, err)
}

func (s *suite) pays(t store.TopUp) {
	s.Helper()
	paid, err := s.db.PayTopUp(s.Context(), t.ID)
	require.NoError(s, err)
	assert.True(s, paid)
}

const most = int64(store.MostUnderWay)

var roomTests = map[string]func(*suite){
	"top_up_is_refused_when_the_books_would_be_full": func(s *suite) {
		s.fill(most + 50)
		a, b := s.world("a"), s.world("b")
		first, err := s.asks(a, most)
		require.NoError(s, err)
		_, err = s.asks(b, 51)
		s.at("amount", err)
		second, err := s.asks(b, 50)
		require.NoError(s, err)
		_, err = s.db.CreateTopUp(s.Context(), admin, store.TopUp{Advertiser: b.advertiser.Value.ID, Amount: money.New(1, inr), Gateway: "sandbox"})
		s.at("amount", err)
		_, err = s.db.CreateTopUp(s.Context(), admin, store.TopUp{Advertiser: b.advertiser.Value.ID, Amount: money.New(1, "USD"), Gateway: "sandbox"})
		s.at("amount", err)

		s.pays(first)
		s.pays(second)
		_, err = s.asks(b, 1)
		s.at("amount", err)
		s.sound()
	},

	"top_up_that_failed_leaves_its_room": func(s *suite) {
		s.fill(50)
		w := s.world("a")
		t, err := s.asks(w, 50)
		require.NoError(s, err)
		_, err = s.asks(w, 50)
		s.at("amount", err)
		require.NoError(s, s.db.FailTopUp(s.Context(), t.ID, "declined"))
		t, err = s.asks(w, 50)
		require.NoError(s, err)
		s.pays(t)
	},

	// What is paid out makes room.
	"payout_makes_room": func(s *suite) {
		s.fill(10)
		w := s.world("acme")
		t, err := s.asks(w, 10)
		require.NoError(s, err)
		s.pays(t)
		s.earns(w, 0, checkedQuarter, 7)
		p, err := s.db.RequestPayout(s.Context(), admin, w.payout(7_00))
		require.NoError(s, err)
		require.NoError(s, s.db.ApprovePayout(s.Context(), admin, p.ID))
		_, err = s.asks(w, 1)
		s.at("amount", err)
		_, err = s.db.PayPayout(s.Context(), admin, p.ID)
		require.NoError(s, err)
		_, err = s.asks(w, 8)
		s.at("amount", err)
		_, err = s.asks(w, 7)
		require.NoError(s, err)
	},

	"one_advertiser_takes_not_all_the_room": func(s *suite) {
		a, b := s.world("a"), s.world("b")
		_, err := s.asks(a, most+1)
		s.at("amount", err)
		t, err := s.asks(a, most-1)
		require.NoError(s, err)
		_, err = s.asks(a, 2)
		s.at("amount", err)
		_, err = s.asks(b, most)
		require.NoError(s, err)
		s.pays(t)
		_, err = s.asks(a, most)
		require.NoError(s, err)
	},

	// An advertiser's limit of spending is all that it ever paid in: that stays below what would be no limit.
	"advertiser_pays_in_no_more_than_can_be_a_limit": func(s *suite) {
		w := s.world("acme")
		_, err := s.db.Post(s.Context(), w.paidIn("much", ads.Nano(store.MostInBooks)*ads.Unit))
		require.NoError(s, err)
		s.earns(w, 0, checkedQuarter, 70_000)
		p, err := s.db.RequestPayout(s.Context(), admin, w.payout(70_000_00))
		require.NoError(s, err)
		require.NoError(s, s.db.ApprovePayout(s.Context(), admin, p.ID))
		_, err = s.db.PayPayout(s.Context(), admin, p.ID)
		require.NoError(s, err)
		_, err = s.asks(w, 1)
		s.at("amount", err)
		_, err = s.asks(s.world("other"), 1)
		require.NoError(s, err, "the books have room")

		_, err = s.db.Post(s.Context(), w.paidIn("more", ads.Nano(store.MostInBooks)*ads.Unit))
		require.NoError(s, err)
		paid, err := s.db.PaidIn(s.Context())
		require.NoError(s, err)
		assert.Equal(s, ads.MaxNano-1, paid[w.advertiser.Value.ID])
	},

	"top_ups_asked_for_at_once_have_room_together": func(s *suite) {
		s.fill(3*most + 1)
		var all []world
		for i := range 8 {
			all = append(all, s.world(fmt.Sprint("w", i)))
		}
		var asked atomic.Int32
		together(len(all), func(i int) {
			t, err := s.asks(all[i], most)
			if fault.Is(err, fault.Invalid) {
				return
			}
			if assert.NoError(s, err) {
				asked.Add(1)
				_, err = s.db.PayTopUp(s.Context(), t.ID)
				assert.NoError(s, err)
			}
		})
		assert.Equal(s, int32(3), asked.Load())
		s.sound()
	},

	"top_up_waits_for_who_takes_the_room": func(s *suite) {
		w := s.world("a")
		s.fill(0)
		err := <-s.waits("top-up", func() error { _, err := s.asks(w, 1); return err },
			"update ad_balance set amount = amount where kind = 'gateway' and currency = 'INR'")
		s.at("amount", err)
	},

	// Books that are fuller than any top-up would have made them.
	"top_up_without_room_is_not_booked": func(s *suite) {
		w := s.world("acme")
		t, err := s.asks(w, 5)
		require.NoError(s, err)
		s.exec("insert into ad_balance (kind, account, currency, amount) values ('platform', 0, 'INR', $1), ('gateway', 0, 'INR', -$1)"+
			" on conflict (kind, account, currency) do update set amount = excluded.amount", int64(math.MaxInt64-1))
		_, err = s.db.PayTopUp(s.Context(), t.ID)
		s.is(fault.Conflict, err)
		got, err := s.db.TopUp(s.Context(), t.ID)
		require.NoError(s, err)
		assert.Equal(s, store.TopUpCreated, got.State)
		_, err = s.db.Post(s.Context(), w.paidIn("x", 1))
		s.is(fault.Conflict, err)
		assert.Zero(s, s.balance(w.pays()))
		_, err = s.asks(w, 1)
		s.at("amount", err)
	},

	// Whatever is asked for, paid, given up, shown and paid out, in whatever order: what was asked for can be booked, and so can every view.
	"whatever_is_taken_can_be_booked": func(s *suite) {
		r := rand.New(rand.NewPCG(7, 11))
		s.fill(5 * most)
		all := []world{s.world("a"), s.world("b"), s.world("c"), s.world("d")}
		open, have, refused, upto := map[uint32]store.TopUp{}, map[ads.AdvertiserID]ads.Nano{}, 0, uint64(0)
		for range 150 {
			w := all[r.IntN(len(all))]
			id := w.advertiser.Value.ID
			switch r.IntN(4) {
			case 0, 1:
				t, err := s.asks(w, 1+r.Int64N(most))
				if err != nil {
					s.at("amount", err)
					refused++
					continue
				}
				open[t.ID] = t
			case 2:
				for _, t := range open {
					if delete(open, t.ID); r.IntN(4) == 0 {
						require.NoError(s, s.db.FailTopUp(s.Context(), t.ID, "given up"))
					} else {
						s.pays(t)
						have[t.Advertiser] += ads.Nano(t.Amount.Minor) * ads.Unit / 100
					}
					break
				}
			case 3:
				if price := have[id] / 10; price > 0 { // all of it, into one publisher's account and the platform's
					b := all[0].views(upto, 10, price)
					b.Entries[0].Postings[0].Account = w.pays()
					b.Facts[0].Place.Advertiser, b.Facts[0].Place.Line, b.Spent[0].Line = id, w.line.Value.ID, w.line.Value.ID
					b.Facts[0].Place.Campaign = w.campaign.Value.ID
					s.apply(b)
					upto, have[id] = upto+10, have[id]-price*10
				}
			}
		}
		assert.NotZero(s, refused)
		assert.NotZero(s, upto)
		for _, t := range open {
			s.pays(t)
		}
		s.sound()
		assert.GreaterOrEqual(s, s.balance(ledger.Account{Kind: ledger.OfGateway, Currency: inr}), -ads.Nano(store.MostInBooks)*ads.Unit)
	},
}
