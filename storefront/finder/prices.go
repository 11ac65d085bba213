package finder

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/store"
)

// prices are the lowest prices of shows, with fees and taxes, as people pay them. They are those of the lists: what demand makes of them
// changes by the minute, and would leave no page of a search as it is.
type prices struct {
	lists  map[pricing.PriceListID]pricing.PriceList
	taxes  map[pricing.TaxTableID]pricing.TaxTable // that the lists name
	lowest map[offered]money.Amount                // zero for what cannot be priced
	turnAt time.Time                               // when the first of them is taxed by other rules; zero means never

	changed  bool      // some list may have changed
	lookedAt time.Time // when that was looked into last
}

// pricesAt are those of which nothing is known yet.
func pricesAt(now time.Time) prices {
	return prices{
		lists: map[pricing.PriceListID]pricing.PriceList{}, taxes: map[pricing.TaxTableID]pricing.TaxTable{}, lowest: map[offered]money.Amount{},
		lookedAt: now,
	}
}

// offered is what a lowest price depends on.
type offered struct {
	list    pricing.PriceListID
	hall    catalog.SeatMapID
	daypart string
	taxFree bool
}

// repricedEvery is how often it is looked whether prices have changed. Lists change many at a time.
const repricedEvery = time.Minute

// repriced reports whether a price list or a tax table has changed since its prices were read, or a day has come on which taxes do.
func (f *Finder) repriced(ctx context.Context, change bms.Change, now time.Time) (bool, error) {
	p := &f.prices
	if !p.turnAt.IsZero() && !now.Before(p.turnAt) {
		return true, nil
	}
	p.changed = p.changed || slices.Contains(change.Tags, bms.PricesTag)
	if !p.changed || now.Sub(p.lookedAt) < repricedEvery {
		return false, nil
	}
	for id, known := range p.lists {
		if list, err := f.listNow(ctx, id); err != nil || list.Version != known.Version {
			return err == nil, err
		}
	}
	for id, known := range p.taxes {
		if table, err := f.taxNow(ctx, id); err != nil || table.Version != known.Version {
			return err == nil, err
		}
	}
	p.changed, p.lookedAt = false, now
	return false, nil
}

// lowest is the lowest price of a show, zero when it has none. One that cannot be computed is none: the show is found all the same, and
// so are all others.
func (f *Finder) lowest(ctx context.Context, s catalog.Show) (money.Amount, error) {
	list, err := f.list(ctx, pricing.PriceListID(s.PriceListID))
	if err != nil {
		return money.Amount{}, err
	}
	zone, err := f.zone(s.TimeZone)
	if err != nil {
		return money.Amount{}, fmt.Errorf("show %s: %w", s.ID, err)
	}
	key := offered{list: list.ID, hall: s.SeatMapID, daypart: list.DaypartAt(s.StartsAt.In(zone)), taxFree: s.TaxFree}
	price, known := f.prices.lowest[key]
	if known || list.ID == "" {
		return price, nil
	}
	f.prices.turn(list.TaxTable, f.client.Now().In(zone))
	price, _, err = f.client.Prices.Lowest(ctx, s.ID)
	switch {
	case errors.Is(err, bms.ErrUnpriced):
		f.cfg.Logger.ErrorContext(ctx, "show has no price", slog.String("show", string(s.ID)), slog.String("error", err.Error()))
		price = money.Amount{}
	case err != nil:
		return price, fmt.Errorf("lowest price of %s: %w", s.ID, err)
	}
	f.prices.lowest[key] = price
	return price, nil
}

// turn notes when a table has other rules than it has now, by the clock of a show's venue.
func (p *prices) turn(table pricing.TaxTableID, now time.Time) {
	next := p.taxes[table].NextChange(pricing.Date(now.Format(time.DateOnly)))
	day, err := time.ParseInLocation(time.DateOnly, string(next), now.Location())
	if err == nil && (p.turnAt.IsZero() || day.Before(p.turnAt)) { // an error is no day
		p.turnAt = day
	}
}

// zone is a time zone, which is read once.
func (f *Finder) zone(name string) (*time.Location, error) {
	if zone, known := f.zones[name]; known {
		return zone, nil
	}
	zone, err := time.LoadLocation(name)
	if err == nil {
		f.zones[name] = zone
	}
	return zone, err
}

// list is a price list, which is read once.
func (f *Finder) list(ctx context.Context, id pricing.PriceListID) (pricing.PriceList, error) {
	if list, known := f.prices.lists[id]; known {
		return list, nil
	}
	list, err := f.listNow(ctx, id)
	if err != nil {
		return list, err
	}
	if _, known := f.prices.taxes[list.TaxTable]; !known && list.ID != "" {
		if f.prices.taxes[list.TaxTable], err = f.taxNow(ctx, list.TaxTable); err != nil {
			return list, err
		}
	}
	f.prices.lists[id] = list
	return list, nil
}

// listNow reads a price list. One that there is not has no prices.
func (f *Finder) listNow(ctx context.Context, id pricing.PriceListID) (pricing.PriceList, error) {
	list, err := f.client.Prices.List(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return list, fmt.Errorf("price list %s: %w", id, err)
	}
	return list, nil
}

// taxNow reads a tax table.
func (f *Finder) taxNow(ctx context.Context, id pricing.TaxTableID) (pricing.TaxTable, error) {
	table, err := f.client.Prices.TaxTable(ctx, id)
	if err != nil {
		return table, fmt.Errorf("tax table %s: %w", id, err)
	}
	return table, nil
}
