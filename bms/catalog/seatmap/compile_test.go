package seatmap_test

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// small is a correct map of two sections and an area: stalls rows A and B with
// an aisle in the middle, a balcony row with wheelchair places.
func small() *seatmap.Map {
	row := func(label string, y float64, n int) seatmap.Row {
		r := seatmap.Row{Label: label}
		for i := range n {
			r.Seats = append(r.Seats, seatmap.Seat{
				Label: strconv.Itoa(i + 1), X: float64(i), Y: y, Category: "silver", AisleAfter: i == 1,
			})
		}
		return r
	}
	m := &seatmap.Map{
		Name:       "Screen 1",
		Categories: []seatmap.Category{{Key: "silver", Name: "Silver"}, {Key: "gold", Name: "Gold", Colour: "#c9a227"}},
		Sections: []seatmap.Section{
			{Key: "stalls", Name: "Stalls", Rows: []seatmap.Row{row("A", 0, 4), row("B", 1, 5)}},
			{Key: "balcony", Name: "Balcony", Rows: []seatmap.Row{row("A", 9, 3)}},
		},
		Areas: []seatmap.Area{{Key: "floor", Name: "Floor", Category: "gold", Capacity: 40}},
	}
	m.Sections[1].Rows[0].Seats[0].Kind = seatmap.Wheelchair
	m.Sections[1].Rows[0].Seats[1].Kind = seatmap.Companion
	return m
}

func TestCompile_NumbersSeatsInOrder(t *testing.T) {
	t.Parallel()
	p, err := seatmap.Compile(small())
	require.NoError(t, err)

	names := make([]string, 0, len(p.Seats))
	for _, s := range p.Seats {
		names = append(names, s.Name)
	}
	assert.Equal(t, []string{
		"stalls-A-1", "stalls-A-2", "stalls-A-3", "stalls-A-4",
		"stalls-B-1", "stalls-B-2", "stalls-B-3", "stalls-B-4", "stalls-B-5",
		"balcony-A-1", "balcony-A-2", "balcony-A-3",
	}, names)
	assert.Equal(t, []seatmap.Span{{0, 2}, {2, 4}, {4, 6}, {6, 9}, {9, 11}, {11, 12}}, p.Blocks)
	assert.Equal(t, seatmap.PlanRow{Label: "B", Section: 0, Seats: seatmap.Span{First: 4, End: 9}, Blocks: seatmap.Span{First: 2, End: 4}}, p.Rows[1])
	assert.Equal(t, seatmap.PlanSection{Key: "balcony", Name: "Balcony", Rows: seatmap.Span{First: 2, End: 3}}, p.Sections[1])
	assert.Equal(t, seatmap.PlanSeat{Name: "balcony-A-2", Label: "2", Section: 1, Row: 2, Block: 4, Kind: seatmap.Companion, X: 1, Y: 9}, p.Seats[10])
	assert.Equal(t, seatmap.Standard, p.Seats[0].Kind, "an empty kind is standard")
	assert.Equal(t, 52, p.Capacity())
}

func TestCompile_FindsSeatsAndAreasByName(t *testing.T) {
	t.Parallel()
	p, err := seatmap.Compile(small())
	require.NoError(t, err)

	n, ok := p.Seat("stalls-B-5")
	assert.True(t, ok)
	assert.Equal(t, int32(8), n)
	_, ok = p.Seat("stalls-B-6")
	assert.False(t, ok)
	area, ok := p.Area("floor")
	assert.True(t, ok)
	assert.Equal(t, "Floor", p.Areas[area].Name)
	_, ok = p.Area("pit")
	assert.False(t, ok)
}

func TestCompile_Focus(t *testing.T) {
	t.Parallel()
	m := small()
	p, err := seatmap.Compile(m)
	require.NoError(t, err)
	assert.Equal(t, []seatmap.Point{{X: 2, Y: 6}, {X: 2, Y: 6}}, p.Focus, "two thirds back on the centre line")

	m.Focus = &seatmap.Point{X: 1, Y: 1}
	m.Categories[1].Focus = &seatmap.Point{X: 3, Y: 3}
	p, err = seatmap.Compile(m)
	require.NoError(t, err)
	assert.Equal(t, []seatmap.Point{{X: 1, Y: 1}, {X: 3, Y: 3}}, p.Focus)
}

