package ink

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"math"

	"golang.org/x/image/vector"
)

// MaxPixels is the most pixels of an image: a drawing is never made larger than that.
const MaxPixels = 4 << 20

// Image draws the picture with so many pixels across. Errors: when it would have no pixel or more than MaxPixels.
func (d *Drawing) Image(width int) (*image.RGBA, error) {
	scale := float32(width) / d.w
	height := int(math.Round(float64(d.h * scale)))
	if width < 1 || height < 1 || width > MaxPixels/height {
		return nil, fmt.Errorf("an image of %d by %d pixels: must have 1 to %d", width, height, MaxPixels)
	}
	r := raster{dst: image.NewRGBA(image.Rect(0, 0, width, height))}
	r.items(d, Scale(scale), r.dst.Rect)
	return r.dst, nil
}

// PNG draws the picture with so many pixels across, as a PNG. Errors: as Image.
func (d *Drawing) PNG(width int) ([]byte, error) {
	img, err := d.Image(width)
	if err != nil {
		return nil, err
	}
	return Encode(img)
}

// Encode writes a picture of few colours as PNG: the 256 most frequent ones are kept.
func Encode(img *image.RGBA) ([]byte, error) {
	var out bytes.Buffer
	if err := png.Encode(&out, reduced(img)); err != nil {
		return nil, fmt.Errorf("encode a picture: %w", err)
	}
	return out.Bytes(), nil
}

// raster draws into an image.
type raster struct {
	dst  *image.RGBA
	fill vector.Rasterizer
	mask []uint8 // how much of each pixel a layer covers; kept from one to the next
}

func (r *raster) items(d *Drawing, m Matrix, clip image.Rectangle) {
	for _, it := range d.items {
		switch {
		case it.layer != nil:
			r.layer(it.layer, m, clip)
		case it.inset != nil:
			at := boundsOf(new(Path).Rect(it.inset.at.X, it.inset.at.Y, it.inset.at.W, it.inset.at.H), m)
			r.items(it.inset.d, it.inset.matrix().Then(m), clip.Intersect(at.nearest()))
		}
	}
}

// layer fills the part of a shape that is inside of clip. Only the pixels that the shape can reach are looked at.
func (r *raster) layer(l *layer, m Matrix, clip image.Rectangle) {
	e := boundsOf(l.path, m)
	if !e.sane() {
		return
	}
	area := e.around().Intersect(clip)
	if area.Empty() {
		return
	}
	if l.alpha == 1 && l.path.covers(area, m) {
		r.flood(area, l.colour)
		return
	}
	r.fill.Reset(area.Dx(), area.Dy())
	o := outline{fill: &r.fill, w: float32(area.Dx()), h: float32(area.Dy())}
	m = m.Then(Move(-float32(area.Min.X), -float32(area.Min.Y)))
	for _, s := range l.path.steps {
		o.step(s, m)
	}
	o.line(o.begin)
	r.cover(area, l)
}

// covers reports whether the path is a rectangle in which the whole area lies, as that of a ground does.
func (p *Path) covers(area image.Rectangle, m Matrix) bool {
	if len(p.steps) != 4 || m[1] != 0 || m[2] != 0 {
		return false
	}
	a, b, c, d := p.steps[0].p[0], p.steps[1].p[0], p.steps[2].p[0], p.steps[3].p[0]
	if a.Y != b.Y || b.X != c.X || c.Y != d.Y || d.X != a.X {
		return false
	}
	e := boundsOf(p, m)
	return e.x0 <= float32(area.Min.X) && e.y0 <= float32(area.Min.Y) && e.x1 >= float32(area.Max.X) && e.y1 >= float32(area.Max.Y)
}

// flood fills the whole area.
func (r *raster) flood(area image.Rectangle, c Colour) {
	row := r.dst.Pix[r.dst.PixOffset(area.Min.X, area.Min.Y):][:4*area.Dx()]
	for x := range area.Dx() {
		blend((*[4]uint8)(row[4*x:]), c, 256)
	}
	for y := area.Min.Y + 1; y < area.Max.Y; y++ {
		copy(r.dst.Pix[r.dst.PixOffset(area.Min.X, y):], row)
	}
}

