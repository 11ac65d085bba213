package catalog_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the zones of these tests, on machines that have none

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
)

var start = time.Date(2026, 11, 22, 18, 30, 0, 0, time.UTC)

func newID[T ~string](prefix string) T { return id.New[T](prefix, start) }

func partner() catalog.Partner {
	return catalog.Partner{
		ID: newID[catalog.PartnerID]("ptn"), Slug: "lichtspiel", Name: "Lichtspiel Häuser", LegalName: "Lichtspiel GmbH",
		TaxID: "DE123456789", Country: "DE", Currency: "EUR", CreatedAt: start,
	}
}

func brand() catalog.Brand {
	return catalog.Brand{
		ID: newID[catalog.BrandID]("brd"), PartnerID: newID[catalog.PartnerID]("ptn"), Name: "Lichtspiel",
		Hosts: []string{"tickets.lichtspiel.example", "localhost"}, Locales: []string{"de", "en-GB"}, Currency: "EUR",
		Status: catalog.BrandDraft, Tagline: "Cinema since 1911", AllPartners: true,
		Colours: catalog.Colours{"accent": "#c9a227", "on-accent": "#000"}, DarkColours: catalog.Colours{"accent": "#ffd84d"}, LogoURL: "/media/logo.svg",
		Font: catalog.FontCondensed, Corners: catalog.CornersSquare,
		LogoSVG:  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><g fill="#c9a227"><circle cx="4" cy="4" r="4"/></g></svg>`,
		Sections: []catalog.Section{catalog.SectionIntro, catalog.SectionEvents}, Gateways: []string{"stripe", "sandbox"},
		SupportEmail: "hilfe@lichtspiel.example", SupportPhone: "+49 30 1234567", Address: "Musterstraße 1\n10115 Berlin",
		Legal: map[string]string{"imprint": "Lichtspiel GmbH\nBerlin"},
	}
}

func event() catalog.Event {
	return catalog.Event{
		ID: newID[catalog.EventID]("evt"), PartnerID: newID[catalog.PartnerID]("ptn"), Slug: "metropolis", Kind: catalog.Film,
		Title: "Metropolis", Synopsis: "A city.\n\nAbove and below.", Language: "de",
		Certificate: catalog.Certificate{System: "FSK", Rating: "6", MinAge: 6}, Duration: 153 * time.Minute, Year: 1927,
		Genres: []string{"science fiction", "drama"},
		People: []catalog.Person{{Name: "Fritz Lang", Role: catalog.RoleDirector}, {Name: "Brigitte Helm", Role: catalog.RoleCast, Character: "Maria"}},
		Media:  []catalog.Media{{Kind: catalog.Poster, URL: "https://example.com/m.jpg", Alt: "A robot before a city", License: "public domain"}},
		Tags:   []string{"silent"}, CreatedAt: start, UpdatedAt: start,
	}
}

func venue() catalog.Venue {
	return catalog.Venue{
		ID: newID[catalog.VenueID]("ven"), PartnerID: newID[catalog.PartnerID]("ptn"), Slug: "lichtspiel-mitte", Name: "Lichtspiel Mitte",
		Address: "Musterstraße 1\n10115", City: "Berlin", CitySlug: "berlin", Country: "DE", TimeZone: "Europe/Berlin",
		Lat: 52.52, Lng: 13.405, Accessibility: "Step-free entrance; induction loop in all halls.",
	}
}

func hall() catalog.Hall {
	return catalog.Hall{
		ID: newID[catalog.HallID]("hal"), VenueID: newID[catalog.VenueID]("ven"), PartnerID: newID[catalog.PartnerID]("ptn"), Name: "Saal 1", Slug: "saal-1",
	}
}

func seatMap() catalog.SeatMap {
	return catalog.SeatMap{
		ID: newID[catalog.SeatMapID]("map"), HallID: newID[catalog.HallID]("hal"), PartnerID: newID[catalog.PartnerID]("ptn"),
		Version: 1, Map: seatmap.Cinema(seatmap.HallOptions{Seats: 60}), CreatedAt: start,
	}
}

func show() catalog.Show {
	return catalog.Show{
		ID: newID[catalog.ShowID]("shw"), PartnerID: newID[catalog.PartnerID]("ptn"), EventID: newID[catalog.EventID]("evt"),
		VenueID: newID[catalog.VenueID]("ven"), HallID: newID[catalog.HallID]("hal"), SeatMapID: newID[catalog.SeatMapID]("map"),
		PriceListID: "prl_1", StartsAt: start, EndsAt: start.Add(153 * time.Minute), DoorsAt: start.Add(-30 * time.Minute),
		TimeZone: "Europe/Berlin", LocalDate: "2026-11-22", Format: catalog.Format2D, Language: "de", Subtitles: []string{"en"},
		SalesFrom: start.Add(-240 * time.Hour), Status: catalog.OnSale, Version: 1, CreatedAt: start.Add(-300 * time.Hour),
		Seating: catalog.SeatingRules{Quotas: []catalog.Quota{{Key: "standing", Capacity: 50, Areas: []string{"floor", "balcony"}}}},
	}
}

// assertRefused checks that err is an Invalid fault about the field.
func assertRefused(t *testing.T, err error, field string) {
	t.Helper()
	require.Error(t, err, field)
	require.Equal(t, fault.Invalid, fault.CodeOf(err), err)
	assert.Equal(t, field, fault.Of(err).Field, err)
}
