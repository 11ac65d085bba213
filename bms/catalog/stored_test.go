package catalog_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

// assertSurvives checks that a valid entity is the same after it was stored.
func assertSurvives[T interface{ Validate() error }](t *testing.T, v T) {
	t.Helper()
	require.NoError(t, v.Validate())
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	var back T
	require.NoError(t, json.Unmarshal(raw, &back))
	assert.Equal(t, v, back)
}

func TestEntities_SurviveStorage(t *testing.T) {
	t.Parallel()
	assertSurvives(t, partner())
	assertSurvives(t, brand())
	assertSurvives(t, event())
	assertSurvives(t, venue())
	assertSurvives(t, hall())
	assertSurvives(t, seatMap())
	assertSurvives(t, show())
}

// A time that is accepted can be stored; one that JSON cannot write is refused by its field.
func TestTimes_OfYearsThatCanBeStored(t *testing.T) {
	t.Parallel()
	s := show()
	s.StartsAt, s.TimeZone, s.LocalDate = time.Date(9999, 12, 30, 20, 0, 0, 0, time.UTC), "UTC", "9999-12-30"
	s.EndsAt, s.DoorsAt, s.SalesFrom = s.StartsAt.Add(time.Hour), time.Time{}, time.Time{}
	assertSurvives(t, s)

	s.StartsAt, s.LocalDate = s.StartsAt.AddDate(1, 0, 0), "10000-12-30"
	s.EndsAt = s.StartsAt.Add(time.Hour)
	assertRefused(t, s.Validate(), "starts_at")
	for field, spoil := range map[string]func(*catalog.Show){
		"doors_at":   func(s *catalog.Show) { s.DoorsAt = time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC) },
		"sales_from": func(s *catalog.Show) { s.SalesFrom = time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC) },
		"created_at": func(s *catalog.Show) { s.CreatedAt = time.Date(12_345, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		bad := show()
		spoil(&bad)
		assertRefused(t, bad.Validate(), field)
	}
	p, e := partner(), event()
	p.CreatedAt, e.UpdatedAt = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	assertRefused(t, p.Validate(), "created_at")
	assertRefused(t, e.Validate(), "updated_at")
}

// What no database keeps as it is, is refused wherever text is taken.
func TestTexts_ThatCannotBeStored(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"a\x00b", "caf\xe9", "\xed\xa0\x80", "a\x1bb", "a\u0085b"} {
		assertValidates(t, partner, []spoilt[catalog.Partner]{
			{"name", func(p *catalog.Partner) { p.Name = bad }},
			{"legal_name", func(p *catalog.Partner) { p.LegalName = bad }},
			{"tax_id", func(p *catalog.Partner) { p.TaxID = bad }},
			{"slug", func(p *catalog.Partner) { p.Slug = bad }},
			{"id", func(p *catalog.Partner) { p.ID += catalog.PartnerID(bad) }},
		})
		assertValidates(t, brand, []spoilt[catalog.Brand]{
			{"hosts[0]", func(b *catalog.Brand) { b.Hosts = []string{bad} }},
			{"logo_url", func(b *catalog.Brand) { b.LogoURL = "/" + bad }},
			{"support_email", func(b *catalog.Brand) { b.SupportEmail = bad + "@example.com" }},
			{"legal", func(b *catalog.Brand) { b.Legal = map[string]string{bad: ""} }},
		})
		assertValidates(t, event, []spoilt[catalog.Event]{
			{"title", func(e *catalog.Event) { e.Title = bad }},
			{"synopsis", func(e *catalog.Event) { e.Synopsis = bad }},
			{"people[0].name", func(e *catalog.Event) { e.People[0].Name = bad }},
			{"media[0].url", func(e *catalog.Event) { e.Media[0].URL = "https://example.com/" + bad }},
			{"media[0].alt", func(e *catalog.Event) { e.Media[0].Alt = bad }},
			{"tags[0]", func(e *catalog.Event) { e.Tags = []string{bad} }},
			{"language", func(e *catalog.Event) { e.Language = bad }},
		})
		assertValidates(t, venue, []spoilt[catalog.Venue]{
			{"address", func(v *catalog.Venue) { v.Address = bad }},
			{"time_zone", func(v *catalog.Venue) { v.TimeZone = "Europe/" + bad }},
		})
		assertValidates(t, show, []spoilt[catalog.Show]{
			{"policy_id", func(s *catalog.Show) { s.PolicyID = bad }},
			{"price_list_id", func(s *catalog.Show) { s.PriceListID = bad }},
			{"format", func(s *catalog.Show) { s.Format = catalog.Format(bad) }},
			{"local_date", func(s *catalog.Show) { s.LocalDate = bad }},
		})
	}
}

