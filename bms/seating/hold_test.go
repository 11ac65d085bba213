package seating_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
)

func TestHold_NamedSeats(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	h := hold(t, inv, start, seats("hld_1", 2, 1))

	want := seating.Hold{
		ID: "hld_1", State: seating.StateHeld, Buyer: "ann", Seats: []int32{1, 2},
		CreatedAt: start, ExpiresAt: start.Add(8 * time.Minute),
	}
	assert.Equal(t, want, h)
	stored, ok := inv.Get("hld_1")
	assert.True(t, ok)
	assert.Equal(t, want, stored)
	assert.Equal(t, 2, inv.HeldOrSoldBy("ann"))
	assert.Equal(t, seating.Claim{Status: seating.Held, Hold: "hld_1", Until: h.ExpiresAt}, inv.Claim(1))
	assert.Zero(t, inv.Claim(0))
	assert.Zero(t, inv.Claim(-1))
	assert.Zero(t, inv.Claim(4))
	assert.Equal(t, []byte{0b00_01_01_00}, inv.Snapshot())
	assert.Equal(t, seating.Counts{Capacity: 4, Free: 2, Held: 2}, inv.Counts())
	assert.Equal(t, []int{2, 0}, inv.FreeByCategory())
}

func TestHold_SeatTakenByOther(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "....."), seating.Rules{})
	hold(t, inv, start, seats("hld_1", 1, 3))

	err := refusal(t, inv, seating.ErrTaken, func() error {
		_, err := inv.Hold(start, seats("hld_2", 3, 2, 1))
		return err
	})
	taken, ok := errors.AsType[*seating.TakenError](err)
	require.True(t, ok)
	assert.Equal(t, []int32{1, 3}, taken.Seats)
	hold(t, inv, start, seats("hld_2", 2))
}

func TestHold_ExpiredOnlyAfterGrace(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	hold(t, inv, start, seats("hld_1", 0, 1))
	end := start.Add(8*time.Minute + 2*time.Second)

	refused(t, inv, seating.ErrTaken, func() error {
		_, err := inv.Hold(end, seats("hld_2", 1))
		return err
	})
	hold(t, inv, end.Add(time.Microsecond), seats("hld_2", 1))
	_, ok := inv.Get("hld_1")
	assert.False(t, ok, "the whole expired hold is closed")
	assert.Equal(t, []byte{0b00_00_01_00}, inv.Snapshot())
}

func TestHold_ExpiredStaysUntilTaken(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	hold(t, inv, start, seats("hld_1", 0, 1))
	inv.ResetDelta()

	hold(t, inv, start.Add(time.Hour), seats("hld_2", 2))
	_, ok := inv.Get("hld_1")
	assert.True(t, ok, "nobody took one of its places")
	assert.Len(t, inv.Delta().Holds, 1)
	assert.Zero(t, inv.HeldOrSoldBy("bob"))
	assert.Equal(t, 1, inv.HeldOrSoldBy("ann"), "what has expired does not count for the buyer")
}

func TestHold_ClockNeverGoesBack(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	hold(t, inv, start, seats("hld_1", 0))
	hold(t, inv, start.Add(time.Hour), seats("hld_2", 0))

	h := hold(t, inv, start, seats("hld_3", 1))
	assert.Equal(t, start.Add(time.Hour), h.CreatedAt)
}

func TestHold_TimesAreUTCMicroseconds(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	r := seats("hld_1", 0)
	r.For = time.Minute + 1500*time.Nanosecond
	h := hold(t, inv, start.In(time.FixedZone("IST", 19800)).Add(1999*time.Nanosecond), r)
	assert.Equal(t, start.Add(time.Microsecond), h.CreatedAt)
	assert.Equal(t, start.Add(time.Minute+2*time.Microsecond), h.ExpiresAt)
}

