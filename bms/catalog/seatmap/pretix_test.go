package seatmap_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// hallPlan is a plan with what the format has: two zones with seats and one
// without, a row in two parts, a row drawn from right to left, a gap, areas of
// every shape.
const hallPlan = `{
  "name": "Großer Saal",
  "size": {"width": 600, "height": 500},
  "categories": [{"name": "Parkett", "color": "#33FFff"}, {"name": "Rang", "color": "#f0c"}, {"name": "Parkett!", "color": "red"}],
  "zones": [
    {"name": "Parkett", "zone_id": "p", "uuid": "6b3c6d0c-0000-4000-8000-000000000001", "position": {"x": 100, "y": 50}, "rows": [
      {"row_number": "1", "row_label": "Reihe 1", "seat_label": "Platz %s", "row_number_position": "both", "position": {"x": 0, "y": 0}, "seats": [
        {"seat_guid": "1-1", "seat_number": "1", "position": {"x": 0, "y": 0}, "category": "Parkett", "radius": 10, "start_direction": ">"},
        {"seat_guid": "1-2", "seat_number": "2", "position": {"x": 30, "y": 0}, "category": "Parkett"},
        {"seat_guid": "1-3", "seat_number": "3", "position": {"x": 60, "y": 1.5}, "category": "Parkett!"}
      ]},
      {"row_number": "1", "position": {"x": 100, "y": 0}, "seats": [
        {"seat_guid": "1-4", "seat_number": "4", "position": {"x": 0, "y": 0}, "category": "Parkett"},
        {"seat_guid": "1-5", "seat_number": "5 b", "position": {"x": 30, "y": 0}, "category": "Parkett"}
      ]},
      {"row_number": "2", "position": {"x": 0, "y": 36}, "seats": [
        {"seat_guid": "2-4", "seat_number": "4", "position": {"x": 135, "y": 0}, "category": "Parkett"},
        {"seat_guid": "2-3", "seat_number": "3", "position": {"x": 60, "y": 0}, "category": "Parkett"},
        {"seat_guid": "2-2", "seat_number": "2", "position": {"x": 30, "y": 0}, "category": "Parkett"},
        {"seat_guid": "2-1", "seat_number": "1", "position": {"x": 0, "y": 0}, "category": "Parkett"}
      ]},
      {"row_number": "leer", "seats": []}
    ], "areas": [
      {"shape": "rectangle", "color": "#eee", "border_color": "#000", "position": {"x": 0, "y": -60}, "rectangle": {"width": 120, "height": 30}, "text": {"text": "Bühne", "position": {"x": 60, "y": 15}}},
      {"shape": "circle", "color": "#ffffff", "position": {"x": 30, "y": 0}, "circle": {"radius": 30}},
      {"shape": "ellipse", "position": {"x": 0, "y": 0}, "rotation": 90, "ellipse": {"radius": {"x": 60, "y": 30}}},
      {"shape": "polygon", "position": {"x": 0, "y": 0}, "polygon": {"points": [{"x": 0, "y": 0}, {"x": 30, "y": 0}, {"x": 0, "y": 30}]}},
      {"shape": "text", "position": {"x": 30, "y": 60}, "text": {"text": " Zum\n Foyer ", "size": 16}},
      {"shape": "text", "position": {"x": 30, "y": 60}, "text": null},
      {"width": 30, "height": 60, "position": {"x": 0, "y": 0}, "text": "Bar"},
      {"shape": "star", "position": {"x": 0, "y": 0}}
    ]},
    {"name": "Parkett", "position": {"x": 0, "y": 250}, "rows": [
      {"row_number": "", "row_label": "Loge-A", "position": {"x": 0, "y": 0}, "seats": [
        {"seat_guid": "l-1", "seat_number": "1", "position": {"x": 400, "y": 0}, "category": "Rang"}
      ]}
    ]},
    {"name": "Deko", "position": {"x": 0, "y": 0}, "rows": []}
  ]
}`

