package notify

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/money"
)

// Language is what a message is written in.
type Language struct {
	Tag     string // BCP 47, for HTML: "hi"
	RTL     bool   // it is written from right to left
	Words   Words
	Formats Formats

	// Path returns where a page of a site is in this language: "/hi/bookings/…" for "/bookings/…". Nil means that pages have no language.
	Path func(path string) string
}

// Arg is a value for a placeholder of a text: {event}.
type Arg struct{ Name, Value string }

// Words has the texts of a language by their ids, those that EnglishWords has. A value is isolated where its direction
// would disturb the text around it (U+2068 and U+2069). It is safe for concurrent use.
type Words interface {
	// Text returns a text with its placeholders filled.
	Text(id string, args ...Arg) string

	// Count returns a text about a number of things in the form that the language has for the number, which fills {count}.
	Count(id string, n int, args ...Arg) string

	// Isolate returns a foreign text so that it can stand beside others in a line.
	Isolate(text string) string
}

// Formats writes values as a language does. It is safe for concurrent use.
type Formats interface {
	Money(money.Amount) string
	Rate(money.Rate) string // as a percentage
	Number(n int) string

	When(time.Time) string  // a moment in full with its zone, by the clock of its location
	Start(time.Time) string // a moment for the subject of a mail, without its zone

	// LanguageName returns what a language is called, by its BCP 47 tag; empty for one that it cannot name.
	LanguageName(tag string) string

	// BuyerType returns what a buyer type is called, by its key and its name in the price list.
	BuyerType(key, name string) string

	// List joins words as a sentence does: "A, B and C".
	List(words []string) string
}

// NewRenderer returns a renderer of several languages. speak says in which one a message is, by the reader's locale, which may be
// empty, and the message's facts: the languages of its site and the country of its venue.
func NewRenderer(speak func(locale string, d *Data) Language) Renderer { return speaker(speak) }

type speaker func(locale string, d *Data) Language

// Render does what Renderer says.
func (speak speaker) Render(kind Kind, locale string, d Data) (Content, error) {
	s, ok := scriptOf(kind)
	if !ok {
		return Content{}, ErrKind
	}
	d = d.cleaned()
	l := letter{in: speak(locale, &d), d: &d}
	l.comma = l.T("mail.joined", with("first", ""), with("next", ""))
	subject := header(s.subject(&l))
	text := textPart{b: make([]byte, 0, 2<<10)}
	page := htmlPart{b: make([]byte, 0, 12<<10), rtl: l.in.RTL, colour: accentOf(d.Site.Accent)}
	page.open(l.in.Tag, subject, l.joined(d.Site.Name))
	l.part = &both{&text, &page}
	l.write(s)
	return Content{Subject: subject, Text: text.text(), HTML: page.close()}, nil
}
