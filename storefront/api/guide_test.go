package api_test

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/api"
)

// TestGuide_AsksForWhatThereIs holds the human page to the table of routes.
func TestGuide_AsksForWhatThereIs(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/api.md")
	require.NoError(t, err)
	table := api.NewTable()
	addresses := regexp.MustCompile(`\$API(/[^\s"'?)]*)`).FindAllSubmatch(guide, -1)
	require.Greater(t, len(addresses), 20)
	for _, address := range addresses {
		allow, _ := table.Find(append([]byte("v1"), address[1]...))
		assert.NotEmpty(t, allow, "%s", address[1])
	}
	guide = regexp.MustCompile(`'\$(\w+|\([^']*\))'`).ReplaceAll(guide, []byte("x")) // what the shell fills in
	bodies := regexp.MustCompile(`-d '(\{[^']*\})'`).FindAllSubmatch(guide, -1)
	require.Greater(t, len(bodies), 4)
	for _, body := range bodies {
		assert.True(t, json.Valid(body[1]), "%s", body[1])
	}
}
