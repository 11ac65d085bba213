package seatmap_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// object is a part of a plan as an editor writes it.
type object = map[string]any

func at(x, y float64) object { return object{"x": x, "y": y} }

// seatAt is a seat of the only category.
func seatAt(number string, x, y float64) object {
	return object{"seat_number": number, "position": at(x, y), "category": "Parkett"}
}

func rowOf(number string, seats ...object) object {
	return object{"row_number": number, "seats": seats}
}

// rowFrom is a row of n seats, numbered on from first, of which the first is at x; they are 25 pixels apart.
func rowFrom(number string, first, n int, x, y float64) object {
	seats := make([]object, n)
	for i := range seats {
		seats[i] = seatAt(strconv.Itoa(first+i), x+25*float64(i), y)
	}
	return rowOf(number, seats...)
}

// pretix reads a plan of zones.
func pretix(zones ...object) (*seatmap.Map, error) {
	data, err := json.Marshal(object{"name": "Saal", "categories": []object{{"name": "Parkett", "color": "#0a0b0c"}}, "zones": zones})
	if err != nil {
		return nil, err
	}
	return seatmap.ParsePretix(data)
}

func zone(name string, rows ...object) object { return object{"name": name, "rows": rows} }

// sections reads a plan that must be good.
func sections(t require.TestingT, zones ...object) []seatmap.Section {
	m, err := pretix(zones...)
	require.NoError(t, err)
	return m.Sections
}

// A row that was drawn in several parts is one row from left to right, whatever part was drawn first.
func TestParsePretix_PartsOfARowInAnyOrder(t *testing.T) {
	t.Parallel()
	parts := []object{rowFrom("1", 1, 4, 0, 0), rowFrom("1", 5, 5, 150, 0), rowFrom("1", 10, 4, 325, 0), rowFrom("1", 14, 2, 475, 0)}
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.Permutation(parts).Draw(t, "order")
		if rapid.Bool().Draw(t, "turned") {
			turned := object{"row_number": "1", "seats": slices.Clone(order[0]["seats"].([]object))}
			slices.Reverse(turned["seats"].([]object))
			order[0] = turned
		}
		require.Equal(t, []string{"1: 1 2 3 4 | 5 6 7 8 9 | 10 11 12 13 | 14 15"}, rowLabels(sections(t, zone("Parkett", order...))[0]))
	})
}

// Parts that follow each other without a gap are neighbours, though they were drawn apart.
func TestParsePretix_PartsThatTouch(t *testing.T) {
	t.Parallel()
	touching := zone("A", rowFrom("1", 5, 4, 100, 0), rowFrom("1", 1, 4, 0, 0))
	assert.Equal(t, []string{"1: 1 2 3 4 5 6 7 8"}, rowLabels(sections(t, touching)[0]))
	apart := zone("A", rowFrom("1", 5, 4, 106, 0), rowFrom("1", 1, 4, 0, 0))
	assert.Equal(t, []string{"1: 1 2 3 4 | 5 6 7 8"}, rowLabels(sections(t, apart)[0]), "a little more than one seat, between two parts")
	whole := zone("A", rowOf("1", seatAt("1", 0, 0), seatAt("2", 25, 0), seatAt("3", 50, 0), seatAt("4", 81, 0), seatAt("5", 106, 0)))
	assert.Equal(t, []string{"1: 1 2 3 4 5"}, rowLabels(sections(t, whole)[0]), "the same gap within a part is none")
}

func TestParsePretix_AislesByTheGap(t *testing.T) {
	t.Parallel()
	for gap, aisle := range map[float64]bool{25: false, 30: false, 37: false, 38: true, 50: true, 500: true} {
		row := rowOf("1", seatAt("1", 0, 0), seatAt("2", 25, 0), seatAt("3", 50, 0), seatAt("4", 50+gap, 0), seatAt("5", 75+gap, 0), seatAt("6", 100+gap, 0))
		seats := sections(t, zone("A", row))[0].Rows[0].Seats
		assert.Equal(t, aisle, seats[2].AisleAfter, "a gap of %v where 25 are usual", gap)
		assert.False(t, seats[5].AisleAfter, "nothing follows the last seat")
	}
}

// Rows that go down or up the plan, as at the sides of an arena, keep the order in which they were drawn.
func TestParsePretix_RowsOnTheirSide(t *testing.T) {
	t.Parallel()
	down := rowOf("1", seatAt("1", 0, 0), seatAt("2", 0, 25), seatAt("3", 0, 50))
	up := rowOf("2", seatAt("1", 40, 50), seatAt("2", 40, 25), seatAt("3", 40, 0))
	steep := rowOf("3", seatAt("1", 90, 0), seatAt("2", 80, 25), seatAt("3", 70, 50))
	flat := rowOf("4", seatAt("1", 200, 0), seatAt("2", 175, 10), seatAt("3", 150, 20))
	assert.Equal(t, []string{"1: 1 2 3", "2: 1 2 3", "3: 1 2 3", "4: 3 2 1"}, rowLabels(sections(t, zone("A", down, up, steep, flat))[0]))
}

