package pg_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/internal/pgtest"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/internal/sqldb/pg"
	"github.com/marquee-tickets/marquee/internal/sqldb/sqldbtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open opens a database with a schema of the test's own.
func open(t testing.TB, cfg pg.Config) *pg.DB {
	t.Helper()
	server, schema := pgtest.Schema(t)
	if cfg.URL == "" {
		cfg.URL = server
	}
	cfg.SearchPath = schema
	db, err := pg.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

func TestDB(t *testing.T) {
	t.Parallel()
	sqldbtest.Run(t, func(t *testing.T) sqldb.DB { return open(t, pg.Config{CheckoutConns: 6, BackgroundConns: 2}) })
}

func BenchmarkDB(b *testing.B) {
	sqldbtest.Benchmark(b, func(b *testing.B) sqldb.DB { return open(b, pg.Config{}) })
}
