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

	done bool // nothing matches any more
	last int  // item found last

	work  [2][block]uint64
	left  row    // what is left of a block of words, in work[0]
	start int    // where the block starts
	next  int    // word of the block to look at next
	word  uint64 // what is left of the one before
}

// Words are looked at in blocks, the first of which is small for those who want the first items only: 256 alternatives, then up to 2,048.
const (
	firstBlock = 4
	block      = 32
)

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
	m.index, m.signals = nil, nil
	m.rows, m.many, m.wide, m.bans = m.rows[:0], m.many[:0], m.wide[:0], m.bans[:0]
	m.taken, m.done, m.last = 0, false, -1
	m.left, m.start, m.next, m.word = m.work[0][:0], 0, 0, 0
}

// Next returns the next item that matches, as its position in what was compiled; false when there is none any more.
func (m *Matcher) Next() (item int, ok bool) {
	for {
		if m.word == 0 && !m.advance() {
			return 0, false
		}
		bit := uint32((m.start+m.next-1)*64 + bits.TrailingZeros64(m.word))
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
	for {
		for m.next < len(m.left) {
			m.word = m.left[m.next]
			m.next++
			if m.word != 0 {
				return true
			}
		}
		if m.index == nil || m.done || m.start+len(m.left) >= len(m.index.all) {
			m.done = true
			return false
		}
		m.overlay(m.start + len(m.left))
	}
}

// overlay lays the rows over each other, for one block of words. Block by block, little is done in vain when the walk ends early, and the
// loops over words have no branches, which is faster than to stop within them.
func (m *Matcher) overlay(start int) {
	n := min(max(firstBlock, 2*len(m.left)), block, len(m.index.all)-start)
	m.start, m.next, m.left = start, 0, m.work[0][:n]
	copy(m.left, m.rows[0].row[start:])
	for _, r := range m.rows[1:] {
		if !intersect(m.left, r.row[start:]) {
			return
		}
	}
	for _, c := range m.many {
		either := row(m.work[1][:n])
		copy(either, c.base[start:])
		for _, r := range m.wide[c.from:c.to] {
			unite(either, r[start:])
		}
		if !intersect(m.left, either) {
			return
		}
	}
	for _, r := range m.bans {
		subtract(m.left, r[start:])
	}
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
	m.done = m.done || r.count == 0
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
