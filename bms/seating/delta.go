package seating

import "slices"

// Delta is the net effect of all requests since the last ResetDelta: what the
// caller has to write.
type Delta struct {
	Seats  []SeatChange  // by seat number; a seat that is as it was does not appear
	Holds  []HoldChange  // in the order of their first change; each hold once, with its last state
	Quotas []QuotaChange // by key; a quota that is as it was does not appear
	Areas  []AreaState   // by key; the areas whose free places may have changed, as they are now
}

// SeatChange is a seat whose claim changed. From is the zero Claim for a seat
// that has no row, To is the zero Claim for a seat that shall have none.
type SeatChange struct {
	Seat     int32
	From, To Claim
}

// HoldChange is a hold that was made or changed. New says that it has no row
// yet; it may have ended in the meantime.
type HoldChange struct {
	Hold Hold
	New  bool
}

// QuotaChange is how much the counts of a quota changed.
type QuotaChange struct {
	Key string

	// Capacity is the quota's, not a difference. Where more is held and sold than the
	// quota has, because it was lowered in the middle of the sale, it is that number.
	Capacity int

	Held int // difference
	Sold int // difference
}

// Empty reports whether there is nothing to write.
func (d Delta) Empty() bool { return len(d.Seats)+len(d.Holds)+len(d.Quotas) == 0 }

// Equal reports whether two claims are the same.
func (c Claim) Equal(o Claim) bool {
	return c.Status == o.Status && c.Hold == o.Hold && c.Until.Equal(o.Until)
}

// changeLog remembers what changed since the last ResetDelta.
type changeLog struct {
	batch   int         // how many resets there were, from 1, so that a new entry was noted in none
	touched []uint64    // a bit for each seat that is in before
	before  []SeatClaim // seats that were touched, with their claims at the reset
	holds   []HoldChange
}

func newChangeLog(seats int) changeLog {
	return changeLog{batch: 1, touched: make([]uint64, (seats+63)/64)}
}

// touch remembers the claims of the hold's seats before they change.
func (v *Inventory) touch(h *Hold) {
	if !h.State.Open() {
		return
	}
	for _, s := range h.Seats {
		if bit := uint64(1) << (s % 64); v.log.touched[s/64]&bit == 0 {
			v.log.touched[s/64] |= bit
			v.log.before = append(v.log.before, SeatClaim{Seat: s, Claim: v.Claim(s)})
		}
	}
}

// note remembers the state of a hold after a change.
func (v *Inventory) note(e *entry) {
	if e.batch == v.log.batch {
		v.log.holds[e.noted].Hold = e.hold
		return
	}
	e.batch, e.noted = v.log.batch, len(v.log.holds)
	v.log.holds = append(v.log.holds, HoldChange{Hold: e.hold})
}

// Delta returns the net effect of all requests since the last ResetDelta. It is a
// copy: later requests do not change it.
func (v *Inventory) Delta() Delta {
	d := Delta{Holds: slices.Clone(v.log.holds)}
	for _, b := range v.log.before {
		if now := v.Claim(b.Seat); !now.Equal(b.Claim) {
			d.Seats = append(d.Seats, SeatChange{Seat: b.Seat, From: b.Claim, To: now})
		}
	}
	slices.SortFunc(d.Seats, func(a, b SeatChange) int { return int(a.Seat - b.Seat) })
	v.addQuotaChanges(&d)
	return d
}

// addQuotaChanges adds the quotas whose counts changed and their areas.
func (v *Inventory) addQuotaChanges(d *Delta) {
	for i := range v.quotas {
		q := &v.quotas[i]
		if held, sold := q.held-q.storedHeld, q.sold-q.storedSold; held != 0 || sold != 0 {
			d.Quotas = append(d.Quotas, QuotaChange{Key: q.key, Capacity: max(q.capacity, q.held+q.sold), Held: held, Sold: sold})
		}
	}
	if len(d.Quotas) == 0 {
		return
	}
	for i := range v.quotas { // quotas are sorted by key, and each area has one of its own key
		if a, ok := v.plan.Area(v.quotas[i].key); ok && v.areaChanged(a) {
			d.Areas = append(d.Areas, v.areaState(a))
		}
	}
}

// areaChanged reports whether a quota of the area changed.
func (v *Inventory) areaChanged(a int) bool {
	return slices.ContainsFunc(v.areaQuotas[a], func(n int32) bool {
		q := &v.quotas[n]
		return q.held != q.storedHeld || q.sold != q.storedSold
	})
}

// ResetDelta forgets what changed so far: the caller has written it.
func (v *Inventory) ResetDelta() {
	for _, b := range v.log.before {
		v.log.touched[b.Seat/64] &^= 1 << (b.Seat % 64)
	}
	clear(v.log.holds) // lets go of their slices
	v.log.before, v.log.holds = v.log.before[:0], v.log.holds[:0]
	v.log.batch++
	for i := range v.quotas {
		q := &v.quotas[i]
		q.storedHeld, q.storedSold = q.held, q.sold
	}
}
