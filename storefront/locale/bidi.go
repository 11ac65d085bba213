package locale

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// Isolates keep a piece of text from changing the order of what is around it. Source: Unicode Standard
// Annex 9, first strong isolate and its end.
const (
	isolate    = "\u2068"
	isolateEnd = "\u2069"
)

// Isolate returns a foreign text, such as a title or a name, so that it can stand in the middle of a text of the
// language: between marks that have no width, where it needs them. In HTML a <bdi> element does the same and is better.
func (p *Printer) Isolate(s string) string {
	var b strings.Builder
	writeIsolated(&b, p.language.Direction, s)
	return b.String()
}

func writeIsolated(b *strings.Builder, dir Direction, s string) {
	if !needsIsolate(dir, s) {
		b.WriteString(s)
		return
	}
	b.WriteString(isolate)
	b.WriteString(s)
	b.WriteString(isolateEnd)
}

// needsIsolate reports whether a text may be shown in another order than it has, or change the order around it. In a
// text from left to right only letters of the other direction do that. In one from right to left also Latin ones do,
// and numbers, whose signs would change sides; only text that is all of that direction is safe.
func needsIsolate(dir Direction, s string) bool {
	right, left, number := false, false, false
	for _, r := range s {
		switch classOf(r) {
		case bidi.R, bidi.AL, bidi.AN:
			right = true
		case bidi.L:
			left = true
		case bidi.EN:
			number = true
		default: // has no direction of its own
		}
	}
	if dir == RTL {
		return left || number && !right
	}
	return right
}

// classOf is the bidirectional class of a character; those of ASCII are known without a table.
func classOf(r rune) bidi.Class {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
		return bidi.L
	case r >= '0' && r <= '9':
		return bidi.EN
	}
	p, _ := bidi.LookupRune(r)
	return p.Class()
}

// DirectionOf returns the direction of a text by its first letter that has one, as HTML's dir="auto" does, and
// that of the language where it has none.
func (p *Printer) DirectionOf(s string) Direction {
	for _, r := range s {
		switch classOf(r) {
		case bidi.R, bidi.AL:
			return RTL
		case bidi.L:
			return LTR
		default: // the next letter says
		}
	}
	return p.language.Direction
}
