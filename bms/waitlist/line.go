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

// Serve goes through a whole line, sorted by number, as Walk.On does.
func Serve(line []Entry, give func(*Entry) (Answer, error)) (passed []int, err error) {
	w := Walk{Line: line}
	return w.On(give)
}

// Walk goes through a line from front to back, at once or part by part, as it is read. The zero Walk stands in front of it.
type Walk struct {
	// Line is what has been read of it, sorted by number. To walk on, append what comes next.
	Line []Entry

	at     int    // how many of Line have been tried
	before []int  // who of them waits still
	full   []Wish // of them who were passed over MaxPassed times, each once
}

// On goes on to the end of Line and has give try each entry that waits and may be served: nobody before it competes with it who
// was passed over MaxPassed times. give keeps the places and changes its entry with Offering, or leaves all as it is. On counts the
// entries that were passed over, in all of Line, and returns the indexes of those that it changed so, ascending. It stops at the
// first error of give.
func (w *Walk) On(give func(*Entry) (Answer, error)) (passed []int, err error) {
	for ; w.at < len(w.Line); w.at++ {
		e := &w.Line[w.at]
		if e.State != Waiting {
			continue
		}
		answer := NoRoom
		if !w.heldBack(e.Wish) {
			if answer, err = give(e); err != nil {
				return passed, err
			}
		}
		switch answer {
		case Given:
			passed = append(passed, w.pass(e.Wish)...)
		case NoRoom:
			w.before = append(w.before, w.at)
			w.note(e)
		case Never:
		}
	}
	slices.Sort(passed)
	return slices.Compact(passed), nil
}

// heldBack reports whether a wish has to wait for somebody in front.
func (w *Walk) heldBack(wish Wish) bool { return slices.ContainsFunc(w.full, wish.Competes) }

// pass counts an offer against those in front who compete with it.
func (w *Walk) pass(wish Wish) []int {
	var passed []int
	for _, i := range w.before {
		if e := &w.Line[i]; e.Wish.Competes(wish) {
			e.Passed++
			w.note(e)
			passed = append(passed, i)
		}
	}
	return passed
}

// note remembers whom others have to wait for.
func (w *Walk) note(e *Entry) {
	if e.Passed >= MaxPassed && !slices.Contains(w.full, e.Wish) {
		w.full = append(w.full, e.Wish)
	}
}
