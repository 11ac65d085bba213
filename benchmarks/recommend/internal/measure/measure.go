// Package measure says how good lists of recommendations are, by full ranking: a list is made of all items that a person has not
// chosen yet, and what they chose later is what it should have found.
package measure

import "math"

// Scores are means over people, except Coverage.
type Scores struct {
	NDCG      float64 // normalised discounted cumulative gain, binary
	Recall    float64 // part of what was to be found that is in the list
	Hit       float64 // part of people whose list has any of it
	Coverage  float64 // part of the items that are in any list
	Diversity float64 // 1 minus the mean likeness of two items of a list
	People    int
}

// Meter adds up lists. It is not safe for concurrent use.
type Meter struct {
	k, items                  int
	alike                     func(a, b int) float64
	ndcg, recall, hit, unlike float64
	people, lists             int
	seen                      map[int]bool
}

// New returns a meter of lists of k out of so many items. alike says how much two items are alike, from 0 to 1.
func New(k, items int, alike func(a, b int) float64) *Meter {
	return &Meter{k: k, items: items, alike: alike, seen: map[int]bool{}}
}

// Add counts a list, the best item first, for somebody who later chose what is in wanted. Nobody is counted who chose nothing.
func (m *Meter) Add(list []int, wanted map[int]bool) {
	list = list[:min(len(list), m.k)]
	for _, i := range list {
		m.seen[i] = true
	}
	m.addUnlike(list)
	if len(wanted) == 0 {
		return
	}
	var gain, best, found float64
	for n, i := range list {
		if wanted[i] {
			gain += discount(n)
			found++
		}
	}
	for n := range min(m.k, len(wanted)) {
		best += discount(n)
	}
	m.ndcg += gain / best
	m.recall += found / float64(len(wanted))
	if found > 0 {
		m.hit++
	}
	m.people++
}

func discount(place int) float64 { return 1 / math.Log2(float64(place)+2) }

func (m *Meter) addUnlike(list []int) {
	if m.alike == nil || len(list) < 2 {
		return
	}
	var sum float64
	pairs := 0
	for i := range list {
		for j := range i {
			sum += m.alike(list[i], list[j])
			pairs++
		}
	}
	m.unlike += 1 - sum/float64(pairs)
	m.lists++
}

// Scores returns what the lists so far come to.
func (m *Meter) Scores() Scores {
	n, lists := max(float64(m.people), 1), max(float64(m.lists), 1)
	return Scores{
		NDCG: m.ndcg / n, Recall: m.recall / n, Hit: m.hit / n, Coverage: float64(len(m.seen)) / float64(m.items),
		Diversity: m.unlike / lists, People: m.people,
	}
}

// Mean returns the mean of several runs.
func Mean(runs []Scores) Scores {
	var s Scores
	n := float64(len(runs))
	for _, r := range runs {
		s.NDCG += r.NDCG / n
		s.Recall += r.Recall / n
		s.Hit += r.Hit / n
		s.Coverage += r.Coverage / n
		s.Diversity += r.Diversity / n
		s.People += r.People
	}
	return s
}
