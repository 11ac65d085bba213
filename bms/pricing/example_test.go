package pricing_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// matinee is an order of two tickets in Madrid, EUR 9 with tax, and a fee.
func matinee() pricing.Input {
	return pricing.Input{
		Now:       time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
		ShowStart: time.Date(2026, 3, 1, 15, 0, 0, 0, time.UTC),
		Tax:       pricing.Spain(),
		List: pricing.PriceList{
			ID: "prl_1", PartnerID: "par_1", Name: "Madrid", Currency: "EUR", TaxIncluded: true,
			TaxTable: "tax-es", TaxClass: pricing.ClassCinema, Rounding: pricing.RoundLine,
			Prices: []pricing.Price{{Category: "stalls", Amount: money.New(9_00, "EUR")}},
			Fees: []pricing.Fee{{
				Key: "online", Name: "Online fee", Per: pricing.PerTicket,
				Fixed: money.New(90, "EUR"), TaxClass: pricing.ClassStandard,
			}},
		},
		Items: []pricing.Item{{Key: "B4", Category: "stalls"}, {Key: "B5", Category: "stalls"}},
	}
}

func ExampleCompute() {
	quote, err := pricing.Compute(matinee())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(quote.Total)
	fmt.Println("refund for B4 without fees:", quote.Lines[0].Gross)
	// Output:
	// EUR 19.80
	// refund for B4 without fees: EUR 9.00
}

func ExampleQuote_Explain() {
	quote, _ := pricing.Compute(matinee())
	for _, line := range quote.Explain() {
		fmt.Println(line)
	}
	// Output:
	// B4 stalls: list 9.00; net 8.18 + tax 0.82 (10%) = EUR 9.00, fees 0.90
	// B5 stalls: list 9.00; net 8.18 + tax 0.82 (10%) = EUR 9.00, fees 0.90
	// Online fee: net 1.49 + tax 0.31 (21%) = EUR 1.80
	// tax 10% of EUR 16.36: 1.64
	// tax 21% of EUR 1.49: 0.31
	// total: net 17.85 + tax 1.95 = EUR 19.80
}

func ExampleRequote() {
	in := matinee()
	frozen, _ := pricing.Compute(in)

	in.List.Prices[0].Amount = money.New(11_00, "EUR") // dearer since
	in.Vouchers = []pricing.Voucher{{
		ID: "vch_1", PartnerID: "par_1", Code: "SPRING", Kind: pricing.PercentOff, Scope: pricing.EachTicket, Percent: 100_000,
	}}
	quote, err := pricing.Requote(frozen, in)
	fmt.Println(quote.Lines[0].Price, quote.Lines[0].Gross, quote.Used(), err)
	// Output: EUR 9.00 EUR 8.10 [vch_1] <nil>
}

func ExampleVoucher_Usable() {
	v := pricing.Voucher{Code: "SPRING", MaxUses: 100}
	err := v.Usable(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), pricing.VoucherUse{Uses: 100})
	fmt.Println(errors.Is(err, pricing.ErrVoucherExhausted), err)
	// Output: true this code has been used up
}

func ExampleNormalizeCode() {
	key, err := pricing.NormalizeCode(" spring-o1l ")
	fmt.Println(key, err)
	// Output: SPR1NG011 <nil>
}

func ExampleDynamic_Factor() {
	d := pricing.Dynamic{
		Floor: 900_000, Ceiling: 1_500_000, Rounding: money.HalfUp,
		Occupancy: []pricing.LevelStep{{AtLeast: 500_000, Adjust: 100_000}, {AtLeast: 800_000, Adjust: 200_000}},
	}
	for _, line := range d.Factor(pricing.Market{Sold: 170, Held: 4, Capacity: 200}).Explain() {
		fmt.Println(line)
	}
	// Output:
	// occupancy 87% reaches 80%: +20%
	// dynamic factor: 120%
}

func ExamplePriceList_Price() {
	list := matinee().List
	list.BuyerTypes = []pricing.BuyerType{{Key: "adult", Name: "Adult"}, {Key: "child", Name: "Child", MaxAge: 12}}
	list.Prices = append(list.Prices, pricing.Price{Category: "stalls", BuyerType: "child", Amount: money.New(6_50, "EUR")})

	adult, _ := list.Price("stalls", "adult", "")
	child, _ := list.Price("stalls", "child", "")
	_, err := list.Price("balcony", "child", "")
	fmt.Println(adult, child)
	fmt.Println(err)
	// Output:
	// EUR 9.00 EUR 6.50
	// category: has no price: price list "Madrid" has none for category "balcony" and buyer type "child"
}

