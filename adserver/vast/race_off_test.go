//go:build !race

package vast_test

const underRace = false
