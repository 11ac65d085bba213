package bms

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/store"
)

// announcing is an announcement in its unit of work. Each step finds one part in the store, or completes and stores
// it; from then on the part is whole.
type announcing struct {
	Announcement
	tx    store.Tx
	now   time.Time
	plan  *seatmap.Plan // of Map; nil when there is none
	refer *references

	venueKnown, hallKnown bool
}

// run stores what is missing and returns the show.
func (w *announcing) run(ctx context.Context) (catalog.Show, error) {
	for _, step := range []struct {
		part string
		do   func(context.Context) error
	}{
		{"hall", w.findHall},
		{"venue", w.findVenue},
		{"partner", w.findPartner},
		{"venue", w.putVenue},
		{"brand", w.putBrand},
		{"hall", w.putHall},
		{"event", w.putEvent},
	} {
		if err := step.do(ctx); err != nil {
			return catalog.Show{}, within(step.part, err)
		}
	}
	stored, known, err := w.findShow(ctx)
	if known || err != nil {
		return stored, err
	}
	if err := firstDone(ctx, w.putSeats, w.putPrices); err != nil {
		return catalog.Show{}, err
	}
	err = w.putShow(ctx)
	return w.Show, within("show", err)
}

// firstDone does the steps in turn up to the first that fails.
func firstDone(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// lookUp reads into v what has the key, and reports whether there is such a thing.
func lookUp[K ~string, T any](ctx context.Context, w *announcing, key K, read func(store.Tx, context.Context, K) (T, error), v *T) (bool, error) {
	if key == "" || strings.ContainsRune(string(key), 0) || !utf8.ValidString(string(key)) {
		return false, nil // Validate will refuse such a key
	}
	found, err := read(w.tx, ctx, key)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	}
	*v = found
	return true, nil
}

// findHall finds a hall that is named by its ID.
func (w *announcing) findHall(ctx context.Context) (err error) {
	w.hallKnown, err = lookUp(ctx, w, w.Hall.ID, store.Tx.Hall, &w.Hall)
	return err
}

// findVenue finds the venue: the one of the hall, or by ID or slug.
func (w *announcing) findVenue(ctx context.Context) (err error) {
	v := &w.Venue
	if w.hallKnown && v.ID == "" && v.Name == "" {
		v.ID = w.Hall.VenueID
	}
	if v.Slug == "" && v.Name != "" {
		v.Slug = catalog.Slugify(v.Name)
	}
	if v.ID != "" {
		w.venueKnown, err = lookUp(ctx, w, v.ID, store.Tx.Venue, v)
		return err
	}
	w.venueKnown, err = lookUp(ctx, w, v.Slug, store.Tx.VenueBySlug, v)
	return err
}

// findPartner finds the partner by ID or slug, or completes a new one and stores it.
func (w *announcing) findPartner(ctx context.Context) error {
	p := &w.Partner
	if p.Slug == "" && p.Name != "" {
		p.Slug = catalog.Slugify(p.Name)
	}
	if *p == (catalog.Partner{}) && w.venueKnown {
		p.ID = w.Venue.PartnerID
	}
	if known, err := lookUp(ctx, w, p.ID, store.Tx.Partner, p); known || err != nil {
		return err
	}
	if p.ID == "" {
		if known, err := w.partnerBySlug(ctx); known || err != nil {
			return err
		}
		p.ID = id.New[catalog.PartnerID](catalog.PartnerPrefix, w.now)
	}
	if p.Name == "" {
		return fault.Invalidf("name", "must be said, or the id of a partner that is there")
	}
	p.Country, p.Currency = cmp.Or(p.Country, w.Venue.Country), cmp.Or(p.Currency, w.Prices.Currency)
	if p.CreatedAt.IsZero() {
		p.CreatedAt = w.now
	}
	if err := p.Validate(); err != nil {
		return err
	}
	return w.tx.PutPartner(ctx, *p)
}

// partnerBySlug finds the partner with the slug, or the only one when none is said.
func (w *announcing) partnerBySlug(ctx context.Context) (bool, error) {
	all, err := w.tx.Partners(ctx)
	if err != nil {
		return false, err
	}
	if w.Partner == (catalog.Partner{}) {
		if len(all) != 1 {
			return false, fault.Invalidf("name", "must be said: there are %d partners to choose from", len(all))
		}
		w.Partner = all[0]
		return true, nil
	}
	i := slices.IndexFunc(all, func(p catalog.Partner) bool { return p.Slug == w.Partner.Slug })
	if i < 0 {
		return false, nil
	}
	w.Partner = all[i]
	return true, nil
}

