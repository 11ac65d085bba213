package targeting_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/targeting"
)

func parse(t *testing.T, text string) targeting.Expr {
	t.Helper()
	e, err := targeting.Parse(text)
	require.NoError(t, err, text)
	return e
}

// signals are those of somebody whose ads may be personalised, from pairs of a dimension and a value.
func signals(pairs ...string) *targeting.Signals {
	var s targeting.Signals
	s.Reset(true)
	for i := 0; i < len(pairs); i += 2 {
		d, ok := targeting.DimOf(pairs[i])
		if !ok || !s.Add(d, pairs[i+1]) {
			panic(pairs[i] + " does not take " + pairs[i+1])
		}
	}
	return &s
}
