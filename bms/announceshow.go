package bms

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/store"
)

// usualLength is how long a show is taken to last when nobody says.
const usualLength = 2 * time.Hour

// findShow gives the show its identity and finds it.
func (w *announcing) findShow(ctx context.Context) (catalog.Show, bool, error) {
	s := &w.Show
	s.StartsAt = s.StartsAt.UTC().Truncate(time.Microsecond)
	if s.ID == "" {
		s.ID = id.Of[catalog.ShowID](catalog.ShowPrefix, string(w.Hall.ID), string(w.Event.ID), s.StartsAt.Format(time.RFC3339Nano))
	}
	var stored catalog.Show
	known, err := lookUp(ctx, w, s.ID, store.Tx.Show, &stored)
	return stored, known, err
}

// putSeats decides which seat map the show sells from, and stores a new one.
func (w *announcing) putSeats(ctx context.Context) error {
	if w.Show.SeatMapID != "" && w.Map == nil {
		return nil
	}
	var newest catalog.SeatMap
	known, err := lookUp(ctx, w, w.Hall.ID, store.Tx.SeatMapOf, &newest)
	if err != nil {
		return err
	}
	if w.Map == nil {
		if !known {
			return fault.Invalidf("map", "must be drawn: the hall has no seat map yet")
		}
		w.Show.SeatMapID = newest.ID
		return nil
	}
	if known && same(newest.Map, w.Map) {
		w.Show.SeatMapID = newest.ID
		return nil
	}
	m := catalog.SeatMap{
		ID: cmp.Or(w.Show.SeatMapID, id.New[catalog.SeatMapID](catalog.SeatMapPrefix, w.now)), HallID: w.Hall.ID, PartnerID: w.Hall.PartnerID,
		Version: newest.Version + 1, Map: w.Map, CreatedAt: w.now,
	}
	if err := id.Check("seat_map_id", catalog.SeatMapPrefix, m.ID); err != nil {
		return within("show", err)
	}
	w.Show.SeatMapID = m.ID
	w.refer.made = map[catalog.SeatMapID]cachedPlan{m.ID: {plan: w.plan, hall: m.HallID}}
	return w.tx.AddSeatMap(ctx, m)
}

// same reports whether two maps have the same description.
func same(a, b *seatmap.Map) bool {
	left, leftErr := json.Marshal(a)
	right, rightErr := json.Marshal(b)
	return leftErr == nil && rightErr == nil && bytes.Equal(left, right)
}

// putPrices decides which price list the show sells by, and stores a new one with its taxes.
func (w *announcing) putPrices(ctx context.Context) error {
	l := &w.Prices
	if w.Show.PriceListID != "" {
		return nil
	}
	known, err := lookUp(ctx, w, l.ID, store.Tx.PriceList, l)
	if err != nil {
		return err
	}
	if !known {
		if err = w.shortPrices(); err == nil {
			err = w.putTax(ctx)
		}
		if err == nil {
			err = within("prices", w.putList(ctx))
		}
	}
	w.Show.PriceListID = string(l.ID)
	return err
}

// shortPrices makes the prices of PriceOf, in the order of the categories' keys.
func (w *announcing) shortPrices() error {
	l := &w.Prices
	l.Currency = cmp.Or(l.Currency, w.Partner.Currency)
	if len(w.PriceOf) == 0 {
		return nil
	}
	if len(l.Prices) > 0 {
		return fault.Invalidf("price_of", "give prices in short or a price list, not both")
	}
	l.TaxIncluded = true
	for _, category := range slices.Sorted(maps.Keys(w.PriceOf)) {
		known := func(c seatmap.Category) bool { return c.Key == category }
		if w.plan != nil && !slices.ContainsFunc(w.plan.Categories, known) {
			return fault.Invalidf("price_of."+category, "the seat map has no category %.40q", category)
		}
		l.Prices = append(l.Prices, pricing.Price{Category: category, Amount: money.New(w.PriceOf[category], l.Currency)})
	}
	return nil
}