func TestHold_Malformed(t *testing.T) {
	t.Parallel()
	plan := hall(t, "....", "=floor 10")
	for name, c := range map[string]struct {
		field   string
		request seating.HoldRequest
	}{
		"no id":             {"id", seating.HoldRequest{Seats: []int32{1}}},
		"nothing":           {"seats", seating.HoldRequest{ID: "hld_1"}},
		"seat twice":        {"seats[2]", seats("hld_1", 1, 2, 1)},
		"negative seat":     {"seats[0]", seats("hld_1", -1)},
		"seat beyond":       {"seats[1]", seats("hld_1", 0, 4)},
		"seats and best":    {"best", seating.HoldRequest{ID: "hld_1", Seats: []int32{1}, Best: &seating.Best{N: 1}}},
		"best of none":      {"best.n", best("hld_1", 0)},
		"too long":          {"for", seating.HoldRequest{ID: "hld_1", Seats: []int32{1}, For: time.Hour}},
		"negative time":     {"for", seating.HoldRequest{ID: "hld_1", Seats: []int32{1}, For: -1}},
		"unknown area":      {"areas[0].area", seating.HoldRequest{ID: "hld_1", Areas: []seating.Places{{"pit", 1}}}},
		"no places":         {"areas[0].n", seating.HoldRequest{ID: "hld_1", Areas: []seating.Places{{"floor", 0}}}},
		"absurd places":     {"areas[0].n", seating.HoldRequest{ID: "hld_1", Areas: []seating.Places{{"floor", 1 << 40}}}},
		"area twice":        {"areas[1].area", seating.HoldRequest{ID: "hld_1", Areas: []seating.Places{{"floor", 1}, {"floor", 2}}}},
		"unknown category":  {"best.categories[0]", seating.HoldRequest{ID: "hld_1", Best: &seating.Best{N: 1, Categories: []string{"tin"}}}},
		"category twice":    {"best.categories[1]", seating.HoldRequest{ID: "hld_1", Best: &seating.Best{N: 1, Categories: []string{"gold", "gold"}}}},
		"negative spaces":   {"best.wheelchairs", seating.HoldRequest{ID: "hld_1", Best: &seating.Best{N: 1, Wheelchairs: -1}}},
		"more than all":     {"best.wheelchairs", seating.HoldRequest{ID: "hld_1", Best: &seating.Best{N: 1, Wheelchairs: 2}}},
		"absurd party":      {"best.n", best("hld_1", math.MaxInt)},
		"absurd companions": {"best.wheelchairs", seating.HoldRequest{ID: "hld_1", Best: &seating.Best{N: 1, Wheelchairs: 1, Companions: math.MaxInt}}},
		"spaces not needed": {"best.wheelchairs", seating.HoldRequest{ID: "hld_1", Best: &seating.Best{N: 2, Wheelchairs: 1}}},
		"companions alone":  {"best.companions", seating.HoldRequest{ID: "hld_1", Accessible: true, Best: &seating.Best{N: 2, Companions: 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inv := open(t, plan, seating.Rules{})
			_, err := inv.Hold(start, c.request)
			require.Error(t, err)
			assert.Equal(t, c.field, fault.Of(err).Field)
			assert.True(t, inv.Delta().Empty())
		})
	}
}

// FuzzHold throws requests of any numbers at a hall: whatever is refused leaves no
// trace, whatever is granted is what was asked for.
func FuzzHold(f *testing.F) {
	f.Add(int32(0), int32(1), 0, 0, 0, 2, int64(0), uint8(0))
	f.Add(int32(-1), int32(99), 3, 1, 1, 0, int64(time.Minute), uint8(31))
	f.Add(int32(0), int32(0), math.MaxInt, math.MaxInt, math.MaxInt, math.MaxInt, int64(math.MaxInt64), uint8(7))
	plan := hall(f, "..... WC..", ".H...gg...", "=floor 9")
	f.Fuzz(func(t *testing.T, a, b int32, n, wheelchairs, companions, places int, keep int64, flags uint8) {
		inv := open(t, plan, seating.Rules{Orphans: seating.OrphanStrict, MaxPerBuyer: 8})
		r := seating.HoldRequest{ID: "hld_1", Buyer: "ann", For: time.Duration(keep), Accessible: flags&1 > 0}
		if flags&2 > 0 {
			r.Seats = []int32{a, b}
		}
		if flags&4 > 0 {
			r.Best = &seating.Best{N: n, Wheelchairs: wheelchairs, Companions: companions, Stacked: flags&8 > 0, Scattered: flags&16 > 0}
		}
		if flags&32 > 0 {
			r.Areas = []seating.Places{{"floor", places}}
		}
		h, err := inv.Hold(start, r)
		if err != nil {
			assert.NotEqual(t, fault.Internal, fault.CodeOf(err))
			assert.True(t, inv.Delta().Empty())
			return
		}
		want := len(r.Seats)
		if r.Best != nil {
			want += n
		}
		assert.Len(t, h.Seats, want)
		assert.Equal(t, r.Areas, h.Areas)
		assert.Equal(t, h.Len(), inv.HeldOrSoldBy("ann"))
	})
}

func TestHold_SameIDTwice(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	hold(t, inv, start, seats("hld_1", 0))
	refused(t, inv, seating.ErrDuplicateHold, func() error {
		_, err := inv.Hold(start, seats("hld_1", 1))
		return err
	})
}

func TestHold_LimitPerHold(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "......", "=floor 10"), seating.Rules{MaxPerHold: 3})
	r := seats("hld_1", 0, 1)
	r.Areas = []seating.Places{{"floor", 2}}
	err := refusal(t, inv, seating.ErrLimit, func() error {
		_, err := inv.Hold(start, r)
		return err
	})
	limit, ok := errors.AsType[*seating.LimitError](err)
	require.True(t, ok)
	assert.Equal(t, seating.LimitError{Max: 3, Want: 4}, *limit)
	refused(t, inv, seating.ErrLimit, func() error {
		_, err := inv.Hold(start, best("hld_1", 4))
		return err
	})
}

