// Package pg runs units of work on Postgres, natively through pgx.
//
// Round trips are what Postgres costs, so a unit makes as few as it can: the
// transaction begins in the same round trip as its first statement, queued
// statements travel with the next query, and those left at the end travel with the commit. A unit of
// queued statements alone is one round trip; a query followed by queued
// statements is two.
//
// Checkout and background work have connections of their own. Durability is
// the server's: nothing here touches fsync, synchronous_commit or full_page_writes.
package pg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// Config says which server, and how it is used. Only URL is required.
type Config struct {
	// URL is postgres://user:password@host:port/database, or libpq's key=value form.
	URL string

	// CheckoutConns is how many connections serve View and Update at most. Zero means 16.
	CheckoutConns int32

	// BackgroundConns is how many connections serve Background at most. Zero means 4.
	BackgroundConns int32

	// Now is the clock. Nil means the database's, which every node shares.
	Now func() time.Time

	// SearchPath is the schema that statements find their tables in. Empty means the server's default.
	SearchPath string

	// LockTimeout is how long a statement waits for a lock before the unit is
	// run again. Zero means 3 seconds.
	LockTimeout time.Duration
}

const (
	// statementCache is how many prepared statements a connection keeps; the
	// product has a few hundred.
	statementCache = 512

	// connectTimeout bounds a connection attempt where the URL does not.
	connectTimeout = 5 * time.Second

	// idleTransaction is after how long the server ends a transaction whose node has
	// stopped in its middle, so that its locks do not stop the sale.
	idleTransaction = 30 * time.Second
)

func (c Config) withDefaults() Config {
	c.CheckoutConns = cmp.Or(c.CheckoutConns, 16)
	c.BackgroundConns = cmp.Or(c.BackgroundConns, 4)
	c.LockTimeout = cmp.Or(c.LockTimeout, 3*time.Second)
	return c
}

func (c Config) validate() error {
	switch {
	case c.URL == "":
		return errors.New("sqldb/pg: Config.URL is empty: give postgres://user:password@host:port/database")
	case c.CheckoutConns < 1:
		return fmt.Errorf("sqldb/pg: Config.CheckoutConns is %d: give 1 or more, or 0 for the default", c.CheckoutConns)
	case c.BackgroundConns < 1:
		return fmt.Errorf("sqldb/pg: Config.BackgroundConns is %d: give 1 or more, or 0 for the default", c.BackgroundConns)
	case c.LockTimeout < time.Millisecond:
		return fmt.Errorf("sqldb/pg: Config.LockTimeout is %s: give 1 ms or more, or 0 for the default", c.LockTimeout)
	}
	return nil
}

// DB is a Postgres database. It implements sqldb.DB.
type DB struct {
	*shared
	pool *pgxpool.Pool // of this lane
}

// shared is what the foreground and the background have in common.
type shared struct {
	cfg        Config
	conn       *pgx.ConnConfig
	clock      clock
	checkout   *pgxpool.Pool
	background *DB

	life    sync.RWMutex // held for reading by every unit of work
	closed  bool
	closing context.Context // ends when Close begins
	close   context.CancelFunc
	clocked sync.WaitGroup // the goroutine that keeps the clock
}

var _ sqldb.DB = (*DB)(nil)

// Open connects to the server and measures its clock.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	pools, err := newPools(ctx, cfg)
	if err != nil {
		return nil, err
	}
	s := &shared{cfg: cfg, conn: pools.checkout.Config().ConnConfig, checkout: pools.checkout}
	s.closing, s.close = context.WithCancel(context.WithoutCancel(ctx))
	s.background = &DB{shared: s, pool: pools.background}
	db := &DB{shared: s, pool: pools.checkout}
	if err := db.measureClock(ctx); err != nil {
		return nil, errors.Join(openError(s.conn, err), db.Close())
	}
	if cfg.Now == nil {
		s.clocked.Go(func() { keep(s.closing, s.background.measureClock) })
	}
	return db, nil
}

// openError says which server does not answer, without the password.
func openError(c *pgx.ConnConfig, err error) error {
	return fmt.Errorf("sqldb/pg: cannot use Postgres at %s:%d, database %q, as user %q: start the server or correct the URL: %w",
		c.Host, c.Port, c.Database, c.User, err)
}

type pools struct{ checkout, background *pgxpool.Pool }

