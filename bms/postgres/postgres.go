// Package postgres keeps everything in a PostgreSQL database that many nodes can
// share. The server's durability settings are left as they are.
//
//	db, err := postgres.Open(ctx, postgres.Config{URL: "postgres://localhost/marquee"})
//	client, err := bms.New(db, bms.Config{})
package postgres

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/marquee-tickets/marquee/bms/internal/sqlstore"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb/pg"
)

//go:embed migrations/*.sql
var migrations embed.FS

// versionTable is where the migrations that have run are noted, apart from those of the program that embeds us.
const versionTable = "bms_migration"

// channelPrefix and the schema name the channel that carries the versions of shows between the nodes
// of one installation.
const channelPrefix = "bms_show_version_"

// Config says where the database is.
type Config struct {
	// URL is a connection string as libpq has it: "postgres://user@host/database".
	URL string

	// Schema is the schema to use, created when it is not there. Empty means the connection's own.
	Schema string

	// CheckoutConns and BackgroundConns bound the connections for what buyers wait
	// for and for what nobody does. Zero means 16 and 4.
	CheckoutConns, BackgroundConns int32

	// Now is the clock. Nil means the database's, which all nodes share.
	Now func() time.Time
}

// Open connects, bringing the tables up to date. Several nodes may open at once.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	db, err := pg.Open(ctx, pg.Config{
		URL: cfg.URL, SearchPath: cfg.Schema, CheckoutConns: cfg.CheckoutConns, BackgroundConns: cfg.BackgroundConns, Now: cfg.Now,
	})
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := pg.Migrate(ctx, db, Migrations(), versionTable); err != nil {
		return nil, errors.Join(fmt.Errorf("migrate database: %w", err), db.Close())
	}
	return &DB{DB: sqlstore.New(db), pg: db, channel: channelPrefix + cfg.Schema}, nil
}

// Migrations returns the files that build the tables, for tools and tests.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}

// DB is a store.DB whose nodes tell each other what has changed.
type DB struct {
	*sqlstore.DB
	pg      *pg.DB
	channel string
}

var _ interface {
	store.DB
	store.Live
} = (*DB)(nil)

// maxPayload is how much one notification carries; Postgres refuses 8,000 bytes.
const maxPayload = 7000

// Announce implements store.Live.
func (d *DB) Announce(ctx context.Context, versions map[string]int64) error {
	part, size := map[string]int64{}, 0
	send := func() error {
		if len(part) == 0 {
			return nil
		}
		payload, err := json.Marshal(part)
		if err != nil {
			return err
		}
		part, size = map[string]int64{}, 0
		return d.pg.Notify(ctx, d.channel, string(payload))
	}
	for show, version := range versions {
		part[show] = version
		if size += len(show) + 24; size > maxPayload {
			if err := send(); err != nil {
				return err
			}
		}
	}
	return send()
}

// Hear implements store.Live.
func (d *DB) Hear(ctx context.Context, fn func(show string, version int64)) error {
	return d.pg.Listen(ctx, d.channel, func(payload string) {
		versions := map[string]int64{}
		if payload == "" || json.Unmarshal([]byte(payload), &versions) != nil {
			fn("", 0)
			return
		}
		for show, version := range versions {
			fn(show, version)
		}
	})
}
