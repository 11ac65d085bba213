package seo

import (
	"strings"

	"github.com/marquee-tickets/marquee/storefront/locale"
)

// Site is a storefront as others see it.
type Site struct {
	Origin    string     // "https://kino.example": scheme and host, without a slash at the end
	Name      string     // what it is called
	Languages []Language // that its pages are in, the default first; at least one
	Hidden    bool       // nobody shall find it, as a draft or a demo
}

// Language is one that pages are in.
type Language struct {
	Tag    string // as it stands in addresses: "hi"
	Locale string // language and territory, as Open Graph has them: "hi_IN"
}

// Languages returns the languages of a storefront. The region is where it sells, ISO 3166-1 alpha-2; English is that of it, and
// of GB when it is empty or none.
func Languages(region string) []Language {
	if len(region) != 2 || region != strings.ToUpper(region) {
		region = "GB"
	}
	var list []Language
	for _, l := range locale.Languages() {
		of := l.Region
		if of == "" {
			of = region
		}
		list = append(list, Language{Tag: l.Tag, Locale: l.Tag + "_" + of})
	}
	return list
}

// URL is the whole address of a path in a language; of one that is not the site's, in its default.
func (s Site) URL(lang, path string) string {
	if path == "/" {
		path = ""
	}
	return s.Origin + "/" + s.language(lang).Tag + path
}

// File is the whole address of a path that has no language, such as a picture. An address that is whole stays as it is.
func (s Site) File(path string) string {
	if strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") {
		return s.Origin + path
	}
	return path
}

// language is the one with the tag, or the default.
func (s Site) language(tag string) Language {
	for _, l := range s.Languages {
		if l.Tag == tag {
			return l
		}
	}
	if len(s.Languages) > 0 {
		return s.Languages[0]
	}
	return Language{Tag: "en", Locale: "en_GB"}
}
