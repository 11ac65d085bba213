package seating

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Block makes a house hold: it keeps free places from sale for the given reason,
// until the given time or, when that is zero, until they are unblocked. Seats of
// every kind can be blocked, and no limit applies.
//
// Errors: an Invalid fault for a malformed request, ErrDuplicateHold,
// ErrUnknownSeat, ErrUnknownArea, *TakenError, *ShortError.
func (v *Inventory) Block(now time.Time, r BlockRequest) (Hold, error) {
	now = v.tick(now)
	if err := v.checkBlock(now, &r); err != nil {
		return Hold{}, err
	}
	seats, err := sorted(r.Seats)
	if err != nil {
		return Hold{}, err
	}
	if err := v.checkTaken(seats); err != nil {
		return Hold{}, err
	}
	if err := v.checkAreas(r.Areas); err != nil {
		return Hold{}, err
	}
	h := Hold{
		ID: r.ID, State: StateHouse, Reason: r.Reason,
		Seats: seats, Areas: slices.Clone(r.Areas), CreatedAt: now,
	}
	if !r.Until.IsZero() {
		h.ExpiresAt = stamp(r.Until)
	}
	return v.create(h), nil
}

func (v *Inventory) checkBlock(now time.Time, r *BlockRequest) error {
	switch {
	case strings.TrimSpace(r.Reason) == "":
		return fault.Invalidf("reason", "say why these places are kept")
	case utf8.RuneCountInString(r.Reason) > maxReason:
		return fault.Invalidf("reason", "must be at most %d characters", maxReason)
	case !legible(r.Reason):
		return fault.Invalidf("reason", "must be one line of UTF-8 text without control characters")
	case !r.Until.IsZero() && !stamp(r.Until).After(now):
		return fault.Invalidf("until", "must be later than now")
	case r.Until.Year() > 9999:
		return fault.Invalidf("until", "must be before the year 10000")
	}
	if err := v.checkID(r.ID); err != nil {
		return err
	}
	return v.checkPlaces(r.Seats, r.Areas)
}

// Unblock gives back some places of a house hold; Release gives back all of it.
// The returned hold has what remains; when nothing does, it is released.
//
// Errors: ErrNotHeld when there is no such house hold or it has not got these
// places; ErrExpired; an Invalid fault for a malformed request.
func (v *Inventory) Unblock(now time.Time, id HoldID, seats []int32, areas []Places) (Hold, error) {
	v.tick(now)
	e, err := v.find(id)
	switch {
	case err != nil:
		return Hold{}, err
	case e.hold.State != StateHouse:
		return Hold{}, ErrNotHeld
	case e.lapsed:
		return Hold{}, ErrExpired
	}
	return v.giveBack(e, seats, areas)
}

// Return makes sold places free again, because their tickets were cancelled. The
// returned hold has what remains; when nothing does, it is released and can not
// be sold again.
//
// Errors: ErrNotHeld when there is no such sold hold or it has not got these
// places; an Invalid fault for a malformed request.
func (v *Inventory) Return(now time.Time, id HoldID, seats []int32, areas []Places) (Hold, error) {
	v.tick(now)
	e, err := v.find(id)
	if err != nil {
		return Hold{}, err
	}
	if e.hold.State != StateSold {
		return Hold{}, ErrNotHeld
	}
	return v.giveBack(e, seats, areas)
}

// giveBack takes places away from a hold.
func (v *Inventory) giveBack(e *entry, seats []int32, areas []Places) (Hold, error) {
	if err := v.checkPlaces(seats, areas); err != nil {
		return Hold{}, err
	}
	gone, err := sorted(seats)
	if err != nil {
		return Hold{}, err
	}
	h := e.hold
	if h.Seats, err = withoutSeats(h.Seats, gone); err != nil {
		return Hold{}, err
	}
	if h.Areas, err = withoutPlaces(h.Areas, areas); err != nil {
		return Hold{}, err
	}
	if h.Len() == 0 {
		h.State = StateReleased
	}
	return v.put(e, h), nil
}

// withoutSeats returns a copy of seats without those gone, both ascending.
func withoutSeats(seats, gone []int32) ([]int32, error) {
	var kept []int32
	for _, s := range seats {
		if len(gone) > 0 && gone[0] == s {
			gone = gone[1:]
		} else {
			kept = append(kept, s)
		}
	}
	if len(gone) > 0 {
		return nil, &SeatError{Seat: gone[0], Field: "seats", Cause: ErrNotHeld}
	}
	return kept, nil
}

// withoutPlaces returns a copy of areas without the places gone.
func withoutPlaces(areas, gone []Places) ([]Places, error) {
	kept := slices.Clone(areas)
	for i, g := range gone {
		n := slices.IndexFunc(kept, func(p Places) bool { return p.Area == g.Area })
		if n < 0 || kept[n].N < g.N {
			return nil, &AreaError{Area: g.Area, Field: fmt.Sprintf("areas[%d]", i), Cause: ErrNotHeld}
		}
		kept[n].N -= g.N
	}
	return slices.DeleteFunc(kept, func(p Places) bool { return p.N == 0 }), nil
}
