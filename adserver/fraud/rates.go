package fraud

import (
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Rate is how often something may be done: Burst times at once, and then once each time that Every has passed.
type Rate struct {
	Burst int
	Every time.Duration // from 1 µs to a day
}

// Rates are those of each Kind: Rates{View: …, Click: …, Conversion: …}.
type Rates [kinds]Rate

// or puts other rates in the place of those that are zero.
func (r Rates) or(other Rates) Rates {
	for kind := range r {
		if r[kind] == (Rate{}) {
			r[kind] = other[kind]
		}
	}
	return r
}

func (r Rates) validate() *fault.Error {
	const maxBurst = 1_000_000_000
	for kind, rate := range r {
		at := "[" + strconv.Itoa(kind) + "]"
		switch {
		case rate.Burst < 0:
		case rate.Burst == 0 || rate.Burst > maxBurst:
			return fault.Invalidf(at+".Burst", "must be between 1 and %d, or negative for no bound", maxBurst)
		case rate.Every < time.Microsecond || rate.Every > 24*time.Hour:
			return fault.Invalidf(at+".Every", "must be between a microsecond and a day")
		case time.Duration(rate.Burst) > (1<<62)/rate.Every:
			return fault.Invalidf(at, "takes centuries to be forgiven")
		}
	}
	return nil
}

// Scopes keep what is counted apart.
const (
	ofUser uint8 = iota
	ofNet
	ofProvider
)

// counted is one that does something.
type counted struct {
	scope     uint8
	kind      Kind
	high, low uint64
}

func countedNetwork(kind Kind, p netip.Prefix) counted {
	at := p.Addr().As16()
	return counted{scope: ofNet, kind: kind, high: binary.BigEndian.Uint64(at[:8]), low: binary.BigEndian.Uint64(at[8:])}
}

// table counts in memory of a fixed size. Each that is counted has one set of slots where it may be, and a set that is full forgets the one that has
// done the least of late, which is the one that loses least by being forgotten. Which set that is, nobody outside can know.
type table struct {
	seed maphash.Seed
	sets []set
	mask uint64
}

const ways = 8

type set struct {
	mu    sync.Mutex
	slots [ways]slot
}

// slot is a token bucket in one number (the generic cell rate algorithm, ITU-T I.371): due is when all that was done would have been allowed one by
// one, in nanoseconds since 1970.
type slot struct {
	key uint64 // 0 is nobody
	due int64
}

func newTable(slots int) *table {
	sets := 1 << bits.Len(uint(max(1, (slots+ways-1)/ways)-1))
	return &table{seed: maphash.MakeSeed(), sets: make([]set, sets), mask: uint64(sets - 1)}
}

// take notes that it is done at a time, or refuses it, which costs nothing.
func (t *table) take(who counted, rate Rate, now int64) bool {
	if rate.Burst < 0 {
		return true
	}
	key := maphash.Comparable(t.seed, who) | 1<<63 // of the high bit no set depends
	s := &t.sets[key&t.mask]
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.find(key)
	full := int64(rate.Burst) * int64(rate.Every)
	at.due = min(max(at.due, now), now+full) // later only when the clock was set back, which should shut nobody out
	if at.due-now > full-int64(rate.Every) {
		return false
	}
	at.due += int64(rate.Every)
	return true
}

// find returns the slot of the key, made free for it where it had none.
func (s *set) find(key uint64) *slot {
	least := &s.slots[0]
	for i := range s.slots {
		at := &s.slots[i]
		if at.key == key {
			return at
		}
		if at.due < least.due {
			least = at
		}
	}
	*least = slot{key: key}
	return least
}
