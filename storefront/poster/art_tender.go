package poster

import "github.com/marquee-tickets/marquee/storefront/poster/ink"

// profiles are two faces with a vase, or a flame, between them.
func profiles(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.pale, shape().Circle(300, 230, 190))
	face := shape().MoveTo(-80, -330).LineTo(96, -330).Through(pt(120, -120), pt(150, 20), pt(186, 96), pt(194, 150), pt(186, 186), pt(206, 222), pt(240, 268)).
		Through(pt(238, 286), pt(214, 296)).Through(pt(216, 310), pt(236, 330)).Through(pt(234, 344), pt(218, 350)).Through(pt(232, 360), pt(232, 376)).
		Through(pt(214, 394), pt(214, 410)).Through(pt(226, 440), pt(206, 474), pt(160, 490)).Through(pt(132, 540), pt(150, 620), pt(190, 700), pt(200, 930)).LineTo(-80, 930)
	s.fill(s.c.main, face)
	s.fill(s.c.second, shape().Add(face, ink.Mirror(300)))
	hair := shape().MoveTo(-80, -330).LineTo(96, -330).Through(pt(120, -120), pt(140, -10), pt(150, 60)).Through(pt(90, 110), pt(70, 200), pt(60, 330), pt(10, 470), pt(-80, 520))
	s.fill(s.c.deep, hair)
	s.fill(s.c.deep.Mix(s.c.second, .25), shape().Add(hair, ink.Mirror(300)))
	s.fill(s.c.deep, shape().Leaf(pt(130, 204), pt(180, 210), 6))
	s.fill(s.c.deep, shape().Leaf(pt(470, 204), pt(420, 210), 6))
	s.sky, s.base = s.c.ground, s.c.deep
}

// suns are two circles that have become one.
func suns(s *scene) {
	s.heaven(s.c.ground)
	y := s.dice.between(230, 270)
	s.fill(s.c.main, shape().Circle(215, y, 170))
	s.fill(s.c.second, shape().Circle(385, y, 170))
	s.fill(s.c.deep, shape().MoveTo(300, y-147.2).CubeTo(pt(408, y-84), pt(408, y+84), pt(300, y+147.2)).CubeTo(pt(192, y+84), pt(192, y-84), pt(300, y-147.2)))
	for i := range 9 {
		h := 5 + float32(i)*3
		s.fill(s.c.pale, shape().Rect(-60, y+70+float32(i)*36, 720, h*.4))
	}
	s.fill(s.c.deep, gull(120, 60, 26).Add(gull(180, 20, 18), ink.Same()).Add(gull(470, 70, 20), ink.Same()))
	s.hill(s.c.deep, pt(-60, 540), pt(160, 520), pt(330, 560), pt(500, 530), pt(660, 550))
}

func gull(x, y, w float32) *ink.Path {
	return shape().MoveTo(x, y).QuadTo(pt(x-w*.5, y-w*.7), pt(x-w, y-w*.1)).QuadTo(pt(x-w*.5, y-w*.45), pt(x, y+w*.2)).
		QuadTo(pt(x+w*.5, y-w*.45), pt(x+w, y-w*.1)).QuadTo(pt(x+w*.5, y-w*.7), pt(x, y))
}

// rose is one flower.
func rose(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.deep, shape().MoveTo(292, 300).Through(pt(286, 480), pt(320, 700), pt(300, 930)).LineTo(322, 930).Through(pt(340, 700), pt(304, 480), pt(312, 300)))
	s.fill(s.c.deep, shape().Leaf(pt(306, 560), pt(480, 440), 44).Leaf(pt(312, 640), pt(130, 520), 44))
	s.fill(s.c.second, shape().Line(4, pt(312, 556), pt(450, 460)).Line(4, pt(306, 632), pt(160, 536)))
	x, y := float32(300), float32(230)
	for i, r := range [...]float32{190, 158, 124, 92, 60, 30} {
		c := [...]ink.Colour{s.c.main, s.c.main.Mix(s.c.deep, .28), s.c.main, s.c.main.Mix(s.c.pale, .35), s.c.main, s.c.deep}[i]
		petals := shape()
		n := 5
		for j := range n {
			a := float32(j)*72 + float32(i)*38
			q := ink.Turn(x, y, r*.42, a)
			petals.Circle(q.X, q.Y, r*.62)
		}
		s.fill(c, petals)
	}
	s.fill(s.c.second, shape().Circle(300, 230, 12))
	s.base = s.c.ground
}

