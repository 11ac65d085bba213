package seatmap

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The limits of a map.
const (
	MaxPlaces     = 100_000   // seats and area places together; the largest stadium of the world has 114,000 seats, most under 80,000
	MaxCategories = 100       // price classes
	MaxSections   = 2_000     // sections, and as many areas
	MaxDrawings   = 500       // things drawn beside the seats
	MaxKey        = 40        // bytes of a key
	MaxLabel      = 16        // characters of a row or seat label
	MaxName       = 80        // characters of a name
	MaxCorners    = 200       // points of the outline of an area
	MaxCoordinate = 1_000_000 // map units from the origin, either way
	MinDistance   = 0.5       // map units between two seats
)

var colourForm = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

type checker struct {
	problems
	m          *Map
	categories map[string]bool
}

// check returns a *MapError that lists what is wrong with m, or nil.
func check(m *Map) error {
	c := &checker{m: m, categories: map[string]bool{}}
	if m == nil {
		c.add("map", "there is no map")
		return c.err()
	}
	if !c.size() {
		return c.err()
	}
	c.name("name", "the map", m.Name)
	c.focus("focus", "the map", m.Focus)
	c.checkCategories()
	c.checkSections()
	c.checkAreas()
	c.checkDrawings()
	c.checkBackground()
	return c.err()
}

// size checks how much there is before anything is looked at one by one, so that
// a map of absurd size costs nothing.
func (c *checker) size() bool {
	if len(c.m.Categories) == 0 {
		c.add("categories", "a map needs at least one category")
	}
	if len(c.m.Sections)+len(c.m.Areas) == 0 {
		c.add("sections", "the map is empty: it has no section and no area")
	}
	c.most("categories", "categories", len(c.m.Categories), MaxCategories)
	c.most("sections", "sections", len(c.m.Sections), MaxSections)
	c.most("areas", "areas", len(c.m.Areas), MaxSections)
	c.most("drawings", "drawings", len(c.m.Drawings), MaxDrawings)
	c.most("sections", "seats", c.m.seatCount(), MaxPlaces)
	return len(c.list) == 0
}

func (c *checker) most(field, what string, n, limit int) {
	if n > limit {
		c.add(field, "%d %s are more than the %d that a map may have", n, what, limit)
	}
}

func (c *checker) checkCategories() {
	for i, cat := range c.m.Categories {
		path := index("categories", i)
		who := "category " + clip(cat.Key)
		c.key(path+".key", "category", cat.Key, c.categories)
		c.name(path+".name", who, cat.Name)
		c.focus(path+".focus", who, cat.Focus)
		c.colour(path+".colour", who, cat.Colour)
	}
}

func (c *checker) checkSections() {
	keys := map[string]bool{}
	overlap := newOverlap(c.m.seatCount())
	for i, s := range c.m.Sections {
		at := place{c.m, i, -1, -1}
		c.key(at.path("key"), "section", s.Key, keys)
		c.name(at.path("name"), "section "+clip(s.Key), s.Name)
		c.checkView(at, s.View)
		if len(s.Rows) == 0 {
			c.add(at.path("rows"), "%s has no rows", at)
		}
		rows := make(map[string]int, len(s.Rows))
		for j := range s.Rows {
			at.row = j
			c.checkRow(at, rows, overlap)
		}
	}
}

func (c *checker) checkRow(at place, rows map[string]int, overlap *overlap) {
	r := &c.m.Sections[at.section].Rows[at.row]
	c.label(at, r.Label)
	c.checkView(at, r.View)
	if first, twice := rows[r.Label]; twice {
		c.add(at.path("label"), "%s: row %d of the section has this label already", at, first+1)
	} else {
		rows[r.Label] = at.row
	}
	if len(r.Seats) == 0 {
		c.add(at.path("seats"), "%s has no seats", at)
	}
	labels := make(map[string]int, len(r.Seats))
	for k := range r.Seats {
		at.seat = k
		c.checkSeat(at, &r.Seats[k], labels)
		c.checkPosition(at, &r.Seats[k], overlap)
	}
}

func (c *checker) checkSeat(at place, s *Seat, labels map[string]int) {
	c.label(at, s.Label)
	if first, twice := labels[s.Label]; twice {
		c.add(at.path("label"), "%s: seat number %d from the left has this label already", at, first+1)
	} else {
		labels[s.Label] = at.seat
	}
	if !c.categories[s.Category] {
		c.add(at.path("category"), "%s: there is no category %q", at, clip(s.Category))
	}
	if s.Kind != "" && !s.Kind.Valid() {
		c.add(at.path("kind"), "%s: there is no kind %q; the kinds are standard, recliner, wheelchair, companion and house", at, clip(string(s.Kind)))
	}
}

func (c *checker) checkPosition(at place, s *Seat, overlap *overlap) {
	if !inRange(Point{s.X, s.Y}) {
		c.add(at.path(outside(s)), "%s: the position (%v, %v) is not within %d units of the origin", at, s.X, s.Y, MaxCoordinate)
		return
	}
	if other, clash := overlap.add(at, s); clash {
		c.add(at.path("x"), "%s: less than %v units from %s, so the two overlap", at, MinDistance, other)
	}
}

