package targeting

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Bounds of an expression, held by Parse, FromLists and Check; Compile minds all but the first.
const (
	MaxText         = 4096 // bytes of its text
	MaxDepth        = 32   // expressions inside each other
	MaxAlternatives = 64   // conjunctions of its disjunctive normal form
)

// field names the input at fault; callers put it In their own.
const field = "targeting"

// Expr is a condition on the signals of a request. It is immutable, and kept in one form whichever way it is made: "a and (b and c)" is "a and
// b and c", and values are in order. The zero Expr holds for every request. Its text, also in JSON, is String.
type Expr struct {
	op     op
	dim    Dim      // of a clause
	values []string // of a clause: a set, as sets.go has it
	kids   []Expr   // two and more for and, or; one for not
}

type op uint8

const (
	opEverything op = iota
	opNothing
	opIn
	opNot
	opAnd
	opOr
)

// In holds when a request has one of the values, or more of them, in a dimension; In of no values never holds. For the dimension Hour
// see During. Values are not checked before Check.
func In(d Dim, values ...string) Expr {
	if len(values) == 0 {
		return Nothing()
	}
	set := make([]string, 0, len(values))
	for _, v := range values {
		if d.Valid() {
			v = canonical(d, v)
		}
		set = append(set, v)
	}
	return Expr{op: opIn, dim: d, values: setOf(set)}
}

// During holds in the given hours of the week.
func During(h Hours) Expr { return In(Hour, h.values()...) }

// Everything holds for every request; it is the zero Expr.
func Everything() Expr { return Expr{} }

// Nothing holds for no request.
func Nothing() Expr { return Expr{op: opNothing} }

// Not holds when x certainly does not: where it is unknown whether x holds, Not(x) is unknown as well.
func Not(x Expr) Expr {
	switch x.op {
	case opEverything:
		return Nothing()
	case opNothing:
		return Everything()
	case opNot:
		return x.kids[0]
	case opIn, opAnd, opOr:
		return Expr{op: opNot, kids: []Expr{x}}
	}
	return Expr{}
}

// And holds when all of xs do; And of none is Everything.
func And(xs ...Expr) Expr { return join(opAnd, opEverything, opNothing, xs) }

// Or holds when one of xs does, or more of them; Or of none is Nothing.
func Or(xs ...Expr) Expr { return join(opOr, opNothing, opEverything, xs) }

// join makes an and or an or, of which neutral changes nothing and decisive decides everything.
func join(with, neutral, decisive op, xs []Expr) Expr {
	kids := make([]Expr, 0, len(xs))
	for _, x := range xs {
		switch x.op {
		case neutral:
		case decisive:
			return x
		case with:
			kids = append(kids, x.kids...)
		default:
			kids = append(kids, x)
		}
	}
	switch len(kids) {
	case 0:
		return Expr{op: neutral}
	case 1:
		return kids[0]
	}
	return Expr{op: with, kids: kids}
}

// Check says what is wrong with an expression: a value that is empty, too long or not text, or a bound that is passed. An expression that
// passes can be written as text, read again and compiled.
func (e Expr) Check() error {
	if _, err := e.alternatives(); err != nil {
		return err
	}
	if text := e.String(); len(text) > MaxText {
		return fault.Invalidf(field, "is %d bytes long, and at most %d are possible", len(text), MaxText)
	}
	return nil
}

// alternatives checks an expression, apart from its length, and writes it out.
func (e Expr) alternatives() (alternatives, error) {
	if e.deeper(MaxDepth) {
		return nil, fault.Invalidf(field, "more than %d expressions are inside each other", MaxDepth)
	}
	if err := e.checkValues(); err != nil {
		return nil, err
	}
	var w writer
	return w.write(e, false)
}

// deeper reports whether more than so many expressions are inside each other.
func (e Expr) deeper(than int) bool {
	return than == 0 || slices.ContainsFunc(e.kids, func(kid Expr) bool { return kid.deeper(than - 1) })
}

func (e Expr) checkValues() error {
	if e.op == opIn && !e.dim.Valid() {
		return fault.Invalidf(field, "%d is no dimension", uint8(e.dim))
	}
	for _, v := range e.values {
		if problem := problemOf(e.dim, v); problem != "" {
			return fault.Invalidf(field, "a value of %s %s: %q", e.dim, problem, shortened(v))
		}
	}
	for _, kid := range e.kids {
		if err := kid.checkValues(); err != nil {
			return err
		}
	}
	return nil
}

// problemOf says what is wrong with a value; nothing when it is empty.
func problemOf(d Dim, value string) string {
	switch {
	case value == "":
		return "is empty"
	case len(value) > MaxValue:
		return "is too long"
	case !utf8.ValidString(value):
		return "is not UTF-8"
	case strings.ContainsFunc(value, unicode.IsControl):
		return "has control characters"
	}
	if d != Hour {
		return ""
	}
	if _, ok := hourOf(value); !ok {
		return "is no hour of the week from 000 to 167"
	}
	return ""
}

// shortened is a value that may be far too long, for showing.
func shortened(value string) string {
	const most = 40
	if len(value) <= most {
		return value
	}
	return strings.ToValidUTF8(value[:most], "") + "…"
}

// Equal reports whether two expressions are written the same.
func (e Expr) Equal(other Expr) bool {
	return e.op == other.op && e.dim == other.dim && slices.Equal(e.values, other.values) && slices.EqualFunc(e.kids, other.kids, Expr.Equal)
}

// Dims returns the dimensions that e asks for, in their order, each once.
func (e Expr) Dims() []Dim {
	var found []Dim
	if e.op == opIn {
		found = append(found, e.dim)
	}
	for _, kid := range e.kids {
		found = append(found, kid.Dims()...)
	}
	slices.Sort(found)
	return slices.Compact(found)
}
