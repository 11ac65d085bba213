package seatmap

import (
	"encoding/json"
	"math"
	"strings"
	"unicode"
)

// pretixArea is something drawn. What it is made of depends on its shape; the
// older form has a width and height instead of a shape, and its text is a string.
type pretixArea struct {
	Shape    string  `json:"shape"`
	Color    string  `json:"color"`
	Position Point   `json:"position"`
	Rotation float64 `json:"rotation"` // degrees clockwise around the position
	Width    float64 `json:"width"`
	Height   float64 `json:"height"`

	Rectangle struct {
		Width  float64 `json:"width"`
		Height float64 `json:"height"`
	} `json:"rectangle"`
	Circle struct {
		Radius float64 `json:"radius"`
	} `json:"circle"`
	Ellipse struct {
		Radius Point `json:"radius"`
	} `json:"ellipse"`
	Polygon struct {
		Points []Point `json:"points"`
	} `json:"polygon"`

	Text json.RawMessage `json:"text"`
}

// drawing makes a drawing of an area; there is none when it has neither shape nor text.
func (a *pretixArea) drawing(zone Point, f frame) (Drawing, bool) {
	d := Drawing{Text: a.text(), Colour: hexColour(a.Color)}
	corners := a.outline()
	if len(corners) < 3 {
		corners = []Point{{}}
	}
	sin, cos := math.Sincos(a.Rotation * math.Pi / 180)
	for _, p := range corners {
		x, y := p.X*cos-p.Y*sin, p.X*sin+p.Y*cos
		d.Shape = append(d.Shape, f.point(Point{zone.X + a.Position.X + x, zone.Y + a.Position.Y + y}))
	}
	return d, len(corners) >= 3 || d.Text != ""
}

// outline returns the corners around the position, none for text alone.
func (a *pretixArea) outline() []Point {
	switch a.Shape {
	case "polygon":
		return a.Polygon.Points
	case "circle":
		return round(a.Circle.Radius, a.Circle.Radius)
	case "ellipse":
		return round(a.Ellipse.Radius.X, a.Ellipse.Radius.Y)
	case "rectangle":
		return box{x1: a.Rectangle.Width, y1: a.Rectangle.Height}.corners()
	case "":
		if a.Width > 0 && a.Height > 0 {
			return box{x1: a.Width, y1: a.Height}.corners()
		}
	}
	return nil
}

// round draws an ellipse with corners enough to look round.
func round(x, y float64) []Point {
	const corners = 32
	list := make([]Point, corners)
	for i := range list {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		list[i] = Point{x * cos, y * sin}
	}
	return list
}

// text returns what is written on the area, in one line and cut to what a
// drawing takes.
func (a *pretixArea) text() string {
	var text struct {
		Text string `json:"text"`
	}
	if json.Unmarshal(a.Text, &text) != nil && json.Unmarshal(a.Text, &text.Text) != nil {
		return ""
	}
	shown := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text.Text)
	words := []rune(strings.Join(strings.Fields(shown), " "))
	return strings.TrimSpace(string(words[:min(len(words), MaxName)]))
}
