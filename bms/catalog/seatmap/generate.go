package seatmap

import (
	"fmt"
	"math"
)

// HallOptions says what a generated hall is like.
type HallOptions struct {
	Name string // empty means that of the sort of hall

	// Seats is the exact number of seats. Each generator says what it does with 0
	// and which numbers it takes; a number outside is taken as the nearest.
	Seats int

	// Standing adds a standing area "floor" in front for so many people, in Theatre, Arena and Stadium. 0 adds none.
	Standing int
}

func (o HallOptions) withDefaults(name string, seats, least, most int) HallOptions {
	if o.Name == "" {
		o.Name = name
	}
	if o.Seats == 0 {
		o.Seats = seats
	}
	o.Seats = min(max(o.Seats, least), most)
	o.Standing = min(max(o.Standing, 0), MaxPlaces-o.Seats)
	return o
}

// Cinema returns a single-screen hall of 20 to 1,500 seats, 0 meaning 180: slightly
// curved rows A, B, C without I and O, wheelchair places with a companion beside
// each at the ends of the first row, aisles from 14 seats a row on, a cross aisle
// behind the front third of big halls, and recliners in the last row.
// Its categories are "silver", "gold" and "recliner".
func Cinema(o HallOptions) *Map {
	o = o.withDefaults("Screen 1", 180, 20, 1_500)
	wide := min(max(int(math.Round(math.Sqrt(float64(o.Seats)*1.9))), 5), 44)
	rows := split(o.Seats, wide)
	g := curved{
		section: Section{Key: "main", Name: "Main"},
		naming:  RowNaming{Skip: SkipIO},
		radius:  4 * float64(wide),
		pitch:   1,
	}
	for i, n := range rows {
		if i == len(rows)/3 && len(rows) >= 12 {
			g.depth++
		}
		g.add(cinemaAisles(n), cinemaClass(i, len(rows)))
	}
	markWheelchairs(g.section.Rows[0].Seats, max(o.Seats/100, 2))
	return &Map{
		Name: o.Name,
		Categories: []Category{
			{Key: "silver", Name: "Silver", Colour: "#7d8ca3"},
			{Key: "gold", Name: "Gold", Colour: "#c9a227"},
			{Key: "recliner", Name: "Recliner", Colour: "#a3324b"},
		},
		Sections: []Section{g.section},
	}
}

// cinemaAisles divides a row into blocks: two side blocks of a quarter each when
// the row is wide enough for aisles.
func cinemaAisles(n int) []int {
	if n < 14 {
		return []int{n}
	}
	return []int{n / 4, n - 2*(n/4), n / 4}
}

func cinemaClass(row, rows int) Seat {
	switch {
	case row == rows-1:
		return Seat{Category: "recliner", Kind: Recliner}
	case row < (rows*2+4)/5:
		return Seat{Category: "silver"}
	}
	return Seat{Category: "gold"}
}

// Theatre returns a playhouse of 100 to 3,000 seats, 0 meaning 900: stalls, circle and
// balcony of strongly curved rows, numbered odd on the left and even on the right
// of the centre, wheelchair places in the stalls, and eight house seats. Its
// categories are "premium", "standard" and "restricted".
func Theatre(o HallOptions) *Map {
	o = o.withDefaults("Main House", 900, 100, 3_000)
	stalls, circle := o.Seats*55/100, o.Seats*27/100
	m := &Map{
		Name: o.Name,
		Categories: []Category{
			{Key: "premium", Name: "Premium", Colour: "#8c2f39"},
			{Key: "standard", Name: "Standard", Colour: "#c08a3e"},
			{Key: "restricted", Name: "Restricted view", Colour: "#6b7280"},
		},
	}
	back := 0.0
	for _, t := range []struct {
		key, name, front, rear string
		seats                  int
	}{
		{"stalls", "Stalls", "premium", "standard", stalls},
		{"circle", "Dress Circle", "premium", "standard", circle},
		{"balcony", "Balcony", "standard", "restricted", o.Seats - stalls - circle},
	} {
		g := tier(t.key, t.name, t.seats, back)
		for i := range g.section.Rows {
			category := t.front
			if i >= (len(g.section.Rows)+1)/2 {
				category = t.rear
			}
			paint(g.section.Rows[i].Seats, category)
		}
		back = g.depth + 2
		m.Sections = append(m.Sections, g.section)
	}
	first := m.Sections[0].Rows
	markWheelchairs(first[len(first)-1].Seats, max(stalls/100, 2))
	markHouse(first[len(first)/3].Seats, 8)
	m.addStanding(o.Standing, "standard", -float64(4+o.Standing/200))
	return m
}

