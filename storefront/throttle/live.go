package throttle

import (
	"net/netip"
	"sync"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// maxLive is how many live connections an address may have at a time: many who have the same carrier, and far from all that the server can carry.
const maxLive = 50

var errLive = fault.New(fault.RateLimited, "too_many_live",
	"there are many live connections from your address; end one of them, or ask for the seats instead")

// liveOnes counts the live connections of each address that has any.
type liveOnes struct {
	mu   sync.Mutex
	open map[string]int
}

// Live notes that somebody wants to see seats change as they do, by a socket or a stream, until the function that is returned is called, once. Error: a
// RateLimited fault for who has many of them already.
func (t *Throttle) Live(from netip.Addr) (end func(), err error) {
	if t.partner(from) {
		return func() {}, nil
	}
	network := web.Network(from)
	if !t.live.add(network) {
		return nil, errLive
	}
	return func() { t.live.remove(network) }, nil
}

func (l *liveOnes) add(network string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[network] >= maxLive {
		return false
	}
	l.open[network]++
	return true
}

func (l *liveOnes) remove(network string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[network]--; l.open[network] == 0 {
		delete(l.open, network)
	}
}
