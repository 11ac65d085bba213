package targeting

import (
	"strconv"
	"time"
)

// Bounds of the values of a request.
const (
	MaxMany  = 64  // values of one dimension
	MaxValue = 128 // bytes of one value
)

// Signals is what is known of one request. It copies what it is given and is meant to be kept and Reset for the next request. The zero
// Signals is empty and takes no personal values. It belongs to one goroutine at a time.
//
// A dimension may be unknown, which is another thing than having no value: somebody who has booked nothing is known not to have booked
// this event. Unknown are personal dimensions where personalisation is not permitted, a personal dimension of one value that
// has none, for nobody is without an age, and what MarkUnknown names.
type Signals struct {
	personal bool
	marked   uint32 // a bit for each dimension that is marked unknown
	buf      []byte
	values   [dims][]span
}

// span is where in the buffer a value is.
type span struct{ from, to uint32 }

// Reset forgets everything, and says whether the next request's ads may be personalised: if not, personal values are not taken.
func (s *Signals) Reset(personalise bool) {
	s.personal, s.marked, s.buf = personalise, 0, s.buf[:0]
	for d := range s.values {
		s.values[d] = s.values[d][:0]
	}
}

// WithoutPersonal drops the personal values and takes no more of them until the next Reset.
func (s *Signals) WithoutPersonal() {
	s.personal = false
	for d := range s.values {
		if table[d].personal {
			s.values[d] = s.values[d][:0]
		}
	}
}

// MarkUnknown says that nothing is known in a dimension, for instance because who keeps it did not answer; its values are dropped. A later
// value takes that back.
func (s *Signals) MarkUnknown(d Dim) {
	if d.Valid() {
		s.marked |= 1 << d
		s.values[d] = s.values[d][:0]
	}
}

// Unknown reports whether nothing is known in a dimension, in the sense that Signals defines.
func (s *Signals) Unknown(d Dim) bool {
	switch {
	case !d.Valid():
		return true
	case s.marked&(1<<d) != 0:
		return true
	case !table[d].personal:
		return false
	}
	return !s.personal || !table[d].many && len(s.values[d]) == 0
}

// Add adds a value; in a dimension of one value it replaces the one before. False says that it was not taken: it is empty, longer than
// MaxValue, one more than MaxMany, an hour that is none, or personal where that is not permitted. What was not taken matches
// neither a requirement nor an exclusion, so the values that matter most come first.
func (s *Signals) Add(d Dim, value string) bool { return add(s, d, value) }

// AddBytes is Add for bytes; they are copied.
func (s *Signals) AddBytes(d Dim, value []byte) bool { return add(s, d, value) }

// AddID is Add for an identifier that is a number, written in decimal.
func (s *Signals) AddID(d Dim, id uint64) bool {
	var digits [20]byte
	return add(s, d, strconv.AppendUint(digits[:0], id, 10))
}

// At sets the hour of the week to the one that t's own clock shows; the caller brings it to the zone of the viewer or of the venue.
func (s *Signals) At(t time.Time) {
	var digits [3]byte
	add(s, Hour, appendHour(digits[:0], HourOfWeek(t)))
}

func add[T string | []byte](s *Signals, d Dim, value T) bool {
	if !d.Valid() || table[d].personal && !s.personal || len(value) == 0 || len(value) > MaxValue {
		return false
	}
	if table[d].many && len(s.values[d]) >= MaxMany {
		return false
	}
	from := len(s.buf)
	s.buf = appendCanonical(s.buf, d, value)
	if added := s.buf[from:]; len(added) > MaxValue || d == Hour && !isHour(added) {
		s.buf = s.buf[:from]
		return false
	}
	if !table[d].many {
		s.values[d] = s.values[d][:0]
	}
	s.values[d] = append(s.values[d], span{uint32(from), uint32(len(s.buf))})
	s.marked &^= 1 << d
	return true
}

func isHour(value []byte) bool {
	_, ok := hourOf(string(value)) // does not escape, so nothing is allocated
	return ok
}

// Values returns what is known in a dimension, in the form in which it is compared; it allocates and is for showing.
func (s *Signals) Values(d Dim) []string {
	if !d.Valid() {
		return nil
	}
	values := make([]string, 0, len(s.values[d]))
	for _, v := range s.values[d] {
		values = append(values, string(s.bytes(v)))
	}
	return values
}

// bytes are those of a value, until the next Reset.
func (s *Signals) bytes(v span) []byte { return s.buf[v.from:v.to] }

// hasAny reports whether one of a set of values is there.
func (s *Signals) hasAny(d Dim, set []string) bool {
	for _, v := range s.values[d] {
		if containsBytes(set, s.bytes(v)) {
			return true
		}
	}
	return false
}

// containsBytes is contains without making a string of the value.
func containsBytes(set []string, value []byte) bool {
	low, high := 0, len(set)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if set[middle] < string(value) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low < len(set) && set[low] == string(value)
}
