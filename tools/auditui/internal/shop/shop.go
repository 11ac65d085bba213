// Package shop starts a storefront to be looked at, and is its other customers: it knows the demo programme by the JSON API, and
// buys there what somebody else has to have bought for a page to be seen.
//
//	s, err := shop.Start(ctx, ".")
//	defer s.Stop()
//	programme, err := shop.Learn(ctx, s.Base)
package shop

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
)

// Shop is a storefront that runs in a folder of its own.
type Shop struct {
	Base  string // where it is, without a slash at the end
	Token string // its operator's

	folder string
	cmd    *exec.Cmd
	stop   func() error
}

// Start builds the program of the repository at root and starts it at a free port, with the demo programme in a folder that is
// thrown away. Stop ends it; ctx does not, so that what it still has to say is heard.
func Start(ctx context.Context, root string) (*Shop, error) {
	folder, err := os.MkdirTemp("", "auditui-shop")
	if err != nil {
		return nil, err
	}
	s := &Shop{Token: rand.Text(), folder: folder}
	if err := s.start(ctx, root); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return s, nil
}

func (s *Shop) start(ctx context.Context, root string) error {
	program := filepath.Join(s.folder, "storefront")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/storefront")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the storefront: %w\n%s", err, out)
	}
	s.cmd = exec.CommandContext(context.WithoutCancel(ctx), program, "--addr", "127.0.0.1:0", "--data", filepath.Join(s.folder, "data"),
		"--operator-token", s.Token, "--experiment", "surprise", "--partner-networks", "127.0.0.1") // all visitors are here
	s.cmd.Stderr = os.Stderr
	said, err := s.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("start the storefront: %w", err)
	}
	s.stop = sync.OnceValue(s.end)
	if s.Base, err = listen(said); err != nil {
		return errors.Join(err, s.end())
	}
	return nil
}

// Stop ends the storefront, as Ctrl+C does, and throws its folder away. It may be called twice.
func (s *Shop) Stop() error { return s.stop() }

func (s *Shop) end() error {
	err := s.cmd.Process.Signal(syscall.SIGTERM)
	if err == nil {
		err = s.cmd.Wait()
	}
	return errors.Join(err, os.RemoveAll(s.folder))
}

// listen reads what the program says until it says where it is. The rest is read and dropped, so that it never waits to be heard.
func listen(said io.Reader) (base string, err error) {
	lines := bufio.NewScanner(said)
	var heard []string
	for lines.Scan() {
		if base, ok := address(lines.Text()); ok {
			go func() { _, _ = io.Copy(io.Discard, said) }() // ends with the program
			return base, nil
		}
		heard = append(heard, lines.Text())
	}
	return "", fmt.Errorf("the storefront ended without saying where it is: %s", strings.Join(heard, "\n"))
}

// address finds where the storefront is in a line that it prints.
func address(line string) (base string, ok bool) {
	found := regexp.MustCompile(` sells tickets at (https?://\S+)$`).FindStringSubmatch(line)
	if found == nil {
		return "", false
	}
	return found[1], true
}
