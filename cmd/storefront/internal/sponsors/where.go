package sponsors

import (
	"slices"
	"strings"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/storefront/sponsor"
)

// Brands says which places brands have: the places by host name. The name "*" stands for all brands that have no entry of their own, and ""
// for the storefront of no brand.
type Brands map[string][]sponsor.Placement

// ParseBrands reads entries such as "kino.example", which has all places, and "arena.example=footer+home-banner". Error: an Invalid fault
// that says what is wrong.
func ParseBrands(entries []string) (Brands, error) {
	b := Brands{}
	for _, e := range entries {
		host, list, some := strings.Cut(strings.TrimSpace(e), "=")
		if host = strings.ToLower(host); host == "" {
			return nil, fault.Invalidf("ads_brands", "%.60q must begin with the host name of a brand, or *", e)
		}
		if b[host] = sponsor.Placements(); !some {
			continue
		}
		b[host] = nil
		for name := range strings.SplitSeq(list, "+") {
			p := sponsor.Placement(strings.TrimSpace(name))
			if !p.Valid() {
				return nil, fault.Invalidf("ads_brands", "%.60q is no place for ads; there are %s", name, placesText())
			}
			b[host] = append(b[host], p)
		}
	}
	return b, nil
}

// placesText lists all places.
func placesText() string {
	var names []string
	for _, p := range sponsor.Placements() {
		names = append(names, string(p))
	}
	return strings.Join(names, ", ")
}

// Where are the places of a brand.
func (b Brands) Where(of catalog.Brand) []sponsor.Placement {
	if of.ID == "" {
		return slices.Clone(b[""])
	}
	for _, host := range of.Hosts {
		if list, ok := b[host]; ok {
			return slices.Clone(list)
		}
	}
	return slices.Clone(b["*"])
}
