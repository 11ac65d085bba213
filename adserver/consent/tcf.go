package consent

import (
	"strings"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Places in the core segment, in bits, of the fields that are read by name.
// Source: IAB Tech Lab, Consent String and Vendor List Formats v2.2, "The core string".
const (
	tcfVendorList = 120 // 12 bits
	tcfFeatures   = 140 // 12 bits, special feature 1 first
	tcfPurposes   = 152 // 24 bits, purpose 1 first
	tcfVendors    = 213 // how many, and then who
)

// The types of the segments that may follow the core.
const (
	segmentDisclosed = 1
	segmentAllowed   = 2
	segmentPublisher = 3
)

// tcString is what is kept of a TC string.
type tcString struct {
	purposes   uint64 // 24 bits, purpose 1 the highest
	features   uint64 // 12 bits
	own        uint64 // the purposes that the publisher itself may pursue
	hasOwn     bool
	vendor     bool   // the vendor asked about has consent
	restricted uint64 // purposes from which the publisher keeps the vendor, as in purposes
}

// hearTCF adds a TC string to what was heard.
func (r Rules) hearTCF(heard *signals, text string) *fault.Error {
	tc, err := parseTCF(text, r.Vendor)
	if err != nil {
		return err
	}
	may := tc.permissions(r.Vendor)
	if heard.asked {
		may = may.and(heard.consent)
	}
	heard.asked, heard.consent = true, may
	return nil
}

func (tc *tcString) permissions(vendor uint16) Permissions {
	purposes := tc.purposes
	switch {
	case vendor != 0 && !tc.vendor:
		return Permissions{Reason: ReasonVendor}
	case vendor != 0:
		purposes &^= tc.restricted
	case tc.hasOwn:
		purposes = tc.own
	}
	allows := func(purpose int) bool { return purposes>>(24-purpose)&1 == 1 }
	store := allows(1)
	return Permissions{
		Store:           store,
		FrequencyByUser: store && allows(2),
		Personalise:     store && allows(3) && allows(4),
		Measure:         allows(7),
		PreciseGeo:      tc.features>>11&1 == 1,
		Reason:          ReasonConsent,
	}
}

// parseTCF reads a TC string with an eye on one vendor. All of its core must be there.
func parseTCF(text string, vendor uint16) (tcString, *fault.Error) {
	var tc tcString
	core, rest, more := strings.Cut(text, ".")
	b := bits{text: core}
	if version := b.read(6); version != 2 {
		return tc, fault.Invalidf("", "is of version %d; 2 is read", version)
	}
	b.at = tcfVendorList
	if b.read(12) == 0 && !b.bad {
		return tc, fault.Invalidf("", "names no vendor list")
	}
	b.at = tcfFeatures
	tc.features = b.read(12)
	tc.purposes = b.read(24)
	b.at = tcfVendors
	tc.vendor = b.vendors(vendor)
	b.vendors(0) // legitimate interest
	tc.restricted = b.restrictions(vendor)
	if !b.whole() {
		return tc, fault.Invalidf("", "is cut off or not base64url")
	}
	for more {
		var segment string
		segment, rest, more = strings.Cut(rest, ".")
		if err := tc.segment(segment); err != nil {
			return tc, err
		}
	}
	return tc, nil
}

// segment reads one that follows the core. Only the publisher's own counts: the others say whom it asked for.
func (tc *tcString) segment(text string) *fault.Error {
	b := bits{text: text}
	switch kind := b.read(3); kind {
	case segmentPublisher:
		tc.hasOwn, tc.own = true, b.read(24)
	case segmentDisclosed, segmentAllowed:
	default:
		return fault.Invalidf("", "has a segment of unknown type %d", kind)
	}
	if !b.whole() {
		return fault.Invalidf("", "has a segment that is cut off or not base64url")
	}
	return nil
}

// vendors reads a vendor section, a bit for each or a list of ranges, and reports whether the vendor is in it.
func (b *bits) vendors(vendor uint16) bool {
	highest := int(b.read(16))
	if b.bit() {
		return b.ranges(vendor, highest)
	}
	from := b.at
	b.skip(highest)
	if vendor == 0 || int(vendor) > highest || b.bad {
		return false
	}
	one := bits{text: b.text, at: from + int(vendor) - 1}
	return one.bit()
}

// ranges reads a list of vendors and reports whether one is in it. Ranges that end before they begin, or beyond the highest, are bad.
func (b *bits) ranges(vendor uint16, highest int) bool {
	found := false
	for range b.read(12) {
		several := b.bit()
		first := int(b.read(16))
		last := first
		if several {
			last = int(b.read(16))
		}
		if first == 0 || last < first || last > highest {
			b.bad = true
		}
		if b.bad {
			return false
		}
		found = found || first <= int(vendor) && int(vendor) <= last
	}
	return found
}

// restrictions reads what the publisher restricts and returns the purposes that a vendor may not pursue by consent: those that
// are not allowed (type 0), and those for which it may claim nothing but legitimate interest (type 2).
func (b *bits) restrictions(vendor uint16) uint64 {
	var purposes uint64
	for range b.read(12) {
		purpose, kind := int(b.read(6)), b.read(2)
		concerned := b.ranges(vendor, 1<<16-1)
		if b.bad {
			return 0
		}
		if concerned && kind != 1 && 1 <= purpose && purpose <= 24 {
			purposes |= 1 << (24 - purpose)
		}
	}
	return purposes
}
