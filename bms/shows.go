package bms

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// ShowService keeps shows and lists what is on.
type ShowService struct{ c *Client }

// Put stores a show, and replaces one with its id. What it refers to must be there. It takes no idempotency key: a
// repetition stores the same once more and at most raises its version. Errors: an Invalid fault that names the field; ErrSelling.
func (s *ShowService) Put(ctx context.Context, show catalog.Show) error {
	return s.PutAll(ctx, []catalog.Show{show})
}

// putChunk is how many shows one transaction stores: few enough that nobody waits long behind it.
const putChunk = 1000

// PutAll stores shows, thousands at a time. All are validated, and what they refer to is looked for, before the first
// is stored; a failure of the database in between, or a show that sells and cannot change so,
// leaves whole chunks stored, and the call can be repeated.
func (s *ShowService) PutAll(ctx context.Context, shows []catalog.Show) error {
	city, err := s.check(ctx, shows)
	if err != nil {
		return err
	}
	for len(shows) > 0 {
		n := min(len(shows), putChunk)
		if err := s.checkQuotas(ctx, shows[:n]); err != nil {
			return fmt.Errorf("store shows: %w", err)
		}
		var changed []catalog.ShowID
		err := s.c.db.Update(ctx, func(tx store.Tx) error {
			var err error
			chunk := slices.Clone(shows[:n])
			if changed, err = s.keepSelling(ctx, tx, chunk); err != nil {
				return err
			}
			var tags []string
			for _, show := range chunk {
				tags = append(tags, showTags(show, city[show.VenueID])...)
			}
			return firstOf(tx.PutShows(ctx, chunk, city), s.c.changed(ctx, tx, tags...))
		})
		if err != nil {
			return fmt.Errorf("store shows: %w", err)
		}
		s.c.changes.ring()
		s.c.live.remake(changed...)
		shows = shows[n:]
	}
	return nil
}

// check validates shows, looks for what they refer to and returns the slugs of their venues' cities.
func (s *ShowService) check(ctx context.Context, shows []catalog.Show) (map[catalog.VenueID]string, error) {
	for i, show := range shows {
		if err := show.Validate(); err != nil {
			return nil, fmt.Errorf("show %d (%s): %w", i, show.ID, err)
		}
	}
	return view(ctx, s.c.db, func(tx store.Tx) (map[catalog.VenueID]string, error) {
		refer, city := newReferences(tx, s.c.shows), map[catalog.VenueID]string{}
		for i, show := range shows {
			slug, err := refer.show(ctx, show)
			if err != nil {
				return nil, fmt.Errorf("show %d (%s): %w", i, show.ID, err)
			}
			city[show.VenueID] = slug
		}
		return city, nil
	})
}

// ErrSelling says that a show that sells cannot be put into another hall.
var ErrSelling = fault.New(fault.Conflict, "show_sells", "places of this show are held or sold; its seat map cannot change any more")

// keepSelling refuses what would pull the places from under their buyers, and leaves a cancelled show cancelled. It
// returns the shows that were there before.
func (s *ShowService) keepSelling(ctx context.Context, tx store.Tx, shows []catalog.Show) ([]catalog.ShowID, error) {
	ids := make([]catalog.ShowID, len(shows))
	for i, show := range shows {
		ids[i] = show.ID
	}
	if err := tx.LockShows(ctx, ids); err != nil {
		return nil, err
	}
	stored, err := tx.ShowStates(ctx, ids)
	if err != nil {
		return nil, err
	}
	var known []catalog.ShowID
	for i, show := range shows {
		before, exists := stored[show.ID]
		if !exists {
			continue
		}
		known = append(known, show.ID)
		if before.Sells && before.SeatMapID != show.SeatMapID {
			return nil, fmt.Errorf("show %s: %w", show.ID, atField(ErrSelling, "seat_map_id"))
		}
		if before.Status == catalog.Cancelled {
			shows[i].Status = catalog.Cancelled
		}
	}
	return known, nil
}

// checkQuotas refuses quotas that have fewer places than are held and sold. Those that stay as they are may: what was
// taken while they were lowered is taken. What is taken of a show is read on one snapshot, or would contradict itself
// where others buy.
func (s *ShowService) checkQuotas(ctx context.Context, shows []catalog.Show) error {
	limited := slices.DeleteFunc(slices.Clone(shows), func(show catalog.Show) bool { return len(show.Seating.Quotas) == 0 })
	if len(limited) == 0 {
		return nil
	}
	return s.c.db.View(ctx, func(tx store.Tx) error {
		for _, show := range limited {
			if err := s.checkTaken(ctx, tx, show); err != nil {
				return fmt.Errorf("show %s: %w", show.ID, err)
			}
		}
		return nil
	})
}

