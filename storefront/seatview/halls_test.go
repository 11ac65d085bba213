package seatview_test

import (
	"math"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
)

// compiled makes the plan of a map.
func compiled(t require.TestingT, m *seatmap.Map) *seatmap.Plan {
	plan, err := seatmap.Compile(m)
	require.NoError(t, err)
	return plan
}

// cabaret is a hall with everything that is not a straight row of numbers: tables of eight, a row that is turned, labels that are no
// numbers, and a standing area.
func cabaret() *seatmap.Map {
	m := &seatmap.Map{
		Name:       "Cabaret",
		Categories: []seatmap.Category{{Key: "table", Name: "Table", Colour: "#8c2f39"}, {Key: "bench", Name: "Bench"}},
		Areas: []seatmap.Area{
			{Key: "bar", Name: "Bar", Category: "bench", Capacity: 40, Shape: []seatmap.Point{{X: -12, Y: 9}, {X: -4, Y: 9}, {X: -4, Y: 12}, {X: -12, Y: 12}}},
			{Key: "gallery", Name: "Gallery", Category: "bench", Capacity: 25},
		},
		Drawings: []seatmap.Drawing{{Text: "Stage", Shape: []seatmap.Point{{X: -5, Y: -8}, {X: 5, Y: -8}, {X: 5, Y: -5}, {X: -5, Y: -5}}}},
	}
	tables := seatmap.Section{Key: "tables", Name: "Tables"}
	for i, x := range []float64{-6, 0, 6} {
		tables.Rows = append(tables.Rows, ring(string(rune('A'+i)), x, 0, 2, 8, "table"))
	}
	bench := seatmap.Section{Key: "bench", Name: "Benches", Rows: []seatmap.Row{line("L", 5, 8, 1, .6, 9, "bench")}}
	for i, label := range []string{"1a", "1b", "02", "é", "V"} {
		bench.Rows[0].Seats[i].Label = label
	}
	bench.Rows[0].Seats[0].Kind, bench.Rows[0].Seats[1].Kind = seatmap.Wheelchair, seatmap.Companion
	bench.Rows[0].Seats[8].Kind = seatmap.House
	m.Sections = []seatmap.Section{tables, bench}
	return m
}

// ring is a table: seats around a middle.
func ring(label string, x, y, radius float64, n int, category string) seatmap.Row {
	row := seatmap.Row{Label: label}
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		row.Seats = append(row.Seats, seatmap.Seat{Label: number(i + 1), X: x + radius*cos, Y: y + radius*sin, Category: category})
	}
	return row
}

// line is a straight row from a point in a direction.
func line(label string, x, y, dx, dy float64, n int, category string) seatmap.Row {
	row := seatmap.Row{Label: label}
	for i := range n {
		row.Seats = append(row.Seats, seatmap.Seat{Label: number(i + 1), X: x + float64(i)*dx, Y: y + float64(i)*dy, Category: category})
	}
	return row
}

// anyHall draws a hall: rows that are straight, turned, bent or rings, with kinds, categories and labels as they come.
func anyHall(t *rapid.T) *seatmap.Map {
	m := &seatmap.Map{Name: "Any", Categories: []seatmap.Category{{Key: "a", Name: "A"}, {Key: "b", Name: "B", Colour: "#123456"}}}
	kind := rapid.SampledFrom([]seatmap.Kind{"", "", "", seatmap.Recliner, seatmap.Wheelchair, seatmap.Companion, seatmap.House})
	for s := range rapid.IntRange(1, 3).Draw(t, "sections") {
		section := seatmap.Section{Key: "s" + number(s), Name: "Section " + number(s)}
		for r := range rapid.IntRange(1, 4).Draw(t, "rows") {
			far := float64(s*500 + r*100) // so that no two rows meet
			section.Rows = append(section.Rows, anyRow(t, number(r+1), far))
			seats := section.Rows[r].Seats
			for i := range seats {
				seats[i].Kind, seats[i].Category = kind.Draw(t, "kind"), rapid.SampledFrom([]string{"a", "a", "a", "b"}).Draw(t, "category")
				seats[i].AisleAfter = rapid.IntRange(0, 9).Draw(t, "aisle") == 0
			}
			if rapid.Bool().Draw(t, "lettered") {
				for i := range seats {
					seats[i].Label = string(rune('a'+i%26)) + number(i)
				}
			}
		}
		m.Sections = append(m.Sections, section)
	}
	return m
}

// anyRow draws a row of 1 to 40 seats around a height.
func anyRow(t *rapid.T, label string, y float64) seatmap.Row {
	n := rapid.IntRange(1, 40).Draw(t, "seats")
	switch rapid.IntRange(0, 2).Draw(t, "form") {
	case 0:
		angle, pitch := rapid.Float64Range(-1, 1).Draw(t, "angle"), rapid.Float64Range(.6, 1.5).Draw(t, "pitch")
		sin, cos := math.Sincos(angle)
		return line(label, rapid.Float64Range(-50, 50).Draw(t, "x"), y, pitch*cos, pitch*sin, n, "a")
	case 1:
		return ring(label, 0, y, max(2, float64(n)/4), n, "a")
	}
	row := line(label, 0, y, 1, 0, n, "a")
	for i := range row.Seats { // as somebody put chairs down
		row.Seats[i].Y += rapid.Float64Range(-.4, .4).Draw(t, "off")
	}
	return row
}
