package notify

import (
	"strings"
	"unicode/utf8"
)

// lineWidth is where paragraphs of the text part are broken (RFC 5322
// recommends at most 78).
const lineWidth = 76

// textPart is the plain text form.
type textPart struct{ b []byte }

func (p *textPart) title(s string) {
	p.wrap(s)
	p.blank()
}

func (p *textPart) heading(s string) {
	p.line(s)
}

func (p *textPart) para(s string) {
	p.wrap(s)
	p.blank()
}

func (p *textPart) note(s string) { p.para(s) }

func (p *textPart) quote(s string) { p.para(s) }

func (p *textPart) facts(rows []fact) {
	for _, r := range rows {
		if r.value != "" {
			p.line(r.label, ": ", r.value)
		}
	}
	p.blank()
}

func (p *textPart) tickets(list []entry) {
	for _, t := range list {
		p.line("* ", t.line)
		if t.codeLine != "" {
			p.line("  ", t.codeLine)
		}
	}
	p.blank()
}

func (p *textPart) places(list []entry) {
	for _, t := range list {
		p.line("* ", t.line)
	}
	p.blank()
}

func (p *textPart) bills(rows []row, total row, included []row) {
	for _, r := range rows {
		p.line(r.label, ": ", r.amount)
	}
	p.line(total.label, ": ", total.amount)
	for _, r := range included {
		p.line("  ", r.label, ": ", r.amount)
	}
	p.blank()
}

func (p *textPart) links(list []link) {
	any := false
	for _, l := range list {
		if u := webURL(l.url); u != "" {
			p.line(l.label, ": ", u)
			any = true
		}
	}
	if any {
		p.blank()
	}
}

func (p *textPart) suggestions(list []suggested) {
	for _, s := range list {
		p.line("* ", s.label, ": ", webURL(s.url))
		p.line("  ", s.why)
	}
	p.blank()
}

// line writes one line.
func (p *textPart) line(pieces ...string) {
	for _, s := range pieces {
		p.b = append(p.b, tidy(s)...)
	}
	p.blank()
}

// wrap writes s in lines of at most lineWidth characters; longer words stay whole.
func (p *textPart) wrap(s string) {
	width := 0
	for word := range strings.FieldsSeq(tidy(s)) {
		n := utf8.RuneCountInString(word)
		switch {
		case width == 0:
			width = n
		case width+1+n > lineWidth:
			p.b = append(p.b, '\n')
			width = n
		default:
			p.b = append(p.b, ' ')
			width += 1 + n
		}
		p.b = append(p.b, word...)
	}
	p.blank()
}

// blank ends a line.
func (p *textPart) blank() { p.b = append(p.b, '\n') }

// text returns what was written, without blank lines at its end.
func (p *textPart) text() string {
	return strings.TrimRight(string(p.b), "\n") + "\n"
}
