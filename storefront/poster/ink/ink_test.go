package ink_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/storefront/poster/ink"
)

// Inks that are told apart easily.
var (
	red   = ink.Hex("#f00")
	green = ink.Hex("#00ff00")
	blue  = ink.Hex("#00f")
)

func pixels(t require.TestingT, d *ink.Drawing, width int) *image.RGBA {
	img, err := d.Image(width)
	require.NoError(t, err)
	return img
}

func is(t *testing.T, img *image.RGBA, x, y int, c ink.Colour, what string) {
	t.Helper()
	assert.Equal(t, color.RGBA{R: c[0], G: c[1], B: c[2], A: 255}, img.RGBAAt(x, y), "%d, %d: %s", x, y, what)
}

func TestImage_ShapesAreWhereTheyAre(t *testing.T) {
	t.Parallel()
	d := ink.New(100, 100)
	d.Ground(ink.White)
	d.Fill(red, new(ink.Path).Circle(50, 50, 40).Hole(50, 50, 20))
	d.Fill(green, new(ink.Path).Rect(0, 0, 20, 10))
	d.Fill(blue, new(ink.Path).Line(6, ink.P(10, 95), ink.P(90, 95)))
	d.Fill(blue, new(ink.Path).Sector(50, 50, 15, 0, 90))
	img := pixels(t, d, 200)
	require.Equal(t, image.Rect(0, 0, 200, 200), img.Rect)
	is(t, img, 100, 30, red, "the ring")
	is(t, img, 92, 92, ink.White, "its hole")
	is(t, img, 108, 108, blue, "a sector goes clockwise from the right")
	is(t, img, 108, 92, ink.White, "and no farther")
	is(t, img, 5, 5, green, "a rectangle")
	is(t, img, 45, 5, ink.White, "beside it")
	is(t, img, 100, 190, blue, "a line")
}

func TestImage_ShapesMayReachFarOutside(t *testing.T) {
	t.Parallel()
	d := ink.New(100, 100)
	d.Fill(red, new(ink.Path).Polygon(ink.P(-4000, -50), ink.P(4000, -50), ink.P(4000, 50), ink.P(-4000, 50)))
	d.Fill(green, new(ink.Path).Circle(-20, 75, 40))
	d.Fill(blue, new(ink.Path).Circle(5000, 5000, 10))
	img := pixels(t, d, 100)
	is(t, img, 0, 0, red, "left")
	is(t, img, 99, 49, red, "right")
	is(t, img, 5, 75, green, "half a circle")
	assert.Zero(t, img.RGBAAt(60, 75).A, "nothing where nothing is drawn")
}

func TestMirror_HolesStayHoles(t *testing.T) {
	t.Parallel()
	d := ink.New(100, 100)
	d.Fill(red, new(ink.Path).Add(new(ink.Path).Rect(0, 0, 60, 100).Hole(30, 50, 20).Circle(30, 50, 6), ink.Mirror(50)))
	img := pixels(t, d, 100)
	is(t, img, 95, 50, red, "the rectangle is on the other side")
	assert.Zero(t, img.RGBAAt(58, 50).A, "with its hole")
	is(t, img, 70, 50, red, "and what is in it")
}

// A rasterizer that walked along such lines would be busy for minutes.
func TestImage_LinesOfAnyLengthTakeNoTime(t *testing.T) {
	t.Parallel()
	d, ok := ink.ParseSVG(`<svg viewBox="0 0 .001 .001">` + strings.Repeat(`<path d="M-90000-90000L90000 90000l-3-90000h-90000Q90000 90000-90000 3z" stroke="#f00"/>`, 50) + `</svg>`)
	require.True(t, ok)
	pixels(t, d, 400)
	deep, ok := ink.ParseSVG(`<svg viewBox="0 0 9 9">` + strings.Repeat(`<g transform="scale(90000)">`, 30) + `<circle r="9"/>` + strings.Repeat(`</g>`, 30) + `</svg>`)
	require.True(t, ok)
	assert.Zero(t, pixels(t, deep, 9).RGBAAt(4, 4).A, "what cannot be counted is not drawn")
}

