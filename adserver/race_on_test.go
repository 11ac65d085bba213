//go:build race

package adserver_test

const raceOn = true
