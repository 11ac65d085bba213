package vast

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// writer appends elements. A start tag stays open for attributes until inside, text or end.
type writer struct{ b []byte }

func (w *writer) start(name string) { w.b = append(append(w.b, '<'), name...) }

func (w *writer) inside() { w.b = append(w.b, '>') }

func (w *writer) end(name string) { w.b = append(append(append(w.b, "</"...), name...), '>') }

// open begins an element without attributes.
func (w *writer) open(name string) {
	w.start(name)
	w.inside()
}

// text ends an open start tag, and its element with the text in it.
func (w *writer) text(name, s string) {
	w.b = append(w.b, "><![CDATA["...)
	w.b = appendCDATA(w.b, s)
	w.b = append(w.b, "]]>"...)
	w.end(name)
}

// element writes one that has text alone.
func (w *writer) element(name, s string) {
	w.start(name)
	w.text(name, s)
}

// maybe writes an element that has text, if there is any.
func (w *writer) maybe(name, s string) {
	if s != "" {
		w.element(name, s)
	}
}

func (w *writer) elements(name string, list []string) {
	for _, s := range list {
		w.element(name, s)
	}
}

// attr writes an attribute, unless it is empty.
func (w *writer) attr(name, value string) {
	if value != "" {
		w.name(name)
		w.b = append(appendAttr(w.b, value), '"')
	}
}

// number writes an attribute, unless it is below the smallest that says something.
func (w *writer) number(name string, v, smallest int) {
	if v >= smallest {
		w.name(name)
		w.b = append(strconv.AppendInt(w.b, int64(v), 10), '"')
	}
}

func (w *writer) flag(name string, v bool) {
	w.name(name)
	w.b = append(strconv.AppendBool(w.b, v), '"')
}

func (w *writer) duration(name string, d time.Duration) {
	w.name(name)
	w.b = append(appendTime(w.b, d), '"')
}

func (w *writer) name(name string) {
	w.b = append(append(append(w.b, ' '), name...), '=', '"')
}

// appendTime writes hh:mm:ss, with milliseconds if there are any.
func appendTime(b []byte, d time.Duration) []byte {
	ms := d.Milliseconds()
	b = append(appendTwo(b, ms/3_600_000), ':')
	b = append(appendTwo(b, ms/60_000%60), ':')
	b = appendTwo(b, ms/1000%60)
	if ms %= 1000; ms > 0 {
		b = appendTwo(append(b, '.', byte('0'+ms/100)), ms%100)
	}
	return b
}

func appendTwo(b []byte, v int64) []byte { return append(b, byte('0'+v/10), byte('0'+v%10)) }

// appendNano writes 1e-9 of a unit as a decimal number without needless zeros.
func appendNano(b []byte, v int64) []byte {
	const unit = 1_000_000_000
	b = strconv.AppendInt(b, v/unit, 10)
	rest := v % unit
	if rest == 0 {
		return b
	}
	b = append(b, '.')
	for digit := int64(unit / 10); rest > 0; digit /= 10 {
		b = append(b, byte('0'+rest/digit))
		rest %= digit
	}
	return b
}

// appendCDATA writes text for a CDATA section. One that ends the section is split over two.
func appendCDATA(b []byte, s string) []byte {
	if ascii(s) && !strings.Contains(s, "]]>") {
		return append(b, s...) // nearly all are URLs
	}
	brackets := 0
	for _, r := range s {
		if r == '>' && brackets >= 2 {
			b = append(b, "]]><![CDATA["...)
		}
		if r == ']' {
			brackets++
		} else {
			brackets = 0
		}
		b = appendRune(b, r)
	}
	return b
}

// ascii reports whether a text is of visible ASCII and spaces alone.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// appendAttr writes the value of an attribute.
func appendAttr(b []byte, s string) []byte {
	for _, r := range s {
		switch r {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '"':
			b = append(b, "&quot;"...)
		case '\t', '\n', '\r': // a reader would make spaces of them
			b = append(append(append(b, "&#"...), strconv.Itoa(int(r))...), ';')
		default:
			b = appendRune(b, r)
		}
	}
	return b
}

// appendRune writes a letter, or U+FFFD for what XML 1.0 (section 2.2) cannot carry.
func appendRune(b []byte, r rune) []byte {
	switch {
	case r == '\t', r == '\n', r == '\r', ' ' <= r && r <= 0xd7ff, 0xe000 <= r && r <= 0xfffd, 0x10000 <= r && r <= utf8.MaxRune:
		return utf8.AppendRune(b, r)
	}
	return utf8.AppendRune(b, utf8.RuneError)
}
