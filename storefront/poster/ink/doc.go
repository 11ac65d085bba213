// Package ink is a drawing of flat colours, as a printer with a few inks makes it: closed outlines, each filled with one colour,
// one over the other. The same drawing is written as SVG and as pixels, so that both look the same.
//
//	d := ink.New(600, 900)
//	d.Fill(ink.Hex("#1d2b3a"), new(ink.Path).Rect(0, 0, 600, 900))
//	d.Fill(ink.Hex("#f2b134"), new(ink.Path).Circle(300, 300, 120))
//	svg := d.SVG("A sun")
//	png, err := d.PNG(600)
//
// Coordinates are in units of the drawing, from its upper left corner, x to the right and y down. Outlines are filled by
// the rule nonzero: one that goes the other way round inside of another is a hole (Path.Hole).
//
// There are no strokes: Path.Line and Path.Arc make the outline of one. What looks different in each program that
// shows it (filters, blends, gradients) is left out on purpose.
package ink
