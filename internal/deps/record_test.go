package deps_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write docs/deps.txt")

// recorded are the packages whose dependencies docs/deps.txt lists.
var recorded = []string{"bms", "cmd/storefront", "cmd/adserver"}

const recordHead = `# What three packages are built from outside the standard library, on Linux. A changed
# line here is a changed supply chain: it is reviewed like code.
# Written by: go test ./internal/deps -update
`

func TestRecord_IsCurrent(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString(recordHead)
	for _, pkg := range recorded {
		text.WriteString("\n" + module + "/" + pkg + "\n")
		for _, dep := range slices.Sorted(slices.Values(at(t, pkg).Deps)) {
			if !packages(t)[dep].Standard {
				text.WriteString("\t" + dep + "\n")
			}
		}
	}
	file := filepath.Join(root, "docs", "deps.txt")
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(text.String()), 0o644))
	}
	stored, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, text.String(), string(stored), "docs/deps.txt is out of date; look at what changed, then: go test ./internal/deps -update")
}
