package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// root is the repository's folder.
const root = ".."

// goBlock is a Go example in a page: its first line may name the file that it is from.
var goBlock = regexp.MustCompile("(?s)```go\n// ([a-z0-9_/-]+\\.go)\n(.*?)```")

// An example that names a file is in that file, word for word.
func TestPages_ExamplesAreOurCode(t *testing.T) {
	t.Parallel()
	examples := 0
	for _, page := range pages(t) {
		for _, block := range goBlock.FindAllStringSubmatch(read(t, page), -1) {
			examples++
			file := read(t, filepath.Join(root, block[1]))
			assert.Contains(t, file, block[2], "%s has changed: let %s show what it is now", block[1], page)
		}
	}
	assert.Positive(t, examples)
}

// link is the target of a Markdown link without its anchor.
var link = regexp.MustCompile(`\]\(([^)#]+)[^)]*\)`)

func TestPages_LinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	for _, page := range pages(t) {
		for _, found := range link.FindAllStringSubmatch(read(t, page), -1) {
			target := found[1]
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			_, err := os.Stat(filepath.Join(filepath.Dir(page), filepath.FromSlash(target)))
			assert.NoError(t, err, "%s links to %s", page, target)
		}
	}
}

// Each decision has the four parts, and the index knows it.
func TestDecisions_HaveTheirParts(t *testing.T) {
	t.Parallel()
	index := read(t, filepath.Join("adr", "README.md"))
	decisions, err := filepath.Glob(filepath.Join("adr", "[0-9]*.md"))
	require.NoError(t, err)
	require.NotEmpty(t, decisions)
	for _, page := range decisions {
		name := filepath.Base(page)
		text := read(t, page)
		assert.True(t, strings.HasPrefix(text, "# "+name[:4]+": "), "%s begins with its number", name)
		assert.Contains(t, index, "]("+name+")")
		at := 0
		for _, part := range []string{"## Context", "## Decision", "## What we gave up", "## How we would know that it was wrong"} {
			next := strings.Index(text, "\n"+part+"\n")
			assert.Greater(t, next, at, "%s: %s", name, part)
			at = next
		}
	}
}

// pages are the Markdown files of the repository.
func pages(t *testing.T) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if err == nil && filepath.Ext(path) == ".md" {
			list = append(list, path)
		}
		return err
	})
	require.NoError(t, err)
	require.NotEmpty(t, list)
	return list
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}
