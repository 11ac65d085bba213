package seatmap

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// MaxProblems is how many problems of a map a MapError lists; a map with more is
// most often wrong in one way many times.
const MaxProblems = 20

// MapError says everything that is wrong with a map. It wraps its problems, so
// fault.Of returns the first and fault.CodeOf is fault.Invalid.
type MapError struct {
	Problems []*fault.Error // in the order of the map, at least one, at most MaxProblems
	More     int            // how many further problems were found and left out
}

// Error returns the problems, one a line.
func (e *MapError) Error() string {
	lines := make([]string, len(e.Problems), len(e.Problems)+1)
	for i, p := range e.Problems {
		lines[i] = p.Error()
	}
	if e.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", e.More))
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the problems as errors.
func (e *MapError) Unwrap() []error {
	list := make([]error, len(e.Problems))
	for i, p := range e.Problems {
		list[i] = p
	}
	return list
}

// In returns a copy of e whose problems are inside the named outer field.
func (e *MapError) In(outer string) *MapError {
	inner := &MapError{Problems: make([]*fault.Error, len(e.Problems)), More: e.More}
	for i, p := range e.Problems {
		inner.Problems[i] = p.In(outer)
	}
	return inner
}

// problems gathers what a check finds.
type problems struct {
	list []*fault.Error
	more int
}

// add records a problem with the thing at the given path of the map.
func (p *problems) add(field, format string, args ...any) {
	if len(p.list) == MaxProblems {
		p.more++
		return
	}
	p.list = append(p.list, fault.Invalidf(field, format, args...))
}

// err returns the *MapError of what was found, nil when that is nothing.
func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	return &MapError{Problems: p.list, More: p.more}
}

// place is a section, row or seat of a map. It knows the path to itself and what
// people call it; both are made only when there is a problem to report.
type place struct {
	m                  *Map
	section, row, seat int // -1 for a place further out
}

// path is the place in the JSON of the map, such as
// "sections[1].rows[3].seats[7].label".
func (p place) path(field string) string {
	path := index("sections", p.section)
	if p.row >= 0 {
		path += "." + index("rows", p.row)
	}
	if p.seat >= 0 {
		path += "." + index("seats", p.seat)
	}
	return path + "." + field
}

// String is the place in words, such as "Stalls row C seat 7".
func (p place) String() string {
	s := &p.m.Sections[p.section]
	out := spoken("section", p.section, s.Name)
	if s.Name != "" {
		out = clip(s.Name)
	}
	if p.row >= 0 {
		out += " " + spoken("row", p.row, s.Rows[p.row].Label)
	}
	if p.seat >= 0 {
		out += " " + spoken("seat", p.seat, s.Rows[p.row].Seats[p.seat].Label)
	}
	return out
}

// spoken names a thing by its label, or by its position when it has none.
func spoken(what string, i int, label string) string {
	if label == "" {
		return fmt.Sprintf("%s number %d", what, i+1)
	}
	return what + " " + clip(label)
}

// clip makes text from a bad map fit to be shown in a sentence.
func clip(s string) string {
	const most = 40
	s = strings.ToValidUTF8(s, "\uFFFD")
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	if quoted := strconv.Quote(s); strings.Contains(quoted, `\`) {
		return quoted
	}
	return s
}

func index(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }
