package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// draw makes a picture of an advertiser of the demo: its colours, its name and what it says. The picture of a card is its colours alone.
func draw(a demoAdvertiser, size ads.Size) ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, size.Width, size.Height))
	for y := range size.Height {
		for x := range size.Width {
			img.Set(x, y, between(a.colours, float64(x)/float64(size.Width)*.7+float64(y)/float64(size.Height)*.3))
		}
	}
	if size == card { // a page sets its words beside it, and cuts it to what it has room for
		return encoded(img)
	}
	height := max(13, min(size.Height/6, size.Width/14))
	margin := height * 3 / 4
	y := margin + height
	for _, t := range []struct {
		text string
		ttf  []byte
		size int
	}{{a.name, goregular.TTF, height * 3 / 4}, {a.title, gobold.TTF, height}} {
		face, err := faceOf(t.ttf, t.size)
		if err != nil {
			return nil, err
		}
		y = write(img, face, t.text, margin, y) + height/3
	}
	return encoded(img)
}

func encoded(img image.Image) ([]byte, error) {
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	return out.Bytes(), nil
}

// between is a colour on the way from one to the other.
func between(c [2]uint32, share float64) color.RGBA {
	mix := func(shift int) uint8 {
		from, to := float64(c[0]>>shift&255), float64(c[1]>>shift&255)
		return uint8(from + (to-from)*share)
	}
	return color.RGBA{mix(16), mix(8), mix(0), 255}
}

func faceOf(ttf []byte, pixels int) (font.Face, error) {
	f, err := opentype.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	return opentype.NewFace(f, &opentype.FaceOptions{Size: float64(pixels), DPI: 72})
}

// write writes a text in lines as wide as the picture allows, and returns where the next begins.
func write(img *image.RGBA, face font.Face, text string, x, y int) int {
	d := font.Drawer{Dst: img, Src: image.White, Face: face}
	room := fixed.I(img.Rect.Dx() - 2*x)
	line := face.Metrics().Height.Ceil()
	rest := strings.Fields(text)
	for len(rest) > 0 {
		n := 1
		for n < len(rest) && d.MeasureString(strings.Join(rest[:n+1], " ")) <= room {
			n++
		}
		d.Dot = fixed.P(x, y)
		d.DrawString(strings.Join(rest[:n], " "))
		rest, y = rest[n:], y+line
	}
	return y
}
