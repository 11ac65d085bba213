package pricing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// untaxedOrder is an order in euros without taxes or fees, one ticket of each
// price, so that discounts are plain to see.
func untaxedOrder(prices ...int64) pricing.Input {
	categories := make([]int, len(prices))
	for i := range categories {
		categories[i] = i
	}
	return order(pricing.Untaxed(), listOf(pricing.Untaxed(), "any", "EUR", prices...), categories...)
}

// off returns what each ticket is lowered by.
func off(q pricing.Quote) []int64 {
	out := make([]int64, len(q.Lines))
	for i, l := range q.Lines {
		for _, d := range l.Discounts {
			out[i] += d.Amount.Minor
		}
	}
	return out
}

// threeForTwo and group are offers for all tickets.
func threeForTwo() pricing.Offer {
	return pricing.Offer{Key: "3x2", Name: "3 for 2", Kind: pricing.NForM, Take: 3, Pay: 2}
}

func group(from int, percent money.Rate) pricing.Offer {
	return pricing.Offer{Key: "group", Name: "Group", Kind: pricing.GroupOff, MinTickets: from, Percent: percent}
}

func TestOffer_Table(t *testing.T) {
	t.Parallel()
	setEight := pricing.Offer{Key: "g8", Name: "Group", Kind: pricing.GroupPrice, MinTickets: 2, SetPrice: amount(8_00, "EUR")}
	onlyDear := threeForTwo()
	onlyDear.Categories = []string{"c0", "c1"}
	for name, row := range map[string]struct {
		prices []int64
		offers []pricing.Offer
		want   []int64
	}{
		"three for two frees the cheapest of three":   {[]int64{9_00, 12_00, 7_00}, []pricing.Offer{threeForTwo()}, []int64{0, 0, 7_00}},
		"two tickets are too few":                     {[]int64{9_00, 12_00}, []pricing.Offer{threeForTwo()}, []int64{0, 0}},
		"sets are formed in the buyer's favour":       {[]int64{10_00, 5_00, 10_00, 5_00, 10_00, 5_00}, []pricing.Offer{threeForTwo()}, []int64{0, 0, 0, 0, 10_00, 5_00}},
		"only some categories count":                  {[]int64{10_00, 10_00, 10_00}, []pricing.Offer{onlyDear}, []int64{0, 0, 0}},
		"a group gets a percentage":                   {[]int64{10_00, 20_00}, []pricing.Offer{group(2, 100_000)}, []int64{1_00, 2_00}},
		"a group price leaves cheaper tickets alone":  {[]int64{10_00, 7_00}, []pricing.Offer{setEight}, []int64{2_00, 0}},
		"the better offer counts, whatever the order": {[]int64{10_00, 10_00, 10_00}, []pricing.Offer{group(2, 100_000), threeForTwo()}, []int64{0, 0, 10_00}},
		"what one leaves the next may take":           {[]int64{30_00, 30_00, 30_00, 10_00, 10_00}, []pricing.Offer{threeForTwo(), group(2, 100_000)}, []int64{0, 0, 30_00, 1_00, 1_00}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := untaxedOrder(row.prices...)
			in.List.Offers = row.offers
			assert.Equal(t, row.want, off(compute(t, in)))
		})
	}
}

func TestOffer_BuyerTypesCount(t *testing.T) {
	t.Parallel()
	in := untaxedOrder(10_00, 10_00)
	in.List.BuyerTypes = []pricing.BuyerType{{Key: "adult", Name: "Adult"}, {Key: "child", Name: "Child"}}
	children := group(2, 500_000)
	children.BuyerTypes = []string{"child"}
	in.List.Offers = []pricing.Offer{children}

	assert.Equal(t, []int64{0, 0}, off(compute(t, in)), "nobody said child, so both are adults")
	in.Items[0].BuyerType, in.Items[1].BuyerType = "child", "child"
	assert.Equal(t, []int64{5_00, 5_00}, off(compute(t, in)))
}

// No way to put tickets into sets of Take frees more than the one chosen.
func TestOffer_NForMIsTheBestGrouping(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prices := rapid.SliceOfN(rapid.Int64Range(1, 20), 1, 7).Draw(t, "prices")
		take := rapid.IntRange(2, 3).Draw(t, "take")
		pay := rapid.IntRange(1, take-1).Draw(t, "pay")
		in := untaxedOrder(prices...)
		in.List.Offers = []pricing.Offer{{Key: "n", Name: "n", Kind: pricing.NForM, Take: take, Pay: pay}}
		require.Equal(t, mostFreed(prices, take, pay), compute(t, in).Discount.Minor)
	})
}

