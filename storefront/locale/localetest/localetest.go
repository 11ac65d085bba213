// Package localetest checks that pages ask for texts that there are, for tests of whatever uses package locale.
//
//	catalog := localetest.New(t)                              // fails the test when a text is missing
//	unknown, unused := catalog.Check(localetest.Used(t, ".")) // all ids in the Go and templ files of a folder
package localetest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/locale"
)

// New returns a catalog that fails the test when a text, or the value of a placeholder, is missing.
func New(t testing.TB) *locale.Catalog {
	t.Helper()
	c, err := locale.New(locale.Config{Missing: func(tag, id string) {
		t.Errorf("the text %s is missing in %q: see docs/translations.md", id, tag)
	}})
	require.NoError(t, err)
	return c
}

// asked finds where a text is asked for by a method of a Printer, or by a template that puts markup into one. An id that is put together counts up to where
// its constant part ends, which is "." or "_".
var asked = regexp.MustCompile(`(?:\.(?:T|N|Lookup|LookupN|Around|Words)|\baround|\bclock|\bwordFor)\((?:\s*|[^"()]*, )"([a-z]+\.[a-z_.]*)"`)

// Used returns the ids that the Go and templ files of a folder, and of those below it, ask for; sorted. Tests and
// generated files are left out.
func Used(t testing.TB, dir string) []string {
	t.Helper()
	var ids []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isSource(path) {
			return err
		}
		text, err := os.ReadFile(path)
		for _, found := range asked.FindAllSubmatch(text, -1) {
			ids = append(ids, string(found[1]))
		}
		return err
	}))
	slices.Sort(ids)
	return slices.Compact(ids)
}

func isSource(path string) bool {
	if strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
		return false
	}
	return strings.HasSuffix(path, ".go") || strings.HasSuffix(path, ".templ")
}
