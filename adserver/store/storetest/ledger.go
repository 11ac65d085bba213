package storetest

import (
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// The accounts of the tests' world.
var (
	platform = ledger.Account{Kind: ledger.OfPlatform, Currency: inr}
	gateway  = ledger.Account{Kind: ledger.OfGateway, Currency: inr}
)

func (w world) pays() ledger.Account {
	return ledger.Account{Kind: ledger.OfAdvertiser, ID: uint32(w.advertiser.Value.ID), Currency: inr}
}

func (w world) earns() ledger.Account {
	return ledger.Account{Kind: ledger.OfPublisher, ID: uint32(w.publisher.Value.ID), Currency: inr}
}

// place is where the world's creative is seen.
func (w world) place(city string) ledger.Place {
	return ledger.Place{
		Advertiser: w.advertiser.Value.ID, Campaign: w.campaign.Value.ID, Line: w.line.Value.ID, Creative: w.creative.Value.ID,
		Publisher: w.publisher.Value.ID, Placement: w.placement.Value.ID, City: city, Currency: inr,
	}
}

// quarter is that of the start.
var quarter = ledger.QuarterOf(start)

// day is the day of the tests in the advertiser's zone.
const day = int32(20779)

// views is a batch of node 1: so many views at one price, of which the publisher gets seven tenths.
func (w world) views(from uint64, n int64, price ads.Nano) ledger.Batch {
	gross := price * ads.Nano(n)
	share, rest := gross.Share(w.publisher.Value.Share)
	return ledger.Batch{
		Node: 1, From: from, Upto: from + uint64(n),
		Facts: []ledger.Fact{{Kind: ledger.View, Place: w.place("chennai"), Quarter: quarter, Count: n, Gross: gross, Share: share}},
		Spent: []ledger.Spent{{Line: w.line.Value.ID, Day: day, Amount: gross}},
		Entries: []ledger.Entry{{
			Ref: fmt.Sprintf("delivery/%d/1/%d", w.line.Value.ID, from), Kind: ledger.Delivery, At: start,
			Postings: []ledger.Posting{{Account: w.pays(), Amount: -gross}, {Account: w.earns(), Amount: share}, {Account: platform, Amount: rest}},
		}},
	}
}

// paidIn is an entry of a payment.
func (w world) paidIn(ref string, amount ads.Nano) ledger.Entry {
	return ledger.Entry{
		Ref: ref, Kind: ledger.TopUp, At: start, Note: "by card",
		Postings: []ledger.Posting{{Account: gateway, Amount: -amount}, {Account: w.pays(), Amount: amount}},
	}
}

func (s *suite) apply(b ledger.Batch) bool {
	s.Helper()
	applied, err := s.db.Apply(s.Context(), b)
	require.NoError(s, err)
	return applied
}

func (s *suite) balance(of ledger.Account) ads.Nano {
	s.Helper()
	all, err := s.db.Balances(s.Context(), of)
	require.NoError(s, err)
	return all[of]
}

// sound asserts that the books agree with themselves.
func (s *suite) sound() {
	s.Helper()
	found, err := s.db.Audit(s.Context())
	require.NoError(s, err)
	assert.Empty(s, found)
}

func (s *suite) exec(sql string, args ...any) {
	s.Helper()
	require.NoError(s, s.raw.Update(s.Context(), func(tx sqldb.Tx) error {
		_, err := tx.Exec(s.Context(), sql, args...)
		return err
	}))
}

var applyTests = map[string]func(*suite){
	"batch_counts_once": func(s *suite) {
		w := s.world("acme")
		b := w.views(0, 10, 2_000_000)
		assert.True(s, s.apply(b))
		assert.False(s, s.apply(b), "it came twice")
		b.Upto = 5
		assert.False(s, s.apply(b), "a part of it")
		assert.True(s, s.apply(w.views(10, 1, 2_000_000)))

		upto, err := s.db.Position(s.Context(), 1)
		require.NoError(s, err)
		assert.Equal(s, uint64(11), upto)
		assert.Equal(s, ads.Nano(-22_000_000), s.balance(w.pays()))
		assert.Equal(s, ads.Nano(15_400_000), s.balance(w.earns()))
		assert.Equal(s, ads.Nano(6_600_000), s.balance(platform))
		s.sound()
	},

	"batch_that_leaves_a_gap_is_refused": func(s *suite) {
		w := s.world("acme")
		s.apply(w.views(0, 10, 1000))
		for _, from := range []uint64{5, 11} {
			_, err := s.db.Apply(s.Context(), w.views(from, 10, 1000))
			s.is(fault.Conflict, err)
		}
		upto, err := s.db.Position(s.Context(), 2)
		require.NoError(s, err)
		assert.Zero(s, upto, "another node's begins at 0")
		assert.Equal(s, ads.Nano(-10_000), s.balance(w.pays()))
		s.sound()
	},

	"batch_applied_by_many_at_once_counts_once": func(s *suite) {
		w := s.world("acme")
		var counted atomic.Int32
		together(8, func(int) {
			applied, err := s.db.Apply(s.Context(), w.views(0, 10, 1000))
			if assert.NoError(s, err) && applied {
				counted.Add(1)
			}
		})
		assert.Equal(s, int32(1), counted.Load())
		assert.Equal(s, ads.Nano(-10_000), s.balance(w.pays()))
		s.sound()
	},

	"nodes_apply_at_once_to_the_same_accounts": func(s *suite) {
		w := s.world("acme")
		together(6, func(i int) {
			for n := range uint64(5) {
				b := w.views(n*10, 10, 1000)
				b.Node, b.Entries[0].Ref = uint16(i), fmt.Sprint(i, "/", n)
				_, err := s.db.Apply(s.Context(), b)
				assert.NoError(s, err)
			}
		})
		assert.Equal(s, ads.Nano(-300_000), s.balance(w.pays()))
		assert.Equal(s, 1, s.count("ad_fact"))
		s.sound()
	},

	"batch_with_a_wrong_part_changes_nothing": func(s *suite) {
		w := s.world("acme")
		bad := w.views(0, 10, 1000)
		bad.Entries[0].Postings[0].Amount++
		_, err := s.db.Apply(s.Context(), bad)
		s.at("entries[0].postings", err)
		for _, upto := range []uint64{0, math.MaxUint64} {
			bad = w.views(0, 10, 1000)
			bad.Upto = upto
			_, err = s.db.Apply(s.Context(), bad)
			s.at("upto", err)
		}
		upto, err := s.db.Position(s.Context(), 1)
		require.NoError(s, err)
		assert.Zero(s, upto)
		assert.Zero(s, s.count("ad_fact")+s.count("ad_budget")+s.count("ad_entry"))
	},

	"what_a_batch_repeats_is_summed": func(s *suite) {
		w := s.world("acme")
		b := w.views(0, 10, 1000)
		b.Facts = append(b.Facts, b.Facts[0])
		b.Spent = append(b.Spent, b.Spent[0], ledger.Spent{Line: w.line.Value.ID, Day: day + 1, Amount: 5})
		before := b.Spent[0]
		b.Entries = append(b.Entries, b.Entries[0]) // a Ref is booked once
		s.apply(b)
		assert.Equal(s, before, b.Spent[0], "what was given is not changed")
		assert.Equal(s, 1, s.count("ad_fact"))
		assert.Equal(s, ads.Nano(-10_000), s.balance(w.pays()))
		got, err := s.db.Spending(s.Context(), day)
		require.NoError(s, err)
		assert.Equal(s, store.Spending{
			Lines: map[ads.LineID]ads.Nano{w.line.Value.ID: 20_005},
			Days:  []ledger.Spent{{Line: w.line.Value.ID, Day: day, Amount: 20_000}, {Line: w.line.Value.ID, Day: day + 1, Amount: 5}},
		}, got)
		got, err = s.db.Spending(s.Context(), day+1)
		require.NoError(s, err)
		assert.Len(s, got.Days, 1, "only the days that are asked for")
		assert.Len(s, got.Lines, 1, "over the whole time all the same")
	},

	"batch_of_thousands": func(s *suite) {
		w := s.world("acme")
		b := ledger.Batch{Upto: 1}
		for i := range 2500 {
			one := w.views(uint64(i), 1, 1000)
			one.Facts[0].Place.City = fmt.Sprint(i)
			one.Spent[0].Day += int32(i)
			b.Facts, b.Spent, b.Entries = append(b.Facts, one.Facts...), append(b.Spent, one.Spent...), append(b.Entries, one.Entries...)
		}
		assert.True(s, s.apply(b))
		assert.Equal(s, 2500, s.count("ad_fact"))
		assert.Equal(s, 7500, s.count("ad_posting"))
		assert.Equal(s, ads.Nano(-2_500_000), s.balance(w.pays()))
		s.sound()
	},

	"batch_with_any_city_is_booked": func(s *suite) {
		w := s.world("acme")
		b := w.views(0, 10, 1000)
		for _, city := range []string{"a\x00b", "ab", "\xff", "\xfe", "東京", "\u2028"} {
			f := b.Facts[0]
			f.Place.City, f.Gross, f.Share = city, 0, 0
			b.Facts = append(b.Facts, f)
		}
		assert.True(s, s.apply(b))
		assert.Equal(s, 5, s.count("ad_fact"))
		s.sound()
	},

	"batch_of_the_ledger_is_booked": func(s *suite) {
		w := s.world("acme")
		var of ledger.Batcher
		of.Reset(1, 0)
		for i := range 20 {
			e := ledger.Event{Kind: ledger.View, Place: w.place("chennai"), At: start, Day: day, Gross: 1000, Share: 700}
			if i%2 == 1 { // an event of no money and no currency
				e = ledger.Event{Kind: ledger.Decision, At: start, Place: ledger.Place{Publisher: w.publisher.Value.ID, Currency: "XXX"}}
			}
			of.Add(&e)
		}
		assert.True(s, s.apply(of.Batch()))
		assert.Equal(s, ads.Nano(-10_000), s.balance(w.pays()))
		s.sound()
	},

	"line_that_is_not_in_the_catalogue_is_booked": func(s *suite) {
		w := s.world("acme")
		w.line.Value.ID = 999
		assert.True(s, s.apply(w.views(0, 1, 1000)))
		got, err := s.db.Spending(s.Context(), 0)
		require.NoError(s, err)
		assert.Equal(s, map[ads.LineID]ads.Nano{999: 1000}, got.Lines)
		s.sound()
	},
}

var entryTests = map[string]func(*suite){
	"entry_is_booked_once": func(s *suite) {
		w := s.world("acme")
		var posted atomic.Int32
		together(8, func(int) {
			ok, err := s.db.Post(s.Context(), w.paidIn("topup/1", 5*ads.Unit))
			if assert.NoError(s, err) && ok {
				posted.Add(1)
			}
		})
		assert.Equal(s, int32(1), posted.Load())
		assert.Equal(s, 5*ads.Unit, s.balance(w.pays()))
		assert.Equal(s, -5*ads.Unit, s.balance(gateway))
		all, err := s.db.Balances(s.Context())
		require.NoError(s, err)
		assert.Equal(s, map[ledger.Account]ads.Nano{w.pays(): 5 * ads.Unit, gateway: -5 * ads.Unit}, all)
		assert.Zero(s, s.balance(platform), "an account without postings")
		s.sound()
	},

	"entry_that_is_wrong_is_refused": func(s *suite) {
		w := s.world("acme")
		try := func(field string, spoil func(*ledger.Entry)) {
			e := w.paidIn("x", 5)
			spoil(&e)
			_, err := s.db.Post(s.Context(), e)
			s.at(field, err)
		}
		try("ref", func(e *ledger.Entry) { e.Ref = "" })
		try("kind", func(e *ledger.Entry) { e.Kind = "gift" })
		try("at", func(e *ledger.Entry) { e.At = time.Time{} })
		try("postings", func(e *ledger.Entry) { e.Postings = e.Postings[:1] })
		try("postings", func(e *ledger.Entry) { e.Postings[0].Amount = -4 })
		try("postings", func(e *ledger.Entry) { e.Postings[0].Account.Currency = "USD" })
		try("postings[1]", func(e *ledger.Entry) { e.Postings[1].Account.ID = 0 })
		try("postings[0]", func(e *ledger.Entry) { e.Postings[0].Account.ID = 1 })
		try("postings[0]", func(e *ledger.Entry) { e.Postings[0].Account.Kind = "bank" })
		try("postings[0]", func(e *ledger.Entry) { e.Postings[0].Account.Currency = "XX" })
		try("postings[1]", func(e *ledger.Entry) { // a sum that would wrap to zero
			e.Postings[0].Amount, e.Postings[1].Amount = math.MinInt64, math.MinInt64
			e.Postings[0].Account = e.Postings[1].Account
		})
		assert.Zero(s, s.count("ad_entry"))
	},

	"movements_of_one_account": func(s *suite) {
		w, other := s.world("acme"), s.world("other")
		for _, e := range []ledger.Entry{w.paidIn("1", 5), other.paidIn("2", 6), w.paidIn("3", 7)} {
			_, err := s.db.Post(s.Context(), e)
			require.NoError(s, err)
		}
		s.apply(w.views(0, 1, 1000))
		list, err := s.db.Movements(s.Context(), store.Statement{Account: w.pays()})
		require.NoError(s, err)
		require.Len(s, list, 2)
		assert.Equal(s, store.Movement{Entry: list[0].Entry, Ref: "3", Kind: ledger.TopUp, At: start, Note: "by card", Amount: 7}, list[0])
		list, err = s.db.Movements(s.Context(), store.Statement{Account: w.pays(), Before: list[0].Entry, Most: 1})
		require.NoError(s, err)
		require.Len(s, list, 1)
		assert.Equal(s, "1", list[0].Ref)
		for _, of := range []struct {
			from, until time.Time
			n           int
		}{{start, time.Time{}, 2}, {start.Add(time.Microsecond), time.Time{}, 0}, {time.Time{}, start, 0}, {start, start.Add(time.Microsecond), 2}} {
			list, err = s.db.Movements(s.Context(), store.Statement{Account: w.pays(), From: of.from, Until: of.until})
			require.NoError(s, err)
			assert.Len(s, list, of.n)
		}
		paid, err := s.db.PaidIn(s.Context())
		require.NoError(s, err)
		assert.Equal(s, map[ads.AdvertiserID]ads.Nano{w.advertiser.Value.ID: 12, other.advertiser.Value.ID: 6}, paid)
	},
}

var auditTests = map[string]func(*suite){
	// Each part of the books is spoilt in turn: the audit must see it.
	"audit_finds_what_was_spoilt": func(s *suite) {
		w := s.world("acme")
		s.apply(w.views(0, 10, 1000))
		_, err := s.db.Post(s.Context(), w.paidIn("1", 50_000))
		require.NoError(s, err)
		require.NoError(s, s.db.Join(s.Context(), store.Node{Number: 1}))
		_, err = s.db.Lease(s.Context(), store.Node{Number: 1}, store.Budget{Kind: store.LineBudget, ID: 1}, 0, 100, 1_000_000)
		require.NoError(s, err)
		f := store.Finding{Place: w.place("chennai"), Day: int32(w.views(0, 10, 1000).Facts[0].Quarter / 96), Views: 10, Clicks: 9, Gross: 500, Share: 350}
		_, err = s.db.RefundFinding(s.Context(), admin, s.hold(f).ID)
		require.NoError(s, err)
		s.sound()
		for sql, back := range map[string]string{
			"update ad_balance set amount = amount + 1 where kind = 'platform'":  "update ad_balance set amount = amount - 1 where kind = 'platform'",
			"update ad_posting set amount = amount + 1 where n = 1":              "update ad_posting set amount = amount - 1 where n = 1",
			"update ad_fact set gross = gross + 1":                               "update ad_fact set gross = gross - 1",
			"update ad_fact set share = share + 1":                               "update ad_fact set share = share - 1",
			"update ad_fact set back = back + 1":                                 "update ad_fact set back = back - 1",
			"update ad_fact set back_share = back_share + 1":                     "update ad_fact set back_share = back_share - 1",
			"update ad_budget set spent = spent + 1 where kind = 1 and day = 0":  "update ad_budget set spent = spent - 1 where kind = 1 and day = 0",
			"update ad_budget set spent = spent + 1 where kind = 2 and day <> 0": "update ad_budget set spent = spent - 1 where kind = 2 and day <> 0",
			"update ad_lease set amount = amount + 1":                            "update ad_lease set amount = amount - 1",
		} {
			s.exec(sql)
			found, err := s.db.Audit(s.Context())
			require.NoError(s, err)
			assert.NotEmpty(s, found, sql)
			s.exec(back)
		}
		s.sound()
		s.exec("update ad_balance set amount = amount + 1 where kind = 'platform'")
		found, err := s.db.Audit(s.Context())
		require.NoError(s, err)
		require.Len(s, found, 1)
		assert.Equal(s, "balance of platform 0 is 0.000002851 INR and should be 0.00000285", found[0].String())
	},
}
