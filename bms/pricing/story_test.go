package pricing_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// stored returns a quote as it comes back from its hold.
func stored(t *testing.T, q pricing.Quote) pricing.Quote {
	t.Helper()
	data, err := json.Marshal(q)
	require.NoError(t, err)
	var back pricing.Quote
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, q, back)
	return back
}

// A buyer holds two seats in Mumbai at a dynamic price, tries a code, makes one
// of them a child's, and takes the code off again. Each step is what the buyer
// expects: only what was changed moves, and going back gives the first total.
func TestStory_FromHoldToPayment(t *testing.T) {
	t.Parallel()
	in := order(pricing.India(), busyList())
	in.Items = []pricing.Item{{Key: "G12", Category: "c5", BuyerType: "adult"}, {Key: "G13", Category: "c5", BuyerType: "adult"}}
	in.Zone, in.Sold = time.FixedZone("IST", 19_800), 55
	held := stored(t, compute(t, in))
	// 500 + 10 for the evening, 10 % more from half full on: 561, in tens 560.
	require.Equal(t, "560.00", held.Lines[0].Price.Decimal())
	require.Equal(t, "evening", held.Daypart)

	in.Sold, in.Now = 99, now.Add(5*time.Minute) // the show sells on
	in.Vouchers = []pricing.Voucher{percentVoucher("vch_tenth", 100_000)}
	withCode, err := pricing.Requote(held, in)
	require.NoError(t, err)
	withCode = stored(t, withCode)
	assert.Equal(t, "56.00", withCode.Lines[0].Discounts[0].Amount.Decimal())
	assert.Equal(t, "504.00", withCode.Lines[0].Net.Decimal())

	in.Items[1].BuyerType = "child"
	withChild, err := pricing.Requote(withCode, in)
	require.NoError(t, err)
	withChild = stored(t, withChild)
	assert.Equal(t, withCode.Lines[0].Price, withChild.Lines[0].Price)
	// 460 at the frozen 1.10 is 506, in tens 510.
	assert.Equal(t, "510.00", withChild.Lines[1].Price.Decimal())

	in.Items[1].BuyerType, in.Vouchers, in.Sold = "adult", nil, 70
	back, err := pricing.Requote(withChild, in)
	require.NoError(t, err)
	assert.Equal(t, held.Total, back.Total)
	assert.Equal(t, held.Dynamic, back.Dynamic)
}

// A party of five cancels one ticket after the other. What goes back is each
// ticket's gross price and the refundable part of its fees; what is kept in the
// end is the fee that is not refundable, to the last unit.
func TestStory_CancelTicketByTicket(t *testing.T) {
	t.Parallel()
	list := listOf(pricing.Germany(), pricing.ClassCinema, "EUR", 13_33, 7_77)
	list.TaxIncluded, list.Rounding = true, pricing.RoundNetSumKeepGross
	list.Fees = []pricing.Fee{
		{Key: "online", Name: "Online fee", Per: pricing.PerTicket, Percent: 83_000, TaxClass: pricing.ClassStandard, Refundable: true},
		{Key: "system", Name: "System fee", Per: pricing.PerBooking, Fixed: money.New(1_00, "EUR"), TaxClass: pricing.ClassStandard},
	}
	list.Offers = []pricing.Offer{threeForTwo()}
	q := compute(t, order(pricing.Germany(), list, 0, 1, 0, 1, 1))

	left := q.Total
	for _, l := range q.Lines {
		back, err := money.Sum(l.Gross, l.FeesRefundable)
		require.NoError(t, err)
		left, err = left.Sub(back)
		require.NoError(t, err)
		require.False(t, left.IsNegative())
	}
	require.Len(t, q.Fees, 2)
	assert.Equal(t, q.Fees[1].Gross, left)
}

// Each state of a sale explains itself line by line.
func TestQuote_ExplainSaysEveryStep(t *testing.T) {
	t.Parallel()
	list := listOf(pricing.India(), pricing.ClassCinema, "INR", 200_00)
	list.Dynamic = &pricing.Dynamic{
		Floor: 900_000, Ceiling: 1_200_000, Rounding: money.HalfUp, DemandMinutes: 10,
		Occupancy:  []pricing.LevelStep{{AtLeast: 0, Adjust: -50_000}, {AtLeast: 500_000, Adjust: 0}},
		TimeToShow: []pricing.TimeStep{{WithinMinutes: 30, Adjust: -200_000}},
		Demand:     []pricing.LevelStep{{AtLeast: 10_000, Adjust: 12_500}},
	}
	list.Offers = []pricing.Offer{group(2, 100_000)}
	list.Offers[0].WithVouchers = true
	in := order(pricing.India(), list, 0, 0)
	in.Now, in.Sold, in.RecentDemand = showStart.Add(-10*time.Minute), 50, 1
	in.Items[0].BuyerType = ""
	in.Vouchers = []pricing.Voucher{amountVoucher("vch_1", pricing.AmountOff, pricing.EachTicket, money.New(2_00, "INR"))}
	assert.Equal(t, []string{
		"occupancy 50% reaches 50%: +0%",
		"show in 10 min, within 30 min: -20%",
		"demand 1% reaches 1%: +1.25%",
		"floor: +8.75%",
		"dynamic factor: 90%",
		"tA c0: list 200.00, dynamic 180.00, offer group -18.00, voucher vch_1 -2.00; net 160.00 + tax 28.80 (18%) = INR 188.80",
		"tB c0: list 200.00, dynamic 180.00, offer group -18.00, voucher vch_1 -2.00; net 160.00 + tax 28.80 (18%) = INR 188.80",
		"tax 18% of INR 320.00: 57.60 (CGST 28.80, SGST 28.80)",
		"total: net 320.00 + tax 57.60 = INR 377.60",
	}, compute(t, in).Explain())
}
