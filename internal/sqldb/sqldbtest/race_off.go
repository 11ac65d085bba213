//go:build !race

package sqldbtest

// rounds is how often a test of concurrency repeats.
const rounds = 20
