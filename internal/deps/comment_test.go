package deps_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPackages_OneCommentEach(t *testing.T) {
	t.Parallel()
	for _, pkg := range ours(t) {
		p := at(t, pkg)
		var comments []string
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.PackageClauseOnly|parser.ParseComments)
			require.NoError(t, err)
			if file.Doc != nil && !ast.IsGenerated(file) {
				comments = append(comments, file.Doc.Text())
			}
		}
		if len(p.GoFiles) == 0 {
			continue // tests alone
		}
		require.Len(t, comments, 1, "%s: one file says what a package is for, else godoc shows several texts in an order of its own", pkg)
		if p.Name != "main" {
			assert.True(t, strings.HasPrefix(comments[0], "Package "+p.Name+" "), "the comment of %s begins with %q", pkg, "Package "+p.Name)
		}
	}
}
