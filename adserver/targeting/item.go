package targeting

import (
	"fmt"
	"strings"
)

// Item is what one line item asks of a request.
type Item struct {
	Expr Expr

	// Lenient takes an unknown dimension for one without values when it is excluded from: "booked != x" then holds for people of whom
	// nothing may be known. False, the default, is strict: it does not.
	Lenient bool
}

// Matches reports whether the item may be served, by walking through its expression; an Index answers for many at once.
func (i Item) Matches(s *Signals) bool { return i.holds(s, i.Expr, false) }

// holds reports whether e, or its contrary, is certainly true.
func (i Item) holds(s *Signals, e Expr, contrary bool) bool {
	switch e.op {
	case opEverything, opNothing:
		return (e.op == opEverything) != contrary
	case opIn:
		return outcomeOf(s, e, contrary, i.Lenient) == Holds
	case opNot:
		return i.holds(s, e.kids[0], !contrary)
	case opAnd, opOr:
	}
	every := (e.op == opAnd) != contrary
	for _, kid := range e.kids {
		if i.holds(s, kid, contrary) != every {
			return !every
		}
	}
	return every
}

// outcomeOf judges one clause, or its contrary.
func outcomeOf(s *Signals, clause Expr, excluded, lenient bool) Outcome {
	unknown := s.Unknown(clause.dim)
	switch {
	case unknown && excluded && lenient:
		return Holds
	case unknown:
		return Unknown
	case s.hasAny(clause.dim, clause.values) != excluded:
		return Holds
	}
	return Fails
}

// Outcome says how a clause came out.
type Outcome string

// The outcomes.
const (
	Holds   Outcome = "holds"
	Fails   Outcome = "fails"
	Unknown Outcome = "unknown" // nothing is known of the dimension, or may be
)

// Valid reports whether o is one of the outcomes.
func (o Outcome) Valid() bool {
	switch o {
	case Holds, Fails, Unknown:
		return true
	}
	return false
}

// Clause is one clause that decided, and how it came out.
type Clause struct {
	Dim      Dim
	Excludes bool     // none of Values may be there; otherwise one must be
	Values   []string // what the clause names
	Seen     []string // what is known of the request in that dimension
	Common   []string // what is in both
	Outcome  Outcome
}

// Explanation says why an item matches a request or does not.
type Explanation struct {
	Matches bool

	// Clauses are those that decided, in the order of the expression: if it matches, enough of them to see that it does; if not, all
	// that would have to come out otherwise, of which for an "or" one is enough. Without any the expression is Everything or Nothing.
	Clauses []Clause
}

// Explain says why an item matches or does not. It allocates and is for showing to people: to an advertiser why a line is not served, and to a viewer
// why it is.
func (i Item) Explain(s *Signals) Explanation {
	matches, clauses := i.explain(s, i.Expr, false)
	return Explanation{Matches: matches, Clauses: clauses}
}

func (i Item) explain(s *Signals, e Expr, contrary bool) (bool, []Clause) {
	switch e.op {
	case opEverything, opNothing:
		return (e.op == opEverything) != contrary, nil
	case opIn:
		c := i.clause(s, e, contrary)
		return c.Outcome == Holds, []Clause{c}
	case opNot:
		return i.explain(s, e.kids[0], !contrary)
	case opAnd, opOr:
	}
	every := (e.op == opAnd) != contrary
	var alike, decisive []Clause
	for _, kid := range e.kids {
		holds, clauses := i.explain(s, kid, contrary)
		switch {
		case holds == every:
			alike = append(alike, clauses...)
		case holds: // of alternatives one is enough
			return true, clauses
		default:
			decisive = append(decisive, clauses...)
		}
	}
	if len(decisive) > 0 {
		return false, decisive
	}
	return every, alike
}

func (i Item) clause(s *Signals, e Expr, excluded bool) Clause {
	c := Clause{Dim: e.dim, Excludes: excluded, Outcome: outcomeOf(s, e, excluded, i.Lenient)}
	values, seen := e.values, setOf(s.Values(e.dim))
	c.Values, c.Seen, c.Common = shown(e.dim, values), shown(e.dim, seen), shown(e.dim, intersection(seen, values))
	return c
}

// String returns the explanation in words.
func (x Explanation) String() string {
	if len(x.Clauses) == 0 && x.Matches {
		return "matches: everything is accepted"
	}
	if len(x.Clauses) == 0 {
		return "does not match: nothing is accepted"
	}
	words := make([]string, 0, len(x.Clauses))
	for _, c := range x.Clauses {
		words = append(words, c.String())
	}
	verdict := "does not match: "
	if x.Matches {
		verdict = "matches: "
	}
	return verdict + strings.Join(words, "; ")
}

// String returns the clause and how it came out in words.
func (c Clause) String() string {
	must := "must be " + enumerated(c.Values)
	if c.Excludes {
		must = "must not be " + enumerated(c.Values)
	}
	switch {
	case len(c.Common) > 0 && c.Outcome == Holds:
		return fmt.Sprintf("%s is %s", c.Dim, enumerated(c.Common))
	case len(c.Common) > 0:
		return fmt.Sprintf("%s is %s, but %s", c.Dim, enumerated(c.Common), must)
	case c.Outcome == Holds && len(c.Seen) > 0:
		return fmt.Sprintf("%s is %s, and %s", c.Dim, enumerated(c.Seen), must)
	case c.Outcome == Holds:
		return fmt.Sprintf("%s has no value, and %s", c.Dim, must)
	case c.Outcome == Unknown:
		return fmt.Sprintf("%s is unknown, but %s", c.Dim, must)
	case len(c.Seen) > 0:
		return fmt.Sprintf("%s is %s, but %s", c.Dim, enumerated(c.Seen), must)
	}
	return fmt.Sprintf("%s has no value, but %s", c.Dim, must)
}

// enumerated are the first of some values in words.
func enumerated(values []string) string {
	const most = 5
	if more := len(values) - most; more > 0 {
		return fmt.Sprintf("%s or %d more", strings.Join(values[:most], ", "), more)
	}
	if last := len(values) - 1; last > 0 {
		return strings.Join(values[:last], ", ") + " or " + values[last]
	}
	return strings.Join(values, "")
}
