package poster

import "github.com/marquee-tickets/marquee/storefront/poster/ink"

// violin is a part of one, very near.
func violin(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.second, shape().Rect(-60, -330, 360, 1290))
	m := ink.Rotate(s.dice.between(-16, 16), 300, 320)
	part := func(c ink.Colour, p *ink.Path) { s.fill(c, shape().Add(p, m)) }
	body := func(k float32) *ink.Path { // from the neck down to the button on one side, and up on the other
		at := func(x, y float32) ink.Point { return pt(300+x*k, 330+y*k) }
		p := shape().MoveTo(300, 330-206*k)
		p.CubeTo(at(70, -216), at(134, -200), at(134, -128)).CubeTo(at(134, -86), at(120, -70), at(118, -56))
		p.CubeTo(at(70, -40), at(70, 56), at(122, 66)).CubeTo(at(132, 86), at(172, 110), at(172, 186)).CubeTo(at(172, 268), at(90, 292), at(0, 292))
		p.CubeTo(at(-90, 292), at(-172, 268), at(-172, 186)).CubeTo(at(-172, 110), at(-132, 86), at(-122, 66)).CubeTo(at(-70, 56), at(-70, -40), at(-118, -56))
		return p.CubeTo(at(-120, -70), at(-134, -86), at(-134, -128)).CubeTo(at(-134, -200), at(-70, -216), at(0, -206))
	}
	part(s.c.deep, body(1.06))
	part(s.c.main, body(1))
	part(s.c.deep, shape().Polygon(pt(276, -260), pt(324, -260), pt(334, 330), pt(266, 330)).Smooth(pt(270, -250), pt(262, -300), pt(300, -330), pt(338, -300), pt(330, -250)))
	part(s.c.deep, shape().Polygon(pt(262, 480), pt(338, 480), pt(322, 610), pt(278, 610)).Rect(238, 404, 124, 18))
	holes := shape()
	for _, side := range [...]float32{-1, 1} {
		x := 300 + side*92
		holes.Circle(x-side*14, 340, 10).Circle(x+side*12, 452, 12).Leaf(pt(x-side*20, 346), pt(x+side*18, 446), 7)
	}
	part(s.c.deep, holes)
	lines := shape()
	for i := range 4 {
		f := float32(i) - 1.5
		lines.Polygon(pt(299+f*9, -240), pt(301+f*9, -240), pt(301.5+f*16, 410), pt(298.5+f*16, 410)).Polygon(pt(298.5+f*16, 410), pt(301.5+f*16, 410), pt(301+f*12, 484), pt(299+f*12, 484))
	}
	part(s.c.pale, lines)
	s.base = s.c.ground
}

// orchestra is rows of players around somebody with a baton.
func orchestra(s *scene) {
	s.heaven(s.c.ground)
	for i := range 5 {
		r := 560 - float32(i)*92
		c := [...]ink.Colour{s.c.second, s.c.main, s.c.second, s.c.main, s.c.second}[i]
		s.fill(c, shape().Arc(300, 600, r, 64, [2]float32{180, 360}))
		heads := shape()
		n := 15 - i*2
		for j := range n {
			a := 180 + (float32(j)+.5)*180/float32(n)
			q := ink.Turn(300, 600, r, a)
			heads.Circle(q.X, q.Y, 13).Segment(q.X, q.Y+30, 19, 180, 360)
		}
		s.fill(s.c.deep, heads)
	}
	s.fill(s.c.pale, shape().Segment(300, 600, 132, 180, 360))
	s.fill(s.c.deep, shape().Circle(300, 474, 25).MoveTo(250, 640).Through(pt(252, 540), pt(276, 508), pt(324, 508), pt(348, 540), pt(350, 640)))
	s.fill(s.c.deep, shape().Line(15, pt(340, 530), pt(392, 486), pt(410, 428)).Line(4, pt(410, 432), pt(470, 352)).Line(15, pt(260, 530), pt(208, 490), pt(196, 440)))
	s.floor(s.c.deep, 604)
}

// piano is keys with a hand of shadows across.
func piano(s *scene) {
	s.heaven(s.c.ground)
	m := ink.Rotate(s.dice.between(-24, -14), 300, 300)
	part := func(c ink.Colour, p *ink.Path) { s.fill(c, shape().Add(p, m)) }
	part(s.c.deep, shape().Rect(-300, 130, 1200, 420))
	white, black := shape(), shape()
	for i := range 14 {
		x := -240 + float32(i)*80
		white.Rect(x+3, 150, 74, 380)
		if k := i % 7; k != 2 && k != 6 {
			black.Rect(x+56, 150, 48, 226)
		}
	}
	part(s.c.pale, white)
	part(s.c.main, shape().Rect(-240+float32(4+s.dice.below(3))*80+3, 150, 74, 380).Rect(-240+float32(7+s.dice.below(2))*80+3, 150, 74, 380))
	part(s.c.deep, black)
	for i := range 3 {
		x, y := 90+float32(i)*180, 40-float32(i)*74
		s.fill(s.c.second, shape().Add(shape().Ellipse(x, y, 34, 24), ink.Rotate(-20, x, y)))
		s.fill(s.c.second, shape().Rect(x+24, y-120, 9, 120).Polygon(pt(x+24, y-120), pt(x+70, y-84), pt(x+70, y-60), pt(x+33, y-92)))
	}
	s.base = s.c.ground
}

