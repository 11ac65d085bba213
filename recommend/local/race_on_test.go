//go:build race

package local_test

const (
	times = 5    // fewer under the race detector, which makes them many times slower
	many  = 1100 // as above; still more than are remembered one by one
)
