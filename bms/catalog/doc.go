// Package catalog holds what a programme is made of: partners and their brands,
// events, venues with their halls and versioned seat maps, and the shows that
// tickets are sold for. It is types and rules only; nothing here does I/O.
//
// Each type has Validate, which answers the first thing wrong with a fault that
// names the field. Times are UTC in whole microseconds; what people at the venue
// see on the clock is made of them with the venue's IANA time zone:
//
//	start, err := catalog.LocalStart("2026-11-22", "19:30", "Europe/Berlin", "")
//	show.StartsAt = start                      // 18:30 UTC
//	show.LocalDate = "2026-11-22"
//	if ok, reason := show.OnSaleAt(now); !ok { // reason says when it will be, or why not
//		return reason
//	}
//
// Time zones come from the system or from time/tzdata; a program that must run
// where there are none imports the latter.
package catalog

// The identifiers of the catalogue: the prefix below, an underscore and a UUIDv7.
// Make them with id.New.
type (
	// PartnerID names a Partner, the tenant.
	PartnerID string
	// BrandID names a Brand.
	BrandID string
	// EventID names an Event.
	EventID string
	// VenueID names a Venue.
	VenueID string
	// HallID names a Hall.
	HallID string
	// SeatMapID names one version of a hall's seat map.
	SeatMapID string
	// ShowID names a Show.
	ShowID string
)

// The prefixes of the identifiers.
const (
	PartnerPrefix = "ptn"
	BrandPrefix   = "brd"
	EventPrefix   = "evt"
	VenuePrefix   = "ven"
	HallPrefix    = "hal"
	SeatMapPrefix = "map"
	ShowPrefix    = "shw"
)
