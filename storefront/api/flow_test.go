package api_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/storefront/api"
)

// status returns a booking's status as its buyer sees it.
func (s *shop) status(b order) string {
	s.t.Helper()
	var now order
	s.do(ask{method: "GET", path: "/api/v1/bookings/" + b.ID, header: bearer(b.Token)}).must(200, &now)
	return now.Status
}

// lateSale has the bank take the money half an hour after payment started, when the places
// have been free again for a while.
func lateSale(t *testing.T, between func(*shop)) (*shop, order) {
	t.Helper()
	s := open(t, api.Config{})
	b := s.book(s.hold("stalls-B-3", "stalls-B-4"))
	p := s.pay(b)
	s.choose(p, sandbox.Choice{Outcome: sandbox.Pay, Delay: 30 * time.Minute})
	s.Clock.Advance(20 * time.Minute)
	require.NoError(t, s.Drain(t.Context()))
	assert.Equal(t, "expired", s.status(b))
	between(s)
	s.Clock.Advance(11 * time.Minute)
	s.Deliver()
	s.MustBeClean()
	return s, b
}

func TestFlow_LateMoneyIsHonouredWhileThePlacesAreFree(t *testing.T) {
	t.Parallel()
	s, b := lateSale(t, func(*shop) {})
	assert.Equal(t, "confirmed", s.status(b))
	assert.Len(t, s.codes(b), 2)
}

func TestFlow_LateMoneyGoesBackWhenThePlacesAreGone(t *testing.T) {
	t.Parallel()
	s, b := lateSale(t, func(s *shop) { s.sold("stalls-B-4") })
	assert.Equal(t, "refunded", s.status(b))
	assert.Empty(t, s.codes(b))
	var history struct {
		Refunds []struct {
			Amount         amount
			Status, Reason string
		}
	}
	s.do(ask{method: "GET", path: "/api/v1/bookings/" + b.ID + "/payments", header: bearer(b.Token)}).must(200, &history)
	require.Len(t, history.Refunds, 1)
	assert.Equal(t, b.Total, history.Refunds[0].Amount)
	assert.Equal(t, "places_gone", history.Refunds[0].Reason)
}

func TestFlow_ABusyGatewayIsAskedAgainUnderTheSameKey(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	b := s.book(s.hold("stalls-A-1"))
	start := ask{method: "POST", path: "/api/v1/bookings/" + b.ID + "/payments", body: object{}, header: bearer(b.Token)}
	start.header["Idempotency-Key"] = "pay-once"
	s.Bank.SetFaults(sandbox.Faults{CreateTemporary: 1})
	busy := s.do(start)
	busy.refused(503, "gateway_busy")
	assert.Equal(t, "1", busy.header.Get("Retry-After"))
	var p payment
	s.do(start).must(201, &p)
	s.choose(p, sandbox.Choice{Outcome: sandbox.Pay})
	assert.Equal(t, "confirmed", s.status(b))
	s.MustBeClean()
}

func TestFlow_ACancelledShowSellsNothingAndPaysBack(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	b, _ := s.sold("stalls-A-1")
	unpaid := s.book(s.hold("stalls-A-2"))
	done, err := s.Shows.Cancel(t.Context(), bms.CancelShow{ShowID: s.Programme.Show.ID, Reason: "the reel broke"})
	require.NoError(t, err)
	assert.Equal(t, 1, done)
	s.do(ask{method: "POST", path: "/api/v1/bookings/" + unpaid.ID + "/payments", body: object{}, header: bearer(unpaid.Token)}).refused(409, "show_cancelled")
	s.MustBeClean()
	assert.Equal(t, "refunded", s.status(b))
	var detail struct {
		Show struct {
			Status string
			Sales  struct{ Reason string }
		}
	}
	s.get("/api/v1/shows/"+string(s.Programme.Show.ID)).must(200, &detail)
	assert.Equal(t, "cancelled", detail.Show.Status)
	assert.Equal(t, "show_cancelled", detail.Show.Sales.Reason)
}

func TestFlow_ADraftIsSeenOnceItIsAnnounced(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	draft := s.shows(1, func(_ int, show *catalog.Show) { show.Status = catalog.Draft })[0]
	path := "/api/v1/shows/" + string(draft.ID) + "/seats"
	s.get(path).refused(404, "not_found")
	_, err := s.Shows.SetStatus(t.Context(), draft.ID, catalog.OnSale)
	require.NoError(t, err)
	s.get(path).must(200, nil)
}

