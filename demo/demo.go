// Package demo is a programme to try Marquee out with: real films that are in
// the public domain, invented cinemas, theatres and an arena in nine real
// cities, and two weeks of shows from any moment on, with prices and taxes of
// the place.
//
//	programme, err := demo.Programme(now)
//
// It is data and pure functions: nothing is stored. Whoever loads it stores the
// slices in the order of the fields of Catalogue.
//
// Guarantees: the same now gives the same programme, identifiers included, and
// two programmes agree on every show that both have, so a programme can be
// loaded over an older one. The films are in the public domain in the country
// that Catalogue.PublicDomain names for each; people, ensembles, venues and
// addresses other than those of films and authors are invented.
package demo

import (
	"cmp"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// Days is how many days from now a programme covers.
const Days = 14

// Catalogue is a programme. Each slice refers only to those before it.
type Catalogue struct {
	Partners   []catalog.Partner
	Brands     []catalog.Brand
	TaxTables  []pricing.TaxTable
	PriceLists []pricing.PriceList
	Policies   []Policy
	Vouchers   []pricing.Voucher
	Events     []catalog.Event
	Venues     []catalog.Venue
	Halls      []catalog.Hall
	SeatMaps   []catalog.SeatMap // one per hall
	Shows      []catalog.Show    // by start, then by id

	// PublicDomain says for each film why it may be shown by anybody, and where.
	PublicDomain map[catalog.EventID]string
}

// Policy is a cancellation policy with the identifier that shows refer to it by.
type Policy struct {
	ID        string
	PartnerID catalog.PartnerID
	Policy    booking.Policy
}

// published is when everything in a programme was made.
func published() time.Time { return time.Date(2025, time.June, 2, 8, 0, 0, 0, time.UTC) }

// Programme returns the programme with the shows that start after now and
// within Days days of it.
func Programme(now time.Time) (Catalogue, error) {
	b := builder{
		now:      now,
		lists:    make(map[string]pricing.PriceListID),
		policies: make(map[string]string),
		rooms:    make(map[string]*room),
		weeks:    make(map[string][]screened),
		out:      Catalogue{PublicDomain: make(map[catalog.EventID]string)},
	}
	if err := b.build(); err != nil {
		return Catalogue{}, err
	}
	return b.out, nil
}

// builder gathers a programme.
type builder struct {
	now      time.Time
	data     data
	lists    map[string]pricing.PriceListID // by city and key: "berlin/cinema"
	policies map[string]string              // by partner and key: "palace/live"
	rooms    map[string]*room               // by venue and hall: "spreehalle/arena"
	screens  []*room                        // the rooms that show films, in the order of the data
	films    []screened
	weeks    map[string][]screened // by venue and week; see ranked
	out      Catalogue
}

func (b *builder) build() error {
	var err error
	if b.data, err = load(); err != nil {
		return err
	}
	b.addPartners()
	b.addPolicies()
	b.addVouchers()
	b.addFilms()
	for _, step := range []func() error{b.addPrices, b.addVenues, b.addScreenings, b.addLive} {
		if err := step(); err != nil {
			return err
		}
	}
	b.out.Policies = slices.DeleteFunc(b.out.Policies, func(p Policy) bool { // of a partner that has no use for it
		for _, r := range b.rooms {
			if r.show.PolicyID == p.ID {
				return false
			}
		}
		return true
	})
	slices.SortFunc(b.out.Shows, func(x, y catalog.Show) int {
		return cmp.Or(x.StartsAt.Compare(y.StartsAt), cmp.Compare(x.ID, y.ID))
	})
	return nil
}
