package catalog_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
)

// spoilt is a value that is right but for one field.
type spoilt[T any] struct {
	field string
	spoil func(*T)
}

// assertValidates checks that what build returns is valid, and that each way to
// spoil it is refused with the field named.
func assertValidates[T interface{ Validate() error }](t *testing.T, build func() T, cases []spoilt[T]) {
	t.Helper()
	require.NoError(t, build().Validate())
	for _, c := range cases {
		v := build()
		c.spoil(&v)
		assertRefused(t, v.Validate(), c.field)
	}
}

func TestPartner_Validate(t *testing.T) {
	t.Parallel()
	assertValidates(t, partner, []spoilt[catalog.Partner]{
		{"id", func(p *catalog.Partner) { p.ID = "prt_1" }},
		{"slug", func(p *catalog.Partner) { p.Slug = "Licht Spiel" }},
		{"name", func(p *catalog.Partner) { p.Name = "" }},
		{"name", func(p *catalog.Partner) { p.Name = " Lichtspiel" }},
		{"name", func(p *catalog.Partner) { p.Name = "a\nb" }},
		{"name", func(p *catalog.Partner) { p.Name = "a\xff" }},
		{"legal_name", func(p *catalog.Partner) { p.LegalName = strings.Repeat("x", 201) }},
		{"tax_id", func(p *catalog.Partner) { p.TaxID = strings.Repeat("1", 41) }},
		{"country", func(p *catalog.Partner) { p.Country = "UK" }},
		{"country", func(p *catalog.Partner) { p.Country = "de" }},
		{"country", func(p *catalog.Partner) { p.Country = "E " }},
		{"country", func(p *catalog.Partner) { p.Country = "" }},
		{"currency", func(p *catalog.Partner) { p.Currency = "eur" }},
		{"created_at", func(p *catalog.Partner) { p.CreatedAt = start.In(time.FixedZone("", 3600)) }},
		{"created_at", func(p *catalog.Partner) { p.CreatedAt = start.Add(1) }},
	})
}

func TestBrand_Validate(t *testing.T) {
	t.Parallel()
	assertValidates(t, brand, []spoilt[catalog.Brand]{
		{"id", func(b *catalog.Brand) { b.ID = "" }},
		{"partner_id", func(b *catalog.Brand) { b.PartnerID = "" }},
		{"name", func(b *catalog.Brand) { b.Name = "" }},
		{"hosts", func(b *catalog.Brand) { b.Hosts = nil }},
		{"hosts[1]", func(b *catalog.Brand) { b.Hosts[1] = "localhost:8080" }},
		{"hosts[1]", func(b *catalog.Brand) { b.Hosts[1] = "Example.com" }},
		{"hosts[1]", func(b *catalog.Brand) { b.Hosts[1] = b.Hosts[0] }},
		{"locales", func(b *catalog.Brand) { b.Locales = nil }},
		{"locales[1]", func(b *catalog.Brand) { b.Locales[1] = "en_GB" }},
		{"currency", func(b *catalog.Brand) { b.Currency = "XXX" }},
		{"colours.accent", func(b *catalog.Brand) { b.Colours["accent"] = "red;} body{display:none" }},
		{"colours", func(b *catalog.Brand) { b.Colours["Accent"] = "#fff" }},
		{"logo_url", func(b *catalog.Brand) { b.LogoURL = "javascript:alert(1)" }},
		{"logo_url", func(b *catalog.Brand) { b.LogoURL = "//evil.example/x.svg" }},
		{"logo_url", func(b *catalog.Brand) { b.LogoURL = `/\evil.example` }},
		{"support_email", func(b *catalog.Brand) { b.SupportEmail = "Help <help@example.com>" }},
		{"support_email", func(b *catalog.Brand) { b.SupportEmail = "nobody" }},
		{"legal.terms", func(b *catalog.Brand) { b.Legal["terms"] = "a\x00b" }},
		{"legal", func(b *catalog.Brand) {
			for i := range 101 {
				b.Legal["doc-"+strings.Repeat("x", i%39)+string(rune('a'+i/39))] = ""
			}
		}},
	})
}

