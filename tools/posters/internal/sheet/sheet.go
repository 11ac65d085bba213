// Package sheet draws posters to be looked at: all on one sheet, or each in a file.
package sheet

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"os"
	"path/filepath"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/demo"
	"github.com/marquee-tickets/marquee/storefront/poster"
	"github.com/marquee-tickets/marquee/storefront/poster/ink"
)

// The contact sheet: so many posters beside each other, how wide each is, and what is between them, in pixels.
const (
	columns = 12
	across  = 88
	gap     = 8
)

// Contact is all posters in one PNG.
func Contact(s *poster.Studio, events []catalog.Event) ([]byte, error) {
	const down = across * 3 / 2
	rows := (len(events) + columns - 1) / columns
	sheet := image.NewRGBA(image.Rect(0, 0, gap+columns*(across+gap), gap+rows*(down+gap)))
	draw.Draw(sheet, sheet.Rect, image.White, image.Point{}, draw.Src)
	for i, e := range events {
		img, err := s.Poster(e).Image(across)
		if err != nil {
			return nil, err
		}
		at := image.Pt(gap+i%columns*(across+gap), gap+i/columns*(down+gap))
		draw.Draw(sheet, img.Bounds().Add(at), img, image.Point{}, draw.Src)
	}
	return ink.Encode(sheet)
}

// Write draws every poster, card and icon of a programme into a folder, and index.html, which shows them.
func Write(dir string, s *poster.Studio, c demo.Catalogue) error {
	return (&folder{dir: dir, studio: s}).write(c)
}

// folder is where single files go.
type folder struct {
	dir    string
	studio *poster.Studio
	page   bytes.Buffer
}

func (f *folder) write(c demo.Catalogue) error {
	if err := os.MkdirAll(f.dir, 0o755); err != nil { //nolint:gosec // pictures for everybody
		return err
	}
	f.page.WriteString(`<!DOCTYPE html><meta charset="utf-8"><title>Posters</title><style>body{margin:8px;background:#ddd}img{width:19%;margin:.4%}.card{width:32%}.icon{width:9%}</style>`)
	for _, e := range c.Events {
		if err := f.add(e.Slug+".svg", "", f.studio.SVG(e), nil); err != nil {
			return err
		}
	}
	for i, e := range c.Events {
		card, err := f.studio.Card(poster.Card{Event: e, When: "Sunday, 22 November 2026, 7:30 pm", Where: "The Lantern Bankside, London", Brand: lookOf(c.Brands[i%len(c.Brands)])})
		if err := f.add(e.Slug+".png", "card", card, err); err != nil {
			return err
		}
	}
	for _, b := range c.Brands {
		if err := f.brand(b); err != nil {
			return err
		}
	}
	return f.save("index.html", f.page.Bytes())
}

// brand writes the card and the icons of a brand.
func (f *folder) brand(b catalog.Brand) error {
	card, err := f.studio.Card(poster.Card{Title: b.Tagline, Brand: lookOf(b)})
	if err := f.add(b.Hosts[0]+".png", "card", card, err); err != nil {
		return err
	}
	for i, icon := range []poster.Icon{{Size: 192}, {Size: 512, Maskable: true}, {Size: 180, Square: true}, {Size: 192, Mark: b.LogoSVG}, {Size: 512, Mark: b.LogoSVG, Maskable: true}} {
		icon.Name, icon.Colours = b.Name, b.Colours
		picture, err := f.studio.Icon(icon)
		if err := f.add(fmt.Sprintf("%s-%d.png", b.Hosts[0], i), "icon", picture, err); err != nil {
			return err
		}
	}
	return nil
}

func lookOf(b catalog.Brand) poster.Look {
	return poster.Look{Name: b.Name, Colours: b.Colours, Mark: b.LogoSVG}
}

// add saves a picture, unless drawing it failed, and shows it on the page.
func (f *folder) add(name, class string, picture []byte, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	fmt.Fprintf(&f.page, `<img class="%s" src="%s" alt="">`, class, name)
	return f.save(name, picture)
}

func (f *folder) save(name string, content []byte) error {
	return os.WriteFile(filepath.Join(f.dir, name), content, 0o644) //nolint:gosec // pictures for everybody
}
