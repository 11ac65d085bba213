//go:build race

package openrtb_test

// underRace says that the race detector is on: it allocates.
const underRace = true
