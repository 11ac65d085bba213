package poster

import "github.com/marquee-tickets/marquee/storefront/poster/ink"

// ball is one for baskets, larger than the poster.
func ball(s *scene) {
	s.heaven(s.c.ground)
	const x, y, r = 300, 330, 268
	s.fill(s.c.deep, shape().Circle(x+16, y+20, r))
	s.fill(s.c.main, shape().Circle(x, y, r))
	seams := shape().Rect(x-7, y-r, 14, 2*r).Rect(x-r, y-7, 2*r, 14)
	for _, side := range [...]float32{-1, 1} {
		middle := float32(90) - side*90 // the direction of the ball's centre
		seams.Arc(x+side*r*1.2, y, r*.92, 14, [2]float32{middle + 180 - 49.5 - 0, middle + 180 + 49.5})
	}
	turned := shape().Add(seams, ink.Rotate(s.dice.between(-40, 40), x, y))
	s.fill(s.c.deep, turned)
	s.fill(s.c.second, shape().Arc(x, y, 318, 20, [2]float32{200, 300}).Arc(x, y, 352, 12, [2]float32{214, 286}))
	s.base = s.c.ground
}

// goal is a ball on its way over lines.
func goal(s *scene) {
	s.heaven(s.c.ground)
	for i := range 8 {
		if i%2 == 0 {
			s.fill(s.c.ground.Mix(s.c.deep, .16), shape().Rect(-60, -330+float32(i)*160, 720, 160))
		}
	}
	s.fill(s.c.pale, shape().Ring(300, 300, 190, 10).Rect(-60, 295, 720, 10))
	s.fill(s.c.main, shape().Leaf(pt(40, 640), pt(330, 250), 46))
	x, y := float32(350), float32(220)
	s.fill(s.c.deep, shape().Circle(x, y, 126))
	s.fill(s.c.pale, shape().Circle(x, y, 112))
	s.fill(s.c.deep, shape().Polygon(ink.Turn(x, y, 44, -90), ink.Turn(x, y, 44, -18), ink.Turn(x, y, 44, 54), ink.Turn(x, y, 44, 126), ink.Turn(x, y, 44, 198)))
	for i := range 5 {
		a := -90 + float32(i)*72
		s.fill(s.c.deep, shape().Line(7, ink.Turn(x, y, 40, a), ink.Turn(x, y, 82, a)))
		s.fill(s.c.deep, shape().Polygon(ink.Turn(x, y, 78, a), ink.Turn(x, y, 112, a+24), ink.Turn(x, y, 114, a), ink.Turn(x, y, 112, a-24)))
	}
	s.base = s.c.ground
}

// lanes are those of a track, with somebody who runs.
func lanes(s *scene) {
	s.heaven(s.c.ground)
	for i := range 7 {
		r := 760 - float32(i)*104
		c := s.c.main
		if i%2 == 1 {
			c = s.c.second
		}
		s.fill(c, shape().Arc(600, 640, r, 92, [2]float32{150, 300}))
	}
	m := ink.Rotate(-14, 250, 320)
	s.fill(s.c.deep, shape().Add(shape().Circle(300, 150, 36).Line(58, pt(278, 226), pt(250, 350)).Line(26, pt(284, 214), pt(350, 280), pt(416, 238)).Line(26, pt(270, 214), pt(190, 262), pt(204, 340)).
		Line(36, pt(252, 350), pt(350, 400), pt(338, 520)).Line(36, pt(246, 350), pt(190, 446), pt(80, 462)), m))
	s.floor(s.c.deep, 612)
}

// tents stand under flags and a large sun.
func tents(s *scene) {
	s.heaven(s.c.ground)
	s.rays(s.c.second, 420, 16)
	s.fill(s.c.pale, shape().Circle(300, 420, 150))
	for row := range 2 {
		y := -120 + float32(row)*150
		s.fill(s.c.deep, shape().MoveTo(-60, y).QuadTo(pt(300, y+150), pt(660, y)).LineTo(660, y+6).QuadTo(pt(300, y+156), pt(-60, y+6)))
		for i := range 9 {
			t := (float32(i) + .5) / 9
			x := -60 + 720*t
			h := y + 300*t*(1-t)
			s.fill([...]ink.Colour{s.c.main, s.c.pale, s.c.deep}[i%3], shape().Polygon(pt(x-26, h), pt(x+26, h), pt(x, h+56)))
		}
	}
	tent := func(x, y, w, h float32) {
		for i := range 6 {
			a, b := x-w+float32(i)*w/3, x-w+float32(i+1)*w/3
			c := s.c.main
			if i%2 == 1 {
				c = s.c.pale
			}
			s.fill(c, shape().Polygon(pt(x, y-h), pt(b, y-h*.42), pt(a, y-h*.42)))
			s.fill(c.Mix(s.c.deep, .12), shape().Polygon(pt(a, y-h*.42), pt(b, y-h*.42), pt(x+(b-x)*.9, y), pt(x+(a-x)*.9, y)))
		}
		s.fill(s.c.deep, shape().Rect(x-3, y-h-60, 6, 66).Polygon(pt(x+3, y-h-60), pt(x+56, y-h-44), pt(x+3, y-h-28)).Polygon(pt(x, y-h*.4), pt(x+30, y), pt(x-30, y)))
	}
	tent(130, 600, 120, 190)
	tent(480, 600, 130, 210)
	tent(300, 612, 170, 290)
	s.floor(s.c.deep, 600)
}

