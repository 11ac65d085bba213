//go:build !race

package fraud_test

const raced = false
