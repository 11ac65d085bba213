package poster_test

import (
	"image"
	"image/color"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/poster"
)

func look() poster.Look {
	return poster.Look{Name: "Lichthof Kino", Colours: catalog.Colours{"ground": "#102030", "ink": "#fff", "accent": "#ff0000"}}
}

func at(img image.Image, x, y int) color.RGBA {
	return color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
}

// share is how much of a part of a picture has another colour than c.
func share(img image.Image, part image.Rectangle, c color.RGBA) float64 {
	other := 0
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			if at(img, x, y) != c {
				other++
			}
		}
	}
	return float64(other) / float64(part.Dx()*part.Dy())
}

var brandGround = color.RGBA{0x10, 0x20, 0x30, 255}

func TestCard_OfEveryEventIsSmallAndOfTheSize(t *testing.T) {
	if testing.Short() {
		t.Skip("draws a picture of every event, one after another: run without -short")
	}
	t.Parallel()
	s := studio(t)
	for _, e := range programme(t).Events {
		data, err := s.Card(poster.Card{Event: e, When: "Sonntag, 22. November 2026 um 19:30", Where: "Lichthof, Berlin", Brand: look()})
		img := decode(t, data, err)
		assert.Equal(t, image.Rect(0, 0, poster.CardWidth, poster.CardHeight), img.Bounds())
		assert.Less(t, len(data), 120<<10, e.Slug)
		assert.Equal(t, brandGround, at(img, 5, 5), "the brand's colour")
	}
}

func TestCard_HasItsLinesWhereTheyAre(t *testing.T) {
	t.Parallel()
	s := studio(t)
	whole := poster.Card{Event: metropolis(), When: "Sunday, 22 November", Where: "Fort, Mumbai", Brand: look()}
	draw := func(change func(*poster.Card)) image.Image {
		c := whole
		change(&c)
		data, err := s.Card(c)
		return decode(t, data, err)
	}
	title, when, where, name := image.Rect(50, 50, 600, 160), image.Rect(50, 420, 600, 470), image.Rect(50, 480, 600, 516), image.Rect(110, 540, 600, 600)
	img := draw(func(*poster.Card) {})
	for _, part := range []image.Rectangle{title, when, where, name} {
		assert.Greater(t, share(img, part, brandGround), .03, part)
	}
	img = draw(func(c *poster.Card) { c.Event.Title = "狂った一頁" })
	assert.Zero(t, share(img, title, brandGround), "a title without letters is left out")
	assert.Greater(t, share(img, image.Rect(660, 0, 1200, 630), brandGround), .5, "and the picture is there")
	img = draw(func(c *poster.Card) { c.Where = "" })
	assert.Greater(t, share(img, where, brandGround), .03, "when takes the place of where")
	assert.Zero(t, share(img, when, brandGround))
	img = draw(func(c *poster.Card) { c.Title = "मेट्रोपोलिस" })
	assert.Greater(t, share(img, title, brandGround), .03, "a title in another language")
}

func TestCard_IsMirroredForTitlesFromRightToLeft(t *testing.T) {
	t.Parallel()
	data, err := studio(t).Card(poster.Card{Event: metropolis(), Title: "متروبوليس", When: "الأحد، 22 نوفمبر", Brand: look()})
	img := decode(t, data, err)
	assert.Equal(t, brandGround, at(img, poster.CardWidth-5, 5))
	assert.Greater(t, share(img, image.Rect(0, 0, 540, 630), brandGround), .5, "the picture is on the left")
	assert.Greater(t, share(img, image.Rect(900, 60, 1150, 200), brandGround), .03, "the title begins on the right")
}

func TestCard_OfABrandHasItsTaglineAndAPattern(t *testing.T) {
	t.Parallel()
	s := studio(t)
	for _, b := range programme(t).Brands {
		data, err := s.Card(poster.Card{Title: b.Tagline, Brand: poster.Look{Name: b.Name, Colours: b.Colours, Mark: b.LogoSVG}})
		img := decode(t, data, err)
		assert.Less(t, len(data), 120<<10)
		assert.Greater(t, share(img, image.Rect(50, 50, 600, 200), at(img, 5, 5)), .02, b.Name)
	}
	_, err := s.Card(poster.Card{})
	require.NoError(t, err, "even of nothing")
}

