package bms_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/postgres"
	"github.com/marquee-tickets/marquee/bms/sqlite"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/pgtest"
)

// onEngines runs a test on a kit over each engine.
func onEngines(t *testing.T, o bmstest.Options, test func(*testing.T, *bmstest.Kit)) {
	t.Helper()
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, bmstest.New(t, o))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		onPostgres := o
		onPostgres.Open = openPostgres
		test(t, bmstest.New(t, onPostgres))
	})
}

func openSQLite(t testing.TB, now func() time.Time) store.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "test.db"), Now: now})
	require.NoError(t, err)
	return db
}

func openPostgres(t testing.TB, now func() time.Time) store.DB {
	t.Helper()
	url, schema := pgtest.Schema(t)
	db, err := postgres.Open(t.Context(), postgres.Config{URL: url, Schema: schema, CheckoutConns: 4, BackgroundConns: 2, Now: now})
	require.NoError(t, err)
	return db
}
