package seatview

import (
	"encoding/json"
	"math/cmplx"
	"strconv"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// Hall is a geometry read back.
type Hall struct {
	Name       string
	Categories []Category
	Sections   []Section
	Seats      []Seat // in the order of their numbers
	Areas      []Area
}

// Category is a price class.
type Category struct{ Key, Name, Colour string }

// Section is a block of rows. Its seats have the numbers from First to before End.
type Section struct {
	Key, Name  string
	First, End int
}

// Area is standing room. Shape is its outline, in map units; empty where it has none.
type Area struct {
	Key, Name          string
	Category, Capacity int
	Shape              []seatmap.Point
}

// Seat is one seat. Its position is right to 0.05 map units.
type Seat struct {
	Name, Row, Label string
	Category         int // index into Hall.Categories
	Kind             seatmap.Kind
	X, Y             float64
}

// wire is the JSON of a geometry, as seatmap.Geometry describes it.
type wire struct {
	Format     int
	Name       string
	Seats      int
	Categories []Category
	Kinds      []seatmap.Kind
	Sections   []struct {
		Key, Name string
		Rows      [][]json.RawMessage
	}
	Areas []struct {
		Key, Name          string
		Category, Capacity int
		Shape              []int
	}
}

// Decode reads the JSON of a geometry. What is not one is refused with an Invalid fault that names the place.
func Decode(data []byte) (*Hall, error) {
	var w wire
	if err := json.Unmarshal(data, &w); err != nil {
		return nil, fault.Invalidf("geometry", "is not a geometry: %v", err)
	}
	if w.Format != 1 {
		return nil, fault.Invalidf("format", "must be 1, the only one there is, not %d", w.Format)
	}
	if w.Seats < 0 || w.Seats > seatmap.MaxPlaces {
		return nil, fault.Invalidf("seats", "must be 0 to %d", seatmap.MaxPlaces)
	}
	d := decoder{wire: &w, hall: &Hall{Name: w.Name, Categories: w.Categories, Seats: make([]Seat, 0, w.Seats)}}
	d.numbers, d.categories, d.kinds = json.RawMessage("[1,1]"), []int{0}, []int{0}
	for i := range w.Sections {
		if err := d.section(i); err != nil {
			return nil, err
		}
	}
	if len(d.hall.Seats) != w.Seats {
		return nil, fault.Invalidf("seats", "the rows have %d seats, not %d", len(d.hall.Seats), w.Seats)
	}
	return d.hall, d.areas()
}

// decoder reads rows. What a row leaves out is as in the row before.
type decoder struct {
	*wire
	hall              *Hall
	numbers           json.RawMessage
	categories, kinds []int
}

func (d *decoder) section(i int) error {
	s := d.Sections[i]
	section := Section{Key: s.Key, Name: s.Name, First: len(d.hall.Seats)}
	for j, row := range s.Rows {
		if err := d.row(s.Key, row); err != nil {
			return fault.Of(err).In("sections[" + strconv.Itoa(i) + "].rows[" + strconv.Itoa(j) + "]")
		}
	}
	section.End = len(d.hall.Seats)
	d.hall.Sections = append(d.hall.Sections, section)
	return nil
}

// parts are what a row may have: label, runs, numbers, categories, kinds.
const parts = 5

func (d *decoder) row(section string, row []json.RawMessage) error {
	var label string
	var runs [][]int
	if len(row) < 2 || len(row) > parts || json.Unmarshal(row[0], &label) != nil || json.Unmarshal(row[1], &runs) != nil {
		return fault.Invalidf("row", "must be a label, runs, and up to three lists")
	}
	for i, part := range row[2:] {
		if string(part) == "0" {
			continue
		}
		switch i {
		case 0:
			d.numbers = part
		case 1:
			d.categories = nil
			if err := json.Unmarshal(part, &d.categories); err != nil {
				return fault.Invalidf("categories", "must be a list of numbers")
			}
		case 2:
			d.kinds = nil
			if err := json.Unmarshal(part, &d.kinds); err != nil {
				return fault.Invalidf("kinds", "must be a list of numbers")
			}
		}
	}
	return d.seats(section, label, runs)
}

// seats adds the seats of a row.
func (d *decoder) seats(section, row string, runs [][]int) error {
	places, err := positions(runs, d.Seats-len(d.hall.Seats))
	if err != nil {
		return err
	}
	labels, err := labels(d.numbers, len(places))
	if err != nil {
		return err
	}
	categories, err := spread("categories", d.categories, len(places), len(d.Categories))
	if err != nil {
		return err
	}
	kinds, err := spread("kinds", d.kinds, len(places), len(d.Kinds))
	if err != nil {
		return err
	}
	for i, p := range places {
		d.hall.Seats = append(d.hall.Seats, Seat{
			Name: section + "-" + row + "-" + labels[i], Row: row, Label: labels[i],
			Category: categories[i], Kind: d.Kinds[kinds[i]], X: real(p), Y: imag(p),
		})
	}
	return nil
}

// positions returns where the seats of runs are, of which there may be so many.
func positions(runs [][]int, most int) ([]complex128, error) {
	var list []complex128
	for _, run := range runs {
		if len(run) < 3 || len(run) > 6 || run[0] < 1 || run[0] > most-len(list) {
			return nil, fault.Invalidf("runs", "each must be 3 to 6 numbers, the first of them seats that the hall has")
		}
		var r [6]float64
		for i, v := range run {
			r[i] = float64(v)
		}
		at, step := complex(r[1], r[2])/100, complex(r[3], r[4])/1000
		for range run[0] {
			list = append(list, at)
			at += step
			step *= cmplx.Rect(1, r[5]/1e5)
		}
	}
	if len(list) == 0 {
		return nil, fault.Invalidf("runs", "a row has at least one seat")
	}
	return list, nil
}

// labels returns the labels of so many seats.
func labels(part json.RawMessage, n int) ([]string, error) {
	var texts []string
	if json.Unmarshal(part, &texts) == nil && len(texts) == n {
		return texts, nil
	}
	var list []int
	if err := json.Unmarshal(part, &list); err != nil || len(list)%3 != 2 {
		return nil, fault.Invalidf("numbers", "must be %d labels, or a first number and a step for each run, with counts between", n)
	}
	texts = make([]string, 0, n)
	for len(list) > 0 {
		count := n - len(texts)
		if len(list) > 2 {
			count = min(count, list[2])
		}
		for i := range max(count, 0) {
			texts = append(texts, strconv.Itoa(list[0]+i*list[1]))
		}
		list = list[min(3, len(list)):]
	}
	return texts, nil
}

// spread returns the class of each of so many seats, an index below end.
func spread(field string, list []int, n, end int) ([]int, error) {
	classes := make([]int, 0, n)
	for len(list) > 0 {
		count := n - len(classes)
		if len(list) > 1 {
			count = min(count, list[1])
		}
		if list[0] < 0 || list[0] >= end {
			return nil, fault.Invalidf(field, "there is none with the number %d", list[0])
		}
		for range max(count, 0) {
			classes = append(classes, list[0])
		}
		list = list[min(2, len(list)):]
	}
	if len(classes) != n {
		return nil, fault.Invalidf(field, "are %d for %d seats", len(classes), n)
	}
	return classes, nil
}

func (d *decoder) areas() error {
	for i, a := range d.Areas {
		if a.Category < 0 || a.Category >= len(d.Categories) || len(a.Shape)%2 != 0 {
			return fault.Invalidf("areas["+strconv.Itoa(i)+"]", "must have a category that there is, and two numbers for each corner")
		}
		area := Area{Key: a.Key, Name: a.Name, Category: a.Category, Capacity: a.Capacity}
		for at := 0; at < len(a.Shape); at += 2 {
			area.Shape = append(area.Shape, seatmap.Point{X: float64(a.Shape[at]) / 100, Y: float64(a.Shape[at+1]) / 100})
		}
		d.hall.Areas = append(d.hall.Areas, area)
	}
	return nil
}
