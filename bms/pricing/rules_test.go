package pricing_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// A ticket is lowered by one offer at most, and only by one that is for it.
func TestOffer_LowersOnlyItsOwnTicketsAndOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		in.Vouchers = nil
		for _, l := range compute(t, in).Lines {
			require.LessOrEqual(t, len(l.Discounts), 1)
			for _, d := range l.Discounts {
				at := slices.IndexFunc(in.List.Offers, func(o pricing.Offer) bool { return o.Key == d.Key })
				require.GreaterOrEqual(t, at, 0)
				limited := in.List.Offers[at].Categories
				require.True(t, len(limited) == 0 || slices.Contains(limited, l.Category))
				require.True(t, d.Amount.IsPositive())
			}
		}
	})
}

// A voucher lowers no more tickets than it may, the dearest that it covers, and
// takes off no more than it says.
func TestVoucher_KeepsToItsLimits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prices := rapid.SliceOfN(rapid.Int64Range(0, 30_00), 1, 8).Draw(t, "prices")
		v := anyVoucher("EUR")(t)
		v.Categories = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"c0", "c1", "c2", "c3"}), 1, 4, rapid.ID).Draw(t, "categories")
		v.Categories[0] = "c0"
		v.Categories = slices.Compact(slices.Sorted(slices.Values(v.Categories)))
		in := untaxedOrder(prices...)
		in.Vouchers = []pricing.Voucher{v}
		q := compute(t, in)

		lowered := 0
		for i, off := range off(q) {
			if off == 0 {
				continue
			}
			lowered++
			require.Contains(t, v.Categories, q.Lines[i].Category)
			if v.Kind == pricing.AmountOff && v.Scope == pricing.EachTicket {
				require.LessOrEqual(t, off, v.Amount.Minor)
			}
		}
		require.Equal(t, lowered, q.Discounts[0].Tickets)
		if v.MaxTicketsPerUse > 0 {
			require.LessOrEqual(t, lowered, v.MaxTicketsPerUse)
		}
		if v.Kind == pricing.AmountOff && v.Scope == pricing.WholeBooking {
			require.LessOrEqual(t, q.Discount.Minor, v.Amount.Minor)
		}
	})
}

// A higher price never makes a quote cheaper, in the mode that rounds by line
// and where slabs do not step: what the buyer sees as fair.
func TestCompute_DearerTicketsNeverCostLess(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		in.List.Rounding, in.TaxFreeState = pricing.RoundLine, false
		in.Vouchers, in.List.Offers, in.List.Dynamic = nil, nil, nil
		before := compute(t, in).Total
		in.List.Prices = slices.Clone(in.List.Prices)
		at := rapid.IntRange(0, len(in.List.Prices)-1).Draw(t, "at")
		in.List.Prices[at].Amount.Minor += rapid.Int64Range(1, 5000).Draw(t, "more")
		require.GreaterOrEqual(t, compute(t, in).Total.Minor, before.Minor)
	})
}

// Factors rise with occupancy and demand and with time running out, when the
// steps do.
func TestDynamic_RisingStepsMakeRisingPrices(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rise := rapid.SliceOfNDistinct(rapid.Int64Range(0, 500_000), 4, 4, rapid.ID).Draw(t, "rise")
		slices.Sort(rise)
		d := pricing.Dynamic{
			Floor: 700_000, Ceiling: 1_600_000, Step: rapid.SampledFrom([]int64{0, 100, 1000}).Draw(t, "step"), Rounding: money.HalfUp, DemandMinutes: 5,
			Occupancy:  []pricing.LevelStep{{AtLeast: 200_000, Adjust: money.Rate(rise[0])}, {AtLeast: 600_000, Adjust: money.Rate(rise[2])}},
			TimeToShow: []pricing.TimeStep{{WithinMinutes: 30, Adjust: money.Rate(rise[3])}, {WithinMinutes: 300, Adjust: money.Rate(rise[1])}},
			Demand:     []pricing.LevelStep{{AtLeast: 50_000, Adjust: money.Rate(rise[1])}},
		}
		require.NoError(t, d.Validate())
		base := money.New(rapid.Int64Range(10_00, 500_00).Draw(t, "base"), "INR")
		quiet := pricing.Market{
			Sold: rapid.IntRange(0, 100).Draw(t, "sold"), RecentDemand: rapid.IntRange(0, 20).Draw(t, "recent"), Capacity: 100,
			Left: time.Duration(rapid.IntRange(0, 600).Draw(t, "left")) * time.Minute,
		}
		busy := quiet
		busy.Sold += rapid.IntRange(0, 50).Draw(t, "moreSold")
		busy.RecentDemand += rapid.IntRange(0, 20).Draw(t, "moreDemand")
		busy.Left -= time.Duration(rapid.IntRange(0, 600).Draw(t, "later")) * time.Minute

		less, err := d.Price(base, d.Factor(quiet).Rate)
		require.NoError(t, err)
		more, err := d.Price(base, d.Factor(busy).Rate)
		require.NoError(t, err)
		if d.Factor(quiet).Rate != money.Whole { // a factor of 1 is not rounded to the step
			require.LessOrEqual(t, less.Minor, more.Minor)
		}
	})
}

