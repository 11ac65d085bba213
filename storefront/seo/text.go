package seo

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Excerpt is the beginning of a text in one line of at most so many characters, cut after a word and with … where it goes on.
func Excerpt(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	if most < 1 {
		return ""
	}
	runes := []rune(text)[:most]
	cut := len(runes) - 1
	for i := cut; i > len(runes)/2; i-- { // a text without spaces is cut anywhere
		if runes[i] == ' ' {
			cut = i
			break
		}
	}
	return strings.TrimRightFunc(string(runes[:cut]), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }) + "…"
}
