//go:build !race

package bms_test

// raceDetector says that the race detector slows SQLite down, some 38 times.
const raceDetector = false
