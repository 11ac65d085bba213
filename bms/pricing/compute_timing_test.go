package pricing_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// busyInput is two tickets from a price list as a large chain has it: 12
// categories, 4 buyer types, 3 dayparts, two fees, dynamic prices.
func busyInput(b *testing.B) pricing.Input {
	b.Helper()
	list := busyList()
	require.NoError(b, list.Validate())
	in := order(pricing.India(), list)
	in.Zone, in.Sold = zone(b, "Asia/Kolkata"), 60
	in.Items = []pricing.Item{
		{Key: "s1204", Category: "c7", BuyerType: "adult", Seat: "G12"},
		{Key: "s1205", Category: "c7", BuyerType: "child", Seat: "G13"},
	}
	return in
}

func busyList() pricing.PriceList {
	list := listOf(pricing.India(), pricing.ClassCinema, "INR")
	for i, buyer := range []string{"adult", "child", "senior", "student"} {
		list.BuyerTypes = append(list.BuyerTypes, pricing.BuyerType{Key: buyer, Name: buyer})
		for c := range 10 {
			for d, daypart := range []string{"matinee", "evening", "night"} {
				price := money.New(int64(400_00-50_00*i+20_00*c+10_00*d), "INR")
				list.Prices = append(list.Prices, pricing.Price{Category: category(c), BuyerType: buyer, Daypart: daypart, Amount: price})
			}
		}
	}
	list.Dayparts = []pricing.Daypart{{Key: "matinee", From: "09:00", To: "17:00"}, {Key: "evening", From: "17:00", To: "22:00"}, {Key: "night", From: "22:00", To: "02:00"}}
	list.Fees = []pricing.Fee{
		{Key: "convenience", Name: "Convenience fee", Per: pricing.PerTicket, Percent: 80_000, Max: amount(60_00, "INR"), TaxClass: pricing.ClassStandard},
		{Key: "service", Name: "Service", Per: pricing.PerBooking, Fixed: money.New(10_00, "INR"), TaxClass: pricing.ClassStandard, Refundable: true},
	}
	list.Dynamic = &pricing.Dynamic{
		Floor: 800_000, Ceiling: 1_500_000, Step: 10_00, Rounding: money.HalfUp,
		Occupancy:  []pricing.LevelStep{{AtLeast: 500_000, Adjust: 100_000}, {AtLeast: 800_000, Adjust: 250_000}},
		TimeToShow: []pricing.TimeStep{{WithinMinutes: 120, Adjust: -50_000}},
	}
	return list
}

// BenchmarkCompute is the cost of pricing a hold; the goal is 15 µs.
func BenchmarkCompute(b *testing.B) {
	in := busyInput(b)
	for b.Loop() {
		if _, err := pricing.Compute(in); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkComputeVoucher adds a voucher and offers to the same hold.
func BenchmarkComputeVoucher(b *testing.B) {
	in := busyInput(b)
	in.Vouchers = []pricing.Voucher{percentVoucher("vch_1", 100_000)}
	in.List.Offers = []pricing.Offer{{Key: "pair", Name: "Pair", Kind: pricing.GroupOff, MinTickets: 2, Percent: 150_000}}
	for b.Loop() {
		if _, err := pricing.Compute(in); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkQuoteJSON is the cost of writing a quote into its hold; bytes/op is
// reported as stored_bytes.
func BenchmarkQuoteJSON(b *testing.B) {
	q, err := pricing.Compute(busyInput(b))
	require.NoError(b, err)
	size := 0
	for b.Loop() {
		data, err := json.Marshal(q)
		if err != nil {
			b.Fatal(err)
		}
		size = len(data)
	}
	b.ReportMetric(float64(size), "stored_bytes")
}

// BenchmarkQuoteReadJSON is the cost of reading a quote back.
func BenchmarkQuoteReadJSON(b *testing.B) {
	q, err := pricing.Compute(busyInput(b))
	require.NoError(b, err)
	data, err := json.Marshal(q)
	require.NoError(b, err)
	for b.Loop() {
		var back pricing.Quote
		if err := json.Unmarshal(data, &back); err != nil {
			b.Fatal(err)
		}
	}
}
