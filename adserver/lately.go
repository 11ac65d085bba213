package adserver

import (
	"sync/atomic"
	"time"

	"github.com/marquee-tickets/marquee/adserver/token"
)

const latelySize = 1 << 16

// lately remembers when ads were seen a moment ago, to tell clicks that come too fast for a person. A slot that another ad has taken is as
// if nothing were known. It is safe for concurrent use.
type lately struct {
	slots [latelySize]atomic.Uint64 // of the token, milliseconds
}

// latelyOf has a token's slot, and in its upper half what tells the token from others there: those of another life have the same serials.
func latelyOf(t *token.Token) (slot, of uint64) {
	return t.Serial % latelySize, mixed(t.Serial, uint64(t.Epoch)) << 32
}

func (l *lately) saw(t *token.Token, at time.Time) {
	slot, of := latelyOf(t)
	l.slots[slot].Store(of | uint64(uint32(at.UnixMilli())))
}

// seen returns when an ad was seen, the zero time when it is not known.
func (l *lately) seen(t *token.Token, now time.Time) time.Time {
	slot, of := latelyOf(t)
	v := l.slots[slot].Load()
	if v == 0 || v>>32 != of>>32 {
		return time.Time{}
	}
	ms := now.UnixMilli()
	ago := int64(uint32(ms) - uint32(v)) // of the last seven weeks
	return time.UnixMilli(ms - ago)
}
