package sponsor_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/storefront/sponsor"
	"github.com/marquee-tickets/marquee/storefront/sponsor/sponsortest"
)

// config is one with a source at an origin of the web.
func config(t *testing.T) (sponsor.Config, *sponsortest.Source) {
	t.Helper()
	s := sponsortest.New()
	t.Cleanup(s.Close)
	return sponsor.Config{Source: s, Origins: []string{s.URL}, Where: func(catalog.Brand) []sponsor.Placement { return sponsor.Placements() }}, s
}

func TestConfig_NamesTheField(t *testing.T) {
	t.Parallel()
	require.NoError(t, sponsor.Config{}.Validate(), "no ads")
	good, _ := config(t)
	good.Pictures = []string{"https://pictures.example"}
	require.NoError(t, good.Validate())
	none := good
	none.Origins = nil
	found := fault.Of(none.Validate())
	require.NotNil(t, found)
	assert.Equal(t, "ads.origins", found.Field)
	for _, bad := range []string{
		"", "ads.example", "https://ads.example/", "https://ads.example/x", "https://", "ftp://ads.example", "https://u@ads.example", "https://*.example", "https://ads.example?x",
		"https://a;script-src", "https://a b", "https://a'", "*", "https:",
	} {
		cfg := good
		cfg.Origins = []string{"https://fine.example", bad}
		found = fault.Of(cfg.Validate())
		require.NotNil(t, found, bad)
		assert.Equal(t, "ads.origins", found.Field, bad)
		cfg = good
		cfg.Pictures = []string{"https://fine.example", bad}
		found = fault.Of(cfg.Validate())
		require.NotNil(t, found, bad)
		assert.Equal(t, "ads.pictures", found.Field, bad)
	}
}

func TestConfig_PlacesAreThoseOfTheBrand(t *testing.T) {
	t.Parallel()
	cfg, _ := config(t)
	cfg.Where = func(b catalog.Brand) []sponsor.Placement {
		if b.Name == "Kino" {
			return []sponsor.Placement{sponsor.Footer}
		}
		return nil
	}
	assert.Equal(t, []sponsor.Placement{sponsor.Footer}, cfg.At(catalog.Brand{Name: "Kino"}))
	assert.Empty(t, cfg.At(catalog.Brand{}))
	cfg.Where = nil
	assert.Empty(t, cfg.At(catalog.Brand{Name: "Kino"}), "off unless somebody says so")
	assert.Empty(t, sponsor.Config{Where: func(catalog.Brand) []sponsor.Placement { return sponsor.Placements() }}.At(catalog.Brand{}))
	for _, p := range sponsor.Placements() {
		assert.True(t, p.Valid())
	}
	assert.False(t, sponsor.Placement("checkout").Valid())
}

