// Package recommendtest is the contract of recommend.Engine as a suite, which every engine passes.
//
//	func TestEngine(t *testing.T) {
//		recommendtest.RunEngine(t, func(t *testing.T) recommendtest.Harness { … })
//	}
//
// It says nothing of how good recommendations are; that is measured elsewhere. Identifiers are unique to each run, so that engines
// which keep what they are given can be run again and again.
package recommendtest
