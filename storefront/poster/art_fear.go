package poster

import "github.com/marquee-tickets/marquee/storefront/poster/ink"

// house is a crooked house on a hill under a large moon.
func house(s *scene) {
	s.heaven(s.c.ground)
	x := s.dice.between(200, 400)
	s.fill(s.c.pale, shape().Circle(x, 190, 165))
	s.tint(s.c.ground, .18, shape().Circle(x-50, 150, 34).Circle(x+60, 235, 46).Circle(x+20, 110, 20))
	s.hill(s.c.second, pt(-60, 520), pt(120, 470), pt(330, 500), pt(660, 430))
	s.hill(s.c.deep, pt(-60, 590), pt(150, 560), pt(300, 485), pt(450, 545), pt(660, 600))
	s.fill(s.c.deep, shape().Polygon(pt(206, 540), pt(212, 350), pt(196, 350), pt(262, 270), pt(268, 300), pt(282, 300), pt(288, 205), pt(274, 205), pt(318, 92), pt(362, 205), pt(348, 205),
		pt(346, 330), pt(372, 330), pt(376, 300), pt(394, 300), pt(394, 352), pt(420, 390), pt(404, 390), pt(402, 550)))
	s.fill(s.c.main, shape().Rect(304, 230, 26, 44).Rect(234, 380, 26, 40).Rect(292, 385, 26, 40).Rect(352, 412, 26, 40).Polygon(pt(292, 540), pt(292, 480), pt(309, 462), pt(326, 480), pt(326, 540)))
	s.fill(s.c.deep, shape().Rect(315, 230, 4, 44).Rect(304, 250, 26, 4).Rect(245, 380, 4, 40).Rect(363, 412, 4, 40))
	tree(s, 520, 580)
	s.fill(s.c.deep, bat(110, 130, 34).Add(bat(190, 70, 22), ink.Same()).Add(bat(480, 60, 26), ink.Same()))
}

// tree is a bare one.
func tree(s *scene, x, y float32) {
	s.fill(s.c.deep, shape().Polygon(pt(x-14, y+20), pt(x-5, y-150), pt(x+5, y-150), pt(x+14, y+20)))
	p := shape()
	for _, b := range [][4]float32{{0, -70, -70, -150}, {0, -100, 60, -180}, {-42, -118, -50, -200}, {0, -140, -22, -240}, {36, -148, 78, -150}, {0, -140, 30, -230}} {
		p.Leaf(pt(x+b[0], y+b[1]+10), pt(x+b[2], y+b[3]), 4)
	}
	s.fill(s.c.deep, p)
}

func bat(x, y, w float32) *ink.Path {
	return shape().MoveTo(x, y).QuadTo(pt(x-w*.4, y-w*.6), pt(x-w, y-w*.3)).QuadTo(pt(x-w*.7, y-w*.1), pt(x-w*.6, y+w*.2)).QuadTo(pt(x-w*.3, y), pt(x, y+w*.3)).
		QuadTo(pt(x+w*.3, y), pt(x+w*.6, y+w*.2)).QuadTo(pt(x+w*.7, y-w*.1), pt(x+w, y-w*.3)).QuadTo(pt(x+w*.4, y-w*.6), pt(x, y))
}

// claw is the shadow of a hand over a staircase.
func claw(s *scene) {
	s.heaven(s.c.main)
	s.tint(s.c.second, .35, shape().Polygon(pt(-60, -320), pt(260, -320), pt(-60, 300)))
	steps := shape().MoveTo(-60, 930)
	for i := range 9 {
		x, y := float32(i)*80-60, 600-float32(i)*62
		steps.LineTo(x, y).LineTo(x+80, y)
	}
	s.fill(s.c.deep, steps.LineTo(670, 930))
	hand := shape()
	for _, f := range [][5]float32{{330, 240, 90, -30, 17}, {345, 225, 160, -120, 17}, {372, 215, 270, -165, 17}, {400, 225, 400, -140, 17}, {330, 290, 60, 170, 18}} {
		hand.Leaf(pt(f[0]+20, f[1]+40), pt(f[2], f[3]), f[4])
	}
	s.fill(s.c.deep, hand)
	s.fill(s.c.deep, shape().Smooth(pt(322, 250), pt(350, 205), pt(410, 205), pt(440, 260), pt(470, 360), pt(640, 520), pt(660, 700), pt(520, 560), pt(380, 420), pt(330, 330)))
	s.base = s.c.deep
}

