package seating_test

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// Two rows of six, as a cinema would store them.
func exampleHall() *seatmap.Plan {
	m := &seatmap.Map{Name: "Screen 1", Categories: []seatmap.Category{{Key: "standard", Name: "Standard"}}}
	section := seatmap.Section{Key: "stalls", Name: "Stalls"}
	for y, label := range []string{"A", "B"} {
		row := seatmap.Row{Label: label}
		for x := range 6 {
			row.Seats = append(row.Seats, seatmap.Seat{Label: strconv.Itoa(x + 1), X: float64(x), Y: float64(y), Category: "standard"})
		}
		section.Rows = append(section.Rows, row)
	}
	m.Sections = []seatmap.Section{section}
	plan, err := seatmap.Compile(m)
	if err != nil {
		panic(err)
	}
	return plan
}

func Example() {
	plan := exampleHall()
	show, err := seating.New(plan, seating.Rules{Orphans: seating.OrphanStrict}, nil)
	if err != nil {
		panic(err)
	}
	now := time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)

	held, err := show.Hold(now, seating.HoldRequest{ID: "hld_1", Buyer: "visitor 7", Best: &seating.Best{N: 2}})
	if err != nil {
		panic(err)
	}
	for _, s := range held.Seats {
		fmt.Println(plan.Seats[s].Name, "until", held.ExpiresAt.Format(time.TimeOnly))
	}
	_, err = show.Sell(now.Add(time.Minute), held)
	fmt.Println(err, show.Counts())
	fmt.Printf("%s\n", seating.EncodeFrame(show.Delta(), 1))
	// Output:
	// stalls-B-3 until 19:08:00
	// stalls-B-4 until 19:08:00
	// <nil> {12 10 0 2 0 0}
	// {"v":1,"s":[[8,2],[9,2]]}
}

func ExampleOrphanError() {
	plan := exampleHall()
	show, err := seating.New(plan, seating.Rules{Orphans: seating.OrphanStrict}, nil)
	if err != nil {
		panic(err)
	}
	now := time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)
	_, err = show.Hold(now, seating.HoldRequest{ID: "hld_1", Seats: []int32{3, 4}})

	if orphan, ok := errors.AsType[*seating.OrphanError](err); ok {
		fmt.Println(orphan)
		fmt.Println("single:", plan.Seats[orphan.Stranded[0]].Name)
		fmt.Println("instead:", orphan.Alternative)
	}
	// Output:
	// this choice would leave a single seat between others; please move along
	// single: stalls-A-6
	// instead: [4 5]
}
