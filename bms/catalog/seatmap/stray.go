package seatmap

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
)

// stray is a field in JSON that the type it is read into does not have.
type stray struct {
	path, name string
	known      []string // the fields that there are
	offset     int64    // of its name
}

// findStray returns the first field in data that t has not got, and whether there
// is one. encoding/json says the name of such a field but not where it is.
func findStray(data []byte, t reflect.Type) (*stray, bool) {
	w := strayWalker{data: data, d: json.NewDecoder(bytes.NewReader(data))}
	w.value(t, "")
	return w.found, w.found != nil
}

type strayWalker struct {
	data  []byte
	d     *json.Decoder
	found *stray
	ended bool // found, or the data ended
}

// value walks over the next value, which should be a t; nil means that no field
// is wrong in it.
func (w *strayWalker) value(t reflect.Type, path string) {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	token, err := w.d.Token()
	switch {
	case err != nil:
		w.ended = true
	case token == json.Delim('{'):
		w.object(t, path)
	case token == json.Delim('['):
		w.list(t, path)
	}
}

func (w *strayWalker) list(t reflect.Type, path string) {
	var element reflect.Type
	if t != nil && t.Kind() == reflect.Slice {
		element = t.Elem()
	}
	for i := 0; !w.ended && w.d.More(); i++ {
		w.value(element, index(path, i))
	}
	w.leave()
}

func (w *strayWalker) object(t reflect.Type, path string) {
	fields, known := jsonFields(t)
	for !w.ended && w.d.More() {
		start := w.d.InputOffset()
		token, _ := w.d.Token()
		name, ok := token.(string)
		if !ok {
			w.ended = true
			return
		}
		at := strings.TrimPrefix(path+"."+name, ".")
		field, exists := fields[strings.ToLower(name)] // encoding/json does not care for case
		if len(known) > 0 && !exists {
			start += int64(bytes.IndexByte(w.data[start:], '"'))
			w.found, w.ended = &stray{path: at, name: name, known: known, offset: start}, true
			return
		}
		w.value(field, at)
	}
	w.leave()
}

// leave passes the end of a list or object.
func (w *strayWalker) leave() {
	if !w.ended {
		_, err := w.d.Token()
		w.ended = err != nil
	}
}

// jsonFields returns the types of the fields of a struct by name, and the names in
// order. Other types have none.
func jsonFields(t reflect.Type) (map[string]reflect.Type, []string) {
	if t == nil || t.Kind() != reflect.Struct {
		return nil, nil
	}
	fields := make(map[string]reflect.Type, t.NumField())
	names := make([]string, 0, t.NumField())
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields[name] = f.Type
		names = append(names, name)
	}
	return fields, names
}
