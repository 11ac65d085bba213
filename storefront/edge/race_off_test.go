//go:build !race

package edge_test

const underRace = false
