package geo

import (
	"math"
	"net/netip"

	"github.com/oschwald/geoip2-golang/v2"
	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"github.com/marquee-tickets/marquee/bms/money"
)

// DB is a database of places: City or Country, of GeoIP2, GeoLite2 or DB-IP.
type DB = Table[Place]

// New returns a database of places that has read nothing yet: see Reload. An empty path is no database.
func New(path string, cfg Config) *DB {
	return newTable(kind[Place]{name: "City or Country", find: findPlace}, path, cfg)
}

func findPlace(r *geoip2.Reader, a netip.Addr) (Place, error) {
	record, err := r.City(a)
	if err != nil {
		return Place{}, err
	}
	return placeOf(record), nil
}

// Place is where an address seems to be. Any part may be missing; the zero Place is nowhere.
type Place struct {
	Country    string // ISO 3166-1 alpha-2: "IN"
	Region     string // name of the largest part of the country, in English: "Maharashtra"
	RegionCode string // ISO 3166-2 without the country: "MH"
	Part       string // ISO 3166-2 with the country: "IN-MH"
	City       string // name in English: "Mumbai"
	CityID     uint32 // of GeoNames, the same in every edition: 1275339
	TimeZone   string // IANA name

	At       Point
	Located  bool // At is known
	Accuracy int  // kilometres around At; 0 means not known

	Currency money.Currency // of the country; empty when it has none that money knows

	city names
}

// names are what a city is called in languages that the database has.
type names struct{ german, spanish string }

// Known reports whether there is at least a country.
func (p Place) Known() bool { return p.Country != "" }

// CityName returns what the city is called in a language ("de"), in English where the database does not say.
func (p Place) CityName(tag string) string {
	switch {
	case tag == "de" && p.city.german != "":
		return p.city.german
	case tag == "es" && p.city.spanish != "":
		return p.city.spanish
	}
	return p.City
}

// placeOf takes from a record what can be right.
func placeOf(r *geoip2.City) Place {
	p := Place{
		City: r.City.Names.English, CityID: uint32(r.City.GeoNameID), TimeZone: r.Location.TimeZone,
		city: names{german: r.City.Names.German, spanish: r.City.Names.Spanish},
	}
	if isCountry(r.Country.ISOCode) {
		p.Country, p.Currency = r.Country.ISOCode, CurrencyOf(r.Country.ISOCode)
	}
	if len(r.Subdivisions) > 0 {
		p.Region, p.RegionCode = r.Subdivisions[0].Names.English, r.Subdivisions[0].ISOCode
		if p.Country != "" && p.RegionCode != "" {
			p.Part = p.Country + "-" + p.RegionCode
		}
	}
	if lat, lng := r.Location.Latitude, r.Location.Longitude; lat != nil && lng != nil {
		if at := (Point{Lat: *lat, Lng: *lng}); at.valid() {
			p.At, p.Located, p.Accuracy = at, true, int(r.Location.AccuracyRadius)
		}
	}
	return p
}

func isCountry(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// changed are countries whose currency is another one than in the data of golang.org/x/text, which is of 2017.
// Source: amendments to ISO 4217, and for Croatia and Bulgaria the accession to the euro in 2023 and 2026.
var changed = map[string]money.Currency{
	"BG": "EUR", "CW": "XCG", "HR": "EUR", "MR": "MRU", "SL": "SLE", "ST": "STN", "SX": "XCG", "VE": "VES", "ZW": "ZWG",
}

// CurrencyOf returns the currency of a country (ISO 3166-1 alpha-2); empty when it has none or is not known.
func CurrencyOf(country string) money.Currency {
	if c, ok := changed[country]; ok {
		return c
	}
	region, err := language.ParseRegion(country)
	if err != nil {
		return ""
	}
	unit, ok := currency.FromRegion(region)
	if c := money.Currency(unit.String()); ok && c.Valid() {
		return c
	}
	return ""
}

// Point is a place on the earth in degrees north and east (WGS 84).
type Point struct{ Lat, Lng float64 }

func (p Point) valid() bool {
	return p.Lat >= -90 && p.Lat <= 90 && p.Lng >= -180 && p.Lng <= 180
}

// earth is the mean radius of the earth in metres. Source: IUGG, R1.
const earth = 6_371_008.8

// Metres returns the distance between two points as a bird flies, within half a percent.
func (p Point) Metres(q Point) float64 {
	rad := func(degrees float64) float64 { return degrees * math.Pi / 180 }
	north, east := math.Sin(rad(q.Lat-p.Lat)/2), math.Sin(rad(q.Lng-p.Lng)/2)
	h := north*north + math.Cos(rad(p.Lat))*math.Cos(rad(q.Lat))*east*east
	return 2 * earth * math.Asin(math.Sqrt(min(1, h)))
}

// Middle returns the middle of points, also of those on both sides of the date line. Of none, or of such
// that surround the earth, it is the zero Point.
func Middle(points []Point) Point {
	var x, y, z float64
	for _, p := range points {
		lat, lng := p.Lat*math.Pi/180, p.Lng*math.Pi/180
		x += math.Cos(lat) * math.Cos(lng)
		y += math.Cos(lat) * math.Sin(lng)
		z += math.Sin(lat)
	}
	const nothing = 1e-9
	if math.Sqrt(x*x+y*y+z*z) < nothing {
		return Point{}
	}
	return Point{Lat: math.Atan2(z, math.Hypot(x, y)) * 180 / math.Pi, Lng: math.Atan2(y, x) * 180 / math.Pi}
}

// Nearest returns the index of the point that is nearest to p, and how many metres away it is; -1 when there is none.
func (p Point) Nearest(points []Point) (index int, metres float64) {
	index, metres = -1, math.Inf(1)
	for i, q := range points {
		if d := p.Metres(q); d < metres {
			index, metres = i, d
		}
	}
	return index, metres
}

// City is one of the cities that a visitor may be near to.
type City struct {
	Slug    string
	Country string  // ISO 3166-1 alpha-2
	Venues  []Point // those whose coordinates are known
}

// Near is the city that a place is nearest to.
type Near struct {
	Slug   string
	Metres float64 // from the middle of its venues; 0 when ByCountry

	// ByCountry says that only the country was known: it is the one with the most venues there.
	ByCountry bool
}

// Nearest returns which of the cities is nearest, however far that is; false when nothing is known that would tell.
func (p Place) Nearest(cities []City) (Near, bool) {
	if p.Located {
		if near, ok := p.At.nearestCity(cities); ok {
			return near, true
		}
	}
	best, most := Near{ByCountry: true}, -1
	for _, c := range cities {
		if p.Known() && c.Country == p.Country && len(c.Venues) > most {
			best.Slug, most = c.Slug, len(c.Venues)
		}
	}
	return best, most >= 0
}

func (p Point) nearestCity(cities []City) (Near, bool) {
	var middles []Point
	var slugs []string
	for _, c := range cities {
		if len(c.Venues) > 0 {
			middles, slugs = append(middles, Middle(c.Venues)), append(slugs, c.Slug)
		}
	}
	i, metres := p.Nearest(middles)
	if i < 0 {
		return Near{}, false
	}
	return Near{Slug: slugs[i], Metres: metres}, true
}
