package lettering

import (
	"bytes"
	"embed"
	"fmt"
	"sync"

	"github.com/go-text/typesetting/font"
)

//go:embed fonts/*.ttf
var files embed.FS

// Face is a kind of letters.
type Face int

// The faces. What one lacks is taken from Plain and from the fonts of other scripts.
const (
	Gothic    Face = iota // bold and narrow, as on a playbill
	Didone                // fat with hairlines
	Geometric             // of circles and straight lines
	Soft                  // a bold italic with serifs
	Plain                 // for small print
	devanagari
	tamil
	arabic
	faces // how many there are
)

// names are the files of the fonts.
var names = [faces]string{
	Gothic: "Oswald_700Bold", Didone: "BodoniModa_900Black", Geometric: "LeagueSpartan_800ExtraBold", Soft: "Fraunces_900Black_Italic",
	Plain: "NotoSans_600SemiBold", devanagari: "NotoSansDevanagari_700Bold", tamil: "NotoSansTamil_700Bold", arabic: "NotoKufiArabic_700Bold",
}

// fallback is where letters are looked for that a face does not have.
var fallback = [...]Face{Plain, devanagari, tamil, arabic}

// Set is the fonts. It is safe for concurrent use.
type Set struct {
	fonts   [faces]*font.Font
	writers sync.Pool // of *Writer
}

// Open reads the fonts, which takes some milliseconds.
func Open() (*Set, error) {
	s := &Set{}
	for i, name := range names {
		data, err := files.ReadFile("fonts/" + name + ".ttf")
		if err != nil {
			return nil, fmt.Errorf("font %s: %w", name, err)
		}
		face, err := font.ParseTTF(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("font %s: %w", name, err)
		}
		s.fonts[i] = face.Font
	}
	return s, nil
}

// Writer returns one that nobody else uses. Give it back with Return when the picture is finished.
func (s *Set) Writer() *Writer {
	if w, ok := s.writers.Get().(*Writer); ok {
		return w
	}
	w := &Writer{}
	for i, f := range s.fonts {
		w.faces[i] = font.NewFace(f)
	}
	return w
}

// Return takes a writer back for the next picture.
func (s *Set) Return(w *Writer) { s.writers.Put(w) }
