package catalog_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
)

// limit is a field that takes so much and not one more. fill gives it a size.
type limit[T any] struct {
	field string
	most  int
	fill  func(v *T, size int)
}

// assertLimits checks that each field takes its most, and refuses one more by its name.
func assertLimits[T interface{ Validate() error }](t *testing.T, build func() T, limits []limit[T]) {
	t.Helper()
	for _, l := range limits {
		v := build()
		l.fill(&v, l.most)
		require.NoError(t, v.Validate(), "%s of %d", l.field, l.most)
		l.fill(&v, l.most+1)
		assertRefused(t, v.Validate(), l.field)
	}
}

// letters are so many characters, of two bytes each: limits of text count what people see.
func letters(n int) string { return strings.Repeat("ö", n) }

// words are so many different words.
func words(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("word-%d", i)
	}
	return list
}

func TestPartner_Limits(t *testing.T) {
	t.Parallel()
	assertLimits(t, partner, []limit[catalog.Partner]{
		{"name", 120, func(p *catalog.Partner, n int) { p.Name = letters(n) }},
		{"legal_name", 200, func(p *catalog.Partner, n int) { p.LegalName = letters(n) }},
		{"tax_id", 40, func(p *catalog.Partner, n int) { p.TaxID = letters(n) }},
		{"slug", catalog.MaxSlug, func(p *catalog.Partner, n int) { p.Slug = strings.Repeat("a", n) }},
	})
}

func TestBrand_Limits(t *testing.T) {
	t.Parallel()
	host := func(n int) string { return strings.Repeat("a.", (n-1)/2) + strings.Repeat("b", n-(n-1)/2*2) }
	assertLimits(t, brand, []limit[catalog.Brand]{
		{"name", 120, func(b *catalog.Brand, n int) { b.Name = letters(n) }},
		{"hosts", 200, func(b *catalog.Brand, n int) { b.Hosts = words(n) }},
		{"hosts[0]", 253, func(b *catalog.Brand, n int) { b.Hosts = []string{host(n)} }},
		{"hosts[0]", 63, func(b *catalog.Brand, n int) { b.Hosts = []string{strings.Repeat("a", n) + ".example"} }},
		{"legal.terms", 100_000, func(b *catalog.Brand, n int) { b.Legal = map[string]string{"terms": letters(n)} }},
		{"legal", 100, func(b *catalog.Brand, n int) {
			b.Legal = map[string]string{}
			for _, w := range words(n) {
				b.Legal[w] = "text"
			}
		}},
		{"legal", 40, func(b *catalog.Brand, n int) { b.Legal = map[string]string{strings.Repeat("a", n): "text"} }},
		{"logo_url", 2_000, func(b *catalog.Brand, n int) { b.LogoURL = "/" + strings.Repeat("a", n-1) }},
	})
}

func TestEvent_Limits(t *testing.T) {
	t.Parallel()
	assertLimits(t, event, []limit[catalog.Event]{
		{"title", 200, func(e *catalog.Event, n int) { e.Title = letters(n) }},
		{"original_title", 200, func(e *catalog.Event, n int) { e.OriginalTitle = letters(n) }},
		{"synopsis", 10_000, func(e *catalog.Event, n int) { e.Synopsis = letters(n) }},
		{"certificate.system", 40, func(e *catalog.Event, n int) { e.Certificate.System = letters(n) }},
		{"certificate.rating", 40, func(e *catalog.Event, n int) { e.Certificate.Rating = letters(n) }},
		{"certificate.min_age", 99, func(e *catalog.Event, n int) { e.Certificate.MinAge = n }},
		{"genres", 20, func(e *catalog.Event, n int) { e.Genres = words(n) }},
		{"genres[0]", 60, func(e *catalog.Event, n int) { e.Genres = []string{letters(n)} }},
		{"tags", 50, func(e *catalog.Event, n int) { e.Tags = words(n) }},
		{"people", 200, func(e *catalog.Event, n int) {
			e.People = make([]catalog.Person, n)
			for i := range e.People {
				e.People[i] = catalog.Person{Name: "Extra", Role: catalog.RoleCast}
			}
		}},
		{"people[0].character", 120, func(e *catalog.Event, n int) { e.People[0].Character = letters(n) }},
		{"media", 50, func(e *catalog.Event, n int) {
			e.Media = make([]catalog.Media, n)
			for i := range e.Media {
				e.Media[i] = catalog.Media{Kind: catalog.Still, URL: "/still.jpg"}
			}
		}},
		{"media[0].alt", 500, func(e *catalog.Event, n int) { e.Media[0].Alt = letters(n) }},
		{"media[0].credit", 200, func(e *catalog.Event, n int) { e.Media[0].Credit = letters(n) }},
		{"media[0].license", 120, func(e *catalog.Event, n int) { e.Media[0].License = letters(n) }},
		{"year", 9999, func(e *catalog.Event, n int) { e.Year = n }},
		{"duration", 31 * 24 * 60, func(e *catalog.Event, n int) { e.Duration = time.Duration(n) * time.Minute }},
	})
}

