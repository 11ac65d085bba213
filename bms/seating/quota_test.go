package seating_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// licence is a quota over the two areas of a hall.
func licence(capacity int) seating.Quota {
	return seating.Quota{Key: "licence", Capacity: capacity, Areas: []string{"floor", "pit"}}
}

// lowered is an inventory whose shared quota now has the capacity, after holds were sold and held under a larger one.
func lowered(t require.TestingT, capacity int, holds ...seating.Hold) *seating.Inventory {
	inv, err := seating.New(hall(t, "...", "=floor 10", "=pit 10"), seating.Rules{MaxPerHold: 20}, []seating.Quota{licence(capacity)})
	require.NoError(t, err)
	before, err := seating.New(hall(t, "...", "=floor 10", "=pit 10"), seating.Rules{MaxPerHold: 20}, []seating.Quota{licence(20)})
	require.NoError(t, err)
	require.NoError(t, before.Load(holds, nil, nil))
	var counts []seating.QuotaCount
	for _, c := range before.Delta().Quotas {
		counts = append(counts, seating.QuotaCount{Key: c.Key, Held: c.Held, Sold: c.Sold})
	}
	require.NoError(t, inv.Load(holds, nil, counts))
	return inv
}

// areaHold is a hold of places on the floor, made at the start.
func areaHold(id seating.HoldID, state seating.HoldState, n int) seating.Hold {
	h := seating.Hold{ID: id, State: state, Areas: []seating.Places{{Area: "floor", N: n}}, CreatedAt: start}
	if state == seating.StateHeld {
		h.ExpiresAt = at(8, 0)
	}
	return h
}

func TestDelta_LoweredQuotaIsWrittenAsWhatIsTaken(t *testing.T) {
	t.Parallel()
	inv := lowered(t, 4, areaHold("hld_1", seating.StateSold, 5), areaHold("hld_2", seating.StateHeld, 2))
	_, err := inv.Release(start, "hld_2")
	require.NoError(t, err)
	assert.Equal(t, []seating.QuotaChange{
		{Key: "floor", Capacity: 10, Held: -2},
		{Key: "licence", Capacity: 5, Held: -2},
	}, inv.Delta().Quotas, "five are sold, whatever the quota says now")
	inv.ResetDelta()

	_, err = inv.Return(start, "hld_1", nil, []seating.Places{{Area: "floor", N: 2}})
	require.NoError(t, err)
	assert.Equal(t, seating.QuotaChange{Key: "licence", Capacity: 4, Sold: -2}, inv.Delta().Quotas[1], "there is room again")
	hold(t, inv, start, places("hld_3", seating.Places{Area: "pit", N: 1}))
	_, err = inv.Hold(start, places("hld_4", seating.Places{Area: "pit", N: 1}))
	assert.ErrorIs(t, err, seating.ErrNotEnough)
}

func TestHold_LoweredQuotaLeavesTheRestOnSale(t *testing.T) {
	t.Parallel()
	inv := lowered(t, 3, areaHold("hld_1", seating.StateSold, 5))
	_, err := inv.Hold(start, places("hld_2", seating.Places{Area: "pit", N: 1}))
	require.ErrorIs(t, err, seating.ErrNotEnough)
	hold(t, inv, start, seats("hld_3", 0))
	assert.Empty(t, inv.Delta().Quotas, "seats are nothing to the quota")
}

func TestTaken_LeavesOutWhatHasExpired(t *testing.T) {
	t.Parallel()
	inv := lowered(t, 20, areaHold("hld_1", seating.StateSold, 5), areaHold("hld_2", seating.StateHeld, 2))
	want := []seating.QuotaCount{{Key: "floor", Held: 2, Sold: 5}, {Key: "licence", Held: 2, Sold: 5}, {Key: "pit"}}
	assert.Equal(t, want, inv.Taken(at(8, 2)), "its time is over, the grace is not")
	want[0].Held, want[1].Held = 0, 0
	assert.Equal(t, want, inv.Taken(at(8, 2).Add(time.Microsecond)))
	assert.True(t, inv.Delta().Empty(), "to look changes nothing")
}