// outside names the coordinate of s that is out of range.
func outside(s *Seat) string {
	if inRange(Point{X: s.X}) {
		return "y"
	}
	return "x"
}

func (c *checker) checkAreas() {
	keys := map[string]bool{}
	places := c.m.seatCount()
	for i, a := range c.m.Areas {
		path := index("areas", i)
		who := "area " + clip(a.Key)
		c.key(path+".key", "area", a.Key, keys)
		c.name(path+".name", who, a.Name)
		c.shape(path+".shape", who, a.Shape, 3)
		if !c.categories[a.Category] {
			c.add(path+".category", "%s: there is no category %q", who, clip(a.Category))
		}
		if a.Capacity <= 0 {
			c.add(path+".capacity", "%s: the capacity must be at least 1, not %d", who, a.Capacity)
			continue
		}
		if places += min(a.Capacity, MaxPlaces+1); places > MaxPlaces {
			c.add(path+".capacity", "%s: with it the map has more than %d places", who, MaxPlaces)
			return
		}
	}
}

func (c *checker) checkDrawings() {
	for i, d := range c.m.Drawings {
		path := index("drawings", i)
		who := fmt.Sprintf("drawing number %d", i+1)
		if d.Text != "" {
			c.name(path+".text", who, d.Text)
		}
		if len(d.Shape) == 0 {
			c.add(path+".shape", "%s has no place: give the corners of its outline, or one point for text alone", who)
		}
		c.shape(path+".shape", who, d.Shape, 1)
		c.colour(path+".colour", who, d.Colour)
	}
}

func (c *checker) colour(field, who, colour string) {
	if colour != "" && !colourForm.MatchString(colour) {
		c.add(field, "%s: the colour %q must look like #c9a227", who, clip(colour))
	}
}

func (c *checker) shape(field, who string, corners []Point, least int) {
	if n := len(corners); n > 0 && (n < least || n > MaxCorners) {
		c.add(field, "%s: an outline has %d to %d corners, not %d", who, least, MaxCorners, n)
		return
	}
	for i, p := range corners {
		if !inRange(p) {
			c.add(fmt.Sprintf("%s[%d]", field, i), "%s: corner %d is not within %d units of the origin", who, i+1, MaxCoordinate)
		}
	}
}

func (c *checker) focus(field, who string, p *Point) {
	if p != nil && !inRange(*p) {
		c.add(field, "%s: the focal point is not within %d units of the origin", who, MaxCoordinate)
	}
}

// key checks a key of lower-case ASCII letters, digits, - and _ that starts with a
// letter or digit, and that seen has not got it.
func (c *checker) key(field, what, key string, seen map[string]bool) {
	switch {
	case !validKey(key):
		c.add(field, "the %s key %q must be 1 to %d lower-case letters, digits, - or _, starting with a letter or digit", what, clip(key), MaxKey)
	case seen[key]:
		c.add(field, "the %s key %q is used twice", what, key)
	}
	seen[key] = true
}

func validKey(key string) bool {
	if key == "" || len(key) > MaxKey || key[0] == '-' || key[0] == '_' {
		return false
	}
	for _, b := range []byte(key) {
		if (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '-' && b != '_' {
			return false
		}
	}
	return true
}

func (c *checker) name(field, who, name string) {
	if !utf8.ValidString(name) || hasControl(name) {
		c.add(field, "%s: the name has a character that cannot be shown", who)
		return
	}
	if n := utf8.RuneCountInString(name); n == 0 || n > MaxName {
		c.add(field, "%s: the name must have 1 to %d characters, not %d", who, MaxName, n)
		return
	}
	if name != strings.TrimSpace(name) {
		c.add(field, "%s: the name must not begin or end with a space", who)
	}
}

func hasControl(s string) bool {
	for _, r := range s {
		if unicode.IsControl(r) {
			return true
		}
	}
	return false
}

// label checks the label of the row or seat at the given place. A hyphen would
// make seat names ambiguous ("a-1-2"), a space or comma would break lists of them
// and HTML ids, so labels are letters, digits, dots, underscores and plus signs.
func (c *checker) label(at place, label string) {
	if label == "" {
		c.add(at.path("label"), "%s has no label", at)
		return
	}
	if n := utf8.RuneCountInString(label); n > MaxLabel {
		c.add(at.path("label"), "%s: a label has at most %d characters, not %d", at, MaxLabel, n)
		return
	}
	for _, r := range label {
		if !labelRune(r) {
			c.add(at.path("label"), "%s: a label is made of letters, digits, dots, underscores and plus signs, not %q", at, r)
			return
		}
	}
}

func labelRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '.' || r == '_' || r == '+'
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
}

func inRange(p Point) bool {
	return math.Abs(p.X) <= MaxCoordinate && math.Abs(p.Y) <= MaxCoordinate // false for NaN
}
