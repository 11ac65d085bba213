package bms

import (
	"context"
	"fmt"
	"slices"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/store"
)

// CatalogService keeps partners, brands, events, venues, halls and seat maps. The
// Put methods insert or replace by id and refuse what does not validate, and what refers to something
// that is not there, naming the field. They take no idempotency key: a repetition stores the same once more.
type CatalogService struct{ c *Client }

// validator is what every entity of the catalogue can do.
type validator interface{ Validate() error }

// put validates the entity, checks what it refers to, stores it and tells what changed.
func (c *Client) put(ctx context.Context, v validator, tags []string, parents func(*references) error, write func(store.Tx) error) error {
	if err := v.Validate(); err != nil {
		return err
	}
	err := c.db.Update(ctx, func(tx store.Tx) error {
		if err := parents(newReferences(tx, c.shows)); err != nil {
			return err
		}
		return firstOf(write(tx), c.changed(ctx, tx, tags...))
	})
	if err == nil {
		c.changes.ring()
	}
	return err
}

// ofPartner is what most entities refer to.
func ofPartner(ctx context.Context, id catalog.PartnerID) func(*references) error {
	return func(r *references) error { return r.partner(ctx, id) }
}

// view reads one thing, or things that do not change together.
func view[T any](ctx context.Context, db store.DB, read func(store.Tx) (T, error)) (T, error) {
	var v T
	err := db.Read(ctx, func(tx store.Tx) error {
		var err error
		v, err = read(tx)
		return err
	})
	return v, err
}

// PutPartner stores a partner.
func (s *CatalogService) PutPartner(ctx context.Context, p catalog.Partner) error {
	none := func(*references) error { return nil }
	return s.c.put(ctx, p, []string{PartnerTag(p.ID)}, none, func(tx store.Tx) error { return tx.PutPartner(ctx, p) })
}

// Partner returns a partner. Errors: store.ErrNotFound.
func (s *CatalogService) Partner(ctx context.Context, id catalog.PartnerID) (catalog.Partner, error) {
	return find(ctx, s.c.db, id, store.Tx.Partner)
}

// Partners returns all partners by id.
func (s *CatalogService) Partners(ctx context.Context) ([]catalog.Partner, error) {
	return view(ctx, s.c.db, func(tx store.Tx) ([]catalog.Partner, error) { return tx.Partners(ctx) })
}

// PutBrand stores a brand. Errors: a Conflict fault about the host name that another live brand answers to.
func (s *CatalogService) PutBrand(ctx context.Context, b catalog.Brand) error {
	parents := func(r *references) error { return firstOf(r.partner(ctx, b.PartnerID), r.hosts(ctx, b)) }
	return s.c.put(ctx, b, []string{BrandTag(b.ID)}, parents, func(tx store.Tx) error { return tx.PutBrand(ctx, b) })
}

// Brands returns all brands by id.
func (s *CatalogService) Brands(ctx context.Context) ([]catalog.Brand, error) {
	return view(ctx, s.c.db, func(tx store.Tx) ([]catalog.Brand, error) { return tx.Brands(ctx) })
}

// PutEvent stores an event. Errors: store.ErrDuplicate when another event has its slug.
func (s *CatalogService) PutEvent(ctx context.Context, e catalog.Event) error {
	return s.c.put(ctx, e, []string{EventTag(e.ID)}, ofPartner(ctx, e.PartnerID), func(tx store.Tx) error { return tx.PutEvent(ctx, e) })
}

// Event returns an event. Errors: store.ErrNotFound.
func (s *CatalogService) Event(ctx context.Context, id catalog.EventID) (catalog.Event, error) {
	return find(ctx, s.c.db, id, store.Tx.Event)
}

// EventBySlug returns the event with the given slug. Errors: store.ErrNotFound.
func (s *CatalogService) EventBySlug(ctx context.Context, slug string) (catalog.Event, error) {
	return find(ctx, s.c.db, slug, store.Tx.EventBySlug)
}

// Events returns the events with the given ids, in no particular order; ids that do not exist are left out.
func (s *CatalogService) Events(ctx context.Context, ids []catalog.EventID) ([]catalog.Event, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id catalog.EventID) bool { return sound("", id) != nil })
	return view(ctx, s.c.db, func(tx store.Tx) ([]catalog.Event, error) { return tx.Events(ctx, ids) })
}

// EventSlugs returns the slugs of all events, in order.
func (s *CatalogService) EventSlugs(ctx context.Context) ([]string, error) {
	return view(ctx, s.c.db, func(tx store.Tx) ([]string, error) { return tx.EventSlugs(ctx) })
}

