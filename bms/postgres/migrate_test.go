package postgres_test

import (
	"errors"
	"io/fs"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/postgres"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/pgtest"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/migrate"
	"github.com/marquee-tickets/marquee/internal/sqldb/pg"
)

// versions is where Open notes the migrations that have run.
const versions = "bms_migration"

func newest(t *testing.T) int64 {
	t.Helper()
	files, err := fs.Glob(postgres.Migrations(), "*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return int64(len(files))
}

// place returns the configuration of an empty schema.
func place(t testing.TB) postgres.Config {
	t.Helper()
	url, schema := pgtest.Schema(t)
	return postgres.Config{URL: url, Schema: schema}
}

// executor opens the schema below the store.
func executor(t *testing.T, cfg postgres.Config) *pg.DB {
	t.Helper()
	db, err := pg.Open(t.Context(), pg.Config{URL: cfg.URL, SearchPath: cfg.Schema})
	require.NoError(t, err)
	return db
}

// works writes and reads back.
func works(t *testing.T, db store.DB, id catalog.PartnerID) {
	t.Helper()
	p := catalog.Partner{ID: id, Slug: string(id)}
	require.NoError(t, db.Update(t.Context(), func(tx store.Tx) error { return tx.PutPartner(t.Context(), p) }))
	require.NoError(t, db.View(t.Context(), func(tx store.Tx) error {
		got, err := tx.Partner(t.Context(), id)
		assert.Equal(t, p, got)
		return err
	}))
}

func TestOpen_FromEachVersion(t *testing.T) {
	t.Parallel()
	for version := range newest(t) + 1 {
		cfg := place(t)
		if version > 0 {
			old := executor(t, cfg)
			require.NoError(t, pg.MigrateTo(t.Context(), old, postgres.Migrations(), versions, version))
			require.NoError(t, old.Close())
		}
		for _, id := range []catalog.PartnerID{"ptn_first", "ptn_again"} { // the second finds nothing to do
			db, err := postgres.Open(t.Context(), cfg)
			require.NoError(t, err, "from version %d", version)
			works(t, db, id)
			require.NoError(t, db.Close())
		}
	}
}

func TestOpen_SeveralAtOnce(t *testing.T) {
	t.Parallel()
	cfg := place(t)
	nodes := make([]store.DB, 4)
	errs := make([]error, len(nodes))
	var wait sync.WaitGroup
	for i := range nodes {
		wait.Go(func() { nodes[i], errs[i] = postgres.Open(t.Context(), cfg) })
	}
	wait.Wait()
	require.NoError(t, errors.Join(errs...))
	for i, db := range nodes {
		works(t, db, catalog.PartnerID(rune('a'+i)))
	}
	require.NoError(t, nodes[0].View(t.Context(), func(tx store.Tx) error {
		all, err := tx.Partners(t.Context())
		assert.Len(t, all, len(nodes), "they share one database")
		return err
	}))
	for _, db := range nodes {
		require.NoError(t, db.Close())
	}
}

func TestOpen_NewerDatabaseRefused(t *testing.T) {
	t.Parallel()
	cfg := place(t)
	db, err := postgres.Open(t.Context(), cfg)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	raw := executor(t, cfg)
	require.NoError(t, raw.Update(t.Context(), func(tx sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), "insert into "+versions+" (version_id, is_applied) values ($1, $2)", newest(t)+1, true)
		return err
	}))
	require.NoError(t, raw.Close())

	_, err = postgres.Open(t.Context(), cfg)
	require.ErrorIs(t, err, migrate.ErrNewer)
	assert.ErrorContains(t, err, "run the newer program")
}

// Two installations share a database when each has a schema.
func TestOpen_SchemasAreApart(t *testing.T) {
	t.Parallel()
	for range 2 {
		db, err := postgres.Open(t.Context(), place(t))
		require.NoError(t, err)
		works(t, db, "ptn_same")
		require.NoError(t, db.Close())
	}
}

func TestOpen_BadURL(t *testing.T) {
	t.Parallel()
	_, err := postgres.Open(t.Context(), postgres.Config{URL: "postgres://nobody@127.0.0.1:1/none"})
	require.ErrorContains(t, err, "start the server or correct the URL")
	_, err = postgres.Open(t.Context(), postgres.Config{})
	require.ErrorContains(t, err, "URL is empty")
}
