package poster

import "github.com/marquee-tickets/marquee/storefront/poster/ink"

// city is towers that lean together, with lights that search the sky.
func city(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.main, shape().Circle(300, 230, 215))
	beams := shape()
	for _, x := range [...]float32{-120, 120, 420, 640} {
		beams.Polygon(pt(300, 640), pt(x, -330), pt(x+90, -330))
	}
	s.tint(s.c.pale, .22, beams)
	for i := range 7 { // the far towers, a little different each time
		w, h := s.dice.between(56, 84), s.dice.between(150, 330)
		x := -20 + float32(i)*94
		s.fill(s.c.second, shape().Rect(x, 640-h, w, h+300))
		s.fill(s.c.deep, shape().Rect(x+w*.6, 640-h, w*.4, h+300))
	}
	for _, t := range [][4]float32{{60, 200, 320, 60}, {400, 540, 360, 40}} {
		s.fill(s.c.deep, shape().Rect(t[0], 640-t[2], t[1]-t[0], t[2]+300).Rect(t[0]+t[3]/2, 600-t[2], t[1]-t[0]-t[3], 60))
		s.fill(s.c.pale, windows(s, t[0]+14, 660-t[2], int(t[1]-t[0]-20)/22, 12))
	}
	tower(s)
	s.floor(s.c.deep, 600)
}

// tower is the one in the middle.
func tower(s *scene) {
	for i, w := range [...]float32{104, 78, 54, 30} {
		top := [...]float32{250, 130, 40, -40}[i]
		s.fill(s.c.pale, shape().Rect(300-w, top, w, 700-top))
		s.fill(s.c.deep, shape().Rect(300, top, w, 700-top))
	}
	s.fill(s.c.deep, shape().Rect(297, -110, 6, 90))
	p := shape()
	for i := range 4 {
		p.Rect(206+float32(i)*24, 270, 10, 340)
	}
	for i := range 3 {
		p.Rect(230+float32(i)*24, 148, 10, 90)
	}
	s.fill(s.c.main, p)
}

// windows are lit ones, of which some are dark.
func windows(s *scene, x, y float32, columns, rows int) *ink.Path {
	p := shape()
	for i := range columns * rows {
		if s.dice.below(3) > 0 {
			p.Rect(x+float32(i%columns)*22, y+float32(i/columns)*26, 9, 14)
		}
	}
	return p
}

// moonshot is a rocket on its way.
func moonshot(s *scene) {
	s.heaven(s.c.ground)
	s.stars(s.c.pale, 46, 470)
	x := s.dice.between(330, 400)
	s.fill(s.c.pale, shape().Circle(x, 180, 185))
	craters := shape()
	for _, c := range [][3]float32{{-70, -60, 36}, {60, -90, 22}, {40, 40, 50}, {-90, 60, 24}, {110, -10, 18}, {-10, 120, 16}, {-20, -120, 14}} {
		craters.Circle(x+c[0], 180+c[1], c[2])
	}
	s.tint(s.c.ground, .2, craters)
	m := ink.Rotate(32, 200, 400)
	part := func(c ink.Colour, p *ink.Path) { s.fill(c, shape().Add(p, m)) }
	part(s.c.second, shape().Leaf(pt(200, 470), pt(200, 690), 34))
	part(s.c.pale, shape().Leaf(pt(200, 470), pt(200, 600), 16))
	part(s.c.deep, shape().Polygon(pt(160, 420), pt(112, 500), pt(170, 484)).Polygon(pt(240, 420), pt(230, 484), pt(288, 500)))
	part(s.c.main, shape().MoveTo(200, 210).QuadTo(pt(284, 350), pt(232, 490)).LineTo(168, 490).QuadTo(pt(116, 350), pt(200, 210)))
	part(s.c.deep, shape().MoveTo(200, 210).QuadTo(pt(224, 250), pt(234, 300)).LineTo(166, 300).QuadTo(pt(176, 250), pt(200, 210)))
	part(s.c.deep, shape().Circle(200, 360, 33))
	part(s.c.pale, shape().Circle(200, 360, 22))
	s.hill(s.c.deep, pt(-60, 560), pt(110, 530), pt(260, 590), pt(450, 545), pt(660, 590))
}

