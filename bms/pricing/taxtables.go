package pricing

import (
	"slices"
	"strings"

	"github.com/marquee-tickets/marquee/bms/money"
)

// The tables below are starting data as of 2026-01-01, not tax advice: each
// partner answers for the table it uses and may store a changed copy. Where a
// class depends on who organizes (charities, public theatres), the table has
// the rate of a commercial organizer.

// BuiltInTables returns the tables of this package.
func BuiltInTables() []TaxTable {
	return []TaxTable{India(), Germany(), Spain(), UnitedKingdom(), NewYorkCity(), Japan(), UnitedArabEmirates(), Kuwait(), Untaxed()}
}

// BuiltInFor returns the table of this package for all of a country, by its ISO 3166-1 code, and
// false when there is none: the United States tax admission town by town.
func BuiltInFor(country string) (TaxTable, bool) {
	for _, t := range BuiltInTables() {
		if country != "" && t.Country == country && t.ID == TaxTableID("tax-"+strings.ToLower(country)) {
			return t, true
		}
	}
	return TaxTable{}, false
}

// India returns the goods and services tax on admission, one half to the centre
// and one to the state, of which the state may waive its own for a film.
//
// Sources: films, price of one ticket without tax: Notification 11/2017-Central
// Tax (Rate), entry 34, in force 2017-07-01 (18 % up to INR 100, 28 % above),
// amended by 27/2018 from 2019-01-01 (12 %, 18 %) and by 15/2025 from 2025-09-22
// (5 %, 18 %). Live shows and sport up to INR 500 a person: exempt, Notification
// 12/2017, entry 81, as amended by 2/2018 from 2018-01-25; above: 18 %. Leagues
// such as the IPL are taxed higher and need a rule of their own. Convenience
// fees: the general rate of 18 %.
func India() TaxTable {
	parts := []TaxPart{{Name: "CGST", Share: 1}, {Name: "SGST", Share: 1, Waivable: true}}
	fixed := []TaxPart{{Name: "CGST", Share: 1}, {Name: "SGST", Share: 1}}
	slabs := func(upTo int64, low, high money.Rate) []Slab {
		limit := money.New(upTo, "INR")
		return []Slab{{UpTo: &limit, Rate: low}, {Rate: high}}
	}
	return TaxTable{
		ID: "tax-in", Name: "India GST", Country: "IN", Rounding: money.HalfUp, Version: 1,
		Rules: []TaxRule{
			{Class: ClassCinema, From: "2017-07-01", Until: "2019-01-01", Basis: NetPrice, Slabs: slabs(100_00, 180_000, 280_000), Parts: parts},
			{Class: ClassCinema, From: "2019-01-01", Until: "2025-09-22", Basis: NetPrice, Slabs: slabs(100_00, 120_000, 180_000), Parts: parts},
			{Class: ClassCinema, From: "2025-09-22", Basis: NetPrice, Slabs: slabs(100_00, 50_000, 180_000), Parts: parts},
			{Class: ClassLive, From: "2018-01-25", Basis: NetPrice, Slabs: slabs(500_00, 0, 180_000), Parts: fixed},
			{Class: ClassSport, From: "2018-01-25", Basis: NetPrice, Slabs: slabs(500_00, 0, 180_000), Parts: fixed},
			{Class: ClassStandard, From: "2017-07-01", Slabs: []Slab{{Rate: 180_000}}, Parts: fixed},
		},
	}
}

// Germany returns the Umsatzsteuer.
//
// Sources: UStG § 12 Abs. 1 (19 %), § 12 Abs. 2 Nr. 7 a (theatre and concerts,
// 7 %) and b (films, 7 %); § 28 Abs. 1 and 2 for the second half of 2020 (16 %,
// 5 %). Sport and fees for a service of their own: § 12 Abs. 1.
func Germany() TaxTable {
	parts := []TaxPart{{Name: "USt", Share: 1}}
	reduced := []period{{"2007-01-01", 70_000}, {"2020-07-01", 50_000}, {"2021-01-01", 70_000}}
	general := []period{{"2007-01-01", 190_000}, {"2020-07-01", 160_000}, {"2021-01-01", 190_000}}
	rules := slices.Concat(
		periods(ClassCinema, parts, reduced...),
		periods(ClassLive, parts, reduced...),
		periods("", parts, general...),
	)
	return TaxTable{ID: "tax-de", Name: "Umsatzsteuer", Country: "DE", Rounding: money.HalfUp, Version: 1, Rules: rules}
}

