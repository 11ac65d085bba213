package deps_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is the path of this repository.
const module = "github.com/marquee-tickets/marquee"

// root is the repository's folder.
var root = filepath.Join("..", "..")

// listed is a package as the go command describes it.
type listed struct {
	ImportPath string
	Dir        string
	Name       string
	Standard   bool
	GoFiles    []string
	Imports    []string // what it names itself, tests aside
	Deps       []string // all that it is built from, tests aside
}

// all lists every package of the repository and every package that one of them is built from.
var all = sync.OnceValues(func() (map[string]listed, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Dir,Name,Standard,GoFiles,Imports,Deps", "./...")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	// One platform, so that docs/deps.txt is the same wherever it is made.
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0", "GOWORK=off")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	packages := map[string]listed{}
	for dec := json.NewDecoder(out); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, errors.Join(err, cmd.Wait())
		}
		packages[p.ImportPath] = p
	}
	if err := cmd.Wait(); err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	return packages, nil
})

// packages returns everything that go list knows.
func packages(t *testing.T) map[string]listed {
	t.Helper()
	known, err := all()
	require.NoError(t, err)
	return known
}

// ours returns the packages of this repository by their path in it, sorted.
func ours(t *testing.T) []string {
	t.Helper()
	var list []string
	for _, p := range packages(t) {
		if within(p.ImportPath, module) {
			list = append(list, short(p.ImportPath))
		}
	}
	slices.Sort(list)
	return list
}

// at returns the package at a path of this repository.
func at(t *testing.T, short string) listed {
	t.Helper()
	p, ok := packages(t)[module+"/"+short]
	require.True(t, ok, "there is no package %s", short)
	return p
}

// within says whether the package is the one at base or below it.
func within(pkg, base string) bool {
	return pkg == base || strings.HasPrefix(pkg, base+"/")
}

// short is the path of one of our packages within this repository; others keep theirs.
func short(pkg string) string { return strings.TrimPrefix(pkg, module+"/") }

// matching returns our packages for a pattern: a path, or one that ends in "/..." and stands for all
// below it too.
func matching(t *testing.T, pattern string) []string {
	t.Helper()
	base, below := strings.CutSuffix(pattern, "/...")
	return slices.DeleteFunc(ours(t), func(p string) bool {
		return p != base && !(below && within(p, base))
	})
}

// isKit says whether the package is for tests only. Those are named for what they test: storetest.
func isKit(pkg string) bool { return strings.HasSuffix(path.Base(pkg), "test") }
