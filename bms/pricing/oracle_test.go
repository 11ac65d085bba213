package pricing_test

import (
	"math/big"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// The tests of this file compute the same things a second time in another way:
// with fractions of unlimited precision, or by trying every possibility.

// ppm returns a rate as a fraction.
func ppm(r money.Rate) *big.Rat { return big.NewRat(int64(r), 1_000_000) }

// halfUp rounds a fraction that is not negative to a whole number.
func halfUp(x *big.Rat) int64 {
	twice := new(big.Int).Add(new(big.Int).Mul(x.Num(), big.NewInt(2)), x.Denom())
	return twice.Div(twice, new(big.Int).Mul(x.Denom(), big.NewInt(2))).Int64()
}

// indianTax returns net and tax of a film at price, by the text of the law as
// the documentation of India and of TaxTable has it.
func indianTax(price int64, in pricing.Input) (int64, int64) {
	one := big.NewRat(1, 1)
	withoutTax := func(r money.Rate) int64 {
		if !in.List.TaxIncluded {
			return price
		}
		gross := big.NewRat(price, 1)
		return price - halfUp(gross.Mul(gross, new(big.Rat).Quo(ppm(r), new(big.Rat).Add(one, ppm(r)))))
	}
	rate := money.Rate(180_000)
	if withoutTax(50_000) <= 100_00 {
		rate = 50_000
	}
	net := withoutTax(rate)
	switch {
	case in.TaxFreeState:
		return net, halfUp(new(big.Rat).Mul(big.NewRat(net, 1), ppm(rate/2)))
	case in.List.TaxIncluded:
		return net, price - net
	}
	return net, halfUp(new(big.Rat).Mul(big.NewRat(net, 1), ppm(rate)))
}

func TestCompute_TaxesAnIndianTicketByTheLaw(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		price := rapid.OneOf(rapid.Int64Range(99_00, 119_00), rapid.Int64Range(0, 2_000_00)).Draw(t, "price")
		list := listOf(pricing.India(), pricing.ClassCinema, "INR", price)
		list.TaxIncluded = rapid.Bool().Draw(t, "included")
		in := order(pricing.India(), list, 0)
		in.TaxFreeState = rapid.Bool().Draw(t, "taxFree")
		net, tax := indianTax(price, in)
		q := compute(t, in)
		require.Equal(t, net, q.Net.Minor, "net")
		require.Equal(t, tax, q.TaxTotal.Minor, "tax")
	})
}

func TestCompute_FeeByFractions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prices := rapid.SliceOfN(rapid.Int64Range(0, 50_00), 1, 5).Draw(t, "prices")
		f := anyFee("EUR")(t)
		in := untaxedOrder(prices...)
		in.List.Fees = []pricing.Fee{f}
		want := int64(0)
		if f.Per == pricing.PerTicket {
			for _, p := range prices {
				want += feeByFractions(f, p)
			}
		} else {
			want = feeByFractions(f, sumOf(prices))
		}
		q := compute(t, in)
		require.Equal(t, sumOf(prices)+want, q.Total.Minor)
		if want > 0 {
			require.Equal(t, want, q.Fees[0].Gross.Minor)
		} else {
			require.Empty(t, q.Fees)
		}
	})
}

func feeByFractions(f pricing.Fee, price int64) int64 {
	if price == 0 && !f.OnFree {
		return 0
	}
	fee := f.Fixed.Minor + halfUp(new(big.Rat).Mul(big.NewRat(price, 1), ppm(f.Percent)))
	if f.Min != nil && fee < f.Min.Minor {
		fee = f.Min.Minor
	}
	if f.Max != nil && fee > f.Max.Minor {
		fee = f.Max.Minor
	}
	return fee
}

func sumOf(list []int64) int64 {
	total := int64(0)
	for _, v := range list {
		total += v
	}
	return total
}

// Each line's parts are within a unit of their share, and so are those of all
// lines together, however many there are.
func TestCompute_PartsFollowTheirShares(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shares := rapid.SliceOfN(rapid.Int64Range(1, 1000), 1, 4).Draw(t, "shares")
		table := pricing.UnitedKingdom()
		table.Rules[0].Parts = nil
		for i, s := range shares {
			table.Rules[0].Parts = append(table.Rules[0].Parts, pricing.TaxPart{Name: category(i), Share: s})
		}
		prices := rapid.SliceOfN(rapid.Int64Range(0, 200), 1, 9).Draw(t, "prices")
		categories := make([]int, len(prices))
		for i := range categories {
			categories[i] = i
		}
		q := compute(t, order(table, listOf(table, "any", "GBP", prices...), categories...))
		for _, l := range q.Lines {
			checkShares(t, l.Tax.Minor, l.TaxParts, shares, 2)
		}
		checkShares(t, q.TaxTotal.Minor, q.Taxes[0].Parts, shares, 1)
	})
}