// steps is in how many steps an edge goes from one colour to the other. More cannot be told apart, and pictures with few colours
// are smaller.
const steps = 15

// cover lays a colour over the area, as much of it as the shape covers.
func (r *raster) cover(area image.Rectangle, l *layer) {
	w, n := area.Dx(), area.Dx()*area.Dy()
	if cap(r.mask) < n {
		r.mask = make([]uint8, n)
	}
	mask := image.Alpha{Pix: r.mask[:n], Stride: w, Rect: image.Rect(0, 0, w, area.Dy())}
	r.fill.DrawOp = draw.Src
	r.fill.Draw(&mask, mask.Rect, image.Opaque, image.Point{})
	var shades [steps + 1]uint32 // of 256
	for i := range shades {
		shades[i] = uint32(float32(i)*l.alpha*256/steps + .5)
	}
	for y := range area.Dy() {
		row := r.dst.Pix[r.dst.PixOffset(area.Min.X, area.Min.Y+y):]
		for x, m := range mask.Pix[y*w : (y+1)*w] {
			if a := shades[(uint32(m)*steps+127)/255]; a > 0 {
				blend((*[4]uint8)(row[4*x:]), l.colour, a)
			}
		}
	}
}

// blend mixes a pixel with a part of 256 of a colour. What is drawn on is opaque, or nothing yet.
func blend(p *[4]uint8, c Colour, a uint32) {
	if a == 256 {
		p[0], p[1], p[2], p[3] = c[0], c[1], c[2], 255
		return
	}
	rest := 256 - a
	p[0] = uint8((uint32(p[0])*rest + uint32(c[0])*a) >> 8)
	p[1] = uint8((uint32(p[1])*rest + uint32(c[1])*a) >> 8)
	p[2] = uint8((uint32(p[2])*rest + uint32(c[2])*a) >> 8)
	p[3] = uint8((uint32(p[3])*rest + 255*a) >> 8)
}

// extent is the least and the greatest coordinates of something.
type extent struct{ x0, y0, x1, y1 float32 }

// boundsOf is an extent that has the shape in it after the change: that of its corners and of the points that its curves bend to.
func boundsOf(p *Path, m Matrix) extent {
	far := float32(math.MaxFloat32)
	e := extent{far, far, -far, -far}
	for _, s := range p.steps {
		for _, q := range s.corners() {
			q = m.apply(q)
			e.x0, e.y0 = min(e.x0, q.X), min(e.y0, q.Y)
			e.x1, e.y1 = max(e.x1, q.X), max(e.y1, q.Y)
		}
	}
	return e
}

// Reach is how far up and down the outlines go, at most. It returns false for an empty path.
func (p *Path) Reach() (top, bottom float32, ok bool) {
	e := boundsOf(p, Same())
	return e.y0, e.y1, !p.Empty()
}

func (s step) corners() []Point {
	switch s.kind {
	case quad:
		return s.p[:2]
	case cube:
		return s.p[:3]
	case round:
		x, y, rx, ry := s.p[0].X, s.p[0].Y, s.p[1].X, s.p[1].Y
		return []Point{P(x-rx, y-ry), P(x+rx, y-ry), P(x+rx, y+ry), P(x-rx, y+ry)}
	case move, line:
	}
	return s.p[:1]
}

// limit keeps coordinates where they can be counted.
func limit(v float64) int { return int(min(max(v, -1<<20), 1<<20)) }

// sane reports whether the coordinates can be counted with. Those of pictures that others bring along may be anything.
func (e extent) sane() bool {
	const far = 1e9
	return e.x0 > -far && e.y0 > -far && e.x1 < far && e.y1 < far // false for NaN
}

// around are the pixels that the extent touches.
func (e extent) around() image.Rectangle {
	return image.Rect(limit(math.Floor(float64(e.x0))), limit(math.Floor(float64(e.y0))), limit(math.Ceil(float64(e.x1))), limit(math.Ceil(float64(e.y1))))
}

// nearest are the pixels that lie in the extent for the greater part.
func (e extent) nearest() image.Rectangle {
	return image.Rect(limit(math.Round(float64(e.x0))), limit(math.Round(float64(e.y0))), limit(math.Round(float64(e.x1))), limit(math.Round(float64(e.y1))))
}
