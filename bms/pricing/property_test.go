package pricing_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// places are tables with a class and a currency: slabs, halves, three parts,
// no decimals, three decimals, no tax.
var places = []struct {
	table    pricing.TaxTable
	class    string
	currency money.Currency
}{
	{pricing.India(), pricing.ClassCinema, "INR"},
	{pricing.India(), pricing.ClassLive, "INR"},
	{pricing.Germany(), pricing.ClassCinema, "EUR"},
	{pricing.NewYorkCity(), pricing.ClassSport, "USD"},
	{pricing.Japan(), pricing.ClassCinema, "JPY"},
	{pricing.Kuwait(), pricing.ClassCinema, "KWD"},
	{pricing.UnitedArabEmirates(), pricing.ClassLive, "AED"},
}

// anyInput draws an order of up to 8 tickets with fees, dynamic prices, offers
// and vouchers, in any place, mode and basis. Its list is always valid.
func anyInput(t *rapid.T) pricing.Input {
	place := rapid.SampledFrom(places).Draw(t, "place")
	minor := rapid.OneOf(rapid.Int64Range(0, 200), rapid.Int64Range(9_000, 13_000), rapid.Int64Range(0, 100_000))
	list := listOf(place.table, place.class, place.currency, rapid.SliceOfN(minor, 1, 4).Draw(t, "prices")...)
	list.TaxIncluded = rapid.Bool().Draw(t, "included")
	list.Rounding = rapid.SampledFrom([]pricing.OrderRounding{
		pricing.RoundLine, pricing.RoundNetSum, pricing.RoundNetSumKeepGross, pricing.RoundNetSumBusinessOnly,
	}).Draw(t, "rounding")
	list.Fees = rapid.SliceOfN(rapid.Custom(anyFee(place.currency)), 0, 2).Draw(t, "fees")
	for i := range list.Fees {
		list.Fees[i].Key += string(rune('0' + i))
	}
	list.Offers = rapid.SliceOfN(rapid.Custom(anyOffer(place.currency)), 0, 3).Draw(t, "offers")
	for i := range list.Offers {
		list.Offers[i].Key += string(rune('0' + i))
	}
	list.Dynamic = rapid.Ptr(rapid.Custom(anyDynamic), true).Draw(t, "dynamic")
	require.NoError(t, list.Validate())

	in := order(place.table, list, rapid.SliceOfN(rapid.IntRange(0, len(list.Prices)-1), 1, 8).Draw(t, "items")...)
	in.Business, in.TaxFreeState = rapid.Bool().Draw(t, "business"), rapid.Bool().Draw(t, "taxFree")
	in.Sold, in.RecentDemand = rapid.IntRange(0, 100).Draw(t, "sold"), rapid.IntRange(0, 50).Draw(t, "recent")
	in.Now = showStart.Add(-time.Duration(rapid.IntRange(-10, 3000).Draw(t, "left")) * time.Minute)
	in.Vouchers = rapid.SliceOfN(rapid.Custom(anyVoucher(place.currency)), 0, 2).Draw(t, "vouchers")
	for i := range in.Vouchers {
		in.Vouchers[i].ID += pricing.VoucherID(rune('0' + i))
	}
	return in
}

func anyFee(c money.Currency) func(*rapid.T) pricing.Fee {
	return func(t *rapid.T) pricing.Fee {
		f := pricing.Fee{Key: "fee", Name: "Fee", TaxClass: pricing.ClassStandard}
		f.Per = rapid.SampledFrom([]pricing.FeePer{pricing.PerTicket, pricing.PerBooking}).Draw(t, "per")
		f.Fixed = money.New(rapid.Int64Range(0, 500).Draw(t, "fixed"), c)
		f.Percent = money.Rate(rapid.Int64Range(0, 200_000).Draw(t, "percent"))
		f.OnFree, f.Refundable = rapid.Bool().Draw(t, "onFree"), rapid.Bool().Draw(t, "refundable")
		if rapid.Bool().Draw(t, "bounded") {
			low := rapid.Int64Range(0, 300).Draw(t, "min")
			f.Min, f.Max = amount(low, c), amount(low+rapid.Int64Range(0, 1000).Draw(t, "span"), c)
		}
		return f
	}
}

