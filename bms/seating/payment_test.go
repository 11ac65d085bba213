package seating_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// at is a time in minutes and seconds after the start.
func at(minutes, seconds int) time.Time {
	return start.Add(time.Duration(minutes)*time.Minute + time.Duration(seconds)*time.Second)
}

func TestExtend_UpToTheTotal(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	hold(t, inv, start, seats("hld_1", 0, 1))

	h, err := inv.Extend(at(1, 0), "hld_1", 4*time.Minute)
	require.NoError(t, err)
	assert.Equal(t, at(12, 0), h.ExpiresAt)
	assert.Equal(t, at(12, 0), inv.Claim(1).Until)
	h, err = inv.Extend(at(2, 0), "hld_1", 0)
	require.NoError(t, err)
	assert.Equal(t, at(20, 0), h.ExpiresAt, "zero means HoldFor, the total comes first")
	refused(t, inv, seating.ErrExtensionUsed, func() error {
		_, err := inv.Extend(at(3, 0), "hld_1", time.Minute)
		return err
	})
	_, err = inv.Extend(at(3, 0), "hld_1", -time.Minute)
	assert.Equal(t, "by", fault.Of(err).Field)
}

func TestExtend_Refused(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "......"), seating.Rules{HighDemand: true})
	hold(t, inv, start, seats("hld_1", 0))
	extend := func(now time.Time, id seating.HoldID) func() error {
		return func() error {
			_, err := inv.Extend(now, id, time.Minute)
			return err
		}
	}
	refused(t, inv, seating.ErrHighDemand, extend(start, "hld_1"))
	refused(t, inv, seating.ErrNotHeld, extend(start, "hld_2"))
	_, err := inv.StartPayment(start, "hld_1", at(1, 0))
	require.NoError(t, err)
	refused(t, inv, seating.ErrPaying, extend(start, "hld_1"))
	hold(t, inv, start, seats("hld_3", 3))
	refused(t, inv, seating.ErrExpired, extend(at(9, 0), "hld_3"))
	hold(t, inv, at(9, 0), seats("hld_4", 4))
	_, err = inv.Sell(at(9, 0), seating.Hold{ID: "hld_4"})
	require.NoError(t, err)
	refused(t, inv, seating.ErrSold, extend(at(9, 0), "hld_4"))
}

func TestStartPayment_KeepsThePlacesUntilItsDeadline(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{HighDemand: true})
	hold(t, inv, start, seats("hld_1", 0, 1))

	h, err := inv.StartPayment(at(7, 50), "hld_1", at(18, 0))
	require.NoError(t, err)
	assert.Equal(t, seating.StatePaying, h.State)
	assert.Equal(t, at(18, 0), h.PayBy)
	assert.Equal(t, 1, h.Extended)
	assert.Equal(t, seating.Claim{Status: seating.Held, Hold: "hld_1", Until: at(18, 0)}, inv.Claim(0))
	refused(t, inv, seating.ErrTaken, func() error {
		_, err := inv.Hold(at(18, 2), seats("hld_2", 0))
		return err
	})
	again, err := inv.StartPayment(at(9, 0), "hld_1", at(59, 0))
	require.NoError(t, err)
	assert.Equal(t, h, again, "starting another payment changes nothing")
	hold(t, inv, at(18, 3), seats("hld_2", 0))
}

func TestStartPayment_Refused(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	hold(t, inv, start, seats("hld_1", 0))
	_, err := inv.Block(start, seating.BlockRequest{ID: "hld_h", Seats: []int32{3}, Reason: "camera"})
	require.NoError(t, err)
	pay := func(now time.Time, id seating.HoldID) func() error {
		return func() error {
			_, err := inv.StartPayment(now, id, now.Add(time.Minute))
			return err
		}
	}
	refused(t, inv, seating.ErrNotHeld, pay(start, "hld_9"))
	refused(t, inv, seating.ErrNotHeld, pay(start, "hld_h"))
	_, err = inv.StartPayment(start, "hld_1", start)
	assert.Equal(t, "pay_by", fault.Of(err).Field)
	refused(t, inv, seating.ErrExpired, pay(at(8, 3), "hld_1"))
}

func TestPaymentFailed_KeepsTheEndOfTheHold(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	hold(t, inv, start, seats("hld_1", 0, 1))
	_, err := inv.StartPayment(at(1, 0), "hld_1", at(11, 0))
	require.NoError(t, err)

	h, err := inv.PaymentFailed(at(2, 0), "hld_1")
	require.NoError(t, err)
	assert.Equal(t, seating.StateHeld, h.State)
	assert.Equal(t, at(8, 0), h.ExpiresAt)
	assert.Equal(t, 1, h.Extended)
	again, err := inv.PaymentFailed(at(2, 0), "hld_1")
	require.NoError(t, err)
	assert.Equal(t, h, again, "told twice")

	h, err = inv.StartPayment(at(3, 0), "hld_1", at(59, 0))
	require.NoError(t, err)
	assert.Equal(t, at(11, 0), h.PayBy, "a second payment does not extend")
}