// PutVenue stores a venue. Errors: store.ErrDuplicate when another venue has its slug.
func (s *CatalogService) PutVenue(ctx context.Context, v catalog.Venue) error {
	return s.c.put(ctx, v, []string{VenueTag(v.ID), CityTag(v.CitySlug), VenuesTag}, ofPartner(ctx, v.PartnerID), func(tx store.Tx) error { return tx.PutVenue(ctx, v) })
}

// Venue returns a venue. Errors: store.ErrNotFound.
func (s *CatalogService) Venue(ctx context.Context, id catalog.VenueID) (catalog.Venue, error) {
	return find(ctx, s.c.db, id, store.Tx.Venue)
}

// VenueBySlug returns the venue with the given slug. Errors: store.ErrNotFound.
func (s *CatalogService) VenueBySlug(ctx context.Context, slug string) (catalog.Venue, error) {
	return find(ctx, s.c.db, slug, store.Tx.VenueBySlug)
}

// Venues returns the venues of the city with the given slug, or all for "", by name.
func (s *CatalogService) Venues(ctx context.Context, city string) ([]catalog.Venue, error) {
	return s.VenuesOf(ctx, "", city)
}

// VenuesOf is Venues for those of a partner; "" means all partners.
func (s *CatalogService) VenuesOf(ctx context.Context, partner catalog.PartnerID, city string) ([]catalog.Venue, error) {
	if err := firstOf(sound("city", city), sound("partner_id", partner)); err != nil {
		return nil, err
	}
	return view(ctx, s.c.db, func(tx store.Tx) ([]catalog.Venue, error) { return tx.Venues(ctx, city, partner) })
}

// Cities returns the cities that have venues, by name.
func (s *CatalogService) Cities(ctx context.Context) ([]catalog.City, error) {
	return s.CitiesOf(ctx, "")
}

// CitiesOf is Cities for the venues of a partner; "" means all partners.
func (s *CatalogService) CitiesOf(ctx context.Context, partner catalog.PartnerID) ([]catalog.City, error) {
	venues, err := s.VenuesOf(ctx, partner, "")
	return catalog.Cities(venues), err
}

// PutHall stores a hall.
func (s *CatalogService) PutHall(ctx context.Context, h catalog.Hall) error {
	parents := func(r *references) error {
		return firstOf(r.partner(ctx, h.PartnerID), exists(ctx, r, "venue_id", h.VenueID, store.Tx.Venue))
	}
	return s.c.put(ctx, h, []string{VenueTag(h.VenueID)}, parents, func(tx store.Tx) error { return tx.PutHall(ctx, h) })
}

// Hall returns a hall. Errors: store.ErrNotFound.
func (s *CatalogService) Hall(ctx context.Context, id catalog.HallID) (catalog.Hall, error) {
	return find(ctx, s.c.db, id, store.Tx.Hall)
}

// AddSeatMap stores a new version of a hall's seat map; a stored one never
// changes. Errors: an Invalid fault that names the place at fault,
// store.ErrDuplicate when the hall has this version already, which a repetition is told too; it
// changes nothing and needs no idempotency key.
func (s *CatalogService) AddSeatMap(ctx context.Context, m catalog.SeatMap) error {
	if _, err := seatmap.Compile(m.Map); err != nil {
		return fmt.Errorf("seat map %s: %w", m.ID, err)
	}
	parents := func(r *references) error {
		return firstOf(r.partner(ctx, m.PartnerID), exists(ctx, r, "hall_id", m.HallID, store.Tx.Hall))
	}
	return s.c.put(ctx, m, nil, parents, func(tx store.Tx) error { return tx.AddSeatMap(ctx, m) })
}

// SeatMap returns a stored seat map. Errors: store.ErrNotFound.
func (s *CatalogService) SeatMap(ctx context.Context, id catalog.SeatMapID) (catalog.SeatMap, error) {
	return find(ctx, s.c.db, id, store.Tx.SeatMap)
}

// SeatMapOf returns the newest seat map of a hall. Errors: store.ErrNotFound.
func (s *CatalogService) SeatMapOf(ctx context.Context, hall catalog.HallID) (catalog.SeatMap, error) {
	return find(ctx, s.c.db, hall, store.Tx.SeatMapOf)
}

// Plan returns the compiled plan of a stored seat map; it is kept in memory.
func (s *CatalogService) Plan(ctx context.Context, id catalog.SeatMapID) (*seatmap.Plan, error) {
	return find(ctx, s.c.db, id, func(tx store.Tx, ctx context.Context, id catalog.SeatMapID) (*seatmap.Plan, error) {
		return s.c.shows.plan(ctx, tx, id)
	})
}
