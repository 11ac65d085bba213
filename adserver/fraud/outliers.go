package fraud

import (
	"cmp"
	"iter"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// Cell is what was counted of one line at one placement on one day.
type Cell struct {
	Placement uint32
	Line      uint32
	Day       int32 // since 1970-01-01
	Views     uint64
	Clicks    uint64
}

// compare orders cells by what they are of.
func (c Cell) compare(d Cell) int {
	return cmp.Or(cmp.Compare(c.Placement, d.Placement), cmp.Compare(c.Day, d.Day), cmp.Compare(c.Line, d.Line))
}

func (c Cell) rate() float64 { return float64(c.Clicks) / float64(max(1, c.Views)) }

// Finding is a cell that is clicked on so much more often than its like that somebody should look at it before it is billed.
type Finding struct {
	Cell     Cell
	Rate     float64 // clicks a view
	Expected float64 // clicks a view of its like
	Score    float64 // how many times the usual spread it is above that; +Inf where there are more clicks than views
}

// What makes a finding. A line may well be clicked on twice as often as the one beside it because it is better, so that the usual spread of rates
// is taken to be at least half of the rate: a finding has at least four times the rate of its like, and more where rates are known to differ. And
// chance must not explain it: were nothing wrong with any cell, one list in a million would have a finding.
const (
	minScore  = 6.0
	minSpread = 0.5
	minClicks = 5 // fewer are not worth anybody's time
	minPeers  = 8 // cells of a placement that are compared among themselves; those of smaller ones with all
	minChance = 1e-6
)

// Outliers returns the cells that are clicked on far too often, the most suspect first; nil when there are none. They are compared with the other
// cells of their placement where it has enough, else with all, and chance is allowed for, so that small numbers are not suspect for being small. It is
// a pure function: neither the order of cells nor what was found before matters. Of two cells with the same names each is judged by itself.
//
// What is usual is the median of pooled rates, and the spread around it comes from the median of deviations, so that it holds as long as less than
// half of the traffic is bad. Where all of it is bad from the first day nothing stands out.
func Outliers(cells []Cell) []Finding {
	all := slices.Clone(cells)
	all = slices.DeleteFunc(all, func(c Cell) bool { return c.Views == 0 && c.Clicks == 0 })
	slices.SortFunc(all, func(c, d Cell) int {
		return cmp.Or(c.compare(d), cmp.Compare(c.Views, d.Views), cmp.Compare(c.Clicks, d.Clicks))
	})
	var found []Finding
	for peers := range byPlacement(all) {
		like := peers
		if len(peers) < minPeers {
			like = all
		}
		u := usualOf(like)
		// Once more without those that stand out, which had a part in what is usual.
		good := slices.DeleteFunc(slices.Clone(like), func(c Cell) bool { return u.judge(c, len(all)).suspect })
		if len(good) > 0 {
			u = usualOf(good)
		}
		for _, c := range peers {
			if v := u.judge(c, len(all)); v.suspect {
				found = append(found, v.Finding)
			}
		}
	}
	slices.SortStableFunc(found, func(f, g Finding) int { return cmp.Compare(g.Score, f.Score) })
	return found
}

// byPlacement yields the cells of each placement.
func byPlacement(sorted []Cell) iter.Seq[[]Cell] {
	return func(yield func([]Cell) bool) {
		for from := 0; from < len(sorted); {
			to := from + 1
			for to < len(sorted) && sorted[to].Placement == sorted[from].Placement {
				to++
			}
			if !yield(sorted[from:to]) {
				return
			}
			from = to
		}
	}
}

// usual is how often cells are clicked on.
type usual struct {
	rate   float64 // clicks a view
	spread float64 // of rates between cells, as a part of rate
}

// verdict is what a cell looks like, and whether it is a finding.
type verdict struct {
	Finding
	suspect bool
}

// judge compares a cell with its like. tests is how many cells are judged in all.
func (u usual) judge(c Cell, tests int) verdict {
	v := verdict{Finding: Finding{Cell: c, Rate: c.rate(), Expected: u.rate}}
	views, clicks := float64(c.Views), float64(c.Clicks)
	switch expected := views * u.rate; {
	case c.Clicks < minClicks:
	case c.Clicks > c.Views:
		v.Score, v.suspect = math.Inf(1), true
	default:
		v.Score = (clicks - expected) / math.Hypot(math.Sqrt(expected*(1-u.rate)), expected*u.spread)
		v.suspect = v.Score >= minScore && chance(clicks, views, u.rate)*float64(tests) < minChance
	}
	return v
}

// chance is that of as many clicks or more: P(X ≥ clicks) of a binomial X, by the incomplete beta function (DLMF 8.17.5).
func chance(clicks, views, rate float64) float64 {
	if clicks >= views {
		return math.Pow(rate, views)
	}
	return mathext.RegIncBeta(clicks, views-clicks+1, rate)
}

// usualOf finds what is usual of at least one cell.
func usualOf(sorted []Cell) usual {
	u := usual{rate: medianOfPools(sorted), spread: minSpread}
	const enough = 20 // clicks that were to be expected of a cell, so that its rate says more of it than chance does
	var off []float64
	for _, c := range sorted {
		if float64(c.Views)*u.rate >= enough {
			off = append(off, math.Abs(c.rate()/u.rate-1))
		}
	}
	if len(off) >= minPeers {
		const normal = 1.4826 // times the median of deviations is the standard deviation of a normal distribution
		u.spread = max(u.spread, normal*median(off))
	}
	return u
}

// medianOfPools returns the median of click rates. That of single cells would be 0 where most have no click, so neighbours are pooled until some
// clicks can be expected of a pool, and no further, for a bad cell spoils its pool.
func medianOfPools(sorted []Cell) float64 {
	all := Cell{}
	for _, c := range sorted {
		all.pool(c)
	}
	const some = 10
	var rates []float64
	pool := Cell{}
	for _, c := range sorted {
		pool.pool(c)
		if float64(pool.Views)*all.likely() >= some {
			rates = append(rates, pool.likely())
			pool = Cell{}
		}
	}
	if len(rates) == 0 {
		return all.likely()
	}
	return median(rates)
}

// pool adds another cell. Of one that is clicked on more often than it is seen, as many clicks count.
func (c *Cell) pool(d Cell) {
	c.Views += d.Views
	c.Clicks += min(d.Clicks, d.Views)
}

// likely is the rate by Jeffreys' prior, so that it is neither 0 nor 1.
func (c Cell) likely() float64 { return (float64(c.Clicks) + 0.5) / (float64(c.Views) + 1) }

// median of at least one number, of a list that it sorts.
func median(list []float64) float64 {
	slices.Sort(list)
	n := len(list)
	return (list[(n-1)/2] + list[n/2]) / 2
}
