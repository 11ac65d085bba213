package demo_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/demo"
)

func TestEvents_SayWhatPeopleAskFor(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	kinds := map[catalog.Kind]int{}
	for _, e := range c.Events {
		kinds[e.Kind]++
		assert.NotEmpty(t, e.Genres, e.Title)
		assert.NotEmpty(t, e.People, e.Title)
		assert.Greater(t, len(e.Synopsis), 80, e.Title)
		assert.Positive(t, e.Duration, e.Title)
		assert.True(t, strings.HasSuffix(e.Synopsis, "."), e.Title)
	}
	assert.GreaterOrEqual(t, kinds[catalog.Film], 24)
	for _, k := range []catalog.Kind{catalog.Concert, catalog.Play, catalog.Sport, catalog.Festival, catalog.Online} {
		assert.Positive(t, kinds[k], k)
	}
}

func TestFilms_AreInThePublicDomain(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	for _, e := range c.Events {
		basis, said := c.PublicDomain[e.ID]
		assert.Equal(t, e.Kind == catalog.Film, said, e.Title)
		if !said {
			continue
		}
		assert.Contains(t, e.Tags, "public domain")
		assert.Contains(t, basis, ": ", "%s: the place and the reason", e.Title)
		old, lapsed := e.Year < 1930, strings.Contains(basis, "not renewed") || strings.Contains(basis, "notice")
		assert.True(t, old || lapsed, "%s: 95 years have passed or a formality was missed", e.Title)
		if strings.Contains(basis, "not renewed") {
			assert.Less(t, e.Year, 1964, "%s: renewal was needed for works published before 1964", e.Title)
		}
		if strings.Contains(basis, "notice") {
			assert.Less(t, e.Year, 1978, "%s: a notice was needed for works published before 1978", e.Title)
		}
		assert.Equal(t, e.Language == "", slices.Contains(e.Tags, "silent"), e.Title)
		assert.Equal(t, catalog.RoleDirector, e.People[0].Role, e.Title)
	}
}

func TestShows_SpeakWhatTheCityUnderstands(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	events := map[catalog.EventID]catalog.Event{}
	for _, e := range c.Events {
		events[e.ID] = e
	}
	dubbed, subtitled, large := 0, 0, 0
	for _, s := range c.Shows {
		e := events[s.EventID]
		if e.Kind != catalog.Film {
			continue
		}
		if e.Language == "" {
			assert.Empty(t, s.Language, "nobody speaks in %s", e.Title)
			assert.NotEmpty(t, s.Subtitles, "%s has intertitles", e.Title)
			continue
		}
		if s.Language != e.Language {
			dubbed++
		}
		if len(s.Subtitles) > 0 {
			subtitled++
		}
		if s.Format == catalog.FormatIMAX {
			large++
		}
	}
	assert.Greater(t, dubbed, 10)
	assert.Greater(t, subtitled, 50)
	assert.Positive(t, large)
}

// showFacts are a show's list, table, zone and map.
type showFacts struct {
	show catalog.Show
	list pricing.PriceList
	tax  pricing.TaxTable
	zone *time.Location
	maps catalog.SeatMap
}

// oneShowPerList returns a show for every price list that has one.
func oneShowPerList(t *testing.T, c demo.Catalogue) []showFacts {
	t.Helper()
	lists, tables, maps := map[string]pricing.PriceList{}, map[pricing.TaxTableID]pricing.TaxTable{}, map[catalog.SeatMapID]catalog.SeatMap{}
	for _, l := range c.PriceLists {
		lists[string(l.ID)] = l
	}
	for _, table := range c.TaxTables {
		tables[table.ID] = table
	}
	for _, m := range c.SeatMaps {
		maps[m.ID] = m
	}
	used := map[string]bool{}
	var found []showFacts
	for _, s := range c.Shows {
		if used[s.PriceListID] {
			continue
		}
		used[s.PriceListID] = true
		zone, err := time.LoadLocation(s.TimeZone)
		require.NoError(t, err)
		l := lists[s.PriceListID]
		found = append(found, showFacts{s, l, tables[l.TaxTable], zone, maps[s.SeatMapID]})
	}
	assert.Len(t, found, len(c.PriceLists), "every list is used")
	return found
}