func TestCompile_AreasAlone(t *testing.T) {
	t.Parallel()
	m := small()
	m.Sections = nil
	p, err := seatmap.Compile(m)
	require.NoError(t, err)
	assert.Equal(t, 40, p.Capacity())
	assert.Equal(t, []seatmap.Point{{}, {}}, p.Focus)
}

func TestCompile_KeepsNothingOfTheMap(t *testing.T) {
	t.Parallel()
	m := small()
	m.Categories[0].Focus = &seatmap.Point{X: 1}
	m.Areas[0].Shape = []seatmap.Point{{X: 0}, {X: 1}, {X: 1, Y: 1}}
	p, err := seatmap.Compile(m)
	require.NoError(t, err)

	m.Categories[0].Name, m.Categories[0].Focus.X, m.Areas[0].Shape[0].X = "x", 99, 99
	m.Sections[0].Rows[0].Seats[0].Label = "x"
	assert.Equal(t, "Silver", p.Categories[0].Name)
	assert.InDelta(t, 1, p.Categories[0].Focus.X, 0)
	assert.InDelta(t, 0, p.Areas[0].Shape[0].X, 0)
	assert.Equal(t, "1", p.Seats[0].Label)
}

func TestCompile_RefusesNamingThePlace(t *testing.T) {
	t.Parallel()
	stall := func(m *seatmap.Map, i int) *seatmap.Seat { return &m.Sections[0].Rows[1].Seats[i] }
	cases := []struct {
		name    string
		spoil   func(m *seatmap.Map)
		field   string
		message string
	}{
		{"no categories", func(m *seatmap.Map) { m.Categories = nil }, "categories", "at least one category"},
		{"empty", func(m *seatmap.Map) { m.Sections, m.Areas = nil, nil }, "sections", "the map is empty"},
		{"no name", func(m *seatmap.Map) { m.Name = "" }, "name", "1 to 80 characters"},
		{"long name", func(m *seatmap.Map) { m.Name = strings.Repeat("é", 81) }, "name", "not 81"},
		{"control in name", func(m *seatmap.Map) { m.Name = "a\x00" }, "name", "cannot be shown"},
		{"space before name", func(m *seatmap.Map) { m.Name = " x" }, "name", "begin or end with a space"},
		{"drawing without place", func(m *seatmap.Map) { m.Drawings = []seatmap.Drawing{{Text: "Bar"}} }, "drawings[0].shape", "drawing number 1 has no place"},
		{"drawing colour", func(m *seatmap.Map) { m.Drawings = []seatmap.Drawing{{Shape: make([]seatmap.Point, 1), Colour: "x"}} }, "drawings[0].colour", "#c9a227"},
		{"drawing text", func(m *seatmap.Map) { m.Drawings = []seatmap.Drawing{{Shape: make([]seatmap.Point, 1), Text: "\x01"}} }, "drawings[0].text", "cannot be shown"},
		{"too many drawings", func(m *seatmap.Map) { m.Drawings = make([]seatmap.Drawing, 501) }, "drawings", "more than the 500"},
		{"bad category key", func(m *seatmap.Map) { m.Categories[0].Key = "Silver" }, "categories[0].key", `category key "Silver"`},
		{"same category key", func(m *seatmap.Map) { m.Categories[1].Key = "silver" }, "categories[1].key", "used twice"},
		{"bad colour", func(m *seatmap.Map) { m.Categories[1].Colour = "gold" }, "categories[1].colour", "#c9a227"},
		{"category focus", func(m *seatmap.Map) { m.Categories[1].Focus = &seatmap.Point{X: math.NaN()} }, "categories[1].focus", "focal point"},
		{"focus", func(m *seatmap.Map) { m.Focus = &seatmap.Point{Y: math.Inf(1)} }, "focus", "focal point"},
		{"bad section key", func(m *seatmap.Map) { m.Sections[1].Key = "-x" }, "sections[1].key", `section key "-x"`},
		{"same section key", func(m *seatmap.Map) { m.Sections[1].Key = "stalls" }, "sections[1].key", "used twice"},
		{"section without name", func(m *seatmap.Map) { m.Sections[1].Name = "" }, "sections[1].name", "section balcony"},
		{"section without rows", func(m *seatmap.Map) { m.Sections[1].Rows = nil }, "sections[1].rows", "Balcony has no rows"},
		{"row without seats", func(m *seatmap.Map) { m.Sections[0].Rows[1].Seats = nil }, "sections[0].rows[1].seats", "Stalls row B has no seats"},
		{"row without label", func(m *seatmap.Map) { m.Sections[0].Rows[1].Label = "" }, "sections[0].rows[1].label", "Stalls row number 2 has no label"},
		{"same row label", func(m *seatmap.Map) { m.Sections[0].Rows[1].Label = "A" }, "sections[0].rows[1].label", "Stalls row A: row 1"},
		{"hyphen in row", func(m *seatmap.Map) { m.Sections[0].Rows[1].Label = "A-1" }, "sections[0].rows[1].label", "not '-'"},
		{"same seat label", func(m *seatmap.Map) { stall(m, 3).Label = "1" }, "sections[0].rows[1].seats[3].label", "Stalls row B seat 1: seat number 1"},
		{"long seat label", func(m *seatmap.Map) { stall(m, 3).Label = strings.Repeat("9", 17) }, "sections[0].rows[1].seats[3].label", "at most 16"},
		{"comma in seat", func(m *seatmap.Map) { stall(m, 3).Label = "4,5" }, "sections[0].rows[1].seats[3].label", "not ','"},
		{"bad text in seat", func(m *seatmap.Map) { stall(m, 3).Label = "\xff" }, "sections[0].rows[1].seats[3].label", "letters, digits"},
		{"unknown category", func(m *seatmap.Map) { stall(m, 3).Category = "bronze" }, "sections[0].rows[1].seats[3].category", `Stalls row B seat 4: there is no category "bronze"`},
		{"unknown kind", func(m *seatmap.Map) { stall(m, 3).Kind = "sofa" }, "sections[0].rows[1].seats[3].kind", `no kind "sofa"`},
		{"not a number", func(m *seatmap.Map) { stall(m, 3).X = math.NaN() }, "sections[0].rows[1].seats[3].x", "Stalls row B seat 4"},
		{"infinite", func(m *seatmap.Map) { stall(m, 3).Y = math.Inf(-1) }, "sections[0].rows[1].seats[3].y", "(3, -Inf)"},
		{"overlap", func(m *seatmap.Map) { stall(m, 3).X = 2.4 }, "sections[0].rows[1].seats[3].x", "Stalls row B seat 4: less than 0.5 units from Stalls row B seat 3"},
		{"overlap across sections", func(m *seatmap.Map) { m.Sections[1].Rows[0].Seats[2].Y = 0.6 }, "sections[1].rows[0].seats[2].x", "Balcony row A seat 3: less than 0.5 units from Stalls row"},
		{"bad area key", func(m *seatmap.Map) { m.Areas[0].Key = "" }, "areas[0].key", "area key"},
		{"area category", func(m *seatmap.Map) { m.Areas[0].Category = "" }, "areas[0].category", "area floor"},
		{"area capacity", func(m *seatmap.Map) { m.Areas[0].Capacity = 0 }, "areas[0].capacity", "at least 1, not 0"},
		{"area name", func(m *seatmap.Map) { m.Areas[0].Name = "\xff" }, "areas[0].name", "area floor"},
		{"area with two corners", func(m *seatmap.Map) { m.Areas[0].Shape = make([]seatmap.Point, 2) }, "areas[0].shape", "3 to 200 corners"},
		{"area corner", func(m *seatmap.Map) { m.Areas[0].Shape = []seatmap.Point{{}, {X: 1}, {Y: math.NaN()}} }, "areas[0].shape[2]", "corner 3"},
		{"too many places", func(m *seatmap.Map) { m.Areas[0].Capacity = 100_000 }, "areas[0].capacity", "more than 100000 places"},
		{"capacity near overflow", func(m *seatmap.Map) { m.Areas[0].Capacity = math.MaxInt }, "areas[0].capacity", "more than 100000 places"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := small()
			c.spoil(m)
			_, err := seatmap.Compile(m)
			require.Error(t, err)
			require.Equal(t, fault.Invalid, fault.CodeOf(err))
			first := fault.Of(err)
			assert.Equal(t, c.field, first.Field)
			assert.Contains(t, first.Message, c.message)
		})
	}
}

