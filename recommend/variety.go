package recommend

import (
	"cmp"
	"context"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// varied chooses n of the pool, each the best mixture of fitting and of differing from those before it (maximal marginal relevance),
// within the caps as far as they leave something. Source: Carbonell and Goldstein, The use of MMR, SIGIR 1998.
func (l *list) varied(n int) []candidate {
	m := &mixture{list: l, fit: l.fits(), alike: make([]float64, len(l.pool)), taken: make([]bool, len(l.pool)), caps: newCaps(l.taste, n)}
	var chosen []candidate
	for len(chosen) < min(n, len(l.pool)) {
		i := m.best(true)
		if i < 0 {
			i = m.best(false)
		}
		m.take(i)
		chosen = append(chosen, l.pool[i])
	}
	return chosen
}

// mixture is how far a list has come.
type mixture struct {
	*list
	fit   []float64
	alike []float64 // to the most like one that was taken
	taken []bool
	caps  *caps
}

// best is the place in the pool of what to take next; -1 when nothing is left, or nothing within the caps.
func (m *mixture) best(capped bool) int {
	best, value := -1, 0.
	for i, c := range m.pool {
		if m.taken[i] || capped && m.caps.full(m.edition.At(c.index)) {
			continue
		}
		if v := m.taste.Likely*m.fit[i] - (1-m.taste.Likely)*m.alike[i]; best < 0 || v > value {
			best, value = i, v
		}
	}
	return best
}

func (m *mixture) take(i int) {
	m.taken[i] = true
	m.caps.add(m.edition.At(m.pool[i].index))
	if m.taste.Likely == 1 {
		return
	}
	traits := m.edition.Traits(m.pool[i].index)
	for j, other := range m.pool {
		if !m.taken[j] {
			m.alike[j] = max(m.alike[j], traits.Cosine(m.edition.Traits(other.index)))
		}
	}
}

// fits are the scores of the pool: from 0 to 1 of the first source, and of each that had to help out one less than of the one before.
func (l *list) fits() []float64 {
	fit := make([]float64, len(l.pool))
	less := 0.
	for from := 0; from < len(l.pool); less++ {
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
			fit[i] -= less
		}
		from = to
	}
	return fit
}

// caps count what a list has of each organizer, genre and venue.
type caps struct {
	most   [3]int // of one organizer, genre and venue; 0 means any number
	number map[string]int
	count  []int            // for each number
	known  map[*Item][3]int // the groups of an item
}

func newCaps(t Taste, n int) *caps {
	c := &caps{number: map[string]int{}, count: []int{0}, known: map[*Item][3]int{}}
	for i, of10 := range [3]int{t.PerOrganizer, t.PerGenre, t.PerVenue} {
		if of10 > 0 {
			c.most[i] = max((of10*n+9)/10, 1)
		}
	}
	return c
}

// groupsOf are the numbers of an item's organizer, genre and, when it is on in one place alone, venue.
func (c *caps) groupsOf(item *Item) (groups [3]int) {
	if groups, known := c.known[item]; known {
		return groups
	}
	defer func() { c.known[item] = groups }()
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

// full reports whether there are enough of one of an item's groups.
func (c *caps) full(item *Item) bool {
	for i, g := range c.groupsOf(item) {
		if g > 0 && c.count[g] >= c.most[i] {
			return true
		}
	}
	return false
}

func (c *caps) add(item *Item) {
	for _, g := range c.groupsOf(item) {
		if g > 0 {
			c.count[g]++
		}
	}
}

const (
	tried      = "tried"
	trySize    = 6   // the least list that has a place for trying
	tryEnough  = 200 // after being shown so often it is known who likes an item
	tryThrow   = 40  // for so many dice are thrown, others for another seed
	tryAsk     = 5   // of so many it is asked whether they can be bought
	newFor     = 14 * 24 * time.Hour
	surpriseOf = 8 // the least list that has a place for a surprise
)

// trying puts an item that is new into the list, when there is none in it: the one of which a throw of the dice says that it may do best,
// by how often it was shown and chosen so far (Thompson sampling). Source: Chapelle and Li, An Empirical Evaluation of Thompson Sampling,
// NIPS 2011.
func (l *list) trying(ctx context.Context, chosen []candidate) []candidate {
	if !l.taste.Explore || len(chosen) < trySize || slices.ContainsFunc(chosen, func(c candidate) bool { return l.untried(c.index) }) {
		return chosen
	}
	thrown := l.left(ctx, l.thrown(ctx, l.capsOf(chosen[:len(chosen)-1])))
	if len(thrown) == 0 {
		return chosen
	}
	at := len(chosen) / 2
	thrown[0].Score = chosen[at].Score
	return slices.Insert(chosen[:len(chosen)-1], at, thrown[0])
}

// thrown are new items by how well they may do, the best throws first.
func (l *list) thrown(ctx context.Context, within *caps) []candidate {
	var list []candidate
	for _, i := range l.fresh() {
		item := l.edition.At(i)
		if within.full(item) || l.sawIt(ctx, item.ID) {
			continue
		}
		shown, picked := l.shelf.memory.Trial(item.ID)
		value := beta(l.dice(item.ID), 1+picked, 9+max(shown-picked, 0))
		list = append(list, candidate{Scored{Item: item.ID, Score: value, Why: Reason{Code: BecauseNew}}, i, tried})
	}
	slices.SortFunc(list, func(a, b candidate) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Item, b.Item)) })
	return list[:min(len(list), tryAsk)]
}

// fresh are the numbers of new items that may be tried, as many as dice are thrown for.
func (l *list) fresh() []int {
	fresh := l.edition.newest
	if i := slices.IndexFunc(fresh, func(i int) bool { return !isNew(l.edition.At(i), l.r.Context.Now) }); i >= 0 {
		fresh = fresh[:i]
	}
	var list []int
	for n := range fresh {
		i := fresh[(uint64(n)+l.r.Seed)%uint64(len(fresh))]
		if l.untried(i) && l.allowed(l.edition.At(i)) {
			if list = append(list, i); len(list) == tryThrow {
				break
			}
		}
	}
	return list
}

// capsOf are the caps with what is in a list already.
func (l *list) capsOf(chosen []candidate) *caps {
	c := newCaps(l.taste, l.r.N)
	for _, x := range chosen {
		c.add(l.edition.At(x.index))
	}
	return c
}

// sawIt reports whether the person knows the item already: there is nothing to try.
func (l *list) sawIt(ctx context.Context, id ItemID) bool {
	if slices.ContainsFunc(l.r.Session, func(s Signal) bool { return s.Item == id }) {
		return true
	}
	if l.r.User == "" {
		return false
	}
	saw, err := l.shelf.memory.Saw(ctx, l.r.User, id)
	return saw || err != nil
}

// untried reports whether an item is new and not shown often yet.
func (l *list) untried(i int) bool {
	item := l.edition.At(i)
	if item.Hidden || !isNew(item, l.r.Context.Now) {
		return false
	}
	shown, _ := l.shelf.memory.Trial(item.ID)
	return shown < tryEnough
}

// isNew reports whether an item has just come into the programme.
func isNew(item *Item, now time.Time) bool {
	return !item.Added.IsZero() && now.Sub(item.Added) <= newFor
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
		v := 1 + c*x
		v = v * v * v
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
	within := l.capsOf(chosen[:len(chosen)-1])
	for _, c := range l.pool {
		if g := l.edition.At(c.index).Genre(); g != "" && !genres[g] && !within.full(l.edition.At(c.index)) {
			c.Why = Reason{Code: BecauseTry}
			chosen[len(chosen)-1] = c
			return chosen
		}
	}
	return chosen
}
