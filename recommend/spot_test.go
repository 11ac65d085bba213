package recommend_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/recommend"
)

var (
	berlin = recommend.Spot{Lat: 52.5200, Lng: 13.4050}
	paris  = recommend.Spot{Lat: 48.8566, Lng: 2.3522}
	mumbai = recommend.Spot{Lat: 19.0760, Lng: 72.8777}
	london = recommend.Spot{Lat: 51.5074, Lng: -0.1278}
)

func TestSpot_KnownDistances(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to recommend.Spot
		km       float64
	}{
		{berlin, paris, 877.5},
		{london, paris, 343.6},
		{berlin, mumbai, 6293},
		{berlin, berlin, 0},
		{recommend.Spot{Lat: 90}, recommend.Spot{Lat: -90}, math.Pi * 6371.0088},
		{recommend.Spot{Lat: 1, Lng: 179.5}, recommend.Spot{Lat: 1, Lng: -179.5}, 111.2}, // across the date line
	} {
		km, known := c.from.Km(c.to)
		assert.True(t, known)
		assert.InDelta(t, c.km, km, c.km/200+1e-6)
		back, _ := c.to.Km(c.from)
		assert.InDelta(t, km, back, 1e-9)
	}
}

func TestSpot_WhatIsNoPointIsNotKnown(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, s := range []recommend.Spot{{}, {Lat: nan, Lng: 1}, {Lat: 1, Lng: nan}, {Lat: 91, Lng: 1}, {Lat: 1, Lng: -181}, {Lat: math.Inf(1)}} {
		_, known := berlin.Km(s)
		assert.False(t, known, "%v", s)
		_, known = s.Km(berlin)
		assert.False(t, known, "%v", s)
	}
}

func at(venue, city string, s recommend.Spot) recommend.Place {
	return recommend.Place{Venue: venue, City: city, Lat: s.Lat, Lng: s.Lng}
}

func TestEdition_HereIsTheSpotOrTheMiddleOfTheCity(t *testing.T) {
	t.Parallel()
	p := recommend.NewProgramme()
	p.Put(
		recommend.Item{ID: "a", Places: []recommend.Place{at("v1", "berlin", recommend.Spot{Lat: 52, Lng: 13}), at("v2", "berlin", recommend.Spot{Lat: 53, Lng: 14})}},
		recommend.Item{ID: "b", Places: []recommend.Place{at("v2", "berlin", recommend.Spot{Lat: 53, Lng: 14}), at("v3", "berlin", recommend.Spot{})}}, // v2 counts once
		recommend.Item{ID: "c", Places: []recommend.Place{at("v4", "", paris), at("v5", "odd", recommend.Spot{Lat: math.NaN(), Lng: 1})}},
	)
	e := p.Now()
	assert.Equal(t, recommend.Spot{Lat: 52.5, Lng: 13.5}, e.Here(recommend.Context{City: "berlin"}))
	assert.Equal(t, paris, e.Here(recommend.Context{City: "berlin", Lat: paris.Lat, Lng: paris.Lng}))
	assert.Equal(t, recommend.Spot{Lat: 52.5, Lng: 13.5}, e.Here(recommend.Context{City: "berlin", Lat: math.NaN()}))
	assert.Zero(t, e.Here(recommend.Context{}), "who says nothing is not where places are that say nothing")
	assert.Zero(t, e.Here(recommend.Context{City: "odd"}))
	assert.Zero(t, e.Here(recommend.Context{City: "never"}))
}

func TestItem_Nearest(t *testing.T) {
	t.Parallel()
	item := recommend.Item{Places: []recommend.Place{at("v1", "mumbai", mumbai), at("v2", "paris", paris), at("v3", "nowhere", recommend.Spot{})}}
	km, known := item.Nearest(london)
	assert.True(t, known)
	assert.InDelta(t, 343.6, km, 2)
	_, known = item.Nearest(recommend.Spot{})
	assert.False(t, known)
	_, known = (&recommend.Item{}).Nearest(london)
	assert.False(t, known)
}
