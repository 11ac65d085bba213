package poster

// blinds is a man with a hat before the slats of a window.
func blinds(s *scene) {
	s.heaven(s.c.deep)
	for i := range 13 {
		y := -290 + float32(i)*72
		s.fill(s.c.main, shape().Polygon(pt(-60, y+18), pt(660, y-26), pt(660, y+14), pt(-60, y+58)))
	}
	man := shape().Smooth(pt(214, 300), pt(222, 220), pt(300, 190), pt(378, 220), pt(386, 300), pt(362, 385), pt(300, 430), pt(238, 385))
	s.fill(s.c.deep, man)
	s.fill(s.c.deep, shape().MoveTo(20, 930).LineTo(30, 640).Through(pt(70, 520), pt(190, 470), pt(248, 420), pt(300, 440), pt(352, 420), pt(410, 470), pt(530, 520), pt(570, 640)).LineTo(580, 930))
	s.fill(s.c.deep, shape().Leaf(pt(120, 246), pt(480, 222), 30))
	s.fill(s.c.deep, shape().MoveTo(200, 236).Through(pt(212, 130), pt(240, 96), pt(300, 112), pt(356, 90), pt(388, 124), pt(402, 224)))
	s.fill(s.c.second, shape().Polygon(pt(203, 206), pt(398, 196), pt(402, 222), pt(201, 234)))
	for i := range 3 { // light through the slats on his face
		y := 282 + float32(i)*46
		s.fill(s.c.second, shape().Polygon(pt(252, y+6), pt(352, y-2), pt(350, y+12), pt(254, y+20)))
	}
	s.sky, s.base = s.c.deep, s.c.deep
}

// road leads to a low sun.
func road(s *scene) {
	s.heaven(s.c.ground)
	s.fill(s.c.main, shape().Circle(300, 300, 170))
	for i := range 5 {
		y := 318 + float32(i)*-34
		s.fill(s.c.ground, shape().Rect(100, y, 400, 15-float32(i)*2.6))
	}
	s.hill(s.c.second, pt(-60, 320), pt(80, 280), pt(200, 330), pt(330, 335), pt(480, 270), pt(660, 320))
	s.floor(s.c.deep, 338)
	s.fill(s.c.deep.Mix(s.c.pale, .16), shape().Polygon(pt(288, 338), pt(312, 338), pt(760, 930), pt(-160, 930)))
	for i := range 6 { // the line in the middle, nearer and wider
		near, far := float32(i*i)*14+12, float32(i*i)*14+18+float32(i)*11
		s.fill(s.c.main, shape().Polygon(pt(300-near*.018-1, 338+near), pt(300+near*.018+1, 338+near), pt(300+far*.022+1, 338+far), pt(300-far*.022-1, 338+far)))
	}
	side := float32(1)
	if s.dice.flip() {
		side = -1
	}
	for i := range 3 { // poles
		d := float32(i*i)*30 + 24
		x, y, h := 300+side*(36+d), 346+d*.62, 60+d*1.35
		s.fill(s.c.deep.Mix(s.c.ground, .12), shape().Rect(x-2-d*.014, y-h, 4+d*.028, h+40).Rect(x-h*.2, y-h*.9, h*.4, 3+d*.02))
	}
	s.base = s.c.deep.Mix(s.c.pale, .16)
}

// lamp is a street at night and somebody who waits.
func lamp(s *scene) {
	s.heaven(s.c.ground)
	wall := s.c.deep.Mix(s.c.ground, .55)
	s.fill(wall, shape().Rect(-60, -320, 190, 1000).Rect(470, -320, 190, 1000))
	panes := shape()
	for i := range 10 {
		for j := range 2 {
			if s.dice.below(3) > 0 {
				panes.Rect(4+float32(j)*64, -290+float32(i)*84, 34, 48)
			}
			if s.dice.below(3) > 0 {
				panes.Rect(496+float32(j)*64, -290+float32(i)*84, 34, 48)
			}
		}
	}
	s.fill(s.c.ground, panes)
	s.floor(s.c.deep, 470)
	s.tint(s.c.main, .9, shape().Ellipse(300, 520, 205, 42))
	s.tint(s.c.main, .38, shape().Polygon(pt(282, 96), pt(318, 96), pt(505, 520), pt(95, 520)))
	s.fill(s.c.deep, shape().Rect(293, 100, 14, 420).Rect(280, 498, 40, 30).Polygon(pt(264, 100), pt(336, 100), pt(318, 58), pt(282, 58)).Circle(300, 52, 9))
	s.fill(s.c.pale, shape().Circle(300, 100, 17))
	s.fill(s.c.deep, shape().Polygon(pt(380, 520), pt(404, 520), pt(560, 690), pt(470, 690)))
	s.fill(s.c.deep, hatted(392, 526, 190))
}

// keyhole shows somebody on the other side.
func keyhole(s *scene) {
	s.heaven(s.c.deep)
	s.fill(s.c.main, shape().Circle(300, 210, 168))
	s.fill(s.c.main, shape().Polygon(pt(226, 320), pt(374, 320), pt(470, 640), pt(130, 640)))
	s.fill(s.c.second, shape().Polygon(pt(210, 520), pt(434, 520), pt(470, 640), pt(130, 640)))
	s.fill(s.c.deep, hatted(300, 560, 350))
	s.fill(s.c.second, shape().Polygon(pt(288, 560), pt(312, 560), pt(332, 640), pt(268, 640)))
	s.floor(s.c.deep, 640)
	s.sky = s.c.deep
}

// stairs is somebody on his way between beams.
func stairs(s *scene) {
	s.heaven(s.c.main)
	s.fill(s.c.second, shape().Polygon(pt(-60, -320), pt(660, -320), pt(660, -60), pt(-60, 420)))
	for i := range 9 {
		y := -170 + float32(i)*92
		s.fill(s.c.deep, shape().Polygon(pt(-60, y+110), pt(660, y-80), pt(660, y-50), pt(-60, y+146)))
	}
	s.fill(s.c.pale, shape().Circle(300, 250, 150))
	s.fill(s.c.deep, hatted(300, 390, 270))
	s.floor(s.c.deep, 610)
	s.sky = s.c.second
}
