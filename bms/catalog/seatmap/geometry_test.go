package seatmap_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"math/cmplx"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
)

// drawn is a geometry as a page reads it.
type drawn struct {
	Format     int
	Name       string
	Seats      int
	Box        [4]int
	Categories []struct{ Key, Name, Colour string }
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
	Drawings []struct {
		Text, Colour string
		Shape        []int
	}
}

// drawSeats reads a geometry as its documentation says and returns its seats in
// order, with everything but the index of their block.
func drawSeats(t *testing.T, g seatmap.Geometry) []seatmap.PlanSeat {
	t.Helper()
	var d drawn
	require.NoError(t, json.Unmarshal(g.JSON, &d))
	parts := [5]json.RawMessage{nil, nil, json.RawMessage(`[1,1]`), json.RawMessage(`[0]`), json.RawMessage(`[0]`)}
	var seats []seatmap.PlanSeat
	row := int32(0)
	for s, section := range d.Sections {
		for _, r := range section.Rows {
			for i, part := range r {
				if i < 2 || string(part) != "0" {
					parts[i] = part
				}
			}
			var label string
			require.NoError(t, json.Unmarshal(parts[0], &label))
			list := drawRuns(t, parts[1])
			labels := drawNumbers(t, parts[2], len(list))
			categories, kinds := drawClasses(t, parts[3], len(list)), drawClasses(t, parts[4], len(list))
			for i := range list {
				list[i].Label = labels[i]
				list[i].Name = section.Key + "-" + label + "-" + labels[i]
				list[i].Section, list[i].Row = int32(s), row
				list[i].Category, list[i].Kind = int32(categories[i]), d.Kinds[kinds[i]]
			}
			seats = append(seats, list...)
			row++
		}
	}
	require.Len(t, seats, d.Seats)
	return seats
}

func drawRuns(t *testing.T, part json.RawMessage) []seatmap.PlanSeat {
	t.Helper()
	var runs [][]float64
	require.NoError(t, json.Unmarshal(part, &runs))
	var seats []seatmap.PlanSeat
	for _, r := range runs {
		r = append(r, 0, 0, 0)
		at, step := complex(r[1], r[2])/100, complex(r[3], r[4])/1000
		for range int(r[0]) {
			seats = append(seats, seatmap.PlanSeat{X: real(at), Y: imag(at)})
			at += step
			step *= cmplx.Rect(1, r[5]/1e5)
		}
	}
	return seats
}

func drawNumbers(t *testing.T, part json.RawMessage, n int) []string {
	t.Helper()
	var labels []string
	if json.Unmarshal(part, &labels) == nil {
		return labels
	}
	labels = nil
	var list []int
	require.NoError(t, json.Unmarshal(part, &list))
	for len(list) > 0 {
		count := n - len(labels)
		if len(list) > 2 {
			count = list[2]
		}
		for i := range count {
			labels = append(labels, strconv.Itoa(list[0]+i*list[1]))
		}
		list = list[min(3, len(list)):]
	}
	require.Len(t, labels, n)
	return labels
}

func drawClasses(t *testing.T, part json.RawMessage, n int) []int {
	t.Helper()
	var list, classes []int
	require.NoError(t, json.Unmarshal(part, &list))
	for len(list) > 0 {
		count := n - len(classes)
		if len(list) > 1 {
			count = list[1]
		}
		for range count {
			classes = append(classes, list[0])
		}
		list = list[min(2, len(list)):]
	}
	require.Len(t, classes, n)
	return classes
}

func compiled(t *testing.T, m *seatmap.Map) *seatmap.Plan {
	t.Helper()
	p, err := seatmap.Compile(m)
	require.NoError(t, err)
	return p
}

// assertDraws checks that the geometry of p gives back its seats, each near its place.
func assertDraws(t *testing.T, p *seatmap.Plan) {
	t.Helper()
	got := drawSeats(t, p.Geometry())
	require.Len(t, got, len(p.Seats))
	for i, want := range p.Seats {
		off := math.Hypot(got[i].X-want.X, got[i].Y-want.Y)
		require.LessOrEqual(t, off, 0.05+1e-9, want.Name)
		want.X, want.Y, want.Block = got[i].X, got[i].Y, 0
		require.Equal(t, want, got[i])
	}
}