// eye looks at whoever looks at it.
func eye(s *scene) {
	s.heaven(s.c.ground)
	s.rays(s.c.main, 290, 18)
	s.fill(s.c.ground, shape().Circle(300, 290, 252))
	lashes := shape()
	for i := range 9 {
		a := -165 + float32(i)*18.75
		base, tip := ink.Turn(300, 330, 205, a), ink.Turn(300, 330, 300, a)
		lashes.Leaf(base, tip, 9)
	}
	s.fill(s.c.deep, lashes)
	s.fill(s.c.deep, shape().Leaf(pt(22, 290), pt(578, 290), 150))
	s.fill(s.c.pale, shape().Leaf(pt(52, 290), pt(548, 290), 130))
	s.fill(s.c.second, shape().Circle(300, 290, 112))
	spokes := shape()
	for i := range 24 {
		a := float32(i) * 15
		spokes.Leaf(ink.Turn(300, 290, 58, a), ink.Turn(300, 290, 106, a), 4)
	}
	s.fill(s.c.pale, spokes)
	s.fill(s.c.deep, shape().Ring(300, 290, 112, 10).Circle(300, 290, 58))
	s.fill(s.c.pale, shape().Circle(278, 264, 18).Circle(324, 312, 8))
	s.base = s.c.ground
}

// spiral draws in whoever stands in its middle.
func spiral(s *scene) {
	s.heaven(s.c.ground)
	p := shape()
	const step = 34
	for i := range 19 {
		r := 16 + float32(i)*step
		if x, half := float32(300), float32(step)/2; i%2 == 0 {
			p.Arc(x-half, 300, r, step*.94, [2]float32{180, 360})
		} else {
			p.Arc(x+half, 300, r, step*.94, [2]float32{0, 180})
		}
	}
	s.fill(s.c.main, p)
	s.fill(s.c.second, shape().Circle(300, 300, 92))
	figure := shape().Add(person(300, 358, 116), ink.Rotate(s.dice.between(-28, 28), 300, 300))
	s.fill(s.c.deep, figure)
	s.sky, s.base = s.c.ground, s.c.ground
}

// graveyard is a hand that comes out of the earth between stones.
func graveyard(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.second, shape().Circle(s.dice.between(180, 420), 170, 120))
	for _, g := range [][4]float32{{60, 400, 100, 130}, {440, 380, 120, 150}, {215, 352, 74, 96}} {
		x, y, w, h := g[0], g[1], g[2], g[3]
		s.fill(s.c.deep.Mix(s.c.ground, .35), shape().Rect(x, y, w, h+120).Segment(x+w/2, y, w/2, 180, 360))
	}
	hand := shape()
	for _, f := range [][5]float32{{290, 400, 236, 252, 13}, {302, 390, 282, 214, 13}, {318, 390, 330, 210, 13}, {334, 398, 378, 238, 12}, {284, 440, 206, 368, 14}} {
		hand.Leaf(pt(f[0], f[1]+24), pt(f[2], f[3]), f[4])
	}
	s.hill(s.c.deep.Mix(s.c.ground, .2), pt(-60, 500), pt(150, 475), pt(400, 490), pt(660, 470))
	s.fill(s.c.main, hand)
	s.fill(s.c.main, shape().Polygon(pt(278, 410), pt(300, 385), pt(336, 390), pt(346, 420), pt(340, 480), pt(352, 640), pt(278, 640), pt(288, 480)))
	s.hill(s.c.deep, pt(-60, 560), pt(120, 540), pt(260, 548), pt(330, 520), pt(420, 552), pt(660, 530))
}
