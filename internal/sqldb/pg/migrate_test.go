package pg_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/pgtest"
	"github.com/marquee-tickets/marquee/internal/sqldb/pg"
	"github.com/marquee-tickets/marquee/internal/sqldb/sqldbtest"
)

func TestMigrations(t *testing.T) {
	t.Parallel()
	sqldbtest.RunMigrations(t, sqldbtest.Migrator[*pg.DB]{
		Place: func(t *testing.T) func(*testing.T) *pg.DB {
			server, schema := pgtest.Schema(t)
			return func(t *testing.T) *pg.DB {
				db, err := pg.Open(t.Context(), pg.Config{URL: server, SearchPath: schema, CheckoutConns: 2, BackgroundConns: 1})
				require.NoError(t, err)
				t.Cleanup(func() { assert.NoError(t, db.Close()) })
				return db
			}
		},
		To: pg.MigrateTo,
	})
}
