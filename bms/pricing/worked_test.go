package pricing_test

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// worked is a quote whose sums were worked out by hand, in the comment of the
// function that makes it.
type worked struct {
	in              pricing.Input
	net, tax, total string
}

// Two tickets at INR 300 without tax: 18 % of 300 is 54. A fee of INR 30 a
// ticket: 18 % of 60 is 10.80. Net 660, tax 108 + 10.80, half each to centre
// and state: 59.40.
func indiaFee() worked {
	list := listOf(pricing.India(), pricing.ClassCinema, "INR", 300_00)
	list.Fees = []pricing.Fee{{
		Key: "convenience", Name: "Convenience fee", Per: pricing.PerTicket,
		Fixed: money.New(30_00, "INR"), TaxClass: pricing.ClassStandard,
	}}
	return worked{order(pricing.India(), list, 0, 0), "660.00", "118.80", "778.80"}
}

// INR 100.00 is in the lower slab: 5 % is 5.00. INR 100.01 is not: 18 % is
// 18.0018, so 18.00.
func indiaSlabs() worked {
	list := listOf(pricing.India(), pricing.ClassCinema, "INR", 100_00, 100_01)
	return worked{order(pricing.India(), list, 0, 1), "200.01", "23.00", "223.01"}
}

// Prices with tax. 105 is 100 and 5 %. 110 is over 100 at 5 % (104.76), so 18 %:
// 110 * 18/118 is 16.7797. 118 is 100 at 18 %, but 112.38 at 5 %: 18 %, 18.00.
func indiaIncluded() worked {
	list := listOf(pricing.India(), pricing.ClassCinema, "INR", 105_00, 110_00, 118_00)
	list.TaxIncluded = true
	return worked{order(pricing.India(), list, 0, 1, 2), "293.22", "39.78", "333.00"}
}

// A tax-free film at INR 300 without tax: CGST 9 % is 27, SGST is waived. The
// fee keeps its 18 %: 30 and 5.40.
func indiaTaxFree() worked {
	w := indiaFee()
	w.in.TaxFreeState = true
	w.in.Items = w.in.Items[:1]
	return worked{w.in, "330.00", "32.40", "362.40"}
}

// The same film sold at INR 354 with tax: net 300; the buyer pays 354 - 27.
func indiaTaxFreeIncluded() worked {
	list := listOf(pricing.India(), pricing.ClassCinema, "INR", 354_00)
	list.TaxIncluded = true
	in := order(pricing.India(), list, 0)
	in.TaxFreeState = true
	return worked{in, "300.00", "27.00", "327.00"}
}

// Dynamic: 66 of 100 sold or held reaches 60 % (+10 %); 90 minutes are within
// 120 (-5 %), the shortest step that they are within; 12 of 100 lately reaches
// 10 % (+25 %). 1.30 is over the ceiling of 1.25. 290 * 1.25 is 362.50, in steps
// of INR 10 is 360. Tax 18 % is 64.80.
func indiaDynamic() worked {
	list := listOf(pricing.India(), pricing.ClassCinema, "INR", 290_00)
	list.Dynamic = &pricing.Dynamic{
		Floor: 800_000, Ceiling: 1_250_000, Step: 10_00, Rounding: money.HalfUp, DemandMinutes: 15,
		Occupancy:  []pricing.LevelStep{{AtLeast: 300_000, Adjust: 50_000}, {AtLeast: 600_000, Adjust: 100_000}, {AtLeast: 900_000, Adjust: 300_000}},
		TimeToShow: []pricing.TimeStep{{WithinMinutes: 60, Adjust: -100_000}, {WithinMinutes: 120, Adjust: -50_000}},
		Demand:     []pricing.LevelStep{{AtLeast: 100_000, Adjust: 250_000}},
	}
	in := order(pricing.India(), list, 0)
	in.Now = showStart.Add(-90 * time.Minute)
	in.Sold, in.Held, in.RecentDemand = 60, 6, 12
	return worked{in, "360.00", "64.80", "424.80"}
}

// The example of the documentation of pretix, five tickets at EUR 100 with 19 %
// in it. By line: 100/1.19 is 84.0336, so net 84.03 and tax 15.97 each.
func germanyLine() worked {
	list := listOf(pricing.Germany(), pricing.ClassSport, "EUR", 100_00)
	list.TaxIncluded = true
	return worked{order(pricing.Germany(), list, 0, 0, 0, 0, 0), "420.15", "79.85", "500.00"}
}

// The same by net sum: 19 % of 420.15 is 79.8285, so 79.83: two cents less.
func germanyNetSum() worked {
	w := germanyLine()
	w.in.List.Rounding = pricing.RoundNetSum
	return worked{w.in, "420.15", "79.83", "499.98"}
}

