package seating

import (
	"math"
	"slices"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
)

// rowSeat is a seat as a rowSearch sees it.
type rowSeat struct {
	free      bool // somebody can have it, so it keeps its neighbours company
	choosable bool // this buyer can have it
	protected bool // it must not be left single
}

// The states of a rowSearch after a seat: what the next seat has to know of it.
const (
	walled      = iota // taken by others, or there is none
	chosen             // taken by this choice
	safe               // free, and not single whatever comes next
	afterChosen        // free and protected, right of a chosen seat: the next one must be free
	afterWall          // free and protected, right of a wall: the next one must not be chosen
	rowStates
)

// rowCost is how good a choice is: fewer groups first, then nearer seats.
type rowCost struct {
	groups int32
	far    int64 // sum of twice the distances from the wanted centre, in seats
}

var impossible = rowCost{groups: math.MaxInt32}

func (c rowCost) less(o rowCost) bool {
	return c.groups < o.groups || c.groups == o.groups && c.far < o.far
}

// rowSearch finds the best choice of a number of seats in a row that leaves no
// single seat, by dynamic programming from left to right: for every number of
// seats chosen so far and every state, the best way to get there.
type rowSearch struct {
	want   int
	centre int32 // sum of the outer seats wanted: twice the number of the middle one
	at     [][rowStates]rowCost
	next   [][rowStates]rowCost
	steps  []rowStep
}

// rowStep remembers, for every number of seats and state, the state before.
type rowStep struct {
	seat int32 // -1 for the end of a block
	from [][rowStates]uint8
}

func newRowSearch(row seatmap.Span, want int) *rowSearch {
	s := &rowSearch{
		want:  want,
		at:    make([][rowStates]rowCost, want+1),
		next:  make([][rowStates]rowCost, want+1),
		steps: make([]rowStep, 0, 2*row.Len()),
	}
	s.reset(s.at)
	s.at[0][walled] = rowCost{}
	return s
}

func (s *rowSearch) reset(costs [][rowStates]rowCost) {
	for n := range costs {
		for state := range costs[n] {
			costs[n][state] = impossible
		}
	}
}

// step goes on to seat i.
func (s *rowSearch) step(i int32, seat rowSeat) {
	s.reset(s.next)
	s.steps = append(s.steps, rowStep{seat: i, from: make([][rowStates]uint8, s.want+1)})
	for n := range s.at {
		for state, cost := range s.at[n] {
			if cost != impossible {
				s.advance(n, state, seat)
			}
		}
	}
	s.at, s.next = s.next, s.at
}

// advance tries what may become of the seat after n chosen ones and a state.
func (s *rowSearch) advance(n, state int, seat rowSeat) {
	switch {
	case !seat.free && state != afterChosen:
		s.relax(n, walled, state, s.at[n][state])
	case seat.free:
		s.relax(n, left(state, seat), state, s.at[n][state])
	}
	if !seat.choosable || n == s.want || state == afterChosen || state == afterWall {
		return
	}
	cost := s.at[n][state]
	if state != chosen {
		cost.groups++
	}
	cost.far += int64(max(2*s.seat()-s.centre, s.centre-2*s.seat()))
	s.relax(n+1, chosen, state, cost)
}

// left is the state of a free seat that is not chosen.
func left(before int, seat rowSeat) int {
	switch {
	case !seat.protected:
		return safe
	case before == walled:
		return afterWall
	case before == chosen:
		return afterChosen
	default:
		return safe
	}
}

// seat is the seat of the step that is being made.
func (s *rowSearch) seat() int32 { return s.steps[len(s.steps)-1].seat }

// relax takes a way to n chosen seats and a state when it is the best so far.
func (s *rowSearch) relax(n, to, from int, cost rowCost) {
	if cost.less(s.next[n][to]) {
		s.next[n][to] = cost
		s.steps[len(s.steps)-1].from[n][to] = uint8(from)
	}
}

// endBlock goes past an aisle or the end of the row.
func (s *rowSearch) endBlock() { s.step(-1, rowSeat{}) }

// choice returns the best choice in at most so many groups, ascending, or nil.
func (s *rowSearch) choice(maxGroups int) []int32 {
	if int(s.at[s.want][walled].groups) > maxGroups {
		return nil
	}
	out := make([]int32, 0, s.want)
	state := walled
	for _, step := range slices.Backward(s.steps) {
		before := int(step.from[s.want-len(out)][state])
		if state == chosen {
			out = append(out, step.seat)
		}
		state = before
	}
	slices.Reverse(out)
	return out
}
