package pricing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

func TestCompute_NamesTheFieldAtFault(t *testing.T) {
	t.Parallel()
	for field, change := range map[string]func(*pricing.Input){
		"now":                 func(in *pricing.Input) { in.Now = time.Time{} },
		"show_start":          func(in *pricing.Input) { in.ShowStart = time.Time{} },
		"tax":                 func(in *pricing.Input) { in.Tax = pricing.Japan() },
		"list":                func(in *pricing.Input) { in.List.Currency = "EURO" },
		"sold":                func(in *pricing.Input) { in.Sold = -1 },
		"held":                func(in *pricing.Input) { in.Held = -1 },
		"capacity":            func(in *pricing.Input) { in.Capacity = 2_000_000_000 },
		"recent_demand":       func(in *pricing.Input) { in.RecentDemand = -1 },
		"items":               func(in *pricing.Input) { in.Items = nil },
		"items[1].key":        func(in *pricing.Input) { in.Items[1].Key = in.Items[0].Key },
		"items[0].key":        func(in *pricing.Input) { in.Items[0].Key = "" },
		"items[1].category":   func(in *pricing.Input) { in.Items[1].Category = "box" },
		"items[0].buyer_type": func(in *pricing.Input) { in.Items[0].BuyerType = "child" },
		"tax_class":           func(in *pricing.Input) { in.List.TaxClass = "casino" },
		"vouchers":            func(in *pricing.Input) { in.Vouchers = make([]pricing.Voucher, 11) },
		"vouchers[0].code":    func(in *pricing.Input) { in.Vouchers = make([]pricing.Voucher, 1) },
	} {
		in := order(pricing.India(), listOf(pricing.India(), pricing.ClassCinema, "INR", 100_00), 0, 0)
		change(&in)
		q, err := pricing.Compute(in)
		checkField(t, field, field, err)
		assert.Equal(t, pricing.Quote{}, q)
	}
}

// Lists and tables that were never validated are refused where they are used,
// and never make a wrong quote or a panic.
func TestCompute_RefusesListsThatAreNotValid(t *testing.T) {
	t.Parallel()
	for field, change := range map[string]func(*pricing.Input){
		"list.dynamic.floor":     func(in *pricing.Input) { in.List.Dynamic.Floor = -1 },
		"list.offers":            func(in *pricing.Input) { in.List.Offers = make([]pricing.Offer, 6) },
		"list.offers[1].percent": func(in *pricing.Input) { in.List.Offers[1].Percent = 2 * money.Whole },
		"list.offers[0].take":    func(in *pricing.Input) { in.List.Offers[0].Take = 0 },
		"list.fees[0].percent":   func(in *pricing.Input) { in.List.Fees[0].Percent = -1 },
		"list.fees[1].tax_class": func(in *pricing.Input) { in.List.Fees[1].TaxClass = "casino" },
		"items[0].category":      func(in *pricing.Input) { setPrices(in, pricing.MaxMinor+1) },
		"items[0].price":         func(in *pricing.Input) { setPrices(in, pricing.MaxMinor) }, // and the factor is over 1
		"tax.slabs[0].up_to":     func(in *pricing.Input) { in.Tax.Rules[2].Slabs[0].UpTo = nil },
		"tax":                    func(in *pricing.Input) { in.Tax.Rules[2].Slabs[0].UpTo.Currency = "EUR" },
	} {
		in := order(pricing.India(), fullList())
		in.Items = []pricing.Item{{Key: "a", Category: "c0"}}
		in.Sold, in.ShowStart = 90, now.Add(30*24*time.Hour+4*time.Hour) // an evening
		change(&in)
		_, err := pricing.Compute(in)
		checkField(t, field, field, err)
	}
}

// setPrices makes every price of the list the same.
func setPrices(in *pricing.Input, minor int64) {
	for i := range in.List.Prices {
		in.List.Prices[i].Amount.Minor = minor
	}
}

