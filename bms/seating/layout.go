package seating

import (
	"cmp"
	"math"
	"slices"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
)

// class says who may have a seat.
type class uint8

const (
	general    class = iota // anybody
	wheelchair              // parties with a wheelchair, until such places are released
	companion               // who accompanies them, until such places are released
	house                   // nobody
)

// classes is how many there are.
const classes = 4

func classOf(k seatmap.Kind) class {
	switch k {
	case seatmap.Standard, seatmap.Recliner:
		return general
	case seatmap.Wheelchair:
		return wheelchair
	case seatmap.Companion:
		return companion
	case seatmap.House:
		return house
	}
	return house
}

// costScale turns squared map units into whole numbers, so that sums are exact
// and ties are ties: 1/256 of a squared unit is finer than a sixteenth of a
// seat's width. With coordinates up to seatmap.MaxCoordinate the cost of the
// largest hold stays under 2^61.
const costScale = 256

// layout is what the rules look up in a plan, seat by seat, in compact form.
type layout struct {
	class []class
	cat   []uint8 // index into Plan.Categories; seatmap.MaxCategories is 100
	cost  []int64 // squared distance from the focal point of the seat's category, times costScale

	blockMin []int64 // least cost of a seat in the block, house seats apart
	rowMin   []int64 // likewise in the row
	nearest  []int32 // blocks by blockMin, then by number; blocks of house seats alone are left out
	nearRows []int32 // rows likewise by rowMin
	box      []box   // by block

	wheelchairs, companions []int32 // their seats, ascending
}

func newLayout(p *seatmap.Plan) layout {
	l := layout{
		class:    make([]class, len(p.Seats)),
		cat:      make([]uint8, len(p.Seats)),
		cost:     make([]int64, len(p.Seats)),
		blockMin: filled(len(p.Blocks), math.MaxInt64),
		rowMin:   filled(len(p.Rows), math.MaxInt64),
	}
	for i := range p.Seats {
		l.addSeat(int32(i), &p.Seats[i], p.Focus[p.Seats[i].Category])
	}
	l.nearest, l.nearRows = nearestFirst(l.blockMin), nearestFirst(l.rowMin)
	l.box = make([]box, len(p.Blocks))
	for b := range p.Blocks {
		l.box[b] = boxOf(p, p.Blocks[b])
	}
	return l
}

// nearestFirst returns the indexes of what has a cost, the least first.
func nearestFirst(costs []int64) []int32 {
	out := make([]int32, 0, len(costs))
	for i, c := range costs {
		if c != math.MaxInt64 {
			out = append(out, int32(i))
		}
	}
	slices.SortFunc(out, func(a, b int32) int {
		return cmp.Or(cmp.Compare(costs[a], costs[b]), cmp.Compare(a, b))
	})
	return out
}

// box is the smallest box around the seats of a block.
type box struct{ low, high seatmap.Point }

func boxOf(p *seatmap.Plan, block seatmap.Span) box {
	first := &p.Seats[block.First]
	b := box{seatmap.Point{X: first.X, Y: first.Y}, seatmap.Point{X: first.X, Y: first.Y}}
	for i := block.First + 1; i < block.End; i++ {
		s := &p.Seats[i]
		b.low = seatmap.Point{X: min(b.low.X, s.X), Y: min(b.low.Y, s.Y)}
		b.high = seatmap.Point{X: max(b.high.X, s.X), Y: max(b.high.Y, s.Y)}
	}
	return b
}

// far is the square of the distance from the box, 0 inside it.
func (b box) far(p seatmap.Point) float64 {
	return squared(max(b.low.X-p.X, 0, p.X-b.high.X), max(b.low.Y-p.Y, 0, p.Y-b.high.Y))
}

func (l *layout) addSeat(n int32, s *seatmap.PlanSeat, focus seatmap.Point) {
	l.class[n] = classOf(s.Kind)
	l.cat[n] = uint8(s.Category)
	l.cost[n] = int64(math.Round(costScale * squared(s.X-focus.X, s.Y-focus.Y)))
	switch l.class[n] {
	case wheelchair:
		l.wheelchairs = append(l.wheelchairs, n)
	case companion:
		l.companions = append(l.companions, n)
	case house:
		return
	case general:
	}
	l.blockMin[s.Block] = min(l.blockMin[s.Block], l.cost[n])
	l.rowMin[s.Row] = min(l.rowMin[s.Row], l.cost[n])
}

func filled(n int, v int64) []int64 {
	return slices.Repeat([]int64{v}, n)
}

// squared is the square of the length of (x, y).
func squared(x, y float64) float64 { return x*x + y*y }
