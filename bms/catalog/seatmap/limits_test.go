package seatmap_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// Each limit takes its most, and one more is refused by the field that has too much.
func TestCompile_Limits(t *testing.T) {
	t.Parallel()
	first := func(m *seatmap.Map) *seatmap.Seat { return &m.Sections[0].Rows[0].Seats[0] }
	for _, c := range []struct {
		field string
		most  int
		fill  func(m *seatmap.Map, n int)
	}{
		{"categories", seatmap.MaxCategories, func(m *seatmap.Map, n int) {
			for i := len(m.Categories); i < n; i++ {
				m.Categories = append(m.Categories, seatmap.Category{Key: fmt.Sprint("k", i), Name: "K"})
			}
		}},
		{"sections", seatmap.MaxSections, func(m *seatmap.Map, n int) {
			for i := len(m.Sections); i < n; i++ {
				row := seatmap.Row{Label: "A", Seats: []seatmap.Seat{{Label: "1", X: float64(i), Y: 100, Category: "silver"}}}
				m.Sections = append(m.Sections, seatmap.Section{Key: fmt.Sprint("k", i), Name: "K", Rows: []seatmap.Row{row}})
			}
		}},
		{"areas", seatmap.MaxSections, func(m *seatmap.Map, n int) {
			for i := len(m.Areas); i < n; i++ {
				m.Areas = append(m.Areas, seatmap.Area{Key: fmt.Sprint("k", i), Name: "K", Category: "gold", Capacity: 1})
			}
		}},
		{"drawings", seatmap.MaxDrawings, func(m *seatmap.Map, n int) {
			m.Drawings = slices.Repeat([]seatmap.Drawing{{Shape: make([]seatmap.Point, 1)}}, n)
		}},
		{"areas[0].shape", seatmap.MaxCorners, func(m *seatmap.Map, n int) { m.Areas[0].Shape = make([]seatmap.Point, n) }},
		{"drawings[0].shape", seatmap.MaxCorners, func(m *seatmap.Map, n int) { m.Drawings = []seatmap.Drawing{{Shape: make([]seatmap.Point, n)}} }},
		{"areas[0].capacity", seatmap.MaxPlaces - 12, func(m *seatmap.Map, n int) { m.Areas[0].Capacity = n }},
		{"name", seatmap.MaxName, func(m *seatmap.Map, n int) { m.Name = strings.Repeat("ö", n) }},
		{"sections[0].name", seatmap.MaxName, func(m *seatmap.Map, n int) { m.Sections[0].Name = strings.Repeat("ö", n) }},
		{"sections[0].key", seatmap.MaxKey, func(m *seatmap.Map, n int) { m.Sections[0].Key = strings.Repeat("k", n) }},
		{"areas[0].key", seatmap.MaxKey, func(m *seatmap.Map, n int) { m.Areas[0].Key = strings.Repeat("k", n) }},
		{"sections[0].rows[0].label", seatmap.MaxLabel, func(m *seatmap.Map, n int) { m.Sections[0].Rows[0].Label = strings.Repeat("é", n) }},
		{"sections[0].rows[0].seats[0].label", seatmap.MaxLabel, func(m *seatmap.Map, n int) { first(m).Label = strings.Repeat("é", n) }},
		{"sections[0].rows[0].seats[0].x", seatmap.MaxCoordinate, func(m *seatmap.Map, n int) { first(m).X = -float64(n) }},
		{"sections[0].rows[0].seats[0].y", seatmap.MaxCoordinate, func(m *seatmap.Map, n int) { first(m).Y = float64(n) }},
		{"focus", seatmap.MaxCoordinate, func(m *seatmap.Map, n int) { m.Focus = &seatmap.Point{X: float64(n)} }},
		{"categories[1].focus", seatmap.MaxCoordinate, func(m *seatmap.Map, n int) { m.Categories[1].Focus = &seatmap.Point{Y: -float64(n)} }},
	} {
		m := small()
		c.fill(m, c.most)
		_, err := seatmap.Compile(m)
		require.NoError(t, err, "%s of %d", c.field, c.most)
		m = small()
		c.fill(m, c.most+1)
		_, err = seatmap.Compile(m)
		require.Error(t, err, "%s of %d", c.field, c.most+1)
		assert.Equal(t, c.field, fault.Of(err).Field)
	}
}

