package storetest

import (
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/store"
)

// What most tests refer to.
const (
	partnerID catalog.PartnerID   = "ptn_1"
	eventID   catalog.EventID     = "evt_1"
	venueID   catalog.VenueID     = "ven_1"
	hallID    catalog.HallID      = "hal_1"
	mapID     catalog.SeatMapID   = "map_1"
	listID    pricing.PriceListID = "prl_1"
	showID    catalog.ShowID      = "shw_1"
)

// city is where the venues of the programme are.
const city = "praha"

// programme stores one show and all that it refers to.
func (s *suite) programme() {
	s.Helper()
	s.must(func(tx store.Tx) error {
		ctx := s.Context()
		return firstOf(
			tx.PutPartner(ctx, partner(partnerID)),
			tx.PutEvent(ctx, event(eventID)),
			tx.PutVenue(ctx, venue(venueID, city)),
			tx.PutHall(ctx, catalog.Hall{ID: hallID, VenueID: venueID, PartnerID: partnerID}),
			tx.AddSeatMap(ctx, catalog.SeatMap{ID: mapID, HallID: hallID, PartnerID: partnerID, Version: 1}),
			tx.PutPriceList(ctx, pricing.PriceList{ID: listID, PartnerID: string(partnerID)}),
		)
	})
	s.putShows(show(showID))
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func partner(id catalog.PartnerID) catalog.Partner {
	return catalog.Partner{ID: id, Slug: "partner-" + string(id)}
}

func event(id catalog.EventID) catalog.Event {
	return catalog.Event{ID: id, PartnerID: partnerID, Slug: "event-" + string(id)}
}

func venue(id catalog.VenueID, in string) catalog.Venue {
	return catalog.Venue{ID: id, PartnerID: partnerID, Slug: "venue-" + string(id), Name: "Name of " + string(id), CitySlug: in}
}

// show returns a show of the programme, on sale, two days ahead.
func show(id catalog.ShowID) catalog.Show {
	at := start.Add(48 * time.Hour)
	return catalog.Show{
		ID: id, PartnerID: partnerID, EventID: eventID, VenueID: venueID, HallID: hallID, SeatMapID: mapID, PriceListID: string(listID),
		StartsAt: at, EndsAt: at.Add(2 * time.Hour), LocalDate: at.Format(time.DateOnly), Status: catalog.OnSale, Version: 1,
	}
}

// showAt is show with another start.
func showAt(id catalog.ShowID, after time.Duration) catalog.Show {
	sh := show(id)
	sh.StartsAt = start.Add(after)
	sh.EndsAt, sh.LocalDate = sh.StartsAt.Add(2*time.Hour), sh.StartsAt.Format(time.DateOnly)
	return sh
}

// manyShows returns shows of the programme, one each minute.
func manyShows(n int) []catalog.Show {
	shows := make([]catalog.Show, n)
	for i := range shows {
		shows[i] = showAt(catalog.ShowID(fmt.Sprintf("shw_m%06d", i)), time.Duration(i)*time.Minute)
	}
	return shows
}

// cities says where the venues of the suite are.
var cities = map[catalog.VenueID]string{venueID: city, "ven_2": city, "ven_brno": "brno"}

func (s *suite) putShows(shows ...catalog.Show) {
	s.Helper()
	s.must(func(tx store.Tx) error { return tx.PutShows(s.Context(), shows, cities) })
}

func ids(shows []catalog.Show) []catalog.ShowID {
	list := make([]catalog.ShowID, len(shows))
	for i, sh := range shows {
		list[i] = sh.ID
	}
	return list
}