func TestCompile_NilMap(t *testing.T) {
	t.Parallel()
	_, err := seatmap.Compile(nil)
	assert.True(t, fault.Is(err, fault.Invalid))
}

func TestCompile_ListsEveryProblemUpToTwenty(t *testing.T) {
	t.Parallel()
	m := small()
	m.Categories = m.Categories[1:] // no seat finds its category any more
	m.Areas[0].Capacity = -1
	var bad *seatmap.MapError
	_, err := seatmap.Compile(m)
	require.ErrorAs(t, err, &bad)
	assert.Len(t, bad.Problems, 13)
	assert.Zero(t, bad.More)

	inside := bad.In("map")
	assert.Equal(t, "map.sections[0].rows[0].seats[0].category", fault.Of(inside).Field)
	assert.Equal(t, "sections[0].rows[0].seats[0].category", fault.Of(bad).Field, "the original is untouched")

	m.Sections[0].Rows[0].Seats = wide(50)
	_, err = seatmap.Compile(m)
	require.ErrorAs(t, err, &bad)
	assert.Len(t, bad.Problems, seatmap.MaxProblems)
	assert.Equal(t, 59-seatmap.MaxProblems, bad.More)
	assert.Contains(t, err.Error(), "and 39 more")
	assert.Equal(t, 20, strings.Count(err.Error(), "\n"))
}

