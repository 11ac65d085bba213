package poster

import "github.com/marquee-tickets/marquee/storefront/poster/ink"

// cubes are two dice that have just been thrown.
func cubes(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.ground.Mix(s.c.pale, .35), shape().Circle(300, 270, 262))
	s.floor(s.c.deep, 560)
	die := func(x, y, r, turn float32, top, left, right int) {
		m := ink.Rotate(turn, x, y)
		h, w := r*.5, r*.866
		face := func(c ink.Colour, pips int, o, a, b ink.Point) {
			s.fill(c, shape().Add(shape().Polygon(o, pt(o.X+a.X, o.Y+a.Y), pt(o.X+a.X+b.X, o.Y+a.Y+b.Y), pt(o.X+b.X, o.Y+b.Y)), m))
			dots := shape()
			for _, q := range pipsOf(pips) {
				dots.Add(shape().Circle(0, 0, .1), ink.Matrix{a.X, a.Y, b.X, b.Y, o.X + a.X*q.X + b.X*q.Y, o.Y + a.Y*q.X + b.Y*q.Y})
			}
			s.fill(s.c.deep, shape().Add(dots, m))
		}
		face(s.c.pale, top, pt(x, y-r), pt(w, h), pt(-w, h))
		face(s.c.main, left, pt(x-w, y-h), pt(w, h), pt(0, r))
		face(s.c.second, right, pt(x, y), pt(w, -h), pt(0, r))
	}
	die(390, 330, 158, s.dice.between(8, 24), 1+s.dice.below(6), 1+s.dice.below(6), 1+s.dice.below(6))
	die(180, 250, 118, s.dice.between(-34, -12), 1+s.dice.below(6), 1+s.dice.below(6), 1+s.dice.below(6))
}

// pipsOf are the places of a die's pips on a face of one by one.
func pipsOf(n int) []ink.Point {
	const a, b, c = .26, .5, .74
	return [...][]ink.Point{
		{pt(b, b)},
		{pt(a, a), pt(c, c)},
		{pt(a, a), pt(b, b), pt(c, c)},
		{pt(a, a), pt(a, c), pt(c, a), pt(c, c)},
		{pt(a, a), pt(a, c), pt(b, b), pt(c, a), pt(c, c)},
		{pt(a, a), pt(a, b), pt(a, c), pt(c, a), pt(c, b), pt(c, c)},
	}[n-1]
}

// cocktail is a glass with bubbles.
func cocktail(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.second, shape().Circle(300, 230, 236))
	s.fill(s.c.pale, shape().Polygon(pt(96, 96), pt(504, 96), pt(308, 350), pt(292, 350)))
	s.fill(s.c.main, shape().Polygon(pt(146, 150), pt(454, 150), pt(306, 340), pt(294, 340)))
	s.fill(s.c.main.Mix(s.c.deep, .2), shape().Polygon(pt(300, 150), pt(454, 150), pt(306, 340), pt(300, 340)))
	s.fill(s.c.deep, shape().Rect(291, 336, 18, 236).Leaf(pt(180, 588), pt(420, 588), 15))
	s.fill(s.c.deep, shape().Line(7, pt(430, 20), pt(262, 232)))
	s.fill(s.c.deep, shape().Circle(276, 214, 34).Circle(438, 12, 13))
	s.fill(s.c.second, shape().Circle(264, 226, 11))
	bubbles := shape()
	for range 12 {
		bubbles.Circle(s.dice.between(190, 420), s.dice.between(-60, 130), s.dice.between(4, 15))
	}
	s.fill(s.c.pale, bubbles)
	s.floor(s.c.deep, 596)
}

