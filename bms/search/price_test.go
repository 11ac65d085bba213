package search_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/search"
)

// costing are events of one show each at the prices given, in minor units.
func costing(currency money.Currency, minor ...int64) []*search.Document {
	var list []*search.Document
	for i, n := range minor {
		one := show(1, "2026-11-22", "", "")
		one.Price = money.New(n, currency)
		list = append(list, found(fmt.Sprint(i), 1, catalog.Film, "", one).Document)
	}
	return list
}

func bandsOf(docs []*search.Document) []string {
	var names []string
	for _, b := range search.PricesOf(slices.Values(docs), "").Bands {
		names = append(names, b.String())
	}
	return names
}

func TestPricesOf_DividesByRoundNumbers(t *testing.T) {
	t.Parallel()
	for want, docs := range map[string][]*search.Document{
		"[0-200 200-300 300-500 500-]":       costing("INR", 120_00, 150_00, 199_00, 240_00, 250_00, 320_00, 350_00, 480_00, 700_00, 2500_00),
		"[0-2000 2000-2500 2500-3000 3000-]": costing("JPY", 1800, 1800, 1900, 2000, 2500, 3000),
		"[0-4 4-6 6-8 8-]":                   costing("KWD", 2500, 3500, 4000, 5000, 6000, 8000, 9000, 9500),
		"[0-10 10-25 25-40 40-]":             costing("EUR", 8_00, 8_00, 8_00, 8_00, 8_00, 8_00, 8_00, 12_00, 12_00, 25_00, 45_00),
		"[]":                                 costing("EUR", 10_00, 10_00, 10_00),
	} {
		assert.Equal(t, want, fmt.Sprint(bandsOf(docs)))
	}
	assert.Empty(t, search.PricesOf(slices.Values([]*search.Document{}), ""))
	assert.Empty(t, bandsOf(costing("EUR", 10_00)), "one price is no choice")
}

func TestPricesOf_TheCurrencyThatMostHave(t *testing.T) {
	t.Parallel()
	docs := slices.Concat(costing("INR", 100_00, 300_00, 900_00), costing("USD", 10_00, 20_00), costing("", 0, 0, 0, 0))
	p := search.PricesOf(slices.Values(docs), "")
	assert.Equal(t, money.Currency("INR"), p.Currency)
	assert.NotEmpty(t, p.Bands)
	docs[0].Shows[0].Partner = "prt_b"
	assert.Empty(t, search.PricesOf(slices.Values(docs[:3]), "prt_b").Bands, "those of the partner alone")
	dear := show(1, "2026-11-22", "", "")
	dear.Price = money.New(5000_00, "INR")
	docs[1].Shows = append(docs[1].Shows, dear)
	assert.Equal(t, p, search.PricesOf(slices.Values(docs), ""), "the lowest of an event counts")
}

// Every price is in one band, every band has one, and its name leads back to it.
func TestPricesOf_BandsAreWithoutAGap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom([]money.Currency{"INR", "JPY", "KWD"}).Draw(t, "currency")
		prices := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 5000), rapid.Int64Range(0, 1<<62)), 0, 30).Draw(t, "prices")
		docs := costing(currency, prices...)
		bands := search.PricesOf(slices.Values(docs), "").Bands
		if len(bands) > 4 || len(bands) == 1 {
			t.Fatalf("%d bands", len(bands))
		}
		q := search.Query{Now: now, Prices: search.Prices{Currency: currency, Bands: bands}, Limit: len(docs)}
		var list []search.Candidate
		for _, d := range docs {
			list = append(list, search.Candidate{Document: d})
		}
		total := 0
		for i, b := range bands {
			if again, ok := search.ParseBand(b.String()); !ok || again != b {
				t.Fatalf("%v is read as %v", b, again)
			}
			if i > 0 && b.From != bands[i-1].To || i == 0 && b.From != 0 || i == len(bands)-1 && b.To != 0 {
				t.Fatalf("a gap in %v", bands)
			}
			q.Filters[search.Price] = b.String()
			n := search.Select(q, list).Total
			if n == 0 {
				t.Fatalf("%v is empty", b)
			}
			total += n
		}
		if bands != nil && total != len(docs) {
			t.Fatalf("%d of %d are in a band", total, len(docs))
		}
	})
}

func TestSelect_PricesAreThoseOfAShow(t *testing.T) {
	t.Parallel()
	matinee, evening, other, unknown := show(1, "2026-11-22", "", ""), show(5, "2026-11-22", "", ""), show(2, "2026-11-23", "", ""), show(3, "2026-11-22", "", "")
	matinee.Price, evening.Price, other.Price = money.New(150_00, "INR"), money.New(400_00, "INR"), money.New(150, "USD")
	list := []search.Candidate{found("A", 1, catalog.Film, "", matinee, evening), found("B", 1, catalog.Film, "", other), found("C", 1, catalog.Film, "", unknown)}
	q := search.Query{Now: now, Limit: 5, Prices: search.Prices{Currency: "INR", Bands: []search.Band{{To: 200}, {From: 200, To: 500}, {From: 500}}}}
	r := search.Select(q, list)
	assert.Equal(t, 3, r.Total)
	assert.Equal(t, []search.Count{{Value: "0-200", Events: 1}, {Value: "200-500", Events: 1}}, r.Facets[search.Price], "in order, and in one currency")
	assert.Equal(t, money.Currency("INR"), r.Currency)
	for value, shows := range map[string]int{"0-200": 1, "200-500": 1, "100-500": 2, "400-": 1, "401-": 0, "0-150": 0, "cheap": 0, "-": 0} {
		q.Filters[search.Price] = value
		r := search.Select(q, list)
		if shows == 0 {
			assert.Empty(t, r.Hits, value)
			continue
		}
		require.Len(t, r.Hits, 1, value)
		assert.Equal(t, shows, r.Hits[0].Shows, value)
		assert.Equal(t, []search.Count{{Value: "0-200", Events: 1}, {Value: "200-500", Events: 1}}, r.Facets[search.Price], "the filter itself does not count")
	}
}

func TestParseBand_ReadsWhatIsWrittenAlone(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"0-200", "200-500", "500-", "1-2"} {
		b, ok := search.ParseBand(s)
		assert.True(t, ok, s)
		assert.Equal(t, s, b.String())
	}
	for _, s := range []string{"", "-", "0-", "-200", "0-0", "200", "200-100", "200-200", "00-200", "0-0200", "+0-2", "0-2000000000", "a-b", "1-2-3", " 1-2", "-1-2"} {
		_, ok := search.ParseBand(s)
		assert.False(t, ok, s)
	}
}

// FuzzParseBand looks for bands that are not written as they are read.
func FuzzParseBand(f *testing.F) {
	f.Add("200-500")
	f.Add("0-")
	f.Add("-0")
	f.Fuzz(func(t *testing.T, s string) {
		b, ok := search.ParseBand(s)
		if ok {
			require.Equal(t, s, b.String())
			require.True(t, b.To == 0 && b.From > 0 || b.To > b.From && b.From >= 0)
		}
	})
}
