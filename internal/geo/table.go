package geo

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/oschwald/geoip2-golang/v2"
	"github.com/oschwald/maxminddb-golang/v2"
)

// Config is how a database is kept. The zero Config is right for most.
type Config struct {
	// Every is how often Run looks whether there is a new edition. Zero means a minute.
	Every time.Duration

	// Cache is how many records are remembered: a record is what the database says of all networks that are in one place. Zero means 10,000.
	Cache int

	// Logger is told of editions taken up and of those that cannot be read. Nil discards it.
	Logger *slog.Logger
}

func (c Config) withDefaults() Config {
	if c.Every <= 0 {
		c.Every = time.Minute
	}
	if c.Cache <= 0 {
		c.Cache = 10_000
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// maxFile is the largest database that is read, in bytes: four times the largest there is.
const maxFile = 2 << 30

// Table looks addresses up in the newest edition of a database, which says a T of each: a *DB, *Providers or *Proxies. A nil *Table knows
// nothing. It is safe for concurrent use; a lookup of what is remembered allocates nothing.
type Table[T any] struct {
	kind kind[T]
	path string
	cfg  Config
	open atomic.Pointer[edition[T]] // nil before the first that could be read

	mu    sync.Mutex // of Reload
	seen  stamp      // of the file that was tried last; zero means that there was none
	tried bool
}

// stamp tells one state of a file from another.
type stamp struct {
	modified time.Time
	size     int64
}

// kind is what can be read from some of MaxMind's databases.
type kind[T any] struct {
	name string // as MaxMind calls them
	find func(*geoip2.Reader, netip.Addr) (T, error)
}

func newTable[T any](k kind[T], path string, cfg Config) *Table[T] {
	return &Table[T]{kind: k, path: path, cfg: cfg.withDefaults()}
}

// Run calls Reload from time to time until ctx ends, and returns then.
func (db *Table[T]) Run(ctx context.Context) {
	if db == nil || db.path == "" {
		return
	}
	tick := time.NewTicker(db.cfg.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_ = db.Reload() // it is logged
		}
	}
}

// Reload reads the file when it has changed since the last time, by its size and the time of its last change. A
// file that cannot be read leaves the edition before it in use, and is tried again only when it has changed.
// Errors: those of the file system and of the format; they are logged, too.
func (db *Table[T]) Reload() error {
	if db == nil || db.path == "" {
		return nil
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	info, err := os.Stat(db.path)
	if err != nil {
		return db.failed(stamp{}, err)
	}
	now := stamp{modified: info.ModTime(), size: info.Size()}
	if db.tried && now == db.seen {
		return nil
	}
	next, err := db.read()
	if err != nil {
		return db.failed(now, err)
	}
	db.seen, db.tried = now, true
	db.open.Store(next)
	db.cfg.Logger.Info("addresses loaded", slog.String("file", db.path), slog.String("type", next.reader.Metadata().DatabaseType),
		slog.Time("built", next.reader.Metadata().BuildTime()))
	return nil
}

// failed logs why there is no new edition, once for each state of the file.
func (db *Table[T]) failed(now stamp, err error) error {
	err = fmt.Errorf("addresses of %s: %w", db.path, err)
	if !db.tried || now != db.seen {
		db.cfg.Logger.Error("addresses not loaded", slog.String("file", db.path), slog.String("error", err.Error()),
			slog.Bool("older_in_use", db.open.Load() != nil))
	}
	db.seen, db.tried = now, true
	return err
}

// read opens the file.
func (db *Table[T]) read() (*edition[T], error) {
	f, err := os.Open(db.path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("has more than %d bytes; give a database of kind %s", maxFile, db.kind.name)
	}
	return newEdition(db.kind, data, db.cfg.Cache)
}

// Lookup returns what is known of an address; the zero T when nothing is.
func (db *Table[T]) Lookup(a netip.Addr) T {
	var nothing T
	if db == nil {
		return nothing
	}
	e := db.open.Load()
	if e == nil || !a.IsValid() {
		return nothing
	}
	found, err := e.lookup(a.Unmap().WithZone(""))
	if err != nil && e.damaged.CompareAndSwap(false, true) {
		db.cfg.Logger.Error("addresses are damaged", slog.String("file", db.path), slog.String("error", err.Error()))
	}
	return found
}

// edition is one database, with what was read of it.
type edition[T any] struct {
	kind    kind[T]
	tree    *maxminddb.Reader // finds the record of an address
	reader  *geoip2.Reader    // reads it
	known   *lru.Cache[uintptr, *T]
	damaged atomic.Bool // it was logged
}

func newEdition[T any](k kind[T], data []byte, cache int) (*edition[T], error) {
	reader, err := geoip2.OpenBytes(data)
	if err != nil {
		return nil, err
	}
	if _, err := k.find(reader, netip.IPv4Unspecified()); err != nil {
		return nil, fmt.Errorf("is no %s database: %w", k.name, err)
	}
	tree, err := maxminddb.OpenBytes(data)
	if err != nil {
		return nil, err
	}
	known, err := lru.New[uintptr, *T](cache)
	if err != nil {
		return nil, err
	}
	return &edition[T]{kind: k, tree: tree, reader: reader, known: known}, nil
}

// lookup remembers what it finds by where in the file it is: going down the tree to the record of an address takes a tenth of a
// microsecond, reading the record three, and a million networks share some thousand records.
func (e *edition[T]) lookup(a netip.Addr) (T, error) {
	var nothing T
	at := e.tree.Lookup(a)
	if err := at.Err(); err != nil || !at.Found() {
		return nothing, err
	}
	if known, ok := e.known.Get(at.Offset()); ok {
		return *known, nil
	}
	found, err := e.kind.find(e.reader, a)
	if err != nil {
		return nothing, err
	}
	e.known.Add(at.Offset(), &found)
	return found, nil
}
