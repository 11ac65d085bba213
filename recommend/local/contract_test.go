package local_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend/local"
	"github.com/marquee-tickets/marquee/recommend/recommendtest"
	"github.com/marquee-tickets/marquee/recommend/store/sqlite"
)

func TestEngine_KeepsTheContract(t *testing.T) {
	t.Parallel()
	recommendtest.RunEngine(t, func(t *testing.T) recommendtest.Harness {
		t.Helper()
		db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "recommend.db"))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, db.Close()) })
		engine, err := local.Open(t.Context(), db, local.Config{})
		require.NoError(t, err)
		return recommendtest.Harness{Engine: engine, Settle: func() { require.NoError(t, engine.Rebuild(t.Context())) }}
	})
}
