package lettering

import (
	"slices"
	"strings"
	"unicode"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/bidi"

	"github.com/marquee-tickets/marquee/storefront/poster/ink"
)

// Style is how a text is set.
type Style struct {
	Face     Face
	Upper    bool    // in capital letters, where the script has them
	Tracking float32 // space between letters, in parts of the font's size; scripts that join letters get none
}

// Writer sets texts. It is for one goroutine at a time.
type Writer struct {
	faces     [faces]*font.Face
	shaper    shaping.HarfbuzzShaper
	segmenter shaping.Segmenter
	wrapper   shaping.LineWrapper
}

// unit is the size of the font that lines are set in before they are brought to the size that is wanted.
const unit = 1000

// Line is a text in one line. Its measures are in parts of the font's size.
type Line struct {
	Width  float32
	Top    float32 // how far its letters reach above the baseline
	Bottom float32 // how far below

	path  *ink.Path // in parts of unit
	whole bool      // no letter is missing
}

// chooser finds the face for a letter.
type chooser struct {
	w     *Writer
	first Face
}

// ResolveFace returns the first face that has the letter, or the first of all.
func (c chooser) ResolveFace(r rune) *font.Face {
	if face := c.find(r); face != nil {
		return face
	}
	return c.w.faces[c.first]
}

func (c chooser) find(r rune) *font.Face {
	if _, ok := c.w.faces[c.first].NominalGlyph(r); ok {
		return c.w.faces[c.first]
	}
	for _, f := range fallback {
		if _, ok := c.w.faces[f].NominalGlyph(r); ok {
			return c.w.faces[f]
		}
	}
	return nil
}

// clean is the text as it is set: on one line, without signs that no font has, in capital letters if they are wanted.
func (w *Writer) clean(text string, st Style) string {
	c := chooser{w, st.Face}
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == '\u200c' || r == '\u200d': // these say how letters join
			return r
		case unicode.In(r, unicode.C, unicode.Variation_Selector):
			return -1
		case !unicode.In(r, unicode.L, unicode.M, unicode.N) && c.find(r) == nil:
			return -1
		case st.Upper && r == 'ß':
			return 'ẞ'
		case st.Upper:
			return unicode.ToUpper(r)
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// european are the scripts that a face can be looked for in.
var european = []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek}

// suited is the style with a face that has all European letters of the text: letters of two faces do not go into one word.
func (w *Writer) suited(text string, st Style) Style {
	for _, f := range [...]Face{st.Face, Gothic, Plain} {
		lacks := func(r rune) bool {
			_, ok := w.faces[f].NominalGlyph(r)
			return !ok && unicode.In(r, european...)
		}
		if !strings.ContainsFunc(text, lacks) {
			st.Face = f
			break
		}
	}
	return st
}

// direction is that of the first letter which has one.
func direction(text string) di.Direction {
	for _, r := range text {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return di.DirectionLTR
		case bidi.R, bidi.AL:
			return di.DirectionRTL
		default:
		}
	}
	return di.DirectionLTR
}

// RTL reports whether a text is written from right to left.
func RTL(text string) bool { return direction(text) == di.DirectionRTL }

// Line sets a text in one line, whatever its length. It returns false when there is a letter that no font has, or nothing
// to set.
func (w *Writer) Line(text string, st Style) (Line, bool) {
	text = w.clean(text, st)
	line := w.line(text, w.suited(text, st))
	return line, line.whole && !line.path.Empty()
}

// line sets a text that is clean.
func (w *Writer) line(text string, st Style) Line {
	l := Line{path: new(ink.Path), whole: true}
	runes := []rune(text)
	if len(runes) == 0 {
		return l
	}
	dir := direction(text)
	input := shaping.Input{Text: runes, RunEnd: len(runes), Direction: dir, Size: fixed.I(unit), Language: language.DefaultLanguage()}
	pen := float32(0)
	for _, run := range w.ordered(w.segmenter.Split(input, chooser{w, st.Face}), runes, dir) {
		tracking := st.Tracking * unit
		if w.joins(run.Face) {
			tracking = 0
		}
		pen = l.add(run, pen, tracking)
		l.Width = (pen - tracking) / unit // what is after the last letter belongs to nothing
	}
	l.measure()
	return l
}

// ordered shapes the runs and returns them from left to right.
func (w *Writer) ordered(inputs []shaping.Input, runes []rune, dir di.Direction) []shaping.Output {
	runs := make([]shaping.Output, 0, len(inputs))
	for _, in := range inputs {
		runs = append(runs, w.shaper.Shape(in))
	}
	lines, _ := w.wrapper.WrapParagraph(shaping.WrapConfig{Direction: dir}, 1<<24, runes, shaping.NewSliceIterator(runs))
	if len(lines) != 1 {
		return runs
	}
	line := slices.Clone(lines[0])
	slices.SortStableFunc(line, func(a, b shaping.Output) int { return int(a.VisualIndex - b.VisualIndex) })
	return line
}

// joins reports whether letters of the face hang together.
func (w *Writer) joins(f *font.Face) bool {
	return f == w.faces[devanagari] || f == w.faces[tamil] || f == w.faces[arabic]
}

// add draws a run from pen on and returns where the next one begins.
func (l *Line) add(run shaping.Output, pen, tracking float32) float32 {
	scale := float32(unit) / float32(run.Face.Upem())
	for _, g := range run.Glyphs {
		if g.GlyphID == 0 {
			l.whole = false
		}
		if outline, ok := run.Face.GlyphDataOutline(g.GlyphID); ok {
			x, y := pen+float32(g.XOffset)/64, -float32(g.YOffset)/64
			l.path.Add(pathOf(outline.Segments), ink.Matrix{scale, 0, 0, -scale, x, y})
		}
		pen += float32(g.Advance)/64 + tracking
	}
	return pen
}

// pathOf is the outline of a letter, y up.
func pathOf(segments []opentype.Segment) *ink.Path {
	p := new(ink.Path)
	for _, s := range segments {
		a, b, c := ink.Point(s.Args[0]), ink.Point(s.Args[1]), ink.Point(s.Args[2])
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			p.MoveTo(a.X, a.Y)
		case opentype.SegmentOpLineTo:
			p.LineTo(a.X, a.Y)
		case opentype.SegmentOpQuadTo:
			p.QuadTo(a, b)
		case opentype.SegmentOpCubeTo:
			p.CubeTo(a, b, c)
		}
	}
	return p
}

// measure finds how far the letters reach.
func (l *Line) measure() {
	top, bottom, ok := l.path.Reach()
	if ok {
		l.Top, l.Bottom = -top/unit, bottom/unit
	}
}