// Whatever letter stands on a seat, of any script, a page that reads the geometry finds it again.
func TestGeometry_LabelsOfAllScripts(t *testing.T) {
	t.Parallel()
	var labels []string
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if r != unicode.ReplacementChar && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) {
			labels = append(labels, string(r))
		}
	}
	require.Greater(t, len(labels), 100_000)
	for part := range slices.Chunk(labels, 60_000) {
		m := &seatmap.Map{Name: "x", Categories: []seatmap.Category{{Key: "s", Name: "S"}}, Sections: []seatmap.Section{{Key: "m", Name: "M"}}}
		for j := range slices.Chunk(part, 500) {
			row := seatmap.Row{Label: strconv.Itoa(len(m.Sections[0].Rows))}
			for i, label := range j {
				row.Seats = append(row.Seats, seatmap.Seat{Label: label, X: float64(i), Y: float64(len(m.Sections[0].Rows)), Category: "s"})
			}
			m.Sections[0].Rows = append(m.Sections[0].Rows, row)
		}
		assertDraws(t, compiled(t, m))
	}
}

// A character that could be mistaken for a part of a seat's name, or not be shown, is no label.
func TestCompile_LabelsThatAreNone(t *testing.T) {
	t.Parallel()
	for _, label := range []string{"", " ", "a b", "a-b", "a,b", "a/b", "a\x00", "\xff", "a\u00a0b", "\u200b", "\u202e", "½", "①", "€", "🎭", "a\n", "\ufffd"} {
		m := small()
		m.Sections[0].Rows[0].Seats[1].Label = label
		_, err := seatmap.Compile(m)
		require.Error(t, err, "%q", label)
		assert.Equal(t, "sections[0].rows[0].seats[1].label", fault.Of(err).Field, "%q", label)
		m = small()
		m.Sections[0].Rows[0].Label = label
		_, err = seatmap.Compile(m)
		require.Error(t, err, "%q", label)
		assert.Equal(t, "sections[0].rows[0].label", fault.Of(err).Field, "%q", label)
	}
}

// No two seats have one name, though keys of sections may have hyphens in them as the names have.
func TestCompile_NamesOfSeatsAreTheirOwn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.StringMatching(`[a-c1-2](-?[a-c1-2]){0,3}`)
		label := rapid.StringMatching(`[A-C1-2]{1,2}`)
		m := &seatmap.Map{Name: "x", Categories: []seatmap.Category{{Key: "s", Name: "S"}}}
		y := 0.0
		for _, k := range rapid.SliceOfNDistinct(key, 1, 4, rapid.ID).Draw(t, "sections") {
			s := seatmap.Section{Key: k, Name: "S"}
			for _, l := range rapid.SliceOfNDistinct(label, 1, 4, rapid.ID).Draw(t, "rows") {
				row := seatmap.Row{Label: l}
				for i, n := range rapid.SliceOfNDistinct(label, 1, 4, rapid.ID).Draw(t, "seats") {
					row.Seats = append(row.Seats, seatmap.Seat{Label: n, X: float64(i), Y: y, Category: "s"})
				}
				s.Rows, y = append(s.Rows, row), y+1
			}
			m.Sections = append(m.Sections, s)
		}
		p, err := seatmap.Compile(m)
		require.NoError(t, err)
		names := map[string]bool{}
		for i, s := range p.Seats {
			require.False(t, names[s.Name], "%s", s.Name)
			names[s.Name] = true
			n, ok := p.Seat(s.Name)
			require.True(t, ok)
			require.Equal(t, int32(i), n)
		}
	})
}

// A plan is read by all who sell from it at once.
func TestPlan_IsSharedSafely(t *testing.T) {
	t.Parallel()
	p := compiled(t, seatmap.Cinema(seatmap.HallOptions{}))
	want := p.Geometry()
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			assert.Equal(t, want.Digest, p.Geometry().Digest)
			for i, s := range p.Seats {
				n, ok := p.Seat(s.Name)
				assert.True(t, ok)
				assert.Equal(t, int32(i), n)
			}
			_, ok := p.Seat("main-A-0")
			assert.False(t, ok)
			_, ok = p.Area("floor")
			assert.False(t, ok)
		})
	}
	wait.Wait()
}

