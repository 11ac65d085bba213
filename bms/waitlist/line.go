package waitlist

import "slices"

// MaxPassed is how many offers may be made past an entry that does not fit, to others who compete with it.
const MaxPassed = 3

// Answer is what came of trying to give an entry its places.
type Answer string

// The answers.
const (
	Given  Answer = "given"   // the places are kept for it
	NoRoom Answer = "no_room" // they are not free now
	Never  Answer = "never"   // no such places can ever be free: nobody need wait for it
)

// Valid reports whether a is one of the answers.
func (a Answer) Valid() bool {
	switch a {
	case Given, NoRoom, Never:
		return true
	}
	return false
}

// Serve goes through a line, sorted by number, from front to back and has give try each entry that waits and
// may be served: nobody before it competes with it who was passed over MaxPassed times. give keeps the places and
// changes its entry with Offering, or leaves all as it is. Serve counts the entries that were passed over, and returns the
// indexes of those that it changed so, ascending. It stops at the first error of give.
func Serve(line []Entry, give func(*Entry) (Answer, error)) (passed []int, err error) {
	var before []int // who waits still, of those in front
	for i := range line {
		e := &line[i]
		if e.State != Waiting {
			continue
		}
		answer := NoRoom
		if !heldBack(line, before, e.Wish) {
			if answer, err = give(e); err != nil {
				return passed, err
			}
		}
		switch answer {
		case Given:
			passed = append(passed, pass(line, before, e.Wish)...)
		case NoRoom:
			before = append(before, i)
		case Never:
		}
	}
	slices.Sort(passed)
	return slices.Compact(passed), nil
}

// heldBack reports whether a wish has to wait for somebody in front.
func heldBack(line []Entry, before []int, w Wish) bool {
	return slices.ContainsFunc(before, func(i int) bool { return line[i].Passed >= MaxPassed && line[i].Wish.Competes(w) })
}

// pass counts an offer against those in front who compete with it.
func pass(line []Entry, before []int, w Wish) []int {
	var passed []int
	for _, i := range before {
		if line[i].Wish.Competes(w) {
			line[i].Passed++
			passed = append(passed, i)
		}
	}
	return passed
}
