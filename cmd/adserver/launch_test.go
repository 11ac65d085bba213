package main_test

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	adserver "github.com/marquee-tickets/marquee/cmd/adserver"
)

// poll is how often it is looked whether something has come.
const poll = 20 * time.Millisecond

// eventually tries until something holds, in the goroutine of the test.
func eventually(holds func() bool) bool { return within(patience, 5*poll, holds) }

// within is eventually with a patience and a pause of its own.
func within(limit, pause time.Duration, holds func() bool) bool {
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(pause) {
		if holds() {
			return true
		}
	}
	return false
}

// screen is what a program prints, safe to look at while it does.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write implements io.Writer.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// String is what was printed so far.
func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

var greeted = regexp.MustCompile(`at (http://127\.0\.0\.1:\d+)\n`)

// address waits until a program says where it is.
func (s *screen) address(t *testing.T) string {
	t.Helper()
	require.Eventually(t, func() bool { return greeted.MatchString(s.String()) }, 2*patience, poll, "%s", s)
	return greeted.FindStringSubmatch(s.String())[1]
}

// command runs a command of the ad server to its end and returns what it prints.
func command(t *testing.T, args ...string) string {
	t.Helper()
	var out, errOut screen
	require.Zero(t, adserver.Run(t.Context(), args, &out, &errOut), "%s", &errOut)
	return strings.TrimSpace(out.String())
}

// triedAgain is a line of the log that says that the engine's own work failed once, as it may on a busy machine.
var triedAgain = regexp.MustCompile(`(?m)^time=\S+ level=ERROR msg="failed; it is tried again" what=.+ error=.+\n`)

// served runs an ad server in a folder, with the demo, until the test ends, and returns where it is. It must end well and say nothing of errors,
// but of those after which it tries again.
func served(t *testing.T, data string) string {
	t.Helper()
	var out, errOut screen
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan int, 1)
	go func() { done <- adserver.Run(ctx, []string{"--data", data, "--addr", "127.0.0.1:0"}, &out, &errOut) }()
	t.Cleanup(func() {
		cancel()
		assert.Zero(t, <-done)
		assert.Empty(t, triedAgain.ReplaceAllString(errOut.String(), ""))
	})
	return out.address(t)
}

// storefront builds a storefront, and runs it with the ads of an ad server until the test ends.
func storefront(t *testing.T, ads, key string) string {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "storefront")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "../storefront").CombinedOutput()
	require.NoError(t, err, "%s", out)
	var said screen
	// Stopped as its user does, not with a context.
	c := exec.Command(program, "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "data"), "--ads-url", ads, "--ads-key", key)
	c.Stdout, c.Stderr = &said, &said
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		assert.NoError(t, c.Process.Signal(syscall.SIGTERM))
		assert.NoError(t, c.Wait(), "%s", &said)
	})
	return said.address(t)
}