func TestCompute_LargestOrder(t *testing.T) {
	t.Parallel()
	in := order(pricing.India(), listOf(pricing.India(), pricing.ClassCinema, "INR", pricing.MaxMinor))
	for i := range 200 {
		in.Items = append(in.Items, pricing.Item{Key: "t" + string(rune('A'+i)), Category: "c0"})
	}
	q := compute(t, in)
	assert.Equal(t, int64(200*pricing.MaxMinor/100*118), q.Total.Minor)
	in.Items = append(in.Items, pricing.Item{Key: "one more", Category: "c0"})
	_, err := pricing.Compute(in)
	checkField(t, "201", "items", err)
}

func TestFee_Table(t *testing.T) {
	t.Parallel()
	fee := func(change func(*pricing.Fee)) pricing.Fee {
		f := pricing.Fee{Key: "f", Name: "Fee", Per: pricing.PerTicket, TaxClass: "any"}
		change(&f)
		return f
	}
	for name, row := range map[string]struct {
		prices []int64
		fee    pricing.Fee
		want   []int64 // the tickets' shares
	}{
		"fixed per ticket":       {[]int64{10_00, 20_00}, fee(func(f *pricing.Fee) { f.Fixed = money.New(50, "EUR") }), []int64{50, 50}},
		"percent per ticket":     {[]int64{10_00, 20_00}, fee(func(f *pricing.Fee) { f.Percent = 50_000 }), []int64{50, 1_00}},
		"both":                   {[]int64{10_00}, fee(func(f *pricing.Fee) { f.Fixed, f.Percent = money.New(1_00, "EUR"), 50_000 }), []int64{1_50}},
		"at least":               {[]int64{10_00, 50_00}, fee(func(f *pricing.Fee) { f.Percent, f.Min = 50_000, amount(1_00, "EUR") }), []int64{1_00, 2_50}},
		"at most":                {[]int64{10_00, 50_00}, fee(func(f *pricing.Fee) { f.Percent, f.Max = 50_000, amount(1_00, "EUR") }), []int64{50, 1_00}},
		"per booking by price":   {[]int64{10_00, 20_00}, fee(func(f *pricing.Fee) { f.Per, f.Fixed = pricing.PerBooking, money.New(1_00, "EUR") }), []int64{33, 67}},
		"percent of the booking": {[]int64{10_00, 20_00}, fee(func(f *pricing.Fee) { f.Per, f.Percent, f.Max = pricing.PerBooking, 100_000, amount(2_50, "EUR") }), []int64{83, 1_67}},
		"not for free tickets":   {[]int64{0, 10_00}, fee(func(f *pricing.Fee) { f.Fixed = money.New(50, "EUR") }), []int64{0, 50}},
		"for free tickets, too":  {[]int64{0, 10_00}, fee(func(f *pricing.Fee) { f.Fixed, f.OnFree = money.New(50, "EUR"), true }), []int64{50, 50}},
		"a free booking is free": {[]int64{0, 0}, fee(func(f *pricing.Fee) { f.Per, f.Fixed = pricing.PerBooking, money.New(50, "EUR") }), []int64{0, 0}},
		"unless the fee says so": {[]int64{0, 0}, fee(func(f *pricing.Fee) { f.Per, f.Fixed, f.OnFree = pricing.PerBooking, money.New(51, "EUR"), true }), []int64{26, 25}},
		"on this channel":        {[]int64{10_00}, fee(func(f *pricing.Fee) { f.Fixed, f.Channels = money.New(50, "EUR"), []string{"app", "web"} }), []int64{50}},
		"not on others":          {[]int64{10_00}, fee(func(f *pricing.Fee) { f.Fixed, f.Channels = money.New(50, "EUR"), []string{"box_office"} }), []int64{0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := untaxedOrder(row.prices...)
			in.List.Fees = []pricing.Fee{row.fee}
			q := compute(t, in)
			for i, want := range row.want {
				assert.Equal(t, want, q.Lines[i].Fees.Minor, "ticket %d", i)
				assert.Zero(t, q.Lines[i].FeesRefundable.Minor)
			}
		})
	}
}

