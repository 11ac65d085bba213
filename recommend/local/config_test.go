package local_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local"
)

func TestOpen_RefusesOddConfigs(t *testing.T) {
	t.Parallel()
	mix := func(fn func(*local.Mix)) local.Config { m := local.DefaultMix(); fn(&m); return local.Config{Mix: m} }
	for field, list := range map[string][]local.Config{
		"rebuild":     {{Rebuild: time.Millisecond}, {Rebuild: -time.Hour}},
		"exact":       {{Exact: -1}, {Exact: 10_001}},
		"remember":    {{Remember: -1}},
		"window":      {{Window: time.Minute}, {Window: -time.Hour}},
		"mix.learnt":  {mix(func(m *local.Mix) { m.Learnt = -1 }), mix(func(m *local.Mix) { m.Learnt = math.NaN() })},
		"mix.alike":   {mix(func(m *local.Mix) { m.Alike = math.Inf(1) })},
		"mix.popular": {mix(func(m *local.Mix) { m.Popular = -.1 })},
		"mix.around":  {mix(func(m *local.Mix) { m.Around = math.NaN() })},
		"mix.trust":   {{Mix: local.Mix{Learnt: 1}}, mix(func(m *local.Mix) { m.Trust = -1 })},
	} {
		for _, cfg := range list {
			_, err := local.Open(t.Context(), newMemory(), cfg)
			require.NotNil(t, fault.Of(err), field)
			assert.Equal(t, field, fault.Of(err).Field)
		}
	}
}

func TestEngine_RefusesWhatIsNotValid(t *testing.T) {
	t.Parallel()
	m := newMemory()
	e := node(t, m, local.Config{})
	require.ErrorContains(t, e.UpsertItems(t.Context(), []recommend.Item{item("a"), {}}), "item 2 of 2")
	require.ErrorContains(t, e.UpsertUsers(t.Context(), []recommend.User{{}}), "user 1 of 1")
	require.ErrorContains(t, e.Record(t.Context(), append(did("ann", recommend.View, "a"), recommend.Feedback{})), "feedback 2 of 2")
	assert.Zero(t, m.writes)
	assert.Empty(t, popular(t, e, ask("")))
}
