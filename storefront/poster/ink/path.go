package ink

import "math"

// Point is a place in a drawing.
type Point struct{ X, Y float32 }

// P is the point at x, y.
func P(x, y float32) Point { return Point{x, y} }

// kind says how an outline goes on.
type kind uint8

const (
	move  kind = iota // to p[0]
	line              // to p[0]
	quad              // by p[0] to p[1]
	cube              // by p[0] and p[1] to p[2]
	round             // a whole ellipse around p[0] with the half-axes p[1], by itself; the other way round with p[2].X < 0
)

// step is a part of an outline.
type step struct {
	kind kind
	p    [3]Point
}

// Path is a list of closed outlines. The zero value is empty. Its methods add to it and return it, for chains.
type Path struct{ steps []step }

// Empty reports whether there is nothing to fill.
func (p *Path) Empty() bool { return len(p.steps) == 0 }

// MoveTo begins an outline.
func (p *Path) MoveTo(x, y float32) *Path { return p.add(move, P(x, y)) }

// LineTo goes on straight.
func (p *Path) LineTo(x, y float32) *Path { return p.add(line, P(x, y)) }

// QuadTo goes on in a quadratic curve by a to b.
func (p *Path) QuadTo(a, b Point) *Path { return p.add(quad, a, b) }

// CubeTo goes on in a cubic curve by a and b to c.
func (p *Path) CubeTo(a, b, c Point) *Path { return p.add(cube, a, b, c) }

func (p *Path) add(k kind, points ...Point) *Path {
	s := step{kind: k}
	copy(s.p[:], points)
	p.steps = append(p.steps, s)
	return p
}

// Polygon adds an outline of straight lines.
func (p *Path) Polygon(points ...Point) *Path {
	for i, q := range points {
		if i == 0 {
			p.MoveTo(q.X, q.Y)
		} else {
			p.LineTo(q.X, q.Y)
		}
	}
	return p
}

// Rect adds a rectangle.
func (p *Path) Rect(x, y, w, h float32) *Path {
	return p.Polygon(P(x, y), P(x+w, y), P(x+w, y+h), P(x, y+h))
}

// Circle adds a circle.
func (p *Path) Circle(x, y, r float32) *Path { return p.add(round, P(x, y), P(r, r)) }

// Ellipse adds an ellipse with its half-axes.
func (p *Path) Ellipse(x, y, rx, ry float32) *Path { return p.add(round, P(x, y), P(rx, ry)) }

// Hole takes a circle out of a shape around it.
func (p *Path) Hole(x, y, r float32) *Path { return p.add(round, P(x, y), P(r, r), P(-1, 0)) }

// Ring adds a circle of the radius r, in the middle of a band of the width.
func (p *Path) Ring(x, y, r, width float32) *Path {
	return p.Circle(x, y, r+width/2).Hole(x, y, r-width/2)
}

// turn is a point on a circle; the angle is in degrees from the right, clockwise.
func turn(x, y, r, degrees float32) Point {
	sin, cos := math.Sincos(float64(degrees) * math.Pi / 180)
	return P(x+r*float32(cos), y+r*float32(sin))
}

// Turn is the point at the angle on a circle around x, y. Angles are in degrees from the right, clockwise.
func Turn(x, y, r, degrees float32) Point { return turn(x, y, r, degrees) }

// arc goes on along a circle, from one angle to another.
func (p *Path) arc(x, y, r, from, to float32) *Path {
	n := int(math.Ceil(math.Abs(float64(to-from)) / 90))
	if n == 0 {
		return p
	}
	by := (to - from) / float32(n)
	k := r * float32(4.0/3*math.Tan(float64(by)*math.Pi/720))
	for i := range n {
		a, b := from+by*float32(i), from+by*float32(i+1)
		start, end := turn(x, y, r, a), turn(x, y, r, b)
		out, in := turn(0, 0, k, a+90), turn(0, 0, k, b-90)
		p.CubeTo(P(start.X+out.X, start.Y+out.Y), P(end.X+in.X, end.Y+in.Y), end)
	}
	return p
}

// Sector adds a slice of a circle between two angles.
func (p *Path) Sector(x, y, r, from, to float32) *Path {
	start := turn(x, y, r, from)
	return p.MoveTo(x, y).LineTo(start.X, start.Y).arc(x, y, r, from, to)
}

// Segment adds what a straight line cuts off a circle, between two angles.
func (p *Path) Segment(x, y, r, from, to float32) *Path {
	start := turn(x, y, r, from)
	return p.MoveTo(start.X, start.Y).arc(x, y, r, from, to)
}

// Arc adds a band along a circle of the radius r, between two angles.
func (p *Path) Arc(x, y, r, width float32, angles [2]float32) *Path {
	outer, inner := r+width/2, r-width/2
	start, back := turn(x, y, outer, angles[0]), turn(x, y, inner, angles[1])
	return p.MoveTo(start.X, start.Y).arc(x, y, outer, angles[0], angles[1]).
		LineTo(back.X, back.Y).arc(x, y, inner, angles[1], angles[0])
}

