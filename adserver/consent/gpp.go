package consent

import (
	"slices"
	"strings"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Sections of a GPP string that have readers of their own.
// Source: GPP, Section Information, "Section IDs".
const (
	sectionTCF   = 2 // tcfeuv2
	sectionUSP   = 6 // uspv1
	sectionUSNat = 7 // usnat
)

// maxSection bounds the number of a section. The list ends at 27 in 2025.
const maxSection = 255

// hearGPP adds the sections of a GPP string that apply to what was heard. A section that applies and is not in the string is an error.
func (r Rules) hearGPP(heard *signals, text string, apply []int) *fault.Error {
	header, body, _ := strings.Cut(text, "~")
	ids, err := parseHeader(header)
	if err != nil {
		return err.In("gpp")
	}
	want := 0
	if body != "" {
		want = 1 + strings.Count(body, "~")
	}
	if ids.count() != want {
		return fault.Invalidf("gpp", "names %d sections and has %d", ids.count(), want)
	}
	for _, id := range apply {
		if id > 0 && !ids.has(id) {
			return fault.Invalidf("gpp_sid", "names section %d, which the GPP string has not", id)
		}
	}
	for id := range maxSection + 1 {
		if !ids.has(id) {
			continue
		}
		section, rest, _ := strings.Cut(body, "~")
		body = rest
		if len(apply) == 0 || slices.Contains(apply, id) {
			if err := r.hearSection(heard, id, section); err != nil {
				return err.In("gpp")
			}
		}
	}
	return nil
}

func (r Rules) hearSection(heard *signals, id int, text string) *fault.Error {
	switch layout, known := american(id); {
	case id == sectionTCF:
		return r.hearTCF(heard, text)
	case id == sectionUSP:
		return hearUSPrivacy(heard, text)
	case known:
		return layout.hear(heard, text)
	default:
		heard.unknown = true
		return nil
	}
}

// sectionSet is which sections a GPP string has. They follow each other in the order of their numbers.
type sectionSet [(maxSection + 1) / 64]uint64

func (s *sectionSet) has(id int) bool {
	return 0 <= id && id <= maxSection && s[id/64]>>(id%64)&1 == 1
}

func (s *sectionSet) count() int {
	n := 0
	for id := range maxSection + 1 {
		if s.has(id) {
			n++
		}
	}
	return n
}

// parseHeader reads the header of a GPP string: type 3, version 1, and the sections as ranges whose numbers are told as distances from
// the last one, which makes them rise.
//
// Source: GPP, Consent String Specification, "GPP Header" and "Range (Fibonacci)".
func parseHeader(text string) (sectionSet, *fault.Error) {
	var ids sectionSet
	b := bits{text: text}
	if kind, version := b.read(6), b.read(6); !b.bad && (kind != 3 || version != 1) {
		return ids, fault.Invalidf("", "has a header of type %d and version %d; 3 and 1 are read", kind, version)
	}
	last := 0
	for range b.read(12) {
		several := b.bit()
		first := last + b.fibonacci()
		last = first
		if several {
			last += b.fibonacci()
		}
		if b.bad || last > maxSection {
			b.bad = true
			break
		}
		for id := first; id <= last; id++ {
			ids[id/64] |= 1 << (id % 64)
		}
	}
	if !b.whole() {
		return ids, fault.Invalidf("", "has a header that cannot be read")
	}
	return ids, nil
}