func TestFee_FollowsTheDiscountedPrice(t *testing.T) {
	t.Parallel()
	in := untaxedOrder(20_00)
	in.List.Fees = []pricing.Fee{{Key: "f", Name: "Fee", Per: pricing.PerTicket, Percent: 100_000, TaxClass: "any", Refundable: true}}
	in.Vouchers = []pricing.Voucher{percentVoucher("v", 500_000)}
	q := compute(t, in)
	assert.Equal(t, "1.00", q.Lines[0].Fees.Decimal())
	assert.Equal(t, q.Lines[0].Fees, q.Lines[0].FeesRefundable)
}

func TestOrderRounding_BusinessOnly(t *testing.T) {
	t.Parallel()
	in := germanyLine().in
	in.List.Rounding = pricing.RoundNetSumBusinessOnly
	q := compute(t, in)
	assert.Equal(t, "500.00", q.Total.Decimal(), "consumers pay what was advertised")
	assert.Equal(t, pricing.RoundLine, q.Rounding)
	in.Business = true
	q = compute(t, in)
	assert.Equal(t, "499.98", q.Total.Decimal())
	assert.Equal(t, pricing.RoundNetSum, q.Rounding)
}

// Lines that have nothing to give are left alone: in the first order the tax of
// the net sum is less than the lines' (2.09 against 0 + 1 + 1 + 1), and the first
// has no tax; in the second it is more (1.14 against 0), and the first is free.
func TestOrderRounding_LeavesTheSmallestLinesAlone(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ prices, want []int64 }{
		{[]int64{2, 3, 3, 3}, []int64{0, 0, 1, 1}},
		{[]int64{0, 2, 2, 2}, []int64{0, 1, 0, 0}},
	} {
		in := order(pricing.Germany(), listOf(pricing.Germany(), pricing.ClassSport, "EUR", row.prices...), 0, 1, 2, 3)
		in.List.Rounding = pricing.RoundNetSum
		taxes := make([]int64, len(in.Items))
		for i, l := range compute(t, in).Lines {
			taxes[i] = l.Tax.Minor
		}
		assert.Equal(t, row.want, taxes)
	}
}

func TestDynamic_PriceKeepsToStepAndBounds(t *testing.T) {
	t.Parallel()
	d := pricing.Dynamic{Floor: 800_000, Ceiling: 1_500_000, Step: 10_00, Rounding: money.HalfUp}
	for _, row := range []struct {
		base   int64
		factor money.Rate
		want   int64
	}{
		{290_00, 1_100_000, 320_00}, // 319 to the next ten
		{95_00, 1_000_000, 95_00},   // a factor of 1 rounds nothing
		{97_00, 1_500_000, 140_00},  // 145.50 would be 150, over the ceiling
		{97_00, 800_000, 80_00},     // 77.60, up to the next ten
		{93_00, 800_000, 80_00},     // 74.40 would be 70, under the floor
		{5_00, 1_200_000, 6_00},     // no ten between 4.00 and 7.50
		{100_00, 2_000_000, 150_00}, // a frozen factor that the bounds have left behind
		{100_00, 100_000, 80_00},
		{0, 1_200_000, 0},
	} {
		got, err := d.Price(money.New(row.base, "INR"), row.factor)
		require.NoError(t, err)
		assert.Equal(t, row.want, got.Minor, "%d at %s", row.base, row.factor)
	}
}

func TestDynamic_FactorRisesWithOccupancy(t *testing.T) {
	t.Parallel()
	d := busyList().Dynamic
	last := money.Rate(0)
	for sold := range 101 {
		f := d.Factor(pricing.Market{Sold: sold, Capacity: 100, Left: 3 * time.Hour})
		assert.GreaterOrEqual(t, f.Rate, last)
		last = f.Rate
	}
	assert.Equal(t, money.Rate(1_250_000), last)
	empty := d.Factor(pricing.Market{Left: 3 * time.Hour})
	assert.Equal(t, pricing.Factor{Rate: money.Whole}, empty, "no capacity, no occupancy")
	held := d.Factor(pricing.Market{Sold: 40, Held: 10, Capacity: 100, Left: 3 * time.Hour})
	assert.Equal(t, money.Rate(1_100_000), held.Rate, "held places count")
	late := d.Factor(pricing.Market{Capacity: 100, Left: -time.Hour})
	assert.Equal(t, money.Rate(950_000), late.Rate, "after the start the last step stays")
}