// umbrella is held against the rain.
func umbrella(s *scene) {
	s.heaven(s.c.ground)
	rain := shape()
	for i := range 44 {
		x, y := float32(i%11)*62+s.dice.between(-20, 20)-10, float32(i/11)*230-300+s.dice.between(-60, 60)
		rain.Line(4, pt(x, y), pt(x-20, y+74))
	}
	s.fill(s.c.ground.Mix(s.c.pale, .55), rain)
	s.fill(s.c.deep, shape().Rect(292, 60, 16, 500).Arc(268, 556, 32, 16, [2]float32{0, 180}))
	for i, c := range [...]ink.Colour{s.c.main, s.c.pale, s.c.main, s.c.second, s.c.main} {
		w := [...]float32{250, 188, 120, 62, 20}[i]
		p := shape().MoveTo(300-w, 330).CubeTo(pt(300-w, 150), pt(300-w*.5, 60), pt(300, 60)).CubeTo(pt(300+w*.5, 60), pt(300+w, 150), pt(300+w, 330))
		if i > 0 {
			inner := w
			p.QuadTo(pt(300+inner*.5, 300), pt(300, 318)).QuadTo(pt(300-inner*.5, 300), pt(300-w, 330))
		} else {
			for j := range 4 {
				x := 550 - float32(j)*125
				p.QuadTo(pt(x-62, 284), pt(x-125, 330))
			}
		}
		s.fill(c, p)
	}
	s.fill(s.c.deep, shape().Rect(294, 30, 12, 36))
	s.hill(s.c.deep, pt(-60, 610), pt(300, 590), pt(660, 610))
	s.fill(s.c.main, shape().Leaf(pt(120, 640), pt(480, 640), 7))
}

// window is the one that is lit in a dark house.
func window(s *scene) {
	s.heaven(s.c.ground)
	lit := s.dice.below(2) + 4
	for i := range 36 {
		x, y := 50+float32(i%3)*180, -260+float32(i/3)*130
		s.fill(s.c.deep, shape().Rect(x-10, y-10, 160, 106))
		pane := s.c.ground.Mix(s.c.deep, .45)
		if i%3 == 1 && i/3 == lit-1 {
			continue
		}
		s.fill(pane, shape().Rect(x, y, 66, 86).Rect(x+74, y, 66, 86))
	}
	x, y := float32(230), -260+float32(lit-1)*130
	s.fill(s.c.deep, shape().Rect(x-24, y-24, 188, 134))
	s.fill(s.c.main, shape().Rect(x-12, y-12, 164, 110))
	s.tint(s.c.main, .28, shape().Polygon(pt(x-12, y+98), pt(x+152, y+98), pt(x+420, 960), pt(x-280, 960)))
	s.fill(s.c.deep, shape().Circle(x+64, y+30, 23).MoveTo(x+20, y+98).Through(pt(x+30, y+66), pt(x+64, y+56), pt(x+98, y+66), pt(x+108, y+98)))
	s.fill(s.c.deep, shape().Rect(x+66, y-12, 7, 110))
	s.base = s.c.ground
}

// chair is empty, under a lamp.
func chair(s *scene) {
	s.heaven(s.c.ground)
	s.floor(s.c.deep, 500)
	s.tint(s.c.pale, .32, shape().Polygon(pt(270, 66), pt(330, 66), pt(520, 556), pt(80, 556)))
	s.fill(s.c.pale, shape().Ellipse(300, 556, 220, 44))
	s.fill(s.c.deep, shape().Rect(297, -330, 6, 340).Polygon(pt(280, 6), pt(320, 6), pt(364, 70), pt(236, 70)))
	s.fill(s.c.pale, shape().Segment(300, 68, 26, 0, 180))
	c := s.c.main
	s.fill(c, shape().Rect(222, 250, 22, 310).Rect(356, 250, 22, 190).Rect(222, 256, 156, 26).Rect(222, 316, 156, 20))
	s.fill(c, shape().Polygon(pt(214, 416), pt(386, 416), pt(410, 448), pt(190, 448)))
	s.fill(c, shape().Rect(190, 446, 20, 124).Rect(390, 446, 20, 124).Rect(350, 446, 16, 100))
	s.fill(s.c.second, shape().Polygon(pt(190, 448), pt(410, 448), pt(410, 462), pt(190, 462)))
}

