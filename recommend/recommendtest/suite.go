package recommendtest

import (
	"testing"
	"time"

	"github.com/marquee-tickets/marquee/recommend"
)

// Harness is an engine under test.
type Harness struct {
	Engine recommend.Engine

	// Settle waits until the engine has learnt what it was told. Nil means that it has, always.
	Settle func()

	// Now is the engine's clock. Nil means the computer's.
	Now func() time.Time
}

// RunEngine runs the suite. Each case opens an engine of its own, which may have kept what other cases told it.
func RunEngine(t *testing.T, open func(t *testing.T) Harness) {
	t.Helper()
	for name, run := range map[string]func(w *world){
		"items, stored twice, are there once":          itemsOnce,
		"an item that changes is what was told last":   itemsChange,
		"hidden items are nowhere":                     hidden,
		"feedback, recorded twice, counts once":        feedbackOnce,
		"feedback that is withdrawn counts no more":    withdrawn,
		"what is near comes first among the popular":   near,
		"what is like an item comes first":             similar,
		"a session alone is enough":                    session,
		"a person gets more of what they choose":       taste,
		"people who are not known are no error":        unknown,
		"a person who is forgotten counts no more":     forgotten,
		"tenants never see each other's items":         tenants,
		"all calls may be made at a time":              concurrent,
		"an engine says its name and that it is well":  healthy,
		"answers are bounded, in order, without twins": bounded,
	} {
		t.Run(name, func(t *testing.T) { //nolint:paralleltest // engines may have one server, which learns for all at a time
			run(newWorld(t, open(t)))
		})
	}
}
