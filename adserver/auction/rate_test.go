package auction_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/auction"
)

func TestPrior_FewViewsSayLittle(t *testing.T) {
	t.Parallel()
	p := auction.Prior{Clicks: 2, Views: 1000}
	assert.EqualValues(t, 2_000_000, p.Mean(auction.ClickRate{}))
	assert.EqualValues(t, 2_994_012, p.Mean(auction.ClickRate{Views: 2, Clicks: 1}), "one click of two views is no rate of a half")
	assert.InDelta(t, 50_000_000, p.Mean(auction.ClickRate{Views: 1_000_000, Clicks: 50_000}), 100_000)
	assert.Positive(t, p.Mean(auction.ClickRate{Views: math.MaxUint32}), "no rate is nothing")
	assert.Greater(t, auction.Prior{}.Mean(auction.ClickRate{Views: 5, Clicks: 9}), uint32(999_000_000), "more clicks than views is all of them")
}

// The upper bound of a rate is that of the Beta distribution: where something is clicked half of the time in two views it is known by heart.
func TestPrior_Upper(t *testing.T) {
	t.Parallel()
	uniform := auction.Prior{Clicks: 1, Views: 2}
	assert.InDelta(t, 990_000_000, uniform.Upper(auction.ClickRate{}, .99), 10)
	assert.InDelta(t, math.Sqrt(.99)*1e9, uniform.Upper(auction.ClickRate{Views: 1, Clicks: 1}, .99), 10)
	few, many := auction.ClickRate{Views: 1000, Clicks: 10}, auction.ClickRate{Views: 100_000, Clicks: 1000}
	assert.InDelta(t, 20_000_000, uniform.Upper(few, .99), 2_000_000)
	assert.InDelta(t, 10_700_000, uniform.Upper(many, .99), 200_000, "more views of the like bring it nearer")
	rapid.Check(t, func(t *rapid.T) {
		p := auction.Prior{Clicks: rapid.Float64Range(.1, 10).Draw(t, "clicks"), Views: rapid.Float64Range(100, 20_000).Draw(t, "views")}
		views := rapid.Uint64Range(0, 1e9).Draw(t, "seen")
		r := auction.ClickRate{Views: views, Clicks: rapid.Uint64Range(0, views/10).Draw(t, "clicked")}
		most := p.Upper(r, .99)
		require.GreaterOrEqual(t, most, p.Mean(r))
		require.LessOrEqual(t, p.Upper(r, .9), most)
		require.LessOrEqual(t, most, uint32(1_000_000_000))
	})
}

// A prior counts the more the less the rates that were seen differ beyond chance.
func TestNewPrior_CountsByHowRatesDiffer(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(4, 4))
	cells := func(off float64) []auction.ClickRate {
		var list []auction.ClickRate
		for n := range 400 {
			rate, r := .01+off*float64(n%2*2-1), auction.ClickRate{Views: 2000 + random.Uint64N(8000)}
			for range r.Views {
				if random.Float64() < rate {
					r.Clicks++
				}
			}
			list = append(list, r)
		}
		return list
	}
	alike, apart := auction.NewPrior(cells(0)), auction.NewPrior(cells(.005))
	assert.InDelta(t, .01, alike.Clicks/alike.Views, .0005)
	assert.Greater(t, alike.Views, 10_000.)
	// Rates of 0.005 and 0.015 have a variance of 0.000025, which is that of a Beta of 395 views.
	assert.InDelta(t, 395, apart.Views, 30)
	assert.InDelta(t, .01, apart.Clicks/apart.Views, .0005)
}

func TestNewPrior_OfLittle(t *testing.T) {
	t.Parallel()
	assert.Equal(t, auction.Prior{Clicks: 1, Views: 1000}, auction.NewPrior(nil))
	assert.Equal(t, auction.Prior{Clicks: 1, Views: 1000}, auction.NewPrior([]auction.ClickRate{{Views: 10}}))
	assert.Equal(t, auction.Prior{Clicks: 1, Views: 20_000}, auction.NewPrior([]auction.ClickRate{{Views: 1_000_000}}))
	assert.Equal(t, auction.Prior{Clicks: 1, Views: 1000}, auction.NewPrior([]auction.ClickRate{{Views: 1000, Clicks: 10}, {}}), "one rate says nothing of others")
	first := auction.ClickRate{Views: 1, Clicks: 1}
	assert.InDelta(t, 2_000_000, auction.NewPrior([]auction.ClickRate{first}).Mean(first), 10_000, "the first click of all makes no rate of one")
	assert.InDelta(t, 2_000_000, auction.NewPrior([]auction.ClickRate{first, {Views: 1}}).Mean(auction.ClickRate{}), 10_000)
	rapid.Check(t, func(t *rapid.T) {
		var list []auction.ClickRate
		for range rapid.IntRange(0, 5).Draw(t, "cells") {
			list = append(list, auction.ClickRate{Views: rapid.Uint64Range(0, 1e6).Draw(t, "views"), Clicks: rapid.Uint64Range(0, 1e6).Draw(t, "clicks")})
		}
		p := auction.NewPrior(list)
		require.True(t, p.Clicks > 0 && p.Clicks <= p.Views && p.Views >= 100 && p.Views <= 20_000, "%+v of %+v", p, list)
	})
}