func TestParsePretix_ReadsAPlan(t *testing.T) {
	t.Parallel()
	m, err := seatmap.ParsePretix([]byte(hallPlan))
	require.NoError(t, err)

	assert.Equal(t, "Großer Saal", m.Name)
	assert.Equal(t, []seatmap.Category{
		{Key: "parkett", Name: "Parkett", Colour: "#33ffff"},
		{Key: "rang", Name: "Rang", Colour: "#ff00cc"},
		{Key: "parkett-2", Name: "Parkett!"},
	}, m.Categories)
	require.Len(t, m.Sections, 2, "a zone without seats is no section")
	assert.Equal(t, "parkett", m.Sections[0].Key)
	assert.Equal(t, "parkett-2", m.Sections[1].Key)
	assert.Equal(t, "Parkett", m.Sections[1].Name)
	assert.Equal(t, []string{"1: 1 2 3 | 4 5_b", "2: 1 2 3 | 4"}, rowLabels(m.Sections[0]))
	assert.Equal(t, []string{"Loge_A: 1"}, rowLabels(m.Sections[1]))
	assert.Equal(t, "parkett-2", m.Sections[0].Rows[0].Seats[2].Category)
}

func TestParsePretix_ScalesAndMovesSeats(t *testing.T) {
	t.Parallel()
	m, err := seatmap.ParsePretix([]byte(hallPlan))
	require.NoError(t, err)

	at := func(section, row, seat int) seatmap.Point {
		s := m.Sections[section].Rows[row].Seats[seat]
		return seatmap.Point{X: s.X, Y: s.Y}
	}
	assert.Equal(t, seatmap.Point{}, at(0, 0, 0))
	assert.Equal(t, seatmap.Point{X: 1}, at(0, 0, 1))
	assert.Equal(t, seatmap.Point{X: 2, Y: 0.05}, at(0, 0, 2))
	assert.Equal(t, seatmap.Point{X: 3.333}, at(0, 0, 3), "the position of the row counts")
	assert.Equal(t, seatmap.Point{X: 4.5, Y: 1.2}, at(0, 1, 3))
	assert.Equal(t, seatmap.Point{X: 10, Y: 6.667}, at(1, 0, 0), "the position of the zone counts")
}

func TestParsePretix_AreasBecomeDrawings(t *testing.T) {
	t.Parallel()
	m, err := seatmap.ParsePretix([]byte(hallPlan))
	require.NoError(t, err)
	require.Len(t, m.Drawings, 6)
	assert.Empty(t, m.Areas)

	box := func(d seatmap.Drawing) [4]float64 {
		b := [4]float64{d.Shape[0].X, d.Shape[0].Y, d.Shape[0].X, d.Shape[0].Y}
		for _, p := range d.Shape {
			b = [4]float64{min(b[0], p.X), min(b[1], p.Y), max(b[2], p.X), max(b[3], p.Y)}
		}
		return b
	}
	assert.Equal(t, "Bühne", m.Drawings[0].Text)
	assert.Equal(t, "#eeeeee", m.Drawings[0].Colour)
	assert.Equal(t, [4]float64{0, -2, 4, -1}, box(m.Drawings[0]))
	assert.Equal(t, [4]float64{0, -1, 2, 1}, box(m.Drawings[1]), "a circle is around its position")
	assert.Equal(t, [4]float64{-1, -2, 1, 2}, box(m.Drawings[2]), "the ellipse is turned by a quarter")
	assert.Equal(t, []seatmap.Point{{}, {X: 1}, {Y: 1}}, m.Drawings[3].Shape)
	assert.Equal(t, seatmap.Drawing{Text: "Zum Foyer", Shape: []seatmap.Point{{X: 1, Y: 2}}}, m.Drawings[4])
	assert.Equal(t, "Bar", m.Drawings[5].Text)
	assert.Equal(t, [4]float64{0, 0, 1, 2}, box(m.Drawings[5]))
}

