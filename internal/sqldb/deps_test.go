package sqldb_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A program links the driver of the engine that it opens and no other.
func TestDeps_EnginesStayApart(t *testing.T) {
	t.Parallel()
	for pkg, banned := range map[string][]string{
		".":         {"github.com/jackc/pgx", "modernc.org/", "github.com/pressly/goose", "database/sql"},
		"./migrate": {"github.com/jackc/pgx", "modernc.org/"},
		"./lite":    {"github.com/jackc/pgx"},
		"./pg":      {"modernc.org/"},
	} {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", pkg).Output()
		require.NoError(t, err, pkg)
		for dep := range strings.FieldsSeq(string(out)) {
			for _, prefix := range banned {
				assert.False(t, strings.HasPrefix(dep, prefix), "%s must not import %s", pkg, dep)
			}
		}
	}
}
