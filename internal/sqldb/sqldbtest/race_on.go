//go:build race

package sqldbtest

// rounds is how often a test of concurrency repeats. The race detector makes
// SQLite many times slower.
const rounds = 3
