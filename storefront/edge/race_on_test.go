//go:build race

package edge_test

// underRace says that the race detector is on: it has pools forget at random.
const underRace = true
