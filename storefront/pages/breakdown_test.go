package pages_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/storefront/pages"
)

// order is the input of a quote for two tickets.
func order(c money.Currency, table pricing.TaxTable, included bool) pricing.Input {
	return pricing.Input{
		Now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), ShowStart: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC),
		List: pricing.PriceList{
			ID: "prl_1", PartnerID: "prt_1", Name: "Standard", Currency: c, TaxIncluded: included, TaxTable: table.ID, TaxClass: pricing.ClassCinema,
			Rounding: pricing.RoundLine, Version: 1, BuyerTypes: []pricing.BuyerType{{Key: "adult", Name: "Adult"}},
			Prices: []pricing.Price{{Category: "gold", Amount: money.New(1999, c)}},
			Fees:   []pricing.Fee{{Key: "service", Name: "Service", Per: pricing.PerBooking, Fixed: money.New(199, c), TaxClass: pricing.ClassStandard}},
		},
		Tax: table, Channel: "web", Capacity: 100,
		Items: []pricing.Item{{Key: "a-1", Category: "gold", Seat: "a-1"}, {Key: "floor/1", Category: "gold"}},
	}
}

func breakdown(t *testing.T, in pricing.Input) (pages.Breakdown, pricing.Quote) {
	t.Helper()
	require.NoError(t, in.List.Validate())
	q, err := pricing.Compute(in)
	require.NoError(t, err)
	return pages.BreakdownOf(en(t), q, pages.Names(map[string]string{"a-1": "Stalls, row A, seat 1", "floor/1": "Floor"}, map[string]string{"": "Adult", "adult": "Adult"})), q
}

// added adds up the lines that a page shows above the total, as a reader would.
func added(t *testing.T, c money.Currency, b pages.Breakdown) string {
	t.Helper()
	sum := money.Zero(c)
	for _, line := range append(append([]pages.Line{}, b.Tickets...), b.Extras...) {
		text := strings.NewReplacer("€", "", "$", "", ",", "").Replace(line.Amount)
		a, err := money.Parse(text, c)
		require.NoError(t, err, line.Label)
		sum, err = sum.Add(a)
		require.NoError(t, err)
	}
	return en(t).Money(sum)
}

func TestBreakdown_AddsUpToTheTotal(t *testing.T) {
	t.Parallel()
	p := en(t)
	for _, included := range []bool{true, false} {
		for _, rounding := range []pricing.OrderRounding{pricing.RoundLine, pricing.RoundNetSum, pricing.RoundNetSumKeepGross} {
			in := order("EUR", pricing.Germany(), included)
			in.List.Rounding = rounding
			in.List.Offers = []pricing.Offer{{Key: "pair", Name: "Pair", Kind: pricing.GroupOff, MinTickets: 2, Percent: 70_000}}
			b, q := breakdown(t, in)
			assert.Equal(t, b.Total, added(t, "EUR", b), "%v %s", included, rounding)
			assert.Equal(t, p.Money(q.Total), b.Total)
		}
	}
}

func TestBreakdown_TaxesWhereTheyBelong(t *testing.T) {
	t.Parallel()
	with, _ := breakdown(t, order("EUR", pricing.Germany(), true))
	require.Len(t, with.Included, 2, "7 % on tickets, 19 % on the fee")
	assert.Len(t, with.Extras, 1, "the fee alone comes on top")
	without, _ := breakdown(t, order("EUR", pricing.Germany(), false))
	assert.Empty(t, without.Included)
	assert.Len(t, without.Extras, 3)
	halves, _ := breakdown(t, order("INR", pricing.India(), true))
	assert.Contains(t, halves.Included[0].Note, "CGST ₹")
	assert.Contains(t, halves.Included[0].Note, "SGST ₹")
}

func TestBreakdown_SaysWhyAPriceMoved(t *testing.T) {
	t.Parallel()
	in := order("EUR", pricing.Germany(), true)
	in.List.Dynamic = &pricing.Dynamic{
		Floor: 800_000, Ceiling: 1_500_000, Occupancy: []pricing.LevelStep{{AtLeast: 500_000, Adjust: 100_000}},
		TimeToShow: []pricing.TimeStep{{WithinMinutes: 60, Adjust: -50_000}}, Rounding: money.HalfUp,
	}
	in.Sold = 60
	b, _ := breakdown(t, in)
	assert.Equal(t, []string{"10% more because 60% of the places are taken"}, b.Reasons)
	assert.Contains(t, b.Tickets[0].Note, "list price €19.99")
	in.ShowStart = in.Now.Add(30 * time.Minute)
	b, _ = breakdown(t, in)
	assert.Contains(t, b.Reasons, "5% less because the show is near")
	in.Sold = 0
	in.ShowStart = in.Now.Add(48 * time.Hour)
	b, _ = breakdown(t, in)
	assert.Empty(t, b.Reasons)
	assert.Equal(t, "Adult", b.Tickets[0].Note)
}

func TestBreakdown_NamesPlacesAndOffers(t *testing.T) {
	t.Parallel()
	in := order("EUR", pricing.Germany(), true)
	in.Vouchers = []pricing.Voucher{{
		ID: pricing.NewVoucherID(in.Now), PartnerID: "prt_1", Code: "TEN-OFF", Kind: pricing.PercentOff, Scope: pricing.EachTicket, Percent: 100_000, Version: 1,
	}}
	b, _ := breakdown(t, in)
	assert.Equal(t, "Stalls, row A, seat 1", b.Tickets[0].Label)
	assert.Equal(t, "Floor", b.Tickets[1].Label)
	assert.Equal(t, "Voucher TEN-OFF", b.Extras[0].Label)
	assert.Equal(t, "-€4.00", b.Extras[0].Amount)
}
