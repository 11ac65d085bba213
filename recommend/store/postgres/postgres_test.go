package postgres_test

import (
	"io/fs"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/internal/pgtest"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/migrate"
	"github.com/marquee-tickets/marquee/internal/sqldb/pg"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/store"
	"github.com/marquee-tickets/marquee/recommend/store/postgres"
	"github.com/marquee-tickets/marquee/recommend/store/storetest"
)

// versions is where Open notes the migrations that have run.
const versions = "recommend_migration"

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

func BenchmarkRecord500(b *testing.B) { storetest.Bench(b, open(b)) }

func view(user recommend.UserID) []recommend.Feedback {
	return []recommend.Feedback{{Kind: recommend.View, User: user, Item: "a", At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}}
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
		require.NoError(t, db.Record(t.Context(), view("u_ann")))
		_, err = db.ExperimentRows(t.Context(), "home")
		require.NoError(t, err)
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
			assert.NoError(t, nodes[i].Record(t.Context(), view(recommend.UserID(rune('a'+i)))))
		})
	}
	wait.Wait()
	list, err := nodes[0].News(t.Context(), "engine", 10)
	require.NoError(t, err)
	assert.Len(t, list, len(nodes))
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
