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

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/store/sqlite"
	"github.com/marquee-tickets/marquee/adserver/store/storetest"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
	"github.com/marquee-tickets/marquee/internal/sqldb/migrate"
)

// versions is where Open notes the migrations that have run.
const versions = "ad_migration"

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
	files, err := fs.Glob(sqlite.Migrations(), "*.sql")
	require.NoError(t, err)
	for version := range files {
		path := filepath.Join(t.TempDir(), "ads.db")
		if version > 0 {
			old, err := lite.Open(t.Context(), lite.Config{Path: path})
			require.NoError(t, err)
			require.NoError(t, lite.MigrateTo(t.Context(), old, sqlite.Migrations(), versions, int64(version)))
			require.NoError(t, old.Close())
		}
		db, err := sqlite.Open(t.Context(), path)
		require.NoError(t, err)
		create(t, db, "kino")
		assert.Equal(t, int64(1), versionOf(t, db))
		require.NoError(t, db.Close())
	}
}

// What was refunded before reports knew of it is given back in them.
func TestOpen_OldRefundsAreInReports(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ads.db")
	old, err := lite.Open(t.Context(), lite.Config{Path: path})
	require.NoError(t, err)
	require.NoError(t, lite.MigrateTo(t.Context(), old, sqlite.Migrations(), versions, 7))
	require.NoError(t, old.Update(t.Context(), func(tx sqldb.Tx) error {
		for _, sql := range []string{
			`insert into ad_fact (advertiser, quarter, line, creative, placement, city, kind, reason, campaign, publisher, currency, n, gross, share)
values (1, 1920000, 1, 1, 1, 'delhi', 1, 0, 1, 1, 'INR', 1, 100, 70), (1, 1920095, 1, 2, 1, '', 1, 0, 1, 1, 'INR', 1, 100, 70), (1, 1920096, 1, 2, 1, '', 1, 0, 1, 1, 'INR', 1, 100, 70)`,
			`insert into ad_finding (advertiser, publisher, campaign, line, creative, placement, city, currency, day, views, clicks, gross, share, state, created, settled)
values (1, 1, 1, 1, 0, 1, '', 'INR', 20000, 1, 1, 150, 100, 'refunded', 1, 1), (1, 1, 1, 1, 0, 1, '', 'INR', 20001, 1, 1, 100, 70, 'held', 1, 0)`,
		} {
			if _, err := tx.Exec(t.Context(), sql); err != nil {
				return err
			}
		}
		return nil
	}))
	require.NoError(t, old.Close())
	db, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	first := time.Unix(20000*24*60*60, 0).UTC()
	rows, err := db.Report(t.Context(), store.Query{All: true, From: first, To: first.AddDate(0, 0, 1), By: []store.Dim{store.ByCreative}})
	require.NoError(t, err)
	require.Len(t, rows, 2)
	assert.Equal(t, []ads.Nano{100, 70, 50, 30}, []ads.Nano{rows[0].Back, rows[0].BackShare, rows[1].Back, rows[1].BackShare})
	require.NoError(t, db.Close())
}

func TestOpen_AgainFindsWhatWasWritten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ads.db")
	for i := range 2 {
		db, err := sqlite.Open(t.Context(), path)
		require.NoError(t, err)
		create(t, db, string(rune('a'+i)))
		assert.Equal(t, int64(i+1), versionOf(t, db))
		life, err := db.Begin(t.Context(), 0, store.Journal{})
		require.NoError(t, err)
		assert.Equal(t, uint32(i+1), life.Epoch)
		require.NoError(t, db.Close())
	}
}

// Two processes on one file, each with a writer of its own, lose nothing.
func TestOpen_SeveralAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ads.db")
	var wait sync.WaitGroup
	nodes := make([]*store.DB, 3)
	for i := range nodes {
		wait.Go(func() {
			var err error
			nodes[i], err = sqlite.Open(t.Context(), path)
			assert.NoError(t, err)
			create(t, nodes[i], string(rune('a'+i)))
		})
	}
	wait.Wait()
	assert.Equal(t, int64(len(nodes)), versionOf(t, nodes[0]))
	for _, db := range nodes {
		require.NoError(t, db.Close())
	}
}

func TestOpen_NewerDatabaseRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ads.db")
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
	_, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "none", "ads.db"))
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
func TestErase_LeavesNoByteInTheFile(t *testing.T) {
	t.Parallel()
	const user, order = 4711, "order_of_ann"
	path := filepath.Join(t.TempDir(), "ads.db")
	db, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	var clicks []store.Click
	for i := range 300 { // pages of their own
		clicks = append(clicks, store.Click{Key: store.ClickKey{Epoch: 1, Serial: uint64(i)}, User: user, At: at})
	}
	require.NoError(t, db.Clicks(t.Context(), clicks))
	for i, c := range clicks {
		order := order + strings.Repeat("x", i%90)
		_, _, err := db.Convert(t.Context(), store.Conversion{Click: c.Key, Kind: "booking", Order: order, At: at})
		require.NoError(t, err)
	}
	require.NoError(t, db.Close())
	require.Contains(t, files(t, path), order)

	db, err = sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	_, err = db.Erase(t.Context(), user)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	assert.NotContains(t, files(t, path), order)
}
