package pg

import (
	"context"
	"errors"
	"hash/crc32"
	"io/fs"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/marquee-tickets/marquee/internal/sqldb/migrate"
)

// A node that starts asks for the migration lock every second for five minutes; another's
// migration may take as long.
const (
	migrateProbe  = 1
	migrateProbes = 300
)

// Migrate brings the database to the newest version of the migrations in fsys, which are
// recorded in the table. Several nodes may do it at once: an advisory lock lets
// one at a time do it.
func Migrate(ctx context.Context, db *DB, fsys fs.FS, table string) error {
	return MigrateTo(ctx, db, fsys, table, 0)
}

// MigrateTo is Migrate up to the version, which is for tests; 0 is the newest.
func MigrateTo(ctx context.Context, db *DB, fsys fs.FS, table string, version int64) (err error) {
	if err := db.enter(ctx); err != nil {
		return err
	}
	defer db.life.RUnlock()
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockID(lockID(db.cfg.SearchPath, table)), lock.WithLockTimeout(migrateProbe, migrateProbes))
	if err != nil {
		return err
	}
	pool := stdlib.OpenDB(*db.conn.Copy())
	defer func() { err = errors.Join(err, pool.Close()) }()
	pool.SetMaxOpenConns(1)
	return migrate.Up(ctx, goose.DialectPostgres, pool, migrate.Source{FS: fsys, Table: table, To: version}, locker)
}

// lockID keeps migrations of one schema and table apart, and no others: an
// advisory lock is the whole database's.
func lockID(schema, table string) int64 {
	return int64(crc32.ChecksumIEEE([]byte("marquee migrations " + schema + "." + table)))
}
