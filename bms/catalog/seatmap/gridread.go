package seatmap

import (
	"slices"
	"strings"
)

func (p *gridParser) readDirective(line string) {
	name, rest, _ := strings.Cut(line, " ")
	args := &gridArgs{p: p, name: strings.TrimSuffix(name, ":"), end: column(line, len(line))}
	first := column(line, len(line)-len(rest))
	switch name {
	case "name:":
		p.readName(strings.TrimSpace(rest))
		return
	case "focus:":
		p.m.Focus = p.point(first, rest)
		return
	}
	args.words = p.words(rest, first)
	switch name {
	case "category":
		p.readCategory(args)
	case "seat":
		p.readSeat(args)
	case "section":
		p.readSection(args)
	case "area":
		p.readArea(args)
	default:
		p.wrong(1, "there is no directive %q; a line begins with name:, focus:, category, seat, section or area, or is a row and begins with a space", clip(name))
		return
	}
	args.done()
}

func (p *gridParser) readName(name string) {
	if p.nameLine > 0 {
		p.wrong(1, "the map has a name already")
	}
	p.nameLine = p.line
	p.m.Name = name
}

func (p *gridParser) readCategory(args *gridArgs) {
	letter := args.plain("a letter, as in: category g \"Gold\"")
	name := args.plain("a name, as in: category g \"Gold\"")
	c := Category{Name: name.value, Key: keyOf(name.value, letter.value), Focus: args.point("focus")}
	if key, ok := args.option("key"); ok {
		c.Key = key.value
	}
	for i, w := range args.words {
		if w.key == "" && !w.quoted && strings.HasPrefix(w.value, "#") {
			c.Colour = w.value
			args.words = slices.Delete(args.words, i, i+1)
			break
		}
	}
	if r, ok := p.letter(letter); ok {
		p.classes[r] = seatClass{category: c.Key}
		p.letters[letter.value] = c.Key
	}
	p.m.Categories = append(p.m.Categories, c)
	p.categoryLines = append(p.categoryLines, p.line)
}

func (p *gridParser) readSeat(args *gridArgs) {
	letter := args.plain("a letter, as in: seat W s wheelchair")
	category := args.plain("the letter of a category, as in: seat W s wheelchair")
	kind := args.plain("a kind, as in: seat W s wheelchair")
	class := seatClass{kind: Kind(kind.value)}
	class.category = p.categoryOf(category)
	if kind.value != "" && !class.kind.Valid() {
		p.wrong(kind.column, "there is no kind %q; the kinds are standard, recliner, wheelchair, companion and house", clip(kind.value))
	}
	if class.kind == Standard {
		class.kind = ""
	}
	if r, ok := p.letter(letter); ok {
		p.classes[r] = class
	}
}

// categoryOf returns the key of the category that a word names by its letter.
func (p *gridParser) categoryOf(w gridWord) string {
	key, ok := p.letters[w.value]
	if !ok && w.value != "" {
		p.wrong(w.column, "no category above has the letter %q", clip(w.value))
	}
	return key
}

func (p *gridParser) readSection(args *gridArgs) {
	key := args.plain("a key, as in: section stalls \"Stalls\"")
	name := args.plain("a name, as in: section stalls \"Stalls\"")
	s := gridSection{line: p.line, naming: RowNaming{First: "A", Skip: SkipIO}, numbering: readNumbering(args, Numbering{}), at: args.point("at")}
	if w, ok := args.option("rows"); ok {
		s.naming.First = w.value
	}
	if w, ok := args.option("skip"); ok {
		s.naming.Skip = strings.ToUpper(w.value)
		if w.value == "none" {
			s.naming.Skip = ""
		}
	}
	if w, ok := args.option("from"); ok {
		s.fromBack = w.value == "back"
		if w.value != "back" && w.value != "front" {
			p.wrong(w.column, "from=%s must be from=front or from=back", clip(w.value))
		}
	}
	if w, ok := args.option("beside"); ok {
		s.beside = w.value
		if s.at != nil || !slices.ContainsFunc(p.m.Sections, func(other Section) bool { return other.Key == w.value }) {
			p.wrong(w.column, "beside=%s must name a section above, and cannot stand with at=", clip(w.value))
		}
	}
	p.sections = append(p.sections, s)
	p.m.Sections = append(p.m.Sections, Section{Key: key.value, Name: name.value})
}