// orbits are worlds around a sun.
func orbits(s *scene) {
	s.heaven(s.c.ground)
	s.stars(s.c.pale, 30, 880)
	p := shape()
	for _, r := range [...]float32{150, 225, 310, 405, 510} {
		p.Ring(300, 300, r, 3)
	}
	s.fill(s.c.pale, p)
	s.fill(s.c.main, shape().Circle(300, 300, 92))
	s.fill(s.c.deep, shape().Segment(300, 300, 92, -40, 140))
	for i, w := range [...]struct{ r, size float32 }{{150, 20}, {225, 38}, {310, 27}, {405, 60}} {
		c := ink.Turn(300, 300, w.r, s.dice.between(0, 80)+float32(i)*97)
		s.fill(s.c.second, shape().Circle(c.X, c.Y, w.size))
		s.fill(s.c.deep, shape().Segment(c.X, c.Y, w.size, -20, 160))
		if i == 3 {
			ring := shape().Add(shape().Ellipse(c.X, c.Y, w.size*1.8, w.size*.34), ink.Rotate(-20, c.X, c.Y))
			s.fill(s.c.pale, ring)
			s.fill(s.c.second, shape().Segment(c.X, c.Y, w.size, 160, 340))
		}
	}
	s.base = s.c.ground
}

// mountains are three ranges before a sun.
func mountains(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.main, shape().Circle(s.dice.between(180, 420), 190, 112))
	peaks := func(c, snow ink.Colour, list ...ink.Point) {
		p, caps := shape(), shape()
		for _, q := range list {
			w := (620 - q.Y) * .72
			p.Polygon(pt(q.X-w, 620), q, pt(q.X+w, 620))
			caps.Polygon(pt(q.X-62, q.Y+86), q, pt(q.X+62, q.Y+86), pt(q.X+30, q.Y+70), pt(q.X+14, q.Y+104), pt(q.X-8, q.Y+72), pt(q.X-30, q.Y+100))
		}
		s.fill(c, p)
		s.fill(snow, caps)
	}
	peaks(s.c.second.Mix(s.c.ground, .4), s.c.pale, pt(110, 230), pt(480, 205))
	peaks(s.c.second, s.c.pale, pt(300, 150), pt(20, 330), pt(590, 320))
	trees := shape()
	for i := range 11 {
		x, y, h := float32(i)*62-16+s.dice.between(-12, 12), 600+s.dice.between(-16, 14), s.dice.between(80, 150)
		for j := range 3 {
			f := float32(j)
			trees.Polygon(pt(x-h*.11*(f+1.2), y-h*(.66-f*.26)), pt(x, y-h*(1.05-f*.22)), pt(x+h*.11*(f+1.2), y-h*(.66-f*.26)))
		}
	}
	s.hill(s.c.deep, pt(-60, 560), pt(150, 535), pt(330, 575), pt(500, 540), pt(660, 560))
	s.fill(s.c.deep, trees)
}

// liner is a ship that comes head on.
func liner(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.second, shape().Circle(300, 250, 250))
	s.fill(s.c.deep, shape().Rect(262, -60, 76, 170).Polygon(pt(230, 40), pt(370, 40), pt(384, 130), pt(216, 130)))
	s.fill(s.c.main, shape().Rect(262, -30, 76, 34))
	s.fill(s.c.pale, shape().Polygon(pt(196, 120), pt(404, 120), pt(424, 190), pt(176, 190)))
	s.fill(s.c.deep, shape().Rect(214, 142, 172, 12).Rect(206, 166, 188, 8))
	s.fill(s.c.deep, shape().MoveTo(132, 180).QuadTo(pt(300, 214), pt(468, 180)).QuadTo(pt(420, 420), pt(322, 640)).LineTo(278, 640).QuadTo(pt(180, 420), pt(132, 180)))
	s.fill(s.c.pale.Mix(s.c.deep, .22), shape().MoveTo(132, 180).QuadTo(pt(216, 199), pt(300, 198)).LineTo(300, 640).LineTo(278, 640).QuadTo(pt(180, 420), pt(132, 180)))
	s.fill(s.c.main, shape().MoveTo(220, 470).LineTo(380, 470).LineTo(322, 640).LineTo(278, 640))
	s.fill(s.c.deep, shape().Leaf(pt(232, 290), pt(246, 350), 6).Leaf(pt(368, 290), pt(354, 350), 6))
	waves(s, 520)
}

// waves are rows of them, down to the bottom.
func waves(s *scene, from float32) {
	for i, c := range [...]ink.Colour{s.c.main, s.c.pale, s.c.second, s.c.deep} {
		y := from + float32(i)*34
		p := shape().MoveTo(-80, 930)
		x := -80 - float32(i*37%60)
		p.LineTo(x, y)
		for ; x < 680; x += 80 {
			p.QuadTo(pt(x+20, y+26), pt(x+40, y+4)).QuadTo(pt(x+60, y-16), pt(x+80, y))
		}
		s.base = c
		s.fill(c, p.LineTo(x, 930))
	}
}