// Sales run from the first moment of their window to the last before its end, and at no other time.
func TestShow_OnSaleJustInItsWindow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		minutes := func(name string, least, most int) time.Duration {
			return time.Duration(rapid.IntRange(least, most).Draw(t, name)) * time.Minute
		}
		s := show()
		s.Status = rapid.SampledFrom([]catalog.ShowStatus{catalog.Draft, catalog.OnSale, catalog.Paused, catalog.SoldOut, catalog.Cancelled, catalog.Past}).Draw(t, "status")
		s.EndsAt = s.StartsAt.Add(minutes("runs", 1, 60))
		s.SalesFrom, s.SalesUntil = time.Time{}, time.Time{}
		end := s.StartsAt
		if rapid.Bool().Draw(t, "window") {
			s.SalesUntil = s.EndsAt.Add(-minutes("ends before", 0, 90))
			s.SalesFrom = s.SalesUntil.Add(-minutes("lasts", 1, 90))
			end = s.SalesUntil
		}
		require.NoError(t, s.Validate())
		now := s.StartsAt.Add(minutes("now", -200, 100) + time.Duration(rapid.IntRange(-1, 1).Draw(t, "just"))*time.Microsecond)

		open := s.Status == catalog.OnSale || s.Status == catalog.SoldOut
		want := open && !now.Before(s.SalesFrom) && now.Before(end) && now.Before(s.EndsAt)
		got, reason := s.OnSaleAt(now)
		require.Equal(t, want, got, "%v", reason)
		require.Equal(t, want, reason == nil)
	})
}

// The list of countries is what ISO has assigned, each code once.
func TestCountries_AreThoseOfISO(t *testing.T) {
	t.Parallel()
	known := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			v := venue()
			v.Country = string([]rune{a, b})
			if v.Validate() == nil {
				known++
			}
		}
	}
	assert.Equal(t, 249+1, known, "and Kosovo")
	for _, never := range []string{"UK", "EU", "XX", "SU", "AN", "YU"} {
		v := venue()
		v.Country = never
		assertRefused(t, v.Validate(), "country")
	}
}

func TestForms_OfAddressesAndNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		field      string
		set        func(b *catalog.Brand, s string)
		good, evil []string
	}{
		{
			"logo_url", func(b *catalog.Brand, s string) { b.LogoURL = s },
			[]string{"", "/logo.svg", "https://cdn.example/a%20b.svg?v=1#x", "http://[::1]:8080/x", "/größe/logo.svg", "HTTPS://EXAMPLE.COM/"},
			[]string{"logo.svg", "//cdn.example/x", "https:///x", "https:x", "ftp://example.com/x", "data:image/png,x", "JavaScript:alert(1)", "/a\nb", "https://a b/", `/\x`, "/%zz"},
		},
		{
			"support_email", func(b *catalog.Brand, s string) { b.SupportEmail = s },
			[]string{"", "help@example.com", "a+b@sub.example.com", "hilfe@größe.example"},
			[]string{"help", "help@", "@example.com", "Help <help@example.com>", "a@b, c@d", "help@example.com ", "a@b\r\nBcc: c@d"},
		},
		{
			"hosts[0]", func(b *catalog.Brand, s string) { b.Hosts = []string{s} },
			[]string{"localhost", "127.0.0.1", "a.b.c.example", "xn--gre-6ka8i.example", "a-b.example"},
			[]string{"", "Example.com", "example.com:80", "example.com.", ".example", "a..b", "-a.example", "a-.example", "größe.example", "a_b.example", "example.com\n"},
		},
		{
			"locales[0]", func(b *catalog.Brand, s string) { b.Locales = []string{s} },
			[]string{"en", "pt-BR", "zh-Hant", "zh-Hant-TW", "es-419", "sl-rozaj", "de-1996"},
			[]string{"", "EN", "e", "english", "en_GB", "en-gb", "en-", "en--GB", "x-private", "en-GB\n"},
		},
	} {
		for _, good := range c.good {
			b := brand()
			c.set(&b, good)
			assert.NoError(t, b.Validate(), "%s %q", c.field, good)
		}
		for _, evil := range c.evil {
			b := brand()
			c.set(&b, evil)
			assertRefused(t, b.Validate(), c.field)
		}
	}
}