func TestPrices_EverySeatHasOneForEverybody(t *testing.T) {
	t.Parallel()
	now := moments()[0]
	for _, f := range oneShowPerList(t, programme(t, now)) {
		for _, category := range f.maps.Map.Categories {
			for _, buyer := range f.list.BuyerTypes {
				q, err := pricing.Compute(pricing.Input{
					Now: now, ShowStart: f.show.StartsAt, Zone: f.zone, List: f.list, Tax: f.tax, Capacity: 100,
					Items: []pricing.Item{{Key: "1", Category: category.Key, BuyerType: buyer.Key}}, Channel: "web",
				})
				require.NoError(t, err, "%s, %s, %s", f.list.Name, category.Key, buyer.Key)
				assert.True(t, q.Total.IsPositive(), "%s, %s, %s", f.list.Name, category.Key, buyer.Key)
			}
		}
	}
}

func TestPrices_ReducedAndByDaypart(t *testing.T) {
	t.Parallel()
	for _, l := range programme(t, moments()[0]).PriceLists {
		category := l.Prices[0].Category
		full, err := l.Price(category, "", "")
		require.NoError(t, err)
		for _, b := range l.BuyerTypes[1:] {
			reduced, err := l.Price(category, b.Key, "")
			require.NoError(t, err)
			assert.Less(t, reduced.Minor, full.Minor, "%s for %s", l.Name, b.Key)
		}
		for _, d := range l.Dayparts {
			moved, err := l.Price(category, "", d.Key)
			require.NoError(t, err)
			assert.Equal(t, d.Key == "matinee", moved.Minor < full.Minor, "%s, %s", l.Name, d.Key)
		}
	}
}

// quote prices one adult ticket at a show of the named list, at its full price.
func quote(t *testing.T, c demo.Catalogue, list, category string) pricing.Quote {
	t.Helper()
	for _, f := range oneShowPerList(t, c) {
		if f.list.Name != list {
			continue
		}
		f.list.Prices = slices.DeleteFunc(slices.Clone(f.list.Prices), func(p pricing.Price) bool { return p.Daypart != "" })
		q, err := pricing.Compute(pricing.Input{
			Now: moments()[0], ShowStart: f.show.StartsAt, Zone: f.zone, List: f.list, Tax: f.tax, Capacity: 100,
			Items: []pricing.Item{{Key: "1", Category: category}}, Channel: "web",
		})
		require.NoError(t, err)
		return q
	}
	t.Fatalf("there is no list %s", list)
	return pricing.Quote{}
}

func TestPrices_AreTaxedAsThePlaceDoes(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	for _, tt := range []struct {
		list, category string
		rate           money.Rate
	}{
		{"Chennai, cinema", "silver", 50_000}, // up to 100 rupees without tax
		{"Chennai, cinema", "gold", 180_000},
		{"Mumbai, stage", "restricted", 0}, // up to 500 rupees
		{"Mumbai, stage", "premium", 180_000},
		{"Berlin, cinema", "gold", 70_000},
		{"Berlin, sport", "premium", 190_000},
		{"Madrid, cinema", "gold", 100_000},
		{"London, cinema", "gold", 200_000},
		{"New York, cinema", "gold", 0},
		{"Tokyo, cinema", "gold", 100_000},
		{"Dubai, cinema", "gold", 50_000},
		{"Kuwait City, cinema", "gold", 0},
	} {
		q := quote(t, c, tt.list, tt.category)
		assert.Equal(t, tt.rate, q.Lines[0].TaxRate, "%s, %s", tt.list, tt.category)
	}
}

func TestPrices_HaveTheCurrencysDecimals(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	for list, total := range map[string]string{
		"Kuwait City, cinema": "KWD 2.750", "Tokyo, cinema": "JPY 1810", "New York, cinema": "USD 15.75", "Chennai, cinema": "INR 129.50",
	} {
		assert.Equal(t, total, quote(t, c, list, "silver").Total.String(), list)
	}
}

func TestShows_OnSaleNowOrSoon(t *testing.T) {
	t.Parallel()
	now := moments()[0]
	waiting := 0
	for _, s := range programme(t, now).Shows {
		ok, reason := s.OnSaleAt(now)
		if !ok {
			waiting++
			assert.ErrorIs(t, reason, catalog.ErrNotYetOnSale)
		}
	}
	assert.LessOrEqual(t, waiting, 3, "the match opens nine days before")
}
