package market

import (
	"fmt"
	"math/rand/v2"

	"github.com/marquee-tickets/marquee/adserver/targeting"
)

// Sizes of the market.
const (
	Lines      = 10_000
	People     = 1 << 20
	Networks   = 1 << 16 // in the database, each of 16 that the ad server tells apart
	publishers = 4
	placements = 10 // of each publisher
)

// country is where people are, and what time it is there.
type country struct{ code, zone string }

var countries = []country{
	{"IN", "Asia/Kolkata"},
	{"US", "America/New_York"},
	{"DE", "Europe/Berlin"},
	{"GB", "Europe/London"},
	{"FR", "Europe/Paris"},
	{"AE", "Asia/Dubai"},
	{"ES", "Europe/Madrid"},
	{"BR", "America/Sao_Paulo"},
	{"MX", "America/Mexico_City"},
	{"JP", "Asia/Tokyo"},
	{"CA", "America/Toronto"},
	{"AU", "Australia/Sydney"},
	{"IT", "Europe/Rome"},
	{"NL", "Europe/Amsterdam"},
	{"SG", "Asia/Singapore"},
	{"ID", "Asia/Jakarta"},
	{"ZA", "Africa/Johannesburg"},
	{"NG", "Africa/Lagos"},
	{"PL", "Europe/Warsaw"},
	{"SE", "Europe/Stockholm"},
}

const citiesOf = 15 // in each country

var (
	languages  = []string{"en", "hi", "de", "fr", "es", "pt", "ja", "ta", "ar", "it", "nl", "pl"}
	genres     = words("genre", 20)
	categories = iab()
	interests  = words("interest", 60)
	booked     = words("event", 2000)
	ages       = []string{"18-24", "25-34", "35-44", "45-54", "55-64", "65+"}
	genders    = []string{"female", "male", "other"}
	devices    = []string{"desktop", "phone", "tablet", "tv"}
	systems    = []string{"windows", "macos", "linux", "android", "ios"}
	browsers   = []string{"chrome", "safari", "firefox", "edge", "samsung", "opera"}
)

func words(name string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("%s-%d", name, i)
	}
	return list
}

// iab are identifiers of the IAB Content Taxonomy 1.0.
func iab() (list []string) {
	for tier := 1; tier <= 20; tier++ {
		list = append(list, fmt.Sprintf("IAB%d", tier), fmt.Sprintf("IAB%d-1", tier))
	}
	return list
}

func cityName(n int) string { return fmt.Sprintf("Port %d", n) }
func citySlug(n int) string { return fmt.Sprintf("port-%d", n) }

// asked is a dimension: of what lines ask, how many of 100 do, and for how many values at most.
type asked struct {
	dim    targeting.Dim
	values []string
	share  int
	most   int
}

// twelve are the dimensions of the catalogue beside the placement, which is another for all.
func twelve() []asked {
	codes, cities := make([]string, 0, len(countries)), make([]string, 0, len(countries)*citiesOf)
	for i, c := range countries {
		codes = append(codes, c.code)
		for n := range citiesOf {
			cities = append(cities, citySlug(i*citiesOf+n))
		}
	}
	hours := make([]string, 0, 168)
	for h := range 168 {
		hours = append(hours, fmt.Sprintf("%03d", h))
	}
	return []asked{
		{targeting.Country, codes, 85, 5},
		{targeting.City, cities, 20, 60},
		{targeting.Device, devices, 40, 2},
		{targeting.OS, systems, 20, 3},
		{targeting.Browser, browsers, 15, 4},
		{targeting.Language, languages, 30, 6},
		{targeting.Hour, hours, 15, 84},
		{targeting.Genre, genres, 60, 5},
		{targeting.Category, categories, 20, 12},
		{targeting.Interest, interests, 45, 16},
		{targeting.Booked, booked, 8, 200},
		{targeting.Age, ages, 20, 3},
	}
}

// aim is what a line asks for.
func aim(r *rand.Rand, dims []asked) targeting.Expr {
	var all []targeting.Expr
	for _, d := range dims {
		if r.IntN(100) >= d.share {
			continue
		}
		values := make([]string, 0, d.most)
		for range 1 + r.IntN(d.most) {
			values = append(values, d.values[r.IntN(len(d.values))])
		}
		x := targeting.In(d.dim, values...)
		if len(values) == 1 && r.IntN(3) == 0 {
			x = targeting.Not(x)
		}
		all = append(all, x)
	}
	return targeting.And(all...)
}
