package seatmap_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func ExampleParseGrid() {
	m, err := seatmap.ParseGrid(`
name: Screen 2
category s "Silver"
category g "Gold"
seat W s wheelchair
seat C s companion

section main "Main" numbers=rtl
  WCsss_sssCW
  sssss_sssss
  ggggg_ggggg
`)
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := seatmap.Compile(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(plan.Name, "has", plan.Capacity(), "places")
	fmt.Println("front left is", plan.Seats[0].Name, plan.Seats[0].Kind)
	// Output:
	// Screen 2 has 30 places
	// front left is main-A-10 wheelchair
}

func ExampleParseGrid_mistakes() {
	_, err := seatmap.ParseGrid(`name: Screen 2
category s "Silver"
section main "Main" number=rtl
  ssss_ssxs
`)
	fmt.Println(err)
	// Output:
	// line 3 column 21: section has no option "number"; its options are numbers, start, step, at, rows, skip, from, beside
	// line 4 column 10: 'x' is no seat: no category or seat above has this letter
}

func ExampleFormatGrid() {
	row := seatmap.Row{Label: "A"}
	for i := range 4 {
		row.Seats = append(row.Seats, seatmap.Seat{Label: strconv.Itoa(4 - i), X: float64(i + i/2), Category: "gold", AisleAfter: i == 1})
	}
	text, err := seatmap.FormatGrid(&seatmap.Map{
		Name:       "Screening room",
		Categories: []seatmap.Category{{Key: "gold", Name: "Gold"}},
		Sections:   []seatmap.Section{{Key: "main", Name: "Main", Rows: []seatmap.Row{row}}},
	})
	fmt.Print(text, err)
	// Output:
	// name: Screening room
	//
	// category g "Gold"
	//
	// section main "Main" rows=A numbers=rtl start=1
	//   gg_gg
	// <nil>
}

func ExampleParseJSON() {
	_, err := seatmap.ParseJSON([]byte(`{
  "name": "Studio",
  "categories": [{"key": "standard", "name": "Standard"}],
  "sections": [{"key": "main", "name": "Main", "rows": [
    {"label": "A", "seats": [
      {"label": "1", "x": 0, "y": 0, "category": "standard"},
      {"label": "1", "x": 1, "y": 0, "category": "standard"}
    ]}
  ]}]
}`))
	fmt.Println(err)
	_, err = seatmap.ParseJSON([]byte(`{
  "name": "Studio",
  "categorys": []
}`))
	fmt.Println(err)
	// Output:
	// sections[0].rows[0].seats[1].label: Main row A seat 1: seat number 1 from the left has this label already
	// categorys: line 3 column 3: there is no field "categorys" here; the fields are name, categories, sections, areas, drawings, background, focus
}

func ExampleMap_JSON() {
	m := &seatmap.Map{
		Name:       "Floor",
		Categories: []seatmap.Category{{Key: "ga", Name: "General"}},
		Areas:      []seatmap.Area{{Key: "floor", Name: "Floor", Category: "ga", Capacity: 20_000}},
	}
	data, err := m.JSON()
	fmt.Println(string(data), err)
	// Output: {"name":"Floor","categories":[{"key":"ga","name":"General"}],"areas":[{"key":"floor","name":"Floor","category":"ga","capacity":20000}]} <nil>
}

func ExampleParsePretix() {
	m, err := seatmap.ParsePretix([]byte(`{
  "name": "Saal", "size": {"width": 200, "height": 100},
  "categories": [{"name": "Parkett", "color": "#33ffff"}],
  "zones": [{"name": "Unten", "position": {"x": 20, "y": 20}, "rows": [
    {"row_number": "1", "position": {"x": 0, "y": 0}, "seats": [
      {"seat_guid": "a", "seat_number": "1", "position": {"x": 0, "y": 0}, "category": "Parkett"},
      {"seat_guid": "b", "seat_number": "2", "position": {"x": 25, "y": 0}, "category": "Parkett"},
      {"seat_guid": "c", "seat_number": "3", "position": {"x": 90, "y": 0}, "category": "Parkett"}
    ]}
  ]}]
}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range m.Sections[0].Rows[0].Seats {
		fmt.Println(s.Label, s.X, s.Y, s.AisleAfter)
	}
	// Output:
	// 1 0 0 false
	// 2 1 0 true
	// 3 3.6 0 false
}

func ExampleMapError() {
	_, err := seatmap.Compile(&seatmap.Map{
		Name:       "Studio",
		Categories: []seatmap.Category{{Key: "Standard", Name: "Standard"}},
		Areas:      []seatmap.Area{{Key: "floor", Name: "Floor", Category: "standard", Capacity: -1}},
	})
	if bad, ok := errors.AsType[*seatmap.MapError](err); ok {
		for _, p := range bad.Problems {
			fmt.Println(p.Field)
		}
	}
	fmt.Println(fault.CodeOf(err))
	// Output:
	// categories[0].key
	// areas[0].category
	// areas[0].capacity
	// invalid
}

func ExampleNumbering_Labels() {
	for _, n := range []seatmap.Numbering{
		{},
		{Order: seatmap.RightToLeft, Start: 101},
		{Order: seatmap.OddLeft},
		{Order: seatmap.RightToLeft, Step: 2},
	} {
		fmt.Println(strings.Join(n.Labels(3, 3), " "))
	}
	// Output:
	// 1 2 3 4 5 6
	// 106 105 104 103 102 101
	// 5 3 1 2 4 6
	// 11 9 7 5 3 1
}

func ExampleRowNaming_Labels() {
	fmt.Println(strings.Join(seatmap.RowNaming{First: "G", Skip: seatmap.SkipIO}.Labels(4), " "))
	fmt.Println(strings.Join(seatmap.RowNaming{First: "Y"}.Labels(4), " "))
	fmt.Println(strings.Join(seatmap.RowNaming{First: "R8"}.Labels(4), " "))
	// Output:
	// G H J K
	// Y Z AA BB
	// R8 R9 R10 R11
}

func ExamplePlan_Geometry() {
	m, _ := seatmap.ParseGrid("name: Box\ncategory s Silver\nsection box Box\n  ss|ss\n  ss|ss\n")
	plan, _ := seatmap.Compile(m)
	g := plan.Geometry()
	fmt.Println(len(g.Digest), string(g.JSON))
	// Output: 32 {"format":1,"name":"Box","seats":8,"box":[0,0,300,100],"categories":[{"key":"silver","name":"Silver"}],"kinds":["standard","recliner","wheelchair","companion","house"],"sections":[{"key":"box","name":"Box","rows":[["A",[[2,0,0,1000],[2,200,0,1000]]],["B",[[2,0,100,1000],[2,200,100,1000]]]]}]}
}

func ExampleCinema() {
	plan, err := seatmap.Compile(seatmap.Cinema(seatmap.HallOptions{Name: "Screen 7", Seats: 240}))
	if err != nil {
		fmt.Println(err)
		return
	}
	last := plan.Rows[len(plan.Rows)-1]
	fmt.Println(plan.Name, plan.Capacity(), "seats, last row", last.Label, plan.Seats[last.Seats.First].Kind)
	// Output: Screen 7 240 seats, last row L recliner
}
