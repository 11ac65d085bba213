package poster

import (
	"cmp"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/poster/ink"
	"github.com/marquee-tickets/marquee/storefront/poster/lettering"
)

// The size of a card in pixels: what Open Graph pictures have, 1.91 to one.
const (
	CardWidth  = 1200
	CardHeight = 630
)

// Look is what a brand looks like: see catalog.Brand.
type Look struct {
	Name    string
	Colours catalog.Colours // of which "ground", "ink", "ink-soft" and "accent" count; what is missing is as in app.css
	Mark    string          // its logo as SVG of plain shapes; one that cannot be drawn, and an empty one, is replaced by a letter
}

// Card is what a chat program shows beside a link.
type Card struct {
	// Event has the picture. Without a Slug it is a card of the brand itself, and Title is its tagline.
	Event catalog.Event

	Title string // in the language of the page; empty means that of the event
	When  string // a date line, in the language of the page; may be empty
	Where string // venue and city; may be empty
	Brand Look
}

// cardText is the width of the part with the writing, and artX where the picture begins, when writing is on the left.
const (
	cardText = 640
	cardEdge = 56
)

// Card draws a card as a PNG of CardWidth by CardHeight, of less than 120 kB. Lines in a script that we have no letters of are
// left out.
func (s *Studio) Card(c Card) ([]byte, error) {
	w := s.letters.Writer()
	defer s.letters.Return(w)
	return c.draw(w).PNG(CardWidth)
}

// shades are a brand's colours, with contrasts that can be read.
type shades struct{ ground, ink, soft, accent ink.Colour }

func (l Look) shades() shades {
	token := func(name, standard string) ink.Colour {
		c, ok := ink.ParseHex(l.Colours[name])
		if !ok {
			c = ink.Hex(standard)
		}
		return c
	}
	g := token("ground", "#f8f5f0")
	plain := palette{deep: ink.Black, pale: ink.White}
	text := plain.readable(g, token("ink", "#221c19"))
	return shades{ground: g, ink: text, soft: plain.readable(g, token("ink-soft", "#61564f"), text), accent: token("accent", "#8c1c33")}
}

func (c Card) draw(w *lettering.Writer) *ink.Drawing {
	d := ink.New(CardWidth, CardHeight)
	look := c.Brand.shades()
	d.Ground(look.ground)
	plan, art := c.art(look)
	title := cmp.Or(c.Title, c.Event.Title)
	if title == "" && c.Event.Slug == "" {
		title = c.Brand.Name
	}
	t := cardSheet{d: d, w: w, look: look, rtl: lettering.RTL(title)}
	const gap = 10
	artX, x := float32(cardText), float32(cardEdge)
	if t.rtl {
		artX, x = 0, CardWidth-cardText+cardEdge
	}
	d.Place(art, ink.Box{X: artX, W: CardWidth - cardText, H: CardHeight}, ink.Box{X: 20, Y: -10, W: CardWidth - cardText, H: CardHeight})
	d.Fill(look.accent, shape().Rect(cmp.Or(artX, CardWidth-cardText)-gap/2, 0, gap, CardHeight))
	t.x, t.w1 = x, cardText-2*cardEdge
	t.title(title, plan.face)
	t.lines(c.When, c.Where)
	t.brand(c.Brand)
	return d
}

// art is the picture of the event, or a pattern in the brand's colours.
func (c Card) art(look shades) (design, *ink.Drawing) {
	if c.Event.Slug != "" {
		plan := designOf(c.Event)
		s := newScene(plan.inks, plan.dice)
		plan.motif.draw(s)
		return plan, s.d
	}
	inks := palette{ground: look.ground, deep: look.ink, main: look.accent, second: look.accent.Mix(look.ground, .55), pale: look.ground.Mix(look.ink, .14)}
	s := newScene(inks, diceOf(c.Brand.Name))
	tiles(s)
	return design{face: lettering.Geometric}, s.d
}

// cardSheet is the part of a card with the writing.
type cardSheet struct {
	d    *ink.Drawing
	w    *lettering.Writer
	look shades
	x    float32
	w1   float32 // how wide the writing may be
	rtl  bool
}

func (t cardSheet) align() lettering.Align {
	if t.rtl {
		return lettering.Right
	}
	return lettering.Left
}

func (t cardSheet) title(title string, face lettering.Face) {
	style := lettering.Style{Face: face, Upper: face == lettering.Gothic}
	block, ok := t.w.Fit(title, style, lettering.Room{W: t.w1, H: 300, Most: 96, Lines: 5, Least: 34})
	if !ok {
		return
	}
	p := shape()
	block.Draw(p, t.x, 60, t.w1, t.align())
	t.d.Fill(t.look.ink, p)
}

// lines sets when and where, above the brand.
func (t cardSheet) lines(when, where string) {
	y := float32(506)
	for _, l := range [...]struct {
		text   string
		size   float32
		colour ink.Colour
	}{{where, 28, t.look.soft}, {when, 32, t.look.ink}} {
		if t.line(l.text, y, l.size, l.colour) {
			y -= l.size * 1.55
		}
	}
}

// line sets one line with its baseline at y, smaller when it is too long.
func (t cardSheet) line(text string, y, size float32, c ink.Colour) bool {
	line, ok := t.w.Line(text, lettering.Style{Face: lettering.Plain})
	if !ok {
		return false
	}
	size = min(size, t.w1/line.Width)
	x := t.x
	if t.rtl {
		x += t.w1 - line.Width*size
	}
	p := shape()
	line.Draw(p, x, y, size)
	t.d.Fill(c, p)
	return true
}

// brand sets the mark and the name at the foot.
func (t cardSheet) brand(b Look) {
	const size, y = 44, 546
	x := t.x
	if t.rtl {
		x += t.w1 - size
	}
	mark := Icon{Name: b.Name, Mark: b.Mark, Colours: b.Colours}.draw(t.w)
	mw, mh := mark.Size()
	t.d.Place(mark, ink.Box{X: x, Y: y, W: size, H: size}, ink.Box{W: mw, H: mh})
	name, ok := t.w.Line(b.Name, lettering.Style{Face: lettering.Plain})
	if !ok {
		return
	}
	fit := min(26, (t.w1-size-14)/name.Width)
	x = t.x + size + 14
	if t.rtl {
		x = t.x + t.w1 - size - 14 - name.Width*fit
	}
	p := shape()
	name.Draw(p, x, y+size/2+fit*.36, fit)
	t.d.Fill(t.look.ink, p)
}