// mostFreed tries every way to choose sets of take tickets of which the
// cheapest take-pay are free.
func mostFreed(prices []int64, take, pay int) int64 {
	best := int64(0)
	for chosen := range 1 << len(prices) {
		var set, rest []int64
		for i, p := range prices {
			if chosen>>i&1 == 1 {
				set = append(set, p)
			} else {
				rest = append(rest, p)
			}
		}
		if len(set) == take {
			best = max(best, sumOfCheapest(set, take-pay)+mostFreed(rest, take, pay))
		}
	}
	return best
}

func sumOfCheapest(set []int64, n int) int64 {
	sum := int64(0)
	for range n {
		least := 0
		for i := range set {
			if set[i] < set[least] {
				least = i
			}
		}
		sum += set[least]
		set = append(set[:least:least], set[least+1:]...)
	}
	return sum
}

func TestVoucher_Table(t *testing.T) {
	t.Parallel()
	euros := func(minor int64) money.Amount { return money.New(minor, "EUR") }
	twoDearest := amountVoucher("v", pricing.AmountOff, pricing.EachTicket, euros(3_00))
	twoDearest.MaxTicketsPerUse = 2
	onlyFirst := percentVoucher("v", 500_000)
	onlyFirst.Categories = []string{"c0"}
	for name, row := range map[string]struct {
		prices  []int64
		voucher pricing.Voucher
		want    []int64
	}{
		"a percentage of each ticket":            {[]int64{10_00, 3_33}, percentVoucher("v", 100_000), []int64{1_00, 33}},
		"all of it":                              {[]int64{10_00}, percentVoucher("v", money.Whole), []int64{10_00}},
		"an amount off each, to nothing":         {[]int64{10_00, 2_00}, amountVoucher("v", pricing.AmountOff, pricing.EachTicket, euros(3_00)), []int64{3_00, 2_00}},
		"an amount off the booking, in shares":   {[]int64{20_00, 10_00}, amountVoucher("v", pricing.AmountOff, pricing.WholeBooking, euros(6_00)), []int64{4_00, 2_00}},
		"more off than the booking":              {[]int64{2_00, 1_00}, amountVoucher("v", pricing.AmountOff, pricing.WholeBooking, euros(50_00)), []int64{2_00, 1_00}},
		"a set price for each":                   {[]int64{10_00, 4_00}, amountVoucher("v", pricing.SetPrice, pricing.EachTicket, euros(5_00)), []int64{5_00, 0}},
		"a set price for all":                    {[]int64{30_00, 10_00}, amountVoucher("v", pricing.SetPrice, pricing.WholeBooking, euros(20_00)), []int64{15_00, 5_00}},
		"a set price above the price":            {[]int64{10_00}, amountVoucher("v", pricing.SetPrice, pricing.WholeBooking, euros(20_00)), []int64{0}},
		"only the dearest tickets":               {[]int64{5_00, 9_00, 7_00}, twoDearest, []int64{0, 3_00, 3_00}},
		"only some categories":                   {[]int64{5_00, 9_00}, onlyFirst, []int64{2_50, 0}},
		"free already":                           {[]int64{0}, amountVoucher("v", pricing.AmountOff, pricing.WholeBooking, euros(1_00)), []int64{0}},
		"a free ticket among others has no part": {[]int64{0, 9_00}, amountVoucher("v", pricing.AmountOff, pricing.WholeBooking, euros(1_00)), []int64{0, 1_00}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := untaxedOrder(row.prices...)
			in.Vouchers = []pricing.Voucher{row.voucher}
			q := compute(t, in)
			assert.Equal(t, row.want, off(q))
			require.Len(t, q.Discounts, 1)
			assert.Equal(t, row.voucher.Code, q.Discounts[0].Name)
			assert.Equal(t, q.Discount, q.Discounts[0].Amount)
		})
	}
}

func TestVoucher_SeveralInTheOrderThatTakesMostOff(t *testing.T) {
	t.Parallel()
	in := untaxedOrder(100_00)
	tenPercent, twenty := percentVoucher("v1", 100_000), amountVoucher("v2", pricing.AmountOff, pricing.EachTicket, money.New(20_00, "EUR"))
	tenPercent.Combinable, twenty.Combinable = true, true
	in.Vouchers = []pricing.Voucher{twenty, tenPercent}
	q := compute(t, in)
	assert.Equal(t, "70.00", q.Total.Decimal(), "10 % of 100 before 20 off")
	assert.Equal(t, []pricing.VoucherID{"v2", "v1"}, q.Used(), "in the order of the input")

	in.Vouchers[0].Combinable = false
	_, err := pricing.Compute(in)
	assert.ErrorIs(t, err, pricing.ErrVoucherAlone)
	in.Vouchers = []pricing.Voucher{tenPercent, tenPercent}
	_, err = pricing.Compute(in)
	assert.Equal(t, "vouchers[1]", fault.Of(err).Field)
}