// hourglass has little time left.
func hourglass(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.second, shape().Circle(300, 290, 264))
	s.fill(s.c.pale, shape().MoveTo(160, 60).LineTo(440, 60).CubeTo(pt(440, 220), pt(318, 240), pt(316, 300)).CubeTo(pt(318, 360), pt(440, 380), pt(440, 540)).LineTo(160, 540).
		CubeTo(pt(160, 380), pt(282, 360), pt(284, 300)).CubeTo(pt(282, 240), pt(160, 220), pt(160, 60)))
	s.fill(s.c.main, shape().MoveTo(202, 176).LineTo(398, 176).CubeTo(pt(364, 236), pt(312, 250), pt(306, 300)).LineTo(294, 300).CubeTo(pt(288, 250), pt(236, 236), pt(202, 176)))
	s.fill(s.c.main, shape().Rect(296, 290, 8, 200).MoveTo(166, 530).CubeTo(pt(200, 520), pt(260, 430), pt(300, 420)).CubeTo(pt(340, 430), pt(400, 520), pt(434, 530)))
	s.fill(s.c.deep, shape().Rect(120, 24, 360, 40).Rect(120, 536, 360, 40).Rect(138, 60, 16, 480).Rect(446, 60, 16, 480))
	s.fill(s.c.deep, person(300, 532, 74))
	s.base = s.c.ground
}

// flock is birds that leave.
func flock(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.main, shape().Circle(300, 210, 176))
	birds := shape()
	for i := range 17 {
		f := float32(i)
		x, y, w := 60+f*30+s.dice.between(-24, 24), 430-f*30+s.dice.between(-50, 50), 50-f*1.9
		birds.Add(gull(0, 0, w), ink.Rotate(s.dice.between(-26, 10), 0, 0).Then(ink.Move(x, y)))
	}
	s.hill(s.c.second, pt(-60, 470), pt(160, 440), pt(360, 490), pt(660, 420))
	s.hill(s.c.deep, pt(-60, 560), pt(140, 520), pt(350, 570), pt(660, 530))
	s.fill(s.c.deep, person(110, 534, 92))
	s.fill(s.c.deep, birds)
}

// giant is an animal of another age.
func giant(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.main, shape().Circle(340, 210, 180))
	s.hill(s.c.second, pt(-60, 400), pt(90, 250), pt(180, 400), pt(420, 440), pt(560, 330), pt(660, 400))
	s.fill(s.c.deep, shape().Smooth(pt(-40, 560), pt(60, 420), pt(190, 360), pt(290, 330), pt(356, 230), pt(372, 130), pt(404, 84), pt(464, 84), pt(500, 112), pt(484, 128), pt(440, 134),
		pt(424, 180), pt(424, 270), pt(398, 370), pt(370, 450), pt(376, 620), pt(320, 620), pt(312, 500), pt(210, 500), pt(206, 620), pt(150, 620), pt(140, 490), pt(60, 520)))
	s.fill(s.c.pale, shape().Circle(446, 104, 6))
	fern := shape()
	for _, x := range [...]float32{30, 110, 470, 560} {
		for i := range 6 {
			a := -150 + float32(i)*24
			fern.Leaf(pt(x, 610), ink.Turn(x, 610, 96, a), 10)
		}
	}
	s.hill(s.c.deep, pt(-60, 600), pt(300, 584), pt(660, 600))
	s.fill(s.c.second.Mix(s.c.deep, .55), fern)
	s.floor(s.c.deep, 606)
}

// newspaper has a headline that nobody can read.
func newspaper(s *scene) {
	s.heaven(s.c.ground)
	m := ink.Rotate(s.dice.between(-12, -6), 300, 300)
	part := func(c ink.Colour, p *ink.Path) { s.fill(c, shape().Add(p, m)) }
	part(s.c.deep, shape().Rect(104, 34, 430, 690))
	part(s.c.pale, shape().Rect(84, 14, 430, 690))
	part(s.c.deep, shape().Rect(112, 42, 374, 14).Rect(112, 74, 374, 56).Rect(112, 140, 270, 40))
	part(s.c.main, shape().Rect(112, 200, 230, 190))
	part(s.c.second, shape().Polygon(pt(112, 390), pt(200, 280), pt(250, 340), pt(290, 300), pt(342, 390)))
	part(s.c.deep, shape().Circle(270, 240, 24))
	lines := shape()
	for i := range 16 {
		w := float32(120)
		if i%5 == 4 {
			w = 70
		}
		lines.Rect(362, 204+float32(i)*26, w, 8)
		if i > 7 {
			lines.Rect(112, 204+float32(i)*26, 106, 8).Rect(236, 204+float32(i)*26, w-14, 8)
		}
	}
	part(s.c.deep.Mix(s.c.pale, .45), lines)
	s.base = s.c.ground
}
