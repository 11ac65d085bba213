package locale

import (
	"errors"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// categories are the forms that a text about a number may have in some language. Source: CLDR, plural rules.
var categories = [...]string{"zero", "one", "two", "few", "many", "other"}

// other is the index of the form that every language has.
const other = len(categories) - 1

// forms are the texts of a message by category; nil where it has none.
type forms [len(categories)]text

// of returns the form for a category, and the other one where the message has no own.
func (f *forms) of(category int) text {
	if t := f[category]; t != nil {
		return t
	}
	return f[other]
}

// parseForms reads the texts of a message, and returns them as they are, too, by the names of their categories.
func parseForms(m *i18n.Message) (*forms, map[string]string, error) {
	var f forms
	raw := map[string]string{}
	for i, s := range []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other} {
		if s == "" {
			continue
		}
		t, err := parseText(s)
		if err != nil {
			return nil, nil, err
		}
		f[i], raw[categories[i]] = t, s
	}
	if f[other] == nil {
		return nil, nil, errors.New("has no text for the category other")
	}
	return &f, raw, nil
}

// usual is below which numbers most texts are about.
const usual = 200

// categoryOf returns what finds the category of a number in a language. The rules are those of go-i18n, which are
// asked for usual numbers once: it takes as long as ten texts.
func categoryOf(bundle *i18n.Bundle, tag language.Tag) (func(n int) int, error) {
	const probe = "category"
	index := map[string]int{}
	for i, name := range categories {
		index[name] = i
	}
	err := bundle.AddMessages(tag, &i18n.Message{ID: probe, Zero: "zero", One: "one", Two: "two", Few: "few", Many: "many", Other: "other"})
	if err != nil {
		return nil, err
	}
	rules := i18n.NewLocalizer(bundle, tag.String())
	ask := func(n int) int {
		name, err := rules.Localize(&i18n.LocalizeConfig{MessageID: probe, PluralCount: n})
		if err != nil {
			return other // not reached: the message has all forms
		}
		return index[name]
	}
	var known [usual]int
	for n := range known {
		known[n] = ask(n)
	}
	return func(n int) int {
		if n >= 0 && n < usual {
			return known[n]
		}
		return ask(n)
	}, nil
}
