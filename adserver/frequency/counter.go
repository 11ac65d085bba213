package frequency

import "math"

// parts is into how many a window is cut where it has more views than are kept one by one. One part more is counted, for the window mostly
// begins within one.
const parts = 20

// counter counts the views of one window.
type counter struct {
	per    Per
	newest uint32 // number of the latest part with a view, since 1970
	counts [parts + 1]uint16
}

func (c *counter) width() int64 { return c.per.seconds() / parts }

// add counts a view. One that is older than all parts is none of the window's.
func (c *counter) add(second uint32) {
	part := uint32(int64(second) / c.width())
	if part > c.newest {
		for i := range min(part-c.newest, parts+1) { // parts in which there was nothing
			c.counts[(part-i)%(parts+1)] = 0
		}
		c.newest = part
	}
	if c.newest-part > parts {
		return
	}
	if n := &c.counts[part%(parts+1)]; *n < math.MaxUint16 {
		*n++
	}
}

// sum is how many views the window has that ends now; those after now, should the clock have gone back, are among them.
func (c *counter) sum(now int64) int {
	n, first := 0, now/c.width()-parts
	for part := max(first, int64(c.newest)-parts, 0); part <= int64(c.newest); part++ {
		n += int(c.counts[part%(parts+1)])
	}
	return n
}
