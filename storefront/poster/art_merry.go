package poster

import "github.com/marquee-tickets/marquee/storefront/poster/ink"

// bowler is a hat, a moustache and a bow tie.
func bowler(s *scene) {
	s.heaven(s.c.ground)
	if s.dice.flip() {
		s.rays(s.c.ground.Mix(s.c.pale, .45), 300, 16)
	} else {
		s.fill(s.c.ground.Mix(s.c.pale, .5), shape().Circle(300, 300, 285))
	}
	tilt := ink.Rotate(s.dice.between(-9, 9), 300, 250)
	s.fill(s.c.deep, shape().Add(shape().MoveTo(166, 250).CubeTo(pt(160, 60), pt(230, 20), pt(300, 20)).CubeTo(pt(370, 20), pt(440, 60), pt(434, 250)), tilt))
	s.fill(s.c.main, shape().Add(shape().Polygon(pt(165, 204), pt(435, 204), pt(436, 246), pt(164, 246)), tilt))
	s.fill(s.c.deep, shape().Add(shape().MoveTo(70, 214).CubeTo(pt(130, 262), pt(470, 262), pt(530, 214)).CubeTo(pt(520, 300), pt(80, 300), pt(70, 214)), tilt))
	s.fill(s.c.deep, shape().Circle(236, 338, 13).Circle(364, 338, 13))
	s.fill(s.c.deep, shape().MoveTo(300, 396).CubeTo(pt(250, 366), pt(200, 400), pt(150, 448)).CubeTo(pt(210, 462), pt(270, 460), pt(300, 426)).
		CubeTo(pt(330, 460), pt(390, 462), pt(450, 448)).CubeTo(pt(400, 400), pt(350, 366), pt(300, 396)))
	s.fill(s.c.main, shape().Polygon(pt(300, 545), pt(186, 486), pt(186, 612)).Polygon(pt(300, 545), pt(414, 612), pt(414, 486)))
	s.fill(s.c.second, shape().Circle(300, 548, 30))
	s.base = s.c.ground
}

// clock has somebody who hangs from its hand.
func clock(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.second, shape().Rect(-60, 470, 720, 500))
	s.fill(s.c.deep, shape().Circle(318, 258, 262))
	s.fill(s.c.pale, shape().Circle(318, 258, 236))
	ticks := shape()
	for i := range 12 {
		a := float32(i) * 30
		ticks.Line(12, ink.Turn(318, 258, 196, a), ink.Turn(318, 258, 222, a))
	}
	s.fill(s.c.deep, ticks)
	hour := s.dice.between(-150, -60)
	s.fill(s.c.deep, shape().Line(18, pt(318, 258), ink.Turn(318, 258, 118, hour)).Line(13, pt(318, 258), pt(168, 312)))
	s.fill(s.c.main, shape().Circle(318, 258, 25))
	man := shape().Line(13, pt(176, 308), pt(150, 372), pt(152, 400)).Line(13, pt(186, 306), pt(196, 368), pt(172, 402)).
		Polygon(pt(146, 394), pt(182, 394), pt(186, 470), pt(140, 470)).Line(15, pt(150, 464), pt(120, 512), pt(128, 560)).Line(15, pt(174, 464), pt(196, 520), pt(176, 560))
	s.fill(s.c.deep, man)
	s.fill(s.c.main, shape().Circle(168, 376, 17))
	s.fill(s.c.deep, shape().Rect(140, 352, 56, 9).Rect(152, 336, 34, 18))
	s.floor(s.c.deep, 612)
	s.fill(s.c.deep.Mix(s.c.second, .5), windows(s, 30, 530, 26, 2))
}