func TestGeometry_GivesEverySeatBack(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]*seatmap.Map{
		"small":   small(),
		"cinema":  seatmap.Cinema(seatmap.HallOptions{}),
		"theatre": seatmap.Theatre(seatmap.HallOptions{}),
		"arena":   seatmap.Arena(seatmap.HallOptions{}),
		"stadium": seatmap.Stadium(seatmap.HallOptions{}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assertDraws(t, compiled(t, m))
		})
	}
}

func TestGeometry_UnevenRows(t *testing.T) {
	t.Parallel()
	m := small()
	seats := m.Sections[0].Rows[1].Seats
	for i, s := range []struct {
		label string
		x, y  float64
		kind  seatmap.Kind
	}{{"1a", -3.337, 2.2, ""}, {"01", 7, 3.1, seatmap.House}, {"é", 2.001, 4, ""}, {"1", 3, 1, seatmap.Recliner}, {"2", 3.6, 1.04, ""}} {
		seats[i].Label, seats[i].X, seats[i].Y, seats[i].Kind, seats[i].AisleAfter = s.label, s.x, s.y, s.kind, false
	}
	seats[2].Category = "gold"
	assertDraws(t, compiled(t, m))
}

func TestGeometry_AllOfARowOnASpiral(t *testing.T) {
	t.Parallel()
	m := small()
	m.Sections = m.Sections[:1]
	row := wide(300)
	for i := range row {
		r := 20 + float64(i)*0.3
		row[i].X, row[i].Y = r*math.Cos(float64(i)*0.05), r*math.Sin(float64(i)*0.05)
	}
	m.Sections[0].Rows = []seatmap.Row{{Label: "A", Seats: row}}
	assertDraws(t, compiled(t, m))
}

func TestGeometry_Areas(t *testing.T) {
	t.Parallel()
	m := small()
	m.Areas[0].Shape = []seatmap.Point{{X: -5, Y: -10}, {X: 5, Y: -10}, {X: 0, Y: -2.5}}
	m.Drawings = []seatmap.Drawing{{Text: "Stage", Colour: "#000000", Shape: []seatmap.Point{{X: 1, Y: -12}}}}
	var d drawn
	require.NoError(t, json.Unmarshal(compiled(t, m).Geometry().JSON, &d))

	assert.Equal(t, 1, d.Format)
	assert.Equal(t, "Screen 1", d.Name)
	assert.Equal(t, [4]int{-500, -1200, 500, 900}, d.Box)
	assert.Equal(t, "#c9a227", d.Categories[1].Colour)
	require.Len(t, d.Areas, 1)
	assert.Equal(t, 1, d.Areas[0].Category)
	assert.Equal(t, 40, d.Areas[0].Capacity)
	assert.Equal(t, []int{-500, -1000, 500, -1000, 0, -250}, d.Areas[0].Shape)
	require.Len(t, d.Drawings, 1)
	assert.Equal(t, "Stage", d.Drawings[0].Text)
	assert.Equal(t, []int{100, -1200}, d.Drawings[0].Shape)
}

func TestGeometry_AreasWithoutShape(t *testing.T) {
	t.Parallel()
	m := small()
	m.Sections = nil
	var d drawn
	require.NoError(t, json.Unmarshal(compiled(t, m).Geometry().JSON, &d))
	assert.Equal(t, [4]int{}, d.Box)
	assert.Empty(t, d.Sections)
	assert.Equal(t, "floor", d.Areas[0].Key)
}

func TestGeometry_DigestIsOfTheContent(t *testing.T) {
	t.Parallel()
	a, b := compiled(t, small()).Geometry(), compiled(t, small()).Geometry()
	assert.Equal(t, a, b)
	sum := sha256.Sum256(a.JSON)
	assert.Equal(t, hex.EncodeToString(sum[:16]), a.Digest)

	m := small()
	m.Sections[0].Rows[0].Seats[0].Kind = seatmap.House
	assert.NotEqual(t, a.Digest, compiled(t, m).Geometry().Digest)
}

func TestGeometry_IsSmall(t *testing.T) {
	t.Parallel()
	g := compiled(t, seatmap.Stadium(seatmap.HallOptions{Seats: 50_000})).Geometry()
	assert.Less(t, len(g.JSON), 100_000)
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, err := w.Write(g.JSON)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	assert.Less(t, zipped.Len(), 15_000)
	t.Logf("50,000 seats: %d bytes, %d compressed", len(g.JSON), zipped.Len())
}

func BenchmarkGeometry60000(b *testing.B) {
	p, err := seatmap.Compile(seatmap.Stadium(seatmap.HallOptions{}))
	require.NoError(b, err)
	for b.Loop() {
		p.Geometry()
	}
}
