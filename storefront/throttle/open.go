package throttle

import (
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/internal/web"
)

// maxOpen is how many holds a visitor may have at a time, of all shows. How many places each has is a rule of its show.
const maxOpen = 10

// maxVisitors bounds how many visitors, and holds, are known: some 5 MB. Who was idle for longest is forgotten first.
const maxVisitors = 20_000

var errOpen = fault.New(fault.RateLimited, "too_many_holds",
	"you have many reservations that are still open; please finish or give back one of them, or wait until it has ended, and try again")

// openHolds knows which holds visitors have, as long as they last: until the end that they were made with, unless they are given back. One that was extended is
// forgotten too early, and one that was sold too late. Visitors who ask many times at once may get a few more than they should.
type openHolds struct {
	now func() time.Time

	mu       sync.Mutex
	visitors *simplelru.LRU[string, map[seating.HoldID]time.Time]
	holds    *simplelru.LRU[seating.HoldID, string] // whose they are
}

func newOpenHolds(now func() time.Time) *openHolds {
	visitors, err := simplelru.NewLRU[string, map[seating.HoldID]time.Time](maxVisitors, nil)
	if err != nil {
		panic(err) // maxVisitors is less than one
	}
	holds, err := simplelru.NewLRU[seating.HoldID, string](maxVisitors, nil)
	if err != nil {
		panic(err)
	}
	return &openHolds{now: now, visitors: visitors, holds: holds}
}

// check refuses another hold to a visitor who has too many. Error: a *web.WaitError, after which one of them has ended.
func (o *openHolds) check(visitor string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	list, _ := o.visitors.Get(visitor)
	now := o.now()
	var first time.Time
	for hold, until := range list {
		switch {
		case !now.Before(until):
			delete(list, hold)
		case first.IsZero() || until.Before(first):
			first = until
		}
	}
	if len(list) < maxOpen {
		return nil
	}
	return &web.WaitError{After: first.Sub(now), Why: errOpen}
}

func (o *openHolds) add(visitor string, hold seating.HoldID, until time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	list, known := o.visitors.Get(visitor)
	if !known {
		list = map[seating.HoldID]time.Time{}
		o.visitors.Add(visitor, list)
	}
	list[hold] = until
	o.holds.Add(hold, visitor)
}

func (o *openHolds) remove(hold seating.HoldID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	visitor, known := o.holds.Get(hold)
	if !known {
		return
	}
	o.holds.Remove(hold)
	if list, known := o.visitors.Get(visitor); known {
		delete(list, hold)
	}
}
