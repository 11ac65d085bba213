package poster

import (
	"fmt"
	"unicode"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/poster/ink"
	"github.com/marquee-tickets/marquee/storefront/poster/lettering"
)

// Icon is the icon of a brand's app: its mark, or else the first letter of its name, on its colour.
type Icon struct {
	Name    string          // of the brand
	Mark    string          // its logo as SVG of plain shapes; one that cannot be drawn, and an empty one, is replaced by a letter
	Colours catalog.Colours // of which "accent" and "on-accent" count, and "ground" behind a mark; what is missing is as in app.css
	Size    int             // pixels on each side, 16 to 1024

	// Maskable makes an icon that programs cut into their own shapes (purpose "maskable" of a manifest): the colour goes to
	// the edges and what is to be seen stays within the middle 80 percent. Other icons are a square with round corners on nothing.
	Maskable bool

	// Square makes one without round corners, for iOS, which cuts them itself.
	Square bool
}

// Icon draws an icon as PNG. Errors: a size that is not from 16 to 1024.
func (s *Studio) Icon(i Icon) ([]byte, error) {
	if i.Size < 16 || i.Size > 1024 {
		return nil, fmt.Errorf("an icon of %d pixels: must have 16 to 1024", i.Size)
	}
	w := s.letters.Writer()
	defer s.letters.Return(w)
	return i.draw(w).PNG(i.Size)
}

// iconUnits is how many units an icon's drawing has on each side.
const iconUnits = 512

func (i Icon) draw(w *lettering.Writer) *ink.Drawing {
	d := ink.New(iconUnits, iconUnits)
	look := Look{Colours: i.Colours}.shades()
	mark, drawn := ink.ParseSVG(i.Mark)
	back, inside := look.accent, float32(.56)
	if drawn {
		back, inside = look.ground, .74
	}
	if i.Maskable {
		const square = .56 // whose corners are on the edge of the safe zone
		inside = min(inside*.8, square)
	}
	if i.Maskable || i.Square {
		d.Ground(back)
	} else {
		d.Fill(back, shape().Rounded(ink.Box{W: iconUnits, H: iconUnits}, iconUnits*.2))
	}
	size := iconUnits * inside
	box := ink.Box{X: (iconUnits - size) / 2, Y: (iconUnits - size) / 2, W: size, H: size}
	if drawn {
		contain(d, mark, box)
		return d
	}
	on, ok := ink.ParseHex(i.Colours["on-accent"])
	if !ok || ink.Contrast(on, back) < 3 {
		on = palette{deep: ink.Black, pale: ink.White}.readable(back, ink.White)
	}
	letter(d, w, i.Name, box, on)
	return d
}

// contain shows a picture as large as it fits into the middle of a box.
func contain(d, picture *ink.Drawing, box ink.Box) {
	w, h := picture.Size()
	scale := min(box.W/w, box.H/h)
	d.Place(picture, ink.Box{X: box.X + (box.W-w*scale)/2, Y: box.Y + (box.H-h*scale)/2, W: w * scale, H: h * scale}, ink.Box{W: w, H: h})
}

// letter draws the first letter or digit of a name that a font has; a circle when there is none.
func letter(d *ink.Drawing, w *lettering.Writer, name string, box ink.Box, c ink.Colour) {
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		room := lettering.Room{W: box.W, H: box.H * .92, Most: box.H * 1.6, Lines: 1}
		block, ok := w.Fit(string(r), lettering.Style{Face: lettering.Geometric, Upper: true}, room)
		if !ok {
			break
		}
		p := shape()
		block.Draw(p, box.X, box.Y+(box.H-block.H)/2, box.W, lettering.Centre)
		d.Fill(c, p)
		return
	}
	d.Fill(c, shape().Circle(box.X+box.W/2, box.Y+box.H/2, box.W*.42))
}
