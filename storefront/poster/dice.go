package poster

import "hash/fnv"

// dice are numbers that look like chance and are the same for the same event: SplitMix64 (Steele, Lea and Flood, 2014), whose
// sequence no version of a library changes.
type dice struct{ state uint64 }

// diceOf begins a sequence.
func diceOf(seed string) *dice {
	h := fnv.New64a()
	_, _ = h.Write([]byte(seed)) // a hash in memory cannot fail
	return &dice{h.Sum64()}
}

func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below is a whole number from 0 to n-1.
func (d *dice) below(n int) int { return int(d.next() % uint64(n)) }

// between is a number from a to b.
func (d *dice) between(a, b float32) float32 {
	return a + (b-a)*float32(d.next()>>40)/float32(1<<24)
}

// flip is true every other time.
func (d *dice) flip() bool { return d.next()&1 == 0 }

// oneOf picks from a list that is not empty.
func oneOf[T any](d *dice, list []T) T { return list[d.below(len(list))] }
