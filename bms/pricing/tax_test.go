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

func TestBuiltInTables_AreValidAndSurviveStorage(t *testing.T) {
	t.Parallel()
	seen := map[pricing.TaxTableID]bool{}
	for _, table := range pricing.BuiltInTables() {
		require.NoError(t, table.Validate(), table.Name)
		require.False(t, seen[table.ID], table.ID)
		seen[table.ID] = true
		for _, class := range []string{pricing.ClassCinema, pricing.ClassLive, pricing.ClassSport, pricing.ClassStandard} {
			_, err := table.Rule(class, "2026-01-01")
			require.NoError(t, err, "%s %s", table.ID, class)
		}
		data, err := json.Marshal(table)
		require.NoError(t, err)
		var back pricing.TaxTable
		require.NoError(t, json.Unmarshal(data, &back))
		assert.Equal(t, table, back)
	}
}

func TestBuiltInTables_Rates(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		table pricing.TaxTable
		class string
		day   pricing.Date
		want  []money.Rate // by slab
	}{
		{pricing.India(), pricing.ClassCinema, "2018-12-31", []money.Rate{180_000, 280_000}},
		{pricing.India(), pricing.ClassCinema, "2019-01-01", []money.Rate{120_000, 180_000}},
		{pricing.India(), pricing.ClassCinema, "2025-09-21", []money.Rate{120_000, 180_000}},
		{pricing.India(), pricing.ClassCinema, "2025-09-22", []money.Rate{50_000, 180_000}},
		{pricing.India(), pricing.ClassLive, "2026-01-01", []money.Rate{0, 180_000}},
		{pricing.India(), pricing.ClassStandard, "2026-01-01", []money.Rate{180_000}},
		{pricing.Germany(), pricing.ClassCinema, "2020-06-30", []money.Rate{70_000}},
		{pricing.Germany(), pricing.ClassCinema, "2020-07-01", []money.Rate{50_000}},
		{pricing.Germany(), pricing.ClassSport, "2020-12-31", []money.Rate{160_000}},
		{pricing.Germany(), pricing.ClassSport, "2021-01-01", []money.Rate{190_000}},
		{pricing.Spain(), pricing.ClassCinema, "2018-07-04", []money.Rate{210_000}},
		{pricing.Spain(), pricing.ClassCinema, "2018-07-05", []money.Rate{100_000}},
		{pricing.Spain(), pricing.ClassLive, "2017-06-29", []money.Rate{100_000}},
		{pricing.UnitedKingdom(), pricing.ClassLive, "2026-01-01", []money.Rate{200_000}},
		{pricing.NewYorkCity(), pricing.ClassCinema, "2026-01-01", []money.Rate{0}},
		{pricing.NewYorkCity(), pricing.ClassSport, "2026-01-01", []money.Rate{88_750}},
		{pricing.Japan(), pricing.ClassCinema, "2019-09-30", []money.Rate{80_000}},
		{pricing.Japan(), pricing.ClassCinema, "2019-10-01", []money.Rate{100_000}},
		{pricing.UnitedArabEmirates(), pricing.ClassCinema, "2026-01-01", []money.Rate{50_000}},
		{pricing.Kuwait(), pricing.ClassCinema, "2026-01-01", []money.Rate{0}},
		{pricing.Untaxed(), "anything", "1999-01-01", []money.Rate{0}},
	} {
		rule, err := row.table.Rule(row.class, row.day)
		require.NoError(t, err)
		var rates []money.Rate
		for _, s := range rule.Slabs {
			rates = append(rates, s.Rate)
		}
		assert.Equal(t, row.want, rates, "%s %s %s", row.table.ID, row.class, row.day)
	}
	_, err := pricing.India().Rule(pricing.ClassCinema, "2017-06-30")
	checkField(t, "before GST", "tax_class", err)
	_, err = pricing.India().Rule("casino", "2026-01-01")
	checkField(t, "unknown class", "tax_class", err)
}

// The day of the sale at the venue decides, not the day in UTC or of the show.
func TestCompute_TaxOfTheDayOfSaleAtTheVenue(t *testing.T) {
	t.Parallel()
	in := order(pricing.India(), listOf(pricing.India(), pricing.ClassCinema, "INR", 100_00), 0)
	in.Zone = zone(t, "Asia/Kolkata")
	in.Now = time.Date(2025, 9, 21, 18, 29, 59, 0, time.UTC) // 23:59:59 in India
	assert.Equal(t, "12.00", compute(t, in).TaxTotal.Decimal())
	in.Now = in.Now.Add(time.Second)
	assert.Equal(t, "5.00", compute(t, in).TaxTotal.Decimal())
}

