package targeting

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// SyntaxError says where a text stops to be an expression, and why. It unwraps to a *fault.Error.
type SyntaxError struct {
	Column   int    // of the first letter that does not fit; letters are counted, from 1
	Expected string // what would have fitted
	Found    string // what is there
}

// Error returns one sentence that may be shown.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("column %d: expected %s, found %s", e.Column, e.Expected, e.Found)
}

// Unwrap returns the fault, about the field "targeting".
func (e *SyntaxError) Unwrap() error { return fault.Invalidf(field, "%s", e.Error()) }

// Parse reads an expression:
//
//	country in (IN, AE) and city != "chennai" and (genre in (drama, comedy) or not hour in mon-fri 9-17, sat)
//
// A clause is a dimension with = or != and a value, or with in or not in and a list of values in brackets. Clauses are joined by not, and, or, of which
// not binds closest and or least, and by brackets. Values are words, or anything in quotes, in which a backslash goes before quotes and
// backslashes. Lists of hours are those of ParseHours and need no brackets. The words everything and nothing are expressions as well, and an
// empty text is everything. The case of letters matters in values only, and there only for identifiers.
//
// A *SyntaxError says where a text goes wrong; what Check finds is an Invalid fault.
func Parse(text string) (Expr, error) {
	if len(text) > MaxText {
		return Expr{}, fault.Invalidf(field, "is %d bytes long, and at most %d are possible", len(text), MaxText)
	}
	if !utf8.ValidString(text) {
		return Expr{}, fault.Invalidf(field, "is not UTF-8")
	}
	p := parser{lexer: lexer{rest: text, column: 1}}
	p.step()
	if p.now.kind == kindEnd {
		return Everything(), nil
	}
	e, err := p.or(1)
	if err == nil && p.now.kind != kindEnd {
		err = p.wrong(`"and", "or" or the end`)
	}
	if err == nil {
		err = e.Check()
	}
	if err != nil {
		return Expr{}, err
	}
	return e, nil
}

// parser reads by recursive descent; depth counts how deep it is.
type parser struct {
	lexer lexer
	now   token
}

func (p *parser) step() { p.now = p.lexer.next() }

// take steps over a word or sign, if that is what is there.
func (p *parser) take(text string) bool {
	if !p.now.is(text) {
		return false
	}
	p.step()
	return true
}

func (p *parser) wrong(expected string) error {
	return &SyntaxError{Column: p.now.column, Expected: expected, Found: p.now.shown()}
}

func (p *parser) or(depth int) (Expr, error) {
	if depth > MaxDepth {
		return Expr{}, p.wrong(fmt.Sprintf("at most %d expressions inside each other", MaxDepth))
	}
	kids, err := p.list("or", func() (Expr, error) {
		between, err := p.list("and", func() (Expr, error) { return p.factor(depth) })
		return And(between...), err
	})
	return Or(kids...), err
}

// list reads one thing or more with a word between them.
func (p *parser) list(between string, one func() (Expr, error)) ([]Expr, error) {
	var all []Expr
	for {
		x, err := one()
		if err != nil {
			return nil, err
		}
		all = append(all, x)
		if !p.take(between) {
			return all, nil
		}
	}
}

func (p *parser) factor(depth int) (Expr, error) {
	switch {
	case p.take("everything"):
		return Everything(), nil
	case p.take("nothing"):
		return Nothing(), nil
	case p.now.is("not"):
		if depth == MaxDepth {
			return Expr{}, p.wrong(fmt.Sprintf("at most %d expressions inside each other", MaxDepth))
		}
		p.step()
		x, err := p.factor(depth + 1)
		return Not(x), err
	case p.take("("):
		x, err := p.or(depth + 1)
		if err == nil && !p.take(")") {
			err = p.wrong(`"and", "or" or ")"`)
		}
		return x, err
	}
	return p.clause()
}

func (p *parser) clause() (Expr, error) {
	d, ok := DimOf(p.now.text)
	if p.now.kind != kindWord || !ok {
		return Expr{}, p.wrong(`a dimension such as "country", "not" or "("`)
	}
	p.step()
	var excluded bool
	var x Expr
	var err error
	switch {
	case p.now.is("="), p.now.is("!="):
		excluded = p.now.is("!=")
		p.step()
		x, err = p.one(d)
	case p.now.is("in"), p.now.is("not"):
		if excluded = p.take("not"); !p.take("in") {
			return Expr{}, p.wrong(`"in"`)
		}
		x, err = p.many(d)
	default:
		return Expr{}, p.wrong(`"=", "!=", "in" or "not in"`)
	}
	if excluded {
		x = Not(x)
	}
	return x, err
}

// one reads what stands after an equals sign.
func (p *parser) one(d Dim) (Expr, error) {
	if d == Hour {
		return p.hours(false)
	}
	v, err := p.value()
	return In(d, v), err
}

// many reads what stands after "in".
func (p *parser) many(d Dim) (Expr, error) {
	if d == Hour {
		return p.hours(true)
	}
	if !p.take("(") {
		return Expr{}, p.wrong(`"("`)
	}
	var values []string
	for {
		v, err := p.value()
		if err != nil {
			return Expr{}, err
		}
		values = append(values, v)
		if p.take(")") {
			return In(d, values...), nil
		}
		if !p.take(",") {
			return Expr{}, p.wrong(`"," or ")"`)
		}
	}
}

// value reads one value. Any word may be one, even "in", which is India, and "or", which is Oregon.
func (p *parser) value() (string, error) {
	t := p.now
	if t.kind != kindWord && t.kind != kindQuote {
		return "", p.wrong("a value")
	}
	switch {
	case t.text == "":
		return "", &SyntaxError{t.column, "a value", "empty quotes"}
	case len(t.text) > MaxValue:
		return "", &SyntaxError{t.column, fmt.Sprintf("a value of at most %d bytes", MaxValue), fmt.Sprintf("%d", len(t.text))}
	case strings.ContainsFunc(t.text, unicode.IsControl):
		return "", &SyntaxError{t.column, "a value", "control characters in quotes"}
	}
	p.step()
	return t.text, nil
}

// hours reads a list of hours, in brackets or without them; only after "in" there may be several.
func (p *parser) hours(several bool) (Expr, error) {
	bracket := several && p.take("(")
	var h Hours
	for {
		if err := p.span(&h); err != nil {
			return Expr{}, err
		}
		if !several || !p.take(",") {
			break
		}
	}
	if bracket && !p.take(")") {
		return Expr{}, p.wrong(`"," or ")"`)
	}
	return During(h), nil
}

// span reads days, a clock, or days and a clock, and adds them to h.
func (p *parser) span(h *Hours) error {
	var onDays, clock string
	if p.now.kind == kindWord && !isClock(p.now.text) {
		if _, _, ok := parseDays(p.now.text); !ok {
			return p.wrong(`days such as "mon" or "mon-fri", or hours such as "18-23"`)
		}
		onDays = p.now.text
		p.step()
	}
	if p.now.kind == kindWord && isClock(p.now.text) {
		if _, _, ok := parseClock(p.now.text); !ok {
			return p.wrong(`hours of the day such as "18-23"`)
		}
		clock = p.now.text
		p.step()
	}
	if onDays == "" && clock == "" {
		return p.wrong(`days such as "mon" or "mon-fri", or hours such as "18-23"`)
	}
	return h.add(onDays, clock)
}
