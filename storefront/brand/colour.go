package brand

import (
	"fmt"
	"math"
	"strconv"
)

// colour is what a screen shows: red, green and blue, 0 to 255.
type colour [3]uint8

// White and black, which have the most contrast with anything.
var (
	white = colour{255, 255, 255}
	black = colour{}
)

// parse reads #rgb, #rrggbb or #rrggbbaa, of which the last two digits are left out: what a colour is seen on has to be
// known. False for anything else.
func parse(s string) (colour, bool) {
	if len(s) == 4 && s[0] == '#' {
		s = string([]byte{'#', s[1], s[1], s[2], s[2], s[3], s[3]})
	}
	if len(s) == 9 {
		s = s[:7]
	}
	if len(s) != 7 || s[0] != '#' {
		return colour{}, false
	}
	n, err := strconv.ParseUint(s[1:], 16, 32)
	return colour{uint8(n >> 16), uint8(n >> 8), uint8(n)}, err == nil
}

// String writes #rgb where that is enough, and #rrggbb.
func (c colour) String() string {
	if c[0]%17 == 0 && c[1]%17 == 0 && c[2]%17 == 0 {
		return fmt.Sprintf("#%x%x%x", c[0]/17, c[1]/17, c[2]/17)
	}
	return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2])
}

// linear is a channel as light.
func linear(v uint8) float64 {
	x := float64(v) / 255
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}

// luminance is the relative luminance of WCAG 2.2.
func (c colour) luminance() float64 {
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}

// contrast is the contrast ratio of WCAG 2.2, 1 to 21.
func contrast(a, b colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// dark reports whether white stands out from the colour better than black.
func (c colour) dark() bool { return contrast(c, white) > contrast(c, black) }

// oklch is a colour as people see it: lightness 0 to 1, chroma, and hue as two coordinates.
// Source: Björn Ottosson, "A perceptual color space for image processing" (2020), whose coefficients these are.
type oklch struct{ l, a, b float64 }

func (c colour) oklch() oklch {
	r, g, b := linear(c[0]), linear(c[1]), linear(c[2])
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	return oklch{
		l: 0.2104542553*l + 0.7936177850*m - 0.0040720468*s,
		a: 1.9779984951*l - 2.4285922050*m + 0.4505937099*s,
		b: 0.0259040371*l + 0.7827717662*m - 0.8086757660*s,
	}
}

// light is the colour as light of three channels, which may be more or less than a screen can show.
func (c oklch) light() [3]float64 {
	cube := func(x float64) float64 { return x * x * x }
	l := cube(c.l + 0.3963377774*c.a + 0.2158037573*c.b)
	m := cube(c.l - 0.1055613458*c.a - 0.0638541728*c.b)
	s := cube(c.l - 0.0894841775*c.a - 1.2914855480*c.b)
	return [3]float64{
		4.0767416621*l - 3.3077115913*m + 0.2309699292*s,
		-1.2684380046*l + 2.6097574011*m - 0.3413193965*s,
		-0.0041960863*l - 0.7034186147*m + 1.7076147010*s,
	}
}

// colour is what a screen shows of it: of colours that no screen has, the most colourful one of the same lightness and hue.
func (c oklch) colour() colour {
	if c.l <= 0 {
		return black
	}
	if c.l >= 1 {
		return white
	}
	least, most := 0.0, 1.0
	if !c.shown(1) {
		for range 12 {
			if mid := (least + most) / 2; c.shown(mid) {
				least = mid
			} else {
				most = mid
			}
		}
		most = least
	}
	var out colour
	for i, v := range (oklch{c.l, c.a * most, c.b * most}).light() {
		out[i] = gamma(v)
	}
	return out
}

// shown reports whether a screen can show the colour with a part of its chroma.
func (c oklch) shown(part float64) bool {
	const slack = 1e-4
	for _, v := range (oklch{c.l, c.a * part, c.b * part}).light() {
		if v < -slack || v > 1+slack {
			return false
		}
	}
	return true
}

// gamma is light as a channel.
func gamma(v float64) uint8 {
	v = min(max(v, 0), 1)
	if v <= 0.0031308 {
		v *= 12.92
	} else {
		v = 1.055*math.Pow(v, 1/2.4) - 0.055
	}
	return uint8(math.Round(v * 255))
}

// at is the colour of the same hue and another lightness.
func (c colour) at(l float64) colour {
	o := c.oklch()
	o.l = l
	return o.colour()
}

// shift is the colour so much lighter, or darker below zero.
func (c colour) shift(by float64) colour {
	return c.at(min(max(c.oklch().l+by, 0), 1))
}

// nearest is the colour of the same hue and the nearest lightness that passes. Error: false when none does, not even white
// and black.
func (c colour) nearest(pass func(colour) bool) (colour, bool) {
	if pass(c) {
		return c, true
	}
	const step = 1.0 / 256
	o := c.oklch()
	for d := step; d <= 1+step; d += step {
		for _, l := range [2]float64{o.l - d, o.l + d} {
			if l < -step || l > 1+step {
				continue
			}
			if try := (oklch{l, o.a, o.b}).colour(); pass(try) {
				return try, true
			}
		}
	}
	return c, false
}
