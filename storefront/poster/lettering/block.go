package lettering

import (
	"strings"

	"github.com/go-text/typesetting/segmenter"

	"github.com/marquee-tickets/marquee/storefront/poster/ink"
)

// Room is the place that a text has. Lengths are in units of the drawing.
type Room struct {
	W, H  float32
	Most  float32 // the largest size of the font
	Lines int     // the most lines, unless a text is so long that it would become smaller than Least
	Least float32 // the smallest size before words are broken and more lines are made; 0 means a fifth of Most

	// Stack makes each line as wide as the room, as on a playbill, where that is not out of proportion.
	Stack bool
}

// Block is a text set in lines. Its place begins at the upper left corner of its letters.
type Block struct {
	W, H  float32
	Size  float32 // of the font, of its largest line
	Lines int

	lines []placed
}

// placed is a line with its size and baseline.
type placed struct {
	line       Line
	size, base float32
}

// leading is the least distance of two baselines, in parts of the font's size.
const leading = 0.96

// air is what is left between the letters of two lines at least, in parts of the font's size.
const air = 0.12

// Fit sets a text as large as the room allows. It returns false when a letter is in no font, or there is nothing to set.
func (w *Writer) Fit(text string, st Style, room Room) (Block, bool) {
	text = w.clean(text, st)
	st = w.suited(text, st)
	if _, ok := w.Line(text, st); !ok {
		return Block{}, false
	}
	if room.Least == 0 {
		room.Least = room.Most / 5
	}
	f := fitter{w: w, st: st, room: room, space: w.space(st)}
	f.split(text)
	best := f.best(room.Lines)
	if best.Size < room.Least {
		f.breakWords()
		best = f.best(len(f.words))
	}
	return best, true
}

// space is the width of a space.
func (w *Writer) space(st Style) float32 {
	return w.line("n n", st).Width - w.line("nn", st).Width
}

// word is what is not broken, with its width in parts of the font's size.
type word struct {
	text  string
	width float32
	glued bool // without a space before it
}

// fitter looks for the best way to break a text.
type fitter struct {
	w     *Writer
	st    Style
	room  Room
	space float32
	words []word
}

// split finds where lines may be broken, by UAX #14.
func (f *fitter) split(text string) {
	var s segmenter.Segmenter
	s.Init([]rune(text))
	glued := false
	for lines := s.LineIterator(); lines.Next(); {
		part := string(lines.Line().Text)
		trimmed := strings.TrimRight(part, " ")
		f.words = append(f.words, word{trimmed, f.w.line(trimmed, f.st).Width, glued})
		glued = trimmed == part
	}
}

// breakWords breaks words that would be wider than the room at the least size, between letters.
func (f *fitter) breakWords() {
	most := f.room.W / f.room.Least
	var words []word
	for _, one := range f.words {
		if one.width <= most {
			words = append(words, one)
			continue
		}
		words = append(words, f.pieces(one, most)...)
	}
	f.words = words
}

func (f *fitter) pieces(long word, most float32) []word {
	var s segmenter.Segmenter
	s.Init([]rune(long.text))
	var list []word
	now := word{glued: long.glued}
	for letters := s.GraphemeIterator(); letters.Next(); {
		letter := string(letters.Grapheme().Text)
		longer := word{text: now.text + letter, glued: now.glued}
		longer.width = f.w.line(longer.text, f.st).Width
		if longer.width > most && now.text != "" {
			list = append(list, now)
			longer = word{text: letter, width: f.w.line(letter, f.st).Width, glued: true}
		}
		now = longer
	}
	return append(list, now)
}

// best is the block with the largest letters of those with at most so many lines.
func (f *fitter) best(lines int) Block {
	var best Block
	for n := 1; n <= min(lines, len(f.words)); n++ {
		if b := f.block(f.breaks(n)); n == 1 || b.Size > best.Size*1.02 {
			best = b
		}
	}
	return best
}

// breaks divides the words among n lines so that the widest one is as narrow as can be. It returns the first word of each line.
func (f *fitter) breaks(n int) []int {
	count := len(f.words)
	cost := make([][]float32, n+1) // of the words before i in so many lines
	from := make([][]int, n+1)
	for k := range cost {
		cost[k], from[k] = make([]float32, count+1), make([]int, count+1)
		for i := range cost[k] {
			cost[k][i] = 1 << 20
		}
	}
	cost[0][0] = 0
	for k := 1; k <= n; k++ {
		for end := 1; end <= count; end++ {
			for start, width := end-1, float32(0); start >= k-1; start-- {
				width += f.words[start].width
				if c := max(cost[k-1][start], width); c < cost[k][end] {
					cost[k][end], from[k][end] = c, start
				}
				if !f.words[start].glued {
					width += f.space
				}
			}
		}
	}
	starts := make([]int, n)
	for k, end := n, count; k > 0; k-- {
		end = from[k][end]
		starts[k-1] = end
	}
	return starts
}

// block sets the lines that begin with the words.
func (f *fitter) block(starts []int) Block {
	b := Block{Lines: len(starts)}
	widest := float32(0)
	for i, start := range starts {
		end := len(f.words)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		line := f.w.line(join(f.words[start:end]), f.st)
		b.lines = append(b.lines, placed{line: line})
		widest = max(widest, line.Width)
	}
	size := min(f.room.Most, f.room.W/max(widest, 0.01))
	for i := range b.lines {
		b.lines[i].size = f.sizeOf(b.lines[i].line, size)
	}
	b.stand()
	if b.H > f.room.H {
		b.shrink(f.room.H / b.H)
	}
	return b
}

// sizeOf is the size of a line among others of a size.
func (f *fitter) sizeOf(l Line, size float32) float32 {
	if !f.room.Stack {
		return size
	}
	return min(f.room.W/max(l.Width, 0.01), size*1.7, f.room.Most)
}

func join(words []word) string {
	var b strings.Builder
	for i, one := range words {
		if i > 0 && !one.glued {
			b.WriteByte(' ')
		}
		b.WriteString(one.text)
	}
	return b.String()
}

// stand puts the lines under each other: as near as is usual, and farther where letters would touch.
func (b *Block) stand() {
	b.W, b.H, b.Size = 0, 0, 0
	for i := range b.lines {
		p := &b.lines[i]
		p.base = p.line.Top * p.size
		if i > 0 {
			above := b.lines[i-1]
			apart := above.line.Bottom*above.size + p.line.Top*p.size + air*min(p.size, above.size)
			p.base = above.base + max(leading*p.size, apart)
		}
		b.W, b.Size = max(b.W, p.line.Width*p.size), max(b.Size, p.size)
		b.H = max(b.H, p.base+p.line.Bottom*p.size)
	}
}

func (b *Block) shrink(by float32) {
	for i := range b.lines {
		b.lines[i].size *= by
	}
	b.stand()
}

// Align says where the lines of a block are.
type Align int

// The ways in which lines stand.
const (
	Left Align = iota
	Centre
	Right
)

// Draw adds the letters to a path. The block's upper left corner is at x, y; its lines stand in a room of the width.
func (b Block) Draw(p *ink.Path, x, y, width float32, a Align) {
	for _, l := range b.lines {
		at := x
		switch rest := width - l.line.Width*l.size; a {
		case Centre:
			at += rest / 2
		case Right:
			at += rest
		case Left:
		}
		l.line.Draw(p, at, y+l.base, l.size)
	}
}

// Draw adds the letters of a line to a path, with the baseline from x, y on.
func (l Line) Draw(p *ink.Path, x, y, size float32) {
	p.Add(l.path, ink.Scale(size/unit).Then(ink.Move(x, y)))
}
