//go:build !race

package local_test

// times are how often each of those does all that there is to do who do it at a time.
const times = 20