func anyOffer(c money.Currency) func(*rapid.T) pricing.Offer {
	return func(t *rapid.T) pricing.Offer {
		o := pricing.Offer{Key: "offer", Name: "Offer", WithVouchers: rapid.Bool().Draw(t, "withVouchers")}
		o.Kind = rapid.SampledFrom([]pricing.OfferKind{pricing.NForM, pricing.GroupOff, pricing.GroupPrice}).Draw(t, "kind")
		o.Take = rapid.IntRange(2, 4).Draw(t, "take")
		o.Pay = rapid.IntRange(1, o.Take-1).Draw(t, "pay")
		o.MinTickets = rapid.IntRange(2, 4).Draw(t, "min")
		o.Percent = money.Rate(rapid.Int64Range(1, 1_000_000).Draw(t, "percent"))
		o.SetPrice = amount(rapid.Int64Range(0, 12_000).Draw(t, "set"), c)
		if rapid.Bool().Draw(t, "limited") {
			o.Categories = []string{category(0)}
		}
		return o
	}
}

func anyDynamic(t *rapid.T) pricing.Dynamic {
	adjust := func(name string) money.Rate { return money.Rate(rapid.Int64Range(-400_000, 600_000).Draw(t, name)) }
	return pricing.Dynamic{
		Floor:   money.Rate(rapid.Int64Range(0, 1_000_000).Draw(t, "floor")),
		Ceiling: money.Rate(rapid.Int64Range(1_000_000, 3_000_000).Draw(t, "ceiling")),
		Step:    rapid.SampledFrom([]int64{0, 1, 50, 100, 1000}).Draw(t, "step"), Rounding: money.HalfUp, DemandMinutes: 10,
		Occupancy:  []pricing.LevelStep{{AtLeast: 200_000, Adjust: adjust("low")}, {AtLeast: 700_000, Adjust: adjust("high")}},
		TimeToShow: []pricing.TimeStep{{WithinMinutes: 60, Adjust: adjust("soon")}, {WithinMinutes: 1440, Adjust: adjust("today")}},
		Demand:     []pricing.LevelStep{{AtLeast: 150_000, Adjust: adjust("rush")}},
	}
}

func anyVoucher(c money.Currency) func(*rapid.T) pricing.Voucher {
	return func(t *rapid.T) pricing.Voucher {
		kind := rapid.SampledFrom([]pricing.VoucherKind{pricing.PercentOff, pricing.AmountOff, pricing.SetPrice}).Draw(t, "kind")
		scope := rapid.SampledFrom([]pricing.VoucherScope{pricing.EachTicket, pricing.WholeBooking}).Draw(t, "scope")
		v := amountVoucher("vch_", kind, scope, money.New(rapid.Int64Range(1, 12_000).Draw(t, "amount"), c))
		v.Percent = money.Rate(rapid.Int64Range(1, 1_000_000).Draw(t, "percent"))
		v.MaxTicketsPerUse = rapid.IntRange(0, 3).Draw(t, "maxTickets")
		v.Combinable = true
		return v
	}
}

func TestCompute_AddsUpAndNeverFallsBelowZero(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := compute(t, anyInput(t))
		paid := int64(0)
		for _, l := range q.Lines {
			paid += l.Gross.Minor + l.Fees.Minor
			for _, a := range []money.Amount{l.Base, l.Price, l.Net, l.Tax, l.Gross, l.Fees, l.FeesTax, l.FeesRefundable} {
				require.False(t, a.IsNegative(), "%+v", l)
				require.Equal(t, q.Currency, a.Currency)
			}
			require.LessOrEqual(t, l.FeesRefundable.Minor, l.Fees.Minor)
			require.LessOrEqual(t, l.FeesTax.Minor, l.Fees.Minor)
		}
		require.Equal(t, q.Total.Minor, paid, "the tickets with their shares of fees are the total")
	})
}

