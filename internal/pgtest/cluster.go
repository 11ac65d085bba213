//go:build unix

package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// Config says what a private cluster is for.
type Config struct {
	// Durable keeps Postgres's own durability (fsync and the rest). A benchmark
	// wants that; a test does without, and is quicker.
	Durable bool

	// Settings are further settings of the server, name to value.
	Settings map[string]string
}

// Server is a running server.
type Server struct {
	// URL is the server's, without a schema.
	URL string

	own *cluster // nil: the server was found
}

// cluster is a private server. keeper ends it when its input ends, which it does with the process that
// holds it, however that goes. Neither needs a goroutine, which a test for leaks would find.
type cluster struct {
	server, keeper *exec.Cmd
	hold           io.WriteCloser
}

const keeper = `trap '' INT HUP
cat >/dev/null
kill -INT "$1"
while kill -0 "$1"; do sleep 0.05; done
rm -rf "$2"`

// Stop ends a private server and removes its files. It does nothing to one
// that was found, or the second time.
func (s *Server) Stop() error {
	c := s.own
	if c == nil {
		return nil
	}
	s.own = nil
	err := c.hold.Close()
	_ = c.server.Wait() // told to end; how it says so does not matter
	return errors.Join(err, c.keeper.Wait())
}

// ended says whether the server is gone by itself.
func (c *cluster) ended() bool {
	pid, err := syscall.Wait4(c.server.Process.Pid, nil, syscall.WNOHANG, nil)
	return err == nil && pid != 0
}

// startTimeout bounds initdb and the start of the server, on a loaded machine.
const startTimeout = time.Minute

// Start starts a private cluster on a Unix socket in a folder of its own. It
// is ErrNone where the binaries are missing. The cluster ends with Stop or with the process.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	owner, err := account()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	dir, err := create(ctx, bin, owner)
	if err != nil {
		return nil, err
	}
	s, err := launch(bin, dir, owner, cfg)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.answers(ctx); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log")) // the error stands without it
		return nil, errors.Join(fmt.Errorf("pgtest: the private server does not answer: %w\n%s", err, log), s.Stop())
	}
	return s, nil
}

// binaries returns the folder of initdb and postgres, of the newest version found.
func binaries() (string, error) {
	var folders []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin",
	} {
		matches, _ := filepath.Glob(pattern) // the patterns are well formed
		slices.SortFunc(matches, func(a, b string) int { return version(b) - version(a) })
		folders = append(folders, matches...)
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		folders = append(folders, filepath.Dir(path))
	}
	for _, folder := range folders {
		if isProgram(filepath.Join(folder, "initdb")) && isProgram(filepath.Join(folder, "postgres")) {
			return folder, nil
		}
	}
	return "", ErrNone
}

// version is the number in a path such as /usr/lib/postgresql/15/bin.
func version(path string) int {
	digits := bytes.FieldsFunc([]byte(path), func(r rune) bool { return r < '0' || r > '9' })
	if len(digits) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(string(digits[0]))
	return n
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// account returns who shall own the cluster: initdb refuses root, so root
// lends it to another user. It is nil for the present user.
func account() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.ParseUint(u.Uid, 10, 32)
		gid, errG := strconv.ParseUint(u.Gid, 10, 32)
		if errU == nil && errG == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("pgtest: Postgres does not run as root, and there is no user postgres or nobody: run the tests as another user")
}

// create makes a folder with a new cluster in it.
func create(ctx context.Context, bin string, owner *syscall.Credential) (dir string, err error) {
	dir, err = os.MkdirTemp("/tmp", "pgtest-") // a socket's path is at most 107 bytes, so no long TMPDIR
	if err != nil {
		return "", err
	}
	if owner != nil {
		if err := os.Chown(dir, int(owner.Uid), int(owner.Gid)); err != nil {
			return "", errors.Join(err, os.RemoveAll(dir))
		}
	}
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "--pgdata", filepath.Join(dir, "data"),
		"--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = dir, &syscall.SysProcAttr{Credential: owner}
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", errors.Join(fmt.Errorf("pgtest: initdb: %w\n%s", err, out), os.RemoveAll(dir))
	}
	return dir, nil
}

// launch starts the server and its keeper.
func launch(bin, dir string, owner *syscall.Credential, cfg Config) (*Server, error) {
	args := []string{"-D", filepath.Join(dir, "data"), "-k", dir, "-h", "", "-p", "5432"}
	if !cfg.Durable {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")
	}
	for name, value := range cfg.Settings {
		args = append(args, "-c", name+"="+value)
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	server := command(filepath.Join(bin, "postgres"), owner, args...)
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	c := &cluster{server: server}
	c.keeper = command("/bin/sh", owner, "-c", keeper, "keeper", strconv.Itoa(server.Process.Pid), dir)
	if c.hold, err = c.keeper.StdinPipe(); err == nil {
		err = c.keeper.Start()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("pgtest: %w", err), server.Process.Kill())
	}
	q := url.Values{"host": {dir}, "port": {"5432"}}
	u := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres", RawQuery: q.Encode()}
	return &Server{URL: u.String(), own: c}, nil
}

// command is a program that runs as the owner, out of reach of a terminal's ^C.
func command(path string, owner *syscall.Credential, args ...string) *exec.Cmd {
	cmd := exec.Command(path, args...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner, Setpgid: true}
	return cmd
}

// answers waits until the server can be used.
func (s *Server) answers(ctx context.Context) error {
	for {
		err := usable(ctx, s.URL, findTimeout)
		if err == nil {
			return nil
		}
		if s.own.ended() {
			return errors.New("it has ended")
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}
