package locale

import (
	"errors"
	"fmt"
	"strings"
)

// text is a message in one form, ready to be filled: text, a name, text, and so on. Names are at odd places.
type text []string

// errBrace is the error of a placeholder that is none.
var errBrace = errors.New("a placeholder must be a name in braces, such as {city}")

// parseText reads a message: words with placeholders such as {city}, names of lower-case letters and _. There is no
// way to write a brace: no text needs one.
func parseText(s string) (text, error) {
	var t text
	for {
		before, after, found := strings.Cut(s, "{")
		if strings.Contains(before, "}") {
			return nil, fmt.Errorf("%.40q: %w", s, errBrace)
		}
		t = append(t, before)
		if !found {
			return t, nil
		}
		name, rest, closed := strings.Cut(after, "}")
		if !closed || !isName(name) {
			return nil, fmt.Errorf("%.40q: %w", s, errBrace)
		}
		t, s = append(t, name), rest
	}
}

func isName(s string) bool {
	for _, r := range s {
		if r != '_' && (r < 'a' || r > 'z') {
			return false
		}
	}
	return s != ""
}

// names are the placeholders, as often as they stand there.
func (t text) names() []string {
	var list []string
	for i := 1; i < len(t); i += 2 {
		list = append(list, t[i])
	}
	return list
}

// fill puts values in. A placeholder without a value stays as it is and is returned as lacking.
func (t text) fill(f *filling) string {
	if len(t) == 1 {
		return t[0]
	}
	var b strings.Builder
	size := 0
	for _, part := range t {
		size += len(part) + 16
	}
	b.Grow(size)
	b.WriteString(t[0])
	for i := 1; i < len(t); i += 2 {
		f.write(&b, t[i])
		b.WriteString(t[i+1])
	}
	return b.String()
}

// count is the placeholder for the number of a text with several forms.
const count = "count"

// filling is what a text is filled with.
type filling struct {
	args    []Arg
	count   string // in the digits of the language; empty for a text of one form
	dir     Direction
	lacking string // the first placeholder that has no value
}

func (f *filling) write(b *strings.Builder, name string) {
	if name == count && f.count != "" {
		b.WriteString(f.count)
		return
	}
	for i := range f.args {
		if f.args[i].name == name {
			writeIsolated(b, f.dir, f.args[i].text)
			return
		}
	}
	if f.lacking == "" {
		f.lacking = name
	}
	b.WriteString("{" + name + "}")
}
