package api_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/storefront/api"
)

func TestSale_FromCityToGateToRefund(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	show := string(s.Programme.Show.ID)

	var events struct {
		Items []struct {
			Event struct{ Slug, Title string }
			Shows int
		}
	}
	s.get("/api/v1/events?city=mumbai").must(200, &events)
	require.Len(t, events.Items, 1)
	assert.Equal(t, "the-general", events.Items[0].Event.Slug)

	h := s.hold("stalls-C-1", "stalls-C-2")
	assert.Equal(t, amount{62500, "INR", "625.00"}, h.Quote.Total, "two gold seats and the fee")
	b := s.book(h)
	assert.Equal(t, "draft", b.Status)
	p := s.pay(b)
	assert.Equal(t, "pending", p.Status)
	require.NotEmpty(t, p.RedirectURL)
	s.choose(p, sandbox.Choice{Outcome: sandbox.Pay})

	s.do(ask{method: "GET", path: "/api/v1/bookings/" + b.ID, header: bearer(b.Token)}).must(200, &b)
	require.Equal(t, "confirmed", b.Status)
	codes := s.codes(b)
	require.Len(t, codes, 2)

	gate := object{"show_id": show, "code": codes[0]}
	s.Clock.Advance(43 * time.Hour) // the gate opens six hours before
	assert.True(t, s.gate("check", gate).Admits)
	assert.True(t, s.gate("use", gate).Admits)
	again := s.gate("use", gate)
	assert.False(t, again.Admits)
	assert.Equal(t, "ticket_used", again.Reason)
	assert.Equal(t, b.Reference, again.Reference)

	second := object{"tickets": []string{b.Tickets[1].ID}}
	var plan struct{ Amount amount }
	s.do(ask{method: "GET", path: "/api/v1/bookings/" + b.ID + "/cancellation?ticket=" + b.Tickets[1].ID, header: bearer(b.Token)}).must(200, &plan)
	assert.Equal(t, amount{30000, "INR", "300.00"}, plan.Amount, "the fee is kept")
	s.do(ask{method: "POST", path: "/api/v1/bookings/" + b.ID + "/cancellation", header: bearer(b.Token), body: second}).must(200, &b)
	assert.Equal(t, "partly_cancelled", b.Status)
	assert.Equal(t, &plan.Amount, b.Tickets[1].Refund)
	s.MustBeClean()

	var money struct {
		Payments []payment
		Refunds  []struct{ Status string }
	}
	s.do(ask{method: "GET", path: "/api/v1/bookings/" + b.ID + "/payments", header: bearer(b.Token)}).must(200, &money)
	require.Len(t, money.Payments, 1)
	assert.Equal(t, "captured", money.Payments[0].Status)
	require.Len(t, money.Refunds, 1)
	assert.Equal(t, "succeeded", money.Refunds[0].Status)
}

// choose has the buyer act at the bank.
func (s *shop) choose(p payment, c sandbox.Choice) {
	s.t.Helper()
	i, err := s.Payments.Get(s.t.Context(), intentID(p))
	require.NoError(s.t, err)
	s.Choose(i, c)
}

// codes returns the codes of a booking's tickets.
func (s *shop) codes(b order) []string {
	s.t.Helper()
	var list struct{ Items []struct{ ID, Code string } }
	s.do(ask{method: "GET", path: "/api/v1/bookings/" + b.ID + "/tickets", header: bearer(b.Token)}).must(200, &list)
	var codes []string
	for _, item := range list.Items {
		codes = append(codes, item.Code)
	}
	return codes
}

// verdict is what a gate is told.
type verdict struct {
	Admits                     bool
	Reason, Message, Reference string
	Ticket                     *struct{ Place, Status string }
}

// gate asks one of the gate's verbs.
func (s *shop) gate(verb string, body object) verdict {
	s.t.Helper()
	var v verdict
	s.do(ask{method: "POST", path: "/api/v1/tickets/" + verb, header: bearer(gateToken), body: body}).must(200, &v)
	return v
}