// vinyl is a record that turns.
func vinyl(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.main, shape().Polygon(pt(-60, -330), pt(660, -330), pt(660, 60), pt(-60, 500)))
	s.fill(s.c.deep, shape().Circle(280, 300, 268))
	groove := shape()
	for i := range 6 {
		groove.Ring(280, 300, 132+float32(i)*23, 2.4)
	}
	s.fill(s.c.deep.Mix(s.c.pale, .3), groove)
	s.fill(s.c.deep.Mix(s.c.pale, .22), shape().Sector(280, 300, 262, 20, 42).Sector(280, 300, 262, 200, 222))
	s.fill(s.c.second, shape().Circle(280, 300, 102))
	s.fill(s.c.main, shape().Segment(280, 300, 102, s.dice.between(0, 180), s.dice.between(200, 340)))
	s.fill(s.c.pale, shape().Circle(280, 300, 15))
	s.fill(s.c.pale, shape().Line(15, pt(540, 60), pt(530, 300), pt(410, 430)).Circle(540, 60, 40))
	s.fill(s.c.deep, shape().Circle(540, 60, 17).Add(shape().Rect(380, 412, 54, 34), ink.Rotate(-45, 407, 430)))
	s.sky, s.base = s.c.main, s.c.ground
}

// comet flies through a night in stripes.
func comet(s *scene) {
	s.heaven(s.c.ground)
	s.stars(s.c.pale, 44, 560)
	m := ink.Rotate(s.dice.between(-34, -22), 300, 300)
	head := pt(420, 260)
	for i, c := range [...]ink.Colour{s.c.second, s.c.pale, s.c.main, s.c.pale, s.c.second} {
		w := float32(40)
		y := head.Y - 100 + float32(i)*w
		length := [...]float32{430, 620, 760, 560, 380}[i]
		s.fill(c, shape().Add(shape().Rect(head.X-length, y, length, w).Segment(head.X-length, y+w/2, w/2, 90, 270), m))
	}
	c := shape().Add(shape().Circle(head.X, head.Y, 112), m)
	s.fill(s.c.deep, c)
	s.fill(s.c.main, shape().Add(shape().Star(head.X, head.Y, 96, 40, 5), m))
	s.hill(s.c.second, pt(-60, 560), pt(140, 510), pt(320, 560), pt(500, 500), pt(660, 540))
	s.hill(s.c.deep, pt(-60, 600), pt(160, 560), pt(350, 604), pt(520, 556), pt(660, 590))
}

// sitar stands before an evening sun.
func sitar(s *scene) {
	s.heaven(s.c.ground)
	for i, r := range [...]float32{250, 214, 178} {
		s.fill([...]ink.Colour{s.c.second, s.c.ground, s.c.main}[i], shape().Circle(300, 240, r))
	}
	s.floor(s.c.second, 470)
	bands := shape()
	for i := range 6 {
		bands.Rect(300-200+float32(i)*22, 486+float32(i)*26, 400-float32(i)*44, 9)
	}
	s.fill(s.c.main, bands)
	tilt := s.dice.between(22, 30)
	m := ink.Rotate(tilt, 250, 430)
	part := func(c ink.Colour, p *ink.Path) { s.fill(c, shape().Add(p, m)) }
	part(s.c.deep, shape().Polygon(pt(228, -170), pt(272, -170), pt(278, 360), pt(222, 360)).Circle(250, -176, 24))
	pegs, frets := shape(), shape()
	for i := range 5 {
		y := -140 + float32(i)*54
		pegs.Rect(272, y, 38, 11).Circle(312, y+5, 12)
	}
	part(s.c.deep, pegs)
	part(s.c.deep, shape().Circle(250, 430, 118).Smooth(pt(222, 350), pt(250, 300), pt(278, 350), pt(300, 400), pt(200, 400)).Circle(250, -60, 46))
	part(s.c.main, shape().Ring(250, 430, 88, 8).Ring(250, -60, 30, 6))
	for i := range 9 {
		frets.Rect(228, -20+float32(i)*36, 44, 5)
	}
	part(s.c.main, frets)
	lines := shape()
	for i := range 4 {
		lines.Rect(235+float32(i)*9, -170, 2.4, 610)
	}
	part(s.c.pale, lines.Rect(206, 436, 88, 12))
	s.floor(s.c.deep, 640)
}

// microphone waits in the light.
func microphone(s *scene) {
	s.heaven(s.c.ground)
	s.rays(s.c.main, 210, 12)
	s.fill(s.c.ground, shape().Circle(300, 210, 206))
	s.fill(s.c.deep, shape().Rect(286, 330, 28, 640))
	s.fill(s.c.deep, shape().Circle(300, 140, 118).Rect(182, 140, 236, 130).Segment(300, 270, 118, 0, 180))
	s.fill(s.c.pale, shape().Circle(300, 140, 102).Rect(198, 140, 204, 60))
	grid := shape()
	for i := range 6 {
		f := float32(i)
		grid.Rect(224+f*28, 40, 10, 160)
	}
	s.fill(s.c.deep, grid.Rect(198, 92, 204, 10).Rect(198, 136, 204, 10))
	s.fill(s.c.second, shape().Rect(182, 200, 236, 42))
	s.fill(s.c.pale, shape().Rect(198, 262, 204, 10).Rect(214, 290, 172, 10))
	s.floor(s.c.deep, 610)
}
