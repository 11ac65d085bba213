package seatmap

import (
	"math"
	"strconv"
)

// Arena returns an indoor arena of 1,000 to 30,000 seats, 0 meaning 10,000: a
// floor the size of an ice rink with tiers of up to 20 rows all around. See
// Stadium for the rest.
func Arena(o HallOptions) *Map {
	o = o.withDefaults("Arena", 10_000, 1_000, 30_000)
	return newBowl(o, bowl{halfWide: 56, halfDeep: 26, corner: 6, tierRows: 20})
}

// Stadium returns an open stadium of 10,000 to 100,000 seats, 0 meaning 60,000:
// a football pitch with tiers of up to 30 rows all around. Sections are numbered
// 101, 102 … in the lowest tier, 201 … above it; each is a block of rows 1, 2, 3
// that is straight along the sides and bent at the corners. Every third section
// of the lowest tier has wheelchair places with a companion beside each in row
// 1. The categories are "premium", "standard" and "value"; the centre of the
// pitch is the focus.
func Stadium(o HallOptions) *Map {
	o = o.withDefaults("Stadium", 60_000, 10_000, 100_000)
	return newBowl(o, bowl{halfWide: 112, halfDeep: 76, corner: 10, tierRows: 30})
}

// bowl is a rectangle of seats around a floor, with round corners. Its centre is
// the origin. Rows lie at growing distances outside the floor.
type bowl struct {
	halfWide, halfDeep float64 // of the floor without its corners' rounding
	corner             float64 // distance of the first row from the floor, the radius of its corners
	tierRows           int
	wedges             []wedge
}

const (
	bowlPitch  = 1.5  // between rows
	bowlAisle  = 2.0  // between sections
	bowlTier   = 4.0  // between tiers
	blockWidth = 24.0 // of a section along a side
)

// wedge is the room of one section in every tier. Along a side, seats run from a
// point in a direction; at a corner, they run around a centre between two angles.
type wedge struct {
	from      Point   // where the side starts, on the edge of the floor; the centre of a corner
	heading   float64 // direction of travel along a side; first outward angle of a corner
	length    float64 // of a side, 0 for a corner
	turn      float64 // angle of a corner, 0 for a side
	sideline  bool    // along the long sides, where one sees best
	lowNumber int     // 1 for the first section of a tier
}

// newBowl fills the sections of each tier row by row until all seats are placed.
func newBowl(o HallOptions, b bowl) *Map {
	b.layOut()
	m := &Map{
		Name: o.Name,
		Categories: []Category{
			{Key: "premium", Name: "Premium", Colour: "#8c2f39"},
			{Key: "standard", Name: "Standard", Colour: "#2f6690"},
			{Key: "value", Name: "Value", Colour: "#6b7280"},
		},
		Focus: &Point{},
	}
	left := o.Seats
	out := b.corner
	for tier := 1; left > 0; tier++ {
		var sections []Section
		sections, left = b.tier(tier, out, left)
		m.Sections = append(m.Sections, sections...)
		out += float64(b.tierRows)*bowlPitch + bowlTier
	}
	if o.Standing > 0 {
		m.addStanding(o.Standing, "standard", 0)
		x, y := b.halfWide*0.9, b.halfDeep*0.9
		m.Areas[0].Shape = []Point{{-x, -y}, {x, -y}, {x, y}, {-x, y}}
	}
	return m
}

// layOut makes the wedges, in the direction in which seats are counted: from the
// left as seen from the seats, so against the clock when y points down.
func (b *bowl) layOut() {
	corners := []Point{{b.halfWide, b.halfDeep}, {b.halfWide, -b.halfDeep}, {-b.halfWide, -b.halfDeep}, {-b.halfWide, b.halfDeep}}
	for i, end := range corners {
		start := corners[(i+3)%4]
		length := math.Hypot(end.X-start.X, end.Y-start.Y)
		heading := -float64(i) * math.Pi / 2
		b.addSide(start, heading, length, i%2 == 0)
		for half := range 2 {
			b.wedges = append(b.wedges, wedge{
				from: end, heading: heading + math.Pi/2 - float64(half)*math.Pi/4, turn: math.Pi / 4, lowNumber: len(b.wedges) + 1,
			})
		}
	}
}

func (b *bowl) addSide(start Point, heading, length float64, sideline bool) {
	sin, cos := math.Sincos(heading)
	blocks := math.Ceil(length / blockWidth)
	for i := range int(blocks) {
		along := length / blocks * float64(i)
		b.wedges = append(b.wedges, wedge{
			from: Point{start.X + along*cos, start.Y + along*sin}, heading: heading, length: length / blocks,
			sideline: sideline, lowNumber: len(b.wedges) + 1,
		})
	}
}

// tier fills one tier, whose first row is so far out, and returns its sections
// and how many seats are left to place.
func (b *bowl) tier(tier int, out float64, left int) ([]Section, int) {
	sections := make([]Section, len(b.wedges))
	for i, w := range b.wedges {
		number := strconv.Itoa(tier*100 + w.lowNumber)
		sections[i] = Section{Key: number, Name: "Section " + number}
	}
	for r := 0; r < b.tierRows && left > 0; r++ {
		for i, w := range b.wedges {
			seats := w.row(out+float64(r)*bowlPitch, w.category(tier), left)
			if len(seats) == 0 {
				break
			}
			if r == 0 && tier == 1 && i%3 == 0 {
				markWheelchairs(seats, 4)
			}
			sections[i].Rows = append(sections[i].Rows, Row{Label: strconv.Itoa(r + 1), Seats: seats})
			left -= len(seats)
		}
	}
	for i := range sections {
		if len(sections[i].Rows) == 0 {
			return sections[:i], left
		}
	}
	return sections, left
}

func (w wedge) category(tier int) string {
	switch {
	case tier == 1 && w.sideline:
		return "premium"
	case tier >= 3 || tier == 2 && !w.sideline:
		return "value"
	}
	return "standard"
}

// row makes the seats of a row so far out of the floor, at most limit of them.
func (w wedge) row(out float64, category string, limit int) []Seat {
	wide := w.length
	if w.turn > 0 {
		wide = w.turn * out
	}
	count := min(int(wide-bowlAisle), limit)
	seats := make([]Seat, max(count, 0))
	for i := range seats {
		along := wide/2 + float64(i) - float64(count-1)/2
		seats[i] = Seat{Label: strconv.Itoa(i + 1), Category: category}
		seats[i].X, seats[i].Y = w.point(along, out)
	}
	return seats
}

// point is the place so far along a row that is so far out.
func (w wedge) point(along, out float64) (float64, float64) {
	if w.turn > 0 {
		sin, cos := math.Sincos(w.heading - along/out)
		return thousandths(w.from.X + out*cos), thousandths(w.from.Y + out*sin)
	}
	sin, cos := math.Sincos(w.heading)
	return thousandths(w.from.X + along*cos - out*sin), thousandths(w.from.Y + along*sin + out*cos)
}
