package seating

import (
	"slices"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
)

// checkOrphans refuses seats that would leave single seats behind when the same
// row offers a choice that would not.
//
// A single seat is a free seat on general sale with nobody's free seat beside it
// in its block: its neighbours are taken or absent. A house seat counts as taken,
// a free wheelchair space as free, and wheelchair spaces are never single. With
// OrphanLenient a seat at the end of its block is never single either. Seats that
// were single before do not count, and it does not matter whose the taken
// neighbours are.
//
// A choice is as many seats of the row, from the categories asked for, in no more
// groups of neighbours. Where every such choice leaves single seats, the request
// is granted. Requests with a wheelchair space are always granted.
func (v *Inventory) checkOrphans(seats []int32, on sale) error {
	if v.rules.Orphans == OrphanOff || !v.strandsAny(seats, on) {
		return nil
	}
	if slices.ContainsFunc(seats, func(s int32) bool { return v.lay.class[s] == wheelchair }) {
		return nil
	}
	var refused OrphanError
	for len(seats) > 0 {
		row := v.plan.Rows[v.plan.Seats[seats[0]].Row]
		n := 1
		for n < len(seats) && seats[n] < row.Seats.End {
			n++
		}
		v.judgeRow(row, seats[:n], on, &refused)
		seats = seats[n:]
	}
	if refused.Stranded != nil {
		return &refused
	}
	return nil
}

// strandsAny reports whether taking the seats would leave a single seat.
func (v *Inventory) strandsAny(seats []int32, on sale) bool {
	for _, s := range seats {
		v.open[s] = false
	}
	found := slices.ContainsFunc(seats, func(s int32) bool {
		return v.single(s-1, s, on) || v.single(s+1, s, on)
	})
	for _, s := range seats {
		v.open[s] = true
	}
	return found
}

// stranded returns the seats that would become single if seats were taken.
func (v *Inventory) stranded(seats []int32, on sale) []int32 {
	for _, s := range seats {
		v.open[s] = false
	}
	var out []int32
	for _, s := range seats {
		if n := len(out); v.single(s-1, s, on) && (n == 0 || out[n-1] != s-1) {
			out = append(out, s-1)
		}
		if v.single(s+1, s, on) {
			out = append(out, s+1)
		}
	}
	for _, s := range seats {
		v.open[s] = true
	}
	return out
}

// single reports whether s, a neighbour of the seat beside unless an aisle
// divides them, is a single seat.
func (v *Inventory) single(s, beside int32, on sale) bool {
	b := v.plan.Blocks[v.plan.Seats[beside].Block]
	if s < b.First || s >= b.End || !v.open[s] || !v.countsAsSingle(s, on) {
		return false
	}
	if v.rules.Orphans == OrphanLenient && (s == b.First || s == b.End-1) {
		return false
	}
	company := s > b.First && v.standing(s-1) || s+1 < b.End && v.standing(s+1)
	return !company
}

// countsAsSingle reports whether the rule protects seats like s at all.
func (v *Inventory) countsAsSingle(s int32, on sale) bool {
	c := v.lay.class[s]
	return c != wheelchair && on.has(c)
}

// standing reports whether s is free for somebody, so that its neighbours are not
// alone.
func (v *Inventory) standing(s int32) bool { return v.open[s] && v.lay.class[s] != house }

// judgeRow adds what is wrong with the seats of one row to refused.
func (v *Inventory) judgeRow(row seatmap.PlanRow, seats []int32, on sale, refused *OrphanError) {
	choice := seats
	if left := v.stranded(seats, on); left != nil {
		if other := v.alternative(row, seats, on); other != nil {
			choice = other
			refused.Stranded = append(refused.Stranded, left...)
		}
	}
	refused.Alternative = append(refused.Alternative, choice...)
}

// maxAlternative bounds the work of a search for an alternative, in steps: a row
// of 500 seats and a hold of 200 of them. Beyond it a request is granted.
const maxAlternative = 100_000

// alternative returns as many seats of the row in no more groups that leave no
// single seat, the nearest to those given; nil when there are none.
func (v *Inventory) alternative(row seatmap.PlanRow, seats []int32, on sale) []int32 {
	if row.Seats.Len()*(len(seats)+1) > maxAlternative {
		return nil
	}
	p := v.poolOf(seats, on)
	s := newRowSearch(row.Seats, len(seats))
	s.centre = seats[0] + seats[len(seats)-1]
	for _, block := range v.plan.Blocks[row.Blocks.First:row.Blocks.End] {
		for i := block.First; i < block.End; i++ {
			s.step(i, v.rowSeat(i, block, &p))
		}
		s.endBlock()
	}
	return s.choice(v.groups(seats))
}

// rowSeat says what a search may do with seat i of the block.
func (v *Inventory) rowSeat(i int32, block seatmap.Span, p *pool) rowSeat {
	if !v.standing(i) {
		return rowSeat{}
	}
	spared := v.rules.Orphans == OrphanLenient && (i == block.First || i == block.End-1)
	return rowSeat{free: true, choosable: p.takes(v, i), protected: !spared && v.countsAsSingle(i, p.sale)}
}

// groups is the number of runs of neighbouring seats.
func (v *Inventory) groups(seats []int32) int {
	n := 1
	for i := 1; i < len(seats); i++ {
		if seats[i] != seats[i-1]+1 || v.plan.Seats[seats[i]].Block != v.plan.Seats[seats[i-1]].Block {
			n++
		}
	}
	return n
}
