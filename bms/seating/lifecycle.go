package seating

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// find returns the entry of a hold that has places, ErrNotHeld when there is none.
func (v *Inventory) find(id HoldID) (*entry, error) {
	n, ok := v.index[id]
	if !ok {
		return nil, ErrNotHeld
	}
	return v.entries[n], nil
}

// live is find for holds of buyers that are neither sold nor expired.
func (v *Inventory) live(id HoldID) (*entry, error) {
	e, err := v.find(id)
	switch {
	case err != nil:
		return nil, err
	case e.hold.State == StateSold:
		return nil, ErrSold
	case e.hold.State == StateHouse:
		return nil, ErrNotHeld
	case e.lapsed:
		return nil, ErrExpired
	}
	return e, nil
}

// Extend keeps a held hold for longer: by the given time, or by Rules.HoldFor for
// zero, but not beyond Rules.HoldTotal since it was made.
//
// Errors: ErrHighDemand; ErrExtensionUsed when nothing can be added; ErrNotHeld,
// ErrExpired, ErrSold; ErrPaying while a payment runs; an Invalid fault for a
// negative time.
func (v *Inventory) Extend(now time.Time, id HoldID, by time.Duration) (Hold, error) {
	v.tick(now)
	e, err := v.live(id)
	switch {
	case by < 0 || by > maxHoldTotal:
		return Hold{}, fault.Invalidf("by", "must be between 0 and %v", maxHoldTotal)
	case err != nil:
		return Hold{}, err
	case e.hold.State == StatePaying:
		return Hold{}, ErrPaying
	case v.rules.HighDemand:
		return Hold{}, ErrHighDemand
	}
	if by == 0 {
		by = v.rules.HoldFor
	}
	h := e.hold
	h.ExpiresAt = earlier(stamp(h.ExpiresAt.Add(by)), h.CreatedAt.Add(v.rules.HoldTotal))
	if !h.ExpiresAt.After(e.hold.ExpiresAt) {
		return Hold{}, ErrExtensionUsed
	}
	return v.put(e, h), nil
}

// StartPayment says that a payment for a held hold begins, which has to end by
// payBy. From then on nobody can take the places before PayBy of the returned hold
// and the grace.
//
// Only the first payment sets a deadline. A later one, after PaymentFailed, keeps
// the deadline of the first or the end of the hold, whichever is later, whatever
// payBy says. While a payment runs, starting another changes nothing.
//
// Errors: ErrNotHeld, ErrExpired, ErrSold; an Invalid fault for a payBy that has
// passed.
func (v *Inventory) StartPayment(now time.Time, id HoldID, payBy time.Time) (Hold, error) {
	now = v.tick(now)
	e, err := v.live(id)
	switch {
	case err != nil:
		return Hold{}, err
	case !stamp(payBy).After(now):
		return Hold{}, fault.Invalidf("pay_by", "must be later than now")
	case e.hold.State == StatePaying:
		return e.hold, nil
	}
	h := e.hold
	h.State = StatePaying
	if h.Extended == 0 {
		h.Extended, h.PayBy = 1, stamp(payBy)
	} else {
		h.PayBy = later(h.PayBy, h.ExpiresAt)
	}
	return v.put(e, h), nil
}

// PaymentFailed says that the running payment was declined or given up: the hold
// is held again, until the end it had. When that is less than RetryFor away, the
// buyer gets RetryFor to try again, out of the time granted for the payment; the
// first time that this does not suffice, beyond it. Telling it twice changes
// nothing.
//
// Errors: ErrNotHeld, ErrExpired, ErrSold.
func (v *Inventory) PaymentFailed(now time.Time, id HoldID) (Hold, error) {
	now = v.tick(now)
	e, err := v.live(id)
	if err != nil {
		return Hold{}, err
	}
	if e.hold.State == StateHeld {
		return e.hold, nil
	}
	h := e.hold
	h.State = StateHeld
	retry := now.Add(RetryFor)
	if h.Extended > 1 {
		retry = earlier(retry, h.PayBy)
	}
	if retry.After(h.ExpiresAt) {
		h.ExpiresAt = retry
		if retry.After(h.PayBy) {
			h.Extended = 2
		}
	}
	return v.put(e, h), nil
}

// Release gives back all places of a held or paying hold or of a house hold, even
// when it has expired. The returned hold still lists what it had.
//
// Errors: ErrNotHeld; ErrSold for a sold hold, which needs Return.
func (v *Inventory) Release(now time.Time, id HoldID) (Hold, error) {
	v.tick(now)
	e, err := v.find(id)
	switch {
	case err != nil:
		return Hold{}, err
	case e.hold.State == StateSold:
		return Hold{}, ErrSold
	}
	h := e.hold
	h.State = StateReleased
	return v.put(e, h), nil
}

// Sell makes a held or paying hold sold for good. h is the hold as it is stored.
// Selling a sold hold again changes nothing.
//
// Money that comes late is honoured: a hold that expired or was released before
// any sale is sold all the same when all its places can be had at this moment,
// whatever the limits and rules for new holds say.
//
// Errors: *TakenError or *ShortError when a place of a closed hold has gone to
// somebody else; ErrNotHeld for house holds, for holds that were sold and given
// back, and for holds without places; ErrUnknownSeat, ErrUnknownArea or an Invalid
// fault when h names places that cannot be.
func (v *Inventory) Sell(now time.Time, h Hold) (Hold, error) {
	now = v.tick(now)
	if n, ok := v.index[h.ID]; ok {
		return v.sellOpen(now, v.entries[n])
	}
	if h.ID == "" || h.State == StateHouse || h.State == StateSold || !h.SoldAt.IsZero() || h.Len() == 0 {
		return Hold{}, ErrNotHeld
	}
	if err := v.checkPlaces(h.Seats, h.Areas); err != nil {
		return Hold{}, err
	}
	seats, err := sorted(h.Seats)
	if err != nil {
		return Hold{}, err
	}
	if err := v.checkTaken(seats); err != nil {
		return Hold{}, err
	}
	if err := v.checkAreas(h.Areas); err != nil {
		return Hold{}, err
	}
	h.Seats, h.State, h.SoldAt = seats, StateSold, now
	return v.retake(h), nil
}

// sellOpen sells a hold that has its places.
func (v *Inventory) sellOpen(now time.Time, e *entry) (Hold, error) {
	switch e.hold.State {
	case StateSold:
		return e.hold, nil
	case StateHeld, StatePaying:
	case StateHouse, StateReleased, StateExpired:
		return Hold{}, ErrNotHeld
	}
	h := e.hold
	h.State, h.SoldAt = StateSold, now
	return v.put(e, h), nil
}

// Expire closes every hold whose time has passed and returns them, the one that
// ended first in front. It is hygiene: judgements never wait for it.
func (v *Inventory) Expire(now time.Time) []HoldID {
	v.tick(now)
	var out []HoldID
	for len(v.lapsed) > 0 {
		out = append(out, v.lapsed[0].hold.ID)
		v.expire(v.lapsed[0])
	}
	return out
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
