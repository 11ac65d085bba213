package lite_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
	"github.com/marquee-tickets/marquee/internal/sqldb/sqldbtest"
)

func TestMigrations(t *testing.T) {
	t.Parallel()
	sqldbtest.RunMigrations(t, sqldbtest.Migrator[*lite.DB]{
		Place: func(t *testing.T) func(*testing.T) *lite.DB {
			path := filepath.Join(t.TempDir(), "test.db")
			return func(t *testing.T) *lite.DB { return open(t, lite.Config{Path: path, BusyTimeout: patience}) }
		},
		To: lite.MigrateTo,
	})
}

// migrateFile names the file for a process that TestMigrate_SeveralProcesses starts.
const migrateFile = "TEST_LITE_MIGRATE"

func TestMigrate_SeveralProcesses(t *testing.T) {
	t.Parallel()
	if path := os.Getenv(migrateFile); path != "" {
		db := open(t, lite.Config{Path: path, BusyTimeout: patience})
		require.NoError(t, lite.Migrate(t.Context(), db, sqldbtest.Migrations(4), "schema_version"))
		return
	}
	path := filepath.Join(t.TempDir(), "test.db")
	var others []*exec.Cmd
	for range 4 {
		other := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMigrate_SeveralProcesses$")
		other.Env = append(os.Environ(), migrateFile+"="+path)
		other.Stdout, other.Stderr = os.Stderr, os.Stderr
		require.NoError(t, other.Start())
		others = append(others, other)
	}
	for _, other := range others {
		assert.NoError(t, other.Wait())
	}
	sqldbtest.CheckMigrated(t, open(t, lite.Config{Path: path}))
}

// A table that others refer to is built anew without touching them.
func TestMigrate_RebuildsTables(t *testing.T) {
	t.Parallel()
	db := open(t, lite.Config{})
	files := fstest.MapFS{
		"00001_create.sql": {Data: []byte(`-- +goose Up
			create table hall (id text primary key);
			create table seat (id text primary key, hall text not null references hall (id) on delete cascade);
			insert into hall (id) values ('h');
			insert into seat (id, hall) values ('s', 'h');`)},
		"00002_rebuild.sql": {Data: []byte(`-- +goose Up
			create table hall_new (id text primary key, name text not null default '');
			insert into hall_new (id) select id from hall;
			drop table hall;
			alter table hall_new rename to hall;`)},
	}
	require.NoError(t, lite.Migrate(t.Context(), db, files, "schema_version"))
	assert.Equal(t, 1, count(t, db, "select count(*) from seat"))

	files["00003_lose.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\ndelete from hall;")}
	err := lite.Migrate(t.Context(), db, files, "schema_version")
	require.ErrorContains(t, err, "row 1 of table seat refers to a row of hall that is not there")
}

// count reads one number.
func count(t testing.TB, db *lite.DB, sql string, args ...any) (n int) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	err := db.View(ctx, func(tx sqldb.Tx) error { return tx.One(ctx, []any{&n}, sql, args...) })
	require.NoError(t, err)
	return n
}
