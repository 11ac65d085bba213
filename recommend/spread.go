package recommend

import "sync"

// spread is the traits of one item laid out by number, for comparing many others with it: in half the time of walking along both, and a sixth
// where a processor cannot guess which of both comes next.
type spread struct{ weights []float32 }

var spreads = sync.Pool{New: func() any { return new(spread) }}

// lay lays traits out among so many kinds; nothing else may be laid out.
func (s *spread) lay(t Traits, kinds int) {
	if len(s.weights) < kinds {
		s.weights = make([]float32, kinds+kinds/4)
	}
	for _, x := range t {
		s.weights[x.ID] = x.Weight
	}
}

// clear takes away what was laid out.
func (s *spread) clear(t Traits) {
	for _, x := range t {
		s.weights[x.ID] = 0
	}
}

// cosine is Traits.Cosine with what is laid out.
func (s *spread) cosine(t Traits) float64 {
	var sum float64
	for _, x := range t {
		sum += float64(x.Weight) * float64(s.weights[x.ID])
	}
	return sum
}
