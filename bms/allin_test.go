package bms_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// What a table and a quote say is what a hold costs, wherever fees and taxes come from.
func TestPrices_AreThoseOfAHoldAllIn(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*bmstest.Programme){
		"a fee for the booking":   func(*bmstest.Programme) {},
		"a fee for the ticket":    func(p *bmstest.Programme) { p.Prices.Fees[0].Per = pricing.PerTicket },
		"tax on top":              func(p *bmstest.Programme) { p.Prices.TaxIncluded = false; p.Prices.Fees[0].Per = pricing.PerTicket },
		"declared tax-free":       func(p *bmstest.Programme) { p.Show.TaxFree = true },
		"a fee of the box office": func(p *bmstest.Programme) { p.Prices.Fees[0].Channels = []string{"box_office"} },
		"an offer": func(p *bmstest.Programme) {
			p.Prices.Offers = []pricing.Offer{{Key: "three", Name: "Three for two", Kind: pricing.NForM, Take: 3, Pay: 2}}
		},
		"with demand": func(p *bmstest.Programme) {
			p.Prices.Dynamic = &pricing.Dynamic{TimeToShow: []pricing.TimeStep{{WithinMinutes: 4320, Adjust: 100_000}}, Floor: 500_000, Ceiling: 2_000_000, Rounding: money.HalfUp}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := bmstest.Small(bmstest.Start)
			change(&p)
			kit := bmstest.New(t, bmstest.Options{Programme: p})
			table, err := kit.Prices.Table(t.Context(), p.Show.ID)
			require.NoError(t, err)
			one := kit.Hold("stalls-A-1").Quote
			assert.Equal(t, one.Total, table.Rows[0].AllIn)
			assert.Len(t, table.Fees, len(one.Fees), "no fee is named that is not charged here")
			assert.Equal(t, one.Lines[0].Price, table.Rows[0].Amount)

			three := kit.Hold("stalls-A-2", "stalls-A-3", "stalls-A-4").Quote
			items := make([]pricing.Item, 3)
			for i := range items {
				items[i] = pricing.Item{Key: strconv.Itoa(i), Category: "silver"}
			}
			quote, err := kit.Prices.Quote(t.Context(), p.Show.ID, items)
			require.NoError(t, err)
			assert.Equal(t, three.Total, quote.Total)
			assert.Equal(t, table.AddsUp, name == "a fee for the ticket" || name == "a fee of the box office")
			if table.AddsUp {
				assert.Equal(t, 3*table.Rows[0].AllIn.Minor, three.Total.Minor)
			}
		})
	}
}

func TestPrices_TheLowestIsOfWhatThereIs(t *testing.T) {
	t.Parallel()
	p := bmstest.Small(bmstest.Start)
	p.SeatMap.Map.Categories = append(p.SeatMap.Map.Categories, p.SeatMap.Map.Categories[0])
	p.SeatMap.Map.Categories[len(p.SeatMap.Map.Categories)-1].Key = "nowhere"
	p.Prices.Prices = append(p.Prices.Prices, pricing.Price{Category: "nowhere", Amount: money.New(1_00, "INR")})
	p.Prices.Dynamic = &pricing.Dynamic{TimeToShow: []pricing.TimeStep{{WithinMinutes: 4320, Adjust: 100_000}}, Floor: 500_000, Ceiling: 2_000_000, Rounding: money.HalfUp}
	kit := bmstest.New(t, bmstest.Options{Programme: p})
	lowest, ok, err := kit.Prices.Lowest(t.Context(), p.Show.ID)
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Equal(t, "225.00", lowest.Decimal(), "by the list, of a category with places, with the fee")

	_, err = kit.Prices.Quote(t.Context(), p.Show.ID, []pricing.Item{{Key: "1", Category: "box"}})
	assert.True(t, fault.Is(err, fault.Invalid), err)
	_, _, err = kit.Prices.Lowest(t.Context(), catalog.ShowID("shw_nothing"))
	assert.True(t, fault.Is(err, fault.NotFound), err)
}
