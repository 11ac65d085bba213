package seatmap

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// FormatGrid writes a map as the text that ParseGrid reads. That takes a map like a
// grid: in each section, seats lie in whole columns and rows, gaps are aisles, and seat
// labels follow a Numbering; areas are boxes along the axes, if they have a
// shape, and nothing else is drawn. Another map is an Invalid fault that names
// the first place that cannot be written. A map that Compile refuses is its *MapError.
func FormatGrid(m *Map) (string, error) {
	if err := check(m); err != nil {
		return "", err
	}
	w := gridWriter{m: m, letters: map[seatClass]rune{}, used: map[rune]bool{}}
	if err := w.write(); err != nil {
		return "", err
	}
	return w.text.String(), nil
}

type gridWriter struct {
	m       *Map
	text    strings.Builder
	letters map[seatClass]rune
	used    map[rune]bool
}

func (w *gridWriter) write() error {
	w.line("name: " + w.m.Name)
	if w.m.Focus != nil {
		w.line("focus: " + showPoint(*w.m.Focus))
	}
	if len(w.m.Drawings) > 0 {
		return fault.Invalidf("drawings", "a grid has no drawings")
	}
	if w.m.Background != nil {
		return fault.Invalidf("background", "a grid has no background")
	}
	if path, found := w.m.firstView(); found {
		return fault.Invalidf(path, "a grid says nothing about views")
	}
	if err := w.writeClasses(); err != nil {
		return err
	}
	for i := range w.m.Sections {
		if err := w.writeSection(i); err != nil {
			return err
		}
	}
	for i, a := range w.m.Areas {
		if err := w.writeArea(i, a); err != nil {
			return err
		}
	}
	return nil
}

func (w *gridWriter) line(parts ...string) {
	w.text.WriteString(strings.Join(parts, " ") + "\n")
}

// maxGap is how many empty rows or columns a grid draws: more are no hall.
const maxGap = 500

const seatRunes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// writeClasses gives a letter to each category, from its key, and to each kind of
// seat that is there in a category, and writes what they stand for.
func (w *gridWriter) writeClasses() error {
	w.line("")
	for _, c := range w.m.Categories {
		letter, ok := w.assign(seatClass{category: c.Key}, strings.Trim(c.Key, "-_"))
		if !ok {
			return fault.Invalidf("categories", "a grid has no letters for more than %d categories and kinds of seats", len(seatRunes))
		}
		parts := []string{"category", letter, quote(c.Name)}
		if c.Colour != "" {
			parts = append(parts, c.Colour)
		}
		if c.Key != keyOf(c.Name, letter) {
			parts = append(parts, "key="+c.Key)
		}
		if c.Focus != nil {
			parts = append(parts, "focus="+showPoint(*c.Focus))
		}
		w.line(parts...)
	}
	for s := range w.m.seats() {
		class := classOf(s)
		if _, known := w.letters[class]; known {
			continue
		}
		letter, ok := w.assign(class, map[Kind]string{Wheelchair: "W", Companion: "C", Recliner: "R", House: "H"}[s.Kind])
		if !ok {
			return fault.Invalidf("sections", "a grid has no letters for more than %d categories and kinds of seats", len(seatRunes))
		}
		w.line("seat", letter, string(w.letters[seatClass{category: s.Category}]), string(s.Kind))
	}
	return nil
}

func classOf(s *Seat) seatClass {
	class := seatClass{category: s.Category, kind: s.Kind}
	if class.kind == Standard {
		class.kind = ""
	}
	return class
}

// assign takes a free letter for a class, one of those wanted if there is one.
func (w *gridWriter) assign(class seatClass, wanted string) (string, bool) {
	for _, r := range wanted + seatRunes {
		if isSeatRune(r) && !w.used[r] {
			w.used[r] = true
			w.letters[class] = r
			return string(r), true
		}
	}
	return "", false
}

