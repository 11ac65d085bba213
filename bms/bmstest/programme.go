package bmstest

import (
	"context"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// Programme is one partner's venue with one show, and all that selling it takes.
type Programme struct {
	Partner catalog.Partner
	Venue   catalog.Venue
	Hall    catalog.Hall
	SeatMap catalog.SeatMap
	Event   catalog.Event
	Tax     pricing.TaxTable
	Prices  pricing.PriceList
	Policy  booking.Policy
	Show    catalog.Show
}

func (p Programme) isZero() bool { return p.Show.ID == "" }

// smallHall has 26 seats in three rows with an aisle, and a standing area.
const smallHall = `name: Small hall
category s "Silver"
category g "Gold"
section stalls "Stalls"
  ssss_ssss
  ssss_ssss
  ggggg_ggggg
area floor "Floor" category=s capacity=40
`

// Small returns a programme with one show two days after the given time, in a
// small hall in Mumbai: rows A and B of 8 silver seats, row C of 10 gold ones, and a floor for
// 40. Silver costs 200 rupees and gold 300, children half; tax is included; a
// fee of 25 rupees a booking; buyers get everything but the fee back until two hours before.
func Small(now time.Time) Programme {
	m, err := seatmap.ParseGrid(smallHall)
	if err != nil {
		panic(fmt.Sprintf("bmstest: small hall: %v", err))
	}
	return Hall(now, m)
}

// Hall returns a programme like Small in a hall of one's own. Every category of the map costs
// 200 rupees, the one called "gold" 300.
func Hall(now time.Time, m *seatmap.Map) Programme {
	now = now.UTC().Truncate(time.Microsecond)
	var p Programme
	p.Partner = catalog.Partner{
		ID: id.New[catalog.PartnerID](catalog.PartnerPrefix, now), Slug: "aurora", Name: "Aurora Cinemas",
		LegalName: "Aurora Cinemas Private Limited", Country: "IN", Currency: "INR", CreatedAt: now,
	}
	p.Venue = catalog.Venue{
		ID: id.New[catalog.VenueID](catalog.VenuePrefix, now), PartnerID: p.Partner.ID, Slug: "aurora-fort", Name: "Aurora Fort",
		Address: "1 Mint Road", City: "Mumbai", CitySlug: "mumbai", Country: "IN", TimeZone: "Asia/Kolkata",
	}
	p.Hall = catalog.Hall{ID: id.New[catalog.HallID](catalog.HallPrefix, now), VenueID: p.Venue.ID, PartnerID: p.Partner.ID, Name: "Screen 1", Slug: "screen-1"}
	p.SeatMap = catalog.SeatMap{ID: id.New[catalog.SeatMapID](catalog.SeatMapPrefix, now), HallID: p.Hall.ID, PartnerID: p.Partner.ID, Version: 1, Map: m, CreatedAt: now}
	p.Event = catalog.Event{
		ID: id.New[catalog.EventID](catalog.EventPrefix, now), PartnerID: p.Partner.ID, Slug: "the-general", Kind: catalog.Film, Title: "The General",
		Language: "en", Duration: 79 * time.Minute, Year: 1926, CreatedAt: now, UpdatedAt: now,
	}
	p.Tax = pricing.India()
	p.Prices = prices(p, m, now)
	p.Policy = booking.Policy{Tiers: []booking.Tier{{MinutesBefore: 120, Price: money.Whole}}}
	p.Show = show(p, now)
	return p
}

func prices(p Programme, m *seatmap.Map, now time.Time) pricing.PriceList {
	list := pricing.PriceList{
		ID: pricing.NewPriceListID(now), PartnerID: string(p.Partner.ID), Name: "Standard", Currency: "INR", TaxIncluded: true,
		TaxTable: p.Tax.ID, TaxClass: pricing.ClassCinema, Rounding: pricing.RoundLine, Version: 1,
		BuyerTypes: []pricing.BuyerType{{Key: "adult", Name: "Adult"}, {Key: "child", Name: "Child", MaxAge: 12}},
		Fees: []pricing.Fee{{
			Key: "service", Name: "Convenience fee", Per: pricing.PerBooking, Fixed: money.New(2500, "INR"), TaxClass: pricing.ClassStandard,
		}},
	}
	for _, c := range m.Categories {
		minor := int64(20000)
		if c.Key == "gold" {
			minor = 30000
		}
		list.Prices = append(list.Prices,
			pricing.Price{Category: c.Key, Amount: money.New(minor, "INR")},
			pricing.Price{Category: c.Key, BuyerType: "child", Amount: money.New(minor/2, "INR")})
	}
	return list
}

// PolicyID is under which Store keeps the programme's cancellation policy.
const PolicyID = "pol_bmstest"

func show(p Programme, now time.Time) catalog.Show {
	starts := now.Add(48 * time.Hour).Truncate(time.Minute)
	s := catalog.Show{
		ID: id.New[catalog.ShowID](catalog.ShowPrefix, now), PartnerID: p.Partner.ID, EventID: p.Event.ID, VenueID: p.Venue.ID,
		HallID: p.Hall.ID, SeatMapID: p.SeatMap.ID, PriceListID: string(p.Prices.ID), PolicyID: PolicyID,
		StartsAt: starts, EndsAt: starts.Add(79 * time.Minute), TimeZone: p.Venue.TimeZone, Format: catalog.Format2D,
		Status: catalog.OnSale, Version: 1, CreatedAt: now, Seating: catalog.SeatingRules{Orphan: catalog.OrphanOff},
	}
	if local, err := s.Local(); err == nil {
		s.LocalDate = local.Format(time.DateOnly)
	}
	return s
}

// Store puts the programme on sale through the client.
func (p Programme) Store(ctx context.Context, c *bms.Client) error {
	steps := []func() error{
		func() error { return c.Catalog.PutPartner(ctx, p.Partner) },
		func() error { return c.Catalog.PutVenue(ctx, p.Venue) },
		func() error { return c.Catalog.PutHall(ctx, p.Hall) },
		func() error { return c.Catalog.AddSeatMap(ctx, p.SeatMap) },
		func() error { return c.Catalog.PutEvent(ctx, p.Event) },
		func() error { return c.Prices.PutTaxTable(ctx, p.Tax) },
		func() error { return c.Prices.PutList(ctx, p.Prices) },
		func() error { return c.Prices.PutPolicy(ctx, PolicyID, p.Partner.ID, p.Policy) },
		func() error { return c.Shows.Put(ctx, p.Show) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("store programme: %w", err)
		}
	}
	return nil
}
