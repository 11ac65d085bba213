package sqlite_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
	"github.com/marquee-tickets/marquee/internal/sqldb/migrate"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/store"
	"github.com/marquee-tickets/marquee/recommend/store/sqlite"
	"github.com/marquee-tickets/marquee/recommend/store/storetest"
)

// versions is where Open notes the migrations that have run.
const versions = "recommend_migration"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open returns a migrated, empty database.
func open(t testing.TB) sqldb.DB {
	t.Helper()
	db, err := lite.Open(t.Context(), lite.Config{Path: filepath.Join(t.TempDir(), "test.db")})
	require.NoError(t, err)
	require.NoError(t, lite.Migrate(t.Context(), db, sqlite.Migrations(), versions))
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
	files, err := fs.Glob(sqlite.Migrations(), "*.sql")
	require.NoError(t, err)
	for version := range files {
		path := filepath.Join(t.TempDir(), "recommend.db")
		if version > 0 {
			old, err := lite.Open(t.Context(), lite.Config{Path: path})
			require.NoError(t, err)
			require.NoError(t, lite.MigrateTo(t.Context(), old, sqlite.Migrations(), versions, int64(version)))
			require.NoError(t, old.Close())
		}
		db, err := sqlite.Open(t.Context(), path)
		require.NoError(t, err)
		require.NoError(t, db.Record(t.Context(), view("u_ann")))
		_, err = db.ExperimentRows(t.Context(), "home")
		require.NoError(t, err)
		require.NoError(t, db.Close())
	}
}

func TestOpen_AgainFindsWhatWasWritten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "recommend.db")
	for range 2 {
		db, err := sqlite.Open(t.Context(), path)
		require.NoError(t, err)
		require.NoError(t, db.Record(t.Context(), view("u_ann")))
		list, err := db.News(t.Context(), "engine", 10)
		require.NoError(t, err)
		assert.Len(t, list, 1)
		require.NoError(t, db.Close())
	}
}

// Two processes on one file, each with a writer of its own, lose nothing.
func TestOpen_SeveralAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "recommend.db")
	var wait sync.WaitGroup
	nodes := make([]*store.DB, 3)
	for i := range nodes {
		wait.Go(func() {
			var err error
			nodes[i], err = sqlite.Open(t.Context(), path)
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
}

func TestOpen_NewerDatabaseRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "recommend.db")
	db, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	raw, err := lite.Open(t.Context(), lite.Config{Path: path})
	require.NoError(t, err)
	require.NoError(t, raw.Update(t.Context(), func(tx sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), "insert into "+versions+" (version_id, is_applied) values (99, 1)")
		return err
	}))
	require.NoError(t, raw.Close())
	_, err = sqlite.Open(t.Context(), path)
	require.ErrorIs(t, err, migrate.ErrNewer)
}

func TestOpen_BadPath(t *testing.T) {
	t.Parallel()
	_, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "none", "recommend.db"))
	require.ErrorContains(t, err, "create it or choose another path")
}

// files returns all bytes of the database.
func files(t *testing.T, path string) string {
	t.Helper()
	names, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	var all strings.Builder
	for _, name := range names {
		raw, err := os.ReadFile(name)
		require.NoError(t, err)
		all.Write(raw)
	}
	return all.String()
}

// What is deleted is gone from the file as well, once it is closed.
func TestForget_LeavesNoByteInTheFile(t *testing.T) {
	t.Parallel()
	const id = "u_secret_of_ann"
	path := filepath.Join(t.TempDir(), "recommend.db")
	db, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	require.NoError(t, db.PutUsers(t.Context(), []recommend.User{{ID: id, City: "berlin"}}))
	for i := range 300 { // pages of their own
		list := view(id)
		list[0].Item = recommend.ItemID(strings.Repeat("x", i%90+1))
		list[0].At = list[0].At.Add(time.Duration(i) * time.Minute)
		require.NoError(t, db.Record(t.Context(), list))
	}
	require.NoError(t, db.Close())
	require.Contains(t, files(t, path), id)

	db, err = sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	require.NoError(t, db.Forget(t.Context(), id))
	require.NoError(t, db.Prune(t.Context(), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)))
	require.NoError(t, db.Close())
	assert.NotContains(t, files(t, path), id)
}
