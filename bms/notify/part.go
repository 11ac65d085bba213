package notify

import "time"

// part is one form of a message: plain text or HTML. The same script writes
// both, so they say the same. Strings are plain; each part tidies and escapes.
type part interface {
	title(s string)
	heading(s string)
	para(s string)
	note(s string)  // less important
	quote(s string) // what somebody else wrote, in whatever language
	facts(rows []fact)
	tickets(list []entry) // with codes, to be shown at the entrance
	places(list []entry)  // without codes
	bills(rows []row, total row, included []row)
	links(list []link)
	suggestions(list []suggested)
}

// fact is a labelled value; an empty value is left out.
type fact struct {
	label, value string
	at           time.Time // the moment that value tells in words; zero when it is none
}

// link is a labelled address; one that is not for the web is left out.
type link struct{ label, url string }

// suggested is a link to what the reader may like, too, and why.
type suggested struct {
	link

	why string
}

// row is a line of a bill.
type row struct{ label, amount string }

// entry is a ticket in a list.
type entry struct {
	place, about   string // where, and for whom at what price
	line           string // both
	code, codeLine string // bare, and with a word before it
	qr, alt        string // picture of the code, and what it says to who does not see it
}

// both writes two parts at once, so that what they say is put together once.
type both struct {
	text *textPart
	page *htmlPart
}

func (p *both) title(s string) {
	p.text.title(s)
	p.page.title(s)
}

func (p *both) heading(s string) {
	p.text.heading(s)
	p.page.heading(s)
}

func (p *both) para(s string) {
	p.text.para(s)
	p.page.para(s)
}

func (p *both) note(s string) {
	p.text.note(s)
	p.page.note(s)
}

func (p *both) quote(s string) {
	p.text.quote(s)
	p.page.quote(s)
}

func (p *both) facts(rows []fact) {
	p.text.facts(rows)
	p.page.facts(rows)
}

func (p *both) tickets(list []entry) {
	p.text.tickets(list)
	p.page.tickets(list)
}

func (p *both) places(list []entry) {
	p.text.places(list)
	p.page.places(list)
}

func (p *both) bills(rows []row, total row, included []row) {
	p.text.bills(rows, total, included)
	p.page.bills(rows, total, included)
}

func (p *both) links(list []link) {
	p.text.links(list)
	p.page.links(list)
}

func (p *both) suggestions(list []suggested) {
	p.text.suggestions(list)
	p.page.suggestions(list)
}
