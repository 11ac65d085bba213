package seating_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
)

func TestDelta_NetEffect(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "......", "=floor 9"), seating.Rules{})
	r := seats("hld_1", 3, 0)
	r.Areas = []seating.Places{{"floor", 2}}
	first := hold(t, inv, start, r)
	passing := hold(t, inv, start, seats("hld_2", 5))
	_, err := inv.Release(start, "hld_2")
	require.NoError(t, err)
	sold, err := inv.Sell(start, first)
	require.NoError(t, err)

	passing.State = seating.StateReleased
	claim := seating.Claim{Status: seating.Sold, Hold: "hld_1"}
	assert.Equal(t, seating.Delta{
		Seats:  []seating.SeatChange{{Seat: 0, To: claim}, {Seat: 3, To: claim}},
		Holds:  []seating.HoldChange{{Hold: sold, New: true}, {Hold: passing, New: true}},
		Quotas: []seating.QuotaChange{{Key: "floor", Capacity: 9, Sold: 2}},
		Areas:  []seating.AreaState{{Key: "floor", Capacity: 9, Free: 7}},
	}, inv.Delta(), "each seat and hold once, seats that are as they were not at all")

	inv.ResetDelta()
	assert.True(t, inv.Delta().Empty())
	part, err := inv.Return(start, "hld_1", []int32{3}, nil)
	require.NoError(t, err)
	assert.Equal(t, seating.Delta{
		Seats: []seating.SeatChange{{Seat: 3, From: claim}},
		Holds: []seating.HoldChange{{Hold: part}},
	}, inv.Delta())
}

func TestDelta_TakeOver(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	old := hold(t, inv, start, seats("hld_1", 0, 1))
	inv.ResetDelta()
	taker := hold(t, inv, at(9, 0), seats("hld_2", 1, 2))

	old.State = seating.StateExpired
	was := seating.Claim{Status: seating.Held, Hold: "hld_1", Until: at(8, 0)}
	is := seating.Claim{Status: seating.Held, Hold: "hld_2", Until: at(17, 0)}
	assert.Equal(t, seating.Delta{
		Seats: []seating.SeatChange{{Seat: 0, From: was}, {Seat: 1, From: was, To: is}, {Seat: 2, To: is}},
		Holds: []seating.HoldChange{{Hold: old}, {Hold: taker, New: true}},
	}, inv.Delta())
	assert.Equal(t, seating.Frame{
		Version: 7, Seats: []seating.SeatStatus{{0, seating.Free}, {2, seating.Held}},
	}, inv.Delta().Frame(7), "a seat that stays held looks the same")
}

func TestDelta_NewTimeIsAChange(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	hold(t, inv, start, seats("hld_1", 1))
	inv.ResetDelta()
	_, err := inv.StartPayment(start, "hld_1", at(30, 0))
	require.NoError(t, err)
	assert.Equal(t, []seating.SeatChange{{
		Seat: 1,
		From: seating.Claim{Status: seating.Held, Hold: "hld_1", Until: at(8, 0)},
		To:   seating.Claim{Status: seating.Held, Hold: "hld_1", Until: at(30, 0)},
	}}, inv.Delta().Seats)
	assert.Empty(t, inv.Delta().Frame(1).Seats)

	_, err = inv.PaymentFailed(start, "hld_1")
	require.NoError(t, err)
	assert.Empty(t, inv.Delta().Seats, "back where it was")
	assert.Len(t, inv.Delta().Holds, 1)
}

func TestDelta_ClosedAndSoldInOneBatch(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	h := hold(t, inv, start, seats("hld_1", 1))
	inv.Expire(at(9, 0))
	sold, err := inv.Sell(at(9, 0), h)
	require.NoError(t, err)
	assert.Equal(t, []seating.HoldChange{{Hold: sold, New: true}}, inv.Delta().Holds)
}

func TestDelta_IsACopy(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	h := hold(t, inv, start, seats("hld_1", 1))
	delta := inv.Delta()
	_, err := inv.Release(start, "hld_1")
	require.NoError(t, err)
	inv.ResetDelta()
	hold(t, inv, start, seats("hld_2", 2))
	assert.Equal(t, []seating.HoldChange{{Hold: h, New: true}}, delta.Holds)
	assert.Equal(t, int32(1), delta.Seats[0].Seat)
}

