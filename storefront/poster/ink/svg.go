package ink

import (
	"bytes"
	"encoding/xml"
	"math"
	"strconv"
)

// SVG writes the drawing as a document of its own. The label says what it shows, to who cannot see it; it may be any text.
func (d *Drawing) SVG(label string) []byte {
	w := &svgWriter{}
	w.text(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 `)
	w.numbers(d.w, d.h)
	w.text(`" role="img" aria-label="`)
	w.escaped(label)
	w.text(`">`)
	w.items(d)
	w.text("</svg>")
	return w.out
}

// svgWriter appends to a document.
type svgWriter struct{ out []byte }

func (w *svgWriter) text(s string) { w.out = append(w.out, s...) }

// escaped writes any text as character data or as a value of an attribute.
func (w *svgWriter) escaped(s string) {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	w.out = append(w.out, b.Bytes()...)
}

// number writes a number with at most one decimal.
func (w *svgWriter) number(v float32) {
	tenths := int64(math.Round(float64(v) * 10))
	if tenths < 0 {
		w.out = append(w.out, '-')
		tenths = -tenths
	}
	whole, rest := tenths/10, tenths%10
	if whole != 0 || rest == 0 {
		w.out = strconv.AppendInt(w.out, whole, 10)
	}
	if rest != 0 {
		w.out = append(w.out, '.', byte('0'+rest))
	}
}

// numbers writes numbers with a space between them where one is needed.
func (w *svgWriter) numbers(list ...float32) {
	for i, v := range list {
		if i > 0 && math.Round(float64(v)*10) >= 0 {
			w.out = append(w.out, ' ')
		}
		w.number(v)
	}
}

func (w *svgWriter) attribute(name string, v float32) {
	w.text(" " + name + `="`)
	w.number(v)
	w.text(`"`)
}

func (w *svgWriter) items(d *Drawing) {
	for _, it := range d.items {
		switch {
		case it.layer != nil:
			w.layer(it.layer)
		case it.inset != nil:
			w.inset(it.inset)
		case it.text != nil:
			w.writing(it.text)
		}
	}
}

func (w *svgWriter) layer(l *layer) {
	w.text(`<path fill="` + l.colour.String() + `"`)
	if l.alpha < 1 {
		w.text(` fill-opacity="` + strconv.FormatFloat(float64(l.alpha), 'g', 2, 32) + `"`)
	}
	w.text(` d="`)
	w.path(l.path)
	w.text(`"/>`)
}

// inset writes an svg element, which shows nothing outside of its place.
func (w *svgWriter) inset(n *inset) {
	w.text("<svg")
	w.attribute("x", n.at.X)
	w.attribute("y", n.at.Y)
	w.attribute("width", n.at.W)
	w.attribute("height", n.at.H)
	w.text(` preserveAspectRatio="none" viewBox="`)
	w.numbers(n.window.X, n.window.Y, n.window.W, n.window.H)
	w.text(`">`)
	w.items(n.d)
	w.text("</svg>")
}

func (w *svgWriter) writing(t *Text) {
	w.text("<text")
	w.attribute("x", t.X)
	w.attribute("y", t.Y)
	w.attribute("font-size", t.Size)
	w.text(` font-family="system-ui,sans-serif" font-weight="700" fill="` + t.Colour.String() + `"`)
	if t.Anchor != "" {
		w.text(` text-anchor="` + t.Anchor + `"`)
	}
	if t.Width > 0 {
		w.attribute("textLength", t.Width)
		w.text(` lengthAdjust="spacingAndGlyphs"`)
	}
	w.text(">")
	w.escaped(t.Content)
	w.text("</text>")
}

// pen writes a path in relative coordinates, which are shorter. It counts in tenths, so that roundings do not add up.
type pen struct {
	*svgWriter
	x, y   float32 // where it is, as written
	begin  Point   // of the outline
	last   byte
	opened bool
}

func (w *svgWriter) path(p *Path) {
	n := pen{svgWriter: w}
	for _, s := range p.steps {
		n.step(s)
	}
	n.close()
}

func tenth(v float32) float32 { return float32(math.Round(float64(v)*10) / 10) }

func (n *pen) close() {
	if n.opened {
		n.text("z")
		n.x, n.y, n.last, n.opened = n.begin.X, n.begin.Y, 'z', false
	}
}

func (n *pen) step(s step) {
	switch s.kind {
	case move:
		n.close()
		n.x, n.y = tenth(s.p[0].X), tenth(s.p[0].Y)
		n.text("M")
		n.numbers(n.x, n.y)
		n.begin, n.last, n.opened = P(n.x, n.y), 'M', true
	case line:
		n.straight(s.p[0])
	case quad:
		n.curve('q', s.p[:2])
	case cube:
		n.curve('c', s.p[:3])
	case round:
		n.close()
		n.round(s)
	}
}

// letter writes a command, or what divides numbers where it is the same as before.
func (n *pen) letter(c byte, first float32) {
	switch {
	case n.last != c:
		n.out = append(n.out, c)
	case math.Round(float64(first)*10) >= 0:
		n.out = append(n.out, ' ')
	}
	n.last = c
}

func (n *pen) straight(to Point) {
	x, y := tenth(to.X), tenth(to.Y)
	dx, dy := tenth(x-n.x), tenth(y-n.y)
	switch {
	case dx == 0 && dy == 0:
		return
	case dy == 0:
		n.letter('h', dx)
		n.number(dx)
	case dx == 0:
		n.letter('v', dy)
		n.number(dy)
	default:
		n.letter('l', dx)
		n.numbers(dx, dy)
	}
	n.x, n.y = x, y
}

func (n *pen) curve(c byte, points []Point) {
	list := make([]float32, 0, 6)
	for _, q := range points {
		list = append(list, tenth(tenth(q.X)-n.x), tenth(tenth(q.Y)-n.y))
	}
	n.letter(c, list[0])
	n.numbers(list...)
	end := points[len(points)-1]
	n.x, n.y = tenth(end.X), tenth(end.Y)
}

// round writes an ellipse as two arcs, clockwise unless it is a hole.
func (n *pen) round(s step) {
	rx, ry := tenth(s.p[1].X), tenth(s.p[1].Y)
	sweep := float32(1)
	if s.p[2].X < 0 {
		sweep = 0
	}
	n.text("M")
	n.numbers(tenth(s.p[0].X-rx), tenth(s.p[0].Y))
	for _, dx := range [2]float32{2 * rx, -2 * rx} {
		n.text("a")
		n.numbers(rx, ry, 0, 1, sweep, dx, 0)
	}
	n.text("z")
	n.last = 'z'
}
