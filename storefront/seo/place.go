package seo

import "github.com/marquee-tickets/marquee/bms/catalog"

type address struct {
	Type     string `json:"@type"`
	Street   string `json:"streetAddress,omitempty"`
	Locality string `json:"addressLocality,omitempty"`
	Country  string `json:"addressCountry,omitempty"`
}

// place is where a show is: a Place with an address, or a VirtualLocation with a URL.
type place struct {
	thing
	Address *address `json:"address,omitempty"`
	Geo     *geo     `json:"geo,omitempty"`
}

type geo struct {
	Type string  `json:"@type"`
	Lat  float64 `json:"latitude"`
	Lng  float64 `json:"longitude"`
}

// placeOf is a venue.
func placeOf(v catalog.Venue) place {
	p := place{
		thing:   thing{Type: "Place", Name: v.Name},
		Address: &address{Type: "PostalAddress", Street: oneLine(v.Address), Locality: v.City, Country: v.Country},
	}
	if v.Lat != 0 || v.Lng != 0 {
		p.Geo = &geo{Type: "GeoCoordinates", Lat: v.Lat, Lng: v.Lng}
	}
	return p
}

// online is where a show is attended over the network: the page that leads there.
func online(url string) place { return place{thing: thing{Type: "VirtualLocation", URL: url}} }