// stored is a state of a show as a store has it.
func stored() ([]seating.Hold, []seating.SeatClaim, []seating.QuotaCount) {
	holds := []seating.Hold{
		{ID: "hld_1", State: seating.StateHeld, Buyer: "ann", Seats: []int32{1, 0}, CreatedAt: start, ExpiresAt: at(8, 0)},
		{ID: "hld_2", State: seating.StatePaying, Buyer: "bob", Seats: []int32{2}, Areas: []seating.Places{{"floor", 2}}, ExpiresAt: at(1, 0), PayBy: at(9, 0), Extended: 1},
		{ID: "hld_3", State: seating.StateSold, Buyer: "bob", Seats: []int32{3}, Areas: []seating.Places{{"floor", 1}}, SoldAt: start},
		{ID: "hld_4", State: seating.StateHouse, Seats: []int32{5}, Reason: "camera"},
		{ID: "hld_5", State: seating.StateExpired, Buyer: "eve", Seats: []int32{1, 2}},
		{ID: "hld_6", State: seating.StateReleased, Buyer: "eve", Seats: []int32{1, 2}},
	}
	claims := []seating.SeatClaim{
		{5, seating.Claim{Status: seating.Blocked, Hold: "hld_4"}},
		{0, seating.Claim{Status: seating.Held, Hold: "hld_1", Until: at(8, 0)}},
		{1, seating.Claim{Status: seating.Held, Hold: "hld_1", Until: at(8, 0)}},
		{2, seating.Claim{Status: seating.Held, Hold: "hld_2", Until: at(9, 0)}},
		{3, seating.Claim{Status: seating.Sold, Hold: "hld_3"}},
	}
	return holds, claims, []seating.QuotaCount{{Key: "floor", Held: 2, Sold: 1}, {Key: "long gone", Held: 7}}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "......", "=floor 9"), seating.Rules{})
	hold(t, inv, start, seats("hld_0", 4))
	require.NoError(t, inv.Load(stored()))

	assert.Equal(t, seating.Counts{Capacity: 15, Free: 7, Held: 5, Sold: 2, Blocked: 1}, inv.Counts())
	assert.Equal(t, []byte{0b10_01_01_01, 0b11_00}, inv.Snapshot())
	assert.Equal(t, 5, inv.HeldOrSoldBy("bob"))
	assert.Zero(t, inv.HeldOrSoldBy("eve"))
	assert.True(t, inv.Delta().Empty())
	h, ok := inv.Get("hld_1")
	assert.True(t, ok)
	assert.Equal(t, []int32{0, 1}, h.Seats)
	_, ok = inv.Get("hld_5")
	assert.False(t, ok)
	next, _ := inv.NextExpiry()
	assert.Equal(t, at(8, 2).Add(1000), next)
	hold(t, inv, at(20, 0), seats("hld_9", 0, 2))
	_, err := inv.Sell(at(20, 0), seating.Hold{ID: "hld_3"})
	require.NoError(t, err)
}

func TestLoad_CorrectsQuotaCounts(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "......", "=floor 9"), seating.Rules{}, seating.Quota{Key: "added", Capacity: 5, Areas: []string{"floor"}})
	require.NoError(t, inv.Load(stored()))
	assert.Equal(t, []seating.QuotaChange{{Key: "added", Capacity: 5, Held: 2, Sold: 1}}, inv.Delta().Quotas)
	assert.Equal(t, []seating.AreaState{{Key: "floor", Capacity: 9, Free: 2}}, inv.Delta().Areas)
}

func TestLoad_RefusesContradictions(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(holds []seating.Hold, claims []seating.SeatClaim){
		"seat in two holds":    func(h []seating.Hold, _ []seating.SeatClaim) { h[1].Seats = []int32{1} },
		"seat twice in a hold": func(h []seating.Hold, _ []seating.SeatClaim) { h[0].Seats = []int32{1, 1} },
		"unknown seat":         func(h []seating.Hold, _ []seating.SeatClaim) { h[0].Seats = []int32{0, 99} },
		"unknown area":         func(h []seating.Hold, _ []seating.SeatClaim) { h[1].Areas = []seating.Places{{"pit", 1}} },
		"hold without places":  func(h []seating.Hold, _ []seating.SeatClaim) { h[0].Seats = nil },
		"hold twice":           func(h []seating.Hold, _ []seating.SeatClaim) { h[4] = h[0] },
		"hold without id":      func(h []seating.Hold, _ []seating.SeatClaim) { h[0].ID = "" },
		"claim of another":     func(_ []seating.Hold, c []seating.SeatClaim) { c[1].Hold = "hld_2" },
		"claim of nobody":      func(_ []seating.Hold, c []seating.SeatClaim) { c[1].Seat = 4 },
		"claim beyond":         func(_ []seating.Hold, c []seating.SeatClaim) { c[1].Seat = 99 },
		"claim twice":          func(_ []seating.Hold, c []seating.SeatClaim) { c[1] = c[2] },
		"other status":         func(_ []seating.Hold, c []seating.SeatClaim) { c[1].Status = seating.Sold },
		"free claim":           func(_ []seating.Hold, c []seating.SeatClaim) { c[1] = seating.SeatClaim{Seat: 4} },
		"other time":           func(_ []seating.Hold, c []seating.SeatClaim) { c[1].Until = at(9, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inv := open(t, hall(t, "......", "=floor 9"), seating.Rules{})
			holds, claims, quotas := stored()
			spoil(holds, claims)
			err := inv.Load(holds, claims, quotas)
			require.ErrorIs(t, err, seating.ErrInconsistent)
			assert.Equal(t, fault.Internal, fault.CodeOf(err))
			assert.Equal(t, 15, inv.Counts().Free, "the inventory is empty")
		})
	}
	inv := open(t, hall(t, "......", "=floor 9"), seating.Rules{})
	holds, claims, quotas := stored()
	assert.ErrorIs(t, inv.Load(holds, claims[1:], quotas), seating.ErrInconsistent, "a claim is missing")
}
