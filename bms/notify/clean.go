package notify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Our own texts isolate what is of another direction (UAX #9, first strong isolate and its end). Those of others may not:
// they could end what we began.
const (
	isolate    = '\u2068'
	isolateEnd = '\u2069'
)

// tidy returns s as clean does, but keeps isolates. It is for texts that were put together of cleaned ones.
func tidy(s string) string {
	if !strings.ContainsRune(s, isolate) {
		return clean(s)
	}
	var b strings.Builder
	for len(s) > 0 {
		i := strings.IndexFunc(s, func(r rune) bool { return r == isolate || r == isolateEnd })
		if i < 0 {
			i = len(s)
		}
		b.WriteString(clean(s[:i]))
		if i < len(s) {
			b.WriteString(s[i : i+len(string(isolate))])
			i += len(string(isolate))
		}
		s = s[i:]
	}
	return b.String()
}

// clean returns s as one line without control characters: each becomes a
// space, as do line and paragraph separators; marks that reorder the text after
// them are dropped; what is not UTF-8 becomes U+FFFD.
func clean(s string) string {
	for i, r := range s {
		if harmful(r) || r == utf8.RuneError {
			return s[:i] + strings.Map(tame, strings.ToValidUTF8(s[i:], "\uFFFD"))
		}
	}
	return s
}

// tame is the mapping of clean.
func tame(r rune) rune {
	switch {
	case reorders(r):
		return -1
	case harmful(r):
		return ' '
	}
	return r
}

// harmful reports whether r cannot stand in a line of text.
func harmful(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' || reorders(r)
}

// reorders reports whether r is an embedding, override or isolate of the
// Unicode bidirectional algorithm (UAX #9), which could turn around what follows.
func reorders(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// maxHeader is how many characters of a name or a subject are kept.
const maxHeader = 200

// header returns s fit for a header: tidied, single spaces, not too long.
func header(s string) string {
	s = strings.Join(strings.Fields(tidy(s)), " ")
	if utf8.RuneCountInString(s) <= maxHeader {
		return s
	}
	short := []rune(s)[:maxHeader-1]
	return strings.TrimRightFunc(string(short), unicode.IsSpace) + "…"
}

// plain reports whether s can stand in a header as it is: printable ASCII
// without quotes, angle brackets and backslashes.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || strings.IndexByte(`"<>\`, c) >= 0 {
			return false
		}
	}
	return true
}

// webURL returns u when it is an absolute http or https URL in the characters that RFC
// 3986 allows, and nothing otherwise.
func webURL(u string) string {
	rest, found := strings.CutPrefix(u, "https://")
	if !found {
		rest, found = strings.CutPrefix(u, "http://")
	}
	if !found || rest == "" || rest[0] == '/' { // without a host
		return ""
	}
	for i := range len(rest) {
		if c := rest[i]; c <= ' ' || c > '~' || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			return ""
		}
	}
	return u
}

// personal returns a name to greet by, or nothing when it looks like a link:
// mail programs would make it one, and strangers could send their links in our mails.
func personal(name string) string {
	name = header(name)
	if strings.ContainsAny(name, "/@:\\") || strings.Contains(strings.ToLower(name), "www.") {
		return ""
	}
	for i, r := range name {
		before, _ := utf8.DecodeLastRuneInString(name[:i])
		after, size := utf8.DecodeRuneInString(name[i+utf8.RuneLen(r):])
		next, _ := utf8.DecodeRuneInString(name[i+utf8.RuneLen(r)+size:])
		if r == '.' && unicode.IsLetter(before) && unicode.IsLetter(after) && unicode.IsLetter(next) {
			return ""
		}
	}
	return name
}
