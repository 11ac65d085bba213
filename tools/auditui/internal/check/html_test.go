package check_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/check"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
)

func TestParseHTML_FindingsByFile(t *testing.T) {
	t.Parallel()
	found, err := check.ParseHTML([]byte(`[{"filePath": "pages/en-home.html", "messages": [
		{"ruleId": "no-implicit-input-type", "severity": 2, "message": "<input> is missing recommended \"type\" attribute", "line": 1, "column": 9, "selector": "#reference"},
		{"ruleId": "close-order", "severity": 2, "message": "Stray end tag '</p>'", "selector": null}
	], "errorCount": 2, "warningCount": 0}]`))
	require.NoError(t, err)
	assert.Equal(t, map[string][]report.Finding{"en-home.html": {
		{Rule: "no-implicit-input-type", Where: "#reference", Text: `<input> is missing recommended "type" attribute`},
		{Rule: "close-order", Text: "Stray end tag '</p>'"},
	}}, found)
}

func TestParseHTML_NothingFoundAndNoAnswer(t *testing.T) {
	t.Parallel()
	found, err := check.ParseHTML([]byte(`[]`))
	require.NoError(t, err)
	assert.Empty(t, found)
	_, err = check.ParseHTML([]byte("Validator crashed"))
	require.ErrorContains(t, err, "Validator crashed")
}
