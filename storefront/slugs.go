package storefront

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/bits-and-blooms/bloom/v3"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
)

// slugs knows which cities and events there have ever been, so that addresses that were guessed cost no look into the
// database. It errs on one side alone: one address in a thousand that never existed is looked for.
type slugs struct {
	catalog *bms.CatalogService
	filter  atomic.Pointer[bloom.BloomFilter] // nil until everything is known; replaced, never changed
}

const (
	// strangersTaken is how many of the addresses that never existed are looked for all the same.
	strangersTaken = 0.001

	// leastSlugs is what a filter is made for when there are fewer.
	leastSlugs = 10_000
)

// never reports whether there never was a city of the name, or no event; the event may be empty.
func (s *slugs) never(city, event string) bool {
	filter := s.filter.Load()
	return filter != nil && (!filter.TestString(cityKey(city)) || event != "" && !filter.TestString(eventKey(event)))
}

func cityKey(slug string) string  { return "city " + slug }
func eventKey(slug string) string { return "event " + slug }

// learn takes in what has changed in the catalogue.
func (s *slugs) learn(ctx context.Context, change bms.Change) error {
	var events []catalog.EventID
	all := change.Missed || s.filter.Load() == nil
	for _, tag := range change.Tags {
		if id, ok := strings.CutPrefix(tag, bms.EventTag("")); ok {
			events = append(events, catalog.EventID(id))
		}
		all = all || tag == bms.VenuesTag
	}
	switch {
	case all || len(events) > leastSlugs/10:
		return s.learnAll(ctx)
	case len(events) == 0:
		return nil
	}
	found, err := s.catalog.Events(ctx, events)
	if err != nil {
		return fmt.Errorf("slugs of events: %w", err)
	}
	filter := s.filter.Load().Copy()
	for _, e := range found {
		filter.AddString(eventKey(e.Slug))
	}
	s.filter.Store(filter)
	return nil
}

// learnAll makes the filter anew.
func (s *slugs) learnAll(ctx context.Context) error {
	cities, err := s.catalog.Cities(ctx)
	if err != nil {
		return fmt.Errorf("slugs of cities: %w", err)
	}
	events, err := s.catalog.EventSlugs(ctx)
	if err != nil {
		return fmt.Errorf("slugs of events: %w", err)
	}
	filter := bloom.NewWithEstimates(uint(max(leastSlugs, 2*(len(cities)+len(events)))), strangersTaken)
	for _, c := range cities {
		filter.AddString(cityKey(c.Slug))
	}
	for _, slug := range events {
		filter.AddString(eventKey(slug))
	}
	s.filter.Store(filter)
	return nil
}
