package advisor

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/recommend"
)

// follow keeps the items in step with the catalogue until ctx ends.
func (a *Advisor) follow(ctx context.Context) error {
	behind := true // everything is to be read
	var read time.Time
	return a.client.Catalog.Changes(ctx, func(change bms.Change) {
		now := a.client.Now()
		events := eventsOf(change)
		var err error
		switch {
		case behind || change.Missed || now.Sub(read) >= renewEvery || slices.Contains(change.Tags, bms.VenuesTag):
			if err = a.readAll(ctx); err == nil {
				read = now
			}
		case len(events) > 0:
			err = a.readEvents(ctx, events)
		}
		if behind = err != nil; behind && ctx.Err() == nil {
			a.log.WarnContext(ctx, "recommendations are behind the catalogue", slog.String("error", err.Error()))
		}
	})
}

// eventsOf are the events that a change is about.
func eventsOf(change bms.Change) []catalog.EventID {
	var events []catalog.EventID
	for _, tag := range change.Tags {
		if id, ok := strings.CutPrefix(tag, bms.EventTag("")); ok {
			events = append(events, catalog.EventID(id))
		}
	}
	return events
}

// readAll reads everything that is on. What is known and no longer on is hidden.
func (a *Advisor) readAll(ctx context.Context) error {
	shows, err := a.upcoming(ctx, store.ShowQuery{})
	if err != nil {
		return err
	}
	events := slices.Sorted(maps.Keys(shows))
	known := a.engine.Programme().Now()
	for i := range known.Len() {
		if item := known.At(i); !item.Hidden && shows[catalog.EventID(item.ID)] == nil {
			events = append(events, catalog.EventID(item.ID))
		}
	}
	return a.take(ctx, events, shows, true)
}

// readEvents reads some events.
func (a *Advisor) readEvents(ctx context.Context, events []catalog.EventID) error {
	shows := map[catalog.EventID][]catalog.Show{}
	for _, id := range events {
		of, err := a.upcoming(ctx, store.ShowQuery{EventID: id})
		if err != nil {
			return err
		}
		maps.Copy(shows, of)
	}
	return a.take(ctx, events, shows, false)
}

// take tells the engine of events with their shows.
func (a *Advisor) take(ctx context.Context, ids []catalog.EventID, shows map[catalog.EventID][]catalog.Show, all bool) error {
	venues, err := a.client.Catalog.Venues(ctx, "")
	if err != nil {
		return fmt.Errorf("venues: %w", err)
	}
	if all {
		a.on.put(nil, shows, venues)
	} else {
		a.on.put(ids, shows, venues)
	}
	prices, err := a.lowest(ctx, shows)
	if err != nil {
		return err
	}
	a.on.price(prices, all)
	const atOnce = 500
	for part := range slices.Chunk(ids, atOnce) {
		events, err := a.client.Catalog.Events(ctx, part)
		if err != nil {
			return fmt.Errorf("events: %w", err)
		}
		items := make([]recommend.Item, len(events))
		for i, e := range events {
			if items[i], err = a.itemOf(ctx, e); err != nil {
				return err
			}
			a.keepPast(&items[i])
		}
		if err := a.engine.UpsertItems(ctx, items); err != nil {
			return err
		}
	}
	return nil
}

// back reads an event that was sold out, of which something has come back.
func (a *Advisor) back(ctx context.Context, event catalog.EventID) error {
	if item, known := a.engine.Programme().Now().Item(recommend.ItemID(event)); !known || !item.Hidden {
		return nil
	}
	return a.readEvents(ctx, []catalog.EventID{event})
}

// keepPast leaves an item that is over where it was: people are known by where they went.
func (a *Advisor) keepPast(item *recommend.Item) {
	before, known := a.engine.Programme().Now().Item(item.ID)
	if !item.Hidden || len(item.Places) > 0 || !known {
		return
	}
	item.Places, item.PriceBand, item.Last = before.Places, before.PriceBand, before.Last
}

// available says which events have a show on sale with places left, for who asks.
func (a *Advisor) available(ctx context.Context, r recommend.Request, items []recommend.ItemID) (map[recommend.ItemID]bool, error) {
	can := make(map[recommend.ItemID]bool, len(items))
	for _, id := range items {
		free, err := a.free(ctx, r, catalog.EventID(id))
		if err != nil {
			return nil, err
		}
		can[id] = free
	}
	return can, nil
}

// free reports whether an event has a show on sale with places left.
func (a *Advisor) free(ctx context.Context, r recommend.Request, event catalog.EventID) (bool, error) {
	now := a.client.Now()
	for _, s := range a.on.of(event) {
		if on, _ := s.OnSaleAt(now); !on || r.Within != "" && a.on.cityOf(s.VenueID) != r.Within {
			continue
		}
		snap, err := a.client.Seats.Snapshot(ctx, s.ID)
		if err != nil {
			return false, fmt.Errorf("seats of %s: %w", s.ID, err)
		}
		if snap.Counts().Free > 0 {
			return true, nil
		}
	}
	return false, nil
}
