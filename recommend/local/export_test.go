package local

import "github.com/marquee-tickets/marquee/recommend"

// Remembered is how many deeds of a person are in memory, and how many people.
func (e *Engine) Remembered(user recommend.UserID) (deeds, people int) {
	if p, known := e.people.Peek(user); known {
		deeds = len(p.deeds)
	}
	return deeds, e.people.Len()
}

// Share is how much a tenant's own model counts beside the shared one.
func (e *Engine) Share(t recommend.Tenant) float64 {
	if l := e.view.Load().tenants[t]; l != nil {
		return l.share()
	}
	return 0
}

// Model is the version that answers for a tenant.
func (e *Engine) Model(t recommend.Tenant) string { return e.view.Load().version(t) }

// Known are the keys that were learnt for a tenant.
func (e *Engine) Known(t recommend.Tenant) []recommend.Key {
	v := e.view.Load()
	if l := v.tenants[t]; l != nil {
		return l.keys
	}
	if t == "" && v.shared != nil {
		return v.shared.keys
	}
	return nil
}

// Charts are how many lists of what is popular are kept.
func (e *Engine) Charts() int {
	c := e.view.Load().chart
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.city)
}

// Genres are those of which choices were counted.
func (e *Engine) Genres() map[string]int {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.pulse.mu.Lock()
	defer e.pulse.mu.Unlock()
	list := map[string]int{}
	for g := range e.pulse.genres {
		list[g]++
	}
	return list
}

// Standard is a list at mean 0 and standard deviation 1, with a weight.
func Standard(list []float32, weight float32) []float32 {
	s := standard(list, weight)
	out := make([]float32, len(list))
	for i, x := range list {
		out[i] = s.of(x)
	}
	return out
}

// FirstSeason is the first of some seasons as they are kept.
func FirstSeason(list []recommend.Season) (recommend.Season, bool) { return seasonsOf(list).first() }
