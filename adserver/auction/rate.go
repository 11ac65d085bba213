package auction

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// ClickRate is how often something was seen, and clicked.
type ClickRate struct {
	Views, Clicks uint64
}

// Prior is what is known of click rates before anything was seen: as if there had been so many clicks of so many views. It is that of a placement
// and a format, whose rates are alike, and makes one click of two views no rate of a half. It is a Beta distribution.
type Prior struct {
	Clicks, Views float64
}

// Bounds of how much a prior counts, in views.
const (
	leastViews = 100
	mostViews  = 20_000
)

// usual is the rate of display ads: one click in so many views. A new prior begins with it, so that the first click of all makes no rate of one.
const usual = 1000

// NewPrior returns what the rates of several lines or creatives, seen on one placement, say of the next. The less they differ from each other, beyond
// chance, the more the prior counts: 100 to 20,000 views (by the method of moments: Kleinman, "Proportions with Extraneous Variance", Journal of the
// American Statistical Association 68, 1973). Where nothing was clicked it is one click in 1,000 views, or in as many as there were, up to 20,000.
func NewPrior(seen []ClickRate) Prior {
	views, squares, clicks, kinds := 0.0, 0.0, 0.0, 0.0
	for _, r := range seen {
		views += float64(r.Views)
		squares += float64(r.Views) * float64(r.Views)
		clicks += float64(min(r.Clicks, r.Views))
		if r.Views > 0 {
			kinds++
		}
	}
	switch {
	case clicks == 0:
		return Prior{Clicks: 1, Views: min(mostViews, max(usual, views))}
	case kinds == 1: // one rate says nothing of others
		return Prior{Clicks: 1, Views: usual}
	}
	mean := (clicks + 1) / (views + usual)
	spread := 0.0
	for _, r := range seen {
		if r.Views > 0 {
			off := float64(min(r.Clicks, r.Views))/float64(r.Views) - mean
			spread += float64(r.Views) * off * off
		}
	}
	chance := mean * (1 - mean)
	beyond := (spread - (kinds-1)*chance) / (views - squares/views)
	count := float64(mostViews)
	if beyond > 0 {
		count = min(mostViews, max(leastViews, chance/beyond-1))
	}
	return Prior{Clicks: mean * count, Views: count}
}

// Mean is the expected rate, in clicks of 1,000,000,000 views.
func (p Prior) Mean(r ClickRate) uint32 {
	hits, misses := p.with(r)
	return parts(hits / (hits + misses))
}

// Upper is a rate that the true one is below with a probability, such as 0.99, in clicks of 1,000,000,000 views. It bounds what views that are still out
// there may come to cost.
func (p Prior) Upper(r ClickRate, probability float64) uint32 {
	hits, misses := p.with(r)
	return max(p.Mean(r), parts(mathext.InvRegIncBeta(hits, misses, min(1, max(0, probability)))))
}

// with adds what was seen to what was known. Both numbers are above 0.
func (p Prior) with(r ClickRate) (hits, misses float64) {
	const some = 1e-3
	clicks := float64(min(r.Clicks, r.Views))
	return max(some, p.Clicks+clicks), max(some, p.Views-p.Clicks+float64(r.Views)-clicks)
}

// parts rounds up: no rate is nothing.
func parts(rate float64) uint32 { return uint32(math.Ceil(min(1, rate) * billion)) }
