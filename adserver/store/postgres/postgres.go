// Package postgres keeps what the ad server keeps in a PostgreSQL database that many nodes can share. The server's durability settings are left
// as they are.
//
//	db, err := postgres.Open(ctx, "postgres://localhost/marquee", "ads")
package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"

	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/pg"
)

//go:embed migrations/*.sql
var migrations embed.FS

// versionTable is where the migrations that have run are noted.
const versionTable = "ad_migration"

// conns is how many connections there are for what somebody waits for, beside the few for background work: these are apart from those
// of bookings, which a server has to have left.
const conns = 8

// Open connects to the server, a connection string as libpq has it, and brings the tables up to date. The schema is created when it is not
// there; empty means the connection's own. Several nodes may open at once.
func Open(ctx context.Context, url, schema string) (*store.DB, error) {
	db, err := pg.Open(ctx, pg.Config{URL: url, SearchPath: schema, CheckoutConns: conns})
	if err != nil {
		return nil, fmt.Errorf("open the store of ads: %w", err)
	}
	if err := prepare(ctx, db, schema); err != nil {
		return nil, errors.Join(fmt.Errorf("migrate the store of ads: %w", err), db.Close())
	}
	return store.New(db), nil
}

func prepare(ctx context.Context, db *pg.DB, schema string) error {
	if schema != "" {
		if err := create(ctx, db, schema); err != nil {
			return err
		}
	}
	return pg.Migrate(ctx, db, Migrations(), versionTable)
}

const (
	// An advisory lock, because two that create the same schema at once are not told "if not exists" but an error.
	lockSchemas = "select pg_advisory_xact_lock(hashtextextended('ad schema', 0))"

	schemaThere = "select exists (select from pg_namespace where nspname = $1)"
)

// create makes the schema where there is none. Who may not create one can use one that is there.
func create(ctx context.Context, db *pg.DB, schema string) error {
	return db.Update(ctx, func(tx sqldb.Tx) error {
		tx.Queue(sqldb.Stmt{SQL: lockSchemas})
		if err := tx.Flush(ctx); err != nil { // what comes next must see what was committed before the lock was ours
			return err
		}
		var there bool
		if err := tx.One(ctx, []any{&there}, schemaThere, schema); err != nil || there {
			return err
		}
		_, err := tx.Exec(ctx, "create schema "+pgx.Identifier{schema}.Sanitize())
		return err
	})
}

// Migrations returns the files that build the tables, for tools and tests.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}