func TestCard_WritingCanBeReadWhateverTheColours(t *testing.T) {
	t.Parallel()
	data, err := studio(t).Card(poster.Card{Event: metropolis(), Brand: poster.Look{Name: "Grey", Colours: catalog.Colours{"ground": "#777", "ink": "#787878"}}})
	img := decode(t, data, err)
	dark := 0
	for x := 50; x < 600; x++ {
		for y := 50; y < 160; y++ {
			if c := at(img, x, y); c.R < 20 || c.R > 235 {
				dark++
			}
		}
	}
	assert.Greater(t, dark, 500, "black or white instead of a grey that cannot be read")
}

func TestIcon_ShapesAreThoseThatProgramsWant(t *testing.T) {
	t.Parallel()
	s := studio(t)
	draw := func(i poster.Icon) image.Image {
		i.Name, i.Colours = "Lichthof Kino", catalog.Colours{"accent": "#ff0000", "on-accent": "#ffffff"}
		data, err := s.Icon(i)
		img := decode(t, data, err)
		assert.Equal(t, image.Rect(0, 0, i.Size, i.Size), img.Bounds())
		return img
	}
	red := color.RGBA{255, 0, 0, 255}
	round := draw(poster.Icon{Size: 192})
	assert.Zero(t, at(round, 1, 1).A, "round corners")
	assert.Equal(t, red, at(round, 96, 4))
	for _, img := range []image.Image{draw(poster.Icon{Size: 180, Square: true}), draw(poster.Icon{Size: 512, Maskable: true})} {
		assert.Equal(t, red, at(img, 0, 0), "colour up to the edges")
	}
}

// What is to be seen of a maskable icon is within a circle of four fifths of its size.
func TestIcon_MaskableStaysInTheSafeZone(t *testing.T) {
	t.Parallel()
	for _, mark := range []string{"", `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path fill="#00f" d="M0 0h10v10H0z"/></svg>`} {
		data, err := studio(t).Icon(poster.Icon{Name: "Marquee", Mark: mark, Size: 512, Maskable: true})
		img := decode(t, data, err)
		back := at(img, 0, 0)
		for x := range 512 {
			for y := range 512 {
				if dx, dy := float64(x)-255.5, float64(y)-255.5; dx*dx+dy*dy > 205*205 {
					require.Equal(t, back, at(img, x, y))
				}
			}
		}
		assert.Greater(t, share(img, image.Rect(128, 128, 384, 384), back), .1, "and it is to be seen")
	}
}

func TestIcon_HasTheMarkOrALetter(t *testing.T) {
	t.Parallel()
	s := studio(t)
	icon := poster.Icon{Name: "Kino", Size: 192, Maskable: true, Colours: catalog.Colours{"ground": "#ffffff", "accent": "#00ff00"}}
	draw := func(mark string) image.Image {
		icon.Mark = mark
		data, err := s.Icon(icon)
		return decode(t, data, err)
	}
	img := draw(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path fill="#00f" d="M0 0h10v10H0z"/></svg>`)
	assert.Equal(t, color.RGBA{0, 0, 255, 255}, at(img, 96, 96))
	assert.Equal(t, color.RGBA{255, 255, 255, 255}, at(img, 0, 0), "on the ground of the brand")
	img = draw(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><text>K</text></svg>`)
	assert.Equal(t, color.RGBA{0, 255, 0, 255}, at(img, 0, 0), "a mark that cannot be drawn is replaced")
	icon.Name = "東京"
	assert.Greater(t, share(draw(""), image.Rect(70, 70, 122, 122), color.RGBA{0, 255, 0, 255}), .5, "a circle for a name that we have no letters of")
}

func TestIcon_SizesThatNoProgramWantsAreRefused(t *testing.T) {
	t.Parallel()
	for _, size := range []int{-1, 0, 15, 1025} {
		_, err := studio(t).Icon(poster.Icon{Name: "M", Size: size})
		assert.Error(t, err, size)
	}
}
