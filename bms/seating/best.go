package seating

import (
	"fmt"
	"iter"
	"slices"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// pool is a set of seats to choose from.
type pool struct {
	cats [2]uint64 // a bit for each category of the plan
	sale sale
}

func (p *pool) add(category uint8) { p.cats[category/64] |= 1 << (category % 64) }

func (p *pool) has(category uint8) bool { return p.cats[category/64]>>(category%64)&1 == 1 }

// takes reports whether seat s is in the pool and can be had.
func (p *pool) takes(v *Inventory, s int32) bool {
	return v.open[s] && p.sale.has(v.lay.class[s]) && p.has(v.lay.cat[s])
}

// poolOf is the pool of the categories of the seats.
func (v *Inventory) poolOf(seats []int32, on sale) pool {
	p := pool{sale: on}
	for _, s := range seats {
		p.add(v.lay.cat[s])
	}
	return p
}

// count is how many seats of the pool can be had.
func (v *Inventory) count(p *pool) int {
	n := 0
	for cat := range v.catOpen {
		for c := range class(classes) {
			if p.has(uint8(cat)) && p.sale.has(c) {
				n += int(v.catOpen[cat][c])
			}
		}
	}
	return n
}

// hasRoom reports whether block b may have n seats of the pool.
func (v *Inventory) hasRoom(b int32, p *pool, n int) bool {
	open := v.blockOpen[b][0]
	if p.sale == saleReleased {
		open += v.blockOpen[b][1]
	}
	return int(open) >= n
}

// group is a run of neighbouring seats [first, end) with the sum of their costs.
// The zero group is none.
type group struct {
	first, end int32
	cost       int64
}

// better reports whether g should be taken rather than o.
func (g group) better(o group) bool {
	return o.end == 0 || g.cost < o.cost || g.cost == o.cost && g.first < o.first
}

// candidate is a group that is wanted near a place.
type candidate struct {
	group
	spoils bool    // leaves a single seat
	far    float64 // squared distance from that place
}

// beats reports whether c should be taken rather than o: leaving no single seat
// comes first, then being near.
func (c candidate) beats(o candidate) bool {
	switch {
	case o.end == 0:
		return true
	case c.spoils != o.spoils:
		return o.spoils
	case c.far != o.far:
		return c.far < o.far
	default:
		return c.better(o.group)
	}
}

// seats returns the numbers of the seats, nil for none.
func (g group) seats() []int32 {
	var out []int32
	for s := g.first; s < g.end; s++ {
		out = append(out, s)
	}
	return out
}

// checkBest checks a request for best available seats.
func (v *Inventory) checkBest(r *HoldRequest) *fault.Error {
	b := r.Best
	switch {
	case b.N < 1 || b.N > maxPlaces:
		return fault.Invalidf("n", "must be between 1 and %d", maxPlaces)
	case b.Wheelchairs < 0 || b.Companions < 0:
		return fault.Invalidf("wheelchairs", "wheelchairs and companions must be 0 or more")
	case b.Wheelchairs > b.N || b.Companions > b.N-b.Wheelchairs:
		return fault.Invalidf("wheelchairs", "wheelchairs and companions are part of the %d people", b.N)
	case b.Wheelchairs > 0 && !r.Accessible:
		return fault.Invalidf("wheelchairs", "wheelchair spaces are for parties with a wheelchair: set accessible")
	case b.Companions > b.Wheelchairs*v.rules.CompanionsPerWheelchair:
		return fault.Invalidf("companions", "at most %d for each wheelchair", v.rules.CompanionsPerWheelchair)
	}
	for i, key := range b.Categories {
		switch {
		case v.category(key) < 0:
			return fault.Invalidf(fmt.Sprintf("categories[%d]", i), "the hall has no category %q", key)
		case slices.Contains(b.Categories[:i], key):
			return fault.Invalidf(fmt.Sprintf("categories[%d]", i), "%q is named twice", key)
		}
	}
	return nil
}

// category returns the index of the category with the key, -1 when there is none.
func (v *Inventory) category(key string) int {
	return slices.IndexFunc(v.plan.Categories, func(c seatmap.Category) bool { return c.Key == key })
}

// best returns the best seats for the party, ascending.
func (v *Inventory) best(b *Best, on sale) ([]int32, error) {
	if b.Wheelchairs > 0 {
		return v.bestAccessible(b)
	}
	pools := v.pools(b, on)
	seats := v.together(pools, b.N)
	if seats == nil && (b.Stacked || b.Scattered) {
		seats = v.firstOf(pools, b.N, v.stacked)
	}
	if seats == nil && b.Scattered {
		seats = v.firstOf(pools, b.N, v.scattered)
	}
	if seats == nil {
		return nil, &ShortError{Free: v.count(&pools[len(pools)-1]), Want: b.N}
	}
	return seats, nil
}

// pools returns the pools to try, in order: each wanted category, all of them
// together, and then, once they are released, the same with the accessible
// places. The last one contains all others.
func (v *Inventory) pools(b *Best, on sale) []pool {
	var all pool
	var out []pool
	for cat, c := range v.plan.Categories {
		wanted := len(b.Categories) == 0 || slices.Contains(b.Categories, c.Key)
		if wanted && !slices.Contains(b.Except, c.Key) {
			all.add(uint8(cat))
		}
	}
	if len(b.Categories) > 1 {
		for _, key := range b.Categories {
			if slices.Contains(b.Except, key) {
				continue
			}
			var one pool
			one.add(uint8(v.category(key)))
			out = append(out, one)
		}
	}
	out = append(out, all)
	for i := range out {
		out[i].sale = saleUsual
	}
	if on == saleReleased {
		for _, p := range slices.Clip(out) {
			p.sale = saleReleased
			out = append(out, p)
		}
	}
	return out
}

// firstOf returns what find makes of the first pool with enough seats where it
// finds something.
func (v *Inventory) firstOf(pools []pool, n int, find func(*pool, int) []int32) []int32 {
	for i := range pools {
		if v.count(&pools[i]) < n {
			continue
		}
		if seats := find(&pools[i], n); seats != nil {
			return seats
		}
	}
	return nil
}

// together returns n seats side by side: of the first pool where they leave no
// single seat, else of the first pool that has them at all, else nil.
func (v *Inventory) together(pools []pool, n int) []int32 {
	var spoiling group
	for i := range pools {
		if v.count(&pools[i]) < n {
			continue
		}
		clean, other := v.sideBySide(&pools[i], n)
		if clean.end > 0 {
			return clean.seats()
		}
		if spoiling.end == 0 {
			spoiling = other
		}
	}
	return spoiling.seats()
}

// sideBySide returns the best n seats side by side that leave no single seat and
// then, when there are none such, the best that leave some.
func (v *Inventory) sideBySide(p *pool, n int) (group, group) {
	var clean, spoiling group
	for _, b := range v.lay.nearest {
		if clean.end > 0 && int64(n)*v.lay.blockMin[b] > clean.cost {
			break // and so are all blocks that follow
		}
		if !v.hasRoom(b, p, n) {
			continue
		}
		block := v.plan.Blocks[b]
		for g := range v.runs(block, p, n) {
			switch {
			case !g.better(clean):
			case !v.spoils(g, block, p.sale):
				clean = g
			case g.better(spoiling):
				spoiling = g
			}
		}
	}
	return clean, spoiling
}

// runs yields every n neighbouring seats of the block that are in the pool, from
// left to right.
func (v *Inventory) runs(block seatmap.Span, p *pool, n int) iter.Seq[group] {
	return func(yield func(group) bool) {
		g := group{first: block.First}
		for s := block.First; s < block.End; s++ {
			if !p.takes(v, s) {
				g = group{first: s + 1}
				continue
			}
			g.cost += v.lay.cost[s]
			g.end = s + 1
			if int(g.end-g.first) > n {
				g.cost -= v.lay.cost[g.first]
				g.first++
			}
			if int(g.end-g.first) == n && !yield(g) {
				return
			}
		}
	}
}

// spoils reports whether taking g leaves a single seat beside it. The choice is
// ours, so we avoid that where buyers are free to do it, too: with OrphanOff a
// single seat is what OrphanStrict says.
func (v *Inventory) spoils(g group, block seatmap.Span, on sale) bool {
	return v.strands(g.first-1, -1, block, on) || v.strands(g.end, +1, block, on)
}

// strands reports whether s becomes single when its neighbour against the given
// direction is taken.
func (v *Inventory) strands(s, direction int32, block seatmap.Span, on sale) bool {
	if s < block.First || s >= block.End || !v.open[s] || !v.countsAsSingle(s, on) {
		return false
	}
	beyond := s + direction
	if beyond < block.First || beyond >= block.End {
		return v.rules.Orphans != OrphanLenient
	}
	return !v.standing(beyond)
}
