package pages

import (
	"html"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// drawing writes a seat map as SVG in map units: a seat is a bit less than one unit wide. It
// is a picture beside the list of seats, so it is hidden from screen readers and takes no focus.
type drawing struct {
	strings.Builder
	low, high seatmap.Point
	empty     bool
}

func newDrawing() *drawing { return &drawing{empty: true} }

// margin is the least that is kept around everything drawn, for row labels; large
// drawings have more, because their letters are larger.
const margin = 1.6

// cover makes room for a point.
func (d *drawing) cover(p seatmap.Point) {
	if d.empty {
		d.low, d.high, d.empty = p, p, false
		return
	}
	d.low.X, d.high.X = min(d.low.X, p.X), max(d.high.X, p.X)
	d.low.Y, d.high.Y = min(d.low.Y, p.Y), max(d.high.Y, p.Y)
}

// svg returns the element around what was drawn.
func (d *drawing) svg() string {
	pad := max(margin, (d.high.X-d.low.X)/28)
	width, height := d.high.X-d.low.X+2*pad, d.high.Y-d.low.Y+2*pad
	return `<svg class="seat-map" aria-hidden="true" focusable="false" font-size="` + coord(max(0.7, width/48)) + `" viewBox="` + coord(d.low.X-pad) + " " + coord(d.low.Y-pad) + " " +
		coord(width) + " " + coord(height) + `" width="` + strconv.Itoa(int(math.Ceil(width*seatPixels))) +
		`" height="` + strconv.Itoa(int(math.Ceil(height*seatPixels))) + `">` + d.String() + "</svg>"
}

// seatPixels is the size of a map unit when there is room: seats of the 24 pixels that WCAG 2.5.8 asks of targets, and a gap.
const seatPixels = 30

// coord writes a coordinate with at most two decimals.
func coord(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}

// symbolOf names the shape of a seat in the page's definitions.
func symbolOf(s seatView) string {
	switch {
	case s.Chosen:
		return "#seat-chosen"
	case s.Free && s.Kind == seatmap.Wheelchair:
		return "#seat-wheelchair"
	case s.Free:
		return "#seat-free"
	case s.Status == seating.Held:
		return "#seat-held"
	case s.Status == seating.Sold:
		return "#seat-sold"
	}
	return "#seat-blocked"
}

// paint is the class or colour of a category.
func paint(index int32, colour string) string {
	if colour != "" {
		return ` fill="` + html.EscapeString(colour) + `"`
	}
	return ` class="cat` + strconv.Itoa(int(index)%catColours) + `"`
}

// catColours is how many colours the style sheet has for categories.
const catColours = 8

// seats draws the rows of sections, each seat as a use of its shape.
func (d *drawing) seats(plan *seatmap.Plan, sections []sectionView) {
	for _, section := range sections {
		for _, row := range section.Rows {
			for _, s := range row.Seats {
				at := plan.Seats[s.Number]
				d.cover(seatmap.Point{X: at.X, Y: at.Y})
				d.WriteString(`<use href="` + symbolOf(s) + `" x="` + coord(at.X) + `" y="` + coord(at.Y) + `"` +
					paint(s.Category, plan.Categories[s.Category].Colour) + ` data-seat="` + strconv.Itoa(int(s.Number)) + `"></use>`)
			}
			d.rowLabel(plan, row)
		}
	}
}

// rowLabel writes a row's label before its first seat.
func (d *drawing) rowLabel(plan *seatmap.Plan, row rowView) {
	if len(row.Seats) == 0 {
		return
	}
	left := plan.Seats[row.Seats[0].Number]
	for _, s := range row.Seats[1:] {
		if at := plan.Seats[s.Number]; at.X < left.X {
			left = at
		}
	}
	d.text(seatmap.Point{X: left.X - 0.95, Y: left.Y}, row.Label, "row-label")
}

// text writes at the middle of a point.
func (d *drawing) text(at seatmap.Point, text, class string) {
	if text == "" {
		return
	}
	d.WriteString(`<text class="` + class + `" x="` + coord(at.X) + `" y="` + coord(at.Y) + `">` + html.EscapeString(text) + `</text>`)
}

// shape writes an outline.
func (d *drawing) shape(points []seatmap.Point, attributes string) {
	for _, p := range points {
		d.cover(p)
	}
	d.WriteString(`<path ` + attributes + ` d="`)
	for i, p := range points {
		command := "L"
		if i == 0 {
			command = "M"
		}
		d.WriteString(command + coord(p.X) + " " + coord(p.Y))
	}
	d.WriteString(`z"></path>`)
}

// scenery draws the stage, the screen and the like; a map that has none gets a line at its front with
// the given text, since one has to know which way the seats look; around a floor that is plain.
func (d *drawing) scenery(plan *seatmap.Plan, front string) {
	centred := slices.ContainsFunc(plan.Areas, func(a seatmap.Area) bool { return len(a.Shape) > 2 })
	if len(plan.Drawings) == 0 && len(plan.Seats) > 0 && !centred {
		d.front(plan, front)
	}
	for _, s := range plan.Drawings {
		if len(s.Shape) > 2 {
			d.shape(s.Shape, `class="scenery"`)
		}
		if len(s.Shape) > 0 {
			middle := centre(s.Shape)
			d.cover(middle)
			d.text(middle, s.Text, "scenery-text")
		}
	}
}

// front draws a line before the first row.
func (d *drawing) front(plan *seatmap.Plan, text string) {
	low, high := plan.Seats[0].X, plan.Seats[0].X
	y := plan.Seats[0].Y
	for _, s := range plan.Seats {
		low, high, y = min(low, s.X), max(high, s.X), min(y, s.Y)
	}
	inset := (high - low) / 5
	left, right := seatmap.Point{X: low + inset, Y: y - 1.7}, seatmap.Point{X: high - inset, Y: y - 1.7}
	d.cover(left)
	d.cover(right)
	d.WriteString(`<path class="front" d="M` + coord(left.X) + " " + coord(left.Y) + "Q" + coord((left.X+right.X)/2) + " " + coord(left.Y-0.8) +
		" " + coord(right.X) + " " + coord(right.Y) + `"></path>`)
	d.text(seatmap.Point{X: (left.X + right.X) / 2, Y: y - 1.25}, text, "front-text")
}

// areas draws areas that have an outline.
func (d *drawing) areas(plan *seatmap.Plan) {
	for _, a := range plan.Areas {
		if len(a.Shape) < 3 {
			continue
		}
		d.shape(a.Shape, `class="area"`)
		d.text(centre(a.Shape), a.Name, "area-text")
	}
}

// blocks draws sections as outlines that lead to their pages.
func (d *drawing) blocks(plan *seatmap.Plan, sections []sectionView) {
	word := sharedWord(sections)
	for i, section := range sections {
		rows := plan.Sections[i].Rows
		var points []seatmap.Point
		for _, s := range plan.Seats[plan.Rows[rows.First].Seats.First:plan.Rows[rows.End-1].Seats.End] {
			for _, corner := range [...]seatmap.Point{{X: -.5, Y: -.5}, {X: .5, Y: -.5}, {X: -.5, Y: .5}, {X: .5, Y: .5}} {
				points = append(points, seatmap.Point{X: s.X + corner.X, Y: s.Y + corner.Y})
			}
		}
		outline := hull(points)
		_, level := stock{free: section.Free, all: section.All}.text()
		d.WriteString(`<a href="` + html.EscapeString(section.Href) + `" tabindex="-1">`)
		d.shape(outline, `class="block block-`+level+`"`)
		d.text(centre(outline), strings.TrimPrefix(section.Name, word), "block-text")
		d.WriteString(`</a>`)
	}
}

// sharedWord is the first word of all names with the space behind it, when they have the same: "Section ".
func sharedWord(sections []sectionView) string {
	first, _, more := strings.Cut(sections[0].Name, " ")
	for _, s := range sections {
		if more = more && strings.HasPrefix(s.Name, first+" "); !more {
			return ""
		}
	}
	return first + " "
}

// centre is the middle of the box around the points.
func centre(points []seatmap.Point) seatmap.Point {
	low, high := points[0], points[0]
	for _, p := range points {
		low.X, high.X = min(low.X, p.X), max(high.X, p.X)
		low.Y, high.Y = min(low.Y, p.Y), max(high.Y, p.Y)
	}
	return seatmap.Point{X: (low.X + high.X) / 2, Y: (low.Y + high.Y) / 2}
}

// hull is the convex outline of points (Andrew's monotone chain).
func hull(points []seatmap.Point) []seatmap.Point {
	sorted := slices.SortedFunc(slices.Values(points), func(a, b seatmap.Point) int {
		if a.X != b.X {
			return sign(a.X - b.X)
		}
		return sign(a.Y - b.Y)
	})
	if len(sorted) < 3 {
		return sorted
	}
	lower := chain(slices.Values(sorted))
	upper := chain(func(yield func(seatmap.Point) bool) {
		for _, p := range slices.Backward(sorted) {
			if !yield(p) {
				return
			}
		}
	})
	return append(lower[:len(lower)-1], upper[:len(upper)-1]...)
}

// chain keeps the points at which the way turns to one side only.
func chain(points func(func(seatmap.Point) bool)) []seatmap.Point {
	var line []seatmap.Point
	for p := range points {
		for len(line) > 1 && turn(line[len(line)-2], line[len(line)-1], p) <= 0 {
			line = line[:len(line)-1]
		}
		line = append(line, p)
	}
	return line
}

// turn is more than 0 when the way from a over b to c turns left.
func turn(a, b, c seatmap.Point) float64 {
	return (b.X-a.X)*(c.Y-a.Y) - (b.Y-a.Y)*(c.X-a.X)
}

func sign(v float64) int {
	switch {
	case v < 0:
		return -1
	case v > 0:
		return 1
	}
	return 0
}
