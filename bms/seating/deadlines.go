package seating

import (
	"container/heap"
	"strings"
	"time"
)

// entry is a hold that has places, with what the Inventory knows about it.
type entry struct {
	hold   Hold
	number int32     // its index in Inventory.entries
	until  time.Time // hold.Until(); zero when it is in neither heap
	pos    int       // its index in the heap that has it
	lapsed bool      // in Inventory.lapsed rather than Inventory.due
	batch  int       // the batch of the change log in which it was noted last
	noted  int       // its index in that batch
}

// deadlines is a heap of holds, the one that ends first on top.
type deadlines []*entry

// Len is the number of entries. It and the next four implement heap.Interface.
func (d *deadlines) Len() int { return len(*d) }

// Less orders by the end.
func (d *deadlines) Less(i, j int) bool { return (*d)[i].before((*d)[j]) }

// Swap exchanges two entries.
func (d *deadlines) Swap(i, j int) {
	list := *d
	list[i], list[j] = list[j], list[i]
	list[i].pos, list[j].pos = i, j
}

// Push appends an entry.
func (d *deadlines) Push(x any) {
	e := x.(*entry)
	e.pos = len(*d)
	*d = append(*d, e)
}

// Pop removes the last entry.
func (d *deadlines) Pop() any {
	old := *d
	e := old[len(old)-1]
	old[len(old)-1] = nil
	*d = old[:len(old)-1]
	return e
}

// before orders holds by their end, then by ID.
func (e *entry) before(o *entry) bool {
	if !e.until.Equal(o.until) {
		return e.until.Before(o.until)
	}
	return strings.Compare(string(e.hold.ID), string(o.hold.ID)) < 0
}

// await starts to watch the end of a hold.
func (v *Inventory) await(e *entry) {
	e.until, e.lapsed = e.hold.Until(), false
	if !e.until.IsZero() {
		heap.Push(&v.due, e)
	}
}

// forget stops watching the end of a hold.
func (v *Inventory) forget(e *entry) {
	switch {
	case e.until.IsZero():
	case e.lapsed:
		heap.Remove(&v.lapsed, e.pos)
	default:
		heap.Remove(&v.due, e.pos)
	}
	e.until, e.lapsed = time.Time{}, false
}

// tick moves the clock to now, unless it is there already, and opens the places
// of the holds that have expired by then. Nothing that a caller can see of these
// holds changes: they keep their places until somebody takes one. It returns the
// time that counts for the request, in whole microseconds.
func (v *Inventory) tick(now time.Time) time.Time {
	if now = stamp(now); now.After(v.clock) {
		v.clock = now
	}
	for len(v.due) > 0 && v.clock.Sub(v.due[0].until) > v.rules.Grace {
		e := heap.Pop(&v.due).(*entry)
		v.countBuyer(&e.hold, -1)
		v.countLapsed(&e.hold, +1)
		for _, s := range e.hold.Seats {
			v.openSeat(s)
		}
		e.lapsed = true
		heap.Push(&v.lapsed, e)
	}
	return v.clock
}

// NextExpiry returns the first instant at which Expire has something to do, and
// false when no hold has an end.
func (v *Inventory) NextExpiry() (time.Time, bool) {
	switch {
	case len(v.lapsed) > 0:
		return v.expiry(v.lapsed[0]), true
	case len(v.due) > 0:
		return v.expiry(v.due[0]), true
	default:
		return time.Time{}, false
	}
}

// expiry is the first microsecond at which e has expired.
func (v *Inventory) expiry(e *entry) time.Time {
	return e.until.Add(v.rules.Grace + time.Microsecond)
}

// stamp returns t as it is stored: UTC in whole microseconds.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