func TestRequote_MovesOnlyWhatTheBuyerChanged(t *testing.T) {
	t.Parallel()
	in := order(pricing.India(), busyList())
	in.Items = []pricing.Item{{Key: "a", Category: "c1"}, {Key: "b", Category: "c1"}}
	frozen := compute(t, in) // evening, fixed factor
	in.Sold = 95
	now := compute(t, in)
	require.Greater(t, now.Subtotal.Minor, frozen.Subtotal.Minor, "the market has moved")

	in.Items[1].BuyerType = "child"
	q, err := pricing.Requote(frozen, in)
	require.NoError(t, err)
	require.NoError(t, q.Validate())
	assert.Equal(t, frozen.Lines[0].Price, q.Lines[0].Price)
	assert.Less(t, q.Lines[1].Price.Minor, frozen.Lines[1].Price.Minor, "a child's list price")
	assert.Equal(t, q.Lines[1].Base, q.Lines[1].Price, "at the frozen factor of 1")
	assert.NotEqual(t, frozen.InputsDigest, q.InputsDigest)
}

func TestRequote_PricesAnotherCategoryAnew(t *testing.T) {
	t.Parallel()
	in := untaxedOrder(10_00, 20_00)
	frozen := compute(t, in)
	in.Items[0].Category = category(1) // the same key, moved to a dearer seat
	q, err := pricing.Requote(frozen, in)
	require.NoError(t, err)
	assert.Equal(t, "20.00", q.Lines[0].Price.Decimal())
}

func TestRequote_AddsAVoucherToFrozenPrices(t *testing.T) {
	t.Parallel()
	in := indiaDynamic().in
	frozen := compute(t, in)
	in.Sold, in.Held = 0, 0
	in.Vouchers = []pricing.Voucher{percentVoucher("v", 500_000)}
	q, err := pricing.Requote(frozen, in)
	require.NoError(t, err)
	assert.Equal(t, "180.00", q.Net.Decimal(), "half of the frozen 360")
	assert.Equal(t, frozen.Dynamic, q.Dynamic)
}

func TestRequote_RefusesWhatIsNoQuoteForTheList(t *testing.T) {
	t.Parallel()
	in := untaxedOrder(10_00)
	frozen := compute(t, in)
	_, err := pricing.Requote(pricing.Quote{}, in)
	checkField(t, "empty", "frozen.lines", err)
	in.List.Currency = "USD"
	_, err = pricing.Requote(frozen, in)
	checkField(t, "other currency", "frozen", err)
	in = untaxedOrder(10_00)
	frozen.Lines[0].Price.Minor, frozen.Subtotal.Minor = -5, -5
	_, err = pricing.Requote(frozen, in)
	checkField(t, "negative", "frozen.lines[0].price", err)
}

