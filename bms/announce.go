package bms

import (
	"context"
	"errors"
	"math"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/store"
)

// Announcement is a show with all that it is sold from: who sells what, where, from which seats, at which
// prices. A part that the shop has already is used as it is stored, and never changed by Announce: it is known
// by its ID, or without one by its slug, which is made of its name. Any other part is stored with the show.
//
// What follows from the rest can be left out: IDs, slugs, versions, times of creation, and what one part says
// about another, such as Show.HallID or Venue.PartnerID.
type Announcement struct {
	// Partner is who sells. Zero means the venue's partner, or the only one that the shop has. A new
	// one needs a Name and a Currency; its Country is the venue's when it says none.
	Partner catalog.Partner

	// Brand is stored when it is not zero.
	Brand catalog.Brand

	// Venue is where the show is. Zero means that of the hall, which then needs its ID. A new one needs
	// Name, City and TimeZone; its Country is the partner's when it says none.
	Venue catalog.Venue

	// Hall is the room. Without a Name it is called as its seat map is.
	Hall catalog.Hall

	// Map is the seats of the hall; Drawing is the same as text (seatmap.ParseGrid). With neither, the newest map
	// of the hall is used. One that differs from the newest is stored as the next version.
	Map     *seatmap.Map
	Drawing string

	// Event is what is shown. A new one needs Title and Kind.
	Event catalog.Event

	// Prices is what places cost; PriceOf is the same in short: minor units of the partner's currency by
	// category, tax included. With neither, Show.PriceListID names a list.
	Prices  pricing.PriceList
	PriceOf map[string]int64

	// Tax is stored when the shop has no table with its ID. Zero means the table that Prices name, or
	// else the built-in one of the venue's country.
	Tax pricing.TaxTable

	// Show needs StartsAt. It ends when the event has run, or after two hours when nobody knows, and it is on
	// sale at once unless Status says otherwise.
	Show catalog.Show

	// Key is the idempotency key.
	Key string `json:"-"`
}

// announceTries is how often announcements that need the same new venue, or draw a hall anew, may meet.
const announceTries = maxRaces

// Announce stores a show with all that it is sold from, all of it or nothing, and returns the show. The same event in
// the same hall at the same time is one show: announcing it again returns it as it is stored. Errors: an Invalid
// fault that names the field, such as venue.time_zone; store.ErrDuplicate for a new part with the slug of another.
func (s *ShowService) Announce(ctx context.Context, a Announcement) (catalog.Show, error) {
	if math.IsNaN(a.Venue.Lat+a.Venue.Lng) || math.IsInf(a.Venue.Lat+a.Venue.Lng, 0) {
		return catalog.Show{}, fault.Invalidf("venue.lat", "must be degrees, as lng")
	}
	plan, err := a.draw()
	if err != nil {
		return catalog.Show{}, err
	}
	return once(ctx, s.c, "shows.announce", a.Key, a, func(finish finish[catalog.Show]) (catalog.Show, error) {
		var show catalog.Show
		var err error
		for range announceTries {
			err = s.c.db.Update(ctx, func(tx store.Tx) error {
				var err error
				w := &announcing{Announcement: a, tx: tx, now: tx.Now(), plan: plan, refer: newReferences(tx, s.c.shows)}
				if show, err = w.run(ctx); err != nil {
					return err
				}
				return firstOf(s.c.changed(ctx, tx, w.tags(show)...), finish(tx, show))
			})
			if !errors.Is(err, store.ErrDuplicate) {
				break
			}
		}
		if err == nil {
			s.c.changes.ring()
		}
		return show, err
	})
}

// tags are those of everything that may have been stored.
func (w *announcing) tags(show catalog.Show) []string {
	return append(showTags(show, w.Venue.CitySlug), PartnerTag(show.PartnerID), BrandTag(w.Brand.ID), VenuesTag, PricesTag)
}

// Must returns v, and panics with err when that is not nil. It is for programs in which nobody waits for an
// answer: the start of a program, an example, a test.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// draw reads the drawing into Map and compiles it; nil when there is neither.
func (a *Announcement) draw() (*seatmap.Plan, error) {
	field := "map"
	if a.Drawing != "" {
		if field = "drawing"; a.Map != nil {
			return nil, fault.Invalidf(field, "give a map or a drawing, not both")
		}
		var err error
		if a.Map, err = seatmap.ParseGrid(a.Drawing); err != nil {
			return nil, within(field, err)
		}
	}
	if a.Map == nil {
		return nil, nil //nolint:nilnil // the hall's newest map is meant
	}
	plan, err := seatmap.Compile(a.Map)
	return plan, within(field, err)
}

// within puts the field of a refusal inside that of the part it is about.
func within(part string, err error) error {
	if bad, ok := errors.AsType[*seatmap.MapError](err); ok {
		return bad.In(part)
	}
	if f := fault.Of(err); f != nil {
		return f.In(part)
	}
	return err
}
