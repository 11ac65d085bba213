package catalog

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// first returns the first error that is not nil.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// in puts the field of a fault inside an outer field.
func in(outer string, err error) error {
	if err == nil {
		return nil
	}
	if f := fault.Of(err); f != nil {
		return f.In(outer)
	}
	return err
}

// checkText checks one line of text by its length in characters.
func checkText(field, s string, least, most int) error {
	if strings.ContainsFunc(s, unicode.IsControl) {
		return fault.Invalidf(field, "must be one line of text without control characters")
	}
	if n := utf8.RuneCountInString(s); n < least || n > most {
		return fault.Invalidf(field, "must have %d to %d characters, not %d", least, most, n)
	}
	if s != strings.TrimSpace(s) {
		return fault.Invalidf(field, "must not begin or end with a space")
	}
	return checkUTF8(field, s)
}

// checkProse checks text that may have several lines.
func checkProse(field, s string, most int) error {
	if n := utf8.RuneCountInString(s); n > most {
		return fault.Invalidf(field, "must have at most %d characters, not %d", most, n)
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		return fault.Invalidf(field, "must not have control characters other than new lines and tabs")
	}
	return checkUTF8(field, s)
}

func checkUTF8(field, s string) error {
	if !utf8.ValidString(s) {
		return fault.Invalidf(field, "must be valid UTF-8")
	}
	return nil
}

func optional(field, s string, check func(field, s string) error) error {
	if s == "" {
		return nil
	}
	return check(field, s)
}

// checkList checks a list of different strings.
func checkList(field string, list []string, least int, check func(field, s string) error) error {
	const most = 200
	if len(list) < least || len(list) > most {
		return fault.Invalidf(field, "must have %d to %d entries, not %d", least, most, len(list))
	}
	seen := map[string]bool{}
	for i, s := range list {
		at := fmt.Sprintf("%s[%d]", field, i)
		if err := check(at, s); err != nil {
			return err
		}
		if seen[s] {
			return fault.Invalidf(at, "%.80q is listed twice", s)
		}
		seen[s] = true
	}
	return nil
}

func checkWords(field string, list []string, most int) error {
	if len(list) > most {
		return fault.Invalidf(field, "must have at most %d entries, not %d", most, len(list))
	}
	return checkList(field, list, 0, func(at, s string) error { return checkText(at, s, 1, 60) })
}

// checkEach checks every element of a list by its own rule.
func checkEach[T any](field string, list []T, most int, check func(T) error) error {
	if len(list) > most {
		return fault.Invalidf(field, "must have at most %d entries, not %d", most, len(list))
	}
	for i, v := range list {
		if err := check(v); err != nil {
			return in(fmt.Sprintf("%s[%d]", field, i), err)
		}
	}
	return nil
}

var tokenForm = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)

func checkMap(field string, values map[string]string, check func(field, s string) error) error {
	const most = 100
	if len(values) > most {
		return fault.Invalidf(field, "must have at most %d entries, not %d", most, len(values))
	}
	for _, key := range sortedKeys(values) {
		if !tokenForm.MatchString(key) {
			return fault.Invalidf(field, "the name %.40q must be 1 to 40 lower-case letters, digits, - or _, starting with a letter", key)
		}
		if err := check(field+"."+key, values[key]); err != nil {
			return err
		}
	}
	return nil
}

func checkEnum[T interface {
	~string
	Valid() bool
}](field string, v T,
) error {
	if !v.Valid() {
		return fault.Invalidf(field, "there is no %s %.40q", lastWord(field), string(v))
	}
	return nil
}

func checkCurrency(field string, c money.Currency) error {
	if !c.Valid() {
		return fault.Invalidf(field, "%.16q must be an ISO 4217 code in capital letters, like EUR", string(c))
	}
	return nil
}

// checkTime checks that t is in UTC and has whole microseconds, which is what the
// stores keep, in a year that JSON can write.
func checkTime(field string, t time.Time) error {
	if t.Year() < 1 || t.Year() > 9999 {
		return fault.Invalidf(field, "must be between the years 1 and 9999")
	}
	if _, offset := t.Zone(); offset != 0 {
		return fault.Invalidf(field, "must be in UTC")
	}
	if t.Nanosecond()%1_000 != 0 {
		return fault.Invalidf(field, "must be in whole microseconds")
	}
	return nil
}

var colourForm = regexp.MustCompile(`^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$`)

func checkColour(field, s string) error {
	if !colourForm.MatchString(s) {
		return fault.Invalidf(field, "%.20q must be a colour like #c9a227", s)
	}
	return nil
}

var hostForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

func checkHost(field, s string) error {
	if len(s) > 253 || !hostForm.MatchString(s) {
		return fault.Invalidf(field, "%.80q must be a host name in lower case without port, like tickets.example.com", s)
	}
	return nil
}

// checkURL accepts an https or http address and a path on the same host, so that
// no script address gets into a page. Empty is accepted too.
func checkURL(field, s string) error {
	u, err := url.Parse(s)
	web := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
	path := err == nil && u.Scheme == "" && u.Host == "" && strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//")
	plain := utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r == '\\' || unicode.IsControl(r) })
	if s == "" || len(s) <= 2_000 && (web || path) && plain {
		return nil
	}
	return fault.Invalidf(field, "%.80q must be an address like https://example.com/a.jpg or a path like /media/a.jpg", s)
}

func checkEmail(field, s string) error {
	if s == "" {
		return nil
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 || strings.ContainsFunc(s, unicode.IsControl) {
		return fault.Invalidf(field, "%.80q must be an email address, like help@example.com", s)
	}
	return nil
}