func TestVoucher_MeetsOffer(t *testing.T) {
	t.Parallel()
	in := untaxedOrder(10_00, 10_00)
	in.List.Offers = []pricing.Offer{group(2, 200_000)} // 2.00 off each
	half, tenth := percentVoucher("v", 500_000), percentVoucher("v", 100_000)

	in.Vouchers = []pricing.Voucher{half}
	q := compute(t, in)
	assert.Equal(t, "10.00", q.Total.Decimal(), "the voucher alone is better than the offer")
	assert.Len(t, q.Used(), 1)

	in.Vouchers = []pricing.Voucher{tenth}
	q = compute(t, in)
	assert.Equal(t, "16.00", q.Total.Decimal(), "the offer alone is better")
	assert.Empty(t, q.Used(), "so the voucher is not used up")
	assert.Equal(t, pricing.Discount{Kind: pricing.FromVoucher, Key: "v", Name: "CODE-v", Amount: money.Zero("EUR")}, q.Discounts[1])

	in.Vouchers = []pricing.Voucher{percentVoucher("v", 200_000)}
	assert.Empty(t, compute(t, in).Used(), "as good as the offer: the buyer keeps the voucher")

	in.Vouchers = []pricing.Voucher{tenth}
	in.List.Offers[0].WithVouchers = true
	q = compute(t, in)
	assert.Equal(t, "14.40", q.Total.Decimal(), "both: 20 % off, then 10 % of what is left")
}

// EUR 15.00 with 19 % in it costs 14.99 when gross is kept, and so does 14.99: a
// cent off gains the buyer nothing.
func TestVoucher_ThatGainsNothingIsKept(t *testing.T) {
	t.Parallel()
	in := germanyOutOfReach().in
	in.Vouchers = []pricing.Voucher{amountVoucher("v", pricing.AmountOff, pricing.EachTicket, money.New(1, "EUR"))}
	q := compute(t, in)
	assert.Empty(t, q.Used())
	assert.Equal(t, "14.99", q.Total.Decimal())
	in.Vouchers[0].Amount.Minor = 2
	assert.Equal(t, "14.98", compute(t, in).Total.Decimal())
}

func TestVoucher_TakesWhatTheOfferLeaves(t *testing.T) {
	t.Parallel()
	in := untaxedOrder(10_00, 10_00, 8_00)
	pair := group(2, 200_000)
	pair.Categories = []string{"c0", "c1"}
	in.List.Offers = []pricing.Offer{pair}
	in.Vouchers = []pricing.Voucher{percentVoucher("v", 100_000)}
	assert.Equal(t, []int64{2_00, 2_00, 80}, off(compute(t, in)))

	in.Vouchers[0].MinTickets = 2
	assert.Equal(t, []int64{2_00, 2_00, 0}, off(compute(t, in)), "one open ticket is fewer than the voucher wants")
}

func TestCompute_RefusesVouchersThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	for want, change := range map[*fault.Error]func(*pricing.Voucher){
		pricing.ErrVoucherNotYet:    func(v *pricing.Voucher) { v.ValidFrom = now.Add(time.Microsecond) },
		pricing.ErrVoucherOver:      func(v *pricing.Voucher) { v.ValidUntil = now },
		pricing.ErrVoucherElsewhere: func(v *pricing.Voucher) { v.Shows = []string{"shw_2"} },
		pricing.ErrVoucherTickets:   func(v *pricing.Voucher) { v.MinTickets = 2 },
	} {
		in := untaxedOrder(10_00)
		v := percentVoucher("v", 100_000)
		change(&v)
		in.Vouchers = []pricing.Voucher{v}
		_, err := pricing.Compute(in)
		assert.ErrorIs(t, err, want)
		assert.ErrorContains(t, err, "vouchers[0]")
	}
	in := untaxedOrder(10_00)
	in.Vouchers = []pricing.Voucher{amountVoucher("v", pricing.AmountOff, pricing.EachTicket, money.New(1, "USD"))}
	_, err := pricing.Compute(in)
	require.Error(t, err)
	assert.Equal(t, "vouchers[0].amount", fault.Of(err).Field)
}