// train comes out of its own smoke.
func train(s *scene) {
	s.heaven(s.c.ground)
	smoke := shape()
	for _, c := range [][3]float32{{330, 60, 70}, {400, -10, 92}, {300, -60, 80}, {480, -90, 110}, {370, -170, 130}, {540, -210, 120}, {450, -300, 150}} {
		smoke.Circle(c[0]+s.dice.between(-10, 10), c[1], c[2])
	}
	s.fill(s.c.pale, smoke)
	s.hill(s.c.second, pt(-60, 470), pt(120, 430), pt(330, 470), pt(520, 420), pt(660, 450))
	s.floor(s.c.deep.Mix(s.c.second, .3), 560)
	s.fill(s.c.deep, shape().Rect(262, 60, 76, 110).Polygon(pt(250, 40), pt(350, 40), pt(338, 74), pt(262, 74)))
	s.fill(s.c.deep, shape().Circle(300, 300, 176).Rect(150, 300, 300, 200))
	s.fill(s.c.main, shape().Ring(300, 300, 152, 12))
	s.fill(s.c.main, shape().Rect(112, 442, 376, 52).Circle(150, 468, 30).Circle(450, 468, 30))
	s.fill(s.c.pale, shape().Circle(300, 300, 64))
	s.fill(s.c.main, shape().Circle(300, 300, 46))
	s.tint(s.c.pale, .2, shape().Polygon(pt(260, 300), pt(340, 300), pt(700, 960), pt(-100, 960)))
	s.fill(s.c.deep, shape().Polygon(pt(170, 500), pt(430, 500), pt(520, 640), pt(80, 640)))
	bars := shape()
	for i := range 7 {
		f := float32(i) - 3
		bars.Polygon(pt(296+f*34, 506), pt(304+f*34, 506), pt(306+f*58, 634), pt(294+f*58, 634))
	}
	s.fill(s.c.main, bars)
	s.floor(s.c.deep, 640)
}

// balloon rises over hills.
func balloon(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.pale, shape().Ellipse(110, 130, 90, 26).Ellipse(160, 108, 60, 30).Ellipse(500, 330, 100, 26).Ellipse(450, 306, 56, 28).Ellipse(470, -120, 110, 30))
	x, y := s.dice.between(250, 350), float32(190)
	s.fill(s.c.deep, shape().Line(4, pt(x-70, y+130), pt(x-26, y+262)).Line(4, pt(x+70, y+130), pt(x+26, y+262)))
	for i, c := range [...]ink.Colour{s.c.main, s.c.pale, s.c.main, s.c.second, s.c.main} {
		w := [...]float32{160, 128, 92, 52, 18}[i]
		s.fill(c, shape().MoveTo(x, y-170).CubeTo(pt(x+w*1.25, y-170), pt(x+w*1.25, y+40), pt(x+w*.3, y+178)).LineTo(x-w*.3, y+178).CubeTo(pt(x-w*1.25, y+40), pt(x-w*1.25, y-170), pt(x, y-170)))
	}
	s.fill(s.c.deep, shape().Polygon(pt(x-32, y+256), pt(x+32, y+256), pt(x+26, y+304), pt(x-26, y+304)).Rect(x-50, y+172, 100, 10))
	s.hill(s.c.second, pt(-60, 500), pt(130, 440), pt(330, 520), pt(520, 450), pt(660, 490))
	s.hill(s.c.main.Mix(s.c.deep, .3), pt(-60, 560), pt(180, 540), pt(400, 500), pt(660, 560))
	s.hill(s.c.deep, pt(-60, 600), pt(140, 570), pt(330, 600), pt(520, 560), pt(660, 590))
}

// castle is cut out of paper, under many stars.
func castle(s *scene) {
	s.heaven(s.c.ground)
	s.stars(s.c.pale, 40, 330)
	s.fill(s.c.main, shape().Circle(420, 120, 96))
	s.fill(s.c.ground, shape().Circle(382, 96, 86))
	s.hill(s.c.second.Mix(s.c.ground, .45), pt(-60, 420), pt(120, 350), pt(330, 430), pt(500, 360), pt(660, 410))
	walls := shape()
	for _, t := range [][4]float32{{150, 330, 56, 90}, {214, 250, 66, 110}, {286, 170, 70, 130}, {362, 280, 60, 100}, {428, 350, 50, 80}} {
		x, y, w, roof := t[0], t[1], t[2], t[3]
		walls.Rect(x, y, w, 330).Polygon(pt(x-9, y), pt(x+w/2, y-roof), pt(x+w+9, y))
		walls.Polygon(pt(x+w/2, y-roof-44), pt(x+w/2+30, y-roof-32), pt(x+w/2, y-roof-20), pt(x+w/2, y-roof+6), pt(x+w/2-4, y-roof+6), pt(x+w/2-4, y-roof-44))
	}
	s.fill(s.c.deep, walls)
	s.fill(s.c.main, windows(s, 232, 300, 2, 3).Add(windows(s, 304, 210, 2, 4), ink.Same()).Add(windows(s, 376, 320, 2, 3), ink.Same()))
	s.hill(s.c.second, pt(-60, 520), pt(140, 470), pt(300, 520), pt(470, 470), pt(660, 520))
	s.hill(s.c.deep, pt(-60, 590), pt(120, 560), pt(300, 585), pt(480, 545), pt(660, 585))
}
