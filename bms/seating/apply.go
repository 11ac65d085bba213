package seating

import "slices"

// openSeat says that a seat can be had, whether or not it could before.
func (v *Inventory) openSeat(s int32) {
	if !v.open[s] {
		v.open[s] = true
		v.countOpen(s, +1)
	}
}

// closeSeat says that a seat can not be had.
func (v *Inventory) closeSeat(s int32) {
	if v.open[s] {
		v.open[s] = false
		v.countOpen(s, -1)
	}
}

// countOpen adds n to the counts of seats like s that can be had.
func (v *Inventory) countOpen(s, n int32) {
	c := v.lay.class[s]
	v.catOpen[v.lay.cat[s]][c] += n
	switch c {
	case general:
		v.blockOpen[v.plan.Seats[s].Block][0] += n
	case wheelchair, companion:
		v.blockOpen[v.plan.Seats[s].Block][1] += n
	case house: // never chosen for anybody
	}
}

// setStatus gives a seat its stored status and owner and keeps the counts.
func (v *Inventory) setStatus(s int32, st Status, owner int32) {
	v.counts[v.status[s]]--
	v.counts[st]++
	switch {
	case v.lay.class[s] == house:
		v.house[v.status[s]]--
		v.house[st]++
	case v.status[s] == Free && st != Free:
		v.catFree[v.lay.cat[s]]--
	case v.status[s] != Free && st == Free:
		v.catFree[v.lay.cat[s]]++
	}
	v.status[s], v.owner[s] = st, owner
}

// put is the one way in which a hold changes: what it has is given back, it
// becomes next, and takes what next has. The places must be there to be taken.
// It notes what changed for the Delta and returns next.
func (v *Inventory) put(e *entry, next Hold) Hold {
	v.touch(&e.hold)
	v.vacate(e)
	e.hold = next
	v.touch(&next)
	if next.State.Open() {
		v.occupy(e)
	} else {
		v.drop(e)
	}
	v.note(e)
	return next
}

// create puts a hold that never was. Its places can be had.
func (v *Inventory) create(h Hold) Hold {
	v.makeRoom(&h)
	e := v.newEntry()
	e.batch, e.noted = v.log.batch, len(v.log.holds)
	v.log.holds = append(v.log.holds, HoldChange{New: true})
	return v.put(e, h)
}

// retake puts a hold that had been closed. Its places can be had.
func (v *Inventory) retake(h Hold) Hold {
	v.makeRoom(&h)
	e := v.newEntry()
	if n := slices.IndexFunc(v.log.holds, func(c HoldChange) bool { return c.Hold.ID == h.ID }); n >= 0 {
		e.batch, e.noted = v.log.batch, n // made or closed in this very batch
	}
	return v.put(e, h)
}

// makeRoom closes the lapsed holds whose places h is to have.
func (v *Inventory) makeRoom(h *Hold) {
	for _, s := range h.Seats {
		if v.status[s] != Free {
			v.expire(v.entries[v.owner[s]])
		}
	}
	if len(h.Areas) == 0 {
		return
	}
	for n, need := range v.needs(h.Areas) {
		for q := &v.quotas[n]; need > 0 && q.left()-q.lapsed < need; {
			v.expire(v.firstLapsed(int32(n)))
		}
	}
}

// expire closes a hold whose time has passed.
func (v *Inventory) expire(e *entry) {
	h := e.hold
	h.State = StateExpired
	v.put(e, h)
}

// needs returns how many places of each quota the area places use. The slice is
// valid until the next call.
func (v *Inventory) needs(areas []Places) []int {
	clear(v.need)
	for _, p := range areas {
		a, _ := v.plan.Area(p.Area)
		for _, n := range v.areaQuotas[a] {
			v.need[n] += p.N
		}
	}
	return v.need
}

// firstLapsed returns the lapsed hold that ended first among those that use the
// quota; there is one while the quota counts lapsed places.
func (v *Inventory) firstLapsed(quota int32) *entry {
	var first *entry
	for _, e := range v.lapsed {
		if v.uses(&e.hold, quota) && (first == nil || e.before(first)) {
			first = e
		}
	}
	return first
}

// uses reports whether the hold has places that the quota counts.
func (v *Inventory) uses(h *Hold, quota int32) bool {
	return slices.ContainsFunc(h.Areas, func(p Places) bool {
		a, _ := v.plan.Area(p.Area)
		return slices.Contains(v.areaQuotas[a], quota)
	})
}

// occupy counts the places of e.hold as taken by it.
func (v *Inventory) occupy(e *entry) {
	st := e.hold.State.claims()
	for _, s := range e.hold.Seats {
		v.setStatus(s, st, e.number)
		v.closeSeat(s)
	}
	v.countAreas(&e.hold, +1)
	v.countBuyer(&e.hold, +1)
	v.index[e.hold.ID] = e.number
	v.await(e)
}

// vacate undoes occupy, and what the hold's lapse did besides. It does nothing
// for an entry that has no places yet.
func (v *Inventory) vacate(e *entry) {
	if !e.hold.State.Open() {
		return
	}
	for _, s := range e.hold.Seats {
		v.setStatus(s, Free, nobody)
		v.openSeat(s)
	}
	v.countAreas(&e.hold, -1)
	if e.lapsed {
		v.countLapsed(&e.hold, -1)
	} else {
		v.countBuyer(&e.hold, -1)
	}
	v.forget(e)
}

// newEntry returns an entry without places.
func (v *Inventory) newEntry() *entry {
	e := &entry{}
	if n := len(v.spare); n > 0 {
		e.number, v.spare = v.spare[n-1], v.spare[:n-1]
		v.entries[e.number] = e
	} else {
		e.number = int32(len(v.entries))
		v.entries = append(v.entries, e)
	}
	return e
}

// drop forgets a hold that has given its places back.
func (v *Inventory) drop(e *entry) {
	delete(v.index, e.hold.ID)
	v.entries[e.number] = nil
	v.spare = append(v.spare, e.number)
}

// countAreas adds the area places of h to the areas and quotas, or takes them
// away for a negative sign.
func (v *Inventory) countAreas(h *Hold, sign int) {
	st := h.State.claims()
	for _, p := range h.Areas {
		a, _ := v.plan.Area(p.Area)
		v.areas[a][st] += sign * p.N
		for _, n := range v.areaQuotas[a] {
			if st == Sold {
				v.quotas[n].sold += sign * p.N
			} else {
				v.quotas[n].held += sign * p.N
			}
		}
	}
}

// countLapsed is countAreas for the places that quotas have in lapsed holds.
func (v *Inventory) countLapsed(h *Hold, sign int) {
	for _, p := range h.Areas {
		a, _ := v.plan.Area(p.Area)
		for _, n := range v.areaQuotas[a] {
			v.quotas[n].lapsed += sign * p.N
		}
	}
}

// countBuyer adds the places of h to those of its buyer, or takes them away.
func (v *Inventory) countBuyer(h *Hold, sign int) {
	if h.Buyer == "" || h.State == StateHouse {
		return
	}
	n := v.buyers[h.Buyer] + sign*h.Len()
	if n == 0 {
		delete(v.buyers, h.Buyer)
		return
	}
	v.buyers[h.Buyer] = n
}
