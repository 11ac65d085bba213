package frequency

import (
	"math"
	"slices"
)

const (
	// exact is how many views of an entity are kept with their second.
	exact = 16

	// outstanding is how many reservations of an entity one user has at most, whatever its caps are.
	outstanding = 64

	// inline is how many seconds have their place in the record itself.
	inline = 3
)

// record is what one user has seen of one entity. It has no pointers, so that the garbage collector passes by.
type record struct {
	id   uint32
	next uint32 // record of the same user; 0 ends the list
	life uint32 // views ever
	last uint32 // second of the latest view

	kind   Kind
	flags  flags
	views  uint8 // how many of the seconds are of views, from the oldest to the latest
	holds  uint8 // how many are of reservations; they come after the views
	inside [inline]uint32
}

// flags say which windows an entity's caps have, in a bit for each Per, and what else there is to know.
type flags uint8

const (
	known   flags = 1 << (7 - iota) // the caps have been seen: a view that is replayed comes without
	spilled                         // the seconds are in an extra
)

// wants reports whether a window matters.
func (f flags) wants(p Per) bool { return f&known == 0 || f>>p&1 == 1 }

// longest is how long the longest window that ends is, in seconds; 0 when there is none.
func (f flags) longest() int64 {
	for p := Week + 1; p > 0; p-- {
		if f.wants(p - 1) {
			return (p - 1).seconds()
		}
	}
	return 0
}

// flagsOf are the windows of caps.
func flagsOf(caps []Cap) flags {
	f := known
	for _, c := range caps {
		f |= 1 << c.Per
	}
	return f
}

// extra is what does not fit in a record.
type extra struct {
	seconds  []uint32  // all of them, when the record is spilled
	counters []counter // of windows with more than exact views
}

// seconds are those of a record: its views, then its reservations.
func (s *shard) seconds(i uint32) []uint32 {
	r := &s.records[i]
	if r.flags&spilled != 0 {
		return s.extras[i].seconds
	}
	return r.inside[:r.views+r.holds]
}

// insert puts a second in. The caller counts it.
func (s *shard) insert(i uint32, at int, second uint32) {
	r := &s.records[i]
	n := int(r.views + r.holds)
	if r.flags&spilled == 0 && n < inline {
		copy(r.inside[at+1:], r.inside[at:n])
		r.inside[at] = second
		return
	}
	e := s.spill(i)
	e.seconds = slices.Insert(e.seconds, at, second)
}

// remove takes out the seconds from one place to another. The caller counts them.
func (s *shard) remove(i uint32, from, to int) {
	r := &s.records[i]
	if r.flags&spilled != 0 {
		e := s.extras[i]
		e.seconds = slices.Delete(e.seconds, from, to)
		return
	}
	copy(r.inside[from:], r.inside[to:r.views+r.holds])
}

// spill moves the seconds of a record to its extra, unless they are there.
func (s *shard) spill(i uint32) *extra {
	r := &s.records[i]
	if r.flags&spilled != 0 {
		return s.extras[i]
	}
	e := &extra{seconds: append(make([]uint32, 0, 2*inline+1), r.inside[:r.views+r.holds]...)}
	s.extras[i] = e
	r.flags |= spilled
	return e
}

// allows reports whether all caps leave room for one more.
func (s *shard) allows(i uint32, caps []Cap, now int64) bool {
	r := &s.records[i]
	seconds := s.seconds(i)
	held := s.held(seconds[r.views:], now)
	if held >= outstanding {
		return false
	}
	for _, c := range caps {
		if held+s.seen(i, c, now) >= int(c.Times) {
			return false
		}
	}
	return true
}

// held is how many of reservations still hold.
func (s *shard) held(holds []uint32, now int64) int {
	n := 0
	for _, h := range holds {
		if int64(h)+s.hold > now {
			n++
		}
	}
	return n
}