func TestSale_DeclinedAndPaidWithAnotherTry(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	b := s.book(s.hold("stalls-A-1"))
	first := s.pay(b)
	s.choose(first, sandbox.Choice{Outcome: sandbox.Fraud})
	var p payment
	s.do(ask{method: "GET", path: "/api/v1/payments/" + first.ID, header: bearer(b.Token)}).must(200, &p)
	assert.Equal(t, "failed", p.Status)
	assert.Equal(t, "declined", p.Reason, "who is suspected learns nothing of it")

	second := s.pay(b)
	assert.Equal(t, 2, second.Attempt)
	s.choose(second, sandbox.Choice{Outcome: sandbox.Pay, Webhooks: sandbox.Webhooks{Drop: true}})
	s.do(ask{method: "POST", path: "/api/v1/payments/" + second.ID + "/refresh", header: bearer(b.Token)}).must(200, &p)
	assert.Equal(t, "captured", p.Status)
	s.MustBeClean()
}

func TestSale_BestSeatsAndStanding(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	var h hold
	s.do(ask{method: "POST", path: "/api/v1/holds", body: object{
		"show_id": s.Programme.Show.ID,
		"best":    object{"count": 3, "categories": []string{"gold"}, "buyer_types": []string{"adult", "child"}},
		"areas":   []object{{"area": "floor", "buyer_type": "child", "count": 2}},
	}}).must(201, &h)
	require.Len(t, h.Seats, 3)
	assert.Equal(t, "C", h.Seats[0].Row)
	assert.Equal(t, h.Seats[0].Number+2, h.Seats[2].Number, "side by side")
	assert.Equal(t, "child", h.Seats[1].BuyerType)
	require.Len(t, h.Areas, 1)
	assert.Equal(t, 2, h.Areas[0].Count)
	assert.Equal(t, int64(30000+15000+30000+2*10000), h.Quote.Subtotal.Minor)
}

func TestHold_ExtendReleaseAndFind(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	h := s.hold("stalls-B-4")
	s.Clock.Advance(time.Minute)
	var longer hold
	s.do(ask{method: "POST", path: "/api/v1/holds/" + h.ID + "/extension", header: map[string]string{"Hold-Secret": h.Secret}, body: object{"seconds": 60}}).must(200, &longer)
	assert.Greater(t, longer.ExpiresAt, h.ExpiresAt)
	var same hold
	s.do(ask{method: "GET", path: "/api/v1/holds/" + h.ID, header: bearer(h.Secret)}).must(200, &same)
	assert.Equal(t, longer, same)
	s.do(ask{method: "DELETE", path: "/api/v1/holds/" + h.ID, header: bearer(h.Secret)}).must(200, &same)
	assert.Equal(t, "released", same.State)
	s.hold("stalls-B-4")

	b := s.book(s.hold("stalls-A-3"))
	var found order
	s.do(ask{method: "POST", path: "/api/v1/bookings/find", body: object{"reference": b.Reference, "email": "ADA@example.com "}}).must(200, &found)
	assert.Equal(t, b.Token, found.Token)
}

func TestIdempotency_SameAnswerOnceOnly(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	key := map[string]string{"Idempotency-Key": "key-of-a-hold-1"}
	body := object{"show_id": s.Programme.Show.ID, "seats": []object{{"seat": "stalls-A-1"}}}
	var first, again hold
	s.do(ask{method: "POST", path: "/api/v1/holds", header: key, body: body}).must(201, &first)
	s.do(ask{method: "POST", path: "/api/v1/holds", header: key, body: body}).must(201, &again)
	assert.Equal(t, first, again)
	body["seats"] = []object{{"seat": "stalls-A-2"}}
	s.do(ask{method: "POST", path: "/api/v1/holds", header: key, body: body}).refused(409, "key_reused")
	snap, err := s.Seats.Snapshot(t.Context(), s.Programme.Show.ID)
	require.NoError(t, err)
	assert.Equal(t, 1, snap.Counts().Held)
}

func TestVouchers_ApplyAndRemove(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	require.NoError(t, s.Prices.PutVoucher(t.Context(), halfOff(s.Programme.Partner.ID)))
	h := s.hold("stalls-A-1")
	path := "/api/v1/holds/" + h.ID + "/vouchers"
	var cheaper hold
	s.do(ask{method: "POST", path: path, header: bearer(h.Secret), body: object{"code": "Monsoon-50"}}).must(200, &cheaper)
	assert.Equal(t, int64(10000), cheaper.Quote.Discount.Minor)
	assert.Equal(t, []string{"MONSOON50"}, cheaper.Vouchers)
	s.do(ask{method: "DELETE", path: path + "/monsoon%2050", header: bearer(h.Secret)}).must(200, &cheaper)
	assert.Equal(t, h.Quote.Total, cheaper.Quote.Total)
	assert.Empty(t, cheaper.Vouchers)
	s.do(ask{method: "POST", path: path, header: bearer(h.Secret), body: object{"code": "NOSUCH"}}).refused(404, "voucher_not_found")
}

