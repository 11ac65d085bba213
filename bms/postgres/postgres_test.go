package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/postgres"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/bms/store/storetest"
	"github.com/marquee-tickets/marquee/internal/pgtest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t testing.TB, now func() time.Time) store.DB {
		url, schema := pgtest.Schema(t)
		db, err := postgres.Open(t.Context(), postgres.Config{URL: url, Schema: schema, Now: now})
		require.NoError(t, err)
		return db
	})
}