func TestHold_LimitPerBuyer(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "........"), seating.Rules{MaxPerBuyer: 4})
	sold := hold(t, inv, start, seats("hld_1", 0, 1))
	_, err := inv.Sell(start, sold)
	require.NoError(t, err)
	hold(t, inv, start, seats("hld_2", 2))

	err = refusal(t, inv, seating.ErrLimit, func() error {
		_, err := inv.Hold(start, seats("hld_3", 3, 4))
		return err
	})
	limit, ok := errors.AsType[*seating.LimitError](err)
	require.True(t, ok)
	assert.Equal(t, seating.LimitError{Max: 4, Have: 3, Want: 2}, *limit)

	bob := seats("hld_3", 3, 4)
	bob.Buyer = "bob"
	hold(t, inv, start, bob)
	nobody := seats("hld_4", 5, 6, 7)
	nobody.Buyer = ""
	hold(t, inv, start, nobody)
	hold(t, inv, start.Add(time.Hour), seats("hld_5", 3, 4)) // her hold and bob's have expired, what she bought counts
	assert.Equal(t, 4, inv.HeldOrSoldBy("ann"))
}

func TestHold_HouseSeatsAreNotForSale(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "..HH"), seating.Rules{})
	err := refusal(t, inv, seating.ErrNotForSale, func() error {
		_, err := inv.Hold(start, seats("hld_1", 1, 2))
		return err
	})
	seat, ok := errors.AsType[*seating.SeatError](err)
	require.True(t, ok)
	assert.Equal(t, int32(2), seat.Seat)
	assert.Equal(t, "seats[1]", fault.Of(err).Field)
	refused(t, inv, seating.ErrNotEnough, func() error {
		r := best("hld_1", 3)
		r.Best.Scattered = true
		_, err := inv.Hold(start, r)
		return err
	})
}

func TestRelease(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "....", "=floor 5"), seating.Rules{})
	r := seats("hld_1", 0, 1)
	r.Areas = []seating.Places{{"floor", 2}}
	h := hold(t, inv, start, r)

	released, err := inv.Release(start, "hld_1")
	require.NoError(t, err)
	h.State = seating.StateReleased
	assert.Equal(t, h, released, "it still says what it had")
	assert.Equal(t, seating.Counts{Capacity: 9, Free: 9}, inv.Counts())
	assert.Zero(t, inv.HeldOrSoldBy("ann"))
	refused(t, inv, seating.ErrNotHeld, func() error {
		_, err := inv.Release(start, "hld_1")
		return err
	})
}

func TestExpire_ClosesInOrder(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "......"), seating.Rules{})
	for i, minutes := range []int{3, 1, 2, 9} {
		r := seats(seating.HoldID("hld_"+string(rune('a'+i))), int32(i))
		r.For = at(minutes, 0).Sub(start)
		hold(t, inv, start, r)
	}
	next, ok := inv.NextExpiry()
	require.True(t, ok)
	assert.Empty(t, inv.Expire(next.Add(-time.Microsecond)))
	assert.Equal(t, []seating.HoldID{"hld_b"}, inv.Expire(next))
	assert.Equal(t, []seating.HoldID{"hld_c", "hld_a"}, inv.Expire(start.Add(5*time.Minute)))
	assert.Equal(t, seating.Counts{Capacity: 6, Free: 5, Held: 1}, inv.Counts())

	refused(t, inv, seating.ErrUnknownSeat, func() error {
		_, err := inv.Hold(start.Add(time.Hour), seats("hld_e", 99)) // moves the clock
		return err
	})
	next, ok = inv.NextExpiry()
	assert.True(t, ok)
	assert.Equal(t, start.Add(9*time.Minute+2*time.Second+time.Microsecond), next, "what is overdue comes first")
	assert.Equal(t, []seating.HoldID{"hld_d"}, inv.Expire(start))
	_, ok = inv.NextExpiry()
	assert.False(t, ok)
}

func TestTakenSince_CountsWhatBuyersTook(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "......", "=floor 5"), seating.Rules{})
	first := hold(t, inv, start, seats("hld_1", 0, 1))
	_, err := inv.Sell(start, first)
	require.NoError(t, err)
	r := seats("hld_2", 2)
	r.Areas = []seating.Places{{"floor", 3}}
	hold(t, inv, at(1, 0), r)
	hold(t, inv, at(2, 0), seats("hld_3", 3))
	_, err = inv.Block(at(2, 0), seating.BlockRequest{ID: "hld_h", Seats: []int32{5}, Reason: "camera"})
	require.NoError(t, err)
	_, err = inv.Release(at(2, 0), "hld_3")
	require.NoError(t, err)

	assert.Equal(t, 6, inv.TakenSince(start))
	assert.Equal(t, 4, inv.TakenSince(at(1, 0)))
	assert.Zero(t, inv.TakenSince(at(1, 1)))
}
