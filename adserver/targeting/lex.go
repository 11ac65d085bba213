package targeting

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is one piece of the text of an expression.
type token struct {
	kind   kind
	text   string // without quotes and escapes
	column int    // of its first letter; letters are counted, from 1
}

type kind uint8

const (
	kindEnd   kind = iota
	kindWord       // country, in, 18-23
	kindQuote      // "artist:42"
	kindSign       // ( ) , = !=
	kindWrong      // what can begin nothing; text says what it is
)

// is reports whether the token is the given word or sign; quoted, a word is a value and nothing else.
func (t token) is(text string) bool {
	return (t.kind == kindWord || t.kind == kindSign) && sameWord(text, t.text)
}

// shown is the token in a message.
func (t token) shown() string {
	switch t.kind {
	case kindEnd:
		return "the end"
	case kindWrong:
		return t.text
	case kindWord, kindQuote, kindSign:
	}
	return `"` + shortened(t.text) + `"`
}

// lexer divides a text into tokens.
type lexer struct {
	rest   string
	column int // of the first letter of rest
}

func (l *lexer) next() token {
	l.skip(len(l.rest) - len(strings.TrimLeftFunc(l.rest, unicode.IsSpace)))
	t := token{column: l.column}
	if l.rest == "" {
		return t
	}
	r, size := utf8.DecodeRuneInString(l.rest)
	switch {
	case r == '"':
		t.kind, t.text = l.quote()
		return t
	case strings.ContainsRune("(),=", r):
		t.kind = kindSign
	case strings.HasPrefix(l.rest, "!="):
		t.kind, size = kindSign, len("!=")
	case isWord(r):
		t.kind = kindWord
		if size = strings.IndexFunc(l.rest, func(r rune) bool { return !isWord(r) }); size < 0 {
			size = len(l.rest)
		}
	default:
		t.kind, t.text = kindWrong, "a character that only quotes may have around it"
		return t
	}
	t.text = l.rest[:size]
	l.skip(size)
	return t
}

// quote reads a value in quotes, in which a backslash goes before quotes and backslashes.
func (l *lexer) quote() (kind, string) {
	var b strings.Builder
	for i := 1; i < len(l.rest); i++ {
		switch c := l.rest[i]; c {
		case '"':
			l.skip(i + 1)
			return kindQuote, b.String()
		case '\\':
			if i++; i == len(l.rest) || l.rest[i] != '"' && l.rest[i] != '\\' {
				return kindWrong, `a backslash that is neither before quotes nor before another one`
			}
			b.WriteByte(l.rest[i])
		default:
			b.WriteByte(c)
		}
	}
	return kindWrong, "quotes that do not end"
}

func (l *lexer) skip(size int) {
	l.column += utf8.RuneCountInString(l.rest[:size])
	l.rest = l.rest[size:]
}
