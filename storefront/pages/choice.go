package pages

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// choice is what a visitor chose on the seat page, as the form sent it: it is shown again when it cannot be had.
type choice struct {
	Best       bool              // the best seats that are free, instead of named ones
	Seats      map[string]bool   // by name
	Types      map[string]string // buyer type by seat, where the visitor said one
	Counts     map[string]string // how many are for a buyer type, by its key
	Areas      map[string]string // places by "area.type"
	Accessible bool

	Count, Category, Shape  string // of the best seats
	Wheelchairs, Companions string
}

// Shapes of best seats.
const (
	shapeTogether  = "together"
	shapeStacked   = "stacked"
	shapeScattered = "scattered"
)

func readChoice(r *request) choice {
	c := choice{
		Best: r.form("mode") == "best", Seats: map[string]bool{}, Types: r.formsWith("type."), Counts: r.formsWith("n."),
		Areas: r.formsWith("area."), Accessible: r.form("accessible") != "",
		Count: r.form("count"), Category: r.form("category"), Shape: r.form("shape"),
		Wheelchairs: r.form("wheelchairs"), Companions: r.form("companions"),
	}
	for _, name := range r.forms("seat") {
		c.Seats[name] = true
	}
	return c
}

var errNothingChosen = fault.New(fault.Invalid, "nothing_chosen", "choose at least one seat or place")

// request turns the choice into a request for a hold. Errors: Invalid faults that name the field of the form.
func (c choice) request(plan *seatmap.Plan, types []pricing.BuyerType) (bms.HoldRequest, error) {
	reduced, err := c.reduced(types)
	if err != nil {
		return bms.HoldRequest{}, err
	}
	if c.Best {
		return c.best(reduced)
	}
	r := bms.HoldRequest{Accessible: c.Accessible, Seats: c.seats(plan)}
	if r.Areas, err = c.areas(); err != nil {
		return r, err
	}
	if len(r.Seats)+len(r.Areas) == 0 {
		return r, errNothingChosen
	}
	return r, c.assign(r.Seats, reduced)
}

// reduced lists the buyer types that the visitor counted out, one entry for each person.
func (c choice) reduced(types []pricing.BuyerType) ([]string, error) {
	var list []string
	for _, b := range types {
		n, err := parseCount("n."+b.Key, c.Counts[b.Key])
		if err != nil {
			return nil, err
		}
		list = append(list, slices.Repeat([]string{b.Key}, n)...)
	}
	return list, nil
}

func (c choice) best(reduced []string) (bms.HoldRequest, error) {
	n, err := parseCount("count", c.Count)
	if err != nil {
		return bms.HoldRequest{}, err
	}
	b := &bms.BestRequest{Count: n, BuyerTypes: reduced, Stacked: c.Shape == shapeStacked, Scattered: c.Shape == shapeScattered}
	if b.Wheelchairs, err = parseCount("wheelchairs", c.Wheelchairs); err != nil {
		return bms.HoldRequest{}, err
	}
	if b.Companions, err = parseCount("companions", c.Companions); err != nil {
		return bms.HoldRequest{}, err
	}
	switch {
	case n == 0:
		return bms.HoldRequest{}, fault.Invalidf("count", "say how many seats you want")
	case len(reduced) > n:
		return bms.HoldRequest{}, tooManyReduced(len(reduced), n)
	case b.Wheelchairs+b.Companions > n:
		return bms.HoldRequest{}, fault.Invalidf("wheelchairs", "wheelchair spaces and companion seats are part of the %d places you asked for", n)
	}
	if c.Category != "" {
		b.Categories = []string{c.Category}
	}
	return bms.HoldRequest{Best: b, Accessible: b.Wheelchairs > 0}, nil
}

func tooManyReduced(reduced, seats int) error {
	return fault.Invalidf("n", "you asked for %s but chose %s", plural(reduced, "reduced ticket", "reduced tickets"), plural(seats, "seat", "seats"))
}

// seats lists the named seats in the order of the plan, so that the same choice is the same request. Names
// that the plan does not have come last: the SDK says what is wrong with them.
func (c choice) seats(plan *seatmap.Plan) []bms.SeatItem {
	at := func(name string) int32 {
		n, ok := plan.Seat(name)
		if !ok {
			return int32(len(plan.Seats))
		}
		return n
	}
	names := slices.SortedFunc(maps.Keys(c.Seats), func(a, b string) int {
		return cmp.Or(cmp.Compare(at(a), at(b)), cmp.Compare(a, b))
	})
	items := make([]bms.SeatItem, len(names))
	for i, name := range names {
		items[i] = bms.SeatItem{Seat: name, BuyerType: c.Types[name]}
	}
	return items
}

// assign gives the counted buyer types to seats for which the visitor said none, the last seats first.
func (c choice) assign(items []bms.SeatItem, reduced []string) error {
	left := reduced
	for i := len(items) - 1; i >= 0 && len(left) > 0; i-- {
		if items[i].BuyerType == "" {
			items[i].BuyerType, left = left[0], left[1:]
		}
	}
	if len(left) > 0 {
		return tooManyReduced(len(reduced), len(items))
	}
	return nil
}

// areas lists the places in areas by the order of their keys.
func (c choice) areas() ([]bms.AreaItem, error) {
	var items []bms.AreaItem
	for _, key := range slices.Sorted(maps.Keys(c.Areas)) {
		n, err := parseCount("area."+key, c.Areas[key])
		if err != nil {
			return nil, err
		}
		if n == 0 {
			continue
		}
		area, buyer, _ := strings.Cut(key, ".")
		items = append(items, bms.AreaItem{Area: area, BuyerType: buyer, Count: n})
	}
	return items, nil
}

// size is how many seats the choice is about.
func (c choice) size() int {
	if c.Best {
		n, _ := parseCount("count", c.Count) // checked before
		return n
	}
	return len(c.Seats)
}
