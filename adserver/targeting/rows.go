package targeting

import (
	"hash/maphash"
	"math/bits"
	"slices"
)

// A row has a bit for each alternative, 64 in a word.
type row []uint64

func (r row) set(bit uint32)   { r[bit/64] |= 1 << (bit % 64) }
func (r row) clear(bit uint32) { r[bit/64] &^= 1 << (bit % 64) }

func (r row) has(bit uint32) bool { return r[bit/64]&(1<<(bit%64)) != 0 }

func (r row) count() (n int) {
	for _, w := range r {
		n += bits.OnesCount64(w)
	}
	return n
}

// intersect leaves in r what is in other, and reports whether that is anything. Of other, as below, as much counts as r is long.
func intersect(r, other row) bool {
	left := uint64(0)
	for i, w := range other[:len(r)] {
		r[i] &= w
		left |= r[i]
	}
	return left != 0
}

// unite adds to r what is in other.
func unite(r, other row) {
	for i, w := range other[:len(r)] {
		r[i] |= w
	}
}

// subtract takes from r what is in other.
func subtract(r, other row) {
	for i, w := range other[:len(r)] {
		r[i] &^= w
	}
}

// full is a row of n bits that are all set.
func full(n int) row {
	r := make(row, (n+63)/64)
	for i := range r {
		r[i] = ^uint64(0)
	}
	if n%64 != 0 {
		r[len(r)-1] = 1<<(n%64) - 1
	}
	return r
}

// counted is a row and how many of its bits are set.
type counted struct {
	row   row
	count int
}

// sparse are the words of a row that differ from another row, in no order.
type sparse struct {
	at    []uint32
	words []uint64
}

// worthwhile reports whether so many words of a row are few enough to be kept apart.
func worthwhile(differing, words int) bool { return differing*4 <= words }

// rowPool keeps one row of each content.
type rowPool struct {
	seed  maphash.Seed
	rows  map[uint64][]row
	bytes int // of the rows in it
}

func newRowPool() *rowPool { return &rowPool{seed: maphash.MakeSeed(), rows: map[uint64][]row{}} }

// keep returns a row of the same content that is kept for as long as the pool's users.
func (p *rowPool) keep(r row) row {
	var h maphash.Hash
	h.SetSeed(p.seed)
	for _, w := range r {
		maphash.WriteComparable(&h, w)
	}
	sum := h.Sum64()
	for _, other := range p.rows[sum] {
		if slices.Equal(other, r) {
			return other
		}
	}
	p.rows[sum] = append(p.rows[sum], r)
	p.bytes += 8 * len(r)
	return r
}