// The digest names what a page draws: what is not drawn, as the way in which a kind is written, does not change it.
func TestGeometry_DigestStaysForTheSameDrawing(t *testing.T) {
	t.Parallel()
	digest := func(change func(m *seatmap.Map)) string {
		m := small()
		change(m)
		return compiled(t, m).Geometry().Digest
	}
	want := digest(func(*seatmap.Map) {})
	assert.Len(t, want, 32)
	assert.Equal(t, want, digest(func(m *seatmap.Map) { m.Sections[0].Rows[0].Seats[0].Kind = seatmap.Standard }))
	assert.Equal(t, want, digest(func(m *seatmap.Map) { m.Focus = &seatmap.Point{X: 3} }), "the focus is for choosing, not for drawing")
	for name, change := range map[string]func(m *seatmap.Map){
		"name":     func(m *seatmap.Map) { m.Name = "Screen 2" },
		"place":    func(m *seatmap.Map) { m.Sections[0].Rows[0].Seats[0].X -= 0.4 },
		"kind":     func(m *seatmap.Map) { m.Sections[0].Rows[0].Seats[0].Kind = seatmap.House },
		"category": func(m *seatmap.Map) { m.Sections[0].Rows[0].Seats[0].Category = "gold" },
		"colour":   func(m *seatmap.Map) { m.Categories[0].Colour = "#000000" },
		"label":    func(m *seatmap.Map) { m.Sections[0].Rows[0].Seats[0].Label = "0" },
		"capacity": func(m *seatmap.Map) { m.Areas[0].Capacity++ },
		"drawing":  func(m *seatmap.Map) { m.Drawings = []seatmap.Drawing{{Text: "Bar", Shape: make([]seatmap.Point, 1)}} },
	} {
		assert.NotEqual(t, want, digest(change), name)
	}
}

// The box is around all that is drawn, so that nothing lies beyond the edge of the page.
func TestGeometry_BoxHoldsEverything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m := drawMap(rt)
		spot := rapid.Custom(func(t *rapid.T) seatmap.Point {
			return seatmap.Point{X: float64(rapid.IntRange(-300, 300).Draw(t, "x")) / 4, Y: float64(rapid.IntRange(-300, 300).Draw(t, "y")) / 4}
		})
		m.Drawings = []seatmap.Drawing{{Text: "Bar", Shape: rapid.SliceOfN(spot, 1, 4).Draw(rt, "drawing")}}
		if len(m.Areas) > 0 {
			m.Areas[0].Shape = rapid.SliceOfN(spot, 3, 5).Draw(rt, "area")
		}
		p, err := seatmap.Compile(m)
		require.NoError(rt, err)
		var d drawn
		require.NoError(rt, json.Unmarshal(p.Geometry().JSON, &d))
		within := func(x, y float64) {
			px, py := int(math.Round(x*100)), int(math.Round(y*100))
			require.True(rt, px >= d.Box[0] && px <= d.Box[2] && py >= d.Box[1] && py <= d.Box[3], "%v,%v in %v", px, py, d.Box)
		}
		for _, s := range p.Seats {
			within(s.X, s.Y)
		}
		for _, q := range m.Drawings[0].Shape {
			within(q.X, q.Y)
		}
		for _, a := range m.Areas {
			for _, q := range a.Shape {
				within(q.X, q.Y)
			}
		}
	})
}

// What is written as JSON is read as the same map, for any map that a hall can be.
func TestJSON_AnyMapSurvives(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawMap(t)
		data, err := m.JSON()
		require.NoError(t, err)
		for _, text := range [][]byte{data, append([]byte("\ufeff"), data...), append(slices.Concat([]byte("\n\t "), data), ' ', '\n')} {
			again, err := seatmap.ParseJSON(text)
			require.NoError(t, err)
			require.Equal(t, m, again)
		}
		require.Equal(t, compiledBy(t, m).Geometry(), compiledBy(t, m).Geometry(), "always the same for the same map")
	})
}

func compiledBy(t *rapid.T, m *seatmap.Map) *seatmap.Plan {
	p, err := seatmap.Compile(m)
	require.NoError(t, err)
	return p
}
