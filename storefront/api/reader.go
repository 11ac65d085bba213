package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// errMalformed is the refusal of a body that is no JSON object.
var errMalformed = fault.New(fault.Invalid, "malformed_json", "the body must be one JSON object")

// reader walks a JSON text from front to back and checks what it meets against
// what is wanted there. The text is known to be valid JSON, so the reader looks for names
// and types alone. The first thing that is not as wanted stops it and is kept with its path.
type reader struct {
	rest []byte
	path []step
	err  *fault.Error
}

// step is one part of a path: a field's name, or a position in a list.
type step struct {
	name  string
	index int // -1 for a name
}

// readObject reads a body. field is called for each field with the reader at its
// value, and returns false for a name that it does not know.
func readObject(body []byte, field func(r *reader, name string) bool) error {
	if err := checkJSON(body); err != nil {
		return err
	}
	r := reader{rest: body}
	r.object(func(name string) bool { return field(&r, name) })
	if r.err != nil {
		return r.err
	}
	return nil
}

// checkJSON refuses what is not one JSON object in UTF-8.
func checkJSON(body []byte) error {
	if !json.Valid(body) {
		return malformed(body)
	}
	if !utf8.Valid(body) {
		return errWith(errMalformed, "the body must be UTF-8")
	}
	if first := bytes.TrimLeft(body, jsonSpace)[0]; first != '{' {
		return errWith(errMalformed, "the body must be one JSON object, not "+kindOf(first))
	}
	return nil
}

// malformed says where a text stops being JSON.
func malformed(body []byte) error {
	var v any
	err := json.Unmarshal(body, &v)
	if at, ok := errors.AsType[*json.SyntaxError](err); ok && at.Offset > 0 {
		return errWith(errMalformed, fmt.Sprintf("the body is not JSON: %v, at byte %d", at, at.Offset))
	}
	return errMalformed
}

// errWith is the fault with another sentence.
func errWith(f *fault.Error, message string) *fault.Error {
	return fault.New(f.Code, f.Reason, message)
}

// jsonSpace is what JSON allows between tokens (RFC 8259, section 2).
const jsonSpace = " \t\r\n"

// object reads an object. field returns false for a name that it does not know.
func (r *reader) object(field func(name string) bool) {
	if !r.begin('{', "an object") {
		return
	}
	seen := make([]string, 0, 8)
	for !r.end('}') {
		name := r.name()
		r.path = append(r.path, step{name: name, index: -1})
		switch {
		case slices.Contains(seen, name):
			r.fail("is given twice")
		case !field(name) && r.err == nil:
			r.fail("is not known here")
		}
		if r.err != nil {
			return
		}
		r.path = r.path[:len(r.path)-1]
		seen = append(seen, name)
	}
}

// list reads an array of at most so many items. item is called with the reader at each.
func (r *reader) list(most int, item func()) {
	if !r.begin('[', "a list") {
		return
	}
	for i := 0; !r.end(']'); i++ {
		if i == most {
			r.fail("must have at most %d entries", most)
			return
		}
		r.path = append(r.path, step{index: i})
		item()
		if r.err != nil {
			return
		}
		r.path = r.path[:len(r.path)-1]
	}
}

// text reads a string of at most so many bytes.
func (r *reader) text(most int) string {
	if r.err != nil || !r.at('"', "a text") {
		return ""
	}
	s := r.quoted()
	if len(s) > most {
		r.fail("must have at most %d bytes, not %d", most, len(s))
		return ""
	}
	if !web.IsText(s) {
		r.fail(notText)
		return ""
	}
	return s
}

// integer reads a whole number between two bounds.
func (r *reader) integer(least, most int) int {
	if r.err != nil {
		return 0
	}
	if c := r.peek(); c != '-' && (c < '0' || c > '9') {
		r.fail("must be a whole number, not %s", kindOf(c))
		return 0
	}
	n := bytes.IndexAny(r.rest, ",]}"+jsonSpace)
	v, err := strconv.Atoi(string(r.rest[:n]))
	r.rest = r.rest[n:]
	if err != nil || v < least || v > most {
		r.fail("must be a whole number between %d and %d", least, most)
		return 0
	}
	return v
}

// boolean reads true or false.
func (r *reader) boolean() bool {
	if r.err != nil {
		return false
	}
	switch c := r.peek(); c {
	case 't':
		r.rest = r.rest[len("true"):]
		return true
	case 'f':
		r.rest = r.rest[len("false"):]
	default:
		r.fail("must be true or false, not %s", kindOf(c))
	}
	return false
}

// peek skips space and returns the next byte. There always is one: the text is a whole object.
func (r *reader) peek() byte {
	r.rest = bytes.TrimLeft(r.rest, jsonSpace)
	return r.rest[0]
}

// at reports whether the next byte is want, and refuses the value when it is not.
func (r *reader) at(want byte, what string) bool {
	if c := r.peek(); c != want {
		r.fail("must be %s, not %s", what, kindOf(c))
		return false
	}
	return true
}

// begin enters an object or a list.
func (r *reader) begin(open byte, what string) bool {
	if r.err != nil || !r.at(open, what) {
		return false
	}
	r.rest = r.rest[1:]
	return true
}

// end reports whether the object or list is over; otherwise the next entry follows.
func (r *reader) end(last byte) bool {
	c := r.peek()
	if c == last || c == ',' {
		r.rest = r.rest[1:]
	}
	return c == last
}

// name reads a field's name and the colon behind it.
func (r *reader) name() string {
	r.peek()
	name := r.quoted()
	r.peek()
	r.rest = r.rest[1:]
	return name
}

// quoted reads a string.
func (r *reader) quoted() string {
	end, escaped := 1, false
	for ; r.rest[end] != '"'; end++ {
		if r.rest[end] == '\\' {
			escaped = true
			end++
		}
	}
	raw := r.rest[:end+1]
	r.rest = r.rest[end+1:]
	if !escaped {
		return string(raw[1:end])
	}
	var s string
	_ = json.Unmarshal(raw, &s) // a part of what json.Valid has accepted
	return s
}

// fail refuses the value that the reader is at.
func (r *reader) fail(format string, args ...any) {
	if r.err != nil {
		return
	}
	r.err = fault.Invalidf(pathOf(r.path), format, args...)
}

// pathOf writes a path as fields are named in problems: "seats[2].buyer_type".
func pathOf(path []step) string {
	var out []byte
	for _, s := range path {
		if s.index >= 0 {
			out = append(out, '[')
			out = strconv.AppendInt(out, int64(s.index), 10)
			out = append(out, ']')
			continue
		}
		if len(out) > 0 {
			out = append(out, '.')
		}
		out = append(out, clip(s.name)...)
	}
	return string(out)
}

// maxShown is how much of a client's text an error repeats, in bytes.
const maxShown = 64

// clip shortens a text that is repeated in an error.
func clip(s string) string {
	if len(s) <= maxShown {
		return s
	}
	cut := maxShown
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// kindOf names the kind of value that begins with a byte.
func kindOf(c byte) string {
	switch c {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a text"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "a number"
}
