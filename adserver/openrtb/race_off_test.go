//go:build !race

package openrtb_test

const underRace = false