func TestCompute_SameInputSameBytes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		first, err := json.Marshal(compute(t, in))
		require.NoError(t, err)
		second, err := json.Marshal(compute(t, in))
		require.NoError(t, err)
		require.Equal(t, string(first), string(second))

		var back pricing.Quote
		require.NoError(t, json.Unmarshal(first, &back))
		require.Equal(t, compute(t, in), back, "what is stored is what was computed")
	})
}

func TestCompute_VouchersAndOffersNeverRaiseTheTotal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		both := compute(t, in)
		withoutVouchers := in
		withoutVouchers.Vouchers = nil
		require.LessOrEqual(t, both.Total.Minor, compute(t, withoutVouchers).Total.Minor, "vouchers")
		withoutOffers := in
		withoutOffers.List.Offers = nil
		require.LessOrEqual(t, both.Total.Minor, compute(t, withoutOffers).Total.Minor, "offers")
	})
}

func TestCompute_OrderOfVouchersAndOffersDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		total := compute(t, in).Total
		mixed := in
		mixed.Vouchers = rapid.Permutation(in.Vouchers).Draw(t, "vouchersMixed")
		mixed.List.Offers = rapid.Permutation(in.List.Offers).Draw(t, "offersMixed")
		got := compute(t, mixed)
		if len(in.List.Offers) < 2 { // equal deals may differ in what they leave to vouchers
			require.Equal(t, total, got.Total)
		}
		in.Vouchers, mixed.Vouchers = nil, nil
		in.List.Fees, mixed.List.Fees = nil, nil
		require.Equal(t, compute(t, in).Discount, compute(t, mixed).Discount)
	})
}

func TestCompute_DynamicPriceStaysInItsBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		if in.List.Dynamic == nil {
			t.Skip("fixed prices")
		}
		d := in.List.Dynamic
		q := compute(t, in)
		sum := money.Whole
		for _, a := range q.Dynamic.Adjustments {
			require.True(t, a.Cause.Valid())
			sum += a.Adjust
		}
		require.Equal(t, q.Dynamic.Rate, sum, "the explanation is the factor")
		for _, l := range q.Lines {
			require.GreaterOrEqual(t, l.Price.Minor*1_000_000, l.Base.Minor*int64(d.Floor))
			require.LessOrEqual(t, l.Price.Minor*1_000_000, l.Base.Minor*int64(d.Ceiling))
		}
	})
}

func TestCompute_TaxOfEachRateIsThatOfItsNetSum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		in.List.Rounding = rapid.SampledFrom([]pricing.OrderRounding{pricing.RoundNetSum, pricing.RoundNetSumKeepGross}).Draw(t, "mode")
		for _, line := range compute(t, in).Taxes {
			want, err := line.Net.Mul(line.Rate, in.Tax.Rounding)
			require.NoError(t, err)
			require.Equal(t, want, line.Tax)
		}
	})
}

func TestCompute_OrderRoundingMovesTheTotalByUnits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		in.Vouchers, in.List.Offers = nil, nil
		totals := map[pricing.OrderRounding]pricing.Quote{}
		for _, mode := range []pricing.OrderRounding{pricing.RoundLine, pricing.RoundNetSum, pricing.RoundNetSumKeepGross} {
			in.List.Rounding = mode
			totals[mode] = compute(t, in)
		}
		line, keep := totals[pricing.RoundLine], totals[pricing.RoundNetSumKeepGross]
		require.LessOrEqual(t, keep.Total.Minor, line.Total.Minor, "keeping gross never costs more")
		require.LessOrEqual(t, line.Total.Minor-keep.Total.Minor, int64(len(keep.Taxes)), "and at most a unit less for each rate")
		require.Equal(t, line.Net, totals[pricing.RoundNetSum].Net, "net sum keeps net prices")
		require.InDelta(t, line.Total.Minor, totals[pricing.RoundNetSum].Total.Minor, float64(len(in.Items)+len(in.List.Fees)))
	})
}

