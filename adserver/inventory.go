package adserver

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// Version returns that of the catalogue which decisions are made with: what is made of it is good until the version is another one.
func (e *Engine) Version() int64 { return e.current.Load().version }

// Publishers returns those who are served, sorted by identifier.
func (e *Engine) Publishers() []ads.Publisher {
	var list []ads.Publisher
	for _, p := range e.current.Load().publishers {
		list = append(list, p.Publisher)
	}
	slices.SortFunc(list, func(a, b ads.Publisher) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// Inventory returns a publisher and what it sells, sorted by identifier, without what is paused. Error: Invalid about the publisher.
func (e *Engine) Inventory(slug string) (ads.Publisher, []ads.Placement, error) {
	p := e.current.Load().publishers[slug]
	if p == nil {
		return ads.Publisher{}, nil, unknownPublisher(slug)
	}
	return p.Publisher, p.list, nil
}

// Placement returns a place of a publisher. Error: Invalid about the publisher or placement.
func (e *Engine) Placement(publisher, slug string) (ads.Placement, error) {
	p := e.current.Load().publishers[publisher]
	if p == nil {
		return ads.Placement{}, unknownPublisher(publisher)
	}
	pl := p.places[slug]
	if pl == nil {
		return ads.Placement{}, p.lacks("placement", slug)
	}
	return pl.Placement, nil
}

// Lifetime returns how long after a decision a view of a creative of that format counts.
func (e *Engine) Lifetime(f ads.Format) time.Duration {
	if f == ads.Video {
		return e.cfg.VideoFor
	}
	return e.cfg.ViewFor
}

// lists makes the lists of what publishers sell.
func (s *snapshot) lists() {
	for _, p := range s.publishers {
		for _, pl := range slices.SortedFunc(maps.Values(p.places), func(a, b *place) int { return cmp.Compare(a.ID, b.ID) }) {
			p.list = append(p.list, pl.Placement)
		}
	}
}
