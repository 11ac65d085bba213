package adserver_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// What a publisher blocks is not shown on its pages, nor, when it blocks any category, what names none.
func TestBlocked_Categories(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		blocked, categories []string
		seen                bool
	}{
		"the same":          {[]string{"IAB7-39"}, []string{"IAB1", "IAB7-39"}, false},
		"of a group":        {[]string{"IAB7"}, []string{"IAB7-39"}, false},
		"a name alike":      {[]string{"IAB7"}, []string{"IAB70-1"}, true},
		"another":           {[]string{"IAB7"}, []string{"IAB1"}, true},
		"none":              {[]string{"IAB7"}, nil, false},
		"none, any welcome": {nil, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t, ads.Unit, nil)
			p, err := m.db.Publishers.Get(t.Context(), m.publisher.ID)
			require.NoError(t, err)
			p.Value.Blocked = c.blocked
			_, err = m.db.Publishers.Update(t.Context(), by, p.Value, p.Revision)
			require.NoError(t, err)
			_, made := m.line(m.campaign(nil), nil)
			made.Categories = c.categories
			_, err = m.db.Creatives.Update(t.Context(), by, made, 1)
			require.NoError(t, err)
			m.open()
			assert.Equal(t, c.seen, len(m.decide(request(""))) == 1)
		})
	}
}
