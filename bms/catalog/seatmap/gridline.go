package seatmap

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// gridWord is a word of a line: text in quotes or not, or an option key=value.
type gridWord struct {
	column     int
	key, value string // key is empty for a plain word
	quoted     bool
}

// words splits a line, of which the first column is given, at its spaces.
func (p *gridParser) words(line string, first int) []gridWord {
	var list []gridWord
	for i := 0; i < len(line); {
		if line[i] == ' ' {
			i++
			continue
		}
		word := gridWord{column: first + column(line, i) - 1}
		if line[i] == '"' {
			text, length := unquote(line[i:])
			if length == 0 {
				p.wrong(word.column, "the quote is not closed")
				return list
			}
			word.value, word.quoted = text, true
			i += length
		} else {
			end := i + strings.IndexByte(line[i:]+" ", ' ')
			word.key, word.value = splitOption(line[i:end])
			i = end
		}
		list = append(list, word)
	}
	return list
}

func splitOption(word string) (string, string) {
	if key, value, is := strings.Cut(word, "="); is {
		return key, value
	}
	return "", word
}

// unquote returns the text in the quotes that s begins with, and how many bytes
// it took; 0 when they are not closed.
func unquote(s string) (string, int) {
	var text strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return text.String(), i + 1
		case '\\':
			if i++; i == len(s) {
				return "", 0
			}
		}
		text.WriteByte(s[i])
	}
	return "", 0
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// gridArgs hands out the words behind a directive, and complains of those that
// are missing or left.
type gridArgs struct {
	p       *gridParser
	name    string // of the directive, for complaints
	end     int    // the column behind the line
	words   []gridWord
	options []string // the option keys that were asked for
}

// plain takes the next plain word; the fallback is for one that is missing.
func (a *gridArgs) plain(what string) gridWord {
	for i, w := range a.words {
		if w.key == "" {
			a.words = slices.Delete(a.words, i, i+1)
			return w
		}
	}
	a.p.wrong(a.end, "%s needs %s", a.name, what)
	return gridWord{column: a.end}
}

// option takes the option with the given key, and reports whether it is there.
func (a *gridArgs) option(key string) (gridWord, bool) {
	a.options = append(a.options, key)
	for i, w := range a.words {
		if w.key == key {
			a.words = slices.Delete(a.words, i, i+1)
			return w, true
		}
	}
	return gridWord{}, false
}

// number takes an option that is a whole number from 1 to most; 0 when it is not there.
func (a *gridArgs) number(key string, most int) int {
	w, ok := a.option(key)
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(w.value)
	if err != nil || n < 1 || n > most {
		a.p.wrong(w.column, "%s=%s must be a whole number between 1 and %d", key, clip(w.value), most)
		return 0
	}
	return n
}

// point takes an option of the form x,y; nil when it is not there.
func (a *gridArgs) point(key string) *Point {
	w, ok := a.option(key)
	if !ok {
		return nil
	}
	return a.p.point(w.column, w.value)
}

// done complains of the words that nobody took.
func (a *gridArgs) done() {
	for _, w := range a.words {
		switch {
		case w.key == "":
			a.p.wrong(w.column, "%s does not take %q here", a.name, clip(w.value))
		case slices.Contains(a.options, w.key):
			a.p.wrong(w.column, "%s has the option %s twice", a.name, w.key)
		default:
			a.p.wrong(w.column, "%s has no option %q; its options are %s", a.name, clip(w.key), strings.Join(a.options, ", "))
		}
	}
}

func (p *gridParser) point(column int, text string) *Point {
	first, second, both := strings.Cut(text, ",")
	x, errX := strconv.ParseFloat(strings.TrimSpace(first), 64)
	y, errY := strconv.ParseFloat(strings.TrimSpace(second), 64)
	if !both || errX != nil || errY != nil || !inRange(Point{x, y}) {
		p.wrong(column, "%q must be a column and a row, such as 9,6.5", clip(text))
		return nil
	}
	return &Point{x, y}
}

// letter checks that a word is one letter or digit that has no meaning yet.
func (p *gridParser) letter(w gridWord) (rune, bool) {
	r, size := utf8.DecodeRuneInString(w.value)
	switch {
	case w.value == "":
		return 0, false // has been complained of
	case size != len(w.value) || !isSeatRune(r):
		p.wrong(w.column, "%q must be one letter or digit", clip(w.value))
		return 0, false
	}
	if _, used := p.classes[r]; used {
		p.wrong(w.column, "the letter %c has a meaning already", r)
		return 0, false
	}
	return r, true
}

func isSeatRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// keyOf makes a key of a name: its ASCII letters and digits in lower case, with a
// hyphen for the rest; the fallback when that leaves nothing.
func keyOf(name, fallback string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return r >= utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	key := strings.Join(words, "-")
	key = strings.TrimRight(key[:min(len(key), MaxKey)], "-")
	if key == "" {
		return strings.ToLower(fallback)
	}
	return key
}
