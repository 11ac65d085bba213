package local

import (
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local/learn"
)

// brain is what was learnt of all people together or of a tenant's. It never changes.
type brain struct {
	version string
	number  map[recommend.Key]int32 // of the keys that were learnt
	keys    []recommend.Key
	near    *learn.Neighbors
	weight  float64 // how much there was to learn from, in choices
}

// enough is how much a tenant must know for its own model to count as much as the shared one, in choices.
const enough = 5000

// share is how much a tenant's own model counts beside the shared one.
func (b *brain) share() float64 {
	if b == nil {
		return 0
	}
	return b.weight / (b.weight + enough)
}

// entries are the keys of an item that were learnt.
func (b *brain) entries(keys []recommend.Weighted) []learn.Entry {
	if b == nil {
		return nil
	}
	list := make([]learn.Entry, 0, len(keys))
	for _, k := range keys {
		if n, known := b.number[k.Key]; known {
			list = append(list, learn.Entry{Col: n, Value: float32(k.Weight)})
		}
	}
	return list
}
