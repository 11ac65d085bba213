package token

import (
	"sync"
	"sync/atomic"
)

// Mark is one of the things that may happen to a token once.
type Mark uint8

// The marks.
const (
	Closed       Mark = iota // it was seen, or what was reserved for it is released: whichever was first
	Viewed                   // it was seen
	Clicked                  // it was clicked
	RefusedView              // a view of it was refused, which is reported once
	RefusedClick             // a click on it was
	Parted                   // it was clicked, or its reservation is over: whichever was first
	marks
)

const (
	segmentBits = 16
	segmentSize = 1 << segmentBits // tokens
	words       = segmentSize / 64
)

// segment has the bits of a stretch of serials.
type segment struct {
	marks [marks][words]atomic.Uint64
}

// Bits are the exact marks of one epoch's tokens: one bit for each, set once. It is safe for concurrent use.
type Bits struct {
	mu       sync.RWMutex // segments grow rarely and are read always
	segments map[uint64]*segment
}

// NewBits returns bits that are all clear.
func NewBits() *Bits { return &Bits{segments: map[uint64]*segment{}} }

// Set sets a mark of a token and reports whether this call did it: of all that try, one is told true.
func (b *Bits) Set(m Mark, serial uint64) bool {
	mask := uint64(1) << (serial & 63)
	return b.segment(serial).marks[m][serial%segmentSize/64].Or(mask)&mask == 0
}

// Has reports whether a mark is set.
func (b *Bits) Has(m Mark, serial uint64) bool {
	b.mu.RLock()
	s := b.segments[serial>>segmentBits]
	b.mu.RUnlock()
	return s != nil && s.marks[m][serial%segmentSize/64].Load()>>(serial&63)&1 == 1
}

func (b *Bits) segment(serial uint64) *segment {
	b.mu.RLock()
	s := b.segments[serial>>segmentBits]
	b.mu.RUnlock()
	if s != nil {
		return s
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if s = b.segments[serial>>segmentBits]; s == nil {
		s = new(segment)
		b.segments[serial>>segmentBits] = s
	}
	return s
}

// Drop frees the bits of all serials below. No token of theirs may count any more: whoever calls it has refused them by their age.
func (b *Bits) Drop(below uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for n := range b.segments {
		if n < below>>segmentBits {
			delete(b.segments, n)
		}
	}
}

// Bytes is how much memory the bits take.
func (b *Bits) Bytes() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return len(b.segments) * int(marks) * words * 8
}