func TestImage_LinesAreCutAtTheEdges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Float32Range(-300, 400)
		var p ink.Path
		for range rapid.IntRange(3, 6).Draw(t, "corners") {
			if x, y := number.Draw(t, "x"), number.Draw(t, "y"); p.Empty() {
				p.MoveTo(x, y)
			} else {
				p.QuadTo(ink.P(number.Draw(t, "bx"), number.Draw(t, "by")), ink.P(x, y))
			}
		}
		whole, part := ink.New(700, 700), ink.New(100, 100)
		whole.Fill(red, new(ink.Path).Add(&p, ink.Move(300, 300)))
		part.Fill(red, &p)
		large, small := pixels(t, whole, 700), pixels(t, part, 100)
		others := 0 // where several lines meet in a pixel, its share of colour depends a little on where the picture lies
		for y := range 100 {
			for x := range 100 {
				was, is := int(large.RGBAAt(x+300, y+300).A), int(small.RGBAAt(x, y).A)
				require.InDelta(t, was, is, 128, "%d, %d", x, y)
				if max(was-is, is-was) > 40 {
					others++
				}
			}
		}
		require.LessOrEqual(t, others, 20)
	})
}

func TestImage_LongLinesStayInTheirPlace(t *testing.T) {
	t.Parallel()
	d := ink.New(10, 500)
	d.Fill(red, new(ink.Path).Polygon(ink.P(0, 0), ink.P(1, 0), ink.P(8.5, 500), ink.P(0, 500)))
	img := pixels(t, d, 10)
	for y := range 500 {
		edge := 1 + 7.5*(float64(y)+.5)/500
		assert.InDelta(t, 255*(edge-math.Floor(edge)), img.RGBAAt(int(edge), y).A, 30, "row %d", y)
	}
}

func TestPlace_ShowsAPartAndNothingOutside(t *testing.T) {
	t.Parallel()
	inner := ink.New(10, 10)
	inner.Fill(red, new(ink.Path).Rect(-100, -100, 300, 300))
	inner.Fill(blue, new(ink.Path).Rect(5, 0, 5, 10))
	d := ink.New(100, 100)
	d.Ground(ink.White)
	d.Place(inner, ink.Box{X: 20, Y: 20, W: 60, H: 60}, ink.Box{W: 10, H: 10})
	img := pixels(t, d, 100)
	is(t, img, 19, 50, ink.White, "left of it")
	is(t, img, 21, 50, red, "its left half")
	is(t, img, 79, 50, blue, "its right half")
	is(t, img, 80, 50, ink.White, "right of it")
	is(t, img, 50, 81, ink.White, "below")
}

func TestTint_LetsWhatIsBelowShow(t *testing.T) {
	t.Parallel()
	d := ink.New(10, 10)
	d.Ground(ink.White)
	d.Tint(ink.Black, .5, new(ink.Path).Rect(0, 0, 10, 10))
	assert.InDelta(t, 127, int(pixels(t, d, 10).RGBAAt(5, 5).R), 1)
	assert.Contains(t, string(d.SVG("")), `fill-opacity="0.5"`)
}

func TestImage_SizesThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	for _, width := range []int{-1, 0, 1 << 20} {
		_, err := ink.New(600, 900).PNG(width)
		assert.Error(t, err, width)
	}
}

func TestPNG_KeepsTheColoursOfFewAndTheMostOfMany(t *testing.T) {
	t.Parallel()
	img := image.NewRGBA(image.Rect(0, 0, 400, 4))
	for x := range 400 {
		for y := range 4 {
			c := color.RGBA{R: uint8(x), G: uint8(x / 256), B: 7, A: 255}
			if y < 2 || y == 2 && x > 255 { // most of it is of one colour, and what is like others is rare
				c = color.RGBA{R: 250, G: 120, B: 30, A: 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	data, err := ink.Encode(img)
	require.NoError(t, err)
	back, err := png.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	r, g, b, _ := back.At(10, 1).RGBA()
	assert.Equal(t, [3]uint32{250 * 257, 120 * 257, 30 * 257}, [3]uint32{r, g, b})
	for x := range 400 {
		want, got := img.RGBAAt(x, 3), color.RGBAModel.Convert(back.At(x, 3)).(color.RGBA)
		assert.InDelta(t, want.R, got.R, 8, "rare colours become ones like them")
	}
}

// wellFormed returns the names of the elements and fails unless text is XML to its end.
func wellFormed(t require.TestingT, text []byte) map[string]int {
	names := map[string]int{}
	for d := xml.NewDecoder(bytes.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return names
		}
		require.NoError(t, err, string(text))
		if e, ok := token.(xml.StartElement); ok {
			names[e.Name.Local]++
		}
	}
}

func TestSVG_TextCannotBreakOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		d := ink.New(10, 10)
		d.Write(ink.Text{X: 1, Y: 2, Size: 3, Width: 8, Anchor: "end", Content: text + `"<script>&`})
		assert.Equal(t, map[string]int{"svg": 1, "text": 1}, wellFormed(t, d.SVG(text+`" onload="x'</svg><script>`)))
	})
}