// seen is how many views a cap's window has.
func (s *shard) seen(i uint32, c Cap, now int64) int {
	r := &s.records[i]
	if c.Per == Lifetime {
		return int(min(r.life, math.MaxUint16))
	}
	if c.Times > exact && r.flags&spilled != 0 {
		if n := s.extras[i].counter(c.Per); n != nil {
			return n.sum(now)
		}
	}
	views := s.seconds(i)[:r.views]
	for k, at := range views {
		if now-int64(at) < c.Per.seconds() {
			return len(views) - k
		}
	}
	return 0
}

func (e *extra) counter(p Per) *counter {
	for i := range e.counters {
		if e.counters[i].per == p {
			return &e.counters[i]
		}
	}
	return nil
}

// reserve puts a reservation in.
func (s *shard) reserve(i, second uint32) {
	r := &s.records[i]
	s.insert(i, int(r.views+r.holds), second)
	s.records[i].holds++
}

// release takes a reservation of a second out, if there is one.
func (s *shard) release(i, second uint32) bool {
	r := &s.records[i]
	at := slices.Index(s.seconds(i)[r.views:], second)
	if at < 0 {
		return false
	}
	at += int(r.views)
	s.remove(i, at, at+1)
	r.holds--
	return true
}

// view counts a view.
func (s *shard) view(i, second uint32) {
	r := &s.records[i]
	if r.life < math.MaxUint32 {
		r.life++
	}
	r.last = max(r.last, second)
	if r.flags.longest() == 0 {
		return
	}
	if r.flags&spilled != 0 {
		for k := range s.extras[i].counters {
			s.extras[i].counters[k].add(second)
		}
	}
	views := s.seconds(i)[:r.views]
	at, _ := slices.BinarySearch(views, second)
	s.insert(i, at, second)
	r.views++
	if r.views > exact {
		s.count(i)
		s.remove(i, 0, 1)
		r.views--
	}
}

// count begins to count the windows that have more views than are kept.
func (s *shard) count(i uint32) {
	r := &s.records[i]
	e := s.spill(i)
	views := e.seconds[:r.views]
	for p := range Lifetime {
		if !r.flags.wants(p) || int64(r.last)-int64(views[0]) >= p.seconds() || e.counter(p) != nil {
			continue
		}
		c := counter{per: p}
		for _, at := range views {
			c.add(at)
		}
		e.counters = append(e.counters, c)
	}
}

// tidy takes out what no longer matters.
func (s *shard) tidy(i uint32, now int64) {
	r := &s.records[i]
	seconds := s.seconds(i)
	for at := len(seconds) - 1; at >= int(r.views); at-- {
		if int64(seconds[at])+s.hold <= now {
			s.remove(i, at, at+1)
			r.holds--
		}
	}
	window, past := r.flags.longest(), 0
	for _, at := range s.seconds(i)[:r.views] {
		if now-int64(at) >= window {
			past++
		}
	}
	s.remove(i, 0, past)
	r.views -= uint8(past)
	if r.flags&spilled != 0 {
		e := s.extras[i]
		e.counters = slices.DeleteFunc(e.counters, func(c counter) bool { return !r.flags.wants(c.per) || c.sum(now) == 0 })
	}
}

// shrink takes a record that has become small back out of its extra.
func (s *shard) shrink(i uint32) {
	r := &s.records[i]
	if r.flags&spilled == 0 {
		return
	}
	if e := s.extras[i]; len(e.counters) == 0 && len(e.seconds) <= inline {
		copy(r.inside[:], e.seconds)
		r.flags &^= spilled
		delete(s.extras, i)
	}
}

// over reports whether a tidy record says nothing any more.
func (s *shard) over(i uint32, now int64) bool {
	r := &s.records[i]
	if r.views > 0 || r.holds > 0 || r.flags&spilled != 0 && len(s.extras[i].counters) > 0 {
		return false
	}
	return r.life == 0 || !r.flags.wants(Lifetime) || now-int64(r.last) >= s.lifetime
}