// Spain returns the IVA.
//
// Sources: Ley 37/1992, art. 90 (21 % since 2012-09-01) and art. 91.uno.2.6.º
// (10 %): live culture since 2017-06-29 (Ley 3/2017), cinema since 2018-07-05
// (Ley 6/2018).
func Spain() TaxTable {
	parts := []TaxPart{{Name: "IVA", Share: 1}}
	rules := slices.Concat(
		periods(ClassCinema, parts, period{"2012-09-01", 210_000}, period{"2018-07-05", 100_000}),
		periods(ClassLive, parts, period{"2012-09-01", 210_000}, period{"2017-06-29", 100_000}),
		periods("", parts, period{"2012-09-01", 210_000}),
	)
	return TaxTable{ID: "tax-es", Name: "IVA", Country: "ES", Rounding: money.HalfUp, Version: 1, Rules: rules}
}

// UnitedKingdom returns the VAT, 20 % on all admission.
//
// Source: Finance (No. 2) Act 2010, section 3, from 2011-01-04. The exemption
// for eligible cultural bodies (VAT Notice 701/47) is not in it.
func UnitedKingdom() TaxTable {
	rules := periods("", []TaxPart{{Name: "VAT", Share: 1}}, period{"2011-01-04", 200_000})
	return TaxTable{ID: "tax-gb", Name: "VAT", Country: "GB", Rounding: money.HalfUp, Version: 1, Rules: rules}
}

// NewYorkCity returns the sales tax of New York City, 8.875 %: 4 % state, 4.5 %
// city and 0.375 % for the commuter transportation district.
//
// Sources: Tax Law § 1105(f)(1) and Tax Bulletin ST-8 (2022-03-08): admission
// to films and to live dramatic or musical performances is not taxed, sport
// is. A service charge follows its admission (20 NYCRR 527.10), so fees on
// films take the class cinema. Rate since 2009-08-01: Publication 718.
func NewYorkCity() TaxTable {
	parts := []TaxPart{{Name: "New York State", Share: 4000}, {Name: "New York City", Share: 4500}, {Name: "MCTD", Share: 375}}
	rules := slices.Concat(
		periods(ClassCinema, nil, period{"2009-08-01", 0}),
		periods(ClassLive, nil, period{"2009-08-01", 0}),
		periods("", parts, period{"2009-08-01", 88_750}),
	)
	return TaxTable{ID: "tax-us-nyc", Name: "Sales tax, New York City", Country: "US", Rounding: money.HalfUp, Version: 1, Rules: rules}
}

// Japan returns the consumption tax, national and local together. Fractions of
// a yen are dropped, as most sellers do; the law leaves the choice to them.
//
// Source: Consumption Tax Act art. 29 and Local Tax Act art. 72-83: 8 % from
// 2014-04-01, 10 % (7.8 % and 2.2 %) from 2019-10-01.
func Japan() TaxTable {
	rules := periods("", []TaxPart{{Name: "消費税", Share: 1}}, period{"2014-04-01", 80_000}, period{"2019-10-01", 100_000})
	return TaxTable{ID: "tax-jp", Name: "消費税", Country: "JP", Rounding: money.Down, Version: 1, Rules: rules}
}

// UnitedArabEmirates returns the VAT, 5 %.
//
// Source: Federal Decree-Law No. 8 of 2017, art. 3, from 2018-01-01. Levies of
// single emirates on tickets are not in it.
func UnitedArabEmirates() TaxTable {
	rules := periods("", []TaxPart{{Name: "VAT", Share: 1}}, period{"2018-01-01", 50_000})
	return TaxTable{ID: "tax-ae", Name: "VAT", Country: "AE", Rounding: money.HalfUp, Version: 1, Rules: rules}
}

// Kuwait returns no tax: Kuwait has not put the GCC's VAT agreement of 2016 in
// force as of 2026-01-01.
func Kuwait() TaxTable {
	return TaxTable{ID: "tax-kw", Name: "No tax", Country: "KW", Rounding: money.HalfUp, Version: 1, Rules: periods("", nil, period{"", 0})}
}

// Untaxed returns a table that taxes nothing, for sellers who are exempt and
// for trying things out.
func Untaxed() TaxTable {
	return TaxTable{ID: "tax-none", Name: "No tax", Rounding: money.HalfUp, Version: 1, Rules: periods("", nil, period{"", 0})}
}

// period is a rate from a day on.
type period struct {
	from Date
	rate money.Rate
}

// periods returns one rule of a single rate for each period, each until the
// next begins.
func periods(class string, parts []TaxPart, list ...period) []TaxRule {
	rules := make([]TaxRule, len(list))
	for i, p := range list {
		rules[i] = TaxRule{Class: class, From: p.from, Slabs: []Slab{{Rate: p.rate}}, Parts: parts}
		if i > 0 {
			rules[i-1].Until = p.from
		}
	}
	return rules
}
