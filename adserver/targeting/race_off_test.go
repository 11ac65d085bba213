//go:build !race

package targeting_test

const underRace = false
