package pages

import (
	"slices"
	"unicode"

	"github.com/a-h/templ"
	"golang.org/x/text/language"

	"github.com/marquee-tickets/marquee/storefront/locale"
)

// scripts are those that our languages are written in, by their ISO 15924 codes.
var scripts = map[string]*unicode.RangeTable{"Latn": unicode.Latin, "Deva": unicode.Devanagari, "Taml": unicode.Tamil, "Arab": unicode.Arabic}

// scriptOf is the script that most letters of a text are of; empty when it has none of ours.
func scriptOf(text string) string {
	count := map[string]int{}
	most := ""
	for _, c := range text {
		for code, table := range scripts {
			if !unicode.Is(table, c) {
				continue
			}
			if count[code]++; count[code] > count[most] {
				most = code
			}
		}
	}
	return most
}

// foreign returns the attributes of an element that has nothing but a text of a partner's, which is in whatever language they write. Screen readers
// would read it by the rules of the page's (WCAG 3.1.2), so the element says which it is where that is another. likely are the languages that it may
// be in, the likeliest first; that of the catalogue and ours come after them. A language counts when it is written in the letters of the text.
func (r *request) foreign(text string, likely ...string) templ.Attributes {
	attributes := templ.Attributes{"dir": "auto"}
	script := scriptOf(text)
	if script == "" {
		return attributes
	}
	likely = slices.Concat(likely, []string{r.catalog, locale.Default().Tag})
	for _, l := range locale.Languages() {
		likely = append(likely, l.Tag)
	}
	for _, tag := range likely {
		l, err := language.Parse(tag)
		if err != nil {
			continue
		}
		if of, _ := l.Script(); of.String() != script {
			continue
		}
		if base, _ := l.Base(); base.String() != r.p.Lang() {
			attributes["lang"] = tag
		}
		break
	}
	return attributes
}

// ofBrand is foreign for a text of the brand, which is in its first language.
func (r *request) ofBrand(text string) templ.Attributes {
	if locales := r.site.Brand.Locales; len(locales) > 0 {
		return r.foreign(text, locales[0])
	}
	return r.foreign(text)
}