func TestPaymentFailed_LeavesTimeToTryAgainOnce(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	hold(t, inv, start, seats("hld_1", 0, 1))
	fail := func(started, failed time.Time) seating.Hold {
		_, err := inv.StartPayment(started, "hld_1", started.Add(time.Hour))
		require.NoError(t, err)
		h, err := inv.PaymentFailed(failed, "hld_1")
		require.NoError(t, err)
		return h
	}
	_, err := inv.StartPayment(at(7, 0), "hld_1", at(17, 0))
	require.NoError(t, err)
	h, err := inv.PaymentFailed(at(9, 0), "hld_1")
	require.NoError(t, err)
	assert.Equal(t, at(11, 0), h.ExpiresAt, "out of the time of the payment")
	assert.Equal(t, 1, h.Extended)

	h = fail(at(10, 0), at(16, 30))
	assert.Equal(t, at(18, 30), h.ExpiresAt, "beyond it, once")
	assert.Equal(t, 2, h.Extended)

	h = fail(at(17, 0), at(18, 0))
	assert.Equal(t, at(18, 30), h.ExpiresAt, "and not again")
	hold(t, inv, at(18, 33), seats("hld_2", 0, 1))
}

func TestPaymentFailed_NeverKeepsPlacesForEver(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	hold(t, inv, start, seats("hld_1", 0))
	now := start
	for range 1000 {
		now = now.Add(time.Minute)
		if _, err := inv.StartPayment(now, "hld_1", now.Add(10*time.Minute)); err != nil {
			require.ErrorIs(t, err, seating.ErrExpired)
			break
		}
		_, err := inv.PaymentFailed(now, "hld_1")
		require.NoError(t, err)
	}
	assert.LessOrEqual(t, now.Sub(start), 11*time.Minute+seating.RetryFor+time.Minute)
}

func TestSell(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	h := hold(t, inv, start, seats("hld_1", 0, 1))
	_, err := inv.StartPayment(start, "hld_1", at(10, 0))
	require.NoError(t, err)

	sold, err := inv.Sell(at(1, 0), h)
	require.NoError(t, err)
	assert.Equal(t, seating.StateSold, sold.State)
	assert.Equal(t, at(1, 0), sold.SoldAt)
	assert.Equal(t, seating.Claim{Status: seating.Sold, Hold: "hld_1"}, inv.Claim(0))
	again, err := inv.Sell(at(2, 0), h)
	require.NoError(t, err)
	assert.Equal(t, sold, again, "webhooks come twice")
	_, ok := inv.NextExpiry()
	assert.False(t, ok)
	refused(t, inv, seating.ErrSold, func() error {
		_, err := inv.Release(at(2, 0), "hld_1")
		return err
	})
}

func TestSell_LateButNotTaken(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*seating.Inventory) error{
		"expired, not swept": func(*seating.Inventory) error { return nil },
		"swept":              func(inv *seating.Inventory) error { inv.Expire(at(30, 0)); return nil },
		"released":           func(inv *seating.Inventory) error { _, err := inv.Release(at(3, 0), "hld_1"); return err },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inv := open(t, hall(t, "....", "=floor 2"), seating.Rules{MaxPerBuyer: 4, Orphans: seating.OrphanStrict})
			r := seats("hld_1", 0, 1)
			r.Areas = []seating.Places{{"floor", 2}}
			h := hold(t, inv, start, r)
			require.NoError(t, end(inv))
			inv.ResetDelta()

			sold, err := inv.Sell(at(31, 0), h)
			require.NoError(t, err)
			h.State, h.SoldAt = seating.StateSold, at(31, 0)
			assert.Equal(t, h, sold)
			assert.Equal(t, seating.Counts{Capacity: 6, Free: 2, Sold: 4}, inv.Counts())
			require.Len(t, inv.Delta().Holds, 1)
			assert.False(t, inv.Delta().Holds[0].New)
		})
	}
}