func TestVenueAndHall_Limits(t *testing.T) {
	t.Parallel()
	assertLimits(t, venue, []limit[catalog.Venue]{
		{"name", 120, func(v *catalog.Venue, n int) { v.Name = letters(n) }},
		{"city", 120, func(v *catalog.Venue, n int) { v.City = letters(n) }},
		{"address", 500, func(v *catalog.Venue, n int) { v.Address = letters(n) }},
		{"accessibility", 2_000, func(v *catalog.Venue, n int) { v.Accessibility = letters(n) }},
		{"lat", 90, func(v *catalog.Venue, n int) { v.Lat = float64(n) }},
		{"lat", 90, func(v *catalog.Venue, n int) { v.Lat = -float64(n) }},
		{"lng", 180, func(v *catalog.Venue, n int) { v.Lng = float64(n) }},
		{"lng", 180, func(v *catalog.Venue, n int) { v.Lng = -float64(n) }},
	})
	assertLimits(t, hall, []limit[catalog.Hall]{
		{"name", 120, func(h *catalog.Hall, n int) { h.Name = letters(n) }},
	})
}

func TestShow_Limits(t *testing.T) {
	t.Parallel()
	assertLimits(t, show, []limit[catalog.Show]{
		{"format", 20, func(s *catalog.Show, n int) { s.Format = catalog.Format(letters(n)) }},
		{"price_list_id", 80, func(s *catalog.Show, n int) { s.PriceListID = letters(n) }},
		{"policy_id", 80, func(s *catalog.Show, n int) { s.PolicyID = letters(n) }},
		{"ends_at", 31 * 24 * 60, func(s *catalog.Show, n int) { s.EndsAt = s.StartsAt.Add(time.Duration(n) * time.Minute) }},
		{"seating.max_per_hold", 1_000, func(s *catalog.Show, n int) { s.Seating.MaxPerHold, s.Seating.MaxPerBuyer = n, n }},
		{"seating.max_per_buyer", 10_000, func(s *catalog.Show, n int) { s.Seating.MaxPerBuyer = n }},
		{"seating.hold_for", 60, func(s *catalog.Show, n int) { s.Seating.HoldFor = time.Duration(n) * time.Minute }},
		{"seating.hold_total", 240, func(s *catalog.Show, n int) { s.Seating.HoldTotal = time.Duration(n) * time.Minute }},
		{"seating.quotas", 50, func(s *catalog.Show, n int) {
			s.Seating.Quotas = nil
			for _, w := range words(n) {
				s.Seating.Quotas = append(s.Seating.Quotas, catalog.Quota{Key: w, Capacity: 1, Areas: []string{"floor"}})
			}
		}},
		{"seating.quotas[0].capacity", seatmap.MaxPlaces, func(s *catalog.Show, n int) { s.Seating.Quotas[0].Capacity = n }},
		{"seating.quotas[0].name", 120, func(s *catalog.Show, n int) { s.Seating.Quotas[0].Name = letters(n) }},
		{"seating.quotas[0].areas", 200, func(s *catalog.Show, n int) { s.Seating.Quotas[0].Areas = words(n) }},
		{"seating.quotas[0].areas[0]", seatmap.MaxKey, func(s *catalog.Show, n int) { s.Seating.Quotas[0].Areas = []string{letters(n)} }},
	})
}

// What is too little is refused, too, where nothing means something else.
func TestShow_LeastOfItsRules(t *testing.T) {
	t.Parallel()
	assertValidates(t, show, []spoilt[catalog.Show]{
		{"seating.max_per_hold", func(s *catalog.Show) { s.Seating.MaxPerHold = -1 }},
		{"seating.max_per_buyer", func(s *catalog.Show) { s.Seating.MaxPerHold, s.Seating.MaxPerBuyer = 10, 9 }},
		{"seating.hold_for", func(s *catalog.Show) { s.Seating.HoldFor = time.Minute - 1 }},
		{"seating.hold_total", func(s *catalog.Show) { s.Seating.HoldFor, s.Seating.HoldTotal = 10*time.Minute, 9*time.Minute }},
		{"seating.quotas[0].capacity", func(s *catalog.Show) { s.Seating.Quotas[0].Capacity = 0 }},
		{"seating.quotas[0].areas", func(s *catalog.Show) { s.Seating.Quotas[0].Areas = nil }},
		{"seating.quotas[0].areas[1]", func(s *catalog.Show) { s.Seating.Quotas[0].Areas = []string{"floor", "floor"} }},
		{"seating.quotas[1].key", func(s *catalog.Show) { s.Seating.Quotas = append(s.Seating.Quotas, s.Seating.Quotas[0]) }},
		{"seating.orphan", func(s *catalog.Show) { s.Seating.Orphan = "never" }},
	})
}

// A quota with the key of an area would be two quotas of that name, and the show could not be sold at all.
func TestSeatingRules_QuotaNeedsAKeyOfItsOwn(t *testing.T) {
	t.Parallel()
	plan, err := seatmap.Compile(seatmap.Theatre(seatmap.HallOptions{Standing: 10}))
	require.NoError(t, err)
	rules := catalog.SeatingRules{Quotas: []catalog.Quota{{Key: "licence", Capacity: 9, Areas: []string{"floor"}}, {Key: "floor", Capacity: 9, Areas: []string{"floor"}}}}
	assertRefused(t, rules.CheckAreas(plan), "quotas[1].key")
	rules.Quotas[1].Key = "floors"
	assert.NoError(t, rules.CheckAreas(plan))
}
