package seating

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Hold keeps the requested places for the buyer, all of them or none.
//
// Errors: an Invalid fault for a malformed request; ErrDuplicateHold;
// ErrUnknownSeat, ErrNotForSale and ErrAccessible (*SeatError); ErrUnknownArea;
// ErrLimit (*LimitError); ErrTaken (*TakenError); ErrOrphan (*OrphanError);
// ErrNotEnough (*ShortError). A refusal is true at that instant: places of expired
// holds were counted as free.
func (v *Inventory) Hold(now time.Time, r HoldRequest) (Hold, error) {
	now = v.tick(now)
	if err := v.checkRequest(&r); err != nil {
		return Hold{}, err
	}
	if err := v.checkLimits(&r); err != nil {
		return Hold{}, err
	}
	if err := v.checkAreas(r.Areas); err != nil {
		return Hold{}, err
	}
	seats, err := v.judgeSeats(now, &r)
	if err != nil {
		return Hold{}, err
	}
	return v.create(Hold{
		ID: r.ID, State: StateHeld, Buyer: r.Buyer,
		Seats: seats, Areas: slices.Clone(r.Areas),
		CreatedAt: now, ExpiresAt: stamp(now.Add(v.holdFor(&r))),
	}), nil
}

func (v *Inventory) holdFor(r *HoldRequest) time.Duration {
	if r.For == 0 {
		return v.rules.HoldFor
	}
	return r.For
}

// checkRequest checks what can be told without looking at the places.
func (v *Inventory) checkRequest(r *HoldRequest) error {
	if err := v.checkID(r.ID); err != nil {
		return err
	}
	if !legible(r.Buyer) {
		return fault.Invalidf("buyer", "must be one line of UTF-8 text without control characters")
	}
	if r.For < 0 || r.For > v.rules.HoldTotal {
		return fault.Invalidf("for", "must be between 0 and %v", v.rules.HoldTotal)
	}
	if r.Best == nil {
		return v.checkPlaces(r.Seats, r.Areas)
	}
	if len(r.Seats) > 0 {
		return fault.Invalidf("best", "name seats or ask for the best ones, not both")
	}
	if err := v.checkBest(r); err != nil {
		return err.In("best")
	}
	return v.checkAreaList(r.Areas)
}

// legible reports whether every database can keep the text as it is.
func legible(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func (v *Inventory) checkID(id HoldID) error {
	if id == "" {
		return fault.Invalidf("id", "must not be empty")
	}
	if _, exists := v.index[id]; exists {
		return ErrDuplicateHold
	}
	return nil
}

// checkPlaces checks a list of seats and areas, of which there must be some.
func (v *Inventory) checkPlaces(seats []int32, areas []Places) error {
	if len(seats)+len(areas) == 0 {
		return fault.Invalidf("seats", "name at least one seat or area")
	}
	for i, s := range seats {
		if s < 0 || int(s) >= len(v.status) {
			return &SeatError{Seat: s, Field: fmt.Sprintf("seats[%d]", i), Cause: ErrUnknownSeat}
		}
	}
	return v.checkAreaList(areas)
}

// checkAreaList checks that the areas exist, each named once and with places.
func (v *Inventory) checkAreaList(areas []Places) error {
	for i, p := range areas {
		if _, ok := v.plan.Area(p.Area); !ok {
			return &AreaError{Area: p.Area, Field: fmt.Sprintf("areas[%d].area", i), Cause: ErrUnknownArea}
		}
		if p.N < 1 || p.N > maxPlaces {
			return fault.Invalidf(fmt.Sprintf("areas[%d].n", i), "must be between 1 and %d", maxPlaces)
		}
		if slices.ContainsFunc(areas[:i], func(o Places) bool { return o.Area == p.Area }) {
			return fault.Invalidf(fmt.Sprintf("areas[%d].area", i), "%q is named twice", p.Area)
		}
	}
	return nil
}

// checkLimits checks how many places the buyer wants and has.
func (v *Inventory) checkLimits(r *HoldRequest) error {
	want := len(r.Seats) + sumPlaces(r.Areas)
	if r.Best != nil {
		want += r.Best.N
	}
	if want > v.rules.MaxPerHold {
		return &LimitError{Max: v.rules.MaxPerHold, Want: want}
	}
	if r.Buyer == "" || v.rules.MaxPerBuyer == 0 {
		return nil
	}
	if have := v.buyers[r.Buyer]; have+want > v.rules.MaxPerBuyer {
		return &LimitError{Max: v.rules.MaxPerBuyer, Have: have, Want: want}
	}
	return nil
}

// checkAreas checks that every quota has the places.
func (v *Inventory) checkAreas(areas []Places) error {
	if len(areas) == 0 {
		return nil
	}
	for n, need := range v.needs(areas) {
		if need > 0 && v.quotas[n].left() < need {
			return v.short(areas, int32(n))
		}
	}
	return nil
}

// short is the refusal of area places that the quota has not got. It names the
// first of the areas that use the quota.
func (v *Inventory) short(areas []Places, quota int32) error {
	for _, p := range areas {
		a, _ := v.plan.Area(p.Area)
		if slices.Contains(v.areaQuotas[a], quota) {
			return &ShortError{Area: p.Area, Free: max(v.quotas[quota].left(), 0), Want: v.need[quota]}
		}
	}
	return ErrNotEnough
}

// judgeSeats returns the seats that the request gets, ascending.
func (v *Inventory) judgeSeats(now time.Time, r *HoldRequest) ([]int32, error) {
	sale := v.sale(now)
	if r.Best != nil {
		return v.best(r.Best, sale)
	}
	if len(r.Seats) == 0 {
		return nil, nil
	}
	seats, err := sorted(r.Seats)
	if err != nil {
		return nil, err
	}
	if err := v.checkKinds(r, sale); err != nil {
		return nil, err
	}
	if err := v.checkTaken(seats); err != nil {
		return nil, err
	}
	return seats, v.checkOrphans(seats, sale)
}

// sorted returns the seats in ascending order and refuses a seat named twice.
func sorted(seats []int32) ([]int32, error) {
	out := slices.Clone(seats)
	slices.Sort(out)
	for i := 1; i < len(out); i++ {
		if out[i] == out[i-1] {
			last := len(seats) - 1
			for seats[last] != out[i] {
				last--
			}
			return nil, fault.Invalidf(fmt.Sprintf("seats[%d]", last), "the seat is named twice")
		}
	}
	return out, nil
}

// checkTaken checks that all the seats can be had.
func (v *Inventory) checkTaken(seats []int32) error {
	var taken []int32
	for _, s := range seats {
		if !v.open[s] {
			taken = append(taken, s)
		}
	}
	if taken != nil {
		return &TakenError{Seats: taken}
	}
	return nil
}