// From the first day of a class on there is one rule for each day, without gaps.
func TestBuiltInTables_HaveNoGaps(t *testing.T) {
	t.Parallel()
	for _, table := range pricing.BuiltInTables() {
		for _, rule := range table.Rules {
			if rule.Until == "" {
				continue
			}
			next, err := table.Rule(rule.Class, rule.Until)
			require.NoError(t, err, "%s %s", table.ID, rule.Class)
			assert.Equal(t, rule.Until, next.From, "%s %s", table.ID, rule.Class)
			assert.Equal(t, rule.Class, next.Class)
		}
	}
}

// Orders of every size up to the largest add up in every mode.
func TestCompute_EverySizeAddsUp(t *testing.T) {
	t.Parallel()
	list := listOf(pricing.India(), pricing.ClassCinema, "INR", 99_99, 100_00, 117_77, 0, 1)
	list.TaxIncluded = true
	list.Fees = []pricing.Fee{
		{Key: "a", Name: "A", Per: pricing.PerTicket, Percent: 33_333, TaxClass: pricing.ClassStandard, Refundable: true},
		{Key: "b", Name: "B", Per: pricing.PerBooking, Fixed: money.New(7_77, "INR"), TaxClass: pricing.ClassStandard},
	}
	list.Offers = []pricing.Offer{threeForTwo(), group(10, 123_456)}
	for size := 1; size <= pricing.MaxItems; size += 13 {
		for _, mode := range []pricing.OrderRounding{pricing.RoundLine, pricing.RoundNetSum, pricing.RoundNetSumKeepGross} {
			in := order(pricing.India(), list)
			in.List.Rounding = mode
			for i := range size {
				in.Items = append(in.Items, pricing.Item{Key: "t" + string(rune('A'+i)), Category: category(i % 5)})
			}
			in.Vouchers = []pricing.Voucher{amountVoucher("v", pricing.AmountOff, pricing.WholeBooking, money.New(100_01, "INR"))}
			q := compute(t, in)
			assert.Len(t, q.Lines, size)
		}
	}
}

func TestRequote_OfTheLargestOrderKeepsItsTotal(t *testing.T) {
	t.Parallel()
	in := order(pricing.India(), busyList())
	for i := range pricing.MaxItems {
		in.Items = append(in.Items, pricing.Item{Key: "t" + string(rune('A'+i)), Category: category(i % 10), BuyerType: "senior"})
	}
	frozen := compute(t, in)
	in.Sold, in.Held = 100, 0
	q, err := pricing.Requote(frozen, in)
	require.NoError(t, err)
	assert.Equal(t, frozen.Total, q.Total)
	assert.Equal(t, frozen.Lines, q.Lines)
}

// The currency of a voucher or a slab that does not fit is refused even when
// the numbers would.
func TestCompute_CurrenciesMustAgree(t *testing.T) {
	t.Parallel()
	list := listOf(pricing.India(), pricing.ClassCinema, "USD", 10_00)
	_, err := pricing.Compute(order(pricing.India(), list, 0))
	checkField(t, "slabs in rupees", "tax", err)

	list = listOf(pricing.Untaxed(), "any", "EUR", 10_00)
	list.Prices[0].Amount.Currency = "USD"
	_, err = pricing.Compute(order(pricing.Untaxed(), list, 0))
	checkField(t, "price in dollars", "items[0].category", err)

	list = listOf(pricing.Untaxed(), "any", "EUR", 10_00)
	list.Fees = []pricing.Fee{{Key: "f", Name: "F", Per: pricing.PerTicket, Fixed: money.New(1, "USD"), TaxClass: "any"}}
	_, err = pricing.Compute(order(pricing.Untaxed(), list, 0))
	checkField(t, "fee in dollars", "list.fees[0].fixed", err)
}
