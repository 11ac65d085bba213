package locale

import (
	"errors"
	"slices"
	"strings"

	"github.com/marquee-tickets/marquee/storefront/locale/cldr"
)

// Printer writes in one language, numbers and dates as one region does. Its Format has the methods for values. A
// Printer is immutable and safe for concurrent use; Catalog.Printer makes it.
type Printer struct {
	*cldr.Format

	catalog  *Catalog
	book     *book
	language Language
}

// Arg is a value for a placeholder.
type Arg struct{ name, text string }

// With gives a placeholder its value: With("city", "Mumbai") is for {city}. The value is isolated where its
// direction would disturb the text around it.
func With(name, text string) Arg { return Arg{name: name, text: text} }

// Language returns the language.
func (p *Printer) Language() Language { return p.language }

// Lang returns the language for HTML's lang: "hi".
func (p *Printer) Lang() string { return p.language.Tag }

// Dir returns the direction for HTML's dir: "rtl".
func (p *Printer) Dir() string { return string(p.language.Direction) }

// ErrMissing says that a language lacks a text, or a text a value.
var ErrMissing = errors.New("is missing")

// T returns a text. One that the language lacks is in English, an id that nobody knows is returned as it is, and a
// placeholder without a value stays; Config.Missing hears of each.
func (p *Printer) T(id string, args ...Arg) string {
	if s, ok := p.book.plain[id]; ok {
		return s
	}
	s, err := p.Lookup(id, args...)
	p.report(err)
	return s
}

// N returns a text about a number of things in the form that the language has for that number. The number goes
// into {count}. It is otherwise like T.
func (p *Printer) N(id string, n int, args ...Arg) string {
	s, err := p.LookupN(id, n, args...)
	p.report(err)
	return s
}

// Lookup is T with what is missing as an error, an ErrMissing. The text can be shown all the same.
func (p *Printer) Lookup(id string, args ...Arg) (string, error) {
	t, ok := p.book.texts[id]
	if !ok {
		return id, &missing{id: id}
	}
	f := filling{args: args, dir: p.language.Direction}
	s := t.fill(&f)
	return s, p.lacks(id, f.lacking)
}

// LookupN is N with what is missing as an error, an ErrMissing.
func (p *Printer) LookupN(id string, n int, args ...Arg) (string, error) {
	t, ok := p.book.texts[id] // the number changes nothing but itself
	if !ok {
		f, ok := p.book.plurals[id]
		if !ok {
			return id, &missing{id: id}
		}
		t = f.of(p.book.category(n))
	}
	f := filling{args: args, count: p.Number(n), dir: p.language.Direction}
	s := t.fill(&f)
	return s, p.lacks(id, f.lacking)
}

// lacks is the error of a text that is there in English only, or that was given too little.
func (p *Printer) lacks(id, placeholder string) error {
	switch {
	case placeholder != "":
		return &missing{tag: p.language.Tag, id: id + " {" + placeholder + "}"}
	case !p.book.own[id]:
		return &missing{tag: p.language.Tag, id: id}
	}
	return nil
}

// missing is an ErrMissing.
type missing struct{ tag, id string }

func (e *missing) Error() string {
	if e.tag == "" {
		return e.id + " is no text that there is"
	}
	return e.id + " is missing in " + e.tag
}

func (e *missing) Unwrap() error { return ErrMissing }

func (p *Printer) report(err error) {
	if m, ok := errors.AsType[*missing](err); ok {
		p.catalog.cfg.Missing(m.tag, m.id)
	}
}

// Around returns what stands before and after a placeholder, for a page that puts more than text there:
//
//	before, after := p.Around("booking.reference", "reference") // before <strong>K7PW-XF3X</strong> after
//
// Languages have it at different places, so both may be empty. Other placeholders are filled with args.
func (p *Printer) Around(id, placeholder string, args ...Arg) (before, after string) {
	const gap = "\x00" // no text has it, and it has no direction
	s := p.T(id, append(slices.Clip(args), Arg{name: placeholder, text: gap})...)
	before, after, found := strings.Cut(s, gap)
	if !found {
		p.report(&missing{tag: p.language.Tag, id: id + " {" + placeholder + "}"})
	}
	return before, after
}
