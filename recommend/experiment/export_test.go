package experiment

// Edges are those of the sequence that all intervals come from, with the stake given.
func Edges(hit, miss, hits, misses, alpha float64) (low, high float64) {
	return prior{hit, miss}.interval(hits, misses, alpha)
}

// Evidence is the evidence against a rate.
func Evidence(hit, miss, hits, misses, rate float64) float64 {
	return prior{hit, miss}.evidence(hits, misses, rate)
}