// readNumbering takes the options that say how seats are numbered; what is not
// said is as in the numbering given.
func readNumbering(args *gridArgs, n Numbering) Numbering {
	if w, ok := args.option("numbers"); ok {
		n = Numbering{Order: Order(w.value), Start: n.Start}
		if !n.Order.Valid() {
			args.p.wrong(w.column, "there is no numbering %q; it is one of ltr, rtl, odd-left and odd-right", clip(w.value))
		}
	}
	if start := args.number("start", maxNumber); start > 0 {
		n.Start = start
	}
	if step := args.number("step", 100); step > 0 {
		n.Step = step
	}
	if n.split() && n.Step > 1 {
		args.p.wrong(args.end, "odd and even numbers split at the centre have no step")
	}
	return n
}

func (p *gridParser) readArea(args *gridArgs) {
	key := args.plain("a key, as in: area floor \"Standing\" category=s capacity=400")
	name := args.plain("a name, as in: area floor \"Standing\" category=s capacity=400")
	a := Area{Key: key.value, Name: name.value, Capacity: args.number("capacity", MaxPlaces)}
	if w, ok := args.option("category"); ok {
		a.Category = p.categoryOf(w)
	} else {
		p.wrong(args.end, "area needs category=, the letter of a category")
	}
	if at, size := args.point("at"), args.point("size"); at != nil && size != nil {
		if size.X <= 0 || size.Y <= 0 {
			p.wrong(args.end, "the size of an area is a width and a depth of more than 0")
		}
		a.Shape = box{at.X, at.Y, at.X + size.X, at.Y + size.Y}.corners()
	} else if at != nil || size != nil {
		p.wrong(args.end, "an area has both at= and size=, or neither")
	}
	p.m.Areas = append(p.m.Areas, a)
	p.areaLines = append(p.areaLines, p.line)
}

// readRow reads an indented line: a drawing, then options.
func (p *gridParser) readRow(line string) {
	if len(p.sections) == 0 {
		p.wrong(1, "a row needs a section above it, such as: section stalls \"Stalls\"; directives begin in the first column")
		return
	}
	s := &p.sections[len(p.sections)-1]
	drawing, options := cutOptions(line)
	row := gridRow{line: p.line, indent: len(line) - len(strings.TrimLeft(line, " "))}
	row.drawing = []rune(strings.TrimRight(drawing[row.indent:], " "))
	if len(row.drawing) == 0 {
		p.wrong(row.indent+1, "the line has options, but draws no seats")
		return
	}
	args := &gridArgs{p: p, name: "a row", end: column(line, len(line))}
	args.words = p.words(options, column(line, len(line)-len(options)))
	row.numbering = readNumbering(args, s.numbering)
	if w, ok := args.option("row"); ok {
		row.label = w.value
	}
	args.done()
	if row.crossAisle() && options != "" {
		p.wrong(column(line, len(line)-len(options)), "a cross aisle takes no options: they belong behind a row of seats")
	}
	p.checkDrawing(row)
	s.rows = append(s.rows, row)
}

// cutOptions divides a row into its drawing and its options, which begin with the
// first word that has a "=".
func cutOptions(line string) (string, string) {
	before, _, options := strings.Cut(line, "=")
	if !options {
		return line, ""
	}
	begin := strings.LastIndexByte(before, ' ') + 1
	return line[:begin], line[begin:]
}

// checkDrawing complains of every character that means nothing, each once a line.
func (p *gridParser) checkDrawing(row gridRow) {
	complained := map[rune]bool{}
	for i, r := range row.drawing {
		_, seat := p.classes[r]
		if seat || complained[r] || strings.ContainsRune("_. |", r) || r == '-' && row.crossAisle() {
			continue
		}
		complained[r] = true
		p.wrong(row.indent+i+1, "%q is no seat: no category or seat above has this letter", r)
	}
}

// crossAisle reports whether the row is a line of hyphens.
func (r gridRow) crossAisle() bool {
	return strings.Trim(string(r.drawing), "-") == ""
}