// lotus opens on water before rings of light.
func lotus(s *scene) {
	s.heaven(s.c.ground)
	for i := range 7 {
		r := 330 - float32(i)*44
		c := s.c.ground
		if i%2 == 0 {
			c = s.c.second
		}
		s.fill(c, shape().Circle(300, 300, r))
	}
	s.fill(s.c.pale, shape().Circle(300, 300, 66))
	s.floor(s.c.deep, 520)
	petals := func(c ink.Colour, n int, length, bulge, spread float32) {
		p := shape()
		for i := range n {
			a := -90 + spread*(float32(i)/float32(n-1)*2-1)
			p.Leaf(pt(300, 530), ink.Turn(300, 530, length, a), bulge)
		}
		s.fill(c, p)
	}
	petals(s.c.deep, 7, 330, 46, 84)
	petals(s.c.main, 7, 312, 38, 84)
	petals(s.c.deep, 6, 286, 44, 66)
	petals(s.c.pale, 6, 268, 36, 66)
	petals(s.c.deep, 5, 236, 42, 48)
	petals(s.c.main, 5, 218, 34, 48)
	petals(s.c.deep, 3, 182, 36, 26)
	petals(s.c.second, 3, 164, 28, 26)
	ripples := shape()
	for i := range 5 {
		f := float32(i)
		ripples.Leaf(pt(70-f*24, 552+f*30), pt(530+f*24, 552+f*30), 4)
	}
	s.fill(s.c.second, ripples)
}

// palace is seen through cusped arches.
func palace(s *scene) {
	s.heaven(s.c.main)
	arch := func(c ink.Colour, w, top float32) {
		p := shape().MoveTo(300-w, 930).LineTo(300-w, top+w*.9)
		p.QuadTo(pt(300-w, top+w*.55), pt(300-w*.72, top+w*.5)).QuadTo(pt(300-w*.74, top+w*.22), pt(300-w*.42, top+w*.2)).QuadTo(pt(300-w*.12, top+w*.16), pt(300, top-w*.16)).
			QuadTo(pt(300+w*.12, top+w*.16), pt(300+w*.42, top+w*.2)).QuadTo(pt(300+w*.74, top+w*.22), pt(300+w*.72, top+w*.5)).QuadTo(pt(300+w, top+w*.55), pt(300+w, top+w*.9)).LineTo(300+w, 930)
		s.fill(c, p)
	}
	arch(s.c.deep, 268, 30)
	arch(s.c.second, 248, 62)
	arch(s.c.deep, 218, 104)
	arch(s.c.ground, 206, 124)
	s.fill(s.c.pale, shape().Circle(s.dice.between(250, 350), 265, 58))
	dome := func(x, y, r float32) *ink.Path {
		return shape().MoveTo(x-r*.8, y).CubeTo(pt(x-r*1.5, y-r*1.1), pt(x-r*.3, y-r*1.3), pt(x, y-r*2)).CubeTo(pt(x+r*.3, y-r*1.3), pt(x+r*1.5, y-r*1.1), pt(x+r*.8, y))
	}
	s.fill(s.c.deep, dome(300, 430, 66).Rect(240, 426, 120, 200).Rect(297, 270, 6, 40))
	s.fill(s.c.deep, dome(196, 470, 26).Rect(172, 466, 48, 160).Rect(118, 400, 18, 220))
	s.fill(s.c.deep, dome(404, 470, 26).Rect(380, 466, 48, 160).Rect(464, 400, 18, 220).Circle(127, 396, 14).Circle(473, 396, 14))
	s.fill(s.c.ground, shape().Rect(284, 486, 32, 140).Circle(300, 486, 16))
	s.fill(s.c.main, shape().Rect(190, 520, 12, 100).Rect(398, 520, 12, 100))
	s.floor(s.c.deep, 600)
	dots := shape()
	for i := range 9 {
		f := float32(i)
		dots.Circle(20, 60+f*66, 9).Circle(580, 60+f*66, 9)
	}
	s.fill(s.c.deep, dots)
}
