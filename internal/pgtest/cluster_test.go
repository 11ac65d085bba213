//go:build unix

package pgtest_test

import (
	"bufio"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/pgtest"
)

// folder is where a private server keeps its files.
func folder(t *testing.T, server string) string {
	t.Helper()
	u, err := url.Parse(server)
	require.NoError(t, err)
	return u.Query().Get("host")
}

func TestStop_RemovesEverything(t *testing.T) {
	t.Parallel()
	s := private(t, pgtest.Config{})
	dir := folder(t, s.URL)
	require.DirExists(t, dir)
	require.NoError(t, s.Stop())
	assert.NoDirExists(t, dir)
	require.NoError(t, s.Stop(), "a second Stop does nothing")
}

// startOnly tells a process that the test starts to start a server and no more.
const startOnly = "TEST_PGTEST_START"

func TestStart_EndsWithItsProcess(t *testing.T) {
	t.Parallel()
	if os.Getenv(startOnly) != "" {
		s, err := pgtest.Start(t.Context(), pgtest.Config{})
		require.NoError(t, err)
		fmt.Println(s.URL)
		select {} // until it is killed
	}
	private(t, pgtest.Config{}) // skips where there are no binaries
	p := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestStart_EndsWithItsProcess$")
	p.Env = append(os.Environ(), startOnly+"=1")
	p.Stderr = os.Stderr
	out, err := p.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.Start())
	line := bufio.NewScanner(out)
	require.True(t, line.Scan())
	dir := folder(t, line.Text())
	require.DirExists(t, dir)
	require.NoError(t, p.Process.Kill())
	_ = p.Wait() // killed, as it says
	assert.Eventually(t, func() bool {
		_, err := os.Stat(dir)
		return os.IsNotExist(err)
	}, 30*time.Second, 10*time.Millisecond, "the cluster outlives its process")
}