// checkShares asserts that each part is less than slack units off its share of
// tax.
func checkShares(t *rapid.T, tax int64, parts []pricing.TaxAmount, shares []int64, slack int64) {
	if len(shares) == 1 {
		return // a tax with one part is not divided on its lines
	}
	require.Len(t, parts, len(shares))
	all := sumOf(shares)
	for i, p := range parts {
		exact := big.NewRat(tax*shares[i], all)
		off := exact.Sub(exact, big.NewRat(p.Amount.Minor, 1))
		require.Negative(t, off.Abs(off).Cmp(big.NewRat(slack, 1)), "part %d of %d: %s", i, tax, p.Amount)
	}
}

// bestOff tries every order of the offers on tickets with the given prices,
// each ticket being of a category of its own, and returns the most taken off.
func bestOff(prices []int64, offers []pricing.Offer) int64 {
	best := int64(0)
	for i, o := range offers {
		rest := append(append([]pricing.Offer(nil), offers[:i]...), offers[i+1:]...)
		off, left := applyOne(prices, o)
		best = max(best, off+bestOff(left, rest))
	}
	return best
}

// applyOne applies one offer for all tickets; it returns what that takes off
// and the prices of the tickets that it leaves.
func applyOne(prices []int64, o pricing.Offer) (int64, []int64) {
	off := int64(0)
	dearest := append([]int64(nil), prices...)
	for i := range dearest { // the shortest way to sort
		for j := range i {
			if dearest[j] < dearest[i] {
				dearest[i], dearest[j] = dearest[j], dearest[i]
			}
		}
	}
	switch {
	case o.Kind == pricing.NForM:
		for len(dearest) >= o.Take {
			off += sumOf(dearest[o.Pay:o.Take])
			dearest = dearest[o.Take:]
		}
		return off, dearest
	case len(dearest) < o.MinTickets:
		return 0, dearest
	case o.Kind == pricing.GroupOff:
		for _, p := range dearest {
			off += halfUp(new(big.Rat).Mul(big.NewRat(p, 1), ppm(o.Percent)))
		}
	default:
		for _, p := range dearest {
			off += max(0, p-o.SetPrice.Minor)
		}
	}
	return off, nil
}

func TestOffer_BestOfAllOrders(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prices := rapid.SliceOfN(rapid.Int64Range(0, 30_00), 1, 8).Draw(t, "prices")
		offers := rapid.SliceOfN(rapid.Custom(anyOffer("EUR")), 1, 4).Draw(t, "offers")
		for i := range offers {
			offers[i].Key, offers[i].Categories = category(i), nil
		}
		in := untaxedOrder(prices...)
		in.List.Offers = offers
		require.Equal(t, bestOff(prices, offers), compute(t, in).Discount.Minor)
	})
}

// Compute may be called for the same input from several goroutines and leaves
// it as it was.
func TestCompute_LeavesItsInputAlone(t *testing.T) {
	t.Parallel()
	in := indiaDynamic().in
	in.List.Offers = []pricing.Offer{group(2, 100_000), threeForTwo()}
	in.Items = append(in.Items, pricing.Item{Key: "b", Category: "c0"}, pricing.Item{Key: "c", Category: "c0"})
	in.Vouchers = []pricing.Voucher{
		amountVoucher("v2", pricing.AmountOff, pricing.WholeBooking, money.New(5_00, "INR")),
		percentVoucher("v1", 100_000),
	}
	in.Vouchers[0].Combinable, in.Vouchers[1].Combinable = true, true
	in.TaxFreeState = true
	before, want := in, compute(t, in)
	before.Items = append([]pricing.Item(nil), in.Items...)
	before.Vouchers = append([]pricing.Voucher(nil), in.Vouchers...)
	before.List.Offers = append([]pricing.Offer(nil), in.List.Offers...)

	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			q, err := pricing.Compute(in)
			assert.NoError(t, err)
			assert.Equal(t, want, q)
		})
	}
	wait.Wait()
	assert.Equal(t, before, in)
	assert.Equal(t, pricing.India(), in.Tax)
}
