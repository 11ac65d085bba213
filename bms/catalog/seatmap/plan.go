package seatmap

import "slices"

// Plan is a checked Map in the form that rules work on. Seats are numbered from
// 0 in the order of sections, rows and seats of the Map; the number is a seat's
// identity within a stored version of the map. A Plan is immutable and safe for
// concurrent use.
type Plan struct {
	Name       string
	Categories []Category
	Sections   []PlanSection
	Rows       []PlanRow
	Blocks     []Span // maximal runs of neighbouring seats, in seat order; every seat is in exactly one
	Seats      []PlanSeat
	Areas      []Area
	Drawings   []Drawing
	Background *Background // nil means none
	Focus      []Point     // one per category

	byName map[string]int32
	areas  map[string]int
}

// PlanSection is a section and the rows it spans in Plan.Rows.
type PlanSection struct {
	Key, Name string
	Rows      Span
	View      *View // nil means that nothing is said
}

// PlanRow is a row and the seats it spans in Plan.Seats.
type PlanRow struct {
	Label   string
	View    *View // nil means that of the section
	Section int32
	Seats   Span
	Blocks  Span // the blocks it spans in Plan.Blocks
}

// Span is the half-open range [First, End) of a slice of the Plan.
type Span struct{ First, End int32 }

// Len is the number of elements in the span.
func (s Span) Len() int { return int(s.End - s.First) }

// PlanSeat is one seat of a Plan.
type PlanSeat struct {
	Name     string // unique in the plan: section key, row label and seat label joined by "-": "stalls-A-12"
	Label    string
	Section  int32 // index into Plan.Sections
	Row      int32 // index into Plan.Rows
	Block    int32 // index into Plan.Blocks
	Category int32 // index into Plan.Categories
	Kind     Kind
	X, Y     float64
}

// Seat returns the number of the seat with the given name.
func (p *Plan) Seat(name string) (int32, bool) {
	n, ok := p.byName[name]
	return n, ok
}

// Area returns the index of the area with the given key.
func (p *Plan) Area(key string) (int, bool) {
	n, ok := p.areas[key]
	return n, ok
}

// Placed reports whether a category has places that people can buy: one that no seat and no area is of has a price for nobody.
func (p *Plan) Placed(category string) bool {
	of := int32(p.category(category))
	return slices.ContainsFunc(p.Seats, func(s PlanSeat) bool { return s.Category == of && s.Kind != House }) ||
		slices.ContainsFunc(p.Areas, func(a Area) bool { return a.Category == category })
}

// Capacity is the number of seats and area places.
func (p *Plan) Capacity() int {
	n := len(p.Seats)
	for _, a := range p.Areas {
		n += a.Capacity
	}
	return n
}
