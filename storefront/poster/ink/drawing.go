package ink

// Box is a rectangle of a drawing.
type Box struct{ X, Y, W, H float32 }

// Drawing is a list of filled shapes, the last one on top. It is for one goroutine until it is finished.
type Drawing struct {
	w, h  float32
	items []item
}

// item is one of a layer, an inset and a text.
type item struct {
	layer *layer
	inset *inset
	text  *Text
}

// layer is a shape in one colour.
type layer struct {
	colour Colour
	alpha  float32
	path   *Path
}

// inset shows a part of another drawing.
type inset struct {
	d      *Drawing
	at     Box // where it is shown
	window Box // what part of it
}

// Text is writing that the program which shows the SVG sets in a font of its own. It is for scripts that we have no letters of:
// pixels have nothing in its place.
type Text struct {
	X, Y    float32 // where the baseline begins, or its middle or end
	Size    float32 // of the font
	Anchor  string  // "start", "middle" or "end"; empty means start
	Width   float32 // the widest that it may become; longer writing is pressed together; 0 means any
	Colour  Colour
	Content string // XML-escaped when it is written
}

// New returns an empty drawing of the size.
func New(w, h float32) *Drawing { return &Drawing{w: w, h: h} }

// Size returns the width and height.
func (d *Drawing) Size() (w, h float32) { return d.w, d.h }

// Fill fills the shape with a colour.
func (d *Drawing) Fill(c Colour, p *Path) { d.Tint(c, 1, p) }

// Tint fills the shape with a colour through which what is below shows. Alpha is 0 to 1, 1 hides it.
func (d *Drawing) Tint(c Colour, alpha float32, p *Path) {
	if !p.Empty() && alpha > 0 {
		d.items = append(d.items, item{layer: &layer{colour: c, alpha: min(alpha, 1), path: p}})
	}
}

// Ground fills the whole drawing.
func (d *Drawing) Ground(c Colour) { d.Fill(c, new(Path).Rect(0, 0, d.w, d.h)) }

// Place shows a part of another drawing, which is not changed any more. The part is stretched to its place and
// nothing of it is seen outside.
func (d *Drawing) Place(other *Drawing, at, window Box) {
	d.items = append(d.items, item{inset: &inset{d: other, at: at, window: window}})
}

// Write adds a text; see Text.
func (d *Drawing) Write(t Text) { d.items = append(d.items, item{text: &t}) }

// matrix brings what is in the window to its place.
func (n *inset) matrix() Matrix {
	sx, sy := n.at.W/n.window.W, n.at.H/n.window.H
	return Matrix{sx, 0, 0, sy, n.at.X - n.window.X*sx, n.at.Y - n.window.Y*sy}
}
