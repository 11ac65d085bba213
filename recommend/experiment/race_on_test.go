//go:build race

package experiment_test

// runs are fewer under the race detector, which makes them many times slower.
const runs = 100