func TestEvent_Validate(t *testing.T) {
	t.Parallel()
	assertValidates(t, event, []spoilt[catalog.Event]{
		{"id", func(e *catalog.Event) { e.ID = "" }},
		{"partner_id", func(e *catalog.Event) { e.PartnerID = "" }},
		{"slug", func(e *catalog.Event) { e.Slug = "" }},
		{"kind", func(e *catalog.Event) { e.Kind = "movie" }},
		{"title", func(e *catalog.Event) { e.Title = "" }},
		{"original_title", func(e *catalog.Event) { e.OriginalTitle = strings.Repeat("ö", 201) }},
		{"synopsis", func(e *catalog.Event) { e.Synopsis = strings.Repeat("ö", 10_001) }},
		{"synopsis", func(e *catalog.Event) { e.Synopsis = "\xff" }},
		{"language", func(e *catalog.Event) { e.Language = "german" }},
		{"certificate.min_age", func(e *catalog.Event) { e.Certificate.MinAge = 100 }},
		{"certificate.rating", func(e *catalog.Event) { e.Certificate.Rating = strings.Repeat("A", 41) }},
		{"duration", func(e *catalog.Event) { e.Duration = -1 }},
		{"duration", func(e *catalog.Event) { e.Duration = 32 * 24 * time.Hour }},
		{"year", func(e *catalog.Event) { e.Year = -5 }},
		{"genres[1]", func(e *catalog.Event) { e.Genres[1] = "" }},
		{"genres", func(e *catalog.Event) { e.Genres = make([]string, 21) }},
		{"tags[1]", func(e *catalog.Event) { e.Tags = []string{"silent", "silent"} }},
		{"people[1].role", func(e *catalog.Event) { e.People[1].Role = "star" }},
		{"people[0].name", func(e *catalog.Event) { e.People[0].Name = "" }},
		{"people", func(e *catalog.Event) { e.People = make([]catalog.Person, 201) }},
		{"media[0].kind", func(e *catalog.Event) { e.Media[0].Kind = "gif" }},
		{"media[0].url", func(e *catalog.Event) { e.Media[0].URL = "" }},
		{"media[0].url", func(e *catalog.Event) { e.Media[0].URL = "data:image/png;base64,AA" }},
		{"created_at", func(e *catalog.Event) { e.CreatedAt = start.Add(1) }},
		{"updated_at", func(e *catalog.Event) { e.UpdatedAt = start.Add(1) }},
	})
}

func TestEvent_LanguageMayBeMissing(t *testing.T) {
	t.Parallel()
	e := event()
	for _, language := range []string{"", "de", "zh-Hant-TW", "es-419", "sr-Latn", "yue", "de-CH-1996"} {
		e.Language = language
		assert.NoError(t, e.Validate(), language)
	}
}

func TestVenue_Validate(t *testing.T) {
	t.Parallel()
	assertValidates(t, venue, []spoilt[catalog.Venue]{
		{"id", func(v *catalog.Venue) { v.ID = "" }},
		{"partner_id", func(v *catalog.Venue) { v.PartnerID = "" }},
		{"slug", func(v *catalog.Venue) { v.Slug = "a--b" }},
		{"name", func(v *catalog.Venue) { v.Name = "" }},
		{"address", func(v *catalog.Venue) { v.Address = strings.Repeat("x", 501) }},
		{"city", func(v *catalog.Venue) { v.City = "" }},
		{"city_slug", func(v *catalog.Venue) { v.CitySlug = "" }},
		{"country", func(v *catalog.Venue) { v.Country = "D" }},
		{"time_zone", func(v *catalog.Venue) { v.TimeZone = "" }},
		{"time_zone", func(v *catalog.Venue) { v.TimeZone = "Local" }},
		{"time_zone", func(v *catalog.Venue) { v.TimeZone = "Europe/Atlantis" }},
		{"time_zone", func(v *catalog.Venue) { v.TimeZone = "../../etc/passwd" }},
		{"lat", func(v *catalog.Venue) { v.Lat = 90.1 }},
		{"lng", func(v *catalog.Venue) { v.Lng = math.NaN() }},
		{"accessibility", func(v *catalog.Venue) { v.Accessibility = strings.Repeat("x", 2_001) }},
	})
}

func TestHall_Validate(t *testing.T) {
	t.Parallel()
	assertValidates(t, hall, []spoilt[catalog.Hall]{
		{"id", func(h *catalog.Hall) { h.ID = "" }},
		{"venue_id", func(h *catalog.Hall) { h.VenueID = "" }},
		{"partner_id", func(h *catalog.Hall) { h.PartnerID = "" }},
		{"name", func(h *catalog.Hall) { h.Name = "" }},
		{"slug", func(h *catalog.Hall) { h.Slug = "Saal" }},
	})
}

