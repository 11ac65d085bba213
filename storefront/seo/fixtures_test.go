package seo_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/storefront/seo"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(file, got, 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "look at what changed, then: go test ./storefront/seo -update")
}

func site() seo.Site {
	return seo.Site{Origin: "https://meridian.example", Name: "Meridian", Languages: seo.Languages("IN")}
}

// now is when the fixtures are looked at.
func now() time.Time { return time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC) }

func mumbai() catalog.Venue {
	return catalog.Venue{
		ID: "ven_1", Name: "Meridian Kala Ghoda", Address: "7 Rampart Arcade\nFort", City: "Mumbai", CitySlug: "mumbai", Country: "IN", TimeZone: "Asia/Kolkata",
		Lat: 18.9281, Lng: 72.8325,
	}
}

func metropolis() catalog.Event {
	return catalog.Event{
		ID: "evt_1", Slug: "metropolis", Kind: catalog.Film, Title: "Metropolis", OriginalTitle: "Metrópolis", Year: 1927, Duration: 153 * time.Minute, Language: "de",
		Genres: []string{"Science fiction", "Drama"}, Certificate: catalog.Certificate{System: "FSK", Rating: "FSK 6", MinAge: 6},
		Synopsis: "High above the city its planners live among gardens.\n\nAn inventor has meanwhile built a machine.",
		People: []catalog.Person{
			{Name: "Fritz Lang", Role: catalog.RoleDirector},
			{Name: "Thea von Harbou", Role: catalog.RoleWriter},
			{Name: "Brigitte Helm", Role: catalog.RoleCast, Character: "Maria"},
			{Name: "Gottfried Huppertz", Role: catalog.RoleComposer},
		},
	}
}

// at is a show that starts so long after now, in Mumbai.
func at(id catalog.ShowID, after time.Duration) seo.Show {
	start := now().Add(after)
	return seo.Show{
		Show: catalog.Show{
			ID: id, StartsAt: start, EndsAt: start.Add(3 * time.Hour), DoorsAt: start.Add(-30 * time.Minute), TimeZone: "Asia/Kolkata", Status: catalog.OnSale,
			Format: catalog.FormatIMAX, Subtitles: []string{"en", "hi"}, CreatedAt: now().Add(-240 * time.Hour),
		},
		Venue: mumbai(), URL: "https://meridian.example/en/shows/" + string(id), Price: money.New(350_00, "INR"),
	}
}

func films() seo.Listing {
	soldOut, cancelled, soon := at("shw_2", 30*time.Hour), at("shw_3", 54*time.Hour), at("shw_4", 300*time.Hour)
	soldOut.SoldOut = true
	cancelled.Show.Status = catalog.Cancelled
	soon.Show.SalesFrom = now().Add(24 * time.Hour)
	return seo.Listing{
		Event: metropolis(), Organizer: "Meridian Playhouses", URL: "https://meridian.example/en/mumbai/events/metropolis",
		Images: []string{"/posters/metropolis.png", "https://cdn.example/m.jpg"}, Shows: []seo.Show{soon, cancelled, at("shw_1", 6*time.Hour), soldOut},
	}
}
