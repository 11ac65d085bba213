//go:build race

package local_test

// times are fewer under the race detector, which makes them many times slower.
const times = 5
