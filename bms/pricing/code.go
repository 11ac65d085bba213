package pricing

import (
	"strings"
	"unicode"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Bounds of a normalized voucher code.
const (
	minCodeLen = 3
	maxCodeLen = 32
)

// NormalizeCode returns the form in which voucher codes are compared: capital
// ASCII letters and digits only. Case, spaces, hyphens and full-width letters
// do not matter, and neither do the letters that are mistaken for digits: O is
// read as 0, I and L as 1. Other characters, letters of other scripts among
// them, are an Invalid fault about the field "code", as are codes of fewer than
// 3 or more than 32 letters and digits.
func NormalizeCode(s string) (string, error) {
	var b strings.Builder
	for _, r := range s {
		switch r = narrow(r); {
		case unicode.IsSpace(r) || isHyphen(r):
			continue
		case r >= 'a' && r <= 'z':
			r -= 'a' - 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		default:
			return "", fault.Invalidf("code", "has the character %q, which no code has", r)
		}
		b.WriteRune(unconfused(r))
		if b.Len() > maxCodeLen {
			break
		}
	}
	if b.Len() < minCodeLen || b.Len() > maxCodeLen {
		return "", fault.Invalidf("code", "must have %d to %d letters and digits", minCodeLen, maxCodeLen)
	}
	return b.String(), nil
}

// narrow returns the ASCII form of a full-width character (Unicode block
// Halfwidth and Fullwidth Forms), as Japanese keyboards type them.
func narrow(r rune) rune {
	if r >= '！' && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

// isHyphen reports whether r is one of the dashes that people and word
// processors put into codes.
func isHyphen(r rune) bool {
	return r == '-' || r == '_' || r >= '\u2010' && r <= '\u2015' || r == '\u2212'
}

// unconfused returns the digit that a letter is mistaken for.
func unconfused(c rune) rune {
	switch c {
	case 'O':
		return '0'
	case 'I', 'L':
		return '1'
	}
	return c
}
