package geo_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/internal/geo"
)

func TestCityName_InTheReadersLanguage(t *testing.T) {
	t.Parallel()
	db := opened(t, geo.Config{})
	munich := db.Lookup(addr("198.51.100.1"))
	assert.Equal(t, "München", munich.CityName("de"))
	assert.Equal(t, "Munich", munich.CityName("es"), "the database has no Spanish name")
	assert.Equal(t, "Munich", munich.CityName("hi"))
}

func TestCurrencyOf(t *testing.T) {
	t.Parallel()
	for country, want := range map[string]money.Currency{
		"IN": "INR", "DE": "EUR", "AE": "AED", "KW": "KWD", "JP": "JPY", "US": "USD", "GB": "GBP", "ES": "EUR",
		"HR": "EUR", "BG": "EUR", "LT": "EUR", "BY": "BYN", "VE": "VES", "SL": "SLE", "AQ": "", "XX": "", "": "", "India": "",
	} {
		assert.Equal(t, want, geo.CurrencyOf(country), country)
	}
	for _, region := range language.Supported.Regions() {
		if c := geo.CurrencyOf(region.String()); c != "" {
			assert.True(t, c.Valid(), "%s: %s", region, c)
		}
	}
}

var (
	mumbai = geo.Point{Lat: 19.07, Lng: 72.88}
	delhi  = geo.Point{Lat: 28.61, Lng: 77.21}
	berlin = geo.Point{Lat: 52.52, Lng: 13.4}
)

func TestMetres(t *testing.T) {
	t.Parallel()
	assert.InDelta(t, 1_148_000, mumbai.Metres(delhi), 10_000)
	assert.InDelta(t, 6_290_000, mumbai.Metres(berlin), 30_000)
	assert.Zero(t, mumbai.Metres(mumbai))
	assert.InDelta(t, 20_015_000, geo.Point{Lat: 90}.Metres(geo.Point{Lat: -90}), 1_000)
	assert.InDelta(t, 2*111_195, geo.Point{Lng: 179}.Metres(geo.Point{Lng: -179}), 10, "over the date line")
}

func TestNearest(t *testing.T) {
	t.Parallel()
	thane := geo.Point{Lat: 19.22, Lng: 72.98}
	i, metres := thane.Nearest([]geo.Point{berlin, delhi, mumbai})
	assert.Equal(t, 2, i)
	assert.InDelta(t, 19_700, metres, 500)
	i, metres = thane.Nearest(nil)
	assert.Equal(t, -1, i)
	assert.True(t, math.IsInf(metres, 1))
}

func TestPlace_NearestCity(t *testing.T) {
	t.Parallel()
	cities := []geo.City{
		{Slug: "atlantis", Country: "GR"},
		{Slug: "delhi", Country: "IN", Venues: []geo.Point{delhi}},
		{Slug: "mumbai", Country: "IN", Venues: []geo.Point{{Lat: 19.0, Lng: 72.8}, {Lat: 19.2, Lng: 73.0}}},
	}
	near, ok := geo.Place{Country: "IN", At: geo.Point{Lat: 18.52, Lng: 73.86}, Located: true}.Nearest(cities)
	assert.True(t, ok)
	assert.Equal(t, "mumbai", near.Slug)
	assert.InDelta(t, 120_000, near.Metres, 5_000)
	assert.False(t, near.ByCountry)

	near, ok = geo.Place{Country: "JP", At: geo.Point{Lat: 35, Lng: 139}, Located: true}.Nearest(cities)
	assert.True(t, ok, "however far")
	assert.Equal(t, "delhi", near.Slug)

	near, ok = geo.Place{Country: "IN"}.Nearest(cities)
	assert.True(t, ok)
	assert.Equal(t, geo.Near{Slug: "mumbai", ByCountry: true}, near, "that with the most venues")
	near, ok = geo.Place{Country: "GR", At: mumbai, Located: true}.Nearest(cities[:1])
	assert.True(t, ok)
	assert.Equal(t, geo.Near{Slug: "atlantis", ByCountry: true}, near, "no venue says where it is")

	for _, nowhere := range []geo.Place{{}, {Country: "FR"}} {
		_, ok = nowhere.Nearest(cities)
		assert.False(t, ok)
	}
	_, ok = geo.Place{Country: "IN", At: mumbai, Located: true}.Nearest(nil)
	assert.False(t, ok)
}

func TestMiddle(t *testing.T) {
	t.Parallel()
	assert.Equal(t, geo.Point{}, geo.Middle(nil))
	assert.Equal(t, geo.Point{}, geo.Middle([]geo.Point{{Lng: 0}, {Lng: 180}}), "around the earth")
	m := geo.Middle([]geo.Point{{Lng: 178}, {Lng: -176}})
	assert.InDelta(t, -179, m.Lng, 1e-9)
	m = geo.Middle([]geo.Point{{Lat: 19.0, Lng: 72.8}, {Lat: 19.2, Lng: 73.0}})
	assert.InDelta(t, 19.1, m.Lat, 0.01)
	assert.InDelta(t, 72.9, m.Lng, 0.01)
}

func TestPoint_DistancesAreThoseOfASphere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		point := func(name string) geo.Point {
			return geo.Point{Lat: rapid.Float64Range(-90, 90).Draw(t, name+" lat"), Lng: rapid.Float64Range(-180, 180).Draw(t, name+" lng")}
		}
		a, b, c := point("a"), point("b"), point("c")
		assert.InDelta(t, a.Metres(b), b.Metres(a), 1e-3)
		assert.LessOrEqual(t, a.Metres(c), a.Metres(b)+b.Metres(c)+1, "a detour is no shorter")
		assert.LessOrEqual(t, a.Metres(b), 20_016_000.0)
		if m := geo.Middle([]geo.Point{a, b}); m != (geo.Point{}) && a.Metres(b) < 1_000_000 {
			assert.InDelta(t, m.Metres(a), m.Metres(b), 1)
		}
	})
}

func ExamplePoint_Nearest() {
	cities := []string{"Berlin", "Delhi", "Mumbai"}
	at := geo.Point{Lat: 18.52, Lng: 73.86} // Pune
	i, metres := at.Nearest([]geo.Point{berlin, delhi, mumbai})
	fmt.Printf("%s, %.0f km\n", cities[i], metres/1000)
	// Output: Mumbai, 120 km
}
