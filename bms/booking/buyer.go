package booking

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Buyer is who pays and gets the tickets.
type Buyer struct {
	Name   string `json:"name"`             // 1 to 120 characters
	Email  string `json:"email"`            // at most 254 bytes
	Phone  string `json:"phone,omitempty"`  // optional: 5 to 15 digits, with + ( ) - . and spaces
	Locale string `json:"locale,omitempty"` // optional: a language tag such as en-IN, for mails and pages

	Company string `json:"company,omitempty"` // optional, for invoices: at most 160 characters
	TaxID   string `json:"tax_id,omitempty"`  // optional, for invoices: at most 32 letters, digits, - . / and spaces
}

// The bounds of a Buyer's fields. Sources: RFC 5321 section 4.5.3.1 with
// erratum 1690 for mail addresses; ITU-T E.164 for telephone numbers; the
// others are ours.
const (
	maxName        = 120 // characters
	maxCompany     = 160 // characters
	maxTaxID       = 32  // bytes
	maxEmail       = 254 // bytes
	maxEmailLocal  = 64  // bytes
	minPhoneDigits = 5
	maxPhoneDigits = 15
	maxPhone       = 32 // bytes
	maxLocale      = 35 // bytes; RFC 5646 section 4.4.1
)

// Clean returns b without spaces around its fields.
func (b Buyer) Clean() Buyer {
	for _, field := range []*string{&b.Name, &b.Email, &b.Phone, &b.Locale, &b.Company, &b.TaxID} {
		*field = strings.TrimSpace(*field)
	}
	return b
}

// Validate returns an Invalid fault that names the first field at fault. It
// does not tell whether the mailbox exists.
func (b Buyer) Validate() error {
	for _, err := range []*fault.Error{
		validateText("name", b.Name, 1, maxName),
		validateEmail(b.Email),
		validatePhone(b.Phone),
		validateLocale(b.Locale),
		validateText("company", b.Company, 0, maxCompany),
		validateTaxID(b.TaxID),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// validateText checks a line that is printed: its length in characters and
// that nothing in it breaks a line or a mail header.
func validateText(field, s string, least, most int) *fault.Error {
	if n := utf8.RuneCountInString(s); n < least || n > most {
		return fault.Invalidf(field, "must have %d to %d characters, not %d", least, most, n)
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unprintable) {
		return fault.Invalidf(field, "must be one line of text without control characters")
	}
	if s != strings.TrimSpace(s) {
		return fault.Invalidf(field, "must not begin or end with a space")
	}
	return nil
}

// unprintable reports whether r has no place in a printed line: controls, line
// and paragraph separators, and the marks that turn the direction of a text.
func unprintable(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

// validateEmail accepts what mail servers in use accept: a dotted local part
// without quotes, and a domain of at least two labels.
func validateEmail(s string) *fault.Error {
	const hint = "must be an e-mail address such as name@example.com"
	local, domain, found := strings.Cut(s, "@")
	switch {
	case len(s) > maxEmail:
		return fault.Invalidf("email", "must have at most %d characters, not %d", maxEmail, len(s))
	case !found || local == "" || len(local) > maxEmailLocal || !utf8.ValidString(s):
		return fault.Invalidf("email", hint)
	case strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, ".."):
		return fault.Invalidf("email", hint)
	case strings.ContainsFunc(local, notInLocalPart) || !validDomain(domain):
		return fault.Invalidf("email", hint)
	}
	return nil
}

// notInLocalPart reports whether r needs quoting before the @ (RFC 5322,
// atext), which no provider hands out. Letters beyond ASCII are allowed (RFC 6532).
func notInLocalPart(r rune) bool {
	if r < utf8.RuneSelf {
		return !isAlphanumeric(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", r)
	}
	return !unicode.In(r, unicode.L, unicode.N, unicode.M)
}

// validDomain reports whether s has two or more labels of letters, digits and
// inner hyphens, each 1 to 63 bytes, the last of which is not a number.
func validDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if strings.ContainsFunc(label, notInLabel) {
			return false
		}
	}
	return len(labels) > 1 && !isDigit(rune(labels[len(labels)-1][0]))
}

// notInLabel reports whether r has no place in a label of a domain.
func notInLabel(r rune) bool {
	if r < utf8.RuneSelf {
		return !isAlphanumeric(r) && r != '-'
	}
	return !unicode.In(r, unicode.L, unicode.N, unicode.M)
}

// validatePhone accepts a number as people write it, or none.
func validatePhone(s string) *fault.Error {
	if s == "" {
		return nil
	}
	digits := strings.Map(func(r rune) rune {
		if isDigit(r) {
			return r
		}
		return -1
	}, s)
	odd := strings.ContainsFunc(strings.TrimPrefix(s, "+"), func(r rune) bool {
		return !isDigit(r) && !strings.ContainsRune("()-. ", r)
	})
	if odd || len(s) > maxPhone || len(digits) < minPhoneDigits || len(digits) > maxPhoneDigits {
		return fault.Invalidf("phone", "must be a telephone number of %d to %d digits such as +91 98200 12345", minPhoneDigits, maxPhoneDigits)
	}
	return nil
}

// validateLocale accepts a well-formed language tag (RFC 5646) without
// extensions, or none.
func validateLocale(s string) *fault.Error {
	if s == "" {
		return nil
	}
	for i, part := range strings.Split(s, "-") {
		least, most := 2, 8
		if i == 0 {
			most = 3
		}
		if len(s) > maxLocale || len(part) < least || len(part) > most || strings.ContainsFunc(part, func(r rune) bool { return !isAlphanumeric(r) }) {
			return fault.Invalidf("locale", "must be a language tag such as en-IN, not %.40q", s)
		}
	}
	return nil
}

// validateTaxID accepts the characters that tax numbers are written in, or none.
func validateTaxID(s string) *fault.Error {
	odd := strings.ContainsFunc(s, func(r rune) bool {
		return !isAlphanumeric(r) && !strings.ContainsRune("-./ ", r)
	})
	if odd || len(s) > maxTaxID {
		return fault.Invalidf("tax_id", "must be at most %d letters, digits, - . / and spaces", maxTaxID)
	}
	return nil
}

// isDigit reports whether r is an ASCII digit.
func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// isAlphanumeric reports whether r is an ASCII letter or digit.
func isAlphanumeric(r rune) bool {
	return isDigit(r) || 'a' <= r|0x20 && r|0x20 <= 'z'
}
