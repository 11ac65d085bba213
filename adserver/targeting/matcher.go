package targeting

import (
	"math/bits"
	"slices"
)

// Matcher walks through the items of an index that match one request. It is meant to be kept for the next request, for it keeps the memory
// that it works in. The zero Matcher finds nothing. It belongs to one goroutine at a time.
type Matcher struct {
	index   *Index
	signals *Signals

	rows []counted // of which all must hold, the most selective first
	many []choice  // of each one must hold
	wide []row     // what the choices are between
	bans []row     // of which none may hold

	spare []row // rows to work in
	taken int   // how many of them are in use

	never bool   // nothing can match
	at    int    // word
	word  uint64 // what is left of it
	last  int    // item found last
}

// choice are rows of which one must hold: base, and some of Matcher.wide.
type choice struct {
	base     row
	from, to int
}

// Match begins the walk through the items of an index that match a request. The signals must stay as they are until it ends.
func (m *Matcher) Match(x *Index, s *Signals) {
	m.Reset()
	m.index, m.signals = x, s
	for i := range x.columns {
		m.column(&x.columns[i])
	}
	if len(m.rows) == 0 {
		m.rows = append(m.rows, counted{x.all, len(x.item)})
	}
	slices.SortFunc(m.rows, func(a, b counted) int { return a.count - b.count })
}

// Reset ends the walk and lets go of the index and of the signals.
func (m *Matcher) Reset() {
	clear(m.rows)
	clear(m.many)
	clear(m.wide)
	clear(m.bans)
	*m = Matcher{
		rows: m.rows[:0], many: m.many[:0], wide: m.wide[:0], bans: m.bans[:0], spare: m.spare,
		at: -1, last: -1,
	}
}

// Next returns the next item that matches, as its position in what was compiled; false when there is none any more.
func (m *Matcher) Next() (item int, ok bool) {
	for {
		if m.word == 0 && !m.advance() {
			return 0, false
		}
		bit := uint32(m.at*64 + bits.TrailingZeros64(m.word))
		m.word &= m.word - 1
		item = int(m.index.item[bit])
		if item != m.last && m.verified(bit) {
			m.last = item
			return item, true
		}
	}
}

// verified asks what the rows cannot tell.
func (m *Matcher) verified(bit uint32) bool {
	if m.index.verify == nil || !m.index.verify.has(bit) {
		return true
	}
	for _, t := range m.index.extra[bit] {
		for _, set := range t.must {
			if !m.signals.hasAny(t.dim, set) {
				return false
			}
		}
	}
	return true
}

// advance goes to the next word in which something is left.
func (m *Matcher) advance() bool {
	if m.index == nil || m.never {
		return false
	}
	rows := m.rows
	first := rows[0].row
	for i := m.at + 1; i < len(first); i++ {
		w := first[i]
		for r := 1; r < len(rows) && w != 0; r++ {
			w &= rows[r].row[i]
		}
		if w != 0 {
			w = m.narrow(w, i)
		}
		if w != 0 {
			m.at, m.word = i, w
			return true
		}
	}
	m.at = len(first)
	return false
}

// narrow takes from a word what the dimensions of many values do not allow.
func (m *Matcher) narrow(w uint64, i int) uint64 {
	for _, c := range m.many {
		any := c.base[i]
		for _, r := range m.wide[c.from:c.to] {
			any |= r[i]
		}
		if w &= any; w == 0 {
			return 0
		}
	}
	for _, r := range m.bans {
		w &^= r[i]
	}
	return w
}

// column lays the rows of one dimension over the others.
func (m *Matcher) column(c *column) {
	values := m.signals.values[c.dim]
	switch {
	case m.signals.Unknown(c.dim):
		m.require(c.unknown)
	case len(values) == 0:
		m.require(c.none)
	case c.dim.Many():
		m.several(c, values)
	default:
		m.single(c, values[0])
	}
}

// require adds a row that must hold.
func (m *Matcher) require(r counted) {
	if r.count < len(m.index.item) {
		m.rows = append(m.rows, r)
	}
	m.never = m.never || r.count == 0
}

func (m *Matcher) single(c *column, s span) {
	v := c.values[string(m.signals.bytes(s))]
	switch {
	case v == nil:
		m.require(c.none)
	case v.row.row != nil:
		m.require(v.row)
	default:
		r := m.borrow(c.none.row)
		for i, at := range v.few.at {
			r[at] = v.few.words[i]
		}
		m.require(counted{r, v.row.count})
	}
}

func (m *Matcher) several(c *column, values []span) {
	from := len(m.wide)
	base := c.none
	var banned row
	for _, s := range values {
		v := c.values[string(m.signals.bytes(s))]
		if v == nil {
			continue
		}
		if v.add != nil {
			m.wide = append(m.wide, v.add)
		}
		if v.ban != nil {
			m.bans = append(m.bans, v.ban)
		}
		if len(v.few.at) > 0 {
			base = m.with(base, c.none.row, v.few)
		}
		if len(v.fewBanned.at) > 0 {
			banned = m.ban(banned, v.fewBanned)
		}
	}
	if len(m.wide) == from {
		m.require(base)
		return
	}
	m.many = append(m.many, choice{base: base.row, from: from, to: len(m.wide)})
}

// with is base and the bits of few, in a row of the Matcher's own.
func (m *Matcher) with(base counted, none row, few sparse) counted {
	if &base.row[0] == &none[0] {
		base.row = m.borrow(none)
	}
	for i, at := range few.at {
		base.count += bits.OnesCount64(few.words[i] &^ base.row[at])
		base.row[at] |= few.words[i]
	}
	return base
}

// ban adds bits to those that may not hold.
func (m *Matcher) ban(banned row, few sparse) row {
	if banned == nil {
		banned = m.borrow(nil)
		m.bans = append(m.bans, banned)
	}
	for i, at := range few.at {
		banned[at] |= few.words[i]
	}
	return banned
}

// borrow returns a row of the Matcher's own with the content of another, empty for nil.
func (m *Matcher) borrow(content row) row {
	words := len(m.index.all)
	if m.taken == len(m.spare) {
		m.spare = append(m.spare, nil)
	}
	if cap(m.spare[m.taken]) < words {
		m.spare[m.taken] = make(row, words)
	}
	r := m.spare[m.taken][:words]
	m.taken++
	if content == nil {
		clear(r)
	} else {
		copy(r, content)
	}
	return r
}