func TestCompute_SlabsByGrossPrice(t *testing.T) {
	t.Parallel()
	table := pricing.India()
	for i := range table.Rules {
		table.Rules[i].Basis = pricing.GrossPrice
	}
	list := listOf(table, pricing.ClassCinema, "INR", 95_23, 95_24, 95_25)
	q := compute(t, order(table, list, 0, 1, 2))
	// 95.23 and 95.24 and 5 % are 99.99 and 100.00; 95.25 and 5 % is 100.01.
	assert.Equal(t, []money.Rate{50_000, 50_000, 180_000}, []money.Rate{q.Lines[0].TaxRate, q.Lines[1].TaxRate, q.Lines[2].TaxRate})

	list = listOf(table, pricing.ClassCinema, "INR", 100_00, 100_01)
	list.TaxIncluded = true
	q = compute(t, order(table, list, 0, 1))
	assert.Equal(t, []money.Rate{50_000, 180_000}, []money.Rate{q.Lines[0].TaxRate, q.Lines[1].TaxRate})
}

// What is not taxed is one sum that nobody levies, whatever the class.
func TestCompute_NoTaxHasNoParts(t *testing.T) {
	t.Parallel()
	list := listOf(pricing.India(), pricing.ClassLive, "INR", 500_00, 500_01)
	q := compute(t, order(pricing.India(), list, 0, 1))
	require.Len(t, q.Taxes, 2)
	assert.Equal(t, pricing.TaxLine{Net: money.New(500_00, "INR"), Tax: money.Zero("INR")}, q.Taxes[0])
	assert.Empty(t, q.Lines[0].TaxParts)
	assert.Len(t, q.Taxes[1].Parts, 2)
}

// The same rate levied by two authorities stays apart.
func TestCompute_SumsByWhoLevies(t *testing.T) {
	t.Parallel()
	table := pricing.UnitedKingdom()
	fees := table.Rules[0]
	fees.Class, fees.Parts = "fee", []pricing.TaxPart{{Name: "City levy", Share: 1}}
	table.Rules = append(table.Rules, fees)
	list := listOf(table, "any", "GBP", 10_00)
	list.Fees = []pricing.Fee{{Key: "f", Name: "Fee", Per: pricing.PerTicket, Fixed: money.New(1_00, "GBP"), TaxClass: "fee"}}
	q := compute(t, order(table, list, 0))
	require.Len(t, q.Taxes, 2)
	assert.Equal(t, "City levy", q.Taxes[1].Parts[0].Name)
	assert.Equal(t, "0.20", q.Taxes[1].Tax.Decimal())
}

// A voucher can lower a ticket into a lower slab: the price paid decides.
func TestCompute_SlabOfThePricePaid(t *testing.T) {
	t.Parallel()
	in := order(pricing.India(), listOf(pricing.India(), pricing.ClassCinema, "INR", 110_00), 0)
	in.Vouchers = []pricing.Voucher{amountVoucher("v", pricing.AmountOff, pricing.EachTicket, money.New(10_00, "INR"))}
	assert.Equal(t, "105.00", compute(t, in).Total.Decimal())
}

// The odd paise of three tickets at INR 0.25 tax go to the centre and the state
// in turn.
func TestCompute_OddUnitsTakeTurns(t *testing.T) {
	t.Parallel()
	in := order(pricing.India(), listOf(pricing.India(), pricing.ClassCinema, "INR", 5_00), 0, 0, 0)
	q := compute(t, in)
	central := make([]int64, len(q.Lines))
	for i, l := range q.Lines {
		require.Equal(t, int64(25), l.Tax.Minor)
		central[i] = l.TaxParts[0].Amount.Minor
	}
	assert.Equal(t, []int64{13, 12, 13}, central)
}

