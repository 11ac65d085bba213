package sandbox

import (
	"container/heap"
	"time"
)

// deliveryID names one journey of one event: the event's identifier, "#" and
// which copy it is.
type deliveryID string

// delivery is a webhook on its way.
type delivery struct {
	id    deliveryID
	event string // identifier of the event, the same for each copy
	rec   *record
	// at is the moment whose facts the webhook tells.
	at time.Time
	// refund is which refund of rec it is about, -1 when about the payment.
	refund int
	// due is when to send it, and seq the order among those due together.
	due      time.Time
	seq      int
	attempts int
}

// queue holds the deliveries by due time.
type queue struct {
	heap  deliveryHeap
	open  map[deliveryID]bool // neither taken nor given up
	count int
}

// push adds a delivery.
func (q *queue) push(d *delivery) {
	if q.open == nil {
		q.open = map[deliveryID]bool{}
	}
	q.open[d.id] = true
	q.count++
	d.seq = q.count
	heap.Push(&q.heap, d)
}

// settle forgets a delivery, wherever it is.
func (q *queue) settle(id deliveryID) { delete(q.open, id) }

// pop removes and returns the next delivery that is due, nil when none is.
func (q *queue) pop(now time.Time) *delivery {
	for len(q.heap) > 0 && !now.Before(q.heap[0].due) {
		d := heap.Pop(&q.heap).(*delivery)
		if q.open[d.id] {
			return d
		}
	}
	return nil
}

// next returns when the next delivery is due, and false when there is none.
func (q *queue) next() (time.Time, bool) {
	for len(q.heap) > 0 && !q.open[q.heap[0].id] {
		heap.Pop(&q.heap)
	}
	if len(q.heap) == 0 {
		return time.Time{}, false
	}
	return q.heap[0].due, true
}

// deliveryHeap is a container/heap by due time, then by order of arrival.
type deliveryHeap []*delivery

func (h deliveryHeap) Len() int { return len(h) }

func (h deliveryHeap) Less(i, j int) bool {
	if h[i].due.Equal(h[j].due) {
		return h[i].seq < h[j].seq
	}
	return h[i].due.Before(h[j].due)
}

func (h deliveryHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push is for container/heap.
func (h *deliveryHeap) Push(d any) { *h = append(*h, d.(*delivery)) }

// Pop is for container/heap.
func (h *deliveryHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return last
}
