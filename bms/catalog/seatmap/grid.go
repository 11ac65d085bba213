package seatmap

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// ParseGrid reads a map that is drawn as text, one character per seat, the stage
// at the top:
//
//	name: Screen 1
//
//	category s "Silver" #7d8ca3
//	category g "Gold"   #c9a227
//	seat W s wheelchair
//	seat C s companion
//
//	section stalls "Stalls" rows=A numbers=rtl
//	    WC_ssssssss_CW
//	  ssss_ssssssss_ssss
//	  ssss_ssssssss_ssss
//	  ------------------
//	  gggg_gggggggg_gggg
//	  gggg_gggggggg_gggg  row=K
//
//	area floor "Standing" category=s capacity=400
//
// Lines that begin in the first column are directives; empty lines and lines
// that begin with # are passed over. A name with spaces is put in double quotes,
// in which \" and \\ stand for a quote and a backslash.
//
//   - name: text up to the end of the line, the name of the map.
//   - focus: x,y the point that best seats should be near; a column and a row.
//   - category LETTER NAME [#rrggbb] [key=KEY] [focus=x,y] makes a price class.
//     Its letter, of any case or a digit, draws a standard seat of it. The key
//     is made of the name when none is given: "Gold" becomes gold.
//   - seat LETTER CATEGORY KIND gives another letter to seats of a kind:
//     standard, recliner, wheelchair, companion or house. CATEGORY is the letter
//     of a category above.
//   - section KEY NAME [OPTIONS] begins a section; the indented lines that
//     follow are its rows.
//   - area KEY NAME category=LETTER capacity=N [at=x,y size=w,h] makes a standing area.
//
// A row is drawn with the letters of seats. An empty place is "_", "." or a
// space, and the seats left and right of it are not neighbours; "|" parts two seats
// without taking room. The indentation that all rows of a section share does not count.
// A line of "-" is a cross aisle, one row deep.
//
// Rows are labelled A, B, C … Z, AA, BB …, without I and O. Seats are numbered 1, 2, 3
// from the left, as seen from the seats. These options of a section change that:
//
//   - rows=LABEL is the label of the first row: A, AA, 1, R1.
//   - skip=LETTERS are left out of row labels in place of IO; skip=none leaves
//     out none.
//   - from=back labels the rows from the last to the first.
//   - numbers=ltr|rtl|odd-left|odd-right, start=N, step=N number seats as
//     Numbering describes it. The centre, for odd and even, is the middle of the
//     section; a seat in the very middle is on the left.
//   - at=x,y puts the front left corner of the section there. beside=KEY puts it
//     right of a section above, with two empty columns between. Without either
//     it is behind all that is above, with two empty rows between.
//
// numbers, start and step may also follow a row and are then for that row alone,
// and row=LABEL labels it; the rows after it go on from there.
//
// What is wrong is a *MapError whose problems have "line 7 column 12" as field,
// columns counted in characters.
func ParseGrid(text string) (*Map, error) {
	p := &gridParser{m: &Map{}, classes: map[rune]seatClass{}, letters: map[string]string{}}
	switch {
	case len(text) > MaxInput:
		p.add("line 1", "%d bytes are more than the %d that a map may have", len(text), MaxInput)
	case !utf8.ValidString(text):
		p.add("line 1", "the text is not UTF-8")
	default:
		p.read(strings.TrimPrefix(text, string(byteOrderMark)))
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	if err := check(p.m); err != nil {
		return nil, relocate(err, p.position)
	}
	return p.m, nil
}

// seatClass is what a letter stands for.
type seatClass struct {
	category string // key
	kind     Kind   // empty for standard
}

type gridParser struct {
	problems
	m        *Map
	classes  map[rune]seatClass
	letters  map[string]string // key of each category by its letter
	line     int               // being read, from 1
	sections []gridSection

	// Where the parts of the map come from.
	nameLine      int // 0 for a map without a name
	categoryLines []int
	areaLines     []int
}

// gridSection is a section before its rows are laid out.
type gridSection struct {
	line      int
	naming    RowNaming
	fromBack  bool
	numbering Numbering
	at        *Point
	beside    string
	rows      []gridRow
	box       box // where it came to lie
}

// gridRow is a row as drawn.
type gridRow struct {
	line      int
	drawing   []rune // without its indentation, unless that is more than that of other rows
	indent    int
	label     string // as given by row=
	numbering Numbering
	columns   []int // of each seat in the line, from 1, for errors
}

func (p *gridParser) read(text string) {
	for line := range strings.Lines(text) {
		p.line++
		line = strings.TrimRight(line, " \r\n")
		trimmed := strings.TrimLeft(line, " ")
		switch {
		case trimmed == "" || trimmed[0] == '#':
		case strings.Contains(line, "\t"):
			p.wrong(column(line, strings.Index(line, "\t")), "use spaces: a tab is not the same width everywhere")
		case line[0] == ' ':
			p.readRow(line)
		default:
			p.readDirective(line)
		}
	}
	if p.nameLine == 0 {
		p.wrong(1, "the map has no name: add a line such as name: Screen 1")
	}
	for i := range p.sections {
		p.layOut(i)
	}
}

// wrong records a problem at a column of the line being read.
func (p *gridParser) wrong(column int, format string, args ...any) {
	p.add(lineColumn(p.line, column), format, args...)
}

func lineColumn(line, column int) string { return fmt.Sprintf("line %d column %d", line, column) }

// column makes a column, from 1, of an offset in bytes.
func column(line string, offset int) int { return utf8.RuneCountInString(line[:offset]) + 1 }

// position returns where the part of the map at a path was written.
func (p *gridParser) position(at path) string {
	switch {
	case at.list == "" && at.rest == "name":
		return lineColumn(p.nameLine, 1)
	case at.list == "categories" && at.i < len(p.categoryLines):
		return lineColumn(p.categoryLines[at.i], 1)
	case at.list == "areas" && at.i < len(p.areaLines):
		return lineColumn(p.areaLines[at.i], 1)
	case at.list != "sections" || at.i >= len(p.sections):
		return ""
	case at.row < 0:
		return lineColumn(p.sections[at.i].line, 1)
	}
	row := p.sections[at.i].rows[at.row]
	if at.seat < 0 {
		return lineColumn(row.line, row.columns[0])
	}
	return lineColumn(row.line, row.columns[at.seat])
}
