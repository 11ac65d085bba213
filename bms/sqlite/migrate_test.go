package sqlite_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/sqlite"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
	"github.com/marquee-tickets/marquee/internal/sqldb/migrate"
)

// versions is where Open notes the migrations that have run.
const versions = "bms_migration"

func newest(t *testing.T) int64 {
	t.Helper()
	files, err := fs.Glob(sqlite.Migrations(), "*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return int64(len(files))
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
		cfg := sqlite.Config{Path: filepath.Join(t.TempDir(), "test.db")}
		if version > 0 {
			old, err := lite.Open(t.Context(), lite.Config{Path: cfg.Path})
			require.NoError(t, err)
			require.NoError(t, lite.MigrateTo(t.Context(), old, sqlite.Migrations(), versions, version))
			require.NoError(t, old.Close())
		}
		for _, id := range []catalog.PartnerID{"ptn_first", "ptn_again"} { // the second finds nothing to do
			db, err := sqlite.Open(t.Context(), cfg)
			require.NoError(t, err, "from version %d", version)
			works(t, db, id)
			require.NoError(t, db.Close())
		}
	}
}

func TestOpen_SeveralAtOnce(t *testing.T) {
	t.Parallel()
	cfg := sqlite.Config{Path: filepath.Join(t.TempDir(), "test.db")}
	nodes := make([]store.DB, 4)
	errs := make([]error, len(nodes))
	var wait sync.WaitGroup
	for i := range nodes {
		wait.Go(func() { nodes[i], errs[i] = sqlite.Open(t.Context(), cfg) })
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
	cfg := sqlite.Config{Path: filepath.Join(t.TempDir(), "test.db")}
	db, err := sqlite.Open(t.Context(), cfg)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	raw, err := lite.Open(t.Context(), lite.Config{Path: cfg.Path})
	require.NoError(t, err)
	require.NoError(t, raw.Update(t.Context(), func(tx sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), "insert into "+versions+" (version_id, is_applied) values ($1, $2)", newest(t)+1, true)
		return err
	}))
	require.NoError(t, raw.Close())

	_, err = sqlite.Open(t.Context(), cfg)
	require.ErrorIs(t, err, migrate.ErrNewer)
	assert.ErrorContains(t, err, "run the newer program")
}

func TestOpen_BadPath(t *testing.T) {
	t.Parallel()
	_, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "none", "test.db")})
	require.ErrorContains(t, err, "create it or choose another path")
	_, err = sqlite.Open(t.Context(), sqlite.Config{})
	require.ErrorContains(t, err, "Path is empty")
}
