package adserver

import (
	"sync/atomic"
	"time"
)

const latelySize = 1 << 16

// lately remembers when ads were seen a moment ago, to tell clicks that come too fast for a person. A slot that another ad has taken is as
// if nothing were known. It is safe for concurrent use.
type lately struct {
	slots [latelySize]atomic.Uint64 // low half of the serial, milliseconds
}

func (l *lately) saw(serial uint64, at time.Time) {
	l.slots[serial%latelySize].Store(serial<<32 | uint64(uint32(at.UnixMilli())))
}

// seen returns when an ad was seen, the zero time when it is not known.
func (l *lately) seen(serial uint64, now time.Time) time.Time {
	v := l.slots[serial%latelySize].Load()
	if v == 0 || v>>32 != serial&0xffffffff {
		return time.Time{}
	}
	ms := now.UnixMilli()
	ago := int64(uint32(ms) - uint32(v)) // of the last seven weeks
	return time.UnixMilli(ms - ago)
}
