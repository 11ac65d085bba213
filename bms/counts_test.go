package bms_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// houseHall has two seats for the house among four, and a floor.
const houseHall = `name: Playhouse
category s "Silver"
seat H s house
section stalls "Stalls"
  sHHs
area floor "Floor" category=s capacity=3
`

func TestCounts_HouseSeatsAreNotForSale(t *testing.T) {
	m, err := seatmap.ParseGrid(houseHall)
	require.NoError(t, err)
	onEngines(t, bmstest.Options{Programme: bmstest.Hall(bmstest.Start, m)}, func(t *testing.T, kit *bmstest.Kit) {
		show := kit.Programme.Show.ID
		counts := func() seating.Counts {
			snap, err := kit.Seats.Snapshot(t.Context(), show)
			require.NoError(t, err)
			return snap.Counts()
		}
		assert.Equal(t, seating.Counts{Capacity: 5, Free: 5, House: 2}, counts())

		block, err := kit.Seats.Block(t.Context(), bms.BlockRequest{ShowID: show, Seats: []string{"stalls-A-2", "stalls-A-4"}, Reason: "critics"})
		require.NoError(t, err)
		assert.Equal(t, seating.Counts{Capacity: 5, Free: 4, Blocked: 1, House: 2}, counts(), "a house seat stays one when it is blocked")
		_, err = kit.Seats.Unblock(t.Context(), bms.UnblockRequest{ShowID: show, HoldID: block.ID})
		require.NoError(t, err)

		kit.Buy("stalls-A-1")
		kit.Hold("stalls-A-4")
		_, err = kit.Holds.Create(t.Context(), bms.HoldRequest{ShowID: show, Areas: []bms.AreaItem{{Area: "floor", Count: 3}}})
		require.NoError(t, err)
		assert.Equal(t, seating.Counts{Capacity: 5, Held: 1, Sold: 4, House: 2}, counts(), "nothing is left that anybody could buy")
	})
}

// What the list of prices says is what a hold then costs: both see the same part of the house sold.
func TestTable_DynamicPriceIsThatOfTheHold(t *testing.T) {
	m, err := seatmap.ParseGrid(houseHall)
	require.NoError(t, err)
	p := bmstest.Hall(bmstest.Start, m)
	p.Prices.Fees = nil
	p.Prices.Dynamic = &pricing.Dynamic{
		Floor: 500_000, Ceiling: 3_000_000, Rounding: "half_up",
		Occupancy: []pricing.LevelStep{{AtLeast: 180_000, Adjust: 500_000}}, // one of five, and not of seven
	}
	onEngines(t, bmstest.Options{Programme: p}, func(t *testing.T, kit *bmstest.Kit) {
		kit.Hold("stalls-A-1")
		table, err := kit.Prices.Table(t.Context(), kit.Programme.Show.ID)
		require.NoError(t, err)
		assert.Equal(t, int64(30000), table.Rows[0].Amount.Minor)
		assert.Equal(t, table.Rows[0].Amount, kit.Hold("stalls-A-4").Quote.Total)
	})
}
