package postgres_test

import (
	"io/fs"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/store/postgres"
	"github.com/marquee-tickets/marquee/adserver/store/storetest"
	"github.com/marquee-tickets/marquee/internal/pgtest"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/migrate"
	"github.com/marquee-tickets/marquee/internal/sqldb/pg"
)

// versions is where Open notes the migrations that have run.
const versions = "ad_migration"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// executor opens a schema below the store.
func executor(t testing.TB, url, schema string) *pg.DB {
	t.Helper()
	db, err := pg.Open(t.Context(), pg.Config{URL: url, SearchPath: schema, CheckoutConns: 6, BackgroundConns: 2})
	require.NoError(t, err)
	return db
}

// open returns a migrated, empty database.
func open(t testing.TB) sqldb.DB {
	t.Helper()
	url, schema := pgtest.Schema(t)
	db := executor(t, url, schema)
	require.NoError(t, pg.Migrate(t.Context(), db, postgres.Migrations(), versions))
	return db
}

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, open)
}

func BenchmarkApply(b *testing.B) { storetest.BenchApply(b, open(b)) }

func BenchmarkCatalog(b *testing.B) { storetest.BenchCatalog(b, open(b)) }

func publisher(slug string) ads.Publisher {
	return ads.Publisher{Slug: slug, Name: "Kino", Currency: "INR", TimeZone: "Asia/Kolkata"}
}

func create(t *testing.T, db *store.DB, slug string) {
	t.Helper()
	_, err := db.Publishers.Create(t.Context(), 0, publisher(slug))
	assert.NoError(t, err)
}

func versionOf(t *testing.T, db *store.DB) int64 {
	t.Helper()
	v, err := db.Version(t.Context())
	require.NoError(t, err)
	return v
}

func TestOpen_FromEachVersion(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(postgres.Migrations(), "*.sql")
	require.NoError(t, err)
	for version := range files {
		url, schema := pgtest.Schema(t)
		if version > 0 {
			old := executor(t, url, schema)
			require.NoError(t, pg.MigrateTo(t.Context(), old, postgres.Migrations(), versions, int64(version)))
			require.NoError(t, old.Close())
		}
		db, err := postgres.Open(t.Context(), url, schema)
		require.NoError(t, err)
		create(t, db, "kino")
		assert.Equal(t, int64(1), versionOf(t, db))
		require.NoError(t, db.Close())
	}
}

// Several nodes that start at once make the schema and its tables once, and share them.
func TestOpen_SeveralAtOnceMakeTheSchema(t *testing.T) {
	t.Parallel()
	url, schema := pgtest.Schema(t)
	above := executor(t, url, "")
	exec(t, above, `drop schema "`+schema+`"`)
	var wait sync.WaitGroup
	nodes := make([]*store.DB, 3)
	for i := range nodes {
		wait.Go(func() {
			var err error
			nodes[i], err = postgres.Open(t.Context(), url, schema)
			assert.NoError(t, err)
			create(t, nodes[i], string(rune('a'+i)))
		})
	}
	wait.Wait()
	assert.Equal(t, int64(len(nodes)), versionOf(t, nodes[0]))
	for _, db := range nodes {
		require.NoError(t, db.Close())
	}
	require.NoError(t, above.Close())
}

func exec(t *testing.T, db *pg.DB, sql string) {
	t.Helper()
	require.NoError(t, db.Update(t.Context(), func(tx sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), sql)
		return err
	}))
}

func TestOpen_NewerDatabaseRefused(t *testing.T) {
	t.Parallel()
	url, schema := pgtest.Schema(t)
	db, err := postgres.Open(t.Context(), url, schema)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	raw := executor(t, url, schema)
	exec(t, raw, "insert into "+versions+" (version_id, is_applied) values (99, true)")
	require.NoError(t, raw.Close())
	_, err = postgres.Open(t.Context(), url, schema)
	require.ErrorIs(t, err, migrate.ErrNewer)
}

func TestOpen_BadURL(t *testing.T) {
	t.Parallel()
	_, err := postgres.Open(t.Context(), "postgres://nobody@127.0.0.1:1/none", "")
	require.ErrorContains(t, err, "start the server or correct the URL")
}
