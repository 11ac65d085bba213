package pricing_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// assertReadable checks that what is valid is the same after it was stored.
func assertReadable[T interface{ Validate() error }](t require.TestingT, v T) {
	require.NoError(t, v.Validate())
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	var back T
	require.NoError(t, json.Unmarshal(raw, &back))
	require.Equal(t, v, back)
}

// What Validate accepts can be stored and read: an amount in a currency that is none could be written, but
// never read again, and a year that JSON has no form for not even that.
func TestValidate_RefusesWhatCouldNotBeReadAgain(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		field  string
		change func(*pricing.Voucher)
	}{
		"an amount beside percents": {"amount.currency", func(v *pricing.Voucher) { v.Amount = money.New(5, "XYZ") }},
		"no money of a currency":    {"amount.currency", func(v *pricing.Voucher) { v.Amount = money.Zero("rupees") }},
		"valid for ever":            {"valid_until", func(v *pricing.Voucher) { v.ValidUntil = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC) }},
		"valid since ever":          {"valid_from", func(v *pricing.Voucher) { v.ValidFrom = time.Date(-44, 3, 15, 0, 0, 0, 0, time.UTC) }},
	} {
		v := percentVoucher("v", 100_000)
		row.change(&v)
		checkField(t, name, row.field, v.Validate())
	}
	for field, offer := range map[string]pricing.Offer{
		"offers[0].set_price": {Key: "a", Name: "A", Kind: pricing.NForM, Take: 3, Pay: 2, SetPrice: amount(5, "XYZ")},
	} {
		list := fullList()
		list.Offers = []pricing.Offer{offer}
		checkField(t, field, field, list.Validate())
	}
	v := percentVoucher("v", 100_000)
	v.ValidFrom, v.ValidUntil = time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	v.Amount = money.New(5, "INR")
	assertReadable(t, v)
	for _, table := range pricing.BuiltInTables() {
		assertReadable(t, table)
	}
}

// Every voucher that is valid survives storage, whatever it holds.
func TestVoucher_AnyValidOneSurvivesStorage(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := anyVoucher(rapid.SampledFrom([]money.Currency{"EUR", "JPY", "KWD"}).Draw(t, "currency"))(t)
		v.Name = rapid.StringOfN(rapid.RuneFrom([]rune("aß日é🎟 ")), 0, 20, 200).Draw(t, "name")
		if rapid.Bool().Draw(t, "free") {
			v.Kind, v.Percent, v.Amount = pricing.SetPrice, 0, money.Zero("EUR")
		}
		v.ValidUntil = now.Add(time.Duration(rapid.Int64Range(1, 1<<50).Draw(t, "lasts")) * time.Microsecond)
		assertReadable(t, v)
	})
}

// A category for which nothing is asked costs nothing in the list's currency: a price without a
// currency cannot be shown.
func TestPriceList_NothingHasTheListsCurrency(t *testing.T) {
	t.Parallel()
	list := listOf(pricing.Germany(), pricing.ClassLive, "EUR", 10_00)
	list.Prices = append(list.Prices, pricing.Price{Category: "press"})
	require.NoError(t, list.Validate())
	price, err := list.Price("press", "", "")
	require.NoError(t, err)
	assert.Equal(t, money.Zero("EUR"), price)

	in := order(pricing.Germany(), list, 0)
	in.Items = append(in.Items, pricing.Item{Key: "press", Category: "press"})
	q := compute(t, in)
	assert.Equal(t, money.Zero("EUR"), q.Lines[1].Base)
	assert.Equal(t, money.New(10_00, "EUR").Minor, q.Subtotal.Minor)
}

func TestBuiltInFor_CountriesWithOneTable(t *testing.T) {
	t.Parallel()
	for country, table := range map[string]pricing.TaxTableID{
		"IN": "tax-in", "DE": "tax-de", "ES": "tax-es", "GB": "tax-gb", "JP": "tax-jp", "AE": "tax-ae", "KW": "tax-kw",
	} {
		built, ok := pricing.BuiltInFor(country)
		require.True(t, ok, country)
		assert.Equal(t, table, built.ID)
		require.NoError(t, built.Validate())
		for _, class := range []string{pricing.ClassCinema, pricing.ClassLive, pricing.ClassSport, pricing.ClassStandard} {
			_, err := built.Rule(class, "2026-02-05")
			assert.NoError(t, err, "%s %s", country, class)
		}
	}
	for _, country := range []string{"US", "FR", "", "de", "XX", "NONE"} {
		_, ok := pricing.BuiltInFor(country)
		assert.False(t, ok, country)
	}
}