// tier builds one level of a theatre, its first row so far from the stage.
func tier(key, name string, seats int, depth float64) curved {
	wide := min(max(int(math.Sqrt(float64(seats)*2.2)), 6), 56)
	g := curved{
		section: Section{Key: key, Name: name},
		naming:  RowNaming{Skip: SkipIO},
		numbers: Numbering{Order: OddLeft},
		radius:  1.2 * float64(wide),
		pitch:   1.2,
		depth:   depth,
	}
	for _, n := range split(seats, wide) {
		g.add(theatreAisles(n), Seat{})
	}
	return g
}

func theatreAisles(n int) []int {
	if n < 24 {
		return []int{n/2 + n%2, n / 2}
	}
	side := n / 4
	return []int{side, n - 2*side, side}
}

// split divides seats into rows that grow towards the back, about wide on
// average, and whose sum is exactly seats.
func split(seats, wide int) []int {
	count := max((seats+wide/2)/wide, 2)
	rows := make([]int, count)
	left := seats
	for i := range rows {
		share := float64(left) / float64(count-i)
		growth := 0.85 + 0.3*float64(i)/float64(count-1) // relative to an even share of all
		n := int(math.Round(min(share, float64(seats)/float64(count)*growth)))
		if i == count-1 {
			n = left
		}
		rows[i] = n
		left -= n
	}
	return rows
}

// curved builds a section of concentric rows around a point in front of the hall.
type curved struct {
	section Section
	naming  RowNaming
	numbers Numbering
	radius  float64 // of a row at depth 0
	pitch   float64 // between rows
	depth   float64 // of the next row
}

// add adds a row of blocks with aisles two seats wide between them, each seat
// made like the one given.
func (g *curved) add(blocks []int, like Seat) {
	const aisle = 1.5
	total, wide := 0, aisle*float64(len(blocks)-1)
	for _, n := range blocks {
		total += n
		wide += float64(n)
	}
	labels := g.numbers.Labels(total/2+total%2, total/2)
	row := Row{Label: g.nextLabel(), Seats: make([]Seat, 0, total)}
	along := (1 - wide) / 2 // centre of the first seat, measured along the arc from the centre line
	for _, n := range blocks {
		for range n {
			seat := like
			seat.Label = labels[len(row.Seats)]
			seat.X, seat.Y = g.point(along)
			row.Seats = append(row.Seats, seat)
			along++
		}
		along += aisle
		row.Seats[len(row.Seats)-1].AisleAfter = len(row.Seats) < total
	}
	g.section.Rows = append(g.section.Rows, row)
	g.depth += g.pitch
}

func (g *curved) nextLabel() string {
	labels := g.naming.Labels(len(g.section.Rows) + 1)
	return labels[len(labels)-1]
}

// point is the place on the arc of the next row, so far from the centre line.
func (g *curved) point(along float64) (float64, float64) {
	r := g.radius + g.depth
	sin, cos := math.Sincos(along / r)
	return thousandths(r * sin), thousandths(r*cos - g.radius)
}

// thousandths rounds a coordinate, so that files stay small and readable.
func thousandths(v float64) float64 { return math.Round(v*1000) / 1000 }

func paint(seats []Seat, category string) {
	for i := range seats {
		seats[i].Category = category
	}
}

// markWheelchairs turns pairs of seats at the ends of a row, left and right in
// turn, into a wheelchair place by the aisle and a companion seat beside it.
func markWheelchairs(row []Seat, pairs int) {
	pairs = min(pairs, len(row)/4)
	for i := range pairs {
		outer, inner := i/2*2, i/2*2+1
		if i%2 == 1 {
			outer, inner = len(row)-1-outer, len(row)-1-inner
		}
		row[outer].Kind, row[inner].Kind = Wheelchair, Companion
	}
}

// markHouse keeps seats in the middle of a row for the house.
func markHouse(row []Seat, count int) {
	count = min(count, len(row)/2)
	first := (len(row) - count) / 2
	for i := range count {
		row[first+i].Kind = House
	}
}

// addStanding adds the area "floor" as a box in front of the seats, starting so
// far from the stage.
func (m *Map) addStanding(places int, category string, front float64) {
	if places == 0 {
		return
	}
	half := math.Sqrt(float64(places)) / 2
	m.Areas = append(m.Areas, Area{
		Key: "floor", Name: fmt.Sprintf("Floor (%d standing)", places), Category: category, Capacity: places,
		Shape: []Point{{-half, front}, {half, front}, {half, -1.5}, {-half, -1.5}},
	})
}
