package seating

import (
	"cmp"
	"iter"
	"slices"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
)

// scattered returns n seats of the pool, which has as many, in groups that are
// each as large as can be had, the best of that size first.
func (v *Inventory) scattered(p *pool, n int) []int32 {
	var out []int32
	take := func(g group) {
		for _, s := range g.seats() {
			v.closeSeat(s)
			out = append(out, s)
		}
	}
	for len(out) < n {
		clean, spoiling := v.sideBySide(p, n-len(out))
		switch {
		case clean.end > 0:
			take(clean)
		case spoiling.end > 0:
			take(spoiling)
		default:
			size := v.longest(p)
			for _, g := range v.cheapest(p, size, (n-len(out))/size) {
				take(g)
			}
		}
	}
	for _, s := range out {
		v.openSeat(s)
	}
	return ascending(out)
}

// longest is the number of seats in the longest run of the pool.
func (v *Inventory) longest(p *pool) int {
	size := 0
	for _, b := range v.lay.nearest {
		if !v.hasRoom(b, p, size+1) {
			continue
		}
		for g := range v.wholeRuns(v.plan.Blocks[b], p) {
			size = max(size, int(g.end-g.first))
		}
	}
	return size
}

// cheapest returns the best runs of exactly the given size that cannot be made
// longer, at most so many, the best first.
func (v *Inventory) cheapest(p *pool, size, most int) []group {
	var out []group
	for _, b := range v.lay.nearest {
		if len(out) == most && int64(size)*v.lay.blockMin[b] > out[most-1].cost {
			break // and so are all blocks that follow
		}
		if !v.hasRoom(b, p, size) {
			continue
		}
		for g := range v.wholeRuns(v.plan.Blocks[b], p) {
			if int(g.end-g.first) != size || len(out) == most && !g.better(out[most-1]) {
				continue
			}
			at, _ := slices.BinarySearchFunc(out, g, func(a, b group) int {
				return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.first, b.first))
			})
			out = slices.Insert(out, at, g)
			out = out[:min(len(out), most)]
		}
	}
	return out
}

// wholeRuns yields the runs of the pool in the block that cannot be made longer.
func (v *Inventory) wholeRuns(block seatmap.Span, p *pool) iter.Seq[group] {
	return func(yield func(group) bool) {
		g := group{first: block.First}
		for s := block.First; s <= block.End; s++ {
			switch {
			case s < block.End && p.takes(v, s):
				g.cost += v.lay.cost[s]
				g.end = s + 1
			case g.end > 0 && !yield(g):
				return
			default:
				g = group{first: s + 1}
			}
		}
	}
}
