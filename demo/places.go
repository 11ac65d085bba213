package demo

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// room is a hall with what its shows need to know.
type room struct {
	hall    hall
	city    *city
	venue   string // slug
	partner string // slug
	index   int    // in the venue, from 0
	zone    *time.Location
	show    catalog.Show // what all its shows have
}

// addVenues adds the venues with their halls and seat maps.
func (b *builder) addVenues() error {
	for i := range b.data.cities {
		c := &b.data.cities[i]
		zone, err := time.LoadLocation(c.TimeZone)
		if err != nil {
			return fmt.Errorf("time zone of %s: %w", c.Name, err)
		}
		for _, v := range c.Venues {
			id := ident[catalog.VenueID](catalog.VenuePrefix, v.Slug)
			b.out.Venues = append(b.out.Venues, catalog.Venue{
				ID: id, PartnerID: partnerID(v.Partner), Slug: v.Slug, Name: v.Name, Address: v.Address,
				City: c.Name, CitySlug: c.Slug, Country: c.Country, TimeZone: c.TimeZone,
				Lat: v.Lat, Lng: v.Lng, Accessibility: v.Accessibility,
			})
			for index, h := range v.Halls {
				if err := b.addHall(&room{hall: h, city: c, venue: v.Slug, index: index, zone: zone, partner: v.Partner, show: catalog.Show{VenueID: id}}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// addHall adds the hall of a room with its seat map, and completes the room.
func (b *builder) addHall(r *room) error {
	slug := catalog.Slugify(r.hall.Name)
	key := r.venue + "/" + slug
	hallID := ident[catalog.HallID](catalog.HallPrefix, key)
	b.out.Halls = append(b.out.Halls, catalog.Hall{
		ID: hallID, VenueID: r.show.VenueID, PartnerID: partnerID(r.partner), Name: r.hall.Name, Slug: slug,
	})
	mapID, err := b.addSeatMap(r, hallID)
	if err != nil {
		return fmt.Errorf("seat map of %s: %w", key, err)
	}
	listKey := r.city.Slug + "/" + r.hall.List
	list, known := b.lists[listKey]
	if !known {
		return fmt.Errorf("hall %s: there is no price list %s", key, listKey)
	}
	r.show.PartnerID, r.show.HallID, r.show.SeatMapID = partnerID(r.partner), hallID, mapID
	r.show.PriceListID, r.show.PolicyID = string(list), b.policies[cmp.Or(r.partner, mainPartner)+"/"+r.policy()]
	r.show.TimeZone, r.show.Online = r.city.TimeZone, r.hall.Online
	r.show.Status, r.show.Version, r.show.CreatedAt = catalog.OnSale, 1, published()
	r.show.Seating = seatingRules(r.hall)
	b.rooms[key] = r
	if r.hall.Map == "cinema" {
		b.screens = append(b.screens, r)
	}
	return nil
}

// policy returns the key of the cancellation policy of a room.
func (r *room) policy() string {
	for _, l := range r.city.Lists {
		if l.Key == r.hall.List && l.Policy != "" {
			return l.Policy
		}
	}
	return cinemaPolicy
}

func (b *builder) addSeatMap(r *room, hallID catalog.HallID) (catalog.SeatMapID, error) {
	m, err := mapOf(r.hall)
	if err != nil {
		return "", err
	}
	plan, err := seatmap.Compile(m)
	if err != nil {
		return "", err
	}
	id := ident[catalog.SeatMapID](catalog.SeatMapPrefix, string(hallID), "1")
	b.out.SeatMaps = append(b.out.SeatMaps, catalog.SeatMap{
		ID: id, HallID: hallID, PartnerID: partnerID(r.partner), Version: 1, Map: m, Digest: plan.Geometry().Digest, CreatedAt: published(),
	})
	return id, nil
}

// mapOf makes the seat map of a hall.
func mapOf(h hall) (*seatmap.Map, error) {
	o := seatmap.HallOptions{Name: h.Name, Seats: h.Seats, Standing: h.Standing}
	switch h.Map {
	case "cinema":
		return seatmap.Cinema(o), nil
	case "theatre":
		return withViews(seatmap.Theatre(o)), nil
	case "arena":
		return seatmap.Arena(o), nil
	case "areas":
		return areaMap(h), nil
	}
	return nil, fmt.Errorf("there is no sort of seat map named %q", h.Map)
}

// withViews says of the rows with a restricted view what restricts it.
func withViews(m *seatmap.Map) *seatmap.Map {
	full := func(s seatmap.Seat) bool { return s.Category != "restricted" }
	for _, section := range m.Sections {
		for i := range section.Rows {
			if row := &section.Rows[i]; !slices.ContainsFunc(row.Seats, full) {
				row.View = &seatmap.View{Note: "restricted view", Text: "A rail or a pillar stands between these seats and a part of the stage. The sound is as good as anywhere."}
			}
		}
	}
	return m
}

// areaMap makes a map without seats.
func areaMap(h hall) *seatmap.Map {
	m := &seatmap.Map{Name: h.Name}
	for _, a := range h.Areas {
		m.Categories = append(m.Categories, seatmap.Category{Key: a.Category, Name: a.Name})
		m.Areas = append(m.Areas, seatmap.Area{Key: a.Key, Name: a.Name, Category: a.Category, Capacity: a.Capacity})
	}
	return m
}

// seatingRules returns how the places of a hall are given out. Cinemas keep the
// usual rules.
func seatingRules(h hall) catalog.SeatingRules {
	switch h.Map {
	case "theatre":
		return catalog.SeatingRules{Orphan: catalog.OrphanStrict, WheelchairNeedsRequest: true}
	case "arena":
		return catalog.SeatingRules{MaxPerHold: 6, MaxPerBuyer: 6, WheelchairNeedsRequest: true}
	}
	var rules catalog.SeatingRules
	if h.Quota != nil {
		q := catalog.Quota{Key: h.Quota.Key, Name: h.Quota.Name, Capacity: h.Quota.Capacity}
		for _, a := range h.Areas {
			q.Areas = append(q.Areas, a.Key)
		}
		rules.Quotas = []catalog.Quota{q}
	}
	return rules
}

// taxTables returns the built-in tables that the cities use.
func (b *builder) taxTables() []pricing.TaxTable {
	used := map[string]bool{}
	for _, c := range b.data.cities {
		used[c.TaxTable] = true
	}
	var tables []pricing.TaxTable
	for _, t := range pricing.BuiltInTables() {
		if used[string(t.ID)] {
			tables = append(tables, t)
		}
	}
	return tables
}