func ExamplePriceList_Validate() {
	list := matinee().List
	list.Prices[0].Amount = money.New(-9_00, "EUR")
	fmt.Println(list.Validate())
	// Output: prices[0].amount: must be between 0 and 1000000000000 minor units, not -900
}

func ExamplePriceList_DaypartAt() {
	list := pricing.PriceList{Dayparts: []pricing.Daypart{
		{Key: "tuesday", Weekdays: []time.Weekday{time.Tuesday}, From: "06:00", To: "06:00"},
		{Key: "matinee", From: "09:00", To: "17:00"},
	}}
	fmt.Println(list.DaypartAt(time.Date(2026, 3, 3, 15, 0, 0, 0, time.UTC)))
	fmt.Println(list.DaypartAt(time.Date(2026, 3, 5, 15, 0, 0, 0, time.UTC)))
	// Output:
	// tuesday
	// matinee
}

func ExampleDaypart_Covers() {
	late := pricing.Daypart{Key: "late", Weekdays: []time.Weekday{time.Friday}, From: "22:00", To: "02:00"}
	fmt.Println(late.Covers(time.Date(2026, 3, 7, 0, 30, 0, 0, time.UTC))) // Saturday, half past midnight
	// Output: true
}

func ExampleParseClock() {
	c, err := pricing.ParseClock("17:30")
	fmt.Println(c, err)
	_, err = pricing.ParseClock("5:30 pm")
	fmt.Println(err)
	// Output:
	// 17:30 <nil>
	// clock: must be a time of day such as 17:30, not "5:30 pm"
}

func ExampleTaxTable_Rule() {
	rule, err := pricing.India().Rule(pricing.ClassCinema, "2026-03-01")
	for _, slab := range rule.Slabs {
		fmt.Println(slab.UpTo, slab.Rate)
	}
	fmt.Println(err)
	// Output:
	// INR 100.00 5%
	// <nil> 18%
	// <nil>
}

func ExampleOrderRounding_For() {
	mode := pricing.RoundNetSumBusinessOnly
	fmt.Println(mode.For(true), mode.For(false))
	// Output: net_sum line
}

func ExampleDynamic_Price() {
	d := pricing.Dynamic{Floor: 800_000, Ceiling: 1_500_000, Step: 10_00, Rounding: money.HalfUp}
	price, err := d.Price(money.New(290_00, "INR"), 1_100_000)
	fmt.Println(price, err)
	// Output: INR 320.00 <nil>
}

func ExampleVoucher_Key() {
	fmt.Println(pricing.Voucher{Code: "Oscar-Night"}.Key() == pricing.Voucher{Code: "0SCARN1GHT"}.Key())
	// Output: true
}

func ExampleVoucher_Validate() {
	v := pricing.Voucher{ID: "vch_1", PartnerID: "par_1", Code: "SPRING", Kind: pricing.PercentOff, Scope: pricing.EachTicket}
	fmt.Println(v.Validate())
	// Output: percent: must be between 0.0001% and 100%, not 0%
}

func ExampleQuote_Used() {
	in := matinee()
	in.List.Offers = []pricing.Offer{{Key: "pair", Name: "Pair", Kind: pricing.GroupOff, MinTickets: 2, Percent: 200_000}}
	in.Vouchers = []pricing.Voucher{{
		ID: "vch_1", PartnerID: "par_1", Code: "SPRING", Kind: pricing.PercentOff, Scope: pricing.EachTicket, Percent: 100_000,
	}}
	quote, _ := pricing.Compute(in)
	fmt.Println(quote.Discount, len(quote.Used()), "used") // the offer takes 20 % off, the voucher would take 10 %
	// Output: EUR 3.60 0 used
}

func ExampleQuote_Validate() {
	quote, _ := pricing.Compute(matinee())
	fmt.Println(quote.Validate())
	quote.Total = money.New(19_79, "EUR")
	fmt.Println(quote.Validate())
	// Output:
	// <nil>
	// total: does not add up: 1980 and 1979 minor units
}

func ExampleBuiltInTables() {
	for _, table := range pricing.BuiltInTables() {
		fmt.Println(table.ID, table.Name)
	}
	// Output:
	// tax-in India GST
	// tax-de Umsatzsteuer
	// tax-es IVA
	// tax-gb VAT
	// tax-us-nyc Sales tax, New York City
	// tax-jp 消費税
	// tax-ae VAT
	// tax-kw No tax
	// tax-none No tax
}
