package brand

import "github.com/marquee-tickets/marquee/bms/catalog"

// What tests look at from outside.
var (
	Sheet    = sheet
	Names    = names
	Defaults = defaults
)

// MaxSheet is the most bytes of a style sheet.
const MaxSheet = maxSheet

// Rule is what a token is seen on, with the least contrast.
type Rule struct {
	Name  string
	Least float64
	On    []string
}

// Rules are those that every palette keeps.
func Rules() []Rule {
	var list []Rule
	for _, r := range rules {
		list = append(list, Rule{r.name, r.least, r.on})
	}
	return list
}

// Palette is what a brand is shown with on light screens, or on dark ones.
func Palette(b catalog.Brand, night bool) map[string]string {
	s := light
	if night {
		s = dark
	}
	shown, _ := palette(b, s)
	texts := map[string]string{}
	for name, c := range shown {
		texts[name] = c.String()
	}
	return texts
}

// Contrast is the contrast ratio of two colours.
func Contrast(a, b string) float64 {
	x, _ := parse(a)
	y, _ := parse(b)
	return contrast(x, y)
}

// Through is a colour after a way through OKLCH and back.
func Through(s string) string {
	c, _ := parse(s)
	return c.oklch().colour().String()
}

// Parses reports whether a colour is one.
func Parses(s string) bool {
	_, ok := parse(s)
	return ok
}
