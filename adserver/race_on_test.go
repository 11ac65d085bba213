//go:build race

package adserver_test

const raceOn = true // it allocates where the program does not