func TestParsePretix_RefusesNamingThePlaceInTheFile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new, field, message string }{
		{"no name", `"name": "Großer Saal"`, `"name": " "`, "name", "1 to 80 characters"},
		{"no categories", `"categories"`, `"kategorien"`, "zones[0].rows[0].seats[0].category", "there is no category"},
		{"category twice", `"Parkett!", "color"`, `"Parkett", "color"`, "categories[2].name", "used twice"},
		{"unknown category", `{"x": 30, "y": 0}, "category": "Parkett"}`, `{"x": 30, "y": 0}, "category": "Loge"}`, "zones[0].rows[0].seats[1].category", `Parkett row 1 seat 2: there is no category "Loge"`},
		{"overlap", `{"x": 60, "y": 0}`, `{"x": 40, "y": 0}`, "zones[0].rows[2].seats[1].position", "Parkett row 2 seat 3: less than 0.5 units from Parkett row 2 seat 2"},
		{"overlap in the second part", `{"x": 100, "y": 0}, "seats"`, `{"x": 61, "y": 0}, "seats"`, "zones[0].rows[1].seats[0].position", "Parkett row 1 seat 4"},
		{"seat number twice", `"seat_number": "2"`, `"seat_number": "1"`, "zones[0].rows[0].seats[1].seat_number", "Parkett row 1 seat 1: seat number 1 from the left"},
		{"no seat number", `"seat_number": "2"`, `"seat_number": "-"`, "zones[0].rows[0].seats[1].seat_number", "has no label"},
		{"row number twice with the same seats", `"row_number": "2"`, `"row_number": "1"`, "zones[0].rows[2].row_number", "Parkett row 1: row 1 of the section"},
		{"no row number", `"row_number": "2"`, `"row_number": ""`, "zones[0].rows[2].row_number", "has no label"},
		{"long zone name", `"name": "Parkett", "zone_id"`, `"name": "` + strings.Repeat("P", 81) + `", "zone_id"`, "zones[0].name", "1 to 80"},
		{"too many corners", `"points": [`, `"points": [` + strings.Repeat(`{"x": 0, "y": 0},`, 200), "zones[0].areas[3]", "3"},
		{"a number for a text", `"row_number": "2"`, `"row_number": 2`, "zones.rows.row_number", "must be a string, not a number"},
		{"no JSON", `"zones": [`, `"zones": [[`, "json", "line 40 column 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(hallPlan, c.old, c.new, 1)
			require.NotEqual(t, hallPlan, text)
			_, err := seatmap.ParsePretix([]byte(text))
			require.Error(t, err)
			require.Equal(t, fault.Invalid, fault.CodeOf(err))
			assert.Equal(t, c.field, fault.Of(err).Field, err)
			assert.Contains(t, fault.Of(err).Message, c.message)
		})
	}
}

func TestParsePretix_RefusesWhatIsNoPlan(t *testing.T) {
	t.Parallel()
	for text, message := range map[string]string{
		"":         "ends too early",
		`{"name":`: "ends too early",
		`[]`:       "must be an object",
		`{}`:       "at least one category",
		`{"name":"x","categories":[{"name":"a"}],"zones":[]}`: "the map is empty",
	} {
		_, err := seatmap.ParsePretix([]byte(text))
		require.Error(t, err, text)
		assert.True(t, fault.Is(err, fault.Invalid))
		assert.Contains(t, err.Error(), message)
	}
	_, err := seatmap.ParsePretix(make([]byte, seatmap.MaxInput+1))
	assert.ErrorContains(t, err, "more than")
}

// toPretix writes a map as the plan that an editor would have made of it.
func toPretix(t *testing.T, m *seatmap.Map, pitch float64) []byte {
	t.Helper()
	type object = map[string]any
	plan := object{"name": m.Name, "size": object{"width": 1, "height": 1}}
	names := map[string]string{}
	categories, zones := make([]object, 0, len(m.Categories)), make([]object, 0, len(m.Sections))
	for _, c := range m.Categories {
		names[c.Key] = c.Name
		categories = append(categories, object{"name": c.Name, "color": c.Colour})
	}
	for _, s := range m.Sections {
		rows := make([]object, 0, len(s.Rows))
		for _, r := range s.Rows {
			seats := make([]object, 0, len(r.Seats))
			for _, seat := range r.Seats {
				seats = append(seats, object{
					"seat_guid": fmt.Sprint(s.Key, r.Label, seat.Label), "seat_number": seat.Label, "category": names[seat.Category],
					"position": object{"x": seat.X*pitch + 400, "y": seat.Y * pitch},
				})
			}
			rows = append(rows, object{"row_number": r.Label, "seats": seats, "position": object{"x": 0, "y": 100}})
		}
		zones = append(zones, object{"name": s.Name, "rows": rows, "position": object{"x": 0, "y": 0}})
	}
	plan["categories"], plan["zones"] = categories, zones
	data, err := json.Marshal(plan)
	require.NoError(t, err)
	return data
}

