package bms

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/store"
)

// ShowService keeps shows and lists what is on.
type ShowService struct{ c *Client }

// Put stores a show. Errors: an Invalid fault that names the field.
func (s *ShowService) Put(ctx context.Context, show catalog.Show) error {
	return s.PutAll(ctx, []catalog.Show{show})
}

// putChunk is how many shows one transaction stores: few enough that nobody waits long behind it.
const putChunk = 1000

// PutAll stores shows, thousands at a time. All are validated before the first
// is stored; a failure of the database in between leaves whole chunks stored, and
// the call can be repeated.
func (s *ShowService) PutAll(ctx context.Context, shows []catalog.Show) error {
	for i, show := range shows {
		if err := s.check(ctx, show); err != nil {
			return fmt.Errorf("show %d (%s): %w", i, show.ID, err)
		}
	}
	venues, err := s.c.Catalog.Venues(ctx, "")
	if err != nil {
		return err
	}
	city := make(map[catalog.VenueID]string, len(venues))
	for _, v := range venues {
		city[v.ID] = v.CitySlug
	}
	for len(shows) > 0 {
		n := min(len(shows), putChunk)
		err := s.c.db.Update(ctx, func(tx store.Tx) error {
			chunk := slices.Clone(shows[:n])
			if err := keepSelling(ctx, tx, chunk); err != nil {
				return err
			}
			return tx.PutShows(ctx, chunk, city)
		})
		if err != nil {
			return fmt.Errorf("store shows: %w", err)
		}
		shows = shows[n:]
	}
	return nil
}

// ErrSelling says that a show that sells cannot be put into another hall.
var ErrSelling = fault.New(fault.Conflict, "show_sells", "places of this show are held or sold; its seat map cannot change any more")

// keepSelling refuses what would pull the seats from under their buyers, and leaves a cancelled show cancelled.
func keepSelling(ctx context.Context, tx store.Tx, shows []catalog.Show) error {
	ids := make([]catalog.ShowID, len(shows))
	for i, show := range shows {
		ids[i] = show.ID
	}
	stored, err := tx.ShowStates(ctx, ids)
	if err != nil {
		return err
	}
	for i, show := range shows {
		before, exists := stored[show.ID]
		if exists && before.Sells && before.SeatMapID != show.SeatMapID {
			return fmt.Errorf("show %s: %w", show.ID, ErrSelling.In("seat_map_id"))
		}
		if exists && before.Status == catalog.Cancelled {
			shows[i].Status = catalog.Cancelled
		}
	}
	return nil
}

func (s *ShowService) check(ctx context.Context, show catalog.Show) error {
	if err := show.Validate(); err != nil {
		return err
	}
	if len(show.Seating.Quotas) == 0 {
		return nil
	}
	plan, err := s.c.Catalog.Plan(ctx, show.SeatMapID)
	if err != nil {
		return err
	}
	return show.Seating.CheckAreas(plan)
}

// Show returns a show. Errors: store.ErrNotFound.
func (s *ShowService) Show(ctx context.Context, id catalog.ShowID) (catalog.Show, error) {
	return view(ctx, s.c.db, func(tx store.Tx) (catalog.Show, error) { return tx.Show(ctx, id) })
}

// List returns shows by start.
func (s *ShowService) List(ctx context.Context, q store.ShowQuery) ([]catalog.Show, error) {
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
	return view(ctx, s.c.db, func(tx store.Tx) ([]Listing, error) {
		found, err := tx.WhatsOn(ctx, city, from)
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
// request. A show that has the status already is left as it is, so the call may be repeated. To cancel
// a show with all its bookings use Cancel. Errors: catalog.ErrTransition for a step that the
// show cannot make.
func (s *ShowService) SetStatus(ctx context.Context, id catalog.ShowID, status catalog.ShowStatus) (catalog.Show, error) {
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
		return tx.SetShowStatus(ctx, id, status, version)
	})
	return changed, err
}