func TestCompute_PartsOfATaxAreEven(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		in.Tax, in.List.TaxTable, in.TaxFreeState = pricing.India(), "tax-in", false
		in.List.TaxClass = pricing.ClassCinema
		if in.List.Currency != "INR" {
			t.Skip("the slabs are in rupees")
		}
		for _, line := range compute(t, in).Taxes {
			if line.Rate == 0 {
				continue
			}
			central, state := line.Parts[0].Amount.Minor, line.Parts[1].Amount.Minor
			require.Equal(t, line.Tax.Minor, central+state)
			require.LessOrEqual(t, max(central-state, state-central), int64(1), "halves, to the unit")
		}
	})
}

func TestRequote_KeepsPricesWhateverTheMarketDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		frozen := compute(t, in)
		in.Sold, in.RecentDemand, in.Now = 100, 100, showStart.Add(-time.Minute)
		for i := range in.List.Prices {
			in.List.Prices[i].Amount = money.New(77_777, in.List.Currency)
		}
		again, err := pricing.Requote(frozen, in)
		require.NoError(t, err)
		require.NoError(t, again.Validate())
		require.Equal(t, frozen.Dynamic, again.Dynamic)
		require.Equal(t, frozen.Subtotal, again.Subtotal)
		for i := range again.Lines {
			require.Equal(t, frozen.Lines[i].Base, again.Lines[i].Base)
			require.Equal(t, frozen.Lines[i].Price, again.Lines[i].Price)
		}
	})
}

func TestInput_AddsUpWhereTicketsCostTogetherWhatTheyCostAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		in.Vouchers = nil
		if rapid.Bool().Draw(t, "simple") {
			in.List.Offers, in.List.Rounding = nil, pricing.RoundLine
		}
		if !in.AddsUp() {
			return
		}
		sum := int64(0)
		for _, item := range in.Items {
			alone := in
			alone.Items = []pricing.Item{item}
			sum += compute(t, alone).Total.Minor
		}
		require.Equal(t, sum, compute(t, in).Total.Minor)
	})
}

// What does not add up has a reason each time: a cent here and there, or a fee that is paid once.
func TestInput_AddsUpNotWhereTheySharedSomething(t *testing.T) {
	t.Parallel()
	fee := pricing.Fee{Key: "f", Name: "Fee", Per: pricing.PerTicket, Fixed: money.New(2_00, "USD"), TaxClass: pricing.ClassStandard}
	whole := fee
	whole.Per = pricing.PerBooking
	for name, row := range map[string]struct {
		change func(*pricing.Input)
		is     bool
	}{
		"a fee with tax in it": {func(in *pricing.Input) { in.List.TaxIncluded = true; in.List.Fees = []pricing.Fee{fee} }, true},
		"no fee, tax on top":   {func(*pricing.Input) {}, true},
		"a fee that others pay": {func(in *pricing.Input) {
			fee := whole
			fee.Channels = []string{"box_office"}
			in.List.Fees = []pricing.Fee{fee}
		}, true},
		"a fee with tax on top": {func(in *pricing.Input) { in.List.Fees = []pricing.Fee{fee} }, false},
		"a fee for the booking": {func(in *pricing.Input) { in.List.TaxIncluded = true; in.List.Fees = []pricing.Fee{whole} }, false},
		"an offer": {func(in *pricing.Input) {
			in.List.Offers = []pricing.Offer{{Key: "o", Name: "O", Kind: pricing.NForM, Take: 3, Pay: 2}}
		}, false},
		"taxes rounded over the booking": {func(in *pricing.Input) { in.List.Rounding = pricing.RoundNetSum }, false},
	} {
		list := listOf(pricing.NewYorkCity(), pricing.ClassCinema, "USD", 39_75)
		in := order(pricing.NewYorkCity(), list, 0, 0, 0)
		in.Channel = "web"
		row.change(&in)
		assert.Equal(t, row.is, in.AddsUp(), name)
	}
}