func TestSell_LateAndTaken(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "....", "=floor 3"), seating.Rules{})
	r := seats("hld_1", 0, 1)
	r.Areas = []seating.Places{{"floor", 2}}
	h := hold(t, inv, start, r)
	hold(t, inv, at(9, 0), seats("hld_2", 1))
	sellLate := func() error {
		_, err := inv.Sell(at(9, 0), h)
		return err
	}
	err := refusal(t, inv, seating.ErrTaken, sellLate)
	taken, ok := errors.AsType[*seating.TakenError](err)
	require.True(t, ok)
	assert.Equal(t, []int32{1}, taken.Seats)

	_, err = inv.Release(at(9, 0), "hld_2")
	require.NoError(t, err)
	hold(t, inv, at(9, 0), seating.HoldRequest{ID: "hld_3", Areas: []seating.Places{{"floor", 2}}})
	refused(t, inv, seating.ErrNotEnough, sellLate)
	_, err = inv.Release(at(9, 0), "hld_3")
	require.NoError(t, err)
	require.NoError(t, sellLate())
}

func TestSell_Refused(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "....", "=floor 3"), seating.Rules{})
	returned := hold(t, inv, start, seats("hld_1", 0))
	_, err := inv.Sell(start, returned)
	require.NoError(t, err)
	returned, err = inv.Return(start, "hld_1", []int32{0}, nil)
	require.NoError(t, err)
	house, err := inv.Block(start, seating.BlockRequest{ID: "hld_h", Seats: []int32{3}, Reason: "camera"})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		want error
		hold seating.Hold
	}{
		"returned":       {seating.ErrNotHeld, returned},
		"sold long ago":  {seating.ErrNotHeld, seating.Hold{ID: "hld_2", State: seating.StateReleased, SoldAt: start, Seats: []int32{1}}},
		"sold elsewhere": {seating.ErrNotHeld, seating.Hold{ID: "hld_2", State: seating.StateSold, Seats: []int32{1}}},
		"house":          {seating.ErrNotHeld, house},
		"closed house":   {seating.ErrNotHeld, seating.Hold{ID: "hld_2", State: seating.StateHouse, Seats: []int32{1}}},
		"no places":      {seating.ErrNotHeld, seating.Hold{ID: "hld_2", State: seating.StateExpired}},
		"no id":          {seating.ErrNotHeld, seating.Hold{State: seating.StateExpired, Seats: []int32{1}}},
		"unknown seat":   {seating.ErrUnknownSeat, seating.Hold{ID: "hld_2", State: seating.StateExpired, Seats: []int32{9}}},
		"unknown area":   {seating.ErrUnknownArea, seating.Hold{ID: "hld_2", State: seating.StateExpired, Areas: []seating.Places{{"pit", 1}}}},
	} {
		refused(t, inv, c.want, func() error {
			_, err := inv.Sell(start, c.hold)
			return err
		})
		assert.NotEmpty(t, name)
	}
	_, err = inv.Sell(start, seating.Hold{ID: "hld_2", State: seating.StateExpired, Seats: []int32{1, 1}})
	assert.Equal(t, fault.Invalid, fault.CodeOf(err))
}

func TestReturn_PartByPart(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "....", "=floor 5"), seating.Rules{})
	r := seats("hld_1", 0, 1, 2)
	r.Areas = []seating.Places{{"floor", 2}}
	h := hold(t, inv, start, r)
	giveBack := func(seats []int32, areas ...seating.Places) func() error {
		return func() error {
			_, err := inv.Return(start, "hld_1", seats, areas)
			return err
		}
	}
	refused(t, inv, seating.ErrNotHeld, giveBack([]int32{0}))
	_, err := inv.Sell(start, h)
	require.NoError(t, err)

	part, err := inv.Return(start, "hld_1", []int32{1}, []seating.Places{{"floor", 1}})
	require.NoError(t, err)
	assert.Equal(t, seating.StateSold, part.State)
	assert.Equal(t, []int32{0, 2}, part.Seats)
	assert.Equal(t, []seating.Places{{"floor", 1}}, part.Areas)
	assert.Equal(t, 3, inv.HeldOrSoldBy("ann"))
	assert.Equal(t, []int32{0, 1, 2}, h.Seats, "what callers have is not changed")

	refused(t, inv, seating.ErrNotHeld, giveBack([]int32{1}))
	refused(t, inv, seating.ErrNotHeld, giveBack(nil, seating.Places{Area: "floor", N: 2}))
	refused(t, inv, seating.ErrUnknownSeat, giveBack([]int32{-4}))
	assert.Equal(t, fault.Invalid, fault.CodeOf(giveBack(nil)()))
	assert.Equal(t, fault.Invalid, fault.CodeOf(giveBack([]int32{0, 0})()))

	last, err := inv.Return(start, "hld_1", []int32{0, 2}, []seating.Places{{"floor", 1}})
	require.NoError(t, err)
	assert.Equal(t, seating.StateReleased, last.State)
	assert.Zero(t, last.Len())
	assert.Equal(t, seating.Counts{Capacity: 9, Free: 9}, inv.Counts())
	refused(t, inv, seating.ErrNotHeld, giveBack([]int32{0}))
}

