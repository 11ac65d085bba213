package catalog

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
)

// Format is how a show is given: a projection format or the like. New ones come
// and go as trade names, so any short name will do; these are the usual ones.
type Format string

// The usual formats.
const (
	Format2D      Format = "2D"
	Format3D      Format = "3D"
	FormatIMAX    Format = "IMAX"
	FormatIMAX3D  Format = "IMAX 3D"
	Format4DX     Format = "4DX"
	FormatScreenX Format = "ScreenX"
	FormatDolby   Format = "Dolby Cinema"
	FormatLive    Format = "live"
	FormatStream  Format = "stream"
)

// Show is one dated performance of an event in a hall, with its own inventory.
type Show struct {
	ID          ShowID
	PartnerID   PartnerID
	EventID     EventID
	VenueID     VenueID
	HallID      HallID
	SeatMapID   SeatMapID
	PriceListID string
	PolicyID    string    // cancellation policy; empty lets buyers cancel nothing
	StartsAt    time.Time // UTC, as all times here
	EndsAt      time.Time // after StartsAt, at most 31 days
	DoorsAt     time.Time // not after StartsAt; zero means not said
	TimeZone    string    // the venue's IANA zone
	LocalDate   string    // the day at the venue on which it starts: "2026-11-22"
	Format      Format    // may be empty
	Language    string    // BCP 47 tag of what is spoken; empty means that of the event
	Subtitles   []string  // BCP 47 tags; empty means none
	SalesFrom   time.Time // zero means at once
	SalesUntil  time.Time // zero means StartsAt
	Status      ShowStatus
	Online      bool // attended over the network
	TaxFree     bool // the state has declared it free of the taxes that it may waive
	Seating     SeatingRules
	Version     int // of the show's own data, raised by each change of it
	CreatedAt   time.Time
}

// Validate returns an Invalid fault that names the field at fault, or nil.
func (s Show) Validate() error {
	return first(
		s.checkIDs(),
		s.checkTimes(),
		s.checkLocalDate(),
		checkText("format", string(s.Format), 0, 20),
		optional("language", s.Language, checkLanguage),
		checkList("subtitles", s.Subtitles, 0, checkLanguage),
		checkEnum("status", s.Status),
		in("seating", s.Seating.Validate()),
	)
}

func (s Show) checkIDs() error {
	return first(
		id.Check("id", ShowPrefix, s.ID),
		id.Check("partner_id", PartnerPrefix, s.PartnerID),
		id.Check("event_id", EventPrefix, s.EventID),
		id.Check("venue_id", VenuePrefix, s.VenueID),
		id.Check("hall_id", HallPrefix, s.HallID),
		id.Check("seat_map_id", SeatMapPrefix, s.SeatMapID),
		checkText("price_list_id", s.PriceListID, 1, 80),
		checkText("policy_id", s.PolicyID, 0, 80),
	)
}

func (s Show) checkTimes() error {
	const longest = 31 * 24 * time.Hour
	switch {
	case s.StartsAt.IsZero():
		return fault.Invalidf("starts_at", "must be set")
	case !s.EndsAt.After(s.StartsAt):
		return fault.Invalidf("ends_at", "must be after the start")
	case s.EndsAt.Sub(s.StartsAt) > longest:
		return fault.Invalidf("ends_at", "must be at most 31 days after the start")
	case s.DoorsAt.After(s.StartsAt):
		return fault.Invalidf("doors_at", "must not be after the start")
	case s.SalesUntil.After(s.EndsAt):
		return fault.Invalidf("sales_until", "must not be after the end of the show")
	case !s.SalesFrom.Before(s.salesEnd()):
		return fault.Invalidf("sales_from", "must be before sales end")
	}
	return first(
		checkTime("starts_at", s.StartsAt), checkTime("ends_at", s.EndsAt), checkTime("doors_at", s.DoorsAt),
		checkTime("sales_from", s.SalesFrom), checkTime("sales_until", s.SalesUntil), checkTime("created_at", s.CreatedAt),
	)
}

func (s Show) checkLocalDate() error {
	local, err := s.Local()
	if err != nil {
		return err
	}
	if want := local.Format(time.DateOnly); s.LocalDate != want {
		return fault.Invalidf("local_date", "must be %s, the day on which the show starts in %s", want, s.TimeZone)
	}
	return nil
}

// Local returns the start as the clock at the venue shows it. The error is an
// Invalid fault about time_zone, which a validated show does not have.
func (s Show) Local() (time.Time, error) {
	zone, err := loadZone("time_zone", s.TimeZone)
	if err != nil {
		return time.Time{}, err
	}
	return s.StartsAt.In(zone), nil
}

// salesEnd is the moment from which nothing is sold any more.
func (s Show) salesEnd() time.Time {
	if s.SalesUntil.IsZero() {
		return s.StartsAt
	}
	return s.SalesUntil
}
