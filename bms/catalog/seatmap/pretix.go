package seatmap

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// ParsePretix reads a pretix seating plan: the JSON that its public schema
// (seating-plan.schema.json, version 0.0.1, and the older form of it) describes.
//
// A zone becomes a section. A row gets its row_number as label, or its row_label
// when it has no number; rows of a zone with the same label become one when
// their seat numbers differ. Seats run from left to right, rows that were drawn
// the other way being turned. A character that a label cannot have becomes "_".
// Categories keep their colour when it is #rgb or #rrggbb. Areas have no
// capacity in that format, so they become drawings.
//
// Positions are scaled so that most neighbours are one unit apart and moved so
// that seats begin at (0, 0). Neighbours more than one and a half times the usual
// distance apart are parted by an aisle; between the parts of a row that was drawn
// as several, 1.2 times are enough. Zones and rows without seats are left
// out, and so is what the schema does not know, guids and uuids.
//
// Problems have the path in the file as field: "zones[0].rows[2].seats[5].category".
func ParsePretix(data []byte) (*Map, error) {
	var file pretixFile
	if err := decodeLoosely(data, &file); err != nil {
		return nil, err
	}
	c := pretixConverter{categories: map[string]string{}, keys: map[string]bool{}}
	m := c.convert(&file)
	if err := c.err(); err != nil {
		return nil, err
	}
	if err := check(m); err != nil {
		return nil, relocate(err, c.position)
	}
	return m, nil
}

// decodeLoosely reads JSON whose unknown fields do not matter.
func decodeLoosely(data []byte, v any) error {
	data = bytes.TrimPrefix(data, byteOrderMark)
	if len(data) > MaxInput {
		return decodeStrict(data, v) // which refuses it
	}
	if err := json.Unmarshal(data, v); err != nil {
		if len(bytes.TrimSpace(data)) == 0 || strings.Contains(err.Error(), "unexpected end") {
			return atOffset(data, "json", int64(len(data)), "the JSON ends too early")
		}
		return explain(data, err, reflect.TypeOf(v).Elem())
	}
	return nil
}

type (
	pretixFile struct {
		Name       string           `json:"name"`
		Categories []pretixCategory `json:"categories"`
		Zones      []pretixZone     `json:"zones"`
	}
	pretixCategory struct {
		Name  string `json:"name"`
		Color string `json:"color"`
	}
	pretixZone struct {
		Name     string       `json:"name"`
		ID       string       `json:"zone_id"`
		Position Point        `json:"position"`
		Rows     []pretixRow  `json:"rows"`
		Areas    []pretixArea `json:"areas"`
	}
	pretixRow struct {
		Number   string       `json:"row_number"`
		Label    string       `json:"row_label"`
		Position Point        `json:"position"`
		Seats    []pretixSeat `json:"seats"`
	}
	pretixSeat struct {
		Number   string `json:"seat_number"`
		Position Point  `json:"position"`
		Category string `json:"category"`
	}
)

// pretixConverter makes a map of a file and remembers where its parts come from.
type pretixConverter struct {
	problems
	file       *pretixFile
	categories map[string]string // key by name
	keys       map[string]bool   // of sections, in use
	sections   []pretixSection
	drawings   []string // paths of their areas
}

// pretixSection is a zone that has seats.
type pretixSection struct {
	zone int
	rows []pretixLine
}

// pretixLine is a row as it will be in the map; its seats may be of several rows
// of the file.
type pretixLine struct {
	label string
	seats []placedSeat
}

// placedSeat is a seat with its position in the file, in pixels, and its place in it.
type placedSeat struct {
	pretixSeat
	at        Point
	row, seat int  // in the file
	partEnds  bool // the next seat was in another row of the file
	aisle     bool // an aisle parts it from the next
}

func (c *pretixConverter) convert(file *pretixFile) *Map {
	c.file = file
	m := &Map{Name: strings.TrimSpace(file.Name), Categories: c.convertCategories(file.Categories)}
	for i := range file.Zones {
		if rows := gatherRows(&file.Zones[i]); len(rows) > 0 {
			c.sections = append(c.sections, pretixSection{zone: i, rows: rows})
		}
	}
	f := c.frame()
	for _, s := range c.sections {
		m.Sections = append(m.Sections, c.convertSection(s, f))
	}
	for i, z := range file.Zones {
		for k, a := range z.Areas {
			if d, ok := a.drawing(z.Position, f); ok {
				m.Drawings = append(m.Drawings, d)
				c.drawings = append(c.drawings, index("zones", i)+"."+index("areas", k))
			}
		}
	}
	return m
}

