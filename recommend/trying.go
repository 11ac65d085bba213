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

const (
	tried     = "tried"
	trySize   = 6   // the least list that has a place for trying
	tryEnough = 200 // after being shown so often it is known who likes an item
	tryThrow  = 40  // for so many dice are thrown, others for another seed
	tryAsk    = 5   // of so many it is asked whether they can be bought
	newFor    = 14 * 24 * time.Hour
)

// trying puts an item that is new into the list, when there is none in it: the one of which a throw of the dice says that it may do best,
// by how often it was shown and chosen so far (Thompson sampling). Source: Chapelle and Li, An Empirical Evaluation of Thompson Sampling,
// NIPS 2011.
func (l *list) trying(ctx context.Context, chosen []candidate) []candidate {
	if !l.taste.Explore || len(chosen) < trySize || slices.ContainsFunc(chosen, func(c candidate) bool { return l.untried(c.index) }) {
		return chosen
	}
	l.caps.count(chosen[:len(chosen)-1])
	thrown := l.left(ctx, l.thrown(ctx))
	if len(thrown) == 0 {
		return chosen
	}
	at := len(chosen) / 2
	thrown[0].Score = chosen[at].Score
	return slices.Insert(chosen[:len(chosen)-1], at, thrown[0])
}

// novel is an item that is new, and what is known of it so far.
type novel struct {
	index         int
	shown, chosen float64
	throw         float64 // of the dice: how well it may do
}

// thrown are new items by how well they may do, the best throws first. Which of them the person has seen is asked from the best on, until
// there are enough.
func (l *list) thrown(ctx context.Context) []candidate {
	fresh := l.fresh()
	source := rand.NewPCG(0, 0)
	dice := rand.New(source) //nolint:gosec // chance, not a secret
	for i := range fresh {
		n := &fresh[i]
		source.Seed(l.r.Seed, hashOf(l.edition.At(n.index).ID)) // the same seed throws the same for an item
		n.throw = beta(dice, 1+n.chosen, 9+max(n.shown-n.chosen, 0))
	}
	slices.SortFunc(fresh, func(a, b novel) int {
		return cmp.Or(cmp.Compare(b.throw, a.throw), cmp.Compare(l.edition.At(a.index).ID, l.edition.At(b.index).ID))
	})
	var list []candidate
	for _, n := range fresh {
		if id := l.edition.At(n.index).ID; !l.caps.full(n.index) && !l.sawIt(ctx, id) {
			list = append(list, candidate{Scored{Item: id, Score: n.throw, Why: Reason{Code: BecauseNew}}, n.index, tried})
		}
		if len(list) == tryAsk {
			break
		}
	}
	return list
}

// fresh are new items that may be tried, as many as dice are thrown for.
func (l *list) fresh() []novel {
	fresh := l.edition.newest
	old, _ := slices.BinarySearchFunc(fresh, true, func(i int, _ bool) int { // those that are new come first
		if isNew(l.edition.At(i), l.r.Context.Now) {
			return -1
		}
		return 1
	})
	fresh = fresh[:old]
	list := make([]novel, 0, min(len(fresh), tryThrow))
	for n := range fresh {
		i := fresh[(uint64(n)+l.r.Seed)%uint64(len(fresh))]
		item := l.edition.At(i)
		if !l.allowed(item) {
			continue
		}
		if shown, chosen := l.shelf.memory.Trial(item.ID); shown < tryEnough {
			if list = append(list, novel{index: i, shown: shown, chosen: chosen}); len(list) == tryThrow {
				break
			}
		}
	}
	return list
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

// hashOf is a number that is an item's own (FNV-1a, 64 bits).
func hashOf(id ItemID) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // never fails
	return h.Sum64()
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