// Everything that a quote depends on changes its digest.
func TestCompute_DigestCoversTheInput(t *testing.T) {
	t.Parallel()
	base := func() pricing.Input {
		in := order(pricing.India(), busyList())
		in.Items = []pricing.Item{{Key: "a", Category: "c1", BuyerType: "adult", Seat: "A1"}}
		in.Vouchers = []pricing.Voucher{percentVoucher("v", 1)}
		return in
	}
	seen := map[string]string{compute(t, base()).InputsDigest: "base"}
	for name, change := range map[string]func(*pricing.Input){
		"now":            func(in *pricing.Input) { in.Now = in.Now.Add(time.Microsecond) },
		"start":          func(in *pricing.Input) { in.ShowStart = in.ShowStart.Add(time.Minute) },
		"zone":           func(in *pricing.Input) { in.Zone = zone(t, "Asia/Kolkata") },
		"show":           func(in *pricing.Input) { in.Show = "shw_2" },
		"event":          func(in *pricing.Input) { in.Event = "evt_2" },
		"channel":        func(in *pricing.Input) { in.Channel = "app" },
		"list":           func(in *pricing.Input) { in.List.ID = "prl_2" },
		"list version":   func(in *pricing.Input) { in.List.Version++ },
		"table version":  func(in *pricing.Input) { in.Tax.Version++ },
		"category":       func(in *pricing.Input) { in.Items[0].Category = "c2" },
		"buyer type":     func(in *pricing.Input) { in.Items[0].BuyerType = "child" },
		"seat":           func(in *pricing.Input) { in.Items[0].Seat = "A2" },
		"key":            func(in *pricing.Input) { in.Items[0].Key = "b" },
		"more":           func(in *pricing.Input) { in.Items = append(in.Items, pricing.Item{Key: "b", Category: "c1"}) },
		"sold":           func(in *pricing.Input) { in.Sold++ },
		"held":           func(in *pricing.Input) { in.Held++ },
		"capacity":       func(in *pricing.Input) { in.Capacity++ },
		"demand":         func(in *pricing.Input) { in.RecentDemand++ },
		"business":       func(in *pricing.Input) { in.Business = true },
		"tax free":       func(in *pricing.Input) { in.TaxFreeState = true },
		"voucher":        func(in *pricing.Input) { in.Vouchers[0].ID = "w" },
		"voucher change": func(in *pricing.Input) { in.Vouchers[0].Version++ },
		"no voucher":     func(in *pricing.Input) { in.Vouchers = nil },
	} {
		in := base()
		change(&in)
		digest := compute(t, in).InputsDigest
		assert.Regexp(t, "^[0-9a-f]{32}$", digest)
		assert.Empty(t, seen[digest], name)
		seen[digest] = name
	}
}

func TestQuote_ValidateFindsWhatDoesNotAddUp(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		field  string
		change func(*pricing.Quote)
	}{
		"no tickets":  {"lines", func(q *pricing.Quote) { q.Lines = nil }},
		"currency":    {"lines", func(q *pricing.Quote) { q.Currency = "" }},
		"gross":       {"lines[0].gross", func(q *pricing.Quote) { q.Lines[0].Gross.Minor++ }},
		"discounts":   {"lines[1].price", func(q *pricing.Quote) { q.Lines[1].Price.Minor = 0 }},
		"tax":         {"tax", func(q *pricing.Quote) { q.TaxTotal.Minor++ }},
		"net":         {"net", func(q *pricing.Quote) { q.Net.Minor-- }},
		"total":       {"total", func(q *pricing.Quote) { q.Total.Minor++ }},
		"subtotal":    {"subtotal", func(q *pricing.Quote) { q.Subtotal.Minor++ }},
		"discount":    {"discount", func(q *pricing.Quote) { q.Discount.Minor++ }},
		"by rate":     {"taxes", func(q *pricing.Quote) { q.Taxes[0].Net.Minor++ }},
		"part":        {"taxes[0].parts", func(q *pricing.Quote) { q.Taxes[0].Parts[0].Amount.Minor++ }},
		"share":       {"fees", func(q *pricing.Quote) { q.Lines[2].Fees.Minor++ }},
		"share's tax": {"fees", func(q *pricing.Quote) { q.Lines[2].FeesTax.Minor++ }},
		"refundable":  {"fees", func(q *pricing.Quote) { q.Lines[2].FeesRefundable.Minor++ }},
	} {
		q := compute(t, spainVoucherAndFee().in)
		row.change(&q)
		checkField(t, name, row.field, q.Validate())
	}
	q := compute(t, indiaFee().in)
	q.Lines[0].TaxParts[0].Amount.Minor++
	assert.Equal(t, "lines[0].tax_parts", fault.Of(q.Validate()).Field)
}
