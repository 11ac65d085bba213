package ads

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Bounds of texts, in characters.
const (
	maxName = 120
	maxText = 500
	maxURL  = 2048 // bytes; what all browsers take
)

// MaxHTML bounds the markup of an HTML creative, in bytes: what a storefront shows (package sponsor), which sends it in a form where a byte may become three.
const MaxHTML = 20_000

// text checks a required text of one line.
func text(field, s string, most int) error {
	switch {
	case strings.TrimSpace(s) == "":
		return fault.Invalidf(field, "is missing")
	case !utf8.ValidString(s):
		return fault.Invalidf(field, "is not valid UTF-8")
	case utf8.RuneCountInString(s) > most:
		return fault.Invalidf(field, "is longer than %d characters", most)
	case strings.ContainsFunc(s, unicode.IsControl):
		return fault.Invalidf(field, "has a control character")
	}
	return nil
}

// optional is text for what may be empty.
func optional(field, s string, most int) error {
	if s == "" {
		return nil
	}
	return text(field, s, most)
}

// Domain returns a domain name in lower case and ASCII (RFC 5891), without a final point. Error: Invalid about field, for what is no name
// that the public can reach: an address, one label, a port.
func Domain(field, s string) (string, error) {
	name, err := idna.Lookup.ToASCII(strings.TrimSuffix(strings.ToLower(strings.TrimSpace(s)), "."))
	last := name[strings.LastIndexByte(name, '.')+1:]
	if err != nil || !strings.Contains(name, ".") || len(name) > 253 || strings.Trim(last, "0123456789") == "" {
		return "", fault.Invalidf(field, "must be a domain name such as example.com")
	}
	return name, nil
}

// Within reports whether host is the domain or below it. Both are as Domain returns them.
func Within(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// link checks an address that people or their browsers are sent to: HTTPS, absolute, without a password, and with nothing that could end a
// header line. It returns the address as it is to be sent and its host.
func link(field, s string) (address, host string, err error) {
	if len(s) > maxURL {
		return "", "", fault.Invalidf(field, "is longer than %d bytes", maxURL)
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }):
		return "", "", fault.Invalidf(field, "must be an address such as https://example.com/page")
	case u.Scheme != "https":
		return "", "", fault.Invalidf(field, "must begin with https://")
	case u.User != nil:
		return "", "", fault.Invalidf(field, "must have no user name or password")
	case u.Port() != "" && u.Port() != "443":
		return "", "", fault.Invalidf(field, "must have no port")
	}
	host, err = Domain(field, u.Hostname())
	u.Host = host
	return u.String(), host, err
}

// each checks all of a list, naming the place of what is wrong.
func each[T any](field string, list []T, most int, check func(T) error) error {
	if len(list) > most {
		return fault.Invalidf(field, "has more than %d", most)
	}
	for i, v := range list {
		if err := check(v); err != nil {
			return at(field, i, err)
		}
	}
	return nil
}

// wrong returns those of the checks that found something, in their order, so that checks read as a list.
func wrong(errs ...error) []error {
	return slices.DeleteFunc(errs, func(err error) bool { return err == nil })
}

// first returns the first error.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// unless returns a fault about a field when something does not hold.
func unless(holds bool, field, problem string) error {
	if holds {
		return nil
	}
	return fault.Invalidf(field, "%s", problem)
}

func amount(field string, n Nano) error {
	if n < 0 || n > MaxNano {
		return fault.Invalidf(field, "must be between 0 and %s", MaxNano)
	}
	return nil
}

// at puts the place in a list before the field of a fault.
func at(field string, i int, err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.In(index(field, i))
	}
	return err
}
