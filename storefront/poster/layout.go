package poster

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/poster/ink"
	"github.com/marquee-tickets/marquee/storefront/poster/lettering"
)

// The size of a poster, in the units of its drawing: two to three.
const (
	width  = 600
	height = 900
	margin = 40
)

// sheet is a poster on its way.
type sheet struct {
	d     *ink.Drawing
	w     *lettering.Writer
	plan  design
	scene *scene
	title string
	names string // who made it, in one line; may be empty
	foot  string // year and genre; may be empty
}

// layout is a way to put picture and title together.
type layout func(*sheet)

// layoutsOf are those that a motif allows.
func layoutsOf(m motif) []layout {
	list := []layout{band, frame}
	if m.room&above != 0 {
		list = append(list, heading, heading)
	}
	if m.room&below != 0 {
		list = append(list, ground, ground)
	}
	if m.room&around != 0 {
		list = append(list, label, label)
	}
	return list
}

// show puts a part of the scene on the poster.
func (s *sheet) show(at, window ink.Box) { s.d.Place(s.scene.d, at, window) }

// upper reports whether titles are in capital letters.
func (s *sheet) upper() bool { return s.plan.face == lettering.Gothic }

// place is where a title stands.
type place struct {
	ink.Box
	colour ink.Colour
	align  lettering.Align
	low    bool // at the lower edge of its box, else at the upper one
}

// write sets the title and returns where its letters end.
func (s *sheet) write(p place) (bottom float32) {
	if lettering.RTL(s.title) && p.align == lettering.Left {
		p.align = lettering.Right
	}
	style := lettering.Style{Face: s.plan.face, Upper: s.upper()}
	room := lettering.Room{W: p.W, H: p.H, Most: 150, Lines: 5, Least: 34, Stack: s.upper() && p.align != lettering.Right}
	block, ok := s.w.Fit(s.title, style, room)
	if !ok {
		return s.writeText(p)
	}
	y := p.Y
	if p.low {
		y = p.Y + p.H - block.H
	}
	path := shape()
	block.Draw(path, p.X, y, p.W, p.align)
	s.d.Fill(p.colour, path)
	return y + block.H
}

// writeText leaves the title to the fonts of whoever looks at it.
func (s *sheet) writeText(p place) (bottom float32) {
	lines, size := roughLines(s.title, p.W, p.H)
	y := p.Y
	if p.low {
		y = p.Y + p.H - float32(len(lines))*size*1.15
	}
	for _, line := range lines {
		t := ink.Text{X: p.X, Y: y + size*.88, Size: size, Colour: p.colour, Content: line}
		switch p.align {
		case lettering.Centre:
			t.X, t.Anchor = p.X+p.W/2, "middle"
		case lettering.Right:
			t.X, t.Anchor = p.X+p.W, "end"
		case lettering.Left:
		}
		s.d.Write(t)
		y += size * 1.15
	}
	return y
}

// small sets a line of small print with its baseline at y. It is pressed into the width by its size.
func (s *sheet) small(text string, y float32, c ink.Colour, a lettering.Align) {
	if text == "" {
		return
	}
	const size, room = 19, width - 2*margin
	line, ok := s.w.Line(text, lettering.Style{Face: lettering.Plain, Upper: true, Tracking: .08})
	if !ok {
		return
	}
	fit := min(size, room/line.Width)
	x := float32(margin)
	switch {
	case a == lettering.Centre:
		x += (room - line.Width*fit) / 2
	case a == lettering.Right || lettering.RTL(s.title):
		x += room - line.Width*fit
	}
	path := shape()
	line.Draw(path, x, y, fit)
	s.d.Fill(c, path)
}

// band has the picture above a band of one colour with the title.
func band(s *sheet) {
	const from = 610
	c := s.plan.inks
	back := oneOf(s.plan.dice, []ink.Colour{c.deep, c.pale, c.deep, c.main})
	s.d.Ground(back)
	s.show(ink.Box{W: width, H: from}, ink.Box{W: field, H: from})
	ink1, ink2 := c.readable(back, c.pale, c.deep), c.readable(back, c.second, c.main, c.pale, c.deep)
	bottom := s.write(place{Box: ink.Box{X: margin, Y: from + 34, W: width - 2*margin, H: 158}, colour: ink1})
	if bottom < 786 {
		s.d.Fill(ink2, shape().Rect(margin, bottom+22, 56, 6))
	}
	s.small(s.names, 848, ink1, lettering.Left)
	s.small(s.foot, 874, ink2, lettering.Left)
}

