package experiment

import "math"

// The intervals of this package are confidence sequences: the probability that the truth is ever outside, at any look however chosen, is at
// most alpha. They come from a bet against each possible truth that wins on average nothing if it is the truth: what the bet has made
// of 1 reaches 1/alpha with probability alpha at most (Ville's inequality), so a truth against which it did is ruled out. The bet spreads its
// stake over all rates by a Beta distribution, the conjugate mixture: Robbins, "Statistical Methods Related to the Law of the Iterated
// Logarithm", Annals of Mathematical Statistics 41(5), 1970; Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform, Nonparametric,
// Nonasymptotic Confidence Sequences", Annals of Statistics 49(2), 2021; for shares of arms: Lindon and Malek, "Anytime-Valid Inference for
// Multinomial Count Data", NeurIPS 2022. They hold for every number of units, not only for large ones.

// prior is the Beta distribution of the stake. It must be chosen before anything is seen.
type prior struct{ hit, miss float64 }

// evidence is the natural logarithm of what the bet has made of 1 if the truth is the given rate.
func (p prior) evidence(hits, misses, rate float64) float64 {
	return p.mixture(hits, misses) - loss(hits, rate) - loss(misses, 1-rate)
}

// mixture is the logarithm of the probability of what was seen, averaged over the stake.
func (p prior) mixture(hits, misses float64) float64 {
	return logBeta(p.hit+hits, p.miss+misses) - logBeta(p.hit, p.miss)
}

// loss is n·log(rate), 0 where n is.
func loss(n, rate float64) float64 {
	if n == 0 {
		return 0
	}
	return n * math.Log(rate)
}

// interval returns the rates that are not ruled out.
func (p prior) interval(hits, misses, alpha float64) (low, high float64) {
	low, high = 0, 1
	most := p.mixture(hits, misses) + math.Log(alpha)
	if hits > 0 {
		low = edge(hits, misses, most)
	}
	if misses > 0 {
		high = 1 - edge(misses, hits, most)
	}
	return low, high
}

const (
	// newtons are more steps than an edge ever takes.
	newtons = 60

	// closeEnough ends the steps, in units of the logarithm of the odds.
	closeEnough = 1e-12
)

// edge is the rate below that seen at which what was seen has the logarithm of its probability equal to most. As a function of the
// logarithm of the odds that is concave, so that Newton's steps, after the first, come to the edge from outside: too much is never ruled out.
func edge(hits, misses, most float64) float64 {
	seen, n := (hits+.5)/(hits+misses+1), hits+misses
	x := math.Log(seen/(1-seen)) - 2/math.Sqrt(n*seen*(1-seen))
	for range newtons {
		rate := 1 / (1 + math.Exp(-x))
		excess := most - hits*x + n*(math.Max(x, 0)+math.Log1p(math.Exp(-math.Abs(x))))
		slope := n*rate - hits
		if slope >= 0 { // the start was not below what was seen
			x--
			continue
		}
		step := excess / slope
		if x -= step; math.Abs(step) < closeEnough {
			break
		}
	}
	return 1 / (1 + math.Exp(-x))
}

func logBeta(a, b float64) float64 { return logGamma(a) + logGamma(b) - logGamma(a+b) }

func logGamma(x float64) float64 {
	v, _ := math.Lgamma(x) // the sign is 1: x is above 0
	return v
}

// unevenness is the evidence against units falling to arms by their shares, whose sum is 1.
func unevenness(units []int, shares []float64, spread float64) float64 {
	total, sum := 0.0, 0.0
	for i, n := range units {
		a := spread * shares[i]
		sum += logGamma(a+float64(n)) - logGamma(a) - loss(float64(n), shares[i])
		total += float64(n)
	}
	return sum + logGamma(spread) - logGamma(spread+total)
}
