// Package finder keeps an index of what is on in step with the catalogue, and answers searches from it.
//
//	f := finder.New(client, index, finder.Config{Changed: purge})
//	go f.Run(ctx)
//	found, err := f.Search(ctx, search.Query{Text: "metropolis", City: "berlin"})
//
// It stands in the storefront, not in bms/search, because it reads through the client: the index and its rules know the
// catalogue's types alone.
package finder

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/search"
	"github.com/marquee-tickets/marquee/bms/store"
)

// Config is what a storefront may choose.
type Config struct {
	// Changed is told the cities, by their slugs, in which something else is found from now on. Nil tells nobody.
	Changed func(cities []string)

	// Also are other words by which an event is found, such as the names of its languages. Nil means none.
	Also func(search.Document) []string

	// Logger gets what went wrong. Nil discards it.
	Logger *slog.Logger
}

// Finder searches. It is safe for concurrent use.
type Finder struct {
	client *bms.Client
	index  search.Index
	cfg    Config
	ready  atomic.Bool

	// Of Run alone.
	madeAt time.Time // when everything was read last
	behind bool      // a change could not be read
	halls  map[catalog.SeatMapID]hall
	zones  map[string]*time.Location
	prices prices
}

const (
	// renewEvery is how often everything is read anew, so that what has long been over takes no memory.
	renewEvery = 24 * time.Hour

	// manyEvents is from how many changed events on everything is read anew.
	manyEvents = 500

	// showsAtOnce is how many shows are read at a time.
	showsAtOnce = 1000
)

