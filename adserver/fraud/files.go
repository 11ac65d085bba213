package fraud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Files are the paths of lists; an empty one is no list. See ParseNetworks and ParseAgents for how they are written.
type Files struct {
	Networks    string // that are blocked
	DataCentres string // networks where machines are rented
	Anonymous   string // networks of proxies, of Tor and of those who hide their users
	Agents      string // user agents that are blocked
}

func (f Files) lists(log *slog.Logger) lists {
	return lists{
		blocked:   &list[Networks]{path: f.Networks, parse: ParseNetworks, log: log},
		centres:   &list[Networks]{path: f.DataCentres, parse: ParseNetworks, log: log},
		anonymous: &list[Networks]{path: f.Anonymous, parse: ParseNetworks, log: log},
		agents:    &list[Agents]{path: f.Agents, parse: ParseAgents, log: log},
	}
}

type lists struct {
	blocked, centres, anonymous *list[Networks]
	agents                      *list[Agents]
}

// Reload reads the lists that have changed since the last time, by their size and the time of their last change. A list that cannot be read leaves the
// edition before it in use, and is tried again only when it has changed. Errors: those of the file system, and faults that name the line; they
// are logged, too.
func (f *Filter) Reload() error {
	return errors.Join(f.lists.blocked.reload(), f.lists.centres.reload(), f.lists.anonymous.reload(), f.lists.agents.reload())
}

// Run calls Reload from time to time until ctx ends, and returns then.
func (f *Filter) Run(ctx context.Context) {
	tick := time.NewTicker(f.cfg.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_ = f.Reload() // it is logged
		}
	}
}

// list is the newest edition of a list that could be read.
type list[T any] struct {
	path  string
	parse func(io.Reader) (*T, error)
	log   *slog.Logger

	open atomic.Pointer[T] // nil before the first

	mu    sync.Mutex // of reload
	seen  stamp      // of the file that was tried last; zero means that there was none
	tried bool
}

// stamp tells one state of a file from another.
type stamp struct {
	modified time.Time
	size     int64
}

func (l *list[T]) get() *T { return l.open.Load() }

func (l *list[T]) reload() error {
	if l.path == "" {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	info, err := os.Stat(l.path)
	if err != nil {
		return l.failed(stamp{}, err)
	}
	now := stamp{modified: info.ModTime(), size: info.Size()}
	if l.tried && now == l.seen {
		return nil
	}
	next, err := l.read()
	if err != nil {
		return l.failed(now, err)
	}
	l.seen, l.tried = now, true
	l.open.Store(next)
	l.log.Info("list loaded", slog.String("file", l.path))
	return nil
}

func (l *list[T]) read() (*T, error) {
	f, err := os.Open(l.path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	return l.parse(f)
}

// failed logs why there is no new edition, once for each state of the file.
func (l *list[T]) failed(now stamp, err error) error {
	err = fmt.Errorf("list %s: %w", l.path, err)
	if !l.tried || now != l.seen {
		l.log.Error("list not loaded", slog.String("file", l.path), slog.String("error", err.Error()), slog.Bool("older_in_use", l.open.Load() != nil))
	}
	l.seen, l.tried = now, true
	return err
}