func TestParsePretix_HallsOfManySizes(t *testing.T) {
	t.Parallel()
	for _, m := range []*seatmap.Map{
		seatmap.Cinema(seatmap.HallOptions{Seats: 60}), seatmap.Cinema(seatmap.HallOptions{Seats: 400}),
		seatmap.Theatre(seatmap.HallOptions{}),
	} {
		got, err := seatmap.ParsePretix(toPretix(t, m, 27))
		require.NoError(t, err)
		require.Len(t, got.Sections, len(m.Sections))
		for i, s := range m.Sections {
			assert.Equal(t, rowLabels(s), rowLabels(got.Sections[i]), "aisles are found again")
			for j, r := range s.Rows {
				for k, seat := range r.Seats {
					want := strings.Replace(seat.Category, "restricted", "restricted-view", 1)
					require.Equal(t, want, got.Sections[i].Rows[j].Seats[k].Category, "the key is made of the name")
				}
			}
		}
	}
}

func TestParsePretix_SixtyThousandSeats(t *testing.T) {
	t.Parallel()
	m := seatmap.Stadium(seatmap.HallOptions{})
	got, err := seatmap.ParsePretix(toPretix(t, m, 25))
	require.NoError(t, err)
	p := compiled(t, got)
	assert.Len(t, p.Seats, 60_000)
	first, second := p.Seats[0], p.Seats[1]
	assert.InDelta(t, 1, second.X-first.X, 0.01, "neighbours are one unit apart")
}

func TestParsePretix_OneSeat(t *testing.T) {
	t.Parallel()
	m, err := seatmap.ParsePretix([]byte(`{"name": "x", "categories": [{"name": "日本"}], "zones": [{"name": "", "zone_id": "z", "position": {"x": 5, "y": 5},
		"rows": [{"row_number": "1", "seats": [{"seat_guid": "", "seat_number": "1", "position": {"x": 7, "y": 9}, "category": "日本"}]}],
		"areas": [{"shape": "text", "position": {"x": 32, "y": 39}, "text": {"text": "Bar"}}]}]}`))
	require.NoError(t, err)
	assert.Equal(t, "category", m.Categories[0].Key)
	assert.Equal(t, "z", m.Sections[0].Key)
	assert.Equal(t, []seatmap.Point{{X: 1, Y: 1.2}}, m.Drawings[0].Shape, "without neighbours, a unit is 25 pixels")
}

func FuzzParsePretix(f *testing.F) {
	f.Add([]byte(hallPlan))
	f.Add([]byte(`{"name":"x","categories":[{"name":"a"}],"zones":[{"rows":[{"row_number":"1","seats":[{"seat_number":"1","category":"a"}]}]}]}`))
	f.Add([]byte(`{"zones":[{"areas":[{"text":"\u0000","width":1,"height":1e308,"position":{"x":1e308}}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := seatmap.ParsePretix(data)
		if err != nil {
			require.Equal(t, fault.Invalid, fault.CodeOf(err))
			require.NotEmpty(t, fault.Of(err).Field)
			return
		}
		p, err := seatmap.Compile(m)
		require.NoError(t, err, "what parses compiles")
		require.True(t, json.Valid(p.Geometry().JSON))
		native, err := m.JSON()
		require.NoError(t, err)
		_, err = seatmap.ParseJSON(native)
		require.NoError(t, err)
	})
}
