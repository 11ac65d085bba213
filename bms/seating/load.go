package seating

import (
	"fmt"
	"slices"
	"strings"
)

// Load replaces the state by what is stored: the holds (closed ones are passed
// over), a claim for each of their seats, and what the quotas have counted. What
// it finds must agree with itself: ErrInconsistent says which hold or seat does
// not, and then the Inventory is empty.
//
// Quotas are counted anew from the holds. Where the store's count differs, as
// after a quota was added in the middle of the sale, the next Delta corrects it.
func (v *Inventory) Load(holds []Hold, claims []SeatClaim, quotas []QuotaCount) error {
	v.clear()
	err := v.loadHolds(holds)
	if err == nil {
		err = v.checkClaims(claims)
	}
	if err != nil {
		v.clear()
		return err
	}
	for _, c := range quotas {
		if n, ok := slices.BinarySearchFunc(v.quotas, c.Key, func(q quota, key string) int { return strings.Compare(q.key, key) }); ok {
			v.quotas[n].storedHeld, v.quotas[n].storedSold = c.Held, c.Sold
		}
	}
	return nil
}

// loadHolds puts the holds that have places.
func (v *Inventory) loadHolds(holds []Hold) error {
	v.index = make(map[HoldID]int32, len(holds))
	for _, h := range holds {
		if !h.State.Open() {
			continue
		}
		if err := v.checkHold(&h); err != nil {
			return fmt.Errorf("load hold %s: %w: %w", h.ID, ErrInconsistent, err)
		}
		e := v.newEntry()
		e.hold = h
		v.occupy(e)
	}
	return nil
}

// checkHold checks that a stored hold can be put.
func (v *Inventory) checkHold(h *Hold) error {
	if err := v.checkID(h.ID); err != nil {
		return err
	}
	if err := v.checkPlaces(h.Seats, h.Areas); err != nil {
		return err
	}
	seats, err := sorted(h.Seats)
	if err != nil {
		return err
	}
	h.Seats, h.Areas = seats, slices.Clone(h.Areas)
	return v.checkTaken(seats)
}

// checkClaims checks that the claims are those of the holds.
func (v *Inventory) checkClaims(claims []SeatClaim) error {
	seen := make([]bool, len(v.status))
	for _, c := range claims {
		if c.Status == Free || !v.Claim(c.Seat).Equal(c.Claim) || seen[c.Seat] {
			return fmt.Errorf("load seat %d of hold %s: %w", c.Seat, c.Hold, ErrInconsistent)
		}
		seen[c.Seat] = true
	}
	if taken := len(v.status) - v.counts[Free]; taken != len(claims) {
		return fmt.Errorf("load %d claims for %d seats in holds: %w", len(claims), taken, ErrInconsistent)
	}
	return nil
}
