package targeting

import (
	"cmp"
	"slices"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// term is all that one alternative asks of one dimension.
type term struct {
	dim  Dim
	must [][]string // of each set the request has a value; more than one only where a request may have many
	not  []string   // of these it has none
}

// conjunction is one alternative: all of its terms hold. They are in the order of their dimensions, each once. Without terms it always holds.
type conjunction []term

// What writing out may cost. Each step compares two alternatives or joins them, and an expression as people write them takes some hundreds. It keeps
// one that is made to take long from holding up everybody's index.
const maxSteps = 100_000

var (
	errTooMany = fault.Invalidf(field, "comes to more than %d alternatives when every \"or\" inside of an \"and\" is written out; "+
		"divide it among several line items", MaxAlternatives)
	errIntricate = fault.Invalidf(field, "is too intricate to be written out as alternatives; divide it among several line items")
)

// writer writes expressions out as alternatives of which one holds: their disjunctive normal form. Alternatives that can never hold, and
// those that another one includes, are left out.
type writer struct{ steps int }

// write writes an expression, or its contrary.
func (w *writer) write(e Expr, contrary bool) (alternatives, error) {
	switch e.op {
	case opEverything, opNothing:
		if (e.op == opEverything) != contrary {
			return alternatives{nil}, nil
		}
		return nil, nil
	case opIn:
		if contrary {
			return alternatives{{{dim: e.dim, not: e.values}}}, nil
		}
		return alternatives{{{dim: e.dim, must: [][]string{e.values}}}}, nil
	case opNot:
		return w.write(e.kids[0], !contrary)
	case opAnd, opOr:
		if (e.op == opAnd) != contrary {
			return w.all(e.kids, contrary)
		}
		return w.any(e.kids, contrary)
	}
	return nil, nil
}

func (w *writer) any(kids []Expr, contrary bool) (alternatives, error) {
	var found alternatives
	for _, kid := range kids {
		more, err := w.write(kid, contrary)
		if err != nil {
			return nil, err
		}
		for _, c := range more {
			if err := w.add(&found, c); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

func (w *writer) all(kids []Expr, contrary bool) (alternatives, error) {
	found := alternatives{nil}
	for _, kid := range kids {
		more, err := w.write(kid, contrary)
		if err != nil {
			return nil, err
		}
		if found, err = w.both(found, more); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// both are the alternatives of which one holds whenever one of each list does.
func (w *writer) both(these, those alternatives) (alternatives, error) {
	var found alternatives
	for _, a := range these {
		for _, b := range those {
			w.steps++
			c, possible := meet(a, b)
			if !possible {
				continue
			}
			if err := w.add(&found, c); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

// alternatives are conjunctions none of which includes another.
type alternatives []conjunction

// add adds an alternative to others, which may make it one with them.
func (w *writer) add(to *alternatives, c conjunction) error {
	if w.steps += 1 + len(*to); w.steps > maxSteps {
		return errIntricate
	}
	for i, other := range *to {
		if merged, ok := mergedOf(other, c); ok {
			*to = slices.Delete(*to, i, i+1)
			return w.add(to, merged)
		}
		if implies(c, other) {
			return nil
		}
	}
	*to = append(slices.DeleteFunc(*to, func(other conjunction) bool { return implies(other, c) }), c)
	if len(*to) > MaxAlternatives {
		return errTooMany
	}
	return nil
}

// mergedOf makes one of two alternatives that ask for one value each of the same dimension: "a = 1 or a = 2" is "a in (1, 2)".
func mergedOf(a, b conjunction) (conjunction, bool) {
	if len(a) != 1 || len(b) != 1 || a[0].dim != b[0].dim {
		return nil, false
	}
	if len(a[0].must) != 1 || len(b[0].must) != 1 || len(a[0].not)+len(b[0].not) > 0 {
		return nil, false
	}
	return conjunction{{dim: a[0].dim, must: [][]string{union(a[0].must[0], b[0].must[0])}}}, true
}

// implies reports whether b holds whenever a does, as far as their terms show it.
func implies(a, b conjunction) bool {
	for _, wanted := range b {
		for len(a) > 0 && a[0].dim < wanted.dim {
			a = a[1:]
		}
		if len(a) == 0 || a[0].dim != wanted.dim || !a[0].implies(wanted) {
			return false
		}
	}
	return true
}

func (t term) implies(wanted term) bool {
	for _, w := range wanted.must {
		if !slices.ContainsFunc(t.must, func(m []string) bool { return subset(m, w) }) {
			return false
		}
	}
	if t.dim.Many() || len(t.must) == 0 {
		return subset(wanted.not, t.not)
	}
	return disjoint(wanted.not, t.must[0])
}

// meet is what holds when both do; false when that is never.
func meet(a, b conjunction) (conjunction, bool) {
	both := make(conjunction, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch order := cmp.Compare(a[0].dim, b[0].dim); {
		case order < 0:
			both, a = append(both, a[0]), a[1:]
		case order > 0:
			both, b = append(both, b[0]), b[1:]
		default:
			t, possible := meetTerms(a[0], b[0])
			if !possible {
				return nil, false
			}
			both, a, b = append(both, t), a[1:], b[1:]
		}
	}
	return append(append(both, a...), b...), true
}

func meetTerms(a, b term) (term, bool) {
	t := term{dim: a.dim, not: union(a.not, b.not)}
	must := slices.Concat(a.must, b.must)
	if !a.dim.Many() && len(must) == 2 { // the one value is in both sets
		must = [][]string{intersection(must[0], must[1])}
	}
	for i, m := range must {
		if must[i] = difference(m, t.not); len(must[i]) == 0 {
			return t, false
		}
	}
	for _, m := range must {
		if !slices.ContainsFunc(t.must, func(other []string) bool { return subset(other, m) }) {
			t.must = append(slices.DeleteFunc(t.must, func(other []string) bool { return subset(m, other) }), m)
		}
	}
	if len(t.must) > 0 && !t.dim.Many() {
		t.not = nil // a value that is wanted is none of the others
	}
	return t, true
}
