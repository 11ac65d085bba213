//go:build !race

package local_test

const (
	times = 20   // that each of those who do all at a time does it
	many  = 3500 // things that somebody looked at
)