func TestSeatMap_Validate(t *testing.T) {
	t.Parallel()
	assertValidates(t, seatMap, []spoilt[catalog.SeatMap]{
		{"id", func(s *catalog.SeatMap) { s.ID = "" }},
		{"hall_id", func(s *catalog.SeatMap) { s.HallID = "" }},
		{"partner_id", func(s *catalog.SeatMap) { s.PartnerID = "" }},
		{"version", func(s *catalog.SeatMap) { s.Version = 0 }},
		{"map", func(s *catalog.SeatMap) { s.Map = nil }},
		{"map.sections[0].rows[0].seats[0].label", func(s *catalog.SeatMap) { s.Map.Sections[0].Rows[0].Seats[0].Label = "" }},
		{"digest", func(s *catalog.SeatMap) { s.Digest = strings.Repeat("0", 32) }},
		{"created_at", func(s *catalog.SeatMap) { s.CreatedAt = start.Add(1) }},
	})
}

func TestSeatMap_DigestIsOfItsGeometry(t *testing.T) {
	t.Parallel()
	s := seatMap()
	plan, err := seatmap.Compile(s.Map)
	require.NoError(t, err)
	s.Digest = plan.Geometry().Digest
	require.NoError(t, s.Validate())
	s.Map.Sections[0].Rows[0].Seats[0].Kind = seatmap.House
	assertRefused(t, s.Validate(), "digest")
}

func TestCities_AreThoseOfTheVenuesByName(t *testing.T) {
	t.Parallel()
	berlin, lyon := venue(), venue()
	lyon.City, lyon.CitySlug, lyon.Country, lyon.TimeZone = "Lyon", "lyon", "FR", "Europe/Paris"
	other := venue()
	other.Name = "Lichtspiel West"

	assert.Equal(t, []catalog.City{
		{Slug: "berlin", Name: "Berlin", Country: "DE", TimeZone: "Europe/Berlin"},
		{Slug: "lyon", Name: "Lyon", Country: "FR", TimeZone: "Europe/Paris"},
	}, catalog.Cities([]catalog.Venue{lyon, berlin, other}))
	assert.Empty(t, catalog.Cities(nil))
}

func TestEnums_KnowTheirOwn(t *testing.T) {
	t.Parallel()
	assert.True(t, catalog.Online.Valid())
	assert.True(t, catalog.RoleTeam.Valid())
	assert.True(t, catalog.Trailer.Valid())
	assert.True(t, catalog.OrphanStrict.Valid())
	assert.True(t, catalog.Past.Valid())
	assert.False(t, catalog.Kind("").Valid())
	assert.False(t, catalog.Role("").Valid())
	assert.False(t, catalog.MediaKind("").Valid())
	assert.False(t, catalog.OrphanRule("").Valid())
	assert.False(t, catalog.ShowStatus("").Valid())
}

func TestStoredParts_AreSnakeCaseJSON(t *testing.T) {
	t.Parallel()
	s := show().Seating
	s.HoldFor, s.HighDemand, s.WheelchairNeedsRequest, s.MaxPerBuyer = 5*time.Minute, true, true, 12
	data, err := json.Marshal(s)
	require.NoError(t, err)
	assert.JSONEq(t, `{"max_per_buyer": 12, "hold_for": 300000000000, "high_demand": true, "wheelchair_needs_request": true,
		"quotas": [{"key": "standing", "name": "", "capacity": 50, "areas": ["floor", "balcony"]}]}`, string(data))
	var again catalog.SeatingRules
	require.NoError(t, json.Unmarshal(data, &again))
	assert.Equal(t, s, again)

	data, err = json.Marshal(event().People)
	require.NoError(t, err)
	assert.JSONEq(t, `[{"name": "Fritz Lang", "role": "director"}, {"name": "Brigitte Helm", "role": "cast", "character": "Maria"}]`, string(data))
	data, err = json.Marshal(event().Certificate)
	require.NoError(t, err)
	assert.JSONEq(t, `{"system": "FSK", "rating": "6", "min_age": 6}`, string(data))
}

func TestSeatingRules_CheckAreas(t *testing.T) {
	t.Parallel()
	m := seatmap.Theatre(seatmap.HallOptions{Standing: 10})
	plan, err := seatmap.Compile(m)
	require.NoError(t, err)

	rules := catalog.SeatingRules{Quotas: []catalog.Quota{{Key: "all", Capacity: 9, Areas: []string{"floor"}}}}
	require.NoError(t, rules.CheckAreas(plan))
	rules.Quotas[0].Areas = []string{"floor", "pit"}
	assertRefused(t, rules.CheckAreas(plan), "quotas[0].areas[1]")
}
