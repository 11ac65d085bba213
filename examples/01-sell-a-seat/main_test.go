package main

import (
	"bytes"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/embedded"
)

func TestSell(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.db")
	var out bytes.Buffer
	sell(&out, path)
	assert.Regexp(t, `^[0-9A-Z]{4}-[0-9A-Z]{4} confirmed INR 800\.00\nStalls, row C, seat 3\nStalls, row C, seat 4\n$`, out.String())

	out.Reset()
	sell(&out, path)
	assert.Regexp(t, `confirmed INR 800\.00\nStalls, row C, seat 5\nStalls, row C, seat 6\n$`, out.String(), "a second run sells other seats of the same show")

	shop, err := embedded.Open(t.Context(), path)
	require.NoError(t, err)
	report, err := shop.Audit(t.Context())
	require.NoError(t, err)
	assert.Empty(t, report.Violations)
	require.NoError(t, shop.Close())
}

func TestMain_UnderThirtyLines(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	assert.Less(t, linesOfCode(t, source), 30)
}

// linesOfCode counts the lines behind the imports that have more than a comment.
func linesOfCode(t *testing.T, source []byte) int {
	t.Helper()
	files := token.NewFileSet()
	head, err := parser.ParseFile(files, "", source, parser.ImportsOnly)
	require.NoError(t, err)
	imports := files.Position(head.Decls[len(head.Decls)-1].End()).Line

	lines := map[int]bool{}
	file := files.AddFile("main.go", files.Base(), len(source))
	var s scanner.Scanner
	s.Init(file, source, nil, 0)
	for pos, tok, text := s.Scan(); tok != token.EOF; pos, tok, text = s.Scan() {
		if line := file.Line(pos); line > imports && (tok != token.SEMICOLON || text == ";") {
			lines[line] = true
		}
	}
	return len(lines)
}
