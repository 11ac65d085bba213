package web

import (
	"unicode/utf8"

	"github.com/valyala/fasthttp"
)

// IsText reports whether s can be a text of a person or a program: valid UTF-8 without control characters, but for
// tabs and ends of lines. No store has to be asked for anything else.
func IsText[T ~string | ~[]byte](s T) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f {
			return false
		}
	}
	return utf8.ValidString(string(s))
}

// IsWord reports whether s can be an id, a slug or a code: a text of one line with at most so many bytes.
func IsWord[T ~string | ~[]byte](s T, most int) bool {
	if len(s) > most {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' {
			return false
		}
	}
	return IsText(s)
}

// AreTexts reports whether all names and values of a query or a form are texts.
func AreTexts(args *fasthttp.Args) bool {
	for name, value := range args.All() {
		if !IsText(name) || !IsText(value) {
			return false
		}
	}
	return true
}
