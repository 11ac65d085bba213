package seating

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// nobody is the owner of a free seat.
const nobody int32 = -1

// Inventory is the state of one show. It takes under 20 bytes a seat, and about
// 400 for each hold that has places. See the package comment for its use; it is
// not safe for concurrent use.
type Inventory struct {
	plan  *seatmap.Plan
	rules Rules
	lay   layout
	clock time.Time // the latest time seen

	status []Status // as stored, by seat
	owner  []int32  // index into entries, by seat; nobody when free
	counts [4]int   // seats by status
	house  [4]int   // of counts, the seats of kind house, which nobody can buy

	// What can be had: seats that are free or whose hold has lapsed.
	open      []bool
	blockOpen [][2]int32       // by block: general seats, accessible ones
	catOpen   [][classes]int32 // by category and class
	catFree   []int            // free seats as stored, by category, house seats apart

	quotas     []quota   // by key
	areaQuotas [][]int32 // by area of the plan: indexes into quotas
	areas      [][4]int  // by area of the plan: places by status; Free is not kept
	need       []int     // by quota: scratch of needs

	entries []*entry
	spare   []int32 // unused indexes of entries
	index   map[HoldID]int32
	buyers  map[string]int // places held and sold, lapsed holds apart
	due     deadlines      // holds with an end that has not passed
	lapsed  deadlines      // holds whose end has passed and whose places nobody has taken yet

	log changeLog
}

// quota is a Quota with its counts.
type quota struct {
	key        string
	capacity   int
	areas      []int // areas of the plan that use it
	held, sold int
	lapsed     int // of held, places of lapsed holds

	storedHeld, storedSold int // as the caller's store has them
}

// left is how many places can be had, lapsed ones included; it may be negative
// when the capacity was lowered under what is sold.
func (q *quota) left() int { return q.capacity - q.held - q.sold + q.lapsed }

// New returns the inventory of a show on which nothing is held or sold yet.
// Quotas are those that areas share, besides each area's own. A bad rule or quota
// is refused with an Invalid fault naming the field.
func New(plan *seatmap.Plan, rules Rules, quotas []Quota) (*Inventory, error) {
	if err := rules.Validate(); err != nil {
		return nil, err
	}
	v := &Inventory{plan: plan, rules: rules.withDefaults(), lay: newLayout(plan)}
	if err := v.addQuotas(quotas); err != nil {
		return nil, err
	}
	v.clear()
	return v, nil
}

// addQuotas makes v.quotas, sorted by key, and v.areaQuotas.
func (v *Inventory) addQuotas(shared []Quota) error {
	for i, a := range v.plan.Areas {
		v.quotas = append(v.quotas, quota{key: a.Key, capacity: a.Capacity, areas: []int{i}})
	}
	for i, q := range shared {
		made, err := v.sharedQuota(q)
		if err != nil {
			return err.In(fmt.Sprintf("quotas[%d]", i))
		}
		v.quotas = append(v.quotas, made)
	}
	slices.SortFunc(v.quotas, func(a, b quota) int { return strings.Compare(a.key, b.key) })
	v.need = make([]int, len(v.quotas))
	v.areaQuotas = make([][]int32, len(v.plan.Areas))
	for i := range v.quotas {
		for _, a := range v.quotas[i].areas {
			v.areaQuotas[a] = append(v.areaQuotas[a], int32(i))
		}
	}
	return nil
}

func (v *Inventory) sharedQuota(q Quota) (quota, *fault.Error) {
	made := quota{key: q.Key, capacity: q.Capacity}
	switch {
	case q.Key == "":
		return made, fault.Invalidf("key", "must not be empty")
	case slices.ContainsFunc(v.quotas, func(o quota) bool { return o.key == q.Key }):
		return made, fault.Invalidf("key", "%q is an area or another quota already", q.Key)
	case q.Capacity < 0:
		return made, fault.Invalidf("capacity", "must be 0 or more")
	case len(q.Areas) == 0:
		return made, fault.Invalidf("areas", "must name an area")
	}
	for i, key := range q.Areas {
		a, ok := v.plan.Area(key)
		if !ok {
			return made, fault.Invalidf(fmt.Sprintf("areas[%d]", i), "the hall has no area %q", key)
		}
		if slices.Contains(made.areas, a) {
			return made, fault.Invalidf(fmt.Sprintf("areas[%d]", i), "%q is named twice", key)
		}
		made.areas = append(made.areas, a)
	}
	return made, nil
}

