//go:build race

package fraud_test

const raced = true // the detector allocates
