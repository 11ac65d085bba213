package bms_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// unsoldHall has its gold places where the best are.
const unsoldHall = `name: Playhouse
category s "Silver"
category g "Gold"
section stalls "Stalls"
  sggs
  ssss
area box "Box" category=g capacity=3
`

// goldUnsold is a show in that hall with no price for gold.
func goldUnsold(t *testing.T) bmstest.Programme {
	t.Helper()
	m, err := seatmap.ParseGrid(unsoldHall)
	require.NoError(t, err)
	p := bmstest.Hall(bmstest.Start, m)
	p.Prices.Prices = slices.DeleteFunc(p.Prices.Prices, func(price pricing.Price) bool { return price.Category == "gold" })
	return p
}

func TestHold_ACategoryWithoutAPriceIsNotSold(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{Programme: goldUnsold(t)})
	for field, r := range map[string]bms.HoldRequest{
		"seats[1].seat":      {Seats: []bms.SeatItem{{Seat: "stalls-A-1"}, {Seat: "stalls-A-2"}}},
		"areas[0].area":      {Areas: []bms.AreaItem{{Area: "box", Count: 1}}},
		"best.categories[1]": {Best: &bms.BestRequest{Count: 1, Categories: []string{"silver", "gold"}}},
	} {
		r.ShowID = kit.Programme.Show.ID
		_, err := kit.Holds.Create(t.Context(), r)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), field)
		assert.Equal(t, field, fault.Of(err).Field)
		assert.ErrorContains(t, err, `the category "gold" is not sold for this show`)
	}
	kit.MustBeClean()
}

func TestHold_TheBestSeatsAreOfCategoriesThatAreSold(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{Programme: goldUnsold(t)})
	best := func(n int) (bms.Hold, error) {
		return kit.Holds.Create(t.Context(), bms.HoldRequest{ShowID: kit.Programme.Show.ID, Best: &bms.BestRequest{Count: n, Scattered: true}})
	}
	for range 2 {
		hold, err := best(3)
		require.NoError(t, err)
		for _, seat := range hold.Seats {
			assert.Equal(t, "silver", seat.Category, seat.Name)
		}
	}
	_, err := best(1)
	require.ErrorIs(t, err, seating.ErrNotEnough, "silver is all there is")
	kit.MustBeClean()
}
