package targeting

import (
	"strings"
	"unicode"
)

// String returns the expression as Parse reads it, the same for equal expressions: "everything" for the zero Expr.
func (e Expr) String() string {
	var b strings.Builder
	e.write(&b)
	return b.String()
}

// MarshalText returns String.
func (e Expr) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads what Parse reads.
func (e *Expr) UnmarshalText(text []byte) (err error) {
	*e, err = Parse(string(text))
	return err
}

func (e Expr) write(b *strings.Builder) {
	switch e.op {
	case opEverything:
		b.WriteString("everything")
	case opNothing:
		b.WriteString("nothing")
	case opIn:
		e.writeClause(b, false)
	case opNot:
		if kid := e.kids[0]; kid.op == opIn {
			kid.writeClause(b, true)
		} else {
			b.WriteString("not ")
			kid.writeInside(b)
		}
	case opAnd:
		e.writeKids(b, " and ")
	case opOr:
		e.writeKids(b, " or ")
	}
}

func (e Expr) writeKids(b *strings.Builder, between string) {
	for i, kid := range e.kids {
		if i > 0 {
			b.WriteString(between)
		}
		kid.writeInside(b)
	}
}

// writeInside puts brackets around what is made of several clauses.
func (e Expr) writeInside(b *strings.Builder) {
	if e.op != opAnd && e.op != opOr {
		e.write(b)
		return
	}
	b.WriteByte('(')
	e.write(b)
	b.WriteByte(')')
}

func (e Expr) writeClause(b *strings.Builder, excluded bool) {
	b.WriteString(e.dim.String())
	if len(e.values) == 1 && e.dim != Hour {
		if excluded {
			b.WriteString(" !")
		} else {
			b.WriteByte(' ')
		}
		b.WriteString("= ")
		writeValue(b, e.values[0])
		return
	}
	if excluded {
		b.WriteString(" not")
	}
	b.WriteString(" in (")
	b.WriteString(e.list())
	b.WriteByte(')')
}

// list are the values of a clause with commas between them.
func (e Expr) list() string {
	if e.dim == Hour {
		return hoursOf(e.values).String()
	}
	var b strings.Builder
	for i, v := range e.values {
		if i > 0 {
			b.WriteString(", ")
		}
		writeValue(&b, v)
	}
	return b.String()
}

func writeValue(b *strings.Builder, value string) {
	if value != "" && !strings.ContainsFunc(value, func(r rune) bool { return !isWord(r) }) {
		b.WriteString(value)
		return
	}
	b.WriteByte('"')
	for i := range len(value) {
		if value[i] == '"' || value[i] == '\\' {
			b.WriteByte('\\')
		}
		b.WriteByte(value[i])
	}
	b.WriteByte('"')
}

// isWord reports whether a letter may be part of a value without quotes.
func isWord(r rune) bool {
	return r != unicode.ReplacementChar && (unicode.In(r, unicode.L, unicode.M, unicode.N) || strings.ContainsRune("_-:./+", r))
}