// Line adds a line of the width through the points, with round corners and flat ends.
func (p *Path) Line(width float32, points ...Point) *Path {
	half := width / 2
	for i := range len(points) - 1 {
		a, b := points[i], points[i+1]
		length := float32(math.Hypot(float64(b.X-a.X), float64(b.Y-a.Y)))
		if length == 0 {
			continue
		}
		nx, ny := (b.Y-a.Y)/length*half, (a.X-b.X)/length*half
		p.Polygon(P(a.X+nx, a.Y+ny), P(b.X+nx, b.Y+ny), P(b.X-nx, b.Y-ny), P(a.X-nx, a.Y-ny))
		if i > 0 {
			p.Circle(a.X, a.Y, half)
		}
	}
	return p
}

// Smooth adds a closed outline without corners that passes through the points (a Catmull-Rom spline).
func (p *Path) Smooth(points ...Point) *Path {
	n := len(points)
	if n < 3 {
		return p
	}
	at := func(i int) Point { return points[(i+n)%n] }
	p.MoveTo(points[0].X, points[0].Y)
	for i := range n {
		a, b, c, d := at(i-1), at(i), at(i+1), at(i+2)
		p.CubeTo(P(b.X+(c.X-a.X)/6, b.Y+(c.Y-a.Y)/6), P(c.X-(d.X-b.X)/6, c.Y-(d.Y-b.Y)/6), c)
	}
	return p
}

// Leaf adds a pointed oval from a to b that is bulge units wide on each side.
func (p *Path) Leaf(a, b Point, bulge float32) *Path {
	mx, my := (a.X+b.X)/2, (a.Y+b.Y)/2
	length := float32(math.Hypot(float64(b.X-a.X), float64(b.Y-a.Y)))
	if length == 0 {
		return p
	}
	nx, ny := (b.Y-a.Y)/length*bulge*2, (a.X-b.X)/length*bulge*2
	return p.MoveTo(a.X, a.Y).QuadTo(P(mx+nx, my+ny), b).QuadTo(P(mx-nx, my-ny), a)
}

// Star adds a star with so many points, the first one upwards.
func (p *Path) Star(x, y, outer, inner float32, points int) *Path {
	corners := make([]Point, 0, 2*points)
	for i := range 2 * points {
		r := outer
		if i%2 == 1 {
			r = inner
		}
		corners = append(corners, turn(x, y, r, -90+180*float32(i)/float32(points)))
	}
	return p.Polygon(corners...)
}

// Add adds the outlines of another path, changed by m.
func (p *Path) Add(other *Path, m Matrix) *Path {
	for _, s := range other.steps {
		if s.kind == round {
			p.addRound(s, m)
			continue
		}
		for i := range s.p {
			s.p[i] = m.apply(s.p[i])
		}
		p.steps = append(p.steps, s)
	}
	return p
}

// addRound adds an ellipse: as one where the matrix keeps its axes, else as curves.
func (p *Path) addRound(s step, m Matrix) {
	if m[1] == 0 && m[2] == 0 {
		s.p[0] = m.apply(s.p[0])
		s.p[1] = P(s.p[1].X*abs(m[0]), s.p[1].Y*abs(m[3]))
		if m[0]*m[3] < 0 { // a mirror turns all outlines round
			s.p[2].X = -1 - s.p[2].X
		}
		p.steps = append(p.steps, s)
		return
	}
	p.Add(&Path{steps: s.curves()}, m)
}

// curves are the curves that an ellipse is drawn with.
func (s step) curves() []step {
	var whole Path
	start, end := float32(0), float32(360)
	if s.p[2].X < 0 {
		start, end = end, start
	}
	whole.MoveTo(1, 0).arc(0, 0, 1, start, end)
	var out Path
	out.Add(&whole, Matrix{s.p[1].X, 0, 0, s.p[1].Y, s.p[0].X, s.p[0].Y})
	return out.steps
}

func abs(v float32) float32 { return max(v, -v) }

// Through goes on in a curve without corners that passes through the points (a Catmull-Rom spline).
func (p *Path) Through(points ...Point) *Path {
	if len(p.steps) == 0 || len(points) == 0 {
		return p
	}
	s := p.steps[len(p.steps)-1]
	line := append([]Point{s.p[max(len(s.corners())-1, 0)]}, points...)
	at := func(i int) Point { return line[min(max(i, 0), len(line)-1)] }
	for i := range len(line) - 1 {
		a, b, c, d := at(i-1), at(i), at(i+1), at(i+2)
		p.CubeTo(P(b.X+(c.X-a.X)/6, b.Y+(c.Y-a.Y)/6), P(c.X-(d.X-b.X)/6, c.Y-(d.Y-b.Y)/6), c)
	}
	return p
}
