// Package sqlite keeps everything in one SQLite file: the engine of embedded
// programs. A commit is on disk when it returns.
//
// Several processes of one computer may have the file open and sell from it: they wait for each other's
// commits, so it makes nothing faster. No seat is sold twice, and each notices what the others have
// written within a moment, while its client runs (bms.Client.Run). A file on a network drive is refused
// where it can be told, and must not be shared.
//
//	db, err := sqlite.Open(ctx, sqlite.Config{Path: "shop.db"})
//	client, err := bms.New(db, bms.Config{})
package sqlite

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/marquee-tickets/marquee/bms/internal/sqlstore"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// versionTable is where the migrations that have run are noted, apart from those of the program that embeds us.
const versionTable = "bms_migration"

// Config says where the database is.
type Config struct {
	// Path is the file. It is created when it is not there, in a folder that exists.
	Path string

	// Readers is how many reads run at once. Zero means one for each processor, at least 4.
	Readers int

	// Now is the clock. Nil means the computer's.
	Now func() time.Time
}

// noticeEvery is how often a process looks whether another one has written.
const noticeEvery = 200 * time.Millisecond

// DB is a store.DB that notices what other processes write into its file.
type DB struct {
	store.DB
	lite *lite.DB
}

var _ store.Live = (*DB)(nil)

// Announce implements store.Live. There is nothing to do: the others look into the file.
func (d *DB) Announce(context.Context, map[string]int64) error { return nil }

// Hear implements store.Live: it says that announcements may have been missed whenever another process has written.
func (d *DB) Hear(ctx context.Context, fn func(show string, version int64)) error {
	tick := time.NewTicker(noticeEvery)
	defer tick.Stop()
	last, known := int64(0), false
	for {
		version, err := d.version(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil: // busy: the next look will tell
		case known && version == last:
		default:
			last, known = version, true
			fn("", 0)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// version changes when another connection than the writer's, and so another process, has committed
// (https://www.sqlite.org/pragma.html#pragma_data_version).
func (d *DB) version(ctx context.Context) (version int64, err error) {
	err = d.lite.Background().Update(ctx, func(tx sqldb.Tx) error {
		return tx.One(ctx, []any{&version}, "pragma data_version")
	})
	return version, err
}

// Open opens the database, bringing its tables up to date. Errors: what is wrong with the path, or a
// database that a newer version of this program has written.
func Open(ctx context.Context, cfg Config) (store.DB, error) {
	db, err := lite.Open(ctx, lite.Config{Path: cfg.Path, Readers: cfg.Readers, Now: cfg.Now})
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := lite.Migrate(ctx, db, Migrations(), versionTable); err != nil {
		return nil, errors.Join(fmt.Errorf("migrate database: %w", err), db.Close())
	}
	return &DB{DB: sqlstore.New(db), lite: db}, nil
}

// Migrations returns the files that build the tables, for tools and tests.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}
