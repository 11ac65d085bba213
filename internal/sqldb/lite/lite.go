// Package lite runs units of work on one SQLite file.
//
// All writing goes through one connection. Units of work that wait for it are
// taken together: each runs in a savepoint of its own, one COMMIT puts them all
// on disk, and only then is each answered. One that fails undoes only itself.
// Readers have connections of their own and never wait for the writer.
//
// Another process may open the same file. The two then wait for each other's
// commits, up to Config.BusyTimeout.
package lite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/marquee-tickets/marquee/internal/groupcommit"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// Config says where the database is and how it is used. Only Path is required.
type Config struct {
	// Path is the database's file. Open creates it, in a folder that must exist.
	Path string

	// Readers is how many units of View run at once. Zero means one for each
	// processor, at least 4.
	Readers int

	// Now is the clock. Nil means the computer's.
	Now func() time.Time

	// GroupMax is how many units of Update share a commit at most. Zero means 256.
	GroupMax int

	// BusyTimeout is how long a unit waits while another process writes. Zero means 5 seconds.
	BusyTimeout time.Duration
}

// Background work gets readers of its own, and so few places in the writer's
// queue that a group is never made slow by it.
const (
	backgroundReaders = 2
	backgroundWriters = 8
)

func (c Config) withDefaults() Config {
	if c.Readers == 0 {
		c.Readers = max(4, runtime.NumCPU())
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.GroupMax == 0 {
		c.GroupMax = 256
	}
	if c.BusyTimeout == 0 {
		c.BusyTimeout = 5 * time.Second
	}
	return c
}

func (c Config) validate() error {
	switch {
	case c.Readers < 1:
		return fmt.Errorf("sqldb/lite: Config.Readers is %d: give 1 or more, or 0 for the default", c.Readers)
	case c.GroupMax < 1:
		return fmt.Errorf("sqldb/lite: Config.GroupMax is %d: give 1 or more, or 0 for the default", c.GroupMax)
	case c.BusyTimeout < time.Millisecond:
		return fmt.Errorf("sqldb/lite: Config.BusyTimeout is %s: give 1 ms or more, or 0 for the default", c.BusyTimeout)
	}
	return nil
}

// DB is an SQLite database. It implements sqldb.DB.
type DB struct {
	*shared
	free   chan *session // this lane's readers that are free
	places chan struct{} // this lane's places in the writer's queue; nil: no limit
}

// shared is what the foreground and the background have in common.
type shared struct {
	cfg        Config
	path       string // absolute
	writer     *writer
	group      *groupcommit.Group[*unit]
	writePool  *sql.DB
	readPool   *sql.DB
	readers    []*session // of both lanes
	background *DB

	life   sync.RWMutex // held for reading by every unit of work
	closed bool
}

var _ sqldb.DB = (*DB)(nil)

// Open opens the file, or creates it, and checks that it is a database that
// can be written.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	path, err := checkPath(cfg.Path)
	if err != nil {
		return nil, err
	}
	writePool, err := sql.Open("sqlite", writerDSN(path, cfg.BusyTimeout))
	if err != nil {
		return nil, openError(path, err)
	}
	readPool, err := sql.Open("sqlite", readerDSN(path, cfg.BusyTimeout))
	if err != nil {
		return nil, openError(path, err)
	}
	w := &writer{session: &session{pool: writePool}}
	if err := patiently(ctx, func() error { return w.begin(ctx) }); err != nil {
		return nil, openError(path, errors.Join(err, w.close(), writePool.Close(), readPool.Close()))
	}
	s := &shared{cfg: cfg, path: path, writer: w, writePool: writePool, readPool: readPool}
	s.group = groupcommit.New(cfg.GroupMax, w.run)
	s.background = s.lane(backgroundReaders)
	s.background.places = make(chan struct{}, backgroundWriters)
	return s.lane(cfg.Readers), nil
}

// lane returns a DB with n readers of its own, none connected yet.
func (s *shared) lane(n int) *DB {
	db := &DB{shared: s, free: make(chan *session, n)}
	for range n {
		r := &session{pool: s.readPool}
		s.readers = append(s.readers, r)
		db.free <- r
	}
	return db
}

// View runs fn in a read transaction on a connection that cannot write.
func (db *DB) View(ctx context.Context, fn func(sqldb.Tx) error) error {
	return db.onReader(ctx, fn, db.view)
}

// Read runs fn on one of the readers; each statement sees what is committed when it begins.
func (db *DB) Read(ctx context.Context, fn func(sqldb.Tx) error) error {
	return db.onReader(ctx, fn, db.read)
}

func (db *DB) onReader(ctx context.Context, fn func(sqldb.Tx) error, run func(context.Context, *session, func(sqldb.Tx) error) error) error {
	if err := db.enter(ctx); err != nil {
		return err
	}
	defer db.life.RUnlock()
	select {
	case s := <-db.free:
		defer func() { db.free <- s }()
		return run(ctx, s, fn)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (db *DB) view(ctx context.Context, s *session, fn func(sqldb.Tx) error) error {
	if err := s.open(ctx); err != nil {
		return err
	}
	if err := s.control("begin"); err != nil {
		return err
	}
	defer func() { _ = s.control("rollback") }() // nothing was written
	return db.read(ctx, s, fn)
}

func (db *DB) read(ctx context.Context, s *session, fn func(sqldb.Tx) error) error {
	if err := s.open(ctx); err != nil {
		return err
	}
	t := &tx{session: s, ctx: ctx, now: db.Now()}
	return t.end(fn(t))
}

// Update puts the unit of work in line for the writer and returns when it is
// on disk or undone. A unit whose turn has not come when ctx ends is dropped.
func (db *DB) Update(ctx context.Context, fn func(sqldb.Tx) error) error {
	if err := db.enter(ctx); err != nil {
		return err
	}
	defer db.life.RUnlock()
	if db.places != nil {
		select {
		case db.places <- struct{}{}:
			defer func() { <-db.places }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	u := newUnit(ctx)
	db.group.Submit(u)
	return u.wait(func(s *session) error {
		t := &tx{session: s, ctx: ctx, detached: true, now: db.Now()}
		return t.end(fn(t))
	})
}

// enter begins a unit of work: unless it fails, the caller holds life for reading.
func (db *DB) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	db.life.RLock()
	if db.closed {
		db.life.RUnlock()
		return errClosed()
	}
	return nil
}

// Background returns the database with few readers of its own and few places
// in the writer's queue. It is closed by closing either.
func (db *DB) Background() sqldb.DB { return db.background }

// Now is Config.Now in UTC, cut to whole microseconds.
func (db *DB) Now() time.Time { return db.cfg.Now().UTC().Truncate(time.Microsecond) }

// Dialect is sqldb.SQLite.
func (db *DB) Dialect() sqldb.Dialect { return sqldb.SQLite }

// Close waits for running units of work, moves the write-ahead log into the
// file and closes it. A second Close does nothing.
func (db *DB) Close() error {
	db.life.Lock()
	defer db.life.Unlock()
	if db.closed {
		return nil
	}
	db.closed = true
	db.group.Wait()
	var err error
	for _, r := range db.readers {
		err = errors.Join(err, r.close())
	}
	err = errors.Join(err, db.readPool.Close(), db.writer.checkpoint(), db.writer.close())
	return errors.Join(err, db.writePool.Close())
}
