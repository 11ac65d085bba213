package lite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/lite"
	"github.com/marquee-tickets/marquee/internal/sqldb/sqldbtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open opens a database in the test's own folder.
func open(t testing.TB, cfg lite.Config) *lite.DB {
	t.Helper()
	if cfg.Path == "" {
		cfg.Path = filepath.Join(t.TempDir(), "test.db")
	}
	db, err := lite.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

func TestDB(t *testing.T) {
	t.Parallel()
	sqldbtest.Run(t, func(t *testing.T) sqldb.DB { return open(t, lite.Config{}) })
}

func BenchmarkDB(b *testing.B) {
	sqldbtest.Benchmark(b, func(b *testing.B) sqldb.DB { return open(b, lite.Config{}) })
}
