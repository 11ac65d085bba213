package seating_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// places is a request for area places.
func places(id seating.HoldID, areas ...seating.Places) seating.HoldRequest {
	return seating.HoldRequest{ID: id, Buyer: "ann", Areas: areas}
}

func TestHold_AreaUpToItsCapacity(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "=floor 5"), seating.Rules{})
	h := hold(t, inv, start, places("hld_1", seating.Places{Area: "floor", N: 3}))
	assert.Equal(t, []seating.Places{{"floor", 3}}, h.Areas)
	assert.Empty(t, h.Seats)
	assert.Empty(t, inv.Snapshot())

	err := refusal(t, inv, seating.ErrNotEnough, func() error {
		_, err := inv.Hold(start, places("hld_2", seating.Places{Area: "floor", N: 3}))
		return err
	})
	short, ok := errors.AsType[*seating.ShortError](err)
	require.True(t, ok)
	assert.Equal(t, seating.ShortError{Area: "floor", Free: 2, Want: 3}, *short)
	hold(t, inv, start, places("hld_2", seating.Places{Area: "floor", N: 2}))
	assert.Equal(t, []seating.AreaState{{Key: "floor", Capacity: 5, Free: 0}}, inv.Areas())
}

func TestHold_RequestKeepsNothingOfTheCaller(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...", "=floor 5"), seating.Rules{})
	r := seats("hld_1", 2, 0)
	r.Areas = []seating.Places{{"floor", 2}}
	hold(t, inv, start, r)
	assert.Equal(t, []int32{2, 0}, r.Seats)
	r.Seats[0], r.Areas[0].N = 1, 5
	h, _ := inv.Get("hld_1")
	assert.Equal(t, []int32{0, 2}, h.Seats)
	assert.Equal(t, []seating.Places{{"floor", 2}}, h.Areas)
}

func TestHold_SharedQuotas(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "=floor 10", "=pit 10", "=side 10"), seating.Rules{MaxPerHold: 30},
		seating.Quota{Key: "standing", Capacity: 12, Areas: []string{"floor", "pit"}},
		seating.Quota{Key: "exits", Capacity: 15, Areas: []string{"pit", "side"}},
	)
	hold(t, inv, start, places("hld_1", seating.Places{Area: "floor", N: 8}))
	assert.Equal(t, []seating.AreaState{{"floor", 10, 2}, {"pit", 10, 4}, {"side", 10, 10}}, inv.Areas())

	err := refusal(t, inv, seating.ErrNotEnough, func() error {
		_, err := inv.Hold(start, places("hld_2", seating.Places{Area: "side", N: 2}, seating.Places{Area: "floor", N: 1}, seating.Places{Area: "pit", N: 4}))
		return err
	})
	short, ok := errors.AsType[*seating.ShortError](err)
	require.True(t, ok)
	assert.Equal(t, seating.ShortError{Area: "floor", Free: 4, Want: 5}, *short, "each area has room, their quota has not")

	hold(t, inv, start, places("hld_2", seating.Places{Area: "pit", N: 4}, seating.Places{Area: "side", N: 10}))
	assert.Equal(t, []seating.AreaState{{"floor", 10, 0}, {"pit", 10, 0}, {"side", 10, 0}}, inv.Areas())
	assert.Zero(t, inv.Counts().Free)
	assert.Equal(t, []int{0, 0}, inv.FreeByCategory())
	assert.Equal(t, []seating.QuotaChange{
		{Key: "exits", Capacity: 15, Held: 14},
		{Key: "floor", Capacity: 10, Held: 8},
		{Key: "pit", Capacity: 10, Held: 4},
		{Key: "side", Capacity: 10, Held: 10},
		{Key: "standing", Capacity: 12, Held: 12},
	}, inv.Delta().Quotas)
}

func TestHold_AreaReclaimsExpiredHoldsThatEndedFirst(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "..", "=floor 6", "=pit 6"), seating.Rules{},
		seating.Quota{Key: "standing", Capacity: 8, Areas: []string{"floor", "pit"}})
	for i, minutes := range []int{3, 1, 2} {
		r := places(seating.HoldID(fmt.Sprint("hld_", i)), seating.Places{Area: "floor", N: 2})
		r.For = at(minutes, 0).Sub(start)
		hold(t, inv, start, r)
	}
	hold(t, inv, start, places("hld_pit", seating.Places{Area: "pit", N: 2}))
	hold(t, inv, start, seats("hld_seat", 0))
	inv.ResetDelta()
	refused(t, inv, seating.ErrNotEnough, func() error {
		_, err := inv.Hold(at(4, 0), places("hld_big", seating.Places{Area: "pit", N: 1}, seating.Places{Area: "floor", N: 6}))
		return err
	})
	hold(t, inv, at(4, 0), places("hld_new", seating.Places{Area: "floor", N: 3}))

	written := inv.Delta().Holds
	changed := make([]seating.HoldID, 0, len(written))
	for _, c := range written {
		changed = append(changed, c.Hold.ID)
	}
	assert.Equal(t, []seating.HoldID{"hld_1", "hld_2", "hld_new"}, changed, "no more than needed")
	assert.Equal(t, []seating.QuotaChange{
		{Key: "floor", Capacity: 6, Held: -1}, {Key: "standing", Capacity: 8, Held: -1},
	}, inv.Delta().Quotas)
	assert.Equal(t, []seating.AreaState{{"floor", 6, 1}, {"pit", 6, 1}}, inv.Delta().Areas)
}