// clear makes every place free and forgets every hold.
func (v *Inventory) clear() {
	seats := len(v.plan.Seats)
	v.status = make([]Status, seats)
	v.owner = slices.Repeat([]int32{nobody}, seats)
	v.counts, v.house = [4]int{Free: seats}, [4]int{}
	v.open = make([]bool, seats)
	v.blockOpen = make([][2]int32, len(v.plan.Blocks))
	v.catOpen = make([][classes]int32, len(v.plan.Categories))
	v.catFree = make([]int, len(v.plan.Categories))
	for s := range v.open {
		v.openSeat(int32(s))
		if v.lay.class[s] == house {
			v.house[Free]++
		} else {
			v.catFree[v.lay.cat[s]]++
		}
	}
	for i := range v.quotas {
		q := &v.quotas[i]
		q.held, q.sold, q.lapsed, q.storedHeld, q.storedSold = 0, 0, 0, 0, 0
	}
	v.areas = make([][4]int, len(v.plan.Areas))
	v.entries, v.spare, v.due, v.lapsed = nil, nil, nil, nil
	v.index, v.buyers = map[HoldID]int32{}, map[string]int{}
	v.log = newChangeLog(seats)
}

// Snapshot returns the status of every seat, two bits each: seat n is in byte
// n/4, the lowest bits first. Expired holds count as held until they are closed.
func (v *Inventory) Snapshot() []byte {
	out := make([]byte, (len(v.status)+3)/4)
	for s, st := range v.status {
		out[s/4] |= byte(st) << (s % 4 * 2)
	}
	return out
}

// Claim returns what is stored about the seat, the zero Claim when it is free or
// the hall has no such seat.
func (v *Inventory) Claim(seat int32) Claim {
	if seat < 0 || int(seat) >= len(v.status) || v.status[seat] == Free {
		return Claim{}
	}
	h := &v.entries[v.owner[seat]].hold
	return Claim{Status: v.status[seat], Hold: h.ID, Until: h.Until()}
}

// Get returns the hold and whether it has places. Closed holds are forgotten.
func (v *Inventory) Get(id HoldID) (Hold, bool) {
	if n, ok := v.index[id]; ok {
		return v.entries[n].hold, true
	}
	return Hold{}, false
}

// HeldOrSoldBy is the number of places that the buyer holds, pays for or owns,
// without holds that had expired at the latest time the Inventory was given.
func (v *Inventory) HeldOrSoldBy(buyer string) int { return v.buyers[buyer] }

// Areas returns the areas in the order of the plan. Expired holds count as held
// until they are closed. Areas that share a quota can show more free places
// together than can be sold.
func (v *Inventory) Areas() []AreaState {
	out := make([]AreaState, len(v.plan.Areas))
	for a := range out {
		out[a] = v.areaState(a)
	}
	return out
}

func (v *Inventory) areaState(a int) AreaState {
	area := &v.plan.Areas[a]
	free := area.Capacity
	for _, n := range v.areaQuotas[a] {
		q := &v.quotas[n]
		free = min(free, q.capacity-q.held-q.sold)
	}
	return AreaState{Key: area.Key, Capacity: area.Capacity, Free: max(free, 0)}
}

// Counts returns the places of the show by status.
//
// Where quotas overlap without one containing the other, Free and Capacity may
// be less than what a clever order of sales could reach, never more.
func (v *Inventory) Counts() Counts {
	c := Counts{Held: v.counts[Held], Sold: v.counts[Sold], Blocked: v.counts[Blocked] - v.house[Blocked], House: v.house[Free] + v.house[Blocked]}
	for _, a := range v.areas {
		c.Held += a[Held]
		c.Sold += a[Sold]
		c.Blocked += a[Blocked]
	}
	c.Capacity = len(v.status) - c.House + v.fill(func(q *quota) int { return q.capacity })
	c.Free = v.counts[Free] - v.house[Free] + v.fill(func(q *quota) int { return q.capacity - q.held - q.sold })
	return c
}

// fill is how many area places fit when area after area is filled up and every
// quota starts with the given room.
func (v *Inventory) fill(room func(*quota) int) int {
	left := make([]int, len(v.quotas))
	for i := range left {
		left[i] = max(room(&v.quotas[i]), 0)
	}
	total := 0
	for _, uses := range v.areaQuotas {
		n := left[uses[0]]
		for _, q := range uses[1:] {
			n = min(n, left[q])
		}
		for _, q := range uses {
			left[q] -= n
		}
		total += n
	}
	return total
}

// FreeByCategory returns the free seats and area places of each category, in the
// order of the plan's categories, without house seats. Areas that share a quota each count all of it.
func (v *Inventory) FreeByCategory() []int {
	out := slices.Clone(v.catFree)
	for a := range v.plan.Areas {
		c := slices.IndexFunc(v.plan.Categories, func(c seatmap.Category) bool { return c.Key == v.plan.Areas[a].Category })
		out[c] += v.areaState(a).Free
	}
	return out
}

// Taken returns how many places of each quota, an area's own included, are held and sold at
// the given time, by key. Unlike what a store counts, holds that have expired are left out.
func (v *Inventory) Taken(now time.Time) []QuotaCount {
	v.tick(now)
	out := make([]QuotaCount, len(v.quotas))
	for i, q := range v.quotas {
		out[i] = QuotaCount{Key: q.key, Held: q.held - q.lapsed, Sold: q.sold}
	}
	return out
}