func (w *gridWriter) writeArea(i int, a Area) error {
	category := string(w.letters[seatClass{category: a.Category}])
	parts := []string{"area", a.Key, quote(a.Name), "category=" + category, "capacity=" + strconv.Itoa(a.Capacity)}
	if len(a.Shape) > 0 {
		b := box{a.Shape[0].X, a.Shape[0].Y, a.Shape[len(a.Shape)/2].X, a.Shape[len(a.Shape)/2].Y}
		if !slices.Equal(b.corners(), a.Shape) || b.x1 <= b.x0 || b.y1 <= b.y0 {
			return fault.Invalidf(index("areas", i)+".shape", "area %s: a grid has only areas that are boxes, written from the front left corner clockwise", a.Key)
		}
		parts = append(parts, "at="+showPoint(Point{b.x0, b.y0}), "size="+showPoint(Point{b.x1 - b.x0, b.y1 - b.y0}))
	}
	w.line("")
	w.line(parts...)
	return nil
}

func (w *gridWriter) writeSection(i int) error {
	s := &w.m.Sections[i]
	g := sectionGrid{at: place{w.m, i, -1, -1}, origin: Point{math.Inf(1), s.Rows[0].Seats[0].Y}, right: math.Inf(-1)}
	for _, r := range s.Rows {
		for _, seat := range r.Seats {
			g.origin.X, g.right = min(g.origin.X, seat.X), max(g.right, seat.X)
		}
	}
	g.numbering, _ = g.numberingOf(s.Rows[0].Seats)
	naming := RowNaming{First: s.Rows[0].Label, Skip: SkipIO}
	if g.fromBack = labelledFromBack(s.Rows); g.fromBack {
		naming.First = s.Rows[len(s.Rows)-1].Label
	}
	parts := append([]string{"section", s.Key, quote(s.Name), "rows=" + naming.First}, numberingOptions(g.numbering)...)
	if g.fromBack {
		parts = append(parts, "from=back")
	}
	if i > 0 || g.origin != (Point{}) {
		parts = append(parts, "at="+showPoint(g.origin))
	}
	w.line("")
	w.line(parts...)
	return w.writeRows(g, s.Rows, naming)
}

func (w *gridWriter) writeRows(g sectionGrid, rows []Row, naming RowNaming) error {
	depth, expected := 0, naming.First
	for j, r := range rows {
		g.at.row = j
		y, err := g.depth(r)
		if err != nil {
			return err
		}
		if j > 0 && (y <= depth || y > depth+maxGap) {
			return fault.Invalidf(g.at.path("seats"), "%s is not in one of the %d rows behind the row before it", g.at, maxGap)
		}
		for range y - depth - min(j, 1) {
			w.line("  --")
		}
		depth = y
		drawing, err := w.draw(g, r)
		if err != nil {
			return err
		}
		options, err := g.rowOptions(r)
		if err != nil {
			return err
		}
		if r.Label != expected && !g.fromBack {
			options = append(options, "row="+r.Label)
		}
		expected, _ = naming.Next(r.Label)
		w.line(append([]string{"  " + drawing}, options...)...)
	}
	return nil
}

// draw writes the seats of a row, one letter each.
func (w *gridWriter) draw(g sectionGrid, r Row) (string, error) {
	var out strings.Builder
	before := -1
	for k := range r.Seats {
		g.at.seat = k
		column, whole := wholeNumber(r.Seats[k].X - g.origin.X)
		gap := column - before - 1
		switch {
		case !whole || gap < 0 || gap > maxGap:
			return "", fault.Invalidf(g.at.path("x"), "%s is not in one of the %d columns right of the seat before it", g.at, maxGap)
		case k == 0:
			out.WriteString(strings.Repeat(".", gap))
		case gap > 0 && !r.Seats[k-1].AisleAfter:
			return "", fault.Invalidf(g.at.path("x"), "%s is a neighbour of the seat before it, but a column lies between", g.at)
		default:
			out.WriteString(strings.Repeat("_", gap))
		}
		out.WriteRune(w.letters[classOf(&r.Seats[k])])
		before = column
		if last := k == len(r.Seats)-1; r.Seats[k].AisleAfter && (last || r.Seats[k+1].X-r.Seats[k].X < 1.5) {
			out.WriteByte('|')
		}
	}
	return out.String(), nil
}