func (c *pretixConverter) convertCategories(list []pretixCategory) []Category {
	var out []Category
	keys := map[string]bool{}
	for i, category := range list {
		if _, twice := c.categories[category.Name]; twice {
			c.add(index("categories", i)+".name", "the category name %q is used twice", clip(category.Name))
			continue
		}
		key := uniqueKey(keyOf(category.Name, "category"), keys)
		c.categories[category.Name] = key
		out = append(out, Category{Key: key, Name: cmp.Or(strings.TrimSpace(category.Name), "Seats"), Colour: hexColour(category.Color)})
	}
	return out
}

// uniqueKey adds a number to a key that is in use.
func uniqueKey(key string, used map[string]bool) string {
	unique := key
	for n := 2; used[unique]; n++ {
		suffix := "-" + strconv.Itoa(n)
		unique = key[:min(len(key), MaxKey-len(suffix))] + suffix
	}
	used[unique] = true
	return unique
}

// hexColour returns a colour as #rrggbb, empty when it is none of the forms that
// have one.
func hexColour(s string) string {
	if len(s) == 4 && s[0] == '#' {
		s = string([]byte{'#', s[1], s[1], s[2], s[2], s[3], s[3]})
	}
	if colourForm.MatchString(s) {
		return strings.ToLower(s)
	}
	return ""
}