func (s *ShowService) checkTaken(ctx context.Context, tx store.Tx, show catalog.Show) error {
	before, err := tx.Show(ctx, show.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return err
	case before.SeatMapID != show.SeatMapID:
		return nil // nothing of it is taken, or it is refused
	}
	rules, quotas := s.c.shows.seating(show)
	if _, same := s.c.shows.seating(before); reflect.DeepEqual(quotas, same) {
		return nil
	}
	f := &showFacts{show: show, rules: rules, quotas: quotas}
	if f.plan, err = s.c.shows.plan(ctx, tx, show.SeatMapID); err != nil {
		return err
	}
	loaded, err := tx.LoadInventory(ctx, show.ID)
	if err != nil {
		return err
	}
	inventory, err := f.inventory(loaded)
	if err != nil {
		return err
	}
	for _, taken := range inventory.Taken(tx.Now()) {
		i := slices.IndexFunc(quotas, func(q seating.Quota) bool { return q.Key == taken.Key })
		if i >= 0 && quotas[i].Capacity < taken.Held+taken.Sold {
			return fault.Invalidf(fmt.Sprintf("seating.quotas[%d].capacity", i),
				"must be at least %d: %d places are sold and %d are held", taken.Held+taken.Sold, taken.Sold, taken.Held)
		}
	}
	return nil
}

// Show returns a show. Errors: store.ErrNotFound.
func (s *ShowService) Show(ctx context.Context, id catalog.ShowID) (catalog.Show, error) {
	return find(ctx, s.c.db, id, store.Tx.Show)
}

// List returns shows by start.
func (s *ShowService) List(ctx context.Context, q store.ShowQuery) ([]catalog.Show, error) {
	err := firstOf(sound("city", q.City), sound("partner_id", q.PartnerID), sound("event_id", q.EventID), sound("venue_id", q.VenueID),
		sound("local_date", q.LocalDate), sound("after", q.After), soundAll("statuses", q.Statuses))
	if err != nil {
		return nil, err
	}
	return view(ctx, s.c.db, func(tx store.Tx) ([]catalog.Show, error) { return tx.ListShows(ctx, q) })
}

// Listing is an event that is on in a city.
type Listing struct {
	Event     catalog.Event
	FirstShow time.Time // UTC
	Shows     int
	Venues    int
}

// WhatsOn returns the events with shows on sale in a city from the given time on, the
// soonest first.
func (s *ShowService) WhatsOn(ctx context.Context, city string, from time.Time) ([]Listing, error) {
	return s.WhatsOnOf(ctx, "", city, from)
}

// WhatsOnOf is WhatsOn for the shows of a partner; "" means all partners.
func (s *ShowService) WhatsOnOf(ctx context.Context, partner catalog.PartnerID, city string, from time.Time) ([]Listing, error) {
	if err := firstOf(sound("city", city), sound("partner_id", partner)); err != nil {
		return nil, err
	}
	return view(ctx, s.c.db, func(tx store.Tx) ([]Listing, error) {
		found, err := tx.WhatsOn(ctx, city, partner, from)
		if err != nil {
			return nil, err
		}
		ids := make([]catalog.EventID, len(found))
		for i, l := range found {
			ids[i] = l.EventID
		}
		events, err := tx.Events(ctx, ids)
		byID := make(map[catalog.EventID]catalog.Event, len(events))
		for _, e := range events {
			byID[e.ID] = e
		}
		list := make([]Listing, len(found))
		for i, l := range found {
			list[i] = Listing{Event: byID[l.EventID], FirstShow: l.FirstShow, Shows: l.Shows, Venues: l.Venues}
		}
		return list, err
	})
}

// SetStatus moves a show to another status. The judge sees it with its next
// request. A show that has the status already is left as it is, so the call may be repeated without an idempotency key. To cancel
// a show with all its bookings use Cancel. Errors: catalog.ErrTransition for a step that the
// show cannot make.
func (s *ShowService) SetStatus(ctx context.Context, id catalog.ShowID, status catalog.ShowStatus) (catalog.Show, error) {
	if err := sound("id", id); err != nil {
		return catalog.Show{}, err
	}
	changed, err := retryStale(func() (catalog.Show, error) { return s.setStatus(ctx, id, status) })
	if err == nil {
		s.c.changes.ring()
	}
	return changed, err
}

func (s *ShowService) setStatus(ctx context.Context, id catalog.ShowID, status catalog.ShowStatus) (catalog.Show, error) {
	var changed catalog.Show
	err := s.c.db.Update(ctx, func(tx store.Tx) error {
		show, err := tx.Show(ctx, id)
		if err != nil {
			return err
		}
		if changed = show; show.Status == status {
			return nil
		}
		version := show.Version
		if changed, err = show.To(status, tx.Now()); err != nil {
			return err
		}
		changed.Version = version + 1
		venue, err := tx.Venue(ctx, show.VenueID)
		if err != nil {
			return err
		}
		return firstOf(tx.SetShowStatus(ctx, id, status, version), s.c.changed(ctx, tx, showTags(show, venue.CitySlug)...))
	})
	return changed, err
}
