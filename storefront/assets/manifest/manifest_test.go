package manifest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/assets/manifest"
)

func TestParse_ReadsWhatEncodeWrites(t *testing.T) {
	t.Parallel()
	m := manifest.Manifest{
		"app.css":    {File: "app.3F2A61BC.css"},
		"seatmap.js": {File: "seatmap.AAAA1111.js", Imports: []string{"chunk.B.js", "chunk.A.js"}},
	}
	text := m.Encode()
	assert.Equal(t, text, m.Encode(), "the same manifest is the same text")
	read, err := manifest.Parse(text)
	require.NoError(t, err)
	assert.Equal(t, "app.3F2A61BC.css", read["app.css"].File)
	assert.Empty(t, read["app.css"].Imports)
	assert.Equal(t, []string{"chunk.A.js", "chunk.B.js"}, read["seatmap.js"].Imports)
}

func TestParse_BrokenManifestSaysWhatToDo(t *testing.T) {
	t.Parallel()
	_, err := manifest.Parse([]byte(`{"app.css": 7}`))
	assert.ErrorContains(t, err, "go run ./tools/assets")
}
