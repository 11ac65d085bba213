// Package sqlite keeps everything in one SQLite file: the engine of embedded
// programs. One process writes; a commit is on disk when it returns.
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
	return sqlstore.New(db), nil
}

// Migrations returns the files that build the tables, for tools and tests.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}
