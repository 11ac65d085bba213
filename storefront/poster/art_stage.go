package poster

import "github.com/marquee-tickets/marquee/storefront/poster/ink"

// curtain has just opened.
func curtain(s *scene) {
	s.heaven(s.c.deep)
	s.tint(s.c.pale, .9, shape().Ellipse(300, 560, 190, 40))
	s.tint(s.c.pale, .28, shape().Polygon(pt(290, -320), pt(310, -320), pt(490, 560), pt(110, 560)))
	s.fill(s.c.deep, person(300, 570, 270))
	fold := s.c.main.Mix(s.c.deep, .45)
	for i := range 4 {
		f := float32(i)
		left := shape().MoveTo(f*46-70, -330).LineTo(f*46-20, -330).QuadTo(pt(f*44+10, 300), pt(f*34-40, 700)).LineTo(f*34-100, 700).QuadTo(pt(f*44-40, 300), pt(f*46-70, -330))
		c := s.c.main
		if i%2 == 1 {
			c = fold
		}
		s.fill(c, left)
		s.fill(c, shape().Add(left, ink.Mirror(300)))
	}
	drape := shape().MoveTo(-60, -340).LineTo(150, -340).QuadTo(pt(150, 180), pt(40, 330)).QuadTo(pt(70, 480), pt(30, 700)).LineTo(-60, 700)
	s.fill(s.c.main, drape)
	s.fill(s.c.main, shape().Add(drape, ink.Mirror(300)))
	s.fill(fold, shape().Leaf(pt(90, -340), pt(20, 320), 26).Leaf(pt(20, 340), pt(10, 700), 16))
	s.fill(fold, shape().Leaf(pt(510, -340), pt(580, 320), 26).Leaf(pt(580, 340), pt(590, 700), 16))
	s.fill(s.c.second, shape().Rect(-60, 318, 118, 16).Rect(542, 318, 118, 16))
	s.floor(s.c.deep.Mix(s.c.main, .25), 604)
	s.fill(s.c.second, shape().Rect(-60, 600, 720, 6))
	s.sky = s.c.deep
}

// masks are one that laughs and one that weeps.
func masks(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.ground.Mix(s.c.deep, .16), shape().Circle(300, 300, 290))
	mask := func(c ink.Colour, m ink.Matrix, glad bool) {
		at := func(p *ink.Path) *ink.Path { return shape().Add(p, m) }
		s.fill(s.c.deep, at(shape().MoveTo(-132, -158).QuadTo(pt(0, -118), pt(132, -158)).CubeTo(pt(150, 40), pt(110, 178), pt(0, 206)).CubeTo(pt(-110, 178), pt(-150, 40), pt(-132, -158))))
		s.fill(c, at(shape().MoveTo(-120, -144).QuadTo(pt(0, -106), pt(120, -144)).CubeTo(pt(136, 36), pt(98, 166), pt(0, 192)).CubeTo(pt(-98, 166), pt(-136, 36), pt(-120, -144))))
		lift := float32(14)
		mouth := shape().MoveTo(-66, 66).QuadTo(pt(0, 176), pt(66, 66)).QuadTo(pt(0, 104), pt(-66, 66))
		if !glad {
			lift = -14
			mouth = shape().MoveTo(-58, 134).QuadTo(pt(0, 26), pt(58, 134)).QuadTo(pt(0, 92), pt(-58, 134))
		}
		s.fill(s.c.deep, at(mouth))
		s.fill(s.c.deep, at(shape().Leaf(pt(-92, -18-lift), pt(-24, -18+lift), 17).Leaf(pt(24, -18+lift), pt(92, -18-lift), 17)))
		s.fill(s.c.deep, at(shape().Leaf(pt(-98, -64-lift), pt(-18, -58+lift), 5).Leaf(pt(18, -58+lift), pt(98, -64-lift), 5)))
	}
	mask(s.c.second, ink.Rotate(14, 0, 0).Then(ink.Scale(1.1)).Then(ink.Move(404, 250)), false)
	mask(s.c.main, ink.Rotate(-12, 0, 0).Then(ink.Scale(1.18)).Then(ink.Move(200, 330)), true)
	s.base = s.c.ground
}

