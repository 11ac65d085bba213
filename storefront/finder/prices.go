package finder

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/store"
)

// prices are the lowest prices of shows. They are those of the lists: what demand makes of them changes by the minute, and would leave
// no page of a search as it is.
type prices struct {
	lists  map[pricing.PriceListID]pricing.PriceList
	lowest map[offered]money.Amount

	changed  bool      // some list may have changed
	lookedAt time.Time // when that was looked into last
}

// pricesAt are those of which nothing is known yet.
func pricesAt(now time.Time) prices {
	return prices{lists: map[pricing.PriceListID]pricing.PriceList{}, lowest: map[offered]money.Amount{}, lookedAt: now}
}

// offered is what a lowest price depends on.
type offered struct {
	list    pricing.PriceListID
	hall    catalog.SeatMapID
	daypart string
}

// repricedEvery is how often it is looked whether prices have changed. Lists change many at a time.
const repricedEvery = time.Minute

// repriced reports whether a price list has changed since its prices were read.
func (f *Finder) repriced(ctx context.Context, change bms.Change, now time.Time) (bool, error) {
	p := &f.prices
	p.changed = p.changed || slices.Contains(change.Tags, bms.PricesTag)
	if !p.changed || now.Sub(p.lookedAt) < repricedEvery {
		return false, nil
	}
	for id, known := range p.lists {
		if list, err := f.listNow(ctx, id); err != nil || list.Version != known.Version {
			return err == nil, err
		}
	}
	p.changed, p.lookedAt = false, now
	return false, nil
}

// lowest is the lowest price of a show, zero when it has none.
func (f *Finder) lowest(ctx context.Context, s catalog.Show, h hall) (money.Amount, error) {
	list, err := f.list(ctx, pricing.PriceListID(s.PriceListID))
	if err != nil {
		return money.Amount{}, err
	}
	zone, err := f.zone(s.TimeZone)
	if err != nil {
		return money.Amount{}, fmt.Errorf("show %s: %w", s.ID, err)
	}
	key := offered{list: list.ID, hall: s.SeatMapID, daypart: list.DaypartAt(s.StartsAt.In(zone))}
	price, known := f.prices.lowest[key]
	if !known {
		price, _ = list.Lowest(h.categories, key.daypart)
		f.prices.lowest[key] = price
	}
	return price, nil
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
	if err == nil {
		f.prices.lists[id] = list
	}
	return list, err
}

// listNow reads a price list. One that there is not has no prices.
func (f *Finder) listNow(ctx context.Context, id pricing.PriceListID) (pricing.PriceList, error) {
	list, err := f.client.Prices.List(ctx, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return list, fmt.Errorf("price list %s: %w", id, err)
	}
	return list, nil
}
