// Package migrate brings a database to a version of its schema: forward only,
// each migration in a transaction of its own, and safe when several nodes do it at once. The
// engines' packages offer it as Migrate; it links no driver.
package migrate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Source is where migrations come from and where they are recorded.
type Source struct {
	// FS has files named 00001_what_it_does.sql in its root, in goose's format: the
	// statements stand after "-- +goose Up".
	FS fs.FS

	// Table is the name of the table that records the versions. Programs that share a
	// database have one each.
	Table string

	// To is the version to stop at. Zero means the newest.
	To int64
}

// ErrNewer means that a newer version of the program has migrated the database.
var ErrNewer = errors.New("the database is newer than this program")

// Up applies what is missing up to src.To. locker keeps other nodes out
// meanwhile; it may be nil where the caller does so.
func Up(ctx context.Context, dialect goose.Dialect, db *sql.DB, src Source, locker lock.SessionLocker) error {
	p, err := provider(dialect, db, src, locker)
	if err != nil {
		return err
	}
	to := src.To
	if to == 0 {
		to = math.MaxInt64
	}
	_, err = p.UpTo(ctx, to)
	current, newest, versionErr := p.GetVersions(ctx)
	switch {
	case versionErr == nil && current > newest:
		return fmt.Errorf("migrate: %w: it is at version %d, the program knows versions up to %d: run the newer program", ErrNewer, current, newest)
	case err != nil:
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Version returns the version that the database is at; 0 is an empty one.
func Version(ctx context.Context, dialect goose.Dialect, db *sql.DB, src Source) (int64, error) {
	p, err := provider(dialect, db, src, nil)
	if err != nil {
		return 0, err
	}
	version, err := p.GetDBVersion(ctx)
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	return version, nil
}

func provider(dialect goose.Dialect, db *sql.DB, src Source, locker lock.SessionLocker) (*goose.Provider, error) {
	if src.Table == "" || src.To < 0 {
		return nil, fmt.Errorf("migrate: table %q, version %d: give the table that records the versions, and a version of 0 or more", src.Table, src.To)
	}
	options := []goose.ProviderOption{goose.WithTableName(src.Table), goose.WithDisableGlobalRegistry(true)}
	if locker != nil {
		options = append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dialect, db, src.FS, options...)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	return p, nil
}
