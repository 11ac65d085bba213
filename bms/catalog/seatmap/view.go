package seatmap

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// View says what one sees from seats.
type View struct {
	Note  string `json:"note,omitempty"`  // short, said wherever such a seat is named: "restricted view"; at most 80 characters
	Text  string `json:"text,omitempty"`  // what the view is like; at most 500 characters
	Image string `json:"image,omitempty"` // address of a picture of it: https, or a path of the storefront
}

// Background is a picture below the seats, in map units. It is stretched to its box.
type Background struct {
	Image  string  `json:"image"` // address: https, or a path of the storefront
	X      float64 `json:"x"`     // of its left upper corner
	Y      float64 `json:"y"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

const (
	maxViewText  = 500
	maxPictureID = 500 // bytes of an address
)

// ViewOf returns what one sees from a seat: what its row says, else what its section says, else nil.
func (p *Plan) ViewOf(seat int32) *View {
	s := p.Seats[seat]
	if v := p.Rows[s.Row].View; v != nil {
		return v
	}
	return p.Sections[s.Section].View
}

// firstView returns the path of the first view in the map.
func (m *Map) firstView() (path string, found bool) {
	for i := range m.Sections {
		at := place{m, i, -1, -1}
		if m.Sections[i].View != nil {
			return at.path("view"), true
		}
		for j := range m.Sections[i].Rows {
			if at.row = j; m.Sections[i].Rows[j].View != nil {
				return at.path("view"), true
			}
		}
	}
	return "", false
}

func (c *checker) checkView(at place, v *View) {
	if v == nil {
		return
	}
	if *v == (View{}) {
		c.add(at.path("view"), "%s: a view without a note, a text or a picture says nothing", at)
	}
	if v.Note != "" {
		c.name(at.path("view.note"), at.String(), v.Note)
	}
	if n := utf8.RuneCountInString(v.Text); n > maxViewText {
		c.add(at.path("view.text"), "%s: the text about the view has %d characters, more than %d", at, n, maxViewText)
	}
	c.picture(at.path("view.image"), at.String(), v.Image)
}

func (c *checker) checkBackground() {
	b := c.m.Background
	if b == nil {
		return
	}
	if b.Image == "" {
		c.add("background.image", "the background has no picture")
	}
	c.picture("background.image", "the background", b.Image)
	if b.Width <= 0 || b.Height <= 0 || !inRange(Point{b.X, b.Y}) || !inRange(Point{b.X + b.Width, b.Y + b.Height}) {
		c.add("background", "the background must have a width and a height above 0 and lie within %d units of the origin", MaxCoordinate)
	}
}

// picture accepts no address, one of the web by https, and a path of the storefront.
func (c *checker) picture(field, who, address string) {
	if address == "" {
		return
	}
	u, err := url.Parse(address)
	path := err == nil && u.Scheme == "" && u.Host == "" && strings.HasPrefix(u.Path, "/") && !strings.HasPrefix(address, "//")
	web := err == nil && u.Scheme == "https" && u.Host != ""
	if len(address) > maxPictureID || strings.ContainsAny(address, "\\ \t\r\n\"'<>") || !path && !web {
		c.add(field, "%s: the address of the picture, %q, must be like https://example.com/view.jpg or /brand/view.jpg", who, clip(address))
	}
}
