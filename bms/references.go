package bms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/store"
)

// references finds what entities refer to, each thing once: nothing of the catalogue is ever deleted, so what was
// found stays there.
type references struct {
	tx    store.Tx
	shows *showCache
	found map[string]any

	// made are seat maps that the same unit of work stores, which nobody else may see before it ends.
	made map[catalog.SeatMapID]cachedPlan
}

func newReferences(tx store.Tx, shows *showCache) *references {
	return &references{tx: tx, shows: shows, found: map[string]any{}}
}

// missingParent refuses a reference to what is not there.
func missingParent(field, key string) *fault.Error {
	what := strings.ReplaceAll(strings.TrimSuffix(field, "_id"), "_", " ")
	return &fault.Error{
		Code: fault.Invalid, Reason: "missing_parent", Field: field,
		Message: fmt.Sprintf("there is no %s %.80q; store it first, or name another", what, key),
	}
}

// refer returns what the field refers to. A thing that is not there is an Invalid fault about the field.
func refer[K ~string, T any](ctx context.Context, r *references, field string, key K, read func(store.Tx, context.Context, K) (T, error)) (T, error) {
	at := field + " " + string(key)
	if known, ok := r.found[at].(T); ok {
		return known, nil
	}
	v, err := read(r.tx, ctx, key)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return v, missingParent(field, string(key))
	case err == nil:
		r.found[at] = v
	}
	return v, err
}

// exists is refer for who wants nothing of the thing.
func exists[K ~string, T any](ctx context.Context, r *references, field string, key K, read func(store.Tx, context.Context, K) (T, error)) error {
	_, err := refer(ctx, r, field, key, read)
	return err
}

func (r *references) partner(ctx context.Context, id catalog.PartnerID) error {
	return exists(ctx, r, "partner_id", id, store.Tx.Partner)
}

// hosts refuses host names of a live brand that another live brand answers to: nobody could tell which of the two is
// meant. A draft may have those of the brand that it is to replace.
func (r *references) hosts(ctx context.Context, b catalog.Brand) error {
	if !b.Live() {
		return nil
	}
	if err := r.tx.LockBrands(ctx); err != nil {
		return err
	}
	all, err := r.tx.Brands(ctx)
	if err != nil {
		return err
	}
	for _, other := range all {
		for i, host := range b.Hosts {
			if other.ID != b.ID && other.Live() && slices.Contains(other.Hosts, host) {
				return &fault.Error{
					Code: fault.Conflict, Reason: "host_taken", Field: fmt.Sprintf("hosts[%d]", i),
					Message: fmt.Sprintf("the brand %.120q answers to %s already; take the host name from it first", other.Name, host),
				}
			}
		}
	}
	return nil
}

// plan is the compiled plan of a seat map, and its hall.
func (r *references) plan(_ store.Tx, ctx context.Context, id catalog.SeatMapID) (cachedPlan, error) { //nolint:revive // the form of the store's methods
	if made, ok := r.made[id]; ok {
		return made, nil
	}
	return r.shows.seatMap(ctx, r.tx, id)
}

// show checks what a show refers to, and that its hall and seat map belong together. It returns the
// slug of the show's city.
func (r *references) show(ctx context.Context, s catalog.Show) (city string, err error) {
	venue, venueErr := refer(ctx, r, "venue_id", s.VenueID, store.Tx.Venue)
	hall, hallErr := refer(ctx, r, "hall_id", s.HallID, store.Tx.Hall)
	seats, seatsErr := refer(ctx, r, "seat_map_id", s.SeatMapID, r.plan)
	err = firstOf(
		r.partner(ctx, s.PartnerID),
		exists(ctx, r, "event_id", s.EventID, store.Tx.Event),
		venueErr, hallErr, seatsErr,
		exists(ctx, r, "price_list_id", pricing.PriceListID(s.PriceListID), store.Tx.PriceList),
		r.policy(ctx, s.PolicyID),
	)
	switch {
	case err != nil:
		return "", err
	case hall.VenueID != s.VenueID:
		return "", fault.Invalidf("hall_id", "the hall is in another venue, %s", hall.VenueID)
	case seats.hall != s.HallID:
		return "", fault.Invalidf("seat_map_id", "the seat map is of another hall, %s", seats.hall)
	}
	return venue.CitySlug, r.quotas(s.Seating, seats.plan)
}

func (r *references) policy(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	return exists(ctx, r, "policy_id", id, store.Tx.Policy)
}

func (r *references) quotas(rules catalog.SeatingRules, plan *seatmap.Plan) error {
	if err := rules.CheckAreas(plan); err != nil {
		return fault.Of(err).In("seating")
	}
	return nil
}
