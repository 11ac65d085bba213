package money

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// space is what JSON allows between tokens.
const space = " \t\r\n"

// UnmarshalJSON reads {"minor":1250,"currency":"EUR"}, the form in which an
// Amount is written. It is strict: both members, once each and no other, minor
// a whole number, currency Valid (or empty, for the zero Amount), never null.
func (a *Amount) UnmarshalJSON(data []byte) error {
	read, ok := scanAmount(data)
	if !ok {
		return fault.Invalidf("amount", `must look like {"minor":1250,"currency":"EUR"}`)
	}
	if read != (Amount{}) {
		if _, err := ParseCurrency(string(read.Currency)); err != nil {
			return err
		}
	}
	*a = read
	return nil
}

// scanAmount reads the members of an Amount in either order, with or without
// space between them. It is written out because reading amounts is most of the
// work of reading a quote: a json.Decoder for each doubles the time of the whole.
func scanAmount(data []byte) (Amount, bool) {
	s := scanner{data}
	if !s.token("{") {
		return Amount{}, false
	}
	if s.token(`"currency"`) {
		code, ok := s.code()
		if !ok || !s.token(",") || !s.token(`"minor"`) {
			return Amount{}, false
		}
		minor, ok := s.minor()
		return New(minor, code), ok && s.end()
	}
	if !s.token(`"minor"`) {
		return Amount{}, false
	}
	minor, ok := s.minor()
	if !ok || !s.token(",") || !s.token(`"currency"`) {
		return Amount{}, false
	}
	code, ok := s.code()
	return New(minor, code), ok && s.end()
}

// scanner reads JSON tokens from the front of rest.
type scanner struct{ rest []byte }

// token skips space and then want, if that is next.
func (s *scanner) token(want string) bool {
	s.rest = bytes.TrimLeft(s.rest, space)
	if len(s.rest) < len(want) || string(s.rest[:len(want)]) != want {
		return false
	}
	s.rest = s.rest[len(want):]
	return true
}

// minor reads a colon and a whole number.
func (s *scanner) minor() (int64, bool) {
	if !s.token(":") {
		return 0, false
	}
	s.token("") // skips the space
	n := 0
	for n < len(s.rest) && (s.rest[n] == '-' || s.rest[n] >= '0' && s.rest[n] <= '9') {
		n++
	}
	digits := string(s.rest[:n])
	s.rest = s.rest[n:]
	value, err := strconv.ParseInt(digits, 10, 64)
	plain := strings.TrimPrefix(digits, "-")
	return value, err == nil && (plain == "0" || plain[0] != '0')
}

// code reads a colon and a text of letters.
func (s *scanner) code() (Currency, bool) {
	if !s.token(":") || !s.token(`"`) {
		return "", false
	}
	n := bytes.IndexByte(s.rest, '"')
	if n < 0 {
		return "", false
	}
	code := Currency(s.rest[:n])
	s.rest = s.rest[n+1:]
	return code, true
}

// end reads the closing brace, after which nothing may follow.
func (s *scanner) end() bool {
	return s.token("}") && len(bytes.TrimLeft(s.rest, space)) == 0
}
