package locale

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Direction is the way in which a language is written, as HTML's dir says it.
type Direction string

// The directions.
const (
	LTR Direction = "ltr" // from left to right
	RTL Direction = "rtl" // from right to left
)

// Language is one that the storefront speaks.
type Language struct {
	Tag       string    // as it stands in addresses and in HTML's lang: "hi"
	Name      string    // what its own speakers call it: "हिन्दी"
	Direction Direction // of its writing
	Region    string    // whose formats it has, ISO 3166; empty for English, which has those of any region
}

// languages has the default first. The order is that in which they are offered.
var languages = []Language{
	{Tag: "en", Name: "English", Direction: LTR},
	{Tag: "hi", Name: "हिन्दी", Direction: LTR, Region: "IN"},
	{Tag: "ta", Name: "தமிழ்", Direction: LTR, Region: "IN"},
	{Tag: "es", Name: "Español", Direction: LTR, Region: "ES"},
	{Tag: "de", Name: "Deutsch", Direction: LTR, Region: "DE"},
	{Tag: "ar", Name: "العربية", Direction: RTL, Region: "AE"},
}

// Languages returns the languages in the order in which they are offered. The first is the default.
func Languages() []Language { return append([]Language(nil), languages...) }

// Default returns the language of who wants none of ours: English.
func Default() Language { return languages[0] }

// ByTag returns the language with a tag as it stands in addresses: "hi", not "HI" nor "hi-IN".
func ByTag(tag string) (Language, bool) {
	for _, l := range languages {
		if l.Tag == tag {
			return l, true
		}
	}
	return Language{}, false
}

// FromPath takes the language off a path: "/hi/mumbai" is Hindi and "/mumbai", "/hi" is Hindi and "/". A path that begins
// with no language of ours is returned as it is, with ok false; a segment counts only as it is written in
// Language.Tag, so that a page has one address.
func FromPath(path string) (l Language, rest string, ok bool) {
	trimmed, found := strings.CutPrefix(path, "/")
	if !found {
		return Language{}, path, false
	}
	first, below, _ := strings.Cut(trimmed, "/")
	if l, ok = ByTag(first); !ok {
		return Language{}, path, false
	}
	return l, "/" + below, true
}

// Path is the address of a path of the storefront in the language: "/hi/mumbai" for "/mumbai".
func (l Language) Path(path string) string {
	if path == "/" || path == "" {
		return "/" + l.Tag
	}
	return "/" + l.Tag + path
}

// maxHeader is how much of a visitor's choice or of Accept-Language is looked at, in bytes. Browsers send less than 200.
const maxHeader = 512

// Choose returns the language of an address that has none: of those that are offered the visitor's choice, as a cookie remembers it;
// else the best for the header Accept-Language; else the first. Choices and headers that cannot be read count as none. Languages that
// one can be expected to read count: Marathi speakers get Hindi, Catalan ones Spanish.
func Choose(offered []Language, choice, acceptLanguage string) Language {
	if l, ok := ByTag(choice); ok && slices.Contains(offered, l) {
		return l
	}
	if l, ok := match(offered, acceptLanguage); ok {
		return l
	}
	if len(offered) == 0 {
		return Default()
	}
	return offered[0]
}

// match returns the best of the languages for a list like that of Accept-Language.
func match(offered []Language, list string) (Language, bool) {
	if len(list) > maxHeader {
		list = list[:max(0, strings.LastIndexByte(list[:maxHeader], ','))] // not half a tag
	}
	wanted, _, err := language.ParseAcceptLanguage(list)
	if err != nil || len(wanted) == 0 || len(offered) == 0 {
		return Language{}, false
	}
	tags := make([]language.Tag, len(offered))
	for i, l := range offered {
		tags[i] = language.Make(l.Tag)
	}
	_, i, confidence := language.NewMatcher(tags).Match(wanted...)
	if confidence == language.No {
		return Language{}, false
	}
	return offered[i], true
}