// skull wears a crown.
func skull(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.second, shape().Circle(300, 270, 262))
	s.fill(s.c.main, shape().Polygon(pt(176, 180), pt(150, 10), pt(232, 92), pt(300, -36), pt(368, 92), pt(450, 10), pt(424, 180)))
	s.fill(s.c.main, shape().Circle(150, 2, 17).Circle(300, -48, 19).Circle(450, 2, 17))
	s.fill(s.c.pale, shape().MoveTo(300, 130).CubeTo(pt(460, 130), pt(486, 260), pt(462, 340)).CubeTo(pt(456, 384), pt(404, 392), pt(398, 420)).LineTo(394, 476).LineTo(206, 476).LineTo(202, 420).
		CubeTo(pt(196, 392), pt(144, 384), pt(138, 340)).CubeTo(pt(114, 260), pt(140, 130), pt(300, 130)))
	s.fill(s.c.main, shape().Rect(168, 168, 264, 36))
	s.fill(s.c.deep, shape().Circle(218, 186, 9).Circle(300, 186, 11).Circle(382, 186, 9))
	s.fill(s.c.deep, shape().Ellipse(224, 310, 52, 56).Ellipse(376, 310, 52, 56).Polygon(pt(300, 356), pt(326, 412), pt(274, 412)))
	s.fill(s.c.pale, shape().Polygon(pt(292, 380), pt(308, 380), pt(304, 414), pt(296, 414)))
	teeth := shape()
	for i := range 5 {
		teeth.Rect(222+float32(i)*36, 434, 6, 44)
	}
	s.fill(s.c.deep, teeth)
	s.fill(s.c.deep, shape().Leaf(pt(80, 560), pt(520, 560), 5))
	s.base = s.c.ground
}

// crown is alone, and something has dripped from it.
func crown(s *scene) {
	s.heaven(s.c.ground)
	s.rays(s.c.ground.Mix(s.c.deep, .18), 330, 14)
	s.fill(s.c.main, shape().Polygon(pt(110, 420), pt(70, 150), pt(190, 268), pt(300, 90), pt(410, 268), pt(530, 150), pt(490, 420)))
	s.fill(s.c.main, shape().Circle(70, 138, 25).Circle(300, 74, 29).Circle(530, 138, 25))
	s.fill(s.c.deep, shape().Rect(110, 400, 380, 66))
	s.fill(s.c.second, shape().Leaf(pt(140, 433), pt(220, 433), 14).Leaf(pt(260, 433), pt(340, 433), 16).Leaf(pt(380, 433), pt(460, 433), 14))
	for _, d := range [][3]float32{{170, 560, 13}, {300, 610, 16}, {420, 530, 11}} {
		x, y, r := d[0], d[1], d[2]
		s.fill(s.c.main, shape().MoveTo(x, y-r*2.6).QuadTo(pt(x+r*1.4, y-r*.4), pt(x+r, y+r*.3)).CubeTo(pt(x+r*.8, y+r*1.3), pt(x-r*.8, y+r*1.3), pt(x-r, y+r*.3)).QuadTo(pt(x-r*1.4, y-r*.4), pt(x, y-r*2.6)))
	}
	s.base = s.c.ground
}

// forest has a moon and eyes in it.
func forest(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.pale, shape().Circle(s.dice.between(220, 380), 190, 130))
	row := func(c ink.Colour, n int, w float32, offset float32) {
		p := shape()
		for i := range n {
			x := offset + float32(i)*(660/float32(n)) + s.dice.between(-16, 16)
			p.Polygon(pt(x-w*.36, -330), pt(x+w*.36, -330), pt(x+w*.5, 500), pt(x+w*.95, 680), pt(x-w*.95, 680), pt(x-w*.5, 500))
			y := s.dice.between(60, 260)
			p.Polygon(pt(x, y+26), pt(x+w*1.5, y-50), pt(x+w*1.6, y-42), pt(x, y+52))
		}
		s.fill(c, p)
	}
	row(s.c.second.Mix(s.c.ground, .45), 7, 30, -10)
	row(s.c.second, 5, 42, 30)
	row(s.c.deep, 3, 66, 40)
	eyes := shape()
	for range 4 {
		x, y := s.dice.between(60, 540), s.dice.between(330, 500)
		eyes.Leaf(pt(x-24, y-3), pt(x-4, y+3), 6).Leaf(pt(x+4, y+3), pt(x+24, y-3), 6)
	}
	s.fill(s.c.main, eyes)
	s.hill(s.c.deep, pt(-60, 590), pt(120, 560), pt(300, 592), pt(480, 556), pt(660, 588))
	leaves := shape()
	for range 16 {
		a, x, y := s.dice.between(0, 360), s.dice.between(0, 600), s.dice.between(-300, 60)
		leaves.Leaf(pt(x, y), ink.Turn(x, y, 44, a), 9)
	}
	s.fill(s.c.main, leaves)
}

