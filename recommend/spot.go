package recommend

import "math"

// Spot is a point on the earth, in degrees (WGS 84). The zero Spot is not known.
type Spot struct{ Lat, Lng float64 }

// earth is its mean radius in kilometres (IUGG).
const earth = 6371.0088

// Km is the distance of two spots in kilometres, along the surface; false when one is not known.
func (s Spot) Km(t Spot) (float64, bool) {
	if !s.known() || !t.known() {
		return 0, false
	}
	rad := func(deg float64) float64 { return deg * math.Pi / 180 }
	sin := func(x float64) float64 { v := math.Sin(x / 2); return v * v }
	h := sin(rad(t.Lat-s.Lat)) + math.Cos(rad(s.Lat))*math.Cos(rad(t.Lat))*sin(rad(t.Lng-s.Lng))
	return 2 * earth * math.Asin(math.Sqrt(min(h, 1))), true
}

// known reports whether it is a point on the earth; the zero Spot is not.
func (s Spot) known() bool {
	return s != (Spot{}) && math.Abs(s.Lat) <= 90 && math.Abs(s.Lng) <= 180 // false for NaN
}

// Knows reports whether anything is on in a city, or was.
func (e *Edition) Knows(city string) bool {
	_, known := e.cities[city]
	return known
}

// citiesOf are the middles of the venues of each city; the zero Spot where no venue says where it is.
func citiesOf(items []Item) map[string]Spot {
	type sum struct {
		spot Spot
		n    float64
	}
	sums := map[string]sum{}
	seen := map[string]bool{}
	for i := range items {
		for _, p := range items[i].Places {
			if p.City == "" {
				continue
			}
			s := sums[p.City]
			if !(Spot{p.Lat, p.Lng}).known() || seen[p.Venue] {
				sums[p.City] = s
				continue
			}
			seen[p.Venue] = true
			sums[p.City] = sum{Spot{s.spot.Lat + p.Lat, s.spot.Lng + p.Lng}, s.n + 1}
		}
	}
	cities := make(map[string]Spot, len(sums))
	for city, s := range sums {
		cities[city] = Spot{s.spot.Lat / max(s.n, 1), s.spot.Lng / max(s.n, 1)}
	}
	return cities
}

// Here is where somebody is: what the context says, or else the middle of its city.
func (e *Edition) Here(c Context) Spot {
	if s := (Spot{c.Lat, c.Lng}); s.known() {
		return s
	}
	return e.cities[c.City]
}

// Nearest is how far the nearest place of an item is, in kilometres; false when that is not known.
func (i *Item) Nearest(here Spot) (float64, bool) {
	least, known := 0.0, false
	for _, p := range i.Places {
		if km, ok := here.Km(Spot{p.Lat, p.Lng}); ok && (!known || km < least) {
			least, known = km, true
		}
	}
	return least, known
}
