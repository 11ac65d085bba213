package pricing_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// FuzzStoredList reads a price list, a tax table and a voucher as they might
// come from a form or a table. Whatever they hold, Validate and Compute answer
// with a fault or a quote that adds up, and what Validate accepts is only ever
// refused for what the order asks.
func FuzzStoredList(f *testing.F) {
	voucher := percentVoucher("vch_1", 100_000)
	for _, in := range []pricing.Input{indiaFee().in, indiaDynamic().in, spainThreeForTwo().in, spainVoucherAndFee().in, newYorkMatch().in} {
		f.Add(encode(f, in.List), encode(f, in.Tax), encode(f, voucher))
	}
	f.Add(encode(f, fullList()), encode(f, pricing.India()), encode(f, voucher))
	f.Fuzz(func(t *testing.T, listJSON, tableJSON, voucherJSON []byte) {
		var list pricing.PriceList
		var table pricing.TaxTable
		if json.Unmarshal(listJSON, &list) != nil || json.Unmarshal(tableJSON, &table) != nil {
			return
		}
		in := order(table, list)
		for i, p := range list.Prices {
			if i < 20 {
				in.Items = append(in.Items, pricing.Item{Key: "t" + string(rune('A'+i)), Category: p.Category, BuyerType: p.BuyerType})
			}
		}
		in.Sold, in.RecentDemand = 80, 30
		checkAnswer(t, in)
		var v pricing.Voucher
		if json.Unmarshal(voucherJSON, &v) == nil {
			in.Vouchers = []pricing.Voucher{v}
			checkAnswer(t, in)
		}
	})
}

// checkAnswer asserts that an order is priced soundly or refused by a fault.
func checkAnswer(t *testing.T, in pricing.Input) {
	t.Helper()
	valid := in.List.Validate() == nil && in.Tax.Validate() == nil
	q, err := pricing.Compute(in)
	if err != nil {
		require.NotEqual(t, fault.Internal, fault.CodeOf(err), err)
		require.NotEmpty(t, fault.Of(err).Message)
		return
	}
	if !valid {
		return
	}
	require.NoError(t, q.Validate())
	require.False(t, q.Total.IsNegative())
	again, err := pricing.Requote(q, in)
	require.NoError(t, err)
	require.Equal(t, q.Total, again.Total, "nothing has changed")
}

// encode writes a seed.
func encode(f *testing.F, v any) []byte {
	f.Helper()
	data, err := json.Marshal(v)
	require.NoError(f, err)
	return data
}
