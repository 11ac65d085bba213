package targeting

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// List is what somebody chooses in one dimension: a request must have one of Include, when there are any, and none of Exclude.
type List struct {
	Include []string `json:"include,omitempty"`
	Exclude []string `json:"exclude,omitempty"`
}

// Lists is the simple form of an expression: lists of dimensions, all of which hold. The values of Hour are spans as in ParseHours.
type Lists map[Dim]List

// FromLists returns the expression that says the same as the lists. What is at fault is named like "country.include[2]".
func FromLists(lists Lists) (Expr, error) {
	var all []Expr
	for _, d := range slices.Sorted(maps.Keys(lists)) {
		if !d.Valid() {
			return Expr{}, fault.Invalidf(field, "%d is no dimension", uint8(d))
		}
		if values := lists[d].Include; len(values) > 0 {
			x, err := fromList(d, values)
			if err != nil {
				return Expr{}, err.In(d.String() + ".include")
			}
			all = append(all, x)
		}
		if values := lists[d].Exclude; len(values) > 0 {
			x, err := fromList(d, values)
			if err != nil {
				return Expr{}, err.In(d.String() + ".exclude")
			}
			all = append(all, Not(x))
		}
	}
	e := And(all...)
	if err := e.Check(); err != nil {
		return Expr{}, err
	}
	return e, nil
}

func fromList(d Dim, values []string) (Expr, *fault.Error) {
	if d == Hour {
		h, err := ParseHours(strings.Join(values, ","))
		if err != nil {
			return Expr{}, fault.Invalidf("", "%s", fault.Of(err).Message)
		}
		return During(h), nil
	}
	for i, v := range values {
		if problem := problemOf(d, canonical(d, v)); problem != "" {
			return Expr{}, fault.Invalidf(fmt.Sprintf("[%d]", i), "%s: %q", problem, shortened(v))
		}
	}
	return In(d, values...), nil
}

// Lists returns the lists that say the same as the expression. False when none do: alternatives across dimensions, a dimension that
// must have one value of each of two lists, and Nothing have no such form.
func (e Expr) Lists() (Lists, bool) {
	written, err := e.alternatives()
	if err != nil || len(written) != 1 {
		return nil, false
	}
	lists := Lists{}
	for _, t := range written[0] {
		if len(t.must) > 1 {
			return nil, false
		}
		list := List{Exclude: shown(t.dim, t.not)}
		if len(t.must) == 1 {
			list.Include = shown(t.dim, t.must[0])
		}
		lists[t.dim] = list
	}
	return lists, true
}

// shown are values as somebody writes them.
func shown(d Dim, values []string) []string {
	if d == Hour && len(values) > 0 {
		return strings.Split(hoursOf(values).String(), ", ")
	}
	return slices.Clone(values)
}
