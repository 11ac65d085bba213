package check

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// screenWidths are how wide the screens of the pictures are: a phone, a tablet and a computer.
func screenWidths() []int64 { return []int64{390, 820, 1440} }

// Bounds of a picture.
const (
	leastHeight = 640  // pixels
	mostHeight  = 1600 // longer pages are cut off
	quality     = 50   // of WebP, of 100
)

// Screens takes pictures of the pages: in English at three widths, in other languages on a phone.
type Screens struct {
	folder string

	mu    sync.Mutex
	taken map[string]bool // files, relative to the folder
}

// NewScreens returns a check that writes pictures into a folder, which it empties of earlier ones.
func NewScreens(folder string) (*Screens, error) {
	old, err := filepath.Glob(filepath.Join(folder, "*", "*.webp"))
	if err != nil {
		return nil, err
	}
	for _, file := range old {
		if err := os.Remove(file); err != nil {
			return nil, err
		}
	}
	return &Screens{folder: folder, taken: map[string]bool{}}, nil
}

// Name implements Check.
func (*Screens) Name() string { return "screens" }

// Look implements Check.
func (s *Screens) Look(v *tour.Visit) ([]report.Finding, string, error) {
	widths, size := screenWidths(), 0
	if v.Lang != tour.English {
		widths = widths[:1]
	}
	for _, width := range widths {
		n, err := s.take(v, width)
		if err != nil {
			return nil, "", err
		}
		size += n
	}
	return nil, fmt.Sprintf("%d pictures, %.0f KB", len(widths), float64(size)/kilobyte), nil
}

// take writes a picture and returns its size in bytes. The screen is made as high as the picture, so that all of the page is loaded.
func (s *Screens) take(v *tour.Visit, width int64) (int, error) {
	height := int64(leastHeight)
	for range 2 {
		if err := v.Tab.Show(tab.Look{Width: width, Height: height}); err != nil {
			return 0, err
		}
		if err := v.Tab.Settle(); err != nil {
			return 0, err
		}
		whole, err := tab.Ask[int64](v.Tab, `document.documentElement.scrollHeight`)
		if err != nil {
			return 0, err
		}
		height = min(whole, mostHeight)
	}
	picture, err := v.Tab.Picture(height, quality)
	if err != nil {
		return 0, err
	}
	file := screenFile(v.Lang, v.Page.Name, width)
	path := filepath.Join(s.folder, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // part of the repository
		return 0, err
	}
	s.mu.Lock()
	s.taken[file] = true
	s.mu.Unlock()
	return len(picture), os.WriteFile(path, picture, 0o644) //nolint:gosec // part of the repository
}

// screenFile is where a picture is, relative to the folder of all.
func screenFile(lang, page string, width int64) string {
	return fmt.Sprintf("%s/%s-%d.webp", lang, page, width)
}

// Finish writes the index of the pictures.
func (s *Screens) Finish() error {
	var b bytes.Buffer
	b.WriteString("# What the pages look like\n\nEvery page of the storefront with the demo programme, written by `make screens`. " +
		"Longer pages are cut off at " + fmt.Sprint(mostHeight) + " pixels.\n\n")
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
	if !s.taken[screenFile(tour.English, name, screenWidths()[0])] {
		return
	}
	fmt.Fprintf(b, "| %s |", name)
	for _, width := range screenWidths() {
		fmt.Fprintf(b, " [<img src=\"%[1]s\" width=\"%[2]d\" alt=\"%[3]s, %[4]d pixels wide\">](%[1]s) |", screenFile(tour.English, name, width), width/6, name, width)
	}
	b.WriteString("\n")
}

// translated is a page in other languages on a phone.
func (s *Screens) translated(b *bytes.Buffer, name string, langs []string) {
	if !s.taken[screenFile(langs[0], name, screenWidths()[0])] {
		return
	}
	fmt.Fprintf(b, "| %s |", name)
	for _, lang := range langs {
		if file := screenFile(lang, name, screenWidths()[0]); s.taken[file] {
			fmt.Fprintf(b, " [%s](%s) |", lang, file)
		} else {
			b.WriteString(" |")
		}
	}
	b.WriteString("\n")
}
