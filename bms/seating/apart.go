package seating

import (
	"iter"
	"slices"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
)

// behind is how far the middles of two groups in adjacent rows may be apart, in
// map units, for one to sit behind the other.
const behind = 3.0

// stack is a party in adjacent rows, a group in each.
type stack struct {
	groups   []group
	spoiling bool // leaves a single seat somewhere
	cost     int64
}

// better reports whether s should be taken rather than o, which may be empty.
func (s *stack) better(o *stack) bool {
	switch {
	case len(o.groups) == 0:
		return true
	case s.spoiling != o.spoiling:
		return o.spoiling
	case s.cost != o.cost:
		return s.cost < o.cost
	default:
		return s.groups[0].first < o.groups[0].first
	}
}

// stacked returns n seats in groups behind each other, or nil. It takes as few
// rows as possible and groups as equal as possible, the larger ones all in front
// or all behind, none of one person unless the party has fewer than four. From
// each group the party goes on in the next row of the section with the group that
// leaves no single seat, if there is one, and then with the nearest; of all such
// stacks the one with the least cost wins, those that leave no single seat first.
func (v *Inventory) stacked(p *pool, n int) []int32 {
	longest := v.longest(p)
	for rows := 2; rows <= max(2, n/2); rows++ {
		sizes := split(n, rows)
		if sizes[0] > longest {
			continue
		}
		s := stackSearch{v: v, p: p}
		s.try(sizes)
		if n%rows != 0 {
			slices.Reverse(sizes)
			s.try(sizes)
		}
		if len(s.best.groups) > 0 {
			return s.best.seats()
		}
	}
	return nil
}

// split divides n into so many parts that differ by at most one, larger first.
func split(n, parts int) []int {
	sizes := make([]int, parts)
	for i := range sizes {
		sizes[i] = n / parts
		if i < n%parts {
			sizes[i]++
		}
	}
	return sizes
}

// seats returns the seats of the stack, ascending.
func (s *stack) seats() []int32 {
	var out []int32
	for _, g := range s.groups {
		out = append(out, g.seats()...)
	}
	slices.Sort(out)
	return out
}

// stackSearch finds the best stack of groups of given sizes.
type stackSearch struct {
	v     *Inventory
	p     *pool
	sizes []int
	best  stack
	cur   stack
}

// try looks at every place where groups of these sizes can start, the rows
// nearest to the focal point first.
func (s *stackSearch) try(sizes []int) {
	s.sizes = sizes
	for _, row := range s.v.lay.nearRows {
		if s.beaten(int64(sizes[0]) * s.v.lay.rowMin[row]) {
			return // and so are all rows that follow
		}
		section := s.v.plan.Sections[s.v.plan.Rows[row].Section]
		if int(row)+len(sizes) <= int(section.Rows.End) {
			s.tryRow(row)
		}
	}
}

// beaten reports whether no stack of at least the given cost can win.
func (s *stackSearch) beaten(cost int64) bool {
	return len(s.best.groups) > 0 && !s.best.spoiling && cost > s.best.cost
}

// tryRow looks at every stack that starts in the row, unless none can win.
func (s *stackSearch) tryRow(row int32) {
	behind := int64(0) // the least that the groups behind the first cost
	for i, size := range s.sizes {
		if !s.hasRoom(row+int32(i), size) {
			return
		}
		if i > 0 {
			behind += int64(size) * s.v.lay.rowMin[row+int32(i)]
		}
	}
	for b := range s.blocks(row, s.sizes[0]) {
		for g := range s.v.runs(s.v.plan.Blocks[b], s.p, s.sizes[0]) {
			if !s.beaten(g.cost + behind) {
				s.tryGroup(g, b, row)
			}
		}
	}
}

// tryGroup completes the stack that starts with g and keeps it if it is the best.
func (s *stackSearch) tryGroup(g group, block, row int32) {
	s.cur = stack{groups: append(s.cur.groups[:0], g), cost: g.cost, spoiling: s.v.spoils(g, s.v.plan.Blocks[block], s.p.sale)}
	for i := 1; i < len(s.sizes); i++ {
		next := s.follow(s.cur.groups[i-1], row+int32(i), s.sizes[i])
		if next.end == 0 {
			return
		}
		s.cur.groups = append(s.cur.groups, next.group)
		s.cur.cost += next.cost
		s.cur.spoiling = s.cur.spoiling || next.spoils
	}
	if s.cur.better(&s.best) {
		s.best, s.cur.groups = s.cur, s.best.groups
	}
}

// follow returns the group of the given size in the row that suits best behind
// g; it may be none.
func (s *stackSearch) follow(g group, row int32, size int) candidate {
	var best candidate
	from := s.v.middle(g)
	for b := range s.blocks(row, size) {
		if s.v.lay.box[b].far(from) > behind*behind {
			continue
		}
		block := s.v.plan.Blocks[b]
		for next := range s.v.runs(block, s.p, size) {
			to := s.v.middle(next)
			far := squared(to.X-from.X, to.Y-from.Y)
			if far > behind*behind {
				continue
			}
			if c := (candidate{next, s.v.spoils(next, block, s.p.sale), far}); c.beats(best) {
				best = c
			}
		}
	}
	return best
}

// middle is half way between the outer seats of a group.
func (v *Inventory) middle(g group) seatmap.Point {
	a, b := &v.plan.Seats[g.first], &v.plan.Seats[g.end-1]
	return seatmap.Point{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2}
}

// blocks yields the blocks of the row that may have a group of the given size.
func (s *stackSearch) blocks(row int32, size int) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		blocks := s.v.plan.Rows[row].Blocks
		for b := blocks.First; b < blocks.End; b++ {
			if s.v.hasRoom(b, s.p, size) && !yield(b) {
				return
			}
		}
	}
}

// hasRoom reports whether a block of the row may have a group of the given size.
func (s *stackSearch) hasRoom(row int32, size int) bool {
	for range s.blocks(row, size) {
		return true
	}
	return false
}
