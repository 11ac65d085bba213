package ink

import (
	"math"
	"strconv"
)

// Colour is an opaque colour: red, green and blue, 0 to 255 each.
type Colour [3]uint8

// White and Black are the ends of the scale.
var (
	White = Colour{255, 255, 255}
	Black = Colour{}
)

// Hex reads #rgb or #rrggbb, of which a further digit or two are left out. What is neither is black.
func Hex(s string) Colour {
	c, _ := ParseHex(s)
	return c
}

// ParseHex reads #rgb, #rrggbb or #rrggbbaa without the last two digits. It returns false for anything else.
func ParseHex(s string) (Colour, bool) {
	if len(s) == 4 && s[0] == '#' {
		s = string([]byte{'#', s[1], s[1], s[2], s[2], s[3], s[3]})
	}
	if len(s) == 9 {
		s = s[:7]
	}
	if len(s) != 7 || s[0] != '#' {
		return Colour{}, false
	}
	n, err := strconv.ParseUint(s[1:], 16, 32)
	return Colour{uint8(n >> 16), uint8(n >> 8), uint8(n)}, err == nil
}

// String writes #rgb where that is enough, and #rrggbb.
func (c Colour) String() string {
	const digits = "0123456789abcdef"
	if c[0]%17 == 0 && c[1]%17 == 0 && c[2]%17 == 0 {
		return string([]byte{'#', digits[c[0]&15], digits[c[1]&15], digits[c[2]&15]})
	}
	b := []byte{'#'}
	for _, v := range c {
		b = append(b, digits[v>>4], digits[v&15])
	}
	return string(b)
}

// Mix is a part of another colour, 0 to 1, in this one.
func (c Colour) Mix(other Colour, part float64) Colour {
	var out Colour
	for i := range c {
		out[i] = uint8(math.Round(float64(c[i]) + (float64(other[i])-float64(c[i]))*part))
	}
	return out
}

// Contrast is the contrast ratio of two colours, 1 to 21 (WCAG 2.2).
func Contrast(a, b Colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func (c Colour) luminance() float64 {
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}

// linear is a channel as light.
func linear(v uint8) float64 {
	x := float64(v) / 255
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}