func newPools(ctx context.Context, cfg Config) (p pools, err error) {
	c, err := poolConfig(cfg)
	if err != nil {
		return pools{}, err
	}
	bg := c.Copy()
	c.MaxConns, bg.MaxConns = cfg.CheckoutConns, cfg.BackgroundConns
	if p.checkout, err = pgxpool.NewWithConfig(ctx, c); err != nil {
		return pools{}, fmt.Errorf("sqldb/pg: checkout connections: %w", err)
	}
	if p.background, err = pgxpool.NewWithConfig(ctx, bg); err != nil {
		p.checkout.Close()
		return pools{}, fmt.Errorf("sqldb/pg: background connections: %w", err)
	}
	return p, nil
}

func poolConfig(cfg Config) (*pgxpool.Config, error) {
	c, err := pgxpool.ParseConfig(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("sqldb/pg: Config.URL: give postgres://user:password@host:port/database: %w", err)
	}
	conn := c.ConnConfig
	conn.StatementCacheCapacity = statementCache
	conn.ConnectTimeout = cmp.Or(conn.ConnectTimeout, connectTimeout)
	params := conn.RuntimeParams
	params["application_name"] = cmp.Or(params["application_name"], "marquee")
	params["timezone"] = "UTC"
	params["lock_timeout"] = strconv.FormatInt(cfg.LockTimeout.Milliseconds(), 10)
	params["idle_in_transaction_session_timeout"] = strconv.FormatInt(idleTransaction.Milliseconds(), 10)
	if cfg.SearchPath != "" {
		params["search_path"] = pgx.Identifier{cfg.SearchPath}.Sanitize()
	}
	c.AfterConnect = prepareControl
	return c, nil
}

// prepareControl prepares the statements that begin and end transactions, so
// that a failed unit does not cost them their place in the statement cache.
func prepareControl(ctx context.Context, conn *pgx.Conn) error {
	for _, sql := range []string{beginUpdate, beginView, commit, rollback} {
		if _, err := conn.Prepare(ctx, sql, sql); err != nil {
			return err
		}
	}
	return nil
}

// View runs fn in a read-only transaction at REPEATABLE READ: one snapshot, and never
// a conflict. It does not wait for the round trip that ends the transaction.
func (db *DB) View(ctx context.Context, fn func(sqldb.Tx) error) error {
	if err := db.enter(ctx); err != nil {
		return err
	}
	t := db.newTx(ctx, beginView)
	defer func() {
		go func() { // Close waits for it by the lock
			defer db.life.RUnlock()
			t.release()
		}()
	}()
	return t.endView(fn(t))
}

// Read runs fn on a connection without a transaction. What is queued and the statement that it is
// sent with are one implicit transaction of the server's, at READ COMMITTED.
func (db *DB) Read(ctx context.Context, fn func(sqldb.Tx) error) error {
	if err := db.enter(ctx); err != nil {
		return err
	}
	defer db.life.RUnlock()
	t := db.newTx(ctx, "")
	t.begun = true // there is nothing to begin
	defer t.release()
	return t.endView(fn(t))
}

// Update runs fn at READ COMMITTED. Constraints and conditional statements keep the rules, not the
// isolation level. A unit that lost against another (deadlock, lock timeout)
// is run again, up to 5 times.
func (db *DB) Update(ctx context.Context, fn func(sqldb.Tx) error) error {
	if err := db.enter(ctx); err != nil {
		return err
	}
	defer db.life.RUnlock()
	return again(ctx, func() error {
		t := db.newTx(ctx, beginUpdate)
		defer t.release()
		return t.endUpdate(fn(t))
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

// Background returns the database over the background connections. It is
// closed by closing either.
func (db *DB) Background() sqldb.DB { return db.background }

// Now is the database's time, or Config.Now, in UTC and cut to whole microseconds.
func (db *DB) Now() time.Time {
	now := db.cfg.Now
	if now == nil {
		now = db.clock.now
	}
	return now().UTC().Truncate(time.Microsecond)
}

// Dialect is sqldb.Postgres.
func (db *DB) Dialect() sqldb.Dialect { return sqldb.Postgres }

// Close waits for running units of work, ends every Listen and closes the
// connections. A second Close does nothing.
func (db *DB) Close() error {
	db.close()
	db.life.Lock()
	defer db.life.Unlock()
	if db.closed {
		return nil
	}
	db.closed = true
	db.clocked.Wait()
	db.checkout.Close()
	db.background.pool.Close()
	return nil
}
