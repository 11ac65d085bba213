package lite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"

	"github.com/marquee-tickets/marquee/internal/sqldb/migrate"
)

// Migrate brings the database to the newest version of the migrations in fsys, which are
// recorded in the table. Several processes may do it at once: each migration is
// applied by one of them. A migration runs in a transaction (goose's NO
// TRANSACTION must not be used) and with foreign keys off, so that it can build a
// table anew; they are checked at the end.
func Migrate(ctx context.Context, db *DB, fsys fs.FS, table string) error {
	return MigrateTo(ctx, db, fsys, table, 0)
}

// MigrateTo is Migrate up to the version, which is for tests; 0 is the newest.
func MigrateTo(ctx context.Context, db *DB, fsys fs.FS, table string, version int64) (err error) {
	if err := db.enter(ctx); err != nil {
		return err
	}
	defer db.life.RUnlock()
	pool, err := sql.Open("sqlite", migratorDSN(db.path, db.cfg.BusyTimeout))
	if err != nil {
		return translate(err)
	}
	pool.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, pool.Close()) }()
	m := &migrator{pool: pool, src: migrate.Source{FS: fsys, Table: table, To: version}}
	return m.run(ctx)
}

// migrator applies migrations over a connection of its own.
type migrator struct {
	pool *sql.DB
	src  migrate.Source
}

// run applies the migrations. Where another process has applied the same one
// meanwhile, the recorded version being unique undoes ours, and we go on behind it.
func (m *migrator) run(ctx context.Context) error {
	if err := m.start(ctx); err != nil {
		return err
	}
	before, err := m.version(ctx)
	if err != nil {
		return err
	}
	for version := before; ; {
		err := patiently(ctx, func() error { return migrate.Up(ctx, goose.DialectSQLite3, m.pool, m.src, nil) })
		reached, versionErr := m.version(ctx)
		switch {
		case versionErr != nil:
			return errors.Join(err, versionErr)
		case err == nil && reached == before:
			return nil
		case err == nil:
			return m.checkReferences(ctx)
		case reached == version:
			return err
		}
		version = reached // by another process
	}
}

// start makes the table of versions, with goose's columns and each version once.
func (m *migrator) start(ctx context.Context) error {
	if m.src.Table == "" {
		return errors.New("sqldb/lite: give Migrate the name of the table that records the versions")
	}
	name := `"` + strings.ReplaceAll(m.src.Table, `"`, `""`) + `"`
	return patiently(ctx, func() error {
		_, err := m.pool.ExecContext(ctx, `
			begin immediate;
			create table if not exists `+name+` (
				id integer primary key autoincrement,
				version_id integer not null unique,
				is_applied integer not null,
				tstamp timestamp default (datetime('now')));
			insert or ignore into `+name+` (version_id, is_applied) values (0, 1);
			commit`)
		return translate(err)
	})
}

func (m *migrator) version(ctx context.Context) (version int64, err error) {
	err = patiently(ctx, func() error {
		version, err = migrate.Version(ctx, goose.DialectSQLite3, m.pool, m.src)
		return err
	})
	return version, err
}

// checkReferences names a row that refers to nothing.
func (m *migrator) checkReferences(ctx context.Context) error {
	var table, parent string
	var row sql.NullInt64
	var key int
	err := m.pool.QueryRowContext(ctx, "pragma foreign_key_check").Scan(&table, &row, &parent, &key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return translate(err)
	}
	return fmt.Errorf("sqldb/lite: after the migration row %d of table %s refers to a row of %s that is not there", row.Int64, table, parent)
}
