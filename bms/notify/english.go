package notify

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/marquee-tickets/marquee/bms/money"
)

// English returns the built-in renderer. It writes English whatever the locale;
// the locale's region, if the language is English, goes into the document.
//
// The parts append to byte slices instead of executing templates, because a
// confirmation is written for every booking: with four tickets html/template took 76 µs
// for the HTML part alone on a machine where both parts of ours take a third of that (BenchmarkEnglish).
func English() Renderer {
	return NewRenderer(func(locale string, _ *Data) Language { return inEnglish(locale) })
}

// EnglishWords returns the English texts, for whoever translates them: another Words has the same ids with the same placeholders.
func EnglishWords() Words { return englishWords{} }

func inEnglish(locale string) Language {
	return Language{Tag: englishTag(locale), Words: englishWords{}, Formats: englishFormats{}}
}

// englishTag returns the locale when it is a plain tag of English, else "en".
func englishTag(locale string) string {
	if region, ok := strings.CutPrefix(locale, "en-"); ok && len(region) == 2 && letters(region) {
		return locale
	}
	return "en"
}

func letters(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return (r|0x20) < 'a' || (r|0x20) > 'z' }) < 0
}

type englishWords struct{}

// Text does what Words says. A text that there is not is its id.
func (w englishWords) Text(id string, args ...Arg) string {
	p, ok := englishTexts[id]
	if !ok {
		return id
	}
	return w.fill(p.other, "", args)
}

// Count does what Words says.
func (w englishWords) Count(id string, n int, args ...Arg) string {
	p, ok := englishTexts[id]
	switch {
	case !ok:
		return id
	case n == 1 && p.one != "":
		return w.fill(p.one, "1", args)
	}
	return w.fill(p.other, strconv.Itoa(n), args)
}

// fill puts values for the placeholders of a text, whose braces are in pairs.
func (w englishWords) fill(text, count string, args []Arg) string {
	if strings.IndexByte(text, '{') < 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + 32*len(args))
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		b.WriteString(w.value(name, count, args))
		text = after
	}
}

// value is what stands for a placeholder: itself when nobody said.
func (w englishWords) value(name, count string, args []Arg) string {
	if name == "count" && count != "" {
		return count
	}
	for _, a := range args {
		if a.Name == name {
			return w.Isolate(a.Value)
		}
	}
	return "{" + name + "}"
}

// Isolate does what Words says: what has letters that are written from right to left is kept from turning around what follows.
func (englishWords) Isolate(s string) string {
	for _, r := range s {
		if r >= '\u0590' && unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko) {
			return string(isolate) + s + string(isolateEnd)
		}
	}
	return s
}

type englishFormats struct{}

// englishMoment is how EnglishTime begins.
const englishMoment = "Monday 2 January 2006, 15:04"

func (englishFormats) Money(a money.Amount) string       { return EnglishAmount(a) }
func (englishFormats) Rate(r money.Rate) string          { return EnglishRate(r) }
func (englishFormats) Number(n int) string               { return strconv.Itoa(n) }
func (englishFormats) When(t time.Time) string           { return EnglishTime(t) }
func (englishFormats) Start(t time.Time) string          { return t.Format(englishMoment) }
func (englishFormats) LanguageName(tag string) string    { return EnglishLanguage(tag) }
func (englishFormats) BuyerType(key, name string) string { return firstWord(name, key) }

// List joins words with commas and an "and".
func (englishFormats) List(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// firstWord is the first of two that is not empty.
func firstWord(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