// Texts of lists and tables stand on pages, receipts and in two databases: one line, and nothing that cannot be kept.
func TestTexts_OfListsAndTables(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"a\x00b", "caf\xe9", "two\nlines", "\x1b[31m", strings.Repeat("é", 101)} {
		for field, change := range map[string]func(*pricing.PriceList){
			"name":                    func(l *pricing.PriceList) { l.Name = bad },
			"id":                      func(l *pricing.PriceList) { l.ID = pricing.PriceListID(bad) },
			"tax_class":               func(l *pricing.PriceList) { l.TaxClass = bad },
			"tax_table":               func(l *pricing.PriceList) { l.TaxTable = pricing.TaxTableID(bad) },
			"buyer_types[0].name":     func(l *pricing.PriceList) { l.BuyerTypes[0].Name = bad },
			"buyer_types[1].key":      func(l *pricing.PriceList) { l.BuyerTypes[1].Key = bad },
			"dayparts[0].key":         func(l *pricing.PriceList) { l.Dayparts[0].Key = bad },
			"prices[0].category":      func(l *pricing.PriceList) { l.Prices[0].Category = bad },
			"fees[0].name":            func(l *pricing.PriceList) { l.Fees[0].Name = bad },
			"fees[0].channels[0]":     func(l *pricing.PriceList) { l.Fees[0].Channels = []string{bad} },
			"offers[0].name":          func(l *pricing.PriceList) { l.Offers[0].Name = bad },
			"offers[0].categories[0]": func(l *pricing.PriceList) { l.Offers[0].Categories = []string{bad} },
		} {
			list := fullList()
			change(&list)
			checkField(t, field, field, list.Validate())
		}
		for field, change := range map[string]func(*pricing.TaxTable){
			"name":                   func(x *pricing.TaxTable) { x.Name = bad },
			"id":                     func(x *pricing.TaxTable) { x.ID = pricing.TaxTableID(bad) },
			"rules[0].class":         func(x *pricing.TaxTable) { x.Rules[0].Class = bad },
			"rules[0].parts[0].name": func(x *pricing.TaxTable) { x.Rules[0].Parts[0].Name = bad },
		} {
			table := pricing.India()
			change(&table)
			checkField(t, field, field, table.Validate())
		}
		in := order(pricing.India(), listOf(pricing.India(), pricing.ClassCinema, "INR", 100_00), 0)
		in.Channel = bad
		_, err := pricing.Compute(in)
		checkField(t, "channel", "channel", err)
	}
	list := fullList()
	list.Name, list.Fees[0].Name = "Großer Saal 🎭", strings.Repeat("x", 200)
	assert.NoError(t, list.Validate())
}

// However the market moves, a price stays between the floor and the ceiling of its list price, and nothing
// stays nothing.
func TestDynamic_PriceStaysWithinItsBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rate := func(name string, least, most int64) money.Rate {
			return money.Rate(rapid.Int64Range(least, most).Draw(t, name))
		}
		d := pricing.Dynamic{
			Floor: rate("floor", 0, 1_000_000), Ceiling: rate("ceiling", 1_000_000, 10_000_000), Rounding: money.HalfEven,
			Step:      rapid.SampledFrom([]int64{0, 1, 99, 5_000, 1_000_000}).Draw(t, "step"),
			Occupancy: []pricing.LevelStep{{AtLeast: 0, Adjust: rate("quiet", -1_000_000, 0)}, {AtLeast: 500_000, Adjust: rate("busy", 0, 10_000_000)}},
		}
		require.NoError(t, d.Validate())
		base := money.New(rapid.Int64Range(0, 100_000).Draw(t, "base"), "EUR")
		factor := d.Factor(pricing.Market{Sold: rapid.IntRange(0, 120).Draw(t, "sold"), Capacity: rapid.SampledFrom([]int{0, 1, 100}).Draw(t, "capacity")})
		require.GreaterOrEqual(t, factor.Rate, d.Floor)
		require.LessOrEqual(t, factor.Rate, d.Ceiling)
		sum := money.Whole
		for _, a := range factor.Adjustments {
			sum += a.Adjust
		}
		require.Equal(t, factor.Rate, sum, "the explanation adds up")
		price, err := d.Price(base, factor.Rate)
		require.NoError(t, err)
		low, err := base.Mul(d.Floor, money.Floor)
		require.NoError(t, err)
		high, err := base.Mul(d.Ceiling, money.Ceil)
		require.NoError(t, err)
		require.GreaterOrEqual(t, price.Minor, low.Minor)
		require.LessOrEqual(t, price.Minor, high.Minor)
		require.Equal(t, money.Currency("EUR"), price.Currency)
	})
}
