// Package seatmap describes the places of a hall: sections, rows, seats and
// standing areas. A Map is what people write and store; Compile checks it and
// makes the immutable Plan that judging, pricing and drawing work on.
//
// Three ways lead to a Map: the native JSON (ParseJSON), a text grid that can
// be written by hand (ParseGrid) and the public pretix seating-plan JSON
// (ParsePretix). All three refuse a bad map with a fault that names the place.
package seatmap

// Kind says what sort of seat it is.
type Kind string

// The kinds of seats.
const (
	Standard   Kind = "standard"
	Recliner   Kind = "recliner"
	Wheelchair Kind = "wheelchair" // an open space or removable seat
	Companion  Kind = "companion"  // beside a wheelchair space, for who accompanies
	House      Kind = "house"      // never on general sale
)

// Valid reports whether k is one of the kinds.
func (k Kind) Valid() bool {
	switch k {
	case Standard, Recliner, Wheelchair, Companion, House:
		return true
	}
	return false
}

// Point is a position in map units: x to the right, y away from the stage or
// screen, one unit being about the width of a seat.
type Point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// Map is the native description of a hall.
type Map struct {
	Name       string     `json:"name"`
	Categories []Category `json:"categories"`
	Sections   []Section  `json:"sections,omitempty"`
	Areas      []Area     `json:"areas,omitempty"`

	// Drawings are what is not sold and helps to find one's way: the stage, the
	// screen, bars, doors.
	Drawings []Drawing `json:"drawings,omitempty"`

	// Background is a picture below all of it. Nil means none.
	Background *Background `json:"background,omitempty"`

	// Focus is the point that best-available seats should be near, for categories without their own.
	// Nil means two thirds back on the centre line of all seats.
	Focus *Point `json:"focus,omitempty"`
}

// Category is a price class of seats.
type Category struct {
	Key    string `json:"key"` // lower-case letters, digits, - and _
	Name   string `json:"name"`
	Colour string `json:"colour,omitempty"` // "#rrggbb"; empty lets the page choose
	Focus  *Point `json:"focus,omitempty"`
}

// Section is a named block of rows: "Stalls", "Balcony left".
type Section struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	View *View  `json:"view,omitempty"` // from its rows that have none of their own; nil says nothing
	Rows []Row  `json:"rows"`
}

// Row is seats side by side, from left to right as seen from the seats.
type Row struct {
	Label string `json:"label"`
	View  *View  `json:"view,omitempty"` // nil means that of the section
	Seats []Seat `json:"seats"`
}

// Seat is one place to sit.
type Seat struct {
	Label    string  `json:"label"` // as printed on the seat: "12"
	X        float64 `json:"x"`
	Y        float64 `json:"y"`
	Category string  `json:"category"`
	Kind     Kind    `json:"kind,omitempty"` // empty means Standard

	// AisleAfter says that an aisle or a wall separates this seat from the next
	// one of the row, so the two are not neighbours.
	AisleAfter bool `json:"aisle_after,omitempty"`
}

// Area is standing or unnumbered room: a capacity, not seats.
type Area struct {
	Key      string  `json:"key"`
	Name     string  `json:"name"`
	Category string  `json:"category"`
	Capacity int     `json:"capacity"`
	Shape    []Point `json:"shape,omitempty"` // outline for drawing; empty means a box made by the page
}

// Drawing is something to draw beside the seats.
type Drawing struct {
	Text   string  `json:"text,omitempty"`   // what to write on it, at its middle
	Colour string  `json:"colour,omitempty"` // "#rrggbb"; empty lets the page choose
	Shape  []Point `json:"shape"`            // outline; a single point for text alone
}
