package auction

import (
	"math"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Arm is a creative among those of its line.
type Arm struct {
	Creative uint32
	Weight   uint32 // parts of the viewers; they need not add up to anything; 0 is none
}

// Choose returns the number of the creative that somebody sees of a line, -1 when no weight is above 0. The key is the viewer, or the visit where nothing of him
// may be kept, as a number that a keyed hash made.
//
// It is the same one each time. When a weight grows or falls, viewers change to that creative or from it, and between no others; the order
// does not matter. (Weighted rendezvous hashing: Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit Rates", IEEE/ACM
// Transactions on Networking 6(1), 1998.)
func Choose(key uint64, line uint32, arms []Arm) int {
	best, least := -1, math.Inf(1)
	for i, a := range arms {
		if a.Weight == 0 {
			continue
		}
		const digits = 53 // of a float64
		uniform := (float64(mix(mix(key, uint64(line)), uint64(a.Creative))>>(64-digits)) + 1) / (1 << digits)
		if draw := -math.Log(uniform) / float64(a.Weight); best < 0 || draw < least {
			best, least = i, draw
		}
	}
	return best
}

// Verdict is what can be said of a creative compared with another.
type Verdict string

// The verdicts.
const (
	Undecided Verdict = "undecided"
	Better    Verdict = "better"
	Worse     Verdict = "worse"
)

// Interval is an estimate of a rate, or of a difference of two, with what the truth may be, whenever one looks.
type Interval struct {
	Point, Low, High float64
}

// Comparison is what two creatives' clicks say.
type Comparison struct {
	First, Second Interval // clicks of a view, 0 to 1
	Difference    Interval // second less first
	Verdict       Verdict  // of the second
}

// Compare says whether a second creative is clicked more or less often than a first, as often and whenever one looks: that it ever says
// so although both are alike has at most the probability alpha, above 0.0001 and below 0.5. Errors: an Invalid fault that names alpha, or the
// counts that cannot be.
//
// Both intervals are confidence sequences at half of alpha each, so that the difference is between what they leave. That asks for more clicks than a joint
// test would, but for no equal numbers of views, and lets the weights change between. Views of one person are not independent of each other: where
// somebody sees an ad often, count people and not views.
func Compare(first, second ClickRate, alpha float64) (Comparison, error) {
	switch {
	case !(alpha > .0001 && alpha < .5):
		return Comparison{}, fault.Invalidf("alpha", "must be above 0.0001 and below 0.5, not %v", alpha)
	case first.Clicks > first.Views:
		return Comparison{}, fault.Invalidf("first", "must not have more clicks than views")
	case second.Clicks > second.Views:
		return Comparison{}, fault.Invalidf("second", "must not have more clicks than views")
	}
	c := Comparison{First: first.interval(alpha / 2), Second: second.interval(alpha / 2), Verdict: Undecided}
	a, b := c.First, c.Second
	c.Difference = Interval{Point: b.Point - a.Point, Low: b.Low - a.High, High: b.High - a.Low}
	switch {
	case c.Difference.Low > 0:
		c.Verdict = Better
	case c.Difference.High < 0:
		c.Verdict = Worse
	}
	return c, nil
}

// interval is a confidence sequence of a rate. The probability of what was seen, averaged over all rates by Jeffreys' prior, is compared with
// that under each rate; a rate under which it is alpha times that is ruled out (Robbins, "Statistical Methods Related to the Law of the Iterated
// Logarithm", Annals of Mathematical Statistics 41(5), 1970).
func (r ClickRate) interval(alpha float64) Interval {
	if r.Views == 0 {
		return Interval{High: 1}
	}
	hits, misses := float64(r.Clicks), float64(r.Views-r.Clicks)
	least := logBeta(hits+.5, misses+.5) - logBeta(.5, .5) + math.Log(alpha)
	i := Interval{Point: hits / (hits + misses), High: 1}
	if hits > 0 {
		i.Low = edge(hits, misses, least)
	}
	if misses > 0 {
		i.High = 1 - edge(misses, hits, least)
	}
	return i
}

// edge is the lowest rate under which the logarithm of the probability of what was seen is no less than a number; outside it by a hair.
func edge(hits, misses, least float64) float64 {
	low, high := -750., math.Log(hits+.5)-math.Log(misses+.5) // of the logarithm of the odds; e^-750 is 0
	for range 60 {
		x := (low + high) / 2
		if -hits*softplus(-x)-misses*softplus(x) < least {
			low = x
		} else {
			high = x
		}
	}
	return 1 / (1 + math.Exp(-low))
}

// softplus is log(1+e^x): what the logarithm of a rate or of its rest is below 0.
func softplus(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

func logBeta(a, b float64) float64 {
	x, _ := math.Lgamma(a)
	y, _ := math.Lgamma(b)
	z, _ := math.Lgamma(a + b)
	return x + y - z
}
