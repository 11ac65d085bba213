package seating

import (
	"fmt"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// nearby is how far a companion seat may be from the wheelchair space it goes
// with, in map units: about four seats, so that an aisle may lie between.
const nearby = 4.0

// sale is the set of classes that are on general sale.
type sale uint8

const (
	saleUsual    sale = 1 << general
	saleReleased sale = 1<<general | 1<<wheelchair | 1<<companion
)

// has reports whether seats of class c are on general sale.
func (s sale) has(c class) bool { return s>>c&1 == 1 }

// sale returns what is on general sale now.
func (v *Inventory) sale(now time.Time) sale {
	if at := v.rules.ReleaseAccessibleAt; !at.IsZero() && !now.Before(at) {
		return saleReleased
	}
	return saleUsual
}

// checkKinds checks that named seats are of kinds that the buyer may have.
func (v *Inventory) checkKinds(r *HoldRequest, on sale) error {
	spaces, companions := 0, 0
	for i, s := range r.Seats {
		c := v.lay.class[s]
		if cause := barred(c, r.Accessible || on.has(c)); cause != nil {
			return &SeatError{Seat: s, Field: fmt.Sprintf("seats[%d]", i), Cause: cause}
		}
		if c == wheelchair {
			spaces++
		}
		if c == companion {
			companions++
		}
	}
	if companions == 0 || on.has(companion) {
		return nil
	}
	return v.checkCompanions(r.Seats, spaces)
}

// barred returns why nobody may have a seat of class c, or why only some people
// may and accessible does not say that they are these; else nil.
func barred(c class, accessible bool) *fault.Error {
	switch {
	case c == house:
		return ErrNotForSale
	case c != general && !accessible:
		return ErrAccessible
	default:
		return nil
	}
}

// checkCompanions checks that each companion seat is near a wheelchair space of
// the same request, and that there are not too many for the spaces.
func (v *Inventory) checkCompanions(seats []int32, spaces int) error {
	allowed := spaces * v.rules.CompanionsPerWheelchair
	for i, s := range seats {
		if v.lay.class[s] != companion {
			continue
		}
		if allowed--; allowed < 0 || !v.besideSpace(s, seats) {
			return &SeatError{Seat: s, Field: fmt.Sprintf("seats[%d]", i), Cause: ErrAccessible}
		}
	}
	return nil
}

// besideSpace reports whether a wheelchair space among seats is near the seat.
func (v *Inventory) besideSpace(s int32, seats []int32) bool {
	for _, w := range seats {
		if v.lay.class[w] == wheelchair && v.apart(s, w) <= nearby*nearby {
			return true
		}
	}
	return false
}

// apart is the square of the distance between two seats.
func (v *Inventory) apart(a, b int32) float64 {
	p, q := &v.plan.Seats[a], &v.plan.Seats[b]
	return squared(p.X-q.X, p.Y-q.Y)
}

// bestAccessible returns seats for a party with wheelchairs, ascending: spaces
// close together, companion seats near them, and the others side by side as near
// as can be. Who finds no companion seat sits with the others.
func (v *Inventory) bestAccessible(b *Best) ([]int32, error) {
	pools := v.pools(b, saleUsual)
	for i := range pools {
		if seats := v.party(b, &pools[i]); seats != nil {
			return seats, nil
		}
	}
	last := pools[len(pools)-1]
	if spaces := v.having(v.lay.wheelchairs, &last); len(spaces) < b.Wheelchairs {
		return nil, &ShortError{Free: len(spaces), Want: b.Wheelchairs}
	}
	last.sale = saleReleased
	return nil, &ShortError{Free: v.count(&last), Want: b.N}
}

// having returns those of the seats that can be had and are of the pool's
// categories, of whatever class.
func (v *Inventory) having(seats []int32, p *pool) []int32 {
	var out []int32
	for _, s := range seats {
		if v.open[s] && p.has(v.lay.cat[s]) {
			out = append(out, s)
		}
	}
	return out
}

// party returns the places of one pool for the party, nil when they do not suffice.
func (v *Inventory) party(b *Best, p *pool) []int32 {
	spaces, companions := v.having(v.lay.wheelchairs, p), v.having(v.lay.companions, p)
	var best cluster
	for _, anchor := range spaces {
		c, ok := v.cluster(b, anchor, spaces, companions)
		if ok && (best.seats == nil || c.better(&best)) {
			best = c
		}
	}
	if best.seats == nil {
		return nil
	}
	rest := b.N - len(best.seats)
	if rest == 0 {
		return ascending(best.seats)
	}
	others := v.near(best.anchor, p, rest)
	if others == nil && (b.Stacked || b.Scattered) && v.count(p) >= rest {
		others = v.closest(best.anchor, v.all(p), rest)
	}
	if others == nil {
		return nil
	}
	return ascending(append(best.seats, others...))
}

// cluster is wheelchair spaces and companion seats around one of the spaces.
type cluster struct {
	anchor int32
	seats  []int32
	spread float64 // sum of the squared distances from the anchor
	cost   int64
}

// better prefers clusters with more companion seats, then closer ones, then those
// with the better seats.
func (c *cluster) better(o *cluster) bool {
	switch {
	case len(c.seats) != len(o.seats):
		return len(c.seats) > len(o.seats)
	case c.spread != o.spread:
		return c.spread < o.spread
	default:
		return c.cost < o.cost
	}
}

// cluster returns the spaces nearest to the anchor, itself included, and the
// companion seats near those. Unless the party may be scattered, no space is
// further away than nearby for each wheelchair of the party.
func (v *Inventory) cluster(b *Best, anchor int32, spaces, companions []int32) (cluster, bool) {
	c := cluster{anchor: anchor, seats: v.closest(anchor, spaces, b.Wheelchairs)}
	if len(c.seats) < b.Wheelchairs {
		return c, false
	}
	radius := nearby * float64(b.Wheelchairs)
	if far := c.seats[len(c.seats)-1]; !b.Scattered && v.apart(anchor, far) > radius*radius {
		return c, false
	}
	if b.Companions > 0 {
		beside := make([]int32, 0, len(companions))
		for _, s := range companions {
			if v.besideSpace(s, c.seats) {
				beside = append(beside, s)
			}
		}
		c.seats = append(c.seats, v.closest(anchor, beside, b.Companions)...)
	}
	for _, s := range c.seats {
		c.spread += v.apart(anchor, s)
		c.cost += v.lay.cost[s]
	}
	return c, true
}

// closest returns the n seats of the list nearest to the anchor, or all when
// there are fewer, the nearest first.
func (v *Inventory) closest(anchor int32, list []int32, n int) []int32 {
	out := make([]int32, 0, n+1)
	for _, s := range list {
		far := v.apart(anchor, s)
		at := len(out)
		for at > 0 && far < v.apart(anchor, out[at-1]) {
			at--
		}
		if at < n {
			out = slices.Insert(out, at, s)
			out = out[:min(len(out), n)]
		}
	}
	return out
}

// near returns n seats of the pool side by side, nearest to the anchor and
// preferably leaving no single seat; nil when there are none.
func (v *Inventory) near(anchor int32, p *pool, n int) []int32 {
	var best candidate
	from := v.middle(group{first: anchor, end: anchor + 1})
	for _, b := range v.lay.nearest {
		if !v.hasRoom(b, p, n) {
			continue
		}
		block := v.plan.Blocks[b]
		for g := range v.runs(block, p, n) {
			to := v.middle(g)
			far := squared(to.X-from.X, to.Y-from.Y)
			if c := (candidate{g, v.spoils(g, block, p.sale), far}); c.beats(best) {
				best = c
			}
		}
	}
	return best.seats()
}

// all returns every seat of the pool.
func (v *Inventory) all(p *pool) []int32 {
	out := make([]int32, 0, v.count(p))
	for s := range int32(len(v.open)) {
		if p.takes(v, s) {
			out = append(out, s)
		}
	}
	return out
}

// ascending sorts seats and returns them.
func ascending(seats []int32) []int32 {
	slices.Sort(seats)
	return seats
}
