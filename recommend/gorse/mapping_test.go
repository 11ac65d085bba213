package gorse_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/gorse"
)

func TestEngine_DescribesItemsToTheServer(t *testing.T) {
	t.Parallel()
	b := newBench(t, gorse.Config{})
	require.NoError(t, b.engine.UpsertItems(t.Context(), []recommend.Item{
		{
			ID: "evt_1", Tenant: "ptn_a", Title: "Dune\x00\xff", Kind: "film", Work: "Dune 1984", Series: "Sci-Fi Nights", People: []string{"David Lynch"},
			Genres: []string{"Science Fiction", "Drama", "drama"}, Tags: []string{"70mm", "70mm", ""}, Language: "en",
			Places:    []recommend.Place{{Venue: "ven_1", City: "berlin"}, {Venue: "ven_2", City: "paris"}, {Venue: "ven_3", City: "berlin"}},
			PriceBand: 3, MinAge: 12, Added: epoch.In(time.FixedZone("", 3600)), Hidden: true,
		},
		{ID: "evt_2", First: epoch.Add(time.Hour)},
	}))
	i, err := b.client.Item(t.Context(), "evt_1")
	require.NoError(t, err)
	assert.Equal(t, gorse.Item{
		ID: "evt_1", Hidden: true, At: epoch, Comment: "Dune\uFFFD",
		Categories: []string{"tenant:ptn_a", "city:berlin", "city:paris", "kind:film", "genre:science fiction", "genre:drama"},
		Labels: []any{
			"work:dune 1984", "series:sci-fi nights", "person:david lynch", "genre:science fiction", "genre:drama", "venue:ven_1", "venue:ven_2",
			"venue:ven_3", "tag:70mm", "kind:film", "language:en", "price:3",
		},
	}, i)
	i, err = b.client.Item(t.Context(), "evt_2")
	require.NoError(t, err)
	assert.Equal(t, gorse.Item{ID: "evt_2", At: epoch.Add(time.Hour), Categories: []string{}, Labels: []any{}}, i, "lists that are empty, and not null")

	require.NoError(t, b.engine.UpsertUsers(t.Context(), []recommend.User{{ID: "u", Tenant: "ptn_a", City: "berlin", Language: "de", Follows: []string{"genre:jazz", "genre:jazz"}}}))
	u, err := b.client.User(t.Context(), "u")
	require.NoError(t, err)
	assert.Equal(t, gorse.User{ID: "u", Labels: []any{"genre:jazz", "city:berlin", "language:de"}}, u)
}

func TestEngine_DescribesFeedbackToTheServer(t *testing.T) {
	t.Parallel()
	b := newBench(t, gorse.Config{})
	var list []recommend.Feedback
	for _, k := range recommend.Kinds() {
		list = append(list, did(k, "ann", "j1"))
	}
	require.NoError(t, b.engine.Record(t.Context(), list))
	stored, err := b.client.UserFeedback(t.Context(), "ann")
	require.NoError(t, err)
	var types []string
	for _, f := range stored {
		types = append(types, f.Type)
		assert.Equal(t, gorse.Feedback{Type: f.Type, User: "ann", Item: "j1", Value: 1, At: epoch}, f)
	}
	assert.ElementsMatch(t, []string{"shown", "view", "click", "hold", "like", "book", "dislike"}, types)
}

// The configuration that is shipped means what the engine sends and asks for.
func TestConfig_KnowsTheTypesAndLists(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "deploy", "gorse", "config.toml"))
	require.NoError(t, err)
	for field, types := range map[string][]string{
		"positive_feedback_types": gorse.Positive(), "read_feedback_types": gorse.Read(), "negative_feedback_types": gorse.Negative(),
	} {
		assert.Contains(t, string(text), fmt.Sprintf("\n%s = %s\n", field, quoted(types)))
	}
	assert.Len(t, append(append(gorse.Positive(), gorse.Read()...), gorse.Negative()...), len(recommend.Kinds()))
	for _, want := range []string{
		"[[recommend.non-personalized]]\nname = \"popular\"\nscore = \"count(feedback, .FeedbackType == 'book')\"\n",
		"[[recommend.item-to-item]]\nname = \"alike\"\ntype = \"tags\"\ncolumn = \"item.Labels\"\n",
		"[[recommend.item-to-item]]\nname = \"together\"\ntype = \"users\"\n",
		"\nenable_replacement = true\n", "\nauto_insert_user = true\n", "\nauto_insert_item = true\n",
		"\nhttp_host = \"127.0.0.1\"\n", "\nhost = \"127.0.0.1\"\n", "\ndashboard_password = \"\"\n", "\napi_key = \"\"\n", "\nadmin_api_key = \"\"\n",
	} {
		assert.Contains(t, string(text), want)
	}
}

// Secrets come from the environment, nothing is open to others, and the server is the one that was tested.
func TestCompose_RunsWhatWasTested(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join("..", "..", "deploy", "gorse", "compose.yaml"))
	require.NoError(t, err)
	text := string(raw)
	assert.Contains(t, text, "image: zhenghaoz/gorse-in-one:0.5.11\n")
	for _, secret := range []string{"GORSE_DB_PASSWORD", "GORSE_API_KEY", "GORSE_ADMIN_KEY", "GORSE_DASHBOARD_PASSWORD"} {
		assert.Contains(t, text, ": ${"+secret+":?", "it does not start without")
	}
	ports := regexp.MustCompile(`(?m)^      - ([0-9.:]+)$`).FindAllStringSubmatch(text, -1)
	require.Len(t, ports, 2)
	for _, port := range ports {
		assert.Regexp(t, `^127\.0\.0\.1:`, port[1])
	}
}

func quoted(types []string) string {
	text := "["
	for n, name := range types {
		if n > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%q", name)
	}
	return text + "]"
}