func TestParsePretix_LabelsAreMadeFit(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"12": "12", " 12 ": "12", "12 a": "12_a", "12-13": "12_13", "Platz #7": "Platz_7", "7.": "7.", "É1": "É1", "(3)": "3", "a/b,c": "a_b_c", "１": "１",
	} {
		s := sections(t, zone("A", rowOf("R", seatAt(number, 0, 0))))[0]
		assert.Equal(t, want, s.Rows[0].Seats[0].Label, "%q", number)
		s = sections(t, zone("A", rowOf(number, seatAt("1", 0, 0))))[0]
		assert.Equal(t, want, s.Rows[0].Label, "%q", number)
	}
	for _, number := range []string{"", " ", "-", "#", "🎭", strings.Repeat("1", 17)} {
		_, err := pretix(zone("A", rowOf("R", seatAt(number, 0, 0))))
		require.Error(t, err, "%q", number)
		assert.Equal(t, "zones[0].rows[0].seats[0].seat_number", fault.Of(err).Field, "%q", number)
	}
}

func TestParsePretix_NamesOfZones(t *testing.T) {
	t.Parallel()
	row := func(y float64) object { return rowFrom("1", 1, 2, 0, y) }
	list := sections(t, zone("Parkett", row(0)), zone(" Parkett ", row(100)), object{"zone_id": "z-7", "rows": []object{row(200)}}, zone("", row(300)), zone("日本", row(400)), zone("Parkett 2", row(500)))
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = s.Key + "=" + s.Name
	}
	assert.Equal(t, []string{"parkett=Parkett", "parkett-2=Parkett", "z-7=z-7", "zone-4=Zone 4", "zone=日本", "parkett-2-2=Parkett 2"}, names)
}

func TestParsePretix_Colours(t *testing.T) {
	t.Parallel()
	for colour, want := range map[string]string{
		"#c9a227": "#c9a227", "#C9A227": "#c9a227", "#abc": "#aabbcc", "": "", "red": "", "#12345": "", "#gggggg": "", "c9a227": "", "#c9a22700": "", "rgb(1,2,3)": "",
	} {
		data := fmt.Sprintf(`{"name":"x","categories":[{"name":"a","color":%q}],"zones":[{"rows":[{"row_number":"1","seats":[{"seat_number":"1","category":"a"}]}]}]}`, colour)
		m, err := seatmap.ParsePretix([]byte(data))
		require.NoError(t, err, colour)
		assert.Equal(t, want, m.Categories[0].Colour, colour)
	}
}

// What an editor writes besides is passed over, and a mark at the beginning of its file is none of the plan.
func TestParsePretix_WhatEditorsAdd(t *testing.T) {
	t.Parallel()
	want, err := seatmap.ParsePretix([]byte(hallPlan))
	require.NoError(t, err)
	more := strings.Replace(hallPlan, `"categories"`, `"version": 3, "settings": {"grid": [1, 2, {"x": null}]}, "categories"`, 1)
	for name, text := range map[string]string{
		"fields that are unknown": more, "a byte order mark": "\ufeff" + hallPlan, "space around it": "\n\t " + hallPlan + " \n",
	} {
		got, err := seatmap.ParsePretix([]byte(text))
		require.NoError(t, err, name)
		assert.Equal(t, want, got, name)
	}
}

// Where seats lie depends on zone, row and seat together, and on nothing but the differences.
func TestParsePretix_PositionsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		offset := func(name string) float64 { return float64(rapid.IntRange(-2_000, 2_000).Draw(t, name)) }
		zoneAt, rowAt := at(offset("zone x"), offset("zone y")), at(offset("row x"), offset("row y"))
		pitch := float64(rapid.IntRange(5, 80).Draw(t, "pitch"))
		row := rowOf("1", seatAt("1", 0, 0), seatAt("2", pitch, 0), seatAt("3", 2*pitch, 0), seatAt("4", 4*pitch, pitch))
		row["position"] = rowAt
		z := zone("A", row)
		z["position"] = zoneAt
		seats := sections(t, z)[0].Rows[0].Seats
		for i, want := range []seatmap.Point{{}, {X: 1}, {X: 2}, {X: 4, Y: 1}} {
			require.InDelta(t, want.X, seats[i].X, 0.001)
			require.InDelta(t, want.Y, seats[i].Y, 0.001)
		}
	})
}

func TestParsePretix_TextsOfAreas(t *testing.T) {
	t.Parallel()
	text := func(value string) string {
		z := zone("A", rowFrom("1", 1, 2, 0, 0))
		z["areas"] = []object{{"shape": "rectangle", "rectangle": object{"width": 50, "height": 25}, "text": json.RawMessage(value)}}
		m, err := pretix(z)
		require.NoError(t, err, value)
		require.Len(t, m.Drawings, 1)
		return m.Drawings[0].Text
	}
	for value, want := range map[string]string{
		`{"text":"Bühne"}`: "Bühne", `"Bar"`: "Bar", `null`: "", `{}`: "", `7`: "", `[]`: "", `{"text":" a \n\t b "}`: "a b", `"\u0000x\u001b"`: "x",
		`"` + strings.Repeat("ö", 100) + `"`: strings.Repeat("ö", 80), `"` + strings.Repeat("ö", 79) + ` xyz"`: strings.Repeat("ö", 79),
	} {
		assert.Equal(t, want, text(value), value)
	}
}
