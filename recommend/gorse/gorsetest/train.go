package gorsetest

import (
	"maps"
	"math"
	"slices"
	"time"
)

// Names of lists in the cache.
const (
	nonPersonalized = "non-personalized/"
	itemToItem      = "item-to-item/"
	collaborative   = "collaborative/"
)

// Train makes all lists anew from what is stored, as Gorse does once in a fit_period: "popular" and "trending", "alike" by labels and
// "together" by who chose what, and a list for each user.
func (s *Server) Train() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.cache)
	clear(s.made)
	s.trainPopular()
	labels, people := s.features()
	s.trainAlike("alike", labels)
	s.trainAlike("together", people)
	s.trainUsers(people)
}

// keep stores a list.
func (s *Server) keep(list string, rows []row) {
	s.cache[list] = rows[:min(len(rows), cacheSize)]
	s.made[list] = s.cfg.Now().Truncate(time.Second)
}

// trainPopular counts bookings. Items that nobody booked are in the lists, too. Each list is the best of every category.
func (s *Server) trainPopular() {
	total, lately := map[string]float64{}, map[string]float64{}
	for id, i := range s.items {
		if !i.IsHidden {
			total[id], lately[id] = 0, 0
		}
	}
	for k, f := range s.feedback {
		if _, shown := total[k.Item]; !shown || k.FeedbackType != "book" {
			continue
		}
		total[k.Item]++
		if s.cfg.Now().Sub(f.Timestamp) < 7*24*time.Hour {
			lately[k.Item]++
		}
	}
	s.keepPopular("popular", total)
	s.keepPopular("trending", lately)
}

func (s *Server) keepPopular(name string, counts map[string]float64) {
	in := map[string]int{}
	var rows []row
	for _, r := range top(counts, len(counts)) {
		for _, c := range slices.Concat([]string{""}, s.items[r.id].Categories) {
			if in[c] < cacheSize {
				in[c]++
				r.categories = append(r.categories, c)
			}
		}
		if len(r.categories) > 0 {
			rows = append(rows, r)
		}
	}
	s.cache[nonPersonalized+name] = rows
	s.made[nonPersonalized+name] = s.cfg.Now().Truncate(time.Second)
}

// features are the labels of each item, and the people who chose it.
func (s *Server) features() (labels, people map[string][]string) {
	labels, people = map[string][]string{}, map[string][]string{}
	for id, i := range s.items {
		labels[id] = slices.Sorted(maps.Keys(flat(i.Labels, map[string]bool{})))
		people[id] = nil
	}
	for _, k := range s.feedbackKeys() {
		if slices.Contains(s.cfg.Positive, k.FeedbackType) && !slices.Contains(people[k.Item], k.User) {
			people[k.Item] = append(people[k.Item], k.User)
		}
	}
	for id := range people {
		slices.Sort(people[id])
	}
	return labels, people
}

// flat are the texts in labels of any form.
func flat(v any, into map[string]bool) map[string]bool {
	switch v := v.(type) {
	case string:
		into[v] = true
	case []any:
		for _, inner := range v {
			flat(inner, into)
		}
	case map[string]any:
		for _, inner := range v {
			flat(inner, into)
		}
	}
	return into
}

// trainAlike makes a list for each item, hidden ones included, of those that are not hidden. It is filled up with items that have nothing
// in common with it.
func (s *Server) trainAlike(name string, features map[string][]string) {
	rare := rarity(features)
	for id, own := range features {
		near := map[string]float64{}
		for other, theirs := range features {
			if other != id && !s.items[other].IsHidden {
				near[other] = 1 / (1 + distance(rare, own, theirs))
			}
		}
		rows := top(near, cacheSize)
		for n := range rows {
			rows[n].categories = s.items[rows[n].id].Categories
		}
		s.keep(itemToItem+name+"/"+id, rows)
	}
}

// rarity weighs a feature: log(items / items that have it).
func rarity(features map[string][]string) map[string]float64 {
	rare := map[string]float64{}
	for _, list := range features {
		for _, f := range list {
			rare[f]++
		}
	}
	for f, n := range rare {
		rare[f] = max(math.Log(float64(len(features))/n), 1e-3)
	}
	return rare
}

// distance is Gorse's own: 0 for the same features, none included, and hardly below 1 for all others, as it is shrunk by 100.
func distance(rare map[string]float64, a, b []string) float64 {
	if slices.Equal(a, b) {
		return 0
	}
	sum := func(list []string) float64 {
		total := 0.
		for _, f := range list {
			total += rare[f]
		}
		return total
	}
	var common []string
	for _, f := range a {
		if slices.Contains(b, f) {
			common = append(common, f)
		}
	}
	if len(common) == 0 {
		return 1
	}
	n := float64(len(common))
	return 1 - sum(common)*n/math.Sqrt(sum(a)*sum(b))/(n+100)
}

// trainUsers makes a list for each user who chose something: what those chose who chose the same.
func (s *Server) trainUsers(people map[string][]string) {
	chose := map[string][]string{}
	for id, list := range people {
		for _, u := range list {
			chose[u] = append(chose[u], id)
		}
	}
	for u, own := range chose {
		sum := map[string]float64{}
		for _, id := range own {
			for _, other := range people[id] {
				for _, theirs := range chose[other] {
					if !slices.Contains(own, theirs) && !s.items[theirs].IsHidden {
						sum[theirs] += 1 / math.Sqrt(float64(len(people[id])*len(people[theirs])))
					}
				}
			}
		}
		rows := top(sum, cacheSize)
		for n := range rows {
			rows[n].categories = s.items[rows[n].id].Categories
		}
		s.keep(collaborative+u, rows)
	}
}
