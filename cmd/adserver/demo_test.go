package main_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// houseAdvertiser is who has the demo's ads that nobody paid for.
const houseAdvertiser = "Marquee Gift Cards"

// TestDemo_HasAdsForWhoIsNotKnown asks for ads as a storefront does for somebody who has agreed to nothing.
func TestDemo_HasAdsForWhoIsNotKnown(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	base := served(t, data)
	key := command(t, "key", "demo", "--data", data)
	everywhere := map[string]bool{}
	for place, most := range map[string]int{"home-banner": 2, "category-banner": 1, "listing": 2, "event-mid": 1, "event-side": 2, "footer": 1} {
		paid := map[string]bool{}
		for range 100 {
			for _, a := range advertisers(t, base, key, place) {
				if a != houseAdvertiser {
					paid[a], everywhere[a] = true, true
				}
			}
		}
		assert.GreaterOrEqual(t, len(paid), most, "%s has %v", place, paid)
	}
	assert.Len(t, everywhere, 3, "%v", everywhere)
}

// advertisers asks for the ads of a place, and returns whose they are.
func advertisers(t *testing.T, base, key, place string) (list []string) {
	t.Helper()
	body := fmt.Sprintf(`{"publisher":"demo","page":{"kind":"city","city":"london","country":"GB","language":"en"},"device":{"ua":%q,"ip":"203.0.113.0"},"slots":[{"id":"a","placement":%q}]}`,
		agent, place)
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/v1/decisions", strings.NewReader(body))
	require.NoError(t, err)
	q.Header.Set("Authorization", "Bearer "+key)
	got, err := http.DefaultClient.Do(q)
	require.NoError(t, err)
	defer func() { _ = got.Body.Close() }()
	text, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, got.StatusCode, "%s", text)
	var answer struct {
		Slots []struct{ Ads []struct{ Advertiser string } }
	}
	require.NoError(t, json.Unmarshal(text, &answer))
	for _, s := range answer.Slots {
		for _, a := range s.Ads {
			list = append(list, a.Advertiser)
		}
	}
	return list
}
