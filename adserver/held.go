package adserver

import (
	"sync"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/frequency"
)

// reservation is what is kept for an ad until it is seen, or can no longer be.
type reservation struct {
	serial  uint64
	price   ads.Nano
	user    uint64
	line    ads.LineID
	issued  uint32 // second since 1970
	day     int32
	at      uint32 // frequency.Ticket.At
	ids     [4]uint32
	network uint32 // token.Token.Network
	click   bool   // a CPC line's: nothing is reserved, but it counts as outstanding
}

// ticket is the place within caps.
func (r *reservation) ticket() frequency.Ticket {
	return frequency.Ticket{User: r.user, At: r.at, IDs: r.ids}
}

const chunkSize = 4096

type chunk struct {
	next *chunk
	used int
	list [chunkSize]reservation
}

// held are the reservations of ads that live equally long, so that the first in is the first to expire. It is safe for concurrent use.
type held struct {
	mu         sync.Mutex
	head, tail *chunk
	taken      int // of head
	count      int
}

func (h *held) add(r *reservation) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.tail == nil || h.tail.used == chunkSize {
		c := new(chunk)
		if h.tail == nil {
			h.head, h.taken = c, 0
		} else {
			h.tail.next = c
		}
		h.tail = c
	}
	h.tail.list[h.tail.used] = *r
	h.tail.used++
	h.count++
}

// first takes the oldest reservation out, if it is that old.
func (h *held) first(upto uint32) (r reservation, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.head
	if c == nil || h.taken == c.used || c.list[h.taken].issued > upto {
		return r, false
	}
	r = c.list[h.taken]
	h.taken++
	h.count--
	if h.taken == chunkSize {
		h.head, h.taken = c.next, 0
		if h.head == nil {
			h.tail = nil
		}
	}
	return r, true
}

// len is how many are kept, seen ones included until their time is over.
func (h *held) len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}
