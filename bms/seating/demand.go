package seating

import "time"

// TakenSince returns how many places buyers hold or own in holds made at or
// after t: how fast the show sells. House holds do not count.
func (v *Inventory) TakenSince(t time.Time) int {
	n := 0
	for _, e := range v.entries {
		if e == nil || !e.hold.State.Open() || e.hold.State == StateHouse || e.hold.CreatedAt.Before(t) {
			continue
		}
		n += e.hold.Len()
	}
	return n
}
