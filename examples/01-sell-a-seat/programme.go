package main

import (
	"context"
	_ "embed"
	"errors"
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/store"
)

// hall has one letter a seat, the stage at the top.
//
//go:embed hall.txt
var hall string

// slug names the event in addresses, and tells a second run that it is there.
const slug = "the-general"

// putOn returns the show that is on sale, putting it there on the first run.
func putOn(ctx context.Context, shop *bms.Client) (catalog.ShowID, error) {
	if event, err := shop.Catalog.EventBySlug(ctx, slug); err == nil {
		return firstShow(ctx, shop, event.ID)
	}
	p, err := newProgramme(shop.Now())
	if err != nil {
		return "", err
	}
	for _, put := range []func() error{
		func() error { return shop.Catalog.PutPartner(ctx, p.partner) },
		func() error { return shop.Catalog.PutVenue(ctx, p.venue) },
		func() error { return shop.Catalog.PutHall(ctx, p.hall) },
		func() error { return shop.Catalog.AddSeatMap(ctx, p.seats) },
		func() error { return shop.Prices.PutTaxTable(ctx, pricing.India()) },
		func() error { return shop.Prices.PutList(ctx, p.prices) },
		func() error { return shop.Catalog.PutEvent(ctx, p.event) },
		func() error { return shop.Shows.Put(ctx, p.show) },
	} {
		if err := put(); err != nil {
			return "", err
		}
	}
	return p.show.ID, nil
}

func firstShow(ctx context.Context, shop *bms.Client, event catalog.EventID) (catalog.ShowID, error) {
	shows, err := shop.Shows.List(ctx, store.ShowQuery{EventID: event, Limit: 1})
	if err != nil || len(shows) == 0 {
		return "", errors.Join(err, store.ErrNotFound)
	}
	return shows[0].ID, nil
}

// programme is one film in one hall, in two days.
type programme struct {
	partner catalog.Partner
	venue   catalog.Venue
	hall    catalog.Hall
	seats   catalog.SeatMap
	prices  pricing.PriceList
	event   catalog.Event
	show    catalog.Show
}

func newProgramme(now time.Time) (programme, error) {
	drawn, err := seatmap.ParseGrid(hall)
	if err != nil {
		return programme{}, err
	}
	var p programme
	p.partner = catalog.Partner{
		ID: id.New[catalog.PartnerID](catalog.PartnerPrefix, now), Slug: "aurora", Name: "Aurora Cinemas", Country: "IN", Currency: "INR",
	}
	p.venue = catalog.Venue{
		ID: id.New[catalog.VenueID](catalog.VenuePrefix, now), PartnerID: p.partner.ID, Slug: "aurora-fort", Name: "Aurora Fort",
		City: "Mumbai", CitySlug: "mumbai", Country: "IN", TimeZone: "Asia/Kolkata",
	}
	p.hall = catalog.Hall{
		ID: id.New[catalog.HallID](catalog.HallPrefix, now), VenueID: p.venue.ID, PartnerID: p.partner.ID, Name: "Screen 1", Slug: "screen-1",
	}
	p.seats = catalog.SeatMap{
		ID: id.New[catalog.SeatMapID](catalog.SeatMapPrefix, now), HallID: p.hall.ID, PartnerID: p.partner.ID, Version: 1, Map: drawn,
	}
	p.prices = pricing.PriceList{
		ID: pricing.NewPriceListID(now), PartnerID: string(p.partner.ID), Name: "Standard", Currency: "INR", Version: 1,
		TaxIncluded: true, TaxTable: pricing.India().ID, TaxClass: pricing.ClassCinema, Rounding: pricing.RoundLine,
		Prices: []pricing.Price{
			{Category: "silver", Amount: money.New(250_00, "INR")},
			{Category: "gold", Amount: money.New(400_00, "INR")},
		},
	}
	p.event = catalog.Event{
		ID: id.New[catalog.EventID](catalog.EventPrefix, now), PartnerID: p.partner.ID, Slug: slug, Kind: catalog.Film, Title: "The General",
	}
	p.show = catalog.Show{
		ID: id.New[catalog.ShowID](catalog.ShowPrefix, now), PartnerID: p.partner.ID, EventID: p.event.ID, VenueID: p.venue.ID,
		HallID: p.hall.ID, SeatMapID: p.seats.ID, PriceListID: string(p.prices.ID), TimeZone: p.venue.TimeZone, Status: catalog.OnSale,
		StartsAt: now.Add(48 * time.Hour), EndsAt: now.Add(50 * time.Hour),
	}
	local, err := p.show.Local()
	p.show.LocalDate = local.Format(time.DateOnly)
	return p, err
}
