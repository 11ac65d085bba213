package cldr

import "strings"

// List joins words as a sentence does: "A, B and C". No words make an empty text.
func (f *Format) List(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	case 2:
		return words[0] + f.before(words[1], f.pair) + words[1]
	}
	end := len(words) - 1
	return strings.Join(words[:end], f.middle) + f.before(words[end], f.last) + words[end]
}

// before is the conjunction as it is before a word: Spanish "y" is "e" before the sound of another "i".
func (f *Format) before(word, conjunction string) string {
	if f.language == "es" && soundsLikeI(word) {
		return " e "
	}
	return conjunction
}

// soundsLikeI reports whether a Spanish word begins with the vowel i: "Ingrid", "hija", but not "hierba".
// Source: CLDR, LDML part 2, list patterns.
func soundsLikeI(word string) bool {
	word = strings.ToLower(word)
	word = strings.TrimLeft(word, "\u2066\u2067\u2068")
	switch {
	case strings.HasPrefix(word, "hi"):
		return !strings.HasPrefix(word, "hia") && !strings.HasPrefix(word, "hie")
	case strings.HasPrefix(word, "i"), strings.HasPrefix(word, "í"), strings.HasPrefix(word, "hí"):
		return true
	}
	return false
}
