package seating_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/seating"
)

var start = time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC)

// hall draws a hall of one section, a string a row, the first one at y = 0:
//
//	'.' a standard seat of category "silver"    'g' one of category "gold"
//	'W' a wheelchair space                      'C' a companion seat
//	'H' a house seat                            ' ' an aisle of one unit
//
// The focal point is the middle of the hall. A row "=floor 20" is no row but an
// area of 20 places.
func hall(t require.TestingT, rows ...string) *seatmap.Plan {
	m := &seatmap.Map{
		Name:       "Hall",
		Categories: []seatmap.Category{{Key: "silver", Name: "Silver"}, {Key: "gold", Name: "Gold"}},
	}
	section := seatmap.Section{Key: "s", Name: "Section"}
	width := 0
	for _, text := range rows {
		if area, ok := strings.CutPrefix(text, "="); ok {
			m.Areas = append(m.Areas, drawArea(t, area))
			continue
		}
		width = max(width, len(text))
		section.Rows = append(section.Rows, drawRow(len(section.Rows), text))
	}
	if len(section.Rows) > 0 {
		m.Sections = []seatmap.Section{section}
	}
	m.Focus = &seatmap.Point{X: float64(width-1) / 2, Y: float64(len(section.Rows)-1) / 2}
	plan, err := seatmap.Compile(m)
	require.NoError(t, err)
	return plan
}

func drawArea(t require.TestingT, text string) seatmap.Area {
	a := seatmap.Area{Category: "silver"}
	_, err := fmt.Sscan(text, &a.Key, &a.Capacity)
	require.NoError(t, err)
	a.Name = a.Key
	return a
}

func drawRow(y int, text string) seatmap.Row {
	row := seatmap.Row{Label: strconv.Itoa(y + 1)}
	for x, c := range text {
		if c == ' ' {
			row.Seats[len(row.Seats)-1].AisleAfter = true
			continue
		}
		s := seatmap.Seat{Label: strconv.Itoa(x + 1), X: float64(x), Y: float64(y), Category: "silver"}
		switch c {
		case 'g':
			s.Category = "gold"
		case 'W':
			s.Kind = seatmap.Wheelchair
		case 'C':
			s.Kind = seatmap.Companion
		case 'H':
			s.Kind = seatmap.House
		}
		row.Seats = append(row.Seats, s)
	}
	return row
}

// open returns the inventory of a show in the plan.
func open(t require.TestingT, plan *seatmap.Plan, rules seating.Rules, quotas ...seating.Quota) *seating.Inventory {
	inv, err := seating.New(plan, rules, quotas)
	require.NoError(t, err)
	return inv
}

// taken returns an inventory in which the seats marked x in the picture, which has
// the shape of the hall, are sold.
func taken(t *testing.T, plan *seatmap.Plan, rules seating.Rules, picture ...string) *seating.Inventory {
	t.Helper()
	inv := open(t, plan, rules)
	sell(t, inv, marked(picture, 'x')...)
	return inv
}

// marked returns the numbers of the seats that have the mark in a picture.
func marked(picture []string, mark byte) []int32 {
	var out []int32
	n := int32(0)
	for _, row := range picture {
		for i := range len(row) {
			if row[i] == mark {
				out = append(out, n)
			}
			if row[i] != ' ' {
				n++
			}
		}
	}
	return out
}

// sell takes seats out of the inventory, whatever the rules for buyers.
func sell(t *testing.T, inv *seating.Inventory, seats ...int32) {
	t.Helper()
	if len(seats) == 0 {
		return
	}
	_, err := inv.Sell(start, seating.Hold{ID: "hld_sold", State: seating.StateExpired, Seats: seats})
	require.NoError(t, err)
	inv.ResetDelta()
}

// seats is a request for named seats.
func seats(id seating.HoldID, numbers ...int32) seating.HoldRequest {
	return seating.HoldRequest{ID: id, Buyer: "ann", Seats: numbers}
}

// best is a request for the best n seats.
func best(id seating.HoldID, n int) seating.HoldRequest {
	return seating.HoldRequest{ID: id, Buyer: "ann", Best: &seating.Best{N: n}}
}

// hold makes a hold that must be granted.
func hold(t require.TestingT, inv *seating.Inventory, now time.Time, r seating.HoldRequest) seating.Hold {
	h, err := inv.Hold(now, r)
	require.NoError(t, err)
	return h
}

// refused runs a request that must fail with the sentinel and change nothing.
func refused(t require.TestingT, inv *seating.Inventory, sentinel error, request func() error) {
	require.Error(t, refusal(t, inv, sentinel, request))
}

// refusal is refused for those who look at the error.
func refusal(t require.TestingT, inv *seating.Inventory, sentinel error, request func() error) error {
	before, snapshot, counts := inv.Delta(), inv.Snapshot(), inv.Counts()
	err := request()
	require.ErrorIs(t, err, sentinel)
	require.Equal(t, before, inv.Delta(), "a refused request leaves no trace")
	require.Equal(t, snapshot, inv.Snapshot())
	require.Equal(t, counts, inv.Counts())
	return err
}
