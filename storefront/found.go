package storefront

import (
	"slices"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/search"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// wordsOf returns by what words an event is found beside its own: the names of its kind and of the languages of its shows, in
// all languages of the pages, and the languages as they call themselves.
func wordsOf(texts *locale.Catalog) func(search.Document) []string {
	kinds, languages := map[catalog.Kind][]string{}, map[string][]string{}
	return func(d search.Document) []string {
		if kinds[d.Kind] == nil {
			kinds[d.Kind] = kindNames(texts, d.Kind)
		}
		words := slices.Clip(kinds[d.Kind])
		seen := map[string]bool{}
		for _, s := range d.Shows {
			if s.Language == "" || seen[s.Language] {
				continue
			}
			seen[s.Language] = true
			if languages[s.Language] == nil {
				languages[s.Language] = languageNames(texts, s.Language)
			}
			words = append(words, languages[s.Language]...)
		}
		return words
	}
}

// kindNames are the names of a kind of events, one and many.
func kindNames(texts *locale.Catalog, kind catalog.Kind) []string {
	if !kind.Valid() {
		return []string{string(kind)}
	}
	var names []string
	for _, l := range locale.Languages() {
		p := texts.Printer(l.Tag, "")
		names = append(names, p.T("kind."+string(kind)), p.T("kinds."+string(kind)))
	}
	return names
}

// languageNames are the names of a language.
func languageNames(texts *locale.Catalog, tag string) []string {
	names := []string{tag}
	if parsed, err := language.Parse(tag); err == nil {
		names = []string{display.Self.Name(parsed)}
	}
	for _, l := range locale.Languages() {
		names = append(names, texts.Printer(l.Tag, "").LanguageName(tag))
	}
	return names
}
