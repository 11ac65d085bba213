// Package letters writes the mails of package notify in the six languages of the storefront: each in that of its reader, with
// amounts and times as its speakers write them, by the venue's clock, and with links to pages in the same language.
//
//	catalog, err := locale.New(locale.Config{})
//	client, err := bms.New(db, bms.Config{Renderer: letters.New(catalog)})
//
// What a mail says and in which order is in package notify, once for all. Its texts are those of package locale that begin with
// "mail.", "policy." and "why."; the English ones are those of notify.EnglishWords, which a test holds to each other.
package letters

import (
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// New returns a renderer that writes in the languages of the catalog.
//
// A mail is in the language of its reader's locale, "de" for "de-AT", when its site offers that. Otherwise it is in the first language
// of the site that is one of ours, and English where there is none.
func New(catalog *locale.Catalog) notify.Renderer {
	return notify.NewRenderer(func(tag string, d *notify.Data) notify.Language {
		l := choose(tag, d.Site.Languages)
		s := speech{catalog.Printer(l.Tag, d.Country)}
		return notify.Language{Tag: l.Tag, RTL: l.Direction == locale.RTL, Words: s, Formats: s, Path: l.Path}
	})
}

// choose returns the language for a reader of those that a site offers; none means that it offers all.
func choose(tag string, offered []string) locale.Language {
	wanted, ours := languageOf(tag)
	first, found := locale.Default(), false
	for _, other := range offered {
		l, known := languageOf(other)
		switch {
		case known && ours && l == wanted:
			return wanted
		case known && !found:
			first, found = l, true
		}
	}
	if ours && !found {
		return wanted
	}
	return first
}

// languageOf is the language of a BCP 47 tag, whatever its region or script.
func languageOf(tag string) (locale.Language, bool) {
	base, _, _ := strings.Cut(tag, "-")
	return locale.ByTag(strings.ToLower(base))
}

// speech is a language as package notify wants it.
type speech struct{ p *locale.Printer }

// Text implements notify.Words.
func (s speech) Text(id string, args ...notify.Arg) string { return s.p.T(id, values(args)...) }

// Count implements notify.Words.
func (s speech) Count(id string, n int, args ...notify.Arg) string {
	return s.p.N(id, n, values(args)...)
}

func values(args []notify.Arg) []locale.Arg {
	list := make([]locale.Arg, len(args))
	for i, a := range args {
		list[i] = locale.With(a.Name, a.Value)
	}
	return list
}

// Isolate implements notify.Words.
func (s speech) Isolate(text string) string { return s.p.Isolate(text) }

// Money implements notify.Formats.
func (s speech) Money(a money.Amount) string { return s.p.Money(a) }

// Rate implements notify.Formats.
func (s speech) Rate(r money.Rate) string { return s.p.Percent(r) }

// Number implements notify.Formats.
func (s speech) Number(n int) string { return s.p.Number(n) }

// When implements notify.Formats.
func (s speech) When(t time.Time) string { return s.p.When(t) }

// Start implements notify.Formats.
func (s speech) Start(t time.Time) string { return s.p.DayClock(t) }

// LanguageName implements notify.Formats.
func (s speech) LanguageName(tag string) string { return s.p.LanguageName(tag) }

// List implements notify.Formats.
func (s speech) List(words []string) string { return s.p.List(words) }

// BuyerType implements notify.Formats. The usual types have a name in each language, others that of their price list.
func (s speech) BuyerType(key, name string) string {
	switch key {
	case "adult", "child", "senior", "student":
		return s.p.T("buyer." + key)
	}
	if name == "" {
		return key
	}
	return name
}
