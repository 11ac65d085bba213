//go:build race

package token_test

const raceOn = true
