package recommend

import (
	"context"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
)

// varied chooses n of the pool, each the best mixture of fitting and of differing from those before it (maximal marginal relevance),
// within the caps as far as they leave something. Source: Carbonell and Goldstein, The use of MMR, SIGIR 1998.
func (l *list) varied(n int) []candidate {
	fit := l.fits()
	alike := make([]float64, len(l.pool)) // to the most like one that was chosen
	taken := make([]bool, len(l.pool))
	caps := newCaps(l.taste, n)
	for i := range l.pool {
		l.pool[i].groups = caps.groupsOf(l.edition.At(l.pool[i].index))
	}
	var chosen []candidate
	for len(chosen) < min(n, len(l.pool)) {
		best, value := -1, math.Inf(-1)
		for _, strict := range []bool{true, false} {
			for i, c := range l.pool {
				if taken[i] || strict && caps.full(c.groups) {
					continue
				}
				if v := l.taste.Likely*fit[i] - (1-l.taste.Likely)*alike[i]; v > value {
					best, value = i, v
				}
			}
			if best >= 0 {
				break
			}
		}
		taken[best] = true
		c := l.pool[best]
		caps.add(c.groups)
		chosen = append(chosen, c)
		if l.taste.Likely < 1 {
			for i, other := range l.pool {
				if !taken[i] {
					alike[i] = max(alike[i], l.edition.Traits(c.index).Cosine(l.edition.Traits(other.index)))
				}
			}
		}
	}
	return chosen
}

// fits are the scores of the pool from 0 to 1. What another source had to add fits less than all of the source before it.
func (l *list) fits() []float64 {
	fit := make([]float64, len(l.pool))
	for from := 0; from < len(l.pool); {
		to := from
		for to < len(l.pool) && l.pool[to].from == l.pool[from].from {
			to++
		}
		least, most := math.Inf(1), math.Inf(-1)
		for _, c := range l.pool[from:to] {
			least, most = min(least, c.Score), max(most, c.Score)
		}
		for i := from; i < to; i++ {
			if fit[i] = 1; most > least {
				fit[i] = (l.pool[i].Score - least) / (most - least)
			}
			if from > 0 {
				fit[i]--
			}
		}
		from = to
	}
	return fit
}

// caps count what a list has of each organizer, genre and venue.
type caps struct {
	most   [3]int // of one organizer, genre and venue; 0 means any number
	number map[string]int
	count  []int // for each number
}

func newCaps(t Taste, n int) *caps {
	c := &caps{number: map[string]int{}, count: []int{0}}
	for i, of10 := range [3]int{t.PerOrganizer, t.PerGenre, t.PerVenue} {
		if of10 > 0 {
			c.most[i] = max((of10*n+9)/10, 1)
		}
	}
	return c
}

// groupsOf are the numbers of an item's organizer, genre and, when it is on in one place alone, venue.
func (c *caps) groupsOf(item *Item) (groups [3]int) {
	names := [3]string{"by " + item.OrganizerName(), "", ""}
	if g := item.Genre(); g != "" {
		names[1] = "genre " + g
	}
	if len(item.Places) == 1 {
		names[2] = "at " + item.Places[0].Venue
	}
	for i, name := range names {
		if name == "" || c.most[i] == 0 {
			continue
		}
		n, known := c.number[name]
		if !known {
			n = len(c.count)
			c.number[name] = n
			c.count = append(c.count, 0)
		}
		groups[i] = n
	}
	return groups
}

// full reports whether there are enough of one of the groups.
func (c *caps) full(groups [3]int) bool {
	for i, g := range groups {
		if g > 0 && c.count[g] >= c.most[i] {
			return true
		}
	}
	return false
}

func (c *caps) add(groups [3]int) {
	for _, g := range groups {
		if g > 0 {
			c.count[g]++
		}
	}
}

const (
	tried      = "tried"
	trySize    = 6   // the least list that has a place for trying
	tryEnough  = 200 // after being shown so often it is known who likes an item
	newFor     = 14 * 24
	surpriseOf = 8 // the least list that has a place for a surprise
)

// trying puts an item that is new into the list, when there is none in it: the one of which a throw of the dice says that it may do best,
// by how often it was shown and chosen so far (Thompson sampling). Source: Chapelle and Li, An Empirical Evaluation of Thompson Sampling,
// NIPS 2011.
func (l *list) trying(ctx context.Context, chosen []candidate) []candidate {
	if !l.taste.Explore || len(chosen) < trySize || slices.ContainsFunc(chosen, func(c candidate) bool { return l.untried(c.index) }) {
		return chosen
	}
	best, value := -1, 0.
	for i := range l.edition.Len() {
		item := l.edition.At(i)
		if !l.untried(i) || !l.allowed(item) || l.sawIt(ctx, item.ID) {
			continue
		}
		shown, picked := l.shelf.memory.Trial(item.ID)
		if v := beta(l.dice(item.ID), 1+picked, 9+shown-picked); v > value {
			best, value = i, v
		}
	}
	if best < 0 {
		return chosen
	}
	id := l.edition.At(best).ID
	if !l.available(ctx, []ItemID{id})(id) {
		return chosen
	}
	at := len(chosen) / 2
	score := chosen[at].Score
	return slices.Insert(chosen[:len(chosen)-1], at, candidate{Scored: Scored{Item: id, Score: score, Why: Reason{Code: BecauseNew}}, index: best, from: tried})
}

// sawIt reports whether the person knows the item already: there is nothing to try.
func (l *list) sawIt(ctx context.Context, id ItemID) bool {
	if l.r.User == "" {
		return false
	}
	saw, err := l.shelf.memory.Saw(ctx, l.r.User, id)
	return saw || err != nil
}

// untried reports whether an item is new and not shown often yet.
func (l *list) untried(i int) bool {
	item := l.edition.At(i)
	if item.Hidden || item.Added.IsZero() || l.r.Context.Now.Sub(item.Added).Hours() > newFor {
		return false
	}
	shown, _ := l.shelf.memory.Trial(item.ID)
	return shown < tryEnough
}

// dice are thrown for an item: the same seed throws the same.
func (l *list) dice(id ItemID) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id))                        // never fails
	return rand.New(rand.NewPCG(l.r.Seed, h.Sum64())) //nolint:gosec // chance, not a secret
}

// beta draws from a beta distribution, as a part of two gamma variates.
func beta(r *rand.Rand, a, b float64) float64 {
	x, y := gamma(r, a), gamma(r, b)
	return x / (x + y)
}

// gamma draws from a gamma distribution of shape a, at least 1. Source: Marsaglia and Tsang, A simple method for generating gamma
// variables, ACM TOMS 2000.
func gamma(r *rand.Rand, a float64) float64 {
	d := a - 1./3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := math.Pow(1+c*x, 3)
		if v > 0 && math.Log(r.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// surprising puts the best candidate of a genre that the list does not have in the last place.
func (l *list) surprising(chosen []candidate) []candidate {
	if !l.taste.Surprise || len(chosen) < surpriseOf || l.r.Like != "" {
		return chosen
	}
	genres := map[string]bool{}
	for _, c := range chosen {
		genres[l.edition.At(c.index).Genre()] = true
	}
	for _, c := range l.pool {
		if g := l.edition.At(c.index).Genre(); g != "" && !genres[g] {
			c.Why = Reason{Code: BecauseTry}
			chosen[len(chosen)-1] = c
			return chosen
		}
	}
	return chosen
}