// New returns a finder over an index, which stays the caller's to close. It starts nothing.
func New(client *bms.Client, index search.Index, cfg Config) *Finder {
	if cfg.Changed == nil {
		cfg.Changed = func([]string) {}
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Also == nil {
		cfg.Also = func(search.Document) []string { return nil }
	}
	return &Finder{client: client, index: index, cfg: cfg, halls: map[catalog.SeatMapID]hall{}, zones: map[string]*time.Location{}, prices: pricesAt(time.Time{})}
}

// Search finds events from now on. Errors: search.ErrStarting, search.ErrTextTooLong.
func (f *Finder) Search(ctx context.Context, q search.Query) (search.Result, error) {
	if !f.ready.Load() {
		return search.Result{}, search.ErrStarting
	}
	q.Now = f.client.Now()
	return f.index.Search(ctx, q)
}

// Suggest completes what somebody types. Errors: search.ErrStarting, search.ErrTextTooLong.
func (f *Finder) Suggest(ctx context.Context, q search.SuggestQuery) ([]search.Suggestion, error) {
	if !f.ready.Load() {
		return nil, search.ErrStarting
	}
	q.Now = f.client.Now()
	return f.index.Suggest(ctx, q)
}

// Run reads the catalogue and then what changes in it, until ctx ends.
func (f *Finder) Run(ctx context.Context) error {
	return f.client.Catalog.Changes(ctx, func(change bms.Change) {
		if err := f.learn(ctx, change); err != nil && ctx.Err() == nil {
			f.behind = true
			f.cfg.Logger.WarnContext(ctx, "search is behind the catalogue", slog.String("error", err.Error()))
		}
	})
}

// learn takes in what has changed.
func (f *Finder) learn(ctx context.Context, change bms.Change) error {
	events, all := eventsOf(change)
	now := f.client.Now()
	repriced, err := f.repriced(ctx, change, now)
	if err != nil {
		return err
	}
	all = all || repriced
	switch {
	case all || f.behind || !f.ready.Load() || len(events) > manyEvents || now.Sub(f.madeAt) > renewEvery:
		if err := f.learnAll(ctx); err != nil {
			return err
		}
		f.behind, f.madeAt = false, now
		f.ready.Store(true)
		return nil
	case len(events) == 0:
		return nil
	}
	return f.learnEvents(ctx, events)
}

// eventsOf are the events that a change is about; all says that it may be about any.
func eventsOf(change bms.Change) (events []catalog.EventID, all bool) {
	all = change.Missed
	for _, tag := range change.Tags {
		if id, ok := strings.CutPrefix(tag, bms.EventTag("")); ok {
			events = append(events, catalog.EventID(id))
		}
		all = all || tag == bms.VenuesTag
	}
	return events, all
}

// learnAll reads everything that is on.
func (f *Finder) learnAll(ctx context.Context) error {
	f.prices = pricesAt(f.client.Now())
	venues, err := f.client.Catalog.Venues(ctx, "")
	if err != nil {
		return fmt.Errorf("venues: %w", err)
	}
	shows, err := f.shows(ctx, store.ShowQuery{})
	if err != nil {
		return err
	}
	docs, err := f.documents(ctx, slices.Collect(maps.Keys(shows)), venues, shows)
	if err != nil {
		return err
	}
	return f.put(ctx, append(docs, search.PlacesOf(venues)...), f.index.IDs(""))
}

// learnEvents reads some events.
func (f *Finder) learnEvents(ctx context.Context, events []catalog.EventID) error {
	venues, err := f.client.Catalog.Venues(ctx, "")
	if err != nil {
		return fmt.Errorf("venues: %w", err)
	}
	shows := map[catalog.EventID][]search.Source{}
	var before []string
	for _, id := range events {
		of, err := f.shows(ctx, store.ShowQuery{EventID: id})
		if err != nil {
			return err
		}
		maps.Copy(shows, of)
		before = append(before, f.index.IDs(search.EventKey(id, ""))...)
	}
	docs, err := f.documents(ctx, events, venues, shows)
	if err != nil {
		return err
	}
	return f.put(ctx, docs, before)
}

// put puts documents in the place of those that there were before.
func (f *Finder) put(ctx context.Context, docs []search.Document, before []string) error {
	cities, stay := map[string]bool{}, map[string]bool{}
	for _, d := range docs {
		stay[d.ID], cities[d.City] = true, true
	}
	var gone []string
	for _, id := range before {
		if !stay[id] {
			gone = append(gone, id)
			cities[id[strings.LastIndexByte(id, ':')+1:]] = true
		}
	}
	if err := f.index.Update(ctx, docs, gone); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	f.cfg.Changed(slices.Sorted(maps.Keys(cities)))
	return nil
}

// shows reads the shows from now on that can be bought or waited for, by event.
func (f *Finder) shows(ctx context.Context, q store.ShowQuery) (map[catalog.EventID][]search.Source, error) {
	q.From, q.Limit, q.Statuses = f.client.Now(), showsAtOnce, []catalog.ShowStatus{catalog.OnSale, catalog.SoldOut}
	all := map[catalog.EventID][]search.Source{}
	for {
		page, err := f.client.Shows.List(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("shows: %w", err)
		}
		for _, s := range page {
			source, err := f.source(ctx, s)
			if err != nil {
				return nil, err
			}
			all[s.EventID] = append(all[s.EventID], source)
		}
		if len(page) < q.Limit {
			return all, nil
		}
		q.After = page[len(page)-1].ID
	}
}

// source is a show with what is said beside it.
func (f *Finder) source(ctx context.Context, s catalog.Show) (search.Source, error) {
	h, err := f.hall(ctx, s.SeatMapID)
	if err != nil {
		return search.Source{}, err
	}
	price, err := f.lowest(ctx, s)
	return search.Source{Show: s, Wheelchair: h.wheelchair, Price: price}, err
}

// hall is what is asked of a seat map.
type hall struct {
	wheelchair bool // it has places for wheelchairs
}

// hall reads a seat map once: they never change.
func (f *Finder) hall(ctx context.Context, id catalog.SeatMapID) (hall, error) {
	if known, ok := f.halls[id]; ok {
		return known, nil
	}
	plan, err := f.client.Catalog.Plan(ctx, id)
	if err != nil {
		return hall{}, fmt.Errorf("seat map %s: %w", id, err)
	}
	h := hall{wheelchair: slices.ContainsFunc(plan.Seats, func(s seatmap.PlanSeat) bool { return s.Kind == seatmap.Wheelchair })}
	f.halls[id] = h
	return h, nil
}

// documents makes the documents of events.
func (f *Finder) documents(
	ctx context.Context, ids []catalog.EventID, venues []catalog.Venue, shows map[catalog.EventID][]search.Source,
) ([]search.Document, error) {
	at := map[catalog.VenueID]catalog.Venue{}
	for _, v := range venues {
		at[v.ID] = v
	}
	var docs []search.Document
	for part := range slices.Chunk(ids, manyEvents) {
		events, err := f.client.Catalog.Events(ctx, part)
		if err != nil {
			return nil, fmt.Errorf("events: %w", err)
		}
		for _, e := range events {
			docs = append(docs, search.DocumentsOf(e, at, shows[e.ID])...)
		}
	}
	for i := range docs {
		docs[i].Also = f.cfg.Also(docs[i])
	}
	return docs, nil
}