// putTax finds the table that the prices are taxed by, or stores it.
func (w *announcing) putTax(ctx context.Context) error {
	t := &w.Tax
	t.ID = cmp.Or(t.ID, w.Prices.TaxTable)
	built, isBuilt := builtIn(t.ID, w.Venue.Country)
	switch {
	case t.ID == "" && !isBuilt:
		return fault.Invalidf("tax", "must be given: there is no built-in table for %.8q; pricing.Untaxed() is one without taxes", w.Venue.Country)
	case len(t.Rules) == 0 && isBuilt:
		*t = built
	}
	w.Prices.TaxTable = t.ID
	known, err := lookUp(ctx, w, t.ID, store.Tx.TaxTable, t)
	switch {
	case known || err != nil:
		return err
	case len(t.Rules) == 0:
		return within("prices", missingParent("tax_table", string(t.ID)))
	}
	if err := t.Validate(); err != nil {
		return within("tax", err)
	}
	return w.tx.PutTaxTable(ctx, *t)
}

// builtIn returns the built-in table with the ID, or that of the country when there is no ID.
func builtIn(table pricing.TaxTableID, country string) (pricing.TaxTable, bool) {
	if table == "" {
		return pricing.BuiltInFor(country)
	}
	for _, t := range pricing.BuiltInTables() {
		if t.ID == table {
			return t, true
		}
	}
	return pricing.TaxTable{}, false
}

func (w *announcing) putList(ctx context.Context) error {
	l := &w.Prices
	if l.ID == "" {
		l.ID = pricing.NewPriceListID(w.now)
	}
	l.PartnerID, l.Name = cmp.Or(l.PartnerID, string(w.Partner.ID)), cmp.Or(l.Name, "Standard")
	l.TaxClass, l.Rounding, l.Version = cmp.Or(l.TaxClass, taxClass(w.Event.Kind)), cmp.Or(l.Rounding, pricing.RoundLine), max(l.Version, 1)
	if err := l.Validate(); err != nil {
		return err
	}
	if err := firstOf(w.refer.partner(ctx, catalog.PartnerID(l.PartnerID)), l.CheckTax(w.Tax)); err != nil {
		return err
	}
	return w.tx.PutPriceList(ctx, *l)
}

// taxClass is how tickets for a kind of event are taxed where nobody says.
func taxClass(k catalog.Kind) string {
	switch k {
	case catalog.Film:
		return pricing.ClassCinema
	case catalog.Concert, catalog.Play, catalog.Festival:
		return pricing.ClassLive
	case catalog.Sport:
		return pricing.ClassSport
	case catalog.Online:
		return pricing.ClassStandard
	}
	return pricing.ClassStandard
}

// putShow completes the show and stores it.
func (w *announcing) putShow(ctx context.Context) error {
	s := &w.Show
	s.PartnerID, s.EventID = cmp.Or(s.PartnerID, w.Partner.ID), cmp.Or(s.EventID, w.Event.ID)
	s.VenueID, s.HallID = cmp.Or(s.VenueID, w.Venue.ID), cmp.Or(s.HallID, w.Hall.ID)
	s.TimeZone, s.Status, s.Version = cmp.Or(s.TimeZone, w.Venue.TimeZone), cmp.Or(s.Status, catalog.OnSale), max(s.Version, 1)
	s.Online = s.Online || w.Event.Kind == catalog.Online
	if s.CreatedAt.IsZero() {
		s.CreatedAt = w.now
	}
	if s.EndsAt.IsZero() {
		s.EndsAt = s.StartsAt.Add(cmp.Or(w.Event.Duration, usualLength))
	}
	if local, err := s.Local(); err == nil && s.LocalDate == "" {
		s.LocalDate = local.Format(time.DateOnly)
	}
	if s.StartsAt.IsZero() {
		return fault.Invalidf("starts_at", "must be set")
	}
	if !s.EndsAt.After(w.now) {
		return fault.Invalidf("starts_at", "must not be so long ago that the show is over")
	}
	if err := s.Validate(); err != nil {
		return err
	}
	city, err := w.refer.show(ctx, *s)
	if err != nil {
		return err
	}
	return w.tx.AddShow(ctx, *s, city)
}