// The same keeping gross: 420.17 and its 19 %, 79.8323, make 500.00 again.
func germanyKeepGross() worked {
	w := germanyLine()
	w.in.List.Rounding = pricing.RoundNetSumKeepGross
	return worked{w.in, "420.17", "79.83", "500.00"}
}

// EUR 15.00 at 19 % is out of reach: 12.61 makes 15.01 (2.3959), 12.60 makes
// 14.99 (2.394). The lower one counts.
func germanyOutOfReach() worked {
	w := germanyLine()
	w.in.List.Rounding = pricing.RoundNetSumKeepGross
	w.in.List.Prices[0].Amount = money.New(15_00, "EUR")
	w.in.Items = w.in.Items[:1]
	return worked{w.in, "12.60", "2.39", "14.99"}
}

// Three for two at 20, 12, 12 and 12 euros with 10 % IVA in it: of the dearest
// three the cheapest is free, and the fourth is paid: 44.00. Tax of 20 is 1.82
// (1.8182), of 12 is 1.09 (1.0909), twice.
func spainThreeForTwo() worked {
	list := listOf(pricing.Spain(), pricing.ClassCinema, "EUR", 20_00, 12_00)
	list.TaxIncluded = true
	list.Offers = []pricing.Offer{{Key: "3x2", Name: "Three for two", Kind: pricing.NForM, Take: 3, Pay: 2}}
	return worked{order(pricing.Spain(), list, 1, 0, 1, 1), "40.00", "4.00", "44.00"}
}

// EUR 10 off a booking of 30, 20 and 10 euros is 5, 3.33 and 1.67 (largest
// remainder of 5, 3.3333 and 1.6667), leaving 25, 16.67 and 8.33. A fee of 5 %
// of the 50, at most 2: 2. With 10 % and 21 % IVA in them: 2.27 (2.2727), 1.52
// (1.5155), 0.76 (0.7573) and 0.35 (0.3471). Tax 4.90, net 47.10.
func spainVoucherAndFee() worked {
	list := listOf(pricing.Spain(), pricing.ClassLive, "EUR", 30_00, 20_00, 10_00)
	list.TaxIncluded = true
	list.Fees = []pricing.Fee{{
		Key: "service", Name: "Service", Per: pricing.PerBooking, Percent: 50_000,
		Min: amount(1_00, "EUR"), Max: amount(2_00, "EUR"), TaxClass: pricing.ClassStandard, Refundable: true,
	}}
	in := order(pricing.Spain(), list, 0, 1, 2)
	in.Vouchers = []pricing.Voucher{amountVoucher("vch_ten", pricing.AmountOff, pricing.WholeBooking, money.New(10_00, "EUR"))}
	return worked{in, "47.10", "4.90", "52.00"}
}

// A match in New York at USD 89.50 without tax: 8.875 % is 7.9431. The parts of
// 7.94 are 3.5786, 4.0259 and 0.3355; two cents are left for the largest
// remainders: 3.58, 4.03, 0.33.
func newYorkMatch() worked {
	list := listOf(pricing.NewYorkCity(), pricing.ClassSport, "USD", 89_50)
	return worked{order(pricing.NewYorkCity(), list, 0), "89.50", "7.94", "97.44"}
}

// JPY 1,900 with 10 % in it: 172.73, of which the fraction is dropped.
func japanFilm() worked {
	list := listOf(pricing.Japan(), pricing.ClassCinema, "JPY", 1900)
	list.TaxIncluded = true
	return worked{order(pricing.Japan(), list, 0), "1728", "172", "1900"}
}

// KWD 3.500 less 15 %: 0.525, and no tax.
func kuwaitVoucher() worked {
	list := listOf(pricing.Kuwait(), pricing.ClassCinema, "KWD", 3500)
	in := order(pricing.Kuwait(), list, 0)
	in.Vouchers = []pricing.Voucher{percentVoucher("vch_15", 150_000)}
	return worked{in, "2.975", "0.000", "2.975"}
}

// Three tickets at GBP 12.99 with 20 % in them make 38.97, of which no net sum
// is part: 32.48 makes 38.98 (6.496), 32.47 makes 38.96 (6.494).
func londonKeepGross() worked {
	list := listOf(pricing.UnitedKingdom(), pricing.ClassCinema, "GBP", 12_99)
	list.TaxIncluded, list.Rounding = true, pricing.RoundNetSumKeepGross
	return worked{order(pricing.UnitedKingdom(), list, 0, 0, 0), "32.47", "6.49", "38.96"}
}

// Two tickets at AED 45 and a fee of AED 3 a booking, all without tax: 5 % of 90
// is 4.50, of 3 is 0.15.
func dubaiBookingFee() worked {
	list := listOf(pricing.UnitedArabEmirates(), pricing.ClassCinema, "AED", 45_00)
	list.Fees = []pricing.Fee{{
		Key: "booking", Name: "Booking fee", Per: pricing.PerBooking, Fixed: money.New(3_00, "AED"), TaxClass: pricing.ClassStandard,
	}}
	return worked{order(pricing.UnitedArabEmirates(), list, 0, 0), "93.00", "4.65", "97.65"}
}

