package ink

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// ParseSVG reads a picture of plain shapes, such as the logo of a brand: paths, rectangles, circles, ellipses, lines and polygons,
// filled and stroked with plain colours, in groups with transformations. It returns false for a picture with anything
// else in it (text, gradients, masks), which would not look like what it is, and for one that is not well formed.
func ParseSVG(s string) (*Drawing, bool) {
	const most = 64 << 10
	if len(s) > most {
		return nil, false
	}
	p := parser{decoder: xml.NewDecoder(strings.NewReader(s))}
	p.look = []look{{fill: &Colour{}, alpha: 1, width: 1, m: Same()}}
	for {
		token, err := p.decoder.Token()
		if errors.Is(err, io.EOF) && p.d != nil {
			return p.d, true
		}
		if err != nil {
			return nil, false
		}
		switch t := token.(type) {
		case xml.StartElement:
			if !p.start(t) {
				return nil, false
			}
		case xml.EndElement:
			p.look = p.look[:len(p.look)-1]
		}
	}
}

// look is how shapes look in a group.
type look struct {
	fill, stroke *Colour // nil paints nothing
	alpha        float32
	width        float32 // of strokes
	m            Matrix
}

// parser reads a picture.
type parser struct {
	decoder *xml.Decoder
	d       *Drawing
	look    []look // of the groups around
}

// start reads an element. It returns false for one that cannot be drawn.
func (p *parser) start(e xml.StartElement) bool {
	const deepest = 40
	a := attributes(e)
	l, ok := p.look[len(p.look)-1].with(a)
	if !ok || len(p.look) > deepest {
		return false
	}
	p.look = append(p.look, l)
	switch e.Name.Local {
	case "svg":
		return p.open(a)
	case "g":
		return p.d != nil
	case "title", "desc":
		p.look = p.look[:len(p.look)-1]
		return p.d != nil && p.decoder.Skip() == nil
	}
	if p.d == nil {
		return false
	}
	path, ok := shapeOf(e.Name.Local, a)
	if ok {
		p.draw(l, path)
	}
	return ok
}

// open begins the picture. There is one svg element.
func (p *parser) open(a map[string]string) bool {
	if p.d != nil {
		return false
	}
	box, ok := list(a["viewBox"])
	if a["viewBox"] == "" {
		box, ok = []float32{0, 0, number(a["width"]), number(a["height"])}, true
	}
	if !ok || len(box) != 4 || !(box[2] > 0 && box[3] > 0 && box[2] < 1e5 && box[3] < 1e5) {
		return false
	}
	p.d = New(box[2], box[3])
	l := &p.look[len(p.look)-1]
	l.m = l.m.Then(Move(-box[0], -box[1]))
	return true
}

func (p *parser) draw(l look, path *Path) {
	if l.fill != nil {
		p.d.Tint(*l.fill, l.alpha, new(Path).Add(path, l.m))
	}
	if l.stroke != nil && l.width > 0 {
		p.d.Tint(*l.stroke, l.alpha, new(Path).Add(path.stroked(l.width), l.m))
	}
}

func attributes(e xml.StartElement) map[string]string {
	a := make(map[string]string, len(e.Attr))
	for _, one := range e.Attr {
		a[one.Name.Local] = strings.TrimSpace(one.Value)
	}
	return a
}

// with is the look of an element with these attributes. It returns false for what we cannot draw.
func (l look) with(a map[string]string) (look, bool) {
	fill, ok1 := paint(l.fill, a["fill"])
	stroke, ok2 := paint(l.stroke, a["stroke"])
	l.fill, l.stroke = fill, stroke
	if a["stroke-width"] != "" {
		l.width = number(a["stroke-width"])
	}
	for _, name := range [...]string{"opacity", "fill-opacity", "stroke-opacity"} {
		if a[name] != "" {
			l.alpha *= min(max(number(a[name]), 0), 1)
		}
	}
	m, ok3 := transform(a["transform"])
	l.m = m.Then(l.m)
	rule := a["fill-rule"] == "evenodd" || a["stroke-dasharray"] != "" || a["mask"] != "" || a["clip-path"] != "" || a["filter"] != ""
	return l, ok1 && ok2 && ok3 && !rule
}

// paint reads a colour; without one it is that of the group.
func paint(inherited *Colour, s string) (*Colour, bool) {
	switch s {
	case "":
		return inherited, true
	case "none", "transparent":
		return nil, true
	case "white":
		return &Colour{255, 255, 255}, true
	case "black", "currentColor":
		return &Colour{}, true
	}
	c, ok := ParseHex(s)
	return &c, ok
}

// number reads a length without a unit, or in pixels. What is none is 0.
func number(s string) float32 {
	v, err := strconv.ParseFloat(strings.TrimSuffix(s, "px"), 32)
	if err != nil || !(v > -1e5 && v < 1e5) {
		return 0
	}
	return float32(v)
}

// list reads numbers with spaces or commas between them.
func list(s string) ([]float32, bool) {
	const most = 2000
	var out []float32
	r := reader{rest: s}
	for range most {
		r.blank()
		if r.rest == "" {
			return out, true
		}
		n, ok := r.numbers(1)
		if !ok {
			return nil, false
		}
		out = append(out, n[0])
	}
	return nil, false
}

