// Package sqlite keeps what the ad server keeps in one SQLite file of its own. A commit is on disk when it returns. Several processes of one
// computer may have the file open.
//
//	db, err := sqlite.Open(ctx, "ads.db")
package sqlite

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// versionTable is where the migrations that have run are noted.
const versionTable = "ad_migration"

// Open opens the file, creating it in a folder that exists and bringing its tables up to date. Errors: what is wrong with the path, or a
// file that a newer version of this program has written.
func Open(ctx context.Context, path string) (*store.DB, error) {
	db, err := lite.Open(ctx, lite.Config{Path: path})
	if err != nil {
		return nil, fmt.Errorf("open the store of ads: %w", err)
	}
	if err := prepare(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return store.New(db), nil
}

func prepare(ctx context.Context, db *lite.DB) error {
	if err := lite.Migrate(ctx, db, Migrations(), versionTable); err != nil {
		return fmt.Errorf("migrate the store of ads: %w", err)
	}
	// What is deleted is overwritten with zeros (https://www.sqlite.org/pragma.html#pragma_secure_delete), or a viewer who was
	// erased could still be read in the file.
	err := db.Update(ctx, func(tx sqldb.Tx) error {
		var on bool
		return tx.One(ctx, []any{&on}, "pragma secure_delete = on")
	})
	if err != nil {
		return fmt.Errorf("have what is deleted overwritten: %w", err)
	}
	return nil
}

// Migrations returns the files that build the tables, for tools and tests.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}
