package seating

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// HandOver makes a house hold the hold of a buyer: the very same places, under the new id and until the time that
// Hold would give. Limits per hold and buyer count. Rules about which places may be chosen do not: the house has
// chosen them.
//
// Of the request ID, Buyer and For are used. Errors: an Invalid fault for these; ErrDuplicateHold; ErrNotHeld when there is
// no such house hold, ErrExpired when its time is over; ErrLimit (*LimitError).
func (v *Inventory) HandOver(now time.Time, from HoldID, r HoldRequest) (Hold, error) {
	now = v.tick(now)
	e, err := v.find(from)
	switch {
	case err != nil:
		return Hold{}, err
	case e.hold.State != StateHouse:
		return Hold{}, ErrNotHeld
	case e.lapsed:
		return Hold{}, ErrExpired
	case !legible(r.Buyer):
		return Hold{}, fault.Invalidf("buyer", "must be one line of UTF-8 text without control characters")
	case r.For < 0 || r.For > v.rules.HoldTotal:
		return Hold{}, fault.Invalidf("for", "must be between 0 and %v", v.rules.HoldTotal)
	}
	r.Seats, r.Areas, r.Best = e.hold.Seats, e.hold.Areas, nil
	if err := v.checkID(r.ID); err != nil {
		return Hold{}, err
	}
	if err := v.checkLimits(&r); err != nil {
		return Hold{}, err
	}
	given := e.hold
	given.State = StateReleased
	given = v.put(e, given)
	return v.create(Hold{
		ID: r.ID, State: StateHeld, Buyer: r.Buyer, Seats: given.Seats, Areas: given.Areas,
		CreatedAt: now, ExpiresAt: stamp(now.Add(v.holdFor(&r))),
	}), nil
}