func TestFlow_TooLateToCancel(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	b, _ := s.sold("stalls-A-1")
	s.Clock.Advance(47 * time.Hour)
	path := "/api/v1/bookings/" + b.ID + "/cancellation"
	s.do(ask{method: "GET", path: path, header: bearer(b.Token)}).refused(410, "too_late_to_cancel")
	s.do(ask{method: "POST", path: path, header: bearer(b.Token), body: object{}}).refused(410, "too_late_to_cancel")
	assert.Equal(t, "confirmed", s.status(b))
}

func TestFlow_AVoucherFromTheStartIsUsedUp(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	v := halfOff(s.Programme.Partner.ID)
	v.MaxUses = 1
	require.NoError(t, s.Prices.PutVoucher(t.Context(), v))
	body := func(seat string) object {
		return object{"show_id": s.Programme.Show.ID, "seats": []object{{"seat": seat}}, "vouchers": []string{"monsoon 50"}}
	}
	var h hold
	s.do(ask{method: "POST", path: "/api/v1/holds", body: body("stalls-A-1")}).must(201, &h)
	assert.Equal(t, int64(12500), h.Quote.Total.Minor, "half the price and the whole fee")
	s.do(ask{method: "POST", path: "/api/v1/holds", body: body("stalls-A-2")}).refused(409, "voucher_exhausted")
	s.do(ask{method: "DELETE", path: "/api/v1/holds/" + h.ID, header: bearer(h.Secret)}).must(200, nil)
}

// inCurrency is a programme whose places cost 1,250 minor units of a currency.
func inCurrency(c money.Currency) bmstest.Programme {
	p := freeProgramme()
	p.Prices.Currency = c
	for i := range p.Prices.Prices {
		p.Prices.Prices[i].Amount = money.New(1250, c)
	}
	p.Prices.TaxClass = "none"
	p.Tax.Rules = append(p.Tax.Rules, untaxed())
	return p
}

func TestAmounts_InTheDecimalsOfTheirCurrency(t *testing.T) {
	t.Parallel()
	for currency, decimal := range map[money.Currency]string{"JPY": "1250", "EUR": "12.50", "KWD": "1.250"} {
		s := openWith(t, bmstest.Options{Programme: inCurrency(currency)}, api.Config{})
		h := s.hold("stalls-A-1")
		assert.Equal(t, amount{1250, string(currency), decimal}, h.Quote.Total)
		assert.Equal(t, amount{0, string(currency), money.New(0, currency).Decimal()}, h.Quote.Tax)
		b := s.book(h)
		assert.Equal(t, h.Quote.Total, b.Tickets[0].Price)
	}
}

// TestRace_OneSeatOneBuyer has many buyers ask for the same seat at once.
func TestRace_OneSeatOneBuyer(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	results := together(20, func(int) answer {
		return s.do(ask{method: "POST", path: "/api/v1/holds", body: object{"show_id": s.Programme.Show.ID, "seats": []object{{"seat": "stalls-C-5"}}}})
	})
	held := 0
	for _, a := range results {
		if a.status == http.StatusCreated {
			held++
			continue
		}
		assert.Equal(t, []string{"stalls-C-5"}, a.refused(409, "seat_taken").Seats)
	}
	assert.Equal(t, 1, held)
	s.MustBeClean()
}

// TestRace_OneKeyOneHold has a client repeat itself before it is answered.
func TestRace_OneKeyOneHold(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	results := together(10, func(int) answer {
		return s.do(ask{
			method: "POST", path: "/api/v1/holds", header: map[string]string{"Idempotency-Key": "impatient"},
			body: object{"show_id": s.Programme.Show.ID, "areas": []object{{"area": "floor", "count": 1}}},
		})
	})
	ids := map[string]bool{}
	for _, a := range results {
		if a.status == http.StatusConflict {
			a.refused(409, "key_in_flight")
			continue
		}
		var h hold
		a.must(201, &h)
		ids[h.ID] = true
	}
	assert.Len(t, ids, 1)
	snap, err := s.Seats.Snapshot(t.Context(), s.Programme.Show.ID)
	require.NoError(t, err)
	assert.Equal(t, 39, snap.Areas[0].Free)
}

// together runs work n times at once and returns what came out.
func together(n int, work func(i int) answer) []answer {
	results := make([]answer, n)
	var wait sync.WaitGroup
	for i := range results {
		wait.Go(func() { results[i] = work(i) })
	}
	wait.Wait()
	return results
}