func TestSVG_IsShort(t *testing.T) {
	t.Parallel()
	d := ink.New(600, 900)
	d.Fill(ink.Hex("#aabbcc"), new(ink.Path).Rect(10, 20, 30, 40).Circle(5, 6, .5).MoveTo(1, 2).QuadTo(ink.P(3, -4), ink.P(5.25, 6)))
	assert.Equal(t, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 900" role="img" aria-label="a &amp; b">`+
		`<path fill="#abc" d="M10 20h30v40h-30zM4.5 6a.5 .5 0 1 1 1 0a.5 .5 0 1 1-1 0zM1 2q2-6 4.3 4z"/></svg>`, string(d.SVG("a & b")))
}

// shapes draws a picture of everything that a path can be, by chance.
func shapes(t *rapid.T) *ink.Drawing {
	number := rapid.Float32Range(-20, 120)
	point := func() ink.Point { return ink.P(number.Draw(t, "x"), number.Draw(t, "y")) }
	size := func() float32 { return rapid.Float32Range(2, 50).Draw(t, "size") }
	d := ink.New(100, 100)
	d.Ground(ink.White)
	for range rapid.IntRange(1, 6).Draw(t, "shapes") {
		p, q := new(ink.Path), point()
		switch rapid.IntRange(0, 7).Draw(t, "shape") {
		case 0:
			p.Polygon(point(), point(), point(), point())
		case 1:
			p.Ring(q.X, q.Y, 52, size())
		case 2:
			p.Smooth(point(), point(), point(), point())
		case 3:
			p.Leaf(point(), point(), size())
		case 4:
			p.Star(q.X, q.Y, size(), size(), 5)
		case 5:
			p.Arc(q.X, q.Y, 60, size(), [2]float32{number.Draw(t, "from"), 300})
		case 6:
			p.Add(new(ink.Path).Ellipse(q.X, q.Y, size(), size()), ink.Rotate(number.Draw(t, "turn"), 50, 50))
		default:
			p.Add(new(ink.Path).Circle(q.X, q.Y, size()).MoveTo(q.X, q.Y).Through(point(), point(), point()), ink.Mirror(40))
		}
		d.Tint(ink.Colour{uint8(rapid.IntRange(0, 255).Draw(t, "red")), 90, 20}, rapid.SampledFrom([]float32{1, .5}).Draw(t, "alpha"), p)
	}
	return d
}

// What is written as SVG and read again looks as it did.
func TestSVG_LooksLikeThePixels(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := shapes(t)
		back, ok := ink.ParseSVG(string(d.SVG("shapes")))
		require.True(t, ok)
		assert.Less(t, difference(pixels(t, d, 100), pixels(t, back, 100)), 1.5)
	})
}

// difference is the mean difference of two pictures of one size, 0 to 255.
func difference(a, b *image.RGBA) float64 {
	sum := 0
	for i := range a.Pix {
		sum += max(int(a.Pix[i])-int(b.Pix[i]), int(b.Pix[i])-int(a.Pix[i]))
	}
	return float64(sum) / float64(len(a.Pix))
}

