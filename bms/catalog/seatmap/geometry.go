package seatmap

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"strconv"
)

// Geometry is a Plan as a page draws it: JSON that can be served from an address
// with the digest in it and cached for ever. 50,000 seats make some 80 KB, 10 KB
// compressed.
//
// The JSON is one object:
//
//	{"format": 1, "name": "Screen 1", "seats": 180,
//	 "box": [x0, y0, x1, y1],
//	 "categories": [{"key", "name", "colour"}, …],
//	 "kinds": ["standard", "recliner", "wheelchair", "companion", "house"],
//	 "sections": [{"key", "name", "rows": [[label, runs, numbers, categories, kinds], …]}, …],
//	 "areas": [{"key", "name", "category", "capacity", "shape": [x, y, x, y, …]}, …],
//	 "drawings": [{"text", "colour", "shape": [x, y, …]}, …]}
//
// Positions are whole hundredths of a map unit. Seats have no entry of their
// own: they are counted from 0 through sections and rows, which is the number
// they have in the Plan. A row is a list of up to five parts:
//
//   - label, a string.
//   - runs, a list of [n, x, y, dx, dy, turn]: n seats from (x, y), each a step
//     of (dx, dy) thousandths of a unit from the one before, the step turning by
//     so many hundred-thousandths of a radian after each seat, from the x
//     towards the y axis. Numbers at the end that are 0 are left out. The
//     positions are right to 0.05 units. A run does not reach over an aisle.
//   - numbers, the seat labels: either a list of strings, one per seat, or a
//     flat list [first, step, n, first, step, n, …] whose last n is left out and
//     means all the rest.
//   - categories, a flat list [category, n, category, n, …] with indices into
//     "categories", whose last n is left out too.
//   - kinds, a flat list [kind, n, kind, n, …] of the same form with indices
//     into "kinds".
//
// In place of numbers, categories or kinds, 0 means the list of the row before, of
// whatever section, and so does a part missing at the end. Before the first row
// the lists are [1,1], [0] and [0].
type Geometry struct {
	Digest string // 32 hexadecimal digits of the SHA-256 of JSON
	JSON   []byte
}

type (
	wireGeometry struct {
		Format     int            `json:"format"`
		Name       string         `json:"name"`
		Seats      int            `json:"seats"`
		Box        [4]int         `json:"box"`
		Categories []wireCategory `json:"categories"`
		Kinds      []Kind         `json:"kinds"`
		Sections   []wireSection  `json:"sections,omitempty"`
		Areas      []wireArea     `json:"areas,omitempty"`
		Drawings   []wireDrawing  `json:"drawings,omitempty"`
	}
	wireCategory struct {
		Key    string `json:"key"`
		Name   string `json:"name"`
		Colour string `json:"colour,omitempty"`
	}
	wireSection struct {
		Key  string  `json:"key"`
		Name string  `json:"name"`
		Rows [][]any `json:"rows"`
	}
	wireArea struct {
		Key      string `json:"key"`
		Name     string `json:"name"`
		Category int    `json:"category"`
		Capacity int    `json:"capacity"`
		Shape    []int  `json:"shape,omitempty"`
	}
	wireDrawing struct {
		Text   string `json:"text,omitempty"`
		Colour string `json:"colour,omitempty"`
		Shape  []int  `json:"shape"`
	}
)

// Geometry returns the plan as a page draws it. It is always the same for the
// same map; it takes some 20 ms for 50,000 seats, so keep it.
func (p *Plan) Geometry() Geometry {
	w := wireGeometry{
		Format: 1,
		Name:   p.Name,
		Seats:  len(p.Seats),
		Kinds:  []Kind{Standard, Recliner, Wheelchair, Companion, House},
		Box:    p.box(),
	}
	for _, c := range p.Categories {
		w.Categories = append(w.Categories, wireCategory{Key: c.Key, Name: c.Name, Colour: c.Colour})
	}
	rows := newRowWriter(p, w.Kinds)
	for _, s := range p.Sections {
		w.Sections = append(w.Sections, wireSection{Key: s.Key, Name: s.Name, Rows: rows.section(s)})
	}
	for _, a := range p.Areas {
		w.Areas = append(w.Areas, wireArea{a.Key, a.Name, p.category(a.Category), a.Capacity, flat(a.Shape)})
	}
	for _, d := range p.Drawings {
		w.Drawings = append(w.Drawings, wireDrawing{d.Text, d.Colour, flat(d.Shape)})
	}
	body, _ := json.Marshal(w) // strings and whole numbers always marshal
	sum := sha256.Sum256(body)
	return Geometry{Digest: hex.EncodeToString(sum[:16]), JSON: body}
}

