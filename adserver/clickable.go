package adserver

import (
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/adserver/token"
)

// clickable counts ads of CPC lines that were seen and not clicked when their reservation was over: they stay outstanding until they can no longer be
// clicked. They are counted by minutes, so that memory grows with the lines and not with the ads. It is safe for concurrent use.
type clickable struct {
	mu   sync.Mutex
	ends map[int64]map[*liveLine]int64 // by the minute in which clicks end, since 1970
}

const clickMinute = 60 // seconds

func (c *clickable) add(end int64, line *liveLine, n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ends == nil {
		c.ends = map[int64]map[*liveLine]int64{}
	}
	lines := c.ends[end]
	if lines == nil {
		lines = map[*liveLine]int64{}
		c.ends[end] = lines
	}
	lines[line] += n
}

// over has the ads no longer be outstanding whose minute, and the one after it, are over. A click that was on its way for longer is taken from a minute that
// is made anew for it, and comes back with that.
func (c *clickable) over(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for end, lines := range c.ends {
		if end+1 >= now.Unix()/clickMinute {
			continue
		}
		for line, n := range lines {
			line.outstanding.Add(-n)
		}
		delete(c.ends, end)
	}
}

// clicksEnd is the minute in which the clicks of an ad end.
func (e *Engine) clicksEnd(issued uint32) int64 {
	return (int64(issued) + int64(e.cfg.ClickFor/time.Second)) / clickMinute
}

// clicked takes an ad out of those that are outstanding, if it still is.
func (e *Engine) clicked(line *liveLine, t *token.Token, bits *token.Bits) {
	if t.Epoch != e.epoch {
		return
	}
	switch {
	case bits.Set(token.Parted, t.Serial):
		line.outstanding.Add(-1)
	case bits.Has(token.Viewed, t.Serial):
		line.outstanding.Add(-1)
		e.clickable.add(e.clicksEnd(t.Issued), line, -1)
	}
}

// back has an ad be outstanding again that was released because its bid had lost, and is shown after all.
func (e *Engine) back(line *liveLine, t *token.Token, bits *token.Bits) {
	if t.Epoch == e.epoch && t.Flags&token.PerClick != 0 && !bits.Has(token.Clicked, t.Serial) {
		line.outstanding.Add(1)
		e.clickable.add(e.clicksEnd(t.Issued), line, 1)
	}
}

// notClicked decides what becomes of an ad whose reservation is over, and that may have been clicked. One that was not seen is taken for gone.
func (e *Engine) notClicked(line *liveLine, r *reservation, bits *token.Bits, seen bool) {
	switch {
	case !bits.Set(token.Parted, r.serial):
	case seen:
		e.clickable.add(e.clicksEnd(r.issued), line, 1)
	default:
		line.outstanding.Add(-1)
	}
}