func TestBlock_KeepsPlacesFromSale(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "..HW", "=floor 5"), seating.Rules{MaxPerHold: 1, MaxPerBuyer: 1})
	h, err := inv.Block(start, seating.BlockRequest{
		ID: "hld_h", Seats: []int32{3, 1, 2}, Areas: []seating.Places{{"floor", 4}}, Reason: "camera platform",
	})
	require.NoError(t, err)
	assert.Equal(t, seating.Hold{
		ID: "hld_h", State: seating.StateHouse, Reason: "camera platform", CreatedAt: start,
		Seats: []int32{1, 2, 3}, Areas: []seating.Places{{"floor", 4}},
	}, h)
	assert.Equal(t, seating.Claim{Status: seating.Blocked, Hold: "hld_h"}, inv.Claim(1))
	assert.Equal(t, seating.Counts{Capacity: 8, Free: 2, Blocked: 6, House: 1}, inv.Counts())
	assert.Equal(t, []seating.AreaState{{Key: "floor", Capacity: 5, Free: 1}}, inv.Areas())
	assert.Empty(t, inv.Expire(at(99999, 0)), "no end")
	refused(t, inv, seating.ErrTaken, func() error {
		_, err := inv.Hold(start, seats("hld_1", 1))
		return err
	})

	part, err := inv.Unblock(start, "hld_h", []int32{1}, []seating.Places{{"floor", 4}})
	require.NoError(t, err)
	assert.Equal(t, []int32{2, 3}, part.Seats)
	assert.Empty(t, part.Areas)
	hold(t, inv, start, seats("hld_1", 1))
	released, err := inv.Release(start, "hld_h")
	require.NoError(t, err)
	assert.Equal(t, seating.StateReleased, released.State)
}

func TestBlock_UntilATime(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "...."), seating.Rules{})
	_, err := inv.Block(start, seating.BlockRequest{ID: "hld_h", Seats: []int32{0, 1}, Reason: "sponsors", Until: at(60, 0)})
	require.NoError(t, err)
	assert.Equal(t, at(60, 0), inv.Claim(0).Until)
	refused(t, inv, seating.ErrTaken, func() error {
		_, err := inv.Hold(at(60, 2), seats("hld_1", 0))
		return err
	})
	refused(t, inv, seating.ErrExpired, func() error {
		_, err := inv.Unblock(at(61, 0), "hld_h", []int32{0}, nil)
		return err
	})
	hold(t, inv, at(61, 0), seats("hld_1", 0))
	refused(t, inv, seating.ErrNotHeld, func() error {
		_, err := inv.Unblock(at(61, 0), "hld_h", []int32{0}, nil)
		return err
	})
	refused(t, inv, seating.ErrNotHeld, func() error {
		_, err := inv.Unblock(at(61, 0), "hld_1", []int32{0}, nil)
		return err
	})
}

func TestBlock_Refused(t *testing.T) {
	t.Parallel()
	inv := open(t, hall(t, "....", "=floor 5"), seating.Rules{})
	hold(t, inv, start, seats("hld_1", 0))
	good := seating.BlockRequest{ID: "hld_h", Seats: []int32{1}, Reason: "x"}
	for field, change := range map[string]func(*seating.BlockRequest){
		"id":       func(r *seating.BlockRequest) { r.ID = "" },
		"reason":   func(r *seating.BlockRequest) { r.Reason = " " },
		"seats":    func(r *seating.BlockRequest) { r.Seats = nil },
		"seats[1]": func(r *seating.BlockRequest) { r.Seats = []int32{1, 1} },
		"until":    func(r *seating.BlockRequest) { r.Until = start },
	} {
		r := good
		change(&r)
		_, err := inv.Block(start, r)
		require.Error(t, err)
		assert.Equal(t, field, fault.Of(err).Field)
	}
	long := good
	long.Reason = string(make([]rune, 201))
	_, err := inv.Block(start, long)
	assert.Equal(t, "reason", fault.Of(err).Field)
	for want, change := range map[error]func(*seating.BlockRequest){
		seating.ErrDuplicateHold: func(r *seating.BlockRequest) { r.ID = "hld_1" },
		seating.ErrTaken:         func(r *seating.BlockRequest) { r.Seats = []int32{0, 1} },
		seating.ErrNotEnough:     func(r *seating.BlockRequest) { r.Areas = []seating.Places{{"floor", 6}} },
	} {
		r := good
		change(&r)
		refused(t, inv, want, func() error {
			_, err := inv.Block(start, r)
			return err
		})
	}
}
