package npm_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/npm"
)

func TestRecent_VersionsOfNode(t *testing.T) {
	t.Parallel()
	for version, recent := range map[string]bool{
		"v20.19.0": true, "v20.20.2": true, "v22.16.0": true, "v24.0.0": true, "v25.1.0": true,
		"v18.20.4": false, "v20.18.9": false, "v21.7.3": false, "v22.15.1": false, "v23.0.0": false, "": false, "20": false, "vx.y.z": false,
	} {
		assert.Equal(t, recent, npm.Recent(version), version)
	}
}

// path has programs of our own stand for npx and node.
func path(t *testing.T, nodeVersion string) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "npx"), []byte("#!/bin/sh\nexit 1\n"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "node"), []byte("#!/bin/sh\necho "+nodeVersion+"\n"), 0o755))
	t.Setenv("PATH", dir)
}

func TestCommand_BringsNodeWhereTheInstalledOneIsTooOld(t *testing.T) {
	path(t, "v18.20.4")
	cmd := npm.Command(t.Context(), npm.HTMLValidate, "a.html")
	assert.Regexp(t, `^npx --yes --package html-validate@[0-9.]+ --package node@[0-9.]+ -- html-validate a.html$`, strings.Join(cmd.Args, " "))
	assert.True(t, npm.Available())
}

func TestCommand_UsesTheInstalledNode(t *testing.T) {
	path(t, "v20.19.1")
	cmd := npm.Command(t.Context(), npm.Lighthouse, "http://127.0.0.1")
	assert.Regexp(t, `^npx --yes --package lighthouse@[0-9.]+ -- lighthouse http://127.0.0.1$`, strings.Join(cmd.Args, " "))
}

func TestAnswer_IsTheFileWhateverTheStatus(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "answer")
	answer, err := npm.Answer(exec.Command("sh", "-c", "echo found > "+file+"; exit 1"), file)
	require.NoError(t, err)
	assert.Equal(t, "found\n", string(answer))

	_, err = npm.Answer(exec.Command("sh", "-c", "echo broken >&2; exit 1"), file+".none")
	require.ErrorContains(t, err, "broken")
}
