package bms_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// standing is a hall of two floors that share a licence, and four seats.
const standing = `name: Warehouse
category s "Silver"
section stalls "Stalls"
  ssss
area floor "Floor" category=s capacity=10
area pit "Pit" category=s capacity=10
`

// licensed is a programme in which both floors together may have so many people.
func licensed(t *testing.T, capacity int) bmstest.Programme {
	t.Helper()
	m, err := seatmap.ParseGrid(standing)
	require.NoError(t, err)
	p := bmstest.Hall(bmstest.Start, m)
	p.Show.Seating.Quotas = []catalog.Quota{{Key: "licence", Capacity: capacity, Areas: []string{"floor", "pit"}}}
	return p
}

// stand holds places of an area.
func stand(t *testing.T, kit *bmstest.Kit, area string, n int) (bms.Hold, error) {
	t.Helper()
	return kit.Holds.Create(t.Context(), bms.HoldRequest{ShowID: kit.Programme.Show.ID, Areas: []bms.AreaItem{{Area: area, Count: n}}})
}

func TestPut_QuotaBelowWhatIsTakenIsRefused(t *testing.T) {
	onEngines(t, bmstest.Options{Programme: licensed(t, 8)}, func(t *testing.T, kit *bmstest.Kit) {
		held, err := stand(t, kit, "floor", 3)
		require.NoError(t, err)
		kit.Book(held)
		other, err := stand(t, kit, "pit", 2)
		require.NoError(t, err)

		show := kit.Programme.Show
		put := func(capacity int, areas ...string) error {
			show.Seating.Quotas = []catalog.Quota{{Key: "licence", Capacity: capacity, Areas: areas}}
			return kit.Shows.Put(t.Context(), show)
		}
		err = put(4, "floor", "pit")
		require.Equal(t, fault.Invalid, fault.CodeOf(err))
		assert.Equal(t, "seating.quotas[0].capacity", fault.Of(err).Field)
		assert.Contains(t, fault.Of(err).Message, "at least 5")
		stored, err := kit.Shows.Show(t.Context(), show.ID)
		require.NoError(t, err)
		assert.Equal(t, 8, stored.Seating.Quotas[0].Capacity, "nothing was changed")

		require.NoError(t, put(5, "floor", "pit"))
		_, err = stand(t, kit, "pit", 1)
		require.ErrorIs(t, err, seating.ErrNotEnough)
		kit.Hold("stalls-A-1")

		kit.Clock.Advance(9 * time.Minute) // what was held is free again
		require.NoError(t, put(4, "floor", "pit"))
		_, err = stand(t, kit, "pit", 4)
		require.NoError(t, err)
		assert.NotEqual(t, seating.StateHeld, state(t, kit, other))
		require.Error(t, put(3, "pit"))
		require.NoError(t, put(1, "floor"), "a quota over other areas has nothing taken")
		kit.MustBeClean()
	})
}

func state(t *testing.T, kit *bmstest.Kit, h bms.Hold) seating.HoldState {
	t.Helper()
	now, err := kit.Holds.Get(t.Context(), h.ID, h.Secret)
	require.NoError(t, err)
	return now.State
}

