package ink

import (
	"math"

	"golang.org/x/image/vector"
)

// outline gives lines to a rasterizer, which counts each row and column that a line crosses, also outside of the picture. So lines are cut
// at its edges first, whatever their length: above and below nothing of them counts, and to the left and right how high they are.
type outline struct {
	fill  *vector.Rasterizer
	w, h  float32
	begin Point
	pen   Point
}

func (o *outline) step(s step, m Matrix) {
	if s.kind == round {
		for _, c := range s.curves() {
			o.step(c, m)
		}
		return
	}
	a, b, c := m.apply(s.p[0]), m.apply(s.p[1]), m.apply(s.p[2])
	switch s.kind {
	case move:
		o.line(o.begin) // an outline is closed
		o.begin, o.pen = a, a
	case line:
		o.line(a)
	case quad:
		o.curve(step{quad, [3]Point{a, b}}, bend(o.pen, a, b))
	case cube:
		o.curve(step{cube, [3]Point{a, b, c}}, max(bend(o.pen, a, c), bend(o.pen, b, c)))
	case round:
	}
}

// bend says how far a point is from the middle of the two others.
func bend(a, b, c Point) float64 { return math.Hypot(float64(a.X-2*b.X+c.X), float64(a.Y-2*b.Y+c.Y)) }

// curve goes on in lines that are as short as the curve is bent. No one sees corners of less than a tenth of a pixel.
func (o *outline) curve(s step, bent float64) {
	const most = 64
	n := 1 + int(min(math.Sqrt(bent)*1.2, most))
	from := o.pen
	for i := 1; i <= n; i++ {
		o.line(s.along(from, float32(i)/float32(n)))
	}
}

// line goes on straight, with what is inside of the picture.
func (o *outline) line(to Point) {
	from := o.pen
	o.pen = to
	a, b, ok := between(from, to, o.h)
	if !ok {
		return
	}
	// Where the line crosses the left and the right edge, from a on.
	cuts := [4]float32{0, cut(a.X, b.X, 0), cut(a.X, b.X, o.w), 1}
	if cuts[1] > cuts[2] {
		cuts[1], cuts[2] = cuts[2], cuts[1]
	}
	for i := range 3 {
		if t, u := cuts[i], cuts[i+1]; t < u {
			o.draw(o.inside(mix(a, b, t)), o.inside(mix(a, b, u)))
		}
	}
}

// draw hands a line on in short pieces: the rasterizer counts slopes in parts of 512, so that a long line ends up to half a pixel beside
// its place.
func (o *outline) draw(from, to Point) {
	const rows = 32
	n := 1 + int(max(from.Y-to.Y, to.Y-from.Y)/rows)
	o.fill.MoveTo(from.X, from.Y)
	for i := 1; i <= n; i++ {
		p := mix(from, to, float32(i)/float32(n))
		o.fill.LineTo(p.X, p.Y)
	}
}

// inside is the nearest place that is neither left nor right of the picture.
func (o *outline) inside(p Point) Point { return P(min(max(p.X, 0), o.w), p.Y) }

func mix(a, b Point, t float32) Point {
	switch t {
	case 0:
		return a
	case 1:
		return b
	}
	return P(a.X+(b.X-a.X)*t, a.Y+(b.Y-a.Y)*t)
}

// cut is the part of the way from a to b at which x is passed, 0 when it is not.
func cut(a, b, x float32) float32 {
	if (a < x) == (b < x) {
		return 0
	}
	return min(max((x-a)/(b-a), 0), 1)
}

// between is the part of a line with heights from 0 to h; false when there is none.
func between(a, b Point, h float32) (from, to Point, ok bool) {
	if a.Y <= 0 && b.Y <= 0 || a.Y >= h && b.Y >= h {
		return a, b, false
	}
	at := func(y float32) Point { return P(a.X+(b.X-a.X)*((y-a.Y)/(b.Y-a.Y)), y) }
	fit := func(p Point) Point {
		switch {
		case p.Y < 0:
			return at(0)
		case p.Y > h:
			return at(h)
		}
		return p
	}
	return fit(a), fit(b), true
}
