//go:build race

package sqlstore_test

// raceDetector makes SQLite many times slower, so what needs a large database is left to the ordinary run.
const raceDetector = true
