package adserver

import (
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/adserver/token"
)

// used are the marks of the tokens of this life of the node and of those before. It is safe for concurrent use.
type used struct {
	mu      sync.RWMutex
	current uint32
	epochs  map[uint32]*token.Bits
	minutes []minute // serials of the current epoch; the first is also when it began
}

func (u *used) begin(epoch uint32) {
	u.current, u.epochs = epoch, map[uint32]*token.Bits{epoch: token.NewBits()}
}

// of returns the marks of an epoch. One that nothing is known of had no token that was used: all that were, as far as they may still count,
// are in the journal.
func (u *used) of(epoch uint32) *token.Bits {
	u.mu.RLock()
	bits := u.epochs[epoch]
	u.mu.RUnlock()
	if bits != nil {
		return bits
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if bits = u.epochs[epoch]; bits == nil {
		bits = token.NewBits()
		u.epochs[epoch] = bits
	}
	return bits
}

// slack is added to how long marks are kept, for clocks and for requests on their way.
const slack = 2 * time.Minute

// trim lets go of the marks of tokens that are refused by their age.
func (u *used) trim(serial uint64, now time.Time, keep time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.minutes) == 0 {
		u.minutes = []minute{{now, 0}}
	}
	last := u.minutes[len(u.minutes)-1]
	if now.Sub(last.at) >= time.Minute {
		u.minutes = append(u.minutes, minute{now, serial})
	}
	if now.Sub(u.minutes[0].at) <= keep+slack {
		return
	}
	for epoch := range u.epochs {
		if epoch != u.current {
			delete(u.epochs, epoch)
		}
	}
	for len(u.minutes) > 1 && now.Sub(u.minutes[1].at) > keep+slack {
		u.minutes = u.minutes[1:]
	}
	u.epochs[u.current].Drop(u.minutes[0].number)
}

// bytes is how much memory the marks take.
func (u *used) bytes() (n int) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	for _, bits := range u.epochs {
		n += bits.Bytes()
	}
	return n
}
