package bleve

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxWords bounds the words of a query: more say nothing new, and each costs.
const maxWords = 16

// unmarked are the scripts in which people leave accents and points out when they type. In others, those of India first of all, marks
// are vowels.
var unmarked = []*unicode.RangeTable{unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew}

// unspaced are the scripts without spaces between words: each letter is a word.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

// letters are written as others when they cannot be typed, and no normal form says so.
var letters = strings.NewReplacer(
	"ß", "ss", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "æ", "ae", "œ", "oe", "ı", "i", "ς", "σ",
	"ى", "ي", "ة", "ه", "ک", "ك", "ی", "ي", "ـ", "", // forms of one Arabic letter, and the stroke that stretches words
	"'", "", "’", "", "‘", "", "ʼ", "", "\u200c", "", "\u200d", "",
)

// fold writes a text as it is compared: in lower case, without accents.
func fold(s string) string {
	var b strings.Builder
	base := ' '
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case !unicode.Is(unicode.Mn, r):
			base = r
		case unicode.In(base, unmarked...) || r == '\u093c': // the dot of loan words in Devanagari
			continue
		}
		b.WriteRune(r)
	}
	return letters.Replace(norm.NFC.String(b.String()))
}

// words divides a text into folded words. A text of signs alone is a word of its own.
func words(s string) []string {
	folded := fold(s)
	var list []string
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			list = append(list, word.String())
			word.Reset()
		}
	}
	for _, r := range folded {
		switch {
		case unicode.In(r, unspaced...):
			end()
			word.WriteRune(r)
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
			word.WriteRune(r)
		default:
			end()
		}
	}
	end()
	if signs := strings.Join(strings.Fields(folded), ""); len(list) == 0 && signs != "" {
		return []string{signs}
	}
	return list
}

// edits is how many typing errors a word may have: one from four letters on, two from eight. Numbers have none.
func edits(word string) int {
	n := 0
	for _, r := range word {
		if unicode.IsDigit(r) {
			return 0
		}
		n++
	}
	switch {
	case n >= 8:
		return 2
	case n >= 4:
		return 1
	}
	return 0
}

// distance counts the letters to add, drop, replace or swap with their neighbour that make one word of the other; more than most
// is most+1.
func distance(a, b string, most int) int {
	s, t := []rune(a), []rune(b)
	if len(s)-len(t) > most || len(t)-len(s) > most {
		return most + 1
	}
	before, last, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := range s {
		row[0] = i + 1
		least := row[0]
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
			least = min(least, row[j+1])
		}
		if least > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(t)], most+1)
}
