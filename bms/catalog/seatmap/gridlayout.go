package seatmap

import "slices"

// box is a rectangle with its sides along the axes, from (x0, y0) to (x1, y1).
type box struct{ x0, y0, x1, y1 float64 }

func (b box) corners() []Point {
	return []Point{{b.x0, b.y0}, {b.x1, b.y0}, {b.x1, b.y1}, {b.x0, b.y1}}
}

// apart is how many rows or columns lie from the last of one section to the first
// of the next, so that two are empty.
const apart = 3

// layOut makes the rows and seats of a section whose lines have been read.
func (p *gridParser) layOut(i int) {
	g := &p.sections[i]
	g.align()
	origin := p.origin(i)
	s := &p.m.Sections[i]
	y := origin.Y
	var rows []gridRow // without cross aisles, as in the section
	for _, row := range g.rows {
		if !row.crossAisle() {
			seats := p.seats(&row)
			for k := range seats {
				seats[k].X += origin.X
				seats[k].Y = y
				g.box.x1 = max(g.box.x1, seats[k].X)
			}
			if len(seats) == 0 {
				p.line = row.line
				p.wrong(row.indent+1, "the row has no seats")
			}
			s.Rows = append(s.Rows, Row{Label: row.label, Seats: seats})
			rows = append(rows, row)
			g.box.y1 = y
		}
		y++
	}
	g.rows = rows
	g.labelSeats(s)
	p.labelRows(g, s)
}

// align removes the indentation that all rows share.
func (g *gridSection) align() {
	least := -1
	for _, row := range g.rows {
		if !row.crossAisle() && (least < 0 || row.indent < least) {
			least = row.indent
		}
	}
	for i := range g.rows {
		row := &g.rows[i]
		if extra := row.indent - least; extra > 0 && !row.crossAisle() {
			row.drawing = append(slices.Repeat([]rune{' '}, extra), row.drawing...)
			row.indent = least
		}
	}
}

// origin returns where the front left corner of a section lies, and begins its
// box there.
func (p *gridParser) origin(i int) Point {
	g := &p.sections[i]
	var origin Point
	switch {
	case g.at != nil:
		origin = *g.at
	case g.beside != "":
		for k := range i {
			if p.m.Sections[k].Key == g.beside {
				origin = Point{p.sections[k].box.x1 + apart, p.sections[k].box.y0}
			}
		}
	case i > 0:
		origin.Y = p.sections[0].box.y1
		for _, above := range p.sections[:i] {
			origin.Y = max(origin.Y, above.box.y1)
		}
		origin.Y += apart
	}
	g.box = box{origin.X, origin.Y, origin.X, origin.Y}
	return origin
}

// seats makes the seats of a row, their X counted in columns of the drawing.
func (p *gridParser) seats(row *gridRow) []Seat {
	var seats []Seat
	x, parted := 0, false
	for i, r := range row.drawing {
		if r == '|' {
			parted = true
			if len(seats) > 0 {
				seats[len(seats)-1].AisleAfter = true
			}
			continue
		}
		class, ok := p.classes[r]
		if ok {
			if parted && len(seats) > 0 {
				seats[len(seats)-1].AisleAfter = true
			}
			seats = append(seats, Seat{X: float64(x), Category: class.category, Kind: class.kind})
			row.columns = append(row.columns, row.indent+i+1)
		}
		parted = !ok
		x++
	}
	return seats
}

// labelSeats numbers the seats of each row.
func (g *gridSection) labelSeats(s *Section) {
	centre := (g.box.x0 + g.box.x1) / 2
	for i, row := range g.rows {
		seats := s.Rows[i].Seats
		left := leftOf(centre, seats)
		for k, label := range row.numbering.Labels(left, len(seats)-left) {
			seats[k].Label = label
		}
	}
}

// labelRows labels the rows that have no label of their own, each by the one before it.
func (p *gridParser) labelRows(g *gridSection, s *Section) {
	next, ok := g.naming.First, true
	for n := range s.Rows {
		i := n
		if g.fromBack {
			i = len(s.Rows) - 1 - n
		}
		if s.Rows[i].Label == "" {
			if !ok {
				p.line = g.rows[i].line
				p.wrong(g.rows[i].indent+1, "no label follows that of the row before: add row= with one")
				return
			}
			s.Rows[i].Label = next
		}
		next, ok = g.naming.Next(s.Rows[i].Label)
	}
}

// leftOf counts the seats that are not right of the centre.
func leftOf(centre float64, seats []Seat) int {
	n := 0
	for n < len(seats) && seats[n].X <= centre {
		n++
	}
	return n
}
