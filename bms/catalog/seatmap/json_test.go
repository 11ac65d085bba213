package seatmap_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
)

const tinyJSON = `{
  "name": "Screen 1",
  "categories": [{"key": "silver", "name": "Silver", "focus": {"x": 1, "y": 2}}],
  "sections": [{"key": "main", "name": "Main", "rows": [
    {"label": "A", "seats": [
      {"label": "1", "x": 0, "y": 0, "category": "silver", "kind": "wheelchair", "aisle_after": true},
      {"label": "2", "x": 2, "y": 0, "category": "silver"}
    ]}
  ]}]
}`

func TestParseJSON_ReadsTheNativeForm(t *testing.T) {
	t.Parallel()
	m, err := seatmap.ParseJSON([]byte(tinyJSON))
	require.NoError(t, err)
	assert.Equal(t, &seatmap.Map{
		Name:       "Screen 1",
		Categories: []seatmap.Category{{Key: "silver", Name: "Silver", Focus: &seatmap.Point{X: 1, Y: 2}}},
		Sections: []seatmap.Section{{Key: "main", Name: "Main", Rows: []seatmap.Row{{Label: "A", Seats: []seatmap.Seat{
			{Label: "1", Category: "silver", Kind: seatmap.Wheelchair, AisleAfter: true},
			{Label: "2", X: 2, Category: "silver"},
		}}}}},
	}, m)
}

func TestJSON_RoundTrip(t *testing.T) {
	t.Parallel()
	for _, m := range []*seatmap.Map{
		small(), seatmap.Cinema(seatmap.HallOptions{}), seatmap.Theatre(seatmap.HallOptions{Standing: 50}), seatmap.Stadium(seatmap.HallOptions{}),
	} {
		data, err := m.JSON()
		require.NoError(t, err)
		again, err := seatmap.ParseJSON(data)
		require.NoError(t, err)
		assert.Equal(t, m, again, m.Name)
	}
}

func TestJSON_RefusesWhatJSONHasNot(t *testing.T) {
	t.Parallel()
	m := small()
	m.Sections[0].Rows[0].Seats[0].X = math.Inf(1)
	_, err := m.JSON()
	assert.True(t, fault.Is(err, fault.Invalid))
}

func TestParseJSON_RefusesNamingThePlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new, field, message string }{
		{"unknown field at the top", `"name": "Screen 1"`, `"name": "S", "colour": 1`, "colour", `line 2 column 16: there is no field "colour" here; the fields are name, categories,`},
		{"unknown field of a category", `"focus"`, `"colour": "#ffffff", "fokus"`, "categories[0].fokus", `line 3 column 75: there is no field "fokus" here; the fields are key, name, colour, focus`},
		{"unknown field of a point", `"y": 2}`, `"z": 2}`, "categories[0].focus.z", `no field "z" here; the fields are x, y`},
		{"unknown field of the second seat", `"2", "x": 2`, `"2", "ex": 2`, "sections[0].rows[0].seats[1].ex", `line 7 column 22`},
		{"a number for a string", `"label": "2"`, `"label": 2`, "sections.rows.seats.label", "line 7 column 18: must be a string, not a number"},
		{"a string for a number", `"x": 2`, `"x": "2"`, "sections.rows.seats.x", "must be a number, not a string"},
		{"a string for a truth", `"aisle_after": true`, `"aisle_after": "yes"`, "sections.rows.seats.aisle_after", "must be true or false"},
		{"an object for a list", `[{"key": "silver"`, `{"a":[{"key": "silver"`, "json", "line 10 column 2: the JSON ends too early"},
		{"a string for an object", `{"x": 1, "y": 2}`, `"centre"`, "categories.focus", "must be an object, not a string"},
		{"a list that does not end", "{\n", "[{\n", "json", "line 10 column 2: the JSON ends too early"},
		{"a missing comma", `"name": "Screen 1",`, `"name": "Screen 1"`, "json", "line 3 column 3: this is not JSON: invalid character"},
		{"cut off", `]}]`, ``, "json", "line 10 column 1: this is not JSON"},
		{"a bad map", `"label": "2"`, `"label": "1"`, "sections[0].rows[0].seats[1].label", "Main row A seat 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(tinyJSON, c.old, c.new, 1)
			require.NotEqual(t, tinyJSON, text)
			_, err := seatmap.ParseJSON([]byte(text))
			require.Error(t, err)
			require.Equal(t, fault.Invalid, fault.CodeOf(err), err)
			assert.Equal(t, c.field, fault.Of(err).Field, err)
			assert.Contains(t, fault.Of(err).Message, c.message)
		})
	}
}

func TestParseJSON_RefusesWhatIsNoObject(t *testing.T) {
	t.Parallel()
	for text, message := range map[string]string{
		"":                             "ends too early",
		"   \n":                        "line 2 column 1: the JSON ends too early",
		"[]":                           "must be an object, not an array",
		`"map"`:                        "must be an object, not a string",
		`{"name":"x"`:                  "ends too early",
		tinyJSON + "\n\n  {}":          "line 12 column 3: there is something behind the end of the map",
		tinyJSON + " x":                "there is something behind",
		`{"categories": 1}`:            "must be a list",
		`{"areas":[{"capacity":1.5}]}`: "must be a whole number",
		"null":                         "at least one category",
		"{}":                           "at least one category",
	} {
		_, err := seatmap.ParseJSON([]byte(text))
		require.Error(t, err, text)
		assert.True(t, fault.Is(err, fault.Invalid), text)
		assert.Contains(t, err.Error(), message, text)
	}
}

func TestParseJSON_RefusesTooMuch(t *testing.T) {
	t.Parallel()
	_, err := seatmap.ParseJSON(make([]byte, seatmap.MaxInput+1))
	assert.ErrorContains(t, err, "more than")
}

func FuzzParseJSON(f *testing.F) {
	f.Add([]byte(tinyJSON))
	f.Add([]byte(`{"name":"x","categories":[{"key":"a","name":"A"}],"areas":[{"key":"f","name":"F","category":"a","capacity":9}]}`))
	f.Add([]byte(`{"sections":[{"rows":[{"seats":[{"lable":1}]}]}]}`))
	f.Add([]byte(`{"":0}`))
	f.Add([]byte(`{"sections":{"a":1}, "x": [[[{"b":null}]]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := seatmap.ParseJSON(data)
		if err != nil {
			require.Equal(t, fault.Invalid, fault.CodeOf(err))
			require.NotEmpty(t, fault.Of(err).Field)
			return
		}
		p, err := seatmap.Compile(m)
		require.NoError(t, err, "what parses compiles")
		require.True(t, json.Valid(p.Geometry().JSON))
		text, err := m.JSON()
		require.NoError(t, err)
		again, err := seatmap.ParseJSON(text)
		require.NoError(t, err)
		require.Equal(t, compiled(t, m).Seats, compiled(t, again).Seats)
	})
}