func (c *pretixConverter) convertSection(s pretixSection, f frame) Section {
	zone := &c.file.Zones[s.zone]
	name := cmp.Or(strings.TrimSpace(zone.Name), strings.TrimSpace(zone.ID), "Zone "+strconv.Itoa(s.zone+1))
	out := Section{Key: uniqueKey(keyOf(name, "zone"), c.keys), Name: name}
	for _, line := range s.rows {
		row := Row{Label: line.label}
		for _, seat := range f.part(line.seats) {
			at := f.point(seat.at)
			key, known := c.categories[seat.Category]
			if !known {
				c.add(c.seatPath(s.zone, seat)+".category", "%s row %s seat %s: there is no category %q", clip(name), clip(line.label), clip(seat.Number), clip(seat.Category))
			}
			row.Seats = append(row.Seats, Seat{Label: cleanLabel(seat.Number), X: at.X, Y: at.Y, Category: key, AisleAfter: seat.aisle})
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// cleanLabel puts "_" in place of each run of characters that a label cannot have.
func cleanLabel(s string) string {
	return strings.Join(strings.FieldsFunc(strings.TrimSpace(s), func(r rune) bool { return !labelRune(r) }), "_")
}

func (c *pretixConverter) seatPath(zone int, seat placedSeat) string {
	return index("zones", zone) + "." + index("rows", seat.row) + "." + index("seats", seat.seat)
}

// position returns where the part of the map at a path is in the file.
func (c *pretixConverter) position(at path) string {
	if at.list == "drawings" && at.i < len(c.drawings) {
		return c.drawings[at.i]
	}
	if at.list != "sections" || at.i >= len(c.sections) {
		return ""
	}
	s := c.sections[at.i]
	zone := index("zones", s.zone)
	switch {
	case at.row < 0:
		return zone + "." + map[string]string{"key": "name", "name": "name"}[at.rest]
	case at.seat < 0:
		return zone + "." + index("rows", s.rows[at.row].seats[0].row) + "." + map[string]string{"label": "row_number", "seats": "seats"}[at.rest]
	}
	fields := map[string]string{"label": "seat_number", "x": "position", "y": "position", "category": "category"}
	return c.seatPath(s.zone, s.rows[at.row].seats[at.seat]) + "." + fields[at.rest]
}

// gatherRows returns the rows of a zone that have seats, from left to right, those
// that are parts of one row put together.
func gatherRows(z *pretixZone) []pretixLine {
	var lines []pretixLine
	byLabel := map[string]int{}
	for i, r := range z.Rows {
		if len(r.Seats) == 0 {
			continue
		}
		line := pretixLine{label: cleanLabel(cmp.Or(strings.TrimSpace(r.Number), r.Label))}
		for k, s := range r.Seats {
			at := Point{z.Position.X + r.Position.X + s.Position.X, z.Position.Y + r.Position.Y + s.Position.Y}
			line.seats = append(line.seats, placedSeat{pretixSeat: s, at: at, row: i, seat: k})
		}
		turn(line.seats)
		if other, same := byLabel[line.label]; same && different(lines[other].seats, line.seats) {
			lines[other].seats = join(lines[other].seats, line.seats)
			continue
		}
		byLabel[line.label] = len(lines)
		lines = append(lines, line)
	}
	return lines
}

// turn reverses seats that run from right to left.
func turn(seats []placedSeat) {
	first, last := seats[0].at, seats[len(seats)-1].at
	if last.X < first.X && first.X-last.X >= math.Abs(last.Y-first.Y) {
		slices.Reverse(seats)
	}
}

// different reports whether no seat number is in both lists.
func different(a, b []placedSeat) bool {
	numbers := make(map[string]bool, len(a))
	for _, s := range a {
		numbers[cleanLabel(s.Number)] = true
	}
	return !slices.ContainsFunc(b, func(s placedSeat) bool { return numbers[cleanLabel(s.Number)] })
}

// join puts a further part to those of a row, from left to right, whatever the order in which they were drawn.
func join(row, part []placedSeat) []placedSeat {
	parts := [][]placedSeat{part}
	for first, i := 0, 0; i < len(row); i++ {
		if row[i].partEnds || i == len(row)-1 {
			parts = append(parts, row[first:i+1])
			first = i + 1
		}
	}
	slices.SortStableFunc(parts, func(a, b []placedSeat) int { return cmp.Compare(a[0].at.X, b[0].at.X) })
	for i, p := range parts {
		p[len(p)-1].partEnds = i < len(parts)-1
	}
	return slices.Concat(parts...)
}

// frame is how pixels become units: moved, then scaled.
type frame struct {
	corner Point   // of the seats, in pixels
	pitch  float64 // pixels between most neighbours
}

// frame measures the seats of all sections.
func (c *pretixConverter) frame() frame {
	f := frame{corner: Point{math.Inf(1), math.Inf(1)}}
	var gaps []float64
	for _, s := range c.sections {
		for _, line := range s.rows {
			gaps = append(gaps, distances(line.seats)...)
			for _, seat := range line.seats {
				f.corner.X, f.corner.Y = min(f.corner.X, seat.at.X), min(f.corner.Y, seat.at.Y)
			}
		}
	}
	const usual = 25 // what the editor of pretix sets
	f.pitch = cmp.Or(lowerMedian(gaps), usual)
	if len(c.sections) == 0 {
		f.corner = Point{}
	}
	return f
}

func (f frame) point(p Point) Point {
	return Point{thousandths((p.X - f.corner.X) / f.pitch), thousandths((p.Y - f.corner.Y) / f.pitch)}
}

// part marks the seats of a row that an aisle follows. Where a row was drawn in
// two parts, an aisle is likely and a narrower gap will do.
func (f frame) part(seats []placedSeat) []placedSeat {
	const (
		few       = 3 // gaps; fewer do not say what is usual in a row
		wide      = 1.5
		wideParts = 1.2
	)
	gaps := distances(seats)
	pitch := f.pitch
	if len(gaps) >= few {
		pitch = lowerMedian(gaps)
	}
	for i, gap := range gaps {
		seats[i].aisle = gap > wide*pitch || seats[i].partEnds && gap > wideParts*pitch
	}
	return seats
}

// distances returns how far each seat is from the next.
func distances(seats []placedSeat) []float64 {
	gaps := make([]float64, 0, len(seats))
	for i := 1; i < len(seats); i++ {
		gaps = append(gaps, math.Hypot(seats[i].at.X-seats[i-1].at.X, seats[i].at.Y-seats[i-1].at.Y))
	}
	return gaps
}

func lowerMedian(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[(len(sorted)-1)/2]
}
