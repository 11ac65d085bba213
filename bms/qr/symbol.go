package qr

import (
	"errors"
	"sync"

	"rsc.io/qr/coding"
)

// mask is the pattern that all symbols are overlaid with (ISO/IEC 18004, section 7.8): of the eight, the one under which
// the reader of our tests, left to search the picture, missed the fewest of a thousand tickets: 7, and 30 with mask 0.
const mask coding.Mask = 2

var errTooLong = errors.New("text too long for a QR code")

// newSymbol returns the smallest symbol that holds text.
func newSymbol(text string) (*coding.Code, error) {
	encoding := encodingOf(text)
	version := coding.Version(coding.MinVersion)
	for encoding.Bits(version) > version.DataBytes(coding.M)*8 {
		if version++; version > coding.MaxVersion {
			return nil, errTooLong
		}
	}
	plan, err := plans[version]()
	if err != nil {
		return nil, err
	}
	return plan.Encode(encoding)
}

// encodingOf is the densest alphabet that has all of the text.
func encodingOf(text string) coding.Encoding {
	switch {
	case coding.Num(text).Check() == nil:
		return coding.Num(text)
	case coding.Alpha(text).Check() == nil:
		return coding.Alpha(text)
	}
	return coding.String(text)
}

// plans makes the plan of each version when it is first asked for. Symbols share it, because planning one takes longer than
// drawing it; a plan is only read.
var plans = func() (all [coding.MaxVersion + 1]func() (*coding.Plan, error)) {
	for v := coding.Version(coding.MinVersion); v <= coding.MaxVersion; v++ {
		all[v] = sync.OnceValues(func() (*coding.Plan, error) { return coding.NewPlan(v, coding.M, mask) })
	}
	return all
}()
