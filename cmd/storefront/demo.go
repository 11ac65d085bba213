package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/demo"
)

// loadDemo stores the demo programme in an empty database. In one that has it already it adds the shows that
// have come within reach since, and touches nothing else; a database with other partners is left alone.
func loadDemo(ctx context.Context, shop *bms.Client, out io.Writer) error {
	partners, err := shop.Catalog.Partners(ctx)
	if err != nil {
		return err
	}
	brands, err := shop.Catalog.Brands(ctx)
	if err != nil {
		return err
	}
	programme, err := demo.Programme(shop.Now())
	if err != nil {
		return err
	}
	if len(partners) > 0 && !has(partners, programme.Partners[0].ID) {
		return nil
	}
	if len(brands) == 0 { // stored last, so a start that was interrupted is made good by the next
		fmt.Fprintf(out, "First start: loading a demo programme with %d events and %d shows.\n", len(programme.Events), len(programme.Shows))
		if err := storeCatalogue(ctx, shop, programme); err != nil {
			return err
		}
	}
	missing, err := unknownShows(ctx, shop, programme.Shows)
	if err != nil {
		return err
	}
	return shop.Shows.PutAll(ctx, missing)
}

func has(partners []catalog.Partner, id catalog.PartnerID) bool {
	return slices.ContainsFunc(partners, func(p catalog.Partner) bool { return p.ID == id })
}

// storeCatalogue stores everything but the shows; the brands come last.
func storeCatalogue(ctx context.Context, shop *bms.Client, c demo.Catalogue) error {
	for _, step := range []func() error{
		func() error { return each(ctx, c.Partners, shop.Catalog.PutPartner) },
		func() error { return each(ctx, c.TaxTables, shop.Prices.PutTaxTable) },
		func() error { return each(ctx, c.PriceLists, shop.Prices.PutList) },
		func() error {
			return each(ctx, c.Policies, func(ctx context.Context, p demo.Policy) error {
				return shop.Prices.PutPolicy(ctx, p.ID, p.PartnerID, p.Policy)
			})
		},
		func() error { return each(ctx, c.Vouchers, shop.Prices.PutVoucher) },
		func() error { return each(ctx, c.Events, shop.Catalog.PutEvent) },
		func() error { return each(ctx, c.Venues, shop.Catalog.PutVenue) },
		func() error { return each(ctx, c.Halls, shop.Catalog.PutHall) },
		func() error { return each(ctx, c.SeatMaps, addSeatMap(shop)) },
		func() error { return each(ctx, c.Brands, shop.Catalog.PutBrand) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// addSeatMap stores a seat map unless it is there already: stored ones never change.
func addSeatMap(shop *bms.Client) func(context.Context, catalog.SeatMap) error {
	return func(ctx context.Context, m catalog.SeatMap) error {
		if err := shop.Catalog.AddSeatMap(ctx, m); !errors.Is(err, store.ErrDuplicate) {
			return err
		}
		return nil
	}
}

// each stores the entities one by one and stops at the first that fails.
func each[T any](ctx context.Context, list []T, put func(context.Context, T) error) error {
	for i, v := range list {
		if err := put(ctx, v); err != nil {
			return fmt.Errorf("%T %d: %w", v, i, err)
		}
	}
	return nil
}

// showsPage is how many shows are read at a time.
const showsPage = 1000

// unknownShows are those that are not stored yet: what is stored may have sold.
func unknownShows(ctx context.Context, shop *bms.Client, shows []catalog.Show) ([]catalog.Show, error) {
	known := map[catalog.ShowID]bool{}
	q := store.ShowQuery{From: shop.Now(), Limit: showsPage}
	for {
		page, err := shop.Shows.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, s := range page {
			known[s.ID] = true
		}
		if len(page) < showsPage {
			break
		}
		q.After = page[len(page)-1].ID
	}
	var missing []catalog.Show
	for _, s := range shows {
		if !known[s.ID] {
			missing = append(missing, s)
		}
	}
	return missing, nil
}
