package targeting

import (
	"cmp"
	"slices"
)

// term is all that one alternative asks of one dimension.
type term struct {
	dim  Dim
	must [][]string // of each set the request has a value; more than one only where a request may have many
	not  []string   // of these it has none
}

// conjunction is one alternative: all of its terms hold. They are in the order of their dimensions, each once. Without terms it always holds.
type conjunction []term

// writeOut writes an expression, or its contrary, as alternatives of which one holds: its disjunctive normal form. Alternatives that can
// never hold, and those that another one includes, are left out. False when there would be more than MaxAlternatives.
func writeOut(e Expr, contrary bool) ([]conjunction, bool) {
	switch e.op {
	case opEverything, opNothing:
		if (e.op == opEverything) != contrary {
			return []conjunction{nil}, true
		}
		return nil, true
	case opIn:
		if contrary {
			return []conjunction{{{dim: e.dim, not: e.values}}}, true
		}
		return []conjunction{{{dim: e.dim, must: [][]string{e.values}}}}, true
	case opNot:
		return writeOut(e.kids[0], !contrary)
	case opAnd, opOr:
		if (e.op == opAnd) != contrary {
			return allOf(e.kids, contrary)
		}
		return anyOf(e.kids, contrary)
	}
	return nil, true
}

func anyOf(kids []Expr, contrary bool) ([]conjunction, bool) {
	var found alternatives
	for _, kid := range kids {
		more, ok := writeOut(kid, contrary)
		if !ok {
			return nil, false
		}
		for _, c := range more {
			found.add(c)
		}
		if len(found) > MaxAlternatives {
			return nil, false
		}
	}
	return found, true
}

func allOf(kids []Expr, contrary bool) ([]conjunction, bool) {
	found := alternatives{nil}
	for _, kid := range kids {
		more, ok := writeOut(kid, contrary)
		if !ok {
			return nil, false
		}
		var both alternatives
		for _, a := range found {
			for _, b := range more {
				if c, possible := meet(a, b); possible {
					both.add(c)
				}
			}
			if len(both) > MaxAlternatives {
				return nil, false
			}
		}
		found = both
	}
	return found, true
}

// alternatives are conjunctions none of which includes another.
type alternatives []conjunction

func (a *alternatives) add(c conjunction) {
	for i, other := range *a {
		if merged, ok := mergedOf(other, c); ok {
			*a = slices.Delete(*a, i, i+1)
			a.add(merged)
			return
		}
		if implies(c, other) {
			return
		}
	}
	*a = append(slices.DeleteFunc(*a, func(other conjunction) bool { return implies(other, c) }), c)
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
		i, found := slices.BinarySearchFunc(a, wanted.dim, func(t term, d Dim) int { return cmp.Compare(t.dim, d) })
		if !found || !a[i].implies(wanted) {
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
