//go:build !race

package experiment_test

// runs are how many worlds of two equal arms are looked at.
const runs = 2000