// sectionGrid is the grid that the rows of a section lie in.
type sectionGrid struct {
	at        place
	origin    Point
	right     float64 // x of the rightmost seat
	numbering Numbering
	fromBack  bool
}

// depth returns how many rows a row is behind the first.
func (g sectionGrid) depth(r Row) (int, error) {
	depth, whole := wholeNumber(r.Seats[0].Y - g.origin.Y)
	for k, s := range r.Seats {
		g.at.seat = k
		if !whole || s.Y != r.Seats[0].Y {
			return 0, fault.Invalidf(g.at.path("y"), "%s is not in a straight row of the grid", g.at)
		}
	}
	return depth, nil
}

// rowOptions returns the numbering of a row where it is not that of the section.
func (g sectionGrid) rowOptions(r Row) ([]string, error) {
	if g.follows(r.Seats, g.numbering) {
		return nil, nil
	}
	n, ok := g.numberingOf(r.Seats)
	if !ok {
		return nil, fault.Invalidf(g.at.path("seats"), "%s: the seat labels follow no numbering that a grid can write", g.at)
	}
	return numberingOptions(n), nil
}

// numberingOf finds a numbering that gives the seats the labels they have.
func (g sectionGrid) numberingOf(seats []Seat) (Numbering, bool) {
	numbers := make([]int, len(seats))
	for i, s := range seats {
		n, err := strconv.Atoi(s.Label)
		if err != nil {
			return Numbering{}, false
		}
		numbers[i] = n
	}
	lowest, step := slices.Min(numbers), 1
	if len(numbers) > 1 {
		step = max(numbers[0]-numbers[1], numbers[1]-numbers[0])
	}
	for _, n := range []Numbering{
		{LeftToRight, lowest, step}, {RightToLeft, lowest, step}, {OddLeft, lowest, 1}, {OddRight, lowest, 1},
	} {
		if n.Validate() == nil && n.Start > 0 && g.follows(seats, n) {
			return n, true
		}
	}
	return Numbering{}, false
}

func (g sectionGrid) follows(seats []Seat, n Numbering) bool {
	left := leftOf((g.origin.X+g.right)/2, seats)
	for i, label := range n.Labels(left, len(seats)-left) {
		if seats[i].Label != label {
			return false
		}
	}
	return true
}

func numberingOptions(n Numbering) []string {
	if n == (Numbering{}) {
		return nil
	}
	list := []string{"numbers=" + string(n.Order), "start=" + strconv.Itoa(n.Start)}
	if n.Step > 1 {
		list = append(list, "step="+strconv.Itoa(n.Step))
	}
	return list
}

// labelledFromBack reports whether row labels go on from the last row to the
// first, and not the other way.
func labelledFromBack(rows []Row) bool {
	if len(rows) < 2 {
		return false
	}
	labels := RowNaming{First: rows[len(rows)-1].Label, Skip: SkipIO}.Labels(len(rows))
	slices.Reverse(labels)
	for i, label := range labels {
		if label != rows[i].Label {
			return false
		}
	}
	return len(labels) > 0
}

// wholeNumber rounds v, and reports whether it was whole but for a rounding error.
func wholeNumber(v float64) (int, bool) {
	n := math.Round(v)
	return int(n), math.Abs(v-n) < 1e-6
}

func showPoint(p Point) string {
	return strconv.FormatFloat(p.X, 'f', -1, 64) + "," + strconv.FormatFloat(p.Y, 'f', -1, 64)
}
