package poster

import (
	"strings"
	"unicode"
)

// roughLines breaks a text of which nobody knows how wide its letters are: it takes them for as wide as they usually are at most.
func roughLines(text string, w, h float32) (lines []string, size float32) {
	const largest, least = 64, 20
	longest := float32(1)
	for word := range strings.FieldsSeq(text) {
		longest = max(longest, unbroken(word))
	}
	for size = min(largest, w/longest); size > least; size -= 3 {
		lines = roughWrap(text, w/size)
		if float32(len(lines))*size*1.15 <= h {
			return lines, size
		}
	}
	return roughWrap(text, w/least), least
}

// unbroken is the width of a word that is not broken between any two letters, as those of Chinese, Japanese and Korean may be.
func unbroken(word string) float32 {
	sum := float32(0)
	for _, r := range word {
		if roughWidth(r) > 1 {
			return 1
		}
		sum += roughWidth(r)
	}
	return sum
}

// roughWidth is about how wide a letter is, in parts of the font's size.
func roughWidth(r rune) float32 {
	switch {
	case unicode.IsMark(r):
		return 0
	case r >= 0x1100 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r >= 0x3000:
		return 1.04
	}
	return .68
}

// roughWrap breaks at spaces, and anywhere in a word that is wider than a line.
func roughWrap(text string, most float32) []string {
	var lines []string
	var now strings.Builder
	width := float32(0)
	flush := func() {
		if line := strings.TrimSpace(now.String()); line != "" {
			lines = append(lines, line)
		}
		now.Reset()
		width = 0
	}
	for word := range strings.FieldsSeq(text) {
		w := float32(0)
		for _, r := range word {
			w += roughWidth(r)
		}
		if width > 0 && width+roughWidth(' ')+w > most {
			flush()
		}
		if width > 0 {
			now.WriteByte(' ')
			width += roughWidth(' ')
		}
		for _, r := range word {
			if width > 0 && width+roughWidth(r) > most {
				flush()
			}
			now.WriteRune(r)
			width += roughWidth(r)
		}
	}
	flush()
	return lines
}