// Whatever is sold, and whatever the quota is lowered or raised to, each write keeps within the
// capacity that it writes, and nothing is given out beyond the quota.
func TestDelta_StaysWithinTheWrittenCapacity(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var holds []seating.Hold
		for i := range rapid.IntRange(0, 4).Draw(t, "holds") {
			state := rapid.SampledFrom([]seating.HoldState{seating.StateHeld, seating.StateSold}).Draw(t, "state")
			holds = append(holds, areaHold(seating.HoldID(fmt.Sprintf("hld_%d", i)), state, rapid.IntRange(1, 2).Draw(t, "n")))
		}
		capacity := rapid.IntRange(0, 12).Draw(t, "capacity")
		inv := lowered(t, capacity, holds...)
		taken := map[string]int{}
		for _, q := range inv.Taken(start) {
			taken[q.Key] = q.Held + q.Sold
		}
		for i := range 6 {
			now := start.Add(time.Duration(i) * 3 * time.Minute)
			before := taken["licence"]
			n := rapid.IntRange(1, 3).Draw(t, "want")
			_, err := inv.Hold(now, places(seating.HoldID(fmt.Sprintf("hld_n%d", i)), seating.Places{Area: "pit", N: n}))
			if rapid.Bool().Draw(t, "sweep") {
				inv.Expire(now)
			}
			for _, c := range inv.Delta().Quotas {
				taken[c.Key] += c.Held + c.Sold
				require.LessOrEqual(t, taken[c.Key], c.Capacity, "%s", c.Key)
			}
			inv.ResetDelta()
			if err == nil {
				require.LessOrEqual(t, taken["licence"], max(capacity, 0), "given out beyond the quota of %d", capacity)
			} else {
				require.LessOrEqual(t, taken["licence"], before)
			}
		}
	})
}

func TestCounts_HouseSeatsAreApart(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "H..g", "HH.."), seating.Rules{})
	assert.Equal(t, seating.Counts{Capacity: 5, Free: 5, House: 3}, inv.Counts())
	assert.Equal(t, []int{4, 1}, inv.FreeByCategory())

	hold(t, inv, start, seats("hld_1", 1, 2, 3, 6, 7))
	assert.Equal(t, seating.Counts{Capacity: 5, Held: 5, House: 3}, inv.Counts(), "sold out: nobody can buy the rest")
	assert.Equal(t, []int{0, 0}, inv.FreeByCategory())
	_, err := inv.Hold(start, seats("hld_2", 0))
	require.ErrorIs(t, err, seating.ErrNotForSale)

	block, err := inv.Block(start, seating.BlockRequest{ID: "hld_3", Seats: []int32{0, 4}, Reason: "camera"})
	require.NoError(t, err)
	assert.Equal(t, seating.Counts{Capacity: 5, Held: 5, House: 3}, inv.Counts(), "a house seat is one whether it is blocked or not")
	_, err = inv.Unblock(start, block.ID, []int32{0}, nil)
	require.NoError(t, err)
	_, err = inv.Release(start, "hld_1")
	require.NoError(t, err)
	assert.Equal(t, seating.Counts{Capacity: 5, Free: 5, House: 3}, inv.Counts())
}

// What a hold keeps is stored as it is, so it must be something that a database can keep.
func TestHold_TextsAndTimesThatCannotBeStored(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	for _, bad := range []string{"\x00", "a\x00b", "\xff", "two\nlines"} {
		r := seats("hld_1", 0)
		r.Buyer = bad
		_, err := inv.Hold(start, r)
		assert.Equal(t, "buyer", fault.Of(err).Field, "%q", bad)
		_, err = inv.Block(start, seating.BlockRequest{ID: "hld_1", Seats: []int32{0}, Reason: "x" + bad})
		assert.Equal(t, "reason", fault.Of(err).Field, "%q", bad)
	}
	_, err := inv.Block(start, seating.BlockRequest{ID: "hld_1", Seats: []int32{0}, Reason: "camera", Until: time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)})
	assert.Equal(t, "until", fault.Of(err).Field)
	assert.True(t, inv.Delta().Empty())
	_, err = inv.Block(start, seating.BlockRequest{ID: "hld_1", Seats: []int32{0}, Reason: "caméra 🎥", Until: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)})
	require.NoError(t, err)
}