// transform reads a list of transformations, of which the last one is done first.
func transform(s string) (Matrix, bool) {
	m := Same()
	for s != "" {
		name, rest, ok := strings.Cut(s, "(")
		inside, after, ok2 := strings.Cut(rest, ")")
		n, ok3 := list(inside)
		one, ok4 := transformOf(strings.TrimSpace(name), n)
		if !ok || !ok2 || !ok3 || !ok4 {
			return m, false
		}
		m = one.Then(m)
		s = strings.TrimLeft(after, " ,\n\t")
	}
	return m, true
}

func transformOf(name string, n []float32) (Matrix, bool) {
	switch {
	case name == "translate" && len(n) == 1:
		return Move(n[0], 0), true
	case name == "translate" && len(n) == 2:
		return Move(n[0], n[1]), true
	case name == "scale" && len(n) == 1:
		return Scale(n[0]), true
	case name == "scale" && len(n) == 2:
		return Matrix{n[0], 0, 0, n[1], 0, 0}, true
	case name == "rotate" && len(n) == 1:
		return Rotate(n[0], 0, 0), true
	case name == "rotate" && len(n) == 3:
		return Rotate(n[0], n[1], n[2]), true
	case name == "matrix" && len(n) == 6:
		return Matrix(n), true
	}
	return Same(), false
}

// shapeOf is the outline of an element. It returns false for one that is no plain shape.
func shapeOf(name string, a map[string]string) (*Path, bool) {
	v := func(key string) float32 { return number(a[key]) }
	p := new(Path)
	switch name {
	case "path":
		return ParseData(a["d"])
	case "rect":
		return rounded(Box{v("x"), v("y"), v("width"), v("height")}, max(v("rx"), v("ry"))), true
	case "circle":
		return p.Circle(v("cx"), v("cy"), max(v("r"), 0)), true
	case "ellipse":
		return p.Ellipse(v("cx"), v("cy"), max(v("rx"), 0), max(v("ry"), 0)), true
	case "line":
		return p.Polygon(P(v("x1"), v("y1")), P(v("x2"), v("y2"))), true
	case "polygon", "polyline":
		n, ok := list(a["points"])
		for i := 0; i+1 < len(n); i += 2 {
			if i == 0 {
				p.MoveTo(n[0], n[1])
			} else {
				p.LineTo(n[i], n[i+1])
			}
		}
		if name == "polygon" && len(n) > 1 {
			p.LineTo(n[0], n[1])
		}
		return p, ok
	}
	return nil, false
}

// rounded is a rectangle with round corners.
func rounded(b Box, r float32) *Path {
	p := new(Path)
	r = min(max(r, 0), b.W/2, b.H/2)
	if r <= 0 {
		return p.Rect(b.X, b.Y, b.W, b.H).LineTo(b.X, b.Y)
	}
	p.MoveTo(b.X+r, b.Y).LineTo(b.X+b.W-r, b.Y).arc(b.X+b.W-r, b.Y+r, r, -90, 0)
	p.LineTo(b.X+b.W, b.Y+b.H-r).arc(b.X+b.W-r, b.Y+b.H-r, r, 0, 90)
	p.LineTo(b.X+r, b.Y+b.H).arc(b.X+r, b.Y+b.H-r, r, 90, 180)
	return p.LineTo(b.X, b.Y+r).arc(b.X+r, b.Y+r, r, 180, 270)
}

// Rounded adds a rectangle with round corners.
func (p *Path) Rounded(b Box, r float32) *Path { return p.Add(rounded(b, r), Same()) }

// stroked is the outline of a line along the path, with flat ends.
func (p *Path) stroked(width float32) *Path {
	out := new(Path)
	for _, line := range p.flat() {
		out.Line(width, line...)
		if n := len(line); n > 2 && line[0] == line[n-1] {
			out.Circle(line[0].X, line[0].Y, width/2)
		}
	}
	return out
}

// flat is the path as straight lines, one list for each outline.
func (p *Path) flat() [][]Point {
	const parts = 12 // of a curve
	var lines [][]Point
	var now []Point
	for _, s := range p.steps {
		switch s.kind {
		case move:
			if len(now) > 1 {
				lines = append(lines, now)
			}
			now = []Point{s.p[0]}
		case line:
			now = append(now, s.p[0])
		case quad, cube:
			a := now[len(now)-1]
			for i := 1; i <= parts; i++ {
				now = append(now, s.along(a, float32(i)/parts))
			}
		case round:
			lines = append(lines, (&Path{steps: s.curves()}).flat()...)
		}
	}
	if len(now) > 1 {
		lines = append(lines, now)
	}
	return lines
}

// along is the point of a curve that begins at a, t from 0 to 1.
func (s step) along(a Point, t float32) Point {
	mix := func(a, b Point) Point { return P(a.X+(b.X-a.X)*t, a.Y+(b.Y-a.Y)*t) }
	ab, bc := mix(a, s.p[0]), mix(s.p[0], s.p[1])
	if s.kind == quad {
		return mix(ab, bc)
	}
	return mix(mix(ab, bc), mix(bc, mix(s.p[1], s.p[2])))
}
