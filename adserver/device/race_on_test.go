//go:build race

package device_test

const raced = true // the detector allocates
