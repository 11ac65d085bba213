package api

import (
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
)

type city struct {
	Slug     string `json:"slug"`
	Name     string `json:"name"`
	Country  string `json:"country"`
	TimeZone string `json:"time_zone"`
}

func cityOf(c catalog.City) city {
	return city{Slug: c.Slug, Name: c.Name, Country: c.Country, TimeZone: c.TimeZone}
}

// event is everything about an event.
type event struct {
	eventSummary
	OriginalTitle string   `json:"original_title,omitempty"`
	Synopsis      string   `json:"synopsis,omitempty"`
	People        []person `json:"people"`
	Media         []media  `json:"media"`
	Tags          []string `json:"tags"`
}

// eventSummary is what a list shows of an event.
type eventSummary struct {
	ID              catalog.EventID `json:"id"`
	Slug            string          `json:"slug"`
	Kind            catalog.Kind    `json:"kind"`
	Title           string          `json:"title"`
	Language        string          `json:"language,omitempty"`
	Certificate     *certificate    `json:"certificate,omitempty"`
	DurationMinutes int             `json:"duration_minutes,omitempty"`
	Year            int             `json:"year,omitempty"`
	Genres          []string        `json:"genres"`
	PosterURL       string          `json:"poster_url,omitempty"`
}

type certificate struct {
	System string `json:"system,omitempty"`
	Rating string `json:"rating,omitempty"`
	MinAge int    `json:"min_age,omitempty"`
}

type person struct {
	Name      string       `json:"name"`
	Role      catalog.Role `json:"role"`
	Character string       `json:"character,omitempty"`
}

type media struct {
	Kind    catalog.MediaKind `json:"kind"`
	URL     string            `json:"url"`
	Alt     string            `json:"alt,omitempty"`
	Credit  string            `json:"credit,omitempty"`
	License string            `json:"license,omitempty"`
}

func eventOf(e catalog.Event) event {
	return event{
		eventSummary: summaryOf(e), OriginalTitle: e.OriginalTitle, Synopsis: e.Synopsis, Tags: listOf(e.Tags),
		People: each(e.People, func(p catalog.Person) person { return person(p) }),
		Media:  each(e.Media, func(m catalog.Media) media { return media(m) }),
	}
}

func summaryOf(e catalog.Event) eventSummary {
	s := eventSummary{
		ID: e.ID, Slug: e.Slug, Kind: e.Kind, Title: e.Title, Language: e.Language,
		DurationMinutes: int(e.Duration / time.Minute), Year: e.Year, Genres: listOf(e.Genres),
	}
	if e.Certificate != (catalog.Certificate{}) {
		s.Certificate = &certificate{System: e.Certificate.System, Rating: e.Certificate.Rating, MinAge: e.Certificate.MinAge}
	}
	for _, m := range e.Media {
		if m.Kind == catalog.Poster {
			s.PosterURL = m.URL
			break
		}
	}
	return s
}

// listing is an event that is on in a city.
type listing struct {
	Event     eventSummary `json:"event"`
	FirstShow time.Time    `json:"first_show"`
	Shows     int          `json:"shows"`
	Venues    int          `json:"venues"`
}

func listingOf(l bms.Listing) listing {
	return listing{Event: summaryOf(l.Event), FirstShow: l.FirstShow, Shows: l.Shows, Venues: l.Venues}
}

type venue struct {
	ID            catalog.VenueID `json:"id"`
	Slug          string          `json:"slug"`
	Name          string          `json:"name"`
	Address       string          `json:"address,omitempty"`
	City          city            `json:"city"`
	Position      *position       `json:"position,omitempty"`
	Accessibility string          `json:"accessibility,omitempty"`
}

type position struct {
	Lat float64 `json:"lat"`
	Lng float64 `json:"lng"`
}

func venueOf(v catalog.Venue) venue {
	wire := venue{ID: v.ID, Slug: v.Slug, Name: v.Name, Address: v.Address, City: cityOf(catalog.CityOf(v)), Accessibility: v.Accessibility}
	if v.Lat != 0 || v.Lng != 0 {
		wire.Position = &position{Lat: v.Lat, Lng: v.Lng}
	}
	return wire
}

type show struct {
	ID          catalog.ShowID     `json:"id"`
	EventID     catalog.EventID    `json:"event_id"`
	VenueID     catalog.VenueID    `json:"venue_id"`
	HallID      catalog.HallID     `json:"hall_id"`
	Status      catalog.ShowStatus `json:"status"`
	StartsAt    time.Time          `json:"starts_at"`
	EndsAt      time.Time          `json:"ends_at"`
	DoorsAt     time.Time          `json:"doors_at,omitzero"`
	TimeZone    string             `json:"time_zone"`
	LocalDate   string             `json:"local_date"`
	Format      catalog.Format     `json:"format,omitempty"`
	Language    string             `json:"language,omitempty"`
	Subtitles   []string           `json:"subtitles"`
	Online      bool               `json:"online"`
	Sales       sales              `json:"sales"`
	MaxPerHold  int                `json:"max_per_hold"`
	MaxPerBuyer int                `json:"max_per_buyer"`
}

// sales says whether a show sells at this moment, and else why not.
type sales struct {
	Open   bool      `json:"open"`
	Reason string    `json:"reason,omitempty"` // as in a problem: "not_yet_on_sale"
	From   time.Time `json:"from,omitzero"`
	Until  time.Time `json:"until"`
}

func showOf(s catalog.Show, now time.Time) show {
	rules := s.Seating.WithDefaults()
	return show{
		ID: s.ID, EventID: s.EventID, VenueID: s.VenueID, HallID: s.HallID, Status: s.Status,
		StartsAt: s.StartsAt, EndsAt: s.EndsAt, DoorsAt: s.DoorsAt, TimeZone: s.TimeZone, LocalDate: s.LocalDate,
		Format: s.Format, Language: s.Language, Subtitles: listOf(s.Subtitles), Online: s.Online, Sales: salesOf(s, now),
		MaxPerHold: rules.MaxPerHold, MaxPerBuyer: rules.MaxPerBuyer,
	}
}

func salesOf(s catalog.Show, now time.Time) sales {
	open, reason := s.OnSaleAt(now)
	wire := sales{Open: open, From: s.SalesFrom, Until: s.SalesUntil}
	if wire.Until.IsZero() {
		wire.Until = s.StartsAt
	}
	if f := fault.Of(reason); f != nil {
		wire.Reason = f.Reason
	}
	return wire
}

// showDetail is a show with what it is made of.
type showDetail struct {
	Show     show         `json:"show"`
	Event    eventSummary `json:"event"`
	Venue    venue        `json:"venue"`
	Hall     hall         `json:"hall"`
	Geometry string       `json:"geometry"` // address of what the seat map draws; its content never changes
}

type hall struct {
	ID   catalog.HallID `json:"id"`
	Slug string         `json:"slug"`
	Name string         `json:"name"`
}