func TestParseSVG_DrawsPlainShapes(t *testing.T) {
	t.Parallel()
	d, ok := ink.ParseSVG(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="10 10 100 100"><title>A <g>sign</g></title><g transform="translate(10 10) scale(2)" fill="#f00">
		<rect width="20" height="20"/><circle cx="40" cy="10" r="8" fill="none" stroke="#00f" stroke-width="4"/><path d="M0 30h10v10h-10z" fill-opacity=".5"/>
		<polygon points="30,30 50,30 40,48"/><line x1="0" y1="48" x2="20" y2="48" stroke="#0f0" stroke-width="2"/><ellipse cx="25" cy="25" rx="4" ry="2" fill="white"/></g></svg>`)
	require.True(t, ok)
	img := pixels(t, d, 100)
	is(t, img, 20, 20, red, "rectangle, in a group that is moved and twice as large")
	is(t, img, 96, 20, blue, "the stroke of the circle")
	assert.Zero(t, img.RGBAAt(80, 20).A, "its middle")
	is(t, img, 80, 70, red, "the polygon")
	is(t, img, 10, 96, green, "the line")
	is(t, img, 50, 50, ink.White, "the ellipse")
	assert.InDelta(t, 128, int(img.RGBAAt(10, 70).A), 2)
}

func TestParseSVG_RefusesWhatItWouldDrawWrong(t *testing.T) {
	t.Parallel()
	for _, inside := range []string{
		`<text x="1" y="2">A</text>`, `<linearGradient id="g"/>`, `<rect fill="url(#g)" width="9" height="9"/>`, `<path d="M0 0L9 9z" fill-rule="evenodd"/>`,
		`<path d="L9 9"/>`, `<path d="M0 0 X"/>`, `<path d="M0 0L1e99 4"/>`, `<g transform="skewX(3)"/>`, `<g transform="rotate(3"/>`, `<use href="#a"/>`, `<svg/>`, `<rect`, `<polygon points="1 a"/>`,
	} {
		_, ok := ink.ParseSVG(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">` + inside + `</svg>`)
		assert.False(t, ok, inside)
	}
	for _, whole := range []string{"", "<g/>", "no", `<svg viewBox="0 0 0 9"/>`, `<svg viewBox="0 0 9"/>`, `<svg/>`, strings.Repeat("<svg>", 100)} {
		_, ok := ink.ParseSVG(whole)
		assert.False(t, ok, whole)
	}
}

func TestParseData_GoesOnAsSVGSays(t *testing.T) {
	t.Parallel()
	for short, long := range map[string]string{
		"m10 10 5 5-5 5z":                 "M10 10L15 15L10 20Z",
		"M0 0C0 10 10 10 10 0S20-10 20 0": "M0 0C0 10 10 10 10 0C10-10 20-10 20 0",
		"M0 0Q5 10 10 0T20 0":             "M0 0Q5 10 10 0Q15-10 20 0",
		"M1.5.5h3V9":                      "M1.5 0.5L4.5 0.5L4.5 9",
		"M10 0a10 10 0 01-10 10":          "M10 0A10 10 0 0 1 0 10",
	} {
		a, ok := ink.ParseData(short)
		require.True(t, ok, short)
		b, ok := ink.ParseData(long)
		require.True(t, ok, long)
		assert.Equal(t, b, a, short)
	}
}

func FuzzParseSVG(f *testing.F) {
	f.Add(`<svg viewBox="0 0 9 9"><path d="M0 0a4 3 20 1 0 5 5q1 2 3 4t5 6z" stroke="#f00"/></svg>`)
	f.Add(`<svg width="9" height="9"><g transform="rotate(9) matrix(1 0 0 1 2 3)"><circle r="4"/></g></svg>`)
	f.Fuzz(func(t *testing.T, s string) {
		if d, ok := ink.ParseSVG(s); ok {
			if w, h := d.Size(); h < 20*w {
				_, err := d.PNG(16)
				_ = err // a picture of no height has no pixels
			}
		}
	})
}

func TestHex_ReadsColours(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"#abc": "#abc", "#aabbcc": "#abc", "#12345678": "#123456", "red": "#000", "#12": "#000", "#ggg": "#000", "": "#000"} {
		assert.Equal(t, want, ink.Hex(text).String(), text)
	}
	assert.InDelta(t, 21, ink.Contrast(ink.Black, ink.White), .01)
	assert.Equal(t, ink.Hex("#808080"), ink.Black.Mix(ink.White, .5))
}