func TestConfig_ShowsOnlyWhatIsFromWhereItMayBe(t *testing.T) {
	t.Parallel()
	cfg, s := config(t)
	cfg.Pictures = []string{"https://pictures.example"}
	banner, native, document := s.Banner(sponsor.HomeBanner), s.Text(sponsor.Listing), s.Document(sponsor.EventMid)
	for _, a := range []sponsor.Ad{banner, native, document} {
		assert.True(t, cfg.Shows(a), a.Kind)
	}
	for name, row := range map[string]struct {
		of    sponsor.Ad
		spoil func(*sponsor.Ad)
	}{
		"a kind that nobody knows":     {banner, func(a *sponsor.Ad) { a.Kind = "video" }},
		"no picture":                   {banner, func(a *sponsor.Ad) { a.Picture = "" }},
		"a picture from elsewhere":     {banner, func(a *sponsor.Ad) { a.Picture = "https://elsewhere.example/i.png" }},
		"no width":                     {banner, func(a *sponsor.Ad) { a.Width = 0 }},
		"no height":                    {banner, func(a *sponsor.Ad) { a.Height = -1 }},
		"no click":                     {banner, func(a *sponsor.Ad) { a.Click = "" }},
		"a script as click":            {banner, func(a *sponsor.Ad) { a.Click = "javascript:alert(1)" }},
		"a click past the ad server":   {banner, func(a *sponsor.Ad) { a.Click = "https://elsewhere.example/" }},
		"nothing to tell":              {banner, func(a *sponsor.Ad) { a.View = "" }},
		"a view told to others":        {document, func(a *sponsor.Ad) { a.View = "https://elsewhere.example/v" }},
		"hidden by others":             {document, func(a *sponsor.Ad) { a.Hide = "https://elsewhere.example/h/T" }},
		"a reason from elsewhere":      {document, func(a *sponsor.Ad) { a.Why = "https://elsewhere.example/" }},
		"a name and a password":        {banner, func(a *sponsor.Ad) { a.Click = strings.Replace(a.Click, "//", "//u:p@", 1) }},
		"no title":                     {native, func(a *sponsor.Ad) { a.Title = "" }},
		"a native one's other picture": {native, func(a *sponsor.Ad) { a.Picture = "/i.png" }},
		"a native one without a click": {native, func(a *sponsor.Ad) { a.Click = "" }},
		"no document":                  {document, func(a *sponsor.Ad) { a.Document = "" }},
		"a document without end":       {document, func(a *sponsor.Ad) { a.Document = strings.Repeat("x", 20_001) }},
		"a document without a size":    {document, func(a *sponsor.Ad) { a.Height = 0 }},
		"a document without a click":   {document, func(a *sponsor.Ad) { a.Click = "" }},
		"a document past the server":   {document, func(a *sponsor.Ad) { a.Click = "https://elsewhere.example/" }},
	} {
		a := row.of
		row.spoil(&a)
		assert.False(t, cfg.Shows(a), name)
	}
	banner.Picture, banner.Hide, banner.Why = "https://pictures.example/i.png", "", ""
	assert.True(t, cfg.Shows(banner))
}

// The parts of an ad may be of any node: a picture is the same at each.
func TestConfig_ShowsAdsOfEachNode(t *testing.T) {
	t.Parallel()
	cfg, one := config(t)
	_, two := config(t)
	_, third := config(t)
	cfg.Origins = append(cfg.Origins, two.URL)
	for name, row := range map[string]struct {
		of    *sponsortest.Source
		shows bool
	}{"first": {one, true}, "second": {two, true}, "no node": {third, false}} {
		for _, a := range []sponsor.Ad{row.of.Banner(sponsor.HomeBanner), row.of.Text(sponsor.Listing), row.of.Document(sponsor.EventMid)} {
			assert.Equal(t, row.shows, cfg.Shows(a), "%s: %s", name, a.Kind)
		}
	}
	mixed := two.Banner(sponsor.HomeBanner)
	mixed.View = one.Banner(sponsor.HomeBanner).View
	assert.True(t, cfg.Shows(mixed))
}

func TestPolicy_AddsTheAdServerAndNothingElse(t *testing.T) {
	t.Parallel()
	cfg := sponsor.Config{Origins: []string{"http://ads.example:8090"}, Pictures: []string{"https://pictures.example"}}
	assert.Equal(t, "default-src 'self'; img-src 'self' data: http://ads.example:8090 https://pictures.example; base-uri 'none'; connect-src 'self' http://ads.example:8090",
		cfg.Policy("default-src 'self'; img-src 'self' data:; base-uri 'none'"))
	cfg.Origins = append(cfg.Origins, "https://ads2.example")
	assert.Equal(t, "img-src 'self' http://ads.example:8090 https://ads2.example https://pictures.example; connect-src 'self' http://ads.example:8090 https://ads2.example",
		cfg.Policy("img-src 'self'"), "each node")
	frame := cfg.FramePolicy()
	assert.Contains(t, frame, "img-src data: http://ads.example:8090 https://ads2.example https://pictures.example")
	assert.NotContains(t, frame, "script")
	assert.NotContains(t, frame, "allow-", "nothing that a sandbox forbids")
}