// A film in New York is not taxed, nor is a fee that is part of its admission.
func newYorkFilm() worked {
	list := listOf(pricing.NewYorkCity(), pricing.ClassCinema, "USD", 16_50)
	list.Fees = []pricing.Fee{{
		Key: "online", Name: "Online fee", Per: pricing.PerTicket, Fixed: money.New(1_99, "USD"), TaxClass: pricing.ClassCinema,
	}}
	return worked{order(pricing.NewYorkCity(), list, 0, 0), "36.98", "0.00", "36.98"}
}

// Three tickets at JPY 1,337 without tax. By line 133.7 is 133, 399 in all; an
// invoice that rounds once for each rate drops less: 10 % of 4,011 is 401.
func japanInvoice() worked {
	list := listOf(pricing.Japan(), pricing.ClassLive, "JPY", 1337)
	list.Rounding = pricing.RoundNetSum
	return worked{order(pricing.Japan(), list, 0, 0, 0), "4011", "401", "4412"}
}

// Three tickets at KWD 2.750 are 2.000 each as a group. The fee of 0.250 is
// shared as 0.084, 0.083 and 0.083.
func kuwaitGroup() worked {
	list := listOf(pricing.Kuwait(), pricing.ClassCinema, "KWD", 2750)
	list.Offers = []pricing.Offer{{Key: "g", Name: "Group", Kind: pricing.GroupPrice, MinTickets: 3, SetPrice: amount(2000, "KWD")}}
	list.Fees = []pricing.Fee{{
		Key: "service", Name: "Service", Per: pricing.PerBooking, Fixed: money.New(250, "KWD"), TaxClass: pricing.ClassStandard,
	}}
	return worked{order(pricing.Kuwait(), list, 0, 0, 0), "6.250", "0.000", "6.250"}
}

// Two adults at 14 and two children at 9 euros, a quarter off for families:
// 10.50 and 6.75 with 7 % in them, 0.69 (0.6869) and 0.44 (0.4416). The senior
// beside them pays 11.00, with 0.72 (0.7196).
func berlinFamily() worked {
	list := listOf(pricing.Germany(), pricing.ClassCinema, "EUR", 14_00)
	list.TaxIncluded = true
	list.BuyerTypes = []pricing.BuyerType{{Key: "adult", Name: "Adult"}, {Key: "child", Name: "Child", MaxAge: 12}, {Key: "senior", Name: "Senior", MinAge: 65}}
	list.Prices = append(list.Prices,
		pricing.Price{Category: "c0", BuyerType: "child", Amount: money.New(9_00, "EUR")},
		pricing.Price{Category: "c0", BuyerType: "senior", Amount: money.New(11_00, "EUR")},
	)
	list.Offers = []pricing.Offer{{
		Key: "family", Name: "Family", Kind: pricing.GroupOff, MinTickets: 4, Percent: 250_000, BuyerTypes: []string{"adult", "child"},
	}}
	in := order(pricing.Germany(), list, 0, 0, 0, 0, 0)
	for i, buyer := range []string{"adult", "child", "senior", "", "child"} {
		in.Items[i].BuyerType = buyer
	}
	return worked{in, "42.52", "2.98", "45.50"}
}

// A late show in Mumbai, 23:30 on a Friday: the night price of INR 180, half of
// it off by a code is 90, and so in the lower slab: 4.50. The fee is 10 % of 90
// but at least 15, with 18 %: 2.70. The state waives its half of the ticket's
// tax: 2.25.
func mumbaiLateShow() worked {
	list := listOf(pricing.India(), pricing.ClassCinema, "INR", 240_00)
	list.Dayparts = []pricing.Daypart{{Key: "night", Weekdays: []time.Weekday{time.Friday}, From: "23:00", To: "04:00"}}
	list.Prices = append(list.Prices, pricing.Price{Category: "c0", Daypart: "night", Amount: money.New(180_00, "INR")})
	list.Fees = []pricing.Fee{{
		Key: "convenience", Name: "Convenience fee", Per: pricing.PerTicket, Percent: 100_000, Min: amount(15_00, "INR"), TaxClass: pricing.ClassStandard,
	}}
	in := order(pricing.India(), list, 0)
	in.Zone = time.FixedZone("IST", 19_800)
	in.ShowStart = time.Date(2026, 2, 6, 18, 0, 0, 0, time.UTC)
	in.TaxFreeState = true
	in.Vouchers = []pricing.Voucher{percentVoucher("vch_half", 500_000)}
	return worked{in, "105.00", "4.95", "109.95"}
}