func TestHold_AreaReclaimsInOrderAmongOthers(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "=floor 6", "=pit 6"), seating.Rules{})
	for i, area := range []string{"floor", "pit", "floor", "floor"} {
		r := places(seating.HoldID(fmt.Sprint("hld_", i)), seating.Places{Area: area, N: 2})
		r.For = at(i+1, 0).Sub(start)
		hold(t, inv, start, r)
	}
	hold(t, inv, at(6, 0), places("hld_new", seating.Places{Area: "floor", N: 3}))
	for id, open := range map[seating.HoldID]bool{"hld_0": false, "hld_1": true, "hld_2": false, "hld_3": true} {
		_, ok := inv.Get(id)
		assert.Equal(t, open, ok, id)
	}
}

func TestHold_SeatsAndAreasTogetherOrNotAtAll(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "....", "=floor 2"), seating.Rules{})
	r := best("hld_1", 2)
	r.Areas = []seating.Places{{"floor", 3}}
	refused(t, inv, seating.ErrNotEnough, func() error {
		_, err := inv.Hold(start, r)
		return err
	})
	r.Areas[0].N = 2
	h := hold(t, inv, start, r)
	assert.Equal(t, 4, h.Len())
	assert.Equal(t, 4, inv.HeldOrSoldBy("ann"))
}

func TestNew_BadQuotas(t *testing.T) {
	t.Parallel()
	plan := hall(t, "...", "=floor 2", "=pit 2")
	for field, q := range map[string]seating.Quota{
		"quotas[0].key":      {Capacity: 1, Areas: []string{"floor"}},
		"quotas[0].capacity": {Key: "q", Capacity: -1, Areas: []string{"floor"}},
		"quotas[0].areas":    {Key: "q", Capacity: 1},
		"quotas[0].areas[1]": {Key: "q", Capacity: 1, Areas: []string{"floor", "bar"}},
		"quotas[0].areas[2]": {Key: "q", Capacity: 1, Areas: []string{"floor", "pit", "floor"}},
	} {
		_, err := seating.New(plan, seating.Rules{}, []seating.Quota{q})
		require.Error(t, err)
		assert.Equal(t, field, fault.Of(err).Field)
	}
	twice := seating.Quota{Key: "q", Capacity: 1, Areas: []string{"floor"}}
	_, err := seating.New(plan, seating.Rules{}, []seating.Quota{twice, twice})
	assert.Equal(t, "quotas[1].key", fault.Of(err).Field)
	twice.Key = "pit"
	_, err = seating.New(plan, seating.Rules{}, []seating.Quota{twice})
	assert.Equal(t, "quotas[0].key", fault.Of(err).Field, "each area has a quota of its own")
}

func TestCounts_NestedQuotas(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "..", "=floor 10", "=pit 10"), seating.Rules{},
		seating.Quota{Key: "standing", Capacity: 12, Areas: []string{"floor", "pit"}})
	assert.Equal(t, seating.Counts{Capacity: 14, Free: 14}, inv.Counts())
	h := hold(t, inv, start, places("hld_1", seating.Places{Area: "pit", N: 5}))
	hold(t, inv, start, seats("hld_2", 0))
	assert.Equal(t, seating.Counts{Capacity: 14, Free: 8, Held: 6}, inv.Counts())
	_, err := inv.Sell(start, h)
	require.NoError(t, err)
	assert.Equal(t, seating.Counts{Capacity: 14, Free: 8, Held: 1, Sold: 5}, inv.Counts())
	assert.Equal(t, []int{1 + 7 + 5, 0}, inv.FreeByCategory(), "areas that share a quota each count all of it")
}

func TestAreas_CapacityLoweredBelowWhatIsSold(t *testing.T) {
	t.Parallel()
	plan := hall(t, "=floor 10")
	inv := open(t, plan, seating.Rules{}, seating.Quota{Key: "licence", Capacity: 4, Areas: []string{"floor"}})
	sold := seating.Hold{ID: "hld_1", State: seating.StateSold, Areas: []seating.Places{{"floor", 6}}}
	require.NoError(t, inv.Load([]seating.Hold{sold}, nil, []seating.QuotaCount{{Key: "floor", Sold: 6}, {Key: "licence", Sold: 6}}))
	assert.Equal(t, []seating.AreaState{{"floor", 10, 0}}, inv.Areas())
	assert.Equal(t, seating.Counts{Capacity: 4, Sold: 6}, inv.Counts())
	err := refusal(t, inv, seating.ErrNotEnough, func() error {
		_, err := inv.Hold(start, places("hld_2", seating.Places{Area: "floor", N: 1}))
		return err
	})
	assert.Equal(t, "there are no places left", err.Error())
}