// frame has the picture in a margin of paper, and the title below it.
func frame(s *sheet) {
	c := s.plan.inks
	s.d.Ground(c.pale)
	const edge = 34
	s.show(ink.Box{X: edge, Y: edge, W: width - 2*edge, H: 610}, ink.Box{X: 12, Y: -28, W: field - 24, H: 660.6})
	accent := c.readable(c.pale, c.main, c.second, c.deep)
	bottom := s.write(place{Box: ink.Box{X: edge, Y: 674, W: width - 2*edge, H: 132}, colour: c.readable(c.pale, c.deep), align: lettering.Centre})
	s.small(s.names, max(848, bottom+30), c.readable(c.pale, c.deep), lettering.Centre)
	s.small(s.foot, 874, accent, lettering.Centre)
}

// heading has the title in the sky above the picture.
func heading(s *sheet) {
	s.show(ink.Box{W: width, H: height}, ink.Box{Y: -300, W: field, H: height})
	c, sky := s.plan.inks, s.scene.sky
	bottom := s.write(place{Box: ink.Box{X: margin, Y: 48, W: width - 2*margin, H: 180}, colour: c.readable(sky, c.pale, c.deep)})
	s.small(s.names, bottom+38, c.readable(sky, c.pale, c.deep), lettering.Left)
	s.small(s.foot, bottom+64, c.readable(sky, c.main, c.second, c.pale, c.deep), lettering.Left)
}

// ground has the title on what the picture stands on.
func ground(s *sheet) {
	s.show(ink.Box{W: width, H: height}, ink.Box{Y: -14, W: field, H: height})
	c, base := s.plan.inks, s.scene.base
	s.write(place{Box: ink.Box{X: margin, Y: 672, W: width - 2*margin, H: 142}, colour: c.readable(base, c.pale, c.deep), low: true})
	s.small(s.names, 848, c.readable(base, c.pale, c.deep), lettering.Left)
	s.small(s.foot, 874, c.readable(base, c.second, c.main, c.pale, c.deep), lettering.Left)
}

// label has the title on a label that is put on the picture.
func label(s *sheet) {
	s.show(ink.Box{W: width, H: height}, ink.Box{Y: -110, W: field, H: height})
	c := s.plan.inks
	paper := oneOf(s.plan.dice, []ink.Colour{c.pale, c.deep})
	const x, y, w, h = 0, 630, width, 214
	s.d.Fill(paper, shape().Rect(x, y, w, h))
	s.write(place{Box: ink.Box{X: margin, Y: y + 28, W: w - 2*margin, H: 108}, colour: c.readable(paper, c.deep, c.pale)})
	s.small(s.names, y+h-42, c.readable(paper, c.deep, c.pale), lettering.Left)
	s.small(s.foot, y+h-17, c.readable(paper, c.main, c.second, c.deep, c.pale), lettering.Left)
}

// makers are the roles whose names stand on a poster, by kind; the first that an event has counts.
func makers(k catalog.Kind) []catalog.Role {
	switch k {
	case catalog.Film, catalog.Online:
		return []catalog.Role{catalog.RoleDirector, catalog.RolePerformer, catalog.RoleSpeaker}
	case catalog.Play:
		return []catalog.Role{catalog.RoleWriter, catalog.RoleDirector}
	case catalog.Concert, catalog.Festival:
		return []catalog.Role{catalog.RolePerformer, catalog.RoleConductor, catalog.RoleComposer}
	case catalog.Sport:
	}
	return nil
}

// namesOf are at most three of who made it.
func namesOf(e catalog.Event) string {
	const most, letters = 3, 44
	for _, role := range makers(e.Kind) {
		var list []string
		n := 0
		for _, p := range e.People {
			n += utf8.RuneCountInString(p.Name)
			if p.Role == role && !strings.Contains(e.Title, p.Name) && len(list) < most && (n <= letters || len(list) == 0) {
				list = append(list, p.Name)
			}
		}
		if len(list) > 0 {
			return strings.Join(list, " · ")
		}
	}
	return ""
}

// footOf is the last line of a poster.
func footOf(e catalog.Event) string {
	var parts []string
	if e.Year != 0 {
		parts = append(parts, strconv.Itoa(e.Year))
	}
	if len(e.Genres) > 0 {
		parts = append(parts, e.Genres[0])
	}
	return strings.Join(parts, " · ")
}
