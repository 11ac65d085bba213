package notify

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// accent is a colour with that of the text on it, as CSS has them.
type accent struct{ ground, text string }

// builtIn is the colour of buttons where the site has none.
var builtIn = accent{"#1f4fd8", "#ffffff"}

// leastOnPaper is the least contrast of a button with the white that it lies on (WCAG 2.2, 1.4.11).
const leastOnPaper = 3

// accentOf is a site's colour, with black or white text, whichever reads better: the worst contrast of the better one is 4.58. What is no
// colour, or cannot be told from white paper, is the built-in one.
func accentOf(colour string) accent {
	rgb, ok := parseColour(colour)
	if !ok {
		return builtIn
	}
	light := luminance(rgb)
	onWhite, onBlack := 1.05/(light+0.05), (light+0.05)/0.05
	a := accent{fmt.Sprintf("#%06x", rgb), "#ffffff"}
	switch {
	case onWhite < leastOnPaper:
		return builtIn
	case onBlack > onWhite:
		a.text = "#000000"
	}
	return a
}

// parseColour reads #rgb, #rrggbb and #rrggbbaa, whose last part is left out: there is nothing behind a button.
func parseColour(s string) (rgb uint32, ok bool) {
	digits, found := strings.CutPrefix(s, "#")
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	if !found || len(digits) != 6 && len(digits) != 8 {
		return 0, false
	}
	n, err := strconv.ParseUint(digits[:6], 16, 32)
	return uint32(n), err == nil
}

// luminance is the relative luminance of a colour, from 0 to 1. Source: WCAG 2.2, relative luminance.
func luminance(rgb uint32) float64 {
	channel := func(shift uint) float64 {
		c := float64(rgb>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(16) + 0.7152*channel(8) + 0.0722*channel(0)
}
