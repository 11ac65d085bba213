package check

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// screen is what a picture is taken of, in pixels.
type screen struct {
	width int64
	most  int64 // height; longer pages are cut off
}

// screens are a phone, a tablet and a computer.
func screens() []screen { return []screen{{390, 1400}, {820, 1100}, {1440, 900}} }

// Bounds of a picture.
const (
	leastHeight = 640 // pixels
	quality     = 40  // of WebP, of 100
)

// Screens takes pictures of the pages: in English at three widths, in other languages on a phone.
type Screens struct {
	folder string
}

// NewScreens returns a check that writes pictures into a folder. When pictures of all pages are taken, it first throws the earlier ones
// away: there may be pages that are no more.
func NewScreens(folder string, all bool) (*Screens, error) {
	s := &Screens{folder: folder}
	if err := os.MkdirAll(folder, 0o755); err != nil || !all { //nolint:gosec // part of the repository
		return s, err
	}
	for _, lang := range tour.Languages() {
		old, err := filepath.Glob(filepath.Join(folder, lang, "*.webp"))
		if err != nil {
			return nil, err
		}
		for _, file := range old {
			if err := os.Remove(file); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

// Name implements Check.
func (*Screens) Name() string { return "screens" }

// Look implements Check.
func (s *Screens) Look(v *tour.Visit) ([]report.Finding, string, error) {
	list, size := screens(), 0
	if v.Lang != tour.English {
		list = list[:1]
	}
	for _, on := range list {
		n, err := s.take(v, on)
		if err != nil {
			return nil, "", err
		}
		size += n
	}
	return nil, fmt.Sprintf("%d pictures, %.0f KB", len(list), float64(size)/kilobyte), nil
}

// take writes a picture and returns its size in bytes. The screen is made as high as the picture, so that all of the page is loaded.
func (s *Screens) take(v *tour.Visit, on screen) (int, error) {
	height := int64(leastHeight)
	for range 2 {
		if err := v.Tab.Show(tab.Look{Width: on.width, Height: height}); err != nil {
			return 0, err
		}
		if err := v.Tab.Settle(); err != nil {
			return 0, err
		}
		whole, err := tab.Ask[int64](v.Tab, `document.documentElement.scrollHeight`)
		if err != nil {
			return 0, err
		}
		height = min(whole, on.most)
	}
	picture, err := v.Tab.Picture(quality)
	if err != nil {
		return 0, err
	}
	file := screenFile(v.Lang, v.Page.Name, on.width)
	path := filepath.Join(s.folder, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // part of the repository
		return 0, err
	}
	return len(picture), os.WriteFile(path, picture, 0o644) //nolint:gosec // part of the repository
}

// screenFile is where a picture is, relative to the folder of all.
func screenFile(lang, page string, width int64) string {
	return fmt.Sprintf("%s/%s-%d.webp", lang, page, width)
}

// has reports whether there is a picture.
func (s *Screens) has(file string) bool {
	_, err := os.Stat(filepath.Join(s.folder, filepath.FromSlash(file)))
	return err == nil
}

// Finish writes the index of the pictures.
func (s *Screens) Finish() error {
	var b bytes.Buffer
	b.WriteString("# What the pages look like\n\nEvery page of the storefront with the demo programme, written by `make screens`. " +
		"Long pages are cut off. Those of the ad server are in [ads](ads/README.md).\n\n")
	b.WriteString("| page | 390 px | 820 px | 1440 px |\n|---|---|---|---|\n")
	for _, name := range tour.Names() {
		s.row(&b, name)
	}
	b.WriteString("\n## In other languages\n\n| page |")
	others := tour.Languages()[1:]
	for _, lang := range others {
		b.WriteString(" " + lang + " |")
	}
	b.WriteString("\n|---|" + string(bytes.Repeat([]byte("---|"), len(others))) + "\n")
	for _, name := range tour.Names() {
		s.translated(&b, name, others)
	}
	return os.WriteFile(filepath.Join(s.folder, "README.md"), b.Bytes(), 0o644) //nolint:gosec // part of the repository
}

// row is a page in English at all widths.
func (s *Screens) row(b *bytes.Buffer, name string) {
	if !s.has(screenFile(tour.English, name, screens()[0].width)) {
		return
	}
	fmt.Fprintf(b, "| %s |", name)
	for _, on := range screens() {
		fmt.Fprintf(b, " [<img src=\"%[1]s\" width=\"%[2]d\" alt=\"%[3]s, %[4]d pixels wide\">](%[1]s) |", screenFile(tour.English, name, on.width), on.width/6, name, on.width)
	}
	b.WriteString("\n")
}

// translated is a page in other languages on a phone.
func (s *Screens) translated(b *bytes.Buffer, name string, langs []string) {
	line, any := "| "+name+" |", false
	for _, lang := range langs {
		if file := screenFile(lang, name, screens()[0].width); s.has(file) {
			line, any = line+" ["+lang+"]("+file+") |", true
		} else {
			line += " |"
		}
	}
	if any {
		b.WriteString(line + "\n")
	}
}
