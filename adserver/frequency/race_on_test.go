//go:build race

package frequency_test

// underRace says that the race detector is on: it allocates for itself.
const underRace = true