// box is the smallest box, in hundredths, around the centres of all seats and the
// corners of areas and drawings.
func (p *Plan) box() [4]int {
	var all []Point
	if len(p.Seats) > 0 {
		low, high := bounds(p.Seats)
		all = append(all, low, high)
	}
	for _, a := range p.Areas {
		all = append(all, a.Shape...)
	}
	for _, d := range p.Drawings {
		all = append(all, d.Shape...)
	}
	if len(all) == 0 {
		return [4]int{}
	}
	low, high := all[0], all[0]
	for _, q := range all {
		low.X, high.X = min(low.X, q.X), max(high.X, q.X)
		low.Y, high.Y = min(low.Y, q.Y), max(high.Y, q.Y)
	}
	return [4]int{hundredths(low.X), hundredths(low.Y), hundredths(high.X), hundredths(high.Y)}
}

func flat(shape []Point) []int {
	list := make([]int, 0, 2*len(shape))
	for _, p := range shape {
		list = append(list, hundredths(p.X), hundredths(p.Y))
	}
	return list
}

func hundredths(v float64) int { return int(math.Round(v * 100)) }

// rowWriter writes rows, leaving out what is as in the row before.
type rowWriter struct {
	p      *Plan
	kinds  map[Kind]int
	before struct{ numbers, categories, kinds string }
}

func newRowWriter(p *Plan, kinds []Kind) *rowWriter {
	w := &rowWriter{p: p, kinds: map[Kind]int{}}
	w.before.numbers, w.before.categories, w.before.kinds = "[1,1]", "[0]", "[0]"
	for i, k := range kinds {
		w.kinds[k] = i
	}
	return w
}

func (w *rowWriter) section(s PlanSection) [][]any {
	rows := make([][]any, 0, s.Rows.Len())
	for _, r := range w.p.Rows[s.Rows.First:s.Rows.End] {
		rows = append(rows, w.row(r))
	}
	return rows
}

func (w *rowWriter) row(r PlanRow) []any {
	var runs []run
	for _, b := range w.p.Blocks[r.Blocks.First:r.Blocks.End] {
		runs = fit(runs, w.p.Seats[b.First:b.End])
	}
	seats := w.p.Seats[r.Seats.First:r.Seats.End]
	parts := []any{
		r.Label,
		runs,
		changed(&w.before.numbers, numbers(seats)),
		changed(&w.before.categories, classes(seats, func(s *PlanSeat) int { return int(s.Category) })),
		changed(&w.before.kinds, classes(seats, func(s *PlanSeat) int { return w.kinds[s.Kind] })),
	}
	for len(parts) > 2 && parts[len(parts)-1] == 0 {
		parts = parts[:len(parts)-1]
	}
	return parts
}

// changed returns 0 when the part is what it was before, and the part otherwise.
func changed(before *string, part json.RawMessage) any {
	if string(part) == *before {
		return 0
	}
	*before = string(part)
	return part
}

// numbers writes the labels of a row: as runs of numbers where all are numbers as
// strconv writes them, as strings otherwise.
func numbers(seats []PlanSeat) json.RawMessage {
	values := make([]int, len(seats))
	for i := range seats {
		v, err := strconv.Atoi(seats[i].Label)
		if err != nil || strconv.Itoa(v) != seats[i].Label || v > maxNumber {
			return labels(seats)
		}
		values[i] = v
	}
	var list []int
	for i := 0; i < len(values); {
		step, n := 1, 1
		if i+1 < len(values) {
			step = values[i+1] - values[i]
		}
		for i+n < len(values) && values[i+n] == values[i]+n*step {
			n++
		}
		list = append(list, values[i], step, n)
		i += n
	}
	return marshalInts(list[:len(list)-1])
}

func labels(seats []PlanSeat) json.RawMessage {
	list := make([]byte, 0, 6*len(seats))
	for i := range seats {
		list = append(list, ',')
		list = append(list, strconv.Quote(seats[i].Label)...) // labels have no character that JSON quotes otherwise
	}
	list[0] = '['
	return append(list, ']')
}

// classes writes the class of each seat as run lengths.
func classes(seats []PlanSeat, of func(*PlanSeat) int) json.RawMessage {
	var list []int
	for i := range seats {
		class := of(&seats[i])
		if i > 0 && list[len(list)-2] == class {
			list[len(list)-1]++
			continue
		}
		list = append(list, class, 1)
	}
	return marshalInts(list[:len(list)-1])
}

func marshalInts(list []int) json.RawMessage {
	out := make([]byte, 0, 4*len(list)+2)
	for _, v := range list {
		out = append(out, ',')
		out = strconv.AppendInt(out, int64(v), 10)
	}
	out[0] = '['
	return append(out, ']')
}