func (w *announcing) putVenue(ctx context.Context) error {
	if w.venueKnown {
		return nil
	}
	v := &w.Venue
	if v.Name == "" {
		return fault.Invalidf("name", "must be said, or the id of a venue that is there")
	}
	if v.ID == "" {
		v.ID = id.New[catalog.VenueID](catalog.VenuePrefix, w.now)
	}
	v.PartnerID, v.Country = cmp.Or(v.PartnerID, w.Partner.ID), cmp.Or(v.Country, w.Partner.Country)
	if v.CitySlug == "" && v.City != "" {
		v.CitySlug = catalog.Slugify(v.City)
	}
	if err := v.Validate(); err != nil {
		return err
	}
	if err := w.refer.partner(ctx, v.PartnerID); err != nil {
		return err
	}
	return w.tx.PutVenue(ctx, *v)
}

// putBrand stores a brand that is not there: by its ID, or without one by its hosts.
func (w *announcing) putBrand(ctx context.Context) error {
	b := &w.Brand
	if b.ID == "" && b.Name == "" && len(b.Hosts) == 0 {
		return nil
	}
	if err := w.tx.LockBrands(ctx); err != nil {
		return err
	}
	all, err := w.tx.Brands(ctx)
	if err != nil {
		return err
	}
	for _, other := range all {
		shared := slices.ContainsFunc(other.Hosts, func(host string) bool { return slices.Contains(b.Hosts, host) })
		if other.ID == b.ID || b.ID == "" && shared {
			return nil
		}
	}
	if b.ID == "" {
		b.ID = id.New[catalog.BrandID](catalog.BrandPrefix, w.now)
	}
	b.PartnerID, b.Currency = cmp.Or(b.PartnerID, w.Partner.ID), cmp.Or(b.Currency, w.Partner.Currency)
	if err := b.Validate(); err != nil {
		return err
	}
	if err := w.refer.partner(ctx, b.PartnerID); err != nil {
		return err
	}
	return w.tx.PutBrand(ctx, *b)
}

// putHall finds the hall of that name in the venue, or stores it.
func (w *announcing) putHall(ctx context.Context) error {
	h := &w.Hall
	if w.hallKnown {
		return nil
	}
	if h.Name == "" && w.Map != nil {
		h.Name = w.Map.Name
	}
	if h.Slug == "" && h.Name != "" {
		h.Slug = catalog.Slugify(h.Name)
	}
	if h.ID == "" && h.Slug != "" {
		var err error
		h.ID = id.Of[catalog.HallID](catalog.HallPrefix, string(w.Venue.ID), h.Slug)
		if w.hallKnown, err = lookUp(ctx, w, h.ID, store.Tx.Hall, h); w.hallKnown || err != nil {
			return err
		}
	}
	h.PartnerID, h.VenueID = cmp.Or(h.PartnerID, w.Venue.PartnerID), cmp.Or(h.VenueID, w.Venue.ID)
	if h.Name == "" {
		return fault.Invalidf("name", "must be said, or drawn as the name of its seat map")
	}
	if err := h.Validate(); err != nil {
		return err
	}
	if err := w.refer.partner(ctx, h.PartnerID); err != nil {
		return err
	}
	return w.tx.PutHall(ctx, *h)
}

// putEvent finds the event by ID or slug, or stores it.
func (w *announcing) putEvent(ctx context.Context) error {
	e := &w.Event
	if e.Slug == "" && e.Title != "" {
		e.Slug = catalog.Slugify(e.Title)
	}
	if known, err := lookUp(ctx, w, e.ID, store.Tx.Event, e); known || err != nil {
		return err
	}
	if e.ID == "" {
		if known, err := lookUp(ctx, w, e.Slug, store.Tx.EventBySlug, e); known || err != nil {
			return err
		}
		e.ID = id.New[catalog.EventID](catalog.EventPrefix, w.now)
	}
	if e.Title == "" {
		return fault.Invalidf("title", "must be said, or the id of an event that is there")
	}
	e.PartnerID = cmp.Or(e.PartnerID, w.Partner.ID)
	if e.CreatedAt.IsZero() {
		e.CreatedAt, e.UpdatedAt = w.now, w.now
	}
	if err := e.Validate(); err != nil {
		return err
	}
	if err := w.refer.partner(ctx, e.PartnerID); err != nil {
		return err
	}
	return w.tx.PutEvent(ctx, *e)
}
