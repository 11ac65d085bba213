package adserver

import "sync/atomic"

const (
	// defaultUnseen is Config.MostUnseen of who says nothing. A mobile carrier that has a hundred networks, and shows 2,000 ads a second of which nobody sees
	// one, has 6,000 in each.
	defaultUnseen = 10_000

	crowdSlots = 1 << 16
)

// crowds count ads that are reserved for and not seen yet, by the networks they were chosen for. Networks that share a slot share its bound. It is safe
// for concurrent use.
type crowds [crowdSlots]atomic.Int32

// of returns the slot of a network by its hash, nil for one that is not known.
func (c *crowds) of(network uint32) *atomic.Int32 {
	if network == 0 {
		return nil
	}
	return &c[(network>>8)%crowdSlots] // its lowest bits are no part of the hash
}

func (c *crowds) add(network uint32, n int32) {
	if slot := c.of(network); slot != nil {
		slot.Add(n)
	}
}

// full reports whether a network has as many as it may have, so that it is shown nothing that costs something.
func (e *Engine) full(network uint32) bool {
	slot := e.crowds.of(network)
	if slot == nil || e.cfg.MostUnseen < 0 || slot.Load() < int32(e.cfg.MostUnseen) {
		return false
	}
	e.counters.Crowded.Add(1)
	return true
}