func TestCompile_RefusesTooManySeatsBeforeLookingAtThem(t *testing.T) {
	t.Parallel()
	m := small()
	m.Sections[0].Rows[0].Seats = make([]seatmap.Seat, seatmap.MaxPlaces)
	_, err := seatmap.Compile(m)
	require.Error(t, err)
	assert.Equal(t, "sections: 100008 seats are more than the 100000 that a map may have", err.Error())
}

func TestCompile_SeatsExactlyTheLeastDistanceApart(t *testing.T) {
	t.Parallel()
	m := small()
	m.Sections = m.Sections[:1]
	m.Sections[0].Rows = []seatmap.Row{{Label: "A", Seats: wide(1000)}}
	for i := range m.Sections[0].Rows[0].Seats {
		m.Sections[0].Rows[0].Seats[i].X = 0.1 + float64(i)*0.5
	}
	_, err := seatmap.Compile(m)
	require.NoError(t, err)
}

func TestCompile_AllSeatsInOnePlaceIsFoundQuickly(t *testing.T) {
	t.Parallel()
	m := small()
	m.Sections[0].Rows[0].Seats = wide(90_000)
	for i := range m.Sections[0].Rows[0].Seats {
		m.Sections[0].Rows[0].Seats[i].X = 100
	}
	began := time.Now()
	var bad *seatmap.MapError
	_, err := seatmap.Compile(m)
	require.ErrorAs(t, err, &bad)
	assert.Equal(t, 90_000-1, len(bad.Problems)+bad.More)
	assert.Less(t, time.Since(began), 20*time.Second, "not quadratic")
}

// wide is a row of n seats side by side, far behind the others.
func wide(n int) []seatmap.Seat {
	seats := make([]seatmap.Seat, n)
	for i := range seats {
		seats[i] = seatmap.Seat{Label: strconv.Itoa(i + 1), X: float64(i), Y: 50, Category: "silver"}
	}
	return seats
}

func BenchmarkCompile60000(b *testing.B) {
	m := small()
	m.Sections[0].Rows = nil
	for r := range 300 {
		seats := wide(200)
		for i := range seats {
			seats[i].Y = 100 + float64(r)
		}
		m.Sections[0].Rows = append(m.Sections[0].Rows, seatmap.Row{Label: strconv.Itoa(r), Seats: seats})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := seatmap.Compile(m); err != nil {
			b.Fatal(err)
		}
	}
}
