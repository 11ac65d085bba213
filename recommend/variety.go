package recommend

import (
	"math"
	"slices"
)

// surpriseOf is the least list that has a place for a surprise.
const surpriseOf = 8

// varied chooses n of the pool, each the best mixture of fitting and of differing from those before it (maximal marginal relevance),
// within the caps as far as they leave something. Source: Carbonell and Goldstein, The use of MMR, SIGIR 1998.
func (l *list) varied(n int) []candidate {
	n = min(n, len(l.pool))
	m := &mixture{list: l, fit: l.fits(), alike: make([]float64, len(l.pool)), taken: make([]bool, len(l.pool))}
	l.caps.clear()
	chosen := make([]candidate, 0, n)
	for len(chosen) < n {
		i := m.best(true)
		if i < 0 {
			i = m.best(false)
		}
		m.taken[i] = true
		l.caps.add(l.pool[i].index)
		if chosen = append(chosen, l.pool[i]); len(chosen) < n && l.taste.Likely < 1 {
			m.compare(l.edition.Traits(l.pool[i].index))
		}
	}
	return chosen
}

// mixture is how far a list has come.
type mixture struct {
	*list
	fit   []float64
	alike []float64 // to the most like one that was taken
	taken []bool
}

// best is the place in the pool of what to take next; -1 when nothing is left, or nothing within the caps.
func (m *mixture) best(capped bool) int {
	best, value := -1, 0.
	for i, c := range m.pool {
		if m.taken[i] || capped && m.caps.full(c.index) {
			continue
		}
		if v := m.taste.Likely*m.fit[i] - (1-m.taste.Likely)*m.alike[i]; best < 0 || v > value {
			best, value = i, v
		}
	}
	return best
}

// compare notes how much the rest of the pool is like what was taken last.
func (m *mixture) compare(taken Traits) {
	spread := spreads.Get().(*spread) //nolint:forcetypeassert // of this pool
	defer spreads.Put(spread)
	spread.lay(taken, m.edition.TraitKinds())
	defer spread.clear(taken)
	for j, other := range m.pool {
		if !m.taken[j] {
			m.alike[j] = max(m.alike[j], spread.cosine(m.edition.Traits(other.index)))
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

// surprising puts the best candidate of a genre that the list does not have in the last place.
func (l *list) surprising(chosen []candidate) []candidate {
	if !l.taste.Surprise || len(chosen) < surpriseOf || l.r.Like != "" {
		return chosen
	}
	genre := func(c candidate) int32 { return l.edition.groups[c.index][ofGenre] }
	l.caps.count(chosen[:len(chosen)-1])
	for _, c := range l.pool {
		same := func(other candidate) bool { return genre(other) == genre(c) }
		if genre(c) != none && !l.caps.full(c.index) && !slices.ContainsFunc(chosen, same) {
			c.Why = Reason{Code: BecauseTry}
			chosen[len(chosen)-1] = c
			return chosen
		}
	}
	return chosen
}
