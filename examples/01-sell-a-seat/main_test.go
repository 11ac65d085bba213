package main

import (
	"go/scanner"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/embedded"
)

// The program is built and run as its reader would, in an empty folder.
func TestMain_SellsASeat(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	program := filepath.Join(dir, "sell")
	built, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, "%s", built)
	for _, run := range []string{"in an empty folder", "again"} {
		cmd := exec.CommandContext(t.Context(), program)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s: %s", run, out)
		assert.Regexp(t, `^[0-9A-Z]{4}-[0-9A-Z]{4} confirmed INR 400\.00 Stalls, row B, seat 4\n$`, string(out), run)
	}

	shop, err := embedded.Open(t.Context(), filepath.Join(dir, "shop.db"))
	require.NoError(t, err)
	venues, err := shop.Catalog.Venues(t.Context(), "mumbai")
	require.NoError(t, err)
	assert.Len(t, venues, 1, "the second show is in the same venue")
	report, err := shop.Audit(t.Context())
	require.NoError(t, err)
	assert.Empty(t, report.Violations)
	require.NoError(t, shop.Close())
}

// One file of under thirty lines, imports and braces among them, is the whole program.
func TestMain_UnderThirtyLines(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*")
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"main.go", "main_test.go"}, files)
	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	assert.Less(t, linesOfCode(source), 30)
}

// linesOfCode counts the lines that have more than a comment.
func linesOfCode(source []byte) int {
	lines := map[int]bool{}
	file := token.NewFileSet().AddFile("main.go", -1, len(source))
	var s scanner.Scanner
	s.Init(file, source, nil, 0)
	for pos, tok, text := s.Scan(); tok != token.EOF; pos, tok, text = s.Scan() {
		if tok == token.SEMICOLON && text != ";" {
			continue // the end of a line
		}
		for i := range strings.Count(text, "\n") + 1 { // a raw string may have several
			lines[file.Line(pos)+i] = true
		}
	}
	return len(lines)
}

func TestLinesOfCode_CountsWhatIsNoComment(t *testing.T) {
	t.Parallel()
	assert.Equal(t, 4, linesOfCode([]byte("// Doc.\npackage a\n\nimport (\n\t\"fmt\" // yes\n)\n")))
	assert.Equal(t, 3, linesOfCode([]byte("package a\n\nconst a = `\n`\n")))
}
