package catalog

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
)

// Venue is a building with one or more halls.
type Venue struct {
	ID            VenueID
	PartnerID     PartnerID
	Slug          string  // unique among all venues
	Name          string  // 1 to 120 characters
	Address       string  // as on an envelope, without the city; lines divided by "\n"
	City          string  // its name: "São Paulo"
	CitySlug      string  // "sao-paulo"
	Country       string  // ISO 3166-1 alpha-2, in capital letters
	TimeZone      string  // IANA name: "America/Sao_Paulo"
	Lat, Lng      float64 // degrees north and east (WGS 84); 0, 0 means not known
	Accessibility string  // what people who need it should know: ramps, loops, lifts; plain text
}

// Validate returns an Invalid fault that names the field at fault, or nil.
func (v Venue) Validate() error {
	return first(
		id.Check("id", VenuePrefix, v.ID),
		id.Check("partner_id", PartnerPrefix, v.PartnerID),
		checkSlug("slug", v.Slug),
		checkText("name", v.Name, 1, 120),
		checkProse("address", v.Address, 500),
		checkText("city", v.City, 1, 120),
		checkSlug("city_slug", v.CitySlug),
		checkCountry("country", v.Country),
		checkZone("time_zone", v.TimeZone),
		checkDegrees("lat", v.Lat, 90),
		checkDegrees("lng", v.Lng, 180),
		checkProse("accessibility", v.Accessibility, 2_000),
	)
}

func checkDegrees(field string, degrees, most float64) error {
	if degrees >= -most && degrees <= most { // false for NaN
		return nil
	}
	return fault.Invalidf(field, "must be between %v and %v degrees", -most, most)
}

// City is a place that has venues. It is not stored: its venues say it.
type City struct {
	Slug     string
	Name     string
	Country  string // ISO 3166-1 alpha-2
	TimeZone string // IANA name
}

// CityOf returns the city of a venue.
func CityOf(v Venue) City {
	return City{Slug: v.CitySlug, Name: v.City, Country: v.Country, TimeZone: v.TimeZone}
}

// Cities returns the cities of the venues by name, each slug once, as its first
// venue has it.
func Cities(venues []Venue) []City {
	seen := map[string]bool{}
	var list []City
	for _, v := range venues {
		if !seen[v.CitySlug] {
			seen[v.CitySlug] = true
			list = append(list, CityOf(v))
		}
	}
	slices.SortStableFunc(list, func(a, b City) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// Hall is a room of a venue.
type Hall struct {
	ID        HallID
	VenueID   VenueID
	PartnerID PartnerID
	Name      string // "Screen 1", 1 to 120 characters
	Slug      string // unique in the venue
}

// Validate returns an Invalid fault that names the field at fault, or nil.
func (h Hall) Validate() error {
	return first(
		id.Check("id", HallPrefix, h.ID),
		id.Check("venue_id", VenuePrefix, h.VenueID),
		id.Check("partner_id", PartnerPrefix, h.PartnerID),
		checkText("name", h.Name, 1, 120),
		checkSlug("slug", h.Slug),
	)
}

// SeatMap is one version of a hall's seat map. A stored one never changes; a
// change of the hall is a new version, and shows keep the version they sell from.
type SeatMap struct {
	ID        SeatMapID
	HallID    HallID
	PartnerID PartnerID
	Version   int // from 1, per hall
	Map       *seatmap.Map
	Digest    string // that of the map's seatmap.Geometry; empty where nobody has made it yet
	CreatedAt time.Time
}

// Validate returns an Invalid fault that names the field at fault, or nil. What is
// wrong with the map itself comes as a *seatmap.MapError with fields inside "map".
func (s SeatMap) Validate() error {
	if s.Version < 1 {
		return fault.Invalidf("version", "must be at least 1, not %d", s.Version)
	}
	if s.Map == nil {
		return fault.Invalidf("map", "must not be empty")
	}
	if err := s.checkMap(); err != nil {
		return err
	}
	return first(
		id.Check("id", SeatMapPrefix, s.ID),
		id.Check("hall_id", HallPrefix, s.HallID),
		id.Check("partner_id", PartnerPrefix, s.PartnerID),
		checkTime("created_at", s.CreatedAt),
	)
}

func (s SeatMap) checkMap() error {
	plan, err := seatmap.Compile(s.Map)
	if bad, ok := errors.AsType[*seatmap.MapError](err); ok {
		return bad.In("map")
	}
	if err != nil {
		return err
	}
	if s.Digest != "" && s.Digest != plan.Geometry().Digest {
		return fault.Invalidf("digest", "must be that of the map's geometry")
	}
	return nil
}