// dunes lie before a sun that is a string instrument, too.
func dunes(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.pale, shape().Circle(300, 230, 200))
	lines := shape()
	for i := range 6 {
		lines.Rect(238+float32(i)*24, -330, 4, 800)
	}
	s.fill(s.c.main, shape().Circle(300, 230, 96))
	s.fill(s.c.deep, lines)
	s.hill(s.c.second, pt(-60, 400), pt(110, 330), pt(270, 420), pt(430, 370), pt(660, 300))
	s.hill(s.c.main, pt(-60, 440), pt(120, 480), pt(300, 400), pt(470, 470), pt(660, 420))
	s.hill(s.c.main.Mix(s.c.deep, .45), pt(-60, 500), pt(130, 460), pt(320, 540), pt(500, 480), pt(660, 520))
	s.hill(s.c.deep, pt(-60, 600), pt(150, 545), pt(330, 600), pt(520, 560), pt(660, 590))
	camels := shape()
	for i := range 3 {
		camels.Add(camel(), ink.Scale(.9).Then(ink.Move(120+float32(i)*120, 470+float32(i%2)*14)))
	}
	s.fill(s.c.deep, camels)
}

// camel is a small one.
func camel() *ink.Path {
	return shape().Smooth(pt(-36, 6), pt(-30, -16), pt(-12, -20), pt(2, -40), pt(16, -18), pt(30, -12), pt(44, -44), pt(60, -44), pt(62, -34), pt(50, -30), pt(40, 8), pt(20, 14), pt(-20, 14)).
		Line(6, pt(-28, 6), pt(-28, 46)).Line(6, pt(-14, 8), pt(-12, 46)).Line(6, pt(20, 8), pt(20, 46)).Line(6, pt(32, 4), pt(34, 46))
}

// projector throws a picture.
func projector(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.main, shape().Polygon(pt(330, 380), pt(-80, 60), pt(-80, 640), pt(330, 420)))
	s.tint(s.c.pale, .55, shape().Polygon(pt(330, 386), pt(-80, 190), pt(-80, 540), pt(330, 414)))
	reel := func(x, y, r, a float32) {
		s.fill(s.c.deep, shape().Circle(x, y, r))
		holes := shape()
		for i := range 5 {
			q := ink.Turn(x, y, r*.56, a+float32(i)*72)
			holes.Circle(q.X, q.Y, r*.23)
		}
		s.fill(s.c.second, holes.Circle(x, y, r*.1))
	}
	spin := s.dice.between(0, 72)
	reel(370, 160, 128, spin)
	reel(520, 240, 96, spin+30)
	s.fill(s.c.deep, shape().Rect(360, 320, 230, 170).Polygon(pt(330, 366), pt(362, 350), pt(362, 450), pt(330, 434)))
	s.fill(s.c.second, shape().Rect(396, 360, 90, 90))
	s.fill(s.c.deep, shape().Circle(441, 405, 30))
	s.fill(s.c.deep, shape().Polygon(pt(400, 490), pt(430, 490), pt(370, 960), pt(334, 960)).Polygon(pt(520, 490), pt(550, 490), pt(616, 960), pt(580, 960)).Rect(462, 490, 26, 470))
	s.floor(s.c.deep, 600)
}

// lens is the opening of a camera.
func lens(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.deep, shape().Circle(300, 290, 280))
	s.fill(s.c.second, shape().Ring(300, 290, 254, 12))
	s.fill(s.c.main, shape().Circle(300, 290, 226))
	n, turn := 7, s.dice.between(0, 50)
	for i := range n {
		a := turn + float32(i)*360/float32(n)
		c := s.c.main
		if i%2 == 1 {
			c = s.c.main.Mix(s.c.deep, .25)
		}
		step := 360 / float32(n)
		s.fill(c, shape().MoveTo(ink.Turn(300, 290, 226, a).X, ink.Turn(300, 290, 226, a).Y).LineTo(ink.Turn(300, 290, 226, a+step).X, ink.Turn(300, 290, 226, a+step).Y).
			LineTo(ink.Turn(300, 290, 92, a+step+40).X, ink.Turn(300, 290, 92, a+step+40).Y).LineTo(ink.Turn(300, 290, 92, a+40).X, ink.Turn(300, 290, 92, a+40).Y))
		s.fill(s.c.deep, shape().Line(5, ink.Turn(300, 290, 226, a), ink.Turn(300, 290, 92, a+40)))
	}
	s.fill(s.c.deep, shape().Circle(300, 290, 94))
	s.fill(s.c.pale, shape().Circle(268, 256, 26).Circle(330, 322, 11))
	s.base = s.c.ground
}

// screen is a window that somebody looks into from home.
func screen(s *scene) {
	s.heaven(s.c.ground)
	for i := range 4 {
		r := 420 - float32(i)*80
		s.fill([...]ink.Colour{s.c.second, s.c.ground, s.c.second, s.c.ground}[i], shape().Circle(300, 250, r))
	}
	s.fill(s.c.deep, shape().Rect(76, 110, 448, 292).Rect(276, 402, 48, 60).Rect(196, 456, 208, 20))
	s.fill(s.c.pale, shape().Rect(96, 130, 408, 252))
	s.fill(s.c.main, shape().Circle(300, 256, 92))
	s.fill(s.c.pale, shape().Polygon(pt(272, 206), pt(272, 306), pt(354, 256)))
	s.floor(s.c.deep, 560)
	s.fill(s.c.deep, shape().Circle(190, 510, 40).Circle(400, 520, 36).Segment(190, 640, 88, 180, 360).Segment(400, 640, 80, 180, 360))
}