func TestFreeBooking_ConfirmedWithoutPayment(t *testing.T) {
	t.Parallel()
	s := openWith(t, bmstest.Options{Programme: freeProgramme()}, api.Config{})
	b := s.book(s.hold("stalls-A-1"))
	assert.Equal(t, amount{0, "INR", "0.00"}, b.Total)
	s.do(ask{method: "POST", path: "/api/v1/bookings/" + b.ID + "/payments", header: bearer(b.Token), body: object{}}).refused(409, "nothing_to_pay")
	s.do(ask{method: "POST", path: "/api/v1/bookings/" + b.ID + "/confirmation", header: bearer(b.Token)}).must(200, &b)
	assert.Equal(t, "confirmed", b.Status)
	assert.Len(t, s.codes(b), 1)
}

func TestQuoteOfBooking_AddsUp(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	b := s.book(s.hold("stalls-A-1", "stalls-C-1"))
	var q struct {
		Lines           []struct{ Gross, Fees amount }
		Taxes           []struct{ Net, Tax amount }
		Net, Tax, Total amount
	}
	s.do(ask{method: "GET", path: "/api/v1/bookings/" + b.ID + "/quote", header: bearer(b.Token)}).must(200, &q)
	var sum int64
	for _, l := range q.Lines {
		sum += l.Gross.Minor + l.Fees.Minor
	}
	assert.Equal(t, q.Total.Minor, sum)
	assert.Equal(t, q.Total.Minor, q.Net.Minor+q.Tax.Minor)
	assert.Equal(t, b.Total, q.Total)
}

func TestSeats_SnapshotThenChanges(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	path := "/api/v1/shows/" + string(s.Programme.Show.ID)
	var before, after seats
	s.get(path+"/seats").must(200, &before)
	require.Len(t, before.Frames, 1)
	h := s.hold("stalls-A-2")
	s.get(path+"/seats?since="+itoa(before.Version)).must(200, &after)
	require.NotEmpty(t, after.Frames)
	assert.Equal(t, before.Version+int64(len(after.Frames)), after.Version)
	var change struct{ S [][2]int }
	require.NoError(t, json.Unmarshal(after.Frames[0], &change))
	assert.Equal(t, [][2]int{{h.Seats[0].Number, 1}}, change.S)

	var whole struct{ Snapshot string }
	s.get(path+"/seats").must(200, &after)
	require.NoError(t, json.Unmarshal(after.Frames[0], &whole))
	bits, err := base64.StdEncoding.DecodeString(whole.Snapshot)
	require.NoError(t, err)
	n := h.Seats[0].Number
	assert.Equal(t, byte(1), bits[n/4]>>(n%4*2)&3)
	var none seats
	s.get(path+"/seats?since="+itoa(after.Version)).must(200, &none)
	assert.Empty(t, none.Frames)
	assert.Equal(t, after.Version, none.Version)
}

func TestGeometry_ImmutableAtItsDigest(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	var detail struct {
		Geometry string
		Show     struct{ Sales struct{ Open bool } }
	}
	path := "/api/v1/shows/" + string(s.Programme.Show.ID)
	s.get(path).must(200, &detail)
	assert.True(t, detail.Show.Sales.Open)
	a := s.get(detail.Geometry).must(200, nil)
	assert.Contains(t, a.header.Get("Cache-Control"), "immutable")
	tag := a.header.Get("ETag")
	again := s.do(ask{method: "GET", path: path + "/geometry", header: map[string]string{"If-None-Match": tag}})
	assert.Equal(t, http.StatusNotModified, again.status)
	assert.NotContains(t, again.header.Get("Cache-Control"), "immutable", "the show may get another map")
	s.get(path+"/geometry?digest=0123").refused(404, "not_found")
	var places seats
	s.get(path+"/seats").must(200, &places)
	assert.Equal(t, `"`+places.Geometry+`"`, tag)
}
