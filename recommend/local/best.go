package local

import (
	"slices"

	"github.com/marquee-tickets/marquee/recommend"
)

// best keeps the highest scores: a heap whose top is the least of them.
type best struct {
	edition *recommend.Edition
	most    int
	heap    []pick
}

type pick struct {
	item  int32
	score float32
}

func newBest(e *recommend.Edition, most int) *best {
	most = max(most, 0)
	return &best{edition: e, most: most, heap: make([]pick, 0, min(most, 256))}
}

// less orders by score, then by id, so that ties fall in the same way at every node and after every start.
func (b *best) less(p, q pick) bool {
	if p.score != q.score {
		return p.score < q.score
	}
	return b.edition.At(int(p.item)).ID > b.edition.At(int(q.item)).ID
}

func (b *best) offer(item int32, score float32) {
	p := pick{item, score}
	if len(b.heap) < b.most {
		b.heap = append(b.heap, p)
		for i := len(b.heap) - 1; i > 0 && b.less(b.heap[i], b.heap[(i-1)/2]); i = (i - 1) / 2 {
			b.heap[i], b.heap[(i-1)/2] = b.heap[(i-1)/2], b.heap[i]
		}
		return
	}
	if b.most == 0 || !b.less(b.heap[0], p) {
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
		if child+1 < len(b.heap) && b.less(b.heap[child+1], b.heap[child]) {
			child++
		}
		if !b.less(b.heap[child], b.heap[i]) {
			return
		}
		b.heap[i], b.heap[child] = b.heap[child], b.heap[i]
		i = child
	}
}

// list returns what was kept, the best first.
func (b *best) list() []recommend.Scored {
	slices.SortFunc(b.heap, func(p, q pick) int {
		if b.less(p, q) {
			return 1
		}
		return -1
	})
	list := make([]recommend.Scored, len(b.heap))
	for i, p := range b.heap {
		list[i] = b.edition.Scored(int(p.item), float64(p.score))
	}
	return list
}
