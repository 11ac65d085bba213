package notify

import "time"

// part is one form of a message: plain text or HTML. The same script writes
// both, so they say the same. Strings are plain; each part cleans and escapes.
type part interface {
	title(s string)
	heading(s string)
	para(s string)
	note(s string) // less important
	facts(rows []fact)
	tickets(list []Ticket) // with codes, to be shown at the entrance
	places(list []Ticket)  // without codes
	bill(lines []Line, total Line, included []Line)
	links(list []link)
}

// fact is a labelled value; an empty value is left out.
type fact struct {
	label, value string
	at           time.Time // the moment that value tells in words; zero when it is none
}

// link is a labelled address; one that is not for the web is left out.
type link struct{ label, url string }