func TestTaxTable_ValidateNamesTheField(t *testing.T) {
	t.Parallel()
	parts := []pricing.TaxPart{{Name: "VAT", Share: 1}}
	good := pricing.TaxRule{Slabs: []pricing.Slab{{Rate: 1}}, Parts: parts}
	with := func(change func(*pricing.TaxRule)) func(*pricing.TaxTable) {
		return func(table *pricing.TaxTable) { change(&table.Rules[0]) }
	}
	for name, row := range map[string]struct {
		field  string
		change func(*pricing.TaxTable)
	}{
		"no id":           {"id", func(t *pricing.TaxTable) { t.ID = "" }},
		"no name":         {"name", func(t *pricing.TaxTable) { t.Name = "" }},
		"country":         {"country", func(t *pricing.TaxTable) { t.Country = "de" }},
		"rounding":        {"rounding", func(t *pricing.TaxTable) { t.Rounding = "" }},
		"no rules":        {"rules", func(t *pricing.TaxTable) { t.Rules = nil }},
		"same day twice":  {"rules[1].from", func(t *pricing.TaxTable) { t.Rules = append(t.Rules, good) }},
		"from":            {"rules[0].from", with(func(r *pricing.TaxRule) { r.From = "2025-02-30" })},
		"until":           {"rules[0].until", with(func(r *pricing.TaxRule) { r.Until = "soon" })},
		"until not after": {"rules[0].until", with(func(r *pricing.TaxRule) { r.From, r.Until = "2025-01-01", "2025-01-01" })},
		"no slabs":        {"rules[0].slabs", with(func(r *pricing.TaxRule) { r.Slabs = nil })},
		"limit at last":   {"rules[0].slabs[0].up_to", with(func(r *pricing.TaxRule) { r.Slabs[0].UpTo = amount(1, "EUR") })},
		"rate":            {"rules[0].slabs[0].rate", with(func(r *pricing.TaxRule) { r.Slabs[0].Rate = money.Whole + 1 })},
		"no basis":        {"rules[0].basis", with(func(r *pricing.TaxRule) { r.Slabs, r.Basis = slabsUpTo(1), "" })},
		"no limit":        {"rules[0].slabs[1].up_to", with(func(r *pricing.TaxRule) { r.Slabs = slabsUpTo(1, 2); r.Slabs[1].UpTo = nil })},
		"limits fall":     {"rules[0].slabs[1].up_to", with(func(r *pricing.TaxRule) { r.Slabs = slabsUpTo(2, 2) })},
		"two currencies":  {"rules[0].slabs[1].up_to", with(func(r *pricing.TaxRule) { r.Slabs = slabsUpTo(1, 2); r.Slabs[1].UpTo.Currency = "USD" })},
		"first rate":      {"rules[0].slabs[0].rate", with(func(r *pricing.TaxRule) { r.Slabs = slabsUpTo(1); r.Slabs[0].Rate = -1 })},
		"no parts":        {"rules[0].parts", with(func(r *pricing.TaxRule) { r.Parts = nil })},
		"too many parts":  {"rules[0].parts", with(func(r *pricing.TaxRule) { r.Parts = make([]pricing.TaxPart, 5) })},
		"part's name":     {"rules[0].parts[0].name", with(func(r *pricing.TaxRule) { r.Parts = []pricing.TaxPart{{Share: 1}} })},
		"part's share":    {"rules[0].parts[0].share", with(func(r *pricing.TaxRule) { r.Parts = []pricing.TaxPart{{Name: "VAT"}} })},
		"part twice":      {"rules[0].parts[1]", with(func(r *pricing.TaxRule) { r.Parts = append(r.Parts[:1:1], r.Parts[0]) })},
	} {
		rule := good
		rule.Basis, rule.Slabs = pricing.NetPrice, []pricing.Slab{{Rate: 1}}
		table := pricing.TaxTable{ID: "tax-x", Name: "X", Rounding: money.HalfUp, Rules: []pricing.TaxRule{rule}}
		require.NoError(t, table.Validate())
		row.change(&table)
		checkField(t, name, row.field, table.Validate())
	}
}

// slabsUpTo returns slabs with the limits given and one without.
func slabsUpTo(limits ...int64) []pricing.Slab {
	var slabs []pricing.Slab
	for _, l := range limits {
		slabs = append(slabs, pricing.Slab{UpTo: amount(l, "EUR")})
	}
	return append(slabs, pricing.Slab{})
}

func TestTaxTable_NextChangeIsTheFirstDayOfOtherRules(t *testing.T) {
	t.Parallel()
	table := pricing.TaxTable{Rules: []pricing.TaxRule{{From: "2026-04-01"}, {Until: "2026-02-01"}, {From: "2025-01-01", Until: "2027-01-01"}}}
	for day, want := range map[pricing.Date]pricing.Date{
		"2024-06-01": "2025-01-01", "2025-01-01": "2026-02-01", "2026-01-31": "2026-02-01", "2026-02-01": "2026-04-01", "2026-12-31": "2027-01-01", "2027-01-01": "",
	} {
		assert.Equal(t, want, table.NextChange(day), day)
	}
}
