package consent

import (
	"strings"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// hearUSPrivacy adds a US privacy string: its version, 1, then whether notice was given, whether the person opted out of the sale of
// data, and whether the contract of limited service providers covers it. Each is Y, N or "-" where it does not apply.
//
// Source: IAB Tech Lab, CCPA, "US Privacy String" v1.0.
func hearUSPrivacy(heard *signals, text string) *fault.Error {
	if len(text) != 4 || text[0] != '1' {
		return fault.Invalidf("", "is not of the form 1YNN")
	}
	for i := 1; i < 4; i++ {
		switch text[i] {
		case 'Y', 'y', 'N', 'n', '-':
		default:
			return fault.Invalidf("", "has %q where Y, N or - belongs", text[i])
		}
	}
	if text[2] == 'Y' || text[2] == 'y' {
		heard.optOut = true
	}
	return nil
}

// layout says where an American section has what is read of it. All of them begin with a version of six bits and go on with answers of two
// bits each: notices, then objections, then one answer for each kind of sensitive data, then for each age of children.
type layout struct {
	notices   int // answers before the first objection
	optOuts   int // objections: to sale, and to sharing, targeted advertising or both
	sensitive int
	children  int
	versions  uint64 // the newest version that is known
}

// american returns the layout of a section of GPP, false when it is no American one or not known.
//
// Sources: GPP, US National Section v1 and v2 and US States Sections. The sections of Maryland, Indiana, Kentucky and Rhode Island (24 to 27) have
// another form, whose final texts are not out.
func american(section int) (layout, bool) {
	switch section {
	case sectionUSNat:
		return layout{6, 3, 12, 2, 2}, true // of version 1; version 2 is longer, see hear
	case 8: // California
		return layout{3, 2, 9, 2, 1}, true
	case 9, 16, 19, 22, 23: // Virginia, Texas, Nebraska, Tennessee, Minnesota
		return layout{3, 2, 8, 1, 1}, true
	case 10: // Colorado
		return layout{3, 2, 7, 1, 1}, true
	case 11, 18: // Utah, Iowa
		return layout{4, 2, 8, 1, 1}, true
	case 12, 13, 14, 20: // Connecticut, Florida, Montana, New Hampshire
		return layout{3, 2, 8, 3, 1}, true
	case 15: // Oregon
		return layout{3, 2, 11, 3, 1}, true
	case 17: // Delaware
		return layout{3, 2, 9, 5, 1}, true
	case 21: // New Jersey
		return layout{3, 2, 10, 5, 1}, true
	}
	return layout{}, false
}

// The answers to whether a person opted out, or consents to the use of a child's data.
const (
	answerNone = 0 // does not apply
	answerYes  = 1 // opted out; of children: no consent
	answerBad  = 3 // not defined
)

// hear adds a section: the core, and after a dot perhaps the browser's Global Privacy Control.
func (l layout) hear(heard *signals, text string) *fault.Error {
	core, gpc, more := strings.Cut(text, ".")
	b := bits{text: core}
	switch version := b.read(6); {
	case version < 1 || version > l.versions:
		return fault.Invalidf("", "has an American section of version %d, which is not known", version)
	case version == 2:
		l.sensitive, l.children = 16, 3
	}
	b.skip(2 * l.notices)
	for range l.optOuts {
		switch b.read(2) {
		case answerYes:
			heard.optOut = true
		case answerBad:
			b.bad = true
		}
	}
	b.skip(2 * l.sensitive)
	for range l.children {
		if b.read(2) != answerNone {
			heard.child = true
		}
	}
	if !b.whole() {
		return fault.Invalidf("", "has an American section that cannot be read")
	}
	if more {
		return hearGPC(heard, gpc)
	}
	return nil
}

// hearGPC adds the subsection of the Global Privacy Control: its type, 1, in two bits, then one bit.
func hearGPC(heard *signals, text string) *fault.Error {
	b := bits{text: text}
	kind, set := b.read(2), b.bit()
	if kind != 1 || !b.whole() {
		return fault.Invalidf("", "has a subsection that cannot be read")
	}
	heard.optOut = heard.optOut || set
	return nil
}
