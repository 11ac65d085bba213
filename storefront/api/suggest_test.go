package api_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/search"
	"github.com/marquee-tickets/marquee/storefront/api"
)

// suggester answers with one of each, and remembers what it was asked.
type suggester struct{ asked search.SuggestQuery }

func (s *suggester) Suggest(_ context.Context, q search.SuggestQuery) ([]search.Suggestion, error) {
	s.asked = q
	if q.Text == "endless" {
		return nil, search.ErrTextTooLong
	}
	return []search.Suggestion{
		{Type: search.Event, Text: "The General", Slug: "the-general", City: "mumbai"},
		{Type: search.Venue, Text: "Regal", Slug: "regal", City: "mumbai"},
		{Type: search.City, Text: "Berlin", Slug: "berlin", City: "berlin"},
		{Type: search.Person, Text: "Lang & Helm", City: "mumbai"},
		{Type: search.Genre, Text: "Science Fiction", City: "mumbai"},
	}, nil
}

func TestSuggest_LeadsToThePageOfEach(t *testing.T) {
	t.Parallel()
	found := &suggester{}
	s := open(t, api.Config{Suggest: found})
	answer := s.get("/api/v1/suggest?city=mumbai&q=gen+%E0%A4%B0")
	require.Equal(t, 200, answer.status, string(answer.body))
	for _, href := range []string{
		`"/mumbai/events/the-general"`, `"/mumbai/search?venue=regal"`, `"/berlin"`, `"/mumbai/search?q=Lang+%26+Helm"`, `"/mumbai/search?genre=science+fiction"`,
	} {
		assert.Contains(t, strings.ReplaceAll(string(answer.body), `\u0026`, "&"), href)
	}
	assert.Equal(t, search.SuggestQuery{Text: "gen र", City: "mumbai", Limit: 8}, found.asked)
}

func TestSuggest_Refusals(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{Suggest: &suggester{}})
	for _, query := range []string{"", "?q=", "?q=+", "?q=endless", "?q=a&q=b", "?q=a&x=y", "?q=%00", "?q=" + strings.Repeat("x", 801)} {
		assert.Equal(t, 400, s.get("/api/v1/suggest"+query).status, query)
	}
	none := open(t, api.Config{})
	answer := none.get("/api/v1/suggest?q=a")
	assert.Equal(t, 200, answer.status)
	assert.JSONEq(t, `{"items":[]}`, string(answer.body))
}