// door lets light into a dark room, and somebody stands in it.
func door(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.main, shape().Rect(196, 40, 208, 420))
	s.floor(s.c.deep, 460)
	lean := s.dice.between(-120, 120)
	s.fill(s.c.main, shape().Polygon(pt(196, 450), pt(404, 450), pt(470+lean, 720), pt(130+lean, 720)))
	s.fill(s.c.deep, shape().Polygon(pt(286, 462), pt(314, 462), pt(324+lean, 720), pt(276+lean, 720)))
	s.fill(s.c.deep, hatted(300, 466, 300))
	s.fill(s.c.second, shape().Polygon(pt(196, 40), pt(130, -6), pt(130, 520), pt(196, 460)))
	s.fill(s.c.deep, shape().Circle(146, 270, 8))
	s.floor(s.c.deep, 720)
}

// flame burns before a sword.
func flame(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.ground.Mix(s.c.pale, .3), shape().Circle(300, 230, 230))
	s.fill(s.c.deep, shape().Polygon(pt(286, 150), pt(314, 150), pt(314, 640), pt(286, 640)).Rect(206, 130, 188, 26).Rect(288, 40, 24, 100).Circle(300, 34, 24).Circle(206, 143, 17).Circle(394, 143, 17))
	tongue := func(c ink.Colour, k, drop float32) {
		at := func(x, y float32) ink.Point { return pt(300+x*k, 620+drop+y*k) }
		s.fill(c, shape().MoveTo(300-210*k, 660).Through(at(-236, -60), at(-170, -210), at(-196, -330)).Through(at(-120, -250), at(-100, -170)).Through(at(-70, -300), at(-20, -380), at(-40, -500)).
			Through(at(60, -390), at(50, -250)).Through(at(120, -280), at(130, -400)).Through(at(200, -260), at(170, -150), at(236, -60), at(210, 40)))
	}
	tongue(s.c.main, 1.08, 0)
	tongue(s.c.second, .76, 14)
	tongue(s.c.pale, .44, 22)
	s.floor(s.c.deep, 612)
}

// tiles are a pattern of plain shapes.
func tiles(s *scene) {
	s.heaven(s.c.ground)
	const w = 150
	colours := []ink.Colour{s.c.main, s.c.second, s.c.deep, s.c.pale}
	for i := range 4 * 8 {
		x, y := float32(i%4)*w, float32(i/4)*w-w*2
		back, front := oneOf(s.dice, colours), oneOf(s.dice, colours)
		if s.dice.below(3) == 0 {
			back = s.c.ground
		}
		s.fill(back, shape().Rect(x, y, w, w))
		corner := s.dice.below(4)
		cx, cy := x+w*float32(corner%2), y+w*float32(corner/2)
		from := [...]float32{0, 90, 270, 180}[corner]
		switch s.dice.below(6) {
		case 0, 1:
			s.fill(front, shape().Sector(cx, cy, w, from, from+90))
		case 2:
			s.fill(front, shape().Circle(x+w/2, y+w/2, w/2))
			s.fill(back, shape().Circle(x+w/2, y+w/2, w/4))
		case 3:
			s.fill(front, shape().Segment(x+w/2, y+w/2, w/2, from, from+180))
		case 4:
			s.fill(front, shape().Polygon(pt(cx, cy), ink.Turn(cx, cy, w, from), ink.Turn(cx, cy, w, from+90)))
		default:
			for j := range 3 {
				s.fill(front, shape().Rect(x, y+float32(j)*50+12, w, 25))
			}
		}
	}
	s.base = s.c.ground
}
