//go:build !race

package frequency_test

const underRace = false
