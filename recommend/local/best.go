package local

import (
	"cmp"
	"slices"

	"github.com/marquee-tickets/marquee/recommend"
)

// best keeps the highest scores: a heap whose top is the least of them.
type best struct {
	most int
	heap []pick
}

type pick struct {
	item  int32
	score float32
}

func newBest(most int) *best {
	most = max(most, 0)
	return &best{most: most, heap: make([]pick, 0, min(most, 256))}
}

// less orders by score, then by number, so that ties always fall in the same way.
func (p pick) less(q pick) bool {
	if p.score != q.score {
		return p.score < q.score
	}
	return p.item > q.item
}

func (b *best) offer(item int32, score float32) {
	p := pick{item, score}
	if len(b.heap) < b.most {
		b.heap = append(b.heap, p)
		for i := len(b.heap) - 1; i > 0 && b.heap[i].less(b.heap[(i-1)/2]); i = (i - 1) / 2 {
			b.heap[i], b.heap[(i-1)/2] = b.heap[(i-1)/2], b.heap[i]
		}
		return
	}
	if b.most == 0 || !b.heap[0].less(p) {
		return
	}
	b.heap[0] = p
	b.sink()
}

func (b *best) sink() {
	for i := 0; ; {
		child := 2*i + 1
		if child >= len(b.heap) {
			return
		}
		if child+1 < len(b.heap) && b.heap[child+1].less(b.heap[child]) {
			child++
		}
		if !b.heap[child].less(b.heap[i]) {
			return
		}
		b.heap[i], b.heap[child] = b.heap[child], b.heap[i]
		i = child
	}
}

// list returns what was kept, the best first.
func (b *best) list(e *recommend.Edition) []recommend.Scored {
	slices.SortFunc(b.heap, func(p, q pick) int {
		return cmp.Or(cmp.Compare(q.score, p.score), cmp.Compare(p.item, q.item))
	})
	list := make([]recommend.Scored, len(b.heap))
	for i, p := range b.heap {
		list[i] = recommend.Scored{Item: e.At(int(p.item)).ID, Score: float64(p.score)}
	}
	return list
}
