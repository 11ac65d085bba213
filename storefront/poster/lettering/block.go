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
	best := f.best(1, room.Lines)
	if best.Size < room.Least {
		const more = 3 // than the words need without any loss
		f.breakWords()
		best = f.best(f.needed(), f.needed()+more)
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

// best is the block with the largest letters of those with so many lines.
func (f *fitter) best(least, most int) Block {
	var best Block
	most = min(most, len(f.words))
	least = min(least, most)
	from := f.breaks(most)
	for n := least; n <= most; n++ {
		if b := f.block(startsOf(from, n)); n == least || b.Size > best.Size*1.02 {
			best = b
		}
	}
	return best
}

// needed is about how many lines of the least size the words take.
func (f *fitter) needed() int {
	sum := float32(0)
	for _, one := range f.words {
		sum += one.width + f.space
	}
	return max(1, int(sum*f.room.Least/f.room.W))
}

// breaks divides the words among up to so many lines so that the widest one is as narrow as can be. It returns, for each number of lines and
// of words that they have, the first word of the last line.
func (f *fitter) breaks(lines int) [][]int {
	count := len(f.words)
	from := make([][]int, lines+1)
	before := make([]float32, count+1) // the width of the words so far in one line less
	for i := range before[1:] {
		before[i+1] = 1 << 20
	}
	for k := 1; k <= lines; k++ {
		from[k] = make([]int, count+1)
		now := make([]float32, count+1)
		now[0] = 1 << 20
		for end := 1; end <= count; end++ {
			now[end], from[k][end] = f.last(before, k-1, end)
		}
		before = now
	}
	return from
}

// last finds where the last of some lines begins that end with a word. It has at least as many words before it as there are lines.
func (f *fitter) last(before []float32, lines, end int) (widest float32, start int) {
	widest = 1 << 20
	width := float32(0)
	for i := end - 1; i >= lines; i-- {
		width += f.words[i].width
		if c := max(before[i], width); c < widest {
			widest, start = c, i
		}
		if !f.words[i].glued {
			width += f.space
		}
	}
	return widest, start
}

// startsOf are the first words of n lines.
func startsOf(from [][]int, n int) []int {
	starts := make([]int, n)
	end := len(from[1]) - 1
	for k := n; k > 0; k-- {
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
