package pages

import (
	"strconv"
	"strings"

	"github.com/marquee-tickets/marquee/storefront/locale"
)

// commaOf is what stands between things that are said one behind the other: ", ".
func commaOf(p *locale.Printer) string {
	between, _ := p.Around("map.also", "second", locale.With("first", ""))
	return between
}

// joined says things one behind the other: "IMAX, English".
func joined(p *locale.Printer, things []string) string { return strings.Join(things, commaOf(p)) }

// wordFor is what organizers call something, by a text of the usual names: English has their own word, other languages theirs where the
// thing is a usual one.
func wordFor(p *locale.Printer, id, own string) string {
	if p.Language() == locale.Default() {
		return own
	}
	name, err := p.Lookup(id)
	if err != nil {
		return own
	}
	return name
}

// feeName is what a fee is called.
func feeName(p *locale.Printer, key, own string) string { return wordFor(p, "fees."+key, own) }

// genreName is what a genre is called, by its name in English.
func genreName(p *locale.Printer, own string) string {
	return wordFor(p, "genre."+strings.ReplaceAll(strings.ToLower(own), " ", "_"), own)
}

// plural is a number with its noun, in a refusal for programs: "1 seat", "2 seats". Pages say it by the text of the field.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
