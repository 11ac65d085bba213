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

// plural is a number with its noun, in a refusal for programs: "1 seat", "2 seats". Pages say it by the text of the field.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
