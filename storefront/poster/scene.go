package poster

import "github.com/marquee-tickets/marquee/storefront/poster/ink"

// field is how wide and high the picture of a poster is. What is above and below is seen in some layouts: a scene goes on there, from
// -field/2 to 3·field/2.
const field = 600

// scene is a picture that is being drawn.
type scene struct {
	d    *ink.Drawing
	c    palette
	dice *dice
	sky  ink.Colour // what is above it, all over
	base ink.Colour // what is below it
}

// newScene begins a picture: its sky is the ground of the palette and its base the deepest ink.
func newScene(c palette, d *dice) *scene {
	return &scene{d: ink.New(field, field), c: c, dice: d, sky: c.ground, base: c.deep}
}

// shape is an empty path.
func shape() *ink.Path { return new(ink.Path) }

func pt(x, y float32) ink.Point { return ink.P(x, y) }

// over fills everything from one height to another.
func (s *scene) over(c ink.Colour, from, to float32) {
	s.d.Fill(c, shape().Rect(-50, from, field+100, to-from))
}

// heaven fills everything with a colour.
func (s *scene) heaven(c ink.Colour) {
	s.sky = c
	s.over(c, -field/2-20, 3*field/2+20)
}

// floor fills everything below a height.
func (s *scene) floor(c ink.Colour, from float32) {
	s.base = c
	s.over(c, from, 3*field/2+20)
}

func (s *scene) fill(c ink.Colour, p *ink.Path) { s.d.Fill(c, p) }

func (s *scene) tint(c ink.Colour, alpha float32, p *ink.Path) { s.d.Tint(c, alpha, p) }

// hill fills everything below a line through the points, which go from left to right.
func (s *scene) hill(c ink.Colour, points ...ink.Point) {
	p := shape().MoveTo(-60, 3*field/2+20).LineTo(-60, points[0].Y).LineTo(points[0].X, points[0].Y).Through(points[1:]...)
	p.LineTo(field+60, points[len(points)-1].Y).LineTo(field+60, 3*field/2+20)
	s.base = c
	s.fill(c, p)
}

// stars scatters small stars over the upper part.
func (s *scene) stars(c ink.Colour, n int, lowest float32) {
	p := shape()
	for range n {
		x, y := s.dice.between(10, field-10), s.dice.between(-field/2+10, lowest)
		if s.dice.below(5) == 0 {
			p.Star(x, y, 9, 2.6, 4)
		} else {
			p.Circle(x, y, s.dice.between(1.6, 3.4))
		}
	}
	s.fill(c, p)
}

// rays fills every other one of 2·n slices around a point in the middle, y down.
func (s *scene) rays(c ink.Colour, y float32, n int) {
	const x, far = field / 2, 1300
	p := shape()
	step := 180 / float32(n)
	for i := range n {
		p.Polygon(pt(x, y), ink.Turn(x, y, far, float32(2*i)*step-step/2), ink.Turn(x, y, far, float32(2*i)*step+step/2))
	}
	s.fill(c, p)
}

// person is a small figure that stands on a point, of the height.
func person(x, y, h float32) *ink.Path {
	u := h / 10
	p := shape().Circle(x, y-9*u, u)
	p.Polygon(pt(x-1.5*u, y-7.7*u), pt(x+1.5*u, y-7.7*u), pt(x+1.1*u, y-4*u), pt(x+.95*u, y), pt(x+.2*u, y), pt(x, y-3.4*u), pt(x-.2*u, y), pt(x-.95*u, y), pt(x-1.1*u, y-4*u))
	return p
}

// hatted is a person with a hat and a coat.
func hatted(x, y, h float32) *ink.Path {
	u := h / 10
	p := shape().Circle(x, y-8.7*u, .85*u).Rect(x-1.6*u, y-9.3*u, 3.2*u, .35*u).Rect(x-.85*u, y-10.2*u, 1.7*u, u)
	p.Polygon(pt(x-1.3*u, y-7.7*u), pt(x+1.3*u, y-7.7*u), pt(x+2*u, y-2.6*u), pt(x+.9*u, y-2.6*u), pt(x+.9*u, y), pt(x+.15*u, y), pt(x, y-2.6*u), pt(x-.15*u, y), pt(x-.9*u, y), pt(x-.9*u, y-2.6*u), pt(x-2*u, y-2.6*u))
	return p
}
