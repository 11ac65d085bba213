package seatmap

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// MaxInput is the most bytes that a parser takes: about three times the JSON of the
// largest map.
const MaxInput = 32 << 20

// ParseJSON reads a map in the native JSON form: the fields of Map under their
// names in lower case. It is strict. Data that is not JSON, has a field that
// does not exist or one of the wrong type is an Invalid fault whose field is the
// path or, where there is none, "json", and whose message names line and column.
// A map that Compile would refuse is the same *MapError.
func ParseJSON(data []byte) (*Map, error) {
	m := new(Map)
	if err := decodeStrict(data, m); err != nil {
		return nil, err
	}
	if err := check(m); err != nil {
		return nil, err
	}
	return m, nil
}

// JSON returns the map in the form that ParseJSON reads, on one line. It fails
// for a map with a coordinate that is not a finite number.
func (m *Map) JSON() ([]byte, error) {
	data, err := json.Marshal(m)
	if err != nil {
		return nil, fault.Invalidf("map", "cannot be written as JSON: a coordinate is not a finite number")
	}
	return data, nil
}

// byteOrderMark is what some editors begin a file with. It says that the text is UTF-8, which it is anyway.
var byteOrderMark = []byte("\ufeff")

func decodeStrict(data []byte, v any) error {
	data = bytes.TrimPrefix(data, byteOrderMark)
	if len(data) > MaxInput {
		return fault.Invalidf("json", "%d bytes are more than the %d that a map may have", len(data), MaxInput)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return explain(data, err, reflect.TypeOf(v).Elem())
	}
	end := d.InputOffset()
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		rest := bytes.TrimLeft(data[end:], " \t\r\n")
		return atOffset(data, "json", int64(len(data)-len(rest)), "there is something behind the end of the map")
	}
	return nil
}

// explain makes a fault of what encoding/json says of data that should be a t.
func explain(data []byte, err error, t reflect.Type) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return atOffset(data, cmp.Or(wrong.Field, "json"), wrong.Offset, "must be %s, not %s", jsonType(wrong.Type), withArticle(wrong.Value))
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return atOffset(data, "json", syntax.Offset-1, "this is not JSON: %s", syntax.Error())
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return atOffset(data, "json", int64(len(data)), "the JSON ends too early")
	}
	if stray, found := findStray(data, t); found {
		return atOffset(data, cmp.Or(stray.path, "json"), stray.offset, "there is no field %q here; the fields are %s", clip(stray.name), strings.Join(stray.known, ", "))
	}
	return fault.Invalidf("json", "%s", strings.TrimPrefix(err.Error(), "json: "))
}

// jsonType says in words what a field of type t is in JSON.
func jsonType(t reflect.Type) string {
	words := map[reflect.Kind]string{
		reflect.String: "a string", reflect.Bool: "true or false", reflect.Slice: "a list",
		reflect.Int: "a whole number", reflect.Float64: "a number", reflect.Struct: "an object",
	}
	return cmp.Or(words[t.Kind()], "a "+t.String())
}

// atOffset returns an Invalid fault whose message begins with line and column, both
// from 1, columns in characters.
func atOffset(data []byte, field string, offset int64, format string, args ...any) error {
	before := data[:min(max(int(offset), 0), len(data))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return fault.Invalidf(field, "line %d column %d: "+format, append([]any{line, column}, args...)...)
}

// withArticle makes "a number 1.5" of "number 1.5" and "an array" of "array".
func withArticle(value string) string {
	if strings.HasPrefix(value, "array") || strings.HasPrefix(value, "object") {
		return "an " + value
	}
	return "a " + value
}