// A quota that is lowered at the very moment at which others buy can end below what is taken. The show goes on: what
// is taken can be paid for, given back and swept up, the rest is for sale, and the books are right.
func TestSale_GoesOnUnderAQuotaThatIsTooLow(t *testing.T) {
	onEngines(t, bmstest.Options{Programme: licensed(t, 8)}, func(t *testing.T, kit *bmstest.Kit) {
		paid, err := stand(t, kit, "floor", 3)
		require.NoError(t, err)
		left, err := stand(t, kit, "pit", 3)
		require.NoError(t, err)
		_, err = stand(t, kit, "pit", 1) // runs out
		require.NoError(t, err)
		lowered := kit.Programme.Show
		lowered.Seating.Quotas = []catalog.Quota{{Key: "licence", Capacity: 2, Areas: []string{"floor", "pit"}}}
		require.NoError(t, kit.DB().Update(t.Context(), func(tx store.Tx) error {
			return tx.PutShows(t.Context(), []catalog.Show{lowered}, map[catalog.VenueID]string{lowered.VenueID: kit.Programme.Venue.CitySlug})
		}))

		_, err = stand(t, kit, "floor", 1)
		require.ErrorIs(t, err, seating.ErrNotEnough)
		_, err = kit.Holds.Release(t.Context(), bms.ReleaseRequest{HoldID: left.ID, Secret: left.Secret})
		require.NoError(t, err)
		b := kit.Book(paid)
		kit.Choose(kit.Start(b.ID), sandbox.Choice{Outcome: sandbox.Pay})
		kit.Hold("stalls-A-1")
		kit.Clock.Advance(9 * time.Minute)
		kit.MustBeClean()
		snap, err := kit.Seats.Snapshot(t.Context(), lowered.ID)
		require.NoError(t, err)
		assert.Zero(t, snap.Areas[0].Free)
		assert.Zero(t, snap.Areas[1].Free)
	})
}

func TestPut_QuotaNeedsAKeyOfItsOwn(t *testing.T) {
	onEngines(t, bmstest.Options{Programme: licensed(t, 8)}, func(t *testing.T, kit *bmstest.Kit) {
		show := kit.Programme.Show
		show.Seating.Quotas = []catalog.Quota{{Key: "pit", Capacity: 5, Areas: []string{"floor"}}}
		err := kit.Shows.Put(t.Context(), show)
		require.Equal(t, fault.Invalid, fault.CodeOf(err))
		assert.Equal(t, "seating.quotas[0].key", fault.Of(err).Field)
		_, err = stand(t, kit, "floor", 1)
		require.NoError(t, err)
	})
}

// Pages that know the places of a show see a quota that is raised, though nobody buys meanwhile: a
// show that looks sold out is not asked for.
func TestSnapshot_SeesAShowThatIsStoredAnew(t *testing.T) {
	onEngines(t, bmstest.Options{Programme: licensed(t, 2)}, func(t *testing.T, kit *bmstest.Kit) {
		_, err := stand(t, kit, "floor", 2)
		require.NoError(t, err)
		free := func() int {
			snap, err := kit.Seats.Snapshot(t.Context(), kit.Programme.Show.ID)
			require.NoError(t, err)
			return snap.Areas[1].Free
		}
		require.Zero(t, free())
		w, err := kit.Seats.Watch(t.Context(), kit.Programme.Show.ID, 0)
		require.NoError(t, err)
		show := kit.Programme.Show
		show.Seating.Quotas = []catalog.Quota{{Key: "licence", Capacity: 6, Areas: []string{"floor", "pit"}}}
		require.NoError(t, kit.Shows.Put(t.Context(), show))
		assert.Equal(t, 4, free())
		for range w.Frames { // ends: who watches has to come back
		}
	})
}

// A show that has sold keeps its seat map; the refusal is the sentinel and names the field.
func TestPut_ShowThatSellsKeepsItsSeatMap(t *testing.T) {
	onEngines(t, bmstest.Options{Programme: licensed(t, 8)}, func(t *testing.T, kit *bmstest.Kit) {
		rebuilt := kit.Programme.SeatMap
		rebuilt.ID, rebuilt.Version = fresh[catalog.SeatMapID](catalog.SeatMapPrefix), 2
		require.NoError(t, kit.Catalog.AddSeatMap(t.Context(), rebuilt))
		show := kit.Programme.Show
		show.SeatMapID = rebuilt.ID
		require.NoError(t, kit.Shows.Put(t.Context(), show), "nothing is sold yet")
		kit.Hold("stalls-A-1")

		show.SeatMapID = kit.Programme.SeatMap.ID
		err := kit.Shows.Put(t.Context(), show)
		require.ErrorIs(t, err, bms.ErrSelling)
		assert.Equal(t, "seat_map_id", fault.Of(err).Field)
		show.SeatMapID = rebuilt.ID
		require.NoError(t, kit.Shows.Put(t.Context(), show))
	})
}
