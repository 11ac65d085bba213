package pricing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// Fixed moments: a Friday evening show in Mumbai, sold the day before.
var (
	showStart = time.Date(2026, 2, 6, 14, 0, 0, 0, time.UTC) // 19:30 in Mumbai
	now       = time.Date(2026, 2, 5, 14, 0, 0, 0, time.UTC)
)

// zone returns a time zone by name.
func zone(tb testing.TB, name string) *time.Location {
	tb.Helper()
	z, err := time.LoadLocation(name)
	require.NoError(tb, err)
	return z
}

// amount returns a pointer, as bounds and limits want one.
func amount(minor int64, c money.Currency) *money.Amount {
	a := money.New(minor, c)
	return &a
}

// listOf returns a valid list with one category "seat" for each price given,
// named "c0", "c1" and so on.
func listOf(table pricing.TaxTable, class string, c money.Currency, minor ...int64) pricing.PriceList {
	l := pricing.PriceList{
		ID: "prl_test", PartnerID: "par_test", Name: "Test", Currency: c, Version: 3,
		TaxTable: table.ID, TaxClass: class, Rounding: pricing.RoundLine,
	}
	for i, m := range minor {
		l.Prices = append(l.Prices, pricing.Price{Category: category(i), Amount: money.New(m, c)})
	}
	return l
}

func category(i int) string { return "c" + string(rune('0'+i)) }

// order returns an input with one ticket of each category named.
func order(table pricing.TaxTable, list pricing.PriceList, categories ...int) pricing.Input {
	in := pricing.Input{
		Now: now, ShowStart: showStart, Show: "shw_1", Event: "evt_1", Channel: "web",
		List: list, Tax: table, Capacity: 100,
	}
	for i, c := range categories {
		in.Items = append(in.Items, pricing.Item{Key: "t" + string(rune('A'+i)), Category: category(c)})
	}
	return in
}

// compute returns the quote of an input that must be good, after checking that
// it adds up.
func compute(t require.TestingT, in pricing.Input) pricing.Quote {
	q, err := pricing.Compute(in)
	require.NoError(t, err)
	require.NoError(t, q.Validate())
	return q
}

// percentVoucher returns a valid voucher for each ticket.
func percentVoucher(id string, percent money.Rate) pricing.Voucher {
	return pricing.Voucher{
		ID: pricing.VoucherID(id), PartnerID: "par_test", Code: "CODE-" + id,
		Kind: pricing.PercentOff, Scope: pricing.EachTicket, Percent: percent,
	}
}

// amountVoucher returns a valid voucher of a kind with an amount.
func amountVoucher(id string, kind pricing.VoucherKind, scope pricing.VoucherScope, a money.Amount) pricing.Voucher {
	return pricing.Voucher{
		ID: pricing.VoucherID(id), PartnerID: "par_test", Code: "CODE-" + id,
		Kind: kind, Scope: scope, Amount: a,
	}
}
